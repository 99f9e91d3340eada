// SPDX-License-Identifier: GPL-2.0
// error: E0308: a parameter is not read as another type than its own
use crate::driver::{Nic, MAX_MACS};
use kernel::{net::devlink::Locked, prelude::*};

pub(crate) fn callback(cx: &Locked<'_, Nic>) -> Result<bool> {
    cx.param(MAX_MACS)
}
