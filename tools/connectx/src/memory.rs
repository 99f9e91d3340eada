// SPDX-License-Identifier: GPL-2.0

//! The machine's memory, as the device sees it.
//!
//! The machine shares its memory as files. They are read and written at offsets, not mapped: it is
//! the same memory, no code here is unsafe, and memory that is no longer there is an error of the
//! access instead of a signal.

use crate::model::DmaError;
use std::{fs::File, io, os::unix::fs::FileExt};

struct Range {
    address: u64,
    size: u64,
    file: File,
    offset: u64,
    readable: bool,
    writable: bool,
}

impl Range {
    fn end(&self) -> u64 {
        self.address + self.size
    }
}

/// All ranges of the memory.
#[derive(Default)]
pub struct Memory {
    /// In order of their addresses; none overlaps another, and no end is beyond u64.
    ranges: Vec<Range>,
}

impl Memory {
    /// Adds `size` bytes at `address`, which are those of `file` at `offset`.
    pub fn map(
        &mut self,
        address: u64,
        size: u64,
        file: File,
        offset: u64,
        (readable, writable): (bool, bool),
    ) -> io::Result<()> {
        let end = address.checked_add(size);
        let (Some(end), Some(_)) = (end, offset.checked_add(size)) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let place = self.ranges.partition_point(|range| range.address < address);
        let overlaps = |range: &Range| range.address < end && address < range.end();
        if size == 0 || self.ranges.iter().any(overlaps) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.ranges.insert(
            place,
            Range {
                address,
                size,
                file,
                offset,
                readable,
                writable,
            },
        );
        Ok(())
    }

    /// Takes away what lies in `size` bytes at `address`.
    pub fn unmap(&mut self, address: u64, size: u64) {
        let end = address.saturating_add(size);
        self.ranges
            .retain(|range| range.address < address || range.end() > end);
    }

    /// Takes away everything.
    pub fn clear(&mut self) {
        self.ranges.clear();
    }

    /// Reads memory, over the borders of adjacent ranges too.
    pub fn read(&self, address: u64, data: &mut [u8]) -> Result<(), DmaError> {
        let length = data.len();
        let error = || DmaError { address, length };
        let mut done = 0;
        while done < length {
            let at = address.checked_add(done as u64).ok_or_else(error)?;
            let (range, part) = self.find(at, length - done).ok_or_else(error)?;
            if !range.readable {
                return Err(error());
            }
            let offset = range.offset + (at - range.address);
            let data = &mut data[done..done + part];
            range
                .file
                .read_exact_at(data, offset)
                .map_err(|_| error())?;
            done += part;
        }
        Ok(())
    }

    /// Writes memory. If a part of it is not there, none is written.
    pub fn write(&self, address: u64, data: &[u8]) -> Result<(), DmaError> {
        let length = data.len();
        let error = || DmaError { address, length };
        for write in [false, true] {
            let mut done = 0;
            while done < length {
                let at = address.checked_add(done as u64).ok_or_else(error)?;
                let (range, part) = self.find(at, length - done).ok_or_else(error)?;
                if !range.writable {
                    return Err(error());
                }
                let offset = range.offset + (at - range.address);
                if write {
                    let data = &data[done..done + part];
                    range.file.write_all_at(data, offset).map_err(|_| error())?;
                }
                done += part;
            }
        }
        Ok(())
    }

    /// The range that has `address`, and how many of `length` bytes are in it.
    fn find(&self, address: u64, length: usize) -> Option<(&Range, usize)> {
        let after = self
            .ranges
            .partition_point(|range| range.address <= address);
        let range = self.ranges.get(after.checked_sub(1)?)?;
        let left = range.end().checked_sub(address)?;
        let part = left.min(length as u64) as usize;
        (part > 0).then_some((range, part))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A file of `size` bytes that has no name.
    pub(crate) fn file(size: u64) -> File {
        let path = std::env::temp_dir().join(format!(
            "connectx-{}-{:?}",
            std::process::id(),
            std::time::Instant::now()
        ));
        let file = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&path)
            .expect("a temporary file");
        std::fs::remove_file(path).expect("it was just made");
        file.set_len(size).expect("space");
        file
    }

    fn memory() -> Memory {
        let mut memory = Memory::default();
        let both = (true, true);
        memory.map(0x2000, 0x1000, file(0x1000), 0, both).unwrap();
        memory
            .map(0x1000, 0x1000, file(0x2000), 0x800, both)
            .unwrap();
        memory
            .map(0x8000, 0x1000, file(0x1000), 0, (true, false))
            .unwrap();
        // Shorter than it says.
        memory.map(0xa000, 0x1000, file(0x10), 0, both).unwrap();
        memory
    }

    #[test]
    fn over_the_border() {
        let memory = memory();
        let mut data = [0; 16];
        memory.write(0x1ff8, b"0123456789abcdef").unwrap();
        memory.read(0x1ff8, &mut data).unwrap();
        assert_eq!(&data, b"0123456789abcdef");
        memory.read(0x2000, &mut data[..8]).unwrap();
        assert_eq!(&data[..8], b"89abcdef");
    }

    #[test]
    fn outside_is_an_error() {
        let memory = memory();
        for address in [0, 0xff8, 0x2ff8, 0x3000, u64::MAX - 3, u64::MAX] {
            assert!(memory.read(address, &mut [0; 16]).is_err(), "{address:#x}");
            assert!(memory.write(address, &[1; 16]).is_err(), "{address:#x}");
        }
        assert!(memory.read(0xa008, &mut [0; 16]).is_err());
        let mut data = [0; 8];
        memory.read(0x2ff8, &mut data).unwrap();
        assert_eq!(data, [0; 8], "a write that failed left nothing behind");
    }

    #[test]
    fn read_only_is_not_written() {
        let memory = memory();
        assert!(memory.write(0x8000, &[1]).is_err());
        assert!(memory.read(0x8000, &mut [0]).is_ok());
    }

    #[test]
    fn maps_that_make_no_sense() {
        let mut memory = memory();
        let both = (true, true);
        assert!(memory.map(0x1800, 0x1000, file(1), 0, both).is_err());
        assert!(memory.map(u64::MAX, 2, file(1), 0, both).is_err());
        assert!(memory.map(0x100_0000, 2, file(1), u64::MAX, both).is_err());
        assert!(memory.map(0x100_0000, 0, file(1), 0, both).is_err());
    }

    #[test]
    fn unmapped_is_gone() {
        let mut memory = memory();
        memory.unmap(0x2000, 0x1000);
        assert!(memory.read(0x2000, &mut [0]).is_err());
        assert!(memory.read(0x1000, &mut [0]).is_ok());
    }
}
