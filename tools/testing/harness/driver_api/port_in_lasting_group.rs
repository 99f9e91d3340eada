// SPDX-License-Identifier: GPL-2.0
// error: E0599: a port is not made where it would outlive a reload
use crate::driver::Nic;
use kernel::{
    net::devlink::{Flavour, Group, LastingGroups, Locked, Port, PortAttrs},
    prelude::*,
};

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, ()>;
}

pub(crate) fn add<'bound>(
    cx: &Locked<'bound, Nic>,
    ports: LastingGroups<'bound, Nic, OnePort>,
) -> Result {
    ports.add(cx, 1, |cx| cx.port(1, PortAttrs::new(Flavour::Virtual), ()))
}
