// SPDX-License-Identifier: GPL-2.0
// Generated from include/linux/mlx5/ by scripts/gen-mlx5-layouts. Do not edit.

//! Structures and numbers of the device's interface.

use super::{
    Content,
    Field,
    Structure,
    Tail,
    Value, //
};

numbers! {
    /// Types of capabilities.
    CapabilityType: u16 {
        GENERAL = 0x0;
        ETHERNET_OFFLOADS = 0x1;
        ODP = 0x2;
        ATOMIC = 0x3;
        ROCE = 0x4;
        IPOIB_ENHANCED_OFFLOADS = 0x6;
        FLOW_TABLE = 0x7;
        ESWITCH_FLOW_TABLE = 0x8;
        ESWITCH = 0x9;
        QOS = 0xc;
        DEBUG = 0xd;
        DEV_MEM = 0xf;
        TLS = 0x11;
        VDPA_EMULATION = 0x13;
        DEV_EVENT = 0x14;
        IPSEC = 0x15;
        CRYPTO = 0x1a;
        SHAMPO = 0x1d;
        PSP = 0x1e;
        MACSEC = 0x1f;
        GENERAL_2 = 0x20;
        PORT_SELECTION = 0x25;
        ADV_VIRTUALIZATION = 0x26;
        ADV_RDMA = 0x28;
        TLP_EMULATION = 0x2a;
    }
    /// Operations of commands.
    Opcode: u16 {
        QUERY_HCA_CAP = 0x100;
        QUERY_ADAPTER = 0x101;
        INIT_HCA = 0x102;
        TEARDOWN_HCA = 0x103;
        ENABLE_HCA = 0x104;
        DISABLE_HCA = 0x105;
        QUERY_PAGES = 0x107;
        MANAGE_PAGES = 0x108;
        SET_HCA_CAP = 0x109;
        QUERY_ISSI = 0x10a;
        SET_ISSI = 0x10b;
        SET_DRIVER_VERSION = 0x10d;
        CREATE_MKEY = 0x200;
        QUERY_MKEY = 0x201;
        DESTROY_MKEY = 0x202;
        QUERY_SPECIAL_CONTEXTS = 0x203;
        CREATE_EQ = 0x301;
        DESTROY_EQ = 0x302;
        QUERY_EQ = 0x303;
        GEN_EQE = 0x304;
        CREATE_CQ = 0x400;
        DESTROY_CQ = 0x401;
        QUERY_CQ = 0x402;
        MODIFY_CQ = 0x403;
        CREATE_QP = 0x500;
        DESTROY_QP = 0x501;
        RST2INIT_QP = 0x502;
        INIT2RTR_QP = 0x503;
        RTR2RTS_QP = 0x504;
        RTS2RTS_QP = 0x505;
        _2ERR_QP = 0x507;
        _2RST_QP = 0x50a;
        QUERY_QP = 0x50b;
        QUERY_ESW_FUNCTIONS = 0x740;
        QUERY_VPORT_STATE = 0x750;
        MODIFY_VPORT_STATE = 0x751;
        QUERY_ESW_VPORT_CONTEXT = 0x752;
        MODIFY_ESW_VPORT_CONTEXT = 0x753;
        QUERY_NIC_VPORT_CONTEXT = 0x754;
        MODIFY_NIC_VPORT_CONTEXT = 0x755;
        QUERY_VNIC_ENV = 0x76f;
        QUERY_VPORT_COUNTER = 0x770;
        ALLOC_Q_COUNTER = 0x771;
        DEALLOC_Q_COUNTER = 0x772;
        QUERY_Q_COUNTER = 0x773;
        SET_PP_RATE_LIMIT = 0x780;
        CREATE_SCHEDULING_ELEMENT = 0x782;
        DESTROY_SCHEDULING_ELEMENT = 0x783;
        QUERY_SCHEDULING_ELEMENT = 0x784;
        MODIFY_SCHEDULING_ELEMENT = 0x785;
        ALLOC_PD = 0x800;
        DEALLOC_PD = 0x801;
        ALLOC_UAR = 0x802;
        DEALLOC_UAR = 0x803;
        CONFIG_INT_MODERATION = 0x804;
        ACCESS_REG = 0x805;
        NOP = 0x80d;
        ALLOC_XRCD = 0x80e;
        DEALLOC_XRCD = 0x80f;
        ALLOC_TRANSPORT_DOMAIN = 0x816;
        DEALLOC_TRANSPORT_DOMAIN = 0x817;
        QUERY_CONG_STATUS = 0x822;
        MODIFY_CONG_STATUS = 0x823;
        QUERY_CONG_PARAMS = 0x824;
        MODIFY_CONG_PARAMS = 0x825;
        QUERY_CONG_STATISTICS = 0x826;
        ADD_VXLAN_UDP_DPORT = 0x827;
        DELETE_VXLAN_UDP_DPORT = 0x828;
        SET_L2_TABLE_ENTRY = 0x829;
        DELETE_L2_TABLE_ENTRY = 0x82b;
        SET_WOL_ROL = 0x830;
        QUERY_WOL_ROL = 0x831;
        CREATE_LAG = 0x840;
        MODIFY_LAG = 0x841;
        QUERY_LAG = 0x842;
        DESTROY_LAG = 0x843;
        CREATE_VPORT_LAG = 0x844;
        DESTROY_VPORT_LAG = 0x845;
        CREATE_TIR = 0x900;
        MODIFY_TIR = 0x901;
        DESTROY_TIR = 0x902;
        QUERY_TIR = 0x903;
        CREATE_SQ = 0x904;
        MODIFY_SQ = 0x905;
        DESTROY_SQ = 0x906;
        QUERY_SQ = 0x907;
        CREATE_RQ = 0x908;
        MODIFY_RQ = 0x909;
        DESTROY_RQ = 0x90a;
        QUERY_RQ = 0x90b;
        CREATE_RMP = 0x90c;
        MODIFY_RMP = 0x90d;
        DESTROY_RMP = 0x90e;
        QUERY_RMP = 0x90f;
        SET_DELAY_DROP_PARAMS = 0x910;
        CREATE_TIS = 0x912;
        MODIFY_TIS = 0x913;
        DESTROY_TIS = 0x914;
        QUERY_TIS = 0x915;
        CREATE_RQT = 0x916;
        MODIFY_RQT = 0x917;
        DESTROY_RQT = 0x918;
        QUERY_RQT = 0x919;
        SET_FLOW_TABLE_ROOT = 0x92f;
        CREATE_FLOW_TABLE = 0x930;
        DESTROY_FLOW_TABLE = 0x931;
        QUERY_FLOW_TABLE = 0x932;
        CREATE_FLOW_GROUP = 0x933;
        DESTROY_FLOW_GROUP = 0x934;
        QUERY_FLOW_GROUP = 0x935;
        SET_FLOW_TABLE_ENTRY = 0x936;
        QUERY_FLOW_TABLE_ENTRY = 0x937;
        DELETE_FLOW_TABLE_ENTRY = 0x938;
        ALLOC_FLOW_COUNTER = 0x939;
        DEALLOC_FLOW_COUNTER = 0x93a;
        QUERY_FLOW_COUNTER = 0x93b;
        MODIFY_FLOW_TABLE = 0x93c;
        ALLOC_PACKET_REFORMAT_CONTEXT = 0x93d;
        DEALLOC_PACKET_REFORMAT_CONTEXT = 0x93e;
        ALLOC_MODIFY_HEADER_CONTEXT = 0x940;
        DEALLOC_MODIFY_HEADER_CONTEXT = 0x941;
        CREATE_GENERAL_OBJECT = 0xa00;
        MODIFY_GENERAL_OBJECT = 0xa01;
        QUERY_GENERAL_OBJECT = 0xa02;
        DESTROY_GENERAL_OBJECT = 0xa03;
        SYNC_STEERING = 0xb00;
        QUERY_VHCA_STATE = 0xb0d;
        MODIFY_VHCA_STATE = 0xb0e;
    }
    /// Types of events.
    EventType: u8 {
        COMP = 0x0;
        PATH_MIG = 0x1;
        COMM_EST = 0x2;
        SQ_DRAINED = 0x3;
        CQ_ERROR = 0x4;
        WQ_CATAS_ERROR = 0x5;
        PATH_MIG_FAILED = 0x7;
        PORT_CHANGE = 0x9;
        CMD = 0xa;
        PAGE_REQUEST = 0xb;
        NIC_VPORT_CHANGE = 0xd;
        WQ_INVAL_REQ_ERROR = 0x10;
        WQ_ACCESS_ERROR = 0x11;
        SRQ_CATAS_ERROR = 0x12;
        SRQ_LAST_WQE = 0x13;
        SRQ_RQ_LIMIT = 0x14;
        PORT_MODULE_EVENT = 0x16;
        TEMP_WARN_EVENT = 0x17;
        GENERAL_EVENT = 0x22;
    }
    /// Registers behind ACCESS_REG.
    Register: u16 {
        QPTS = 0x4002;
        QETCR = 0x4005;
        QTCT = 0x400a;
        QPDPM = 0x4013;
        QCAM = 0x4019;
        DCBX_PARAM = 0x4020;
        DCBX_APP = 0x4021;
        PCAP = 0x5001;
        PMLP = 0x5002;
        PMTU = 0x5003;
        PTYS = 0x5004;
        PAOS = 0x5006;
        PFCC = 0x5007;
        PPCNT = 0x5008;
        PPTB = 0x500b;
        PBMC = 0x500c;
        PVLC = 0x500f;
        PMAOS = 0x5012;
        PPLM = 0x5023;
        PDDR = 0x5031;
        PPHCR = 0x503e;
        PCMR = 0x5041;
        PCAM = 0x507f;
        NODE_DESC = 0x6001;
        HOST_ENDIANNESS = 0x7004;
        MTCAP = 0x9009;
        MTMP = 0x900a;
        MCIA = 0x9014;
        MNVDA = 0x9024;
        MFRL = 0x9028;
        MLCR = 0x902b;
        MRTC = 0x902d;
        MPEIN = 0x9050;
        MPCNT = 0x9051;
        MPIR = 0x9059;
        MCQS = 0x9060;
        MCQI = 0x9061;
        MCC = 0x9062;
        MCDA = 0x9063;
        MCAM = 0x907f;
        SBPR = 0xb001;
        SBCM = 0xb002;
        DTOR = 0xc00e;
    }
}

