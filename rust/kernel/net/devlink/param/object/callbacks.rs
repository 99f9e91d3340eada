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

/// The proof and the value of a parameter's callback.
///
/// # Safety
///
/// A core calls the operation of the parameter of that number of an instance of `T`, one that
/// [`add`](super::add) made with a value of type `P`. The proof's lifetime is one that whoever gets
/// it is generic over.
unsafe fn enter<'a, 'bound, T: Driver, P>(
    devlink: *mut bindings::devlink,
    id: u32,
) -> Result<(Locked<'bound, T>, &'a P)> {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::about_object(devlink) };
    let state = cx.param_objects().find(id).ok_or(ENODEV)?;
    // SAFETY: The state is that of a node of that kind, which exists while a core calls.
    let node: &Node<ParamKind, P> = unsafe { &*Node::of_state(state.as_ptr()) };
    Ok((cx, node.value()))
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
    // SAFETY: By the requirements of this function: all callbacks of the parameter are for a `P`.
    let entered = unsafe { enter::<T, P>(devlink, id) };
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &mut *context };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(entered.and_then(|(cx, param)| {
        let mode = Mode::from_c(context.cmode)?;
        context.val = param.get(&cx, mode, extack)?.to_c();
        Ok(())
    }))
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
    // SAFETY: As in `get`.
    let entered = unsafe { enter::<T, P>(devlink, id) };
    // SAFETY: As in `get`.
    let context = unsafe { &*context };
    // SAFETY: As in `get`.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(entered.and_then(|(cx, param)| {
        let mode = Mode::from_c(context.cmode)?;
        param.set(&cx, mode, P::Value::from_c(&context.val), extack)
    }))
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
    // SAFETY: As in `get`.
    let entered = unsafe { enter::<T, P>(devlink, id) };
    // SAFETY: As in `get`.
    let context = unsafe { &mut *context };
    // SAFETY: As in `get`.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(entered.and_then(|(cx, param)| {
        let mode = Mode::from_c(context.cmode)?;
        context.val = param.get_default(&cx, mode, extack)?.to_c();
        Ok(())
    }))
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
    // SAFETY: As in `get`.
    let entered = unsafe { enter::<T, P>(devlink, id) };
    // SAFETY: As in `get`.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(entered.and_then(|(cx, param)| param.reset_default(&cx, Mode::from_c(mode)?, extack)))
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
    // SAFETY: As in `get`.
    let entered = unsafe { enter::<T, P>(devlink, id) };
    // SAFETY: The core passes a value of its own.
    let value = P::Value::from_c(unsafe { &*value });
    // SAFETY: As in `get`.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(entered.and_then(|(cx, param)| param.validate(&cx, value, extack)))
}
