// SPDX-License-Identifier: GPL-2.0

//! Regions: memory of a device that users can look at.

use super::{
    held::Holds,
    instance::{
        Bringup,
        Locked,
        Pinned,
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
    port::OnPort,
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
    marker::PhantomData,
    ptr,
    ptr::NonNull,
    slice, //
};

/// A kind of region of the driver `T` (`struct devlink_region_ops`, and for regions of ports
/// `struct devlink_port_region_ops`).
///
/// Callbacks about it may run beside those about other objects, without the instance lock.
#[vtable]
pub trait RegionOps<T: Driver>: Send + Sync {
    /// Its name, of which a device, or a port, has only one.
    const NAME: &'static CStr;

    /// The name of this one, if there are many of the kind.
    fn name(&self) -> &CStr {
        Self::NAME
    }

    /// Takes a snapshot that a user asked for: fills `out`, which is zeros and exactly as long as
    /// the region (`snapshot`).
    fn snapshot(&self, cx: &Pinned<'_, T>, out: &mut [u8], extack: Extack<'_>) -> Result {
        let _ = (cx, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Reads the device itself: fills `out` with what is at `offset`. All of it is in the region
    /// (`read`).
    fn read(&self, cx: &Pinned<'_, T>, offset: u64, out: &mut [u8], extack: Extack<'_>) -> Result {
        let _ = (cx, offset, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Regions as objects of an instance.
pub(super) struct RegionKind;

pub(super) struct RegionState {
    devlink: NonNull<bindings::devlink>,
    /// The core keeps a pointer to one of these.
    ops: bindings::devlink_region_ops,
    port_ops: bindings::devlink_port_region_ops,
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
    /// The proof is an `Unlocked` for a region that lives as long as the binding, for others a
    /// [`Held`](super::Held). Fails with `EINVAL` if that is of another instance, with `ENOSPC` when
    /// there are as many snapshots as the region can have, and with what `fill` fails with.
    pub fn take_snapshot(
        self,
        cx: &mut impl Holds<'s, T>,
        fill: impl FnOnce(&mut [u8]) -> Result,
    ) -> Result<u32> {
        self.0.check_is_of(cx.devlink())?;
        let data = self.filled(fill)?;
        let number = SnapshotNumber::new(cx.devlink())?;
        self.add_snapshot(data, &number)?;
        Ok(number.get())
    }

    /// As [`take_snapshot`](Self::take_snapshot), for the snapshot of a region of several that were
    /// taken at the same time: they have the same number.
    ///
    /// Fails also with `EINVAL` for the number of another instance, and with `EEXIST` if the region
    /// has a snapshot of that number.
    pub fn take_numbered_snapshot(
        self,
        cx: &mut impl Holds<'s, T>,
        number: &SnapshotNumber<'_>,
        fill: impl FnOnce(&mut [u8]) -> Result,
    ) -> Result {
        self.0.check_is_of(cx.devlink())?;
        self.0.check_is_of(number.devlink)?;
        self.add_snapshot(self.filled(fill)?, number)
    }

    /// The data of a snapshot.
    fn filled(&self, fill: impl FnOnce(&mut [u8]) -> Result) -> Result<Data> {
        // SAFETY: By the type invariants; it does not change while the object exists.
        let size = unsafe { (*self.0.state()).size };
        let mut data = Data::new(size)?;
        fill(data.as_mut_slice())?;
        Ok(data)
    }

    /// Gives a snapshot to devlink. The caller has a proof that the region exists.
    fn add_snapshot(&self, mut data: Data, number: &SnapshotNumber<'_>) -> Result {
        // SAFETY: By the type invariants; it does not change while the object exists.
        let region = unsafe { (*self.0.state()).region };
        let bytes = data.as_mut_slice().as_mut_ptr();
        // SAFETY: The region exists while there is a proof with its lifetime. The data is as
        // long as the region. Nobody holds the region's lock: that is held only in callbacks.
        to_result(unsafe {
            bindings::devlink_region_snapshot_create(region, bytes, number.get())
        })?;
        // The region owns it now.
        data.into_raw();
        Ok(())
    }
}

/// A number for snapshots of several regions of an instance, see
/// [`Region::take_numbered_snapshot`]. Until it is dropped no other snapshot gets it.
///
/// # Invariants
///
/// The instance is valid for `'a`, and gave the number out.
pub struct SnapshotNumber<'a> {
    devlink: NonNull<bindings::devlink>,
    number: u32,
    _instance: PhantomData<&'a ()>,
}

impl SnapshotNumber<'_> {
    /// The callers have a proof that the instance is valid, and name a lifetime for which it is.
    fn new(devlink: NonNull<bindings::devlink>) -> Result<Self> {
        let mut number = 0;
        // SAFETY: The instance is valid.
        to_result(unsafe {
            bindings::devlink_region_snapshot_id_get(devlink.as_ptr(), &mut number)
        })?;
        // INVARIANT: It was gotten just now.
        Ok(SnapshotNumber {
            devlink,
            number,
            _instance: PhantomData,
        })
    }

    /// The number.
    pub fn get(&self) -> u32 {
        self.number
    }
}

impl Drop for SnapshotNumber<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. Snapshots that have it keep it.
        unsafe { bindings::devlink_region_snapshot_id_put(self.devlink.as_ptr(), self.number) };
    }
}

impl<'w, T: Driver> Unlocked<'w, '_, T> {
    /// A number for snapshots of several regions that are taken at the same time.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     net::devlink::{
    ///         Driver,
    ///         Region,
    ///         RegionOps,
    ///         Unlocked, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// /// What a device is like that has failed.
    /// fn keep_evidence<'bound, T: Driver, R: RegionOps<T>, S: RegionOps<T>>(
    ///     cx: &mut Unlocked<'_, 'bound, T>,
    ///     registers: Region<'bound, T, R>,
    ///     log: Region<'bound, T, S>,
    /// ) -> Result<u32> {
    ///     let number = cx.snapshot_number()?;
    ///     registers.take_numbered_snapshot(cx, &number, |out| {
    ///         out.fill(1);
    ///         Ok(())
    ///     })?;
    ///     log.take_numbered_snapshot(cx, &number, |_| Ok(()))?;
    ///     Ok(number.get())
    /// }
    /// ```
    pub fn snapshot_number(&self) -> Result<SnapshotNumber<'w>> {
        SnapshotNumber::new(self.devlink())
    }
}

