// SPDX-License-Identifier: GPL-2.0

//! Packet traps: packets that the device gives to the CPU instead of, or beside, forwarding them.
//!
//! A trap is in a group, and a group can have a policer, which limits how many packets reach the
//! CPU. A driver declares them with [`devlink_traps!`](crate::devlink_traps), and registers them
//! when the device comes up, each with a value of its own: first policers, then groups, then traps.
//! What uses a group or a policer goes with it at the latest.
//!
//! Packets are reported without locks, from wherever the device gives them, with [`Trap::report`]
//! or [`TrapReporter::report`]. A report for a trap that is not there, or not any more, does
//! nothing: it looks inside an RCU read-side section whether there is one, and before traps are
//! unregistered they are hidden and a grace period is waited for.

use super::{
    instance::Pinned,
    Driver, //
};

use crate::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    net::netlink::extack::Extack,
    prelude::*, //
};

mod callbacks;
mod desc;
mod generic;
mod item;
mod list;
mod new;
mod registry;
mod report;
mod reporter;
mod table;

pub(super) use self::registry::Lists;
pub use self::{
    callbacks::Traps,
    desc::{
        TrapDesc,
        TrapGroupDesc,
        TrapGroupId,
        TrapMetadata,
        TrapPolicerDesc, //
    },
    generic::{
        GenericTrap,
        GenericTrapGroup, //
    },
    list::{
        Trap,
        TrapGroup,
        TrapItem,
        TrapList,
        TrapObject,
        TrapPolicer,
        TrapTable, //
    },
    new::{
        NewTrap,
        NewTrapGroup, //
    },
    report::{
        FlowActionCookie,
        TrapOrigin, //
    },
    reporter::{
        TrapListReporter,
        TrapReporter, //
    },
    table::TrapKey,
};

/// Why packets are trapped (`enum devlink_trap_type`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum TrapType {
    /// The device would drop them. Only of these traps users can change what happens.
    Drop,
    /// The device cannot forward them without the CPU's help.
    Exception,
    /// They are meant for the CPU.
    Control,
}

impl TrapType {
    const fn to_c(self) -> bindings::devlink_trap_type {
        match self {
            TrapType::Drop => bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_DROP,
            TrapType::Exception => bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_EXCEPTION,
            TrapType::Control => bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_CONTROL,
        }
    }
}

/// What happens to the packets of a trap (`enum devlink_trap_action`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum TrapAction {
    /// The device drops them, and the CPU gets none.
    Drop,
    /// The CPU gets them.
    Trap,
    /// The device forwards them, and the CPU gets copies.
    Mirror,
}

impl TrapAction {
    const fn to_c(self) -> bindings::devlink_trap_action {
        match self {
            TrapAction::Drop => bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_DROP,
            TrapAction::Trap => bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_TRAP,
            TrapAction::Mirror => bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_MIRROR,
        }
    }

    fn from_c(action: bindings::devlink_trap_action) -> Result<Self> {
        match action {
            bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_DROP => Ok(TrapAction::Drop),
            bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_TRAP => Ok(TrapAction::Trap),
            bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_MIRROR => Ok(TrapAction::Mirror),
            _ => Err(EINVAL),
        }
    }
}

/// A driver whose devices have traps. It says so in [`Driver::TRAPS`], too.
///
/// A driver's groups and policers about which there is nothing to do are `()`.
///
/// # Examples
///
/// A device that can trap frames of a station that does not exist:
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Pinned,
///             TrapAction,
///             TrapDriver,
///             TrapOps,
///             TrapOrigin,
///             Traps,
///             Why, //
///         },
///         netlink::extack::Extack,
///         skbuff::SkBuff, //
///     },
///     prelude::*, //
/// };
/// # use kernel::{device::Bound, faux, net::devlink::Setup};
///
/// kernel::devlink_traps! {
///     enum Group: groups {
///         L2 = generic(L2_DROPS);
///     }
///
///     enum Packet: traps {
///         /// For a VLAN that the port is not in.
///         Vlan = generic(INGRESS_VLAN_FILTER), Drop, group(Group::L2), metadata(IN_PORT);
///         /// Of a kind that the device does not know.
///         Unknown = driver(c"nic_unknown", Exception), Trap, group(Group::L2);
///     }
/// }
///
/// struct Nic;
///
/// impl TrapDriver for Nic {
///     type Trap<'up> = Rule;
///     type Group<'up> = ();
///     type Policer<'up> = ();
/// }
///
/// /// What the device is told about a trap.
/// struct Rule(Packet);
///
/// #[vtable]
/// impl TrapOps<Nic> for Rule {
///     fn set_action(
///         &self,
///         _: &Pinned<'_, Nic>,
///         action: TrapAction,
///         extack: Extack<'_>,
///     ) -> Result {
///         match action {
///             TrapAction::Mirror => Err(extack.err(c"This device cannot mirror", EOPNOTSUPP)),
///             // Here the device would be told.
///             _ => Ok(()),
///         }
///     }
///
///     fn drops(&self, _: &Pinned<'_, Nic>) -> Result<u64> {
///         Ok(if self.0 == Packet::Vlan { 3 } else { 0 })
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     const TRAPS: Traps<Self> = Traps::of();
///
///     // ...
/// #   fn probe<'bound>(
/// #       _: &'bound Self::Device,
/// #       _: &Setup<'bound, Self>,
/// #   ) -> impl PinInit<Self::Data<'bound>, Error> {
/// #       Ok::<_, Error>(())
/// #   }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
///         cx.trap_groups(|_: Group| Ok(()))?;
///         let traps = cx.traps(|packet| Ok(Rule(packet)))?;
///
///         // Where the device gives packets to the CPU:
///         let mut skb = SkBuff::new(64, GFP_ATOMIC)?;
///         skb.reset_mac_header();
///         skb.put(60)?;
///         assert!(traps.get(Packet::Unknown).report(&mut skb, TrapOrigin::UNKNOWN));
///         // Nothing comes of a trap that drops its packets.
///         assert!(!traps.get(Packet::Vlan).report(&mut skb, TrapOrigin::UNKNOWN));
///         Ok(())
///     }
/// }
///
/// # drop(devlink::faux::Registration::<Nic>::new(c"traps_nic")?);
/// # Ok::<(), Error>(())
/// ```
pub trait TrapDriver: Driver {
    /// What the driver keeps of a trap.
    type Trap<'up>: TrapOps<Self> + 'up;

