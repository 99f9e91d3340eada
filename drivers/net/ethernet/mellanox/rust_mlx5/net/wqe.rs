// SPDX-License-Identifier: GPL-2.0

//! A request to send a frame (work queue element): how it begins, what is to be done with the
//! frame, perhaps its first bytes, and where the rest is.

use crate::{
    caps::Caps,
    card::Card,
    layout::{
        Block,
        PerProtocolNetworkingOffloadCaps,
        Structure,
        WqeControl,
        WqeData,
        WqeEth, //
    },
    vport, //
};

use kernel::{
    net::skbuff::{
        Part,
        SkBuff, //
    },
    prelude::*, //
};

/// The size of a basic block, as a power of two.
pub(super) const LOG_BLOCK: u8 = 6;
const BLOCK: usize = 1 << LOG_BLOCK;

/// The unit of a request's length.
const SEGMENT: usize = 16;

/// How many blocks a request has at most. Each device allows more.
pub(super) const MAX_BLOCKS: usize = 8;

/// How many parts a frame can have at most: what is left when it has as many bytes in the request
/// as some need.
pub(super) const MAX_PARTS: usize =
    MAX_BLOCKS * (BLOCK / SEGMENT) - 2 - MAX_INLINE.div_ceil(SEGMENT);

/// How many bytes can be in a request at most, with a tag.
const MAX_INLINE: usize = HEADERS + TAG;

/// Headers of the link layer with a tag, and headers up to the transport layer as far as they are
/// of a usual length.
const LINK_HEADERS: usize = 18;
const HEADERS: usize = 128;

/// A VLAN tag, behind the two addresses.
const TAG: usize = 4;
const TAG_AT: usize = 12;
const TAG_TYPE: u16 = 0x8100;

/// What the device does (`MLX5_OPCODE_SEND`).
const SEND: u8 = 0x0a;

/// The request always has a completion (`MLX5_WQE_CTRL_CQ_UPDATE`).
const ALWAYS: u8 = 2;

/// How many bytes of a frame are in the request itself.
#[derive(Clone, Copy)]
pub(super) struct Inline {
    size: usize,
    /// What the device is told of that, if it wants to be.
    pub(super) mode: Option<u8>,
}

impl Inline {
    /// As the device wants it (`mlx5_query_min_inline()`).
    pub(super) fn new(card: &Card<'_>, caps: &Caps) -> Result<Self> {
        /// Headers of the link layer, what the port says, or nothing.
        const LINK: u8 = 0;
        const OF_PORT: u8 = 1;

        /// What the port says: nothing, or headers of the link layer (`MLX5_INLINE_MODE_*`).
        const NONE: u8 = 0;
        const L2: u8 = 1;

        let (size, mode) = match caps.get(PerProtocolNetworkingOffloadCaps::WQE_INLINE_MODE) {
            LINK => (LINK_HEADERS, None),
            OF_PORT => match vport::min_inline(card)? {
                NONE => (0, Some(NONE)),
                L2 => (LINK_HEADERS, Some(L2)),
                more => (HEADERS, Some(more)),
            },
            _ => (0, None),
        };
        Ok(Inline { size, mode })
    }
}

/// A request that is being made.
pub(super) struct Request {
    data: [u8; MAX_BLOCKS * BLOCK],
    /// How many segments there are so far.
    segments: usize,
    /// How many bytes of the frame are in it.
    inlined: usize,
    tagged: bool,
}

impl Request {
    /// For a packet, of which the first bytes are put in if they have to be.
    pub(super) fn new(skb: &SkBuff, inline: &Inline) -> Self {
        let mut request = Request {
            data: [0; MAX_BLOCKS * BLOCK],
            segments: 1,
            inlined: inline.size.min(skb.head_len()),
            tagged: false,
        };
        let mut ethernet = Block::<WqeEth>::new();
        if skb.checksum_to_do().is_some() {
            ethernet.set(WqeEth::L3_CHECKSUM, true);
            ethernet.set(WqeEth::L4_CHECKSUM, true);
        }
        if request.inlined > TAG_AT {
            request.put_inline(&mut ethernet, skb);
        } else {
            request.inlined = 0;
            if let Some(tag) = skb.vlan_tag() {
                ethernet.set(WqeEth::INSERT_VLAN, true);
                ethernet.set(WqeEth::VLAN_TCI, tag);
            }
            request.put(ethernet.as_ref());
        }
        request
    }

    /// Puts the first bytes in, with the VLAN tag where it belongs.
    fn put_inline(&mut self, ethernet: &mut Block<WqeEth>, skb: &SkBuff) {
        let mut bytes = [0; MAX_INLINE];
        let (addresses, rest) = skb.data()[..self.inlined].split_at(TAG_AT);
        let mut length = 0;
        let mut put = |from: &[u8]| {
            bytes[length..length + from.len()].copy_from_slice(from);
            length += from.len();
        };
        put(addresses);
        if let Some(tag) = skb.vlan_tag() {
            put(&TAG_TYPE.to_be_bytes());
            put(&tag.to_be_bytes());
            self.tagged = true;
        }
        put(rest);
        // CAST: There are no more than the array has.
        ethernet.set(WqeEth::INLINE_SIZE, length as u16);
        let (start, rest) = bytes[..length].split_at(2);
        ethernet.set(
            WqeEth::INLINE_START,
            u16::from_be_bytes([start[0], start[1]]),
        );
        self.put(ethernet.as_ref());
        self.put(rest);
    }

    /// Appends bytes, and zeros up to the end of a segment.
    fn put(&mut self, bytes: &[u8]) {
        let start = self.segments * SEGMENT;
        self.data[start..start + bytes.len()].copy_from_slice(bytes);
        self.segments += bytes.len().div_ceil(SEGMENT);
    }

    /// How many bytes the frame has on the wire, without its checksum.
    pub(super) fn frame_length(&self, skb: &SkBuff) -> usize {
        const LEAST: usize = 60;

        skb.len().max(LEAST) + if self.tagged { TAG } else { 0 }
    }

    /// Says where the frame is, but for what is in the request.
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
            if self.segments * SEGMENT == self.data.len() {
                return Err(EMSGSIZE);
            }
            let mut data = Block::<WqeData>::new();
            // CAST: The size of a part of a packet.
            data.set(WqeData::BYTE_COUNT, (part.len - skipped) as u32);
            data.set(WqeData::LKEY, key);
            data.set(WqeData::ADDRESS, part.address + skipped as u64);
            self.put(data.as_ref());
        }
        Ok(())
    }

    /// Says how it begins, as request of a queue whose first block has that number. Returns what is
    /// written to the doorbell.
    pub(super) fn finish(&mut self, queue: u32, at: u32) -> u64 {
        let control = control(queue, at, self.segments);
        self.data[..WqeControl::BYTES].copy_from_slice(control.as_ref());
        doorbell(&control)
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

fn control(queue: u32, at: u32, segments: usize) -> Block<WqeControl> {
    let mut control = Block::new();
    // CAST: The number has 16 bits there, and the length 6.
    control.set(WqeControl::WQE_INDEX, at as u16);
    control.set(WqeControl::OPCODE, SEND);
    control.set(WqeControl::QPN, queue);
    control.set(WqeControl::DS, segments as u8);
    control.set(WqeControl::COMPLETION, ALWAYS);
    control
}

/// The first two words, which are written to the doorbell.
fn doorbell(control: &Block<WqeControl>) -> u64 {
    let words = control.as_ref().first_chunk();
    words.map_or(0, |words| u64::from_be_bytes(*words))
}
