// SPDX-License-Identifier: GPL-2.0
// error: E0308: a callback about a rate, which devlink still uses, removes no port
use crate::driver::{Connector, Nic};
use kernel::{
    net::{
        devlink::{Group, Groups, Pinned, Port, RateDriver, RateOps},
        netlink::extack::Extack,
    },
    prelude::*,
};

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, Connector>;
}

pub(crate) struct Leaf<'s>(Groups<'s, Nic, OnePort>);

#[vtable]
impl RateOps<Nic> for Leaf<'_> {
    fn set_tx_max(&self, cx: &Pinned<'_, Nic>, _: u64, _: Extack<'_>) -> Result {
        self.0.remove(cx, 1)
    }
}

#[vtable]
impl RateDriver for Nic {
    type Leaf<'s> = Leaf<'s>;
    type Node<'s> = ();
}
