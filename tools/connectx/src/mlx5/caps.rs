// SPDX-License-Identifier: GPL-2.0

//! What the device can do: its capabilities, and which of them a driver may set.

use super::{
    command::{Call, Outcome, Phase, Status},
    layout::Field,
    tables::*,
    Mlx5, Place,
};
use std::collections::BTreeMap;

/// Bytes of the capabilities of one type.
const BYTES: usize = 4096;
/// Where they are in commands and their outputs.
const START: usize = 16;

/// Types of capabilities.
const GENERAL: u16 = 0x00;
const ETHERNET: u16 = 0x01;
const ODP: u16 = 0x02;
const FLOW_TABLE: u16 = 0x07;
const ESWITCH_FLOW_TABLE: u16 = 0x08;
const ESWITCH: u16 = 0x09;
const QOS: u16 = 0x0c;
const GENERAL_2: u16 = 0x20;

/// What a transport can do with memory that is not there yet.
use odp_per_transport_service_cap as transport;
const RC: Field = odp_cap::TRANSPORT_PAGE_FAULT_SCHEME_CAP__RC_ODP_CAPS;
const UD: Field = odp_cap::TRANSPORT_PAGE_FAULT_SCHEME_CAP__UD_ODP_CAPS;
const XRC: Field = odp_cap::TRANSPORT_PAGE_FAULT_SCHEME_CAP__XRC_ODP_CAPS;

