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
    dma::Coherent,
    io::{
        be::Be,
        io_read,
        io_write, //
    },
    prelude::*,
    sync::{
        barrier,
        Arc, //
    }, //
};

/// The device's pages.
const PAGE_SHIFT: u32 = 12;
const PAGE: usize = 1 << PAGE_SHIFT;

/// Lines of the cache are that long.
const CACHE_LINE: usize = 64;

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

/// Memory of a queue, as the device knows it, with a doorbell record: two words in which the device
/// reads how far the driver is (`mlx4_alloc_hwq_res()`).
pub(crate) struct Memory<'up> {
    mtt: Mtt<'up>,
    pub(crate) buffer: Arc<Buffer>,
    /// Where the doorbell record is, behind the entries.
    record: usize,
}

impl<'up> Memory<'up> {
    /// Memory for so many bytes, which are zero.
    pub(crate) fn new(
        card: &'up Card<'up>,
        numbers: &Arc<Numbers<'up>>,
        size: usize,
    ) -> Result<Self> {
        // In a line of the cache of its own.
        let record = size.next_multiple_of(CACHE_LINE);
        let buffer = Buffer::new(card.dev.as_ref(), record + CACHE_LINE)?;
        let addresses = buffer.addresses()?;
        let addresses = addresses.get(..size.div_ceil(PAGE)).ok_or(EINVAL)?;
        Ok(Memory {
            mtt: Mtt::new(numbers, PAGE_SHIFT, addresses)?,
            buffer: Arc::new(buffer, GFP_KERNEL)?,
            record,
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

    /// Where the device finds the doorbell record.
    pub(crate) fn record(&self) -> u64 {
        let page = self.buffer.pages.get(self.record / PAGE);
        // CAST: Less than a page.
        page.map_or(0, |page| page.dma_address()) + (self.record % PAGE) as u64
    }

    /// The device may still use it: where its pages are is not forgotten before it was reset.
    pub(crate) fn abandon(&self) {
        self.mtt.abandon();
    }

    /// How far a receive queue was filled, or a completion queue read.
    pub(crate) fn set_first(&self, value: u32) {
        // There is room for it.
        let _ = self.buffer.set_word(self.record, value);
    }

    /// When a completion queue is to cause an event.
    pub(crate) fn set_second(&self, value: u32) {
        // As above.
        let _ = self.buffer.set_word(self.record + WORD, value);
    }
}

/// What has the memory of a queue.
pub(crate) trait HasMemory<'up> {
    fn memory(&self) -> &Memory<'up>;

    /// Has memory not be freed before the device was reset: it may still use it.
    fn keep(&self, card: &Card<'_>) {
        card.keep(self.memory().buffer.clone());
    }
}

impl<'up> HasMemory<'up> for Memory<'up> {
    fn memory(&self) -> &Memory<'up> {
        self
    }
}
