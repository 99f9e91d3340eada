// SPDX-License-Identifier: GPL-2.0
// Generated from Documentation/netlink/specs/devlink.yaml by scripts/gen-netlink. Do not edit.

//! Attributes, commands, policies and operations of the devlink family.

// What only other versions of a message, or user space, need is here all the same.
#![allow(dead_code)]

use crate::commands;

use kernel::{
    bindings,
    net::netlink::{
        ops::{
            do_op,
            dump_all_op,
            dump_op,
            SplitOp, //
        },
        policy::{
            Policy,
            PolicyEntry,
            Range,
            SparseEnum, //
        },
    },
};

/// Attributes of `devlink`, each with the type of its payload.
pub(crate) mod attr {
    use kernel::net::netlink::attr::{
        Attr,
        Binary,
        Bitfield32,
        Dynamic,
        Flag,
        Nest,
        Str,
        Uint,
        U16,
        U32,
        U64,
        U8, //
    };

    pub(crate) const BUS_NAME: Attr<Str> = Attr::new(1);
    pub(crate) const DEV_NAME: Attr<Str> = Attr::new(2);
    pub(crate) const PORT_INDEX: Attr<U32> = Attr::new(3);
    pub(crate) const PORT_TYPE: Attr<U16> = Attr::new(4);
    pub(crate) const PORT_DESIRED_TYPE: Attr<U16> = Attr::new(5);
    pub(crate) const PORT_NETDEV_IFINDEX: Attr<U32> = Attr::new(6);
    pub(crate) const PORT_NETDEV_NAME: Attr<Str> = Attr::new(7);
    pub(crate) const PORT_IBDEV_NAME: Attr<Str> = Attr::new(8);
    pub(crate) const PORT_SPLIT_COUNT: Attr<U32> = Attr::new(9);
    pub(crate) const PORT_SPLIT_GROUP: Attr<U32> = Attr::new(10);
    pub(crate) const SB_INDEX: Attr<U32> = Attr::new(11);
    pub(crate) const SB_SIZE: Attr<U32> = Attr::new(12);
    pub(crate) const SB_INGRESS_POOL_COUNT: Attr<U16> = Attr::new(13);
    pub(crate) const SB_EGRESS_POOL_COUNT: Attr<U16> = Attr::new(14);
    pub(crate) const SB_INGRESS_TC_COUNT: Attr<U16> = Attr::new(15);
    pub(crate) const SB_EGRESS_TC_COUNT: Attr<U16> = Attr::new(16);
    pub(crate) const SB_POOL_INDEX: Attr<U16> = Attr::new(17);
    pub(crate) const SB_POOL_TYPE: Attr<U8> = Attr::new(18);
    pub(crate) const SB_POOL_SIZE: Attr<U32> = Attr::new(19);
    pub(crate) const SB_POOL_THRESHOLD_TYPE: Attr<U8> = Attr::new(20);
    pub(crate) const SB_THRESHOLD: Attr<U32> = Attr::new(21);
    pub(crate) const SB_TC_INDEX: Attr<U16> = Attr::new(22);
    pub(crate) const SB_OCC_CUR: Attr<U32> = Attr::new(23);
    pub(crate) const SB_OCC_MAX: Attr<U32> = Attr::new(24);
    pub(crate) const ESWITCH_MODE: Attr<U16> = Attr::new(25);
    pub(crate) const ESWITCH_INLINE_MODE: Attr<U8> = Attr::new(26);
    pub(crate) const DPIPE_TABLES: Attr<Nest> = Attr::new(27);
    pub(crate) const DPIPE_TABLE: Attr<Nest> = Attr::new(28);
    pub(crate) const DPIPE_TABLE_NAME: Attr<Str> = Attr::new(29);
    pub(crate) const DPIPE_TABLE_SIZE: Attr<U64<PAD>> = Attr::new(30);
    pub(crate) const DPIPE_TABLE_MATCHES: Attr<Nest> = Attr::new(31);
    pub(crate) const DPIPE_TABLE_ACTIONS: Attr<Nest> = Attr::new(32);
    pub(crate) const DPIPE_TABLE_COUNTERS_ENABLED: Attr<U8> = Attr::new(33);
    pub(crate) const DPIPE_ENTRIES: Attr<Nest> = Attr::new(34);
    pub(crate) const DPIPE_ENTRY: Attr<Nest> = Attr::new(35);
    pub(crate) const DPIPE_ENTRY_INDEX: Attr<U64<PAD>> = Attr::new(36);
    pub(crate) const DPIPE_ENTRY_MATCH_VALUES: Attr<Nest> = Attr::new(37);
    pub(crate) const DPIPE_ENTRY_ACTION_VALUES: Attr<Nest> = Attr::new(38);
    pub(crate) const DPIPE_ENTRY_COUNTER: Attr<U64<PAD>> = Attr::new(39);
    pub(crate) const DPIPE_MATCH: Attr<Nest> = Attr::new(40);
    pub(crate) const DPIPE_MATCH_VALUE: Attr<Nest> = Attr::new(41);
    pub(crate) const DPIPE_MATCH_TYPE: Attr<U32> = Attr::new(42);
    pub(crate) const DPIPE_ACTION: Attr<Nest> = Attr::new(43);
    pub(crate) const DPIPE_ACTION_VALUE: Attr<Nest> = Attr::new(44);
    pub(crate) const DPIPE_ACTION_TYPE: Attr<U32> = Attr::new(45);
    pub(crate) const DPIPE_VALUE: Attr<Binary> = Attr::new(46);
    pub(crate) const DPIPE_VALUE_MASK: Attr<Binary> = Attr::new(47);
    pub(crate) const DPIPE_VALUE_MAPPING: Attr<U32> = Attr::new(48);
    pub(crate) const DPIPE_HEADERS: Attr<Nest> = Attr::new(49);
    pub(crate) const DPIPE_HEADER: Attr<Nest> = Attr::new(50);
    pub(crate) const DPIPE_HEADER_NAME: Attr<Str> = Attr::new(51);
    pub(crate) const DPIPE_HEADER_ID: Attr<U32> = Attr::new(52);
    pub(crate) const DPIPE_HEADER_FIELDS: Attr<Nest> = Attr::new(53);
    pub(crate) const DPIPE_HEADER_GLOBAL: Attr<U8> = Attr::new(54);
    pub(crate) const DPIPE_HEADER_INDEX: Attr<U32> = Attr::new(55);
    pub(crate) const DPIPE_FIELD: Attr<Nest> = Attr::new(56);
    pub(crate) const DPIPE_FIELD_NAME: Attr<Str> = Attr::new(57);
    pub(crate) const DPIPE_FIELD_ID: Attr<U32> = Attr::new(58);
    pub(crate) const DPIPE_FIELD_BITWIDTH: Attr<U32> = Attr::new(59);
    pub(crate) const DPIPE_FIELD_MAPPING_TYPE: Attr<U32> = Attr::new(60);
    pub(crate) const PAD: u16 = 61;
    pub(crate) const ESWITCH_ENCAP_MODE: Attr<U8> = Attr::new(62);
    pub(crate) const RESOURCE_LIST: Attr<Nest> = Attr::new(63);
    pub(crate) const RESOURCE: Attr<Nest> = Attr::new(64);
    pub(crate) const RESOURCE_NAME: Attr<Str> = Attr::new(65);
    pub(crate) const RESOURCE_ID: Attr<U64<PAD>> = Attr::new(66);
    pub(crate) const RESOURCE_SIZE: Attr<U64<PAD>> = Attr::new(67);
    pub(crate) const RESOURCE_SIZE_NEW: Attr<U64<PAD>> = Attr::new(68);
    pub(crate) const RESOURCE_SIZE_VALID: Attr<U8> = Attr::new(69);
    pub(crate) const RESOURCE_SIZE_MIN: Attr<U64<PAD>> = Attr::new(70);
    pub(crate) const RESOURCE_SIZE_MAX: Attr<U64<PAD>> = Attr::new(71);
    pub(crate) const RESOURCE_SIZE_GRAN: Attr<U64<PAD>> = Attr::new(72);
    pub(crate) const RESOURCE_UNIT: Attr<U8> = Attr::new(73);
    pub(crate) const RESOURCE_OCC: Attr<U64<PAD>> = Attr::new(74);
    pub(crate) const DPIPE_TABLE_RESOURCE_ID: Attr<U64<PAD>> = Attr::new(75);
    pub(crate) const DPIPE_TABLE_RESOURCE_UNITS: Attr<U64<PAD>> = Attr::new(76);
    pub(crate) const PORT_FLAVOUR: Attr<U16> = Attr::new(77);
    pub(crate) const PORT_NUMBER: Attr<U32> = Attr::new(78);
    pub(crate) const PORT_SPLIT_SUBPORT_NUMBER: Attr<U32> = Attr::new(79);
    pub(crate) const PARAM: Attr<Nest> = Attr::new(80);
    pub(crate) const PARAM_NAME: Attr<Str> = Attr::new(81);
    pub(crate) const PARAM_GENERIC: Attr<Flag> = Attr::new(82);
    pub(crate) const PARAM_TYPE: Attr<U8> = Attr::new(83);
    pub(crate) const PARAM_VALUES_LIST: Attr<Nest> = Attr::new(84);
    pub(crate) const PARAM_VALUE: Attr<Nest> = Attr::new(85);
    pub(crate) const PARAM_VALUE_DATA: Attr<Dynamic> = Attr::new(86);
    pub(crate) const PARAM_VALUE_CMODE: Attr<U8> = Attr::new(87);
    pub(crate) const REGION_NAME: Attr<Str> = Attr::new(88);
    pub(crate) const REGION_SIZE: Attr<U64<PAD>> = Attr::new(89);
    pub(crate) const REGION_SNAPSHOTS: Attr<Nest> = Attr::new(90);
    pub(crate) const REGION_SNAPSHOT: Attr<Nest> = Attr::new(91);
    pub(crate) const REGION_SNAPSHOT_ID: Attr<U32> = Attr::new(92);
    pub(crate) const REGION_CHUNKS: Attr<Nest> = Attr::new(93);
    pub(crate) const REGION_CHUNK: Attr<Nest> = Attr::new(94);
    pub(crate) const REGION_CHUNK_DATA: Attr<Binary> = Attr::new(95);
    pub(crate) const REGION_CHUNK_ADDR: Attr<U64<PAD>> = Attr::new(96);
    pub(crate) const REGION_CHUNK_LEN: Attr<U64<PAD>> = Attr::new(97);
    pub(crate) const INFO_DRIVER_NAME: Attr<Str> = Attr::new(98);
    pub(crate) const INFO_SERIAL_NUMBER: Attr<Str> = Attr::new(99);
    pub(crate) const INFO_VERSION_FIXED: Attr<Nest> = Attr::new(100);
    pub(crate) const INFO_VERSION_RUNNING: Attr<Nest> = Attr::new(101);
    pub(crate) const INFO_VERSION_STORED: Attr<Nest> = Attr::new(102);
    pub(crate) const INFO_VERSION_NAME: Attr<Str> = Attr::new(103);
    pub(crate) const INFO_VERSION_VALUE: Attr<Str> = Attr::new(104);
    pub(crate) const SB_POOL_CELL_SIZE: Attr<U32> = Attr::new(105);
    pub(crate) const FMSG: Attr<Nest> = Attr::new(106);
    pub(crate) const FMSG_OBJ_NEST_START: Attr<Flag> = Attr::new(107);
    pub(crate) const FMSG_PAIR_NEST_START: Attr<Flag> = Attr::new(108);
    pub(crate) const FMSG_ARR_NEST_START: Attr<Flag> = Attr::new(109);
    pub(crate) const FMSG_NEST_END: Attr<Flag> = Attr::new(110);
    pub(crate) const FMSG_OBJ_NAME: Attr<Str> = Attr::new(111);
    pub(crate) const FMSG_OBJ_VALUE_TYPE: Attr<U8> = Attr::new(112);
    pub(crate) const FMSG_OBJ_VALUE_DATA: Attr<Dynamic> = Attr::new(113);
    pub(crate) const HEALTH_REPORTER: Attr<Nest> = Attr::new(114);
    pub(crate) const HEALTH_REPORTER_NAME: Attr<Str> = Attr::new(115);
    pub(crate) const HEALTH_REPORTER_STATE: Attr<U8> = Attr::new(116);
    pub(crate) const HEALTH_REPORTER_ERR_COUNT: Attr<U64<PAD>> = Attr::new(117);
    pub(crate) const HEALTH_REPORTER_RECOVER_COUNT: Attr<U64<PAD>> = Attr::new(118);
    pub(crate) const HEALTH_REPORTER_DUMP_TS: Attr<U64<PAD>> = Attr::new(119);
    pub(crate) const HEALTH_REPORTER_GRACEFUL_PERIOD: Attr<U64<PAD>> = Attr::new(120);
    pub(crate) const HEALTH_REPORTER_AUTO_RECOVER: Attr<U8> = Attr::new(121);
    pub(crate) const FLASH_UPDATE_FILE_NAME: Attr<Str> = Attr::new(122);
    pub(crate) const FLASH_UPDATE_COMPONENT: Attr<Str> = Attr::new(123);
    pub(crate) const FLASH_UPDATE_STATUS_MSG: Attr<Str> = Attr::new(124);
    pub(crate) const FLASH_UPDATE_STATUS_DONE: Attr<U64<PAD>> = Attr::new(125);
    pub(crate) const FLASH_UPDATE_STATUS_TOTAL: Attr<U64<PAD>> = Attr::new(126);
    pub(crate) const PORT_PCI_PF_NUMBER: Attr<U16> = Attr::new(127);
    pub(crate) const PORT_PCI_VF_NUMBER: Attr<U16> = Attr::new(128);
    pub(crate) const STATS: Attr<Nest> = Attr::new(129);
    pub(crate) const TRAP_NAME: Attr<Str> = Attr::new(130);
    pub(crate) const TRAP_ACTION: Attr<U8> = Attr::new(131);
    pub(crate) const TRAP_TYPE: Attr<U8> = Attr::new(132);
    pub(crate) const TRAP_GENERIC: Attr<Flag> = Attr::new(133);
    pub(crate) const TRAP_METADATA: Attr<Nest> = Attr::new(134);
    pub(crate) const TRAP_GROUP_NAME: Attr<Str> = Attr::new(135);
    pub(crate) const RELOAD_FAILED: Attr<U8> = Attr::new(136);
    pub(crate) const HEALTH_REPORTER_DUMP_TS_NS: Attr<U64<PAD>> = Attr::new(137);
    pub(crate) const NETNS_FD: Attr<U32> = Attr::new(138);
    pub(crate) const NETNS_PID: Attr<U32> = Attr::new(139);
    pub(crate) const NETNS_ID: Attr<U32> = Attr::new(140);
    pub(crate) const HEALTH_REPORTER_AUTO_DUMP: Attr<U8> = Attr::new(141);
    pub(crate) const TRAP_POLICER_ID: Attr<U32> = Attr::new(142);
    pub(crate) const TRAP_POLICER_RATE: Attr<U64<PAD>> = Attr::new(143);
    pub(crate) const TRAP_POLICER_BURST: Attr<U64<PAD>> = Attr::new(144);
    pub(crate) const PORT_FUNCTION: Attr<Nest> = Attr::new(145);
    pub(crate) const INFO_BOARD_SERIAL_NUMBER: Attr<Str> = Attr::new(146);
    pub(crate) const PORT_LANES: Attr<U32> = Attr::new(147);
    pub(crate) const PORT_SPLITTABLE: Attr<U8> = Attr::new(148);
    pub(crate) const PORT_EXTERNAL: Attr<U8> = Attr::new(149);
    pub(crate) const PORT_CONTROLLER_NUMBER: Attr<U32> = Attr::new(150);
    pub(crate) const FLASH_UPDATE_STATUS_TIMEOUT: Attr<U64<PAD>> = Attr::new(151);
    pub(crate) const FLASH_UPDATE_OVERWRITE_MASK: Attr<Bitfield32> = Attr::new(152);
    pub(crate) const RELOAD_ACTION: Attr<U8> = Attr::new(153);
    pub(crate) const RELOAD_ACTIONS_PERFORMED: Attr<Bitfield32> = Attr::new(154);
    pub(crate) const RELOAD_LIMITS: Attr<Bitfield32> = Attr::new(155);
    pub(crate) const DEV_STATS: Attr<Nest> = Attr::new(156);
    pub(crate) const RELOAD_STATS: Attr<Nest> = Attr::new(157);
    pub(crate) const RELOAD_STATS_ENTRY: Attr<Nest> = Attr::new(158);
    pub(crate) const RELOAD_STATS_LIMIT: Attr<U8> = Attr::new(159);
    pub(crate) const RELOAD_STATS_VALUE: Attr<U32> = Attr::new(160);
    pub(crate) const REMOTE_RELOAD_STATS: Attr<Nest> = Attr::new(161);
    pub(crate) const RELOAD_ACTION_INFO: Attr<Nest> = Attr::new(162);
    pub(crate) const RELOAD_ACTION_STATS: Attr<Nest> = Attr::new(163);
    pub(crate) const PORT_PCI_SF_NUMBER: Attr<U32> = Attr::new(164);
    pub(crate) const RATE_TYPE: Attr<U16> = Attr::new(165);
    pub(crate) const RATE_TX_SHARE: Attr<U64<PAD>> = Attr::new(166);
    pub(crate) const RATE_TX_MAX: Attr<U64<PAD>> = Attr::new(167);
    pub(crate) const RATE_NODE_NAME: Attr<Str> = Attr::new(168);
    pub(crate) const RATE_PARENT_NODE_NAME: Attr<Str> = Attr::new(169);
    pub(crate) const REGION_MAX_SNAPSHOTS: Attr<U32> = Attr::new(170);
    pub(crate) const LINECARD_INDEX: Attr<U32> = Attr::new(171);
    pub(crate) const LINECARD_STATE: Attr<U8> = Attr::new(172);
    pub(crate) const LINECARD_TYPE: Attr<Str> = Attr::new(173);
    pub(crate) const LINECARD_SUPPORTED_TYPES: Attr<Nest> = Attr::new(174);
    pub(crate) const NESTED_DEVLINK: Attr<Nest> = Attr::new(175);
    pub(crate) const SELFTESTS: Attr<Nest> = Attr::new(176);
    pub(crate) const RATE_TX_PRIORITY: Attr<U32> = Attr::new(177);
    pub(crate) const RATE_TX_WEIGHT: Attr<U32> = Attr::new(178);
    pub(crate) const REGION_DIRECT: Attr<Flag> = Attr::new(179);
    pub(crate) const RATE_TC_BWS: Attr<Nest> = Attr::new(180);
    pub(crate) const HEALTH_REPORTER_BURST_PERIOD: Attr<U64<PAD>> = Attr::new(181);
    pub(crate) const PARAM_VALUE_DEFAULT: Attr<Dynamic> = Attr::new(182);
    pub(crate) const PARAM_RESET_DEFAULT: Attr<Flag> = Attr::new(183);
    pub(crate) const INDEX: Attr<Uint> = Attr::new(184);
    pub(crate) const RESOURCE_SCOPE_MASK: Attr<U32> = Attr::new(185);
    pub(crate) const PARENT_DEV: Attr<Nest> = Attr::new(186);
}

