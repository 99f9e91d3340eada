// SPDX-License-Identifier: GPL-2.0

//! The names of callbacks. Each is that in `struct devlink_ops`; those of parameters, resources,
//! regions, health reporters, tables and line cards are preceded by what they belong to.

use kernel::prelude::*;

macro_rules! callbacks {
    ($($variant:ident = $name:literal,)*) => {
        /// A callback of the driver.
        #[derive(Copy, Clone)]
        pub(crate) enum Callback {
            $($variant,)*
        }

        impl Callback {
            const NAMES: &'static [&'static str] = &[$($name,)*];
            /// How many there are.
            pub(crate) const COUNT: usize = Self::NAMES.len();
        }
    };
}

callbacks! {
    ReloadDown = "reload_down",
    ReloadUp = "reload_up",
    EswitchModeGet = "eswitch_mode_get",
    EswitchModeSet = "eswitch_mode_set",
    EswitchInlineModeGet = "eswitch_inline_mode_get",
    EswitchInlineModeSet = "eswitch_inline_mode_set",
    EswitchEncapModeGet = "eswitch_encap_mode_get",
    EswitchEncapModeSet = "eswitch_encap_mode_set",
    InfoGet = "info_get",
    FlashUpdate = "flash_update",
    SelftestCheck = "selftest_check",
    SelftestRun = "selftest_run",
    PortNew = "port_new",
    PortDel = "port_del",
    PortSplit = "port_split",
    PortUnsplit = "port_unsplit",
    PortTypeSet = "port_type_set",
    PortFnHwAddrGet = "port_fn_hw_addr_get",
    PortFnHwAddrSet = "port_fn_hw_addr_set",
    PortFnRoceGet = "port_fn_roce_get",
    PortFnRoceSet = "port_fn_roce_set",
    PortFnMigratableGet = "port_fn_migratable_get",
    PortFnMigratableSet = "port_fn_migratable_set",
    PortFnStateGet = "port_fn_state_get",
    PortFnStateSet = "port_fn_state_set",
    PortFnIpsecCryptoGet = "port_fn_ipsec_crypto_get",
    PortFnIpsecCryptoSet = "port_fn_ipsec_crypto_set",
    PortFnIpsecPacketGet = "port_fn_ipsec_packet_get",
    PortFnIpsecPacketSet = "port_fn_ipsec_packet_set",
    PortFnMaxIoEqsGet = "port_fn_max_io_eqs_get",
    PortFnMaxIoEqsSet = "port_fn_max_io_eqs_set",
    ParamGet = "param_get",
    ParamSet = "param_set",
    ParamValidate = "param_validate",
    ParamGetDefault = "param_get_default",
    ParamResetDefault = "param_reset_default",
    ResourceOccGet = "resource_occ_get",
    RegionSnapshot = "region_snapshot",
    RegionRead = "region_read",
    HealthRecover = "health_recover",
    HealthDump = "health_dump",
    HealthDiagnose = "health_diagnose",
    HealthTest = "health_test",
    TrapInit = "trap_init",
    TrapFini = "trap_fini",
    TrapActionSet = "trap_action_set",
    TrapGroupInit = "trap_group_init",
    TrapGroupSet = "trap_group_set",
    TrapGroupActionSet = "trap_group_action_set",
    TrapDropCounterGet = "trap_drop_counter_get",
    TrapPolicerInit = "trap_policer_init",
    TrapPolicerFini = "trap_policer_fini",
    TrapPolicerSet = "trap_policer_set",
    TrapPolicerCounterGet = "trap_policer_counter_get",
    RateLeafTxShareSet = "rate_leaf_tx_share_set",
    RateLeafTxMaxSet = "rate_leaf_tx_max_set",
    RateLeafTxPrioritySet = "rate_leaf_tx_priority_set",
    RateLeafTxWeightSet = "rate_leaf_tx_weight_set",
    RateLeafTcBwSet = "rate_leaf_tc_bw_set",
    RateLeafParentSet = "rate_leaf_parent_set",
    RateNodeTxShareSet = "rate_node_tx_share_set",
    RateNodeTxMaxSet = "rate_node_tx_max_set",
    RateNodeTxPrioritySet = "rate_node_tx_priority_set",
    RateNodeTxWeightSet = "rate_node_tx_weight_set",
    RateNodeTcBwSet = "rate_node_tc_bw_set",
    RateNodeParentSet = "rate_node_parent_set",
    RateNodeNew = "rate_node_new",
    RateNodeDel = "rate_node_del",
    SbPoolGet = "sb_pool_get",
    SbPoolSet = "sb_pool_set",
    SbPortPoolGet = "sb_port_pool_get",
    SbPortPoolSet = "sb_port_pool_set",
    SbTcPoolBindGet = "sb_tc_pool_bind_get",
    SbTcPoolBindSet = "sb_tc_pool_bind_set",
    SbOccSnapshot = "sb_occ_snapshot",
    SbOccMaxClear = "sb_occ_max_clear",
    SbOccPortPoolGet = "sb_occ_port_pool_get",
    SbOccTcPortBindGet = "sb_occ_tc_port_bind_get",
    TableActionsDump = "table_actions_dump",
    TableMatchesDump = "table_matches_dump",
    TableEntriesDump = "table_entries_dump",
    TableCountersSetUpdate = "table_counters_set_update",
    TableSizeGet = "table_size_get",
    LinecardProvision = "linecard_provision",
    LinecardUnprovision = "linecard_unprovision",
    LinecardSameProvision = "linecard_same_provision",
}

impl Callback {
    pub(crate) fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The number of the callback of that name.
    pub(crate) fn find(name: &[u8]) -> Result<usize> {
        let found = Self::NAMES
            .iter()
            .position(|known| known.as_bytes() == name);
        found.ok_or(EINVAL)
    }
}
