// SPDX-License-Identifier: GPL-2.0

//! Objects that do not go while the instance lock is free.
//!
//! What [`Driver::up`] made goes in a reload, which holds the device lock and then the instance
//! lock, on both cores; when the driver takes the device down itself, for which it needs both; and
//! when it is unbound, which first waits for the driver's work. So the work that holds the device
//! lock keeps the device up, and can call what takes the instance lock. It must not wait for the
//! device lock: who holds that may wait for the work.

use super::{
    instance::{
        Private,
        Unlocked, //
    },
    reload::Why,
    Driver, //
};

use crate::{
    bindings,
    device::{
        lock::DeviceLockGuard,
        Device, //
    },
    net::netlink::extack::Extack,
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
/// [`bus::while_bound`](super::bus::while_bound) and the error handlers of PCI devices; the
/// driver's work by [`Unlocked::lock_device`].
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

    /// Takes the device down, as a reload does, if it is up: what [`Driver::up`] made goes.
    /// [`Driver::may_go_down`] is not asked.
    ///
    /// For a device that has failed. Until it is [brought up](Self::bring_up), or a user reloads
    /// it, callbacks find it down.
    pub fn take_down(&mut self) {
        // Nobody borrows what `Driver::up` made: this proof is borrowed for that, and the other
        // ones that allow it need the device lock.
        self.lock(|cx| Private::take_down(cx));
    }

    /// Brings the device up with [`Why::Recovery`], if it is down. If that fails it stays down.
    pub fn bring_up(&mut self) -> Result {
        self.lock(|cx| {
            if cx.is_up() {
                return Ok(());
            }
            Private::bring_up(cx, &Why::Recovery, Extack::NONE)
        })
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

    /// Calls `f` with the device lock held: with it the driver can take the device down and bring
    /// it up again.
    ///
    /// Fails with `EBUSY` while a reload, an unbind or whatever else has that lock
    /// (`device_trylock()`); work can schedule itself again then.
    ///
    /// # Examples
    ///
    /// A device whose firmware is found dead is started anew:
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
    /// static RECOVERED: Atomic<bool> = Atomic::new(false);
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
    ///         // It died at once.
    ///         setup.work().schedule();
    ///         Ok::<_, Error>(setup.work())
    ///     }
    ///
    ///     fn up<'up>(_: &Bringup<'up, '_, Self>, why: &Why, _: Extack<'_>) -> Result {
    ///         RECOVERED.store(*why == Why::Recovery, Relaxed);
    ///         Ok(())
    ///     }
    ///
    ///     fn work(cx: &mut Unlocked<'_, '_, Self>) {
    ///         let recovered = cx.lock_device(|cx| {
    ///             cx.take_down();
    ///             // Here firmware would be loaded.
    ///             cx.bring_up()
    ///         });
    ///         if recovered == Err(EBUSY) {
    ///             cx.data().schedule_after(msecs_to_jiffies(10));
    ///         }
    ///     }
    /// }
    ///
    /// let nic = devlink::faux::Registration::<Nic>::new(c"mortal_nic")?;
    /// for _ in 0..100 {
    ///     if RECOVERED.load(Relaxed) {
    ///         break;
    ///     }
    ///     fsleep(Delta::from_millis(100));
    /// }
    /// drop(nic);
    /// assert!(RECOVERED.load(Relaxed));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn lock_device<R>(
        &mut self,
        f: impl FnOnce(&mut DeviceLocked<'w, 'bound, T>) -> Result<R>,
    ) -> Result<R> {
        let _lock = self.try_lock_device().ok_or(EBUSY)?;
        // SAFETY: The instance is registered for `'w`. This task has no other proof: `self` is
        // borrowed.
        let unlocked = unsafe { Unlocked::new(Unlocked::devlink(self)) };
        // SAFETY: The device lock is held until this returns.
        f(&mut unsafe { DeviceLocked::new(unlocked) })
    }

    fn try_lock_device<'d>(&self) -> Option<DeviceLockGuard<'d>> {
        // SAFETY: The instance is valid longer than the guard, which only `while_up` has, and has
        // a reference to its device.
        let device: &Device =
            unsafe { Device::from_raw(bindings::devlink_to_dev(Unlocked::devlink(self).as_ptr())) };
        device.try_lock()
    }
}
