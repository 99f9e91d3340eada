// SPDX-License-Identifier: GPL-2.0

//! Counters of frames: those of the port to the wire, of the virtual port, of queues without
//! buffers, and of flows.

use super::{
    command::{Outcome, Status, TypedCall},
    layout::*,
    objects::Kind,
    registers::TypedAccess,
    Mlx5,
};
use crate::frame::{
    count::{Count, Direction},
    FCS,
};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// The longest frames of the classes of lengths that are counted, with the checksum at the end.
const CLASSES: [usize; 10] = [64, 127, 255, 511, 1023, 1518, 2047, 4095, 8191, 10239];

/// All counters.
#[derive(Default)]
pub struct Traffic {
    /// What went to the wire, and what came from there.
    pub sent: Direction,
    pub received: Direction,
    /// What the virtual port sent and received.
    pub vport_sent: Direction,
    pub vport_received: Direction,
    /// What stayed within the card.
    pub looped: Count,
    /// By classes of lengths.
    lengths: [u64; CLASSES.len()],
    pub too_long: u64,
    /// Frames for other addresses.
    pub filtered: u64,
    /// Frames that no table sends to a queue.
    pub discarded: u64,
    /// Frames while the port was down, received and sent.
    pub down: u64,
    pub sent_down: u64,
    /// Frames for queues without buffers, by sets of counters.
    pub without_buffer: BTreeMap<u8, u64>,
}

impl Traffic {
    /// A frame came from the wire.
    pub fn receive(&mut self, frame: &[u8]) {
        self.received.add(frame);
        let length = frame.len() + FCS;
        if let Some(class) = CLASSES.iter().position(|longest| length <= *longest) {
            self.lengths[class] += 1;
        }
    }

    /// For who asks from outside.
    pub fn describe(&self) -> Value {
        json!({
            "sent": self.sent.describe(),
            "received": self.received.describe(),
            "delivered": self.vport_received.describe(),
            "looped": self.looped.frames,
            "not_sent": self.sent_down,
            "dropped": {
                "down": self.down,
                "too_long": self.too_long,
                "filtered": self.filtered,
                "no_flow": self.discarded,
                "no_buffer": self.without_buffer.values().sum::<u64>(),
            },
        })
    }
}

/// Writes 64 bits that the header has in halves, of which the upper one is given.
fn set_pair<S: Structure>(counters: &mut [u8], high: Field<S, u32>, value: u64) {
    write_bits(counters, high.offset(), 64, value);
}

/// Counters of the port: in three groups; all others are zero.
pub fn ppcnt(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, PpcntReg>) -> Outcome {
    const IEEE_802_3: u8 = 0;
    const RFC_2863: u8 = 1;
    const RFC_2819: u8 = 2;

    let group = access.get(PpcntReg::GRP);
    let start = PpcntReg::COUNTER_SET.bytes().start;
    let counters = access.data.get_mut(start..).unwrap_or_default();
    counters.fill(0);
    match group {
        IEEE_802_3 => ieee_802_3(&model.traffic, counters),
        RFC_2863 => rfc_2863(&model.traffic, counters),
        RFC_2819 => rfc_2819(&model.traffic, counters),
        _ => {}
    }
    Ok(())
}

fn ieee_802_3(traffic: &Traffic, counters: &mut [u8]) {
    use Eth8023CntrsGrpDataLayout as Group;

    let (sent, received) = (&traffic.sent, &traffic.received);
    for (field, value) in [
        (Group::A_FRAMES_TRANSMITTED_OK_HIGH, sent.all().frames),
        (Group::A_FRAMES_RECEIVED_OK_HIGH, received.all().frames),
        (Group::A_OCTETS_TRANSMITTED_OK_HIGH, sent.wire_octets()),
        (Group::A_OCTETS_RECEIVED_OK_HIGH, received.wire_octets()),
        (
            Group::A_MULTICAST_FRAMES_XMITTED_OK_HIGH,
            sent.multicast.frames,
        ),
        (
            Group::A_BROADCAST_FRAMES_XMITTED_OK_HIGH,
            sent.broadcast.frames,
        ),
        (
            Group::A_MULTICAST_FRAMES_RECEIVED_OK_HIGH,
            received.multicast.frames,
        ),
        (
            Group::A_BROADCAST_FRAMES_RECEIVED_OK_HIGH,
            received.broadcast.frames,
        ),
        (Group::A_FRAME_TOO_LONG_ERRORS_HIGH, traffic.too_long),
    ] {
        set_pair(counters, field, value);
    }
}

fn rfc_2863(traffic: &Traffic, counters: &mut [u8]) {
    use Eth2863CntrsGrpDataLayout as Group;

    let (sent, received) = (&traffic.sent, &traffic.received);
    for (field, value) in [
        (Group::IF_IN_OCTETS_HIGH, received.wire_octets()),
        (Group::IF_IN_UCAST_PKTS_HIGH, received.unicast.frames),
        (Group::IF_IN_MULTICAST_PKTS_HIGH, received.multicast.frames),
        (Group::IF_IN_BROADCAST_PKTS_HIGH, received.broadcast.frames),
        (Group::IF_IN_ERRORS_HIGH, traffic.too_long),
        (Group::IF_OUT_OCTETS_HIGH, sent.wire_octets()),
        (Group::IF_OUT_UCAST_PKTS_HIGH, sent.unicast.frames),
        (Group::IF_OUT_MULTICAST_PKTS_HIGH, sent.multicast.frames),
        (Group::IF_OUT_BROADCAST_PKTS_HIGH, sent.broadcast.frames),
    ] {
        set_pair(counters, field, value);
    }
}

