// SPDX-License-Identifier: GPL-2.0
// error: E0308: a resource's new size is not applied without a reload
use crate::driver::Nic;
use kernel::{
    net::devlink::{Locked, Resource},
    prelude::*,
};

pub(crate) fn callback<'b>(cx: &Locked<'b, Nic>, table: Resource<'b, Nic>) -> Result<u64> {
    table.size(cx)
}
