// SPDX-License-Identifier: GPL-2.0

//! The driver's side of a line card and of its types.

use super::{
    access::{
        InstanceLocked,
        Owner, //
    },
    ops::MISSING, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    str::CString,
    sync::Arc,
    warn_on, //
};

use core::{
    ffi::c_void,
    ptr, //
};

/// A type of line cards as its driver knows it.
#[derive(Copy, Clone)]
pub(crate) struct DriverType {
    name: *const c_char,
    data: *const c_void,
}

// SAFETY: The pointers are only handed to the driver they came from.
unsafe impl Send for DriverType {}

// SAFETY: The pointers are only handed to the driver they came from.
unsafe impl Sync for DriverType {}

/// A type that a line card can be provisioned as.
pub(crate) struct Type {
    /// What users call it.
    pub(crate) name: Arc<CString>,
    /// What the driver calls it.
    pub(crate) driver: DriverType,
}

/// The driver's side of a line card.
///
/// # Invariants
///
/// `ops` and `data` belong to the driver and are valid until it destroys the line card, when
/// `owner` changes, and so is `handle`.
pub(crate) struct DriverLinecard {
    handle: *mut bindings::devlink_linecard,
    ops: &'static bindings::devlink_linecard_ops,
    data: *mut c_void,
    owner: Owner,
}

// SAFETY: The pointers are only handed to the driver they came from.
unsafe impl Send for DriverLinecard {}

// SAFETY: The pointers are only handed to the driver they came from, under the instance lock.
unsafe impl Sync for DriverLinecard {}

impl DriverLinecard {
    /// The side of the driver that creates a line card.
    ///
    /// # Safety
    ///
    /// `handle` is what the driver will know the line card by, and valid before others can find it.
    /// `ops` is valid and unchanged until the line card is destroyed, and its callbacks may be
    /// called with `data` until then with the instance lock held.
    pub(crate) unsafe fn new(
        handle: *mut bindings::devlink_linecard,
        ops: &'static bindings::devlink_linecard_ops,
        data: *mut c_void,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverLinecard {
            handle,
            ops,
            data,
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Provisions the line card. The driver may finish it later.
    pub(crate) fn provision(
        &self,
        devlink: InstanceLocked<'_>,
        type_: DriverType,
        extack: Extack<'_>,
    ) -> Result {
        devlink.check(&self.owner)?;
        let callback = self.ops.provision.ok_or(MISSING)?;
        // SAFETY: The lock is held and the line card not destroyed; the type is one of those that
        // the driver named.
        to_result(unsafe {
            callback(
                self.handle,
                self.data,
                type_.name,
                type_.data,
                extack.as_raw(),
            )
        })
    }

    /// Unprovisions the line card. The driver may finish it later.
    pub(crate) fn unprovision(&self, devlink: InstanceLocked<'_>, extack: Extack<'_>) -> Result {
        devlink.check(&self.owner)?;
        let callback = self.ops.unprovision.ok_or(MISSING)?;
        // SAFETY: The lock is held and the line card not destroyed.
        to_result(unsafe { callback(self.handle, self.data, extack.as_raw()) })
    }

    /// Whether the line card is already provisioned exactly as this type says.
    pub(crate) fn same_provision(&self, devlink: InstanceLocked<'_>, type_: DriverType) -> bool {
        let callback = self.ops.same_provision;
        callback.is_some_and(|callback| {
            if devlink.check(&self.owner).is_err() {
                return false;
            }
            // SAFETY: The lock is held and the line card not destroyed; the type is one of those
            // that the driver named.
            unsafe { callback(self.handle, self.data, type_.name, type_.data) }
        })
    }

    /// The types that the driver offers for the line card, which it is creating.
    pub(crate) fn types(&self, devlink: InstanceLocked<'_>) -> Result<KVec<Type>> {
        devlink.check(&self.owner)?;
        let count = self.ops.types_count.ok_or(MISSING)?;
        let get = self.ops.types_get.ok_or(MISSING)?;
        // SAFETY: The lock is held and the line card not destroyed.
        let count = unsafe { count(self.handle, self.data) };
        let mut types = KVec::new();
        for index in 0..count {
            let mut driver = DriverType {
                name: ptr::null(),
                data: ptr::null(),
            };
            // SAFETY: The lock is held and the line card not destroyed; there are `count` types,
            // and the places for the answer are valid.
            unsafe {
                get(
                    self.handle,
                    self.data,
                    index,
                    &mut driver.name,
                    &mut driver.data,
                )
            };
            if warn_on!(driver.name.is_null()) {
                return Err(EINVAL);
            }
            // SAFETY: The driver has stored a string, which is valid as long as its line card.
            let name = unsafe { CStr::from_char_ptr(driver.name) };
            let name = Arc::new(CString::try_from(name)?, GFP_KERNEL)?;
            types.push(Type { name, driver }, GFP_KERNEL)?;
        }
        Ok(types)
    }
}
