// SPDX-License-Identifier: GPL-2.0

//! Packet traps of C drivers: registration, calls into the driver, and reports of packets.

pub(crate) mod stats;

use super::{
    instance::devlink_ref,
    ops::{
        Ops,
        MISSING, //
    },
};

use crate::{
    instance::DriverLocked,
    trap::{
        self,
        group::{
            Group,
            NewGroup, //
        },
        policer::{
            Limits,
            NewPolicer,
            Policer, //
        },
        Action,
        Kind,
        NewTrap,
        Trap, //
    },
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
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
/// The structure is valid and unchanged while the trap is registered, which the driver lock
/// guarantees to whoever found the trap in its instance's collection. It stays so for a grace period
/// of RCU after the trap was retired.
pub(crate) struct DriverTrap {
    raw: NonNull<bindings::devlink_trap>,
    /// What the driver finds its own by; never dereferenced here.
    data: *mut c_void,
    /// The number of the [`Action`], which changes under the driver lock.
    action: Atomic<u32>,
    retired: Atomic<bool>,
}

// SAFETY: The structure is constant; `data` is only passed back to the driver.
unsafe impl Send for DriverTrap {}
// SAFETY: As above.
unsafe impl Sync for DriverTrap {}

impl DriverTrap {
    /// What the driver says about the trap, unless it is retired.
    pub(crate) fn description<'a>(&'a self, _rcu: &'a rcu::Guard) -> Option<Description<'a>> {
        if self.is_retired() {
            return None;
        }
        // SAFETY: This read-side section has seen the trap before it was retired, so the grace period
        // after that waits for the section, and by the type invariants the structure and the name in
        // it stay as they are until it ends.
        Some(unsafe { self.describe() })
    }

    /// Whether this is the trap's name; one that is retired has none. Every trap before the one that
    /// is looked for is asked, so this stops at the first byte that differs.
    pub(crate) fn is_named(&self, name: &CStr, _rcu: &rcu::Guard) -> bool {
        // SAFETY: If the trap is not retired, the structure and the name in it stay as they are until
        // the read-side section ends, as in `description()`; both names end with a NUL.
        !self.is_retired()
            && unsafe { bindings::strcmp(self.raw.as_ref().name, name.as_char_ptr()) == 0 }
    }

    /// The same for whoever found the trap in its instance's collection with the driver lock held,
    /// also if it is retired.
    pub(crate) fn description_for<'a>(&'a self, _driver: DriverLocked<'a>) -> Description<'a> {
        // SAFETY: The driver lock is held, so by the type invariants the structure and the name in
        // it stay as they are.
        unsafe { self.describe() }
    }

    /// # Safety
    ///
    /// The structure and the name in it stay valid and unchanged as long as `self` is borrowed.
    unsafe fn describe(&self) -> Description<'_> {
        // SAFETY: By the safety requirements. What has no name was not registered.
        let initial = unsafe { description(self.raw.as_ref()) };
        Description {
            action: self.action(),
            ..initial
        }
    }

    /// What happens to the packets.
    pub(crate) fn action(&self) -> Action {
        Action(self.action.load(Relaxed))
    }

    /// Remembers what happens to the packets, which the driver has been told.
    pub(crate) fn set_action(&self, action: Action) {
        self.action.store(action.0, Relaxed);
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
#[derive(Copy, Clone)]
pub(crate) struct DriverGroup(NonNull<bindings::devlink_trap_group>);

// SAFETY: The structure is constant.
unsafe impl Send for DriverGroup {}
// SAFETY: As above.
unsafe impl Sync for DriverGroup {}

/// The driver's side of a policer.
///
/// # Invariants
///
/// As of [`DriverTrap`], for the policer.
#[derive(Copy, Clone)]
pub(crate) struct DriverPolicer(NonNull<bindings::devlink_trap_policer>);

// SAFETY: The structure is constant.
unsafe impl Send for DriverPolicer {}
// SAFETY: As above.
unsafe impl Sync for DriverPolicer {}

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
        self.driver().0.as_ptr()
    }
}

impl Policer {
    fn as_raw(&self) -> *const bindings::devlink_trap_policer {
        self.driver().0.as_ptr()
    }
}

