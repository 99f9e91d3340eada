// SPDX-License-Identifier: GPL-2.0

//! The structures of the command interface as far as the model needs them, with the names that
//! the kernel's `include/linux/mlx5/mlx5_ifc.h` gives them. A test compares both.

use super::layout::{layouts, Field};

layouts! {
    mbox_in(0x80) {
        OPCODE: 0x0, 16;
        UID: 0x10, 16;
        OP_MOD: 0x30, 16;
    }
    mbox_out(0x80) {
        STATUS: 0x0, 8;
        SYNDROME: 0x20, 32;
    }
    enable_hca_in(0x80) {
        FUNCTION_ID: 0x50, 16;
    }
    disable_hca_in(0x80) {
        FUNCTION_ID: 0x50, 16;
    }
    query_issi_out(0x380) {
        CURRENT_ISSI: 0x50, 16;
        SUPPORTED_ISSI_DW0: 0x360, 32;
    }
    set_issi_in(0x80) {
        CURRENT_ISSI: 0x50, 16;
    }
    query_pages_in(0x80) {
        FUNCTION_ID: 0x50, 16;
    }
    query_pages_out(0x80) {
        FUNCTION_ID: 0x50, 16;
        NUM_PAGES: 0x60, 32;
    }
    manage_pages_in(0x80) {
        FUNCTION_ID: 0x50, 16;
        INPUT_NUM_ENTRIES: 0x60, 32;
    }
    manage_pages_out(0x80) {
        OUTPUT_NUM_ENTRIES: 0x40, 32;
    }
    query_hca_cap_in(0x80) {
        OTHER_FUNCTION: 0x40, 1;
        FUNCTION_ID: 0x50, 16;
    }
    set_hca_cap_in(0x8080) {
        OTHER_FUNCTION: 0x40, 1;
        FUNCTION_ID: 0x50, 16;
    }
    init_hca_in(0x100) {
        SW_VHCA_ID: 0x62, 14;
    }
    teardown_hca_in(0x80) {
        PROFILE: 0x50, 16;
    }
    teardown_hca_out(0x80) {
        STATE: 0x7f, 1;
    }
    set_driver_version_in(0x280) {
        DRIVER_VERSION: 0x80, 512;
    }
    query_adapter_out(0x880) {
        QUERY_ADAPTER_STRUCT__IEEE_VENDOR_ID: 0x148, 24;
        QUERY_ADAPTER_STRUCT__VSD_VENDOR_ID: 0x170, 16;
        QUERY_ADAPTER_STRUCT__VSD_CONTD_PSID: 0x800, 128;
    }
    query_special_contexts_out(0x100) {
        RESD_LKEY: 0x60, 32;
        NULL_MKEY: 0x80, 32;
    }
    access_register_out(0x80) {
    }
    access_register_in(0x80) {
        REGISTER_ID: 0x50, 16;
        ARGUMENT: 0x60, 32;
    }
    eqc(0x200) {
        STATUS: 0x0, 4;
        OI: 0xe, 1;
        ST: 0x14, 4;
        PAGE_OFFSET: 0x54, 6;
        LOG_EQ_SIZE: 0x63, 5;
        UAR_PAGE: 0x68, 24;
        INTR: 0xb4, 12;
        LOG_PAGE_SIZE: 0xc3, 5;
        CONSUMER_COUNTER: 0x148, 24;
        PRODUCER_COUNTER: 0x168, 24;
    }
    create_eq_in(0x880) {
        EQ_CONTEXT_ENTRY: 0x80, 512;
        EVENT_BITMASK: 0x2c0, 256;
    }
    create_eq_out(0x80) {
        EQ_NUMBER: 0x58, 8;
    }
    destroy_eq_in(0x80) {
        EQ_NUMBER: 0x58, 8;
    }
    query_eq_in(0x80) {
        EQ_NUMBER: 0x58, 8;
    }
    query_eq_out(0x880) {
        EQ_CONTEXT_ENTRY: 0x80, 512;
    }
    cqc(0x200) {
        STATUS: 0x0, 4;
        CQE_SZ: 0x8, 3;
        OI: 0xe, 1;
        ST: 0x14, 4;
        PAGE_OFFSET: 0x54, 6;
        LOG_CQ_SIZE: 0x63, 5;
        UAR_PAGE: 0x68, 24;
        CQ_PERIOD: 0x84, 12;
        CQ_MAX_COUNT: 0x90, 16;
        C_EQN_OR_APU_ELEMENT: 0xa0, 32;
        LOG_PAGE_SIZE: 0xc3, 5;
        CONSUMER_COUNTER: 0x148, 24;
        PRODUCER_COUNTER: 0x168, 24;
        DBR_ADDR: 0x1c0, 64;
    }
    create_cq_in(0x880) {
        CQ_CONTEXT: 0x80, 512;
    }
    create_cq_out(0x80) {
        CQN: 0x48, 24;
    }
    destroy_cq_in(0x80) {
        CQN: 0x48, 24;
    }
    query_cq_in(0x80) {
        CQN: 0x48, 24;
    }
    query_cq_out(0x880) {
        CQ_CONTEXT: 0x80, 512;
    }
    modify_cq_in(0x880) {
        CQN: 0x48, 24;
        CQ_CONTEXT: 0x80, 512;
    }
    wq(0x600) {
        WQ_TYPE: 0x0, 4;
        PAGE_OFFSET: 0x2b, 5;
        PD: 0x48, 24;
        UAR_PAGE: 0x68, 24;
        DBR_ADDR: 0x80, 64;
        HW_COUNTER: 0xc0, 32;
        SW_COUNTER: 0xe0, 32;
        LOG_WQ_STRIDE: 0x10c, 4;
        LOG_WQ_PG_SZ: 0x113, 5;
        LOG_WQ_SZ: 0x11b, 5;
    }
    sqc(0x780) {
        STATE: 0x8, 4;
        CQN: 0x48, 24;
        TIS_LST_SZ: 0x100, 16;
        TIS_NUM_0: 0x168, 24;
        PACKET_PACING_RATE_LIMIT_INDEX: 0xf0, 16;
        WQ: 0x180, 1536;
    }
    create_sq_in(0x880) {
        CTX: 0x100, 1920;
    }
    create_sq_out(0x80) {
        SQN: 0x48, 24;
    }
    modify_sq_in(0x880) {
        SQ_STATE: 0x40, 4;
        SQN: 0x48, 24;
        MODIFY_BITMASK: 0x80, 64;
        CTX: 0x100, 1920;
    }
    destroy_sq_in(0x80) {
        SQN: 0x48, 24;
    }
    query_sq_in(0x80) {
        SQN: 0x48, 24;
    }
    query_sq_out(0x880) {
        SQ_CONTEXT: 0x100, 1920;
    }
    rqc(0x780) {
        STATE: 0x8, 4;
        CQN: 0x48, 24;
        COUNTER_SET_ID: 0x60, 8;
        RMPN: 0x88, 24;
        WQ: 0x180, 1536;
    }
    create_rq_in(0x880) {
        CTX: 0x100, 1920;
    }
    create_rq_out(0x80) {
        RQN: 0x48, 24;
    }
    modify_rq_in(0x880) {
        RQ_STATE: 0x40, 4;
        RQN: 0x48, 24;
        MODIFY_BITMASK: 0x80, 64;
        CTX: 0x100, 1920;
    }
    destroy_rq_in(0x80) {
        RQN: 0x48, 24;
    }
    query_rq_in(0x80) {
        RQN: 0x48, 24;
    }
    query_rq_out(0x880) {
        RQ_CONTEXT: 0x100, 1920;
    }
    create_rmp_in(0x880) {
        CTX: 0x100, 1920;
    }
    create_rmp_out(0x80) {
        RMPN: 0x48, 24;
    }
    modify_rmp_in(0x880) {
        RMPN: 0x48, 24;
    }
    destroy_rmp_in(0x80) {
        RMPN: 0x48, 24;
    }
    query_rmp_in(0x80) {
        RMPN: 0x48, 24;
    }
    query_rmp_out(0x880) {
        RMP_CONTEXT: 0x100, 1920;
    }
    create_tir_in(0x880) {
        CTX: 0x100, 1920;
    }
    create_tir_out(0x80) {
        TIRN: 0x48, 24;
    }
    modify_tir_in(0x880) {
        TIRN: 0x48, 24;
    }
    destroy_tir_in(0x80) {
        TIRN: 0x48, 24;
    }
    query_tir_in(0x80) {
        TIRN: 0x48, 24;
    }
    query_tir_out(0x880) {
        TIR_CONTEXT: 0x100, 1920;
    }
    tirc(0x780) {
        DISP_TYPE: 0x20, 4;
        INLINE_RQN: 0xe8, 24;
        INDIRECT_TABLE: 0x108, 24;
        TRANSPORT_DOMAIN: 0x128, 24;
    }
    create_tis_in(0x600) {
        CTX: 0x100, 1280;
    }
    create_tis_out(0x80) {
        TISN: 0x48, 24;
    }
    modify_tis_in(0x600) {
        TISN: 0x48, 24;
    }
    destroy_tis_in(0x80) {
        TISN: 0x48, 24;
    }
    query_tis_in(0x80) {
        TISN: 0x48, 24;
    }
    query_tis_out(0x580) {
        TIS_CONTEXT: 0x80, 1280;
    }
    tisc(0x500) {
        PRIO: 0xc, 4;
        TRANSPORT_DOMAIN: 0x128, 24;
        PD: 0x168, 24;
    }
    create_rqt_in(0x880) {
        RQT_CONTEXT: 0x100, 1920;
    }
    create_rqt_out(0x80) {
        RQTN: 0x48, 24;
    }
    modify_rqt_in(0x880) {
        RQTN: 0x48, 24;
        CTX: 0x100, 1920;
    }
    destroy_rqt_in(0x80) {
        RQTN: 0x48, 24;
    }
    query_rqt_in(0x80) {
        RQTN: 0x48, 24;
    }
    query_rqt_out(0x880) {
        RQT_CONTEXT: 0x100, 1920;
    }
    alloc_pd_out(0x80) {
        PD: 0x48, 24;
    }
    dealloc_pd_in(0x80) {
        PD: 0x48, 24;
    }
    alloc_uar_out(0x80) {
        UAR: 0x48, 24;
    }
    dealloc_uar_in(0x80) {
        UAR: 0x48, 24;
    }
    alloc_transport_domain_out(0x80) {
        TRANSPORT_DOMAIN: 0x48, 24;
    }
    dealloc_transport_domain_in(0x80) {
        TRANSPORT_DOMAIN: 0x48, 24;
    }
    alloc_xrcd_out(0x80) {
        XRCD: 0x48, 24;
    }
    dealloc_xrcd_in(0x80) {
        XRCD: 0x48, 24;
    }
    mkc(0x200) {
        FREE: 0x1, 1;
        ACCESS_MODE_1_0: 0x16, 2;
        PD: 0x68, 24;
        LENGTH64: 0x60, 1;
        QPN: 0x20, 24;
        MKEY_7_0: 0x38, 8;
    }
    create_mkey_in(0x880) {
        MEMORY_KEY_MKEY_ENTRY: 0x80, 512;
    }
    create_mkey_out(0x80) {
        MKEY_INDEX: 0x48, 24;
    }
    destroy_mkey_in(0x80) {
        MKEY_INDEX: 0x48, 24;
    }
    query_mkey_in(0x80) {
        MKEY_INDEX: 0x48, 24;
    }
    query_mkey_out(0x980) {
        MEMORY_KEY_MKEY_ENTRY: 0x80, 512;
    }
    create_qp_in(0x880) {
        QPC: 0xc0, 1856;
    }
    create_qp_out(0x80) {
        QPN: 0x48, 24;
    }
    destroy_qp_in(0x80) {
        QPN: 0x48, 24;
    }
    query_qp_in(0x80) {
        QPN: 0x48, 24;
    }
    query_qp_out(0xe80) {
        QPC: 0xc0, 1856;
    }
    alloc_q_counter_out(0x80) {
        COUNTER_SET_ID: 0x58, 8;
    }
    dealloc_q_counter_in(0x80) {
        COUNTER_SET_ID: 0x58, 8;
    }
    query_q_counter_in(0x100) {
        COUNTER_SET_ID: 0xf8, 8;
    }
    create_scheduling_element_in(0x400) {
        SCHEDULING_HIERARCHY: 0x40, 8;
        SCHEDULING_CONTEXT: 0x100, 512;
    }
    create_scheduling_element_out(0x200) {
        SCHEDULING_ELEMENT_ID: 0x80, 32;
    }
    destroy_scheduling_element_in(0x200) {
        SCHEDULING_HIERARCHY: 0x40, 8;
        SCHEDULING_ELEMENT_ID: 0x60, 32;
    }
    modify_scheduling_element_in(0x400) {
        SCHEDULING_ELEMENT_ID: 0x60, 32;
        SCHEDULING_CONTEXT: 0x100, 512;
    }
    query_scheduling_element_in(0x200) {
        SCHEDULING_ELEMENT_ID: 0x60, 32;
    }
    query_scheduling_element_out(0x400) {
        SCHEDULING_CONTEXT: 0x100, 512;
    }
    set_pp_rate_limit_in(0x200) {
        RATE_LIMIT_INDEX: 0x50, 16;
    }
    set_l2_table_entry_in(0x200) {
        TABLE_INDEX: 0xa8, 24;
    }
    delete_l2_table_entry_in(0x200) {
        TABLE_INDEX: 0xa8, 24;
    }
    query_l2_table_entry_in(0x200) {
        TABLE_INDEX: 0xa8, 24;
    }
    add_vxlan_udp_dport_in(0x80) {
        VXLAN_UDP_PORT: 0x70, 16;
    }
    delete_vxlan_udp_dport_in(0x80) {
        VXLAN_UDP_PORT: 0x70, 16;
    }
    create_flow_table_in(0x200) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
        TABLE_TYPE: 0x80, 8;
        FLOW_TABLE_CONTEXT: 0xc0, 320;
    }
    create_flow_table_out(0x80) {
        TABLE_ID: 0x48, 24;
    }
    flow_table_context(0x140) {
        LEVEL: 0x8, 8;
        LOG_SIZE: 0x18, 8;
        TABLE_MISS_ID: 0x28, 24;
    }
    modify_flow_table_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
        MODIFY_FIELD_SELECT: 0x70, 16;
    }
    destroy_flow_table_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
    }
    query_flow_table_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
    }
    query_flow_table_out(0x200) {
        FLOW_TABLE_CONTEXT: 0xc0, 320;
    }
    set_flow_table_root_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
    }
    create_flow_group_in(0x2000) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
        START_FLOW_INDEX: 0xe0, 32;
        END_FLOW_INDEX: 0x120, 32;
    }
    create_flow_group_out(0x80) {
        GROUP_ID: 0x48, 24;
    }
    destroy_flow_group_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
        GROUP_ID: 0xc0, 32;
    }
    query_flow_group_in(0x200) {
        TABLE_ID: 0xa8, 24;
        GROUP_ID: 0xc0, 32;
    }
    set_fte_in(0x1a00) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
        FLOW_INDEX: 0x100, 32;
        FLOW_CONTEXT: 0x200, 6144;
    }
    flow_context(0x1800) {
        GROUP_ID: 0x20, 32;
        FLOW_TAG: 0x48, 24;
        ACTION: 0x70, 16;
        DESTINATION_LIST_SIZE: 0x88, 24;
        FLOW_COUNTER_LIST_SIZE: 0xa8, 24;
    }
    delete_fte_in(0x200) {
        TABLE_TYPE: 0x80, 8;
        TABLE_ID: 0xa8, 24;
        FLOW_INDEX: 0x100, 32;
    }
    query_fte_in(0x200) {
        TABLE_ID: 0xa8, 24;
        FLOW_INDEX: 0x100, 32;
    }
    query_fte_out(0x1a00) {
        FLOW_CONTEXT: 0x200, 6144;
    }
    alloc_flow_counter_in(0x80) {
        FLOW_COUNTER_BULK_LOG_SIZE: 0x73, 5;
        FLOW_COUNTER_BULK: 0x78, 8;
    }
    alloc_flow_counter_out(0x80) {
        FLOW_COUNTER_ID: 0x40, 32;
    }
    dealloc_flow_counter_in(0x80) {
        FLOW_COUNTER_ID: 0x40, 32;
    }
    query_flow_counter_in(0x100) {
        NUM_OF_COUNTERS: 0xd0, 16;
        FLOW_COUNTER_ID: 0xe0, 32;
    }
    alloc_packet_reformat_context_out(0x80) {
        PACKET_REFORMAT_ID: 0x40, 32;
    }
    dealloc_packet_reformat_context_in(0x80) {
        PACKET_REFORMAT_ID: 0x40, 32;
    }
    alloc_modify_header_context_out(0x80) {
        MODIFY_HEADER_ID: 0x40, 32;
    }
    dealloc_modify_header_context_in(0x80) {
        MODIFY_HEADER_ID: 0x40, 32;
    }
    general_obj_in_cmd_hdr(0x80) {
        OPCODE: 0x0, 16;
        OBJ_TYPE: 0x30, 16;
        OBJ_ID: 0x40, 32;
    }
    general_obj_out_cmd_hdr(0x80) {
        OBJ_ID: 0x40, 32;
    }
    create_lag_in(0x80) {
        CTX: 0x40, 64;
    }
    modify_lag_in(0xc0) {
        FIELD_SELECT: 0x60, 32;
        CTX: 0x80, 64;
    }
    query_lag_out(0x80) {
        CTX: 0x40, 64;
    }
    nic_vport_context(0x800) {
        MIN_WQE_INLINE_MODE: 0x5, 3;
        DISABLE_UC_LOCAL_LB: 0x1e, 1;
        DISABLE_MC_LOCAL_LB: 0x1d, 1;
        ROCE_EN: 0x1f, 1;
        MTU: 0x130, 16;
        SYSTEM_IMAGE_GUID: 0x140, 64;
        PORT_GUID: 0x180, 64;
        NODE_GUID: 0x1c0, 64;
        PROMISC_UC: 0x780, 1;
        PROMISC_MC: 0x781, 1;
        PROMISC_ALL: 0x782, 1;
        ALLOWED_LIST_TYPE: 0x785, 3;
        ALLOWED_LIST_SIZE: 0x790, 16;
        PERMANENT_ADDRESS: 0x7a0, 64;
        SD_GROUP: 0x101, 3;
    }
    query_nic_vport_context_in(0x80) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
        ALLOWED_LIST_TYPE: 0x65, 3;
    }
    query_nic_vport_context_out(0x880) {
        NIC_VPORT_CONTEXT: 0x80, 2048;
    }
    modify_nic_vport_context_in(0x1000) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
        NIC_VPORT_CONTEXT: 0x800, 2048;
        FIELD_SELECT__DISABLE_UC_LOCAL_LB: 0x74, 1;
        FIELD_SELECT__DISABLE_MC_LOCAL_LB: 0x75, 1;
        FIELD_SELECT__NODE_GUID: 0x76, 1;
        FIELD_SELECT__PORT_GUID: 0x77, 1;
        FIELD_SELECT__MIN_INLINE: 0x78, 1;
        FIELD_SELECT__MTU: 0x79, 1;
        FIELD_SELECT__PROMISC: 0x7b, 1;
        FIELD_SELECT__PERMANENT_ADDRESS: 0x7c, 1;
        FIELD_SELECT__ADDRESSES_LIST: 0x7d, 1;
        FIELD_SELECT__ROCE_EN: 0x7e, 1;
    }
    query_vport_state_in(0x80) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
    }
    query_vport_state_out(0x80) {
        MAX_TX_SPEED: 0x60, 16;
        ADMIN_STATE: 0x78, 4;
        STATE: 0x7c, 4;
    }
    modify_vport_state_in(0x80) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
        ADMIN_STATE: 0x78, 4;
    }
    query_esw_vport_context_in(0x80) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
    }
    query_esw_vport_context_out(0x880) {
        ESW_VPORT_CONTEXT: 0x80, 2048;
    }
    modify_esw_vport_context_in(0x880) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
        ESW_VPORT_CONTEXT: 0x80, 2048;
    }
    query_vport_counter_in(0x100) {
        OTHER_VPORT: 0x40, 1;
        VPORT_NUMBER: 0x50, 16;
    }
    query_vport_counter_out(0x1080) {
        RECEIVED_ERRORS: 0x80, 128;
        TRANSMITTED_ETH_UNICAST: 0x500, 128;
        TRANSMITTED_ETH_MULTICAST: 0x600, 128;
    }
    vhca_state_context(0x80) {
        ARM_CHANGE_EVENT: 0x0, 1;
        VHCA_STATE: 0xc, 4;
        SW_FUNCTION_ID: 0x20, 32;
    }
    query_vhca_state_in(0x80) {
        FUNCTION_ID: 0x50, 16;
    }
    query_vhca_state_out(0x100) {
        VHCA_STATE_CONTEXT: 0x80, 128;
    }
    modify_vhca_state_in(0x100) {
        FUNCTION_ID: 0x50, 16;
        VHCA_STATE_FIELD_SELECT__SW_FUNCTION_ID: 0x7e, 1;
        VHCA_STATE_FIELD_SELECT__ARM_CHANGE_EVENT: 0x7f, 1;
        VHCA_STATE_CONTEXT: 0x80, 128;
    }
    pcam_reg(0x280) {
        FEATURE_GROUP: 0x8, 8;
        ACCESS_REG_GROUP: 0x18, 8;
        PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F__PPLM: 0x9c, 1;
        PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F__PBMC: 0xb3, 1;
        PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F__PPTB: 0xb4, 1;
        PORT_ACCESS_REG_CAP_MASK__REGS_5000_TO_507F__PPCNT: 0xb7, 1;
        FEATURE_CAP_MASK__ENHANCED_FEATURES__PTYS_CONNECTOR_TYPE: 0x1bc, 1;
        FEATURE_CAP_MASK__ENHANCED_FEATURES__PPCNT_DISCARD_GROUP: 0x1be, 1;
        FEATURE_CAP_MASK__ENHANCED_FEATURES__PPCNT_STATISTICAL_GROUP: 0x1bf, 1;
        FEATURE_CAP_MASK__ENHANCED_FEATURES__PFCC_MASK: 0x1b6, 1;
    }
    mcam_reg(0x240) {
        FEATURE_GROUP: 0x8, 8;
        ACCESS_REG_GROUP: 0x18, 8;
        MNG_ACCESS_REG_CAP_MASK: 0x40, 128;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MCDA: 0x5c, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MCC: 0x5d, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MCQI: 0x5e, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MCQS: 0x5f, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MPIR: 0x66, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MFRL: 0x97, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MRTC: 0x92, 1;
        MNG_ACCESS_REG_CAP_MASK__ACCESS_REGS__MTMP: 0xb5, 1;
        MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__MCIA_32DWORDS: 0x19d, 1;
        MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__RESET_STATE: 0x1aa, 1;
        MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__PCI_STATUS_AND_POWER: 0x1ae, 1;
        MNG_FEATURE_CAP_MASK__ENHANCED_FEATURES__PCIE_PERFORMANCE_GROUP: 0x1bf, 1;
    }
    qcam_reg(0x240) {
        FEATURE_GROUP: 0x8, 8;
        ACCESS_REG_GROUP: 0x18, 8;
    }
    ptys_reg(0x200) {
        AN_DISABLE_ADMIN: 0x1, 1;
        AN_DISABLE_CAP: 0x2, 1;
        LOCAL_PORT: 0x8, 8;
        PROTO_MASK: 0x1d, 3;
        AN_STATUS: 0x20, 4;
        DATA_RATE_OPER: 0x30, 16;
        ETH_PROTO_CAPABILITY: 0x60, 32;
        ETH_PROTO_ADMIN: 0xc0, 32;
        ETH_PROTO_OPER: 0x120, 32;
        CONNECTOR_TYPE: 0x17c, 4;
        ETH_PROTO_LP_ADVERTISE: 0x180, 32;
    }
    paos_reg(0x80) {
        LOCAL_PORT: 0x8, 8;
        ADMIN_STATUS: 0x14, 4;
        OPER_STATUS: 0x1c, 4;
        ASE: 0x20, 1;
        E: 0x3e, 2;
    }
    pmtu_reg(0x80) {
        LOCAL_PORT: 0x8, 8;
        MAX_MTU: 0x20, 16;
        ADMIN_MTU: 0x40, 16;
        OPER_MTU: 0x60, 16;
    }
    pmaos_reg(0x80) {
        MODULE: 0x8, 8;
        ADMIN_STATUS: 0x14, 4;
        OPER_STATUS: 0x1c, 4;
        E: 0x3e, 2;
    }
    pmlp_reg(0x200) {
        LOCAL_PORT: 0x8, 8;
        WIDTH: 0x18, 8;
        LANE0_MODULE_MAPPING: 0x20, 32;
        LANE1_MODULE_MAPPING: 0x40, 32;
        LANE2_MODULE_MAPPING: 0x60, 32;
        LANE3_MODULE_MAPPING: 0x80, 32;
    }
    lane_2_module_mapping(0x20) {
        RX_LANE: 0x4, 4;
        TX_LANE: 0xc, 4;
        MODULE: 0x18, 8;
    }
    ppcnt_reg(0x800) {
        LOCAL_PORT: 0x8, 8;
        GRP: 0x1a, 6;
        PRIO_TC: 0x3b, 5;
        COUNTER_SET: 0x40, 1984;
    }
    mpcnt_reg(0x800) {
        GRP: 0x1a, 6;
        COUNTER_SET: 0x40, 1984;
    }
    mfrl_reg(0x40) {
        PCI_SYNC_FOR_FW_UPDATE_START: 0x22, 1;
        PCI_SYNC_FOR_FW_UPDATE_RESP: 0x23, 2;
        RST_TYPE_SEL: 0x25, 3;
        PCI_RESET_REQ_METHOD: 0x28, 3;
        RESET_STATE: 0x2c, 4;
        RESET_TYPE: 0x30, 8;
        RESET_LEVEL: 0x38, 8;
    }
    mrsi_reg(0x200) {
        DEVICE: 0x1c, 4;
        RESET_REASON: 0x3c, 4;
        CRTS: 0x40, 64;
    }
    dtor_reg(0x200) {
        PCIE_TOGGLE_TO: 0x20, 32;
        HEALTH_POLL_TO: 0xa0, 32;
        FULL_CRDUMP_TO: 0xc0, 32;
        FW_RESET_TO: 0xe0, 32;
        FLUSH_ON_ERR_TO: 0x100, 32;
        PCI_SYNC_UPDATE_TO: 0x120, 32;
        TEAR_DOWN_TO: 0x140, 32;
        FSM_REACTIVATE_TO: 0x160, 32;
        RECLAIM_PAGES_TO: 0x180, 32;
        RECLAIM_VFS_PAGES_TO: 0x1a0, 32;
        RESET_UNLOAD_TO: 0x1c0, 32;
    }
    default_timeout(0x20) {
        TO_MULTIPLIER: 0x0, 3;
        TO_VALUE: 0xc, 20;
    }
    mcia_reg(0x480) {
        MODULE: 0x8, 8;
        STATUS: 0x18, 8;
        I2C_DEVICE_ADDRESS: 0x20, 8;
        PAGE_NUMBER: 0x28, 8;
        DEVICE_ADDRESS: 0x30, 16;
        SIZE: 0x50, 16;
        DWORDS: 0x80, 1024;
    }
    mcc_reg(0x100) {
        INSTRUCTION: 0x18, 8;
        COMPONENT_INDEX: 0x30, 16;
        UPDATE_HANDLE: 0x48, 24;
        CONTROL_PROGRESS: 0x69, 7;
        ERROR_CODE: 0x70, 8;
        CONTROL_STATE: 0x7c, 4;
        COMPONENT_SIZE: 0x80, 32;
    }
    mcda_reg(0x80) {
        UPDATE_HANDLE: 0x8, 24;
        OFFSET: 0x20, 32;
        SIZE: 0x50, 16;
    }
    mcqi_reg(0xc0) {
        READ_PENDING_COMPONENT: 0x0, 1;
        COMPONENT_INDEX: 0x10, 16;
        INFO_TYPE: 0x5b, 5;
        INFO_SIZE: 0x60, 32;
        OFFSET: 0x80, 32;
        DATA_SIZE: 0xb0, 16;
        DATA: 0xc0, 992;
    }
    mcqi_cap(0xa0) {
        SUPPORTED_INFO_BITMASK: 0x0, 32;
        COMPONENT_SIZE: 0x20, 32;
        MAX_COMPONENT_SIZE: 0x40, 32;
        LOG_MCDA_WORD_SIZE: 0x60, 4;
        MCDA_MAX_WRITE_SIZE: 0x70, 16;
        RD_EN: 0x80, 1;
    }
    mcqi_version(0x3e0) {
        VERSION_STRING_LENGTH: 0x18, 8;
        VERSION: 0x20, 32;
        VERSION_STRING: 0x100, 736;
    }
    mcqi_activation_method(0x20) {
        PENDING_FW_RESET: 0x3, 1;
        ALL_HOSTS_SYNC: 0x5, 1;
    }
    mcqs_reg(0x80) {
        LAST_INDEX_FLAG: 0x0, 1;
        COMPONENT_INDEX: 0x10, 16;
        IDENTIFIER: 0x30, 16;
        COMPONENT_STATUS: 0x57, 5;
        COMPONENT_UPDATE_STATE: 0x5c, 4;
    }
    mirc_reg(0x40) {
        STATUS_CODE: 0x18, 8;
    }
    mpir_reg(0x80) {
        SDM: 0x0, 1;
        HOST_BUSES: 0x1c, 4;
        LOCAL_PORT: 0x40, 8;
    }
    mtcap_reg(0x80) {
        SENSOR_COUNT: 0x19, 7;
        SENSOR_MAP: 0x40, 64;
    }
    mtmp_reg(0x100) {
        SENSOR_INDEX: 0x14, 12;
        TEMPERATURE: 0x30, 16;
        MTE: 0x40, 1;
        MTR: 0x41, 1;
        MAX_TEMPERATURE: 0x50, 16;
        TEE: 0x60, 2;
        TEMP_THRESHOLD_HI: 0x70, 16;
        TEMP_THRESHOLD_LO: 0x90, 16;
        SENSOR_NAME_HI: 0xc0, 32;
        SENSOR_NAME_LO: 0xe0, 32;
    }
    mrtc_reg(0x80) {
        TIME_SYNCED: 0x0, 1;
        TIME_H: 0x40, 32;
        TIME_L: 0x60, 32;
    }
    cmd_hca_cap(0x800) {
        HCA_CAP_2: 0x20, 1;
        DTOR: 0x22, 1;
        VHCA_ID: 0x30, 16;
        LOG_MAX_SRQ_SZ: 0x80, 8;
        LOG_MAX_QP_SZ: 0x88, 8;
        LOG_MAX_QP: 0x9b, 5;
        LOG_MAX_SRQ: 0xab, 5;
        LOG_MAX_CQ_SZ: 0xc8, 8;
        LOG_MAX_CQ: 0xdb, 5;
        LOG_MAX_EQ_SZ: 0xe0, 8;
        LOG_MAX_MKEY: 0xea, 6;
        TERMINATE_SCATTER_LIST_MKEY: 0xf6, 1;
        FAST_TEARDOWN: 0xfb, 1;
        LOG_MAX_EQ: 0xfc, 4;
        MAX_INDIRECTION: 0x100, 8;
        LOG_MAX_MRW_SZ: 0x109, 7;
        FORCE_TEARDOWN: 0x110, 1;
        LOG_MAX_BSF_LIST_SIZE: 0x112, 6;
        LOG_MAX_KLM_LIST_SIZE: 0x11a, 6;
        NULL_MKEY: 0x119, 1;
        LOG_MAX_RA_REQ_QP: 0x14a, 6;
        LOG_MAX_RA_RES_QP: 0x15a, 6;
        RELEASE_ALL_PAGES: 0x145, 1;
        START_PAD: 0x163, 1;
        END_PAD: 0x160, 1;
        CACHE_LINE_128BYTE: 0x164, 1;
        QCAM_REG: 0x16f, 1;
        GID_TABLE_SIZE: 0x170, 16;
        OUT_OF_SEQ_CNT: 0x180, 1;
        VPORT_COUNTERS: 0x181, 1;
        RETRANSMISSION_Q_COUNTERS: 0x182, 1;
        MODIFY_RQ_COUNTER_SET_ID: 0x184, 1;
        MAX_QP_CNT: 0x186, 10;
        VPORT_GROUP_MANAGER: 0x1a0, 1;
        VHCA_GROUP_MANAGER: 0x1a1, 1;
        VNIC_ENV_QUEUE_COUNTERS: 0x1a4, 1;
        ETS: 0x1a5, 1;
        NIC_FLOW_TABLE: 0x1a6, 1;
        ESWITCH_MANAGER: 0x1a7, 1;
        MCAM_REG: 0x1a9, 1;
        PCAM_REG: 0x1aa, 1;
        LOCAL_CA_ACK_DELAY: 0x1ab, 5;
        PORT_MODULE_EVENT: 0x1b0, 1;
        ENHANCED_ERROR_Q_COUNTERS: 0x1b1, 1;
        PORTS_CHECK: 0x1b2, 1;
        DISABLE_LINK_UP: 0x1b4, 1;
        BEACON_LED: 0x1b5, 1;
        PORT_TYPE: 0x1b6, 2;
        NUM_PORTS: 0x1b8, 8;
        LOG_MAX_MSG: 0x1c3, 5;
        MAX_TC: 0x1cc, 4;
        TEMP_WARN_EVENT: 0x1d0, 1;
        GENERAL_NOTIFICATION_EVENT: 0x1d2, 1;
        PCI_SYNC_FOR_FW_UPDATE_EVENT: 0x1f1, 1;
        PCIE_RESET_USING_HOTRESET_METHOD: 0x335, 1;
        PCI_SYNC_FOR_FW_UPDATE_WITH_DRIVER_UNLOAD: 0x336, 1;
        CQE_VERSION: 0x1fc, 4;
        CMDIF_CHECKSUM: 0x210, 2;
        QOS: 0x21b, 1;
        ETH_NET_OFFLOADS: 0x21c, 1;
        CQ_OI: 0x220, 1;
        CQ_RESIZE: 0x221, 1;
        CQ_MODERATION: 0x222, 1;
        CQ_PERIOD_MODE_MODIFY: 0x223, 1;
        CQ_PERIOD_START_FROM_CQE: 0x22b, 1;
        CQ_EQ_REMAP: 0x226, 1;
        PG: 0x227, 1;
        BLOCK_LB_MC: 0x228, 1;
        SCQE_BREAK_MODERATION: 0x22a, 1;
        CD: 0x22c, 1;
        APM: 0x22e, 1;
        IMAICL: 0x231, 1;
        SET_DETH_SQPN: 0x238, 1;
        UD: 0x23d, 1;
        RC: 0x23f, 1;
        UAR_4K: 0x240, 1;
        UAR_SZ: 0x24a, 6;
        LOG_PG_SZ: 0x258, 8;
        BF: 0x260, 1;
        DRIVER_VERSION: 0x261, 1;
        LOG_BF_REG_SIZE: 0x26b, 5;
        NUM_LAG_PORTS: 0x27c, 4;
        LAG_MASTER: 0x27b, 1;
        MAX_WQE_SZ_SQ: 0x290, 16;
        MAX_WQE_SZ_RQ: 0x2b0, 16;
        MAX_WQE_SZ_SQ_DC: 0x2d0, 16;
        MAX_FLOW_COUNTER_31_16: 0x2c0, 16;
        MAX_FLOW_COUNTER_15_0: 0x350, 16;
        FLOW_COUNTER_BULK_ALLOC: 0x310, 8;
        LOG_MAX_FLOW_COUNTER_BULK: 0x348, 8;
        LOG_MAX_MCG: 0x318, 8;
        LOG_MAX_TRANSPORT_DOMAIN: 0x323, 5;
        LOG_MAX_PD: 0x32b, 5;
        LOG_MAX_XRCD: 0x33b, 5;
        NIC_RECEIVE_STEERING_DISCARD: 0x340, 1;
        RECEIVE_DISCARD_VPORT_DOWN: 0x341, 1;
        TRANSMIT_DISCARD_VPORT_DOWN: 0x342, 1;
        EQ_OVERRUN_COUNT: 0x343, 1;
        INVALID_COMMAND_COUNT: 0x345, 1;
        QUOTA_EXCEEDED_COUNT: 0x346, 1;
        VNIC_ENV_CQ_OVERRUN: 0x139, 1;
        LOG_MAX_RQ: 0x363, 5;
        LOG_MAX_SQ: 0x36b, 5;
        LOG_MAX_TIR: 0x373, 5;
        LOG_MAX_TIS: 0x37b, 5;
        BASIC_CYCLIC_RCV_WQE: 0x380, 1;
        LOG_MAX_RMP: 0x383, 5;
        LOG_MAX_RQT: 0x38b, 5;
        LOG_MAX_RQT_SIZE: 0x393, 5;
        LOG_MAX_TIS_PER_SQ: 0x39b, 5;
        LOG_MAX_CURRENT_UC_LIST_WR_SUPPORTED: 0x3a2, 1;
        LOG_MAX_STRIDE_SZ_RQ: 0x3a3, 5;
        LOG_MIN_STRIDE_SZ_RQ: 0x3ab, 5;
        LOG_MAX_STRIDE_SZ_SQ: 0x3b3, 5;
        LOG_MIN_STRIDE_SZ_SQ: 0x3bb, 5;
        HAIRPIN: 0x3c0, 1;
        LOG_MAX_HAIRPIN_QUEUES: 0x3c3, 5;
        LOG_MAX_HAIRPIN_WQ_DATA_SZ: 0x3cb, 5;
        LOG_MAX_HAIRPIN_NUM_PACKETS: 0x3d3, 5;
        LOG_MIN_HAIRPIN_WQ_DATA_SZ: 0x3e3, 5;
        LOG_MAX_WQ_SZ: 0x3db, 5;
        NIC_VPORT_CHANGE_EVENT: 0x3e0, 1;
        DISABLE_LOCAL_LB_UC: 0x3e1, 1;
        DISABLE_LOCAL_LB_MC: 0x3e2, 1;
        LOG_MAX_VLAN_LIST: 0x3eb, 5;
        LOG_MAX_CURRENT_MC_LIST: 0x3f3, 5;
        LOG_MAX_CURRENT_UC_LIST: 0x3fb, 5;
        MAX_NUM_EQS: 0x470, 16;
        LOG_MAX_L2_TABLE: 0x483, 5;
        LOG_UAR_PAGE_SZ: 0x490, 16;
        DEVICE_FREQUENCY_MHZ: 0x4c0, 32;
        DEVICE_FREQUENCY_KHZ: 0x4e0, 32;
        NUM_OF_UARS_PER_PAGE: 0x520, 32;
        NATIVE_PORT_NUM: 0x608, 8;
        SW_OWNER_ID: 0x61e, 1;
        PKEY_TABLE_SIZE: 0x190, 16;
    }
    cmd_hca_cap_2(0x800) {
        MAX_REFORMAT_INSERT_SIZE: 0xa0, 8;
        MAX_REFORMAT_REMOVE_SIZE: 0xb0, 8;
    }
    per_protocol_networking_offload_caps(0x800) {
        CSUM_CAP: 0x0, 1;
        VLAN_CAP: 0x1, 1;
        LRO_CAP: 0x2, 1;
        LRO_PSH_FLAG: 0x3, 1;
        LRO_TIME_STAMP: 0x4, 1;
        WQE_VLAN_INSERT: 0x7, 1;
        SELF_LB_EN_MODIFIABLE: 0x8, 1;
        MAX_LSO_CAP: 0xb, 5;
        WQE_INLINE_MODE: 0x12, 2;
        RSS_IND_TBL_CAP: 0x14, 4;
        SCATTER_FCS: 0x19, 1;
        ENHANCED_MULTI_PKT_SEND_WQE: 0x1a, 1;
        TUNNEL_LSO_CONST_OUT_IP_ID: 0x1b, 1;
        TUNNEL_STATELESS_GRE: 0x1e, 1;
        TUNNEL_STATELESS_VXLAN: 0x1f, 1;
        TUNNEL_STATELESS_IP_OVER_IP: 0x29, 1;
        CQE_CHECKSUM_FULL: 0x23, 1;
        MAX_VXLAN_UDP_PORTS: 0x30, 8;
        LRO_TIMER_SUPPORTED_PERIODS: 0x180, 128;
    }
    odp_per_transport_service_cap(0x20) {
        SEND: 0x0, 1;
        RECEIVE: 0x1, 1;
        WRITE: 0x2, 1;
        READ: 0x3, 1;
        ATOMIC: 0x4, 1;
        SRQ_RECEIVE: 0x5, 1;
    }
    odp_cap(0x800) {
        TRANSPORT_PAGE_FAULT_SCHEME_CAP__RC_ODP_CAPS: 0x80, 32;
        TRANSPORT_PAGE_FAULT_SCHEME_CAP__UD_ODP_CAPS: 0xc0, 32;
        TRANSPORT_PAGE_FAULT_SCHEME_CAP__XRC_ODP_CAPS: 0xe0, 32;
        MEM_PAGE_FAULT: 0x600, 1;
    }
    flow_table_nic_cap(0x8000) {
        NIC_RX_MULTI_PATH_TIRS: 0x0, 1;
        NIC_RX_MULTI_PATH_TIRS_FTS: 0x1, 1;
        ENCAP_GENERAL_HEADER: 0x20, 1;
        LOG_MAX_PACKET_REFORMAT_CONTEXT: 0x2b, 5;
        MAX_ENCAP_HEADER_SIZE: 0x36, 10;
        FLOW_TABLE_PROPERTIES_NIC_RECEIVE: 0x200, 512;
        FLOW_TABLE_PROPERTIES_NIC_TRANSMIT: 0x800, 512;
    }
    flow_table_eswitch_cap(0x8000) {
        FDB_TO_VPORT_REG_C_ID: 0x0, 8;
        FDB_MULTI_PATH_ANY_TABLE: 0x12, 1;
        FDB_MODIFY_HEADER_FWD_TO_TABLE: 0x15, 1;
        FLOW_SOURCE: 0x17, 1;
        MULTI_FDB_ENCAP: 0x1a, 1;
        EGRESS_ACL_FORWARD_TO_VPORT: 0x1b, 1;
        FDB_MULTI_PATH_TO_TABLE: 0x1c, 1;
        FLOW_TABLE_PROPERTIES_NIC_ESW_FDB: 0x200, 512;
        FLOW_TABLE_PROPERTIES_ESW_ACL_INGRESS: 0x400, 512;
        FLOW_TABLE_PROPERTIES_ESW_ACL_EGRESS: 0x600, 512;
    }
    e_switch_cap(0x800) {
        VPORT_SVLAN_STRIP: 0x0, 1;
        VPORT_CVLAN_STRIP: 0x1, 1;
        VPORT_SVLAN_INSERT: 0x2, 1;
        VPORT_CVLAN_INSERT_IF_NOT_EXIST: 0x3, 1;
        VPORT_CVLAN_INSERT_OVERWRITE: 0x4, 1;
        ESW_UPLINK_INGRESS_ACL: 0x8, 1;
        MERGED_ESWITCH: 0x1d, 1;
        NIC_VPORT_NODE_GUID_MODIFY: 0x1e, 1;
        NIC_VPORT_PORT_GUID_MODIFY: 0x1f, 1;
        VXLAN_ENCAP_DECAP: 0x20, 1;
        LOG_MAX_FDB_ENCAP_UPLINK: 0x23, 5;
        LOG_MAX_PACKET_REFORMAT_CONTEXT: 0x2b, 5;
        MAX_ENCAP_HEADER_SIZE: 0x36, 10;
    }
    qos_cap(0x800) {
        PACKET_PACING: 0x0, 1;
        ESW_SCHEDULING: 0x1, 1;
        ESW_BW_SHARE: 0x2, 1;
        ESW_RATE_LIMIT: 0x3, 1;
        NIC_SQ_SCHEDULING: 0x8, 1;
        NIC_BW_SHARE: 0x9, 1;
        NIC_RATE_LIMIT: 0xa, 1;
        PACKET_PACING_BURST_BOUND: 0x5, 1;
        PACKET_PACING_TYPICAL_SIZE: 0x6, 1;
        LOG_ESW_MAX_SCHED_DEPTH: 0xc, 4;
        PACKET_PACING_MAX_RATE: 0x40, 32;
        PACKET_PACING_MIN_RATE: 0x60, 32;
        LOG_ESW_MAX_RATE_LIMIT: 0x8b, 5;
        PACKET_PACING_RATE_TABLE_SIZE: 0x90, 16;
        LOG_MAX_QOS_NIC_QUEUE_GROUP: 0x2b, 5;
        ESW_ELEMENT_TYPE: 0xa0, 16;
        ESW_TSAR_TYPE: 0xb0, 16;
        MAX_TSAR_BW_SHARE: 0xe0, 32;
        NIC_ELEMENT_TYPE: 0x100, 16;
        NIC_TSAR_TYPE: 0x110, 16;
    }
    flow_table_prop_layout(0x200) {
        FT_SUPPORT: 0x0, 1;
        FLOW_COUNTER: 0x2, 1;
        FLOW_MODIFY_EN: 0x3, 1;
        MODIFY_ROOT: 0x4, 1;
        IDENTIFIED_MISS_TABLE_MODE: 0x5, 1;
        FLOW_TABLE_MODIFY: 0x6, 1;
        REFORMAT: 0x7, 1;
        DECAP: 0x8, 1;
        RESET_ROOT_TO_DEFAULT: 0x9, 1;
        POP_VLAN: 0xa, 1;
        PUSH_VLAN: 0xb, 1;
        REFORMAT_AND_VLAN_ACTION: 0xf, 1;
        REFORMAT_L3_TUNNEL_TO_L2: 0x12, 1;
        REFORMAT_L2_TO_L3_TUNNEL: 0x13, 1;
        REFORMAT_AND_MODIFY_ACTION: 0x14, 1;
        IGNORE_FLOW_LEVEL: 0x15, 1;
        TABLE_MISS_ACTION_DOMAIN: 0x17, 1;
        TERMINATION_TABLE: 0x18, 1;
        REFORMAT_AND_FWD_TO_TABLE: 0x19, 1;
        LOG_MAX_FT_SIZE: 0x22, 6;
        LOG_MAX_MODIFY_HEADER_CONTEXT: 0x28, 8;
        MAX_MODIFY_HEADER_ACTIONS: 0x30, 8;
        MAX_FT_LEVEL: 0x38, 8;
        LOG_MAX_FT_NUM: 0x78, 8;
        LOG_MAX_FLOW_COUNTER: 0x90, 8;
        LOG_MAX_DESTINATION: 0x98, 8;
        LOG_MAX_FLOW: 0xb8, 8;
        FT_FIELD_SUPPORT: 0x100, 128;
        FT_FIELD_BITMASK_SUPPORT: 0x180, 128;
    }
}
