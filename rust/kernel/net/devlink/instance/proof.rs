// SPDX-License-Identifier: GPL-2.0

//! What callbacks and the deferred work are given: proofs of what holds while they run.

use super::{
    Invariant,
    Private, //
};

use crate::{
    bindings,
    net::devlink::{
        object::{
            Kind,
            Node,
            Objects, //
        },
        param,
        rate,
        sb,
        trap,
        Driver, //
    },
    prelude::*, //
};

use core::{
    cell::Cell,
    marker::PhantomData,
    ops::Deref,
    ptr,
    ptr::NonNull, //
};

/// Proof that the instance cannot go, nor the object that a callback is about; whether the instance
/// lock is held is not known.
///
/// Callbacks that only read get one. It cannot be kept or sent to another thread.
pub struct Pinned<'bound, T: Driver> {
    devlink: NonNull<bindings::devlink>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'bound, T: Driver> Pinned<'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`](super::Instance) made. While the proof
    /// exists its data is initialized, and is not dropped: it is registered, or the task holds its
    /// lock, or it has an object that cannot be destroyed. `'bound` is a lifetime that whoever gets
    /// the proof is generic over.
    pub(in crate::net::devlink) unsafe fn new(devlink: *mut bindings::devlink) -> Self {
        Pinned {
            // SAFETY: It is valid, so not null.
            devlink: unsafe { NonNull::new_unchecked(devlink) },
            _bound: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// The instance, for a part of the driver that is in C.
    ///
    /// `devlink_priv()` of it is a pointer to what [`Driver::probe`] made: so if that begins with a
    /// structure of C's, C finds it there. It is initialized as long as such a proof exists.
    pub fn as_raw(&self) -> *mut bindings::devlink {
        self.devlink.as_ptr()
    }

    /// What [`Driver::probe`] made.
    pub fn data(&self) -> &T::Data<'bound> {
        // SAFETY: By the requirements of `new`.
        let private = unsafe { Private::<T>::of(self.devlink) };
        let data: *const T::Data<'bound> = private.data.get().cast();
        // SAFETY: The data is initialized by the requirements of `new`, and never moves. It really
        // has some lifetime that is as opaque as `'bound` to all who see it.
        unsafe { &*data }
    }
}

/// Proof that the instance lock is held, with what is safe to use then; otherwise a [`Pinned`].
pub struct Locked<'bound, T: Driver> {
    pinned: Pinned<'bound, T>,
    /// A callback about an object, which devlink uses when the callback has returned.
    about_object: bool,
    /// No callback: the proof is [`Unlocked::lock`]'s, which frees what was retired.
    frees: bool,
    /// The task has no other.
    is_outermost: bool,
}

impl<T: Driver> Drop for Locked<'_, T> {
    fn drop(&mut self) {
        if self.is_outermost {
            self.private().locked_by.leave();
        }
    }
}

impl<'bound, T: Driver> Deref for Locked<'bound, T> {
    type Target = Pinned<'bound, T>;

    fn deref(&self) -> &Self::Target {
        &self.pinned
    }
}

