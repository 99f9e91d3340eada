// SPDX-License-Identifier: GPL-2.0

//! What ethtool(8) asks of network devices.
//!
//! A driver implements [`EthtoolOps`] for its part of a device, and says so in
//! [`Operations::ETHTOOL`]. What it does not implement its devices do not have, but for whether
//! there is a link.
//!
//! C header: [`include/linux/ethtool.h`](srctree/include/linux/ethtool.h)

use crate::{
    bindings,
    net::device::Operations,
    prelude::*, //
};

use core::marker::PhantomData;

mod callbacks;
mod link;
mod modes;
mod operations;
mod params;
mod rss;
mod stats;
#[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
pub mod testing;

pub use self::{
    link::{
        Connector,
        Duplex,
        LinkMode,
        LinkModes,
        LinkSettings, //
    },
    operations::EthtoolOps,
    params::{
        Channels,
        Coalesce,
        CoalesceParams,
        Fec,
        FecMode,
        Limited,
        ModulePage,
        ModuleStandard,
        Pause,
        Rings, //
    },
    rss::{
        HashFunction,
        Rss,
        RssChange, //
    },
    stats::{
        DriverInfo,
        Statistics, //
    },
};

/// What ethtool(8) can ask a driver for, see [`Operations::ETHTOOL`].
pub struct Ethtool<N> {
    table: bindings::ethtool_ops,
    _driver: PhantomData<fn(N)>,
}

impl<N: Operations> Ethtool<N> {
    /// Whether there is a link.
    pub const NONE: Self = Ethtool {
        table: bindings::ethtool_ops {
            get_link: Some(bindings::ethtool_op_get_link),
            ..pin_init::zeroed()
        },
        _driver: PhantomData,
    };

    pub(super) const fn table(self) -> bindings::ethtool_ops {
        self.table
    }
}

impl<N: EthtoolOps> Ethtool<N> {
    /// What the driver's part implements.
    pub const OPS: Self = Ethtool {
        table: callbacks::table::<N>(),
        _driver: PhantomData,
    };
}
