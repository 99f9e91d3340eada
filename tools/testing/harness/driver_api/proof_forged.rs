// SPDX-License-Identifier: GPL-2.0
// error: E0616: a proof is not made by a driver
use crate::driver::Nic;
use core::marker::PhantomData;
use kernel::net::devlink::Setup;

pub(crate) fn forge<'a>(other: &Setup<'a, Nic>) -> Setup<'a, Nic> {
    Setup {
        devlink: other.devlink,
        objects: other.objects,
        resources: other.resources,
        _driver: PhantomData,
    }
}
