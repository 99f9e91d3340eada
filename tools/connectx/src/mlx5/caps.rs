// SPDX-License-Identifier: GPL-2.0

//! What the device can do: its capabilities, and which of them a driver may set.

use super::{
    bits::{copy, Bits},
    command::{Outcome, Phase, Status, TypedCall},
    layout::*,
    Mlx5, Place,
};
use std::collections::BTreeMap;

/// Bytes of the capabilities of one type.
const BYTES: usize = HcaCapUnion::BYTES;

/// What a transport can do with memory that is not there yet.
type Transport = OdpPerTransportServiceCap;
const RC: Field<OdpCap, Transport> =
    OdpCap::TRANSPORT_PAGE_FAULT_SCHEME_CAP.then(OdpSchemeCap::RC_ODP_CAPS);
const UD: Field<OdpCap, Transport> =
    OdpCap::TRANSPORT_PAGE_FAULT_SCHEME_CAP.then(OdpSchemeCap::UD_ODP_CAPS);
const XRC: Field<OdpCap, Transport> =
    OdpCap::TRANSPORT_PAGE_FAULT_SCHEME_CAP.then(OdpSchemeCap::XRC_ODP_CAPS);

/// Values of the fields of one structure.
macro_rules! values {
    ($structure:ident { $($field:ident = $value:literal,)* }) => {
        &[$((Bits::of($structure::$field), $value)),*]
    };
}

/// Fields of one structure.
macro_rules! fields {
    ($structure:ident { $($field:ident,)* }) => { &[$(Bits::of($structure::$field)),*] };
}

