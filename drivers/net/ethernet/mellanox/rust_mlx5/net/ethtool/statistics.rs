// SPDX-License-Identifier: GPL-2.0

//! What the device counts, for `ethtool -S`, in the stock driver's order.

mod software;

use super::{
    counters::{
        self,
        Counter, //
    },
    standard, //
};

use crate::{
    caps::Caps,
    card::Card,
    cmd::commands,
    layout::{
        Block,
        CmdHcaCap,
        McamEnhancedFeatures,
        PcamEnhancedFeatures,
        QueryQCounterOut,
        QueryVnicEnvIn,
        QueryVnicEnvOut,
        QueryVportCounterIn,
        Structure,
        View, //
    },
    net::{
        port_errors::{
            query_q_counter,
            QueryVnicEnv, //
        },
        stats::ChannelStats, //
    },
    port::{
        counts_stalls,
        wide,
        CounterGroup,
        Directions,
        Port, //
    },
    vport::ETHERNET, //
};

use kernel::{
    fmt,
    net::ethtool::Statistics,
    prelude::*, //
};

commands! {
    do QueryVportCounter = QUERY_VPORT_COUNTER: QueryVportCounterIn -> QueryVportCounterOut;
}

/// How many priorities frames can have, and traffic classes there are at most.
pub(super) const PRIORITIES: u8 = 8;

/// Statistics that are being said, and whom the device can be asked by.
pub(super) struct Filling<'a, 's> {
    pub(super) card: &'a Card<'a>,
    pub(super) caps: &'a Caps,
    pub(super) channels: &'a [ChannelStats],
    /// The device's counters of frames for which there was no buffer.
    pub(super) counters: [Option<u32>; 2],
    pub(super) out: &'a mut Statistics<'s>,
}

impl<'a> Filling<'a, '_> {
    fn port(&self) -> Port<'a> {
        Port::new(self.card, self.caps)
    }

    /// Asks the device, if somebody wants to know. What it does not answer is zero, and was logged.
    fn read<S: Structure>(&self, ask: impl FnOnce() -> Result<Block<S>>) -> Block<S> {
        if !self.out.wants_values() {
            return Block::new();
        }
        ask().unwrap_or_default()
    }

    /// Counters that are there once.
    fn add<S: Structure>(&mut self, values: View<'_, S>, table: &[Counter<S>]) {
        for counter in table {
            let (name, _) = counter.name;
            self.out.add(fmt!("{name}"), values.get(counter.field));
        }
    }

    /// Counters that are there for each of something.
    fn add_each<S: Structure>(
        &mut self,
        values: View<'_, S>,
        table: &[Counter<S>],
        which: fmt::Arguments<'_>,
    ) {
        for counter in table {
            let (before, behind) = counter.name;
            self.out
                .add(fmt!("{before}{which}{behind}"), values.get(counter.field));
        }
    }

    /// A group of the port's.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn add_group<G: CounterGroup>(&mut self, table: &[Counter<G>]) {
        let port = self.port();
        let values = self.read(|| port.counters::<G>(0));
        self.add(values.view(), table);
    }

    /// All of them.
    pub(super) fn add_all(&mut self) {
        self.software();
        self.without_buffers();
        self.virtual_nic();
        self.virtual_port();
        self.add_group(counters::IEEE_802_3);
        self.add_group(counters::RFC_2863);
        self.lengths();
        self.physical();
        let has_fullness = PcamEnhancedFeatures::RX_BUFFER_FULLNESS_COUNTERS;
        if self.caps.has_port_feature(has_fullness) {
            self.add_group(counters::EXTENDED);
        }
        self.bus();
        self.priorities();
        self.module();
        self.channels();
        self.classes();
    }
}

