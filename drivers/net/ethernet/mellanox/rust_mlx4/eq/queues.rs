// SPDX-License-Identifier: GPL-2.0

//! The queues, as who reads them has them: also when the device has them no more.

use super::{
    completion::Vector,
    ring::{
        Event,
        Ring, //
    }, //
};

use crate::{
    caps::{
        Caps,
        MAX_PORTS, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    events,
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

/// How many events are expected at most (`MLX4_NUM_ASYNC_EQE`), and how many of completions: one
/// for each completion queue, of which the stock driver has room for all that there could be.
const ASYNCHRONOUS: usize = 0x100;
const COMPLETION: usize = 0x400;

/// "Finish as soon as possible."
const SOON: u32 = 0x1f;

/// What became of a port's link, that nobody was told of.
const NOTHING: u32 = 0;
const DOWN: u32 = 1;
const UP: u32 = 2;

/// The queues' memory.
#[pin_data]
pub(crate) struct Queues {
    pub(super) asynchronous: Ring,
    /// For each vector but the first.
    pub(super) completion: KVec<Pin<KBox<Vector>>>,
    /// What became of the ports' links.
    links: [Atomic<u32>; MAX_PORTS as usize],
    /// Events that go to the first queue.
    pub(super) mask: u64,
    /// How many commands there can be at a time whose end is an event.
    pub(super) commands: u32,
    /// Held while an interrupt is tested.
    #[pin]
    testing: Mutex<()>,
}

impl Queues {
    pub(super) fn new(
        card: &Card<'_>,
        caps: &Caps,
        commands: u32,
        vectors: usize,
    ) -> Result<Arc<Self>> {
        let ring = |events| Ring::new(card.dev.as_ref(), events, caps.eqe_size());
        let mut completion = KVec::with_capacity(vectors, GFP_KERNEL)?;
        for _ in 0..vectors {
            let vector = Vector::new(ring(COMPLETION)?)?;
            completion.push(KBox::pin_init(vector, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        let queues = try_pin_init!(Queues {
            asynchronous: ring(ASYNCHRONOUS)?,
            completion,
            links: [const { Atomic::new(NOTHING) }; MAX_PORTS as usize],
            mask: events::mask(caps),
            commands,
            testing <- new_mutex!(()),
        }? Error);
        Arc::pin_init(queues, GFP_KERNEL)
    }

    /// All rings, in the order of their vectors.
    pub(super) fn rings(&self) -> impl Iterator<Item = &Ring> {
        let completion = self.completion.iter().map(|vector| &vector.ring);
        Iterator::chain([&self.asynchronous].into_iter(), completion)
    }

    /// Does at once what there is to be done about an event. Returns whether a port is to be
    /// [told](Self::tell_ports).
    pub(super) fn handle(&self, card: &Card<'_>, ring: &Ring, event: &Event) -> bool {
        let Some(change) = events::handle(card, ring, event) else {
            return false;
        };
        let index = usize::from(change.port).wrapping_sub(1);
        let Some(link) = self.links.get(index) else {
            return false;
        };
        link.store(if change.is_up { UP } else { DOWN }, Relaxed);
        true
    }

    /// Says what became of the ports' links. Sleeps.
    pub(super) fn tell_ports(&self, card: &Card<'_>) {
        for (port, link) in (1..).zip(&self.links) {
            match link.xchg(NOTHING, Relaxed) {
                NOTHING => {}
                state => card.port_changed(port, state == UP),
            }
        }
    }

    /// Finds out whether the interrupt of a queue comes, with the end of a command.
    pub(super) fn test(&self, card: &Card<'_>, ring: &Ring) -> Result {
        let testing = self.testing.lock();
        card.use_polling();
        let mut result = map(card, self.mask, ring, 0).inspect_err(|_| {
            let dev = card.dev.as_ref();
            dev_warn!(dev, "Failed mapping eq for interrupt test\n");
        });
        if result.is_ok() {
            card.use_events(self.commands);
            result = nop(card);
            card.use_polling();
        }
        // Its failure was logged.
        let _ = map(card, self.mask, &self.asynchronous, 0);
        card.use_events(self.commands);
        self.tell_ports(card);
        drop(testing);
        result
    }
}

/// Has events go to a queue, or not any more, with a flag (`mlx4_MAP_EQ()`).
pub(super) fn map(card: &Card<'_>, mask: u64, ring: &Ring, flag: u32) -> Result {
    let number = ring.number().ok_or(EIO)?;
    card.run_value(Call::new(Op::MAP_EQ).modifier(flag | number), mask)
        .map(drop)
}

/// Has the device do nothing, of which it tells as of each command (`mlx4_NOP()`).
pub(super) fn nop(card: &Card<'_>) -> Result {
    card.run(Call::new(Op::NOP).modifier(SOON))
}
