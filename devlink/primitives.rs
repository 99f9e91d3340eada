// SPDX-License-Identifier: GPL-2.0

//! What [`lifetime`](crate::lifetime) is built on, in the kernel. The model on the host has the
//! same on top of `loom`.

pub(crate) use crate::in_flight::InFlight;

pub(crate) use kernel::sync::lockdep_map::{
    Held,
    LockdepMap,
    Suspended, //
};

use kernel::{
    new_condvar, new_mutex,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Full, //
            },
            Atomic, //
        },
        CondVar,
        Mutex, //
    },
};

/// A word that threads change without a lock.
pub(crate) struct AtomicUsize(Atomic<usize>);

impl AtomicUsize {
    pub(crate) const fn new(value: usize) -> Self {
        AtomicUsize(Atomic::new(value))
    }

    pub(crate) fn load(&self) -> usize {
        self.0.load(Acquire)
    }

    pub(crate) fn compare_exchange(&self, old: usize, new: usize) -> Result<usize, usize> {
        self.0.cmpxchg(old, new, Full)
    }

    pub(crate) fn fetch_sub(&self, value: usize) -> usize {
        self.0.fetch_sub(value, Full)
    }
}

/// Something to wait for: a completion that can be used again.
#[pin_data]
pub(crate) struct Event {
    #[pin]
    lock: Mutex<()>,
    #[pin]
    waiters: CondVar,
}

impl Event {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            lock <- new_mutex!((), "devlink event"),
            waiters <- new_condvar!("devlink event"),
        })
    }

    /// Wakes those who wait, after what they wait for has become true.
    pub(crate) fn signal(&self) {
        // With the lock held, no waiter can be between its look at the condition and its sleep.
        let _guard = self.lock.lock();
        self.waiters.notify_all();
    }

    /// Sleeps until `condition` holds; it is looked at again after each [`signal`](Self::signal).
    pub(crate) fn wait_until(&self, condition: impl Fn() -> bool) {
        let mut guard = self.lock.lock();
        while !condition() {
            self.waiters.wait(&mut guard);
        }
    }
}