/// The values, by type.
#[rustfmt::skip]
const VALUES: &[(CapabilityType, &[(Bits, u64)])] = &[
    (CapabilityType::GENERAL, values!(CmdHcaCap {
        HCA_CAP_2 = 1,
        DTOR = 1,
        LOG_MAX_SRQ_SZ = 15,
        LOG_MAX_QP_SZ = 15,
        LOG_MAX_QP = 18,
        LOG_MAX_SRQ = 16,
        LOG_MAX_CQ_SZ = 22,
        LOG_MAX_CQ = 20,
        LOG_MAX_EQ_SZ = 22,
        LOG_MAX_MKEY = 24,
        FAST_TEARDOWN = 1,
        LOG_MAX_EQ = 6,
        MAX_INDIRECTION = 8,
        LOG_MAX_MRW_SZ = 64,
        FORCE_TEARDOWN = 1,
        LOG_MAX_BSF_LIST_SIZE = 6,
        LOG_MAX_KLM_LIST_SIZE = 6,
        NULL_MKEY = 1,
        LOG_MAX_RA_REQ_QP = 6,
        LOG_MAX_RA_RES_QP = 6,
        RELEASE_ALL_PAGES = 1,
        START_PAD = 1,
        END_PAD = 1,
        CACHE_LINE_128BYTE = 1,
        QCAM_REG = 1,
        GID_TABLE_SIZE = 5,
        OUT_OF_SEQ_CNT = 1,
        VPORT_COUNTERS = 1,
        RETRANSMISSION_Q_COUNTERS = 1,
        MODIFY_RQ_COUNTER_SET_ID = 1,
        MAX_QP_CNT = 255,
        VPORT_GROUP_MANAGER = 1,
        VHCA_GROUP_MANAGER = 1,
        VNIC_ENV_QUEUE_COUNTERS = 1,
        ETS = 1,
        NIC_FLOW_TABLE = 1,
        ESWITCH_MANAGER = 1,
        MCAM_REG = 1,
        PCAM_REG = 1,
        LOCAL_CA_ACK_DELAY = 16,
        PORT_MODULE_EVENT = 1,
        ENHANCED_ERROR_Q_COUNTERS = 1,
        PORTS_CHECK = 1,
        DISABLE_LINK_UP = 1,
        BEACON_LED = 1,
        PORT_TYPE = 1,
        NUM_PORTS = 1,
        LOG_MAX_MSG = 30,
        MAX_TC = 8,
        TEMP_WARN_EVENT = 1,
        GENERAL_NOTIFICATION_EVENT = 1,
        PCI_SYNC_FOR_FW_UPDATE_EVENT = 1,
        PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD = 1,
        PCIE_RESET_USING_HOTRESET_METHOD = 1,
        CQE_VERSION = 1,
        CMDIF_CHECKSUM = 3,
        QOS = 1,
        ETH_NET_OFFLOADS = 1,
        CQ_OI = 1,
        CQ_RESIZE = 1,
        CQ_MODERATION = 1,
        CQ_PERIOD_MODE_MODIFY = 1,
        CQ_PERIOD_START_FROM_CQE = 1,
        CQ_EQ_REMAP = 1,
        PG = 1,
        BLOCK_LB_MC = 1,
        SCQE_BREAK_MODERATION = 1,
        CD = 1,
        APM = 1,
        IMAICL = 1,
        SET_DETH_SQPN = 1,
        UD = 1,
        RC = 1,
        UAR_4K = 1,
        UAR_SZ = 5,
        LOG_PG_SZ = 12,
        BF = 1,
        DRIVER_VERSION = 1,
        LOG_BF_REG_SIZE = 9,
        MAX_WQE_SZ_SQ = 1024,
        MAX_WQE_SZ_RQ = 512,
        MAX_WQE_SZ_SQ_DC = 512,
        MAX_FLOW_COUNTER_15_0 = 0xffff,
        FLOW_COUNTER_BULK_ALLOC = 0x1f,
        LOG_MAX_FLOW_COUNTER_BULK = 15,
        LOG_MAX_MCG = 21,
        LOG_MAX_TRANSPORT_DOMAIN = 16,
        LOG_MAX_PD = 24,
        LOG_MAX_XRCD = 24,
        NIC_RECEIVE_STEERING_DISCARD = 1,
        RECEIVE_DISCARD_VPORT_DOWN = 1,
        TRANSMIT_DISCARD_VPORT_DOWN = 1,
        EQ_OVERRUN_COUNT = 1,
        INVALID_COMMAND_COUNT = 1,
        QUOTA_EXCEEDED_COUNT = 1,
        VNIC_ENV_CQ_OVERRUN = 1,
        LOG_MAX_RQ = 17,
        LOG_MAX_SQ = 17,
        LOG_MAX_TIR = 16,
        LOG_MAX_TIS = 16,
        BASIC_CYCLIC_RCV_WQE = 1,
        LOG_MAX_RMP = 16,
        LOG_MAX_RQT = 16,
        LOG_MAX_RQT_SIZE = 10,
        LOG_MAX_TIS_PER_SQ = 4,
        LOG_MAX_CURRENT_UC_LIST_WR_SUPPORTED = 1,
        LOG_MAX_STRIDE_SZ_RQ = 15,
        LOG_MIN_STRIDE_SZ_RQ = 4,
        LOG_MAX_STRIDE_SZ_SQ = 15,
        LOG_MIN_STRIDE_SZ_SQ = 6,
        HAIRPIN = 1,
        LOG_MAX_HAIRPIN_QUEUES = 5,
        LOG_MAX_HAIRPIN_WQ_DATA_SZ = 17,
        LOG_MAX_HAIRPIN_NUM_PACKETS = 11,
        LOG_MIN_HAIRPIN_WQ_DATA_SZ = 14,
        LOG_MAX_WQ_SZ = 15,
        NIC_VPORT_CHANGE_EVENT = 1,
        DISABLE_LOCAL_LB_UC = 1,
        DISABLE_LOCAL_LB_MC = 1,
        LOG_MAX_VLAN_LIST = 12,
        LOG_MAX_CURRENT_MC_LIST = 7,
        LOG_MAX_CURRENT_UC_LIST = 7,
        MAX_NUM_EQS = 64,
        LOG_MAX_L2_TABLE = 12,
        LOG_UAR_PAGE_SZ = 4,
        DEVICE_FREQUENCY_MHZ = 156,
        DEVICE_FREQUENCY_KHZ = 156250,
        NUM_OF_UARS_PER_PAGE = 1,
        NATIVE_PORT_NUM = 1,
        SW_OWNER_ID = 1,
    })),
    (CapabilityType::GENERAL_2, values!(CmdHcaCap2 {})),
    (CapabilityType::ETHERNET_OFFLOADS, values!(PerProtocolNetworkingOffloadCaps {
        CSUM_CAP = 1,
        VLAN_CAP = 1,
        LRO_CAP = 1,
        LRO_PSH_FLAG = 1,
        LRO_TIME_STAMP = 1,
        WQE_VLAN_INSERT = 1,
        SELF_LB_EN_MODIFIABLE = 1,
        MAX_LSO_CAP = 18,
        WQE_INLINE_MODE = 2,
        RSS_IND_TBL_CAP = 8,
        SCATTER_FCS = 1,
        ENHANCED_MULTI_PKT_SEND_WQE = 1,
        TUNNEL_LSO_CONST_OUT_IP_ID = 1,
        TUNNEL_STATELESS_GRE = 1,
        TUNNEL_STATELESS_VXLAN = 1,
        TUNNEL_STATELESS_IP_OVER_IP = 1,
        CQE_CHECKSUM_FULL = 1,
        MAX_VXLAN_UDP_PORTS = 32,
    })),
    // Kept like all that transports are about: no queue ever faults.
    (CapabilityType::ODP, &[
        (Bits::of(RC.then(Transport::SEND)), 1),
        (Bits::of(RC.then(Transport::RECEIVE)), 1),
        (Bits::of(RC.then(Transport::WRITE)), 1),
        (Bits::of(RC.then(Transport::READ)), 1),
        (Bits::of(RC.then(Transport::SRQ_RECEIVE)), 1),
        (Bits::of(UD.then(Transport::SEND)), 1),
        (Bits::of(UD.then(Transport::SRQ_RECEIVE)), 1),
        (Bits::of(XRC.then(Transport::SEND)), 1),
        (Bits::of(XRC.then(Transport::RECEIVE)), 1),
        (Bits::of(XRC.then(Transport::WRITE)), 1),
        (Bits::of(XRC.then(Transport::READ)), 1),
        (Bits::of(XRC.then(Transport::SRQ_RECEIVE)), 1),
    ]),
    (CapabilityType::FLOW_TABLE, values!(FlowTableNicCap {
        NIC_RX_MULTI_PATH_TIRS = 1,
        NIC_RX_MULTI_PATH_TIRS_FTS = 1,
        ENCAP_GENERAL_HEADER = 1,
        LOG_MAX_PACKET_REFORMAT_CONTEXT = 12,
        MAX_ENCAP_HEADER_SIZE = 128,
    })),
    (CapabilityType::ESWITCH_FLOW_TABLE, values!(FlowTableEswitchCap {
        FDB_TO_VPORT_REG_C_ID = 0x3,
        FDB_MULTI_PATH_ANY_TABLE = 1,
        FDB_MODIFY_HEADER_FWD_TO_TABLE = 1,
        FLOW_SOURCE = 1,
        MULTI_FDB_ENCAP = 1,
        EGRESS_ACL_FORWARD_TO_VPORT = 1,
        FDB_MULTI_PATH_TO_TABLE = 1,
    })),
    (CapabilityType::ESWITCH, values!(ESwitchCap {
        VPORT_SVLAN_STRIP = 1,
        VPORT_CVLAN_STRIP = 1,
        VPORT_SVLAN_INSERT = 1,
        VPORT_CVLAN_INSERT_IF_NOT_EXIST = 1,
        VPORT_CVLAN_INSERT_OVERWRITE = 1,
        ESW_UPLINK_INGRESS_ACL = 1,
        MERGED_ESWITCH = 1,
        NIC_VPORT_NODE_GUID_MODIFY = 1,
        NIC_VPORT_PORT_GUID_MODIFY = 1,
        VXLAN_ENCAP_DECAP = 1,
        LOG_MAX_FDB_ENCAP_UPLINK = 5,
        LOG_MAX_PACKET_REFORMAT_CONTEXT = 12,
        MAX_ENCAP_HEADER_SIZE = 128,
    })),
    (CapabilityType::QOS, values!(QosCap {
        PACKET_PACING = 1,
        ESW_SCHEDULING = 1,
        ESW_BW_SHARE = 1,
        ESW_RATE_LIMIT = 1,
        NIC_SQ_SCHEDULING = 1,
        NIC_BW_SHARE = 1,
        NIC_RATE_LIMIT = 1,
        PACKET_PACING_BURST_BOUND = 1,
        PACKET_PACING_TYPICAL_SIZE = 1,
        LOG_ESW_MAX_SCHED_DEPTH = 2,
        PACKET_PACING_MAX_RATE = 100000000,
        PACKET_PACING_MIN_RATE = 1,
        LOG_ESW_MAX_RATE_LIMIT = 10,
        PACKET_PACING_RATE_TABLE_SIZE = 128,
        ESW_ELEMENT_TYPE = 0xf,
        ESW_TSAR_TYPE = 0x7,
        MAX_TSAR_BW_SHARE = 100,
        LOG_MAX_QOS_NIC_QUEUE_GROUP = 6,
        NIC_ELEMENT_TYPE = 0x11,
        NIC_TSAR_TYPE = 0x7,
    })),
];

