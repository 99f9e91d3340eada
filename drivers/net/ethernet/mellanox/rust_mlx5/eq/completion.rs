// SPDX-License-Identifier: GPL-2.0

//! Event queues for completions: each of the function's vectors but the first has one, which is
//! made when the first completion queue wants it. Its events say which completion queue there is
//! something in; what looks at that one is polled.

use super::{
    create,
    ring::Ring,
    Queues,
    VECTOR, //
};

use crate::{
    card::Card,
    layout::{
        Block,
        CompEvent,
        Eqe,
        EventType,
        View, //
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
        SetOnce,
        SpinLockIrq, //
    }, //
};

/// A completion queue, as far as its events are concerned.
struct Listener {
    number: u32,
    /// How many events there were.
    caused: Arc<Atomic<u32>>,
    napi: Napi,
}

/// How many completion queues there can be for a vector: those of a channel, and one of another.
const MAX_LISTENERS: usize = 8;

/// A vector for completions.
#[pin_data]
pub(super) struct Vector {
    ring: SetOnce<Ring>,
    #[pin]
    listeners: SpinLockIrq<KVec<Listener>>,
}

impl Vector {
    pub(super) fn new() -> Result<impl PinInit<Self>> {
        let listeners = KVec::with_capacity(MAX_LISTENERS, GFP_KERNEL)?;
        Ok(pin_init!(Vector {
            ring: SetOnce::new(),
            listeners <- new_spinlock_irq!(listeners),
        }))
    }

    /// Its queue, if that was made.
    pub(super) fn ring(&self) -> Option<&Ring> {
        self.ring.as_ref()
    }

    /// Whether the device may write to its memory.
    pub(super) fn is_lent(&self) -> bool {
        self.ring().is_some_and(Ring::is_lent)
    }

    fn notify(&self, event: &Block<Eqe>) {
        if event.get(Eqe::EVENT_TYPE) != EventType::COMP {
            return;
        }
        let event = event.view();
        let event = View::<CompEvent>::of_any_length(event.bytes(Eqe::EVENT_DATA));
        let number = event.get(CompEvent::CQ_NUMBER);
        let listeners = self.listeners.lock();
        if let Some(listener) = listeners.iter().find(|listener| listener.number == number) {
            listener.caused.fetch_add(1, Relaxed);
            listener.napi.schedule();
        }
    }
}

/// How a queue is.
pub(crate) struct Described {
    pub(crate) number: u8,
    /// How many events were read.
    pub(crate) consumed: u32,
    /// For how many there is room.
    pub(crate) size: u32,
}

/// The queues for completions, for who has completion queues made.
#[derive(Clone)]
pub(crate) struct CompletionEvents<'up> {
    card: &'up Card<'up>,
    queues: Arc<Queues>,
    uar: u32,
}

impl<'up> CompletionEvents<'up> {
    pub(super) fn new(card: &'up Card<'up>, queues: Arc<Queues>, uar: u32) -> Self {
        CompletionEvents { card, queues, uar }
    }

    pub(crate) fn card(&self) -> &'up Card<'up> {
        self.card
    }

    /// In which page of the BAR the doorbells are.
    pub(crate) fn uar(&self) -> u32 {
        self.uar
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.queues.completion.len()
    }

    fn vector(&self, index: usize) -> Result<&Vector> {
        let vector = self.queues.completion.get(index).ok_or(EINVAL)?;
        Ok(vector)
    }

    /// The number of a vector's queue, which is made if there is none (`mlx5_comp_eqn_get()`).
    pub(crate) fn queue_for(&self, index: usize) -> Result<u8> {
        let vector = self.vector(index)?;
        let making = self.queues.making.lock();
        if vector.ring().is_none() {
            let events = self.queues.sizes.completions;
            let ring = Ring::new(self.card.dev.as_ref(), events, self.uar)?;
            vector.ring.populate(ring);
        }
        let ring = vector.ring().ok_or(EINVAL)?;
        if ring.number().is_none() {
            // What it was asked for and did not answer it may have made: its memory is not used
            // again.
            if ring.is_lent() {
                return Err(EIO);
            }
            create(self.card, ring, VECTOR + 1 + index, 0)?;
        }
        drop(making);
        ring.number().ok_or(EINVAL)
    }

    /// How a vector's queue is, if there is one.
    pub(crate) fn describe(&self, index: usize) -> Option<Described> {
        let ring = self.vector(index).ok()?.ring()?;
        Some(Described {
            number: ring.number()?,
            consumed: ring.consumed(),
            size: 1 << ring.log_size(),
        })
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
}

/// Reads the queue of a vector when there is an interrupt.
pub(crate) struct CompletionHandler<'up> {
    events: CompletionEvents<'up>,
    index: usize,
}

impl<'up> CompletionHandler<'up> {
    /// That for the vector of that number among those for completions.
    pub(crate) fn new(events: &CompletionEvents<'up>, index: usize) -> Self {
        CompletionHandler {
            events: events.clone(),
            index,
        }
    }
}

impl irq::Handler for CompletionHandler<'_> {
    fn handle(&self) -> IrqReturn {
        let Ok(vector) = self.events.vector(self.index) else {
            return IrqReturn::None;
        };
        let Some(ring) = vector.ring() else {
            return IrqReturn::None;
        };
        while let Some(event) = ring.next() {
            vector.notify(&event);
        }
        ring.arm(self.events.card);
        IrqReturn::Handled
    }
}