    /// What the driver keeps of a group of traps.
    type Group<'up>: TrapGroupOps<Self> + 'up;

    /// What the driver keeps of a policer.
    type Policer<'up>: TrapPolicerOps<Self> + 'up;
}

/// A trap of the driver `T`.
///
/// Callbacks run with the instance lock held, and may sleep. But a core goes on with its lists of
/// traps, groups and policers after them, so nothing must be added to these or removed meanwhile:
/// they get a [`Pinned`], with which no object is made or removed.
#[vtable]
pub trait TrapOps<T: Driver>: Send + Sync {
    /// Prepares the device for the trap, to whose packets `action` happens at first (`trap_init`).
    /// An error fails to register it.
    fn init(&self, cx: &Pinned<'_, T>, action: TrapAction) -> Result {
        let _ = (cx, action);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Undoes [`init`](Self::init) (`trap_fini`).
    fn fini(&self, cx: &Pinned<'_, T>) {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes what happens to the packets (`trap_action_set`). Also called with what it is
    /// already, and with [`TrapAction::Drop`] when the trap is going to be unregistered; then an
    /// error changes nothing.
    fn set_action(&self, cx: &Pinned<'_, T>, action: TrapAction, extack: Extack<'_>) -> Result;

    /// How many packets the device dropped that it had to trap (`trap_drop_counter_get`).
    fn drops(&self, cx: &Pinned<'_, T>) -> Result<u64> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A group of traps of the driver `T`. Callbacks run as those of [`TrapOps`].
#[vtable]
pub trait TrapGroupOps<T: TrapDriver>: Send + Sync {
    /// Prepares the device for the group, which has that policer at first (`trap_group_init`). An
    /// error fails to register it. What it did, the value's destructor undoes.
    fn init(&self, cx: &Pinned<'_, T>, policer: Option<&T::Policer<'_>>) -> Result {
        let _ = (cx, policer);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Gives the group another policer, or none (`trap_group_set`).
    fn set_policer(
        &self,
        cx: &Pinned<'_, T>,
        policer: Option<&T::Policer<'_>>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, policer, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes what happens to the packets of all traps of the group, of type [`TrapType::Drop`]
    /// that is (`trap_group_action_set`). A driver without this is asked for each of the traps.
    fn set_action(&self, cx: &Pinned<'_, T>, action: TrapAction, extack: Extack<'_>) -> Result {
        let _ = (cx, action, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A policer of the driver `T`. Callbacks run as those of [`TrapOps`].
#[vtable]
pub trait TrapPolicerOps<T: Driver>: Send + Sync {
    /// Prepares the device for the policer (`trap_policer_init`). An error fails to register it.
    fn init(&self, cx: &Pinned<'_, T>) -> Result {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Undoes [`init`](Self::init) (`trap_policer_fini`).
    fn fini(&self, cx: &Pinned<'_, T>) {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets `rate` packets pass per second, and `burst` at once, which are within the limits
    /// (`trap_policer_set`).
    fn set(&self, cx: &Pinned<'_, T>, rate: u64, burst: u64, extack: Extack<'_>) -> Result {
        let _ = (cx, rate, burst, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How many packets the policer dropped (`trap_policer_counter_get`).
    fn drops(&self, cx: &Pinned<'_, T>) -> Result<u64> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A group about which there is nothing to do.
#[vtable]
impl<T: TrapDriver> TrapGroupOps<T> for () {
    type OwnerModule = T::OwnerModule;
}

/// A policer about which there is nothing to do.
#[vtable]
impl<T: Driver> TrapPolicerOps<T> for () {
    type OwnerModule = T::OwnerModule;
}
