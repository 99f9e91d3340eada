// SPDX-License-Identifier: GPL-2.0
// error: E0277: a proof does not go to another thread
use crate::driver::Nic;
use kernel::net::devlink::Locked;

fn send<T: Send>(_: T) {}

pub(crate) fn callback(cx: Locked<'_, Nic>) {
    send(cx);
}
