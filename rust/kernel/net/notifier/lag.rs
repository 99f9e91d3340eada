// SPDX-License-Identifier: GPL-2.0

//! What link aggregations say of themselves and of their ports.

use crate::{
    bindings,
    net::device::NetDevice, //
};

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

/// The ports of a link aggregation, see [`Upper::lag_ports`](super::Upper::lag_ports).
///
/// # Examples
///
/// A listener that says how many ports the aggregation has that a device became a port of, and what
/// that is used for:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             self,
///             NetDevice,
///             Opening,
///             Operations,
///             Settings, //
///         },
///         namespace::Net,
///         netlink::extack::Extack,
///         notifier::{
///             Event,
///             LagTxType,
///             Listener,
///             LowerState,
///             Registration, //
///         }, //
///     },
///     new_mutex,
///     prelude::*,
///     sync::Mutex, //
/// };
///
/// struct Port;
///
/// #[vtable]
/// impl Operations for Port {
///     type Open<'open> = ();
///     type Sender<'open> = core::convert::Infallible;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<()> {
///         Ok(())
///     }
/// }
///
/// fn register(name: &CStr) -> Result<device::Registration<Port>> {
///     device::Registration::new(&Settings::new(name), None, Net::init(), Port)
/// }
///
/// struct Seen {
///     ports: usize,
///     has_this: bool,
///     state: Option<LowerState>,
/// }
///
/// #[pin_data]
/// struct Watch {
///     #[pin]
///     seen: Mutex<Seen>,
/// }
///
/// impl Listener for Watch {
///     fn event(&self, device: &NetDevice, event: Event<'_>, _: Extack<'_>) -> Result {
///         let mut seen = self.seen.lock();
///         match event {
///             Event::ChangeUpper(upper) => {
///                 let Some(mut ports) = upper.lag_ports() else {
///                     return Ok(());
///                 };
///                 seen.has_this = ports.any(|port| port == device);
///                 seen.ports = upper.lag_ports().map_or(0, Iterator::count);
///                 let hashes = upper.lag.is_some_and(|lag| lag.tx_type == LagTxType::Hash);
///                 assert_eq!(hashes, upper.linking);
///             }
///             Event::ChangeLowerState(state) => seen.state = state,
///             _ => {}
///         }
///         Ok(())
///     }
/// }
///
/// let watch = Registration::new(pin_init!(Watch {
///     seen <- new_mutex!(Seen { ports: 0, has_this: false, state: None }),
/// }));
/// let watch = KBox::pin_init(watch, GFP_KERNEL)?;
///
/// # {
/// # use kernel::net::device::testing;
/// let aggregation = register(c"rust_lag")?;
/// let ports = [register(c"rust_lag_port0")?, register(c"rust_lag_port1")?];
/// testing::aggregate(aggregation.device(), ports[0].device())?;
/// testing::aggregate(aggregation.device(), ports[1].device())?;
/// assert!(watch.seen.lock().has_this);
/// assert_eq!(watch.seen.lock().ports, 2);
///
/// let state = LowerState { link_up: true, tx_enabled: false };
/// testing::set_lower_state(ports[1].device(), state);
/// assert_eq!(watch.seen.lock().state, Some(state));
///
/// testing::release(aggregation.device(), ports[1].device());
/// assert!(!watch.seen.lock().has_this);
/// assert_eq!(watch.seen.lock().ports, 1);
/// testing::release(aggregation.device(), ports[0].device());
/// # }
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// RTNL is held during `'a`; `next` is the next link of the list of devices below `upper`, or the
/// list's head.
pub struct LagPorts<'a> {
    upper: &'a NetDevice,
    next: *mut bindings::list_head,
}

impl<'a> LagPorts<'a> {
    /// # Safety
    ///
    /// RTNL is held during `'a`.
    pub(super) unsafe fn new(upper: &'a NetDevice) -> Self {
        // INVARIANT: It is the list's first link, or its head.
        LagPorts {
            upper,
            // SAFETY: The device is valid, and RTNL guards the list.
            next: unsafe { (*upper.as_raw()).adj_list.lower.next },
        }
    }
}

impl<'a> Iterator for LagPorts<'a> {
    type Item = &'a NetDevice;

    fn next(&mut self) -> Option<&'a NetDevice> {
        // INVARIANT: C moves on to the next link.
        // SAFETY: By the type invariants, with RTNL held the list does not change.
        let port = unsafe { bindings::netdev_lower_get_next(self.upper.as_raw(), &mut self.next) };
        // SAFETY: What is in the list is a valid device, and with RTNL held it stays there.
        (!port.is_null()).then(|| unsafe { NetDevice::from_raw(port.cast()) })
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
