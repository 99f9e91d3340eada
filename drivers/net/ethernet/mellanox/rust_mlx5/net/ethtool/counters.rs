// SPDX-License-Identifier: GPL-2.0

//! What the device counts, by the names that the stock driver has for it.

use crate::{
    layout::{
        Eth2819CntrsGrpDataLayout,
        Eth2863CntrsGrpDataLayout,
        Eth8023CntrsGrpDataLayout,
        EthExtendedCntrsGrpDataLayout,
        EthPerPrioGrpDataLayout,
        EthPerTcCongestPrioGrpDataLayout,
        EthPerTcPrioGrpDataLayout,
        Field,
        PciePerfCntrsGrpDataLayout,
        PhysLayerCntrs,
        PhysLayerRecoveryCntrs,
        PhysLayerStatisticalCntrs,
        QueryVportCounterOut,
        TrafficCounter,
        VnicDiagnosticStatistics, //
    },
    port::wide, //
};

/// A counter of a structure: its name, or what is before and behind a number in it, and its place.
pub(super) struct Counter<S> {
    pub(super) name: (&'static str, &'static str),
    pub(super) field: Field<S, u64>,
}

/// What is counted of a kind of frames: how many, and how many bytes.
const fn packets<S>(frames: Field<S, TrafficCounter>) -> Field<S, u64> {
    frames.then(TrafficCounter::PACKETS)
}

const fn octets<S>(frames: Field<S, TrafficCounter>) -> Field<S, u64> {
    frames.then(TrafficCounter::OCTETS)
}