/// What all kinds of flow tables can do.
#[rustfmt::skip]
const FLOW_TABLE_VALUES: &[(Bits, u64)] = values!(FlowTablePropLayout {
    FT_SUPPORT = 1,
    FLOW_COUNTER = 1,
    FLOW_MODIFY_EN = 1,
    MODIFY_ROOT = 1,
    IDENTIFIED_MISS_TABLE_MODE = 1,
    FLOW_TABLE_MODIFY = 1,
    REFORMAT = 1,
    DECAP = 1,
    RESET_ROOT_TO_DEFAULT = 1,
    POP_VLAN = 1,
    PUSH_VLAN = 1,
    REFORMAT_AND_VLAN_ACTION = 1,
    REFORMAT_L3_TUNNEL_TO_L2 = 1,
    REFORMAT_L2_TO_L3_TUNNEL = 1,
    REFORMAT_AND_MODIFY_ACTION = 1,
    IGNORE_FLOW_LEVEL = 1,
    TABLE_MISS_ACTION_DOMAIN = 1,
    TERMINATION_TABLE = 1,
    REFORMAT_AND_FWD_TO_TABLE = 1,
    LOG_MAX_FT_SIZE = 22,
    LOG_MAX_MODIFY_HEADER_CONTEXT = 16,
    MAX_MODIFY_HEADER_ACTIONS = 16,
    MAX_FT_LEVEL = 64,
    LOG_MAX_FT_NUM = 20,
    LOG_MAX_FLOW_COUNTER = 1,
    LOG_MAX_DESTINATION = 6,
    LOG_MAX_FLOW = 22,
});

