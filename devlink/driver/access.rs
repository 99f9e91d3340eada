// SPDX-License-Identifier: GPL-2.0

//! Who may reach the driver: what must be held for it, as values that cannot be had otherwise.
//!
//! * [`Active`]: inside the instance. The driver's code and its tables stay, because unregister
//!   waits.
//! * [`InstanceLocked`]: the instance lock is held, by who is inside or by the driver itself.
//! * [`LockedOps`]: the operations of the driver whose instance lock is held; they call it.
//! * [`MayCall`]: the driver may be called about an object, with the instance lock or, where the
//!   driver can do without, with the object pinned.
//! * [`Owner`] is the object's side: it says on which instance the object is registered, and a
//!   proof for another instance, or for an object that is registered no more, is refused where the
//!   driver would be called.
//!
//! Proofs borrow from what makes them true. Only C's word that it holds the lock is taken on trust,
//! by an unsafe function for [`capi`](crate::capi).

use super::ops::Ops;

use crate::{
    in_flight::{
        InDriver,
        WaitsFor, //
    },
    instance::Devlink,
    lifetime::Pass,
    pinned::{
        CallbackLock,
        Pinned, //
    },
    primitives::Suspended,
};

use kernel::{
    device::lock::DeviceLockGuard,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        owned_class_mutex::OwnedClassGuard, //
    },
    warn_on_once, //
};

use pin_init::stack_pin_init;

use core::{
    ops::Deref,
    ptr, //
};

/// An instance that cannot be unregistered as long as this exists.
pub(crate) struct Active<'a> {
    devlink: &'a Devlink,
    pass: Pass<'a>,
}

impl<'a> Active<'a> {
    /// Enters without any lock: for what the core knows itself, and for parallel operations.
    /// [`ENODEV`] if users do not know of the instance, or not any more.
    pub(crate) fn enter(devlink: &'a Devlink) -> Result<Self> {
        Ok(Active {
            devlink,
            pass: devlink.gate().enter()?,
        })
    }

    /// Takes the instance lock if that is free: for dumps, which wait for no driver.
    pub(crate) fn try_operate(&self) -> Option<Operating<'_>> {
        let guard = InstanceGuard::try_lock(self.devlink)?;
        Operating::enter_again(guard, None, self.pass.under_lock(), "dump").ok()
    }

    /// The driver's operations, as far as this device has them, to ask what it can do.
    pub(crate) fn ops(&self) -> Ops<'_> {
        // SAFETY: A driver frees its instance after it has unregistered it, which waits for the
        // pass.
        unsafe { self.devlink.table().ops(self.devlink.hidden_features()) }
    }

    /// Proof that the driver may be called about the object that is pinned.
    pub(crate) fn pinned<'b>(&'b self, object: &'b Pinned<'_>) -> MayCall<'b> {
        MayCall {
            devlink: self.devlink,
            pinned: Some(object.callback_lock()),
        }
    }
}

impl Deref for Active<'_> {
    type Target = Devlink;

    fn deref(&self) -> &Devlink {
        self.devlink
    }
}

/// The instance lock, held until dropped.
pub(crate) struct InstanceGuard<'a> {
    devlink: &'a Devlink,
    _lock: OwnedClassGuard<'a>,
}

impl<'a> InstanceGuard<'a> {
    /// Waits for the instance lock and takes it, to do `what`.
    pub(crate) fn lock(devlink: &'a Devlink, what: &'static str) -> Self {
        let mutex = devlink.instance_lock();
        let lock = mutex.lock_fast().unwrap_or_else(|| {
            stack_pin_init!(let _wait = devlink.begin_wait(what, WaitsFor::InstanceLock));
            devlink.tell_of_lock_held_already();
            mutex.lock()
        });
        InstanceGuard {
            devlink,
            _lock: lock,
        }
    }

    /// The same; a signal that ends the process ends the wait with [`EINTR`].
    pub(crate) fn lock_killable(devlink: &'a Devlink, what: &'static str) -> Result<Self> {
        let mutex = devlink.instance_lock();
        let lock = match mutex.lock_fast() {
            Some(lock) => lock,
            None => {
                stack_pin_init!(
                    let _wait = devlink.begin_killable_wait(what, WaitsFor::InstanceLock)
                );
                devlink.tell_of_lock_held_already();
                mutex.lock_killable()?
            }
        };
        Ok(InstanceGuard {
            devlink,
            _lock: lock,
        })
    }

