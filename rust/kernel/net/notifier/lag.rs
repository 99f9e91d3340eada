// SPDX-License-Identifier: GPL-2.0

//! What link aggregations say of themselves and of their ports.

use crate::bindings;

/// An enum, and how it is made of C's numbers; `None` for one that is not known.
macro_rules! numbers {
    ($(
        $(#[$doc:meta])*
        $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $number:ident,)* }
    )*) => {$(
        $(#[$doc])*
        #[derive(Copy, Clone, Debug, Eq, PartialEq)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            fn from_c(number: u32) -> Option<Self> {
                match number {
                    $(bindings::$number => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    )*};
}

numbers! {
    /// How a link aggregation chooses the port that it sends by (`enum netdev_lag_tx_type`).
    LagTxType {
        /// It does not say.
        Unknown = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_UNKNOWN,
        /// At random.
        Random = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_RANDOM,
        /// All.
        Broadcast = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_BROADCAST,
        /// One after the other.
        RoundRobin = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_ROUNDROBIN,
        /// One of them as long as that works.
        ActiveBackup = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_ACTIVEBACKUP,
        /// By a hash of the frame.
        Hash = netdev_lag_tx_type_NETDEV_LAG_TX_TYPE_HASH,
    }

    /// What a link aggregation hashes (`enum netdev_lag_hash`).
    LagHash {
        /// Nothing.
        None = netdev_lag_hash_NETDEV_LAG_HASH_NONE,
        /// The addresses of layer 2.
        L2 = netdev_lag_hash_NETDEV_LAG_HASH_L2,
        /// Those of layers 3 and 4.
        L34 = netdev_lag_hash_NETDEV_LAG_HASH_L34,
        /// Those of layers 2 and 3.
        L23 = netdev_lag_hash_NETDEV_LAG_HASH_L23,
        /// Those of layers 2 and 3, of what is encapsulated.
        E23 = netdev_lag_hash_NETDEV_LAG_HASH_E23,
        /// Those of layers 3 and 4, of what is encapsulated.
        E34 = netdev_lag_hash_NETDEV_LAG_HASH_E34,
        /// The VLAN and the source's address of layer 2.
        VlanSrcMac = netdev_lag_hash_NETDEV_LAG_HASH_VLAN_SRCMAC,
        /// It does not say.
        Unknown = netdev_lag_hash_NETDEV_LAG_HASH_UNKNOWN,
    }

    /// The mode of a bond (`BOND_MODE_*`).
    BondMode {
        /// One port after the other.
        RoundRobin = BOND_MODE_ROUNDROBIN,
        /// One of them as long as that works.
        ActiveBackup = BOND_MODE_ACTIVEBACKUP,
        /// By a hash of the frame.
        Xor = BOND_MODE_XOR,
        /// All.
        Broadcast = BOND_MODE_BROADCAST,
        /// IEEE 802.3ad.
        Ieee8023Ad = BOND_MODE_8023AD,
        /// By load, for what is sent.
        Tlb = BOND_MODE_TLB,
        /// By load, in both directions.
        Alb = BOND_MODE_ALB,
    }

    /// The link of a bond's port (`BOND_LINK_*`).
    BondLink {
        /// It is there.
        Up = BOND_LINK_UP,
        /// It went away just now.
        Fail = BOND_LINK_FAIL,
        /// It is not there.
        Down = BOND_LINK_DOWN,
        /// It came back just now.
        Back = BOND_LINK_BACK,
    }
}

/// How a link aggregation sends (`struct netdev_lag_upper_info`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct Lag {
    /// By which of its ports.
    pub tx_type: LagTxType,
    /// By what of a frame that is decided.
    pub hash: LagHash,
}

impl Lag {
    pub(super) fn from_c(info: &bindings::netdev_lag_upper_info) -> Option<Self> {
        Some(Lag {
            tx_type: LagTxType::from_c(info.tx_type)?,
            hash: LagHash::from_c(info.hash_type)?,
        })
    }
}

/// What the port of a link aggregation is used for (`struct netdev_lag_lower_state_info`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct LowerState {
    /// It has a link.
    pub link_up: bool,
    /// Frames are sent by it.
    pub tx_enabled: bool,
}

impl LowerState {
    /// # Safety
    ///
    /// The kernel notifies of `NETDEV_CHANGELOWERSTATE` with `info`.
    pub(super) unsafe fn from_c(
        info: &bindings::netdev_notifier_changelowerstate_info,
    ) -> Option<Self> {
        let state: *const bindings::netdev_lag_lower_state_info = info.lower_state_info.cast();
        // SAFETY: The kernel passes a valid device, with RTNL held.
        if state.is_null() || !unsafe { is_lag_port(info.info.dev) } {
            return None;
        }
        // SAFETY: It is not null, and about the port of a link aggregation, which passes this.
        let state = unsafe { &*state };
        Some(LowerState {
            link_up: state.link_up() != 0,
            tx_enabled: state.tx_enabled() != 0,
        })
    }
}

/// How a bond and one of its ports are (`struct netdev_bonding_info`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct BondInfo {
    /// The bond's mode.
    pub mode: BondMode,
    /// How many ports it has.
    pub ports: u32,
    /// The link of this one.
    pub link: BondLink,
    /// Whether the bond uses this one (`BOND_STATE_ACTIVE`).
    pub active: bool,
}

impl BondInfo {
    pub(super) fn from_c(info: &bindings::netdev_bonding_info) -> Option<Self> {
        Some(BondInfo {
            mode: BondMode::from_c(info.master.bond_mode.try_into().ok()?)?,
            ports: info.master.num_slaves.try_into().ok()?,
            link: BondLink::from_c(info.slave.link.try_into().ok()?)?,
            active: match info.slave.state.try_into().ok()? {
                bindings::BOND_STATE_ACTIVE => true,
                bindings::BOND_STATE_BACKUP => false,
                _ => return None,
            },
        })
    }
}

/// Whether it is a bond or a team (`netif_is_lag_master()`).
///
/// # Safety
///
/// The device is valid, and RTNL is held.
pub(super) unsafe fn is_lag_master(device: *const bindings::net_device) -> bool {
    // SAFETY: The device is valid, and RTNL is held, as the caller says.
    let (flags, priv_flags) = unsafe { flags_of(device) };
    let is_bond = flags & bindings::net_device_flags_IFF_MASTER != 0
        && priv_flags & bindings::netdev_priv_flags_IFF_BONDING != 0;
    is_bond || priv_flags & bindings::netdev_priv_flags_IFF_TEAM != 0
}

/// Whether it is a port of a bond or of a team (`netif_is_lag_port()`).
///
/// # Safety
///
/// As for [`is_lag_master`].
unsafe fn is_lag_port(device: *const bindings::net_device) -> bool {
    // SAFETY: The device is valid, and RTNL is held, as the caller says.
    let (flags, priv_flags) = unsafe { flags_of(device) };
    let in_bond = flags & bindings::net_device_flags_IFF_SLAVE != 0
        && priv_flags & bindings::netdev_priv_flags_IFF_BONDING != 0;
    in_bond || priv_flags & bindings::netdev_priv_flags_IFF_TEAM_PORT != 0
}

/// # Safety
///
/// As for [`is_lag_master`].
unsafe fn flags_of(device: *const bindings::net_device) -> (u32, u32) {
    // SAFETY: The device is valid, and RTNL guards these flags. Of the union, each field has them.
    unsafe {
        let private = (*device).__bindgen_anon_1.__bindgen_anon_1;
        ((*device).flags, private.priv_flags() as u32)
    }
}