/// Where the flow tables' properties are.
const FLOW_TABLES: &[(CapabilityType, &[Bits])] = &[
    (
        CapabilityType::FLOW_TABLE,
        fields!(FlowTableNicCap {
            FLOW_TABLE_PROPERTIES_NIC_RECEIVE,
            FLOW_TABLE_PROPERTIES_NIC_TRANSMIT,
        }),
    ),
    (
        CapabilityType::ESWITCH_FLOW_TABLE,
        fields!(FlowTableEswitchCap {
            FLOW_TABLE_PROPERTIES_NIC_ESW_FDB,
            FLOW_TABLE_PROPERTIES_ESW_ACL_INGRESS,
            FLOW_TABLE_PROPERTIES_ESW_ACL_EGRESS,
        }),
    ),
];

/// Headers that flow tables can match on: the outer ones, the inner ones, and the first two
/// registers with metadata.
const MATCHES: [u8; 16] = [
    0xff, 0xff, 0xff, 0xfc, 0xff, 0xff, 0xfe, 0, 0, 0, 0, 0, 0, 0, 0, 0x03,
];

/// General capabilities that a driver may lower, or switch on up to the most there is.
const WRITABLE: &[Bits] = fields!(CmdHcaCap {
    PKEY_TABLE_SIZE,
    LOG_MAX_QP,
    CMDIF_CHECKSUM,
    UAR_4K,
    LOG_UAR_PAGE_SZ,
    CACHE_LINE_128BYTE,
    PCI_SYNC_FOR_FW_UPDATE_EVENT,
    PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD,
    PCIE_RESET_USING_HOTRESET_METHOD,
    RELEASE_ALL_PAGES,
    LOG_MAX_CURRENT_UC_LIST,
});

/// Those of them that are off until a driver sets them.
const OFF_AT_FIRST: &[Bits] = fields!(CmdHcaCap {
    CMDIF_CHECKSUM,
    UAR_4K,
    LOG_UAR_PAGE_SZ,
    CACHE_LINE_128BYTE,
    PCI_SYNC_FOR_FW_UPDATE_EVENT,
    PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD,
    PCIE_RESET_USING_HOTRESET_METHOD,
    RELEASE_ALL_PAGES,
});

/// Capabilities of memory that is not there yet which a driver may switch on.
const ODP_WRITABLE: &[Bits] = &[
    Bits::of(RC.then(Transport::SRQ_RECEIVE)),
    Bits::of(UD.then(Transport::SRQ_RECEIVE)),
    Bits::of(XRC.then(Transport::SEND)),
    Bits::of(XRC.then(Transport::RECEIVE)),
    Bits::of(XRC.then(Transport::WRITE)),
    Bits::of(XRC.then(Transport::READ)),
    Bits::of(XRC.then(Transport::ATOMIC)),
    Bits::of(XRC.then(Transport::SRQ_RECEIVE)),
    Bits::of(OdpCap::MEM_PAGE_FAULT),
];

