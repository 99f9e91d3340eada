// SPDX-License-Identifier: GPL-2.0

//! What `lifetime` is built on, by `loom`: the counterpart of `devlink/primitives.rs`.
//!
//! The seeded mistakes are here, so that the source under test stays the kernel's.

use std::marker::PhantomData;

use loom::sync::{
    atomic::{AtomicUsize as LoomAtomic, Ordering},
    Condvar, Mutex,
};

/// The record of a wait, which the kernel shows in debugfs.
pub struct InFlight<'a>(PhantomData<&'a ()>);

impl InFlight<'_> {
    pub fn new() -> Self {
        InFlight(PhantomData)
    }
}

/// lockdep has no part in the models.
pub(crate) struct LockdepMap;

impl LockdepMap {
    pub(crate) fn hold(&self) -> Held<'_> {
        Held(PhantomData)
    }

    pub(crate) fn wait(&self) {}
}

/// Like in the kernel, a pass stays with its task.
pub(crate) struct Held<'a>(PhantomData<(&'a (), *const ())>);

impl Held<'_> {
    pub(crate) fn suspend(&self) -> Suspended<'_> {
        Suspended(PhantomData)
    }
}

pub struct Suspended<'a>(PhantomData<&'a ()>);

pub(crate) struct AtomicUsize(LoomAtomic);

impl AtomicUsize {
    pub(crate) fn new(value: usize) -> Self {
        AtomicUsize(LoomAtomic::new(value))
    }

    pub(crate) fn load(&self) -> usize {
        self.0.load(Ordering::Acquire)
    }

    pub(crate) fn compare_exchange(&self, old: usize, new: usize) -> Result<usize, usize> {
        if cfg!(feature = "mistake-enter-while-draining") && old & 0b11 == 1 {
            // Who saw an open gate enters, also if it drains by now.
            let draining = self.0.load(Ordering::Acquire);
            if draining == old + 1 {
                return self.0.compare_exchange(
                    draining,
                    new + 1,
                    Ordering::SeqCst,
                    Ordering::Acquire,
                );
            }
        }
        self.0
            .compare_exchange(old, new, Ordering::SeqCst, Ordering::Acquire)
    }

    pub(crate) fn fetch_sub(&self, value: usize) -> usize {
        self.0.fetch_sub(value, Ordering::SeqCst)
    }
}

pub(crate) struct Event {
    lock: Mutex<()>,
    waiters: Condvar,
}

impl Event {
    pub(crate) fn new() -> Self {
        Event {
            lock: Mutex::new(()),
            waiters: Condvar::new(),
        }
    }

    pub(crate) fn signal(&self) {
        if cfg!(feature = "mistake-signal-without-lock") {
            self.waiters.notify_all();
            return;
        }
        let _guard = self.lock.lock().unwrap();
        self.waiters.notify_all();
    }

    pub(crate) fn wait_until(&self, condition: impl Fn() -> bool) {
        if cfg!(feature = "mistake-no-wait") {
            return;
        }
        let mut guard = self.lock.lock().unwrap();
        while !condition() {
            guard = self.waiters.wait(guard).unwrap();
        }
    }
}
