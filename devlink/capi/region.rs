// SPDX-License-Identifier: GPL-2.0

//! `devlink_region_*()`: regions, their snapshots, and calls into the driver about them.
//!
//! To the driver `struct devlink_region` is opaque: what it has is a pointer to a [`Handle`].

use super::{
    instance::devlink_ref,
    ops::MISSING,
    port::{
        port_children,
        port_devlink, //
    },
};

use crate::{
    collection::Collection,
    instance::{
        Devlink,
        DriverLocked,
        MayCall, //
    },
    port::{
        Children,
        Port, //
    },
    region::Region,
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
    warn_on,
    warn_on_once, //
};

use core::{
    ffi::c_void,
    ptr, //
};

type Destructor = unsafe extern "C" fn(*const c_void);

/// The contents of a snapshot, which the driver made and frees.
///
/// # Invariants
///
/// `len` bytes are readable at `data` and do not change, until the destructor is called with
/// `data`, which happens once.
pub(crate) struct SnapshotData {
    data: *const u8,
    len: usize,
    destructor: Destructor,
}

// SAFETY: The memory is only read, and freeing it is not tied to a task.
unsafe impl Send for SnapshotData {}
// SAFETY: The memory is only read.
unsafe impl Sync for SnapshotData {}

impl SnapshotData {
    /// # Safety
    ///
    /// The driver hands over `data`, which is null or as large as the region, which has `size`
    /// bytes; `destructor` frees it.
    unsafe fn new(data: *const u8, size: u64, destructor: Destructor) -> Self {
        // INVARIANT: By the safety requirements; what exceeds the address space is not there.
        SnapshotData {
            data,
            len: usize::try_from(size).unwrap_or(0),
            destructor,
        }
    }

    /// The contents.
    pub(crate) fn bytes(&self) -> &[u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: By the type invariants.
        unsafe { core::slice::from_raw_parts(self.data, self.len) }
    }
}

impl Drop for SnapshotData {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. The driver's code is still there: its regions wait for
        // those who read their snapshots when they are destroyed.
        unsafe { (self.destructor)(self.data.cast()) };
    }
}

#[derive(Copy, Clone)]
enum RegionOps {
    Instance(*const bindings::devlink_region_ops),
    Port(*const bindings::devlink_port_region_ops),
}

/// The driver's side of a region.
///
/// # Invariants
///
/// The table of operations is valid and unchanged until the region is destroyed. The methods that
/// take a [`MayCall`] may be called until then, which that guarantees to whoever found the region in
/// its collection and got it for that.
pub(crate) struct DriverRegion {
    ops: RegionOps,
    destructor: Destructor,
    can_snapshot: bool,
    can_read: bool,
}

// SAFETY: The table is only read, which does not matter to anybody else.
unsafe impl Send for DriverRegion {}
// SAFETY: As above.
unsafe impl Sync for DriverRegion {}

impl DriverRegion {
    /// Whether the driver can take a snapshot at any time.
    pub(crate) fn can_snapshot(&self) -> bool {
        self.can_snapshot
    }

    /// Takes a snapshot of the region, which has `size` bytes; `port` is the one it is on.
    pub(crate) fn snapshot(
        &self,
        devlink: MayCall<'_>,
        port: Option<&Port>,
        size: u64,
        extack: Extack<'_>,
    ) -> Result<SnapshotData> {
        let mut data = ptr::null_mut();
        // SAFETY: The driver may be called about the region, so by the type invariants the table is
        // valid; the port is registered as long as the region is, and the other arguments are valid
        // for the call.
        to_result(unsafe {
            match (self.ops, port) {
                (RegionOps::Instance(ops), None) => {
                    let callback = (*ops).snapshot.ok_or(MISSING)?;
                    callback(devlink.as_raw(), ops, extack.as_raw(), &mut data)
                }
                (RegionOps::Port(ops), Some(port)) => {
                    let callback = (*ops).snapshot.ok_or(MISSING)?;
                    callback(port.driver().as_raw(), ops, extack.as_raw(), &mut data)
                }
                _ => return Err(EINVAL),
            }
        })?;
        // SAFETY: On success the driver has stored memory of the region's size.
        Ok(unsafe { SnapshotData::new(data, size, self.destructor) })
    }

    /// Whether the driver can read the region itself.
    pub(crate) fn can_read(&self) -> bool {
        self.can_read
    }

    /// Reads as much of the region as fits into `buffer`, which is not on the stack: the device
    /// may write into it.
    pub(crate) fn read(
        &self,
        devlink: MayCall<'_>,
        port: Option<&Port>,
        offset: u64,
        buffer: &mut [u8],
        extack: Extack<'_>,
    ) -> Result {
        let len = u32::try_from(buffer.len()).map_err(|_| EINVAL)?;
        let (extack, buffer) = (extack.as_raw(), buffer.as_mut_ptr());
        // SAFETY: As in `snapshot()`; `buffer` has room for `len` bytes.
        to_result(unsafe {
            match (self.ops, port) {
                (RegionOps::Instance(ops), None) => {
                    let callback = (*ops).read.ok_or(MISSING)?;
                    callback(devlink.as_raw(), ops, extack, offset, len, buffer)
                }
                (RegionOps::Port(ops), Some(port)) => {
                    let callback = (*ops).read.ok_or(MISSING)?;
                    callback(port.driver().as_raw(), ops, extack, offset, len, buffer)
                }
                _ => return Err(EINVAL),
            }
        })
    }
}

