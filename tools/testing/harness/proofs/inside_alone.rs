// SPDX-License-Identifier: GPL-2.0
// error: E0599: who is inside and has no lock asks what a driver can do, and does not call it
use crate::driver::access::Active;
use kernel::prelude::*;

pub(crate) fn call(active: &Active<'_>) -> Result<Option<u16>> {
    active.ops().eswitch_mode()
}
