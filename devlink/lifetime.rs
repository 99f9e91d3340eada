// SPDX-License-Identifier: GPL-2.0

//! When something may be used, and how its owner waits until nobody uses it any more.
//!
//! A [`Gate`] belongs to an object that users can reach only between two events: an instance
//! between register and unregister, a port between its own. Whoever wants to use the object
//! *enters*, which fails once the gate is not open, and holds a [`Pass`] until it is done. The
//! owner *drains* the gate: nobody can enter any more, and draining returns when the last pass is
//! gone. After that nothing started through the gate runs and nothing can start.
//!
//! A pass is no memory reference: whoever enters holds one beside it. That is what makes it
//! possible to wait for passes at all. A command first takes a memory reference, then sleeps on
//! whatever locks it needs, and enters last; so the owner, who may hold those very locks, never
//! waits for somebody who waits for the owner.
//!
//! lockdep knows gates ([`LockdepMap`]): passes are held, shared and without having been waited
//! for, and draining waits for them. So a lock that is taken with a pass in hand and held by
//! whoever drains is reported when both have happened once, whenever that was. Not told of are
//! passes of those who have a lock without which nobody drains
//! ([`enter_under_lock`](Gate::enter_under_lock)): they are never waited for, and what they take
//! then may well be held by whoever drains.
//!
//! The same source is compiled on the host under `loom` (`tools/lifetime-model/`).

use crate::primitives::{
    AtomicUsize,
    Event,
    Held,
    InFlight,
    LockdepMap,
    Suspended, //
};

/// What a gate lets happen.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not open yet, or finished.
    Closed,
    /// Users may enter.
    Open,
    /// Nobody may enter; those inside are waited for, or their owner still sends notifications of
    /// the end.
    Draining,
}

const PHASE: usize = 0b11;
const CLOSED: usize = 0;
const OPEN: usize = 1;
const DRAINING: usize = 2;
/// One pass.
const PASS: usize = PHASE + 1;

/// Guards the use of an object: see the [module](self).
///
/// # Invariants
///
/// The low bits of `state` are the phase, the rest counts passes. While the phase is `CLOSED` the
/// count is zero, and it grows only while the phase is `OPEN`.
#[cfg(not(host))]
#[kernel::prelude::pin_data]
pub struct Gate {
    state: AtomicUsize,
    #[pin]
    emptied: Event,
    #[pin]
    map: LockdepMap,
}

/// Guards the use of an object: see the [module](self).
#[cfg(host)]
pub struct Gate {
    state: AtomicUsize,
    emptied: Event,
    map: LockdepMap,
}

/// The gate was not open.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOpen;

impl Gate {
    /// A closed gate, which `map` stands for.
    #[cfg(not(host))]
    pub fn new(
        map: impl kernel::prelude::PinInit<LockdepMap>,
    ) -> impl kernel::prelude::PinInit<Self> {
        kernel::prelude::pin_init!(Self {
            state: AtomicUsize::new(CLOSED),
            emptied <- Event::new(),
            map <- map,
        })
    }

    /// A closed gate.
    #[cfg(host)]
    pub fn new() -> Self {
        Gate {
            state: AtomicUsize::new(CLOSED),
            emptied: Event::new(),
            map: LockdepMap,
        }
    }

    /// Lets users in. Fails if the gate is not closed.
    pub fn open(&self) -> Result<(), NotOpen> {
        // What the owner did before is visible to everybody who enters.
        match self.state.compare_exchange(CLOSED, OPEN) {
            Ok(_) => Ok(()),
            Err(_) => Err(NotOpen),
        }
    }

    /// Enters, if the gate is open.
    pub fn enter(&self) -> Result<Pass<'_>, NotOpen> {
        let mut pass = self.enter_under_lock()?;
        pass.held = Some(self.map.hold());
        Ok(pass)
    }

    /// Like [`enter`](Self::enter), for those who have a lock that everybody who drains has, and
    /// keep it until they leave.
    pub fn enter_under_lock(&self) -> Result<Pass<'_>, NotOpen> {
        let mut state = self.state.load();
        loop {
            if state & PHASE != OPEN {
                return Err(NotOpen);
            }
            match self.state.compare_exchange(state, state + PASS) {
                Ok(_) => {
                    return Ok(Pass {
                        gate: self,
                        held: None,
                    })
                }
                Err(now) => state = now,
            }
        }
    }

    /// Lets nobody in any more and, if somebody is inside, has `wait` wait until everybody has
    /// left. Sleeps.
    ///
    /// Fails if the gate was not open: there is nothing to drain.
    pub fn drain(&self, wait: impl FnOnce(Inside<'_>) -> Left) -> Result<(), NotOpen> {
        self.map.wait();
        // With nobody inside, nobody will signal.
        if self.shut()? > 0 {
            let Left(()) = wait(Inside { gate: self });
        }
        Ok(())
    }

    /// Lets nobody in any more, and says how many are inside.
    fn shut(&self) -> Result<usize, NotOpen> {
        let mut state = self.state.load();
        loop {
            if state & PHASE != OPEN {
                return Err(NotOpen);
            }
            match self.state.compare_exchange(state, state - OPEN + DRAINING) {
                Ok(_) => return Ok(state / PASS),
                Err(now) => state = now,
            }
        }
    }

    /// Ends what [`drain`](Self::drain) began. The gate may be opened again.
    pub fn close(&self) {
        // A pass cannot exist here: `drain()` has waited for all of them.
        let _ = self.state.compare_exchange(DRAINING, CLOSED);
    }

    /// Closes the gate of an object that nobody can be inside of. Fails if the gate was not open,
    /// or if somebody is inside.
    pub fn close_empty(&self) -> Result<(), NotOpen> {
        match self.state.compare_exchange(OPEN, CLOSED) {
            Ok(_) => Ok(()),
            Err(_) => Err(NotOpen),
        }
    }

    /// What the gate lets happen at this moment.
    pub fn phase(&self) -> Phase {
        match self.state.load() & PHASE {
            OPEN => Phase::Open,
            DRAINING => Phase::Draining,
            _ => Phase::Closed,
        }
    }

    /// How many are inside at this moment.
    #[cfg(host)]
    pub fn inside(&self) -> usize {
        self.state.load() / PASS
    }

    fn leave(&self) {
        // Everything done inside happens before the owner finds the gate empty.
        if self.state.fetch_sub(PASS) == DRAINING + PASS {
            self.emptied.signal();
        }
    }
}

/// Somebody was inside a gate when it was shut.
#[must_use]
pub struct Inside<'a> {
    gate: &'a Gate,
}

impl Inside<'_> {
    /// Waits until everybody has left; `_shown` shows the wait to people.
    pub fn wait(self, _shown: &InFlight<'_>) -> Left {
        let Gate { state, emptied, .. } = self.gate;
        emptied.wait_until(|| state.load() == DRAINING);
        Left(())
    }
}

/// Everybody has left.
pub struct Left(());

/// The right to use the object behind a [`Gate`].
#[must_use]
pub struct Pass<'a> {
    gate: &'a Gate,
    held: Option<Held<'a>>,
}

impl Pass<'_> {
    /// The holder has got a lock that everybody who drains has: what it takes until the result is
    /// dropped, before that lock is released, is nothing that lockdep has to know of.
    pub fn under_lock(&self) -> Option<Suspended<'_>> {
        self.held.as_ref().map(Held::suspend)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        // Before the owner may go on.
        self.held = None;
        self.gate.leave();
    }
}
