// SPDX-License-Identifier: GPL-2.0
// error: E0308: no snapshot of the driver's own from a callback
use crate::driver::{Nic, Registers};
use kernel::{
    net::devlink::{Locked, Region},
    prelude::*,
};

pub(crate) fn callback<'b>(
    cx: &Locked<'b, Nic>,
    region: Region<'b, Nic, Registers>,
) -> Result<u32> {
    region.take_snapshot(cx, |_| Ok(()))
}