/// Attributes of `dl-port-function`, each with the type of its payload.
pub(crate) mod port_function {
    use kernel::net::netlink::attr::{
        Attr,
        Binary,
        Bitfield32,
        Nest,
        U32,
        U8, //
    };

    pub(crate) const HW_ADDR: Attr<Binary> = Attr::new(1);
    pub(crate) const STATE: Attr<U8> = Attr::new(2);
    pub(crate) const OPSTATE: Attr<U8> = Attr::new(3);
    pub(crate) const CAPS: Attr<Bitfield32> = Attr::new(4);
    pub(crate) const DEVLINK: Attr<Nest> = Attr::new(5);
    pub(crate) const MAX_IO_EQS: Attr<U32> = Attr::new(6);
}

/// Attributes of `dl-attr-stats`, each with the type of its payload.
pub(crate) mod attr_stats {
    use super::attr::PAD;
    use kernel::net::netlink::attr::{
        Attr,
        U64, //
    };

    pub(crate) const STATS_RX_PACKETS: Attr<U64<PAD>> = Attr::new(0);
    pub(crate) const STATS_RX_BYTES: Attr<U64<PAD>> = Attr::new(1);
    pub(crate) const STATS_RX_DROPPED: Attr<U64<PAD>> = Attr::new(2);
}

