// SPDX-License-Identifier: GPL-2.0

//! Which task runs something.

use crate::{
    bindings,
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    task::Task, //
};

use core::ptr;

/// Which task runs something that one task at a time runs; it may do so in itself.
///
/// Others may ask at any time: only the task that is here finds itself here.
pub(super) struct RunBy(Atomic<*mut bindings::task_struct>);

impl RunBy {
    /// None.
    pub(super) const fn new() -> Self {
        RunBy(Atomic::new(ptr::null_mut()))
    }

    /// From now on it is this task. Returns whether it was not, so that it is to
    /// [leave](Self::leave).
    pub(super) fn enter(&self) -> bool {
        if self.is_this_task() {
            return false;
        }
        self.0.store(Task::current_raw(), Relaxed);
        true
    }

    /// From now on it is none.
    pub(super) fn leave(&self) {
        self.0.store(ptr::null_mut(), Relaxed);
    }

    /// Whether it is this task.
    pub(super) fn is_this_task(&self) -> bool {
        self.0.load(Relaxed) == Task::current_raw()
    }
}
