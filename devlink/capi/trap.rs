// SPDX-License-Identifier: GPL-2.0

//! Packet traps: registration by drivers, and reports of packets.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    driver::{
        access::InstanceLocked,
        trap::{
            description,
            DriverGroup,
            DriverPolicer,
            DriverTrap, //
        },
    },
    trap::{
        self,
        group::NewGroup,
        policer::{
            Limits,
            NewPolicer, //
        },
        NewTrap,
        Trap, //
    },
};

use kernel::{bindings, error::from_result, prelude::*};

use core::ffi::c_void;

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
    // SAFETY: The pointer is not null, so the caller promises `count` elements, which do not
    // change.
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
    // SAFETY: It is not null, so the caller promises a terminated string that does not change.
    Some(unsafe { CStr::from_char_ptr(name) })
}

/// # Safety
///
/// `trap.name` is null or a valid string; both stay valid and unchanged while a trap made with this
/// is registered, and for a grace period after it was retired.
unsafe fn new_trap<'a>(
    trap: &'a bindings::devlink_trap,
    data: *mut c_void,
    devlink: InstanceLocked<'_>,
) -> Result<NewTrap<'a>> {
    if trap.name.is_null() {
        return Err(EINVAL);
    }
    Ok(NewTrap {
        id: trap.id,
        // SAFETY: The caller promises that the name is null or a string, and it is not null.
        description: unsafe { description(trap) },
        group_id: trap.init_group_id,
        // SAFETY: The caller promises that structure and name stay as they are.
        driver: unsafe { DriverTrap::new(trap, data, devlink) },
    })
}

/// # Safety
///
/// As of [`new_trap`], for a group.
unsafe fn new_group<'a>(
    group: &'a bindings::devlink_trap_group,
    devlink: InstanceLocked<'_>,
) -> Result<NewGroup<'a>> {
    Ok(NewGroup {
        id: group.id,
        // SAFETY: The caller promises that the name is null or a string, and stays as it is.
        name: unsafe { name(group.name) }.ok_or(EINVAL)?,
        generic: group.generic,
        policer_id: group.init_policer_id,
        // SAFETY: The caller promises that the structure stays as it is.
        driver: unsafe { DriverGroup::new(group, devlink) },
    })
}

/// # Safety
///
/// `policer` stays valid and unchanged while a policer made with this is registered.
unsafe fn new_policer(
    policer: &bindings::devlink_trap_policer,
    devlink: InstanceLocked<'_>,
) -> NewPolicer {
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
        // SAFETY: The caller promises that the structure stays as it is.
        driver: unsafe { DriverPolicer::new(policer, devlink) },
    }
}

/// Registers traps, all or none of them; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `traps` an array of `traps_count`
/// traps that stays valid and unchanged, with the names in it, until they are unregistered. From
/// `trap_init` on the driver passes the context it got there only to `devlink_trap_report()`, which
/// it calls inside RCU read-side sections and neither for a trap whose action is to drop nor after
/// `trap_fini`, and to `devlink_trap_ctx_priv()`.
#[export]
pub unsafe extern "C" fn devl_traps_register(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
    priv_: *mut c_void,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many traps as it says.
    let (locked, traps) = unsafe { (locked_ref(devlink), array(traps, traps_count)) };
    from_result(|| {
        // SAFETY: The caller promises that traps and names stay as they are until they are
        // unregistered. Unregistering a trap retires it and waits for a grace period, and so does
        // failing here, unless nobody could find the trap yet.
        let new = traps?
            .iter()
            .map(|trap| unsafe { new_trap(trap, priv_, locked) });
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
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_traps_register(devlink, traps, traps_count, priv_) }
}

/// Unregisters traps; the driver holds the instance lock. Sleeps for a grace period, so that nobody
/// reports packets for them when they go.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `traps` an array of `traps_count`
/// registered traps.
#[export]
pub unsafe extern "C" fn devl_traps_unregister(
    devlink: *mut bindings::devlink,
    traps: *const bindings::devlink_trap,
    traps_count: usize,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many traps as it says.
    let (locked, traps) = unsafe { (locked_ref(devlink), array(traps, traps_count)) };
    let names = traps
        .unwrap_or_default()
        .iter()
        // SAFETY: The caller promises that what it names is registered, and so has a string as its
        // name.
        .map(|trap| unsafe { name(trap.name) }.unwrap_or(c""));
    trap::unregister_all(locked, names);
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
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_traps_unregister(devlink, traps, traps_count) };
}

