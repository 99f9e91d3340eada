// SPDX-License-Identifier: GPL-2.0

//! `devlink_region_*()`: regions and their snapshots.
//!
//! To the driver `struct devlink_region` is opaque: what it has is a pointer to a [`Handle`].

use super::{
    instance::{
        devlink_ref,
        locked_ref, //
    },
    port::{
        port_children,
        port_devlink, //
    },
};

use crate::{
    collection::Collection,
    driver::{
        access::InstanceLocked,
        region::{
            DriverRegion,
            SnapshotData, //
        },
    },
    instance::Devlink,
    port::Children,
    region::Region,
    weak::WeakDevlink, //
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
    warn_on,
    warn_on_once, //
};

/// The driver's ownership of a region: what `struct devlink_region` is.
struct Handle {
    region: Arc<Region>,
    devlink: WeakDevlink,
    port: Option<HandlePort>,
}

/// The port that a region is on, which need not be registered.
struct HandlePort {
    raw: *const bindings::devlink_port,
    children: Arc<Children>,
}

impl Handle {
    /// # Safety
    ///
    /// `region` was returned by a function that creates regions, and is not destroyed during `'a`.
    unsafe fn from_raw<'a>(region: *mut bindings::devlink_region) -> &'a Self {
        // SAFETY: `create()` made it from a `KBox<Handle>`, which is freed when the driver
        // destroys the region; until then only shared references are made of it.
        unsafe { &*region.cast() }
    }

    /// The instance. A driver that uses a region after it has freed the instance is warned.
    fn devlink(&self) -> Option<ARef<Devlink>> {
        let devlink = self.devlink.upgrade();
        warn_on!(devlink.is_none());
        devlink
    }

    fn list<'a>(&'a self, devlink: &'a Devlink) -> &'a Collection<u64, Region> {
        match &self.port {
            Some(port) => &port.children.regions,
            None => devlink.regions.list(),
        }
    }

    fn port_index(&self) -> Option<u32> {
        // SAFETY: A port exists at least as long as its regions; its index is written once, when
        // it is registered.
        self.port.as_ref().map(|port| unsafe { (*port.raw).index })
    }
}

/// Creates a region of an instance, or of its port, and what the driver has of it.
///
/// # Safety
///
/// `name` is a string.
unsafe fn create(
    devlink: InstanceLocked<'_>,
    port: Option<HandlePort>,
    name: *const c_char,
    size: u64,
    max_snapshots: u32,
    driver: DriverRegion,
) -> Result<*mut bindings::devlink_region> {
    // SAFETY: The caller got the name from the driver's table, as a terminated string.
    let name = unsafe { CStr::from_char_ptr(name) };
    let memory = KBox::<Handle>::new_uninit(GFP_KERNEL)?;
    let list = match &port {
        Some(port) => &port.children.regions,
        None => devlink.regions.list(),
    };
    // SAFETY: The port is valid, since its driver is creating a region on it.
    let index = port.as_ref().map(|port| unsafe { (*port.raw).index });
    let region = Region::create(devlink, list, index, name, size, max_snapshots, driver)?;
    let handle = Handle {
        region,
        devlink: devlink.weak().clone(),
        port,
    };
    Ok(KBox::into_raw(KBox::write(memory, handle)).cast())
}

/// Creates a region of an instance; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds; `ops` is null, or valid and unchanged
/// until the region is destroyed.
#[export]
pub unsafe extern "C" fn devl_region_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_region_ops,
    region_max_snapshots: u32,
    region_size: u64,
) -> *mut bindings::devlink_region {
    // SAFETY: The driver holds the lock of an instance that it has not freed; for the table it
    // promises what `create_on_instance()` needs.
    let created = unsafe {
        let locked = locked_ref(devlink);
        create_on_instance(locked, ops, region_max_snapshots, region_size)
    };
    created.unwrap_or_else(Error::to_ptr)
}

/// # Safety
///
/// As for `devl_region_create()`.
unsafe fn create_on_instance(
    devlink: InstanceLocked<'_>,
    ops: *const bindings::devlink_region_ops,
    max_snapshots: u32,
    size: u64,
) -> Result<*mut bindings::devlink_region> {
    // SAFETY: The driver promises that the table is null or outlives the region.
    let Some((driver, name)) = (unsafe { DriverRegion::of_instance(ops, devlink) }) else {
        warn_on!(true);
        return Err(EINVAL);
    };
    // SAFETY: The driver's table names a string.
    unsafe { create(devlink, None, name, size, max_snapshots, driver) }
}

/// Creates a region of an instance.
///
/// # Safety
///
/// As for `devl_region_create()`.
#[export]
pub unsafe extern "C" fn devlink_region_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_region_ops,
    region_max_snapshots: u32,
    region_size: u64,
) -> *mut bindings::devlink_region {
    // SAFETY: The driver makes regions before it frees the instance.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: The guard holds the lock; the rest the caller promises in the same words.
    unsafe { devl_region_create(devlink, ops, region_max_snapshots, region_size) }
}

