// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_param`.
//!
//! A driver registers a table of parameters. All that the core needs is copied out of it then: the
//! table is not looked at again, except for the numbers at unregistration.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    driver::{
        access::InstanceLocked,
        param::{
            value_from_raw,
            value_to_raw,
            DriverParam, //
        },
    },
    param::{
        Description,
        Modes,
        Type, //
    },
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    str::small::SmallCString,
    warn_on, //
};

/// Copies what a driver says about a parameter.
///
/// # Safety
///
/// The name is null or a string, and the callbacks may be called while the parameter is registered
/// and the instance lock held.
unsafe fn description(
    raw: &bindings::devlink_param,
    devlink: InstanceLocked<'_>,
) -> Result<(Description, DriverParam)> {
    let kind = Type::from_number(raw.type_);
    if warn_on!(raw.name.is_null() || kind.is_none()) {
        return Err(EINVAL);
    }
    let description = Description {
        id: raw.id,
        // SAFETY: The caller promises that the name is null or a terminated string, and the check
        // above shows that it is not null.
        name: SmallCString::try_from(unsafe { CStr::from_char_ptr(raw.name) })?,
        generic: raw.generic,
        kind: kind.ok_or(EINVAL)?,
        modes: Modes(raw.supported_cmodes),
    };
    // SAFETY: The caller promises that the callbacks may be called.
    let driver = unsafe { DriverParam::new(raw, devlink) };
    Ok((description, driver))
}

/// The table behind pointer and length from C.
///
/// # Safety
///
/// `params` points to `count` parameters that are not changed during `'a`, or `count` is zero.
unsafe fn table<'a>(
    params: *const bindings::devlink_param,
    count: usize,
) -> &'a [bindings::devlink_param] {
    if count == 0 {
        return &[];
    }
    // SAFETY: The count is not 0, so the caller promises that many parameters, which do not change.
    unsafe { core::slice::from_raw_parts(params, count) }
}

fn register(devlink: InstanceLocked<'_>, params: &[bindings::devlink_param]) -> Result {
    for (done, raw) in params.iter().enumerate() {
        // SAFETY: What is in a driver's table of parameters is valid while they are registered.
        let registered = unsafe { description(raw, devlink) }.and_then(|(description, driver)| {
            devlink.params.register(devlink, description, driver)
        });
        if let Err(error) = registered {
            for raw in params.iter().take(done).rev() {
                devlink.params.unregister(devlink, raw.id);
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Registers parameters, all or none; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `params` points to `params_count`
/// parameters whose callbacks stay valid until the parameters are unregistered.
#[export]
pub unsafe extern "C" fn devl_params_register(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    from_result(|| {
        // SAFETY: The caller promises `params_count` parameters, which do not change meanwhile.
        register(devlink, unsafe { table(params, params_count) })?;
        Ok(0)
    })
}

/// Registers parameters, all or none.
///
/// # Safety
///
/// As for `devl_params_register()`.
#[export]
pub unsafe extern "C" fn devlink_params_register(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_params_register(devlink, params, params_count) }
}

/// Unregisters parameters; the driver holds the instance lock. When this returns, nobody calls the
/// driver about them any more.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `params` points to `params_count`
/// parameters.
#[export]
pub unsafe extern "C" fn devl_params_unregister(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    // SAFETY: The caller promises `params_count` parameters, which do not change meanwhile.
    for raw in unsafe { table(params, params_count) } {
        devlink.params.unregister(devlink, raw.id);
    }
}

/// Unregisters parameters.
///
/// # Safety
///
/// As for `devl_params_unregister()`.
#[export]
pub unsafe extern "C" fn devlink_params_unregister(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) {
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_params_unregister(devlink, params, params_count) };
}

/// Fetches the value that the driver is to use when it starts or reloads. May be called without
/// the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `val` is valid for writing.
#[export]
pub unsafe extern "C" fn devl_param_driverinit_value_get(
    devlink: *mut bindings::devlink,
    param_id: u32,
    val: *mut bindings::devlink_param_value,
) -> c_int {
    // SAFETY: The instance is valid.
    let devlink = unsafe { devlink_ref(devlink) };
    from_result(|| {
        if warn_on!(!devlink.reload_abilities().can_reload()) {
            return Err(EOPNOTSUPP);
        }
        let value = devlink.params.driverinit_value(param_id)?;
        // SAFETY: The caller promises that the place is valid for writing.
        unsafe { val.write(value_to_raw(&value)) };
        Ok(0)
    })
}

/// Says what the driver uses unless a user wants something else; the driver holds the instance
/// lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `init_val` has a value of the
/// parameter's type.
#[export]
pub unsafe extern "C" fn devl_param_driverinit_value_set(
    devlink: *mut bindings::devlink,
    param_id: u32,
    init_val: *mut bindings::devlink_param_value,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    devlink
        .params
        // SAFETY: The caller promises that the value is valid and one of the parameter's type.
        .set_driverinit_default(devlink, param_id, |kind| unsafe {
            value_from_raw(kind, &*init_val)
        });
}

/// Says that a value has changed that is not of mode `driverinit`; the driver holds the instance
/// lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_param_value_changed(devlink: *mut bindings::devlink, param_id: u32) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    devlink.params.value_changed(devlink, param_id);
}
