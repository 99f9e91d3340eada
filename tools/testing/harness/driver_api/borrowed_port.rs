// SPDX-License-Identifier: GPL-2.0
// error: E0597: a port that is added later does not borrow what goes before it either
use crate::driver::Nic;
use kernel::{
    net::devlink::{Flavour, Locked, PortAttrs, PortOps, Ports},
    prelude::*,
};

pub(crate) struct Borrows<'a>(#[allow(dead_code)] &'a u32);

#[vtable]
impl PortOps<Nic> for Borrows<'_> {}

pub(crate) fn callback<'up>(cx: &Locked<'_, Nic>, ports: Ports<'up, Nic, Borrows<'up>>) -> Result {
    let index = 1;
    let attrs = PortAttrs::new(Flavour::Virtual);
    ports.add(cx, index, attrs, Borrows(&index))?;
    Ok(())
}
