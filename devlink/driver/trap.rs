// SPDX-License-Identifier: GPL-2.0

//! The driver's side of traps, their groups and policers, and the calls about them.

pub(crate) mod stats;

use super::{
    access::{
        InstanceLocked,
        LockedOps,
        Owner, //
    },
    ops::{
        Ops,
        MISSING, //
    },
};

use crate::trap::{
    group::Group,
    policer::{
        Limits,
        Policer, //
    },
    Action,
    Kind,
    Trap, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        rcu, //
    },
};

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    },
};

/// `DEVLINK_TRAP_METADATA_TYPE_F_IN_PORT`, which bindgen cannot read.
const METADATA_IN_PORT: u32 = 1 << 0;

/// `DEVLINK_TRAP_METADATA_TYPE_F_FA_COOKIE`.
const METADATA_FA_COOKIE: u32 = 1 << 1;

/// What a driver says about a trap.
#[derive(Copy, Clone)]
pub(crate) struct Description<'a> {
    pub(crate) name: &'a CStr,
    pub(crate) kind: Kind,
    pub(crate) generic: bool,
    /// What happens to the packets.
    pub(crate) action: Action,
    /// Of each packet the port is known that it came from.
    pub(crate) in_port: bool,
    /// Of each packet the cookie of the flow action is known that trapped it.
    pub(crate) fa_cookie: bool,
}

/// The driver's side of a trap.
///
/// # Invariants
///
/// The structure is valid and unchanged while the trap is registered, which the instance lock
/// guarantees to whoever found the trap in its instance's collection. It stays so for a grace
/// period of RCU after the trap was retired.
pub(crate) struct DriverTrap {
    raw: NonNull<bindings::devlink_trap>,
    /// What the driver finds its own by; never dereferenced here.
    data: *mut c_void,
    /// The number of the [`Action`], which changes under the instance lock. Messages have a byte
    /// for it, too.
    action: Atomic<i8>,
    retired: Atomic<bool>,
    owner: Owner,
}

// SAFETY: The structure is constant; `data` is only passed back to the driver.
unsafe impl Send for DriverTrap {}

// SAFETY: The structure is constant; `data` is only passed back to the driver.
unsafe impl Sync for DriverTrap {}

impl DriverTrap {
    /// The driver's side of the trap that `trap` describes.
    ///
    /// # Safety
    ///
    /// `trap` and its name, which is a string, stay valid and unchanged while a trap made with this
    /// is registered, and for a grace period of RCU after it was retired.
    pub(crate) unsafe fn new(
        trap: &bindings::devlink_trap,
        data: *mut c_void,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverTrap {
            raw: trap.into(),
            data,
            action: Atomic::new(trap.init_action as i8),
            retired: Atomic::new(false),
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// What the driver passed when it registered the trap.
    pub(crate) fn private(&self) -> *mut c_void {
        self.data
    }

    /// What the driver says about the trap, unless it is retired.
    pub(crate) fn description<'a>(&'a self, _rcu: &'a rcu::Guard) -> Option<Description<'a>> {
        if self.is_retired() {
            return None;
        }
        // SAFETY: This read-side section has seen the trap before it was retired, so the grace
        // period after that waits for the section, and by the type invariants the structure and the
        // name in it stay as they are until it ends.
        Some(unsafe { self.describe() })
    }

    /// Whether this is the trap's name; one that is retired has none. Every trap before the one
    /// that is looked for is asked, so this stops at the first byte that differs.
    pub(crate) fn is_named(&self, name: &CStr, _rcu: &rcu::Guard) -> bool {
        // SAFETY: If the trap is not retired, the structure and the name in it stay as they are
        // until the read-side section ends, as in `description()`; both names end with a NUL.
        !self.is_retired()
            && unsafe { bindings::strcmp(self.raw.as_ref().name, name.as_char_ptr()) == 0 }
    }

    /// The same with the instance lock held, also if the trap is retired; [`ENODEV`] if it is not
    /// registered any more.
    pub(crate) fn description_for<'a>(
        &'a self,
        driver: InstanceLocked<'a>,
    ) -> Result<Description<'a>> {
        driver.check(&self.owner)?;
        // SAFETY: The trap is registered and stays so as long as the lock is held, so by the type
        // invariants the structure and the name in it stay as they are.
        Ok(unsafe { self.describe() })
    }

