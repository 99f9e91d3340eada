// SPDX-License-Identifier: GPL-2.0

//! What a driver said last, for dumps that cannot have it say it again.
//!
//! A `do` asks the driver and is exact. A dump waits for no driver, and one object whose driver
//! fails must not end it: what a dump shows then is the last answer. One rule holds for all of them
//! (a port's function, a parameter, versions, selftests, shared buffers, counters of traps, the use
//! of resources):
//!
//! * *Written* whenever the driver answers, with the instance lock held, so that of two answers the
//!   later one stays. That something is not supported is an answer; any other error says nothing
//!   about the value, and what was said before stands.
//! * *Forgotten* when something that went through the core may have changed it: a user set it, or
//!   something that it depends on; the driver announced a change; the device was flashed or
//!   reloaded. So a dump never shows a value from before a change that its reader made. With the
//!   object it is about, an answer goes anyway.
//! * *Read* without the instance lock. Where it is kept is the owner's choice: beside other data
//!   under the owner's lock, or, if it is a number, in a word of its own ([`LastNumber`]).

use crate::driver::access::InstanceLocked;

use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

/// What a driver said last in answer to one question.
#[derive(Copy, Clone, Default)]
pub(crate) enum LastAnswer<T> {
    /// Nothing, or nothing that counts any more.
    #[default]
    Unknown,
    /// That it has no answer for this object.
    Unsupported,
    /// This.
    Value(T),
}

impl<T> LastAnswer<T> {
    /// Remembers an answer. Returns what was remembered before, to be dropped when the lock under
    /// which it was kept has been released.
    pub(crate) fn record(&mut self, _driver: InstanceLocked<'_>, answer: Result<T>) -> Self {
        let said = match answer {
            Ok(value) => LastAnswer::Value(value),
            Err(error) if error == EOPNOTSUPP => LastAnswer::Unsupported,
            Err(_) => return LastAnswer::Unknown,
        };
        core::mem::replace(self, said)
    }

    /// As [`record`](Self::record), without moving the answer: what is large is copied once, over
    /// what was remembered before, which is dropped here.
    pub(crate) fn record_from(&mut self, _driver: InstanceLocked<'_>, answer: Result<&T>)
    where
        T: Clone,
    {
        match (answer, self) {
            (Ok(value), LastAnswer::Value(last)) => last.clone_from(value),
            (Ok(value), last) => *last = LastAnswer::Value(value.clone()),
            (Err(error), last) if error == EOPNOTSUPP => *last = LastAnswer::Unsupported,
            (Err(_), _) => {}
        }
    }

    /// Forgets what was said. Returns it, to be dropped as in [`record`](Self::record).
    pub(crate) fn forget(&mut self, _driver: InstanceLocked<'_>) -> Self {
        core::mem::take(self)
    }

    /// Whether the driver said nothing, or nothing that counts any more.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, LastAnswer::Unknown)
    }

    /// The value, if the driver said one.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            LastAnswer::Value(value) => Some(value),
            LastAnswer::Unknown | LastAnswer::Unsupported => None,
        }
    }
}

impl<T: Clone> LastAnswer<T> {
    /// What a dump shows whose question had this outcome, which is an error also if the driver
    /// could not be asked ([`EBUSY`]): the answer, or else the last one. `None` if there is nothing
    /// to show, because it is not supported; the error if nothing was said before.
    pub(crate) fn or_last(&self, asked: Result<T>) -> Result<Option<T>> {
        match (asked, self) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(error), _) if error == EOPNOTSUPP => Ok(None),
            (Err(_), LastAnswer::Value(value)) => Ok(Some(value.clone())),
            (Err(_), LastAnswer::Unsupported) => Ok(None),
            (Err(error), LastAnswer::Unknown) => Err(error),
        }
    }
}

/// A last answer that is a number, in one word and without a lock.
///
/// The two largest numbers stand for the other answers: no counter ever gets so far.
pub(crate) struct LastNumber(Atomic<u64>);

const UNKNOWN: u64 = u64::MAX;
const UNSUPPORTED: u64 = u64::MAX - 1;

impl LastNumber {
    /// Nothing said yet.
    pub(crate) const fn new() -> Self {
        LastNumber(Atomic::new(UNKNOWN))
    }

    /// What the driver said last.
    pub(crate) fn get(&self) -> LastAnswer<u64> {
        // The word is all there is: nothing must be ordered with it.
        match self.0.load(Relaxed) {
            UNKNOWN => LastAnswer::Unknown,
            UNSUPPORTED => LastAnswer::Unsupported,
            value => LastAnswer::Value(value),
        }
    }

    /// Changes it as the rule says. Those who change it hold the instance lock, so there is one at
    /// a time.
    fn change(&self, change: impl FnOnce(&mut LastAnswer<u64>)) {
        let mut last = self.get();
        change(&mut last);
        let word = match last {
            LastAnswer::Unknown => UNKNOWN,
            LastAnswer::Unsupported => UNSUPPORTED,
            LastAnswer::Value(value) => value,
        };
        self.0.store(word, Relaxed);
    }

    /// Remembers an answer, as [`LastAnswer::record`].
    pub(crate) fn record(&self, driver: InstanceLocked<'_>, answer: Result<u64>) {
        self.change(|last| {
            last.record(driver, answer);
        });
    }

    /// Forgets what was said, as [`LastAnswer::forget`].
    pub(crate) fn forget(&self, driver: InstanceLocked<'_>) {
        self.change(|last| {
            last.forget(driver);
        });
    }
}
