// SPDX-License-Identifier: GPL-2.0

//! Callbacks about one object without the instance lock, for drivers that say they can do that
//! (`devl_parallel_set()`): operations on different objects of an instance then run side by side.
//!
//! * The object's [`CallbackLock`] stands in for the instance lock: its gate is open from register to
//!   unregister of the object, and its lock lets one callback about it run at a time.
//! * As everywhere, the passes are taken last: memory references, callback lock, the instance's
//!   pass, the object's pass. Whoever waits for a callback lock is not inside, so that unregistering the object or the
//!   instance, with the instance lock held, waits only for callbacks that run.
//! * Such a callback must not wait for the instance lock or the device lock, whose holder may be
//!   waiting for it. The callback lock guards no data.

use crate::{
    driver::ops::Parallel,
    in_flight::{
        InFlight,
        WaitsFor, //
    },
    instance::{
        Devlink,
        MayCall, //
    },
    lifetime::Gate, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::Mutex, //
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

    /// Runs `call` on behalf of the driver: with the lock, if that stands in for the instance lock for
    /// such objects.
    pub(crate) fn take<T>(&self, devlink: &Devlink, kind: Parallel, call: impl FnOnce() -> T) -> T {
        let _lock = devlink.is_parallel(kind).then(|| self.lock.lock());
        call()
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
    /// Calls the driver about the object that `find` finds, to do `what`: with the instance lock or,
    /// if the driver can do without, with the object pinned. A signal ends the wait with [`EINTR`].
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
            let flight = InFlight::new(self, what, WaitsFor::Turn);
            let _lock = object.callback_lock().lock.lock_killable()?;
            let active = self.enter()?;
            // One that was unregistered meanwhile is not found again.
            let Ok(pass) = object.callback_lock().gate.enter() else {
                continue;
            };
            flight.waits_for(WaitsFor::Driver);
            let done = call(&object, active.pinned(&pass));
            return Ok(done);
        }
    }
}
