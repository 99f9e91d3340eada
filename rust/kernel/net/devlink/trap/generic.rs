// SPDX-License-Identifier: GPL-2.0

//! The traps and groups that mean the same on every device.
//!
//! What each of them is for says `Documentation/networking/devlink/devlink-trap.rst` in the kernel.

use super::{
    desc::TrapGroupId,
    TrapType, //
};

use crate::{
    bindings,
    macros::paste,
    prelude::*, //
};

/// A trap that means the same on every device (`enum devlink_trap_generic_id`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct GenericTrap(u16);

/// A group of traps that means the same on every device (`enum devlink_trap_group_generic_id`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct GenericTrapGroup(u16);

/// What devlink knows of a trap or group. The core in Rust has it from here.
struct Known {
    // Used below, in an anonymous constant, which rustc 1.85 does not see.
    #[allow(dead_code)]
    id: u32,
    name: &'static CStr,
}

/// A name of the header's, which has its terminator.
const fn name(bytes: &'static [u8]) -> &'static CStr {
    match CStr::from_bytes_with_nul(bytes) {
        Ok(name) => name,
        Err(_) => panic!("not a terminated string"),
    }
}

macro_rules! generic_traps {
    ($($id:ident: $kind:ident,)*) => { paste! {
        impl GenericTrap {
            $(
                #[doc = concat!("`DEVLINK_TRAP_GENERIC_ID_", stringify!($id), "`.")]
                pub const $id: Self = GenericTrap(
                    bindings::[<devlink_trap_generic_id_DEVLINK_TRAP_GENERIC_ID_ $id>] as u16
                );
            )*
        }

        const TRAPS: &[Known] = &[$(Known {
            id: bindings::[<devlink_trap_generic_id_DEVLINK_TRAP_GENERIC_ID_ $id>],
            name: name(bindings::[<DEVLINK_TRAP_GENERIC_NAME_ $id>]),
        },)*];

        const KINDS: &[TrapType] = &[$(TrapType::$kind,)*];
    }};
}

macro_rules! generic_groups {
    ($($id:ident,)*) => { paste! {
        impl GenericTrapGroup {
            $(
                #[doc = concat!("`DEVLINK_TRAP_GROUP_GENERIC_ID_", stringify!($id), "`.")]
                pub const $id: Self = GenericTrapGroup(
                    bindings::[<devlink_trap_group_generic_id_DEVLINK_TRAP_GROUP_GENERIC_ID_ $id>]
                        as u16
                );
            )*
        }

        const GROUPS: &[Known] = &[$(Known {
            id: bindings::[<devlink_trap_group_generic_id_DEVLINK_TRAP_GROUP_GENERIC_ID_ $id>],
            name: name(bindings::[<DEVLINK_TRAP_GROUP_GENERIC_NAME_ $id>]),
        },)*];
    }};
}

generic_traps! {
    SMAC_MC: Drop,
    VLAN_TAG_MISMATCH: Drop,
    INGRESS_VLAN_FILTER: Drop,
    INGRESS_STP_FILTER: Drop,
    EMPTY_TX_LIST: Drop,
    PORT_LOOPBACK_FILTER: Drop,
    BLACKHOLE_ROUTE: Drop,
    TTL_ERROR: Exception,
    TAIL_DROP: Drop,
    NON_IP_PACKET: Drop,
    UC_DIP_MC_DMAC: Drop,
    DIP_LB: Drop,
    SIP_MC: Drop,
    SIP_LB: Drop,
    CORRUPTED_IP_HDR: Drop,
    IPV4_SIP_BC: Drop,
    IPV6_MC_DIP_RESERVED_SCOPE: Drop,
    IPV6_MC_DIP_INTERFACE_LOCAL_SCOPE: Drop,
    MTU_ERROR: Exception,
    UNRESOLVED_NEIGH: Exception,
    RPF: Exception,
    REJECT_ROUTE: Exception,
    IPV4_LPM_UNICAST_MISS: Exception,
    IPV6_LPM_UNICAST_MISS: Exception,
    NON_ROUTABLE: Drop,
    DECAP_ERROR: Exception,
    OVERLAY_SMAC_MC: Drop,
    INGRESS_FLOW_ACTION_DROP: Drop,
    EGRESS_FLOW_ACTION_DROP: Drop,
    STP: Control,
    LACP: Control,
    LLDP: Control,
    IGMP_QUERY: Control,
    IGMP_V1_REPORT: Control,
    IGMP_V2_REPORT: Control,
    IGMP_V3_REPORT: Control,
    IGMP_V2_LEAVE: Control,
    MLD_QUERY: Control,
    MLD_V1_REPORT: Control,
    MLD_V2_REPORT: Control,
    MLD_V1_DONE: Control,
    IPV4_DHCP: Control,
    IPV6_DHCP: Control,
    ARP_REQUEST: Control,
    ARP_RESPONSE: Control,
    ARP_OVERLAY: Control,
    IPV6_NEIGH_SOLICIT: Control,
    IPV6_NEIGH_ADVERT: Control,
    IPV4_BFD: Control,
    IPV6_BFD: Control,
    IPV4_OSPF: Control,
    IPV6_OSPF: Control,
    IPV4_BGP: Control,
    IPV6_BGP: Control,
    IPV4_VRRP: Control,
    IPV6_VRRP: Control,
    IPV4_PIM: Control,
    IPV6_PIM: Control,
    UC_LB: Control,
    LOCAL_ROUTE: Control,
    EXTERNAL_ROUTE: Control,
    IPV6_UC_DIP_LINK_LOCAL_SCOPE: Control,
    IPV6_DIP_ALL_NODES: Control,
    IPV6_DIP_ALL_ROUTERS: Control,
    IPV6_ROUTER_SOLICIT: Control,
    IPV6_ROUTER_ADVERT: Control,
    IPV6_REDIRECT: Control,
    IPV4_ROUTER_ALERT: Control,
    IPV6_ROUTER_ALERT: Control,
    PTP_EVENT: Control,
    PTP_GENERAL: Control,
    FLOW_ACTION_SAMPLE: Control,
    FLOW_ACTION_TRAP: Control,
    EARLY_DROP: Drop,
    VXLAN_PARSING: Drop,
    LLC_SNAP_PARSING: Drop,
    VLAN_PARSING: Drop,
    PPPOE_PPP_PARSING: Drop,
    MPLS_PARSING: Drop,
    ARP_PARSING: Drop,
    IP_1_PARSING: Drop,
    IP_N_PARSING: Drop,
    GRE_PARSING: Drop,
    UDP_PARSING: Drop,
    TCP_PARSING: Drop,
    IPSEC_PARSING: Drop,
    SCTP_PARSING: Drop,
    DCCP_PARSING: Drop,
    GTP_PARSING: Drop,
    ESP_PARSING: Drop,
    BLACKHOLE_NEXTHOP: Drop,
    DMAC_FILTER: Drop,
    EAPOL: Control,
    LOCKED_PORT: Drop,
}

generic_groups! {
    L2_DROPS,
    L3_DROPS,
    L3_EXCEPTIONS,
    BUFFER_DROPS,
    TUNNEL_DROPS,
    ACL_DROPS,
    STP,
    LACP,
    LLDP,
    MC_SNOOPING,
    DHCP,
    NEIGH_DISCOVERY,
    BFD,
    OSPF,
    BGP,
    VRRP,
    PIM,
    UC_LB,
    LOCAL_DELIVERY,
    EXTERNAL_DELIVERY,
    IPV6,
    PTP_EVENT,
    PTP_GENERAL,
    ACL_SAMPLE,
    ACL_TRAP,
    PARSER_ERROR_DROPS,
    EAPOL,
}

/// What is at index n has the number n, and none is missing.
#[allow(dead_code)]
const fn check(known: &[Known], max: u32) {
    assert!(known.len() == max as usize + 1);
    let mut at = 0;
    while at < known.len() {
        assert!(known[at].id as usize == at);
        at += 1;
    }
}

const _: () = {
    check(TRAPS, LAST_TRAP as u32);
    check(GROUPS, LAST_GROUP as u32);
};

/// The largest number of a generic trap. Those of a driver's own are larger.
pub(super) const LAST_TRAP: u16 =
    bindings::devlink_trap_generic_id_DEVLINK_TRAP_GENERIC_ID_MAX as u16;

/// The largest number of a generic group. Those of a driver's own are larger.
pub(super) const LAST_GROUP: u16 =
    bindings::devlink_trap_group_generic_id_DEVLINK_TRAP_GROUP_GENERIC_ID_MAX as u16;

impl GenericTrap {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=LAST_TRAP).map(GenericTrap)
    }

    /// The one of that number, if there is one.
    pub const fn from_number(number: u16) -> Option<Self> {
        if number <= LAST_TRAP {
            Some(GenericTrap(number))
        } else {
            None
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static CStr {
        TRAPS[self.0 as usize].name
    }

    /// Why its packets are trapped, on every device.
    pub const fn kind(self) -> TrapType {
        KINDS[self.0 as usize]
    }

    /// `enum devlink_trap_generic_id`.
    pub(super) const fn number(self) -> u16 {
        self.0
    }
}

impl GenericTrapGroup {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=LAST_GROUP).map(GenericTrapGroup)
    }

    /// The one of that number, if there is one.
    pub const fn from_number(number: u16) -> Option<Self> {
        if number <= LAST_GROUP {
            Some(GenericTrapGroup(number))
        } else {
            None
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static CStr {
        GROUPS[self.0 as usize].name
    }

    /// How traps say that they are in it.
    pub const fn id(self) -> TrapGroupId {
        TrapGroupId(self.0)
    }
}
