// SPDX-License-Identifier: GPL-2.0

//! A work queue's memory: a part of the buffer of its queue pair.

use super::icm::{Buffer, Icm};
use crate::model::Host;

/// Where a work queue is in its buffer.
pub struct Ring {
    buffer: Buffer,
    base: u64,
    size: u64,
}

impl Ring {
    /// A queue of some bytes, which begins at `base`.
    pub fn new(buffer: Buffer, base: u64, size: u64) -> Self {
        Self { buffer, base, size }
    }

    /// Reads an entry, or its beginning. It may go on at the queue's beginning, and lie in several
    /// pages.
    pub fn read(
        &self,
        icm: &Icm,
        host: &mut dyn Host,
        start: u64,
        length: usize,
    ) -> Option<Vec<u8>> {
        let mut data = vec![0; length];
        let mut done = 0;
        while done < length {
            let at = (start + done as u64) % self.size;
            let position = self.base + at;
            let page = 1 << self.buffer.page_shift;
            let left = (self.size - at).min(page - position % page);
            let end = length.min(done.saturating_add(left as usize));
            if !self.buffer.read(icm, host, position, &mut data[done..end]) {
                return None;
            }
            done = end;
        }
        Some(data)
    }
}