/// Calls a callback of the driver's table; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($self:ident . $callback:ident ( $($arg:expr),* )) => {{
        let callback = $self.table().$callback.ok_or(MISSING)?;
        // SAFETY: The instance is valid and its driver lock held, so by their invariants the
        // driver's structures are valid too; the driver's table promises that the callback may
        // then be called with them, and the other arguments are valid for the call.
        to_result(unsafe { callback($($arg),*) })
    }};
}

impl Ops {
    /// Whether the driver has what it needs to have traps.
    pub(crate) fn can_trap(self) -> bool {
        self.table().trap_init.is_some() && self.table().trap_action_set.is_some()
    }

    /// Has the driver set a trap up, which is being registered. From now on it may report packets
    /// for it; the caller keeps the trap until the driver has said that it does so no more.
    pub(crate) fn trap_init(self, devlink: DriverLocked<'_>, trap: &Trap) -> Result {
        call!(self.trap_init(devlink.as_raw(), trap.as_raw(), trap.context()))
    }

    /// Has the driver take a trap down, which is being unregistered.
    pub(crate) fn trap_fini(self, devlink: DriverLocked<'_>, trap: &Trap) {
        if let Some(callback) = self.table().trap_fini {
            // SAFETY: The driver lock is held and the driver has set the trap up.
            unsafe { callback(devlink.as_raw(), trap.as_raw(), trap.context()) };
        }
    }

    /// Sets what happens to a trap's packets.
    pub(crate) fn set_trap_action(
        self,
        devlink: DriverLocked<'_>,
        trap: &Trap,
        action: Action,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.trap_action_set(devlink.as_raw(), trap.as_raw(), action.0, extack.as_raw()))
    }

    /// Whether the driver counts the packets that a trap dropped.
    pub(crate) fn counts_trap_drops(self) -> bool {
        self.table().trap_drop_counter_get.is_some()
    }

    /// How many packets a trap dropped.
    pub(crate) fn trap_drops(self, devlink: DriverLocked<'_>, trap: &Trap) -> Result<u64> {
        let mut drops = 0;
        call!(self.trap_drop_counter_get(devlink.as_raw(), trap.as_raw(), &mut drops))?;
        Ok(drops)
    }

    /// Has the driver set a group up, if it cares.
    pub(crate) fn group_init(self, devlink: DriverLocked<'_>, group: &Group) -> Result {
        if self.table().trap_group_init.is_none() {
            return Ok(());
        }
        call!(self.trap_group_init(devlink.as_raw(), group.as_raw()))
    }

    /// Whether the driver can bind groups to policers.
    pub(crate) fn can_set_group(self) -> bool {
        self.table().trap_group_set.is_some()
    }

    /// Binds a group to a policer, or to none.
    pub(crate) fn set_group(
        self,
        devlink: DriverLocked<'_>,
        group: &Group,
        policer: Option<&Policer>,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.trap_group_set(
            devlink.as_raw(),
            group.as_raw(),
            policer.map_or(ptr::null(), Policer::as_raw),
            extack.as_raw()
        ))
    }

    /// Whether the driver can set the action of all traps of a group at once.
    pub(crate) fn can_set_group_action(self) -> bool {
        self.table().trap_group_action_set.is_some()
    }

    /// Sets what happens to the packets of all traps of a group.
    pub(crate) fn set_group_action(
        self,
        devlink: DriverLocked<'_>,
        group: &Group,
        action: Action,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.trap_group_action_set(
            devlink.as_raw(),
            group.as_raw(),
            action.0,
            extack.as_raw()
        ))
    }

    /// Has the driver set a policer up, if it cares.
    pub(crate) fn policer_init(self, devlink: DriverLocked<'_>, policer: &Policer) -> Result {
        if self.table().trap_policer_init.is_none() {
            return Ok(());
        }
        call!(self.trap_policer_init(devlink.as_raw(), policer.as_raw()))
    }

    /// Has the driver take a policer down, which is being unregistered.
    pub(crate) fn policer_fini(self, devlink: DriverLocked<'_>, policer: &Policer) {
        if let Some(callback) = self.table().trap_policer_fini {
            // SAFETY: The driver lock is held and the driver has set the policer up.
            unsafe { callback(devlink.as_raw(), policer.as_raw()) };
        }
    }

    /// Whether the driver can change policers.
    pub(crate) fn can_set_policer(self) -> bool {
        self.table().trap_policer_set.is_some()
    }

    /// Sets what a policer lets pass.
    pub(crate) fn set_policer(
        self,
        devlink: DriverLocked<'_>,
        policer: &Policer,
        limits: Limits,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.trap_policer_set(
            devlink.as_raw(),
            policer.as_raw(),
            limits.rate,
            limits.burst,
            extack.as_raw()
        ))
    }

    /// Whether the driver counts the packets that a policer dropped.
    pub(crate) fn counts_policer_drops(self) -> bool {
        self.table().trap_policer_counter_get.is_some()
    }

    /// How many packets a policer dropped.
    pub(crate) fn policer_drops(self, devlink: DriverLocked<'_>, policer: &Policer) -> Result<u64> {
        let mut drops = 0;
        call!(self.trap_policer_counter_get(devlink.as_raw(), policer.as_raw(), &mut drops))?;
        Ok(drops)
    }
}

