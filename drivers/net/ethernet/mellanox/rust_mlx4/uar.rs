// SPDX-License-Identifier: GPL-2.0

//! User access regions: pages of doorbells in BAR 2.

use crate::{
    caps::UAR_SHIFT,
    numbers::{
        Number,
        Numbers,
        Pool, //
    },
};

use kernel::{
    page::PAGE_SHIFT,
    prelude::*,
    sync::Arc, //
};

/// A page of the machine, in which only this driver has doorbells.
pub(crate) struct Uar<'up>(Number<'up>);

impl<'up> Uar<'up> {
    /// Takes one (`mlx4_uar_alloc()`).
    pub(crate) fn new(numbers: &Arc<Numbers<'up>>) -> Result<Self> {
        Ok(Uar(Number::take(numbers, Pool::Uar)?))
    }

    /// Which page of doorbells it is, of those that the device has: the first one if it is larger
    /// (`mlx4_to_hw_uar_index()`).
    pub(crate) fn index(&self) -> u32 {
        self.0.get() << (PAGE_SHIFT - UAR_SHIFT)
    }
}
