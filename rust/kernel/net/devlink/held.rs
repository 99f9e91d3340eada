// SPDX-License-Identifier: GPL-2.0

//! Objects that do not go while the instance lock is free.
//!
//! What [`Driver::up`] made goes in a reload, which holds the device lock and then the instance
//! lock, on both cores; and when the driver is unbound, which first waits for the driver's work. So
//! the work that holds the device lock keeps the device up, and can call what takes the instance
//! lock. It must not wait for the device lock: who holds that may wait for the work.

use super::{
    instance::Unlocked,
    Driver, //
};

use crate::{
    bindings,
    device::{
        lock::DeviceLockGuard,
        Device, //
    },
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ops::{
        Deref,
        DerefMut, //
    },
    ptr::NonNull, //
};

mod private {
    pub trait Sealed {}
}

/// Proof that objects for `'s` do not go, while this task does not hold the instance lock.
pub trait Holds<'s, T: Driver>: private::Sealed {
    /// The C instance.
    #[doc(hidden)]
    fn devlink(&self) -> NonNull<bindings::devlink>;
}

impl<T: Driver> private::Sealed for Unlocked<'_, '_, T> {}

impl<'bound, T: Driver> Holds<'bound, T> for Unlocked<'_, 'bound, T> {
    fn devlink(&self) -> NonNull<bindings::devlink> {
        Unlocked::devlink(self)
    }
}

/// An [`Unlocked`] that also keeps objects for `'s`, see [`Unlocked::while_up`].
pub struct Held<'a, 'w, 's, 'bound, T: Driver> {
    unlocked: &'a mut Unlocked<'w, 'bound, T>,
    _objects: PhantomData<fn(&'s ()) -> &'s ()>,
}

impl<'a, 'w, 'bound, T: Driver> Held<'a, 'w, '_, 'bound, T> {
    /// # Safety
    ///
    /// Objects for `'s` do not go while the proof exists. Whoever gets it is generic over `'s`.
    pub(super) unsafe fn new(unlocked: &'a mut Unlocked<'w, 'bound, T>) -> Self {
        Held {
            unlocked,
            _objects: PhantomData,
        }
    }
}

impl<T: Driver> private::Sealed for Held<'_, '_, '_, '_, T> {}

impl<'s, T: Driver> Holds<'s, T> for Held<'_, '_, 's, '_, T> {
    fn devlink(&self) -> NonNull<bindings::devlink> {
        Unlocked::devlink(self)
    }
}

impl<'w, 'bound, T: Driver> Deref for Held<'_, 'w, '_, 'bound, T> {
    type Target = Unlocked<'w, 'bound, T>;

    fn deref(&self) -> &Self::Target {
        self.unlocked
    }
}

impl<T: Driver> DerefMut for Held<'_, '_, '_, '_, T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.unlocked
    }
}

/// An [`Unlocked`] of a task that holds the device lock: no reload goes on, and nobody unbinds the
/// driver.
///
/// Bus glue has it for what happens to a device outside of devlink, see
/// [`bus::while_bound`](super::bus::while_bound).
pub struct DeviceLocked<'w, 'bound, T: Driver>(Unlocked<'w, 'bound, T>);

impl<'w, 'bound, T: Driver> DeviceLocked<'w, 'bound, T> {
    /// # Safety
    ///
    /// This task holds the lock of the instance's device while the proof exists.
    pub(super) unsafe fn new(unlocked: Unlocked<'w, 'bound, T>) -> Self {
        DeviceLocked(unlocked)
    }

    /// Calls `f` with what [`Driver::up`] made, which does not go meanwhile: reloads wait. `None`
    /// while the device is down.
    ///
    /// As [`Unlocked::while_up`], for who has the device lock already.
    pub fn while_up<R>(
        &mut self,
        f: impl for<'a, 'up> FnOnce(&mut Held<'a, 'w, 'up, 'bound, T>, &'a T::Up<'up>) -> R,
    ) -> Option<R> {
        let up = self.0.up_slot();
        // SAFETY: The slot is valid. It changes only in a reload, and when the driver is bound and
        // unbound, all of which hold the device lock, which this task has.
        let up = unsafe { &*up }.as_ref()?;
        // SAFETY: The objects for `'up` go only together with `up`, which does not go while the
        // device lock is held. `f` is generic over that lifetime.
        let mut held = unsafe { Held::new(&mut self.0) };
        Some(f(&mut held, up))
    }
}

impl<'w, 'bound, T: Driver> Deref for DeviceLocked<'w, 'bound, T> {
    type Target = Unlocked<'w, 'bound, T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T: Driver> DerefMut for DeviceLocked<'_, '_, T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<'w, 'bound, T: Driver> Unlocked<'w, 'bound, T> {
    /// Calls `f` with what [`Driver::up`] made, which does not go meanwhile: reloads wait.
    ///
    /// Fails with `EBUSY` while a reload or an unbind has the device lock (`device_trylock()`);
    /// work can schedule itself again then. Who has that lock itself has
    /// [`DeviceLocked::while_up`]. Fails with `ENODEV` while the device is down.
    pub fn while_up<R>(
        &mut self,
        f: impl for<'a, 'up> FnOnce(&mut Held<'a, 'w, 'up, 'bound, T>, &'a T::Up<'up>) -> R,
    ) -> Result<R> {
        let _lock = self.try_lock_device().ok_or(EBUSY)?;
        let up = self.up_slot();
        // SAFETY: The slot is valid. It changes only in a reload, which holds the device lock, and
        // when the driver is unbound, which waits for the work before.
        let up = unsafe { &*up }.as_ref().ok_or(ENODEV)?;
        // SAFETY: The objects for `'up` go only together with `up`, which does not go while the
        // device lock is held. `f` is generic over that lifetime.
        let mut held = unsafe { Held::new(self) };
        Ok(f(&mut held, up))
    }

    fn try_lock_device<'d>(&self) -> Option<DeviceLockGuard<'d>> {
        // SAFETY: The instance is valid longer than the guard, which only `while_up` has, and has
        // a reference to its device.
        let device: &Device =
            unsafe { Device::from_raw(bindings::devlink_to_dev(Unlocked::devlink(self).as_ptr())) };
        device.try_lock()
    }
}
