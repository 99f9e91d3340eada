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
    prelude::*, //
};

/// Writes the nest with statistics, of which each may be missing.
pub(super) fn fill(out: &mut Writer<'_>, dropped: Option<u64>, packets: Option<Packets>) -> Result {
    out.nest(attr::STATS, |out| {
        out.put_opt(attr_stats::STATS_RX_DROPPED, dropped)?;
        out.put_opt(attr_stats::STATS_RX_PACKETS, packets.map(|p| p.packets))?;
        out.put_opt(attr_stats::STATS_RX_BYTES, packets.map(|p| p.bytes))
    })
}
