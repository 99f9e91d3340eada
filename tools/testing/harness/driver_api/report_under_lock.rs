// SPDX-License-Identifier: GPL-2.0
// error: E0501: no report while the work has the lock
use crate::driver::Nic;
use kernel::{net::devlink::Unlocked, prelude::*};

pub(crate) fn work(cx: &mut Unlocked<'_, '_, Nic>) -> Result {
    let firmware = cx.data().firmware;
    cx.lock(|_| firmware.report(cx, c"stuck", &1))
}