/// The driver's ownership of a region: what `struct devlink_region` is.
struct Handle {
    region: Arc<Region>,
    devlink: ARef<Devlink>,
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
        // SAFETY: By the safety requirements.
        unsafe { &*region.cast() }
    }

    fn list(&self) -> &Collection<u64, Region> {
        match &self.port {
            Some(port) => &port.children.regions,
            None => self.devlink.regions.list(),
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
    devlink: DriverLocked<'_>,
    port: Option<HandlePort>,
    name: *const c_char,
    size: u64,
    max_snapshots: u32,
    driver: DriverRegion,
) -> Result<*mut bindings::devlink_region> {
    // SAFETY: By the safety requirements.
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
        devlink: devlink.devlink().into(),
        port,
    };
    Ok(KBox::into_raw(KBox::write(memory, handle)).cast())
}

/// Creates a region of an instance; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance; `ops` is null, or valid and unchanged until the region is
/// destroyed.
#[export]
pub unsafe extern "C" fn devl_region_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_region_ops,
    region_max_snapshots: u32,
    region_size: u64,
) -> *mut bindings::devlink_region {
    // SAFETY: By the safety requirements.
    let created = unsafe {
        let locked = DriverLocked::assert(devlink_ref(devlink));
        create_on_instance(locked, ops, region_max_snapshots, region_size)
    };
    created.unwrap_or_else(Error::to_ptr)
}

/// # Safety
///
/// As for `devl_region_create()`.
unsafe fn create_on_instance(
    devlink: DriverLocked<'_>,
    ops: *const bindings::devlink_region_ops,
    max_snapshots: u32,
    size: u64,
) -> Result<*mut bindings::devlink_region> {
    // SAFETY: By the safety requirements.
    let table = unsafe { ops.as_ref() };
    let Some((table, destructor)) = table.and_then(|table| Some((table, table.destructor?))) else {
        warn_on!(true);
        return Err(EINVAL);
    };
    let driver = DriverRegion {
        ops: RegionOps::Instance(ops),
        destructor,
        can_snapshot: table.snapshot.is_some(),
        can_read: table.read.is_some(),
    };
    // SAFETY: By the safety requirements.
    unsafe { create(devlink, None, table.name, size, max_snapshots, driver) }
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
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
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
    // SAFETY: By the safety requirements.
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
    // SAFETY: By the safety requirements.
    let (is_initialized, table) = unsafe { ((*port).initialized() != 0, ops.as_ref()) };
    // Otherwise nobody knows what instance it belongs to.
    if warn_on_once!(!is_initialized) {
        return Err(EINVAL);
    }
    let Some((table, destructor)) = table.and_then(|table| Some((table, table.destructor?))) else {
        warn_on!(true);
        return Err(EINVAL);
    };
    let driver = DriverRegion {
        ops: RegionOps::Port(ops),
        destructor,
        can_snapshot: table.snapshot.is_some(),
        can_read: table.read.is_some(),
    };
    // SAFETY: By the safety requirements; the driver lock serialises what is done with what hangs
    // on the port.
    unsafe {
        let guard = port_devlink(port).lock();
        let port = HandlePort {
            raw: port,
            children: port_children(port)?,
        };
        create(
            guard.locked(),
            Some(port),
            table.name,
            size,
            max_snapshots,
            driver,
        )
    }
}

/// Destroys a region and its snapshots; the driver holds the driver lock. When this returns, the
/// driver is not called about the region any more, and no snapshot is left.
///
/// # Safety
///
/// `region` was returned by a function that creates regions, and nobody else uses it any more.
#[export]
pub unsafe extern "C" fn devl_region_destroy(region: *mut bindings::devlink_region) {
    // SAFETY: By the safety requirements; the driver gives up what it was given.
    let handle = unsafe { KBox::from_raw(region.cast::<Handle>()) };
    let locked = DriverLocked::assert(&handle.devlink);
    handle
        .region
        .destroy(locked, handle.list(), handle.port_index());
}

/// Destroys a region and its snapshots.
///
/// # Safety
///
/// As for `devl_region_destroy()`.
#[export]
pub unsafe extern "C" fn devlink_region_destroy(region: *mut bindings::devlink_region) {
    // SAFETY: By the safety requirements. The reference outlives the region.
    let devlink = unsafe { Handle::from_raw(region) }.devlink.clone();
    let _guard = devlink.lock();
    // SAFETY: By the safety requirements; the lock is held.
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
        // SAFETY: By the safety requirements.
        let devlink = unsafe { devlink_ref(devlink) };
        let held = devlink.regions.snapshot_ids.allocate()?;
        // SAFETY: By the safety requirements.
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
    // SAFETY: By the safety requirements.
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
        // SAFETY: By the safety requirements.
        let handle = unsafe { Handle::from_raw(region) };
        let Handle {
            region, devlink, ..
        } = handle;
        let place = region.snapshot_place(devlink, snapshot_id)?;
        // SAFETY: By the safety requirements. Nothing can fail from here on.
        let data = unsafe { SnapshotData::new(data, region.size(), region.driver().destructor) };
        region.add_snapshot(devlink, handle.port_index(), place, data);
        Ok(0)
    })
}
