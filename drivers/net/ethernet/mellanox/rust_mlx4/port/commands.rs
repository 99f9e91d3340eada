// SPDX-License-Identifier: GPL-2.0

//! Commands about ports.

use crate::{
    card::Card,
    cmd::{
        Call,
        Op,
        Status, //
    },
    layout::{
        byte,
        half,
        word,
        Field,
        Mailbox, //
    }, //
};

use kernel::prelude::*;

/// SET_PORT for a port of InfiniBand.
mod infiniband {
    use super::*;

    pub(super) const OP_MODIFIER: u8 = 0;
    /// What of the rest is to change.
    pub(super) const CHANGES_MTU: Field<bool> = word(0).bit(22);
    pub(super) const CHANGES_LANES: Field<bool> = word(0).bit(21);
    pub(super) const MTU: Field<u8> = byte(2).bits(4, 4);
    pub(super) const LANES: Field<u8> = byte(3).bits(4, 4);
    pub(super) const CAPABILITIES: Field<u32> = word(4);
    /// How many virtual lanes there can be, from the most.
    pub(super) const LANE_COUNTS: [u8; 4] = [8, 4, 2, 1];
}

/// A management datagram.
mod mad {
    use super::*;

    /// Neither of its keys is checked.
    pub(super) const OP_MODIFIER: u8 = 3;
    pub(super) const BASE_VERSION: Field<u8> = byte(0);
    pub(super) const CLASS: Field<u8> = byte(1);
    pub(super) const CLASS_VERSION: Field<u8> = byte(2);
    pub(super) const METHOD: Field<u8> = byte(3);
    pub(super) const ATTRIBUTE: Field<u16> = half(16);
    pub(super) const ATTRIBUTE_MODIFIER: Field<u32> = word(20);
    pub(super) const SUBNET_MANAGEMENT: u8 = 1;
    pub(super) const GET: u8 = 1;
    pub(super) const PORT_INFO: u16 = 0x15;
    /// In the answer about a port.
    pub(super) const CAPABILITIES: Field<u32> = word(84);
}

/// Closes a port (`mlx4_CLOSE_PORT()`).
pub(super) fn close(card: &Card<'_>, number: u8) -> Result {
    card.run(Call::new(Op::CLOSE_PORT).modifier(number.into()))
}

/// Sets up a port of InfiniBand (`mlx4_SET_PORT()`), with as many virtual lanes as it can have.
pub(super) fn set_infiniband(card: &Card<'_>, number: u8, capabilities: u32, mtu: u8) -> Result {
    use infiniband::*;

    let mut input = Mailbox::new(card)?;
    input.set(CAPABILITIES, capabilities);
    input.set(CHANGES_MTU, true);
    input.set(CHANGES_LANES, true);
    input.set(MTU, mtu);
    let call = Call::new(Op::SET_PORT)
        .op_modifier(OP_MODIFIER)
        .modifier(number.into())
        .may_fail_with(Status::BAD_SIZE);
    let mut result = Err(EINVAL);
    for lanes in LANE_COUNTS {
        input.set(LANES, lanes);
        result = card.run_with(call, &input);
        if result != Err(ENOMEM) {
            break;
        }
    }
    result
}

/// What a port can do as one of InfiniBand (`mlx4_get_port_ib_caps()`).
pub(super) fn capabilities(card: &Card<'_>, number: u8) -> Result<u32> {
    use mad::*;

    let mut input = Mailbox::new(card)?;
    input.set(BASE_VERSION, 1);
    input.set(CLASS, SUBNET_MANAGEMENT);
    input.set(CLASS_VERSION, 1);
    input.set(METHOD, GET);
    input.set(ATTRIBUTE, PORT_INFO);
    input.set(ATTRIBUTE_MODIFIER, number.into());
    let call = Call::new(Op::MAD_IFC)
        .op_modifier(OP_MODIFIER)
        .modifier(number.into());
    Ok(card.run_both(call, &input)?.get(CAPABILITIES))
}