/// Creates a region of a port, which may be registered later.
///
/// # Safety
///
/// `port` was initialised or registered and stays valid until the region is destroyed; `ops` is
/// null, or valid and unchanged until then.
#[export]
pub unsafe extern "C" fn devlink_port_region_create(
    port: *mut bindings::devlink_port,
    ops: *const bindings::devlink_port_region_ops,
    region_max_snapshots: u32,
    region_size: u64,
) -> *mut bindings::devlink_region {
    // SAFETY: The caller promises of port and table what `create_on_port()` needs.
    let created = unsafe { create_on_port(port, ops, region_max_snapshots, region_size) };
    created.unwrap_or_else(Error::to_ptr)
}

/// # Safety
///
/// As for `devlink_port_region_create()`.
unsafe fn create_on_port(
    port: *mut bindings::devlink_port,
    ops: *const bindings::devlink_port_region_ops,
    max_snapshots: u32,
    size: u64,
) -> Result<*mut bindings::devlink_region> {
    // SAFETY: The caller promises that the port is valid.
    let is_initialized = unsafe { (*port).initialized() != 0 };
    // Otherwise nobody knows what instance it belongs to.
    if warn_on_once!(!is_initialized) {
        return Err(EINVAL);
    }
    // SAFETY: An initialised port's instance is valid.
    let guard = unsafe { port_devlink(port) }.lock();
    // SAFETY: The driver calls.
    let locked = unsafe { guard.for_driver() };
    // SAFETY: The driver promises that the table is null or outlives the region.
    let Some((driver, name)) = (unsafe { DriverRegion::of_port(ops, locked) }) else {
        warn_on!(true);
        return Err(EINVAL);
    };
    let port = HandlePort {
        raw: port,
        // SAFETY: The instance lock serialises what is done with what hangs on the port.
        children: unsafe { port_children(port) }?,
    };
    // SAFETY: The driver's table names a string.
    unsafe { create(locked, Some(port), name, size, max_snapshots, driver) }
}

/// Destroys a region and its snapshots; the driver holds the instance lock. When this returns, the
/// driver is not called about the region any more, and no snapshot is left.
///
/// # Safety
///
/// `region` was returned by a function that creates regions, and nobody else uses it any more.
#[export]
pub unsafe extern "C" fn devl_region_destroy(region: *mut bindings::devlink_region) {
    // SAFETY: The driver gives up what it was given.
    let handle = unsafe { KBox::from_raw(region.cast::<Handle>()) };
    match handle.devlink() {
        Some(devlink) => handle.region.destroy(
            // SAFETY: The driver holds the lock, and has not freed the instance.
            unsafe { InstanceLocked::assume_held(&devlink) },
            handle.list(&devlink),
            handle.port_index(),
        ),
        None => handle.region.end(),
    }
}

/// Destroys a region and its snapshots.
///
/// # Safety
///
/// As for `devl_region_destroy()`.
#[export]
pub unsafe extern "C" fn devlink_region_destroy(region: *mut bindings::devlink_region) {
    // SAFETY: The driver gives the region up below, not before.
    let devlink = unsafe { Handle::from_raw(region) }.devlink.upgrade();
    let _guard = devlink.as_deref().map(Devlink::lock);
    // SAFETY: The driver gives the region up; the lock is held, unless the instance was freed.
    unsafe { devl_region_destroy(region) };
}

/// Stores an id for snapshots that the driver is about to add. It is given back by
/// `devlink_region_snapshot_id_put()`.
///
/// # Safety
///
/// `devlink` is a valid instance, `id` is valid for writing.
#[export]
pub unsafe extern "C" fn devlink_region_snapshot_id_get(
    devlink: *mut bindings::devlink,
    id: *mut u32,
) -> c_int {
    from_result(|| {
        // SAFETY: The driver takes ids before it frees the instance.
        let devlink = unsafe { devlink_ref(devlink) };
        let held = devlink.regions.snapshot_ids.allocate()?;
        // SAFETY: It is the address of the caller's variable.
        unsafe { *id = held.keep() };
        Ok(0)
    })
}

/// Gives an id back when the driver has added all the snapshots that are to have it.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devlink_region_snapshot_id_put(devlink: *mut bindings::devlink, id: u32) {
    // SAFETY: The driver gives ids back before it frees the instance.
    unsafe { devlink_ref(devlink) }
        .regions
        .snapshot_ids
        .release(id);
}

/// Adds a snapshot that the driver took by itself. Only on success `data` is taken over.
///
/// # Safety
///
/// `region` was returned by a function that creates regions and is not destroyed meanwhile; `data`
/// is as large as the region and can be freed by the destructor in the region's operations.
#[export]
pub unsafe extern "C" fn devlink_region_snapshot_create(
    region: *mut bindings::devlink_region,
    data: *mut u8,
    snapshot_id: u32,
) -> c_int {
    from_result(|| {
        // SAFETY: The driver has not destroyed the region, and does not while this runs.
        let handle = unsafe { Handle::from_raw(region) };
        let region = &handle.region;
        let devlink = handle.devlink().ok_or(ENODEV)?;
        let place = region.snapshot_place(&devlink, snapshot_id)?;
        // SAFETY: The caller promises that the data is as large as the region and that the
        // destructor frees it; it is taken over now, because nothing can fail from here on.
        let data = unsafe { SnapshotData::new(data, region.size(), region.driver().destructor()) };
        region.add_snapshot(&devlink, handle.port_index(), place, data);
        Ok(0)
    })
}
