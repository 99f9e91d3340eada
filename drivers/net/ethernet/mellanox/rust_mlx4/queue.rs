// SPDX-License-Identifier: GPL-2.0

//! Memory of queues: entries in pages of the device, and doorbell records.

use crate::{
    card::Card,
    mtt::Mtt,
    numbers::Numbers, //
};

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
        io_read,
        io_write, //
    },
    prelude::*,
    ptr::Alignment,
    sync::{
        barrier,
        Arc, //
    }, //
};

use core::mem::forget;

/// The device's pages.
const PAGE_SHIFT: u32 = 12;
const PAGE: usize = 1 << PAGE_SHIFT;

/// What everything in a queue consists of.
const WORD: usize = size_of::<u32>();

/// What entries of a queue are in: pages of the device, as big-endian words.
pub(crate) struct Buffer {
    pages: KVec<Coherent<[Be<u32>]>>,
}

impl Buffer {
    /// Memory for so many bytes, which are zero. No entry may cross a page.
    pub(crate) fn new(dev: &Device<Bound>, size: usize) -> Result<Self> {
        let count = size.div_ceil(PAGE).max(1);
        let mut pages = KVec::with_capacity(count, GFP_KERNEL)?;
        for _ in 0..count {
            let page = Coherent::zeroed_slice(dev, PAGE / WORD, GFP_KERNEL)?;
            pages.push(page, GFP_KERNEL)?;
        }
        Ok(Buffer { pages })
    }

    /// Where the device finds the pages.
    pub(crate) fn addresses(&self) -> Result<KVec<u64>> {
        let mut addresses = KVec::with_capacity(self.pages.len(), GFP_KERNEL)?;
        for page in &self.pages {
            addresses.push(page.dma_address(), GFP_KERNEL)?;
        }
        Ok(addresses)
    }

    /// Reads the word at byte `at`, in one go.
    pub(crate) fn word(&self, at: usize) -> Result<u32> {
        let page = self.pages.get(at / PAGE).ok_or(EINVAL)?;
        Ok(io_read!(page, [try: at % PAGE / WORD]).get())
    }

    /// Writes a word, in one go.
    pub(crate) fn set_word(&self, at: usize, value: u32) -> Result {
        let page = self.pages.get(at / PAGE).ok_or(EINVAL)?;
        io_write!(page, [try: at % PAGE / WORD], Be::<u32>::new(value));
        Ok(())
    }

    /// Reads an entry, which consists of words.
    pub(crate) fn read(&self, at: usize, to: &mut [u8]) -> Result {
        for (offset, bytes) in (at..).step_by(WORD).zip(to.chunks_exact_mut(WORD)) {
            bytes.copy_from_slice(&self.word(offset)?.to_be_bytes());
        }
        Ok(())
    }

    /// Writes an entry, which consists of words.
    pub(crate) fn write(&self, at: usize, from: &[u8]) -> Result {
        for (offset, bytes) in (at..).step_by(WORD).zip(from.chunks_exact(WORD)) {
            let word = bytes.try_into().map_or(0, u32::from_be_bytes);
            self.set_word(offset, word)?;
        }
        Ok(())
    }

    /// Writes an entry of which the device may look at the first word before it was told of the
    /// entry: that comes last.
    pub(crate) fn write_first_last(&self, at: usize, from: &[u8]) -> Result {
        let (first, rest) = from.split_first_chunk().ok_or(EINVAL)?;
        self.write(at + WORD, rest)?;
        barrier::dma_mb(barrier::Write);
        self.set_word(at, u32::from_be_bytes(*first))
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
#[derive(Clone)]
pub(crate) struct Records<'up>(Arc<Pool<'up, Doorbells>>);

impl<'up> Records<'up> {
    pub(crate) fn new(card: &'up Card<'up>) -> Result<Self> {
        // Each is in a line of the cache of its own.
        let align = Alignment::new::<64>();
        Ok(Records(Pool::new(
            card.dev.as_ref(),
            c"rust_mlx4 doorbells",
            align,
        )?))
    }

    fn make(&self) -> Result<Record<'up>> {
        Ok(Record(self.0.zeroed(GFP_KERNEL)?))
    }
}

/// Two words in memory, in which the device reads how far the driver is with a queue.
pub(crate) struct Record<'up>(dma::Block<'up, Doorbells>);

impl Record<'_> {
    pub(crate) fn dma_address(&self) -> u64 {
        self.0.dma_address()
    }

    /// How far a receive queue was filled, or a completion queue read.
    pub(crate) fn set_first(&self, value: u32) {
        io_write!(&self.0, .first, Be::<u32>::new(value));
    }

    /// When a completion queue is to cause an event.
    pub(crate) fn set_second(&self, value: u32) {
        io_write!(&self.0, .second, Be::<u32>::new(value));
    }
}

/// Memory of a queue, as the device knows it (`mlx4_alloc_hwq_res()`).
pub(crate) struct Memory<'up> {
    mtt: Mtt<'up>,
    pub(crate) buffer: Buffer,
    pub(crate) record: Record<'up>,
}

impl<'up> Memory<'up> {
    /// Memory for so many bytes, which are zero, and a doorbell record.
    pub(crate) fn new(
        card: &'up Card<'up>,
        numbers: &Arc<Numbers<'up>>,
        records: &Records<'up>,
        size: usize,
    ) -> Result<Self> {
        let buffer = Buffer::new(card.dev.as_ref(), size)?;
        Ok(Memory {
            mtt: Mtt::new(numbers, PAGE_SHIFT, &buffer.addresses()?)?,
            buffer,
            record: records.make()?,
        })
    }

    /// Where the device finds the addresses of its pages.
    pub(crate) fn address(&self) -> u64 {
        self.mtt.address()
    }

    /// How large these are, as contexts of queues say it.
    pub(crate) fn log_page(&self) -> u8 {
        self.mtt.log_page_size()
    }
}

/// Has memory never be freed that the device may still write to, as it could not be reset: it is
/// lost, rather than written to when it is something else's.
pub(crate) fn lose<M>(memory: &Arc<M>) {
    forget(memory.clone());
}