/// Tables of counters, whose structure is `S` within them.
macro_rules! counters {
    ($($(#[$attribute:meta])* $table:ident: $structure:ident {
        $($name:literal $(, $end:literal)? = $field:expr;)*
    })*) => {$(
        $(#[$attribute])*
        pub(super) const $table: &[Counter<$structure>] = {
            type S = $structure;
            &[$(Counter {
                name: ($name, concat!($($end)?)),
                field: $field,
            }),*]
        };
    )*};
}

counters! {
    VNIC_STEER: VnicDiagnosticStatistics {
        "rx_steer_missed_packets" = S::NIC_RECEIVE_STEERING_DISCARD;
    }
    VNIC_QUEUE: VnicDiagnosticStatistics {
        "dev_internal_queue_oob" = S::INTERNAL_RQ_OUT_OF_BUFFER.number();
    }
    VNIC_DROP: VnicDiagnosticStatistics {
        "rx_oversize_pkts_buffer" = S::ETH_WQE_TOO_SMALL.number();
    }
    VPORT: QueryVportCounterOut {
        "rx_vport_unicast_packets" = packets(S::RECEIVED_ETH_UNICAST);
        "rx_vport_unicast_bytes" = octets(S::RECEIVED_ETH_UNICAST);
        "tx_vport_unicast_packets" = packets(S::TRANSMITTED_ETH_UNICAST);
        "tx_vport_unicast_bytes" = octets(S::TRANSMITTED_ETH_UNICAST);
        "rx_vport_multicast_packets" = packets(S::RECEIVED_ETH_MULTICAST);
        "rx_vport_multicast_bytes" = octets(S::RECEIVED_ETH_MULTICAST);
        "tx_vport_multicast_packets" = packets(S::TRANSMITTED_ETH_MULTICAST);
        "tx_vport_multicast_bytes" = octets(S::TRANSMITTED_ETH_MULTICAST);
        "rx_vport_broadcast_packets" = packets(S::RECEIVED_ETH_BROADCAST);
        "rx_vport_broadcast_bytes" = octets(S::RECEIVED_ETH_BROADCAST);
        "tx_vport_broadcast_packets" = packets(S::TRANSMITTED_ETH_BROADCAST);
        "tx_vport_broadcast_bytes" = octets(S::TRANSMITTED_ETH_BROADCAST);
        "rx_vport_rdma_unicast_packets" = packets(S::RECEIVED_IB_UNICAST);
        "rx_vport_rdma_unicast_bytes" = octets(S::RECEIVED_IB_UNICAST);
        "tx_vport_rdma_unicast_packets" = packets(S::TRANSMITTED_IB_UNICAST);
        "tx_vport_rdma_unicast_bytes" = octets(S::TRANSMITTED_IB_UNICAST);
        "rx_vport_rdma_multicast_packets" = packets(S::RECEIVED_IB_MULTICAST);
        "rx_vport_rdma_multicast_bytes" = octets(S::RECEIVED_IB_MULTICAST);
        "tx_vport_rdma_multicast_packets" = packets(S::TRANSMITTED_IB_MULTICAST);
        "tx_vport_rdma_multicast_bytes" = octets(S::TRANSMITTED_IB_MULTICAST);
    }
    VPORT_LOOPBACK: QueryVportCounterOut {
        "vport_loopback_packets" = packets(S::LOCAL_LOOPBACK);
        "vport_loopback_bytes" = octets(S::LOCAL_LOOPBACK);
    }
    IEEE_802_3: Eth8023CntrsGrpDataLayout {
        "tx_packets_phy" = wide(S::A_FRAMES_TRANSMITTED_OK_HIGH);
        "rx_packets_phy" = wide(S::A_FRAMES_RECEIVED_OK_HIGH);
        "rx_crc_errors_phy" = wide(S::A_FRAME_CHECK_SEQUENCE_ERRORS_HIGH);
        "tx_bytes_phy" = wide(S::A_OCTETS_TRANSMITTED_OK_HIGH);
        "rx_bytes_phy" = wide(S::A_OCTETS_RECEIVED_OK_HIGH);
        "tx_multicast_phy" = wide(S::A_MULTICAST_FRAMES_XMITTED_OK_HIGH);
        "tx_broadcast_phy" = wide(S::A_BROADCAST_FRAMES_XMITTED_OK_HIGH);
        "rx_multicast_phy" = wide(S::A_MULTICAST_FRAMES_RECEIVED_OK_HIGH);
        "rx_broadcast_phy" = wide(S::A_BROADCAST_FRAMES_RECEIVED_OK_HIGH);
        "rx_in_range_len_errors_phy" = wide(S::A_IN_RANGE_LENGTH_ERRORS_HIGH);
        "rx_out_of_range_len_phy" = wide(S::A_OUT_OF_RANGE_LENGTH_FIELD_HIGH);
        "rx_oversize_pkts_phy" = wide(S::A_FRAME_TOO_LONG_ERRORS_HIGH);
        "rx_symbol_err_phy" = wide(S::A_SYMBOL_ERROR_DURING_CARRIER_HIGH);
        "tx_mac_control_phy" = wide(S::A_MAC_CONTROL_FRAMES_TRANSMITTED_HIGH);
        "rx_mac_control_phy" = wide(S::A_MAC_CONTROL_FRAMES_RECEIVED_HIGH);
        "rx_unsupported_op_phy" = wide(S::A_UNSUPPORTED_OPCODES_RECEIVED_HIGH);
        "rx_pause_ctrl_phy" = wide(S::A_PAUSE_MAC_CTRL_FRAMES_RECEIVED_HIGH);
        "tx_pause_ctrl_phy" = wide(S::A_PAUSE_MAC_CTRL_FRAMES_TRANSMITTED_HIGH);
    }
    RFC_2863: Eth2863CntrsGrpDataLayout {
        "rx_discards_phy" = wide(S::IF_IN_DISCARDS_HIGH);
        "tx_discards_phy" = wide(S::IF_OUT_DISCARDS_HIGH);
        "tx_errors_phy" = wide(S::IF_OUT_ERRORS_HIGH);
    }
    /// Before how many frames there are of each length.
    RFC_2819: Eth2819CntrsGrpDataLayout {
        "rx_undersize_pkts_phy" = wide(S::ETHER_STATS_UNDERSIZE_PKTS_HIGH);
        "rx_fragments_phy" = wide(S::ETHER_STATS_FRAGMENTS_HIGH);
        "rx_jabbers_phy" = wide(S::ETHER_STATS_JABBERS_HIGH);
    }
    PHYSICAL: PhysLayerCntrs {
        "link_down_events_phy" = S::LINK_DOWN_EVENTS.number();
    }
    PHYSICAL_STATISTICS: PhysLayerStatisticalCntrs {
        "rx_pcs_symbol_err_phy" = wide(S::PHY_SYMBOL_ERRORS_HIGH);
        "rx_corrected_bits_phy" = wide(S::PHY_CORRECTED_BITS_HIGH);
    }
    PHYSICAL_LANES: PhysLayerStatisticalCntrs {
        "rx_err_lane_0_phy" = wide(S::PHY_CORRECTED_BITS_LANE0_HIGH);
        "rx_err_lane_1_phy" = wide(S::PHY_CORRECTED_BITS_LANE1_HIGH);
        "rx_err_lane_2_phy" = wide(S::PHY_CORRECTED_BITS_LANE2_HIGH);
        "rx_err_lane_3_phy" = wide(S::PHY_CORRECTED_BITS_LANE3_HIGH);
    }
    PHYSICAL_RECOVERY: PhysLayerRecoveryCntrs {
        "total_success_recovery_phy" = S::TOTAL_SUCCESSFUL_RECOVERY_EVENTS.number();
    }
    EXTENDED: EthExtendedCntrsGrpDataLayout {
        "rx_buffer_passed_thres_phy" = wide(S::RX_BUFFER_ALMOST_FULL_HIGH);
    }
    BUS: PciePerfCntrsGrpDataLayout {
        "rx_pci_signal_integrity" = S::RX_ERRORS.number();
        "tx_pci_signal_integrity" = S::TX_ERRORS.number();
    }
    BUS_OVERFLOW: PciePerfCntrsGrpDataLayout {
        "outbound_pci_buffer_overflow" = wide(S::TX_OVERFLOW_BUFFER_PKT_HIGH);
    }
    BUS_STALLS: PciePerfCntrsGrpDataLayout {
        "outbound_pci_stalled_rd" = S::OUTBOUND_STALLED_READS.number();
        "outbound_pci_stalled_wr" = S::OUTBOUND_STALLED_WRITES.number();
        "outbound_pci_stalled_rd_events" = S::OUTBOUND_STALLED_READS_EVENTS.number();
        "outbound_pci_stalled_wr_events" = S::OUTBOUND_STALLED_WRITES_EVENTS.number();
    }
    PRIORITY: EthPerPrioGrpDataLayout {
        "rx_prio", "_bytes" = wide(S::RX_OCTETS_HIGH);
        "rx_prio", "_packets" = wide(S::RX_FRAMES_HIGH);
        "rx_prio", "_discards" = wide(S::RX_DISCARDS_HIGH);
        "tx_prio", "_bytes" = wide(S::TX_OCTETS_HIGH);
        "tx_prio", "_packets" = wide(S::TX_FRAMES_HIGH);
    }
    PRIORITY_PAUSE: EthPerPrioGrpDataLayout {
        "rx_", "_pause" = wide(S::RX_PAUSE_HIGH);
        "rx_", "_pause_duration" = wide(S::RX_PAUSE_DURATION_HIGH);
        "tx_", "_pause" = wide(S::TX_PAUSE_HIGH);
        "tx_", "_pause_duration" = wide(S::TX_PAUSE_DURATION_HIGH);
        "rx_", "_pause_transition" = wide(S::RX_PAUSE_TRANSITION_HIGH);
    }
    STALLS: EthPerPrioGrpDataLayout {
        "tx_pause_storm_warning_events" = wide(S::DEVICE_STALL_MINOR_WATERMARK_CNT_HIGH);
        "tx_pause_storm_error_events" = wide(S::DEVICE_STALL_CRITICAL_WATERMARK_CNT_HIGH);
    }
    CLASS_DISCARDS: EthPerTcPrioGrpDataLayout {
        "rx_prio", "_buf_discard" = wide(S::NO_BUFFER_DISCARD_UC_HIGH);
    }
    CLASS_CONGESTION: EthPerTcCongestPrioGrpDataLayout {
        "rx_prio", "_cong_discard" = wide(S::WRED_DISCARD_HIGH);
        "rx_prio", "_marked" = wide(S::ECN_MARKED_TC_HIGH);
    }
}
