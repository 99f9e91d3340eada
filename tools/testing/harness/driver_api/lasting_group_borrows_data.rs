// SPDX-License-Identifier: GPL-2.0
// error: lifetime may not live long enough: what ends after the driver's data does not borrow it
use crate::driver::Nic;
use kernel::{
    net::devlink::{Group, LastingGroups, Locked},
    prelude::*,
    sync::atomic::Atomic,
};

pub(crate) struct Log;

impl Group<Nic> for Log {
    type Key = u32;
    type Value<'group> = &'group Atomic<u32>;
}

pub(crate) fn found<'bound>(
    cx: &Locked<'bound, Nic>,
    logs: LastingGroups<'bound, Nic, Log>,
) -> Result {
    logs.add(cx, 1, |cx| Ok(&cx.data().running))
}