/// A driver's array; only one of length 0 may be missing.
///
/// # Safety
///
/// `first` is null or points to `count` elements that stay valid and unchanged for `'a`.
unsafe fn array<'a, T>(first: *const T, count: usize) -> Result<&'a [T]> {
    if count == 0 {
        return Ok(&[]);
    }
    if first.is_null() {
        return Err(EINVAL);
    }
    // SAFETY: By the safety requirements.
    Ok(unsafe { core::slice::from_raw_parts(first, count) })
}

/// A name in a driver's structure, if it has one.
///
/// # Safety
///
/// `name` is null or a string that stays valid and unchanged for `'a`.
unsafe fn name<'a>(name: *const c_char) -> Option<&'a CStr> {
    if name.is_null() {
        return None;
    }
    // SAFETY: By the safety requirements.
    Some(unsafe { CStr::from_char_ptr(name) })
}

/// What a driver says about a trap.
///
/// # Safety
///
/// `trap.name` is a string that stays valid and unchanged as long as `trap` is borrowed.
unsafe fn description(trap: &bindings::devlink_trap) -> Description<'_> {
    let has = |flag: u32| trap.metadata_cap & flag != 0;
    Description {
        // SAFETY: By the safety requirements.
        name: unsafe { CStr::from_char_ptr(trap.name) },
        kind: Kind(trap.type_),
        generic: trap.generic,
        action: Action(trap.init_action),
        in_port: has(METADATA_IN_PORT),
        fa_cookie: has(METADATA_FA_COOKIE),
    }
}

/// # Safety
///
/// `trap.name` is null or a valid string; both stay valid and unchanged while a trap made with this
/// is registered, and for a grace period after it was retired.
unsafe fn new_trap(trap: &bindings::devlink_trap, data: *mut c_void) -> Result<NewTrap<'_>> {
    if trap.name.is_null() {
        return Err(EINVAL);
    }
    Ok(NewTrap {
        id: trap.id,
        // SAFETY: By the safety requirements; the name is not null.
        description: unsafe { description(trap) },
        group_id: trap.init_group_id,
        // INVARIANT: By the safety requirements.
        driver: DriverTrap {
            raw: trap.into(),
            data,
            action: Atomic::new(trap.init_action),
            retired: Atomic::new(false),
        },
    })
}

/// # Safety
///
/// As of [`new_trap`], for a group.
unsafe fn new_group(group: &bindings::devlink_trap_group) -> Result<NewGroup<'_>> {
    Ok(NewGroup {
        id: group.id,
        // SAFETY: By the safety requirements.
        name: unsafe { name(group.name) }.ok_or(EINVAL)?,
        generic: group.generic,
        policer_id: group.init_policer_id,
        // INVARIANT: By the safety requirements.
        driver: DriverGroup(group.into()),
    })
}

/// # Safety
///
/// `policer` stays valid and unchanged while a policer made with this is registered.
unsafe fn new_policer(policer: &bindings::devlink_trap_policer) -> NewPolicer {
    NewPolicer {
        id: policer.id,
        init: Limits {
            rate: policer.init_rate,
            burst: policer.init_burst,
        },
        min: Limits {
            rate: policer.min_rate,
            burst: policer.min_burst,
        },
        max: Limits {
            rate: policer.max_rate,
            burst: policer.max_burst,
        },
        // INVARIANT: By the safety requirements.
        driver: DriverPolicer(policer.into()),
    }
}

