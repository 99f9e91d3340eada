// SPDX-License-Identifier: GPL-2.0

//! Keys that are in no order.

use core::cmp::Ordering;

use kernel::sync::atomic::{
    Atomic,
    Relaxed, //
};

/// How many comparisons later there is one with a wrong result; 0 for none.
static COUNTDOWN: Atomic<u32> = Atomic::new(0);
static LIE: Atomic<u32> = Atomic::new(0);

/// The wrong result for keys that differ.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Lie {
    Equal,
    Reversed,
}

/// From now on the comparison of that number, counted from 1, has a wrong result.
pub(crate) fn lie_at(comparison: u32, lie: Lie) {
    LIE.store(lie as u32, Relaxed);
    COUNTDOWN.store(comparison, Relaxed);
}

/// All results are right again. Whether one was wrong.
pub(crate) fn stop_lying() -> bool {
    let left = COUNTDOWN.load(Relaxed);
    COUNTDOWN.store(0, Relaxed);
    left == 0
}

/// A key, of which one comparison is wrong.
#[derive(Copy, Clone)]
pub(crate) struct Key(pub(super) u32);

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let order = self.0.cmp(&other.0);
        let left = COUNTDOWN.load(Relaxed);
        if left == 0 {
            return order;
        }
        COUNTDOWN.store(left - 1, Relaxed);
        match order {
            order if left > 1 => order,
            Ordering::Equal => Ordering::Less,
            _ if LIE.load(Relaxed) == Lie::Equal as u32 => Ordering::Equal,
            order => order.reverse(),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}
