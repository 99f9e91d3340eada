// SPDX-License-Identifier: GPL-2.0
// compiles: what the other files about a bus do not do
use kernel::{
    bus::{Bus, Control, Device},
    prelude::*,
};

pub(crate) fn of_the_bus<B: Bus<Value = u32>>(bus: &Control<'_, B>) -> Result<u32> {
    let dev = bus.changes()?.add_bound(1, Ok(7))?;
    bus.changes()?.remove(dev.id())?;
    Ok(*dev.value())
}

pub(crate) fn of_a_device<B: Bus>(dev: &Device<B>) -> bool {
    dev.bus().find(dev.id()).is_some() && dev.while_bound(|_, _| ()).is_some()
}
