// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_info_req`: what the driver calls while it is asked what it knows about the
//! device.

use crate::{
    driver::info::{
        InfoRequest,
        Version, //
    },
    generated::attr, //
};

use kernel::{
    bindings,
    error::from_result,
    net::netlink::attr::{
        Attr,
        Str, //
    },
    prelude::*, //
};

/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `text` a terminated string.
unsafe fn put_text(
    req: *mut bindings::devlink_info_req,
    attr: Attr<Str>,
    text: *const c_char,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises a terminated string, and the request of a callback that is
        // running: an `InfoRequest`, which nobody else uses meanwhile.
        let (request, text) = unsafe {
            (
                &mut *req.cast::<InfoRequest<'_, '_>>(),
                CStr::from_char_ptr(text),
            )
        };
        request.text(attr, text)?;
        Ok(0)
    })
}

/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `name` and `value` are
/// terminated strings.
unsafe fn put_version(
    req: *mut bindings::devlink_info_req,
    kind: Version,
    name: *const c_char,
    value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises terminated strings, and the request of a callback that is
        // running: an `InfoRequest`, which nobody else uses meanwhile.
        let (request, name, value) = unsafe {
            (
                &mut *req.cast::<InfoRequest<'_, '_>>(),
                CStr::from_char_ptr(name),
                CStr::from_char_ptr(value),
            )
        };
        request.version(kind, name, value, version_type)?;
        Ok(0)
    })
}

/// No more is said about the version than its name and value.
const PLAIN: bindings::devlink_info_version_type =
    bindings::devlink_info_version_type_DEVLINK_INFO_VERSION_TYPE_NONE;

/// Tells the device's serial number.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `sn` a terminated string.
#[export]
pub unsafe extern "C" fn devlink_info_serial_number_put(
    req: *mut bindings::devlink_info_req,
    sn: *const c_char,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe { put_text(req, attr::INFO_SERIAL_NUMBER, sn) }
}

/// Tells the board's serial number.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, `bsn` a terminated string.
#[export]
pub unsafe extern "C" fn devlink_info_board_serial_number_put(
    req: *mut bindings::devlink_info_req,
    bsn: *const c_char,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe { put_text(req, attr::INFO_BOARD_SERIAL_NUMBER, bsn) }
}

/// Tells a version that never changes.
///
/// # Safety
///
/// `req` is the request of an `info_get` callback that is running, the others are terminated
/// strings.
#[export]
pub unsafe extern "C" fn devlink_info_version_fixed_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe { put_version(req, Version::Fixed, version_name, version_value, PLAIN) }
}

/// Tells the version of something in the device's flash memory.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_stored_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe { put_version(req, Version::Stored, version_name, version_value, PLAIN) }
}

/// Tells the version of something in the device's flash memory, and whether it can be flashed.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_stored_put_ext(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe {
        put_version(
            req,
            Version::Stored,
            version_name,
            version_value,
            version_type,
        )
    }
}

/// Tells the version of something that runs on the device.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_running_put(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe { put_version(req, Version::Running, version_name, version_value, PLAIN) }
}

/// Tells the version of something that runs on the device, and whether it can be flashed.
///
/// # Safety
///
/// As for [`devlink_info_version_fixed_put`].
#[export]
pub unsafe extern "C" fn devlink_info_version_running_put_ext(
    req: *mut bindings::devlink_info_req,
    version_name: *const c_char,
    version_value: *const c_char,
    version_type: bindings::devlink_info_version_type,
) -> c_int {
    // SAFETY: The caller promises what this function asks for.
    unsafe {
        put_version(
            req,
            Version::Running,
            version_name,
            version_value,
            version_type,
        )
    }
}
