// SPDX-License-Identifier: GPL-2.0

//! What queues of a port's network device are made with.

use crate::{
    caps::Caps,
    card::Card,
    eq::CompletionEvents,
    numbers::{
        Number,
        Numbers,
        Pool,
        QpNumber,
        QpRange,
        Zone, //
    },
    queue::Memory, //
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// What queues are made with.
#[derive(Clone)]
pub(crate) struct Maker<'up> {
    pub(crate) card: &'up Card<'up>,
    pub(crate) caps: Arc<Caps>,
    pub(crate) numbers: Arc<Numbers<'up>>,
    pub(crate) events: CompletionEvents<'up>,
    /// The page of the BAR where their doorbells are.
    pub(crate) doorbells: u32,
    /// The protection domain, and the key for all memory.
    pub(crate) domain: u32,
    pub(crate) key: u32,
    /// The port, counted from 1, and the counter of what it sends and receives.
    pub(crate) port: u8,
    pub(crate) counter: u8,
}

impl<'up> Maker<'up> {
    /// Memory for a queue of so many bytes.
    pub(super) fn memory(&self, size: usize) -> Result<Memory<'up>> {
        Memory::new(self.card, &self.numbers, size)
    }

    /// A number for a completion queue.
    pub(super) fn cq(&self) -> Result<Number<'up>> {
        Number::take(&self.numbers, Pool::Cq)
    }

    /// A number for a queue pair that sends.
    pub(super) fn sending_qp(&self) -> Result<QpNumber<'up>> {
        QpNumber::take(&self.numbers, Zone::General)
    }

    /// A number for a queue pair that frames can be steered to.
    pub(super) fn steered_qp(&self) -> Result<QpNumber<'up>> {
        QpNumber::take(&self.numbers, Zone::Rss)
    }

    /// Numbers for queue pairs that receive, which follow each other, so that frames can be spread
    /// over them; to one that is alone frames can be steered.
    pub(super) fn receiving_qps(&self, count: usize) -> Result<Arc<QpRange<'up>>> {
        let zone = if count == 1 { Zone::Rss } else { Zone::General };
        // CAST: There are no more than vectors.
        let count = count as u32;
        let align = count.next_power_of_two();
        QpRange::take(&self.numbers, zone, count, align).inspect_err(|_| {
            dev_err!(
                self.card.dev.as_ref(),
                "Port {}: Failed reserving {} qps\n",
                self.port,
                count
            );
        })
    }

    /// Whether the counter is that of all who have none (`MLX4_SINK_COUNTER_INDEX()`).
    pub(super) fn counts_nothing(&self) -> bool {
        u32::from(self.counter) + 1 == self.caps.counters()
    }
}