impl<'bound, T: Driver> Locked<'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`](super::Instance) made. While the proof
    /// exists the task holds its lock, and the instance's data is initialized. `'bound` is a
    /// lifetime that whoever gets the proof is generic over.
    pub(in crate::net::devlink) unsafe fn new(devlink: *mut bindings::devlink) -> Self {
        // SAFETY: By the requirements of this function, which are more.
        let pinned = unsafe { Pinned::new(devlink) };
        // SAFETY: `Instance` made the instance.
        let is_outermost = unsafe { Private::<T>::of(pinned.devlink) }
            .locked_by
            .enter();
        Locked {
            pinned,
            about_object: false,
            frees: false,
            is_outermost,
        }
    }

    /// As [`new`](Self::new), for a callback about an object that devlink uses afterwards: until
    /// then no group is removed, in which it may be.
    ///
    /// # Safety
    ///
    /// As for [`new`](Self::new).
    pub(in crate::net::devlink) unsafe fn about_object(devlink: *mut bindings::devlink) -> Self {
        // SAFETY: The task holds the lock while the proof exists, and the data is initialized.
        let mut cx = unsafe { Self::new(devlink) };
        cx.about_object = true;
        cx
    }

    /// Whether devlink uses an object when this callback has returned.
    pub(in crate::net::devlink) fn is_about_object(&self) -> bool {
        self.about_object
    }

    /// The C instance.
    pub(in crate::net::devlink) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.pinned.devlink
    }

    /// What is in the instance.
    pub(super) fn private(&self) -> &Private<T> {
        // SAFETY: By the requirements of `new`.
        unsafe { Private::of(self.pinned.devlink) }
    }

    /// Whether these are the objects that go with the device, and not those of a group.
    pub(in crate::net::devlink) fn goes_with_device(&self, objects: &Objects) -> bool {
        ptr::eq(objects, &self.private().up_objects)
    }

    /// Whether users can see the instance.
    pub(in crate::net::devlink) fn is_registered(&self) -> bool {
        self.private().registered.get()
    }

    /// Whether the device is being taken down, so that no object is to be made or removed.
    pub(in crate::net::devlink) fn is_going_down(&self) -> bool {
        self.private().going_down.get()
    }

    /// Whether this task is in [`Unlocked::may_restart`].
    pub(in crate::net::devlink) fn may_restart(&self) -> bool {
        self.private().restart_by.is_this_task()
    }

    /// The parameters that are objects.
    pub(in crate::net::devlink) fn param_objects(&self) -> &param::ParamObjects {
        &self.private().param_objects
    }

    /// Where resources are added at any time, and the highest number that one has.
    pub(in crate::net::devlink) fn bound_resources(&self) -> (&Objects, &Cell<u64>) {
        let private = self.private();
        (&private.bound_objects, &private.resources)
    }

    /// The rate nodes, and whether there is a [`RateTree`](crate::net::devlink::RateTree) for them.
    pub(in crate::net::devlink) fn rate_nodes(&self) -> &rate::Nodes {
        &self.private().rate_nodes
    }

    /// The traps, their groups and policers that are registered.
    pub(in crate::net::devlink) fn trap_lists(&self) -> &trap::Lists {
        &self.private().traps
    }

    /// The shared buffers.
    pub(in crate::net::devlink) fn buffers(&self) -> &sb::Buffers {
        &self.private().buffers
    }

    /// A group is being made until the result is dropped.
    pub(in crate::net::devlink) fn begin_making(&self) -> Making<'_> {
        let making = &self.private().making;
        making.set(making.get() + 1);
        Making(making)
    }

    /// Whether a group is being made.
    pub(in crate::net::devlink) fn is_making(&self) -> bool {
        self.private().making.get() != 0
    }

    /// Takes over an object that callbacks may still have references to.
    ///
    /// # Safety
    ///
    /// It was unregistered and is in no list. What its value borrows does not end before the device
    /// goes down, or is retired later; and the device is not [being taken
    /// down](Self::is_going_down).
    pub(in crate::net::devlink) unsafe fn retire<K: Kind, V>(&self, node: NonNull<Node<K, V>>) {
        let private = self.private();
        // SAFETY: The node was unregistered and is in no list.
        unsafe { private.retired.push(node) };
        if !self.frees {
            private.reaper.schedule();
        }
    }

    /// Calls `f` with what [`Driver::up`] made; `None` while the device is down.
    ///
    /// `f` is generic over `'up`, so nothing that lives only while the device is up leaves it.
    pub fn up<R>(&self, f: impl for<'a, 'up> FnOnce(&'a T::Up<'up>) -> R) -> Option<R> {
        let up: *const Option<T::Up<'_>> = self.private().up.get().cast();
        // SAFETY: The lock is held, so that `up` changes only by `take_down` and `bring_up`, which
        // nothing that `f` can call gets to. The lifetime cannot be chosen by `f`.
        unsafe { &*up }.as_ref().map(f)
    }

    /// Whether the device is up.
    pub fn is_up(&self) -> bool {
        self.up(|_| ()).is_some()
    }

    /// The value that a parameter has in mode `driverinit`: the one a user set, since the last
    /// reload (`devl_param_driverinit_value_get()`).
    ///
    /// Fails with `EOPNOTSUPP` for a parameter without that mode, with `EINVAL` for one that is not
    /// in [`Driver::PARAMS`].
    pub fn param<P: param::Param<Driver = T>>(&self, param: P) -> Result<P::Value> {
        param::driverinit(self.pinned.devlink, param)
    }
}

/// A group is being made.
pub(in crate::net::devlink) struct Making<'a>(&'a Cell<usize>);

