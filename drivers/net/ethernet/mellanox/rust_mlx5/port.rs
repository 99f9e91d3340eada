// SPDX-License-Identifier: GPL-2.0

//! The port of a function, as its registers show it and set it.

mod counters;
mod fec;
mod link;
mod modes;
mod module;
mod pause;

pub(crate) use self::{
    counters::{
        wide,
        CounterGroup, //
    },
    fec::Forms,
    link::{
        Link,
        Refused,
        Wanted, //
    },
    module::{
        Place,
        Unreadable, //
    },
    pause::{
        counts_stalls,
        Directions, //
    }, //
};

use crate::{
    caps::Caps,
    card::Card,
    layout::{
        Block,
        CmdHcaCap,
        MlcrReg,
        PaosReg,
        PmtuReg,
        Register, //
    }, //
};

use kernel::prelude::*;

/// How a function calls its port.
const LOCAL: u8 = 1;

/// The port of a function. All that it does sleeps.
#[derive(Clone, Copy)]
pub(crate) struct Port<'a> {
    card: &'a Card<'a>,
    caps: &'a Caps,
}

/// Whether a port is to have a link (`enum mlx5_port_status`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdminStatus {
    Up = 1,
    Down = 2,
}

impl<'a> Port<'a> {
    pub(crate) fn new(card: &'a Card<'a>, caps: &'a Caps) -> Self {
        Port { card, caps }
    }

    /// Says whether the port is to have a link (`mlx5_set_port_admin_status()`).
    pub(crate) fn set_admin_status(self, status: AdminStatus) -> Result {
        let mut register = Block::<PaosReg>::new();
        register.set(PaosReg::LOCAL_PORT, LOCAL);
        register.set(PaosReg::ADMIN_STATUS, status as u8);
        register.set(PaosReg::ASE, true);
        self.card.write_register(Register::PAOS, 0, register)?;
        Ok(())
    }

    /// Whether the port is to have a link (`mlx5_query_port_admin_status()`).
    fn is_admin_up(self) -> Result<bool> {
        let mut register = Block::<PaosReg>::new();
        register.set(PaosReg::LOCAL_PORT, LOCAL);
        let register = self.card.read_register(Register::PAOS, 0, register)?;
        Ok(register.get(PaosReg::ADMIN_STATUS) == AdminStatus::Up as u8)
    }

    /// Takes the link down and up again, so that it is as the registers have it since
    /// (`mlx5_toggle_port_link()`). A failure was logged; they were set anyway.
    fn toggle_link(self) {
        let was_up = self.is_admin_up().unwrap_or(false);
        let _ = self.set_admin_status(AdminStatus::Down);
        if was_up {
            let _ = self.set_admin_status(AdminStatus::Up);
        }
    }

    /// Has the port's light blink until it is told not to (`mlx5_set_port_beacon()`).
    ///
    /// Fails with `EOPNOTSUPP` if it has none.
    pub(crate) fn set_beacon(self, blinks: bool) -> Result {
        /// Without an end (`MLX5_BEACON_DURATION_INF`).
        const ENDLESS: u16 = 0xffff;

        if !self.caps.get(CmdHcaCap::BEACON_LED) {
            return Err(EOPNOTSUPP);
        }
        let mut register = Block::<MlcrReg>::new();
        register.set(MlcrReg::LOCAL_PORT, LOCAL);
        register.set(MlcrReg::BEACON_DURATION, if blinks { ENDLESS } else { 0 });
        self.card.write_register(Register::MLCR, 0, register)?;
        Ok(())
    }

    /// The longest frame that the port can be set to, in bytes, with its header
    /// (`mlx5_query_port_max_mtu()`).
    pub(crate) fn max_mtu(self) -> Result<u16> {
        let mut register = Block::<PmtuReg>::new();
        register.set(PmtuReg::LOCAL_PORT, LOCAL);
        let register = self.card.read_register(Register::PMTU, 0, register)?;
        Ok(register.get(PmtuReg::MAX_MTU))
    }

    /// Has the port take frames of that many bytes, with their headers (`mlx5_set_port_mtu()`).
    pub(crate) fn set_mtu(self, mtu: u16) -> Result {
        let mut register = Block::<PmtuReg>::new();
        register.set(PmtuReg::ADMIN_MTU, mtu);
        register.set(PmtuReg::LOCAL_PORT, LOCAL);
        self.card.write_register(Register::PMTU, 0, register)?;
        Ok(())
    }
}
