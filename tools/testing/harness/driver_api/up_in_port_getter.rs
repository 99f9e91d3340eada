// SPDX-License-Identifier: GPL-2.0
// error: E0599: who asks about a function may do so without the instance lock
use crate::driver::Nic;
use kernel::{
    net::{
        devlink::{HwAddr, Pinned, PortOps},
        netlink::extack::Extack,
    },
    prelude::*,
};

pub(crate) struct Function;

#[vtable]
impl PortOps<Nic> for Function {
    fn hw_addr(&self, cx: &Pinned<'_, Nic>, _: Extack<'_>) -> Result<HwAddr> {
        cx.up(|_| HwAddr::new(&[2, 0, 0, 0, 0, 1])).ok_or(ENODEV)?
    }
}
