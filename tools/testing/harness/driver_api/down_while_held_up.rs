// SPDX-License-Identifier: GPL-2.0
// error: E0500: a device is not taken down while what it has is borrowed
use crate::driver::Nic;
use kernel::net::devlink::DeviceLocked;

pub(crate) fn failed(cx: &mut DeviceLocked<'_, '_, Nic>) {
    cx.while_up(|_, up| {
        cx.take_down();
        up.ports.len()
    });
}
