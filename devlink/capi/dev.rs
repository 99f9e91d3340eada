// SPDX-License-Identifier: GPL-2.0

//! Functions about reload.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    instance::Devlink,
    reload::Limit, //
};

use kernel::{
    bindings,
    prelude::*,
    warn_on, //
};

/// Whether the driver could not bring the device up again.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_is_reload_failed(devlink: *const bindings::devlink) -> bool {
    // SAFETY: The caller promises that the instance is valid.
    unsafe { devlink_ref(devlink) }.reload.is_failed()
}

/// Counts reload actions that happened without a command on this host.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_remote_reload_actions_performed(
    devlink: *mut bindings::devlink,
    limit: bindings::devlink_reload_limit,
    actions_performed: u32,
) {
    // SAFETY: The caller promises that the instance is valid.
    let devlink: &Devlink = unsafe { devlink_ref(devlink) };
    // A limit that is out of range stays out of range.
    let limit = Limit(u8::try_from(limit).unwrap_or(u8::MAX));
    devlink.remote_reload_performed(limit, actions_performed);
}

/// Hides operations of the driver that the device does not have (a mask of
/// `enum devlink_feature`), before it is registered.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_features_hide(
    devlink: *mut bindings::devlink,
    features: u32,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let hidden = unsafe { locked_ref(devlink) }.hide_features(features);
    warn_on!(hidden.is_err());
    hidden.map_or_else(Error::to_errno, |()| 0)
}

/// Says with which callbacks (a mask of `enum devlink_parallel`) the driver can be called without
/// the instance lock, before the instance is registered.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, whose driver keeps the promise: see
/// `include/net/devlink_core.h`.
#[export]
pub unsafe extern "C" fn devl_parallel_set(devlink: *mut bindings::devlink, kinds: u32) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let set = unsafe { locked_ref(devlink) }.set_parallel(kinds);
    warn_on!(set.is_err());
    set.map_or_else(Error::to_errno, |()| 0)
}

/// Brings the instances of a dying namespace to the one the machine booted with; called at the
/// beginning of `cleanup_net()`.
///
/// # Safety
///
/// `net` is valid and has no references left.
#[export]
pub unsafe extern "C" fn devlink_evacuate_net(net: *mut bindings::net) {
    crate::reload::evacuate(|devlink| devlink.net().as_raw() == net);
}
