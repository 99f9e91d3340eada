// SPDX-License-Identifier: GPL-2.0
// error: E0597: a port that is added later does not borrow what goes before it either
use crate::driver::Nic;
use kernel::{
    net::devlink::{Flavour, Group, Groups, Locked, Port, PortAttrs, PortOps},
    prelude::*,
};

pub(crate) struct Borrows<'a>(#[allow(dead_code)] &'a u32);

#[vtable]
impl PortOps<Nic> for Borrows<'_> {}

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, Borrows<'group>>;
}

pub(crate) fn callback(cx: &Locked<'_, Nic>, ports: Groups<'_, Nic, OnePort>) -> Result {
    let index = 1;
    let attrs = PortAttrs::new(Flavour::Virtual);
    ports.add(cx, index, |cx| cx.port(index, attrs, Borrows(&index)))
}
