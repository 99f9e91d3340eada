// SPDX-License-Identifier: GPL-2.0

//! Which frames a queue pair receives, if the device manages rules for that itself.

use super::super::port::{
    Address,
    Port, //
};

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
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

/// How a rule begins (`struct mlx4_net_trans_rule_hw_ctrl`).
mod control {
    use super::*;

    pub(super) const SIZE: usize = 16;
    pub(super) const PRIORITY: Field<u16> = half(0);
    pub(super) const KIND: Field<u8> = byte(2);
    pub(super) const ALLOWS_LOOPBACK: Field<bool> = byte(3).bit(3);
    pub(super) const PORT: Field<u8> = byte(7);
    pub(super) const QP: Field<u32> = word(8).bits(0, 24);
}

/// What an Ethernet header has to be (`struct mlx4_net_trans_rule_hw_eth`), behind that.
mod ethernet {
    use super::*;

    pub(super) const SIZE: usize = 48;
    pub(super) const LENGTH: Field<u8> = byte(control::SIZE);
    pub(super) const ID: Field<u16> = half(control::SIZE + 2);
    pub(super) const DESTINATION: usize = control::SIZE + 10;
    pub(super) const DESTINATION_MASK: usize = control::SIZE + 18;
    pub(super) const IS_ETHERNET: u16 = 0xe001;
}

/// What lengths are multiples of.
const WORD: usize = size_of::<u32>();

/// Rules of network devices come after all others (`MLX4_DOMAIN_NIC`).
const NETWORK_DEVICE: u16 = 0x5000;

/// Which frames a rule is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Frames {
    /// Those for an address.
    For(Address),
    /// All that no other rule is about (`MLX4_FS_ALL_DEFAULT`).
    Others,
    /// Those for groups that no other rule is about (`MLX4_FS_MC_DEFAULT`).
    OtherGroups,
}

impl Frames {
    /// The kind of the rule (`__promisc_mode`).
    fn kind(self) -> u8 {
        match self {
            Frames::For(_) => 0,
            Frames::Others => 1,
            Frames::OtherGroups => 3,
        }
    }
}

/// A rule. Dropping it has the device forget it.
pub(super) struct Rule<'a> {
    card: &'a Card<'a>,
    id: u64,
}

impl<'a> Rule<'a> {
    /// Has frames be a queue pair's (`mlx4_flow_attach()`).
    pub(super) fn new(port: Port<'a>, frames: Frames, qp: u32) -> Result<Self> {
        const MASK: Address = [0xff; 6];

        let mut mailbox = Mailbox::new(port.card)?;
        mailbox.set(control::KIND, frames.kind());
        mailbox.set(control::ALLOWS_LOOPBACK, true);
        mailbox.set(control::PORT, port.number());
        mailbox.set(control::QP, qp);
        let mut size = control::SIZE;
        if let Frames::For(address) = frames {
            size += ethernet::SIZE;
            mailbox.set(control::PRIORITY, NETWORK_DEVICE);
            // CAST: A small number.
            mailbox.set(ethernet::LENGTH, (ethernet::SIZE / WORD) as u8);
            mailbox.set(ethernet::ID, ethernet::IS_ETHERNET);
            mailbox.write(ethernet::DESTINATION, &address);
            mailbox.write(ethernet::DESTINATION_MASK, &MASK);
        }
        // CAST: As before.
        let call = Call::new(Op::FLOW_STEERING_ATTACH).modifier((size / WORD) as u32);
        let id = port
            .card
            .run_with_value(call, &mailbox)
            .inspect_err(|error| complain(port, frames, qp, *error))?;
        Ok(Rule {
            card: port.card,
            id,
        })
    }
}

/// Logs which rule the device does not have, and why (`mlx4_err_rule()`).
fn complain(port: Port<'_>, frames: Frames, qp: u32, error: Error) {
    let why = match error {
        ENOMEM => "mcg table is full. Fail to register network rule",
        ENXIO => {
            "Rule exceeds the dmfs_high_rate_mode limitations, failed to register network rule."
        }
        _ => "Fail to register network rule.",
    };
    let dev = port.card.dev.as_ref();
    dev_err!(dev, "{}\n", why);
    match frames {
        Frames::For(address) => dev_err!(
            dev,
            "port = {} prio = 0x{:x} qp = 0x{:x} dmac = {:02x?}\n",
            port.number(),
            NETWORK_DEVICE,
            qp,
            address
        ),
        _ => dev_err!(dev, "port = {} prio = 0x0 qp = 0x{:x}\n", port.number(), qp),
    }
}

impl Drop for Rule<'_> {
    fn drop(&mut self) {
        let call = Call::new(Op::FLOW_STEERING_DETACH);
        if self.card.run_value(call, self.id).is_err() {
            dev_err!(
                self.card.dev.as_ref(),
                "Fail to detach network rule. registration id = 0x{:x}\n",
                self.id
            );
        }
    }
}
