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
//! The same source is compiled on the host under `loom` (`tools/lifetime-model/`).

use crate::primitives::{
    AtomicUsize,
    Event, //
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
}

/// Guards the use of an object: see the [module](self).
#[cfg(host)]
pub struct Gate {
    state: AtomicUsize,
    emptied: Event,
}

/// The gate was not open.
#[derive(Debug, PartialEq, Eq)]
pub struct NotOpen;

impl Gate {
    /// A closed gate.
    #[cfg(not(host))]
    pub fn new() -> impl kernel::prelude::PinInit<Self> {
        kernel::prelude::pin_init!(Self {
            state: AtomicUsize::new(CLOSED),
            emptied <- Event::new(),
        })
    }

    /// A closed gate.
    #[cfg(host)]
    pub fn new() -> Self {
        Gate {
            state: AtomicUsize::new(CLOSED),
            emptied: Event::new(),
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
        let mut state = self.state.load();
        loop {
            if state & PHASE != OPEN {
                return Err(NotOpen);
            }
            match self.state.compare_exchange(state, state + PASS) {
                Ok(_) => return Ok(Pass { gate: self }),
                Err(now) => state = now,
            }
        }
    }

    /// Lets nobody in any more and waits until everybody has left. Sleeps.
    ///
    /// Fails if the gate was not open: there is nothing to drain.
    pub fn drain(&self) -> Result<(), NotOpen> {
        // With nobody inside, nobody will signal.
        if self.shut()? > 0 {
            self.wait_until_left();
        }
        Ok(())
    }

    /// The first half of [`drain`](Self::drain): lets nobody in any more, and says how many are
    /// inside.
    pub fn shut(&self) -> Result<usize, NotOpen> {
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

    /// The second half of [`drain`](Self::drain): waits until everybody has left. Sleeps.
    pub fn wait_until_left(&self) {
        self.emptied.wait_until(|| self.state.load() == DRAINING);
    }

    /// Ends what [`drain`](Self::drain) began. The gate may be opened again.
    pub fn close(&self) {
        // A pass cannot exist here: `drain()` has waited for all of them.
        let _ = self.state.compare_exchange(DRAINING, CLOSED);
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

/// The right to use the object behind a [`Gate`].
#[must_use]
pub struct Pass<'a> {
    gate: &'a Gate,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.gate.leave();
    }
}
