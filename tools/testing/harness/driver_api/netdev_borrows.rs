// SPDX-License-Identifier: GPL-2.0
// error: E0597: a netdev does not borrow what goes before it
use crate::driver::{Connector, Nic};
use kernel::{
    net::{
        device::{Opening, Operations, Settings},
        devlink::{Bringup, Port},
    },
    prelude::*,
};

struct Borrows<'a>(#[allow(dead_code)] &'a u32);

#[vtable]
impl Operations for Borrows<'_> {
    type Open<'open>
        = ()
    where
        Self: 'open;
    type Sender<'open>
        = core::convert::Infallible
    where
        Self: 'open;

    fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<()> {
        Ok(())
    }
}

pub(crate) fn up<'up>(cx: &Bringup<'up, '_, Nic>, port: Port<'up, Nic, Connector>) -> Result {
    let number = 1;
    cx.on(port)
        .netdev(&Settings::new(c"nic%d"), Borrows(&number))?;
    Ok(())
}