/// The values, by type.
#[rustfmt::skip]
const VALUES: &[(u16, &[(Field, u64)])] = &[
    (GENERAL, &[
        (cmd_hca_cap::HCA_CAP_2, 1),
        (cmd_hca_cap::DTOR, 1),
        (cmd_hca_cap::LOG_MAX_SRQ_SZ, 15),
        (cmd_hca_cap::LOG_MAX_QP_SZ, 15),
        (cmd_hca_cap::LOG_MAX_QP, 18),
        (cmd_hca_cap::LOG_MAX_SRQ, 16),
        (cmd_hca_cap::LOG_MAX_CQ_SZ, 22),
        (cmd_hca_cap::LOG_MAX_CQ, 20),
        (cmd_hca_cap::LOG_MAX_EQ_SZ, 22),
        (cmd_hca_cap::LOG_MAX_MKEY, 24),
        (cmd_hca_cap::FAST_TEARDOWN, 1),
        (cmd_hca_cap::LOG_MAX_EQ, 6),
        (cmd_hca_cap::MAX_INDIRECTION, 8),
        (cmd_hca_cap::LOG_MAX_MRW_SZ, 64),
        (cmd_hca_cap::FORCE_TEARDOWN, 1),
        (cmd_hca_cap::LOG_MAX_BSF_LIST_SIZE, 6),
        (cmd_hca_cap::LOG_MAX_KLM_LIST_SIZE, 6),
        (cmd_hca_cap::NULL_MKEY, 1),
        (cmd_hca_cap::LOG_MAX_RA_REQ_QP, 6),
        (cmd_hca_cap::LOG_MAX_RA_RES_QP, 6),
        (cmd_hca_cap::RELEASE_ALL_PAGES, 1),
        (cmd_hca_cap::START_PAD, 1),
        (cmd_hca_cap::END_PAD, 1),
        (cmd_hca_cap::CACHE_LINE_128BYTE, 1),
        (cmd_hca_cap::QCAM_REG, 1),
        (cmd_hca_cap::GID_TABLE_SIZE, 5),
        (cmd_hca_cap::OUT_OF_SEQ_CNT, 1),
        (cmd_hca_cap::VPORT_COUNTERS, 1),
        (cmd_hca_cap::RETRANSMISSION_Q_COUNTERS, 1),
        (cmd_hca_cap::MODIFY_RQ_COUNTER_SET_ID, 1),
        (cmd_hca_cap::MAX_QP_CNT, 255),
        (cmd_hca_cap::VPORT_GROUP_MANAGER, 1),
        (cmd_hca_cap::VHCA_GROUP_MANAGER, 1),
        (cmd_hca_cap::VNIC_ENV_QUEUE_COUNTERS, 1),
        (cmd_hca_cap::ETS, 1),
        (cmd_hca_cap::NIC_FLOW_TABLE, 1),
        (cmd_hca_cap::ESWITCH_MANAGER, 1),
        (cmd_hca_cap::MCAM_REG, 1),
        (cmd_hca_cap::PCAM_REG, 1),
        (cmd_hca_cap::LOCAL_CA_ACK_DELAY, 16),
        (cmd_hca_cap::PORT_MODULE_EVENT, 1),
        (cmd_hca_cap::ENHANCED_ERROR_Q_COUNTERS, 1),
        (cmd_hca_cap::PORTS_CHECK, 1),
        (cmd_hca_cap::DISABLE_LINK_UP, 1),
        (cmd_hca_cap::BEACON_LED, 1),
        (cmd_hca_cap::PORT_TYPE, 1),
        (cmd_hca_cap::NUM_PORTS, 1),
        (cmd_hca_cap::LOG_MAX_MSG, 30),
        (cmd_hca_cap::MAX_TC, 8),
        (cmd_hca_cap::TEMP_WARN_EVENT, 1),
        (cmd_hca_cap::GENERAL_NOTIFICATION_EVENT, 1),
        (cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_EVENT, 1),
        (cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD, 1),
        (cmd_hca_cap::PCIE_RESET_USING_HOTRESET_METHOD, 1),
        (cmd_hca_cap::CQE_VERSION, 1),
        (cmd_hca_cap::CMDIF_CHECKSUM, 3),
        (cmd_hca_cap::QOS, 1),
        (cmd_hca_cap::ETH_NET_OFFLOADS, 1),
        (cmd_hca_cap::CQ_OI, 1),
        (cmd_hca_cap::CQ_RESIZE, 1),
        (cmd_hca_cap::CQ_MODERATION, 1),
        (cmd_hca_cap::CQ_PERIOD_MODE_MODIFY, 1),
        (cmd_hca_cap::CQ_PERIOD_START_FROM_CQE, 1),
        (cmd_hca_cap::CQ_EQ_REMAP, 1),
        (cmd_hca_cap::PG, 1),
        (cmd_hca_cap::BLOCK_LB_MC, 1),
        (cmd_hca_cap::SCQE_BREAK_MODERATION, 1),
        (cmd_hca_cap::CD, 1),
        (cmd_hca_cap::APM, 1),
        (cmd_hca_cap::IMAICL, 1),
        (cmd_hca_cap::SET_DETH_SQPN, 1),
        (cmd_hca_cap::UD, 1),
        (cmd_hca_cap::RC, 1),
        (cmd_hca_cap::UAR_4K, 1),
        (cmd_hca_cap::UAR_SZ, 5),
        (cmd_hca_cap::LOG_PG_SZ, 12),
        (cmd_hca_cap::BF, 1),
        (cmd_hca_cap::DRIVER_VERSION, 1),
        (cmd_hca_cap::LOG_BF_REG_SIZE, 9),
        (cmd_hca_cap::MAX_WQE_SZ_SQ, 1024),
        (cmd_hca_cap::MAX_WQE_SZ_RQ, 512),
        (cmd_hca_cap::MAX_WQE_SZ_SQ_DC, 512),
        (cmd_hca_cap::MAX_FLOW_COUNTER_15_0, 0xffff),
        (cmd_hca_cap::FLOW_COUNTER_BULK_ALLOC, 0x1f),
        (cmd_hca_cap::LOG_MAX_FLOW_COUNTER_BULK, 15),
        (cmd_hca_cap::LOG_MAX_MCG, 21),
        (cmd_hca_cap::LOG_MAX_TRANSPORT_DOMAIN, 16),
        (cmd_hca_cap::LOG_MAX_PD, 24),
        (cmd_hca_cap::LOG_MAX_XRCD, 24),
        (cmd_hca_cap::NIC_RECEIVE_STEERING_DISCARD, 1),
        (cmd_hca_cap::RECEIVE_DISCARD_VPORT_DOWN, 1),
        (cmd_hca_cap::TRANSMIT_DISCARD_VPORT_DOWN, 1),
        (cmd_hca_cap::EQ_OVERRUN_COUNT, 1),
        (cmd_hca_cap::INVALID_COMMAND_COUNT, 1),
        (cmd_hca_cap::QUOTA_EXCEEDED_COUNT, 1),
        (cmd_hca_cap::VNIC_ENV_CQ_OVERRUN, 1),
        (cmd_hca_cap::LOG_MAX_RQ, 17),
        (cmd_hca_cap::LOG_MAX_SQ, 17),
        (cmd_hca_cap::LOG_MAX_TIR, 16),
        (cmd_hca_cap::LOG_MAX_TIS, 16),
        (cmd_hca_cap::BASIC_CYCLIC_RCV_WQE, 1),
        (cmd_hca_cap::LOG_MAX_RMP, 16),
        (cmd_hca_cap::LOG_MAX_RQT, 16),
        (cmd_hca_cap::LOG_MAX_RQT_SIZE, 10),
        (cmd_hca_cap::LOG_MAX_TIS_PER_SQ, 4),
        (cmd_hca_cap::LOG_MAX_CURRENT_UC_LIST_WR_SUPPORTED, 1),
        (cmd_hca_cap::LOG_MAX_STRIDE_SZ_RQ, 15),
        (cmd_hca_cap::LOG_MIN_STRIDE_SZ_RQ, 4),
        (cmd_hca_cap::LOG_MAX_STRIDE_SZ_SQ, 15),
        (cmd_hca_cap::LOG_MIN_STRIDE_SZ_SQ, 6),
        (cmd_hca_cap::HAIRPIN, 1),
        (cmd_hca_cap::LOG_MAX_HAIRPIN_QUEUES, 5),
        (cmd_hca_cap::LOG_MAX_HAIRPIN_WQ_DATA_SZ, 17),
        (cmd_hca_cap::LOG_MAX_HAIRPIN_NUM_PACKETS, 11),
        (cmd_hca_cap::LOG_MIN_HAIRPIN_WQ_DATA_SZ, 14),
        (cmd_hca_cap::LOG_MAX_WQ_SZ, 15),
        (cmd_hca_cap::NIC_VPORT_CHANGE_EVENT, 1),
        (cmd_hca_cap::DISABLE_LOCAL_LB_UC, 1),
        (cmd_hca_cap::DISABLE_LOCAL_LB_MC, 1),
        (cmd_hca_cap::LOG_MAX_VLAN_LIST, 12),
        (cmd_hca_cap::LOG_MAX_CURRENT_MC_LIST, 7),
        (cmd_hca_cap::LOG_MAX_CURRENT_UC_LIST, 7),
        (cmd_hca_cap::MAX_NUM_EQS, 64),
        (cmd_hca_cap::LOG_MAX_L2_TABLE, 12),
        (cmd_hca_cap::LOG_UAR_PAGE_SZ, 4),
        (cmd_hca_cap::DEVICE_FREQUENCY_MHZ, 156),
        (cmd_hca_cap::DEVICE_FREQUENCY_KHZ, 156250),
        (cmd_hca_cap::NUM_OF_UARS_PER_PAGE, 1),
        (cmd_hca_cap::NATIVE_PORT_NUM, 1),
        (cmd_hca_cap::SW_OWNER_ID, 1),
    ]),
    (GENERAL_2, &[
    ]),
    (ETHERNET, &[
        (per_protocol_networking_offload_caps::CSUM_CAP, 1),
        (per_protocol_networking_offload_caps::VLAN_CAP, 1),
        (per_protocol_networking_offload_caps::LRO_CAP, 1),
        (per_protocol_networking_offload_caps::LRO_PSH_FLAG, 1),
        (per_protocol_networking_offload_caps::LRO_TIME_STAMP, 1),
        (per_protocol_networking_offload_caps::WQE_VLAN_INSERT, 1),
        (per_protocol_networking_offload_caps::SELF_LB_EN_MODIFIABLE, 1),
        (per_protocol_networking_offload_caps::MAX_LSO_CAP, 18),
        (per_protocol_networking_offload_caps::WQE_INLINE_MODE, 2),
        (per_protocol_networking_offload_caps::RSS_IND_TBL_CAP, 8),
        (per_protocol_networking_offload_caps::SCATTER_FCS, 1),
        (per_protocol_networking_offload_caps::ENHANCED_MULTI_PKT_SEND_WQE, 1),
        (per_protocol_networking_offload_caps::TUNNEL_LSO_CONST_OUT_IP_ID, 1),
        (per_protocol_networking_offload_caps::TUNNEL_STATELESS_GRE, 1),
        (per_protocol_networking_offload_caps::TUNNEL_STATELESS_VXLAN, 1),
        (per_protocol_networking_offload_caps::TUNNEL_STATELESS_IP_OVER_IP, 1),
        (per_protocol_networking_offload_caps::CQE_CHECKSUM_FULL, 1),
        (per_protocol_networking_offload_caps::MAX_VXLAN_UDP_PORTS, 32),
    ]),
    // Kept like all that transports are about: no queue ever faults.
    (ODP, &[
        (transport::SEND.within(RC), 1),
        (transport::RECEIVE.within(RC), 1),
        (transport::WRITE.within(RC), 1),
        (transport::READ.within(RC), 1),
        (transport::SRQ_RECEIVE.within(RC), 1),
        (transport::SEND.within(UD), 1),
        (transport::SRQ_RECEIVE.within(UD), 1),
        (transport::SEND.within(XRC), 1),
        (transport::RECEIVE.within(XRC), 1),
        (transport::WRITE.within(XRC), 1),
        (transport::READ.within(XRC), 1),
        (transport::SRQ_RECEIVE.within(XRC), 1),
    ]),
    (FLOW_TABLE, &[
        (flow_table_nic_cap::NIC_RX_MULTI_PATH_TIRS, 1),
        (flow_table_nic_cap::NIC_RX_MULTI_PATH_TIRS_FTS, 1),
        (flow_table_nic_cap::ENCAP_GENERAL_HEADER, 1),
        (flow_table_nic_cap::LOG_MAX_PACKET_REFORMAT_CONTEXT, 12),
        (flow_table_nic_cap::MAX_ENCAP_HEADER_SIZE, 128),
    ]),
    (ESWITCH_FLOW_TABLE, &[
        (flow_table_eswitch_cap::FDB_TO_VPORT_REG_C_ID, 0x3),
        (flow_table_eswitch_cap::FDB_MULTI_PATH_ANY_TABLE, 1),
        (flow_table_eswitch_cap::FDB_MODIFY_HEADER_FWD_TO_TABLE, 1),
        (flow_table_eswitch_cap::FLOW_SOURCE, 1),
        (flow_table_eswitch_cap::MULTI_FDB_ENCAP, 1),
        (flow_table_eswitch_cap::EGRESS_ACL_FORWARD_TO_VPORT, 1),
        (flow_table_eswitch_cap::FDB_MULTI_PATH_TO_TABLE, 1),
    ]),
    (ESWITCH, &[
        (e_switch_cap::VPORT_SVLAN_STRIP, 1),
        (e_switch_cap::VPORT_CVLAN_STRIP, 1),
        (e_switch_cap::VPORT_SVLAN_INSERT, 1),
        (e_switch_cap::VPORT_CVLAN_INSERT_IF_NOT_EXIST, 1),
        (e_switch_cap::VPORT_CVLAN_INSERT_OVERWRITE, 1),
        (e_switch_cap::ESW_UPLINK_INGRESS_ACL, 1),
        (e_switch_cap::MERGED_ESWITCH, 1),
        (e_switch_cap::NIC_VPORT_NODE_GUID_MODIFY, 1),
        (e_switch_cap::NIC_VPORT_PORT_GUID_MODIFY, 1),
        (e_switch_cap::VXLAN_ENCAP_DECAP, 1),
        (e_switch_cap::LOG_MAX_FDB_ENCAP_UPLINK, 5),
        (e_switch_cap::LOG_MAX_PACKET_REFORMAT_CONTEXT, 12),
        (e_switch_cap::MAX_ENCAP_HEADER_SIZE, 128),
    ]),
    (QOS, &[
        (qos_cap::PACKET_PACING, 1),
        (qos_cap::ESW_SCHEDULING, 1),
        (qos_cap::ESW_BW_SHARE, 1),
        (qos_cap::ESW_RATE_LIMIT, 1),
        (qos_cap::NIC_SQ_SCHEDULING, 1),
        (qos_cap::NIC_BW_SHARE, 1),
        (qos_cap::NIC_RATE_LIMIT, 1),
        (qos_cap::PACKET_PACING_BURST_BOUND, 1),
        (qos_cap::PACKET_PACING_TYPICAL_SIZE, 1),
        (qos_cap::LOG_ESW_MAX_SCHED_DEPTH, 2),
        (qos_cap::PACKET_PACING_MAX_RATE, 100000000),
        (qos_cap::PACKET_PACING_MIN_RATE, 1),
        (qos_cap::LOG_ESW_MAX_RATE_LIMIT, 10),
        (qos_cap::PACKET_PACING_RATE_TABLE_SIZE, 128),
        (qos_cap::ESW_ELEMENT_TYPE, 0xf),
        (qos_cap::ESW_TSAR_TYPE, 0x7),
        (qos_cap::MAX_TSAR_BW_SHARE, 100),
        (qos_cap::LOG_MAX_QOS_NIC_QUEUE_GROUP, 6),
        (qos_cap::NIC_ELEMENT_TYPE, 0x11),
        (qos_cap::NIC_TSAR_TYPE, 0x7),
    ]),
];

