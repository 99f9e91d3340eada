// SPDX-License-Identifier: GPL-2.0

//! Regions: memory of a device that users can look at.

use super::{
    instance::{
        Bringup,
        Locked,
        Setup,
        Unlocked, //
    },
    object::{
        callback,
        impl_handle,
        Handle,
        Kind,
        Node,
        Objects, //
    },
    Driver, //
};

use crate::{
    bindings,
    error::{
        from_err_ptr,
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    ptr,
    ptr::NonNull,
    slice, //
};

/// A kind of region of the driver `T` (`struct devlink_region_ops`).
#[vtable]
pub trait RegionOps<T: Driver>: Send + Sync {
    /// Its name, of which a device has only one.
    const NAME: &'static CStr;

    /// Takes a snapshot that a user asked for: fills `out`, which is zeros and exactly as long as
    /// the region.
    fn snapshot(&self, cx: &Locked<'_, T>, out: &mut [u8], extack: Extack<'_>) -> Result {
        let _ = (cx, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Reads the device itself: fills `out` with what is at `offset`. All of it is in the region.
    fn read(&self, cx: &Locked<'_, T>, offset: u64, out: &mut [u8], extack: Extack<'_>) -> Result {
        let _ = (cx, offset, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Regions as objects of an instance.
pub(super) struct RegionKind;

pub(super) struct RegionState {
    /// The core keeps a pointer to it.
    ops: bindings::devlink_region_ops,
    /// Null until the region exists.
    region: *mut bindings::devlink_region,
    size: usize,
}

impl Kind for RegionKind {
    type State = RegionState;

    unsafe fn unregister(state: *mut RegionState) {
        // SAFETY: The region exists, and the instance lock is held. Its snapshots end with it.
        unsafe { bindings::devl_region_destroy((*state).region) }
    }
}

/// A region.
pub struct Region<'s, T: Driver, R: RegionOps<T>>(Handle<'s, T, RegionKind, R>);

impl_handle!(Region: RegionOps);

impl<'s, T: Driver, R: RegionOps<T>> Region<'s, T, R> {
    /// Takes a snapshot that no user asked for: `fill` fills its argument, which is zeros and
    /// exactly as long as the region. Returns the snapshot's number
    /// (`devlink_region_snapshot_id_get()`, `devlink_region_snapshot_create()`,
    /// `devlink_region_snapshot_id_put()`).
    ///
    /// For regions that live as long as the binding. Fails with `ENOSPC` when there are as many
    /// snapshots as the region can have, and with what `fill` fails with.
    pub fn take_snapshot(
        self,
        cx: &mut Unlocked<'_, 's, T>,
        fill: impl FnOnce(&mut [u8]) -> Result,
    ) -> Result<u32> {
        let devlink = cx.devlink().as_ptr();
        // SAFETY: By the type invariants; these do not change while the object exists.
        let (region, size) = unsafe {
            let state = self.0.state();
            ((*state).region, (*state).size)
        };
        let mut data = Data::new(size)?;
        fill(data.as_mut_slice())?;
        let mut id = 0;
        // SAFETY: The instance is valid.
        to_result(unsafe { bindings::devlink_region_snapshot_id_get(devlink, &mut id) })?;
        // SAFETY: The region exists while there is an `Unlocked` with its lifetime. The data is as
        // long as the region. Nobody holds the region's lock: that is held only in callbacks.
        let result = to_result(unsafe {
            bindings::devlink_region_snapshot_create(region, data.as_mut_slice().as_mut_ptr(), id)
        });
        if result.is_ok() {
            // The region owns it now.
            data.into_raw();
        }
        // SAFETY: It was gotten above.
        unsafe { bindings::devlink_region_snapshot_id_put(devlink, id) };
        result.map(|()| id)
    }
}

/// Adds a region to the objects.
fn add<'s, T: Driver, R: RegionOps<T> + 's>(
    devlink: NonNull<bindings::devlink>,
    objects: &Objects,
    size: usize,
    max_snapshots: u32,
    value: R,
) -> Result<Region<'s, T, R>> {
    if size == 0 || size > isize::MAX as usize {
        return Err(EINVAL);
    }
    let state = RegionState {
        ops: bindings::devlink_region_ops {
            name: R::NAME.as_char_ptr(),
            destructor: Some(free_snapshot),
            snapshot: callback!(R::HAS_SNAPSHOT, snapshot::<T, R>),
            read: callback!(R::HAS_READ, read::<T, R>),
            priv_: ptr::null_mut(),
        },
        region: ptr::null_mut(),
        size,
    };
    let node = objects.add::<RegionKind, R>(state, value, |node| {
        let state = node.state();
        // SAFETY: The node is new, so nobody else uses its state. The core uses the operations
        // until `unregister`. The instance is valid and its lock is held.
        unsafe {
            (*state).ops.priv_ = ptr::from_ref(node).cast_mut().cast();
            (*state).region = from_err_ptr(bindings::devl_region_create(
                devlink.as_ptr(),
                &raw const (*state).ops,
                max_snapshots,
                size as u64,
            ))?;
        }
        Ok(())
    })?;
    // SAFETY: The objects are those of `'s`.
    Ok(Region(unsafe { Handle::new(node) }))
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// Adds a region of `size` bytes, which keeps at most `max_snapshots`
    /// (`devl_region_create()`).
    ///
    /// Fails with `EEXIST` if the device has one of that name, with `EINVAL` for a size of 0.
    pub fn region<R: RegionOps<T> + 'bound>(
        &self,
        size: usize,
        max_snapshots: u32,
        region: R,
    ) -> Result<Region<'bound, T, R>> {
        add(self.devlink(), self.objects(), size, max_snapshots, region)
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// As [`Setup::region`], for a region that goes with the device.
    pub fn region<R: RegionOps<T> + 'up>(
        &self,
        size: usize,
        max_snapshots: u32,
        region: R,
    ) -> Result<Region<'up, T, R>> {
        add(self.devlink(), self.objects(), size, max_snapshots, region)
    }
}

/// The memory of a snapshot, as long as its region, which is not empty.
struct Data(KVVec<u8>);

impl Data {
    /// Zeros.
    fn new(size: usize) -> Result<Self> {
        Ok(Data(KVVec::from_elem(0, size, GFP_KERNEL)?))
    }

    fn as_mut_slice(&mut self) -> &mut [u8] {
        &mut self.0
    }

    /// Gives the memory away; `free_snapshot` frees it.
    fn into_raw(self) -> *mut u8 {
        let (data, _, _) = self.0.into_raw_parts();
        data
    }
}

/// Frees the memory of a snapshot.
///
/// # Safety
///
/// `data` is what [`Data::into_raw`] returned.
unsafe extern "C" fn free_snapshot(data: *const c_void) {
    // SAFETY: By the requirements of this function, the memory is from `kvmalloc()`.
    unsafe { bindings::kvfree(data) }
}

/// The node whose operations `ops` are.
///
/// # Safety
///
/// `ops` are those that [`add`] gave the core for a region of kind `R`, which exists for `'a`.
unsafe fn node_of<'a, R>(ops: *const bindings::devlink_region_ops) -> &'a Node<RegionKind, R> {
    // SAFETY: `add` put the node there.
    unsafe { &*(*ops).priv_.cast() }
}

/// # Safety
///
/// Only to be called as an operation of a region that [`add`] made, by a devlink core.
unsafe extern "C" fn snapshot<T: Driver, R: RegionOps<T>>(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_region_ops,
    extack: *mut bindings::netlink_ext_ack,
    data: *mut *mut u8,
) -> c_int {
    // SAFETY: A core calls operations of regions with the instance lock held while the instance is
    // registered, and `Instance` registers it when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: A core calls these for a region that was not destroyed.
    let node = unsafe { node_of::<R>(ops) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The size does not change while the region exists.
    let size = unsafe { (*node.state()).size };
    super::to_errno(Data::new(size).and_then(|mut out| {
        node.value().snapshot(&cx, out.as_mut_slice(), extack)?;
        // SAFETY: The core passes a variable of its own, and frees the memory with `free_snapshot`.
        unsafe { *data = out.into_raw() };
        Ok(())
    }))
}

/// # Safety
///
/// As for [`snapshot`], and `data` is valid for `size` bytes.
unsafe extern "C" fn read<T: Driver, R: RegionOps<T>>(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_region_ops,
    extack: *mut bindings::netlink_ext_ack,
    offset: u64,
    size: u32,
    data: *mut u8,
) -> c_int {
    // SAFETY: As in `snapshot`.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: As in `snapshot`.
    let node = unsafe { node_of::<R>(ops) };
    // SAFETY: As in `snapshot`.
    let extack = unsafe { Extack::from_raw(extack) };
    let size = size as usize;
    // The buffer was not initialized.
    // SAFETY: The core passes a buffer of its own that is that long.
    let out = unsafe {
        ptr::write_bytes(data, 0, size);
        slice::from_raw_parts_mut(data, size)
    };
    super::to_errno(node.value().read(&cx, offset, out, extack))
}
