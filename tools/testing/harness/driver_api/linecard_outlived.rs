// SPDX-License-Identifier: GPL-2.0
// error: E0621: a port is on no line card that may be gone before it
use crate::driver::Nic;
use kernel::{
    net::devlink::{Bringup, Flavour, Group, Groups, Linecard, LinecardOps, Port, PortAttrs},
    prelude::*,
};

pub(crate) struct OnePort;

impl Group<Nic> for OnePort {
    type Key = u32;
    type Value<'group> = Port<'group, Nic, ()>;
}

pub(crate) fn up<'up, L: LinecardOps<Nic> + 'up>(
    cx: &Bringup<'up, '_, Nic>,
    linecard: L,
    before: Groups<'up, Nic, OnePort>,
) -> Result {
    let attrs = PortAttrs::new(Flavour::Virtual);
    let linecard: Linecard<'up, Nic, L> = cx.linecard(0, linecard)?;
    let after: Groups<'up, Nic, OnePort> = cx.on_linecard(linecard).groups()?;
    after.add(cx, 1, |cx| cx.port(1, attrs, ()))?;
    before.add(cx, 2, |cx| cx.on_linecard(linecard).port(2, attrs, ()))
}