/// What all kinds of flow tables can do.
#[rustfmt::skip]
const FLOW_TABLE_VALUES: &[(Field, u64)] = &[
    (flow_table_prop_layout::FT_SUPPORT, 1),
    (flow_table_prop_layout::FLOW_COUNTER, 1),
    (flow_table_prop_layout::FLOW_MODIFY_EN, 1),
    (flow_table_prop_layout::MODIFY_ROOT, 1),
    (flow_table_prop_layout::IDENTIFIED_MISS_TABLE_MODE, 1),
    (flow_table_prop_layout::FLOW_TABLE_MODIFY, 1),
    (flow_table_prop_layout::REFORMAT, 1),
    (flow_table_prop_layout::DECAP, 1),
    (flow_table_prop_layout::RESET_ROOT_TO_DEFAULT, 1),
    (flow_table_prop_layout::POP_VLAN, 1),
    (flow_table_prop_layout::PUSH_VLAN, 1),
    (flow_table_prop_layout::REFORMAT_AND_VLAN_ACTION, 1),
    (flow_table_prop_layout::REFORMAT_L3_TUNNEL_TO_L2, 1),
    (flow_table_prop_layout::REFORMAT_L2_TO_L3_TUNNEL, 1),
    (flow_table_prop_layout::REFORMAT_AND_MODIFY_ACTION, 1),
    (flow_table_prop_layout::IGNORE_FLOW_LEVEL, 1),
    (flow_table_prop_layout::TABLE_MISS_ACTION_DOMAIN, 1),
    (flow_table_prop_layout::TERMINATION_TABLE, 1),
    (flow_table_prop_layout::REFORMAT_AND_FWD_TO_TABLE, 1),
    (flow_table_prop_layout::LOG_MAX_FT_SIZE, 22),
    (flow_table_prop_layout::LOG_MAX_MODIFY_HEADER_CONTEXT, 16),
    (flow_table_prop_layout::MAX_MODIFY_HEADER_ACTIONS, 16),
    (flow_table_prop_layout::MAX_FT_LEVEL, 64),
    (flow_table_prop_layout::LOG_MAX_FT_NUM, 20),
    (flow_table_prop_layout::LOG_MAX_FLOW_COUNTER, 1),
    (flow_table_prop_layout::LOG_MAX_DESTINATION, 6),
    (flow_table_prop_layout::LOG_MAX_FLOW, 22),
];

