// SPDX-License-Identifier: GPL-2.0
// error: E0599: a callback does not take the device down, which waits for it
use crate::driver::Nic;
use kernel::{net::devlink::Locked, prelude::*};

pub(crate) fn callback(cx: &Locked<'_, Nic>) -> Result {
    cx.lock_device(|cx| Ok(cx.take_down()))
}
