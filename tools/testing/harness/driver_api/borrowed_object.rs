// SPDX-License-Identifier: GPL-2.0
// error: E0597: an object does not borrow what goes before it
use crate::driver::Nic;
use kernel::{
    net::devlink::{Bringup, Flavour, PortAttrs, PortOps},
    prelude::*,
};

struct Borrows<'a>(#[allow(dead_code)] &'a u32);

#[vtable]
impl PortOps<Nic> for Borrows<'_> {}

pub(crate) fn up<'up>(cx: &Bringup<'up, '_, Nic>) -> Result {
    let index = 1;
    cx.port(index, PortAttrs::new(Flavour::Virtual), Borrows(&index))?;
    Ok(())
}