structures! {
    /// `mlx5_ifc_access_register_in_bits`
    AccessRegisterIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        REGISTER_ID: Register = 0x50, 16;
        ARGUMENT: u32 = 0x60, 32;
        .. REGISTER_DATA: u32 = 0x80;
    }
    /// `mlx5_ifc_access_register_out_bits`
    AccessRegisterOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        .. REGISTER_DATA: u32 = 0x80;
    }
    /// `mlx5_ifc_add_vxlan_udp_dport_in_bits`
    AddVxlanUdpDportIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        VXLAN_UDP_PORT: u16 = 0x70, 16;
    }
    /// `mlx5_ifc_alloc_flow_counter_in_bits`
    AllocFlowCounterIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        FLOW_COUNTER_BULK_LOG_SIZE: u8 = 0x73, 5;
        FLOW_COUNTER_BULK: u8 = 0x78, 8;
    }
    /// `mlx5_ifc_alloc_flow_counter_out_bits`
    AllocFlowCounterOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        FLOW_COUNTER_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_alloc_modify_header_context_in_bits`
    AllocModifyHeaderContextIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_TYPE: u8 = 0x60, 8;
        NUM_OF_ACTIONS: u8 = 0x78, 8;
        .. ACTIONS: u64 = 0x80;
    }
    /// `mlx5_ifc_alloc_modify_header_context_out_bits`
    AllocModifyHeaderContextOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        MODIFY_HEADER_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_alloc_packet_reformat_context_out_bits`
    AllocPacketReformatContextOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        PACKET_REFORMAT_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_alloc_pd_out_bits`
    AllocPdOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        PD: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_alloc_q_counter_out_bits`
    AllocQCounterOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        COUNTER_SET_ID: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_alloc_transport_domain_out_bits`
    AllocTransportDomainOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        TRANSPORT_DOMAIN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_alloc_uar_out_bits`
    AllocUarOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        UAR: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_alloc_xrcd_out_bits`
    AllocXrcdOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        XRCD: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_atomic_caps_bits`
    AtomicCaps(0x800) {
        ATOMIC_REQ_8B_ENDIANNESS_MODE: u8 = 0x40, 2;
        SUPPORTED_ATOMIC_REQ_8B_ENDIANNESS_MODE_1: bool = 0x46, 1;
        ATOMIC_OPERATIONS: u16 = 0x90, 16;
        ATOMIC_SIZE_QP: u16 = 0xb0, 16;
        ATOMIC_SIZE_DC: u16 = 0xd0, 16;
    }
    /// `mlx5_ifc_cmd_hca_cap_bits`
    CmdHcaCap(0x800) {
        PAGE_REQUEST_DISABLE: bool = 0x6, 1;
        ABS_NATIVE_PORT_NUM: bool = 0x7, 1;
        SHARED_OBJECT_TO_USER_OBJECT_ALLOWED: bool = 0x10, 1;
        VHCA_RESOURCE_MANAGER: bool = 0x1f, 1;
        HCA_CAP_2: bool = 0x20, 1;
        CREATE_LAG_WHEN_NOT_MASTER_UP: bool = 0x21, 1;
        DTOR: bool = 0x22, 1;
        EVENT_ON_VHCA_STATE_TEARDOWN_REQUEST: bool = 0x23, 1;
        EVENT_ON_VHCA_STATE_IN_USE: bool = 0x24, 1;
        EVENT_ON_VHCA_STATE_ACTIVE: bool = 0x25, 1;
        EVENT_ON_VHCA_STATE_ALLOCATED: bool = 0x26, 1;
        EVENT_ON_VHCA_STATE_INVALID: bool = 0x27, 1;
        VHCA_ID: u16 = 0x30, 16;
        LOG_MAX_SRQ_SZ: u8 = 0x80, 8;
        LOG_MAX_QP_SZ: u8 = 0x88, 8;
        EVENT_CAP: bool = 0x90, 1;
        ISOLATE_VL_TC_NEW: bool = 0x93, 1;
        PRIO_TAG_REQUIRED: bool = 0x98, 1;
        LOG_MAX_QP: u8 = 0x9b, 5;
        ECE_SUPPORT: bool = 0xa3, 1;
        REG_C_PRESERVE: bool = 0xa9, 1;
        LOG_MAX_SRQ: u8 = 0xab, 5;
        UPLINK_FOLLOW: bool = 0xb1, 1;
        TS_CQE_TO_DEST_CQN: bool = 0xb2, 1;
        GO_BACK_N: bool = 0xb9, 1;
        MAX_SGL_FOR_OPTIMIZED_PERFORMANCE: u8 = 0xc0, 8;
        LOG_MAX_CQ_SZ: u8 = 0xc8, 8;
        RELAXED_ORDERING_WRITE_UMR: bool = 0xd0, 1;
        RELAXED_ORDERING_READ_UMR: bool = 0xd1, 1;
        VIRTIO_NET_DEVICE_EMUALTION_MANAGER: bool = 0xd9, 1;
        VIRTIO_BLK_DEVICE_EMUALTION_MANAGER: bool = 0xda, 1;
        LOG_MAX_CQ: u8 = 0xdb, 5;
        LOG_MAX_EQ_SZ: u8 = 0xe0, 8;
        RELAXED_ORDERING_WRITE: bool = 0xe8, 1;
        RELAXED_ORDERING_READ_PCI_ENABLED: bool = 0xe9, 1;
        LOG_MAX_MKEY: u8 = 0xea, 6;
        TERMINATE_SCATTER_LIST_MKEY: bool = 0xf6, 1;
        REPEATED_MKEY: bool = 0xf7, 1;
        DUMP_FILL_MKEY: bool = 0xf8, 1;
        FAST_TEARDOWN: bool = 0xfb, 1;
        LOG_MAX_EQ: u8 = 0xfc, 4;
        MAX_INDIRECTION: u8 = 0x100, 8;
        FIXED_BUFFER_SIZE: bool = 0x108, 1;
        LOG_MAX_MRW_SZ: u8 = 0x109, 7;
        FORCE_TEARDOWN: bool = 0x110, 1;
        LOG_MAX_BSF_LIST_SIZE: u8 = 0x112, 6;
        UMR_EXTENDED_TRANSLATION_OFFSET: bool = 0x118, 1;
        NULL_MKEY: bool = 0x119, 1;
        LOG_MAX_KLM_LIST_SIZE: u8 = 0x11a, 6;
        QPC_EXTENSION: bool = 0x122, 1;
        LOG_MAX_RA_REQ_DC: u8 = 0x12a, 6;
        ETH_WQE_TOO_SMALL: bool = 0x132, 1;
        VNIC_ENV_CQ_OVERRUN: bool = 0x139, 1;
        LOG_MAX_RA_RES_DC: u8 = 0x13a, 6;
        RELEASE_ALL_PAGES: bool = 0x145, 1;
        MUST_NOT_USE: bool = 0x146, 1;
        ROCE_ACCL: bool = 0x149, 1;
        LOG_MAX_RA_REQ_QP: u8 = 0x14a, 6;
        LOG_MAX_RA_RES_QP: u8 = 0x15a, 6;
        END_PAD: bool = 0x160, 1;
        CC_QUERY_ALLOWED: bool = 0x161, 1;
        CC_MODIFY_ALLOWED: bool = 0x162, 1;
        START_PAD: bool = 0x163, 1;
        CACHE_LINE_128BYTE: bool = 0x164, 1;
        RTS2RTS_QP_COUNTERS_SET_ID: bool = 0x169, 1;
        VNIC_ENV_INT_RQ_OOB: bool = 0x16c, 1;
        SBCAM_REG: bool = 0x16d, 1;
        QCAM_REG: bool = 0x16f, 1;
        GID_TABLE_SIZE: u16 = 0x170, 16;
        OUT_OF_SEQ_CNT: bool = 0x180, 1;
        VPORT_COUNTERS: bool = 0x181, 1;
        RETRANSMISSION_Q_COUNTERS: bool = 0x182, 1;
        DEBUG: bool = 0x183, 1;
        MODIFY_RQ_COUNTER_SET_ID: bool = 0x184, 1;
        RQ_DELAY_DROP: bool = 0x185, 1;
        MAX_QP_CNT: u16 = 0x186, 10;
        PKEY_TABLE_SIZE: u16 = 0x190, 16;
        VPORT_GROUP_MANAGER: bool = 0x1a0, 1;
        VHCA_GROUP_MANAGER: bool = 0x1a1, 1;
        IB_VIRT: bool = 0x1a2, 1;
        ETH_VIRT: bool = 0x1a3, 1;
        VNIC_ENV_QUEUE_COUNTERS: bool = 0x1a4, 1;
        ETS: bool = 0x1a5, 1;
        NIC_FLOW_TABLE: bool = 0x1a6, 1;
        ESWITCH_MANAGER: bool = 0x1a7, 1;
        DEVICE_MEMORY: bool = 0x1a8, 1;
        MCAM_REG: bool = 0x1a9, 1;
        PCAM_REG: bool = 0x1aa, 1;
        LOCAL_CA_ACK_DELAY: u8 = 0x1ab, 5;
        PORT_MODULE_EVENT: bool = 0x1b0, 1;
        ENHANCED_ERROR_Q_COUNTERS: bool = 0x1b1, 1;
        PORTS_CHECK: bool = 0x1b2, 1;
        DISABLE_LINK_UP: bool = 0x1b4, 1;
        BEACON_LED: bool = 0x1b5, 1;
        PORT_TYPE: u8 = 0x1b6, 2;
        NUM_PORTS: u8 = 0x1b8, 8;
        PPS: bool = 0x1c1, 1;
        PPS_MODIFY: bool = 0x1c2, 1;
        LOG_MAX_MSG: u8 = 0x1c3, 5;
        MAX_TC: u8 = 0x1cc, 4;
        TEMP_WARN_EVENT: bool = 0x1d0, 1;
        DCBX: bool = 0x1d1, 1;
        GENERAL_NOTIFICATION_EVENT: bool = 0x1d2, 1;
        FPGA: bool = 0x1d5, 1;
        ROL_S: bool = 0x1d6, 1;
        ROL_G: bool = 0x1d7, 1;
        WOL_S: bool = 0x1d9, 1;
        WOL_G: bool = 0x1da, 1;
        WOL_A: bool = 0x1db, 1;
        WOL_B: bool = 0x1dc, 1;
        WOL_M: bool = 0x1dd, 1;
        WOL_U: bool = 0x1de, 1;
        WOL_P: bool = 0x1df, 1;
        STAT_RATE_SUPPORT: u16 = 0x1e0, 16;
        PCI_SYNC_FOR_FW_UPDATE_EVENT: bool = 0x1f1, 1;
        INIT2_LAG_TX_PORT_AFFINITY: bool = 0x1f8, 1;
        WQE_BASED_FLOW_TABLE_UPDATE_CAP: bool = 0x1fb, 1;
        CQE_VERSION: u8 = 0x1fc, 4;
        COMPACT_ADDRESS_VECTOR: bool = 0x200, 1;
        STRIDING_RQ: bool = 0x201, 1;
        IPOIB_ENHANCED_OFFLOADS: bool = 0x203, 1;
        IPOIB_BASIC_OFFLOADS: bool = 0x204, 1;
        REPEATED_BLOCK_DISABLED: bool = 0x206, 1;
        UMR_MODIFY_ENTITY_SIZE_DISABLED: bool = 0x207, 1;
        UMR_MODIFY_ATOMIC_DISABLED: bool = 0x208, 1;
        UMR_INDIRECT_MKEY_DISABLED: bool = 0x209, 1;
        UMR_FENCE: u8 = 0x20a, 2;
        DC_REQ_SCAT_DATA_CQE: bool = 0x20c, 1;
        DRAIN_SIGERR: bool = 0x20f, 1;
        CMDIF_CHECKSUM: u8 = 0x210, 2;
        SIGERR_CQE: bool = 0x212, 1;
        WQ_SIGNATURE: bool = 0x214, 1;
        SCTR_DATA_CQE: bool = 0x215, 1;
        SHO: bool = 0x217, 1;
        TPH: bool = 0x218, 1;
        RF: bool = 0x219, 1;
        DCT: bool = 0x21a, 1;
        QOS: bool = 0x21b, 1;
        ETH_NET_OFFLOADS: bool = 0x21c, 1;
        ROCE: bool = 0x21d, 1;
        ATOMIC: bool = 0x21e, 1;
        CQ_OI: bool = 0x220, 1;
        CQ_RESIZE: bool = 0x221, 1;
        CQ_MODERATION: bool = 0x222, 1;
        CQ_PERIOD_MODE_MODIFY: bool = 0x223, 1;
        CQ_EQ_REMAP: bool = 0x226, 1;
        PG: bool = 0x227, 1;
        BLOCK_LB_MC: bool = 0x228, 1;
        SCQE_BREAK_MODERATION: bool = 0x22a, 1;
        CQ_PERIOD_START_FROM_CQE: bool = 0x22b, 1;
        CD: bool = 0x22c, 1;
        APM: bool = 0x22e, 1;
        VECTOR_CALC: bool = 0x22f, 1;
        UMR_PTR_RLKY: bool = 0x230, 1;
        IMAICL: bool = 0x231, 1;
        QP_PACKET_BASED: bool = 0x232, 1;
        QKV: bool = 0x236, 1;
        PKV: bool = 0x237, 1;
        SET_DETH_SQPN: bool = 0x238, 1;
        XRC: bool = 0x23c, 1;
        UD: bool = 0x23d, 1;
        UC: bool = 0x23e, 1;
        RC: bool = 0x23f, 1;
        UAR_4K: bool = 0x240, 1;
        FL_RC_QP_WHEN_ROCE_DISABLED: bool = 0x248, 1;
        REGEXP_PARAMS: bool = 0x249, 1;
        UAR_SZ: u8 = 0x24a, 6;
        PORT_SELECTION_CAP: bool = 0x250, 1;
        NIC_CAP_REG: bool = 0x251, 1;
        UMEM_UID_0: bool = 0x252, 1;
        LOG_PG_SZ: u8 = 0x258, 8;
        BF: bool = 0x260, 1;
        DRIVER_VERSION: bool = 0x261, 1;
        PAD_TX_ETH_PACKET: bool = 0x262, 1;
        MKEY_BY_NAME: bool = 0x266, 1;
        LOG_BF_REG_SIZE: u8 = 0x26b, 5;
        DISCIPLINED_FR_COUNTER: bool = 0x270, 1;
        QP_ERROR_SYNDROME: bool = 0x273, 1;
        LAG_DCT: u8 = 0x276, 2;
        LAG_TX_PORT_AFFINITY: bool = 0x278, 1;
        LAG_NATIVE_FDB_SELECTION: bool = 0x279, 1;
        LAG_MASTER: bool = 0x27b, 1;
        NUM_LAG_PORTS: u8 = 0x27c, 4;
        MAX_WQE_SZ_SQ: u16 = 0x290, 16;
        ICM_MNG_FUNCTION_ID_MODE: bool = 0x2a0, 1;
        MKEY_PCIE_TPH: bool = 0x2a7, 1;
        TIS_TIR_TD_ORDER: bool = 0x2a9, 1;
        PSP: bool = 0x2aa, 1;
        SHAMPO: bool = 0x2ab, 1;
        MAX_WQE_SZ_RQ: u16 = 0x2b0, 16;
        MAX_FLOW_COUNTER_31_16: u16 = 0x2c0, 16;
        MAX_WQE_SZ_SQ_DC: u16 = 0x2d0, 16;
        QUERY_HOST_NET_FUNCTION_NUM_MAX: u8 = 0x2e0, 5;
        MAX_QP_MCG: u32 = 0x2e7, 25;
        FLOW_COUNTER_BULK_ALLOC: u8 = 0x310, 8;
        LOG_MAX_MCG: u8 = 0x318, 8;
        LOG_MAX_TRANSPORT_DOMAIN: u8 = 0x323, 5;
        RELAXED_ORDERING_READ: bool = 0x32a, 1;
        LOG_MAX_PD: u8 = 0x32b, 5;
        DP_ORDERING_OOO_ALL_UD: bool = 0x330, 1;
        DP_ORDERING_OOO_ALL_UC: bool = 0x331, 1;
        DP_ORDERING_OOO_ALL_XRC: bool = 0x332, 1;
        DP_ORDERING_OOO_ALL_DC: bool = 0x333, 1;
        DP_ORDERING_OOO_ALL_RC: bool = 0x334, 1;
        PCIE_RESET_USING_HOTRESET_METHOD: bool = 0x335, 1;
        PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD: bool = 0x336, 1;
        VNIC_ENV_CNT_STEERING_FAIL: bool = 0x337, 1;
        VPORT_COUNTER_LOCAL_LOOPBACK: bool = 0x338, 1;
        Q_COUNTER_AGGREGATION: bool = 0x339, 1;
        Q_COUNTER_OTHER_VPORT: bool = 0x33a, 1;
        LOG_MAX_XRCD: u8 = 0x33b, 5;
        NIC_RECEIVE_STEERING_DISCARD: bool = 0x340, 1;
        RECEIVE_DISCARD_VPORT_DOWN: bool = 0x341, 1;
        TRANSMIT_DISCARD_VPORT_DOWN: bool = 0x342, 1;
        EQ_OVERRUN_COUNT: bool = 0x343, 1;
        INVALID_COMMAND_COUNT: bool = 0x345, 1;
        QUOTA_EXCEEDED_COUNT: bool = 0x346, 1;
        LOG_MAX_FLOW_COUNTER_BULK: u8 = 0x348, 8;
        MAX_FLOW_COUNTER_15_0: u16 = 0x350, 16;
        LOG_MAX_RQ: u8 = 0x363, 5;
        FT_ALIAS_SW_VHCA_ID: bool = 0x368, 1;
        LOG_MAX_SQ: u8 = 0x36b, 5;
        LOG_MAX_TIR: u8 = 0x373, 5;
        LOG_MAX_TIS: u8 = 0x37b, 5;
        BASIC_CYCLIC_RCV_WQE: bool = 0x380, 1;
        LOG_MAX_RMP: u8 = 0x383, 5;
        SD_GROUP_SIZE: bool = 0x388, 1;
        LOG_MAX_RQT: u8 = 0x38b, 5;
        LOG_MAX_RQT_SIZE: u8 = 0x393, 5;
        TLP_DEVICE_EMULATION_MANAGER: bool = 0x398, 1;
        VNIC_ENV_CNT_BAR_UAR_ACCESS: bool = 0x399, 1;
        VNIC_ENV_CNT_ODP_PAGE_FAULT: bool = 0x39a, 1;
        LOG_MAX_TIS_PER_SQ: u8 = 0x39b, 5;
        EXT_STRIDE_NUM_RANGE: bool = 0x3a0, 1;
        ROCE_RW_SUPPORTED: bool = 0x3a1, 1;
        LOG_MAX_CURRENT_UC_LIST_WR_SUPPORTED: bool = 0x3a2, 1;
        LOG_MAX_STRIDE_SZ_RQ: u8 = 0x3a3, 5;
        LOG_MIN_STRIDE_SZ_RQ: u8 = 0x3ab, 5;
        QP_LATENCY_SENSITIVE_DISABLE: bool = 0x3b2, 1;
        LOG_MAX_STRIDE_SZ_SQ: u8 = 0x3b3, 5;
        LOG_MIN_STRIDE_SZ_SQ: u8 = 0x3bb, 5;
        HAIRPIN: bool = 0x3c0, 1;
        LOG_MAX_HAIRPIN_QUEUES: u8 = 0x3c3, 5;
        LOG_MAX_HAIRPIN_WQ_DATA_SZ: u8 = 0x3cb, 5;
        LOG_MAX_HAIRPIN_NUM_PACKETS: u8 = 0x3d3, 5;
        LOG_MAX_WQ_SZ: u8 = 0x3db, 5;
        NIC_VPORT_CHANGE_EVENT: bool = 0x3e0, 1;
        DISABLE_LOCAL_LB_UC: bool = 0x3e1, 1;
        DISABLE_LOCAL_LB_MC: bool = 0x3e2, 1;
        LOG_MIN_HAIRPIN_WQ_DATA_SZ: u8 = 0x3e3, 5;
        SILENT_MODE_SET: bool = 0x3e9, 1;
        VHCA_STATE: bool = 0x3ea, 1;
        LOG_MAX_VLAN_LIST: u8 = 0x3eb, 5;
        LOG_MAX_CURRENT_MC_LIST: u8 = 0x3f3, 5;
        SILENT_MODE_QUERY: bool = 0x3f9, 1;
        QUERY_HOST_NET_FUNCTION_V1: bool = 0x3fa, 1;
        LOG_MAX_CURRENT_UC_LIST: u8 = 0x3fb, 5;
        GENERAL_OBJ_TYPES: u64 = 0x400, 64;
        SQ_TS_FORMAT: u8 = 0x440, 2;
        RQ_TS_FORMAT: u8 = 0x442, 2;
        STEERING_FORMAT_VERSION: u8 = 0x444, 4;
        CREATE_QP_START_HINT: u32 = 0x448, 24;
        ATS: bool = 0x461, 1;
        CROSS_VHCA_RQT: bool = 0x462, 1;
        LOG_MAX_UCTX: u8 = 0x463, 5;
        CRYPTO: bool = 0x469, 1;
        IPSEC_OFFLOAD: bool = 0x46a, 1;
        LOG_MAX_UMEM: u8 = 0x46b, 5;
        MAX_NUM_EQS: u16 = 0x470, 16;
        TLS_TX: bool = 0x481, 1;
        TLS_RX: bool = 0x482, 1;
        LOG_MAX_L2_TABLE: u8 = 0x483, 5;
        LOG_UAR_PAGE_SZ: u16 = 0x490, 16;
        DEVICE_FREQUENCY_MHZ: u32 = 0x4c0, 32;
        DEVICE_FREQUENCY_KHZ: u32 = 0x4e0, 32;
        NUM_OF_UARS_PER_PAGE: u32 = 0x520, 32;
        FLEX_PARSER_PROTOCOLS: u32 = 0x540, 32;
        MAX_GENEVE_TLV_OPTIONS: u8 = 0x560, 8;
        MAX_GENEVE_TLV_OPTION_DATA_LEN: u8 = 0x56b, 5;
        ADV_RDMA: bool = 0x571, 1;
        ADV_VIRTUALIZATION: bool = 0x579, 1;
        LOG_MAX_DCI_STREAM_CHANNELS: u8 = 0x58b, 5;
        LOG_MAX_DCI_ERRORED_STREAMS: u8 = 0x593, 5;
        ENHANCED_CQE_COMPRESSION: bool = 0x5b0, 1;
        CROSSING_VHCA_MKEY: bool = 0x5b2, 1;
        LOG_MAX_DEK: u8 = 0x5b3, 5;
        MINI_CQE_RESP_STRIDE_INDEX: bool = 0x5bc, 1;
        CQE_128_ALWAYS: bool = 0x5bd, 1;
        CQE_COMPRESSION_128: bool = 0x5be, 1;
        CQE_COMPRESSION: bool = 0x5bf, 1;
        CQE_COMPRESSION_TIMEOUT: u16 = 0x5c0, 16;
        CQE_COMPRESSION_MAX_NUM: u16 = 0x5d0, 16;
        FLEX_PARSER_ID_GTPU_DW_0: u8 = 0x5e8, 4;
        TAG_MATCHING: bool = 0x5f0, 1;
        RNDV_OFFLOAD_RC: bool = 0x5f1, 1;
        RNDV_OFFLOAD_DC: bool = 0x5f2, 1;
        LOG_TAG_MATCHING_LIST_SZ: u8 = 0x5f3, 5;
        LOG_MAX_XRQ: u8 = 0x5fb, 5;
        AFFILIATE_NIC_VPORT_CRITERIA: u8 = 0x600, 8;
        NATIVE_PORT_NUM: u8 = 0x608, 8;
        NUM_VHCA_PORTS: u8 = 0x610, 8;
        FLEX_PARSER_ID_GTPU_TEID: u8 = 0x618, 4;
        SW_OWNER_ID: bool = 0x61e, 1;
        MAX_NUM_OF_MONITOR_COUNTERS: u16 = 0x620, 16;
        NUM_PPCNT_MONITOR_COUNTERS: u16 = 0x630, 16;
        MAX_NUM_SF: u16 = 0x640, 16;
        NUM_Q_MONITOR_COUNTERS: u16 = 0x650, 16;
        SF: bool = 0x680, 1;
        SF_SET_PARTITION: bool = 0x681, 1;
        LOG_MAX_SF: u8 = 0x683, 5;
        APU: bool = 0x688, 1;
        MIGRATION: bool = 0x68d, 1;
        LOG_MIN_SF_SIZE: u8 = 0x690, 8;
        MAX_NUM_SF_PARTITIONS: u8 = 0x698, 8;
        UCTX_CAP: u32 = 0x6a0, 32;
        FLEX_PARSER_ID_GENEVE_TLV_OPTION_0: u8 = 0x6c4, 4;
        FLEX_PARSER_ID_ICMP_DW1: u8 = 0x6c8, 4;
        FLEX_PARSER_ID_ICMP_DW0: u8 = 0x6cc, 4;
        FLEX_PARSER_ID_ICMPV6_DW1: u8 = 0x6d0, 4;
        FLEX_PARSER_ID_ICMPV6_DW0: u8 = 0x6d4, 4;
        FLEX_PARSER_ID_OUTER_FIRST_MPLS_OVER_GRE: u8 = 0x6d8, 4;
        FLEX_PARSER_ID_OUTER_FIRST_MPLS_OVER_UDP_LABEL: u8 = 0x6dc, 4;
        MAX_NUM_MATCH_DEFINER: u16 = 0x6e0, 16;
        SF_BASE_ID: u16 = 0x6f0, 16;
        FLEX_PARSER_ID_GTPU_DW_2: u8 = 0x700, 4;
        FLEX_PARSER_ID_GTPU_FIRST_EXT_DW_0: u8 = 0x704, 4;
        NUM_TOTAL_DYNAMIC_VF_MSIX: u32 = 0x708, 24;
        DYNAMIC_MSIX_TABLE_SIZE: u16 = 0x734, 12;
        MIN_DYNAMIC_VF_MSIX_TABLE_SIZE: u8 = 0x74c, 4;
        DATA_DIRECT: bool = 0x752, 1;
        MAX_DYNAMIC_VF_MSIX_TABLE_SIZE: u16 = 0x754, 12;
        LOG_MAX_NUM_HEADER_MODIFY_ARGUMENT: u8 = 0x763, 5;
        LOG_HEADER_MODIFY_ARGUMENT_GRANULARITY_OFFSET: u8 = 0x768, 4;
        LOG_HEADER_MODIFY_ARGUMENT_GRANULARITY: u8 = 0x76c, 4;
        LOG_HEADER_MODIFY_ARGUMENT_MAX_ALLOC: u8 = 0x773, 5;
        VHCA_TUNNEL_COMMANDS: u64 = 0x780, 64;
        MATCH_DEFINER_FORMAT_SUPPORTED: u64 = 0x7c0, 64;
    }
    /// `mlx5_ifc_cmd_hca_cap_2_bits`
    CmdHcaCap2(0x800) {
        MIGRATABLE: bool = 0x80, 1;
        DP_ORDERING_FORCE: bool = 0x88, 1;
        QUERY_VUID: bool = 0x92, 1;
        UMR_LOG_ENTITY_SIZE_5: bool = 0x98, 1;
        MAX_REFORMAT_INSERT_SIZE: u8 = 0xa0, 8;
        MAX_REFORMAT_INSERT_OFFSET: u8 = 0xa8, 8;
        MAX_REFORMAT_REMOVE_SIZE: u8 = 0xb0, 8;
        MAX_REFORMAT_REMOVE_OFFSET: u8 = 0xb8, 8;
        MIGRATION_MULTI_LOAD: bool = 0xc8, 1;
        MIGRATION_TRACKING_STATE: bool = 0xc9, 1;
        MULTIPLANE_QP_UD: bool = 0xca, 1;
        MIGRATION_IN_CHUNKS: bool = 0xd0, 1;
        SF_EQ_USAGE: bool = 0xd2, 1;
        MULTIPLANE: bool = 0xd8, 1;
        MIGRATION_STATE: bool = 0xd9, 1;
        CROSS_VHCA_OBJECT_TO_OBJECT_SUPPORTED: u32 = 0xe0, 32;
        ALLOWED_OBJECT_FOR_OTHER_VHCA_ACCESS: u64 = 0x100, 64;
        FLOW_TABLE_TYPE_2_TYPE: u8 = 0x1a0, 8;
        FORMAT_SELECT_DW_8_6_EXT: bool = 0x1aa, 1;
        LOG_MIN_MKEY_ENTITY_SIZE: u8 = 0x1ab, 5;
        GENERAL_OBJ_TYPES_127_64: u64 = 0x1c0, 64;
        SW_VHCA_ID_VALID: bool = 0x221, 1;
        SW_VHCA_ID: u16 = 0x222, 14;
        TS_CQE_METADATA_SIZE2WQE_COUNTER: u8 = 0x24b, 5;
        FORMAT_SELECT_DW_GTPU_DW_0: u8 = 0x280, 8;
        FORMAT_SELECT_DW_GTPU_DW_1: u8 = 0x288, 8;
        FORMAT_SELECT_DW_GTPU_DW_2: u8 = 0x290, 8;
        FORMAT_SELECT_DW_GTPU_FIRST_EXT_DW_0: u8 = 0x298, 8;
        GENERATE_WQE_TYPE: u32 = 0x2a0, 32;
        MIN_MKEY_LOG_ENTITY_SIZE_FIXED_BUFFER: u8 = 0x38b, 5;
        EC_VF_VPORT_BASE: u16 = 0x390, 16;
        MAX_MKEY_LOG_ENTITY_SIZE_FIXED_BUFFER: u8 = 0x3a2, 6;
        MAX_MKEY_LOG_ENTITY_SIZE_MTT: u8 = 0x3aa, 6;
        MAX_RQT_VHCA_ID: u16 = 0x3b0, 16;
        PCC_IFA2: bool = 0x3f0, 1;
        MIN_MKEY_LOG_ENTITY_SIZE_FIXED_BUFFER_VALID: bool = 0x401, 1;
        RETURN_REG_ID: u16 = 0x410, 16;
        FLOW_TABLE_HASH_TYPE: u8 = 0x43c, 4;
        MAX_NUM_EQS_24B: u32 = 0x448, 24;
        LOAD_BALANCE_ID: u8 = 0x5a4, 4;
        QUERY_ADJACENT_FUNCTIONS_ID: bool = 0x5c0, 1;
        INGRESS_EGRESS_ESW_VPORT_CONNECT: bool = 0x5c1, 1;
        FUNCTION_ID_TYPE_VHCA_ID: bool = 0x5c2, 1;
        LAG_PER_MP_GROUP: bool = 0x5c4, 1;
        DELEGATE_VHCA_MANAGEMENT_PROFILES: u16 = 0x5d0, 16;
        DELEGATED_VHCA_MAX: u16 = 0x5e0, 16;
        DELEGATE_VHCA_MAX: u16 = 0x5f0, 16;
    }
    /// `mlx5_ifc_cmd_if_box_bits`
    CmdIfBox(0x1200) {
        MAILBOX_DATA: [u8; 512] = 0x0, 4096;
        NEXT_POINTER_63_32: u32 = 0x1180, 32;
        NEXT_POINTER_31_10: u32 = 0x11a0, 22;
        BLOCK_NUMBER: u32 = 0x11c0, 32;
        TOKEN: u8 = 0x11e8, 8;
        CTRL_SIGNATURE: u8 = 0x11f0, 8;
        SIGNATURE: u8 = 0x11f8, 8;
    }
    /// `mlx5_ifc_cmd_inter_comp_event_bits`
    CmdInterCompEvent(0xe0) {
        COMMAND_COMPLETION_VECTOR: u32 = 0x0, 32;
    }
    /// `mlx5_ifc_cmd_queue_entry_bits`
    CmdQueueEntry(0x200) {
        TYPE: u8 = 0x0, 8;
        INPUT_LENGTH: u32 = 0x20, 32;
        INPUT_MAILBOX_POINTER_63_32: u32 = 0x40, 32;
        INPUT_MAILBOX_POINTER_31_9: u32 = 0x60, 23;
        COMMAND_INPUT_INLINE_DATA: [u8; 16] = 0x80, 128;
        COMMAND_OUTPUT_INLINE_DATA: [u8; 16] = 0x100, 128;
        OUTPUT_MAILBOX_POINTER_63_32: u32 = 0x180, 32;
        OUTPUT_MAILBOX_POINTER_31_9: u32 = 0x1a0, 23;
        OUTPUT_LENGTH: u32 = 0x1c0, 32;
        TOKEN: u8 = 0x1e0, 8;
        SIGNATURE: u8 = 0x1e8, 8;
        STATUS: u8 = 0x1f8, 7;
        OWNERSHIP: bool = 0x1ff, 1;
    }
    /// `mlx5_ifc_comp_event_bits`
    CompEvent(0xe0) {
        CQ_NUMBER: u32 = 0xc8, 24;
    }
    /// `mlx5_ifc_config_item_bits`
    ConfigItem(0x60) {
        VALID: u8 = 0x0, 2;
        PRIORITY: u8 = 0x2, 2;
        HEADER_TYPE: u8 = 0x4, 2;
        OVR_EN: bool = 0x6, 1;
        RD_EN: bool = 0x7, 1;
        ACCESS_MODE: u8 = 0x8, 2;
        WRITER_ID: u8 = 0xb, 5;
        VERSION: u8 = 0x10, 4;
        HOST_ID_VALID: bool = 0x16, 1;
        LENGTH: u16 = 0x17, 9;
        TYPE: u32 = 0x20, 32;
        CRC16: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_copy_action_in_bits`
    CopyActionIn(0x40) {
        ACTION_TYPE: u8 = 0x0, 4;
        SRC_FIELD: u16 = 0x4, 12;
        SRC_OFFSET: u8 = 0x13, 5;
        LENGTH: u8 = 0x1b, 5;
        DST_FIELD: u16 = 0x24, 12;
        DST_OFFSET: u8 = 0x33, 5;
    }
    /// `mlx5_ifc_cq_error_bits`
    CqError(0xe0) {
        CQN: u32 = 0x8, 24;
        SYNDROME: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_cqc_bits`
    Cqc(0x200) {
        STATUS: u8 = 0x0, 4;
        DBR_UMEM_VALID: bool = 0x6, 1;
        APU_CQ: bool = 0x7, 1;
        CQE_SZ: u8 = 0x8, 3;
        CC: bool = 0xb, 1;
        SCQE_BREAK_MODERATION_EN: bool = 0xd, 1;
        OI: bool = 0xe, 1;
        CQ_PERIOD_MODE: u8 = 0xf, 2;
        CQE_COMP_EN: bool = 0x11, 1;
        MINI_CQE_RES_FORMAT: u8 = 0x12, 2;
        ST: u8 = 0x14, 4;
        CQE_COMPRESSION_LAYOUT: u8 = 0x1e, 2;
        PAGE_OFFSET: u8 = 0x54, 6;
        LOG_CQ_SIZE: u8 = 0x63, 5;
        UAR_PAGE: u32 = 0x68, 24;
        CQ_PERIOD: u16 = 0x84, 12;
        CQ_MAX_COUNT: u16 = 0x90, 16;
        C_EQN_OR_APU_ELEMENT: u32 = 0xa0, 32;
        LOG_PAGE_SIZE: u8 = 0xc3, 5;
        LAST_NOTIFIED_INDEX: u32 = 0x108, 24;
        LAST_SOLICIT_INDEX: u32 = 0x128, 24;
        CONSUMER_COUNTER: u32 = 0x148, 24;
        PRODUCER_COUNTER: u32 = 0x168, 24;
        DBR_ADDR: u64 = 0x1c0, 64;
    }
    /// `mlx5_ifc_create_cq_in_bits`
    CreateCqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CQ_CONTEXT: Cqc = 0x80, 512;
        CQ_UMEM_VALID: bool = 0x2e0, 1;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_create_cq_out_bits`
    CreateCqOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        CQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_eq_in_bits`
    CreateEqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        EQ_CONTEXT_ENTRY: Eqc = 0x80, 512;
        EVENT_BITMASK: [u64; 4] = 0x2c0, 256;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_create_eq_out_bits`
    CreateEqOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        EQ_NUMBER: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_create_flow_group_in_bits`
    CreateFlowGroupIn(0x2000) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        GROUP_TYPE: u8 = 0x8c, 4;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        SOURCE_ESWITCH_OWNER_VHCA_ID_VALID: bool = 0xc0, 1;
        START_FLOW_INDEX: u32 = 0xe0, 32;
        END_FLOW_INDEX: u32 = 0x120, 32;
        MATCH_DEFINER_ID: u16 = 0x150, 16;
        MATCH_CRITERIA_ENABLE: u8 = 0x1f8, 8;
        MATCH_CRITERIA: FteMatchParam = 0x200, 4096;
    }
    /// `mlx5_ifc_create_flow_group_out_bits`
    CreateFlowGroupOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        GROUP_ID: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_flow_table_in_bits`
    CreateFlowTableIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        FLOW_TABLE_CONTEXT: FlowTableContext = 0xc0, 320;
    }
    /// `mlx5_ifc_create_flow_table_out_bits`
    CreateFlowTableOut(0x80) {
        STATUS: u8 = 0x0, 8;
        ICM_ADDRESS_63_40: u32 = 0x8, 24;
        SYNDROME: u32 = 0x20, 32;
        ICM_ADDRESS_39_32: u8 = 0x40, 8;
        TABLE_ID: u32 = 0x48, 24;
        ICM_ADDRESS_31_0: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_create_lag_in_bits`
    CreateLagIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: Lagc = 0x40, 64;
    }
    /// `mlx5_ifc_create_mkey_in_bits`
    CreateMkeyIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        PG_ACCESS: bool = 0x60, 1;
        MKEY_UMEM_VALID: bool = 0x61, 1;
        DATA_DIRECT: bool = 0x62, 1;
        MEMORY_KEY_MKEY_ENTRY: Mkc = 0x80, 512;
        TRANSLATIONS_OCTWORD_ACTUAL_SIZE: u32 = 0x300, 32;
        .. KLM_PAS_MTT: u32 = 0x880;
    }
    /// `mlx5_ifc_create_mkey_out_bits`
    CreateMkeyOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        MKEY_INDEX: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_qp_in_bits`
    CreateQpIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        QPC_EXT: bool = 0x40, 1;
        INPUT_QPN: u32 = 0x48, 24;
        OPT_PARAM_MASK: u32 = 0x80, 32;
        ECE: u32 = 0xa0, 32;
        QPC: [u8; 232] = 0xc0, 1856;
        WQ_UMEM_OFFSET: u64 = 0x800, 64;
        WQ_UMEM_ID: u32 = 0x840, 32;
        WQ_UMEM_VALID: bool = 0x860, 1;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_create_qp_out_bits`
    CreateQpOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        QPN: u32 = 0x48, 24;
        ECE: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_create_rmp_in_bits`
    CreateRmpIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: [u8; 240] = 0x100, 1920;
    }
    /// `mlx5_ifc_create_rmp_out_bits`
    CreateRmpOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RMPN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_rq_in_bits`
    CreateRqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: Rqc = 0x100, 1920;
    }
    /// `mlx5_ifc_create_rq_out_bits`
    CreateRqOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_rqt_in_bits`
    CreateRqtIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RQT_CONTEXT: Rqtc = 0x100, 1920;
    }
    /// `mlx5_ifc_create_rqt_out_bits`
    CreateRqtOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RQTN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_scheduling_element_in_bits`
    CreateSchedulingElementIn(0x400) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SCHEDULING_HIERARCHY: u8 = 0x40, 8;
        SCHEDULING_CONTEXT: [u8; 64] = 0x100, 512;
    }
    /// `mlx5_ifc_create_scheduling_element_out_bits`
    CreateSchedulingElementOut(0x200) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        SCHEDULING_ELEMENT_ID: u32 = 0x80, 32;
    }
    /// `mlx5_ifc_create_sq_in_bits`
    CreateSqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: Sqc = 0x100, 1920;
    }
    /// `mlx5_ifc_create_sq_out_bits`
    CreateSqOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        SQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_create_tir_in_bits`
    CreateTirIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: Tirc = 0x100, 1920;
    }
    /// `mlx5_ifc_create_tir_out_bits`
    CreateTirOut(0x80) {
        STATUS: u8 = 0x0, 8;
        ICM_ADDRESS_63_40: u32 = 0x8, 24;
        SYNDROME: u32 = 0x20, 32;
        ICM_ADDRESS_39_32: u8 = 0x40, 8;
        TIRN: u32 = 0x48, 24;
        ICM_ADDRESS_31_0: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_create_tis_in_bits`
    CreateTisIn(0x600) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CTX: Tisc = 0x100, 1280;
    }
    /// `mlx5_ifc_create_tis_out_bits`
    CreateTisOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        TISN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_dealloc_flow_counter_in_bits`
    DeallocFlowCounterIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        FLOW_COUNTER_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_dealloc_modify_header_context_in_bits`
    DeallocModifyHeaderContextIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        MODIFY_HEADER_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_dealloc_packet_reformat_context_in_bits`
    DeallocPacketReformatContextIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        PACKET_REFORMAT_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_dealloc_pd_in_bits`
    DeallocPdIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        PD: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_dealloc_q_counter_in_bits`
    DeallocQCounterIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        COUNTER_SET_ID: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_dealloc_transport_domain_in_bits`
    DeallocTransportDomainIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        TRANSPORT_DOMAIN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_dealloc_uar_in_bits`
    DeallocUarIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        UAR: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_dealloc_xrcd_in_bits`
    DeallocXrcdIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        XRCD: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_debug_cap_bits`
    DebugCap(0x800) {
        CORE_DUMP_GENERAL: bool = 0x0, 1;
        CORE_DUMP_QP: bool = 0x1, 1;
        RESOURCE_DUMP: bool = 0x9, 1;
        STALL_DETECT: bool = 0x22, 1;
    }
    /// `mlx5_ifc_default_timeout_bits`
    DefaultTimeout(0x20) {
        TO_MULTIPLIER: u8 = 0x0, 3;
        TO_VALUE: u32 = 0xc, 20;
    }
    /// `mlx5_ifc_delete_fte_in_bits`
    DeleteFteIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        FLOW_INDEX: u32 = 0x100, 32;
    }
    /// `mlx5_ifc_delete_l2_table_entry_in_bits`
    DeleteL2TableEntryIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_INDEX: u32 = 0xa8, 24;
    }
    /// `mlx5_ifc_delete_vxlan_udp_dport_in_bits`
    DeleteVxlanUdpDportIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        VXLAN_UDP_PORT: u16 = 0x70, 16;
    }
    /// `mlx5_ifc_dest_format_struct_bits`
    DestFormatStruct(0x40) {
        DESTINATION_TYPE: u8 = 0x0, 8;
        DESTINATION_ID: u32 = 0x8, 24;
        DESTINATION_ESWITCH_OWNER_VHCA_ID_VALID: bool = 0x20, 1;
        PACKET_REFORMAT: bool = 0x21, 1;
        DESTINATION_TABLE_TYPE: u8 = 0x28, 8;
        DESTINATION_ESWITCH_OWNER_VHCA_ID: u16 = 0x30, 16;
    }
    /// `mlx5_ifc_destroy_cq_in_bits`
    DestroyCqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_eq_in_bits`
    DestroyEqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EQ_NUMBER: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_destroy_flow_group_in_bits`
    DestroyFlowGroupIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        GROUP_ID: u32 = 0xc0, 32;
    }
    /// `mlx5_ifc_destroy_flow_table_in_bits`
    DestroyFlowTableIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
    }
    /// `mlx5_ifc_destroy_mkey_in_bits`
    DestroyMkeyIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        MKEY_INDEX: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_qp_in_bits`
    DestroyQpIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        QPN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_rmp_in_bits`
    DestroyRmpIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RMPN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_rq_in_bits`
    DestroyRqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_rqt_in_bits`
    DestroyRqtIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RQTN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_scheduling_element_in_bits`
    DestroySchedulingElementIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SCHEDULING_HIERARCHY: u8 = 0x40, 8;
        SCHEDULING_ELEMENT_ID: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_destroy_sq_in_bits`
    DestroySqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        SQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_tir_in_bits`
    DestroyTirIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        TIRN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_destroy_tis_in_bits`
    DestroyTisIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        TISN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_disable_hca_in_bits`
    DisableHcaIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID_TYPE: bool = 0x43, 1;
        FUNCTION_ID: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_dtor_reg_bits`
    DtorReg(0x200) {
        PCIE_TOGGLE_TO: DefaultTimeout = 0x20, 32;
        HEALTH_POLL_TO: DefaultTimeout = 0xa0, 32;
        FULL_CRDUMP_TO: DefaultTimeout = 0xc0, 32;
        FW_RESET_TO: DefaultTimeout = 0xe0, 32;
        FLUSH_ON_ERR_TO: DefaultTimeout = 0x100, 32;
        PCI_SYNC_UPDATE_TO: DefaultTimeout = 0x120, 32;
        TEAR_DOWN_TO: DefaultTimeout = 0x140, 32;
        FSM_REACTIVATE_TO: DefaultTimeout = 0x160, 32;
        RECLAIM_PAGES_TO: DefaultTimeout = 0x180, 32;
        RECLAIM_VFS_PAGES_TO: DefaultTimeout = 0x1a0, 32;
        RESET_UNLOAD_TO: DefaultTimeout = 0x1c0, 32;
    }
    /// `mlx5_ifc_e_switch_cap_bits`
    ESwitchCap(0x800) {
        VPORT_SVLAN_STRIP: bool = 0x0, 1;
        VPORT_CVLAN_STRIP: bool = 0x1, 1;
        VPORT_SVLAN_INSERT: bool = 0x2, 1;
        VPORT_CVLAN_INSERT_IF_NOT_EXIST: bool = 0x3, 1;
        VPORT_CVLAN_INSERT_OVERWRITE: bool = 0x4, 1;
        VPORT_CVLAN_INSERT_ALWAYS: bool = 0x6, 1;
        ESW_SHARED_INGRESS_ACL: bool = 0x7, 1;
        ESW_UPLINK_INGRESS_ACL: bool = 0x8, 1;
        ROOT_FT_ON_OTHER_ESW: bool = 0x9, 1;
        ESW_VPORT_STATE_MAX_TX_SPEED: bool = 0xb, 1;
        ESW_FUNCTIONS_CHANGED: bool = 0x19, 1;
        ECPF_VPORT_EXISTS: bool = 0x1b, 1;
        COUNTER_ESWITCH_AFFINITY: bool = 0x1c, 1;
        MERGED_ESWITCH: bool = 0x1d, 1;
        NIC_VPORT_NODE_GUID_MODIFY: bool = 0x1e, 1;
        NIC_VPORT_PORT_GUID_MODIFY: bool = 0x1f, 1;
        VXLAN_ENCAP_DECAP: bool = 0x20, 1;
        NVGRE_ENCAP_DECAP: bool = 0x21, 1;
        LOG_MAX_FDB_ENCAP_UPLINK: u8 = 0x23, 5;
        LOG_MAX_PACKET_REFORMAT_CONTEXT: u8 = 0x2b, 5;
        MAX_ENCAP_HEADER_SIZE: u16 = 0x36, 10;
        LOG_MAX_ESW_SF: u8 = 0x4b, 5;
        ESW_SF_BASE_ID: u16 = 0x50, 16;
        ESW_MANAGER_VPORT_NUMBER_VALID: bool = 0x60, 1;
        ESW_MANAGER_VPORT_NUMBER: u16 = 0x70, 16;
    }
    /// `mlx5_ifc_enable_hca_in_bits`
    EnableHcaIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID_TYPE: bool = 0x43, 1;
        FUNCTION_ID: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_eqc_bits`
    Eqc(0x200) {
        STATUS: u8 = 0x0, 4;
        EC: bool = 0xd, 1;
        OI: bool = 0xe, 1;
        ST: u8 = 0x14, 4;
        PAGE_OFFSET: u8 = 0x54, 6;
        LOG_EQ_SIZE: u8 = 0x63, 5;
        UAR_PAGE: u32 = 0x68, 24;
        INTR: u16 = 0xb4, 12;
        LOG_PAGE_SIZE: u8 = 0xc3, 5;
        CONSUMER_COUNTER: u32 = 0x148, 24;
        PRODUCER_COUNTER: u32 = 0x168, 24;
    }
    /// `mlx5_ifc_eqe_bits`
    Eqe(0x200) {
        EVENT_TYPE: EventType = 0x8, 8;
        EVENT_SUB_TYPE: u8 = 0x18, 8;
        EVENT_DATA: [u8; 28] = 0x100, 224;
        SIGNATURE: u8 = 0x1f0, 8;
        OWNER: bool = 0x1ff, 1;
    }
    /// `mlx5_ifc_esw_vport_context_bits`
    EswVportContext(0x800) {
        FDB_TO_VPORT_REG_C: bool = 0x0, 1;
        VPORT_SVLAN_STRIP: bool = 0x3, 1;
        VPORT_CVLAN_STRIP: bool = 0x4, 1;
        VPORT_SVLAN_INSERT: bool = 0x5, 1;
        VPORT_CVLAN_INSERT: u8 = 0x6, 2;
        FDB_TO_VPORT_REG_C_ID: u8 = 0x8, 8;
        SVLAN_CFI: bool = 0x40, 1;
        SVLAN_PCP: u8 = 0x41, 3;
        SVLAN_ID: u16 = 0x44, 12;
        CVLAN_CFI: bool = 0x50, 1;
        CVLAN_PCP: u8 = 0x51, 3;
        CVLAN_ID: u16 = 0x54, 12;
        SW_STEERING_VPORT_ICM_ADDRESS_RX: u64 = 0x780, 64;
        SW_STEERING_VPORT_ICM_ADDRESS_TX: u64 = 0x7c0, 64;
    }
    /// `mlx5_ifc_eth_2819_cntrs_grp_data_layout_bits`
    Eth2819CntrsGrpDataLayout(0x7c0) {
        ETHER_STATS_DROP_EVENTS_HIGH: u32 = 0x0, 32;
        ETHER_STATS_DROP_EVENTS_LOW: u32 = 0x20, 32;
        ETHER_STATS_OCTETS_HIGH: u32 = 0x40, 32;
        ETHER_STATS_OCTETS_LOW: u32 = 0x60, 32;
        ETHER_STATS_PKTS_HIGH: u32 = 0x80, 32;
        ETHER_STATS_PKTS_LOW: u32 = 0xa0, 32;
        ETHER_STATS_BROADCAST_PKTS_HIGH: u32 = 0xc0, 32;
        ETHER_STATS_BROADCAST_PKTS_LOW: u32 = 0xe0, 32;
        ETHER_STATS_MULTICAST_PKTS_HIGH: u32 = 0x100, 32;
        ETHER_STATS_MULTICAST_PKTS_LOW: u32 = 0x120, 32;
        ETHER_STATS_CRC_ALIGN_ERRORS_HIGH: u32 = 0x140, 32;
        ETHER_STATS_CRC_ALIGN_ERRORS_LOW: u32 = 0x160, 32;
        ETHER_STATS_UNDERSIZE_PKTS_HIGH: u32 = 0x180, 32;
        ETHER_STATS_UNDERSIZE_PKTS_LOW: u32 = 0x1a0, 32;
        ETHER_STATS_OVERSIZE_PKTS_HIGH: u32 = 0x1c0, 32;
        ETHER_STATS_OVERSIZE_PKTS_LOW: u32 = 0x1e0, 32;
        ETHER_STATS_FRAGMENTS_HIGH: u32 = 0x200, 32;
        ETHER_STATS_FRAGMENTS_LOW: u32 = 0x220, 32;
        ETHER_STATS_JABBERS_HIGH: u32 = 0x240, 32;
        ETHER_STATS_JABBERS_LOW: u32 = 0x260, 32;
        ETHER_STATS_COLLISIONS_HIGH: u32 = 0x280, 32;
        ETHER_STATS_COLLISIONS_LOW: u32 = 0x2a0, 32;
        ETHER_STATS_PKTS64OCTETS_HIGH: u32 = 0x2c0, 32;
        ETHER_STATS_PKTS64OCTETS_LOW: u32 = 0x2e0, 32;
        ETHER_STATS_PKTS65TO127OCTETS_HIGH: u32 = 0x300, 32;
        ETHER_STATS_PKTS65TO127OCTETS_LOW: u32 = 0x320, 32;
        ETHER_STATS_PKTS128TO255OCTETS_HIGH: u32 = 0x340, 32;
        ETHER_STATS_PKTS128TO255OCTETS_LOW: u32 = 0x360, 32;
        ETHER_STATS_PKTS256TO511OCTETS_HIGH: u32 = 0x380, 32;
        ETHER_STATS_PKTS256TO511OCTETS_LOW: u32 = 0x3a0, 32;
        ETHER_STATS_PKTS512TO1023OCTETS_HIGH: u32 = 0x3c0, 32;
        ETHER_STATS_PKTS512TO1023OCTETS_LOW: u32 = 0x3e0, 32;
        ETHER_STATS_PKTS1024TO1518OCTETS_HIGH: u32 = 0x400, 32;
        ETHER_STATS_PKTS1024TO1518OCTETS_LOW: u32 = 0x420, 32;
        ETHER_STATS_PKTS1519TO2047OCTETS_HIGH: u32 = 0x440, 32;
        ETHER_STATS_PKTS1519TO2047OCTETS_LOW: u32 = 0x460, 32;
        ETHER_STATS_PKTS2048TO4095OCTETS_HIGH: u32 = 0x480, 32;
        ETHER_STATS_PKTS2048TO4095OCTETS_LOW: u32 = 0x4a0, 32;
        ETHER_STATS_PKTS4096TO8191OCTETS_HIGH: u32 = 0x4c0, 32;
        ETHER_STATS_PKTS4096TO8191OCTETS_LOW: u32 = 0x4e0, 32;
        ETHER_STATS_PKTS8192TO10239OCTETS_HIGH: u32 = 0x500, 32;
        ETHER_STATS_PKTS8192TO10239OCTETS_LOW: u32 = 0x520, 32;
    }
    /// `mlx5_ifc_eth_2863_cntrs_grp_data_layout_bits`
    Eth2863CntrsGrpDataLayout(0x7c0) {
        IF_IN_OCTETS_HIGH: u32 = 0x0, 32;
        IF_IN_OCTETS_LOW: u32 = 0x20, 32;
        IF_IN_UCAST_PKTS_HIGH: u32 = 0x40, 32;
        IF_IN_UCAST_PKTS_LOW: u32 = 0x60, 32;
        IF_IN_DISCARDS_HIGH: u32 = 0x80, 32;
        IF_IN_DISCARDS_LOW: u32 = 0xa0, 32;
        IF_IN_ERRORS_HIGH: u32 = 0xc0, 32;
        IF_IN_ERRORS_LOW: u32 = 0xe0, 32;
        IF_IN_UNKNOWN_PROTOS_HIGH: u32 = 0x100, 32;
        IF_IN_UNKNOWN_PROTOS_LOW: u32 = 0x120, 32;
        IF_OUT_OCTETS_HIGH: u32 = 0x140, 32;
        IF_OUT_OCTETS_LOW: u32 = 0x160, 32;
        IF_OUT_UCAST_PKTS_HIGH: u32 = 0x180, 32;
        IF_OUT_UCAST_PKTS_LOW: u32 = 0x1a0, 32;
        IF_OUT_DISCARDS_HIGH: u32 = 0x1c0, 32;
        IF_OUT_DISCARDS_LOW: u32 = 0x1e0, 32;
        IF_OUT_ERRORS_HIGH: u32 = 0x200, 32;
        IF_OUT_ERRORS_LOW: u32 = 0x220, 32;
        IF_IN_MULTICAST_PKTS_HIGH: u32 = 0x240, 32;
        IF_IN_MULTICAST_PKTS_LOW: u32 = 0x260, 32;
        IF_IN_BROADCAST_PKTS_HIGH: u32 = 0x280, 32;
        IF_IN_BROADCAST_PKTS_LOW: u32 = 0x2a0, 32;
        IF_OUT_MULTICAST_PKTS_HIGH: u32 = 0x2c0, 32;
        IF_OUT_MULTICAST_PKTS_LOW: u32 = 0x2e0, 32;
        IF_OUT_BROADCAST_PKTS_HIGH: u32 = 0x300, 32;
        IF_OUT_BROADCAST_PKTS_LOW: u32 = 0x320, 32;
    }
    /// `mlx5_ifc_eth_802_3_cntrs_grp_data_layout_bits`
    Eth8023CntrsGrpDataLayout(0x7c0) {
        A_FRAMES_TRANSMITTED_OK_HIGH: u32 = 0x0, 32;
        A_FRAMES_TRANSMITTED_OK_LOW: u32 = 0x20, 32;
        A_FRAMES_RECEIVED_OK_HIGH: u32 = 0x40, 32;
        A_FRAMES_RECEIVED_OK_LOW: u32 = 0x60, 32;
        A_FRAME_CHECK_SEQUENCE_ERRORS_HIGH: u32 = 0x80, 32;
        A_FRAME_CHECK_SEQUENCE_ERRORS_LOW: u32 = 0xa0, 32;
        A_ALIGNMENT_ERRORS_HIGH: u32 = 0xc0, 32;
        A_ALIGNMENT_ERRORS_LOW: u32 = 0xe0, 32;
        A_OCTETS_TRANSMITTED_OK_HIGH: u32 = 0x100, 32;
        A_OCTETS_TRANSMITTED_OK_LOW: u32 = 0x120, 32;
        A_OCTETS_RECEIVED_OK_HIGH: u32 = 0x140, 32;
        A_OCTETS_RECEIVED_OK_LOW: u32 = 0x160, 32;
        A_MULTICAST_FRAMES_XMITTED_OK_HIGH: u32 = 0x180, 32;
        A_MULTICAST_FRAMES_XMITTED_OK_LOW: u32 = 0x1a0, 32;
        A_BROADCAST_FRAMES_XMITTED_OK_HIGH: u32 = 0x1c0, 32;
        A_BROADCAST_FRAMES_XMITTED_OK_LOW: u32 = 0x1e0, 32;
        A_MULTICAST_FRAMES_RECEIVED_OK_HIGH: u32 = 0x200, 32;
        A_MULTICAST_FRAMES_RECEIVED_OK_LOW: u32 = 0x220, 32;
        A_BROADCAST_FRAMES_RECEIVED_OK_HIGH: u32 = 0x240, 32;
        A_BROADCAST_FRAMES_RECEIVED_OK_LOW: u32 = 0x260, 32;
        A_IN_RANGE_LENGTH_ERRORS_HIGH: u32 = 0x280, 32;
        A_IN_RANGE_LENGTH_ERRORS_LOW: u32 = 0x2a0, 32;
        A_OUT_OF_RANGE_LENGTH_FIELD_HIGH: u32 = 0x2c0, 32;
        A_OUT_OF_RANGE_LENGTH_FIELD_LOW: u32 = 0x2e0, 32;
        A_FRAME_TOO_LONG_ERRORS_HIGH: u32 = 0x300, 32;
        A_FRAME_TOO_LONG_ERRORS_LOW: u32 = 0x320, 32;
        A_SYMBOL_ERROR_DURING_CARRIER_HIGH: u32 = 0x340, 32;
        A_SYMBOL_ERROR_DURING_CARRIER_LOW: u32 = 0x360, 32;
        A_MAC_CONTROL_FRAMES_TRANSMITTED_HIGH: u32 = 0x380, 32;
        A_MAC_CONTROL_FRAMES_TRANSMITTED_LOW: u32 = 0x3a0, 32;
        A_MAC_CONTROL_FRAMES_RECEIVED_HIGH: u32 = 0x3c0, 32;
        A_MAC_CONTROL_FRAMES_RECEIVED_LOW: u32 = 0x3e0, 32;
        A_UNSUPPORTED_OPCODES_RECEIVED_HIGH: u32 = 0x400, 32;
        A_UNSUPPORTED_OPCODES_RECEIVED_LOW: u32 = 0x420, 32;
        A_PAUSE_MAC_CTRL_FRAMES_RECEIVED_HIGH: u32 = 0x440, 32;
        A_PAUSE_MAC_CTRL_FRAMES_RECEIVED_LOW: u32 = 0x460, 32;
        A_PAUSE_MAC_CTRL_FRAMES_TRANSMITTED_HIGH: u32 = 0x480, 32;
        A_PAUSE_MAC_CTRL_FRAMES_TRANSMITTED_LOW: u32 = 0x4a0, 32;
    }
    /// `mlx5_ifc_eth_extended_cntrs_grp_data_layout_bits`
    EthExtendedCntrsGrpDataLayout(0x7c0) {
        PORT_TRANSMIT_WAIT_HIGH: u32 = 0x0, 32;
        PORT_TRANSMIT_WAIT_LOW: u32 = 0x20, 32;
        RX_BUFFER_ALMOST_FULL_HIGH: u32 = 0x140, 32;
        RX_BUFFER_ALMOST_FULL_LOW: u32 = 0x160, 32;
        RX_BUFFER_FULL_HIGH: u32 = 0x180, 32;
        RX_BUFFER_FULL_LOW: u32 = 0x1a0, 32;
        RX_ICRC_ENCAPSULATED_HIGH: u32 = 0x1c0, 32;
        RX_ICRC_ENCAPSULATED_LOW: u32 = 0x1e0, 32;
    }
    /// `mlx5_ifc_eth_per_prio_grp_data_layout_bits`
    EthPerPrioGrpDataLayout(0x7c0) {
        RX_OCTETS_HIGH: u32 = 0x0, 32;
        RX_OCTETS_LOW: u32 = 0x20, 32;
        RX_FRAMES_HIGH: u32 = 0x100, 32;
        RX_FRAMES_LOW: u32 = 0x120, 32;
        TX_OCTETS_HIGH: u32 = 0x140, 32;
        TX_OCTETS_LOW: u32 = 0x160, 32;
        TX_FRAMES_HIGH: u32 = 0x240, 32;
        TX_FRAMES_LOW: u32 = 0x260, 32;
        RX_PAUSE_HIGH: u32 = 0x280, 32;
        RX_PAUSE_LOW: u32 = 0x2a0, 32;
        RX_PAUSE_DURATION_HIGH: u32 = 0x2c0, 32;
        RX_PAUSE_DURATION_LOW: u32 = 0x2e0, 32;
        TX_PAUSE_HIGH: u32 = 0x300, 32;
        TX_PAUSE_LOW: u32 = 0x320, 32;
        TX_PAUSE_DURATION_HIGH: u32 = 0x340, 32;
        TX_PAUSE_DURATION_LOW: u32 = 0x360, 32;
        RX_PAUSE_TRANSITION_HIGH: u32 = 0x380, 32;
        RX_PAUSE_TRANSITION_LOW: u32 = 0x3a0, 32;
        RX_DISCARDS_HIGH: u32 = 0x3c0, 32;
        RX_DISCARDS_LOW: u32 = 0x3e0, 32;
        DEVICE_STALL_MINOR_WATERMARK_CNT_HIGH: u32 = 0x400, 32;
        DEVICE_STALL_MINOR_WATERMARK_CNT_LOW: u32 = 0x420, 32;
        DEVICE_STALL_CRITICAL_WATERMARK_CNT_HIGH: u32 = 0x440, 32;
        DEVICE_STALL_CRITICAL_WATERMARK_CNT_LOW: u32 = 0x460, 32;
    }
    /// `mlx5_ifc_eth_per_tc_congest_prio_grp_data_layout_bits`
    EthPerTcCongestPrioGrpDataLayout(0x7c0) {
        WRED_DISCARD_HIGH: u32 = 0x0, 32;
        WRED_DISCARD_LOW: u32 = 0x20, 32;
        ECN_MARKED_TC_HIGH: u32 = 0x40, 32;
        ECN_MARKED_TC_LOW: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_eth_per_tc_prio_grp_data_layout_bits`
    EthPerTcPrioGrpDataLayout(0x7c0) {
        TRANSMIT_QUEUE_HIGH: u32 = 0x0, 32;
        TRANSMIT_QUEUE_LOW: u32 = 0x20, 32;
        NO_BUFFER_DISCARD_UC_HIGH: u32 = 0x40, 32;
        NO_BUFFER_DISCARD_UC_LOW: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_flow_context_bits`
    FlowContext(0x1800) {
        PUSH_VLAN: u32 = 0x0, 32;
        GROUP_ID: u32 = 0x20, 32;
        FLOW_TAG: u32 = 0x48, 24;
        ACTION: u16 = 0x70, 16;
        EXTENDED_DESTINATION: bool = 0x80, 1;
        UPLINK_HAIRPIN_EN: bool = 0x81, 1;
        FLOW_SOURCE: u8 = 0x82, 2;
        ENCRYPT_DECRYPT_TYPE: u8 = 0x84, 4;
        DESTINATION_LIST_SIZE: u32 = 0x88, 24;
        FLOW_COUNTER_LIST_SIZE: u32 = 0xa8, 24;
        PACKET_REFORMAT_ID: u32 = 0xc0, 32;
        MODIFY_HEADER_ID: u32 = 0xe0, 32;
        PUSH_VLAN_2: u32 = 0x100, 32;
        ENCRYPT_DECRYPT_OBJ_ID: u32 = 0x120, 32;
        MATCH_VALUE: FteMatchParam = 0x200, 4096;
        EXECUTE_ASO: [u64; 4] = 0x1200, 256;
        .. DESTINATION: [u8; 16] = 0x1800;
    }
    /// `mlx5_ifc_flow_counter_list_bits`
    FlowCounterList(0x40) {
        FLOW_COUNTER_ID: u32 = 0x0, 32;
    }
    /// `mlx5_ifc_flow_table_context_bits`
    FlowTableContext(0x140) {
        REFORMAT_EN: bool = 0x0, 1;
        DECAP_EN: bool = 0x1, 1;
        SW_OWNER: bool = 0x2, 1;
        TERMINATION_TABLE: bool = 0x3, 1;
        TABLE_MISS_ACTION: u8 = 0x4, 4;
        LEVEL: u8 = 0x8, 8;
        RTC_VALID: bool = 0x10, 1;
        LOG_SIZE: u8 = 0x18, 8;
        TABLE_MISS_ID: u32 = 0x28, 24;
        LAG_MASTER_NEXT_TABLE_ID: u32 = 0x48, 24;
        SWS: [u8; 16] = 0xc0, 128;
        HWS: [u8; 16] = 0xc0, 128;
    }
    /// `mlx5_ifc_flow_table_eswitch_cap_bits`
    FlowTableEswitchCap(0x8000) {
        FDB_TO_VPORT_REG_C_ID: u8 = 0x0, 8;
        FDB_UPLINK_HAIRPIN: bool = 0xd, 1;
        FDB_MULTI_PATH_ANY_TABLE_LIMIT_REGC: bool = 0xe, 1;
        FDB_DYNAMIC_TUNNEL: bool = 0x10, 1;
        FDB_MULTI_PATH_ANY_TABLE: bool = 0x12, 1;
        FDB_MODIFY_HEADER_FWD_TO_TABLE: bool = 0x15, 1;
        FDB_IPV4_TTL_MODIFY: bool = 0x16, 1;
        FLOW_SOURCE: bool = 0x17, 1;
        MULTI_FDB_ENCAP: bool = 0x1a, 1;
        EGRESS_ACL_FORWARD_TO_VPORT: bool = 0x1b, 1;
        FDB_MULTI_PATH_TO_TABLE: bool = 0x1c, 1;
        FLOW_TABLE_PROPERTIES_NIC_ESW_FDB: FlowTablePropLayout = 0x200, 512;
        FLOW_TABLE_PROPERTIES_ESW_ACL_INGRESS: FlowTablePropLayout = 0x400, 512;
        FLOW_TABLE_PROPERTIES_ESW_ACL_EGRESS: FlowTablePropLayout = 0x600, 512;
        FT_FIELD_SUPPORT_2_ESW_FDB: [u8; 16] = 0x1400, 128;
        FT_FIELD_BITMASK_SUPPORT_2_ESW_FDB: [u8; 16] = 0x1480, 128;
        SW_STEERING_FDB_ACTION_DROP_ICM_ADDRESS_RX: u64 = 0x1800, 64;
        SW_STEERING_FDB_ACTION_DROP_ICM_ADDRESS_TX: u64 = 0x1840, 64;
        SW_STEERING_UPLINK_ICM_ADDRESS_RX: u64 = 0x1880, 64;
        SW_STEERING_UPLINK_ICM_ADDRESS_TX: u64 = 0x18c0, 64;
    }
    /// `mlx5_ifc_flow_table_fields_supported_bits`
    FlowTableFieldsSupported(0x80) {
        OUTER_DMAC: bool = 0x0, 1;
        OUTER_SMAC: bool = 0x1, 1;
        OUTER_ETHER_TYPE: bool = 0x2, 1;
        OUTER_IP_VERSION: bool = 0x3, 1;
        OUTER_FIRST_PRIO: bool = 0x4, 1;
        OUTER_FIRST_CFI: bool = 0x5, 1;
        OUTER_FIRST_VID: bool = 0x6, 1;
        OUTER_IPV4_TTL: bool = 0x7, 1;
        OUTER_SECOND_PRIO: bool = 0x8, 1;
        OUTER_SECOND_CFI: bool = 0x9, 1;
        OUTER_SECOND_VID: bool = 0xa, 1;
        OUTER_SIP: bool = 0xc, 1;
        OUTER_DIP: bool = 0xd, 1;
        OUTER_FRAG: bool = 0xe, 1;
        OUTER_IP_PROTOCOL: bool = 0xf, 1;
        OUTER_IP_ECN: bool = 0x10, 1;
        OUTER_IP_DSCP: bool = 0x11, 1;
        OUTER_UDP_SPORT: bool = 0x12, 1;
        OUTER_UDP_DPORT: bool = 0x13, 1;
        OUTER_TCP_SPORT: bool = 0x14, 1;
        OUTER_TCP_DPORT: bool = 0x15, 1;
        OUTER_TCP_FLAGS: bool = 0x16, 1;
        OUTER_GRE_PROTOCOL: bool = 0x17, 1;
        OUTER_GRE_KEY: bool = 0x18, 1;
        OUTER_VXLAN_VNI: bool = 0x19, 1;
        OUTER_GENEVE_VNI: bool = 0x1a, 1;
        OUTER_GENEVE_OAM: bool = 0x1b, 1;
        OUTER_GENEVE_PROTOCOL_TYPE: bool = 0x1c, 1;
        OUTER_GENEVE_OPT_LEN: bool = 0x1d, 1;
        SOURCE_VHCA_PORT: bool = 0x1e, 1;
        SOURCE_ESWITCH_PORT: bool = 0x1f, 1;
        INNER_DMAC: bool = 0x20, 1;
        INNER_SMAC: bool = 0x21, 1;
        INNER_ETHER_TYPE: bool = 0x22, 1;
        INNER_IP_VERSION: bool = 0x23, 1;
        INNER_FIRST_PRIO: bool = 0x24, 1;
        INNER_FIRST_CFI: bool = 0x25, 1;
        INNER_FIRST_VID: bool = 0x26, 1;
        INNER_SECOND_PRIO: bool = 0x28, 1;
        INNER_SECOND_CFI: bool = 0x29, 1;
        INNER_SECOND_VID: bool = 0x2a, 1;
        INNER_SIP: bool = 0x2c, 1;
        INNER_DIP: bool = 0x2d, 1;
        INNER_FRAG: bool = 0x2e, 1;
        INNER_IP_PROTOCOL: bool = 0x2f, 1;
        INNER_IP_ECN: bool = 0x30, 1;
        INNER_IP_DSCP: bool = 0x31, 1;
        INNER_UDP_SPORT: bool = 0x32, 1;
        INNER_UDP_DPORT: bool = 0x33, 1;
        INNER_TCP_SPORT: bool = 0x34, 1;
        INNER_TCP_DPORT: bool = 0x35, 1;
        INNER_TCP_FLAGS: bool = 0x36, 1;
        GENEVE_TLV_OPTION_0_DATA: bool = 0x40, 1;
        GENEVE_TLV_OPTION_0_EXIST: bool = 0x41, 1;
        OUTER_FIRST_MPLS_OVER_UDP: u8 = 0x45, 4;
        OUTER_FIRST_MPLS_OVER_GRE: u8 = 0x49, 4;
        INNER_FIRST_MPLS: u8 = 0x4d, 4;
        OUTER_FIRST_MPLS: u8 = 0x51, 4;
        OUTER_ESP_SPI: bool = 0x57, 1;
        BTH_DST_QP: bool = 0x5a, 1;
        METADATA_REG_C_7: bool = 0x78, 1;
        METADATA_REG_C_6: bool = 0x79, 1;
        METADATA_REG_C_5: bool = 0x7a, 1;
        METADATA_REG_C_4: bool = 0x7b, 1;
        METADATA_REG_C_3: bool = 0x7c, 1;
        METADATA_REG_C_2: bool = 0x7d, 1;
        METADATA_REG_C_1: bool = 0x7e, 1;
        METADATA_REG_C_0: bool = 0x7f, 1;
    }
    /// `mlx5_ifc_flow_table_nic_cap_bits`
    FlowTableNicCap(0x8000) {
        NIC_RX_MULTI_PATH_TIRS: bool = 0x0, 1;
        NIC_RX_MULTI_PATH_TIRS_FTS: bool = 0x1, 1;
        ALLOW_SNIFFER_AND_NIC_RX_SHARED_TIR: bool = 0x2, 1;
        SW_OWNER_REFORMAT_SUPPORTED: bool = 0x7, 1;
        ENCAP_GENERAL_HEADER: bool = 0x20, 1;
        LOG_MAX_PACKET_REFORMAT_CONTEXT: u8 = 0x2b, 5;
        MAX_ENCAP_HEADER_SIZE: u16 = 0x36, 10;
        FLOW_TABLE_PROPERTIES_NIC_RECEIVE: FlowTablePropLayout = 0x200, 512;
        FLOW_TABLE_PROPERTIES_NIC_RECEIVE_RDMA: FlowTablePropLayout = 0x400, 512;
        FLOW_TABLE_PROPERTIES_NIC_RECEIVE_SNIFFER: FlowTablePropLayout = 0x600, 512;
        FLOW_TABLE_PROPERTIES_NIC_TRANSMIT: FlowTablePropLayout = 0x800, 512;
        FLOW_TABLE_PROPERTIES_NIC_TRANSMIT_RDMA: FlowTablePropLayout = 0xa00, 512;
        FLOW_TABLE_PROPERTIES_NIC_TRANSMIT_SNIFFER: FlowTablePropLayout = 0xc00, 512;
        FT_FIELD_SUPPORT_2_NIC_RECEIVE: [u8; 16] = 0x1400, 128;
        FT_FIELD_SUPPORT_2_NIC_RECEIVE_RDMA: [u8; 16] = 0x1500, 128;
        FT_FIELD_SUPPORT_2_NIC_TRANSMIT_RDMA: [u8; 16] = 0x1800, 128;
        SW_STEERING_NIC_RX_ACTION_DROP_ICM_ADDRESS: u64 = 0x2000, 64;
        SW_STEERING_NIC_TX_ACTION_DROP_ICM_ADDRESS: u64 = 0x2040, 64;
        SW_STEERING_NIC_TX_ACTION_ALLOW_ICM_ADDRESS: u64 = 0x2080, 64;
    }
    /// `mlx5_ifc_flow_table_prop_layout_bits`
    FlowTablePropLayout(0x200) {
        FT_SUPPORT: bool = 0x0, 1;
        FLOW_COUNTER: bool = 0x2, 1;
        FLOW_MODIFY_EN: bool = 0x3, 1;
        MODIFY_ROOT: bool = 0x4, 1;
        IDENTIFIED_MISS_TABLE_MODE: bool = 0x5, 1;
        FLOW_TABLE_MODIFY: bool = 0x6, 1;
        REFORMAT: bool = 0x7, 1;
        DECAP: bool = 0x8, 1;
        RESET_ROOT_TO_DEFAULT: bool = 0x9, 1;
        POP_VLAN: bool = 0xa, 1;
        PUSH_VLAN: bool = 0xb, 1;
        POP_VLAN_2: bool = 0xd, 1;
        PUSH_VLAN_2: bool = 0xe, 1;
        REFORMAT_AND_VLAN_ACTION: bool = 0xf, 1;
        SW_OWNER: bool = 0x11, 1;
        REFORMAT_L3_TUNNEL_TO_L2: bool = 0x12, 1;
        REFORMAT_L2_TO_L3_TUNNEL: bool = 0x13, 1;
        REFORMAT_AND_MODIFY_ACTION: bool = 0x14, 1;
        IGNORE_FLOW_LEVEL: bool = 0x15, 1;
        TABLE_MISS_ACTION_DOMAIN: bool = 0x17, 1;
        TERMINATION_TABLE: bool = 0x18, 1;
        REFORMAT_AND_FWD_TO_TABLE: bool = 0x19, 1;
        FORWARD_VHCA_RX: bool = 0x1a, 1;
        IPSEC_ENCRYPT: bool = 0x1c, 1;
        IPSEC_DECRYPT: bool = 0x1d, 1;
        SW_OWNER_V2: bool = 0x1e, 1;
        TERMINATION_TABLE_RAW_TRAFFIC: bool = 0x20, 1;
        LOG_MAX_FT_SIZE: u8 = 0x22, 6;
        LOG_MAX_MODIFY_HEADER_CONTEXT: u8 = 0x28, 8;
        MAX_MODIFY_HEADER_ACTIONS: u8 = 0x30, 8;
        MAX_FT_LEVEL: u8 = 0x38, 8;
        REFORMAT_ADD_ESP_TRASPORT: bool = 0x40, 1;
        REFORMAT_L2_TO_L3_ESP_TUNNEL: bool = 0x41, 1;
        REFORMAT_ADD_ESP_TRANSPORT_OVER_UDP: bool = 0x42, 1;
        REFORMAT_DEL_ESP_TRASPORT: bool = 0x43, 1;
        REFORMAT_L3_ESP_TUNNEL_TO_L2: bool = 0x44, 1;
        REFORMAT_DEL_ESP_TRANSPORT_OVER_UDP: bool = 0x45, 1;
        EXECUTE_ASO: bool = 0x46, 1;
        REFORMAT_L2_TO_L3_PSP_TUNNEL: bool = 0x60, 1;
        REFORMAT_L3_PSP_TUNNEL_TO_L2: bool = 0x61, 1;
        REFORMAT_INSERT: bool = 0x62, 1;
        REFORMAT_REMOVE: bool = 0x63, 1;
        MACSEC_ENCRYPT: bool = 0x64, 1;
        MACSEC_DECRYPT: bool = 0x65, 1;
        PSP_ENCRYPT: bool = 0x66, 1;
        PSP_DECRYPT: bool = 0x67, 1;
        REFORMAT_ADD_MACSEC: bool = 0x68, 1;
        REFORMAT_REMOVE_MACSEC: bool = 0x69, 1;
        REPARSE: bool = 0x6a, 1;
        CROSS_VHCA_OBJECT: bool = 0x6c, 1;
        REFORMAT_L2_TO_L3_AUDP_TUNNEL: bool = 0x6d, 1;
        REFORMAT_L3_AUDP_TUNNEL_TO_L2: bool = 0x6e, 1;
        IGNORE_FLOW_LEVEL_RTC_VALID: bool = 0x6f, 1;
        REFORMAT_DEL_PSP_TRANSPORT: bool = 0x77, 1;
        LOG_MAX_FT_NUM: u8 = 0x78, 8;
        LOG_MAX_FLOW_COUNTER: u8 = 0x90, 8;
        LOG_MAX_DESTINATION: u8 = 0x98, 8;
        LOG_MAX_FLOW: u8 = 0xb8, 8;
        FT_FIELD_SUPPORT: FlowTableFieldsSupported = 0x100, 128;
        FT_FIELD_BITMASK_SUPPORT: FlowTableFieldsSupported = 0x180, 128;
    }
    /// `mlx5_ifc_fte_match_param_bits`
    FteMatchParam(0x1000) {
        OUTER_HEADERS: FteMatchSetLyr24 = 0x0, 512;
        MISC_PARAMETERS: FteMatchSetMisc = 0x200, 512;
        INNER_HEADERS: FteMatchSetLyr24 = 0x400, 512;
        MISC_PARAMETERS_2: FteMatchSetMisc2 = 0x600, 512;
        MISC_PARAMETERS_3: [u8; 64] = 0x800, 512;
        MISC_PARAMETERS_4: [u8; 64] = 0xa00, 512;
        MISC_PARAMETERS_5: [u8; 64] = 0xc00, 512;
        MISC_PARAMETERS_6: [u8; 64] = 0xe00, 512;
    }
    /// `mlx5_ifc_fte_match_set_lyr_2_4_bits`
    FteMatchSetLyr24(0x200) {
        SMAC_47_16: u32 = 0x0, 32;
        SMAC_15_0: u16 = 0x20, 16;
        ETHERTYPE: u16 = 0x30, 16;
        DMAC_47_16: u32 = 0x40, 32;
        DMAC_15_0: u16 = 0x60, 16;
        FIRST_PRIO: u8 = 0x70, 3;
        FIRST_CFI: bool = 0x73, 1;
        FIRST_VID: u16 = 0x74, 12;
        IP_PROTOCOL: u8 = 0x80, 8;
        IP_DSCP: u8 = 0x88, 6;
        IP_ECN: u8 = 0x8e, 2;
        CVLAN_TAG: bool = 0x90, 1;
        SVLAN_TAG: bool = 0x91, 1;
        FRAG: bool = 0x92, 1;
        IP_VERSION: u8 = 0x93, 4;
        TCP_FLAGS: u16 = 0x97, 9;
        TCP_SPORT: u16 = 0xa0, 16;
        TCP_DPORT: u16 = 0xb0, 16;
        L4_TYPE: u8 = 0xc0, 2;
        L4_TYPE_EXT: u8 = 0xc2, 4;
        IPV4_IHL: u8 = 0xd0, 4;
        TTL_HOPLIMIT: u8 = 0xd8, 8;
        UDP_SPORT: u16 = 0xe0, 16;
        UDP_DPORT: u16 = 0xf0, 16;
        SRC_IPV4_SRC_IPV6: [u8; 16] = 0x100, 128;
        DST_IPV4_DST_IPV6: [u8; 16] = 0x180, 128;
    }
    /// `mlx5_ifc_fte_match_set_misc_bits`
    FteMatchSetMisc(0x200) {
        GRE_C_PRESENT: bool = 0x0, 1;
        GRE_K_PRESENT: bool = 0x2, 1;
        GRE_S_PRESENT: bool = 0x3, 1;
        SOURCE_VHCA_PORT: u8 = 0x4, 4;
        SOURCE_SQN: u32 = 0x8, 24;
        SOURCE_ESWITCH_OWNER_VHCA_ID: u16 = 0x20, 16;
        SOURCE_PORT: u16 = 0x30, 16;
        OUTER_SECOND_PRIO: u8 = 0x40, 3;
        OUTER_SECOND_CFI: bool = 0x43, 1;
        OUTER_SECOND_VID: u16 = 0x44, 12;
        INNER_SECOND_PRIO: u8 = 0x50, 3;
        INNER_SECOND_CFI: bool = 0x53, 1;
        INNER_SECOND_VID: u16 = 0x54, 12;
        OUTER_SECOND_CVLAN_TAG: bool = 0x60, 1;
        INNER_SECOND_CVLAN_TAG: bool = 0x61, 1;
        OUTER_SECOND_SVLAN_TAG: bool = 0x62, 1;
        INNER_SECOND_SVLAN_TAG: bool = 0x63, 1;
        GRE_PROTOCOL: u16 = 0x70, 16;
        GRE_KEY: u32 = 0x80, 32;
        VXLAN_VNI: u32 = 0xa0, 24;
        BTH_OPCODE: u8 = 0xb8, 8;
        GENEVE_VNI: u32 = 0xc0, 24;
        GENEVE_TLV_OPTION_0_EXIST: bool = 0xde, 1;
        GENEVE_OAM: bool = 0xdf, 1;
        OUTER_IPV6_FLOW_LABEL: u32 = 0xec, 20;
        INNER_IPV6_FLOW_LABEL: u32 = 0x10c, 20;
        GENEVE_OPT_LEN: u8 = 0x12a, 6;
        GENEVE_PROTOCOL_TYPE: u16 = 0x130, 16;
        BTH_DST_QP: u32 = 0x148, 24;
        INNER_ESP_SPI: u32 = 0x160, 32;
        OUTER_ESP_SPI: u32 = 0x180, 32;
    }
    /// `mlx5_ifc_fte_match_set_misc2_bits`
    FteMatchSetMisc2(0x200) {
        OUTER_FIRST_MPLS: u32 = 0x0, 32;
        INNER_FIRST_MPLS: u32 = 0x20, 32;
        OUTER_FIRST_MPLS_OVER_GRE: u32 = 0x40, 32;
        OUTER_FIRST_MPLS_OVER_UDP: u32 = 0x60, 32;
        METADATA_REG_C_7: u32 = 0x80, 32;
        METADATA_REG_C_6: u32 = 0xa0, 32;
        METADATA_REG_C_5: u32 = 0xc0, 32;
        METADATA_REG_C_4: u32 = 0xe0, 32;
        METADATA_REG_C_3: u32 = 0x100, 32;
        METADATA_REG_C_2: u32 = 0x120, 32;
        METADATA_REG_C_1: u32 = 0x140, 32;
        METADATA_REG_C_0: u32 = 0x160, 32;
        METADATA_REG_A: u32 = 0x180, 32;
        PSP_SYNDROME: u8 = 0x1a0, 8;
        MACSEC_SYNDROME: u8 = 0x1a8, 8;
        IPSEC_SYNDROME: u8 = 0x1b0, 8;
        IPSEC_NEXT_HEADER: u8 = 0x1b8, 8;
    }
    /// `mlx5_ifc_general_obj_in_cmd_hdr_bits`
    GeneralObjInCmdHdr(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        VHCA_TUNNEL_ID: u16 = 0x20, 16;
        OBJ_TYPE: u16 = 0x30, 16;
        OBJ_ID: u32 = 0x40, 32;
        OP_PARAM: u32 = 0x60, 32;
        OP_PARAM__CREATE: u32 = 0x60, 32;
        OP_PARAM__QUERY: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_general_obj_out_cmd_hdr_bits`
    GeneralObjOutCmdHdr(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        OBJ_ID: u32 = 0x40, 32;
    }
    /// `mlx5_ifc_hca_cap_union_bits`
    HcaCapUnion(0x8000) {
        CMD_HCA_CAP: CmdHcaCap = 0x0, 2048;
        CMD_HCA_CAP_2: CmdHcaCap2 = 0x0, 2048;
        ODP_CAP: OdpCap = 0x0, 2048;
        ATOMIC_CAPS: AtomicCaps = 0x0, 2048;
        ROCE_CAP: RoceCap = 0x0, 2048;
        PER_PROTOCOL_NETWORKING_OFFLOAD_CAPS: PerProtocolNetworkingOffloadCaps = 0x0, 2048;
        FLOW_TABLE_NIC_CAP: FlowTableNicCap = 0x0, 32768;
        FLOW_TABLE_ESWITCH_CAP: FlowTableEswitchCap = 0x0, 32768;
        WQE_BASED_FLOW_TABLE_CAP: [u8; 60] = 0x0, 480;
        E_SWITCH_CAP: ESwitchCap = 0x0, 2048;
        PORT_SELECTION_CAP: PortSelectionCap = 0x0, 32768;
        QOS_CAP: QosCap = 0x0, 2048;
        DEBUG_CAP: DebugCap = 0x0, 2048;
        FPGA_CAP: [u8; 256] = 0x0, 2048;
        TLS_CAP: [u8; 256] = 0x0, 2048;
        DEVICE_MEM_CAP: [u8; 256] = 0x0, 2048;
        VIRTIO_EMULATION_CAP: [u8; 256] = 0x0, 2048;
        TLP_DEV_EMU_CAPABILITIES: [u8; 256] = 0x0, 2048;
        MACSEC_CAP: [u8; 256] = 0x0, 2048;
        CRYPTO_CAP: [u8; 256] = 0x0, 2048;
        IPSEC_CAP: [u8; 256] = 0x0, 2048;
        PSP_CAP: [u8; 256] = 0x0, 2048;
    }
    /// `mlx5_ifc_health_buffer_bits`
    HealthBuffer(0x200) {
        ASSERT_EXISTPTR: u32 = 0x100, 32;
        ASSERT_CALLRA: u32 = 0x120, 32;
        TIME: u32 = 0x160, 32;
        FW_VERSION: u32 = 0x180, 32;
        HW_ID: u32 = 0x1a0, 32;
        RFR: bool = 0x1c0, 1;
        VALID: bool = 0x1c4, 1;
        SEVERITY: u8 = 0x1c5, 3;
        IRISC_INDEX: u8 = 0x1e0, 8;
        SYND: u8 = 0x1e8, 8;
        EXT_SYND: u16 = 0x1f0, 16;
    }
    /// `mlx5_ifc_init_hca_in_bits`
    InitHcaIn(0x100) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SW_VHCA_ID: u16 = 0x62, 14;
        SW_OWNER_ID: [u32; 4] = 0x80, 128;
    }
    /// `mlx5_ifc_initial_seg_bits`
    InitialSeg(0x20060) {
        FW_REV_MINOR: u16 = 0x0, 16;
        FW_REV_MAJOR: u16 = 0x10, 16;
        CMD_INTERFACE_REV: u16 = 0x20, 16;
        FW_REV_SUBMINOR: u16 = 0x30, 16;
        CMDQ_PHY_ADDR_63_32: u32 = 0x80, 32;
        CMDQ_PHY_ADDR_31_12: u32 = 0xa0, 20;
        NIC_INTERFACE: u8 = 0xb6, 2;
        LOG_CMDQ_SIZE: u8 = 0xb8, 4;
        LOG_CMDQ_STRIDE: u8 = 0xbc, 4;
        COMMAND_DOORBELL_VECTOR: u32 = 0xc0, 32;
        INITIALIZING: bool = 0xfe0, 1;
        NIC_INTERFACE_SUPPORTED: u8 = 0xfe5, 3;
        EMBEDDED_CPU: bool = 0xfe8, 1;
        HEALTH_BUFFER: HealthBuffer = 0x1000, 512;
        NO_DRAM_NIC_OFFSET: u32 = 0x1200, 32;
        CLEAR_INT: bool = 0x807f, 1;
        HEALTH_SYNDROME: u8 = 0x8080, 8;
        HEALTH_COUNTER: u32 = 0x8088, 24;
    }
    /// `mlx5_ifc_lagc_bits`
    Lagc(0x40) {
        FDB_SELECTION_MODE: bool = 0x0, 1;
        PORT_SELECT_MODE: u8 = 0x15, 3;
        LAG_STATE: u8 = 0x1d, 3;
        ACTIVE_PORT: u8 = 0x2c, 4;
        TX_REMAP_AFFINITY_2: u8 = 0x34, 4;
        TX_REMAP_AFFINITY_1: u8 = 0x3c, 4;
    }
    /// `mlx5_ifc_lane_2_module_mapping_bits`
    Lane2ModuleMapping(0x20) {
        RX_LANE: u8 = 0x4, 4;
        TX_LANE: u8 = 0xc, 4;
        MODULE: u8 = 0x18, 8;
    }
    /// `mlx5_ifc_mac_address_layout_bits`
    MacAddressLayout(0x40) {
        MAC_ADDR_47_32: u16 = 0x10, 16;
        MAC_ADDR_31_0: u32 = 0x20, 32;
    }
    /// `mlx5_ifc_manage_pages_in_bits`
    ManagePagesIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID: u16 = 0x50, 16;
        INPUT_NUM_ENTRIES: u32 = 0x60, 32;
        .. PAS: u64 = 0x80;
    }
    /// `mlx5_ifc_manage_pages_out_bits`
    ManagePagesOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        OUTPUT_NUM_ENTRIES: u32 = 0x40, 32;
        .. PAS: u64 = 0x80;
    }
    /// `mlx5_ifc_mbox_in_bits`
    MboxIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
    }
    /// `mlx5_ifc_mbox_out_bits`
    MboxOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
    }
    /// `mlx5_ifc_mcam_access_reg_bits`
    McamAccessReg(0x80) {
        MCDA: bool = 0x1c, 1;
        MCC: bool = 0x1d, 1;
        MCQI: bool = 0x1e, 1;
        MCQS: bool = 0x1f, 1;
        REGS_95_TO_90: u8 = 0x20, 6;
        MPIR: bool = 0x26, 1;
        REGS_88_TO_87: u8 = 0x27, 2;
        MPEGC: bool = 0x29, 1;
        MTUTC: bool = 0x2a, 1;
        REGS_84_TO_68: u32 = 0x2b, 17;
        TRACER_REGISTERS: u8 = 0x3c, 4;
        REGS_63_TO_46: u32 = 0x40, 18;
        MRTC: bool = 0x52, 1;
        REGS_44_TO_41: u8 = 0x53, 4;
        MFRL: bool = 0x57, 1;
        REGS_39_TO_32: u8 = 0x58, 8;
        REGS_31_TO_11: u32 = 0x60, 21;
        MTMP: bool = 0x75, 1;
        REGS_9_TO_0: u16 = 0x76, 10;
    }
    /// `mlx5_ifc_mcam_enhanced_features_bits`
    McamEnhancedFeatures(0x80) {
        MTUTC_FREQ_ADJ_UNITS: bool = 0x50, 1;
        MTUTC_TIME_ADJUSTMENT_EXTENDED_RANGE: bool = 0x51, 1;
        MCIA_32DWORDS: bool = 0x5d, 1;
        OUT_PULSE_DURATION_NS: bool = 0x5e, 1;
        NPPS_PERIOD: bool = 0x5f, 1;
        RESET_STATE: bool = 0x6a, 1;
        PTPCYC2REALTIME_MODIFY: bool = 0x6b, 1;
        PCI_STATUS_AND_POWER: bool = 0x6e, 1;
        MARK_TX_ACTION_CNP: bool = 0x74, 1;
        MARK_TX_ACTION_CQE: bool = 0x75, 1;
        DYNAMIC_TX_OVERFLOW: bool = 0x76, 1;
        PCIE_OUTBOUND_STALLED: bool = 0x7b, 1;
        TX_OVERFLOW_BUFFER_PKT: bool = 0x7c, 1;
        MTPPS_ENH_OUT_PER_ADJ: bool = 0x7d, 1;
        MTPPS_FS: bool = 0x7e, 1;
        PCIE_PERFORMANCE_GROUP: bool = 0x7f, 1;
    }
    /// `mlx5_ifc_mcam_reg_bits`
    McamReg(0x240) {
        FEATURE_GROUP: u8 = 0x8, 8;
        ACCESS_REG_GROUP: u8 = 0x18, 8;
        MNG_ACCESS_REG_CAP_MASK: [u8; 16] = 0x40, 128;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS: McamAccessReg = 0x40, 128;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS1: [u8; 16] = 0x40, 128;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS2: [u8; 16] = 0x40, 128;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS3: [u8; 16] = 0x40, 128;
        MNG_FEATURE_CAP_MASK: [u8; 16] = 0x140, 128;
        MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES: McamEnhancedFeatures = 0x140, 128;
    }
    /// `mlx5_ifc_mcc_reg_bits`
    MccReg(0x100) {
        TIME_ELAPSED_SINCE_LAST_CMD: u16 = 0x4, 12;
        INSTRUCTION: u8 = 0x18, 8;
        COMPONENT_INDEX: u16 = 0x30, 16;
        UPDATE_HANDLE: u32 = 0x48, 24;
        HANDLE_OWNER_TYPE: u8 = 0x60, 4;
        HANDLE_OWNER_HOST_ID: u8 = 0x64, 4;
        CONTROL_PROGRESS: u8 = 0x69, 7;
        ERROR_CODE: u8 = 0x70, 8;
        CONTROL_STATE: u8 = 0x7c, 4;
        COMPONENT_SIZE: u32 = 0x80, 32;
    }
    /// `mlx5_ifc_mcda_reg_bits`
    McdaReg(0x80) {
        UPDATE_HANDLE: u32 = 0x8, 24;
        OFFSET: u32 = 0x20, 32;
        SIZE: u16 = 0x50, 16;
        .. DATA: u32 = 0x80;
    }
    /// `mlx5_ifc_mcia_reg_bits`
    MciaReg(0x480) {
        L: bool = 0x0, 1;
        MODULE: u8 = 0x8, 8;
        STATUS: u8 = 0x18, 8;
        I2C_DEVICE_ADDRESS: u8 = 0x20, 8;
        PAGE_NUMBER: u8 = 0x28, 8;
        DEVICE_ADDRESS: u16 = 0x30, 16;
        SIZE: u16 = 0x50, 16;
        DWORDS: [u8; 128] = 0x80, 1024;
    }
    /// `mlx5_ifc_mcqi_activation_method_bits`
    McqiActivationMethod(0x20) {
        PENDING_SERVER_AC_POWER_CYCLE: bool = 0x0, 1;
        PENDING_SERVER_DC_POWER_CYCLE: bool = 0x1, 1;
        PENDING_SERVER_REBOOT: bool = 0x2, 1;
        PENDING_FW_RESET: bool = 0x3, 1;
        AUTO_ACTIVATE: bool = 0x4, 1;
        ALL_HOSTS_SYNC: bool = 0x5, 1;
        DEVICE_HW_RESET: bool = 0x6, 1;
    }
    /// `mlx5_ifc_mcqi_cap_bits`
    McqiCap(0xa0) {
        SUPPORTED_INFO_BITMASK: u32 = 0x0, 32;
        COMPONENT_SIZE: u32 = 0x20, 32;
        MAX_COMPONENT_SIZE: u32 = 0x40, 32;
        LOG_MCDA_WORD_SIZE: u8 = 0x60, 4;
        MCDA_MAX_WRITE_SIZE: u16 = 0x70, 16;
        RD_EN: bool = 0x80, 1;
        MATCH_CHIP_ID: bool = 0x82, 1;
        MATCH_PSID: bool = 0x83, 1;
        CHECK_USER_TIMESTAMP: bool = 0x84, 1;
        MATCH_BASE_GUID_MAC: bool = 0x85, 1;
    }
    /// `mlx5_ifc_mcqi_reg_bits`
    McqiReg(0xc0) {
        READ_PENDING_COMPONENT: bool = 0x0, 1;
        COMPONENT_INDEX: u16 = 0x10, 16;
        INFO_TYPE: u8 = 0x5b, 5;
        INFO_SIZE: u32 = 0x60, 32;
        OFFSET: u32 = 0x80, 32;
        DATA_SIZE: u16 = 0xb0, 16;
        .. DATA: McqiRegData = 0xc0;
    }
    /// `mlx5_ifc_mcqi_reg_data_bits`
    McqiRegData(0x3e0) {
        MCQI_CAPS: McqiCap = 0x0, 160;
        MCQI_VERSION: McqiVersion = 0x0, 992;
        MCQI_ACTIVATION_MATHOD: McqiActivationMethod = 0x0, 32;
    }
    /// `mlx5_ifc_mcqi_version_bits`
    McqiVersion(0x3e0) {
        BUILD_TIME_VALID: bool = 0x2, 1;
        USER_DEFINED_TIME_VALID: bool = 0x3, 1;
        VERSION_STRING_LENGTH: u8 = 0x18, 8;
        VERSION: u32 = 0x20, 32;
        BUILD_TIME: u64 = 0x40, 64;
        USER_DEFINED_TIME: u64 = 0x80, 64;
        BUILD_TOOL_VERSION: u32 = 0xc0, 32;
        VERSION_STRING: [u8; 92] = 0x100, 736;
    }
    /// `mlx5_ifc_mcqs_reg_bits`
    McqsReg(0x80) {
        LAST_INDEX_FLAG: bool = 0x0, 1;
        FW_DEVICE: u8 = 0x8, 8;
        COMPONENT_INDEX: u16 = 0x10, 16;
        IDENTIFIER: u16 = 0x30, 16;
        COMPONENT_STATUS: u8 = 0x57, 5;
        COMPONENT_UPDATE_STATE: u8 = 0x5c, 4;
        LAST_UPDATE_STATE_CHANGER_TYPE: u8 = 0x60, 4;
        LAST_UPDATE_STATE_CHANGER_HOST_ID: u8 = 0x64, 4;
    }
    /// `mlx5_ifc_mfrl_reg_bits`
    MfrlReg(0x40) {
        PCI_SYNC_FOR_FW_UPDATE_START: bool = 0x22, 1;
        PCI_SYNC_FOR_FW_UPDATE_RESP: u8 = 0x23, 2;
        RST_TYPE_SEL: u8 = 0x25, 3;
        PCI_RESET_REQ_METHOD: u8 = 0x28, 3;
        RESET_STATE: u8 = 0x2c, 4;
        RESET_TYPE: u8 = 0x30, 8;
        RESET_LEVEL: u8 = 0x38, 8;
    }
    /// `mlx5_ifc_mkc_bits`
    Mkc(0x200) {
        FREE: bool = 0x1, 1;
        ACCESS_MODE_4_2: u8 = 0x3, 3;
        RELAXED_ORDERING_WRITE: bool = 0xd, 1;
        SMALL_FENCE_ON_RDMA_READ_RESPONSE: bool = 0xf, 1;
        UMR_EN: bool = 0x10, 1;
        A: bool = 0x11, 1;
        RW: bool = 0x12, 1;
        RR: bool = 0x13, 1;
        LW: bool = 0x14, 1;
        LR: bool = 0x15, 1;
        ACCESS_MODE_1_0: u8 = 0x16, 2;
        MA_TRANSLATION_MODE: u8 = 0x1a, 2;
        QPN: u32 = 0x20, 24;
        MKEY_7_0: u8 = 0x38, 8;
        LENGTH64: bool = 0x60, 1;
        BSF_EN: bool = 0x61, 1;
        SYNC_UMR: bool = 0x62, 1;
        EXPECTED_SIGERR_COUNT: bool = 0x65, 1;
        EN_RINVAL: bool = 0x67, 1;
        PD: u32 = 0x68, 24;
        START_ADDR: u64 = 0x80, 64;
        LEN: u64 = 0xc0, 64;
        BSF_OCTWORD_SIZE: u32 = 0x100, 32;
        CROSSING_TARGET_VHCA_ID: u16 = 0x180, 16;
        TRANSLATIONS_OCTWORD_SIZE: u32 = 0x1a0, 32;
        RELAXED_ORDERING_READ: bool = 0x1d9, 1;
        LOG_PAGE_SIZE: u8 = 0x1da, 6;
        PCIE_TPH_EN: bool = 0x1e5, 1;
        PCIE_TPH_PH: u8 = 0x1e6, 2;
        PCIE_TPH_STEERING_TAG_INDEX: u8 = 0x1e8, 8;
    }
    /// `mlx5_ifc_mlcr_reg_bits`
    MlcrReg(0x60) {
        LOCAL_PORT: u8 = 0x8, 8;
        BEACON_DURATION: u16 = 0x30, 16;
        BEACON_REMAIN: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_mnvda_reg_bits`
    MnvdaReg(0x860) {
        CONFIGURATION_ITEM_HEADER: ConfigItem = 0x0, 96;
        CONFIGURATION_ITEM_DATA: [u32; 64] = 0x60, 2048;
    }
    /// `mlx5_ifc_modify_cq_in_bits`
    ModifyCqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        CQN: u32 = 0x48, 24;
        MODIFY_FIELD_SELECT_RESIZE_FIELD_SELECT: u32 = 0x60, 32;
        CQ_CONTEXT: Cqc = 0x80, 512;
        CQ_UMEM_VALID: bool = 0x2e0, 1;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_modify_esw_vport_context_in_bits`
    ModifyEswVportContextIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        FIELD_SELECT: u32 = 0x60, 32;
        ESW_VPORT_CONTEXT: EswVportContext = 0x80, 2048;
    }
    /// `mlx5_ifc_modify_flow_table_in_bits`
    ModifyFlowTableIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        MODIFY_FIELD_SELECT: u16 = 0x70, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        FLOW_TABLE_CONTEXT: FlowTableContext = 0xc0, 320;
    }
    /// `mlx5_ifc_modify_lag_in_bits`
    ModifyLagIn(0xc0) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        FIELD_SELECT: u32 = 0x60, 32;
        CTX: Lagc = 0x80, 64;
    }
    /// `mlx5_ifc_modify_nic_vport_context_in_bits`
    ModifyNicVportContextIn(0x1000) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        FIELD_SELECT: ModifyNicVportFieldSelect = 0x60, 32;
        NIC_VPORT_CONTEXT: NicVportContext = 0x800, 2048;
    }
    /// `mlx5_ifc_modify_nic_vport_field_select_bits`
    ModifyNicVportFieldSelect(0x20) {
        AFFILIATION: bool = 0x12, 1;
        DISABLE_UC_LOCAL_LB: bool = 0x14, 1;
        DISABLE_MC_LOCAL_LB: bool = 0x15, 1;
        NODE_GUID: bool = 0x16, 1;
        PORT_GUID: bool = 0x17, 1;
        MIN_INLINE: bool = 0x18, 1;
        MTU: bool = 0x19, 1;
        CHANGE_EVENT: bool = 0x1a, 1;
        PROMISC: bool = 0x1b, 1;
        PERMANENT_ADDRESS: bool = 0x1c, 1;
        ADDRESSES_LIST: bool = 0x1d, 1;
        ROCE_EN: bool = 0x1e, 1;
    }
    /// `mlx5_ifc_modify_rmp_in_bits`
    ModifyRmpIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RMP_STATE: u8 = 0x40, 4;
        RMPN: u32 = 0x48, 24;
        BITMASK: u64 = 0x80, 64;
        CTX: [u8; 240] = 0x100, 1920;
    }
    /// `mlx5_ifc_modify_rq_in_bits`
    ModifyRqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RQ_STATE: u8 = 0x40, 4;
        RQN: u32 = 0x48, 24;
        MODIFY_BITMASK: u64 = 0x80, 64;
        CTX: Rqc = 0x100, 1920;
    }
    /// `mlx5_ifc_modify_rqt_in_bits`
    ModifyRqtIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RQTN: u32 = 0x48, 24;
        BITMASK: u64 = 0x80, 64;
        CTX: Rqtc = 0x100, 1920;
    }
    /// `mlx5_ifc_modify_scheduling_element_in_bits`
    ModifySchedulingElementIn(0x400) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SCHEDULING_HIERARCHY: u8 = 0x40, 8;
        SCHEDULING_ELEMENT_ID: u32 = 0x60, 32;
        MODIFY_BITMASK: u32 = 0xa0, 32;
        SCHEDULING_CONTEXT: [u8; 64] = 0x100, 512;
    }
    /// `mlx5_ifc_modify_sq_in_bits`
    ModifySqIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        SQ_STATE: u8 = 0x40, 4;
        SQN: u32 = 0x48, 24;
        MODIFY_BITMASK: u64 = 0x80, 64;
        CTX: Sqc = 0x100, 1920;
    }
    /// `mlx5_ifc_modify_tir_bitmask_bits`
    ModifyTirBitmask(0x40) {
        SELF_LB_EN: bool = 0x3b, 1;
        HASH: bool = 0x3d, 1;
        PACKET_MERGE: bool = 0x3f, 1;
    }
    /// `mlx5_ifc_modify_tir_in_bits`
    ModifyTirIn(0x880) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        TIRN: u32 = 0x48, 24;
        BITMASK: ModifyTirBitmask = 0x80, 64;
        CTX: Tirc = 0x100, 1920;
    }
    /// `mlx5_ifc_modify_tis_in_bits`
    ModifyTisIn(0x600) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        TISN: u32 = 0x48, 24;
        BITMASK: u64 = 0x80, 64;
        CTX: Tisc = 0x100, 1280;
    }
    /// `mlx5_ifc_modify_vhca_state_in_bits`
    ModifyVhcaStateIn(0x100) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID: u16 = 0x50, 16;
        VHCA_STATE_FIELD_SELECT: VhcaStateFieldSelect = 0x60, 32;
        VHCA_STATE_CONTEXT: VhcaStateContext = 0x80, 128;
    }
    /// `mlx5_ifc_modify_vport_state_in_bits`
    ModifyVportStateIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        MAX_TX_SPEED: u16 = 0x60, 16;
        INGRESS_CONNECT: bool = 0x70, 1;
        EGRESS_CONNECT: bool = 0x71, 1;
        INGRESS_CONNECT_VALID: bool = 0x72, 1;
        EGRESS_CONNECT_VALID: bool = 0x73, 1;
        ADMIN_STATE: u8 = 0x78, 4;
    }
    /// `mlx5_ifc_mpcnt_reg_bits`
    MpcntReg(0x800) {
        PCIE_INDEX: u8 = 0x8, 8;
        GRP: u8 = 0x1a, 6;
        CLR: bool = 0x20, 1;
        COUNTER_SET: [u8; 248] = 0x40, 1984;
    }
    /// `mlx5_ifc_mpir_reg_bits`
    MpirReg(0x80) {
        SDM: bool = 0x0, 1;
        HOST_BUSES: u8 = 0x1c, 4;
        LOCAL_PORT: u8 = 0x40, 8;
    }
    /// `mlx5_ifc_mtcap_reg_bits`
    MtcapReg(0x80) {
        SENSOR_COUNT: u8 = 0x19, 7;
        SENSOR_MAP: u64 = 0x40, 64;
    }
    /// `mlx5_ifc_mtmp_reg_bits`
    MtmpReg(0x100) {
        SENSOR_INDEX: u16 = 0x14, 12;
        TEMPERATURE: u16 = 0x30, 16;
        MTE: bool = 0x40, 1;
        MTR: bool = 0x41, 1;
        MAX_TEMPERATURE: u16 = 0x50, 16;
        TEE: u8 = 0x60, 2;
        TEMP_THRESHOLD_HI: u16 = 0x70, 16;
        TEMP_THRESHOLD_LO: u16 = 0x90, 16;
        SENSOR_NAME_HI: u32 = 0xc0, 32;
        SENSOR_NAME_LO: u32 = 0xe0, 32;
    }
    /// `mlx5_ifc_nic_vport_context_bits`
    NicVportContext(0x800) {
        MIN_WQE_INLINE_MODE: u8 = 0x5, 3;
        DISABLE_MC_LOCAL_LB: bool = 0x1d, 1;
        DISABLE_UC_LOCAL_LB: bool = 0x1e, 1;
        ROCE_EN: bool = 0x1f, 1;
        ARM_CHANGE_EVENT: bool = 0x20, 1;
        EVENT_ON_MTU: bool = 0x3b, 1;
        EVENT_ON_PROMISC_CHANGE: bool = 0x3c, 1;
        EVENT_ON_VLAN_CHANGE: bool = 0x3d, 1;
        EVENT_ON_MC_ADDRESS_CHANGE: bool = 0x3e, 1;
        EVENT_ON_UC_ADDRESS_CHANGE: bool = 0x3f, 1;
        VHCA_ID_TYPE: bool = 0x40, 1;
        AFFILIATION_CRITERIA: u8 = 0x4c, 4;
        AFFILIATED_VHCA_ID: u16 = 0x50, 16;
        SD_GROUP: u8 = 0x101, 3;
        SD_GROUP_SIZE: u8 = 0x108, 8;
        MTU: u16 = 0x130, 16;
        SYSTEM_IMAGE_GUID: u64 = 0x140, 64;
        PORT_GUID: u64 = 0x180, 64;
        NODE_GUID: u64 = 0x1c0, 64;
        QKEY_VIOLATION_COUNTER: u16 = 0x340, 16;
        PROMISC_UC: bool = 0x780, 1;
        PROMISC_MC: bool = 0x781, 1;
        PROMISC_ALL: bool = 0x782, 1;
        ALLOWED_LIST_TYPE: u8 = 0x785, 3;
        ALLOWED_LIST_SIZE: u16 = 0x790, 16;
        PERMANENT_ADDRESS: MacAddressLayout = 0x7a0, 64;
        .. CURRENT_UC_MAC_ADDRESS: u64 = 0x800;
    }
    /// `mlx5_ifc_odp_cap_bits`
    OdpCap(0x800) {
        TRANSPORT_PAGE_FAULT_SCHEME_CAP: OdpSchemeCap = 0x0, 512;
        MEMORY_PAGE_FAULT_SCHEME_CAP: OdpSchemeCap = 0x200, 512;
        MEM_PAGE_FAULT: bool = 0x600, 1;
    }
    /// `mlx5_ifc_odp_per_transport_service_cap_bits`
    OdpPerTransportServiceCap(0x20) {
        SEND: bool = 0x0, 1;
        RECEIVE: bool = 0x1, 1;
        WRITE: bool = 0x2, 1;
        READ: bool = 0x3, 1;
        ATOMIC: bool = 0x4, 1;
        SRQ_RECEIVE: bool = 0x5, 1;
    }
    /// `mlx5_ifc_odp_scheme_cap_bits`
    OdpSchemeCap(0x200) {
        SIG: bool = 0x40, 1;
        PAGE_PREFETCH: bool = 0x45, 1;
        RC_ODP_CAPS: OdpPerTransportServiceCap = 0x80, 32;
        UC_ODP_CAPS: OdpPerTransportServiceCap = 0xa0, 32;
        UD_ODP_CAPS: OdpPerTransportServiceCap = 0xc0, 32;
        XRC_ODP_CAPS: OdpPerTransportServiceCap = 0xe0, 32;
        DC_ODP_CAPS: OdpPerTransportServiceCap = 0x100, 32;
    }
    /// `mlx5_ifc_pages_req_event_bits`
    PagesReqEvent(0xe0) {
        FUNCTION_ID: u16 = 0x10, 16;
        NUM_PAGES: u32 = 0x20, 32;
    }
    /// `mlx5_ifc_paos_reg_bits`
    PaosReg(0x80) {
        SWID: u8 = 0x0, 8;
        LOCAL_PORT: u8 = 0x8, 8;
        ADMIN_STATUS: u8 = 0x14, 4;
        OPER_STATUS: u8 = 0x1c, 4;
        ASE: bool = 0x20, 1;
        EE: bool = 0x21, 1;
        E: u8 = 0x3e, 2;
    }
    /// `mlx5_ifc_pcam_enhanced_features_bits`
    PcamEnhancedFeatures(0x80) {
        PPCNT_RECOVERY_COUNTERS: bool = 0x10, 1;
        CABLE_LENGTH: bool = 0x18, 1;
        FEC_200G_PER_LANE_IN_PPLM: bool = 0x1d, 1;
        FEC_100G_PER_LANE_IN_PPLM: bool = 0x48, 1;
        SHP_PBMC_PBSR_SUPPORT: bool = 0x4b, 1;
        BUFFER_OWNERSHIP: bool = 0x53, 1;
        RESEREVED_AT_54: u32 = 0x54, 20;
        FEC_50G_PER_LANE_IN_PPLM: bool = 0x68, 1;
        RX_ICRC_ENCAPSULATED_COUNTER: bool = 0x6d, 1;
        PTYS_EXTENDED_ETHERNET: bool = 0x72, 1;
        PFCC_MASK: bool = 0x76, 1;
        PER_LANE_ERROR_COUNTERS: bool = 0x7a, 1;
        RX_BUFFER_FULLNESS_COUNTERS: bool = 0x7b, 1;
        PTYS_CONNECTOR_TYPE: bool = 0x7c, 1;
        PPCNT_DISCARD_GROUP: bool = 0x7e, 1;
        PPCNT_STATISTICAL_GROUP: bool = 0x7f, 1;
    }
    /// `mlx5_ifc_pcam_reg_bits`
    PcamReg(0x280) {
        FEATURE_GROUP: u8 = 0x8, 8;
        ACCESS_REG_GROUP: u8 = 0x18, 8;
        PORT_ACCESS_REG_CAP_MASK: [u8; 16] = 0x40, 128;
        PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F: PcamRegs5000To507f = 0x40, 128;
        FEATURE_CAP_MASK: [u8; 16] = 0x140, 128;
        FEATURE_CAP_MASK__ENHANCED_FEATURES: PcamEnhancedFeatures = 0x140, 128;
    }
    /// `mlx5_ifc_pcam_regs_5000_to_507f_bits`
    PcamRegs5000To507f(0x80) {
        PORT_ACCESS_REG_CAP_MASK_127_TO_96: u32 = 0x0, 32;
        PORT_ACCESS_REG_CAP_MASK_95_TO_64: u32 = 0x20, 32;
        PORT_ACCESS_REG_CAP_MASK_63: bool = 0x40, 1;
        PPHCR: bool = 0x41, 1;
        PORT_ACCESS_REG_CAP_MASK_61_TO_36: u32 = 0x42, 26;
        PPLM: bool = 0x5c, 1;
        PORT_ACCESS_REG_CAP_MASK_34_TO_32: u8 = 0x5d, 3;
        PORT_ACCESS_REG_CAP_MASK_31_TO_13: u32 = 0x60, 19;
        PBMC: bool = 0x73, 1;
        PPTB: bool = 0x74, 1;
        PORT_ACCESS_REG_CAP_MASK_10_TO_09: u8 = 0x75, 2;
        PPCNT: bool = 0x77, 1;
        PORT_ACCESS_REG_CAP_MASK_07_TO_00: u8 = 0x78, 8;
    }
    /// `mlx5_ifc_pcie_perf_cntrs_grp_data_layout_bits`
    PciePerfCntrsGrpDataLayout(0x7c0) {
        LIFE_TIME_COUNTER_HIGH: u32 = 0x0, 32;
        LIFE_TIME_COUNTER_LOW: u32 = 0x20, 32;
        RX_ERRORS: u32 = 0x40, 32;
        TX_ERRORS: u32 = 0x60, 32;
        L0_TO_RECOVERY_EIEOS: u32 = 0x80, 32;
        L0_TO_RECOVERY_TS: u32 = 0xa0, 32;
        L0_TO_RECOVERY_FRAMING: u32 = 0xc0, 32;
        L0_TO_RECOVERY_RETRAIN: u32 = 0xe0, 32;
        CRC_ERROR_DLLP: u32 = 0x100, 32;
        CRC_ERROR_TLP: u32 = 0x120, 32;
        TX_OVERFLOW_BUFFER_PKT_HIGH: u32 = 0x140, 32;
        TX_OVERFLOW_BUFFER_PKT_LOW: u32 = 0x160, 32;
        OUTBOUND_STALLED_READS: u32 = 0x180, 32;
        OUTBOUND_STALLED_WRITES: u32 = 0x1a0, 32;
        OUTBOUND_STALLED_READS_EVENTS: u32 = 0x1c0, 32;
        OUTBOUND_STALLED_WRITES_EVENTS: u32 = 0x1e0, 32;
    }
    /// `mlx5_ifc_per_protocol_networking_offload_caps_bits`
    PerProtocolNetworkingOffloadCaps(0x800) {
        CSUM_CAP: bool = 0x0, 1;
        VLAN_CAP: bool = 0x1, 1;
        LRO_CAP: bool = 0x2, 1;
        LRO_PSH_FLAG: bool = 0x3, 1;
        LRO_TIME_STAMP: bool = 0x4, 1;
        WQE_VLAN_INSERT: bool = 0x7, 1;
        SELF_LB_EN_MODIFIABLE: bool = 0x8, 1;
        MAX_LSO_CAP: u8 = 0xb, 5;
        MULTI_PKT_SEND_WQE: u8 = 0x10, 2;
        WQE_INLINE_MODE: u8 = 0x12, 2;
        RSS_IND_TBL_CAP: u8 = 0x14, 4;
        REG_UMR_SQ: bool = 0x18, 1;
        SCATTER_FCS: bool = 0x19, 1;
        ENHANCED_MULTI_PKT_SEND_WQE: bool = 0x1a, 1;
        TUNNEL_LSO_CONST_OUT_IP_ID: bool = 0x1b, 1;
        TUNNEL_LRO_GRE: bool = 0x1c, 1;
        TUNNEL_LRO_VXLAN: bool = 0x1d, 1;
        TUNNEL_STATELESS_GRE: bool = 0x1e, 1;
        TUNNEL_STATELESS_VXLAN: bool = 0x1f, 1;
        SWP: bool = 0x20, 1;
        SWP_CSUM: bool = 0x21, 1;
        SWP_LSO: bool = 0x22, 1;
        CQE_CHECKSUM_FULL: bool = 0x23, 1;
        TUNNEL_STATELESS_GENEVE_TX: bool = 0x24, 1;
        TUNNEL_STATELESS_MPLS_OVER_UDP: bool = 0x25, 1;
        TUNNEL_STATELESS_MPLS_OVER_GRE: bool = 0x26, 1;
        TUNNEL_STATELESS_VXLAN_GPE: bool = 0x27, 1;
        TUNNEL_STATELESS_IPV4_OVER_VXLAN: bool = 0x28, 1;
        TUNNEL_STATELESS_IP_OVER_IP: bool = 0x29, 1;
        INSERT_TRAILER: bool = 0x2a, 1;
        TUNNEL_STATELESS_IP_OVER_IP_RX: bool = 0x2c, 1;
        TUNNEL_STATELESS_IP_OVER_IP_TX: bool = 0x2d, 1;
        MAX_VXLAN_UDP_PORTS: u8 = 0x30, 8;
        SWP_CSUM_L4_PARTIAL: bool = 0x38, 1;
        MAX_GENEVE_OPT_LEN: bool = 0x3e, 1;
        TUNNEL_STATELESS_GENEVE_RX: bool = 0x3f, 1;
        LRO_MIN_MSS_SIZE: u16 = 0x50, 16;
        LRO_TIMER_SUPPORTED_PERIODS: [u32; 4] = 0x180, 128;
    }
    /// `mlx5_ifc_pfcc_reg_bits`
    PfccReg(0x100) {
        BUF_OWNERSHIP: u8 = 0x4, 2;
        LOCAL_PORT: u8 = 0x8, 8;
        CABLE_LENGTH_MASK: bool = 0x1a, 1;
        PPAN_MASK_N: bool = 0x1b, 1;
        MINOR_STALL_MASK: bool = 0x1c, 1;
        CRITICAL_STALL_MASK: bool = 0x1d, 1;
        PPAN: u8 = 0x20, 4;
        PRIO_MASK_TX: u8 = 0x28, 8;
        PRIO_MASK_RX: u8 = 0x38, 8;
        PPTX: bool = 0x40, 1;
        APTX: bool = 0x41, 1;
        PPTX_MASK_N: bool = 0x42, 1;
        PFCTX: u8 = 0x48, 8;
        PPRX: bool = 0x60, 1;
        APRX: bool = 0x61, 1;
        PPRX_MASK_N: bool = 0x62, 1;
        PFCRX: u8 = 0x68, 8;
        DEVICE_STALL_MINOR_WATERMARK: u16 = 0x80, 16;
        DEVICE_STALL_CRITICAL_WATERMARK: u16 = 0x90, 16;
        CABLE_LENGTH: u8 = 0xb8, 8;
    }
    /// `mlx5_ifc_phys_layer_cntrs_bits`
    PhysLayerCntrs(0x7c0) {
        TIME_SINCE_LAST_CLEAR_HIGH: u32 = 0x0, 32;
        TIME_SINCE_LAST_CLEAR_LOW: u32 = 0x20, 32;
        SYMBOL_ERRORS_HIGH: u32 = 0x40, 32;
        SYMBOL_ERRORS_LOW: u32 = 0x60, 32;
        SYNC_HEADERS_ERRORS_HIGH: u32 = 0x80, 32;
        SYNC_HEADERS_ERRORS_LOW: u32 = 0xa0, 32;
        EDPL_BIP_ERRORS_LANE0_HIGH: u32 = 0xc0, 32;
        EDPL_BIP_ERRORS_LANE0_LOW: u32 = 0xe0, 32;
        EDPL_BIP_ERRORS_LANE1_HIGH: u32 = 0x100, 32;
        EDPL_BIP_ERRORS_LANE1_LOW: u32 = 0x120, 32;
        EDPL_BIP_ERRORS_LANE2_HIGH: u32 = 0x140, 32;
        EDPL_BIP_ERRORS_LANE2_LOW: u32 = 0x160, 32;
        EDPL_BIP_ERRORS_LANE3_HIGH: u32 = 0x180, 32;
        EDPL_BIP_ERRORS_LANE3_LOW: u32 = 0x1a0, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE0_HIGH: u32 = 0x1c0, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE0_LOW: u32 = 0x1e0, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE1_HIGH: u32 = 0x200, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE1_LOW: u32 = 0x220, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE2_HIGH: u32 = 0x240, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE2_LOW: u32 = 0x260, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE3_HIGH: u32 = 0x280, 32;
        FC_FEC_CORRECTED_BLOCKS_LANE3_LOW: u32 = 0x2a0, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE0_HIGH: u32 = 0x2c0, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE0_LOW: u32 = 0x2e0, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE1_HIGH: u32 = 0x300, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE1_LOW: u32 = 0x320, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE2_HIGH: u32 = 0x340, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE2_LOW: u32 = 0x360, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE3_HIGH: u32 = 0x380, 32;
        FC_FEC_UNCORRECTABLE_BLOCKS_LANE3_LOW: u32 = 0x3a0, 32;
        RS_FEC_CORRECTED_BLOCKS_HIGH: u32 = 0x3c0, 32;
        RS_FEC_CORRECTED_BLOCKS_LOW: u32 = 0x3e0, 32;
        RS_FEC_UNCORRECTABLE_BLOCKS_HIGH: u32 = 0x400, 32;
        RS_FEC_UNCORRECTABLE_BLOCKS_LOW: u32 = 0x420, 32;
        RS_FEC_NO_ERRORS_BLOCKS_HIGH: u32 = 0x440, 32;
        RS_FEC_NO_ERRORS_BLOCKS_LOW: u32 = 0x460, 32;
        RS_FEC_SINGLE_ERROR_BLOCKS_HIGH: u32 = 0x480, 32;
        RS_FEC_SINGLE_ERROR_BLOCKS_LOW: u32 = 0x4a0, 32;
        RS_FEC_CORRECTED_SYMBOLS_TOTAL_HIGH: u32 = 0x4c0, 32;
        RS_FEC_CORRECTED_SYMBOLS_TOTAL_LOW: u32 = 0x4e0, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE0_HIGH: u32 = 0x500, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE0_LOW: u32 = 0x520, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE1_HIGH: u32 = 0x540, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE1_LOW: u32 = 0x560, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE2_HIGH: u32 = 0x580, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE2_LOW: u32 = 0x5a0, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE3_HIGH: u32 = 0x5c0, 32;
        RS_FEC_CORRECTED_SYMBOLS_LANE3_LOW: u32 = 0x5e0, 32;
        LINK_DOWN_EVENTS: u32 = 0x600, 32;
        SUCCESSFUL_RECOVERY_EVENTS: u32 = 0x620, 32;
    }
    /// `mlx5_ifc_phys_layer_recovery_cntrs_bits`
    PhysLayerRecoveryCntrs(0x7c0) {
        TOTAL_SUCCESSFUL_RECOVERY_EVENTS: u32 = 0x0, 32;
    }
    /// `mlx5_ifc_phys_layer_statistical_cntrs_bits`
    PhysLayerStatisticalCntrs(0x7c0) {
        TIME_SINCE_LAST_CLEAR_HIGH: u32 = 0x0, 32;
        TIME_SINCE_LAST_CLEAR_LOW: u32 = 0x20, 32;
        PHY_RECEIVED_BITS_HIGH: u32 = 0x40, 32;
        PHY_RECEIVED_BITS_LOW: u32 = 0x60, 32;
        PHY_SYMBOL_ERRORS_HIGH: u32 = 0x80, 32;
        PHY_SYMBOL_ERRORS_LOW: u32 = 0xa0, 32;
        PHY_CORRECTED_BITS_HIGH: u32 = 0xc0, 32;
        PHY_CORRECTED_BITS_LOW: u32 = 0xe0, 32;
        PHY_CORRECTED_BITS_LANE0_HIGH: u32 = 0x100, 32;
        PHY_CORRECTED_BITS_LANE0_LOW: u32 = 0x120, 32;
        PHY_CORRECTED_BITS_LANE1_HIGH: u32 = 0x140, 32;
        PHY_CORRECTED_BITS_LANE1_LOW: u32 = 0x160, 32;
        PHY_CORRECTED_BITS_LANE2_HIGH: u32 = 0x180, 32;
        PHY_CORRECTED_BITS_LANE2_LOW: u32 = 0x1a0, 32;
        PHY_CORRECTED_BITS_LANE3_HIGH: u32 = 0x1c0, 32;
        PHY_CORRECTED_BITS_LANE3_LOW: u32 = 0x1e0, 32;
    }
    /// `mlx5_ifc_pmaos_reg_bits`
    PmaosReg(0x80) {
        MODULE: u8 = 0x8, 8;
        ADMIN_STATUS: u8 = 0x14, 4;
        OPER_STATUS: u8 = 0x1c, 4;
        ASE: bool = 0x20, 1;
        EE: bool = 0x21, 1;
        E: u8 = 0x3e, 2;
    }
    /// `mlx5_ifc_pmlp_reg_bits`
    PmlpReg(0x200) {
        RXTX: bool = 0x0, 1;
        LOCAL_PORT: u8 = 0x8, 8;
        WIDTH: u8 = 0x18, 8;
        LANE0_MODULE_MAPPING: Lane2ModuleMapping = 0x20, 32;
        LANE1_MODULE_MAPPING: Lane2ModuleMapping = 0x40, 32;
        LANE2_MODULE_MAPPING: Lane2ModuleMapping = 0x60, 32;
        LANE3_MODULE_MAPPING: Lane2ModuleMapping = 0x80, 32;
    }
    /// `mlx5_ifc_pmtu_reg_bits`
    PmtuReg(0x80) {
        LOCAL_PORT: u8 = 0x8, 8;
        MAX_MTU: u16 = 0x20, 16;
        ADMIN_MTU: u16 = 0x40, 16;
        OPER_MTU: u16 = 0x60, 16;
    }
    /// `mlx5_ifc_port_selection_cap_bits`
    PortSelectionCap(0x8000) {
        PORT_SELECT_FLOW_TABLE: bool = 0x10, 1;
        PORT_SELECT_FLOW_TABLE_BYPASS: bool = 0x12, 1;
        FLOW_TABLE_PROPERTIES_PORT_SELECTION: FlowTablePropLayout = 0x200, 512;
        FT_FIELD_SUPPORT_2_PORT_SELECTION: [u8; 16] = 0x400, 128;
    }
    /// `mlx5_ifc_port_state_change_event_bits`
    PortStateChangeEvent(0xe0) {
        PORT_NUM: u8 = 0x40, 4;
    }
    /// `mlx5_ifc_ppcnt_reg_bits`
    PpcntReg(0x800) {
        SWID: u8 = 0x0, 8;
        LOCAL_PORT: u8 = 0x8, 8;
        PNAT: u8 = 0x10, 2;
        GRP: u8 = 0x1a, 6;
        CLR: bool = 0x20, 1;
        PLANE_IND: u8 = 0x34, 4;
        PRIO_TC: u8 = 0x3b, 5;
        COUNTER_SET: [u8; 248] = 0x40, 1984;
    }
    /// `mlx5_ifc_pplm_reg_bits`
    PplmReg(0x3c0) {
        LOCAL_PORT: u8 = 0x8, 8;
        PORT_PROFILE_MODE: u8 = 0x40, 8;
        STATIC_PORT_PROFILE: u8 = 0x48, 8;
        ACTIVE_PORT_PROFILE: u8 = 0x50, 8;
        RETRANSMISSION_ACTIVE: u8 = 0x60, 8;
        FEC_MODE_ACTIVE: u32 = 0x68, 24;
        RS_FEC_CORRECTION_BYPASS_CAP: u8 = 0x80, 4;
        FEC_OVERRIDE_CAP_56G: u8 = 0x8c, 4;
        FEC_OVERRIDE_CAP_100G: u8 = 0x90, 4;
        FEC_OVERRIDE_CAP_50G: u8 = 0x94, 4;
        FEC_OVERRIDE_CAP_25G: u8 = 0x98, 4;
        FEC_OVERRIDE_CAP_10G_40G: u8 = 0x9c, 4;
        RS_FEC_CORRECTION_BYPASS_ADMIN: u8 = 0xa0, 4;
        FEC_OVERRIDE_ADMIN_56G: u8 = 0xac, 4;
        FEC_OVERRIDE_ADMIN_100G: u8 = 0xb0, 4;
        FEC_OVERRIDE_ADMIN_50G: u8 = 0xb4, 4;
        FEC_OVERRIDE_ADMIN_25G: u8 = 0xb8, 4;
        FEC_OVERRIDE_ADMIN_10G_40G: u8 = 0xbc, 4;
        FEC_OVERRIDE_CAP_400G_8X: u16 = 0xc0, 16;
        FEC_OVERRIDE_CAP_200G_4X: u16 = 0xd0, 16;
        FEC_OVERRIDE_CAP_100G_2X: u16 = 0xe0, 16;
        FEC_OVERRIDE_CAP_50G_1X: u16 = 0xf0, 16;
        FEC_OVERRIDE_ADMIN_400G_8X: u16 = 0x100, 16;
        FEC_OVERRIDE_ADMIN_200G_4X: u16 = 0x110, 16;
        FEC_OVERRIDE_ADMIN_100G_2X: u16 = 0x120, 16;
        FEC_OVERRIDE_ADMIN_50G_1X: u16 = 0x130, 16;
        FEC_OVERRIDE_CAP_800G_8X: u16 = 0x140, 16;
        FEC_OVERRIDE_CAP_400G_4X: u16 = 0x150, 16;
        FEC_OVERRIDE_CAP_200G_2X: u16 = 0x160, 16;
        FEC_OVERRIDE_CAP_100G_1X: u16 = 0x170, 16;
        FEC_OVERRIDE_ADMIN_800G_8X: u16 = 0x220, 16;
        FEC_OVERRIDE_ADMIN_400G_4X: u16 = 0x230, 16;
        FEC_OVERRIDE_ADMIN_200G_2X: u16 = 0x240, 16;
        FEC_OVERRIDE_ADMIN_100G_1X: u16 = 0x250, 16;
        FEC_OVERRIDE_CAP_1600G_8X: u16 = 0x2c0, 16;
        FEC_OVERRIDE_CAP_800G_4X: u16 = 0x2d0, 16;
        FEC_OVERRIDE_CAP_400G_2X: u16 = 0x2e0, 16;
        FEC_OVERRIDE_CAP_200G_1X: u16 = 0x2f0, 16;
        FEC_OVERRIDE_ADMIN_1600G_8X: u16 = 0x300, 16;
        FEC_OVERRIDE_ADMIN_800G_4X: u16 = 0x310, 16;
        FEC_OVERRIDE_ADMIN_400G_2X: u16 = 0x320, 16;
        FEC_OVERRIDE_ADMIN_200G_1X: u16 = 0x330, 16;
    }
    /// `mlx5_ifc_ptys_reg_bits`
    PtysReg(0x200) {
        AN_DISABLE_ADMIN: bool = 0x1, 1;
        AN_DISABLE_CAP: bool = 0x2, 1;
        LOCAL_PORT: u8 = 0x8, 8;
        PLANE_IND: u8 = 0x18, 4;
        PROTO_MASK: u8 = 0x1d, 3;
        AN_STATUS: u8 = 0x20, 4;
        DATA_RATE_OPER: u16 = 0x30, 16;
        EXT_ETH_PROTO_CAPABILITY: u32 = 0x40, 32;
        ETH_PROTO_CAPABILITY: u32 = 0x60, 32;
        IB_LINK_WIDTH_CAPABILITY: u16 = 0x80, 16;
        IB_PROTO_CAPABILITY: u16 = 0x90, 16;
        EXT_ETH_PROTO_ADMIN: u32 = 0xa0, 32;
        ETH_PROTO_ADMIN: u32 = 0xc0, 32;
        IB_LINK_WIDTH_ADMIN: u16 = 0xe0, 16;
        IB_PROTO_ADMIN: u16 = 0xf0, 16;
        EXT_ETH_PROTO_OPER: u32 = 0x100, 32;
        ETH_PROTO_OPER: u32 = 0x120, 32;
        IB_LINK_WIDTH_OPER: u16 = 0x140, 16;
        IB_PROTO_OPER: u16 = 0x150, 16;
        LANE_RATE_OPER: u32 = 0x168, 20;
        CONNECTOR_TYPE: u8 = 0x17c, 4;
        ETH_PROTO_LP_ADVERTISE: u32 = 0x180, 32;
    }
    /// `mlx5_ifc_qcam_reg_bits`
    QcamReg(0x240) {
        FEATURE_GROUP: u8 = 0x8, 8;
        ACCESS_REG_GROUP: u8 = 0x18, 8;
        QOS_ACCESS_REG_CAP_MASK: [u8; 16] = 0x40, 128;
        QOS_ACCESS_REG_CAP_MASK__REG_CAP: [u8; 16] = 0x40, 128;
        QOS_FEATURE_CAP_MASK: [u8; 16] = 0x140, 128;
        QOS_FEATURE_CAP_MASK__FEATURE_CAP: [u8; 16] = 0x140, 128;
    }
    /// `mlx5_ifc_qos_cap_bits`
    QosCap(0x800) {
        PACKET_PACING: bool = 0x0, 1;
        ESW_SCHEDULING: bool = 0x1, 1;
        ESW_BW_SHARE: bool = 0x2, 1;
        ESW_RATE_LIMIT: bool = 0x3, 1;
        PACKET_PACING_BURST_BOUND: bool = 0x5, 1;
        PACKET_PACING_TYPICAL_SIZE: bool = 0x6, 1;
        NIC_SQ_SCHEDULING: bool = 0x8, 1;
        NIC_BW_SHARE: bool = 0x9, 1;
        NIC_RATE_LIMIT: bool = 0xa, 1;
        PACKET_PACING_UID: bool = 0xb, 1;
        LOG_ESW_MAX_SCHED_DEPTH: u8 = 0xc, 4;
        PACKET_PACING_REQ_UD: bool = 0x22, 1;
        PACKET_PACING_REQ_UC: bool = 0x23, 1;
        ESW_CROSS_ESW_SCHED: bool = 0x29, 1;
        LOG_MAX_QOS_NIC_QUEUE_GROUP: u8 = 0x2b, 5;
        PACKET_PACING_MAX_RATE: u32 = 0x40, 32;
        PACKET_PACING_MIN_RATE: u32 = 0x60, 32;
        LOG_ESW_MAX_RATE_LIMIT: u8 = 0x8b, 5;
        PACKET_PACING_RATE_TABLE_SIZE: u16 = 0x90, 16;
        ESW_ELEMENT_TYPE: u16 = 0xa0, 16;
        ESW_TSAR_TYPE: u16 = 0xb0, 16;
        MAX_QOS_PARA_VPORT: u16 = 0xd0, 16;
        MAX_TSAR_BW_SHARE: u32 = 0xe0, 32;
        NIC_ELEMENT_TYPE: u16 = 0x100, 16;
        NIC_TSAR_TYPE: u16 = 0x110, 16;
        LOG_METER_ASO_GRANULARITY: u8 = 0x123, 5;
        LOG_METER_ASO_MAX_ALLOC: u8 = 0x12b, 5;
        LOG_MAX_NUM_METER_ASO: u8 = 0x133, 5;
    }
    /// `mlx5_ifc_query_adapter_out_bits`
    QueryAdapterOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        QUERY_ADAPTER_STRUCT: QueryAdapterParamBlock = 0x80, 2048;
    }
    /// `mlx5_ifc_query_adapter_param_block_bits`
    QueryAdapterParamBlock(0x800) {
        IEEE_VENDOR_ID: u32 = 0xc8, 24;
        VSD_VENDOR_ID: u16 = 0xf0, 16;
        VSD: [u8; 208] = 0x100, 1664;
        VSD_CONTD_PSID: [u8; 16] = 0x780, 128;
    }
    /// `mlx5_ifc_query_cq_in_bits`
    QueryCqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        CQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_cq_out_bits`
    QueryCqOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        CQ_CONTEXT: Cqc = 0x80, 512;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_query_eq_in_bits`
    QueryEqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EQ_NUMBER: u8 = 0x58, 8;
    }
    /// `mlx5_ifc_query_eq_out_bits`
    QueryEqOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        EQ_CONTEXT_ENTRY: Eqc = 0x80, 512;
        EVENT_BITMASK: u64 = 0x2c0, 64;
        .. PAS: u64 = 0x880;
    }
    /// `mlx5_ifc_query_esw_vport_context_in_bits`
    QueryEswVportContextIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_esw_vport_context_out_bits`
    QueryEswVportContextOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        ESW_VPORT_CONTEXT: EswVportContext = 0x80, 2048;
    }
    /// `mlx5_ifc_query_flow_counter_in_bits`
    QueryFlowCounterIn(0x100) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        CLEAR: bool = 0xc0, 1;
        NUM_OF_COUNTERS: u16 = 0xd0, 16;
        FLOW_COUNTER_ID: u32 = 0xe0, 32;
    }
    /// `mlx5_ifc_query_flow_group_in_bits`
    QueryFlowGroupIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        TABLE_ID: u32 = 0xa8, 24;
        GROUP_ID: u32 = 0xc0, 32;
    }
    /// `mlx5_ifc_query_flow_table_in_bits`
    QueryFlowTableIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        TABLE_ID: u32 = 0xa8, 24;
    }
    /// `mlx5_ifc_query_flow_table_out_bits`
    QueryFlowTableOut(0x200) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        FLOW_TABLE_CONTEXT: FlowTableContext = 0xc0, 320;
    }
    /// `mlx5_ifc_query_fte_in_bits`
    QueryFteIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        TABLE_ID: u32 = 0xa8, 24;
        FLOW_INDEX: u32 = 0x100, 32;
    }
    /// `mlx5_ifc_query_fte_out_bits`
    QueryFteOut(0x1a00) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        FLOW_CONTEXT: FlowContext = 0x200, 6144;
    }
    /// `mlx5_ifc_query_hca_cap_in_bits`
    QueryHcaCapIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_FUNCTION: bool = 0x40, 1;
        EC_VF_FUNCTION: bool = 0x41, 1;
        FUNCTION_ID_TYPE: bool = 0x43, 1;
        FUNCTION_ID: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_hca_cap_out_bits`
    QueryHcaCapOut(0x8080) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        CAPABILITY: HcaCapUnion = 0x80, 32768;
    }
    /// `mlx5_ifc_query_issi_out_bits`
    QueryIssiOut(0x380) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        CURRENT_ISSI: u16 = 0x50, 16;
        SUPPORTED_ISSI_DW0: u32 = 0x360, 32;
    }
    /// `mlx5_ifc_query_l2_table_entry_in_bits`
    QueryL2TableEntryIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SILENT_MODE_QUERY: bool = 0x80, 1;
        TABLE_INDEX: u32 = 0xa8, 24;
    }
    /// `mlx5_ifc_query_lag_out_bits`
    QueryLagOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        CTX: Lagc = 0x40, 64;
    }
    /// `mlx5_ifc_query_mkey_in_bits`
    QueryMkeyIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        MKEY_INDEX: u32 = 0x48, 24;
        PG_ACCESS: bool = 0x60, 1;
    }
    /// `mlx5_ifc_query_mkey_out_bits`
    QueryMkeyOut(0x980) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        MEMORY_KEY_MKEY_ENTRY: Mkc = 0x80, 512;
        BSF0_KLM0_PAS_MTT0_1: [u8; 16] = 0x880, 128;
        BSF1_KLM1_PAS_MTT2_3: [u8; 16] = 0x900, 128;
    }
    /// `mlx5_ifc_query_nic_vport_context_in_bits`
    QueryNicVportContextIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        ALLOWED_LIST_TYPE: u8 = 0x65, 3;
    }
    /// `mlx5_ifc_query_nic_vport_context_out_bits`
    QueryNicVportContextOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        NIC_VPORT_CONTEXT: NicVportContext = 0x80, 2048;
    }
    /// `mlx5_ifc_query_pages_in_bits`
    QueryPagesIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_pages_out_bits`
    QueryPagesOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID: u16 = 0x50, 16;
        NUM_PAGES: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_query_q_counter_in_bits`
    QueryQCounterIn(0x100) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        CLEAR: bool = 0xc0, 1;
        AGGREGATE: bool = 0xc1, 1;
        COUNTER_SET_ID: u8 = 0xf8, 8;
    }
    /// `mlx5_ifc_query_q_counter_out_bits`
    QueryQCounterOut(0x800) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RX_WRITE_REQUESTS: u32 = 0x80, 32;
        RX_READ_REQUESTS: u32 = 0xc0, 32;
        RX_ATOMIC_REQUESTS: u32 = 0x100, 32;
        RX_DCT_CONNECT: u32 = 0x140, 32;
        OUT_OF_BUFFER: u32 = 0x180, 32;
        OUT_OF_SEQUENCE: u32 = 0x1c0, 32;
        DUPLICATE_REQUEST: u32 = 0x200, 32;
        RNR_NAK_RETRY_ERR: u32 = 0x240, 32;
        PACKET_SEQ_ERR: u32 = 0x280, 32;
        IMPLIED_NAK_SEQ_ERR: u32 = 0x2c0, 32;
        LOCAL_ACK_TIMEOUT_ERR: u32 = 0x300, 32;
        REQ_RNR_RETRIES_EXCEEDED: u32 = 0x380, 32;
        RESP_LOCAL_LENGTH_ERROR: u32 = 0x3c0, 32;
        REQ_LOCAL_LENGTH_ERROR: u32 = 0x3e0, 32;
        RESP_LOCAL_QP_ERROR: u32 = 0x400, 32;
        LOCAL_OPERATION_ERROR: u32 = 0x420, 32;
        RESP_LOCAL_PROTECTION: u32 = 0x440, 32;
        REQ_LOCAL_PROTECTION: u32 = 0x460, 32;
        RESP_CQE_ERROR: u32 = 0x480, 32;
        REQ_CQE_ERROR: u32 = 0x4a0, 32;
        REQ_MW_BINDING: u32 = 0x4c0, 32;
        REQ_BAD_RESPONSE: u32 = 0x4e0, 32;
        REQ_REMOTE_INVALID_REQUEST: u32 = 0x500, 32;
        RESP_REMOTE_INVALID_REQUEST: u32 = 0x520, 32;
        REQ_REMOTE_ACCESS_ERRORS: u32 = 0x540, 32;
        RESP_REMOTE_ACCESS_ERRORS: u32 = 0x560, 32;
        REQ_REMOTE_OPERATION_ERRORS: u32 = 0x580, 32;
        REQ_TRANSPORT_RETRIES_EXCEEDED: u32 = 0x5a0, 32;
        CQ_OVERFLOW: u32 = 0x5c0, 32;
        RESP_CQE_FLUSH_ERROR: u32 = 0x5e0, 32;
        REQ_CQE_FLUSH_ERROR: u32 = 0x600, 32;
        ROCE_ADP_RETRANS: u32 = 0x640, 32;
        ROCE_ADP_RETRANS_TO: u32 = 0x660, 32;
        ROCE_SLOW_RESTART: u32 = 0x680, 32;
        ROCE_SLOW_RESTART_CNPS: u32 = 0x6a0, 32;
        ROCE_SLOW_RESTART_TRANS: u32 = 0x6c0, 32;
    }
    /// `mlx5_ifc_query_qp_in_bits`
    QueryQpIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        QPC_EXT: bool = 0x40, 1;
        QPN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_qp_out_bits`
    QueryQpOut(0xe80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        OPT_PARAM_MASK: u32 = 0x80, 32;
        ECE: u32 = 0xa0, 32;
        QPC: [u8; 232] = 0xc0, 1856;
        QP_PAS_OR_QPC_EXT_AND_PAS: [u8; 192] = 0x880, 1536;
    }
    /// `mlx5_ifc_query_rmp_in_bits`
    QueryRmpIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        RMPN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_rmp_out_bits`
    QueryRmpOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RMP_CONTEXT: [u8; 240] = 0x100, 1920;
    }
    /// `mlx5_ifc_query_rq_in_bits`
    QueryRqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        RQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_rq_out_bits`
    QueryRqOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RQ_CONTEXT: Rqc = 0x100, 1920;
    }
    /// `mlx5_ifc_query_rqt_in_bits`
    QueryRqtIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        RQTN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_rqt_out_bits`
    QueryRqtOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RQT_CONTEXT: Rqtc = 0x100, 1920;
    }
    /// `mlx5_ifc_query_scheduling_element_in_bits`
    QuerySchedulingElementIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SCHEDULING_HIERARCHY: u8 = 0x40, 8;
        SCHEDULING_ELEMENT_ID: u32 = 0x60, 32;
    }
    /// `mlx5_ifc_query_scheduling_element_out_bits`
    QuerySchedulingElementOut(0x400) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SCHEDULING_CONTEXT: [u8; 64] = 0x100, 512;
    }
    /// `mlx5_ifc_query_special_contexts_out_bits`
    QuerySpecialContextsOut(0x100) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        DUMP_FILL_MKEY: u32 = 0x40, 32;
        RESD_LKEY: u32 = 0x60, 32;
        NULL_MKEY: u32 = 0x80, 32;
        TERMINATE_SCATTER_LIST_MKEY: u32 = 0xa0, 32;
        REPEATED_MKEY: u32 = 0xc0, 32;
    }
    /// `mlx5_ifc_query_sq_in_bits`
    QuerySqIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        SQN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_sq_out_bits`
    QuerySqOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        SQ_CONTEXT: Sqc = 0x100, 1920;
    }
    /// `mlx5_ifc_query_tir_in_bits`
    QueryTirIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TIRN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_tir_out_bits`
    QueryTirOut(0x880) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        TIR_CONTEXT: Tirc = 0x100, 1920;
    }
    /// `mlx5_ifc_query_tis_in_bits`
    QueryTisIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TISN: u32 = 0x48, 24;
    }
    /// `mlx5_ifc_query_tis_out_bits`
    QueryTisOut(0x580) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        TIS_CONTEXT: Tisc = 0x80, 1280;
    }
    /// `mlx5_ifc_query_vhca_state_in_bits`
    QueryVhcaStateIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        EMBEDDED_CPU_FUNCTION: bool = 0x40, 1;
        FUNCTION_ID: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_vhca_state_out_bits`
    QueryVhcaStateOut(0x100) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        VHCA_STATE_CONTEXT: VhcaStateContext = 0x80, 128;
    }
    /// `mlx5_ifc_query_vnic_env_in_bits`
    QueryVnicEnvIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_vnic_env_out_bits`
    QueryVnicEnvOut(0x1080) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        VPORT_ENV: VnicDiagnosticStatistics = 0x80, 4096;
    }
    /// `mlx5_ifc_query_vport_counter_in_bits`
    QueryVportCounterIn(0x100) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        PORT_NUM: u8 = 0x4c, 4;
        VPORT_NUMBER: u16 = 0x50, 16;
        CLEAR: bool = 0xc0, 1;
    }
    /// `mlx5_ifc_query_vport_counter_out_bits`
    QueryVportCounterOut(0x1080) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        RECEIVED_ERRORS: TrafficCounter = 0x80, 128;
        TRANSMIT_ERRORS: TrafficCounter = 0x100, 128;
        RECEIVED_IB_UNICAST: TrafficCounter = 0x180, 128;
        TRANSMITTED_IB_UNICAST: TrafficCounter = 0x200, 128;
        RECEIVED_IB_MULTICAST: TrafficCounter = 0x280, 128;
        TRANSMITTED_IB_MULTICAST: TrafficCounter = 0x300, 128;
        RECEIVED_ETH_BROADCAST: TrafficCounter = 0x380, 128;
        TRANSMITTED_ETH_BROADCAST: TrafficCounter = 0x400, 128;
        RECEIVED_ETH_UNICAST: TrafficCounter = 0x480, 128;
        TRANSMITTED_ETH_UNICAST: TrafficCounter = 0x500, 128;
        RECEIVED_ETH_MULTICAST: TrafficCounter = 0x580, 128;
        TRANSMITTED_ETH_MULTICAST: TrafficCounter = 0x600, 128;
        LOCAL_LOOPBACK: TrafficCounter = 0x680, 128;
    }
    /// `mlx5_ifc_query_vport_state_in_bits`
    QueryVportStateIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_query_vport_state_out_bits`
    QueryVportStateOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        MAX_TX_SPEED: u16 = 0x60, 16;
        ADMIN_STATE: u8 = 0x78, 4;
        STATE: u8 = 0x7c, 4;
    }
    /// `mlx5_ifc_roce_cap_bits`
    RoceCap(0x800) {
        ROCE_APM: bool = 0x0, 1;
        SW_R_ROCE_SRC_UDP_PORT: bool = 0x4, 1;
        FL_RC_QP_WHEN_ROCE_DISABLED: bool = 0x5, 1;
        FL_RC_QP_WHEN_ROCE_ENABLED: bool = 0x6, 1;
        ROCE_CC_GENERAL: bool = 0x7, 1;
        QP_OOO_TRANSMIT_DEFAULT: bool = 0x8, 1;
        QP_TS_FORMAT: u8 = 0x1e, 2;
        L3_TYPE: u8 = 0x8c, 4;
        ROCE_VERSION: u8 = 0x98, 8;
        R_ROCE_DEST_UDP_PORT: u16 = 0xb0, 16;
        R_ROCE_MAX_SRC_UDP_PORT: u16 = 0xc0, 16;
        R_ROCE_MIN_SRC_UDP_PORT: u16 = 0xd0, 16;
        ROCE_ADDRESS_TABLE_SIZE: u16 = 0xf0, 16;
    }
    /// `mlx5_ifc_rqc_bits`
    Rqc(0x780) {
        RLKY: bool = 0x0, 1;
        DELAY_DROP_EN: bool = 0x1, 1;
        SCATTER_FCS: bool = 0x2, 1;
        VSD: bool = 0x3, 1;
        MEM_RQ_TYPE: u8 = 0x4, 4;
        STATE: u8 = 0x8, 4;
        FLUSH_IN_ERROR_EN: bool = 0xd, 1;
        HAIRPIN: bool = 0xe, 1;
        TS_FORMAT: u8 = 0x1a, 2;
        USER_INDEX: u32 = 0x28, 24;
        CQN: u32 = 0x48, 24;
        COUNTER_SET_ID: u8 = 0x60, 8;
        RMPN: u32 = 0x88, 24;
        HAIRPIN_PEER_SQ: u32 = 0xa8, 24;
        HAIRPIN_PEER_VHCA: u16 = 0xd0, 16;
        SHAMPO_NO_MATCH_ALIGNMENT_GRANULARITY: u8 = 0x126, 2;
        SHAMPO_MATCH_CRITERIA_TYPE: u8 = 0x12e, 2;
        RESERVATION_TIMEOUT: u16 = 0x130, 16;
        WQ: Wq = 0x180, 1536;
    }
    /// `mlx5_ifc_rqtc_bits`
    Rqtc(0x780) {
        LIST_Q_TYPE: u8 = 0xa5, 3;
        RQT_MAX_SIZE: u16 = 0xb0, 16;
        RQ_VHCA_ID_FORMAT: bool = 0xc0, 1;
        RQT_ACTUAL_SIZE: u16 = 0xd0, 16;
        .. RQ_NUM: u32 = 0x780;
        .. RQ_VHCA: u64 = 0x780;
    }
    /// `mlx5_ifc_rx_hash_field_select_bits`
    RxHashFieldSelect(0x20) {
        L3_PROT_TYPE: bool = 0x0, 1;
        L4_PROT_TYPE: bool = 0x1, 1;
        SELECTED_FIELDS: u32 = 0x2, 30;
    }
    /// `mlx5_ifc_set_action_in_bits`
    SetActionIn(0x40) {
        ACTION_TYPE: u8 = 0x0, 4;
        FIELD: u16 = 0x4, 12;
        OFFSET: u8 = 0x13, 5;
        LENGTH: u8 = 0x1b, 5;
        DATA: u32 = 0x20, 32;
    }
    /// `mlx5_ifc_set_driver_version_in_bits`
    SetDriverVersionIn(0x280) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        DRIVER_VERSION: [u8; 64] = 0x80, 512;
    }
    /// `mlx5_ifc_set_flow_table_root_in_bits`
    SetFlowTableRootIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x70, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        TABLE_OF_OTHER_VPORT: bool = 0x8f, 1;
        TABLE_VPORT_NUMBER: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        UNDERLAY_QPN: u32 = 0xc8, 24;
        TABLE_ESWITCH_OWNER_VHCA_ID_VALID: bool = 0xe0, 1;
        TABLE_ESWITCH_OWNER_VHCA_ID: u16 = 0xf0, 16;
    }
    /// `mlx5_ifc_set_fte_in_bits`
    SetFteIn(0x1a00) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_VPORT: bool = 0x40, 1;
        OTHER_ESWITCH: bool = 0x41, 1;
        VPORT_NUMBER: u16 = 0x50, 16;
        TABLE_TYPE: u8 = 0x80, 8;
        ESWITCH_OWNER_VHCA_ID: u16 = 0x90, 16;
        TABLE_ID: u32 = 0xa8, 24;
        IGNORE_FLOW_LEVEL: bool = 0xc0, 1;
        MODIFY_ENABLE_MASK: u8 = 0xd8, 8;
        FLOW_INDEX: u32 = 0x100, 32;
        FLOW_CONTEXT: FlowContext = 0x200, 6144;
    }
    /// `mlx5_ifc_set_hca_cap_in_bits`
    SetHcaCapIn(0x8080) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        OTHER_FUNCTION: bool = 0x40, 1;
        EC_VF_FUNCTION: bool = 0x41, 1;
        FUNCTION_ID_TYPE: bool = 0x43, 1;
        FUNCTION_ID: u16 = 0x50, 16;
        CAPABILITY: HcaCapUnion = 0x80, 32768;
    }
    /// `mlx5_ifc_set_issi_in_bits`
    SetIssiIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        CURRENT_ISSI: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_set_l2_table_entry_in_bits`
    SetL2TableEntryIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        TABLE_INDEX: u32 = 0xa8, 24;
        SILENT_MODE_VALID: bool = 0xf0, 1;
        SILENT_MODE: bool = 0xf1, 1;
        VLAN_VALID: bool = 0xf3, 1;
        VLAN: u16 = 0xf4, 12;
        MAC_ADDRESS: MacAddressLayout = 0x100, 64;
    }
    /// `mlx5_ifc_set_pp_rate_limit_in_bits`
    SetPpRateLimitIn(0x200) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
        RATE_LIMIT_INDEX: u16 = 0x50, 16;
        CTX: [u8; 48] = 0x80, 384;
    }
    /// `mlx5_ifc_sqc_bits`
    Sqc(0x780) {
        RLKY: bool = 0x0, 1;
        CD_MASTER: bool = 0x1, 1;
        FRE: bool = 0x2, 1;
        FLUSH_IN_ERROR_EN: bool = 0x3, 1;
        ALLOW_MULTI_PKT_SEND_WQE: bool = 0x4, 1;
        MIN_WQE_INLINE_MODE: u8 = 0x5, 3;
        STATE: u8 = 0x8, 4;
        REG_UMR: bool = 0xc, 1;
        ALLOW_SWP: bool = 0xd, 1;
        HAIRPIN: bool = 0xe, 1;
        NON_WIRE: bool = 0xf, 1;
        TS_FORMAT: u8 = 0x1a, 2;
        USER_INDEX: u32 = 0x28, 24;
        CQN: u32 = 0x48, 24;
        HAIRPIN_PEER_RQ: u32 = 0x68, 24;
        HAIRPIN_PEER_VHCA: u16 = 0x90, 16;
        TS_CQE_TO_DEST_CQN: u32 = 0xc8, 24;
        PACKET_PACING_RATE_LIMIT_INDEX: u16 = 0xf0, 16;
        TIS_LST_SZ: u16 = 0x100, 16;
        QOS_QUEUE_GROUP_ID: u16 = 0x110, 16;
        TIS_NUM_0: u32 = 0x168, 24;
        WQ: Wq = 0x180, 1536;
    }
    /// `mlx5_ifc_teardown_hca_in_bits`
    TeardownHcaIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        OP_MOD: u16 = 0x30, 16;
        PROFILE: u16 = 0x50, 16;
    }
    /// `mlx5_ifc_teardown_hca_out_bits`
    TeardownHcaOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
        STATE: bool = 0x7f, 1;
    }
    /// `mlx5_ifc_tirc_bits`
    Tirc(0x780) {
        DISP_TYPE: u8 = 0x20, 4;
        TLS_EN: bool = 0x24, 1;
        LRO_TIMEOUT_PERIOD_USECS: u16 = 0x84, 16;
        PACKET_MERGE_MASK: u8 = 0x94, 4;
        LRO_MAX_IP_PAYLOAD_SIZE: u8 = 0x98, 8;
        INLINE_RQN: u32 = 0xe8, 24;
        RX_HASH_SYMMETRIC: bool = 0x100, 1;
        TUNNELED_OFFLOAD_EN: bool = 0x102, 1;
        INDIRECT_TABLE: u32 = 0x108, 24;
        RX_HASH_FN: u8 = 0x120, 4;
        SELF_LB_BLOCK: u8 = 0x126, 2;
        TRANSPORT_DOMAIN: u32 = 0x128, 24;
        RX_HASH_TOEPLITZ_KEY: [u32; 10] = 0x140, 320;
        RX_HASH_FIELD_SELECTOR_OUTER: RxHashFieldSelect = 0x280, 32;
        RX_HASH_FIELD_SELECTOR_INNER: RxHashFieldSelect = 0x2a0, 32;
    }
    /// `mlx5_ifc_tisc_bits`
    Tisc(0x500) {
        STRICT_LAG_TX_PORT_AFFINITY: bool = 0x0, 1;
        TLS_EN: bool = 0x1, 1;
        LAG_TX_PORT_AFFINITY: u8 = 0x4, 4;
        PRIO: u8 = 0xc, 4;
        TRANSPORT_DOMAIN: u32 = 0x128, 24;
        UNDERLAY_QPN: u32 = 0x148, 24;
        PD: u32 = 0x168, 24;
    }
    /// `mlx5_ifc_traffic_counter_bits`
    TrafficCounter(0x80) {
        PACKETS: u64 = 0x0, 64;
        OCTETS: u64 = 0x40, 64;
    }
    /// `mlx5_ifc_vhca_state_context_bits`
    VhcaStateContext(0x80) {
        ARM_CHANGE_EVENT: bool = 0x0, 1;
        VHCA_STATE: u8 = 0xc, 4;
        SW_FUNCTION_ID: u32 = 0x20, 32;
    }
    /// `mlx5_ifc_vhca_state_field_select_bits`
    VhcaStateFieldSelect(0x20) {
        SW_FUNCTION_ID: bool = 0x1e, 1;
        ARM_CHANGE_EVENT: bool = 0x1f, 1;
    }
    /// `mlx5_ifc_vnic_diagnostic_statistics_bits`
    VnicDiagnosticStatistics(0x1000) {
        COUNTER_ERROR_QUEUES: u32 = 0x0, 32;
        TOTAL_ERROR_QUEUES: u32 = 0x20, 32;
        SEND_QUEUE_PRIORITY_UPDATE_FLOW: u32 = 0x40, 32;
        NIC_RECEIVE_STEERING_DISCARD: u64 = 0x80, 64;
        RECEIVE_DISCARD_VPORT_DOWN: u64 = 0xc0, 64;
        TRANSMIT_DISCARD_VPORT_DOWN: u64 = 0x100, 64;
        ASYNC_EQ_OVERRUN: u32 = 0x140, 32;
        COMP_EQ_OVERRUN: u32 = 0x160, 32;
        INVALID_COMMAND: u32 = 0x1a0, 32;
        QUOTA_EXCEEDED_COMMAND: u32 = 0x1c0, 32;
        INTERNAL_RQ_OUT_OF_BUFFER: u32 = 0x1e0, 32;
        CQ_OVERRUN: u32 = 0x200, 32;
        ETH_WQE_TOO_SMALL: u32 = 0x220, 32;
        GENERATED_PKT_STEERING_FAIL: u64 = 0x300, 64;
        HANDLED_PKT_STEERING_FAIL: u64 = 0x340, 64;
        BAR_UAR_ACCESS: u32 = 0x380, 32;
        ODP_LOCAL_TRIGGERED_PAGE_FAULT: u32 = 0x3a0, 32;
        ODP_REMOTE_TRIGGERED_PAGE_FAULT: u32 = 0x3c0, 32;
    }
    /// `mlx5_ifc_wq_bits`
    Wq(0x600) {
        WQ_TYPE: u8 = 0x0, 4;
        WQ_SIGNATURE: bool = 0x4, 1;
        END_PADDING_MODE: u8 = 0x5, 2;
        CD_SLAVE: bool = 0x7, 1;
        HDS_SKIP_FIRST_SGE: bool = 0x20, 1;
        LOG2_HDS_BUF_SIZE: u8 = 0x21, 3;
        PAGE_OFFSET: u8 = 0x2b, 5;
        LWM: u16 = 0x30, 16;
        PD: u32 = 0x48, 24;
        UAR_PAGE: u32 = 0x68, 24;
        DBR_ADDR: u64 = 0x80, 64;
        HW_COUNTER: u32 = 0xc0, 32;
        SW_COUNTER: u32 = 0xe0, 32;
        LOG_WQ_STRIDE: u8 = 0x10c, 4;
        LOG_WQ_PG_SZ: u8 = 0x113, 5;
        LOG_WQ_SZ: u8 = 0x11b, 5;
        DBR_UMEM_VALID: bool = 0x120, 1;
        WQ_UMEM_VALID: bool = 0x121, 1;
        LOG_HAIRPIN_NUM_PACKETS: u8 = 0x123, 5;
        LOG_HAIRPIN_DATA_SZ: u8 = 0x12b, 5;
        LOG_WQE_NUM_OF_STRIDES: u8 = 0x134, 4;
        TWO_BYTE_SHIFT_EN: bool = 0x138, 1;
        LOG_WQE_STRIDE_SIZE: u8 = 0x13d, 3;
        DBR_UMEM_ID: u32 = 0x140, 32;
        WQ_UMEM_ID: u32 = 0x160, 32;
        WQ_UMEM_OFFSET: u64 = 0x180, 64;
        HEADERS_MKEY: u32 = 0x1c0, 32;
        SHAMPO_ENABLE: bool = 0x1e0, 1;
        SHAMPO_MODE: u8 = 0x1e2, 2;
        LOG_RESERVATION_SIZE: u8 = 0x1e5, 3;
        LOG_MAX_NUM_OF_PACKETS_PER_RESERVATION: u8 = 0x1ed, 3;
        LOG_HEADERS_ENTRY_SIZE: u8 = 0x1f6, 2;
        LOG_HEADERS_BUFFER_ENTRY_NUM: u8 = 0x1fc, 4;
        .. PAS: u64 = 0x600;
    }
}