/// Where the flow tables' properties are.
const FLOW_TABLES: &[(u16, Field)] = &[
    (
        FLOW_TABLE,
        flow_table_nic_cap::FLOW_TABLE_PROPERTIES_NIC_RECEIVE,
    ),
    (
        FLOW_TABLE,
        flow_table_nic_cap::FLOW_TABLE_PROPERTIES_NIC_TRANSMIT,
    ),
    (
        ESWITCH_FLOW_TABLE,
        flow_table_eswitch_cap::FLOW_TABLE_PROPERTIES_NIC_ESW_FDB,
    ),
    (
        ESWITCH_FLOW_TABLE,
        flow_table_eswitch_cap::FLOW_TABLE_PROPERTIES_ESW_ACL_INGRESS,
    ),
    (
        ESWITCH_FLOW_TABLE,
        flow_table_eswitch_cap::FLOW_TABLE_PROPERTIES_ESW_ACL_EGRESS,
    ),
];

/// Headers that flow tables can match on: the outer ones, the inner ones, and the first two
/// registers with metadata.
const MATCHES: [u8; 16] = [
    0xff, 0xff, 0xff, 0xfc, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0x03,
];

/// General capabilities that a driver may lower, or switch on up to the most there is.
const WRITABLE: &[Field] = &[
    cmd_hca_cap::PKEY_TABLE_SIZE,
    cmd_hca_cap::LOG_MAX_QP,
    cmd_hca_cap::CMDIF_CHECKSUM,
    cmd_hca_cap::UAR_4K,
    cmd_hca_cap::LOG_UAR_PAGE_SZ,
    cmd_hca_cap::CACHE_LINE_128BYTE,
    cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_EVENT,
    cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD,
    cmd_hca_cap::PCIE_RESET_USING_HOTRESET_METHOD,
    cmd_hca_cap::RELEASE_ALL_PAGES,
    cmd_hca_cap::LOG_MAX_CURRENT_UC_LIST,
];

