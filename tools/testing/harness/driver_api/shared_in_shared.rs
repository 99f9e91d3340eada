// SPDX-License-Identifier: GPL-2.0
// error: E0521: under the lock of one shared instance no other one is asked for
use crate::driver::Nic;
use kernel::{
    net::devlink::{Setup, Shared, SharedOps},
    prelude::*,
};

pub(crate) struct Board;

#[vtable]
impl SharedOps for Board {}

pub(crate) fn probe<'b>(setup: &Setup<'b, Nic>) -> Result<Shared<'b, Board>> {
    setup.shared(
        c"42",
        pin_init::pin_init_scope(|| {
            setup.shared(c"43", Ok(Board))?;
            Ok::<_, Error>(Ok(Board))
        }),
    )
}