    /// Takes the instance lock if it is free.
    pub(crate) fn try_lock(devlink: &'a Devlink) -> Option<Self> {
        Some(InstanceGuard {
            devlink,
            _lock: devlink.instance_lock().try_lock()?,
        })
    }

    /// Proof that the driver may be called, for the driver itself.
    ///
    /// # Safety
    ///
    /// The driver calls, and does not free the instance meanwhile.
    pub(crate) unsafe fn for_driver(&self) -> InstanceLocked<'_> {
        InstanceLocked {
            devlink: self.devlink,
        }
    }

    /// Proof that the driver may be called, if users know of the instance: then its driver cannot
    /// unregister it before the lock is released.
    pub(crate) fn published(&self) -> Option<InstanceLocked<'_>> {
        self.devlink.is_published().then_some(InstanceLocked {
            devlink: self.devlink,
        })
    }

    /// The same, if the object is registered on the instance: then its driver cannot take it off
    /// before the lock is released, and frees the instance after that.
    pub(crate) fn having(&self, object: &Owner) -> Option<InstanceLocked<'_>> {
        object.is(self.devlink).then_some(InstanceLocked {
            devlink: self.devlink,
        })
    }
}

/// An instance that cannot be unregistered and whose driver may be called.
///
/// The fields are dropped in the order opposite to that in which the locks were taken.
pub(crate) struct Operating<'a> {
    _in_driver: InDriver<'a>,
    active: Active<'a>,
    _suspended: Option<Suspended<'a>>,
    _guard: InstanceGuard<'a>,
    _device: Option<DeviceLockGuard<'a>>,
}

impl<'a> Operating<'a> {
    /// Enters the instance whose lock is held, to do `what`. What is passed is dropped with this.
    pub(crate) fn enter(
        guard: InstanceGuard<'a>,
        device: Option<DeviceLockGuard<'a>>,
        what: &'static str,
    ) -> Result<Self> {
        Self::enter_again(guard, device, None, what)
    }

    /// The same, perhaps for who is inside already and has suspended that.
    fn enter_again(
        guard: InstanceGuard<'a>,
        device: Option<DeviceLockGuard<'a>>,
        suspended: Option<Suspended<'a>>,
        what: &'static str,
    ) -> Result<Self> {
        let devlink = guard.devlink;
        let active = Active {
            devlink,
            pass: devlink.gate().enter_under_lock()?,
        };
        Ok(Operating {
            _in_driver: devlink.begin_call(what),
            active,
            _suspended: suspended,
            _guard: guard,
            _device: device,
        })
    }

    /// The driver's operations, to ask what it can do and to call it.
    pub(crate) fn ops(&self) -> LockedOps<'_> {
        self.locked().ops()
    }

    /// Proof that the instance lock is held.
    pub(crate) fn locked(&self) -> InstanceLocked<'_> {
        InstanceLocked {
            devlink: self.active.devlink,
        }
    }
}

impl<'a> Deref for Operating<'a> {
    type Target = Active<'a>;

    fn deref(&self) -> &Active<'a> {
        &self.active
    }
}

/// Proof that this task holds the instance lock (`devl_assert_locked()`), and that the driver and
/// what it registered cannot go meanwhile.
///
/// Whatever calls the driver takes one of these.
#[derive(Copy, Clone)]
pub(crate) struct InstanceLocked<'a> {
    devlink: &'a Devlink,
}

impl<'a> InstanceLocked<'a> {
    /// Takes C's word that the lock is held; lockdep checks it.
    ///
    /// # Safety
    ///
    /// The task holds the instance lock of `devlink` during `'a`, and the driver, which calls or is
    /// inside, does not free the instance meanwhile.
    pub(crate) unsafe fn assume_held(devlink: &'a Devlink) -> Self {
        devlink.instance_lock().assert_held();
        InstanceLocked { devlink }
    }

