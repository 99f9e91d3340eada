// SPDX-License-Identifier: GPL-2.0

//! The card's context memory, which is memory of the machine: the driver maps its pages to where
//! the card looks for them.

use super::{
    layout::{long, Field},
    status::Status,
};
use crate::model::Host;
use std::collections::BTreeMap;

/// Bits of an address in the card's smallest page.
pub const PAGE_SHIFT: u32 = 12;
/// More chunks than any driver needs; a guest could map single pages without end.
const MAX_CHUNKS: usize = 1 << 18;
const MTT_ENTRY: u64 = 8;

/// An entry of the mailbox of the commands that map memory.
mod entry {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const VIRTUAL: Field = long(0);
    pub const ADDRESS: Field = long(8).bits(12, 52);
    pub const LOG_PAGES: Field = long(8).bits(0, 5);
}

struct Chunk {
    size: u64,
    address: u64,
}

/// Which memory is mapped where.
#[derive(Default)]
pub struct Icm {
    chunks: BTreeMap<u64, Chunk>,
    size: u64,
}

impl Icm {
    /// Mapped pages.
    pub fn pages(&self) -> u64 {
        self.size >> PAGE_SHIFT
    }

    /// Maps what the first `count` entries of a mailbox say.
    pub fn map(&mut self, mailbox: &[u8], count: u32) -> Result<(), Status> {
        for (position, address, size) in entries(mailbox, count)? {
            let end = position.checked_add(size).ok_or(Status::BadParam)?;
            let before = self.chunks.range(..end).next_back();
            if before.is_some_and(|(start, chunk)| start + chunk.size > position) {
                return Err(Status::BadParam);
            }
            if self.chunks.len() >= MAX_CHUNKS {
                return Err(Status::ExceedLimit);
            }
            self.chunks.insert(position, Chunk { size, address });
            self.size += size;
        }
        Ok(())
    }

    /// Unmaps what begins in a range. Drivers unmap whole tables, of which parts may be unmapped.
    pub fn unmap(&mut self, position: u64, pages: u32) {
        let end = position.saturating_add(u64::from(pages) << PAGE_SHIFT);
        let gone: Vec<u64> = self.chunks.range(position..end).map(|c| *c.0).collect();
        for start in gone {
            if let Some(chunk) = self.chunks.remove(&start) {
                self.size -= chunk.size;
            }
        }
    }

    /// The machine's address of `length` bytes; none if they are not all in one mapped chunk.
    pub fn translate(&self, position: u64, length: u64) -> Option<u64> {
        let (start, chunk) = self.chunks.range(..=position).next_back()?;
        let offset = position - start;
        (offset.checked_add(length)? <= chunk.size).then(|| chunk.address.wrapping_add(offset))
    }

    /// Writes context memory.
    pub fn write(&self, host: &mut dyn Host, position: u64, data: &[u8]) -> Result<(), Status> {
        let address = self
            .translate(position, data.len() as u64)
            .ok_or(Status::IcmError)?;
        host.dma_write(address, data).map_err(|_| Status::IcmError)
    }
}

/// Memory of a mailbox with (where, address, size) of what shall be mapped.
fn entries(mailbox: &[u8], count: u32) -> Result<Vec<(u64, u64, u64)>, Status> {
    let length = (count as usize)
        .checked_mul(entry::LENGTH)
        .ok_or(Status::BadParam)?;
    let all = mailbox.get(..length).ok_or(Status::BadParam)?;
    Ok(all
        .chunks_exact(entry::LENGTH)
        .map(|data| {
            (
                entry::VIRTUAL.get(data),
                entry::ADDRESS.get(data) << PAGE_SHIFT,
                1 << (entry::LOG_PAGES.get32(data) + PAGE_SHIFT),
            )
        })
        .collect())
}

/// How many pages a mailbox maps for the card's own use.
pub fn count_pages(mailbox: &[u8], count: u32) -> Result<u64, Status> {
    let entries = entries(mailbox, count)?;
    Ok(entries.iter().map(|(_, _, size)| size >> PAGE_SHIFT).sum())
}

/// The buffer of a queue: pages that entries of the translation table (MTT) point to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Buffer {
    /// Where its first MTT entry is in context memory.
    pub mtt: u64,
    /// Bits of an address in one of its pages.
    pub page_shift: u32,
}

impl Buffer {
    /// The machine's address of a byte of the buffer.
    pub fn address(&self, icm: &Icm, host: &mut dyn Host, offset: u64) -> Option<u64> {
        let index = offset.checked_shr(self.page_shift)?;
        let entry = self.mtt.checked_add(index.checked_mul(MTT_ENTRY)?)?;
        let mut data = [0; MTT_ENTRY as usize];
        host.dma_read(icm.translate(entry, MTT_ENTRY)?, &mut data)
            .ok()?;
        let value = u64::from_be_bytes(data);
        let present = value & 1 != 0;
        let page = value & !7;
        present.then(|| page.wrapping_add(offset & ((1 << self.page_shift) - 1)))
    }

    /// Reads an entry of a queue, which lies in one page.
    pub fn read(&self, icm: &Icm, host: &mut dyn Host, offset: u64, data: &mut [u8]) -> bool {
        self.address(icm, host, offset)
            .is_some_and(|address| host.dma_read(address, data).is_ok())
    }

    /// Writes an entry of a queue. Its last byte, which says whose it is, is written at last.
    pub fn write(&self, icm: &Icm, host: &mut dyn Host, offset: u64, data: &[u8]) -> bool {
        let Some((last, body)) = data.split_last() else {
            return true;
        };
        self.address(icm, host, offset).is_some_and(|address| {
            host.dma_write(address, body).is_ok()
                && host
                    .dma_write(address.wrapping_add(body.len() as u64), &[*last])
                    .is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailbox(entries: &[(u64, u64)]) -> Vec<u8> {
        entries
            .iter()
            .flat_map(|(first, second)| [first.to_be_bytes(), second.to_be_bytes()].concat())
            .collect()
    }

    #[test]
    fn what_is_mapped_is_found() {
        let mut icm = Icm::default();
        let mailbox = mailbox(&[(0x10000, 0x8000_0001), (0x20000, 0x9000_0000)]);
        icm.map(&mailbox, 2).unwrap();
        assert_eq!(icm.pages(), 3);
        assert_eq!(icm.translate(0x11008, 8), Some(0x8000_1008));
        assert_eq!(icm.translate(0x11ffc, 8), None);
        assert_eq!(icm.translate(0xfff8, 8), None);
        icm.unmap(0x10000, 64);
        assert_eq!(icm.pages(), 0);
        assert_eq!(icm.translate(0x11008, 8), None);
    }

    #[test]
    fn overlaps_and_overflows_are_refused() {
        let mut icm = Icm::default();
        icm.map(&mailbox(&[(0x10000, 0x8000_0002)]), 1).unwrap();
        for wrong in [(0x13000, 0), (0xf000, 1), (u64::MAX - 0xfff, 4)] {
            assert!(icm.map(&mailbox(&[wrong]), 1).is_err());
        }
        assert!(icm.map(&mailbox(&[]), 1).is_err());
        assert!(icm.map(&[], u32::MAX).is_err());
        icm.map(&mailbox(&[(0x14000, 0)]), 1).unwrap();
    }
}