/// Those of them that are off until a driver sets them.
const OFF_AT_FIRST: &[Field] = &[
    cmd_hca_cap::CMDIF_CHECKSUM,
    cmd_hca_cap::UAR_4K,
    cmd_hca_cap::LOG_UAR_PAGE_SZ,
    cmd_hca_cap::CACHE_LINE_128BYTE,
    cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_EVENT,
    cmd_hca_cap::PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD,
    cmd_hca_cap::PCIE_RESET_USING_HOTRESET_METHOD,
    cmd_hca_cap::RELEASE_ALL_PAGES,
];

/// Capabilities of memory that is not there yet which a driver may switch on.
const ODP_WRITABLE: &[Field] = &[
    transport::SRQ_RECEIVE.within(RC),
    transport::SRQ_RECEIVE.within(UD),
    transport::SEND.within(XRC),
    transport::RECEIVE.within(XRC),
    transport::WRITE.within(XRC),
    transport::READ.within(XRC),
    transport::ATOMIC.within(XRC),
    transport::SRQ_RECEIVE.within(XRC),
    odp_cap::MEM_PAGE_FAULT,
];

/// All types' capabilities: the most there is, and what holds now.
pub struct Capabilities {
    most: BTreeMap<u16, Vec<u8>>,
    now: BTreeMap<u16, Vec<u8>>,
}

