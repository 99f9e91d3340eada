// SPDX-License-Identifier: GPL-2.0

//! What says to the device which frames a queue pair receives.

use super::{
    groups::{
        Group,
        Kind, //
    },
    promiscuous::Promiscuous,
    rules::{
        Frames,
        Rule, //
    },
    GroupTable, //
};

use crate::{
    caps,
    hca::Parts,
    net::port::{
        Address,
        Port, //
    }, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// Says which frames a queue pair receives.
#[derive(Clone)]
pub(in crate::net) enum Steerer {
    /// By groups in a table (`MLX4_STEERING_MODE_B0`).
    Groups(Arc<GroupTable>),
    /// By rules that the device manages (`MLX4_STEERING_MODE_DEVICE_MANAGED`).
    Rules,
}

/// Some frames are the queue pair's. Dropping it ends that.
pub(super) enum Received<'a> {
    Group { _group: Group<'a> },
    Promiscuous { _promiscuous: Promiscuous<'a> },
    Rule { _rule: Rule<'a> },
}

impl Steerer {
    /// That which the device has.
    ///
    /// Fails with `EOPNOTSUPP` for A0 mode, which older devices have.
    pub(in crate::net) fn of(parts: &Parts<'_>) -> Result<Self> {
        match (parts.caps.steering(), &parts.groups) {
            (caps::Steering::DeviceManaged, _) => Ok(Steerer::Rules),
            (caps::Steering::B0, Some(table)) => Ok(Steerer::Groups(table.clone())),
            _ => {
                dev_err!(parts.card.dev.as_ref(), "Invalid steering mode.\n");
                Err(EOPNOTSUPP)
            }
        }
    }

    /// Those for an address.
    pub(super) fn address<'a>(
        &self,
        port: Port<'a>,
        address: Address,
        qp: u32,
    ) -> Result<Received<'a>> {
        Ok(match self {
            Steerer::Groups(table) => Received::Group {
                _group: Group::new(port, table, address, qp)?,
            },
            Steerer::Rules => Received::Rule {
                _rule: Rule::new(port, Frames::For(address), qp)?,
            },
        })
    }

    /// Frames of a kind for addresses that nothing else is about.
    pub(super) fn others<'a>(&self, port: Port<'a>, kind: Kind, qp: u32) -> Result<Received<'a>> {
        let frames = match kind {
            Kind::Unicast => Frames::Others,
            Kind::Multicast => Frames::OtherGroups,
        };
        Ok(match self {
            Steerer::Groups(_) => Received::Promiscuous {
                _promiscuous: Promiscuous::new(port, kind, qp)?,
            },
            Steerer::Rules => Received::Rule {
                _rule: Rule::new(port, frames, qp)?,
            },
        })
    }
}
