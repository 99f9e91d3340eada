// SPDX-License-Identifier: GPL-2.0

//! Queues in the machine's memory: a power of two of entries, in pages that need not be adjacent.

use super::command::Status;
use crate::model::{DmaError, Host};

/// The pages of a queue.
#[derive(Clone, Debug, Default)]
pub struct Ring {
    pages: Vec<u64>,
    log_page: u32,
    /// Where in the first page it begins.
    offset: u64,
    /// How long it is.
    length: u64,
}

/// The low bits of a page's address say other things.
const PAGE_MASK: u64 = !0xfff;
/// No queue is longer.
const MAX_LOG_LENGTH: u32 = 28;

impl Ring {
    /// A queue of `1 << log_entries` entries of `1 << log_stride` bytes, whose pages' addresses are
    /// at the end of a command, from byte `start` on.
    pub fn new(
        input: &[u8],
        start: usize,
        (log_entries, log_stride): (u32, u32),
        log_page: u32,
        offset: u64,
    ) -> Result<Self, Status> {
        if log_entries + log_stride > MAX_LOG_LENGTH || log_page > MAX_LOG_LENGTH + 12 {
            return Err(Status::Limit);
        }
        let length = 1u64 << (log_entries + log_stride);
        let count = (offset + length).div_ceil(1 << log_page) as usize;
        let addresses = input.get(start..).unwrap_or_default();
        let pages: Vec<u64> = addresses
            .as_chunks()
            .0
            .iter()
            .take(count)
            .map(|address| u64::from_be_bytes(*address) & PAGE_MASK)
            .collect();
        if pages.len() < count {
            return Err(Status::BadInputLength);
        }
        Ok(Self {
            pages,
            log_page,
            offset,
            length,
        })
    }

    /// Where the byte at an offset of the queue is, which wraps around.
    fn address(&self, offset: u64) -> u64 {
        let offset = self.offset + offset % self.length.max(1);
        let page = self.pages.get((offset >> self.log_page) as usize);
        page.map_or(u64::MAX, |page| {
            page.saturating_add(offset & ((1 << self.log_page) - 1))
        })
    }

    /// Reads what is within an entry.
    pub fn read(&self, host: &mut dyn Host, offset: u64, data: &mut [u8]) -> Result<(), DmaError> {
        host.dma_read(self.address(offset), data)
    }

    /// Writes an entry, its last byte after all others, because that is what makes it valid.
    pub fn write(&self, host: &mut dyn Host, offset: u64, data: &[u8]) -> Result<(), DmaError> {
        let Some((last, rest)) = data.split_last() else {
            return Ok(());
        };
        let address = self.address(offset);
        host.dma_write(address, rest)?;
        host.dma_write(address.saturating_add(rest.len() as u64), &[*last])
    }
}
