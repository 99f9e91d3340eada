// SPDX-License-Identifier: GPL-2.0

//! A request to send a frame (work queue element): how it begins, perhaps its first bytes or all of
//! them, and where the rest is.

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
        Segmentation,
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

/// How many bytes the headers of a packet can have at most that the device cuts into frames
/// (`MLX4_TX_BOUNCE_BUFFER_SIZE`).
pub(super) const MAX_HEADERS: usize = 256;

/// How many parts a packet can have at most: what is left behind the beginning and such headers.
pub(super) const MAX_PARTS: usize =
    MAX_BLOCKS * (BLOCK / SEGMENT) - 1 - (division::HEADERS_AT + MAX_HEADERS).div_ceil(SEGMENT);

/// How long a frame is at most that is in the request itself, and how long it is made at least
/// (`MAX_INLINE`, `MIN_PKT_LEN`).
const MAX_INLINE: usize = 104;
const MIN_INLINE: usize = 17;

/// How many bytes a frame counts for at least: those on the wire, without its checksum.
const LEAST: usize = 60;

/// How a request begins (`struct mlx4_wqe_ctrl_seg`).
mod control {
    use super::*;

    pub(super) const OWNER: Field<bool> = word(0).bit(31);
    pub(super) const OPCODE: Field<u32> = word(0).bits(0, 5);
    pub(super) const CUTS: Field<bool> = word(0).bit(6);
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
    /// The device cuts the packet into frames (`MLX4_OPCODE_LSO`).
    pub(super) const CUT: u32 = 0x0e;
    pub(super) const ALWAYS: u32 = 3;
}

/// How a packet is cut into frames (`struct mlx4_wqe_lso_seg`): how much data each has, and with
/// which headers they begin.
mod division {
    use super::*;

    pub(super) const SIZE: Field<u16> = half(0);
    pub(super) const HEADERS: Field<u16> = half(2);
    pub(super) const HEADERS_AT: usize = 4;
}

/// A part of a frame that is in the request itself (`struct mlx4_wqe_inline_seg`). It ends with a
/// block at the latest.
mod inline {
    use super::*;

    pub(super) const IS_INLINE: Field<bool> = word(0).bit(31);
    pub(super) const BYTES: Field<u32> = word(0).bits(0, 31);
    pub(super) const DATA: usize = 4;
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

/// A request that is being made, one after the other in the same memory.
#[derive(Zeroable)]
pub(super) struct Request {
    data: [u8; MAX_BLOCKS * BLOCK],
    /// How many segments there are so far.
    segments: usize,
    /// How many bytes of the packet are in it.
    inlined: usize,
    opcode: u32,
    /// How many frames the packet becomes, and how many bytes it counts for: those on the wire,
    /// without the frames' checksums.
    pub(super) frames: usize,
    pub(super) bytes: usize,
}

impl Request {
    /// Memory for requests.
    pub(super) fn memory() -> Result<KBox<Self>> {
        KBox::init(pin_init::init_zeroed(), GFP_KERNEL)
    }

    /// Begins one for a packet, with what the device has to do with it (`mlx4_en_xmit()`). The
    /// headers of one that the device cuts into frames are put in, and all of a short one.
    ///
    /// Fails with `EINVAL` if the headers of a packet to cut are not where they belong.
    pub(super) fn begin(&mut self, skb: &SkBuff, offloads: &Offloads) -> Result {
        self.data.fill(0);
        // That at the beginning is written at the end.
        (self.segments, self.inlined) = (1, 0);
        self.put_control(skb, offloads);
        if let Some(cut) = skb.segmentation() {
            (self.opcode, self.frames) = (control::CUT, cut.count);
            self.bytes = skb.len() + (cut.count - 1) * cut.headers;
            self.put_headers(skb, cut)
        } else {
            (self.opcode, self.frames) = (control::SEND, 1);
            self.bytes = skb.len().max(LEAST);
            self.put_short(skb);
            Ok(())
        }
    }