/// Attributes of `dl-trap-metadata`, each with the type of its payload.
pub(crate) mod trap_metadata {
    use kernel::net::netlink::attr::{
        Attr,
        Flag, //
    };

    pub(crate) const TRAP_METADATA_TYPE_IN_PORT: Attr<Flag> = Attr::new(0);
    pub(crate) const TRAP_METADATA_TYPE_FA_COOKIE: Attr<Flag> = Attr::new(1);
}

/// Attributes of `dl-selftest-id`, each with the type of its payload.
pub(crate) mod selftest_id {
    use kernel::net::netlink::attr::{
        Attr,
        Flag, //
    };

    pub(crate) const FLASH: Attr<Flag> = Attr::new(1);
}

/// Attributes of `dl-rate-tc-bws`, each with the type of its payload.
pub(crate) mod rate_tc_bws {
    use kernel::net::netlink::attr::{
        Attr,
        U32,
        U8, //
    };

    pub(crate) const INDEX: Attr<U8> = Attr::new(1);
    pub(crate) const BW: Attr<U32> = Attr::new(2);
}

/// Attributes of `selftest_result`, each with the type of its payload.
pub(crate) mod selftest_result {
    use kernel::net::netlink::attr::{
        Attr,
        Nest,
        U32,
        U8, //
    };

