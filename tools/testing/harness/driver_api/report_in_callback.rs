// SPDX-License-Identifier: GPL-2.0
// error: E0308: no report from a callback, which would wait for its own lock
use crate::driver::Nic;
use kernel::{net::devlink::Locked, prelude::*};

pub(crate) fn callback(cx: &Locked<'_, Nic>) -> Result {
    cx.data().firmware.report(cx, c"stuck", &1)
}
