// SPDX-License-Identifier: GPL-2.0

//! What devlink calls about parameters.

use super::{
    Mode,
    Param,
    Value, //
};

use crate::{
    bindings,
    net::{
        devlink::{
            instance::Locked,
            to_errno, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// # Safety
///
/// Only to be called as the operation of a parameter of an instance of `P::Driver`, by a devlink
/// core, with a valid context.
pub(super) unsafe extern "C" fn get<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    _extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls this as an operation of the instance, with a context of its own.
    unsafe { answer::<P>(devlink, context, P::get) }
}

/// # Safety
///
/// As for [`get`].
pub(super) unsafe extern "C" fn get_default<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    _extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls this as an operation of the instance, with a context of its own.
    unsafe { answer::<P>(devlink, context, P::get_default) }
}

/// Answers with the value that `f` says.
///
/// # Safety
///
/// A core calls an operation of an instance of `P::Driver`, with a valid context.
unsafe fn answer<P: Param>(
    devlink: *mut bindings::devlink,
    context: *mut bindings::devlink_param_gset_ctx,
    f: impl FnOnce(&Locked<'_, P::Driver>, Mode) -> Result<P::Value>,
) -> c_int {
    // A driver that announces a value has itself called, perhaps in a callback about an object.
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::about_object(devlink) };
    // SAFETY: The context is valid, and no other task uses it.
    let context = unsafe { &mut *context };
    to_errno(Mode::from_c(context.cmode).and_then(|mode| {
        context.val = f(&cx, mode)?.to_c();
        Ok(())
    }))
}

/// # Safety
///
/// As for [`get`].
pub(super) unsafe extern "C" fn set<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &*context };
    let set = |cx: &Locked<'_, P::Driver>, extack: Extack<'_>| {
        let mode = Mode::from_c(context.cmode)?;
        P::set(cx, mode, P::Value::from_c(&context.val), extack)
    };
    // SAFETY: A core calls this as an operation of the instance.
    unsafe { change::<P>(devlink, extack, set) }
}

/// # Safety
///
/// As for [`get`], with a valid value.
pub(super) unsafe extern "C" fn validate<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    value: *mut bindings::devlink_param_value,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a value of its own.
    let value = P::Value::from_c(unsafe { &*value });
    // SAFETY: A core calls this as an operation of the instance.
    unsafe { change::<P>(devlink, extack, |cx, extack| P::validate(cx, value, extack)) }
}

/// # Safety
///
/// As for [`get`], but there is no context.
pub(super) unsafe extern "C" fn reset_default<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    mode: bindings::devlink_param_cmode,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    let reset = |cx: &Locked<'_, P::Driver>, extack: Extack<'_>| {
        P::reset_default(cx, Mode::from_c(mode)?, extack)
    };
    // SAFETY: A core calls this as an operation of the instance.
    unsafe { change::<P>(devlink, extack, reset) }
}

/// Calls `f`, about what a user wants to change.
///
/// # Safety
///
/// A core calls an operation of an instance of `P::Driver`, and passes `extack`.
unsafe fn change<P: Param>(
    devlink: *mut bindings::devlink,
    extack: *mut bindings::netlink_ext_ack,
    f: impl FnOnce(&Locked<'_, P::Driver>, Extack<'_>) -> Result,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(f(&cx, extack))
}