    pub(crate) const RESULT: Attr<Nest> = Attr::new(1);
    pub(crate) const RESULT_ID: Attr<U32> = Attr::new(2);
    pub(crate) const RESULT_STATUS: Attr<U8> = Attr::new(3);
}

/// Commands, of requests as well as of replies and notifications.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Cmd {
    Get = 1,
    Set = 2,
    New = 3,
    Del = 4,
    PortGet = 5,
    PortSet = 6,
    PortNew = 7,
    PortDel = 8,
    PortSplit = 9,
    PortUnsplit = 10,
    SbGet = 11,
    SbSet = 12,
    SbNew = 13,
    SbDel = 14,
    SbPoolGet = 15,
    SbPoolSet = 16,
    SbPoolNew = 17,
    SbPoolDel = 18,
    SbPortPoolGet = 19,
    SbPortPoolSet = 20,
    SbPortPoolNew = 21,
    SbPortPoolDel = 22,
    SbTcPoolBindGet = 23,
    SbTcPoolBindSet = 24,
    SbTcPoolBindNew = 25,
    SbTcPoolBindDel = 26,
    SbOccSnapshot = 27,
    SbOccMaxClear = 28,
    EswitchGet = 29,
    EswitchSet = 30,
    DpipeTableGet = 31,
    DpipeEntriesGet = 32,
    DpipeHeadersGet = 33,
    DpipeTableCountersSet = 34,
    ResourceSet = 35,
    ResourceDump = 36,
    Reload = 37,
    ParamGet = 38,
    ParamSet = 39,
    ParamNew = 40,
    ParamDel = 41,
    RegionGet = 42,
    RegionSet = 43,
    RegionNew = 44,
    RegionDel = 45,
    RegionRead = 46,
    PortParamGet = 47,
    PortParamSet = 48,
    PortParamNew = 49,
    PortParamDel = 50,
    InfoGet = 51,
    HealthReporterGet = 52,
    HealthReporterSet = 53,
    HealthReporterRecover = 54,
    HealthReporterDiagnose = 55,
    HealthReporterDumpGet = 56,
    HealthReporterDumpClear = 57,
    FlashUpdate = 58,
    FlashUpdateEnd = 59,
    FlashUpdateStatus = 60,
    TrapGet = 61,
    TrapSet = 62,
    TrapNew = 63,
    TrapDel = 64,
    TrapGroupGet = 65,
    TrapGroupSet = 66,
    TrapGroupNew = 67,
    TrapGroupDel = 68,
    TrapPolicerGet = 69,
    TrapPolicerSet = 70,
    TrapPolicerNew = 71,
    TrapPolicerDel = 72,
    HealthReporterTest = 73,
    RateGet = 74,
    RateSet = 75,
    RateNew = 76,
    RateDel = 77,
    LinecardGet = 78,
    LinecardSet = 79,
    LinecardNew = 80,
    LinecardDel = 81,
    SelftestsGet = 82,
    SelftestsRun = 83,
    NotifyFilterSet = 84,
}

