// SPDX-License-Identifier: GPL-2.0

//! The traps and groups that mean the same on every device, by their names and numbers.

use super::{
    group::NewGroup,
    Kind,
    NewTrap, //
};

use crate::driver::trap::Description;

use kernel::{
    bindings,
    macros::paste,
    prelude::*, //
};

struct GenericTrap {
    id: u32,
    /// With its terminator.
    name: &'static [u8],
    kind: Kind,
}

struct GenericGroup {
    id: u32,
    /// With its terminator.
    name: &'static [u8],
}

macro_rules! generic_traps {
    ($($id:ident: $kind:ident,)*) => { paste! {
        static TRAPS: &[GenericTrap] = &[$(GenericTrap {
            id: bindings::[<devlink_trap_generic_id_DEVLINK_TRAP_GENERIC_ID_ $id>],
            name: bindings::[<DEVLINK_TRAP_GENERIC_NAME_ $id>],
            kind: Kind::$kind,
        },)*];
    }};
}

macro_rules! generic_groups {
    ($($id:ident,)*) => { paste! {
        static GROUPS: &[GenericGroup] = &[$(GenericGroup {
            id: bindings::[<devlink_trap_group_generic_id_DEVLINK_TRAP_GROUP_GENERIC_ID_ $id>],
            name: bindings::[<DEVLINK_TRAP_GROUP_GENERIC_NAME_ $id>],
        },)*];
    }};
}

