// SPDX-License-Identifier: GPL-2.0
// error: E0308: a parameter is not set to a value of another type than its own
use crate::driver::{Nic, MAX_MACS};
use kernel::{net::devlink::Setup, prelude::*};

pub(crate) fn probe(setup: &Setup<'_, Nic>) -> Result {
    setup.set_param(MAX_MACS, true)
}
