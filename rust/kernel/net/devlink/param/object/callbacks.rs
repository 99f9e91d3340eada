// SPDX-License-Identifier: GPL-2.0

//! What a core calls of parameters that are objects.

use super::{
    ParamKind,
    ParamOps, //
};

use crate::{
    bindings,
    net::{
        devlink::{
            instance::Locked,
            object::Node,
            param::{
                Mode,
                Value, //
            },
            to_errno,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// Calls `f` about a parameter, with what it takes as messages.
///
/// # Safety
///
/// A core calls an operation of the parameter of that number of an instance of `T`, one that
/// [`add`](super::add) made with a value of type `P`, and passes `extack`.
unsafe fn about<T: Driver, P>(
    devlink: *mut bindings::devlink,
    id: u32,
    extack: *mut bindings::netlink_ext_ack,
    f: impl FnOnce(&P, &Locked<'_, T>, Extack<'_>) -> Result,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::about_object(devlink) };
    let Some(state) = cx.param_objects().find(id) else {
        return ENODEV.to_errno();
    };
    // SAFETY: The state is that of a node of that kind, which exists while a core calls.
    let node: &Node<ParamKind, P> = unsafe { &*Node::of_state(state.as_ptr()) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(f(node.value(), &cx, extack))
}

/// # Safety
///
/// Only to be called as the operation of a parameter that [`add`](super::add) made, by a devlink
/// core, with a valid context.
pub(super) unsafe extern "C" fn get<T: Driver, P: ParamOps<T>>(
    devlink: *mut bindings::devlink,
    id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &mut *context };
    let get = |param: &P, cx: &Locked<'_, T>, extack: Extack<'_>| {
        context.val = param.get(cx, Mode::from_c(context.cmode)?, extack)?.to_c();
        Ok(())
    };
    // SAFETY: A core calls this about a parameter with a `P`.
    unsafe { about(devlink, id, extack, get) }
}

/// # Safety
///
/// As for [`get`].
pub(super) unsafe extern "C" fn set<T: Driver, P: ParamOps<T>>(
    devlink: *mut bindings::devlink,
    id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &*context };
    let set = |param: &P, cx: &Locked<'_, T>, extack: Extack<'_>| {
        let mode = Mode::from_c(context.cmode)?;
        param.set(cx, mode, P::Value::from_c(&context.val), extack)
    };
    // SAFETY: A core calls this about a parameter with a `P`.
    unsafe { about(devlink, id, extack, set) }
}

/// # Safety
///
/// As for [`get`].
pub(super) unsafe extern "C" fn get_default<T: Driver, P: ParamOps<T>>(
    devlink: *mut bindings::devlink,
    id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &mut *context };
    let get = |param: &P, cx: &Locked<'_, T>, extack: Extack<'_>| {
        let mode = Mode::from_c(context.cmode)?;
        context.val = param.get_default(cx, mode, extack)?.to_c();
        Ok(())
    };
    // SAFETY: A core calls this about a parameter with a `P`.
    unsafe { about(devlink, id, extack, get) }
}

/// # Safety
///
/// As for [`get`], but there is no context.
pub(super) unsafe extern "C" fn reset_default<T: Driver, P: ParamOps<T>>(
    devlink: *mut bindings::devlink,
    id: u32,
    mode: bindings::devlink_param_cmode,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    let reset = |param: &P, cx: &Locked<'_, T>, extack: Extack<'_>| {
        param.reset_default(cx, Mode::from_c(mode)?, extack)
    };
    // SAFETY: A core calls this about a parameter with a `P`.
    unsafe { about(devlink, id, extack, reset) }
}

/// # Safety
///
/// As for [`get`], with a valid value.
pub(super) unsafe extern "C" fn validate<T: Driver, P: ParamOps<T>>(
    devlink: *mut bindings::devlink,
    id: u32,
    value: *mut bindings::devlink_param_value,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes a value of its own.
    let value = P::Value::from_c(unsafe { &*value });
    let validate =
        |param: &P, cx: &Locked<'_, T>, extack: Extack<'_>| param.validate(cx, value, extack);
    // SAFETY: A core calls this about a parameter with a `P`.
    unsafe { about(devlink, id, extack, validate) }
}
