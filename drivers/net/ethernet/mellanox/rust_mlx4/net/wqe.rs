// SPDX-License-Identifier: GPL-2.0

//! A request to send a frame (work queue element): how it begins, and where the frame is.

use super::offloads::Offloads;

use crate::layout::{
    byte,
    half,
    long,
    word,
    Field, //
};

use kernel::{
    net::skbuff::{
        Part,
        SkBuff, //
    },
    prelude::*, //
};

/// The size of a basic block (TXBB), as a power of two.
pub(super) const LOG_BLOCK: u8 = 6;
pub(super) const BLOCK: usize = 1 << LOG_BLOCK;

/// The unit of a request's length.
pub(super) const SEGMENT: usize = 16;

/// How many blocks a request has at most (`MLX4_MAX_DESC_TXBBS`).
pub(super) const MAX_BLOCKS: usize = 9;

/// How many parts a frame can have at most: what is left behind the beginning.
pub(super) const MAX_PARTS: usize = MAX_BLOCKS * (BLOCK / SEGMENT) - 1;

/// How a request begins (`struct mlx4_wqe_ctrl_seg`).
mod control {
    use super::*;

    pub(super) const OWNER: Field<bool> = word(0).bit(31);
    pub(super) const OPCODE: Field<u32> = word(0).bits(0, 5);
    pub(super) const TAG: Field<u16> = half(4);
    pub(super) const INSERTS_TAG: Field<bool> = byte(6).bit(6);
    /// The length, in segments.
    pub(super) const SIZE: Field<u8> = byte(7).bits(0, 6);
    /// The address of the station that the frame is for, for one that the device is to receive
    /// itself.
    pub(super) const STATION_HIGH: Field<u16> = half(8);
    pub(super) const STATION_LOW: Field<u32> = word(12);
    pub(super) const SUMS_TCP_UDP: Field<bool> = word(8).bit(5);
    pub(super) const SUMS_IP: Field<bool> = word(8).bit(4);
    /// Whether there is a completion: always, if all bits are set.
    pub(super) const COMPLETION: Field<u32> = word(8).bits(2, 2);
    pub(super) const SOLICITED: Field<bool> = word(8).bit(1);
    pub(super) const LOOPS: Field<bool> = word(8).bit(0);

    pub(super) const SEND: u32 = 0x0a;
    pub(super) const ALWAYS: u32 = 3;
}

/// Where a part of a frame is, or is to go (`struct mlx4_wqe_data_seg`).
pub(super) mod data {
    use super::*;

    pub(crate) const BYTES: Field<u32> = word(0);
    pub(crate) const KEY: Field<u32> = word(4);
    pub(crate) const ADDRESS: Field<u64> = long(8);
}

/// The first word of each block that the driver has not written: the owner's bit of the round
/// before, and no opcode that there is (`STAMP_VAL`).
pub(super) const fn stamp(owner: bool) -> u32 {
    const NOTHING: u32 = 0x7fff_ffff;
    NOTHING | (owner as u32) << 31
}

/// The first word of the only block of a queue that sends nothing (`mlx4_en_activate_rx_rings()`).
pub(super) const SEND_NOTHING: u32 = 1 << 31;

/// A request that is being made.
pub(super) struct Request {
    bytes: [u8; MAX_BLOCKS * BLOCK],
    /// How many segments there are so far.
    segments: usize,
}

impl Request {
    /// For a packet, with what the device has to do with it.
    pub(super) fn new(skb: &SkBuff, offloads: &Offloads) -> Self {
        let mut request = Request {
            bytes: [0; MAX_BLOCKS * BLOCK],
            segments: 1,
        };
        let bytes = &mut request.bytes;
        control::COMPLETION.set(bytes, control::ALWAYS);
        control::SOLICITED.set(bytes, true);
        control::LOOPS.set(bytes, offloads.loops());
        if skb.checksum_to_do().is_some() {
            control::SUMS_IP.set(bytes, true);
            control::SUMS_TCP_UDP.set(bytes, true);
        }
        if let Some(tag) = skb.vlan_tag() {
            control::TAG.set(bytes, tag);
            control::INSERTS_TAG.set(bytes, true);
        }
        if offloads.is_tested() {
            let data = skb.data();
            control::STATION_HIGH.set(bytes, half(0).get(data));
            control::STATION_LOW.set(bytes, word(2).get(data));
        }
        request
    }

    /// Says where the frame is.
    ///
    /// Fails with `EMSGSIZE` if it has too many parts.
    pub(super) fn add_parts(&mut self, parts: impl Iterator<Item = Part>, key: u32) -> Result {
        for part in parts {
            let start = self.segments * SEGMENT;
            let segment = self.bytes.get_mut(start..start + SEGMENT).ok_or(EMSGSIZE)?;
            // CAST: The size of a part of a packet.
            data::BYTES.set(segment, part.len as u32);
            data::KEY.set(segment, key);
            data::ADDRESS.set(segment, part.address);
            self.segments += 1;
        }
        Ok(())
    }

    /// Says how it begins; `owner` changes with each round of the ring.
    pub(super) fn finish(&mut self, owner: bool) {
        // CAST: A few.
        control::SIZE.set(&mut self.bytes, self.segments as u8);
        control::OPCODE.set(&mut self.bytes, control::SEND);
        control::OWNER.set(&mut self.bytes, owner);
    }

    /// How many blocks it has.
    pub(super) fn blocks(&self) -> u16 {
        // CAST: A few.
        self.segments.div_ceil(BLOCK / SEGMENT) as u16
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.blocks()) << LOG_BLOCK]
    }
}

/// How many bytes a frame counts for: those on the wire, without its checksum.
pub(super) fn frame_length(skb: &SkBuff) -> usize {
    const LEAST: usize = 60;

    skb.len().max(LEAST)
}
