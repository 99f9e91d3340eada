// SPDX-License-Identifier: GPL-2.0

//! Memory of queues.

use crate::card::Card;

use kernel::{
    device::{
        Bound,
        Device, //
    },
    dma::{
        self,
        Coherent,
        Pool, //
    },
    io::{
        be::Be,
        io_project,
        io_read,
        io_write,
        Io, //
    },
    prelude::*,
    ptr::Alignment,
    sync::Arc, //
};

/// The device's pages.
const PAGE: usize = 4096;

/// What entries of a queue are in: pages of the device.
pub(crate) struct Buffer {
    pages: KVec<Coherent<[u8]>>,
}

impl Buffer {
    /// Memory for so many bytes, which are zero. No entry may cross a page.
    pub(super) fn new(dev: &Device<Bound>, size: usize) -> Result<Self> {
        let count = size.div_ceil(PAGE);
        let mut pages = KVec::with_capacity(count, GFP_KERNEL)?;
        for _ in 0..count {
            pages.push(Coherent::zeroed_slice(dev, PAGE, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Buffer { pages })
    }

    /// Where the device finds the pages.
    pub(super) fn addresses(&self) -> Result<KVec<u8>> {
        let mut addresses = KVec::with_capacity(self.pages.len() * size_of::<u64>(), GFP_KERNEL)?;
        for page in &self.pages {
            addresses.extend_from_slice(&page.dma_address().to_be_bytes(), GFP_KERNEL)?;
        }
        Ok(addresses)
    }

    fn page(&self, at: usize) -> Result<(&Coherent<[u8]>, usize)> {
        let page = self.pages.get(at / PAGE).ok_or(EINVAL)?;
        Ok((page, at % PAGE))
    }

    /// Reads a byte, in one go.
    pub(super) fn byte(&self, at: usize) -> Result<u8> {
        let (page, offset) = self.page(at)?;
        Ok(io_read!(page, [try: offset]))
    }

    /// Writes a byte.
    pub(super) fn set_byte(&self, at: usize, value: u8) -> Result {
        let (page, offset) = self.page(at)?;
        io_write!(page, [try: offset], value);
        Ok(())
    }

    /// Reads an entry.
    pub(super) fn read(&self, at: usize, to: &mut [u8]) -> Result {
        let (page, offset) = self.page(at)?;
        io_project!(page, [try: offset..offset + to.len()]).copy_to_slice(to);
        Ok(())
    }

    /// Writes an entry.
    pub(crate) fn write(&self, at: usize, from: &[u8]) -> Result {
        let (page, offset) = self.page(at)?;
        io_project!(page, [try: offset..offset + from.len()]).copy_from_slice(from);
        Ok(())
    }
}

/// What is in a doorbell record.
#[derive(FromBytes, IntoBytes)]
#[repr(C)]
struct Doorbells {
    first: Be<u32>,
    second: Be<u32>,
}

/// Where doorbell records are made.
pub(crate) struct Records<'up>(Arc<Pool<'up, Doorbells>>);

impl<'up> Records<'up> {
    pub(crate) fn new(card: &'up Card<'up>) -> Result<Self> {
        // Each is in a line of the cache of its own.
        let align = Alignment::new::<64>();
        Ok(Records(Pool::new(
            card.dev.as_ref(),
            c"rust_mlx5 doorbells",
            align,
        )?))
    }

    pub(super) fn make(&self) -> Result<Record<'up>> {
        Ok(Record(self.0.zeroed(GFP_KERNEL)?))
    }
}

/// Two words in memory, in which the device reads how far the driver is with a queue.
pub(crate) struct Record<'up>(dma::Block<'up, Doorbells>);

impl Record<'_> {
    pub(super) fn dma_address(&self) -> u64 {
        self.0.dma_address()
    }

    /// How far a receive queue was filled, or a completion queue read.
    pub(crate) fn set_first(&self, value: u32) {
        io_write!(&self.0, .first, Be::<u32>::new(value));
    }

    /// How far a completion queue was read.
    pub(super) fn first(&self) -> u32 {
        io_read!(&self.0, .first).get()
    }

    /// How far a send queue was filled, or when a completion queue is to cause an event.
    pub(crate) fn set_second(&self, value: u32) {
        io_write!(&self.0, .second, Be::<u32>::new(value));
    }
}
