// SPDX-License-Identifier: GPL-2.0
// error: E0521: what exists only while the device is up does not leave its closure
use crate::driver::Nic;
use kernel::net::devlink::Locked;

pub(crate) fn callback(cx: &Locked<'_, Nic>) -> usize {
    let mut kept = None;
    cx.up(|up| kept = Some(&up.ports));
    kept.map_or(0, |ports| ports.len())
}