impl Filling<'_, '_> {
    /// Frames for which there was no buffer.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn without_buffers(&mut self) {
        let names = ["rx_out_of_buffer", "rx_if_down_packets"];
        for (name, counter) in names.into_iter().zip(self.counters) {
            let Some(counter) = counter else {
                continue;
            };
            let values = self.read(|| query_q_counter(self.card, counter));
            let value = values.get(QueryQCounterOut::OUT_OF_BUFFER);
            self.out.add(fmt!("{name}"), value.into());
        }
    }

    /// What the function's own steering and queues drop.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn virtual_nic(&mut self) {
        let has = [
            (
                CmdHcaCap::NIC_RECEIVE_STEERING_DISCARD,
                counters::VNIC_STEER,
            ),
            (CmdHcaCap::VNIC_ENV_INT_RQ_OOB, counters::VNIC_QUEUE),
            (CmdHcaCap::ETH_WQE_TOO_SMALL, counters::VNIC_DROP),
        ];
        let has = has.map(|(capability, table)| (self.caps.get(capability), table));
        if !has.iter().any(|(has, _)| *has) {
            return;
        }
        let values = self.read(|| {
            self.card
                .run::<QueryVnicEnv>(Block::<QueryVnicEnvIn>::new())
        });
        for (_, table) in has.iter().filter(|(has, _)| *has) {
            self.add(values.view().part(QueryVnicEnvOut::VPORT_ENV), table);
        }
    }

    /// What passes the function's port of the e-switch.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn virtual_port(&mut self) {
        let input = Block::<QueryVportCounterIn>::new();
        let values = self.read(|| self.card.run::<QueryVportCounter>(input));
        self.add(values.view(), counters::VPORT);
        if self.caps.get(CmdHcaCap::VPORT_COUNTER_LOCAL_LOOPBACK) {
            self.add(values.view(), counters::VPORT_LOOPBACK);
        }
    }

    /// Frames of unusual lengths, and how many there are of each length.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn lengths(&mut self) {
        let port = self.port();
        let values = self.read(|| port.counters(0));
        self.add(values.view(), counters::RFC_2819);
        for ((least, most), frames) in standard::LENGTHS {
            let value = values.get(wide(frames));
            if least == 0 {
                self.out.add(fmt!("rx_{most}_bytes_phy"), value);
            } else {
                let name = fmt!("rx_{least}_to_{most}_bytes_phy");
                self.out.add(name, value);
            }
        }
    }

    /// Errors on the cable.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn physical(&mut self) {
        let port = self.port();
        self.add_group(counters::PHYSICAL);
        let has_statistics = self
            .caps
            .has_port_feature(PcamEnhancedFeatures::PPCNT_STATISTICAL_GROUP);
        let values = self.read(|| match has_statistics {
            true => port.counters(0),
            false => Ok(Block::new()),
        });
        if has_statistics {
            self.add(values.view(), counters::PHYSICAL_STATISTICS);
        }
        let has_lanes = PcamEnhancedFeatures::PER_LANE_ERROR_COUNTERS;
        if self.caps.has_port_feature(has_lanes) {
            self.add(values.view(), counters::PHYSICAL_LANES);
        }
        let has_recovery = PcamEnhancedFeatures::PPCNT_RECOVERY_COUNTERS;
        if self.caps.has_port_feature(has_recovery) {
            self.add_group(counters::PHYSICAL_RECOVERY);
        }
    }

    /// Errors of the bus.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn bus(&mut self) {
        let port = self.port();
        let has = |field| self.caps.has_feature(field);
        let has_group = has(McamEnhancedFeatures::PCIE_PERFORMANCE_GROUP);
        let tables = [
            (has_group, counters::BUS),
            (
                has(McamEnhancedFeatures::TX_OVERFLOW_BUFFER_PKT),
                counters::BUS_OVERFLOW,
            ),
            (
                has(McamEnhancedFeatures::PCIE_OUTBOUND_STALLED),
                counters::BUS_STALLS,
            ),
        ];
        let values = self.read(|| match has_group {
            true => port.bus_counters(),
            false => Ok(Block::new()),
        });
        for (_, table) in tables.iter().filter(|(has, _)| *has) {
            self.add(values.view(), table);
        }
    }

    /// What passes for each priority, and how often the ends stopped each other.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn priorities(&mut self) {
        let port = self.port();
        let mut pauses = [[0; counters::PRIORITY_PAUSE.len()]; PRIORITIES as usize];
        let mut stalls = [0; counters::STALLS.len()];
        for (priority, pauses) in (0..).zip(&mut pauses) {
            let values = self.read(|| port.counters(priority));
            self.add_each(values.view(), counters::PRIORITY, fmt!("{priority}"));
            keep(pauses, values.view(), counters::PRIORITY_PAUSE);
            if priority == 0 {
                keep(&mut stalls, values.view(), counters::STALLS);
            }
        }
        let (is_paused, paused_priorities) = self.stopping();
        for (priority, pauses) in (0..PRIORITIES).zip(&pauses) {
            if paused_priorities & 1 << priority != 0 {
                self.add_pauses(pauses, fmt!("prio{priority}"));
            }
        }
        if is_paused {
            // What is counted for all frames is with the first priority.
            let [pauses, ..] = &pauses;
            self.add_pauses(pauses, fmt!("global"));
        }
        if counts_stalls(self.caps) {
            for (counter, value) in counters::STALLS.iter().zip(stalls) {
                let (name, _) = counter.name;
                self.out.add(fmt!("{name}"), value);
            }
        }
    }

    fn add_pauses(&mut self, values: &[u64], which: fmt::Arguments<'_>) {
        for (counter, value) in counters::PRIORITY_PAUSE.iter().zip(values) {
            let (before, behind) = counter.name;
            self.out.add(fmt!("{before}{which}{behind}"), *value);
        }
    }

    /// Whether the ends stop each other for all frames, and for which priorities.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn stopping(&self) -> (bool, u8) {
        if self.caps.get(CmdHcaCap::PORT_TYPE) != ETHERNET {
            return (false, 0);
        }
        let port = self.port();
        let priorities = port.priority_pause();
        let all = port.pause();
        (
            all.is_ok_and(|Directions { rx, tx }| rx | tx),
            priorities.map_or(0, |Directions { rx, tx }| rx | tx),
        )
    }

    /// What buffers of traffic classes drop and mark.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn classes(&mut self) {
        if !self.caps.get(CmdHcaCap::SBCAM_REG) {
            return;
        }
        let port = self.port();
        for class in 0..PRIORITIES {
            let values = self.read(|| port.class_counters(class));
            self.add_each(values.view(), counters::CLASS_DISCARDS, fmt!("{class}"));
            let values = self.read(|| port.class_counters(class));
            self.add_each(values.view(), counters::CLASS_CONGESTION, fmt!("{class}"));
        }
    }
}

/// Keeps counters, which is less than the structure that they are in.
fn keep<S: Structure>(kept: &mut [u64], values: View<'_, S>, table: &[Counter<S>]) {
    for (value, counter) in kept.iter_mut().zip(table) {
        *value = values.get(counter.field);
    }
}
