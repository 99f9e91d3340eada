// SPDX-License-Identifier: GPL-2.0
// error: E0599: a work does not wait for itself
use kernel::workqueue::{Schedulable, Task};

pub(crate) struct Reset;

impl Task for Reset {
    fn run(work: &Schedulable<Self>) {
        work.schedule();
        work.flush();
    }
}
