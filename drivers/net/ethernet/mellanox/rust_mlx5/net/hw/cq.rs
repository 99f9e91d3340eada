// SPDX-License-Identifier: GPL-2.0

//! Completion queues: in which the device says what was sent and received.

use super::{
    buffer::{
        Buffer,
        Record,
        Records, //
    },
    object::CqKind,
    queue::Queue, //
};

use crate::{
    card::Card,
    cmd::commands,
    eq::CompletionEvents,
    layout::{
        Block,
        Cqc,
        Cqe,
        CreateCqIn,
        ModifyCqIn,
        QueryCqIn,
        QueryCqOut,
        Structure, //
    },
    net::config::Moderation, //
};

use kernel::{
    net::{
        devlink::Fmsg,
        napi::Napi, //
    },
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        barrier,
        Arc, //
    }, //
};

commands! {
    do QueryCq = QUERY_CQ: QueryCqIn -> QueryCqOut;
    do ModifyCq = MODIFY_CQ: ModifyCqIn -> MboxOut;
}

/// The last byte of an entry: what happened, and the owner's bit, which changes with each round.
const OWNER: usize = Cqe::OWNER.offset() / 8;
const OWNER_BIT: u8 = 1;

/// What the driver writes there before the device did: nothing happened, and the entry is the
/// device's (`MLX5_CQE_INVALID`).
const INVALID: u8 = 0xf << 4 | OWNER_BIT;

/// Where in a page of doorbells that of completion queues is.
const DOORBELL: usize = 0x20;

/// The memory of a queue.
pub(crate) struct Ring<'up> {
    buffer: Buffer,
    record: Record<'up>,
    log_size: u8,
}

impl<'up> Ring<'up> {
    fn new(card: &'up Card<'up>, records: &Records<'up>, log_size: u8) -> Result<Self> {
        let buffer = Buffer::new(card.dev.as_ref(), Cqe::BYTES << log_size)?;
        for entry in 0..1 << log_size {
            buffer.set_byte(entry * Cqe::BYTES + OWNER, INVALID)?;
        }
        Ok(Ring {
            buffer,
            record: records.make()?,
            log_size,
        })
    }

    /// How many entries there are.
    fn len(&self) -> u32 {
        1 << self.log_size
    }

    /// Which of the ring's entries the one is that the device writes as number `at`.
    fn index(&self, at: u32) -> usize {
        // CAST: The ring's size is one of memory.
        at as usize & ((1 << self.log_size) - 1)
    }

    /// Where that one is in the buffer.
    fn offset(&self, at: u32) -> usize {
        self.index(at) * Cqe::BYTES
    }

    /// Reads the entry of that number, if the device has written it.
    fn read(&self, at: u32) -> Result<Option<Block<Cqe>>> {
        let offset = self.offset(at);
        let owner = self.buffer.byte(offset + OWNER)?;
        // CAST: The lowest bit of the round.
        let round = (at >> self.log_size) as u8;
        if (owner ^ round) & OWNER_BIT != 0 || owner >> 4 == INVALID >> 4 {
            return Ok(None);
        }
        // The device wrote the owner after the rest.
        barrier::dma_mb(barrier::Read);
        let mut entry = Block::new();
        self.buffer.read(offset, entry.as_mut())?;
        Ok(Some(entry))
    }
}

/// What is specific to a completion queue.
#[derive(Clone, Copy)]
pub(crate) struct CqConfig {
    pub(crate) log_size: u8,
    /// How long events wait for more completions, if the device can wait.
    pub(crate) moderation: Option<Moderation>,
}

/// A queue, while the device has it.
pub(crate) struct CompletionQueue<'up> {
    events: CompletionEvents<'up>,
    vector: usize,
    ring: Arc<Ring<'up>>,
    /// How many events it has caused; the device wants to know which one it is asked for.
    caused: Arc<Atomic<u32>>,
    queue: Queue<'up, CqKind, Ring<'up>>,
}

