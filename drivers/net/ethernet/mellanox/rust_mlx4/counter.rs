// SPDX-License-Identifier: GPL-2.0

//! Counters, which count what queue pairs send and receive.

use crate::{
    caps::Caps,
    cmd::{
        Call,
        Op, //
    },
    numbers::{
        Number,
        Numbers,
        Pool, //
    },
};

use kernel::sync::Arc;

/// No counter, where there are none at all.
const NONE: u8 = 0xff;

/// It begins at zero again (`MLX4_QUERY_IF_STAT_RESET`).
const RESET: u32 = 1 << 31;

/// A counter.
pub(crate) struct Counter<'up> {
    own: Option<Number<'up>>,
    index: u8,
}

impl<'up> Counter<'up> {
    /// Takes one (`mlx4_counter_alloc()`): if there is none any more, that which all others have.
    pub(crate) fn new(numbers: &Arc<Numbers<'up>>, caps: &Caps) -> Self {
        let own = Number::take(numbers, Pool::Counter).ok();
        let index = match (&own, caps.counters()) {
            (_, 0) => NONE,
            (Some(own), _) => own.get() as u8,
            // CAST: There are at most 256.
            (None, count) => (count - 1) as u8,
        };
        Counter { own, index }
    }

    /// Which one it is, as contexts of queue pairs have it.
    pub(crate) fn index(&self) -> u8 {
        self.index
    }
}

impl Drop for Counter<'_> {
    fn drop(&mut self) {
        if let Some(own) = &self.own {
            // It is only wrong then.
            let call = Call::new(Op::QUERY_IF_STAT).modifier(RESET | own.get());
            let _ = own.card().query(call);
        }
    }
}