    fn put_control(&mut self, skb: &SkBuff, offloads: &Offloads) {
        let data = &mut self.data;
        control::COMPLETION.set(data, control::ALWAYS);
        control::SOLICITED.set(data, true);
        control::LOOPS.set(data, offloads.loops());
        if skb.checksum_to_do().is_some() {
            control::SUMS_IP.set(data, true);
            control::SUMS_TCP_UDP.set(data, true);
        }
        if let Some(tag) = skb.vlan_tag() {
            control::TAG.set(data, tag);
            control::INSERTS_TAG.set(data, true);
        }
        if offloads.is_tested() {
            let frame = skb.data();
            control::STATION_HIGH.set(data, half(0).get(frame));
            control::STATION_LOW.set(data, word(2).get(frame));
        }
    }

    /// Puts the headers in with which each frame begins.
    fn put_headers(&mut self, skb: &SkBuff, cut: Segmentation) -> Result {
        const START: usize = SEGMENT + division::HEADERS_AT;

        if !(1..=MAX_HEADERS).contains(&cut.headers) {
            return Err(EINVAL);
        }
        let headers = skb.data().get(..cut.headers).ok_or(EINVAL)?;
        let segment = &mut self.data[SEGMENT..];
        division::SIZE.set(segment, cut.size);
        // CAST: No more than the greatest length.
        division::HEADERS.set(segment, cut.headers as u16);
        self.data[START..START + headers.len()].copy_from_slice(headers);
        self.inlined = headers.len();
        self.segments = (START + headers.len()).div_ceil(SEGMENT);
        Ok(())
    }

    /// Puts all of a short packet in (`build_inline_wqe()`), in one part or two, unless it has
    /// bytes that only a device can read.
    fn put_short(&mut self, skb: &SkBuff) {
        const IN_FIRST: usize = BLOCK - SEGMENT - inline::DATA;

        let mut bytes = [0; MAX_INLINE];
        let Some(frame) = bytes.get_mut(..skb.len()) else {
            return;
        };
        if skb.copy(0, frame).is_err() {
            return;
        }
        let frame = &bytes[..skb.len().max(MIN_INLINE)];
        let (first, second) = frame.split_at(frame.len().min(IN_FIRST));
        self.put_inline(SEGMENT, first);
        if !second.is_empty() {
            self.put_inline(BLOCK, second);
        }
        self.inlined = skb.len();
    }

    /// Puts a part of a frame in, at that place.
    fn put_inline(&mut self, at: usize, bytes: &[u8]) {
        let part = &mut self.data[at..];
        inline::IS_INLINE.set(part, true);
        // CAST: A few.
        inline::BYTES.set(part, bytes.len() as u32);
        let end = inline::DATA + bytes.len();
        part[inline::DATA..end].copy_from_slice(bytes);
        self.segments = (at + end).div_ceil(SEGMENT);
    }

    /// Whether all of a packet is in it, so that the device does not read that.
    pub(super) fn has_all_of(&self, skb: &SkBuff) -> bool {
        self.inlined == skb.len()
    }

    /// Says where the packet is, but for what is in the request.
    ///
    /// Fails with `EMSGSIZE` if it has too many parts.
    pub(super) fn add_parts(&mut self, parts: impl Iterator<Item = Part>, key: u32) -> Result {
        let mut skip = self.inlined;
        for part in parts {
            // What is in the request is of the first part.
            let skipped = skip.min(part.len);
            skip -= skipped;
            if part.len == skipped {
                continue;
            }
            let start = self.segments * SEGMENT;
            let segment = self.data.get_mut(start..start + SEGMENT).ok_or(EMSGSIZE)?;
            // CAST: The size of a part of a packet.
            data::BYTES.set(segment, (part.len - skipped) as u32);
            data::KEY.set(segment, key);
            data::ADDRESS.set(segment, part.address + skipped as u64);
            self.segments += 1;
        }
        Ok(())
    }

    /// Says how it begins; `owner` changes with each round of the ring.
    pub(super) fn finish(&mut self, owner: bool) {
        // CAST: A few.
        control::SIZE.set(&mut self.data, self.segments as u8);
        control::OPCODE.set(&mut self.data, self.opcode);
        control::CUTS.set(&mut self.data, self.opcode == control::CUT);
        control::OWNER.set(&mut self.data, owner);
    }

    /// How many blocks it has.
    pub(super) fn blocks(&self) -> u16 {
        // CAST: A few.
        self.segments.div_ceil(BLOCK / SEGMENT) as u16
    }

    /// Its bytes.
    pub(super) fn data(&self) -> &[u8] {
        &self.data[..usize::from(self.blocks()) << LOG_BLOCK]
    }
}
