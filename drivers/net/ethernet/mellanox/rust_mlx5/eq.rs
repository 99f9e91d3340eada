// SPDX-License-Identifier: GPL-2.0

//! Event queues: one for the end of commands, one for requests for pages, one for all else. They
//! share an interrupt. Its first half ends the waits for commands, its second half, which waits for
//! the commands by which pages are given and taken, does the rest. Each of the other interrupts is
//! for [completions](completion).

mod completion;
mod ring;

pub(crate) use self::completion::CompletionEvents;

use self::{
    completion::{
        CompletionHandler,
        Vector, //
    },
    ring::Ring, //
};

use crate::{
    caps::Caps,
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    events,
    layout::{
        Block,
        CmdHcaCap,
        CmdInterCompEvent,
        CreateEqIn,
        CreateEqOut,
        DestroyEqIn,
        Eqc,
        Eqe,
        EventType,
        PagesReqEvent,
        View, //
    },
    pages::PageRequest,
    params::QueueSizes,
    uar::Uar, //
};

use kernel::{
    irq::{
        IrqReturn,
        ThreadedHandler,
        ThreadedIrqReturn, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

commands! {
    do CreateEq = CREATE_EQ: CreateEqIn -> CreateEqOut;
    undo DestroyEq = DESTROY_EQ: DestroyEqIn -> MboxOut;
}

/// Which vector of the function's the queues raise.
pub(crate) const VECTOR: usize = 0;

/// The first of the vectors for completions, of which there is at least one, and one for each CPU
/// if possible.
pub(crate) const COMPLETIONS: usize = VECTOR + 1;
pub(crate) const MIN_VECTORS: u32 = COMPLETIONS as u32 + 1;

/// How many vectors are wanted.
pub(crate) fn max_vectors() -> u32 {
    COMPLETIONS as u32 + kernel::cpu::nr_cpu_ids()
}

/// How many events are expected at most.
const COMMANDS: usize = 32;
const PAGES: usize = 1;

/// The queues' memory.
#[pin_data]
pub(crate) struct Queues {
    command: Ring,
    asynchronous: Ring,
    /// Not if the device never asks for pages.
    pages: Option<Ring>,
    /// Held while the latter two are read.
    #[pin]
    reading: Mutex<()>,
    /// For each vector but the first.
    completion: KVec<Pin<KBox<Vector>>>,
    sizes: QueueSizes,
    /// Held while one of these is made.
    #[pin]
    making: Mutex<()>,
}

impl Queues {
    fn new(
        card: &Card<'_>,
        caps: &Caps,
        uar: &Uar<'_>,
        sizes: QueueSizes,
        vectors: usize,
    ) -> Result<Arc<Self>> {
        let dev = card.dev.as_ref();
        let mut completion = KVec::with_capacity(vectors, GFP_KERNEL)?;
        for _ in 0..vectors {
            completion.push(KBox::pin_init(Vector::new()?, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        let ring = |events| Ring::new(dev, events, uar.index());
        let pages = if caps.get(CmdHcaCap::PAGE_REQUEST_DISABLE) {
            None
        } else {
            Some(ring(PAGES)?)
        };
        let queues = try_pin_init!(Queues {
            command: ring(COMMANDS)?,
            asynchronous: ring(sizes.asynchronous)?,
            pages,
            reading <- new_mutex!(()),
            completion,
            sizes,
            making <- new_mutex!(()),
        }? Error);
        Arc::pin_init(queues, GFP_KERNEL)
    }

    /// Whether the device may write to their memory.
    fn is_lent(&self) -> bool {
        self.command.is_lent()
            || self.asynchronous.is_lent()
            || self.pages.as_ref().is_some_and(Ring::is_lent)
            || self.completion.iter().any(|vector| vector.is_lent())
    }
}

/// The queues, while the device has them.
pub(crate) struct EventQueues<'up> {
    card: &'up Card<'up>,
    features: events::Features,
    queues: Arc<Queues>,
    uar: u32,
}

impl<'up> EventQueues<'up> {
    /// Memory for them. The device has them when they were [created](Self::create). So many vectors
    /// are for completions.
    pub(crate) fn new(
        card: &'up Card<'up>,
        caps: &Caps,
        uar: &Uar<'_>,
        sizes: QueueSizes,
        vectors: usize,
    ) -> Result<Self> {
        Ok(EventQueues {
            card,
            features: events::Features::new(caps),
            queues: Queues::new(card, caps, uar, sizes, vectors)?,
            uar: uar.index(),
        })
    }

    /// Those for completions.
    pub(crate) fn completion(&self) -> CompletionEvents<'up> {
        CompletionEvents::new(self.card, self.queues.clone(), self.uar)
    }

    /// What is to be called for the interrupt of that number among those for completions.
    pub(crate) fn completion_handler(&self, index: usize) -> CompletionHandler<'up> {
        CompletionHandler::new(&self.completion(), index)
    }

    /// What is to be called for the interrupt.
    pub(crate) fn handler(&self) -> Handler<'up> {
        Handler {
            card: self.card,
            features: self.features,
            queues: self.queues.clone(),
        }
    }

    /// Creates them; from then on the end of a command is an event (`create_async_eqs()`).
    pub(crate) fn create(&self, caps: &Caps) -> Result {
        let queues = &self.queues;
        let only = |kind: EventType| 1_u64 << kind.0;
        self.create_one(&queues.command, only(EventType::CMD), "cmd")?;
        self.card.use_events(true);
        self.create_one(&queues.asynchronous, events::mask(caps), "async")?;
        if let Some(pages) = &queues.pages {
            self.create_one(pages, only(EventType::PAGE_REQUEST), "pages")?;
        }
        Ok(())
    }

    /// Creates a queue for the types of events that have a bit in `mask`.
    fn create_one(&self, ring: &Ring, mask: u64, name: &str) -> Result {
        create(self.card, ring, VECTOR, mask).inspect_err(|error| {
            dev_warn!(
                self.card.dev.as_ref(),
                "failed to create {} EQ {}\n",
                name,
                error.to_errno()
            );
        })
    }

    /// Destroys a queue, if the device has it.
    fn destroy(&self, ring: &Ring, name: &str) {
        let Some(number) = ring.close() else {
            return;
        };
        let mut input = Block::<DestroyEqIn>::new();
        input.set(DestroyEqIn::EQ_NUMBER, number);
        match self.card.run::<DestroyEq>(input) {
            Ok(_) if !self.card.is_dead() => ring.take_back(),
            // It goes on to be the device's until that was stopped.
            Ok(_) => {}
            Err(error) => dev_err!(
                self.card.dev.as_ref(),
                "failed to destroy {} eq, err({})\n",
                name,
                error.to_errno()
            ),
        }
    }
}

impl Drop for EventQueues<'_> {
    fn drop(&mut self) {
        let queues = &self.queues;
        for ring in queues.completion.iter().filter_map(|vector| vector.ring()) {
            self.destroy(ring, "comp");
        }
        if let Some(pages) = &queues.pages {
            self.destroy(pages, "pages");
        }
        self.destroy(&queues.asynchronous, "async");
        // Whoever still reads these sees that they are closed; a request is answered before pages
        // are taken back.
        drop(queues.reading.lock());
        self.card.use_events(false);
        self.destroy(&queues.command, "cmd");
        if queues.is_lent() {
            self.card.keep_queues(queues.clone());
        }
    }
}

