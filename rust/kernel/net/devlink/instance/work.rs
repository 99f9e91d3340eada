// SPDX-License-Identifier: GPL-2.0

//! The works of an instance: the driver's deferred one, and that which frees what was removed.

use super::{
    Private,
    Unlocked, //
};

use crate::{
    bindings,
    net::devlink::{
        object::HandleOf,
        Driver, //
    },
    workqueue::{
        Schedulable,
        Task, //
    },
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// Frees what was retired.
///
/// # Invariants
///
/// The instance is there as long as this, which is in its private memory.
pub(super) struct Reaper<T: Driver>(NonNull<bindings::devlink>, PhantomData<fn(T)>);

impl<T: Driver> Reaper<T> {
    /// # Safety
    ///
    /// What is made is kept in the private memory of `devlink`, an instance of `T`.
    pub(super) unsafe fn new(devlink: NonNull<bindings::devlink>) -> Self {
        // INVARIANT: By the requirements of this function.
        Reaper(devlink, PhantomData)
    }
}

// SAFETY: What it has is only used with the instance lock held.
unsafe impl<T: Driver> Sync for Reaper<T> {}

impl<T: Driver> Task for Reaper<T> {
    fn run(work: &Schedulable<Self>) {
        let devlink = work.0;
        // SAFETY: The instance is valid by the type invariants, and this task does not hold its
        // lock.
        unsafe { bindings::devl_lock(devlink.as_ptr()) };
        // SAFETY: The instance is valid by the type invariants.
        let private = unsafe { Private::<T>::of(devlink) };
        private.locked_by.enter();
        // SAFETY: They were unregistered. References to them are only in callbacks, which hold the
        // lock that is held here.
        unsafe { private.retired.free() };
        private.locked_by.leave();
        // SAFETY: It was taken above.
        unsafe { bindings::devl_unlock(devlink.as_ptr()) };
    }
}

/// The driver's deferred work, [`Driver::work`].
///
/// # Invariants
///
/// The instance is there as long as this, which is in its private memory.
pub(super) struct Service<T: Driver>(NonNull<bindings::devlink>, PhantomData<fn(T)>);

impl<T: Driver> Service<T> {
    /// # Safety
    ///
    /// What is made is kept in the private memory of `devlink`, an instance of `T`.
    pub(super) unsafe fn new(devlink: NonNull<bindings::devlink>) -> Self {
        // INVARIANT: By the requirements of this function.
        Service(devlink, PhantomData)
    }
}

// SAFETY: The driver's data, which is all that its work gets without the instance lock, is `Sync`.
unsafe impl<T: Driver> Sync for Service<T> {}

impl<T: Driver> Task for Service<T> {
    fn run(work: &Schedulable<Self>) {
        if !T::HAS_WORK {
            return;
        }
        // SAFETY: The instance is there by the type invariants.
        let work_by = unsafe { &Private::<T>::of(work.0).work_by };
        work_by.enter();
        // SAFETY: The instance is there by the type invariants. The work is enabled only while the
        // instance is registered, which it is when the data is complete, and ends before that does.
        T::work(&mut unsafe { Unlocked::new(work.0) });
        work_by.leave();
    }
}

/// How a driver defers work to a place without locks, see [`Driver::work`].
///
/// # Invariants
///
/// `devlink` is an instance of `T` that `Instance` made. Whatever has `'bound` is dropped before
/// it is freed.
pub struct Work<'bound, T: Driver> {
    devlink: NonNull<bindings::devlink>,
    _driver: HandleOf<'bound, T, ()>,
}

impl<T: Driver> Clone for Work<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver> Copy for Work<'_, T> {}

// SAFETY: All that can be done with it can be done anywhere.
unsafe impl<T: Driver> Send for Work<'_, T> {}

// SAFETY: All that can be done with it can be done anywhere, by many at once: the workqueue's own
// functions see to that.
unsafe impl<T: Driver> Sync for Work<'_, T> {}

impl<T: Driver> Work<'_, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`](super::Instance) made. Whatever has the
    /// lifetime is dropped before it is freed.
    pub(super) unsafe fn new(devlink: NonNull<bindings::devlink>) -> Self {
        // INVARIANT: By the requirements of this function.
        Work {
            devlink,
            _driver: PhantomData,
        }
    }

    /// Has [`Driver::work`] run soon. Can be called in any context, interrupts included.
    ///
    /// Returns whether it will run because of this call: false if it was scheduled already and did
    /// not begin yet, and while the instance is not registered.
    pub fn schedule(self) -> bool {
        const { assert!(T::HAS_WORK, "the driver has no work()") };
        // SAFETY: By the type invariants.
        unsafe { Private::<T>::of(self.devlink) }.work.schedule()
    }
}
