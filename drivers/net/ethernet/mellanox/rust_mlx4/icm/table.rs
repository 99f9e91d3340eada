// SPDX-License-Identifier: GPL-2.0

//! A table in context memory: entries of the same size, one for each object. Memory is mapped where
//! there are objects, in chunks.

use super::{
    memory::{
        Memory,
        Piece,
        ICM_PAGE_SHIFT, //
    },
    CHUNK, //
};

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    profile::Part,
};

use kernel::{
    new_mutex,
    page::PAGE_SIZE,
    prelude::*,
    sync::Mutex, //
};

/// More than any firmware has for itself: 512 MiB.
const MAX_RESERVED: usize = 1 << 11;

/// Memory that is mapped.
struct Chunk<P> {
    memory: Memory<P>,
    /// How many objects have their entries there, or 1 more if some are the firmware's.
    users: u32,
}

/// All memory of a table, in the order of its chunks.
type Chunks<P> = KVVec<Option<Chunk<P>>>;

/// A table (`struct mlx4_icm_table`).
pub(crate) struct Table<'up, P: Piece> {
    card: &'up Card<'up>,
    /// Where it begins in context memory.
    base: u64,
    /// How many bytes an entry has, and how many there are.
    entry: usize,
    count: u32,
    chunks: Pin<KBox<Mutex<Chunks<P>>>>,
}

impl<'up, P: Piece> Table<'up, P> {
    /// A table, of whose entries the first ones are the firmware's, which it has at once
    /// (`mlx4_init_icm_table()`).
    pub(crate) fn new(card: &'up Card<'up>, part: Part, reserved: u32) -> Result<Self> {
        // CAST: A size of 16 bits, and of memory.
        let (entry, size) = (part.entry as usize, part.entry * u64::from(part.count));
        let chunks = size.div_ceil(CHUNK as u64) as usize;
        let mut all = KVVec::with_capacity(chunks, GFP_KERNEL)?;
        for _ in 0..chunks {
            all.push(None, GFP_KERNEL)?;
        }
        let table = Table {
            card,
            base: part.base,
            entry,
            count: part.count,
            chunks: KBox::pin_init(new_mutex!(all), GFP_KERNEL)?,
        };
        let mut chunks = table.chunks.lock();
        // CAST: Fewer than there are entries.
        let wanted = (reserved as usize * entry).div_ceil(CHUNK);
        if wanted > MAX_RESERVED {
            return Err(EINVAL);
        }
        for (index, chunk) in chunks.iter_mut().take(wanted).enumerate() {
            let left = size - (index * CHUNK) as u64;
            let pages = left.min(CHUNK as u64).div_ceil(PAGE_SIZE as u64);
            *chunk = Some(table.map(index, pages as usize)?);
        }
        drop(chunks);
        Ok(table)
    }

    /// In which chunk an object's entry is, and where there.
    fn place(&self, number: u32) -> (usize, usize) {
        // CAST: An offset in a table, which has fewer than 2^32 entries of some bytes.
        let offset = (number % self.count.max(1)) as usize * self.entry;
        (offset / CHUNK, offset % CHUNK)
    }

    fn address(&self, index: usize) -> u64 {
        self.base + (index * CHUNK) as u64
    }

    fn map(&self, index: usize, pages: usize) -> Result<Chunk<P>> {
        let memory = Memory::<P>::new(self.card.dev.as_ref(), pages)?;
        let mapped = memory.map(self.card, Op::MAP_ICM, Some(self.address(index)));
        if let Err(error) = mapped {
            // Nobody knows whether the device has it.
            self.card.keep(memory);
            return Err(error);
        }
        Ok(Chunk { memory, users: 1 })
    }

    /// Takes a chunk from the device.
    fn unmap(&self, index: usize, chunk: Chunk<P>) {
        const PAGES: u32 = (CHUNK >> ICM_PAGE_SHIFT) as u32;

        let call = Call::new(Op::UNMAP_ICM).modifier(PAGES);
        if self.card.run_value(call, self.address(index)).is_err() {
            self.card.keep(chunk.memory);
        }
    }

    /// Maps memory for an object's entry (`mlx4_table_get()`).
    pub(crate) fn get(&self, number: u32) -> Result {
        let (index, _) = self.place(number);
        let mut chunks = self.chunks.lock();
        match chunks.get_mut(index).ok_or(EINVAL)? {
            Some(chunk) => chunk.users += 1,
            empty => *empty = Some(self.map(index, CHUNK / PAGE_SIZE)?),
        }
        Ok(())
    }

    /// The object is no more (`mlx4_table_put()`).
    pub(crate) fn put(&self, number: u32) {
        let (index, _) = self.place(number);
        let mut chunks = self.chunks.lock();
        let Some(place) = chunks.get_mut(index) else {
            return;
        };
        let unused = place.take_if(|chunk| {
            chunk.users -= 1;
            chunk.users == 0
        });
        if let Some(chunk) = unused {
            self.unmap(index, chunk);
        }
    }

    /// Has `f` look at an entry's memory: the piece, and where in that it begins
    /// (`mlx4_table_find()`).
    pub(crate) fn with<R>(&self, number: u32, f: impl FnOnce(&P, usize) -> R) -> Option<R> {
        let (index, offset) = self.place(number);
        let chunks = self.chunks.lock();
        let chunk = chunks.get(index)?.as_ref()?;
        let (piece, at) = chunk.memory.at(offset)?;
        Some(f(piece, at))
    }

    /// How many entries are in a chunk.
    pub(crate) fn per_chunk(&self) -> usize {
        CHUNK / self.entry.max(1)
    }

    /// Takes all of it from the device (`mlx4_cleanup_icm_table()`).
    pub(crate) fn unmap_all(&self) {
        let mut chunks = self.chunks.lock();
        for (index, place) in chunks.iter_mut().enumerate() {
            if let Some(chunk) = place.take() {
                self.unmap(index, chunk);
            }
        }
    }
}

impl<P: Piece> Drop for Table<'_, P> {
    fn drop(&mut self) {
        self.unmap_all();
    }
}
