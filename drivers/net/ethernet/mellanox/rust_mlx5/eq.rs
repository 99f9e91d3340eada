// SPDX-License-Identifier: GPL-2.0

//! Event queues: one for the end of commands, one for requests for pages, one for all else. They
//! share an interrupt. Its first half ends the waits for commands, its second half, which may wait
//! for commands itself, does the rest.

mod ring;

use self::ring::Ring;

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
}

impl Queues {
    fn new(card: &Card<'_>, caps: &Caps, uar: &Uar<'_>, events: usize) -> Result<Arc<Self>> {
        let dev = card.dev.as_ref();
        let ring = |events| Ring::new(dev, events, uar.index());
        let pages = if caps.get(CmdHcaCap::PAGE_REQUEST_DISABLE) {
            None
        } else {
            Some(ring(PAGES)?)
        };
        let queues = try_pin_init!(Queues {
            command: ring(COMMANDS)?,
            asynchronous: ring(events)?,
            pages,
            reading <- new_mutex!(()),
        }? Error);
        Arc::pin_init(queues, GFP_KERNEL)
    }

    /// Whether the device may write to their memory.
    fn is_lent(&self) -> bool {
        self.command.is_lent()
            || self.asynchronous.is_lent()
            || self.pages.as_ref().is_some_and(Ring::is_lent)
    }
}

/// The queues, while the device has them.
pub(crate) struct EventQueues<'up> {
    card: &'up Card<'up>,
    features: events::Features,
    queues: Arc<Queues>,
}

impl<'up> EventQueues<'up> {
    /// Memory for them, with room for so many events that are about no command and no pages. The
    /// device has them when they were [created](Self::create).
    pub(crate) fn new(
        card: &'up Card<'up>,
        caps: &Caps,
        uar: &Uar<'_>,
        events: usize,
    ) -> Result<Self> {
        Ok(EventQueues {
            card,
            features: events::Features::new(caps),
            queues: Queues::new(card, caps, uar, events)?,
        })
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
        let mut input = Block::<CreateEqIn>::new();
        let context = CreateEqIn::EQ_CONTEXT_ENTRY;
        // CAST: A power of two.
        input.set(context.then(Eqc::LOG_EQ_SIZE), ring.log_size() as u8);
        input.set(context.then(Eqc::UAR_PAGE), ring.uar());
        input.set(context.then(Eqc::INTR), VECTOR as u16);
        if let Some(word) = CreateEqIn::EVENT_BITMASK.at(0) {
            input.set(word, mask);
        }
        let mut output = Block::<CreateEqOut>::new();
        ring.lend();
        let created = ring.addresses().and_then(|addresses| {
            self.card
                .run_with::<CreateEq>(input, &addresses, Output(output.as_mut(), &mut []))
        });
        created.inspect_err(|error| {
            if *error != ETIMEDOUT && !self.card.is_dead() {
                ring.take_back();
            }
            dev_warn!(
                self.card.dev.as_ref(),
                "failed to create {} EQ {}\n",
                name,
                error.to_errno()
            );
        })?;
        ring.created(self.card, output.get(CreateEqOut::EQ_NUMBER));
        Ok(())
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
