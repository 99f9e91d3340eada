// SPDX-License-Identifier: GPL-2.0
// error: E0597: a work of a scope does not borrow what ends before the scope does
use kernel::{
    prelude::*,
    sync::atomic::{Atomic, Relaxed},
    workqueue::{scope, system_dfl, work_class},
};

pub(crate) fn probe() -> Result {
    scope(work_class!(), |scope| {
        let runs = Atomic::new(0);
        let runs = &runs;
        scope.spawn(system_dfl(), GFP_KERNEL, move || runs.add(1, Relaxed))
    })?;
    Ok(())
}
