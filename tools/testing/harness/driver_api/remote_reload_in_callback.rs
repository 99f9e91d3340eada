// SPDX-License-Identifier: GPL-2.0
// error: E0599: what devlink counts itself, a reload in a callback, is not announced there
use crate::driver::Nic;
use kernel::net::devlink::{Locked, Reload};

pub(crate) fn callback(cx: &Locked<'_, Nic>) {
    cx.reloaded_remotely(Reload::FW_ACTIVATE, None);
}
