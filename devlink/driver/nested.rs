// SPDX-License-Identifier: GPL-2.0

//! Work that may wait for drivers.

use kernel::{
    bindings,
    prelude::*,
    workqueue::Queue, //
};

/// Has a worker run `work`, which may wait for instance locks.
pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) -> Result {
    // SAFETY: The queue exists as long as the kernel runs.
    let queue = unsafe { Queue::from_raw(bindings::system_dfl_wq) };
    Ok(queue.try_spawn(GFP_KERNEL, work)?)
}
