// SPDX-License-Identifier: GPL-2.0

//! Counters that standards define.

use crate::{
    caps::Caps,
    layout::{
        Block,
        Eth2819CntrsGrpDataLayout as Rfc2819,
        Eth8023CntrsGrpDataLayout as Ieee8023,
        EthPerPrioGrpDataLayout as PerPriority,
        Field,
        PhysLayerCntrs, //
    },
    port::{
        counts_stalls,
        wide,
        Port, //
    }, //
};

use kernel::{
    net::ethtool::{
        ControlStatistics,
        MacStatistics,
        PauseStatistics,
        PhyStatistics,
        RmonRanges,
        RmonStatistics, //
    },
    prelude::*, //
};

use super::statistics::PRIORITIES;

/// Lengths that are told apart, from the first to the last of each, and the counter of frames that
/// have them.
pub(super) const LENGTHS: [((u16, u16), Field<Rfc2819, u32>); 10] = [
    ((0, 64), Rfc2819::ETHER_STATS_PKTS64OCTETS_HIGH),
    ((65, 127), Rfc2819::ETHER_STATS_PKTS65TO127OCTETS_HIGH),
    ((128, 255), Rfc2819::ETHER_STATS_PKTS128TO255OCTETS_HIGH),
    ((256, 511), Rfc2819::ETHER_STATS_PKTS256TO511OCTETS_HIGH),
    ((512, 1023), Rfc2819::ETHER_STATS_PKTS512TO1023OCTETS_HIGH),
    ((1024, 1518), Rfc2819::ETHER_STATS_PKTS1024TO1518OCTETS_HIGH),
    ((1519, 2047), Rfc2819::ETHER_STATS_PKTS1519TO2047OCTETS_HIGH),
    ((2048, 4095), Rfc2819::ETHER_STATS_PKTS2048TO4095OCTETS_HIGH),
    ((4096, 8191), Rfc2819::ETHER_STATS_PKTS4096TO8191OCTETS_HIGH),
    (
        (8192, 10239),
        Rfc2819::ETHER_STATS_PKTS8192TO10239OCTETS_HIGH,
    ),
];

/// The lengths.
pub(super) const RANGES: RmonRanges = {
    let mut ranges = [(0, 0); LENGTHS.len()];
    let mut number = 0;
    while number < ranges.len() {
        (ranges[number], _) = LENGTHS[number];
        number += 1;
    }
    RmonRanges::new(ranges)
};

/// `mlx5e_stats_eth_mac_get()`.
pub(super) fn mac(port: Port<'_>) -> Result<MacStatistics> {
    let counters: Block<Ieee8023> = port.counters(0)?;
    let get = |high| Some(counters.get(wide(high)));
    Ok(MacStatistics {
        frames_transmitted_ok: get(Ieee8023::A_FRAMES_TRANSMITTED_OK_HIGH),
        frames_received_ok: get(Ieee8023::A_FRAMES_RECEIVED_OK_HIGH),
        frame_check_sequence_errors: get(Ieee8023::A_FRAME_CHECK_SEQUENCE_ERRORS_HIGH),
        octets_transmitted_ok: get(Ieee8023::A_OCTETS_TRANSMITTED_OK_HIGH),
        octets_received_ok: get(Ieee8023::A_OCTETS_RECEIVED_OK_HIGH),
        multicast_frames_xmitted_ok: get(Ieee8023::A_MULTICAST_FRAMES_XMITTED_OK_HIGH),
        broadcast_frames_xmitted_ok: get(Ieee8023::A_BROADCAST_FRAMES_XMITTED_OK_HIGH),
        multicast_frames_received_ok: get(Ieee8023::A_MULTICAST_FRAMES_RECEIVED_OK_HIGH),
        broadcast_frames_received_ok: get(Ieee8023::A_BROADCAST_FRAMES_RECEIVED_OK_HIGH),
        in_range_length_errors: get(Ieee8023::A_IN_RANGE_LENGTH_ERRORS_HIGH),
        out_of_range_length_field: get(Ieee8023::A_OUT_OF_RANGE_LENGTH_FIELD_HIGH),
        frame_too_long_errors: get(Ieee8023::A_FRAME_TOO_LONG_ERRORS_HIGH),
    })
}

