// SPDX-License-Identifier: GPL-2.0

//! Counters of traps, groups and policers.

use crate::{
    driver::{
        access::InstanceLocked,
        trap::stats::Packets, //
    },
    generated::{
        attr,
        attr_stats, //
    },
    last_answer::LastNumber,
};

use kernel::{
    net::netlink::writer::Writer,
    prelude::*, //
};

/// The driver's counter of the packets that a trap or a policer dropped.
pub(super) struct Drops(LastNumber);

impl Drops {
    /// Of which the driver has said nothing yet.
    pub(super) const fn new() -> Self {
        Drops(LastNumber::new())
    }

    /// The counter, which `ask` asks the driver for; `None` if it does not count.
    pub(super) fn ask(
        &self,
        devlink: InstanceLocked<'_>,
        counts: bool,
        ask: impl FnOnce() -> Result<u64>,
    ) -> Result<Option<u64>> {
        if !counts {
            return Ok(None);
        }
        let asked = ask();
        self.0.record(devlink, asked);
        asked.map(Some)
    }

    /// What [`ask`](Self::ask) answered, or what the driver said last if it was busy or failed.
    pub(super) fn or_last(&self, asked: Result<Option<u64>>) -> Option<u64> {
        asked.unwrap_or_else(|_| self.0.get().value().copied())
    }

    /// Forgets what the driver said.
    pub(super) fn forget(&self, devlink: InstanceLocked<'_>) {
        self.0.forget(devlink);
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
