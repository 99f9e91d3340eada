// SPDX-License-Identifier: GPL-2.0

//! The callback that says how much of a resource is in use.

use super::access::{
    InstanceLocked,
    Owner, //
};

use kernel::prelude::*;

use core::ffi::c_void;

/// Asks the driver how much of a resource is in use (`devlink_resource_occ_get_t`).
///
/// # Invariants
///
/// The callback may be called with `data` under the instance lock from `occ_get_register` to
/// `occ_get_unregister`, both of which happen under the instance lock. Whoever calls it has found
/// it in the tree of resources after taking the lock.
#[derive(Copy, Clone)]
pub(crate) struct OccupancyGetter {
    callback: unsafe extern "C" fn(*mut c_void) -> u64,
    data: *mut c_void,
}

// SAFETY: The pointer is only passed to the callback, under the instance lock.
unsafe impl Send for OccupancyGetter {}

// SAFETY: The pointer is only passed to the callback, under the instance lock.
unsafe impl Sync for OccupancyGetter {}

impl OccupancyGetter {
    /// The driver's callback and what it is called with.
    ///
    /// # Safety
    ///
    /// `callback` may be called with `data` and the instance lock held until it is unregistered.
    pub(crate) unsafe fn new(
        callback: unsafe extern "C" fn(*mut c_void) -> u64,
        data: *mut c_void,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        OccupancyGetter { callback, data }
    }

    /// Asks. The getter was found in a tree of `owner` after the instance lock was taken; [`ENODEV`]
    /// if that is the lock of another instance.
    pub(crate) fn call(self, owner: &Owner, devlink: InstanceLocked<'_>) -> Result<u64> {
        devlink.check(owner)?;
        // SAFETY: The instance lock is held, so by the type invariants the getter is registered.
        Ok(unsafe { (self.callback)(self.data) })
    }
}
