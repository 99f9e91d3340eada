// SPDX-License-Identifier: GPL-2.0
// error: E0521: a work that borrows does not leave the function that waits for it
use kernel::workqueue::{with_work, work_class, OwnedWork, Schedulable, Task};

pub(crate) struct Reset<'a>(#[allow(dead_code)] &'a u32);

impl Task for Reset<'_> {
    fn run(_: &Schedulable<Self>) {}
}

pub(crate) fn probe<'a>(registers: &'a u32) {
    let mut kept: Option<&OwnedWork<Reset<'a>>> = None;
    with_work(Reset(registers), work_class!(), |work| kept = Some(work));
}
