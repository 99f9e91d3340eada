// SPDX-License-Identifier: GPL-2.0

//! Callbacks about one object without the instance lock, for drivers that say they can do that
//! (`devl_parallel_set()`): operations on different objects of an instance then run side by side.
//!
//! * The object's [`CallbackLock`] stands in for the instance lock: its gate is open from register
//!   to unregister of the object, and its lock lets one callback about it run at a time.
//! * As everywhere, the passes are taken last: memory references, callback lock, the instance's
//!   pass, the object's pass. Whoever waits for a callback lock is not inside, so that
//!   unregistering the object or the instance, with the instance lock held, waits only for
//!   callbacks that run.
//! * Such a callback must not wait for the instance lock or the device lock, whose holder may be
//!   waiting for it; nor for RTNL or any other lock with which the driver destroys such objects or
//!   unregisters. lockdep knows the passes and reports it ([`lifetime`](crate::lifetime)). The
//!   callback lock guards no data.

use crate::{
    driver::{
        access::{
            InstanceLocked,
            MayCall, //
        },
        ops::Parallel, //
    },
    in_flight::WaitsFor,
    instance::Devlink,
    lifetime::{
        Gate,
        NotOpen,
        Pass, //
    },
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        lockdep_map::LockdepMap,
        LockClassKey,
        Mutex,
        MutexGuard, //
    },
};

use pin_init::stack_pin_init;

/// What pins an object and lets one callback about it run at a time.
#[pin_data]
pub(crate) struct CallbackLock {
    /// Open from register to unregister of the object.
    #[pin]
    pub(crate) gate: Gate,
    #[pin]
    lock: Mutex<()>,
}

impl CallbackLock {
    /// That of an object that is not registered yet; `name` and `key` tell lockdep of what kind it
    /// is.
    pub(crate) fn new(name: &'static CStr, key: Pin<&'static LockClassKey>) -> impl PinInit<Self> {
        pin_init!(Self {
            gate <- Gate::new(LockdepMap::new(name, key)),
            lock <- new_mutex!((), "devlink callback lock"),
        })
    }

    /// Waits until no callback about the object runs, to do `what`; a signal that ends the process
    /// ends the wait with [`EINTR`].
    fn lock_killable(&self, devlink: &Devlink, what: &'static str) -> Result<CallbackGuard<'_>> {
        stack_pin_init!(let _wait = devlink.begin_killable_wait(what, WaitsFor::CallbackLock));
        Ok(CallbackGuard {
            callback_lock: self,
            _guard: self.lock.lock_killable()?,
        })
    }

    /// Runs `call` on behalf of the driver, which does `what` and holds the instance lock: with
    /// this lock, if that stands in for the instance lock for such objects.
    pub(crate) fn take<T>(
        &self,
        devlink: InstanceLocked<'_>,
        kind: Parallel,
        what: &'static str,
        call: impl FnOnce() -> T,
    ) -> T {
        let _lock = devlink.is_parallel(kind).then(|| {
            stack_pin_init!(let _wait = devlink.begin_wait(what, WaitsFor::CallbackLock));
            devlink.tell_of_wait_for_itself(&self.gate, what);
            self.lock.lock()
        });
        let _in_driver = devlink.begin_call(what);
        call()
    }
}

/// A [`CallbackLock`] is held.
struct CallbackGuard<'a> {
    callback_lock: &'a CallbackLock,
    _guard: MutexGuard<'a, ()>,
}

impl CallbackGuard<'_> {
    /// Pins the object, unless it is unregistered.
    fn pin(&self) -> Result<Pinned<'_>, NotOpen> {
        Ok(Pinned {
            callback_lock: self.callback_lock,
            _pass: self.callback_lock.gate.enter()?,
        })
    }
}

/// An object that is not unregistered as long as this exists, and whose callback lock is held.
pub(crate) struct Pinned<'a> {
    callback_lock: &'a CallbackLock,
    _pass: Pass<'a>,
}

impl Pinned<'_> {
    /// The object's callback lock.
    pub(crate) fn callback_lock(&self) -> &CallbackLock {
        self.callback_lock
    }
}

/// An object that drivers may be called about without the instance lock.
pub(crate) trait Object {
    /// What the driver has to have said for that, at least for some of the callbacks.
    const KIND: Parallel;

    /// The object's callback lock.
    fn callback_lock(&self) -> &CallbackLock;
}

impl Devlink {
    /// Calls the driver about the object that `find` finds, to do `what`: with the instance lock
    /// or, if the driver can do without for callbacks of this `kind`, with the object pinned. A
    /// signal that ends the process ends the wait with [`EINTR`].
    pub(crate) fn call_about<O: Object, T>(
        &self,
        what: &'static str,
        kind: Parallel,
        find: impl Fn(&Devlink) -> Result<O>,
        call: impl FnOnce(&O, MayCall<'_>) -> T,
    ) -> Result<T> {
        if !self.is_parallel(kind) {
            let operating = self.operate(what)?;
            let object = find(&operating)?;
            // Callbacks of another kind may do without the instance lock.
            let _guard = self
                .is_parallel(O::KIND)
                .then(|| object.callback_lock().lock_killable(self, what))
                .transpose()?;
            return Ok(call(&object, operating.locked().into()));
        }
        loop {
            let object = find(&*self.enter()?)?;
            let guard = object.callback_lock().lock_killable(self, what)?;
            let active = self.enter()?;
            // One that was unregistered meanwhile is not found again.
            let Ok(pinned) = guard.pin() else {
                continue;
            };
            let gate = &pinned.callback_lock().gate;
            stack_pin_init!(let _in_driver = self.begin_call_about(what, gate));
            let done = call(&object, active.pinned(&pinned));
            return Ok(done);
        }
    }
}
