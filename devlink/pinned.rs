// SPDX-License-Identifier: GPL-2.0

//! Callbacks about one object without the driver lock, for drivers that say they can do that
//! (`devl_parallel_set()`): operations on different objects of an instance then run side by side.
//!
//! * The object's [`Turns`] stand in for the driver lock: its gate is open from register to
//!   unregister of the object, and its turn lets one callback about it run at a time.
//! * As everywhere, the passes are taken last: memory references, turn, the instance's pass, the
//!   object's pass. Whoever waits for a turn is not inside, so that unregistering the object or the
//!   instance, with the driver lock held, waits only for callbacks that run.
//! * Such a callback must not wait for the driver lock or the device lock, whose holder may be
//!   waiting for it. The turn guards no data.

use crate::{
    capi::ops::Parallel,
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
pub(crate) struct Turns {
    /// Open from register to unregister of the object.
    #[pin]
    pub(crate) gate: Gate,
    #[pin]
    turn: Mutex<()>,
}

impl Turns {
    /// Those of an object that is not registered yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            gate <- Gate::new(),
            turn <- new_mutex!((), "devlink turn"),
        })
    }

    /// Runs `call` with the turn, on behalf of the driver, if it takes turns about such objects.
    pub(crate) fn take<T>(&self, devlink: &Devlink, kind: Parallel, call: impl FnOnce() -> T) -> T {
        let _turn = devlink.is_parallel(kind).then(|| self.turn.lock());
        call()
    }
}

/// An object that drivers may be called about without the driver lock.
pub(crate) trait Object {
    /// What the driver has to have said for that.
    const KIND: Parallel;

    /// The object's turns.
    fn turns(&self) -> &Turns;
}

impl Devlink {
    /// Calls the driver about the object that `find` finds, to do `what`: with the driver lock or,
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
            let _turn = object.turns().turn.lock_interruptible()?;
            let active = self.enter()?;
            // One that was unregistered meanwhile is not found again.
            let Ok(pass) = object.turns().gate.enter() else {
                continue;
            };
            flight.waits_for(WaitsFor::Driver);
            let done = call(&object, active.pinned(&pass));
            return Ok(done);
        }
    }
}