    /// # Safety
    ///
    /// The structure and the name in it stay valid and unchanged as long as `self` is borrowed.
    pub(crate) unsafe fn describe(&self) -> Description<'_> {
        // SAFETY: The caller promises that structure and name stay as they are. What has no name
        // was not registered.
        let initial = unsafe { description(self.raw.as_ref()) };
        Description {
            action: self.action(),
            ..initial
        }
    }

    /// What happens to the packets.
    pub(crate) fn action(&self) -> Action {
        Action(u32::from(self.action.load(Relaxed) as u8))
    }

    /// Remembers what happens to the packets, which the driver has been told.
    pub(crate) fn set_action(&self, action: Action) {
        self.action.store(action.0 as i8, Relaxed);
    }

    /// Nobody who looks from now on finds a description. Before the driver may change or free its
    /// structure, a grace period must pass.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Relaxed);
    }

    /// Whether the trap is retired.
    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Relaxed)
    }
}

/// The driver's side of a group.
///
/// # Invariants
///
/// As of [`DriverTrap`], for the group.
pub(crate) struct DriverGroup {
    raw: NonNull<bindings::devlink_trap_group>,
    owner: Owner,
}

// SAFETY: The structure is constant.
unsafe impl Send for DriverGroup {}

// SAFETY: The structure is constant.
unsafe impl Sync for DriverGroup {}

impl DriverGroup {
    /// # Safety
    ///
    /// `group` stays valid and unchanged while a group made with this is registered.
    pub(crate) unsafe fn new(
        group: &bindings::devlink_trap_group,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverGroup {
            raw: group.into(),
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }
}

/// The driver's side of a policer.
///
/// # Invariants
///
/// As of [`DriverTrap`], for the policer.
pub(crate) struct DriverPolicer {
    raw: NonNull<bindings::devlink_trap_policer>,
    owner: Owner,
}

// SAFETY: The structure is constant.
unsafe impl Send for DriverPolicer {}

// SAFETY: The structure is constant.
unsafe impl Sync for DriverPolicer {}

impl DriverPolicer {
    /// # Safety
    ///
    /// `policer` stays valid and unchanged while a policer made with this is registered.
    pub(crate) unsafe fn new(
        policer: &bindings::devlink_trap_policer,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverPolicer {
            raw: policer.into(),
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }
}

impl Trap {
    fn as_raw(&self) -> *const bindings::devlink_trap {
        self.driver().raw.as_ptr()
    }

    /// What the driver passes when it reports a packet.
    fn context(&self) -> *mut c_void {
        ptr::from_ref(self).cast_mut().cast()
    }
}

impl Group {
    fn as_raw(&self) -> *const bindings::devlink_trap_group {
        self.driver().raw.as_ptr()
    }
}

impl Policer {
    fn as_raw(&self) -> *const bindings::devlink_trap_policer {
        self.driver().raw.as_ptr()
    }
}

/// Calls a callback of the driver's table; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($object:ident, $self:ident . $callback:ident ( $($arg:expr),* )) => {{
        let devlink = $self.devlink();
        devlink.check($object.driver().owner())?;
        let callback = $self.table().$callback.ok_or(MISSING)?;
        // SAFETY: The instance lock is held and the object registered, so by their invariants the
        // driver's structures are valid; the driver's table promises that the callback may
        // then be called with them, and the other arguments are valid for the call.
        to_result(unsafe { callback(devlink.as_raw(), $($arg),*) })
    }};
}

impl Ops<'_> {
    /// Whether the driver has what it needs to have traps.
    pub(crate) fn can_trap(self) -> bool {
        self.table().trap_init.is_some() && self.table().trap_action_set.is_some()
    }

    /// Whether the driver counts the packets that a trap dropped.
    pub(crate) fn counts_trap_drops(self) -> bool {
        self.table().trap_drop_counter_get.is_some()
    }

    /// Whether the driver can bind groups to policers.
    pub(crate) fn can_set_group(self) -> bool {
        self.table().trap_group_set.is_some()
    }

    /// Whether the driver can set the action of all traps of a group at once.
    pub(crate) fn can_set_group_action(self) -> bool {
        self.table().trap_group_action_set.is_some()
    }

    /// Whether the driver can change policers.
    pub(crate) fn can_set_policer(self) -> bool {
        self.table().trap_policer_set.is_some()
    }

    /// Whether the driver counts the packets that a policer dropped.
    pub(crate) fn counts_policer_drops(self) -> bool {
        self.table().trap_policer_counter_get.is_some()
    }
}

