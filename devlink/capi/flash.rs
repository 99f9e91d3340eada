// SPDX-License-Identifier: GPL-2.0

//! Functions by which drivers tell the progress of a flash.

use super::instance::locked_ref;

use crate::{
    flash::Progress, //
};

use kernel::{
    bindings,
    prelude::*, //
};

/// The string behind a pointer from C, if there is one.
///
/// # Safety
///
/// `text` is null, or a terminated string that stays as it is during `'a`.
unsafe fn optional_text<'a>(text: *const c_char) -> Option<&'a CStr> {
    if text.is_null() {
        return None;
    }
    // SAFETY: It is not null, so the caller promises a terminated string that does not change.
    Some(unsafe { CStr::from_char_ptr(text) })
}

/// Says how far a flash has got; called by drivers out of their `flash_update` callback.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds; `status_msg` and `component` are null
/// or terminated strings.
#[export]
pub unsafe extern "C" fn devlink_flash_update_status_notify(
    devlink: *mut bindings::devlink,
    status_msg: *const c_char,
    component: *const c_char,
    done: c_ulong,
    total: c_ulong,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and that the texts
    // are null or strings.
    let (devlink, message, component) = unsafe {
        (
            locked_ref(devlink),
            optional_text(status_msg),
            optional_text(component),
        )
    };
    devlink.notify_flash_progress(&Progress {
        message,
        component,
        done: done as u64,
        total: total as u64,
        ..Progress::default()
    });
}

/// Says that nothing more may be heard of a flash for `timeout` seconds; called by drivers out of
/// their `flash_update` callback.
///
/// # Safety
///
/// As for [`devlink_flash_update_status_notify`].
#[export]
pub unsafe extern "C" fn devlink_flash_update_timeout_notify(
    devlink: *mut bindings::devlink,
    status_msg: *const c_char,
    component: *const c_char,
    timeout: c_ulong,
) {
    // SAFETY: The caller promises that the instance is valid and its lock held, and that the texts
    // are null or strings.
    let (devlink, message, component) = unsafe {
        (
            locked_ref(devlink),
            optional_text(status_msg),
            optional_text(component),
        )
    };
    devlink.notify_flash_progress(&Progress {
        message,
        component,
        timeout: timeout as u64,
        ..Progress::default()
    });
}