    /// The instance.
    pub(crate) fn devlink(self) -> &'a Devlink {
        self.devlink
    }

    /// The driver's operations, as far as this device has them, to ask what it can do and to call
    /// it.
    pub(crate) fn ops(self) -> LockedOps<'a> {
        LockedOps {
            // SAFETY: The driver does not free the instance while the lock is held, by who is
            // inside or by the driver itself, and its table is there until then.
            ops: unsafe { self.devlink.table().ops(self.devlink.hidden_features()) },
            devlink: self,
        }
    }

    /// Whether the driver may be called about an object: one that is registered on this instance;
    /// [`ENODEV`] otherwise.
    pub(crate) fn check(self, object: &Owner) -> Result {
        object.check(self.devlink)
    }
}

impl Deref for InstanceLocked<'_> {
    type Target = Devlink;

    fn deref(&self) -> &Devlink {
        self.devlink
    }
}

/// The operations of a driver, and the proof that they may be called: both of the same instance.
///
/// What calls the driver about an instance is a method of this, so that there is no way to call one
/// driver with the lock of another one's instance.
#[derive(Copy, Clone)]
pub(crate) struct LockedOps<'a> {
    ops: Ops<'a>,
    devlink: InstanceLocked<'a>,
}

impl<'a> LockedOps<'a> {
    /// The instance with these operations.
    pub(super) fn devlink(self) -> InstanceLocked<'a> {
        self.devlink
    }
}

impl<'a> Deref for LockedOps<'a> {
    type Target = Ops<'a>;

    fn deref(&self) -> &Ops<'a> {
        &self.ops
    }
}

/// Proof that the driver may be called about an object: the instance lock is held or, if the driver
/// can do without, the object is pinned and its callback lock held ([`pinned`](crate::pinned)).
#[derive(Copy, Clone)]
pub(crate) struct MayCall<'a> {
    devlink: &'a Devlink,
    pinned: Option<&'a CallbackLock>,
}

impl MayCall<'_> {
    /// Whether the driver may be called about the object with this owner and callback lock;
    /// [`ENODEV`] otherwise.
    pub(crate) fn check(self, object: &Owner, callback_lock: &CallbackLock) -> Result {
        let is_its = self
            .pinned
            .is_none_or(|pinned| ptr::eq(pinned, callback_lock));
        if warn_on_once!(!is_its) {
            return Err(ENODEV);
        }
        object.check(self.devlink)
    }
}

impl<'a> From<InstanceLocked<'a>> for MayCall<'a> {
    fn from(locked: InstanceLocked<'a>) -> Self {
        MayCall {
            devlink: locked.devlink,
            pinned: None,
        }
    }
}

impl Deref for MayCall<'_> {
    type Target = Devlink;

    fn deref(&self) -> &Devlink {
        self.devlink
    }
}

/// On which instance an object of a driver is registered. It changes with the instance lock held.
///
/// The instance is known by its index, which no other one has while it exists.
pub(crate) struct Owner(Atomic<u32>);

/// No instance has this index.
const NOBODY: u32 = u32::MAX;

impl Owner {
    /// The object is being registered on `devlink`.
    pub(crate) fn new(devlink: InstanceLocked<'_>) -> Self {
        Owner(Atomic::new(devlink.index()))
    }

    /// What is part of the instance with this index from its beginning to its end.
    pub(crate) fn part_of(index: u32) -> Self {
        Owner(Atomic::new(index))
    }

    /// The object is unregistered: when the instance lock has been released, nobody calls the
    /// driver about it any more. One that has left already may leave again.
    pub(crate) fn leave(&self, devlink: InstanceLocked<'_>) {
        // The lock of another instance, of which this warns, says nothing about the object.
        if self.check(&devlink).is_ok() {
            self.0.store(NOBODY, Relaxed);
        }
    }

    fn is(&self, devlink: &Devlink) -> bool {
        self.0.load(Relaxed) == devlink.index()
    }

    fn check(&self, devlink: &Devlink) -> Result {
        if self.is(devlink) {
            return Ok(());
        }
        // The lock of another instance says nothing about the object.
        warn_on_once!(self.0.load(Relaxed) != NOBODY);
        Err(ENODEV)
    }
}