impl<'up> CompletionQueue<'up> {
    /// A queue whose events come by that vector (`mlx5e_open_cq()`).
    pub(crate) fn new(
        events: &CompletionEvents<'up>,
        vector: usize,
        records: &Records<'up>,
        config: &CqConfig,
    ) -> Result<Self> {
        let card = events.card();
        let ring = Arc::new(Ring::new(card, records, config.log_size)?, GFP_KERNEL)?;
        let context = CreateCqIn::CQ_CONTEXT;
        let mut input = Block::<CreateCqIn>::new();
        input.set(context.then(Cqc::LOG_CQ_SIZE), config.log_size);
        if let Some(moderation) = config.moderation {
            input.set(context.then(Cqc::CQ_PERIOD_MODE), moderation.mode());
        }
        let number = events.queue_for(vector)?;
        input.set(context.then(Cqc::C_EQN_OR_APU_ELEMENT), number.into());
        input.set(context.then(Cqc::UAR_PAGE), events.uar());
        input.set(context.then(Cqc::DBR_ADDR), ring.record.dma_address());
        let addresses = ring.buffer.addresses()?;
        let queue = CompletionQueue {
            events: events.clone(),
            vector,
            queue: Queue::new(card, ring.clone(), input, &addresses)?,
            ring,
            caused: Arc::new(Atomic::new(0), GFP_KERNEL)?,
        };
        if let Some(moderation) = config.moderation {
            queue.moderate(moderation)?;
        }
        Ok(queue)
    }

    /// How long events wait from now on (`mlx5e_modify_cq_moderation()`).
    pub(crate) fn moderate(&self, moderation: Moderation) -> Result {
        /// The period, the count, and the mode of moderation.
        const FIELDS: u32 = 0x13;

        let context = ModifyCqIn::CQ_CONTEXT;
        let mut input = Block::<ModifyCqIn>::new();
        input.set(ModifyCqIn::CQN, self.number());
        input.set(ModifyCqIn::MODIFY_FIELD_SELECT_RESIZE_FIELD_SELECT, FIELDS);
        input.set(context.then(Cqc::CQ_PERIOD_MODE), moderation.mode());
        input.set(context.then(Cqc::CQ_PERIOD), moderation.usecs);
        input.set(context.then(Cqc::CQ_MAX_COUNT), moderation.frames);
        self.card().run::<ModifyCq>(input).map(drop)
    }

    pub(crate) fn card(&self) -> &'up Card<'up> {
        self.events.card()
    }

    pub(crate) fn number(&self) -> u32 {
        self.queue.number()
    }

    /// In which page of the BAR its doorbell is, and those of the queues that it is for.
    pub(crate) fn uar(&self) -> u32 {
        self.events.uar()
    }

    /// Says what all of a kind have in common (`mlx5e_health_cq_common_diag_fmsg()`).
    pub(crate) fn describe(&self, out: &mut Fmsg<'_>) -> Result {
        out.pair_object(c"CQ", |out| {
            out.pair(c"stride size", Cqe::BYTES as u64);
            out.pair(c"size", self.ring.len());
            Ok(())
        })
    }

    /// Says how it is, and what its events come by (`mlx5e_health_cq_diag_fmsg()`,
    /// `mlx5e_health_eq_diag_fmsg()`).
    pub(crate) fn diagnose(&self, out: &mut Fmsg<'_>) -> Result {
        let mut input = Block::<QueryCqIn>::new();
        input.set(QueryCqIn::CQN, self.number());
        let queue = self.card().run::<QueryCq>(input).unwrap_or_default();
        let status = queue.get(QueryCqOut::CQ_CONTEXT.then(Cqc::STATUS));
        out.pair_object(c"CQ", |out| {
            out.pair(c"cqn", self.number());
            out.pair(c"HW status", status);
            // CAST: As the size of the ring.
            out.pair(c"ci", self.ring.index(self.ring.record.first()) as u32);
            out.pair(c"size", self.ring.len());
            Ok(())
        })?;
        let Some(events) = self.events.describe(self.vector) else {
            return Ok(());
        };
        out.pair_object(c"EQ", |out| {
            out.pair(c"eqn", events.number);
            // CAST: There are fewer vectors.
            out.pair(c"vecidx", self.vector as u32);
            out.pair(c"ci", events.consumed);
            out.pair(c"size", events.size);
            Ok(())
        })
    }

