// SPDX-License-Identifier: GPL-2.0
// error: E0597: a group has nothing that ends before it could
use crate::driver::Nic;
use kernel::{
    net::devlink::{Group, InnerGroups, Locked},
    prelude::*,
};

pub(crate) struct Number;

impl Group<Nic> for Number {
    type Key = u32;
    type Value<'group> = &'group u32;
}

pub(crate) fn found(cx: &Locked<'_, Nic>, numbers: InnerGroups<'_, Nic, Number>) -> Result {
    let number = 1;
    numbers.add(cx, 1, |_, _| Ok(&number))
}
