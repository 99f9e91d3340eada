// SPDX-License-Identifier: GPL-2.0

//! Protection domains: which objects may use each other.

use crate::numbers::{
    Number,
    Numbers,
    Pool, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// A protection domain.
pub(crate) struct Pd<'up>(Number<'up>);

impl<'up> Pd<'up> {
    /// Takes one (`mlx4_pd_alloc()`).
    pub(crate) fn new(numbers: &Arc<Numbers<'up>>) -> Result<Self> {
        Ok(Pd(Number::take(numbers, Pool::Pd)?))
    }

    pub(crate) fn number(&self) -> u32 {
        self.0.get()
    }
}