/// What the specification calls the operation that a request with this number asks for.
pub(crate) fn operation_name(command: u8) -> &'static str {
    match command {
        1 => "get",
        5 => "port-get",
        6 => "port-set",
        7 => "port-new",
        8 => "port-del",
        9 => "port-split",
        10 => "port-unsplit",
        11 => "sb-get",
        15 => "sb-pool-get",
        16 => "sb-pool-set",
        19 => "sb-port-pool-get",
        20 => "sb-port-pool-set",
        23 => "sb-tc-pool-bind-get",
        24 => "sb-tc-pool-bind-set",
        27 => "sb-occ-snapshot",
        28 => "sb-occ-max-clear",
        29 => "eswitch-get",
        30 => "eswitch-set",
        31 => "dpipe-table-get",
        32 => "dpipe-entries-get",
        33 => "dpipe-headers-get",
        34 => "dpipe-table-counters-set",
        35 => "resource-set",
        36 => "resource-dump",
        37 => "reload",
        38 => "param-get",
        39 => "param-set",
        42 => "region-get",
        44 => "region-new",
        45 => "region-del",
        46 => "region-read",
        47 => "port-param-get",
        48 => "port-param-set",
        51 => "info-get",
        52 => "health-reporter-get",
        53 => "health-reporter-set",
        54 => "health-reporter-recover",
        55 => "health-reporter-diagnose",
        56 => "health-reporter-dump-get",
        57 => "health-reporter-dump-clear",
        58 => "flash-update",
        61 => "trap-get",
        62 => "trap-set",
        65 => "trap-group-get",
        66 => "trap-group-set",
        69 => "trap-policer-get",
        70 => "trap-policer-set",
        73 => "health-reporter-test",
        74 => "rate-get",
        75 => "rate-set",
        76 => "rate-new",
        77 => "rate-del",
        78 => "linecard-get",
        79 => "linecard-set",
        82 => "selftests-get",
        83 => "selftests-run",
        84 => "notify-filter-set",
        _ => "unknown",
    }
}

const ADMIN_PERM: u8 = bindings::GENL_ADMIN_PERM as u8;
const CMD_CAP_DO: u8 = bindings::GENL_CMD_CAP_DO as u8;
const CMD_CAP_DUMP: u8 = bindings::GENL_CMD_CAP_DUMP as u8;
const DONT_VALIDATE_STRICT: u8 = bindings::genl_validate_flags_GENL_DONT_VALIDATE_STRICT as u8;
const DONT_VALIDATE_DUMP: u8 = bindings::genl_validate_flags_GENL_DONT_VALIDATE_DUMP as u8;
const DONT_VALIDATE_DUMP_STRICT: u8 =
    bindings::genl_validate_flags_GENL_DONT_VALIDATE_DUMP_STRICT as u8;

static INDEX_RANGE: Range = Range::new(0, 0xffff_ffff);

/// The values of `var-attr-type`.
struct VarAttrType;

impl SparseEnum for VarAttrType {
    const VALUES: &'static [u8] = &[1, 2, 3, 4, 5, 6, 10, 11, 129];
}

pub(crate) static DL_PORT_FUNCTION_POLICY: Policy<5> = Policy::new([
    (port_function::HW_ADDR.number(), PolicyEntry::binary()),
    (port_function::STATE.number(), PolicyEntry::u8().max(1)),
    (port_function::OPSTATE.number(), PolicyEntry::u8().max(1)),
    (port_function::CAPS.number(), PolicyEntry::bitfield32(0xf)),
]);

pub(crate) static DL_RATE_TC_BWS_POLICY: Policy<3> = Policy::new([
    (rate_tc_bws::INDEX.number(), PolicyEntry::u8().max(7)),
    (rate_tc_bws::BW.number(), PolicyEntry::u32()),
]);

pub(crate) static DL_PARENT_DEV_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

pub(crate) static DL_SELFTEST_ID_POLICY: Policy<2> =
    Policy::new([(selftest_id::FLASH.number(), PolicyEntry::flag())]);

static GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static PORT_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static PORT_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static PORT_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::PORT_TYPE.number(), PolicyEntry::u16().max(3)),
    (
        attr::PORT_FUNCTION.number(),
        PolicyEntry::nested(&DL_PORT_FUNCTION_POLICY),
    ),
]);

static PORT_NEW_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::PORT_FLAVOUR.number(), PolicyEntry::u16().max(7)),
    (attr::PORT_PCI_PF_NUMBER.number(), PolicyEntry::u16()),
    (attr::PORT_PCI_SF_NUMBER.number(), PolicyEntry::u32()),
    (attr::PORT_CONTROLLER_NUMBER.number(), PolicyEntry::u32()),
]);

static PORT_DEL_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static PORT_SPLIT_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::PORT_SPLIT_COUNT.number(), PolicyEntry::u32()),
]);

static PORT_UNSPLIT_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static SB_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
]);

static SB_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static SB_POOL_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_INDEX.number(), PolicyEntry::u16()),
]);

static SB_POOL_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static SB_POOL_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_INDEX.number(), PolicyEntry::u16()),
    (
        attr::SB_POOL_THRESHOLD_TYPE.number(),
        PolicyEntry::u8().max(1),
    ),
    (attr::SB_POOL_SIZE.number(), PolicyEntry::u32()),
]);

static SB_PORT_POOL_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_INDEX.number(), PolicyEntry::u16()),
]);

static SB_PORT_POOL_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static SB_PORT_POOL_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_INDEX.number(), PolicyEntry::u16()),
    (attr::SB_THRESHOLD.number(), PolicyEntry::u32()),
]);

static SB_TC_POOL_BIND_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_TYPE.number(), PolicyEntry::u8().max(1)),
    (attr::SB_TC_INDEX.number(), PolicyEntry::u16()),
]);

