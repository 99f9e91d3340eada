// SPDX-License-Identifier: GPL-2.0

//! Counters of traps, groups and policers.

use crate::{
    capi::trap::stats::Packets,
    generated::{
        attr,
        attr_stats, //
    },
};

use kernel::{
    net::netlink::writer::Writer,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

/// A counter that only the driver can read, with what it said last.
#[pin_data]
pub(super) struct DriverCounter {
    #[pin]
    last: Mutex<Option<u64>>,
}

impl DriverCounter {
    /// A counter that was never read.
    pub(super) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            last <- new_mutex!(None, "devlink trap counter"),
        })
    }

    /// What the driver, asked by `read`, says now.
    pub(super) fn exact(&self, read: impl FnOnce() -> Result<u64>) -> Result<u64> {
        // The driver is called first: no lock of the core is held meanwhile.
        let value = read()?;
        *self.last.lock() = Some(value);
        Ok(value)
    }

    /// What the driver said last, if it said something.
    pub(super) fn last(&self) -> Option<u64> {
        *self.last.lock()
    }
}

/// Writes the nest with statistics, of which each may be missing.
pub(super) fn fill(out: &mut Writer<'_>, dropped: Option<u64>, packets: Option<Packets>) -> Result {
    out.nest(attr::STATS, |out| {
        out.put_opt(attr_stats::STATS_RX_DROPPED, dropped)?;
        out.put_opt(attr_stats::STATS_RX_PACKETS, packets.map(|p| p.packets))?;
        out.put_opt(attr_stats::STATS_RX_BYTES, packets.map(|p| p.bytes))
    })
}
