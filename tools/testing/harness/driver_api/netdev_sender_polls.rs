// SPDX-License-Identifier: GPL-2.0
// error: E0277: what is polled is not shared with what sends without being Sync
use core::cell::Cell;
use kernel::{
    net::napi::{Poll, Polled, Polling},
    sync::Arc,
};

pub(crate) struct Receiver(Arc<Cell<u32>>);

impl Poll for Receiver {
    type Rearm = ();

    fn poll(&mut self, _: &mut Polling<'_>) -> Polled<()> {
        self.0.set(1);
        Polled::Idle(())
    }

    fn rearm((): ()) {}
}
