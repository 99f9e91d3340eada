// SPDX-License-Identifier: GPL-2.0
// error: E0597: a delay does not outlive the queue
use kernel::{
    prelude::*,
    sync::Arc,
    workqueue::{impl_has_delayed_work, DelayedWork, OwnedQueue, QueueOptions, WorkItem},
};

#[pin_data]
pub(crate) struct Reset {
    #[pin]
    work: DelayedWork<Reset>,
}

impl_has_delayed_work! {
    impl HasDelayedWork<Self> for Reset { self.work }
}

impl WorkItem for Reset {
    type Pointer = Arc<Reset>;

    fn run(_: Arc<Reset>) {}
}

pub(crate) fn probe(reset: Arc<Reset>) -> Result {
    let queue = OwnedQueue::new(QueueOptions::unbound(), fmt!("reset"))?;
    let _ = queue.enqueue_delayed(reset, 100);
    Ok(())
}