static SB_TC_POOL_BIND_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static SB_TC_POOL_BIND_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
    (attr::SB_POOL_INDEX.number(), PolicyEntry::u16()),
    (attr::SB_POOL_TYPE.number(), PolicyEntry::u8().max(1)),
    (attr::SB_TC_INDEX.number(), PolicyEntry::u16()),
    (attr::SB_THRESHOLD.number(), PolicyEntry::u32()),
]);

static SB_OCC_SNAPSHOT_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
]);

static SB_OCC_MAX_CLEAR_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::SB_INDEX.number(), PolicyEntry::u32()),
]);

static ESWITCH_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static ESWITCH_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::ESWITCH_MODE.number(), PolicyEntry::u16().max(2)),
    (attr::ESWITCH_INLINE_MODE.number(), PolicyEntry::u8().max(3)),
    (attr::ESWITCH_ENCAP_MODE.number(), PolicyEntry::u8().max(1)),
]);

static DPIPE_TABLE_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::DPIPE_TABLE_NAME.number(), PolicyEntry::nul_string()),
]);

static DPIPE_ENTRIES_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::DPIPE_TABLE_NAME.number(), PolicyEntry::nul_string()),
]);

static DPIPE_HEADERS_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static DPIPE_TABLE_COUNTERS_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::DPIPE_TABLE_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::DPIPE_TABLE_COUNTERS_ENABLED.number(),
        PolicyEntry::u8(),
    ),
]);

static RESOURCE_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::RESOURCE_ID.number(), PolicyEntry::u64()),
    (attr::RESOURCE_SIZE.number(), PolicyEntry::u64()),
]);

static RESOURCE_DUMP_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static RESOURCE_DUMP_DUMP_POLICY: Policy<186> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (
        attr::RESOURCE_SCOPE_MASK.number(),
        PolicyEntry::u32().mask(0x3),
    ),
]);

static RELOAD_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::RELOAD_ACTION.number(), PolicyEntry::u8().range(1, 2)),
    (attr::RELOAD_LIMITS.number(), PolicyEntry::bitfield32(0x6)),
    (attr::NETNS_PID.number(), PolicyEntry::u32()),
    (attr::NETNS_FD.number(), PolicyEntry::u32()),
    (attr::NETNS_ID.number(), PolicyEntry::u32()),
]);

static PARAM_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PARAM_NAME.number(), PolicyEntry::nul_string()),
]);

static PARAM_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static PARAM_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PARAM_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::PARAM_TYPE.number(),
        PolicyEntry::u8_enum::<VarAttrType>(),
    ),
    (attr::PARAM_VALUE_CMODE.number(), PolicyEntry::u8().max(2)),
    (attr::PARAM_RESET_DEFAULT.number(), PolicyEntry::flag()),
]);

static REGION_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::REGION_NAME.number(), PolicyEntry::nul_string()),
]);

static REGION_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static REGION_NEW_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::REGION_NAME.number(), PolicyEntry::nul_string()),
    (attr::REGION_SNAPSHOT_ID.number(), PolicyEntry::u32()),
]);

static REGION_DEL_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::REGION_NAME.number(), PolicyEntry::nul_string()),
    (attr::REGION_SNAPSHOT_ID.number(), PolicyEntry::u32()),
]);

static REGION_READ_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::REGION_NAME.number(), PolicyEntry::nul_string()),
    (attr::REGION_SNAPSHOT_ID.number(), PolicyEntry::u32()),
    (attr::REGION_DIRECT.number(), PolicyEntry::flag()),
    (attr::REGION_CHUNK_ADDR.number(), PolicyEntry::u64()),
    (attr::REGION_CHUNK_LEN.number(), PolicyEntry::u64()),
]);

static PORT_PARAM_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static PORT_PARAM_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static INFO_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static HEALTH_REPORTER_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static HEALTH_REPORTER_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

static HEALTH_REPORTER_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
    (
        attr::HEALTH_REPORTER_GRACEFUL_PERIOD.number(),
        PolicyEntry::u64(),
    ),
    (
        attr::HEALTH_REPORTER_AUTO_RECOVER.number(),
        PolicyEntry::u8(),
    ),
    (attr::HEALTH_REPORTER_AUTO_DUMP.number(), PolicyEntry::u8()),
    (
        attr::HEALTH_REPORTER_BURST_PERIOD.number(),
        PolicyEntry::u64(),
    ),
]);

static HEALTH_REPORTER_RECOVER_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static HEALTH_REPORTER_DIAGNOSE_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static HEALTH_REPORTER_DUMP_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static HEALTH_REPORTER_DUMP_CLEAR_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static FLASH_UPDATE_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (
        attr::FLASH_UPDATE_FILE_NAME.number(),
        PolicyEntry::nul_string(),
    ),
    (
        attr::FLASH_UPDATE_COMPONENT.number(),
        PolicyEntry::nul_string(),
    ),
    (
        attr::FLASH_UPDATE_OVERWRITE_MASK.number(),
        PolicyEntry::bitfield32(0x3),
    ),
]);

static TRAP_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_NAME.number(), PolicyEntry::nul_string()),
]);

static TRAP_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static TRAP_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_NAME.number(), PolicyEntry::nul_string()),
    (attr::TRAP_ACTION.number(), PolicyEntry::u8().max(2)),
]);

static TRAP_GROUP_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_GROUP_NAME.number(), PolicyEntry::nul_string()),
]);

static TRAP_GROUP_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static TRAP_GROUP_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_GROUP_NAME.number(), PolicyEntry::nul_string()),
    (attr::TRAP_ACTION.number(), PolicyEntry::u8().max(2)),
    (attr::TRAP_POLICER_ID.number(), PolicyEntry::u32()),
]);

static TRAP_POLICER_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_POLICER_ID.number(), PolicyEntry::u32()),
]);

static TRAP_POLICER_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static TRAP_POLICER_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::TRAP_POLICER_ID.number(), PolicyEntry::u32()),
    (attr::TRAP_POLICER_RATE.number(), PolicyEntry::u64()),
    (attr::TRAP_POLICER_BURST.number(), PolicyEntry::u64()),
]);

static HEALTH_REPORTER_TEST_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (
        attr::HEALTH_REPORTER_NAME.number(),
        PolicyEntry::nul_string(),
    ),
]);

static RATE_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
    (attr::RATE_NODE_NAME.number(), PolicyEntry::nul_string()),
]);