impl LockedOps<'_> {
    /// Has the driver set a trap up, which is being registered. From now on it may report packets
    /// for it; the caller keeps the trap until the driver has said that it does so no more.
    pub(crate) fn trap_init(self, trap: &Trap) -> Result {
        call!(trap, self.trap_init(trap.as_raw(), trap.context()))
    }

    /// Has the driver take a trap down, which is being unregistered.
    pub(crate) fn trap_fini(self, trap: &Trap) {
        if self.devlink().check(&trap.driver().owner).is_err() {
            return;
        }
        if let Some(callback) = self.table().trap_fini {
            // SAFETY: The instance lock is held and the driver has set the trap up.
            unsafe { callback(self.devlink().as_raw(), trap.as_raw(), trap.context()) };
        }
    }

    /// Sets what happens to a trap's packets.
    pub(crate) fn set_trap_action(self, trap: &Trap, action: Action, extack: Extack<'_>) -> Result {
        call!(
            trap,
            self.trap_action_set(trap.as_raw(), action.0, extack.as_raw())
        )
    }

    /// How many packets a trap dropped.
    pub(crate) fn trap_drops(self, trap: &Trap) -> Result<u64> {
        let mut drops = 0;
        call!(trap, self.trap_drop_counter_get(trap.as_raw(), &mut drops))?;
        Ok(drops)
    }

    /// Has the driver set a group up, if it cares.
    pub(crate) fn group_init(self, group: &Group) -> Result {
        if self.table().trap_group_init.is_none() {
            return Ok(());
        }
        call!(group, self.trap_group_init(group.as_raw()))
    }

    /// Binds a group to a policer, or to none.
    pub(crate) fn set_group(
        self,
        group: &Group,
        policer: Option<&Policer>,
        extack: Extack<'_>,
    ) -> Result {
        if let Some(policer) = policer {
            self.devlink().check(policer.driver().owner())?;
        }
        call!(
            group,
            self.trap_group_set(
                group.as_raw(),
                policer.map_or(ptr::null(), Policer::as_raw),
                extack.as_raw()
            )
        )
    }

    /// Sets what happens to the packets of all traps of a group.
    pub(crate) fn set_group_action(
        self,
        group: &Group,
        action: Action,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            group,
            self.trap_group_action_set(group.as_raw(), action.0, extack.as_raw())
        )
    }

    /// Has the driver set a policer up, if it cares.
    pub(crate) fn policer_init(self, policer: &Policer) -> Result {
        if self.table().trap_policer_init.is_none() {
            return Ok(());
        }
        call!(policer, self.trap_policer_init(policer.as_raw()))
    }

    /// Has the driver take a policer down, which is being unregistered.
    pub(crate) fn policer_fini(self, policer: &Policer) {
        if self.devlink().check(&policer.driver().owner).is_err() {
            return;
        }
        if let Some(callback) = self.table().trap_policer_fini {
            // SAFETY: The instance lock is held and the driver has set the policer up.
            unsafe { callback(self.devlink().as_raw(), policer.as_raw()) };
        }
    }

    /// Sets what a policer lets pass.
    pub(crate) fn set_policer(
        self,
        policer: &Policer,
        limits: Limits,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            policer,
            self.trap_policer_set(policer.as_raw(), limits.rate, limits.burst, extack.as_raw())
        )
    }

    /// How many packets a policer dropped.
    pub(crate) fn policer_drops(self, policer: &Policer) -> Result<u64> {
        let mut drops = 0;
        call!(
            policer,
            self.trap_policer_counter_get(policer.as_raw(), &mut drops)
        )?;
        Ok(drops)
    }
}

/// What a driver says about a trap.
///
/// # Safety
///
/// `trap.name` is a string that stays valid and unchanged as long as `trap` is borrowed.
pub(crate) unsafe fn description(trap: &bindings::devlink_trap) -> Description<'_> {
    let has = |flag: u32| trap.metadata_cap & flag != 0;
    Description {
        // SAFETY: The caller promises that the name is a terminated string, which does not change.
        name: unsafe { CStr::from_char_ptr(trap.name) },
        kind: Kind(trap.type_),
        generic: trap.generic,
        action: Action(trap.init_action),
        in_port: has(METADATA_IN_PORT),
        fa_cookie: has(METADATA_FA_COOKIE),
    }
}
