// SPDX-License-Identifier: GPL-2.0
// error: E0599: a port of another kind than the driver said has no part of a shared buffer
use crate::driver::{Connector, Nic};
use kernel::{
    net::devlink::{Bringup, Port, SharedBufferDriver},
    prelude::*,
};

#[vtable]
impl SharedBufferDriver for Nic {
    type Buffer<'s> = ();
    type Port<'s> = ();
}

pub(crate) fn up<'up>(
    cx: &Bringup<'up, '_, Nic>,
    right: Port<'up, Nic, ()>,
    wrong: Port<'up, Nic, Connector>,
) {
    right.share_buffers(cx);
    wrong.share_buffers(cx);
}
