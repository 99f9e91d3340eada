// SPDX-License-Identifier: GPL-2.0

//! What the device is told about bonds.

use super::tracker::Map;

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        word,
        Field,
        Mailbox, //
    }, //
};

use kernel::prelude::*;

/// CONFIG_DEV: what is to change, and whether a queue receives frames of any port.
const CHANGES_PORT_CHECK: Field<bool> = word(0).bit(18);
const ANY_PORT: Field<bool> = word(0x18).bit(15);

/// VIRT_PORT_MAP: by which port each is sent.
const SET: u8 = 1;
const MAP: [Field<u32>; super::PORTS] = [word(0), word(4)];

/// Whether a queue receives only frames of the port that it belongs to
/// (`mlx4_disable_rx_port_check()`).
pub(super) fn check_ports(card: &Card<'_>, check: bool) -> Result {
    let set = || {
        let mut input = Mailbox::new(card)?;
        input.set(CHANGES_PORT_CHECK, true);
        input.set(ANY_PORT, !check);
        card.run_with(Call::new(Op::CONFIG_DEV), &input)
    };
    set().inspect_err(|_| {
        dev_err!(
            card.dev.as_ref(),
            "Fail to {} rx port check\n",
            if check { "disable" } else { "enable" }
        )
    })
}

/// Has frames for each port be sent by one of them (`mlx4_virt2phy_port_map()`).
pub(super) fn map_ports(card: &Card<'_>, map: Map) -> Result {
    let mut input = Mailbox::new(card)?;
    for (field, port) in MAP.into_iter().zip(map.0) {
        input.set(field, port.into());
    }
    card.run_with(Call::new(Op::VIRT_PORT_MAP).op_modifier(SET), &input)
}
