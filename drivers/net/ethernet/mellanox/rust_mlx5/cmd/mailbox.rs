// SPDX-License-Identifier: GPL-2.0

//! Mailboxes: what of a command's input and output does not fit into its entry of the queue.
//!
//! A mailbox is a chain of blocks in memory that the device reads and writes
//! (`struct mlx5_cmd_prot_block`). Blocks have the token of their command, so that the device does
//! not take an old chain for a new one, and numbers.

use crate::layout::{
    Block,
    CmdIfBox,
    CmdQueueEntry,
    Structure, //
};

use kernel::{
    device::{
        Bound,
        Device, //
    },
    dma::Coherent,
    io::{
        io_project,
        Io, //
    },
    prelude::*, //
};

/// How much of a message is in the entry of the queue.
pub(super) const INLINE: usize = CmdQueueEntry::COMMAND_INPUT_INLINE_DATA.width() / 8;

/// How much of a message is in a block.
pub(super) const DATA: usize = CmdIfBox::MAILBOX_DATA.width() / 8;

/// Which part of a block the control signature is about: what follows the data.
const CONTROL: usize = CmdIfBox::CTRL_SIGNATURE.offset() / 8;

/// Blocks begin at multiples of it, as those of the stock driver. The device needs half of that.
const STRIDE: usize = 1024;
const PER_PAGE: usize = PAGE / STRIDE;
const PAGE: usize = 4096;

/// Makes the exclusive or of all bytes 0xff, where it is one of them.
pub(super) fn signature(data: &[u8]) -> u8 {
    !data.iter().fold(0, |sum, byte| sum ^ byte)
}

/// A chain of blocks; none if the message fits into the entry.
pub(super) struct Mailbox {
    pages: KVec<Coherent<[u8]>>,
    blocks: usize,
}

impl Mailbox {
    /// The blocks for a message of `length` bytes.
    pub(super) fn new(dev: &Device<Bound>, length: usize) -> Result<Self> {
        let blocks = length.saturating_sub(INLINE).div_ceil(DATA);
        let count = blocks.div_ceil(PER_PAGE);
        let mut pages = KVec::with_capacity(count, GFP_KERNEL)?;
        for _ in 0..count {
            pages.push(Coherent::zeroed_slice(dev, PAGE, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Mailbox { pages, blocks })
    }

    /// Where the device finds the block of that number; 0 behind the last one.
    fn address_of(&self, number: usize) -> u64 {
        if number >= self.blocks {
            return 0;
        }
        // CAST: An offset in a page.
        let offset = (number % PER_PAGE * STRIDE) as u64;
        self.pages
            .get(number / PER_PAGE)
            .map_or(0, |page| page.dma_address() + offset)
    }

    /// Where the device finds the first block; 0 if there is none.
    pub(super) fn address(&self) -> u64 {
        self.address_of(0)
    }

    /// Writes all blocks: what is about the chain, and the data that `fill` puts into each, which
    /// begins as zeros.
    pub(super) fn write(&self, token: u8, fill: impl Fn(usize, &mut [u8])) -> Result {
        for number in 0..self.blocks {
            let next = self.address_of(number + 1);
            let mut block = Block::<CmdIfBox>::new();
            fill(number, block.view_mut().bytes(CmdIfBox::MAILBOX_DATA));
            block.set(CmdIfBox::NEXT, next);
            // CAST: A message has at most 32 bits of length.
            block.set(CmdIfBox::BLOCK_NUMBER, number as u32);
            block.set(CmdIfBox::TOKEN, token);
            let control = signature(&block.as_ref()[DATA..CONTROL]);
            block.set(CmdIfBox::CTRL_SIGNATURE, control);
            let whole = signature(block.as_ref());
            block.set(CmdIfBox::SIGNATURE, whole);
            let page = self.pages.get(number / PER_PAGE).ok_or(EINVAL)?;
            let start = number % PER_PAGE * STRIDE;
            io_project!(page, [try: start..start + CmdIfBox::BYTES])
                .copy_from_slice(block.as_ref());
        }
        Ok(())
    }

    /// Gives `take` the data of each block.
    ///
    /// Their signatures are not looked at: the device was told not to make any
    /// (`cmdif_checksum`), as by the stock driver.
    pub(super) fn read(&self, mut take: impl FnMut(usize, &[u8])) -> Result {
        for number in 0..self.blocks {
            let mut data = [0; DATA];
            let page = self.pages.get(number / PER_PAGE).ok_or(EINVAL)?;
            let start = number % PER_PAGE * STRIDE;
            io_project!(page, [try: start..start + DATA]).copy_to_slice(&mut data);
            take(number, &data);
        }
        Ok(())
    }
}
