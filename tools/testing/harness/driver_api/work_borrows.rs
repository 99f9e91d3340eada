// SPDX-License-Identifier: GPL-2.0
// error: E0597: a work that its owner could forget does not borrow
use kernel::{
    prelude::*,
    sync::atomic::{Atomic, Relaxed},
    workqueue::{work_class, OwnedWork},
};

pub(crate) fn probe() -> Result {
    let runs = Atomic::new(0);
    let runs = &runs;
    let work = KBox::pin_init(
        OwnedWork::new(move || runs.add(1, Relaxed), work_class!()),
        GFP_KERNEL,
    )?;
    work.schedule();
    Ok(())
}
