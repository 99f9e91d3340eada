// SPDX-License-Identifier: GPL-2.0

//! Which frames the network device is to receive, beside those for its own address and those for
//! all stations.

use super::port::Address;

use kernel::{
    net::device::RxMode,
    prelude::*, //
};

/// Which frames those are.
pub(super) struct Mode {
    pub(super) everything: bool,
    pub(super) all_groups: bool,
    /// Other stations.
    pub(super) unicast: KVec<Address>,
    /// Groups of stations.
    pub(super) multicast: KVec<Address>,
}

impl Mode {
    /// None.
    pub(super) const fn nothing() -> Self {
        Mode {
            everything: false,
            all_groups: false,
            unicast: KVec::new(),
            multicast: KVec::new(),
        }
    }

    /// What the kernel says.
    pub(super) fn new(wanted: RxMode<'_>) -> Result<Self> {
        let mut mode = Mode {
            everything: wanted.is_promiscuous(),
            all_groups: wanted.is_all_multicast(),
            unicast: KVec::with_capacity(wanted.unicast.len(), GFP_KERNEL)?,
            multicast: KVec::with_capacity(wanted.multicast.len(), GFP_KERNEL)?,
        };
        for address in wanted.unicast {
            mode.unicast.push(address, GFP_KERNEL)?;
        }
        for group in wanted.multicast {
            mode.multicast.push(group, GFP_KERNEL)?;
        }
        Ok(mode)
    }
}
