// SPDX-License-Identifier: GPL-2.0
// compiles: what the other files do not do
use crate::driver::{Nic, MAX_MACS};
use kernel::{
    net::devlink::{Locked, Unlocked},
    prelude::*,
};

pub(crate) fn callback(cx: &Locked<'_, Nic>) -> Result<u32> {
    let ports = cx.up(|up| up.ports.len() as u32).unwrap_or(0);
    Ok(ports + cx.param(MAX_MACS)?)
}

pub(crate) fn work(cx: &mut Unlocked<'_, '_, Nic>) -> Result {
    let firmware = cx.data().firmware;
    firmware.report(cx, c"stuck", &1)?;
    cx.lock(callback).map(|_| ())
}
