// SPDX-License-Identifier: GPL-2.0

//! User access regions: pages of doorbells in BAR 0.

use crate::{
    card::Card,
    cmd::commands,
    layout::{
        AllocUarOut,
        Block,
        DeallocUarIn,
        MboxIn, //
    }, //
};

use kernel::prelude::*;

commands! {
    do AllocUar = ALLOC_UAR: MboxIn -> AllocUarOut;
    undo DeallocUar = DEALLOC_UAR: DeallocUarIn -> MboxOut;
}

/// A page of doorbells that this function has.
pub(crate) struct Uar<'up> {
    card: &'up Card<'up>,
    index: u32,
}

impl<'up> Uar<'up> {
    pub(crate) fn new(card: &'up Card<'up>) -> Result<Self> {
        let uar = card.run::<AllocUar>(Block::<MboxIn>::new())?;
        Ok(Uar {
            card,
            index: uar.get(AllocUarOut::UAR),
        })
    }

    /// Which page of the BAR it is.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }
}

impl Drop for Uar<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeallocUarIn>::new();
        input.set(DeallocUarIn::UAR, self.index);
        // The failure was logged.
        let _ = self.card.run::<DeallocUar>(input);
    }
}
