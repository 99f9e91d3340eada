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
const MAX_INLINE: usize = MAX_HEADERS + TAG;

/// How many bytes the headers of a packet can have at most that the device cuts into frames: all of
/// IPv4 and TCP with options, and some of IPv6.
pub(super) const MAX_HEADERS: usize = 140;

/// Headers of the link layer with a tag, and headers up to the transport layer as far as they are
/// of a usual length.
const LINK_HEADERS: usize = 18;
const HEADERS: usize = 128;

/// A VLAN tag, behind the two addresses.
const TAG: usize = 4;
const TAG_AT: usize = 12;
const TAG_TYPE: u16 = 0x8100;

/// What the device does: it sends a frame, or cuts a packet into frames (`MLX5_OPCODE_SEND`,
/// `MLX5_OPCODE_LSO`).
const SEND: u8 = 0x0a;
const CUT: u8 = 0x0e;

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

/// A request that is being made, one after the other in the same memory.
#[derive(Zeroable)]
pub(super) struct Request {
    data: [u8; MAX_BLOCKS * BLOCK],
    /// How many segments there are so far.
    segments: usize,
    /// How many bytes of the packet are in it.
    inlined: usize,
    opcode: u8,
    /// How many frames the packet becomes, and how many bytes these have on the wire, without their
    /// checksums.
    pub(super) frames: usize,
    pub(super) bytes: usize,
}

impl Request {
    /// Memory for requests.
    pub(super) fn memory() -> Result<KBox<Self>> {
        KBox::init(pin_init::init_zeroed(), GFP_KERNEL)
    }

    /// Begins one for a packet, of which the first bytes are put in if they have to be. Those of a
    /// packet that the device cuts into frames, with which each of these begins, have to be.
    ///
    /// Fails with `EINVAL` if the headers of such a packet are not where they belong.
    pub(super) fn begin(&mut self, skb: &SkBuff, inline: &Inline) -> Result {
        self.data.fill(0);
        // That at the beginning is written at the end.
        self.segments = 1;
        let mut ethernet = Block::<WqeEth>::new();
        if skb.checksum_to_do().is_some() {
            ethernet.set(WqeEth::L3_CHECKSUM, true);
            ethernet.set(WqeEth::L4_CHECKSUM, true);
        }
        if let Some(cut) = skb.segmentation() {
            if !(TAG_AT + 1..=MAX_HEADERS).contains(&cut.headers) {
                return Err(EINVAL);
            }
            ethernet.set(WqeEth::MSS, cut.size);
            (self.opcode, self.inlined, self.frames) = (CUT, cut.headers, cut.count);
        } else {
            let size = inline.size.min(skb.head_len());
            (self.opcode, self.inlined, self.frames) = (SEND, size, 1);
        }
        self.bytes = frame_bytes(skb) + (self.frames - 1) * self.inlined;
        if self.inlined > TAG_AT {
            self.put_inline(&mut ethernet, skb);
        } else {
            self.inlined = 0;
            if let Some(tag) = skb.vlan_tag() {
                ethernet.set(WqeEth::INSERT_VLAN, true);
                ethernet.set(WqeEth::VLAN_TCI, tag);
            }
            self.put(ethernet.as_ref());
        }
        Ok(())
    }

    /// Puts the first bytes in, with the VLAN tag where it belongs. They begin in the last two of
    /// the segment that says what is to be done.
    fn put_inline(&mut self, ethernet: &mut Block<WqeEth>, skb: &SkBuff) {
        const START: usize = WqeControl::BYTES + WqeEth::BYTES - 2;

        let (addresses, rest) = skb.data()[..self.inlined].split_at(TAG_AT);
        let tag = skb.vlan_tag();
        let length = self.inlined + if tag.is_some() { TAG } else { 0 };
        // CAST: There are no more than a request has room for.
        ethernet.set(WqeEth::INLINE_SIZE, length as u16);
        self.put(ethernet.as_ref());
        let mut end = START;
        let mut put = |from: &[u8]| {
            self.data[end..end + from.len()].copy_from_slice(from);
            end += from.len();
        };
        put(addresses);
        if let Some(tag) = tag {
            put(&TAG_TYPE.to_be_bytes());
            put(&tag.to_be_bytes());
            self.bytes += TAG * self.frames;
        }
        put(rest);
        self.segments = end.div_ceil(SEGMENT);
    }

    /// Appends bytes, and zeros up to the end of a segment.
    fn put(&mut self, bytes: &[u8]) {
        let start = self.segments * SEGMENT;
        self.data[start..start + bytes.len()].copy_from_slice(bytes);
        self.segments += bytes.len().div_ceil(SEGMENT);
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
        let control = control(queue, at, self.opcode, self.segments);
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

/// How many bytes a packet has on the wire that is one frame, without its checksum.
fn frame_bytes(skb: &SkBuff) -> usize {
    const LEAST: usize = 60;

    skb.len().max(LEAST)
}

fn control(queue: u32, at: u32, opcode: u8, segments: usize) -> Block<WqeControl> {
    let mut control = Block::new();
    // CAST: The number has 16 bits there, and the length 6.
    control.set(WqeControl::WQE_INDEX, at as u16);
    control.set(WqeControl::OPCODE, opcode);
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