static RATE_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static RATE_SET_POLICY: Policy<187> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::RATE_NODE_NAME.number(), PolicyEntry::nul_string()),
    (attr::RATE_TX_SHARE.number(), PolicyEntry::u64()),
    (attr::RATE_TX_MAX.number(), PolicyEntry::u64()),
    (attr::RATE_TX_PRIORITY.number(), PolicyEntry::u32()),
    (attr::RATE_TX_WEIGHT.number(), PolicyEntry::u32()),
    (
        attr::RATE_PARENT_NODE_NAME.number(),
        PolicyEntry::nul_string(),
    ),
    (
        attr::RATE_TC_BWS.number(),
        PolicyEntry::nested(&DL_RATE_TC_BWS_POLICY),
    ),
    (
        attr::PARENT_DEV.number(),
        PolicyEntry::nested(&DL_PARENT_DEV_POLICY),
    ),
]);

static RATE_NEW_POLICY: Policy<187> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::RATE_NODE_NAME.number(), PolicyEntry::nul_string()),
    (attr::RATE_TX_SHARE.number(), PolicyEntry::u64()),
    (attr::RATE_TX_MAX.number(), PolicyEntry::u64()),
    (attr::RATE_TX_PRIORITY.number(), PolicyEntry::u32()),
    (attr::RATE_TX_WEIGHT.number(), PolicyEntry::u32()),
    (
        attr::RATE_PARENT_NODE_NAME.number(),
        PolicyEntry::nul_string(),
    ),
    (
        attr::RATE_TC_BWS.number(),
        PolicyEntry::nested(&DL_RATE_TC_BWS_POLICY),
    ),
    (
        attr::PARENT_DEV.number(),
        PolicyEntry::nested(&DL_PARENT_DEV_POLICY),
    ),
]);

static RATE_DEL_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::RATE_NODE_NAME.number(), PolicyEntry::nul_string()),
]);

static LINECARD_GET_DO_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::LINECARD_INDEX.number(), PolicyEntry::u32()),
]);

static LINECARD_GET_DUMP_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static LINECARD_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::LINECARD_INDEX.number(), PolicyEntry::u32()),
    (attr::LINECARD_TYPE.number(), PolicyEntry::nul_string()),
]);

static SELFTESTS_GET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
]);

static SELFTESTS_RUN_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (
        attr::SELFTESTS.number(),
        PolicyEntry::nested(&DL_SELFTEST_ID_POLICY),
    ),
]);

static NOTIFY_FILTER_SET_POLICY: Policy<185> = Policy::new([
    (attr::BUS_NAME.number(), PolicyEntry::nul_string()),
    (attr::DEV_NAME.number(), PolicyEntry::nul_string()),
    (
        attr::INDEX.number(),
        PolicyEntry::uint().full_range(&INDEX_RANGE),
    ),
    (attr::PORT_INDEX.number(), PolicyEntry::u32()),
]);