/// Registers traps, all or none of them; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `traps` an array of `traps_count` traps that stays valid and
/// unchanged, with the names in it, until they are unregistered. From `trap_init` on the driver
/// passes the context it got there only to `devlink_trap_report()`, which it calls inside RCU
/// read-side sections and neither for a trap whose action is to drop nor after `trap_fini`, and to
/// `devlink_trap_ctx_priv()`.
#[export]
pub unsafe extern "C" fn devl_traps_register(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
    priv_: *mut c_void,
) -> c_int {
    // SAFETY: By the safety requirements.
    let (devlink, traps) = unsafe { (devlink_ref(devlink), array(traps, traps_count)) };
    let locked = DriverLocked::assert(devlink);
    from_result(|| {
        // SAFETY: By the safety requirements. Unregistering a trap retires it and waits for a grace
        // period, and so does failing here, unless nobody could find the trap yet.
        let new = traps?.iter().map(|trap| unsafe { new_trap(trap, priv_) });
        trap::register_all(locked, new)?;
        Ok(0)
    })
}

/// Registers traps, all or none of them.
///
/// # Safety
///
/// As of [`devl_traps_register`].
#[export]
pub unsafe extern "C" fn devlink_traps_register(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
    priv_: *mut c_void,
) -> c_int {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_traps_register(devlink, traps, traps_count, priv_) }
}

/// Unregisters traps; the driver holds the driver lock. Sleeps for a grace period, so that nobody
/// reports packets for them when they go.
///
/// # Safety
///
/// `devlink` is a valid instance, `traps` an array of `traps_count` registered traps.
#[export]
pub unsafe extern "C" fn devl_traps_unregister(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
) {
    // SAFETY: By the safety requirements.
    let (devlink, traps) = unsafe { (devlink_ref(devlink), array(traps, traps_count)) };
    let names = traps
        .unwrap_or_default()
        .iter()
        // SAFETY: By the safety requirements. What is registered has a name.
        .map(|trap| unsafe { name(trap.name) }.unwrap_or(c""));
    trap::unregister_all(DriverLocked::assert(devlink), names);
}

/// Unregisters traps.
///
/// # Safety
///
/// As of [`devl_traps_unregister`].
#[export]
pub unsafe extern "C" fn devlink_traps_unregister(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
) {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_traps_unregister(devlink, traps, traps_count) };
}

/// Registers groups, all or none of them; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `groups` an array of `groups_count` groups that stays valid and
/// unchanged, with the names in it, until they are unregistered.
#[export]
pub unsafe extern "C" fn devl_trap_groups_register(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) -> c_int {
    // SAFETY: By the safety requirements.
    let (devlink, groups) = unsafe { (devlink_ref(devlink), array(groups, groups_count)) };
    let locked = DriverLocked::assert(devlink);
    from_result(|| {
        // SAFETY: By the safety requirements.
        let new = groups?.iter().map(|group| unsafe { new_group(group) });
        trap::group::register_all(locked, new)?;
        Ok(0)
    })
}

/// Registers groups, all or none of them.
///
/// # Safety
///
/// As of [`devl_trap_groups_register`].
#[export]
pub unsafe extern "C" fn devlink_trap_groups_register(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) -> c_int {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_trap_groups_register(devlink, groups, groups_count) }
}

/// Unregisters groups; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `groups` an array of `groups_count` registered groups.
#[export]
pub unsafe extern "C" fn devl_trap_groups_unregister(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) {
    // SAFETY: By the safety requirements.
    let (devlink, groups) = unsafe { (devlink_ref(devlink), array(groups, groups_count)) };
    let names = groups
        .unwrap_or_default()
        .iter()
        // SAFETY: By the safety requirements. What is registered has a name.
        .map(|group| unsafe { name(group.name) }.unwrap_or(c""));
    trap::group::unregister_all(DriverLocked::assert(devlink), names);
}

