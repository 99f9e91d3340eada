// SPDX-License-Identifier: GPL-2.0

//! Numbers of objects of a kind, some of which are in use.

use kernel::{
    bitmap::BitmapVec,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

use core::ops::Range;

/// Which number is taken next.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The next one behind what was taken last, so that a number is not used again soon.
    RoundRobin,
    /// The lowest that is free.
    Lowest,
}

/// Which numbers are in use, of those from 0 on (`struct mlx4_bitmap`).
#[pin_data]
pub(crate) struct Bitmap {
    #[pin]
    state: Mutex<State>,
    order: Order,
}

struct State {
    used: BitmapVec,
    /// Where the next search begins.
    next: usize,
}

impl Bitmap {
    /// Numbers below `count`, of which only those in `free` can be taken.
    pub(crate) fn new(count: u32, free: Range<u32>, order: Order) -> Result<impl PinInit<Self>> {
        // CAST: All are indexes of bits in memory.
        let (count, free) = (count as usize, free.start as usize..free.end as usize);
        let mut used = BitmapVec::new(count, GFP_KERNEL)?;
        for number in Iterator::chain(0..free.start.min(count), free.end..count) {
            used.set_bit(number);
        }
        let state = State { used, next: 0 };
        Ok(pin_init!(Bitmap {
            state <- new_mutex!(state),
            order,
        }))
    }

    /// Takes a number (`mlx4_bitmap_alloc()`).
    pub(crate) fn take(&self) -> Option<u32> {
        self.take_range(1, 1)
    }

    /// Takes `count` numbers that follow each other, the first of which is a multiple of `align`;
    /// returns that (`mlx4_bitmap_alloc_range()`).
    pub(crate) fn take_range(&self, count: u32, align: u32) -> Option<u32> {
        // CAST: As in `new`.
        let (count, align) = (count as usize, align as usize);
        let mut state = self.state.lock();
        let from = match self.order {
            Order::RoundRobin => state.next,
            Order::Lowest => 0,
        };
        let first = state
            .find(from, count, align)
            .or_else(|| state.find(0, count, align))?;
        for number in first..first + count {
            state.used.set_bit(number);
        }
        state.next = first + count;
        // CAST: It is below a number of 32 bits.
        Some(first as u32)
    }

    /// Gives numbers back that were taken (`mlx4_bitmap_free_range()`). There may be none such: a
    /// device says some of them.
    pub(crate) fn give_back(&self, first: u32, count: u32) {
        let mut state = self.state.lock();
        // CAST: As in `new`.
        let (first, end) = (first as usize, first.saturating_add(count) as usize);
        for number in first..end.min(state.used.len()) {
            state.used.clear_bit(number);
        }
    }
}

impl State {
    /// The first of `count` free numbers, from `from` on.
    fn find(&self, from: usize, count: usize, align: usize) -> Option<usize> {
        let mut start = from;
        while start < self.used.len() {
            let first = self
                .used
                .next_zero_bit(start)?
                .checked_next_multiple_of(align)?;
            let end = first.checked_add(count)?;
            if end > self.used.len() {
                return None;
            }
            match self.used.next_bit(first) {
                Some(used) if used < end => start = used + 1,
                _ => return Some(first),
            }
        }
        None
    }
}
