// SPDX-License-Identifier: GPL-2.0
// error: E0599: what holds a device up does not take it down
use crate::driver::Nic;
use kernel::net::devlink::DeviceLocked;

pub(crate) fn failed(cx: &mut DeviceLocked<'_, '_, Nic>) {
    cx.while_up(|held, _| held.take_down());
}
