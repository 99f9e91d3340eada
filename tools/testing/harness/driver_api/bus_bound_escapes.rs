// SPDX-License-Identifier: GPL-2.0
// error: E0521: what is known while the device lock is held is not known later
use kernel::{
    bus::{Bus, Device},
    device::Bound,
};

pub(crate) fn keep<'k, B: Bus>(dev: &'k Device<B>, keeper: &mut Option<&'k Device<B, Bound>>) {
    dev.while_bound(|dev, _| *keeper = Some(dev));
}
