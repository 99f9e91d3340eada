// SPDX-License-Identifier: GPL-2.0
// error: E0277: a work has nothing that only one thread at a time can use
use core::cell::Cell;
use kernel::workqueue::{Schedulable, Task};

pub(crate) struct Count(Cell<u32>);

impl Task for Count {
    fn run(work: &Schedulable<Self>) {
        work.0.set(work.0.get() + 1);
    }
}