    /// What reads it. There is one.
    pub(crate) fn reader(&self) -> Reader<'up> {
        Reader {
            card: self.card(),
            uar: self.uar(),
            number: self.number(),
            ring: self.ring.clone(),
            caused: self.caused.clone(),
            consumer: 0,
        }
    }

    /// Has an event have that polled, as long as the queue exists.
    pub(crate) fn attach(&self, napi: &Napi) -> Result {
        self.events
            .attach(self.vector, self.number(), &self.caused, napi)
    }
}

impl Drop for CompletionQueue<'_> {
    fn drop(&mut self) {
        self.events.detach(self.vector, self.number());
    }
}

/// What reads a completion queue.
pub(crate) struct Reader<'up> {
    card: &'up Card<'up>,
    uar: u32,
    number: u32,
    ring: Arc<Ring<'up>>,
    caused: Arc<Atomic<u32>>,
    /// How many entries were read.
    consumer: u32,
}

impl<'up> Reader<'up> {
    /// Takes the next entry, if there is one.
    pub(crate) fn next(&mut self) -> Option<Block<Cqe>> {
        let entry = self.ring.read(self.consumer).ok()??;
        self.consumer = self.consumer.wrapping_add(1);
        Some(entry)
    }

    /// Logs what the entry says that was taken last, one about a failure
    /// (`mlx5e_dump_error_cqe()`).
    pub(crate) fn report(&self, failure: &Block<Cqe>) {
        dev_err!(
            self.card.dev.as_ref(),
            "Error cqe on cqn 0x{:x}, ci 0x{:x}, qn 0x{:x}, opcode 0x{:x}, syndrome 0x{:x}, \
             vendor syndrome 0x{:x}\n",
            self.number,
            self.ring.index(self.consumer.wrapping_sub(1)),
            failure.get(Cqe::QPN),
            failure.get(Cqe::OPCODE),
            failure.get(Cqe::SYNDROME),
            failure.get(Cqe::VENDOR_SYNDROME)
        );
    }

    /// Says how far it was read: the device can write there again.
    pub(crate) fn consumed(&self) {
        self.ring.record.set_first(self.consumer & 0xff_ffff);
    }

    /// What has the device cause an event when there is more.
    pub(crate) fn arm(&self) -> Arm<'up> {
        Arm {
            card: self.card,
            uar: self.uar,
            number: self.number,
            ring: self.ring.clone(),
            // Two bits of it, and how far it was read.
            value: (self.caused.load(Relaxed) & 3) << 28 | self.consumer & 0xff_ffff,
        }
    }
}

/// Has the device cause an event when there is more in a completion queue.
pub(crate) struct Arm<'up> {
    card: &'up Card<'up>,
    uar: u32,
    number: u32,
    ring: Arc<Ring<'up>>,
    value: u32,
}

impl Arm<'_> {
    /// `mlx5_cq_arm()`.
    pub(crate) fn ring(self) {
        self.ring.record.set_second(self.value);
        // The device reads that when it has got the doorbell.
        barrier::dma_mb(barrier::Write);
        let value = u64::from(self.value) << 32 | u64::from(self.number);
        // CAST: A number of a page of the BAR, as the device has said it. If there is none, queues
        // could not be made.
        let _ = self
            .card
            .segment
            .ring_wide(self.uar as usize, DOORBELL, value);
    }
}