/// Creates a queue that raises a vector, for the types of events that have a bit in `mask`.
fn create(card: &Card<'_>, ring: &Ring, vector: usize, mask: u64) -> Result {
    let mut input = Block::<CreateEqIn>::new();
    let context = CreateEqIn::EQ_CONTEXT_ENTRY;
    // CAST: A power of two, and one of at most 2048 vectors.
    input.set(context.then(Eqc::LOG_EQ_SIZE), ring.log_size() as u8);
    input.set(context.then(Eqc::UAR_PAGE), ring.uar());
    input.set(context.then(Eqc::INTR), vector as u16);
    if let Some(word) = CreateEqIn::EVENT_BITMASK.at(0) {
        input.set(word, mask);
    }
    let mut output = Block::<CreateEqOut>::new();
    ring.lend();
    let created = ring.addresses().and_then(|addresses| {
        card.run_with::<CreateEq>(input, &addresses, Output(output.as_mut(), &mut []))
    });
    created.inspect_err(|error| {
        if *error != ETIMEDOUT && !card.is_dead() {
            ring.take_back();
        }
    })?;
    ring.created(card, output.get(CreateEqOut::EQ_NUMBER));
    Ok(())
}

/// Reads the queues when there is an interrupt.
pub(crate) struct Handler<'up> {
    card: &'up Card<'up>,
    features: events::Features,
    queues: Arc<Queues>,
}

impl Handler<'_> {
    fn end_command(&self, event: &Block<Eqe>) {
        if event.get(Eqe::EVENT_TYPE) == EventType::CMD {
            let event = event.view();
            let event = View::<CmdInterCompEvent>::of_any_length(event.bytes(Eqe::EVENT_DATA));
            self.card
                .queue
                .complete(event.get(CmdInterCompEvent::COMMAND_COMPLETION_VECTOR));
        }
    }

    fn answer(&self, event: &Block<Eqe>) {
        if event.get(Eqe::EVENT_TYPE) == EventType::PAGE_REQUEST {
            let event = event.view();
            let event = View::<PagesReqEvent>::of_any_length(event.bytes(Eqe::EVENT_DATA));
            self.card.answer_page_request(&PageRequest::new(event));
        }
    }
}

impl ThreadedHandler for Handler<'_> {
    fn handle(&self) -> ThreadedIrqReturn {
        let queues = &self.queues;
        while let Some(event) = queues.command.next() {
            self.end_command(&event);
        }
        queues.command.arm(self.card);
        let has_more =
            queues.asynchronous.has_event() || queues.pages.as_ref().is_some_and(Ring::has_event);
        if has_more {
            ThreadedIrqReturn::WakeThread
        } else {
            ThreadedIrqReturn::Handled
        }
    }

    fn handle_threaded(&self) -> IrqReturn {
        let queues = &self.queues;
        let reading = queues.reading.lock();
        while let Some(event) = queues.asynchronous.next() {
            events::handle(self.card, self.features, &event);
        }
        queues.asynchronous.arm(self.card);
        if let Some(pages) = &queues.pages {
            while let Some(event) = pages.next() {
                self.answer(&event);
            }
            pages.arm(self.card);
        }
        drop(reading);
        IrqReturn::Handled
    }
}
