// SPDX-License-Identifier: GPL-2.0
// error: E0599: an attribute of a device cannot remove the device: that waits for the attribute
use kernel::{
    bus::{Bus, Device},
    prelude::*,
};

pub(crate) fn store<B: Bus>(dev: &Device<B>) -> Result {
    dev.bus().changes()?.remove(dev.id())
}