/// Adds a region to the objects, which `create` gives to devlink.
fn add<'s, T: Driver, R: RegionOps<T> + 's>(
    devlink: NonNull<bindings::devlink>,
    objects: &Objects,
    size: usize,
    value: R,
    create: impl FnOnce(&RegionState) -> *mut bindings::devlink_region,
) -> Result<Region<'s, T, R>> {
    if size == 0 || size > isize::MAX as usize {
        return Err(EINVAL);
    }
    let state = RegionState {
        devlink,
        ops: bindings::devlink_region_ops {
            destructor: Some(free_snapshot),
            snapshot: callback!(R::HAS_SNAPSHOT, snapshot::<T, R>),
            read: callback!(R::HAS_READ, read::<T, R>),
            ..pin_init::zeroed()
        },
        port_ops: bindings::devlink_port_region_ops {
            destructor: Some(free_snapshot),
            snapshot: callback!(R::HAS_SNAPSHOT, port_snapshot::<T, R>),
            read: callback!(R::HAS_READ, port_read::<T, R>),
            ..pin_init::zeroed()
        },
        region: ptr::null_mut(),
        size,
    };
    let node = objects.add::<RegionKind, R>(state, value, |node| {
        let state = node.state();
        let name = node.value().name().as_char_ptr();
        let private = ptr::from_ref(node).cast_mut().cast();
        // SAFETY: The node is new, so nobody else uses its state.
        unsafe {
            (*state).ops.name = name;
            (*state).ops.priv_ = private;
            (*state).port_ops.name = name;
            (*state).port_ops.priv_ = private;
        }
        // SAFETY: The state is valid, and from here on its operations do not change: the core only
        // reads them.
        let region = from_err_ptr(create(unsafe { &*state }))?;
        // SAFETY: The state is valid, and callbacks do not use this field.
        unsafe { (*state).region = region };
        Ok(())
    })?;
    // SAFETY: The objects are those of `'s`, and of that instance.
    Ok(Region(unsafe { Handle::new(node, devlink) }))
}

/// Adds a region of the instance.
fn add_to_instance<'s, T: Driver, R: RegionOps<T> + 's>(
    devlink: NonNull<bindings::devlink>,
    objects: &Objects,
    size: usize,
    max_snapshots: u32,
    value: R,
) -> Result<Region<'s, T, R>> {
    add(devlink, objects, size, value, |state| {
        // SAFETY: The instance is valid and its lock is held: callers have a proof. The core uses
        // the operations until `unregister`, before which the state does not move.
        unsafe {
            bindings::devl_region_create(
                devlink.as_ptr(),
                &raw const state.ops,
                max_snapshots,
                size as u64,
            )
        }
    })
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
        add_to_instance(self.devlink(), self.objects(), size, max_snapshots, region)
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
        add_to_instance(self.devlink(), self.objects(), size, max_snapshots, region)
    }
}

