// SPDX-License-Identifier: GPL-2.0

//! What a port counts: where in what the device answers, and what it is called.

use super::port::Port;

use crate::{
    cmd::{
        Call,
        Op, //
    },
    layout::{
        long,
        word,
        Field,
        Mailbox, //
    }, //
};

use kernel::prelude::*;

/// Has the device say what a port counts (`mlx4_en_DUMP_ETH_STATS()`), or how its ends stopped each
/// other.
pub(super) fn dump(port: Port<'_>, flow_control: bool) -> Result<Mailbox> {
    const FLOW_CONTROL: u32 = 1 << 12;

    let what = if flow_control { FLOW_CONTROL } else { 0 };
    let call = Call::new(Op::DUMP_ETH_STATS).modifier(u32::from(port.number()) | what);
    port.card.query(call)
}

/// The sum of what is counted for each priority (`en_stats_adder()`): the first of these, and how
/// far it is to the next.
pub(super) fn sum(counters: &Mailbox, first: Field<u64>, next: usize) -> u64 {
    let fields = (0..PRIORITIES.len()).map(|number| first.at(number, next));
    fields.fold(0, |sum, field| sum.wrapping_add(counters.get(field)))
}

/// Received frames that were not good.
pub(super) fn rx_errors(counters: &Mailbox) -> u64 {
    let narrow = [
        counted::RX_JABBERS,
        counted::RX_CRC,
        counted::RX_RUNTS,
        counted::RX_SHORT,
    ];
    let wide = [
        counted::RX_PCS,
        counted::RX_LENGTH_IN_RANGE,
        counted::RX_LENGTH_OUT_OF_RANGE,
    ];
    let narrow = narrow.map(|field| u64::from(counters.get(field)));
    let errors = Iterator::chain(narrow.into_iter(), wide.map(|field| counters.get(field)));
    let giants = sum(counters, counted::RX_GIANT, counted::NEXT);
    errors.fold(giants, u64::wrapping_add)
}

/// The counters (`struct mlx4_en_stat_out_mbox`). Some of it is counted for each priority,
/// and for frames without one.
pub(super) mod counted {
    use super::*;

    pub(in super::super) const RX_GIANT: Field<u64> = long(648);
    pub(in super::super) const RX_BROADCAST: Field<u64> = long(720);
    pub(in super::super) const RX_MULTICAST: Field<u64> = long(792);
    pub(in super::super) const RX_BYTES: Field<u64> = long(952);
    pub(in super::super) const RX_FRAMES: Field<u64> = long(1152);
    pub(in super::super) const RX_LENGTH_IN_RANGE: Field<u64> = long(1400);
    pub(in super::super) const RX_LENGTH_OUT_OF_RANGE: Field<u64> = long(1408);
    pub(in super::super) const RX_PCS: Field<u64> = long(1424);
    pub(in super::super) const TX_GIANT: Field<u64> = long(2152);
    pub(in super::super) const TX_BROADCAST: Field<u64> = long(2232);
    pub(in super::super) const TX_MULTICAST: Field<u64> = long(2312);
    pub(in super::super) const TX_BYTES: Field<u64> = long(2488);
    pub(in super::super) const TX_FRAMES: Field<u64> = long(2712);
    pub(in super::super) const RX_JABBERS: Field<u32> = word(2952);
    pub(in super::super) const RX_CRC: Field<u32> = word(2956);
    pub(in super::super) const RX_RUNTS: Field<u32> = word(2960);
    pub(in super::super) const RX_SHORT: Field<u32> = word(2964);
    pub(in super::super) const RX_DROPPED: Field<u32> = word(2968);
    pub(in super::super) const RX_OVERFLOW: Field<u32> = word(2972);
    pub(in super::super) const RX_LENGTH: Field<u32> = word(2976);
    pub(in super::super) const TX_DROPPED: Field<u32> = word(2984);

    /// How far it is to the next priority: of most, and of bytes and of all frames.
    pub(in super::super) const NEXT: usize = 8;
    pub(in super::super) const NEXT_OF_THREE: usize = 24;
}

/// How the ends stopped each other (`struct mlx4_en_stat_out_flow_control_mbox`); without flow
/// control of priorities it is the same for each of these.
pub(super) mod stopped {
    use super::*;

    pub(in super::super) const RX: [(&str, Field<u64>); 3] = [
        ("rx_pause", long(0)),
        ("rx_pause_duration", long(8)),
        ("rx_pause_transition", long(16)),
    ];
    pub(in super::super) const TX: [(&str, Field<u64>); 3] = [
        ("tx_pause", long(24)),
        ("tx_pause_duration", long(32)),
        ("tx_pause_transition", long(40)),
    ];
}

/// Names of priorities, the last one being none (`NUM_PRIORITIES`).
pub(super) const PRIORITIES: [&str; 9] = [
    "prio_0", "prio_1", "prio_2", "prio_3", "prio_4", "prio_5", "prio_6", "prio_7", "novlan",
];

/// Names of statistics of programs that look at frames, of which this driver runs none.
pub(super) const XDP: [&str; 5] = [
    "xdp_drop",
    "xdp_redirect",
    "xdp_redirect_fail",
    "xdp_tx",
    "xdp_tx_full",
];
