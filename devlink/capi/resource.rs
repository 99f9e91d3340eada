// SPDX-License-Identifier: GPL-2.0

//! `devl_resource_*()`: the resources of instances and ports.

use super::{
    instance::devlink_ref,
    port::{
        existing_children,
        port_children,
        port_devlink, //
    },
};

use crate::{
    instance::DriverLocked,
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

/// Asks the driver how much of a resource is in use (`devlink_resource_occ_get_t`).
///
/// # Invariants
///
/// The callback may be called with `data` under the driver lock from `occ_get_register` to
/// `occ_get_unregister`, both of which happen under the driver lock. Whoever calls it has found it
/// in the tree of resources after taking the lock.
#[derive(Copy, Clone)]
pub(crate) struct OccupancyGetter {
    callback: unsafe extern "C" fn(*mut c_void) -> u64,
    data: *mut c_void,
}

// SAFETY: The pointer is only passed to the callback, under the driver lock.
unsafe impl Send for OccupancyGetter {}
// SAFETY: As above.
unsafe impl Sync for OccupancyGetter {}

impl OccupancyGetter {
    /// Asks. The driver lock was taken before the getter was found in the tree.
    pub(crate) fn call(self, _devlink: DriverLocked<'_>) -> u64 {
        // SAFETY: The driver lock is held, so by the type invariants the getter is registered.
        unsafe { (self.callback)(self.data) }
    }
}

/// # Safety
///
/// `name` is a string, `params` is valid.
unsafe fn register(
    resources: &ResourceTree,
    devlink: DriverLocked<'_>,
    name: *const c_char,
    size: u64,
    id: u64,
    parent: u64,
    params: *const bindings::devlink_resource_size_params,
) -> Result {
    // As in the C core this does not keep the driver from registering it.
    warn_on!(id == PARENT_TOP);
    // SAFETY: By the safety requirements.
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
/// `DEVLINK_RESOURCE_ID_PARENT_TOP`; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `resource_name` a string, `params` is valid.
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
        // SAFETY: By the safety requirements.
        unsafe {
            let devlink = devlink_ref(devlink);
            register(
                &devlink.resources,
                DriverLocked::assert(devlink),
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

/// Unregisters all resources of an instance; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_resources_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: By the safety requirements.
    let devlink = unsafe { devlink_ref(devlink) };
    devlink
        .resources
        .unregister_all(DriverLocked::assert(devlink));
}

/// Unregisters all resources of an instance.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_resources_unregister(devlink: *mut bindings::devlink) {
    // SAFETY: By the safety requirements.
    let devlink = unsafe { devlink_ref(devlink) };
    let guard = devlink.lock();
    devlink.resources.unregister_all(guard.locked());
}

/// Stores the size that a resource is to have from now on; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `p_resource_size` is valid for writing.
#[export]
pub unsafe extern "C" fn devl_resource_size_get(
    devlink: *mut bindings::devlink,
    resource_id: u64,
    p_resource_size: *mut u64,
) -> c_int {
    from_result(|| {
        // SAFETY: By the safety requirements.
        let devlink = unsafe { devlink_ref(devlink) };
        let size = devlink
            .resources
            .adopt_size(DriverLocked::assert(devlink), resource_id)?;
        // SAFETY: By the safety requirements.
        unsafe { *p_resource_size = size };
        Ok(0)
    })
}

/// Lets users see how much of a resource is in use; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance. Until the getter or the resource is unregistered, `occ_get` may
/// be called with `occ_get_priv` by whoever holds the driver lock.
#[export]
pub unsafe extern "C" fn devl_resource_occ_get_register(
    devlink: *mut bindings::devlink,
    resource_id: u64,
    occ_get: bindings::devlink_resource_occ_get_t,
    occ_get_priv: *mut c_void,
) {
    // SAFETY: By the safety requirements.
    let devlink = unsafe { devlink_ref(devlink) };
    let locked = DriverLocked::assert(devlink);
    let Some(callback) = occ_get else {
        return;
    };
    // INVARIANT: By the safety requirements.
    let getter = OccupancyGetter {
        callback,
        data: occ_get_priv,
    };
    devlink.resources.set_getter(locked, resource_id, getter);
}

/// Ends what `devl_resource_occ_get_register()` began; the driver holds the driver lock. The getter
/// is not called any more when this returns.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_resource_occ_get_unregister(
    devlink: *mut bindings::devlink,
    resource_id: u64,
) {
    // SAFETY: By the safety requirements.
    let devlink = unsafe { devlink_ref(devlink) };
    devlink
        .resources
        .clear_getter(DriverLocked::assert(devlink), resource_id);
}

/// Registers a resource of a port; the driver holds the driver lock.
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
        // SAFETY: By the safety requirements; the driver lock serialises what is done with what
        // hangs on the port.
        unsafe {
            let locked = DriverLocked::assert(port_devlink(devlink_port));
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

/// Unregisters all resources of a port; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink_port` was initialised or registered.
#[export]
pub unsafe extern "C" fn devl_port_resources_unregister(devlink_port: *mut bindings::devlink_port) {
    // SAFETY: By the safety requirements; the driver lock serialises what is done with what hangs
    // on the port.
    let (locked, children) = unsafe {
        (
            DriverLocked::assert(port_devlink(devlink_port)),
            existing_children(devlink_port),
        )
    };
    if let Some(children) = children {
        children.resources.unregister_all(locked);
    }
}