impl<'s, T: Driver> OnPort<'_, 's, '_, T> {
    /// As [`Setup::region`], for a region of the port (`devlink_port_region_create()`).
    ///
    /// devlink makes such a region only for a caller that does not hold the instance lock. That can
    /// be done for who probes, since nobody else knows the instance yet, and not in a reload:
    /// `EOPNOTSUPP`. A driver that returns this from [`Driver::up`] cannot be reloaded; others go
    /// on without the region, or have one of the instance. devlink(8) lists it without the port,
    /// and can do nothing else with it (iproute2 7.3).
    pub fn region<R: RegionOps<T> + 's>(
        &self,
        size: usize,
        max_snapshots: u32,
        region: R,
    ) -> Result<Region<'s, T, R>> {
        if self.is_registered() || self.is_about_object() {
            return Err(EOPNOTSUPP);
        }
        let devlink = self.devlink();
        add(devlink, self.objects(), size, region, |state| {
            // SAFETY: The lock is held: there is a proof. While it is not, nobody else takes it:
            // users do not know the instance, and its works are disabled until it is registered.
            // The port is registered. The core uses the operations until `unregister`, before which
            // the state does not move.
            unsafe {
                bindings::devl_unlock(devlink.as_ptr());
                let region = bindings::devlink_port_region_create(
                    self.raw().as_ptr(),
                    &raw const state.port_ops,
                    max_snapshots,
                    size as u64,
                );
                bindings::devl_lock(devlink.as_ptr());
                region
            }
        })
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

/// Takes a snapshot for a user.
///
/// # Safety
///
/// `private` is what [`add`] put in the operations of a region of kind `R`, one of which a core
/// calls, with its extended ack and a variable for the memory.
unsafe fn take<T: Driver, R: RegionOps<T>>(
    private: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
    data: *mut *mut u8,
) -> c_int {
    // SAFETY: A core calls these for a region that was not destroyed, whose node exists.
    let node: &Node<RegionKind, R> = unsafe { &*private.cast() };
    // SAFETY: These do not change while the region exists.
    let (devlink, size) = unsafe { ((*node.state()).devlink, (*node.state()).size) };
    // SAFETY: A core calls operations of regions while the instance is registered, which `Instance`
    // does when the data is complete. It cannot be unregistered meanwhile.
    let cx = unsafe { Pinned::<T>::new(devlink.as_ptr()) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(Data::new(size).and_then(|mut out| {
        node.value().snapshot(&cx, out.as_mut_slice(), extack)?;
        // SAFETY: The core passes a variable of its own, and frees the memory with `free_snapshot`.
        unsafe { *data = out.into_raw() };
        Ok(())
    }))
}

/// Reads from the device for a user.
///
/// # Safety
///
/// As for [`take`], and `data` is valid for `size` bytes.
unsafe fn read_into<T: Driver, R: RegionOps<T>>(
    private: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
    offset: u64,
    size: u32,
    data: *mut u8,
) -> c_int {
    // SAFETY: The node is what `add` registered, and exists while a core calls.
    let node: &Node<RegionKind, R> = unsafe { &*private.cast() };
    // SAFETY: A core calls operations of regions while the instance is registered, which `Instance`
    // does when the data is complete. It cannot be unregistered meanwhile.
    let cx = unsafe { Pinned::<T>::new((*node.state()).devlink.as_ptr()) };
    // SAFETY: The core passes null or the request's, which only this task uses.
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

/// The two operations of a region of one kind of owner.
macro_rules! operations {
    ($owner:ident, $ops:ident, $snapshot:ident, $read:ident) => {
        /// # Safety
        ///
        /// Only to be called as an operation of a region that [`add`] made, by a devlink core.
        unsafe extern "C" fn $snapshot<T: Driver, R: RegionOps<T>>(
            _owner: *mut bindings::$owner,
            ops: *const bindings::$ops,
            extack: *mut bindings::netlink_ext_ack,
            data: *mut *mut u8,
        ) -> c_int {
            // SAFETY: The operations are those that `add` gave the core, which calls one.
            unsafe { take::<T, R>((*ops).priv_, extack, data) }
        }

        /// # Safety
        ///
        /// Only to be called as an operation of a region that [`add`] made, by a devlink core.
        unsafe extern "C" fn $read<T: Driver, R: RegionOps<T>>(
            _owner: *mut bindings::$owner,
            ops: *const bindings::$ops,
            extack: *mut bindings::netlink_ext_ack,
            offset: u64,
            size: u32,
            data: *mut u8,
        ) -> c_int {
            // SAFETY: The operations are those that `add` gave the core, which calls one, with a
            // buffer of `size` bytes.
            unsafe { read_into::<T, R>((*ops).priv_, extack, offset, size, data) }
        }
    };
}

operations!(devlink, devlink_region_ops, snapshot, read);
operations!(
    devlink_port,
    devlink_port_region_ops,
    port_snapshot,
    port_read
);