impl Drop for Making<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Proof that this task does not hold the instance lock, while the instance cannot go.
///
/// A callback that has a [`Pinned`] can get one in which it may, see
/// [`bus::while_bound`](crate::net::devlink::bus::while_bound). What takes the lock waits for
/// itself then.
pub struct Unlocked<'w, 'bound, T: Driver> {
    private: &'w Private<T>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'w, 'bound, T: Driver> Unlocked<'w, 'bound, T> {
    /// # Safety
    ///
    /// `devlink` is an instance of `T` that [`Instance`](super::Instance) made. For `'w` it is
    /// registered, so that its data is complete. This task has no [`Locked`] of it. `'w` and
    /// `'bound` are lifetimes that whoever gets the proof is generic over.
    pub(in crate::net::devlink) unsafe fn new(devlink: NonNull<bindings::devlink>) -> Self {
        Unlocked {
            // SAFETY: `Instance` made it, and it is registered for `'w`.
            private: unsafe { Private::of(devlink) },
            _bound: PhantomData,
            _not_send: PhantomData,
        }
    }

    /// What [`Driver::probe`] made.
    pub fn data(&self) -> &'w T::Data<'bound> {
        let data: *const T::Data<'bound> = self.private.data.get().cast();
        // SAFETY: The data is complete for `'w`, as `new` requires.
        unsafe { &*data }
    }

    /// Calls `f` with the instance lock held (`devl_lock()`, `devl_unlock()`).
    ///
    /// The proof is borrowed meanwhile, so that nothing that takes the lock can be called in `f`.
    /// The values of [groups](super::super::Groups) that `f` removes are dropped before this
    /// returns, with the lock held: no lock is held around it that their destructors take.
    pub fn lock<R>(&mut self, f: impl FnOnce(&Locked<'bound, T>) -> R) -> R {
        let devlink = self.private.devlink.as_ptr();
        // SAFETY: The instance is valid. If this task holds its lock, this does not return.
        unsafe { bindings::devl_lock(devlink) };
        // SAFETY: It was taken just now.
        unsafe { self.with_lock(f) }
    }

    /// As [`lock`](Self::lock), but returns `None` at once while somebody has the lock
    /// (`devl_trylock()`).
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::net::devlink::{
    ///     Driver,
    ///     Unlocked, //
    /// };
    ///
    /// /// Whether the device is up, and nothing is being done to it.
    /// fn is_idle<T: Driver>(cx: &mut Unlocked<'_, '_, T>) -> bool {
    ///     cx.try_lock(|cx| cx.is_up()).unwrap_or(false)
    /// }
    /// ```
    pub fn try_lock<R>(&mut self, f: impl FnOnce(&Locked<'bound, T>) -> R) -> Option<R> {
        // SAFETY: The instance is valid.
        if unsafe { bindings::devl_trylock(self.private.devlink.as_ptr()) } == 0 {
            return None;
        }
        // SAFETY: It was taken just now.
        Some(unsafe { self.with_lock(f) })
    }

    /// Calls `f` and gives the lock back.
    ///
    /// # Safety
    ///
    /// This task has taken the instance lock, and has no [`Locked`].
    unsafe fn with_lock<R>(&mut self, f: impl FnOnce(&Locked<'bound, T>) -> R) -> R {
        let devlink = self.private.devlink.as_ptr();
        // SAFETY: The lock is held, and the data is complete while the proof exists.
        let mut cx = unsafe { Locked::new(devlink) };
        cx.frees = true;
        let result = f(&cx);
        // SAFETY: They were unregistered, for which callbacks without the lock are waited for.
        // Those with the lock have returned, for this task got it, and so has `f`.
        unsafe { self.private.retired.free_in_order() };
        drop(cx);
        // SAFETY: This task has it, as this function requires.
        unsafe { bindings::devl_unlock(devlink) };
        result
    }

    /// Calls `f`, during which a reporter's recovery may restart the device.
    ///
    /// # Safety
    ///
    /// This task has the device lock, and borrows nothing of what [`Driver::up`] made.
    pub(in crate::net::devlink) unsafe fn may_restart<R>(
        &mut self,
        f: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let restart_by = &self.private.restart_by;
        restart_by.enter();
        let result = f(self);
        restart_by.leave();
        result
    }

    /// The C instance.
    pub(in crate::net::devlink) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.private.devlink
    }

    /// Where what [`Driver::up`] made is.
    pub(in crate::net::devlink) fn up_slot<'up>(&self) -> *const Option<T::Up<'up>> {
        // CAST: Only the lifetime differs.
        self.private.up.get().cast()
    }
}
