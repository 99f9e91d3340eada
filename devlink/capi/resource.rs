// SPDX-License-Identifier: GPL-2.0

//! `devl_resource_*()`: the resources of instances and ports.

use super::{
    instance::{
        devlink_ref,
        locked_ref, //
    },
    port::{
        existing_children,
        port_children,
        port_devlink, //
    },
};

use crate::{
    driver::{
        access::InstanceLocked,
        resource::OccupancyGetter, //
    },
    resource::{
        Limits,
        NewResource,
        ResourceTree, //
    },
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    warn_on, //
};

use core::ffi::c_void;

/// The id that stands for no resource where a parent is asked for.
const PARENT_TOP: u64 = bindings::DEVLINK_RESOURCE_ID_PARENT_TOP as u64;

/// # Safety
///
/// `name` is a string, `params` is valid.
unsafe fn register(
    resources: &ResourceTree,
    devlink: InstanceLocked<'_>,
    name: *const c_char,
    size: u64,
    id: u64,
    parent: u64,
    params: *const bindings::devlink_resource_size_params,
) -> Result {
    // As in the C core this does not keep the driver from registering it.
    warn_on!(id == PARENT_TOP);
    // SAFETY: The caller promises that the name is a string, and that `params` is valid.
    let (name, params) = unsafe { (CStr::from_char_ptr(name), &*params) };
    let new = NewResource {
        name,
        id,
        parent: (parent != PARENT_TOP).then_some(parent),
        size,
        limits: Limits {
            min: params.size_min,
            max: params.size_max,
            granularity: params.size_granularity,
        },
        unit: params.unit as u8,
    };
    resources.register(devlink, new)
}

/// Registers a resource of an instance, as a part of another one unless `parent_resource_id` is
/// `DEVLINK_RESOURCE_ID_PARENT_TOP`; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `resource_name` a string, `params` is
/// valid.
#[export]
pub unsafe extern "C" fn devl_resource_register(
    devlink: *mut bindings::devlink,
    resource_name: *const c_char,
    resource_size: u64,
    resource_id: u64,
    parent_resource_id: u64,
    params: *const bindings::devlink_resource_size_params,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the instance is valid and its lock held.
        unsafe {
            let locked = locked_ref(devlink);
            register(
                &locked.devlink().resources,
                locked,
                resource_name,
                resource_size,
                resource_id,
                parent_resource_id,
                params,
            )?;
        }
        Ok(0)
    })
}

/// Unregisters all resources of an instance; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_resources_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: The instance is valid, and the driver holds its lock.
    let locked = unsafe { locked_ref(devlink) };
    locked.resources.unregister_all(locked);
}

/// Unregisters all resources of an instance.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_resources_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: The instance is valid.
    let devlink = unsafe { devlink_ref(devlink) };
    let guard = devlink.lock();
    // SAFETY: The driver calls.
    devlink
        .resources
        .unregister_all(unsafe { guard.for_driver() });
}

/// Stores the size that a resource is to have from now on; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `p_resource_size` is valid for
/// writing.
#[export]
pub unsafe extern "C" fn devl_resource_size_get(
    devlink: *mut bindings::devlink,
    resource_id: u64,
    p_resource_size: *mut u64,
) -> c_int {
    from_result(|| {
        // SAFETY: The instance is valid, and the driver holds its lock.
        let locked = unsafe { locked_ref(devlink) };
        let size = locked.resources.adopt_size(locked, resource_id)?;
        // SAFETY: The caller promises that the place is valid for writing.
        unsafe { *p_resource_size = size };
        Ok(0)
    })
}

/// Lets users see how much of a resource is in use; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds. Until the getter or the resource is
/// unregistered, `occ_get` may be called with `occ_get_priv` by whoever holds the instance lock.
#[export]
pub unsafe extern "C" fn devl_resource_occ_get_register(
    devlink: *mut bindings::devlink,
    resource_id: u64,
    occ_get: bindings::devlink_resource_occ_get_t,
    occ_get_priv: *mut c_void,
) {
    // SAFETY: The instance is valid, and the driver holds its lock.
    let locked = unsafe { locked_ref(devlink) };
    let Some(callback) = occ_get else {
        return;
    };
    // SAFETY: The driver unregisters the callback before it or its data goes.
    let getter = unsafe { OccupancyGetter::new(callback, occ_get_priv) };
    locked.resources.set_getter(locked, resource_id, getter);
}

/// Ends what `devl_resource_occ_get_register()` began; the driver holds the instance lock. The
/// getter is not called any more when this returns.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_resource_occ_get_unregister(
    devlink: *mut bindings::devlink,
    resource_id: u64,
) {
    // SAFETY: The instance is valid, and the driver holds its lock.
    let locked = unsafe { locked_ref(devlink) };
    locked.resources.clear_getter(locked, resource_id);
}

/// Registers a resource of a port; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink_port` was initialised or registered, `resource_name` is a string, `params` is valid.
#[export]
pub unsafe extern "C" fn devl_port_resource_register(
    devlink_port: *mut bindings::devlink_port,
    resource_name: *const c_char,
    resource_size: u64,
    resource_id: u64,
    parent_resource_id: u64,
    params: *const bindings::devlink_resource_size_params,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the port has a valid instance, whose lock is held, and
        // that nobody else uses what hangs on the port. The instance lock serialises what is done
        // with what hangs on the port.
        unsafe {
            let locked = InstanceLocked::assume_held(port_devlink(devlink_port));
            register(
                &port_children(devlink_port)?.resources,
                locked,
                resource_name,
                resource_size,
                resource_id,
                parent_resource_id,
                params,
            )?;
        }
        Ok(0)
    })
}

/// Unregisters all resources of a port; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink_port` was initialised or registered.
#[export]
pub unsafe extern "C" fn devl_port_resources_unregister(devlink_port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that the port has a valid instance, whose lock is held, and that
    // nobody else uses what hangs on the port. The instance lock serialises what is done with what
    // hangs on the port.
    let (locked, children) = unsafe {
        (
            InstanceLocked::assume_held(port_devlink(devlink_port)),
            existing_children(devlink_port),
        )
    };
    if let Some(children) = children {
        children.resources.unregister_all(locked);
    }
}