fn rfc_2819(traffic: &Traffic, counters: &mut [u8]) {
    use Eth2819CntrsGrpDataLayout as Group;

    let received = &traffic.received;
    for (field, value) in [
        (Group::ETHER_STATS_OCTETS_HIGH, received.wire_octets()),
        (Group::ETHER_STATS_PKTS_HIGH, received.all().frames),
        (
            Group::ETHER_STATS_BROADCAST_PKTS_HIGH,
            received.broadcast.frames,
        ),
        (
            Group::ETHER_STATS_MULTICAST_PKTS_HIGH,
            received.multicast.frames,
        ),
        (Group::ETHER_STATS_OVERSIZE_PKTS_HIGH, traffic.too_long),
    ] {
        set_pair(counters, field, value);
    }
    let classes = [
        Group::ETHER_STATS_PKTS64OCTETS_HIGH,
        Group::ETHER_STATS_PKTS65TO127OCTETS_HIGH,
        Group::ETHER_STATS_PKTS128TO255OCTETS_HIGH,
        Group::ETHER_STATS_PKTS256TO511OCTETS_HIGH,
        Group::ETHER_STATS_PKTS512TO1023OCTETS_HIGH,
        Group::ETHER_STATS_PKTS1024TO1518OCTETS_HIGH,
        Group::ETHER_STATS_PKTS1519TO2047OCTETS_HIGH,
        Group::ETHER_STATS_PKTS2048TO4095OCTETS_HIGH,
        Group::ETHER_STATS_PKTS4096TO8191OCTETS_HIGH,
        Group::ETHER_STATS_PKTS8192TO10239OCTETS_HIGH,
    ];
    for (field, frames) in classes.into_iter().zip(traffic.lengths) {
        set_pair(counters, field, frames);
    }
}

pub fn query_vport_counter(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryVportCounterIn, QueryVportCounterOut>,
) -> Outcome {
    use QueryVportCounterOut as Output;

    let number = call.get(QueryVportCounterIn::VPORT_NUMBER);
    if !model.vports.has(number) {
        return Err(Status::BadParameter);
    }
    let traffic = &model.traffic;
    let (sent, received) = (&traffic.vport_sent, &traffic.vport_received);
    for (counter, count) in [
        (Output::RECEIVED_ETH_UNICAST, received.unicast),
        (Output::RECEIVED_ETH_MULTICAST, received.multicast),
        (Output::RECEIVED_ETH_BROADCAST, received.broadcast),
        (Output::TRANSMITTED_ETH_UNICAST, sent.unicast),
        (Output::TRANSMITTED_ETH_MULTICAST, sent.multicast),
        (Output::TRANSMITTED_ETH_BROADCAST, sent.broadcast),
        (Output::LOCAL_LOOPBACK, traffic.looped),
    ] {
        call.set(counter.then(TrafficCounter::PACKETS), count.frames);
        call.set(counter.then(TrafficCounter::OCTETS), count.octets);
    }
    Ok(())
}

pub fn query_vnic_env(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, MboxIn, QueryVnicEnvOut>,
) -> Outcome {
    use VnicDiagnosticStatistics as Statistics;

    let traffic = &model.traffic;
    for (counter, count) in [
        (Statistics::NIC_RECEIVE_STEERING_DISCARD, traffic.discarded),
        (Statistics::RECEIVE_DISCARD_VPORT_DOWN, traffic.down),
        (Statistics::TRANSMIT_DISCARD_VPORT_DOWN, traffic.sent_down),
    ] {
        call.set(QueryVnicEnvOut::VPORT_ENV.then(counter), count);
    }
    Ok(())
}

pub fn query_q_counter(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryQCounterIn, QueryQCounterOut>,
) -> Outcome {
    let number = call.get(QueryQCounterIn::COUNTER_SET_ID);
    let key = (Kind::QCounter, number.into());
    model.objects.get(key).ok_or(Status::BadResource)?;
    let counts = &mut model.traffic.without_buffer;
    let count = counts.get(&number).copied().unwrap_or(0);
    call.set(QueryQCounterOut::OUT_OF_BUFFER, count as u32);
    if call.get(QueryQCounterIn::CLEAR) {
        counts.remove(&number);
    }
    Ok(())
}

/// One flow counter, or some of those that were made together.
pub fn query_flow_counter(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryFlowCounterIn, QueryFlowCounterOut>,
) -> Outcome {
    let first = call.get(QueryFlowCounterIn::FLOW_COUNTER_ID);
    let count = call.get(QueryFlowCounterIn::NUM_OF_COUNTERS).max(1);
    let clear = call.get(QueryFlowCounterIn::CLEAR);
    for index in 0..usize::from(count) {
        let counted = model.flow_count(first.wrapping_add(index as u32), clear);
        let mut output = call.output();
        let tail = QueryFlowCounterOut::FLOW_STATISTICS;
        let Some(mut counter) = output.element_part(tail, index) else {
            break;
        };
        counter.set(TrafficCounter::PACKETS, counted.frames);
        counter.set(TrafficCounter::OCTETS, counted.octets);
    }
    Ok(())
}
