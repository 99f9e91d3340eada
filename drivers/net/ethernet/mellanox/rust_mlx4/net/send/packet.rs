// SPDX-License-Identifier: GPL-2.0

//! A packet that is sent.

use kernel::net::{
    device::TxQueue,
    skbuff::{
        Mapped,
        SkBuff, //
    }, //
};

/// A packet, until the device has sent it.
pub(crate) enum Packet<'up> {
    /// The device reads it.
    Read(Mapped<'up>),
    /// All of it is in the request.
    Copied(SkBuff),
}

impl Packet<'_> {
    /// The packet itself.
    pub(super) fn skb(&self) -> &SkBuff {
        match self {
            Packet::Read(packet) => packet.skb(),
            Packet::Copied(skb) => skb,
        }
    }

    /// It is sent now.
    pub(super) fn stamp(&mut self, queue: &TxQueue<'_>) {
        match self {
            Packet::Read(packet) => packet.stamp(queue),
            Packet::Copied(skb) => skb.stamp(queue),
        }
    }

    /// The device is done with it.
    pub(super) fn take(self) -> SkBuff {
        match self {
            Packet::Read(packet) => packet.unmap(),
            Packet::Copied(skb) => skb,
        }
    }
}
