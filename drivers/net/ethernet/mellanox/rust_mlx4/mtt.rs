// SPDX-License-Identifier: GPL-2.0

//! Translations: entries of context memory that say where the pages of a queue are.

use crate::{
    icm::ICM_PAGE_SHIFT,
    numbers::Numbers, //
};

use kernel::{
    io::{
        io_project,
        Io, //
    },
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    }, //
};

/// A flag in an entry (`MLX4_MTT_FLAG_PRESENT`).
const PRESENT: u64 = 1;

/// The pages of a queue, as the device knows them (`struct mlx4_mtt`).
pub(crate) struct Mtt<'up> {
    numbers: Arc<Numbers<'up>>,
    first: u32,
    /// How many entries are mapped, a power of two of them.
    mapped: u32,
    log_count: u32,
    page_shift: u32,
    is_abandoned: Atomic<bool>,
}

impl<'up> Mtt<'up> {
    /// Tells the device of pages of `1 << page_shift` bytes (`mlx4_mtt_init()`,
    /// `mlx4_write_mtt()`), which it knows until this is dropped.
    pub(crate) fn new(
        numbers: &Arc<Numbers<'up>>,
        page_shift: u32,
        addresses: &[u64],
    ) -> Result<Self> {
        let count = u32::try_from(addresses.len())?.max(1).next_power_of_two();
        let first = numbers.mtts().1.take_range(count, count).ok_or(ENOMEM)?;
        // From here on dropping it gives it back.
        let mut mtt = Mtt {
            numbers: numbers.clone(),
            first,
            mapped: 0,
            log_count: count.trailing_zeros(),
            page_shift,
            is_abandoned: Atomic::new(false),
        };
        mtt.map()?;
        for (number, address) in (first..).zip(addresses) {
            mtt.write(number, *address)?;
        }
        Ok(mtt)
    }

    fn count(&self) -> u32 {
        1 << self.log_count
    }

    /// Entries, one in each chunk of memory.
    fn places(&self, count: u32) -> impl Iterator<Item = u32> {
        let per_chunk = self.numbers.mtts().0.mtts().per_chunk();
        (self.first..self.first + count).step_by(per_chunk.max(1))
    }

    fn map(&mut self) -> Result {
        let numbers = self.numbers.clone();
        let table = numbers.mtts().0.mtts();
        // CAST: As many as fit into a chunk.
        let per_chunk = table.per_chunk() as u32;
        for number in self.places(self.count()) {
            table.get(number)?;
            self.mapped = (self.mapped + per_chunk).min(self.count());
        }
        Ok(())
    }

    fn write(&self, number: u32, address: u64) -> Result {
        let entry = (address | PRESENT).to_be_bytes();
        let table = self.numbers.mtts().0.mtts();
        let written = table.with(number, |piece, at| -> Result {
            io_project!(piece, [try: at..at + entry.len()]).copy_from_slice(&entry);
            Ok(())
        });
        written.ok_or(ENOMEM)?
    }

    /// Where they are, as contexts of queues have it.
    pub(crate) fn address(&self) -> u64 {
        u64::from(self.first) * u64::from(self.numbers.mtt_size())
    }

    /// How large the pages are, as contexts of queues have it.
    pub(crate) fn log_page_size(&self) -> u8 {
        // CAST: A few bits of an address.
        (self.page_shift - ICM_PAGE_SHIFT) as u8
    }

    /// The device may still use them: the entries are not used again until it was reset.
    pub(crate) fn abandon(&self) {
        self.is_abandoned.store(true, Relaxed);
    }
}

impl Drop for Mtt<'_> {
    fn drop(&mut self) {
        if self.is_abandoned.load(Relaxed) {
            return;
        }
        let (icm, bitmap) = self.numbers.mtts();
        for number in self.places(self.mapped) {
            icm.mtts().put(number);
        }
        bitmap.give_back(self.first, self.count());
    }
}
