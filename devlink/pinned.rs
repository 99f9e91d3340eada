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
//!   waiting for it. The callback lock guards no data.

use crate::{
    driver::{
        access::MayCall,
        ops::Parallel, //
    },
    in_flight::{
        InFlight,
        WaitsFor, //
    },
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
        Mutex,
        MutexGuard, //
    },
};

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
    /// That of an object that is not registered yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            gate <- Gate::new(),
            lock <- new_mutex!((), "devlink callback lock"),
        })
    }

    /// Waits until no callback about the object runs; a signal that ends the process ends the wait
    /// with [`EINTR`].
    fn lock_killable(&self) -> Result<CallbackGuard<'_>> {
        Ok(CallbackGuard {
            callback_lock: self,
            _guard: self.lock.lock_killable()?,
        })
    }

    /// Runs `call` on behalf of the driver: with the lock, if that stands in for the instance lock
    /// for such objects.
    pub(crate) fn take<T>(&self, devlink: &Devlink, kind: Parallel, call: impl FnOnce() -> T) -> T {
        let _lock = devlink.is_parallel(kind).then(|| self.lock.lock());
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
    /// What the driver has to have said for that.
    const KIND: Parallel;

    /// The object's callback lock.
    fn callback_lock(&self) -> &CallbackLock;
}

impl Devlink {
    /// Calls the driver about the object that `find` finds, to do `what`: with the instance lock
    /// or, if the driver can do without, with the object pinned. A signal that ends the process
    /// ends the wait with [`EINTR`].
    pub(crate) fn call_about<O: Object, T>(
        &self,
        what: &'static str,
        find: impl Fn(&Devlink) -> Result<O>,
        call: impl FnOnce(&O, MayCall<'_>) -> T,
    ) -> Result<T> {
        if !self.is_parallel(O::KIND) {
            let operating = self.operate(what)?;
            let object = find(&operating)?;
            return Ok(call(&object, operating.locked().into()));
        }
        loop {
            let object = find(&*self.enter()?)?;
            let flight = InFlight::new(self, what, WaitsFor::CallbackLock);
            let guard = object.callback_lock().lock_killable()?;
            let active = self.enter()?;
            // One that was unregistered meanwhile is not found again.
            let Ok(pinned) = guard.pin() else {
                continue;
            };
            flight.waits_for(WaitsFor::Driver);
            let done = call(&object, active.pinned(&pinned));
            return Ok(done);
        }
    }
}
