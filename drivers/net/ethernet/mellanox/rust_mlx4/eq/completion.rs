// SPDX-License-Identifier: GPL-2.0

//! Event queues for completions, of which each port has as many as there are CPUs, if there are
//! enough vectors. Their events say which completion queue there is something in; what looks at
//! that one is polled.

use super::{
    queues::{
        nop,
        Queues, //
    },
    ring::{
        Event,
        Ring,
        DATA, //
    }, //
};

use crate::{
    card::Card,
    events,
    layout::{
        word,
        Field, //
    }, //
};

use kernel::{
    irq::{
        self,
        IrqReturn, //
    },
    net::napi::Napi,
    new_spinlock_irq,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        SpinLockIrq, //
    }, //
};

use core::ops::Range;

/// Which completion queue an event is about.
const CQ: Field<u32> = word(DATA).bits(0, 24);

/// A completion queue, as far as its events are concerned.
struct Listener {
    number: u32,
    /// How many events there were.
    caused: Arc<Atomic<u32>>,
    napi: Napi,
}

/// How many completion queues there can be for a vector: those of channels of both ports, and of
/// some more queues to send.
const MAX_LISTENERS: usize = 64;

/// A vector for completions.
#[pin_data]
pub(super) struct Vector {
    pub(super) ring: Ring,
    #[pin]
    listeners: SpinLockIrq<KVec<Listener>>,
}

impl Vector {
    pub(super) fn new(ring: Ring) -> Result<impl PinInit<Self>> {
        let listeners = KVec::with_capacity(MAX_LISTENERS, GFP_KERNEL)?;
        Ok(pin_init!(Vector {
            ring,
            listeners <- new_spinlock_irq!(listeners),
        }))
    }

    fn notify(&self, event: &Event) {
        let number = event.get(CQ);
        let listeners = self.listeners.lock();
        if let Some(listener) = listeners.iter().find(|listener| listener.number == number) {
            listener.caused.fetch_add(1, Relaxed);
            listener.napi.schedule();
        }
    }
}

/// The queues for completions that a port has, for who has completion queues made.
#[derive(Clone)]
pub(crate) struct CompletionEvents<'up> {
    card: &'up Card<'up>,
    queues: Arc<Queues>,
    /// Which of all of them.
    vectors: Range<usize>,
}

impl<'up> CompletionEvents<'up> {
    pub(super) fn new(card: &'up Card<'up>, queues: Arc<Queues>, vectors: Range<usize>) -> Self {
        CompletionEvents {
            card,
            queues,
            vectors,
        }
    }

    pub(crate) fn card(&self) -> &'up Card<'up> {
        self.card
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.vectors.len()
    }

    fn vector(&self, index: usize) -> Result<&Vector> {
        let mut vectors = self.vectors.clone();
        let at = vectors.nth(index).ok_or(EINVAL)?;
        let vector = self.queues.completion.get(at).ok_or(EINVAL)?;
        Ok(vector)
    }

    /// The number of a vector's queue (`mlx4_assign_eq()`).
    pub(crate) fn queue_for(&self, index: usize) -> Result<u32> {
        self.vector(index)?.ring.number().ok_or(EIO)
    }

    /// Has events of a completion queue have that polled; they are counted in `caused`.
    pub(crate) fn attach(
        &self,
        index: usize,
        number: u32,
        caused: &Arc<Atomic<u32>>,
        napi: &Napi,
    ) -> Result {
        let listener = Listener {
            number,
            caused: caused.clone(),
            napi: napi.clone(),
        };
        // With the lock held nothing can be allocated.
        self.vector(index)?
            .listeners
            .lock()
            .push_within_capacity(listener)
            .map_err(|_| ENOMEM)
    }

    /// Events of a completion queue have nothing polled any more.
    pub(crate) fn detach(&self, index: usize, number: u32) {
        if let Ok(vector) = self.vector(index) {
            let mut listeners = vector.listeners.lock();
            let listener = listeners
                .iter()
                .position(|listener| listener.number == number)
                .and_then(|at| listeners.remove(at).ok());
            drop(listeners);
            // What it refers to is freed without the lock.
            drop(listener);
        }
    }

    /// Finds out whether a vector's interrupt comes (`mlx4_test_interrupt()`).
    pub(crate) fn test(&self, index: usize) -> Result {
        let vector = self.vector(index)?;
        self.queues.test(self.card, &vector.ring)
    }

    /// The same for that of events of other types (`mlx4_test_async()`).
    pub(crate) fn test_asynchronous(&self) -> Result {
        nop(self.card)
    }
}

/// Reads the queue of a vector when there is an interrupt.
pub(crate) struct CompletionHandler<'up> {
    card: &'up Card<'up>,
    queues: Arc<Queues>,
    index: usize,
}

impl<'up> CompletionHandler<'up> {
    /// That for the vector of that number among those for completions.
    pub(super) fn new(card: &'up Card<'up>, queues: Arc<Queues>, index: usize) -> Self {
        CompletionHandler {
            card,
            queues,
            index,
        }
    }
}

impl irq::Handler for CompletionHandler<'_> {
    fn handle(&self) -> IrqReturn {
        let Some(vector) = self.queues.completion.get(self.index) else {
            return IrqReturn::None;
        };
        vector.ring.drain(self.card, |event| match event.kind() {
            events::COMPLETION => vector.notify(event),
            // While the interrupt is tested, at the end of which the ports are told.
            _ => drop(self.queues.handle(self.card, &vector.ring, event)),
        });
        IrqReturn::Handled
    }
}
