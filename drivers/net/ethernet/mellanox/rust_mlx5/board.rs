// SPDX-License-Identifier: GPL-2.0

//! What the functions of a card share.

use crate::{
    driver::Mlx5,
    info,
    lag::Lag, //
};

use kernel::{
    net::devlink::{
        self,
        Setup,
        Shared,
        SharedOps, //
    },
    prelude::*, //
};

/// A card, as long as one of its functions has a driver.
#[pin_data]
pub(crate) struct Board {
    #[pin]
    pub(crate) lag: Lag,
}

#[vtable]
impl SharedOps for Board {}

impl Board {
    /// The card that a function is part of (`mlx5_shd_init()`). One whose card has no serial number
    /// shares nothing.
    pub(crate) fn of<'bound>(
        dev: &devlink::pci::Device,
        setup: &Setup<'bound, Mlx5>,
    ) -> Result<Option<Shared<'bound, Board>>> {
        let vpd = match dev.vpd() {
            Err(ENODEV) => return Ok(None),
            vpd => vpd?,
        };
        let number = vpd
            .read_only_field(*b"V3")
            .or_else(|| vpd.read_only_field(*b"SN"));
        let Some(number) = number else {
            return Ok(None);
        };
        let number = info::text_of(number, b' ')?;
        let board = setup.shared(&number, try_pin_init!(Board { lag <- Lag::new() }? Error))?;
        setup.nest_in(board.outer())?;
        Ok(Some(board))
    }
}