generic_traps! {
    SMAC_MC: DROP,
    VLAN_TAG_MISMATCH: DROP,
    INGRESS_VLAN_FILTER: DROP,
    INGRESS_STP_FILTER: DROP,
    EMPTY_TX_LIST: DROP,
    PORT_LOOPBACK_FILTER: DROP,
    BLACKHOLE_ROUTE: DROP,
    TTL_ERROR: EXCEPTION,
    TAIL_DROP: DROP,
    NON_IP_PACKET: DROP,
    UC_DIP_MC_DMAC: DROP,
    DIP_LB: DROP,
    SIP_MC: DROP,
    SIP_LB: DROP,
    CORRUPTED_IP_HDR: DROP,
    IPV4_SIP_BC: DROP,
    IPV6_MC_DIP_RESERVED_SCOPE: DROP,
    IPV6_MC_DIP_INTERFACE_LOCAL_SCOPE: DROP,
    MTU_ERROR: EXCEPTION,
    UNRESOLVED_NEIGH: EXCEPTION,
    RPF: EXCEPTION,
    REJECT_ROUTE: EXCEPTION,
    IPV4_LPM_UNICAST_MISS: EXCEPTION,
    IPV6_LPM_UNICAST_MISS: EXCEPTION,
    NON_ROUTABLE: DROP,
    DECAP_ERROR: EXCEPTION,
    OVERLAY_SMAC_MC: DROP,
    INGRESS_FLOW_ACTION_DROP: DROP,
    EGRESS_FLOW_ACTION_DROP: DROP,
    STP: CONTROL,
    LACP: CONTROL,
    LLDP: CONTROL,
    IGMP_QUERY: CONTROL,
    IGMP_V1_REPORT: CONTROL,
    IGMP_V2_REPORT: CONTROL,
    IGMP_V3_REPORT: CONTROL,
    IGMP_V2_LEAVE: CONTROL,
    MLD_QUERY: CONTROL,
    MLD_V1_REPORT: CONTROL,
    MLD_V2_REPORT: CONTROL,
    MLD_V1_DONE: CONTROL,
    IPV4_DHCP: CONTROL,
    IPV6_DHCP: CONTROL,
    ARP_REQUEST: CONTROL,
    ARP_RESPONSE: CONTROL,
    ARP_OVERLAY: CONTROL,
    IPV6_NEIGH_SOLICIT: CONTROL,
    IPV6_NEIGH_ADVERT: CONTROL,
    IPV4_BFD: CONTROL,
    IPV6_BFD: CONTROL,
    IPV4_OSPF: CONTROL,
    IPV6_OSPF: CONTROL,
    IPV4_BGP: CONTROL,
    IPV6_BGP: CONTROL,
    IPV4_VRRP: CONTROL,
    IPV6_VRRP: CONTROL,
    IPV4_PIM: CONTROL,
    IPV6_PIM: CONTROL,
    UC_LB: CONTROL,
    LOCAL_ROUTE: CONTROL,
    EXTERNAL_ROUTE: CONTROL,
    IPV6_UC_DIP_LINK_LOCAL_SCOPE: CONTROL,
    IPV6_DIP_ALL_NODES: CONTROL,
    IPV6_DIP_ALL_ROUTERS: CONTROL,
    IPV6_ROUTER_SOLICIT: CONTROL,
    IPV6_ROUTER_ADVERT: CONTROL,
    IPV6_REDIRECT: CONTROL,
    IPV4_ROUTER_ALERT: CONTROL,
    IPV6_ROUTER_ALERT: CONTROL,
    PTP_EVENT: CONTROL,
    PTP_GENERAL: CONTROL,
    FLOW_ACTION_SAMPLE: CONTROL,
    FLOW_ACTION_TRAP: CONTROL,
    EARLY_DROP: DROP,
    VXLAN_PARSING: DROP,
    LLC_SNAP_PARSING: DROP,
    VLAN_PARSING: DROP,
    PPPOE_PPP_PARSING: DROP,
    MPLS_PARSING: DROP,
    ARP_PARSING: DROP,
    IP_1_PARSING: DROP,
    IP_N_PARSING: DROP,
    GRE_PARSING: DROP,
    UDP_PARSING: DROP,
    TCP_PARSING: DROP,
    IPSEC_PARSING: DROP,
    SCTP_PARSING: DROP,
    DCCP_PARSING: DROP,
    GTP_PARSING: DROP,
    ESP_PARSING: DROP,
    BLACKHOLE_NEXTHOP: DROP,
    DMAC_FILTER: DROP,
    EAPOL: CONTROL,
    LOCKED_PORT: DROP,
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
const fn check_numbers() {
    const MAX_TRAP: u32 = bindings::devlink_trap_generic_id_DEVLINK_TRAP_GENERIC_ID_MAX;
    const MAX_GROUP: u32 =
        bindings::devlink_trap_group_generic_id_DEVLINK_TRAP_GROUP_GENERIC_ID_MAX;

    assert!(TRAPS.len() == MAX_TRAP as usize + 1);
    assert!(GROUPS.len() == MAX_GROUP as usize + 1);
    let mut i = 0;
    while i < TRAPS.len() {
        assert!(TRAPS[i].id as usize == i);
        i += 1;
    }
    let mut i = 0;
    while i < GROUPS.len() {
        assert!(GROUPS[i].id as usize == i);
        i += 1;
    }
}

/// Checks that a trap that says it is generic is what it says, and that any other cannot be taken
/// for a generic one.
pub(super) fn verify_trap(trap: &NewTrap<'_>) -> Result {
    const { check_numbers() };
    let Description {
        name,
        kind,
        generic,
        ..
    } = trap.description;
    let name = name.to_bytes_with_nul();
    let with_this_id = TRAPS.get(usize::from(trap.id));
    if generic {
        return match with_this_id {
            Some(generic) if generic.name == name && generic.kind == kind => Ok(()),
            _ => Err(EINVAL),
        };
    }
    if with_this_id.is_some() {
        return Err(EINVAL);
    }
    if TRAPS.iter().any(|generic| generic.name == name) {
        return Err(EEXIST);
    }
    Ok(())
}

/// Like [`verify_trap`], for groups.
pub(super) fn verify_group(group: &NewGroup<'_>) -> Result {
    let name = group.name.to_bytes_with_nul();
    let with_this_id = GROUPS.get(usize::from(group.id));
    if group.generic {
        return match with_this_id {
            Some(generic) if generic.name == name => Ok(()),
            _ => Err(EINVAL),
        };
    }
    if with_this_id.is_some() {
        return Err(EINVAL);
    }
    if GROUPS.iter().any(|generic| generic.name == name) {
        return Err(EEXIST);
    }
    Ok(())
}
