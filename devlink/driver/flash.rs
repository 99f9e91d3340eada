// SPDX-License-Identifier: GPL-2.0

//! Firmware files, and the call that has the driver flash one.

use super::{
    access::LockedOps,
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use crate::instance::Devlink;

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
        // SAFETY: By the type invariants this owns what `request_firmware()` made, and gives it
        // back once.
        unsafe { bindings::release_firmware(self.0.as_ptr()) };
    }
}

/// What is to be flashed, and how.
pub(crate) struct Job<'a> {
    /// What to write.
    pub(crate) firmware: &'a Firmware,
    /// The part of the device to write it to; all that the file is for if `None`.
    pub(crate) component: Option<&'a CStr>,
    /// What may be overwritten with what is in the file (`DEVLINK_FLASH_OVERWRITE_*` bits).
    pub(crate) overwrite_mask: u32,
}

impl Ops<'_> {
    /// Whether the driver can flash.
    pub(crate) fn can_flash(self) -> bool {
        self.feature(Feature::Flash)
            .is_some_and(|table| table.flash_update.is_some())
    }

    /// Whether the driver can be told what to overwrite.
    pub(crate) fn supports_flash_overwrite(self) -> bool {
        self.table().supported_flash_update_params & SUPPORT_OVERWRITE_MASK != 0
    }
}

impl LockedOps<'_> {
    /// Has the driver flash. Takes as long as it takes.
    pub(crate) fn flash_update(self, job: &Job<'_>, extack: Extack<'_>) -> Result {
        let callback = self
            .feature(Feature::Flash)
            .and_then(|table| table.flash_update)
            .ok_or(MISSING)?;
        let mut params = bindings::devlink_flash_update_params {
            fw: job.firmware.0.as_ptr(),
            component: job.component.map_or(ptr::null(), |name| name.as_char_ptr()),
            overwrite_mask: job.overwrite_mask,
        };
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called. What `params` points to outlives the call.
        to_result(unsafe { callback(self.devlink().as_raw(), &mut params, extack.as_raw()) })
    }
}