/// Unregisters groups.
///
/// # Safety
///
/// As of [`devl_trap_groups_unregister`].
#[export]
pub unsafe extern "C" fn devlink_trap_groups_unregister(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_trap_groups_unregister(devlink, groups, groups_count) };
}

/// Registers policers, all or none of them; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `policers` an array of `policers_count` policers that stays valid
/// and unchanged until they are unregistered.
#[export]
pub unsafe extern "C" fn devl_trap_policers_register(
    devlink: *mut bindings::devlink,
    policers: *const bindings::devlink_trap_policer,
    policers_count: usize,
) -> c_int {
    // SAFETY: By the safety requirements.
    let (devlink, policers) = unsafe { (devlink_ref(devlink), array(policers, policers_count)) };
    let locked = DriverLocked::assert(devlink);
    from_result(|| {
        // SAFETY: By the safety requirements.
        let new = policers?
            .iter()
            .map(|policer| unsafe { new_policer(policer) });
        trap::policer::register_all(locked, new)?;
        Ok(0)
    })
}

/// Unregisters policers; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `policers` an array of `policers_count` registered policers.
#[export]
pub unsafe extern "C" fn devl_trap_policers_unregister(
    devlink: *mut bindings::devlink,
    policers: *const bindings::devlink_trap_policer,
    policers_count: usize,
) {
    // SAFETY: By the safety requirements.
    let (devlink, policers) = unsafe { (devlink_ref(devlink), array(policers, policers_count)) };
    let ids = policers
        .unwrap_or_default()
        .iter()
        .map(|policer| policer.id);
    trap::policer::unregister_all(DriverLocked::assert(devlink), ids);
}

/// The trap behind a driver's context.
///
/// # Safety
///
/// `context` was passed to the driver's `trap_init`, and the caller is in an RCU read-side section
/// that began before the trap was disabled, or the driver has not taken the trap down yet.
unsafe fn trap_ref<'a>(context: *const c_void) -> &'a Trap {
    // SAFETY: The context is a trap, which is kept until `trap_fini` and for a grace period after
    // it was disabled.
    unsafe { &*context.cast() }
}

/// Reports a packet that the device trapped: counts it, and tells those who watch drops.
///
/// Called in softirq, inside an RCU read-side section.
///
/// # Safety
///
/// `devlink` is a valid instance, `skb` a packet, `trap_ctx` what the driver got for a trap that it
/// has not taken down, `in_devlink_port` a port, `fa_cookie` a cookie or null.
#[export]
pub unsafe extern "C" fn devlink_trap_report(
    devlink: *mut bindings::devlink,
    skb: *mut bindings::sk_buff,
    trap_ctx: *mut c_void,
    in_devlink_port: *mut bindings::devlink_port,
    fa_cookie: *const bindings::flow_action_cookie,
) {
    // SAFETY: By the safety requirements.
    let (trap, len) = unsafe { (trap_ref(trap_ctx), (*skb).len) };
    trap.count(len);
    // SAFETY: May always be asked.
    if !unsafe { bindings::devlink_trap_report_enabled() } {
        return;
    }
    // SAFETY: Unregister waits for this report before it returns, and the driver's structure stays
    // as it is until then.
    let description = unsafe { trap.driver().describe() };
    let metadata = bindings::devlink_trap_metadata {
        trap_name: description.name.as_char_ptr(),
        trap_group_name: trap.group().name().as_char_ptr(),
        // SAFETY: The port is valid; softirq and RCU keep the netdev for those who are told.
        input_dev: unsafe { bindings::devlink_port_eth_netdev(in_devlink_port) },
        fa_cookie,
        trap_type: description.kind.0,
        ..Default::default()
    };
    // SAFETY: All that is passed is valid during the call, and nobody keeps it beyond.
    unsafe { bindings::trace_devlink_trap_report(devlink, skb, &metadata) };
}

/// What the driver passed when it registered the trap.
///
/// # Safety
///
/// `trap_ctx` is what the driver got for a trap that it has not taken down.
#[export]
pub unsafe extern "C" fn devlink_trap_ctx_priv(trap_ctx: *mut c_void) -> *mut c_void {
    // SAFETY: By the safety requirements.
    unsafe { trap_ref(trap_ctx) }.driver().data
}
