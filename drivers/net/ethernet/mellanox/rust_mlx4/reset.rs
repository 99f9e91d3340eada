// SPDX-License-Identifier: GPL-2.0

//! Who owns the device, and how it is reset.

use crate::card::Card;

use kernel::prelude::*;

/// The device is this driver's, was reset and accepts commands. Dropping it ends that.
pub(crate) struct Interface<'up>(&'up Card<'up>);

impl<'up> Interface<'up> {
    /// Takes the device and resets it (the beginning of `mlx4_load_one()`): its firmware can be asked
    /// what it is, nothing more.
    pub(crate) fn open(card: &'up Card<'up>) -> Result<Self> {
        let interface = Interface(card);
        card.take_memory_back();
        card.commands.open();
        Ok(interface)
    }
}

impl Drop for Interface<'_> {
    fn drop(&mut self) {
        self.0.commands.close();
    }
}