/// The operations of the family.
pub(crate) static OPS: [SplitOp; 75] = [
    do_op::<commands::Get, 185>(
        Cmd::Get as u8,
        &GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_all_op::<commands::Get>(Cmd::Get as u8, CMD_CAP_DUMP, DONT_VALIDATE_DUMP),
    do_op::<commands::PortGet, 185>(
        Cmd::PortGet as u8,
        &PORT_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::PortGet, 185>(Cmd::PortGet as u8, &PORT_GET_DUMP_POLICY, CMD_CAP_DUMP, 0),
    do_op::<commands::PortSet, 185>(
        Cmd::PortSet as u8,
        &PORT_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::PortNew, 185>(
        Cmd::PortNew as u8,
        &PORT_NEW_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::PortDel, 185>(
        Cmd::PortDel as u8,
        &PORT_DEL_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::PortSplit, 185>(
        Cmd::PortSplit as u8,
        &PORT_SPLIT_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::PortUnsplit, 185>(
        Cmd::PortUnsplit as u8,
        &PORT_UNSPLIT_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SbGet, 185>(
        Cmd::SbGet as u8,
        &SB_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::SbGet, 185>(Cmd::SbGet as u8, &SB_GET_DUMP_POLICY, CMD_CAP_DUMP, 0),
    do_op::<commands::SbPoolGet, 185>(
        Cmd::SbPoolGet as u8,
        &SB_POOL_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::SbPoolGet, 185>(
        Cmd::SbPoolGet as u8,
        &SB_POOL_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::SbPoolSet, 185>(
        Cmd::SbPoolSet as u8,
        &SB_POOL_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SbPortPoolGet, 185>(
        Cmd::SbPortPoolGet as u8,
        &SB_PORT_POOL_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::SbPortPoolGet, 185>(
        Cmd::SbPortPoolGet as u8,
        &SB_PORT_POOL_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::SbPortPoolSet, 185>(
        Cmd::SbPortPoolSet as u8,
        &SB_PORT_POOL_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SbTcPoolBindGet, 185>(
        Cmd::SbTcPoolBindGet as u8,
        &SB_TC_POOL_BIND_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::SbTcPoolBindGet, 185>(
        Cmd::SbTcPoolBindGet as u8,
        &SB_TC_POOL_BIND_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::SbTcPoolBindSet, 185>(
        Cmd::SbTcPoolBindSet as u8,
        &SB_TC_POOL_BIND_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SbOccSnapshot, 185>(
        Cmd::SbOccSnapshot as u8,
        &SB_OCC_SNAPSHOT_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SbOccMaxClear, 185>(
        Cmd::SbOccMaxClear as u8,
        &SB_OCC_MAX_CLEAR_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::EswitchGet, 185>(
        Cmd::EswitchGet as u8,
        &ESWITCH_GET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::EswitchSet, 185>(
        Cmd::EswitchSet as u8,
        &ESWITCH_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::DpipeTableGet, 185>(
        Cmd::DpipeTableGet as u8,
        &DPIPE_TABLE_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::DpipeEntriesGet, 185>(
        Cmd::DpipeEntriesGet as u8,
        &DPIPE_ENTRIES_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::DpipeHeadersGet, 185>(
        Cmd::DpipeHeadersGet as u8,
        &DPIPE_HEADERS_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::DpipeTableCountersSet, 185>(
        Cmd::DpipeTableCountersSet as u8,
        &DPIPE_TABLE_COUNTERS_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::ResourceSet, 185>(
        Cmd::ResourceSet as u8,
        &RESOURCE_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::ResourceDump, 185>(
        Cmd::ResourceDump as u8,
        &RESOURCE_DUMP_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::ResourceDump, 186>(
        Cmd::ResourceDump as u8,
        &RESOURCE_DUMP_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::Reload, 185>(
        Cmd::Reload as u8,
        &RELOAD_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::ParamGet, 185>(
        Cmd::ParamGet as u8,
        &PARAM_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::ParamGet, 185>(
        Cmd::ParamGet as u8,
        &PARAM_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::ParamSet, 185>(
        Cmd::ParamSet as u8,
        &PARAM_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::RegionGet, 185>(
        Cmd::RegionGet as u8,
        &REGION_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::RegionGet, 185>(
        Cmd::RegionGet as u8,
        &REGION_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::RegionNew, 185>(
        Cmd::RegionNew as u8,
        &REGION_NEW_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::RegionDel, 185>(
        Cmd::RegionDel as u8,
        &REGION_DEL_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::RegionRead, 185>(
        Cmd::RegionRead as u8,
        &REGION_READ_POLICY,
        ADMIN_PERM | CMD_CAP_DUMP,
        DONT_VALIDATE_DUMP_STRICT,
    ),
    do_op::<commands::PortParamGet, 185>(
        Cmd::PortParamGet as u8,
        &PORT_PARAM_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_all_op::<commands::PortParamGet>(
        Cmd::PortParamGet as u8,
        CMD_CAP_DUMP,
        DONT_VALIDATE_DUMP_STRICT,
    ),
    do_op::<commands::PortParamSet, 185>(
        Cmd::PortParamSet as u8,
        &PORT_PARAM_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::InfoGet, 185>(
        Cmd::InfoGet as u8,
        &INFO_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_all_op::<commands::InfoGet>(Cmd::InfoGet as u8, CMD_CAP_DUMP, DONT_VALIDATE_DUMP),
    do_op::<commands::HealthReporterGet, 185>(
        Cmd::HealthReporterGet as u8,
        &HEALTH_REPORTER_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::HealthReporterGet, 185>(
        Cmd::HealthReporterGet as u8,
        &HEALTH_REPORTER_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::HealthReporterSet, 185>(
        Cmd::HealthReporterSet as u8,
        &HEALTH_REPORTER_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::HealthReporterRecover, 185>(
        Cmd::HealthReporterRecover as u8,
        &HEALTH_REPORTER_RECOVER_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::HealthReporterDiagnose, 185>(
        Cmd::HealthReporterDiagnose as u8,
        &HEALTH_REPORTER_DIAGNOSE_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::HealthReporterDumpGet, 185>(
        Cmd::HealthReporterDumpGet as u8,
        &HEALTH_REPORTER_DUMP_GET_POLICY,
        ADMIN_PERM | CMD_CAP_DUMP,
        DONT_VALIDATE_DUMP_STRICT,
    ),
    do_op::<commands::HealthReporterDumpClear, 185>(
        Cmd::HealthReporterDumpClear as u8,
        &HEALTH_REPORTER_DUMP_CLEAR_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::FlashUpdate, 185>(
        Cmd::FlashUpdate as u8,
        &FLASH_UPDATE_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::TrapGet, 185>(
        Cmd::TrapGet as u8,
        &TRAP_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::TrapGet, 185>(Cmd::TrapGet as u8, &TRAP_GET_DUMP_POLICY, CMD_CAP_DUMP, 0),
    do_op::<commands::TrapSet, 185>(
        Cmd::TrapSet as u8,
        &TRAP_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::TrapGroupGet, 185>(
        Cmd::TrapGroupGet as u8,
        &TRAP_GROUP_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::TrapGroupGet, 185>(
        Cmd::TrapGroupGet as u8,
        &TRAP_GROUP_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::TrapGroupSet, 185>(
        Cmd::TrapGroupSet as u8,
        &TRAP_GROUP_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::TrapPolicerGet, 185>(
        Cmd::TrapPolicerGet as u8,
        &TRAP_POLICER_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::TrapPolicerGet, 185>(
        Cmd::TrapPolicerGet as u8,
        &TRAP_POLICER_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::TrapPolicerSet, 185>(
        Cmd::TrapPolicerSet as u8,
        &TRAP_POLICER_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::HealthReporterTest, 185>(
        Cmd::HealthReporterTest as u8,
        &HEALTH_REPORTER_TEST_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::RateGet, 185>(
        Cmd::RateGet as u8,
        &RATE_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::RateGet, 185>(Cmd::RateGet as u8, &RATE_GET_DUMP_POLICY, CMD_CAP_DUMP, 0),
    do_op::<commands::RateSet, 187>(
        Cmd::RateSet as u8,
        &RATE_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::RateNew, 187>(
        Cmd::RateNew as u8,
        &RATE_NEW_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::RateDel, 185>(
        Cmd::RateDel as u8,
        &RATE_DEL_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::LinecardGet, 185>(
        Cmd::LinecardGet as u8,
        &LINECARD_GET_DO_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_op::<commands::LinecardGet, 185>(
        Cmd::LinecardGet as u8,
        &LINECARD_GET_DUMP_POLICY,
        CMD_CAP_DUMP,
        0,
    ),
    do_op::<commands::LinecardSet, 185>(
        Cmd::LinecardSet as u8,
        &LINECARD_SET_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::SelftestsGet, 185>(
        Cmd::SelftestsGet as u8,
        &SELFTESTS_GET_POLICY,
        CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    dump_all_op::<commands::SelftestsGet>(
        Cmd::SelftestsGet as u8,
        CMD_CAP_DUMP,
        DONT_VALIDATE_DUMP,
    ),
    do_op::<commands::SelftestsRun, 185>(
        Cmd::SelftestsRun as u8,
        &SELFTESTS_RUN_POLICY,
        ADMIN_PERM | CMD_CAP_DO,
        DONT_VALIDATE_STRICT,
    ),
    do_op::<commands::NotifyFilterSet, 185>(
        Cmd::NotifyFilterSet as u8,
        &NOTIFY_FILTER_SET_POLICY,
        CMD_CAP_DO,
        0,
    ),
];
