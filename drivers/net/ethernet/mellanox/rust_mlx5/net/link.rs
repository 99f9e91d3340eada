// SPDX-License-Identifier: GPL-2.0

//! The link: the port to the wire, which the driver wants to be up while the network device is, and
//! of whose state it is told by events.

use super::Nic;

use crate::{
    card::Card,
    port::{
        AdminStatus,
        Port, //
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

impl Card<'_> {
    /// Whether there is a link, with a message if that is new (`mlx5e_update_carrier()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn has_link(&self, device: &NetDevice) -> bool {
        let is_up = vport::is_up(self).unwrap_or(false);
        if is_up != device.has_carrier() {
            let text = if is_up { "Link up" } else { "Link down" };
            dev_info!(self.dev.as_ref(), "{}: {}\n", &*device.name(), text);
        }
        is_up
    }

    /// The state of the port may have changed: the network device, if it is up, is told. Waits for
    /// a command.
    pub(crate) fn port_changed(&self) {
        let link = self.link.lock().clone();
        if let Some(link) = link {
            link.update(|device| self.has_link(device));
        }
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

    /// The port's registers.
    pub(super) fn port(&self) -> Port<'_> {
        Port::new(self.card, &self.caps)
    }

    /// Has the port be up, or down (`mlx5e_modify_admin_state()`). One that other functions need as
    /// well may stay up.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn set_port_up(&self, is_up: bool) {
        let status = if is_up {
            AdminStatus::Up
        } else {
            AdminStatus::Down
        };
        // The failure was logged; the port is as it was.
        let _ = self.port().set_admin_status(status);
    }
}