impl Capabilities {
    /// The capabilities of one of the functions of a card.
    pub fn new(place: Place) -> Self {
        let mut most = BTreeMap::new();
        for (kind, values) in VALUES {
            let data = most.entry(*kind).or_insert_with(|| vec![0; BYTES]);
            for (field, value) in *values {
                field.set(data, *value);
            }
        }
        for (kind, table) in FLOW_TABLES {
            let data = most.entry(*kind).or_insert_with(|| vec![0; BYTES]);
            for (field, value) in FLOW_TABLE_VALUES {
                field.within(*table).set(data, *value);
            }
            for field in [
                flow_table_prop_layout::FT_FIELD_SUPPORT,
                flow_table_prop_layout::FT_FIELD_BITMASK_SUPPORT,
            ] {
                data[field.within(*table).bytes()].copy_from_slice(&MATCHES);
            }
        }
        if let Some(general) = most.get_mut(&GENERAL) {
            cmd_hca_cap::VHCA_ID.set(general, place.port.into());
            cmd_hca_cap::NATIVE_PORT_NUM.set(general, u64::from(place.port) + 1);
            if place.ports > 1 {
                cmd_hca_cap::NUM_LAG_PORTS.set(general, place.ports.into());
                cmd_hca_cap::LAG_MASTER.set(general, 1);
            }
        }
        if let Some(ethernet) = most.get_mut(&ETHERNET) {
            let periods = per_protocol_networking_offload_caps::LRO_TIMER_SUPPORTED_PERIODS;
            for (index, period) in [8, 16, 32, 1024].into_iter().enumerate() {
                Field::new(periods.offset + index * 32, 32).set(ethernet, period);
            }
        }
        let mut capabilities = Self {
            now: BTreeMap::new(),
            most,
        };
        capabilities.reset();
        capabilities
    }

