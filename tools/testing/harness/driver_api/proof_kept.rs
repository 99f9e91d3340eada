// SPDX-License-Identifier: GPL-2.0
// error: E0621: a proof does not outlive its callback
use crate::driver::Nic;
use kernel::net::devlink::Locked;

pub(crate) struct Keeper<'a, 'b>(Option<&'a Locked<'b, Nic>>);

pub(crate) fn callback<'a, 'b>(keeper: &mut Keeper<'a, 'b>, cx: &Locked<'b, Nic>) {
    keeper.0 = Some(cx);
}
