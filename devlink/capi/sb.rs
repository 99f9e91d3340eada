// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about shared buffers, and their registration.

use super::instance::{
    devlink_ref,
    locked_ref, //
};

use crate::{
    sb::Layout, //
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    warn_on, //
};

/// Registers a shared buffer; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_sb_register(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
    size: u32,
    ingress_pools_count: u16,
    egress_pools_count: u16,
    ingress_tc_count: u16,
    egress_tc_count: u16,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the instance is valid and its lock held.
        let devlink = unsafe { locked_ref(devlink) };
        devlink.register_sb(Layout {
            index: sb_index,
            size,
            ingress_pools: ingress_pools_count,
            egress_pools: egress_pools_count,
            ingress_classes: ingress_tc_count,
            egress_classes: egress_tc_count,
        })?;
        Ok(0)
    })
}

/// Registers a shared buffer.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_sb_register(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
    size: u32,
    ingress_pools_count: u16,
    egress_pools_count: u16,
    ingress_tc_count: u16,
    egress_tc_count: u16,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe {
        devl_sb_register(
            devlink,
            sb_index,
            size,
            ingress_pools_count,
            egress_pools_count,
            ingress_tc_count,
            egress_tc_count,
        )
    }
}

/// Unregisters a shared buffer; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_sb_unregister(devlink: *mut bindings::devlink, sb_index: c_uint) {
    // SAFETY: The caller promises that the instance is valid and its lock held.
    let devlink = unsafe { locked_ref(devlink) };
    warn_on!(devlink.unregister_sb(sb_index).is_err());
}

/// Unregisters a shared buffer.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_sb_unregister(devlink: *mut bindings::devlink, sb_index: c_uint) {
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_sb_unregister(devlink, sb_index) };
}
