// SPDX-License-Identifier: GPL-2.0

//! What a driver makes the objects of its instance with.

use super::{
    Instance,
    Invariant,
    Locked,
    Private,
    Work, //
};

#[cfg(CONFIG_NET_DEVLINK_CORE_RUST)]
use crate::error::to_result;

use crate::{
    bindings,
    net::devlink::{
        object::Objects,
        param,
        Driver, //
    },
    prelude::*, //
};

use core::{
    cell::Cell,
    marker::PhantomData,
    ops::Deref,
    ptr::NonNull, //
};

/// What [`Driver::probe`] makes objects with. They exist as long as the driver is bound.
///
/// # Invariants
///
/// `private` is that of a valid instance of `T`, which is not registered yet, and whose lock this
/// task holds.
pub struct Setup<'bound, T: Driver> {
    private: NonNull<Private<T>>,
    /// Whether the instance is part of another one, or could not become it.
    nested: Cell<bool>,
    _bound: Invariant<'bound>,
    _not_send: PhantomData<*mut T>,
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// # Safety
    ///
    /// Until the result is dropped `private` is valid, the lock of its instance is held, and that
    /// is not registered. `'bound` is a lifetime that whoever gets the result is generic over.
    pub(super) unsafe fn new(private: &Private<T>) -> Self {
        // INVARIANT: By the requirements of this function.
        Setup {
            private: private.into(),
            nested: Cell::new(false),
            _bound: PhantomData,
            _not_send: PhantomData,
        }
    }

    fn private(&self) -> &Private<T> {
        // SAFETY: It is valid by the type invariants.
        unsafe { self.private.as_ref() }
    }

    /// The driver's deferred work.
    pub fn work(&self) -> Work<'bound, T> {
        // SAFETY: The instance is one of `T`, and what has `'bound` is dropped before it is freed.
        unsafe { Work::new(self.devlink()) }
    }

    /// Has callbacks that could run beside others run with the instance lock held, as they do on
    /// the core in C anyway: for a device that can do one thing at a time
    /// (`devl_parallel_set()`).
    pub fn one_at_a_time(&self) -> Result {
        // SAFETY: The instance is valid, not registered, and its lock is held: type invariants.
        #[cfg(CONFIG_NET_DEVLINK_CORE_RUST)]
        to_result(unsafe { bindings::devl_parallel_set(self.devlink().as_ptr(), 0) })?;
        Ok(())
    }

    /// The C instance, whose lock is held.
    pub(in crate::net::devlink) fn devlink(&self) -> NonNull<bindings::devlink> {
        self.private().devlink
    }

    /// Where objects are added.
    pub(in crate::net::devlink) fn objects(&self) -> &Objects {
        &self.private().bound_objects
    }

    /// The parameters that are objects.
    pub(in crate::net::devlink) fn param_objects(&self) -> &param::ParamObjects {
        &self.private().param_objects
    }

    /// The highest number that a resource of the instance has; 0 if there is none.
    pub(in crate::net::devlink) fn last_resource(&self) -> &Cell<u64> {
        &self.private().resources
    }

    /// Whether the instance is part of another one, or could not become it.
    pub(in crate::net::devlink) fn is_nested(&self) -> bool {
        self.nested.get()
    }

    /// From now on it [is](Self::is_nested).
    pub(in crate::net::devlink) fn set_nested(&self) {
        self.nested.set(true);
    }

    /// Whether devlink takes the lock of what the instance is part of, for rates.
    pub(in crate::net::devlink) fn shares_rates(&self) -> bool {
        Instance::<T>::OPS.supported_cross_device_rate_nodes
    }
}

/// What [`Driver::up`] makes objects with; otherwise a [`Locked`].
///
/// Objects made with it exist until the device goes down, or until their
/// [group](crate::net::devlink::Groups) is removed.
///
/// # Invariants
///
/// A line card is destroyed when all that was made with this is unregistered.
pub struct Bringup<'up, 'bound, T: Driver> {
    cx: &'up Locked<'bound, T>,
    objects: &'up Objects,
    /// Where ports are.
    linecard: Option<NonNull<bindings::devlink_linecard>>,
    _up: Invariant<'up>,
}

impl<'up, 'bound, T: Driver> Bringup<'up, 'bound, T> {
    /// What makes objects for `'up`, which ends when these are unregistered and freed. Whoever gets
    /// it is generic over `'up`.
    pub(in crate::net::devlink) fn new(cx: &'up Locked<'bound, T>, objects: &'up Objects) -> Self {
        // INVARIANT: There is none.
        Bringup {
            cx,
            objects,
            linecard: None,
            _up: PhantomData,
        }
    }

    /// The same, with which ports are made on that line card.
    ///
    /// # Safety
    ///
    /// The line card is destroyed when all that is made with the result is unregistered.
    pub(in crate::net::devlink) unsafe fn with_linecard(
        &self,
        linecard: Option<NonNull<bindings::devlink_linecard>>,
    ) -> Self {
        // INVARIANT: By the requirements of this function.
        Bringup {
            cx: self.cx,
            objects: self.objects,
            linecard,
            _up: PhantomData,
        }
    }

    /// The line card that ports are made on.
    pub(in crate::net::devlink) fn raw_linecard(
        &self,
    ) -> Option<NonNull<bindings::devlink_linecard>> {
        self.linecard
    }

    /// What [`Driver::probe`] made; it outlives what [`Driver::up`] makes.
    pub fn data(&self) -> &'up T::Data<'bound> {
        self.cx.data()
    }

    /// Where objects are added.
    pub(in crate::net::devlink) fn objects(&self) -> &Objects {
        self.objects
    }
}

impl<'bound, T: Driver> Deref for Bringup<'_, 'bound, T> {
    type Target = Locked<'bound, T>;

    fn deref(&self) -> &Self::Target {
        self.cx
    }
}
