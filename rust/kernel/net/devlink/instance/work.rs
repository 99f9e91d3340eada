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
    sync::atomic::Relaxed,
    time::Jiffies,
    workqueue::{
        OwnedWork,
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
        unsafe { private.retired.free_in_order() };
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
/// # Examples
///
/// A device that is polled, the first time when it is registered:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Setup,
///             Unlocked,
///             Why,
///             Work, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     time::{
///         delay::fsleep,
///         msecs_to_jiffies,
///         Delta, //
///     }, //
/// };
///
/// static POLLS: Atomic<u32> = Atomic::new(0);
///
/// struct Nic;
///
/// #[vtable]
/// impl Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = Work<'bound, Nic>;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Work<'bound, Self>, Error> {
///         Ok::<_, Error>(setup.work())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
///         cx.data().schedule();
///         Ok(())
///     }
///
///     fn work(cx: &mut Unlocked<'_, '_, Self>) {
///         POLLS.fetch_add(1, Relaxed);
///         cx.data().schedule_after(msecs_to_jiffies(3_600_000));
///         // No need to wait for an hour.
///         cx.data().schedule();
///     }
/// }
///
/// let nic = devlink::faux::Registration::<Nic>::new(c"polled_nic")?;
/// for _ in 0..100 {
///     if POLLS.load(Relaxed) >= 2 {
///         break;
///     }
///     fsleep(Delta::from_millis(100));
/// }
/// drop(nic);
/// assert!(POLLS.load(Relaxed) >= 2);
/// # Ok::<(), Error>(())
/// ```
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

    /// Has [`Driver::work`] run soon, also if it was scheduled for later. Can be called in any
    /// context, interrupts included.
    ///
    /// Before the instance is registered nothing runs, but then the work does, once.
    pub fn schedule(self) {
        self.wanted().reschedule_after(0);
    }

    /// Has [`Driver::work`] run after `delay`, or when it was scheduled for before. Otherwise as
    /// [`schedule`](Self::schedule).
    pub fn schedule_after(self, delay: Jiffies) {
        self.wanted().schedule_after(delay);
    }

    fn wanted(&self) -> &OwnedWork<Service<T>> {
        const { assert!(T::HAS_WORK, "the driver has no work()") };
        // SAFETY: By the type invariants.
        let private = unsafe { Private::<T>::of(self.devlink) };
        // Before it is scheduled: who enables the work reads it afterwards.
        private.work_wanted.store(true, Relaxed);
        &private.work
    }
}