/// Registers groups, all or none of them; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `groups` an array of `groups_count`
/// groups that stays valid and unchanged, with the names in it, until they are unregistered.
#[export]
pub unsafe extern "C" fn devl_trap_groups_register(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many groups as it says.
    let (locked, groups) = unsafe { (locked_ref(devlink), array(groups, groups_count)) };
    from_result(|| {
        // SAFETY: The caller promises that groups and names stay as they are until they are
        // unregistered.
        let new = groups?
            .iter()
            .map(|group| unsafe { new_group(group, locked) });
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
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_trap_groups_register(devlink, groups, groups_count) }
}

/// Unregisters groups; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `groups` an array of `groups_count`
/// registered groups.
#[export]
pub unsafe extern "C" fn devl_trap_groups_unregister(
    devlink: *mut bindings::devlink,
    groups: *const bindings::devlink_trap_group,
    groups_count: usize,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many groups as it says.
    let (locked, groups) = unsafe { (locked_ref(devlink), array(groups, groups_count)) };
    let names = groups
        .unwrap_or_default()
        .iter()
        // SAFETY: The caller promises that what it names is registered, and so has a string as its
        // name.
        .map(|group| unsafe { name(group.name) }.unwrap_or(c""));
    trap::group::unregister_all(locked, names);
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
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_trap_groups_unregister(devlink, groups, groups_count) };
}

/// Registers policers, all or none of them; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `policers` an array of
/// `policers_count` policers that stays valid and unchanged until they are unregistered.
#[export]
pub unsafe extern "C" fn devl_trap_policers_register(
    devlink: *mut bindings::devlink,
    policers: *const bindings::devlink_trap_policer,
    policers_count: usize,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many policers as it says.
    let (locked, policers) = unsafe { (locked_ref(devlink), array(policers, policers_count)) };
    from_result(|| {
        // SAFETY: The caller promises that policers stay as they are until they are unregistered.
        let new = policers?
            .iter()
            .map(|policer| unsafe { new_policer(policer, locked) });
        trap::policer::register_all(locked, new)?;
        Ok(0)
    })
}

/// Unregisters policers; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `policers` an array of
/// `policers_count` registered policers.
#[export]
pub unsafe extern "C" fn devl_trap_policers_unregister(
    devlink: *mut bindings::devlink,
    policers: *const bindings::devlink_trap_policer,
    policers_count: usize,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and an array of as
    // many policers as it says.
    let (locked, policers) = unsafe { (locked_ref(devlink), array(policers, policers_count)) };
    let ids = policers
        .unwrap_or_default()
        .iter()
        .map(|policer| policer.id);
    trap::policer::unregister_all(locked, ids);
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
    // SAFETY: The caller promises that the context is that of a trap which was not taken down.
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
    unsafe { bindings::devlink_trace_trap_report(devlink, skb, &metadata) };
}

/// What the driver passed when it registered the trap.
///
/// # Safety
///
/// `trap_ctx` is what the driver got for a trap that it has not taken down.
#[export]
pub unsafe extern "C" fn devlink_trap_ctx_priv(trap_ctx: *mut c_void) -> *mut c_void {
    // SAFETY: The caller promises that the context is that of a trap which was not taken down.
    unsafe { trap_ref(trap_ctx) }.driver().private()
}
