// SPDX-License-Identifier: GPL-2.0
// error: E0521: what an instance is nested in does not leave the group of the object
use crate::driver::{Connector, Nic};
use kernel::{
    net::devlink::{Group, Groups, Locked, Outer, Port, Setup},
    prelude::*,
};

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, Connector>;
}

pub(crate) fn callback<'b>(
    cx: &Locked<'_, Nic>,
    ports: Groups<'_, Nic, OnePort>,
    inner: &Setup<'b, Nic>,
) -> Result {
    let mut kept: Option<Outer<'b>> = None;
    ports.get(cx, 1, |port| kept = port.outer().ok());
    inner.nest_in(kept.ok_or(ENOENT)?)
}