/// `mlx5e_stats_eth_phy_get()`.
pub(super) fn phy(port: Port<'_>) -> Result<PhyStatistics> {
    let counters: Block<Ieee8023> = port.counters(0)?;
    let errors = wide(Ieee8023::A_SYMBOL_ERROR_DURING_CARRIER_HIGH);
    Ok(PhyStatistics {
        symbol_error_during_carrier: Some(counters.get(errors)),
    })
}

/// `mlx5e_stats_eth_ctrl_get()`.
pub(super) fn control(port: Port<'_>) -> Result<ControlStatistics> {
    let counters: Block<Ieee8023> = port.counters(0)?;
    let get = |high| Some(counters.get(wide(high)));
    Ok(ControlStatistics {
        mac_control_frames_transmitted: get(Ieee8023::A_MAC_CONTROL_FRAMES_TRANSMITTED_HIGH),
        mac_control_frames_received: get(Ieee8023::A_MAC_CONTROL_FRAMES_RECEIVED_HIGH),
        unsupported_opcodes_received: get(Ieee8023::A_UNSUPPORTED_OPCODES_RECEIVED_HIGH),
    })
}

/// `mlx5e_stats_rmon_get()`.
pub(super) fn rmon(port: Port<'_>) -> Result<RmonStatistics> {
    let counters: Block<Rfc2819> = port.counters(0)?;
    let get = |high| Some(counters.get(wide(high)));
    let mut statistics = RmonStatistics {
        undersize: get(Rfc2819::ETHER_STATS_UNDERSIZE_PKTS_HIGH),
        fragments: get(Rfc2819::ETHER_STATS_FRAGMENTS_HIGH),
        jabbers: get(Rfc2819::ETHER_STATS_JABBERS_HIGH),
        ..RmonStatistics::default()
    };
    for (length, (_, counter)) in statistics.lengths.iter_mut().zip(LENGTHS) {
        *length = get(counter);
    }
    Ok(statistics)
}

/// `mlx5e_stats_pause_get()`.
pub(super) fn pause(port: Port<'_>, caps: &Caps) -> Result<PauseStatistics> {
    let counters: Block<Ieee8023> = port.counters(0)?;
    let get = |high| Some(counters.get(wide(high)));
    Ok(PauseStatistics {
        tx_frames: get(Ieee8023::A_PAUSE_MAC_CTRL_FRAMES_TRANSMITTED_HIGH),
        rx_frames: get(Ieee8023::A_PAUSE_MAC_CTRL_FRAMES_RECEIVED_HIGH),
        tx_storm_events: storms(port, caps).ok(),
    })
}

/// How often the other end was stopped for too long, by frames of any priority.
fn storms(port: Port<'_>, caps: &Caps) -> Result<u64> {
    if !counts_stalls(caps) {
        return Err(EOPNOTSUPP);
    }
    let stalls = wide(PerPriority::DEVICE_STALL_CRITICAL_WATERMARK_CNT_HIGH);
    let mut all: u64 = 0;
    for priority in 0..PRIORITIES {
        let counters: Block<PerPriority> = port.counters(priority)?;
        all = all.wrapping_add(counters.get(stalls));
    }
    Ok(all)
}

/// `mlx5e_get_link_ext_stats()`.
pub(super) fn link_down_events(port: Port<'_>) -> Result<u64> {
    let counters: Block<PhysLayerCntrs> = port.counters(0)?;
    Ok(counters.get(PhysLayerCntrs::LINK_DOWN_EVENTS).into())
}
