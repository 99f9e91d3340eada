// SPDX-License-Identifier: GPL-2.0

//! Memory that the device is given for itself, in as large pieces as there are.

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        long,
        Field,
        Mailbox,
        MAILBOX_SIZE, //
    },
};

use kernel::{
    alloc::{
        flags::__GFP_NOWARN,
        Flags, //
    },
    device::{
        Bound,
        Device, //
    },
    dma::{
        Coherent,
        CoherentHandle, //
    },
    page::PAGE_SIZE,
    prelude::*, //
};

/// The device's pages, whatever those of the machine are (`MLX4_ICM_PAGE_SHIFT`).
pub(crate) const ICM_PAGE_SHIFT: u32 = 12;

/// How large a piece is at the most, in pages of the machine (`MLX4_ICM_ALLOC_SIZE`).
const MAX_PIECE: usize = super::CHUNK / PAGE_SIZE;

/// An entry of the mailbox of the commands that map memory: where it is mapped to, where it is, and
/// how many pages it has.
const ENTRY: usize = 16;
const VIRTUAL: Field<u64> = long(0);
const ADDRESS: Field<u64> = long(8);
const PER_MAILBOX: usize = MAILBOX_SIZE / ENTRY;

/// A piece of memory.
pub(crate) trait Piece: Send + Sync + Sized + 'static {
    fn new(dev: &Device<Bound>, size: usize, flags: Flags) -> Result<Self>;
    fn address(&self) -> u64;
    fn size(&self) -> usize;
}

/// What only the device reads and writes.
impl Piece for CoherentHandle {
    fn new(dev: &Device<Bound>, size: usize, flags: Flags) -> Result<Self> {
        CoherentHandle::alloc(dev, size, flags)
    }

    fn address(&self) -> u64 {
        self.dma_address()
    }

    fn size(&self) -> usize {
        CoherentHandle::size(self)
    }
}

/// What the driver writes, too.
impl Piece for Coherent<[u8]> {
    fn new(dev: &Device<Bound>, size: usize, flags: Flags) -> Result<Self> {
        Coherent::zeroed_slice(dev, size, flags)
    }

    fn address(&self) -> u64 {
        self.dma_address()
    }

    fn size(&self) -> usize {
        Coherent::size(self)
    }
}

/// Memory for the device.
pub(crate) struct Memory<P> {
    pieces: KVec<P>,
}

impl<P: Piece> Memory<P> {
    /// So many pages of the machine (`mlx4_alloc_icm()`). What there is not in one piece is made of
    /// smaller ones.
    pub(crate) fn new(dev: &Device<Bound>, pages: usize) -> Result<Self> {
        let mut pieces = KVec::new();
        let mut left = pages;
        let mut piece = MAX_PIECE;
        while left > 0 {
            while piece > left {
                piece /= 2;
            }
            let flags = if piece > 1 { GFP_NOWAIT } else { GFP_KERNEL };
            match P::new(dev, piece * PAGE_SIZE, flags | __GFP_NOWARN) {
                Ok(memory) => {
                    pieces.push(memory, GFP_KERNEL)?;
                    left -= piece;
                }
                Err(_) if piece > 1 => piece /= 2,
                Err(error) => return Err(error),
            }
        }
        Ok(Memory { pieces })
    }

    /// The piece that a byte is in, and where in that.
    pub(crate) fn at(&self, mut offset: usize) -> Option<(&P, usize)> {
        for piece in &self.pieces {
            if offset < piece.size() {
                return Some((piece, offset));
            }
            offset -= piece.size();
        }
        None
    }

    /// Has the device have it, with a command (`mlx4_map_cmd()`): in context memory from `base` on,
    /// or for whatever the firmware wants.
    pub(crate) fn map(&self, card: &Card<'_>, op: Op, base: Option<u64>) -> Result {
        let mut mailbox = Mailbox::new(card)?;
        let mut entries = 0;
        let mut at = base;
        for piece in &self.pieces {
            let (address, size) = (piece.address(), piece.size() as u64);
            // Each entry is of a size that its address is a multiple of.
            let log = (address | size).trailing_zeros();
            if log < ICM_PAGE_SHIFT {
                dev_warn!(
                    card.dev.as_ref(),
                    "Got FW area not aligned to {} ({:x}/{:x})\n",
                    1 << ICM_PAGE_SHIFT,
                    address,
                    size
                );
                return Err(EINVAL);
            }
            for number in 0..size >> log {
                let entry = ENTRY * entries;
                mailbox.set(VIRTUAL.within(entry), at.unwrap_or(0));
                let part = address + (number << log);
                mailbox.set(
                    ADDRESS.within(entry),
                    part | u64::from(log - ICM_PAGE_SHIFT),
                );
                at = at.map(|at| at + (1 << log));
                entries += 1;
                if entries == PER_MAILBOX {
                    send(card, op, &mailbox, entries)?;
                    entries = 0;
                }
            }
        }
        if entries > 0 {
            send(card, op, &mailbox, entries)?;
        }
        Ok(())
    }
}

fn send(card: &Card<'_>, op: Op, mailbox: &Mailbox, entries: usize) -> Result {
    // CAST: At most what a mailbox has room for.
    card.run_with(Call::new(op).modifier(entries as u32), mailbox)
}
