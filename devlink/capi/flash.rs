// SPDX-License-Identifier: GPL-2.0

//! Firmware files, the driver's flash callback, and what drivers say while it runs.

use super::{
    instance::devlink_ref,
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use crate::{
    flash::{
        Job,
        Progress, //
    },
    instance::{
        Devlink,
        DriverLocked, //
    },
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::ptr::{
    self,
    NonNull, //
};

/// `DEVLINK_SUPPORT_FLASH_UPDATE_OVERWRITE_MASK`.
const SUPPORT_OVERWRITE_MASK: u32 = 1 << 0;

/// A firmware file in memory.
///
/// # Invariants
///
/// Owns what `request_firmware()` made.
pub(crate) struct Firmware(NonNull<bindings::firmware>);

impl Firmware {
    /// Loads the file of this name. Sleeps.
    pub(crate) fn request(devlink: &Devlink, name: &CStr) -> Result<Self> {
        let mut firmware = ptr::null();
        // SAFETY: The name is a terminated string, the device valid or null.
        to_result(unsafe {
            bindings::request_firmware(&mut firmware, name.as_char_ptr(), devlink.device_raw())
        })?;
        // INVARIANT: The call succeeded, so this is ours.
        NonNull::new(firmware.cast_mut())
            .map(Firmware)
            .ok_or(EINVAL)
    }
}

impl Drop for Firmware {
    fn drop(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { bindings::release_firmware(self.0.as_ptr()) };
    }
}

impl Ops {
    /// Whether the driver can flash.
    pub(crate) fn can_flash(self) -> bool {
        self.feature(Feature::Flash)
            .is_some_and(|table| table.flash_update.is_some())
    }

    /// Whether the driver can be told what to overwrite.
    pub(crate) fn supports_flash_overwrite(self) -> bool {
        self.table().supported_flash_update_params & SUPPORT_OVERWRITE_MASK != 0
    }

    /// Has the driver flash. Takes as long as it takes.
    pub(crate) fn flash_update(
        self,
        devlink: DriverLocked<'_>,
        job: &Job<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self
            .feature(Feature::Flash)
            .and_then(|table| table.flash_update)
            .ok_or(MISSING)?;
        let mut params = bindings::devlink_flash_update_params {
            fw: job.firmware.0.as_ptr(),
            component: job.component.map_or(ptr::null(), |name| name.as_char_ptr()),
            overwrite_mask: job.overwrite_mask,
        };
        // SAFETY: The instance is valid and its driver lock held; the driver's table promises
        // that the callback may then be called. What `params` points to outlives the call.
        to_result(unsafe { callback(devlink.as_raw(), &mut params, extack.as_raw()) })
    }
}

/// The string behind a pointer from C, if there is one.
///
/// # Safety
///
/// `text` is null, or a terminated string that stays as it is during `'a`.
unsafe fn optional_text<'a>(text: *const c_char) -> Option<&'a CStr> {
    if text.is_null() {
        return None;
    }
    // SAFETY: By the safety requirements.
    Some(unsafe { CStr::from_char_ptr(text) })
}

/// Says how far a flash has got; called by drivers out of their `flash_update` callback.
///
/// # Safety
///
/// `devlink` is a valid instance; `status_msg` and `component` are null or terminated strings.
#[export]
pub unsafe extern "C" fn devlink_flash_update_status_notify(
    devlink: *mut bindings::devlink,
    status_msg: *const c_char,
    component: *const c_char,
    done: c_ulong,
    total: c_ulong,
) {
    // SAFETY: By the safety requirements.
    let (devlink, message, component) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
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
    // SAFETY: By the safety requirements.
    let (devlink, message, component) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
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
