// SPDX-License-Identifier: GPL-2.0
// error: E0502: what is open is not kept over a restart
use kernel::{
    net::device::{Operations, Rtnl},
    prelude::*,
};

pub(crate) fn restart<'open, N: Operations + 'open>(cx: &mut Rtnl<'open, N>) -> Result {
    let open = cx.open();
    cx.restart()?;
    let _: Option<&N::Open<'open>> = open;
    Ok(())
}
