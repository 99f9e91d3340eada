// SPDX-License-Identifier: GPL-2.0
// error: lifetime may not live long enough: what is open ends with the device
use kernel::{
    net::device::{Completions, Opening, Operations},
    prelude::*,
    sync::Mutex,
};

pub(crate) struct Keeps<'a>(Pin<KBox<Mutex<Option<Completions<'a>>>>>);

#[vtable]
impl<'a> Operations for Keeps<'a> {
    type Open<'open>
        = ()
    where
        Self: 'open;
    type Sender<'open>
        = core::convert::Infallible
    where
        Self: 'open;

    fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
        let (_, completions) = cx.tx_queue()?;
        *self.0.lock() = Some(completions);
        Ok(())
    }
}