/// All types' capabilities: the most there is, and what holds now.
pub struct Capabilities {
    most: BTreeMap<CapabilityType, Vec<u8>>,
    now: BTreeMap<CapabilityType, Vec<u8>>,
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
        for (kind, tables) in FLOW_TABLES {
            let data = most.entry(*kind).or_insert_with(|| vec![0; BYTES]);
            for table in *tables {
                let data = &mut data[table.bytes()];
                for (field, value) in FLOW_TABLE_VALUES {
                    field.set(data, *value);
                }
                let mut table = ViewMut::<FlowTablePropLayout>::of_any_length(data);
                for field in [
                    FlowTablePropLayout::FT_FIELD_SUPPORT,
                    FlowTablePropLayout::FT_FIELD_BITMASK_SUPPORT,
                ] {
                    table.part(field).data().copy_from_slice(&MATCHES);
                }
            }
        }
        if let Some(general) = most.get_mut(&CapabilityType::GENERAL) {
            let mut general = ViewMut::<CmdHcaCap>::of_any_length(general);
            general.set(CmdHcaCap::VHCA_ID, place.port.into());
            general.set(CmdHcaCap::NATIVE_PORT_NUM, place.port + 1);
            if place.ports > 1 {
                general.set(CmdHcaCap::NUM_LAG_PORTS, place.ports);
                general.set(CmdHcaCap::LAG_MASTER, true);
            }
        }
        if let Some(ethernet) = most.get_mut(&CapabilityType::ETHERNET_OFFLOADS) {
            let mut ethernet = ViewMut::of_any_length(ethernet);
            let periods = PerProtocolNetworkingOffloadCaps::LRO_TIMER_SUPPORTED_PERIODS;
            for (field, period) in periods.elements().zip([8, 16, 32, 1024]) {
                ethernet.set(field, period);
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
        for (kind, fields) in [
            (CapabilityType::GENERAL, OFF_AT_FIRST),
            (CapabilityType::ODP, ODP_WRITABLE),
        ] {
            if let Some(data) = self.now.get_mut(&kind) {
                fields.iter().for_each(|field| field.set(data, 0));
            }
        }
    }

    /// The general ones that hold now.
    fn general(&self) -> View<'_, CmdHcaCap> {
        let general = self.now.get(&CapabilityType::GENERAL);
        View::of_any_length(general.map_or(&[], Vec::as_slice))
    }

    /// Whether the driver wants that its mailboxes' signatures are looked at.
    pub fn checks_mailboxes(&self) -> bool {
        self.general().get(CmdHcaCap::CMDIF_CHECKSUM) != 0
    }

    /// How many addresses of a list a port can have.
    pub fn list_length(&self, field: Field<CmdHcaCap, u8>) -> usize {
        1 << self.general().get(field).min(12)
    }
}

pub fn query_hca_cap(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, QueryHcaCapIn, QueryHcaCapOut>,
) -> Outcome {
    let (kind, now) = (call.modifier() >> 1, call.modifier() & 1 != 0);
    let capabilities = &model.caps;
    let data = if now {
        &capabilities.now
    } else {
        &capabilities.most
    };
    let data = data.get(&CapabilityType(kind));
    let data = data.ok_or(Status::BadParameter)?;
    let mut output = call.output();
    let mut output = output.part(QueryHcaCapOut::CAPABILITY);
    copy(data, output.data());
    Ok(())
}

pub fn set_hca_cap(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, SetHcaCapIn, MboxOut>,
) -> Outcome {
    if model.phase == Phase::Running {
        return Err(Status::BadSystemState);
    }
    let kind = CapabilityType(call.modifier() >> 1);
    let start = SetHcaCapIn::CAPABILITY.bytes().start;
    let wanted = call.input.get(start..).ok_or(Status::BadInputLength)?;
    let (Some(most), Some(now)) = (model.caps.most.get(&kind), model.caps.now.get_mut(&kind))
    else {
        return Err(Status::BadParameter);
    };
    let fields: &[Bits] = match kind {
        CapabilityType::GENERAL => WRITABLE,
        CapabilityType::ODP => ODP_WRITABLE,
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
