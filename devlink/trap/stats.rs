// SPDX-License-Identifier: GPL-2.0

//! Counters of traps, groups and policers.

use crate::{
    driver::trap::stats::Packets,
    generated::{
        attr,
        attr_stats, //
    },
};

use kernel::{
    net::netlink::writer::Writer,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

/// A counter that only the driver can read, with what it said last.
pub(super) struct DriverCounter(Atomic<u64>);

/// What a counter has that was never read: none ever gets so far.
const UNREAD: u64 = u64::MAX;

impl DriverCounter {
    /// A counter that was never read.
    pub(super) fn new() -> Self {
        DriverCounter(Atomic::new(UNREAD))
    }

    /// What the driver, asked by `read`, says now.
    pub(super) fn exact(&self, read: impl FnOnce() -> Result<u64>) -> Result<u64> {
        let value = read()?;
        self.0.store(value, Relaxed);
        Ok(value)
    }

    /// What the driver said last, if it said something.
    pub(super) fn last(&self) -> Option<u64> {
        Some(self.0.load(Relaxed)).filter(|last| *last != UNREAD)
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
