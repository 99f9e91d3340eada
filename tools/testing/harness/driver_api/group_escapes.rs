// SPDX-License-Identifier: GPL-2.0
// error: E0521: a handle of an object does not leave the object's group
use crate::driver::{Connector, Nic};
use kernel::{
    net::devlink::{Flavour, Group, Groups, Locked, Port, PortAttrs},
    prelude::*,
};

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, Connector>;
}

pub(crate) fn callback(cx: &Locked<'_, Nic>, ports: Groups<'_, Nic, OnePort>) -> Option<u32> {
    let mut kept = None;
    ports.get(cx, 1, |port| kept = Some(*port));
    kept.map(|port| port.index())
}
