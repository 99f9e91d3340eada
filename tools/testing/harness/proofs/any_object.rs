// SPDX-License-Identifier: GPL-2.0
// error: E0451: an object is pinned by its own callback lock
use crate::{
    driver::access::{Active, MayCall},
    pinned::{CallbackLock, Pinned},
};
use kernel::prelude::*;

pub(crate) fn pin<'a>(active: &'a Active<'_>, lock: &'a CallbackLock) -> Result {
    let pinned = Pinned {
        callback_lock: lock,
        _pass: lock.gate.enter()?,
    };
    let _: MayCall<'_> = active.pinned(&pinned);
    Ok(())
}
