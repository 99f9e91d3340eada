// SPDX-License-Identifier: GPL-2.0

//! Commands about a port.

use super::vlan::Vlans;

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

use kernel::{
    net::ethtool::Pause,
    prelude::*, //
};

/// The address of a station, or of a group of them.
pub(crate) type Address = [u8; 6];

/// What about a port is set: operation modifiers (`MLX4_SET_PORT_*_OPCODE`), and selectors in the
/// modifier (`MLX4_SET_PORT_*`).
const ETHERNET: u8 = 1;
const BEACON: u8 = 4;
const GENERAL: u32 = 0;
const MAC_TABLE: u32 = 2;
const VLAN_TABLE: u32 = 3;

/// General settings (`struct mlx4_set_port_general_context`).
mod general {
    use super::*;

    pub(super) const HAS_IGNORE_FCS: Field<bool> = byte(2).bit(1);
    pub(super) const HAS_USER_MTU: Field<bool> = byte(2).bit(5);
    pub(super) const HAS_USER_MAC: Field<bool> = byte(2).bit(6);
    pub(super) const HAS_MTU_AND_PAUSE: Field<u8> = byte(3).bits(0, 3);
    pub(super) const IGNORE_FCS: Field<bool> = byte(4).bit(0);
    pub(super) const MTU: Field<u16> = half(6);
    pub(super) const PAUSE_TX: Field<bool> = byte(8).bit(7);
    pub(super) const PAUSE_RX: Field<bool> = byte(12).bit(7);
    pub(super) const USER_MTU: Field<u16> = half(26);
    pub(super) const USER_MAC: usize = 30;
}

/// Which groups' frames a port receives.
#[derive(Clone, Copy)]
pub(super) enum GroupFilter {
    /// The first of them: those of no group.
    Clear,
    /// After those of no group, those of all stations.
    Broadcast,
    /// Those of one more group.
    Add(Address),
    /// The filter is not used.
    Disable,
    /// It is used.
    Enable,
}

/// A port.
#[derive(Clone, Copy)]
pub(crate) struct Port<'a> {
    pub(super) card: &'a Card<'a>,
    number: u8,
}

/// An address as a number.
pub(super) fn number_of(address: Address) -> u64 {
    address
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

impl<'a> Port<'a> {
    /// The port with that number, from 1 on.
    pub(crate) fn new(card: &'a Card<'a>, number: u8) -> Self {
        Port { card, number }
    }

    pub(crate) fn number(self) -> u8 {
        self.number
    }

    fn set(self, selector: u32, mailbox: &Mailbox) -> Result {
        let call = Call::new(Op::SET_PORT)
            .modifier(selector << 8 | u32::from(self.number))
            .op_modifier(ETHERNET);
        self.card.run_with(call, mailbox)
    }

    /// How large frames are at most, and whether the ends stop each other
    /// (`mlx4_SET_PORT_general()`).
    pub(super) fn set_general(self, frame_size: u16, pause: Pause) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(general::HAS_MTU_AND_PAUSE, 0x7);
        mailbox.set(general::MTU, frame_size);
        mailbox.set(general::PAUSE_TX, pause.tx);
        mailbox.set(general::PAUSE_RX, pause.rx);
        self.set(GENERAL, &mailbox)
    }

    /// Tells the firmware the MTU (`mlx4_SET_PORT_user_mtu()`).
    pub(super) fn set_user_mtu(self, mtu: u16) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(general::HAS_USER_MTU, true);
        mailbox.set(general::USER_MTU, mtu);
        self.set(GENERAL, &mailbox)
    }

    /// Tells the firmware the address (`mlx4_SET_PORT_user_mac()`).
    pub(super) fn set_user_address(self, address: Address) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(general::HAS_USER_MAC, true);
        mailbox.write(general::USER_MAC, &address);
        self.set(GENERAL, &mailbox)
    }

    /// Whether frames with wrong check sequences are received (`mlx4_SET_PORT_fcs_check()`).
    pub(super) fn ignore_fcs(self, ignores: bool) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(general::HAS_IGNORE_FCS, true);
        mailbox.set(general::IGNORE_FCS, ignores);
        self.set(GENERAL, &mailbox)
    }

    /// Which addresses the port has, each as a number with the highest bit
    /// (`mlx4_set_port_mac_table()`).
    pub(super) fn set_addresses(self, entries: &[u64]) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        for (number, entry) in entries.iter().enumerate() {
            mailbox.write(number * size_of::<u64>(), &entry.to_be_bytes());
        }
        self.set(MAC_TABLE, &mailbox)
    }

    /// Which VLANs the port has, each as a number with the highest bit
    /// (`mlx4_set_port_vlan_table()`).
    pub(super) fn set_vlans(self, entries: &[u32]) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        for (number, entry) in entries.iter().enumerate() {
            mailbox.write(number * size_of::<u32>(), &entry.to_be_bytes());
        }
        self.set(VLAN_TABLE, &mailbox)
    }

    /// Which VLANs' frames the port receives (`mlx4_SET_VLAN_FLTR()`).
    pub(super) fn filter_vlans(self, vlans: &Vlans) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        // The last word is that of the first VLANs.
        for (number, word) in vlans.words().rev().enumerate() {
            mailbox.write(number * size_of::<u32>(), &word.to_be_bytes());
        }
        let call = Call::new(Op::SET_VLAN_FLTR).modifier(self.number.into());
        self.card.run_with(call, &mailbox)
    }

    /// Which groups' frames the port receives (`mlx4_SET_MCAST_FLTR()`).
    pub(super) fn filter_groups(self, filter: GroupFilter) -> Result {
        const CLEAR: u64 = 1 << 63;
        const BROADCAST: Address = [0xff; 6];

        let (value, mode) = match filter {
            GroupFilter::Clear => (CLEAR, 0),
            GroupFilter::Broadcast => (CLEAR | number_of(BROADCAST), 0),
            GroupFilter::Add(group) => (number_of(group), 0),
            GroupFilter::Disable => (0, 1),
            GroupFilter::Enable => (0, 2),
        };
        let call = Call::new(Op::SET_MCAST_FLTR)
            .modifier(self.number.into())
            .op_modifier(mode);
        self.card.run_value(call, value).map(drop)
    }

    /// Has the port's light blink for so many seconds (`mlx4_SET_PORT_BEACON()`).
    pub(super) fn set_beacon(self, seconds: u16) -> Result {
        const SECONDS: Field<u32> = word(0);

        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(SECONDS, seconds.into());
        let call = Call::new(Op::SET_PORT)
            .modifier(self.number.into())
            .op_modifier(BEACON);
        self.card.run_with(call, &mailbox)
    }

    /// Has the link come up, and frames be received and sent (`mlx4_INIT_PORT()`).
    pub(super) fn open(self) -> Result {
        self.card
            .run(Call::new(Op::INIT_PORT).modifier(self.number.into()))
    }

    /// Takes that back (`mlx4_CLOSE_PORT()`).
    pub(super) fn close(self) {
        let call = Call::new(Op::CLOSE_PORT).modifier(self.number.into());
        // The failure was logged; there is nobody to tell.
        let _ = self.card.run(call);
    }
}
