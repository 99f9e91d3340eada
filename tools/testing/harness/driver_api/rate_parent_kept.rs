// SPDX-License-Identifier: GPL-2.0
// error: lifetime may not live long enough: a rate does not keep its parent's value
use crate::driver::Nic;
use kernel::{
    net::{
        devlink::{Pinned, RateDriver, RateOps},
        netlink::extack::Extack,
    },
    prelude::*,
    sync::Mutex,
};

pub(crate) struct Rate<'s>(Pin<KBox<Mutex<Option<&'s Rate<'s>>>>>);

#[vtable]
impl RateOps<Nic> for Rate<'_> {
    fn set_parent(&self, _: &Pinned<'_, Nic>, parent: Option<&Rate<'_>>, _: Extack<'_>) -> Result {
        *self.0.lock() = parent;
        Ok(())
    }
}

#[vtable]
impl RateDriver for Nic {
    type Leaf<'s> = Rate<'s>;
    type Node<'s> = Rate<'s>;
}
