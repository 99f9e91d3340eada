// SPDX-License-Identifier: GPL-2.0

//! How many devices there are.

use crate::{
    new_condvar,
    new_spinlock,
    prelude::*,
    sync::{
        Arc,
        CondVar,
        SpinLock, //
    }, //
};

/// Counts devices that somebody has a reference to, those that were removed included.
#[pin_data]
pub struct Alive {
    #[pin]
    count: SpinLock<usize>,
    #[pin]
    none: CondVar,
}

impl Alive {
    pub(super) fn new() -> Result<Arc<Self>> {
        let alive = pin_init!(Alive {
            count <- new_spinlock!(0, "bus_alive"),
            none <- new_condvar!("bus_alive"),
        });
        Arc::pin_init(alive, GFP_KERNEL)
    }

    /// How many there are just now.
    pub fn count(&self) -> usize {
        *self.count.lock()
    }

    pub(super) fn add(&self) {
        *self.count.lock() += 1;
    }

    pub(super) fn remove(&self) {
        let mut count = self.count.lock();
        *count -= 1;
        if *count == 0 {
            self.none.notify_all();
        }
    }

    pub(super) fn wait(&self) {
        let mut count = self.count.lock();
        while *count != 0 {
            self.none.wait(&mut count);
        }
    }
}
