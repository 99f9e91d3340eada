// SPDX-License-Identifier: GPL-2.0

//! The link: the port to the wire, which the driver wants to be up while the network device is, and
//! of whose state it is told by events.

use super::Nic;

use crate::{
    card::Card,
    layout::{
        Block,
        PaosReg,
        PmtuReg,
        Register, //
    },
    vport, //
};

use kernel::{
    net::device::{
        Carrier,
        NetDevice, //
    },
    prelude::*, //
};

/// The only port of a function, as registers name it.
const LOCAL_PORT: u8 = 1;

/// Whether the port is to be up (`MLX5_PORT_UP`, `MLX5_PORT_DOWN`).
const UP: u8 = 1;
const DOWN: u8 = 2;

impl Card<'_> {
    /// Whether there is a link, with a message if that is new (`mlx5e_update_carrier()`).
    fn has_link(&self, device: &NetDevice) -> bool {
        let is_up = vport::is_up(self).unwrap_or(false);
        if is_up != device.has_carrier() {
            let text = if is_up { "Link up" } else { "Link down" };
            dev_info!(self.dev.as_ref(), "{}: {}\n", &*device.name(), text);
        }
        is_up
    }

    /// The state of the port may have changed: the network device, if it is up, is told. Sleeps.
    pub(crate) fn port_changed(&self) {
        let link = self.link.lock().clone();
        if let Some(link) = link {
            link.update(|device| self.has_link(device));
        }
    }

    /// The largest frame that the port can be set to (`mlx5_query_port_max_mtu()`).
    pub(super) fn max_port_mtu(&self) -> Result<u16> {
        let mut register = Block::<PmtuReg>::new();
        register.set(PmtuReg::LOCAL_PORT, LOCAL_PORT);
        let register = self.read_register(Register::PMTU, 0, register)?;
        Ok(register.get(PmtuReg::MAX_MTU))
    }

    /// The largest frame that the port has (`mlx5_set_port_mtu()`).
    pub(super) fn set_port_mtu(&self, mtu: u16) -> Result {
        let mut register = Block::<PmtuReg>::new();
        register.set(PmtuReg::LOCAL_PORT, LOCAL_PORT);
        register.set(PmtuReg::ADMIN_MTU, mtu);
        self.write_register(Register::PMTU, 0, register).map(drop)
    }
}

impl Nic<'_> {
    /// Events tell that one of the link from now on; it is told of the link there is.
    pub(super) fn follow_link(&self, link: Carrier) {
        *self.card.link.lock() = Some(link.clone());
        link.update(|device| self.card.has_link(device));
    }

    /// Nobody is told of the link any more.
    pub(super) fn ignore_link(&self) {
        *self.card.link.lock() = None;
    }

    /// Has the port be up, or down (`mlx5e_modify_admin_state()`).
    pub(super) fn set_port_up(&self, is_up: bool) {
        set_port_up(self.card, is_up);
    }
}

/// Has the port be up, or down. A port that other functions need as well may stay up.
pub(super) fn set_port_up(card: &Card<'_>, is_up: bool) {
    let mut register = Block::<PaosReg>::new();
    register.set(PaosReg::LOCAL_PORT, LOCAL_PORT);
    register.set(PaosReg::ADMIN_STATUS, if is_up { UP } else { DOWN });
    register.set(PaosReg::ASE, true);
    // The failure was logged; the port is as it was.
    let _ = card.write_register(Register::PAOS, 0, register);
}
