// SPDX-License-Identifier: GPL-2.0
// error: E0616: a proof is not made by a driver
use crate::driver::Nic;
use core::marker::PhantomData;
use kernel::net::devlink::Setup;

pub(crate) fn forge<'a>(other: &Setup<'a, Nic>) -> Setup<'a, Nic> {
    Setup {
        private: other.private,
        nested: other.nested,
        _bound: PhantomData,
        _not_send: PhantomData,
    }
}