    /// What a driver has set is forgotten.
    pub fn reset(&mut self) {
        self.now = self.most.clone();
        for (kind, fields) in [(GENERAL, OFF_AT_FIRST), (ODP, ODP_WRITABLE)] {
            if let Some(data) = self.now.get_mut(&kind) {
                fields.iter().for_each(|field| field.set(data, 0));
            }
        }
    }

    /// Whether the driver wants that its mailboxes' signatures are looked at.
    pub fn checks_mailboxes(&self) -> bool {
        let general = self.now.get(&GENERAL);
        general.is_some_and(|data| cmd_hca_cap::CMDIF_CHECKSUM.is_set(data))
    }

    /// How many addresses of a list a port can have.
    pub fn list_length(&self, field: Field) -> usize {
        let general = self.now.get(&GENERAL);
        1 << general.map_or(0, |data| field.get(data)).min(12)
    }
}

pub fn query_hca_cap(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let (kind, now) = (call.modifier() >> 1, call.modifier() & 1 != 0);
    let capabilities = &model.caps;
    let data = if now {
        &capabilities.now
    } else {
        &capabilities.most
    };
    let data = data.get(&kind).ok_or(Status::BadParameter)?;
    let output = call.output.get_mut(START..).unwrap_or_default();
    let length = output.len().min(data.len());
    output[..length].copy_from_slice(&data[..length]);
    Ok(())
}

pub fn set_hca_cap(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    if model.phase == Phase::Running {
        return Err(Status::BadSystemState);
    }
    let kind = call.modifier() >> 1;
    let wanted = call.input.get(START..).ok_or(Status::BadInputLength)?;
    let (Some(most), Some(now)) = (model.caps.most.get(&kind), model.caps.now.get_mut(&kind))
    else {
        return Err(Status::BadParameter);
    };
    let fields: &[Field] = match kind {
        GENERAL => WRITABLE,
        ODP => ODP_WRITABLE,
        _ => &[],
    };
    if fields
        .iter()
        .any(|field| field.get(wanted) > field.get(most))
    {
        return Err(Status::BadParameter);
    }
    for field in fields {
        field.set(now, field.get(wanted));
    }
    Ok(())
}
