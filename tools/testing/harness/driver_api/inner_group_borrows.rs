// SPDX-License-Identifier: GPL-2.0
// error: E0597: a group has nothing that ends before it could
use crate::driver::Nic;
use kernel::{
    net::devlink::{Bringup, Group, InnerGroups, Locked, Within},
    prelude::*,
};

pub(crate) struct Number;

impl Group<Nic> for Number {
    type Key = u32;
    type Value<'group> = &'group u32;
}

fn keep<'g, 's>(
    _: &Bringup<'g, '_, Nic>,
    _: Within<'g, 's>,
    number: &'s u32,
) -> Result<&'g u32> {
    Ok(number)
}

pub(crate) fn found(cx: &Locked<'_, Nic>, numbers: InnerGroups<'_, Nic, Number>) -> Result {
    let number = u32::from(cx.is_up());
    numbers.add(cx, 1, &number, keep)
}
