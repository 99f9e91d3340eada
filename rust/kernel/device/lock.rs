// SPDX-License-Identifier: GPL-2.0

//! The device lock, which keeps a device from being bound, unbound or reset.

use super::Device;

use kernel::{
    error::to_result,
    prelude::*,
    types::NotThreadSafe, //
};

/// The device lock is held (`device_lock()`).
pub struct DeviceLockGuard<'a> {
    device: &'a Device,
    _unlocked_by_locker: NotThreadSafe,
}

impl Device {
    /// Takes the device lock; a signal that ends the process ends the wait with [`EINTR`].
    pub fn lock_killable(&self) -> Result<DeviceLockGuard<'_>> {
        // SAFETY: `self` is a valid device.
        to_result(unsafe { bindings::device_lock_killable(self.as_raw()) })?;
        Ok(self.lock_guard())
    }

    /// Takes the device lock.
    pub fn lock(&self) -> DeviceLockGuard<'_> {
        // SAFETY: `self` is a valid device.
        unsafe { bindings::device_lock(self.as_raw()) };
        self.lock_guard()
    }

    /// Takes the device lock unless somebody has it (`device_trylock()`).
    pub fn try_lock(&self) -> Option<DeviceLockGuard<'_>> {
        // SAFETY: `self` is a valid device, whose lock is that mutex.
        let locked = unsafe { bindings::mutex_trylock(&raw mut (*self.as_raw()).mutex) } != 0;
        locked.then(|| self.lock_guard())
    }

    fn lock_guard(&self) -> DeviceLockGuard<'_> {
        DeviceLockGuard {
            device: self,
            _unlocked_by_locker: NotThreadSafe,
        }
    }
}

impl Drop for DeviceLockGuard<'_> {
    fn drop(&mut self) {
        // SAFETY: The guard stands for a held lock.
        unsafe { bindings::device_unlock(self.device.as_raw()) };
    }
}
