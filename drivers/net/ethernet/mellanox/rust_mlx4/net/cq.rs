// SPDX-License-Identifier: GPL-2.0

//! Completion queues: in which the device says what was sent and received.

use super::{
    config::Moderation,
    maker::Maker, //
};

use crate::{
    caps::Feature,
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    eq::CompletionEvents,
    layout::{
        byte,
        half,
        long,
        word,
        Field,
        Mailbox,
        Value, //
    },
    numbers::Number,
    queue::{
        HasMemory,
        Memory, //
    }, //
};

use kernel::{
    net::napi::Napi,
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

/// The context of a queue (`struct mlx4_cq_context`).
mod context {
    use super::*;

    pub(super) const LOG_SIZE: Field<u32> = word(12).bits(24, 5);
    pub(super) const UAR: Field<u32> = word(12).bits(0, 24);
    pub(super) const PERIOD: Field<u16> = half(16);
    pub(super) const MAX_COUNT: Field<u16> = half(18);
    pub(super) const EQ: Field<u8> = byte(23);
    pub(super) const LOG_PAGE: Field<u8> = byte(24).bits(0, 6);
    pub(super) const MTT: Field<u64> = long(24).bits(0, 40);
    pub(super) const RECORD: Field<u64> = long(56);
}

/// What an entry says (`struct mlx4_cqe`, `struct mlx4_err_cqe`).
pub(super) mod entry {
    use super::*;

    pub(crate) const HAS_SERVICE_TAG: Field<bool> = word(0).bit(30);
    pub(crate) const HAS_TAG: Field<bool> = word(0).bit(29);
    pub(crate) const HASH: Field<u32> = word(4);
    pub(crate) const TAG: Field<u16> = half(12);
    pub(crate) const STATUS: Field<u16> = half(16);
    pub(crate) const HAS_BAD_FCS: Field<bool> = byte(19).bit(4);
    pub(crate) const BYTES: Field<u32> = word(20);
    pub(crate) const WQE: Field<u16> = half(24);
    pub(crate) const CHECKSUM: Field<u16> = half(26);
    pub(crate) const VENDOR_SYNDROME: Field<u8> = byte(26);
    pub(crate) const SYNDROME: Field<u8> = byte(27);
    pub(crate) const OPCODE: Field<u8> = byte(31).bits(0, 5);

    /// What [`OPCODE`] says of a failure (`MLX4_CQE_OPCODE_ERROR`).
    pub(crate) const FAILED: u8 = 0x1e;
}

/// How many bytes of an entry the device writes. Of larger ones it is the second such part.
const ENTRY: usize = 32;

/// The last word of these, with the owner's bit, which changes with each round.
const LAST: usize = ENTRY - size_of::<u32>();
const OWNER: u32 = 1 << 7;

/// What entries consist of that the device did not write (`mlx4_init_kernel_cqes()`): the owner's
/// bit is that of the round before.
const NOT_WRITTEN: u32 = 0xcccc_cccc;

/// Where in a page of doorbells that of completion queues is (`MLX4_CQ_DOORBELL`), and what it is
/// to do: have the next completion cause an event (`MLX4_CQ_DB_REQ_NOT`).
const DOORBELL: usize = 0x20;
const ARM: u32 = 2 << 24;

/// The numbers of entries have so many bits.
const INDEX: u32 = 0xff_ffff;

/// An entry.
pub(super) struct Completion([u8; ENTRY]);

impl Completion {
    pub(super) fn get<T: Value>(&self, field: Field<T>) -> T {
        field.get(&self.0)
    }

    /// Whether it says that something failed.
    pub(super) fn has_failed(&self) -> bool {
        self.get(entry::OPCODE) == entry::FAILED
    }
}

/// The memory of a queue.
pub(crate) struct Ring<'up> {
    memory: Memory<'up>,
    log_size: u8,
    /// How large entries are, and where in them the part is that the device writes.
    entry: usize,
    offset: usize,
}

impl<'up> Ring<'up> {
    fn new(maker: &Maker<'up>, log_size: u8) -> Result<Self> {
        let entry = maker.caps.cqe_size();
        let memory = maker.memory(entry << log_size)?;
        for at in (0..entry << log_size).step_by(size_of::<u32>()) {
            memory.buffer.set_word(at, NOT_WRITTEN)?;
        }
        Ok(Ring {
            memory,
            log_size,
            entry,
            offset: if entry == 2 * ENTRY { ENTRY } else { 0 },
        })
    }

    /// Which of the ring's entries the one is that the device writes as number `at`.
    fn index(&self, at: u32) -> usize {
        // CAST: The ring's size is one of memory.
        at as usize & ((1 << self.log_size) - 1)
    }

    /// Reads the entry of that number, if the device has written it.
    fn read(&self, at: u32) -> Result<Option<Completion>> {
        let buffer = &self.memory.buffer;
        let offset = self.index(at) * self.entry + self.offset;
        let is_odd_round = at >> self.log_size & 1 != 0;
        if (buffer.word(offset + LAST)? & OWNER != 0) != is_odd_round {
            return Ok(None);
        }
        // The device wrote the owner after the rest.
        barrier::dma_mb(barrier::Read);
        let mut completion = Completion([0; ENTRY]);
        buffer.read(offset, &mut completion.0)?;
        Ok(Some(completion))
    }
}

/// A queue, while the device has it.
pub(crate) struct CompletionQueue<'up> {
    events: CompletionEvents<'up>,
    vector: usize,
    uar: u32,
    number: Number<'up>,
    ring: Arc<Ring<'up>>,
    /// How many events it has caused; the device wants to know which one it is asked for.
    caused: Arc<Atomic<u32>>,
}

impl<'up> CompletionQueue<'up> {
    /// A queue of `1 << log_size` entries whose events come by that vector (`mlx4_cq_alloc()`).
    pub(crate) fn new(maker: &Maker<'up>, vector: usize, log_size: u8) -> Result<Self> {
        let ring = Arc::new(Ring::new(maker, log_size)?, GFP_KERNEL)?;
        let caused = Arc::new(Atomic::new(1), GFP_KERNEL)?;
        let mut number = maker.cq()?;
        let eq = maker.events.queue_for(vector)?;
        let mut mailbox = Mailbox::new(maker.card)?;
        mailbox.set(context::LOG_SIZE, log_size.into());
        mailbox.set(context::UAR, maker.doorbells);
        // CAST: There are fewer than 256.
        mailbox.set(context::EQ, eq as u8);
        mailbox.set(context::MTT, ring.memory.address());
        mailbox.set(context::LOG_PAGE, ring.memory.log_page());
        mailbox.set(context::RECORD, ring.memory.record());
        let call = Call::new(Op::SW2HW_CQ)
            .modifier(number.get())
            // Whether the driver has filled it with entries that were not written.
            .op_modifier(maker.caps.has(Feature::SOFTWARE_CQ_INIT).into());
        maker.card.run_with(call, &mailbox).inspect_err(|_| {
            if maker.card.may_still_do_it() {
                ring.memory.keep(maker.card);
                ring.memory.abandon();
                number.abandon();
            }
        })?;
        Ok(CompletionQueue {
            events: maker.events.clone(),
            vector,
            uar: maker.doorbells,
            number,
            ring,
            caused,
        })
    }

    fn card(&self) -> &'up Card<'up> {
        self.events.card()
    }

    pub(crate) fn number(&self) -> u32 {
        self.number.get()
    }

    /// How long events wait from now on (`mlx4_cq_modify()`).
    pub(crate) fn moderate(&self, moderation: Moderation) -> Result {
        const MODERATION: u8 = 1;

        let mut mailbox = Mailbox::new(self.card())?;
        mailbox.set(context::MAX_COUNT, moderation.frames);
        mailbox.set(context::PERIOD, moderation.usecs);
        let call = Call::new(Op::MODIFY_CQ)
            .modifier(self.number())
            .op_modifier(MODERATION);
        self.card().run_with(call, &mailbox)
    }

    /// What reads it. There is one.
    pub(super) fn reader(&self) -> Reader<'up> {
        Reader {
            card: self.card(),
            uar: self.uar,
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
    /// `mlx4_cq_free()`.
    fn drop(&mut self) {
        /// The context is not wanted back.
        const NO_CONTEXT: u8 = 1;

        let card = self.card();
        let call = Call::new(Op::HW2SW_CQ)
            .modifier(self.number())
            .op_modifier(NO_CONTEXT);
        if let Err(error) = card.run(call) {
            dev_warn!(
                card.dev.as_ref(),
                "HW2SW_CQ failed ({}) for CQN {:06x}\n",
                error.to_errno(),
                self.number()
            );
            self.ring.memory.keep(card);
            self.ring.memory.abandon();
            self.number.abandon();
        }
        self.events.detach(self.vector, self.number());
    }
}

/// What came of looking at a completion queue.
pub(super) struct Looked {
    /// There may be more to do.
    pub(super) has_more: bool,
    /// The queue that it is for was found failed: it does nothing more.
    pub(super) has_failed: bool,
}

/// What reads a completion queue.
pub(super) struct Reader<'up> {
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
    pub(super) fn next(&mut self) -> Option<Completion> {
        let entry = self.ring.read(self.consumer).ok()??;
        self.consumer = self.consumer.wrapping_add(1);
        Some(entry)
    }

    /// The number of the queue, and the place of the entry that was taken last.
    pub(super) fn place(&self) -> (u32, usize) {
        (self.number, self.ring.index(self.consumer.wrapping_sub(1)))
    }

    /// Says how far it was read: the device can write there again.
    pub(super) fn consumed(&self) {
        self.ring.memory.set_first(self.consumer & INDEX);
    }

    /// What has the device cause an event when there is more.
    pub(super) fn arm(&self) -> Arm<'up> {
        Arm {
            card: self.card,
            uar: self.uar,
            number: self.number,
            ring: self.ring.clone(),
            caused: self.caused.clone(),
            consumer: self.consumer & INDEX,
        }
    }
}

/// Has the device cause an event when there is more in a completion queue.
pub(super) struct Arm<'up> {
    card: &'up Card<'up>,
    uar: u32,
    number: u32,
    ring: Arc<Ring<'up>>,
    caused: Arc<Atomic<u32>>,
    consumer: u32,
}

impl Arm<'_> {
    /// `mlx4_cq_arm()`.
    pub(super) fn ring(self) {
        // Two bits of it. With that of an event that came meanwhile the device does as it is asked.
        let count = (self.caused.load(Relaxed) & 3) << 28;
        let command = count | ARM;
        self.ring.memory.set_second(command | self.consumer);
        // The device reads that when it has got the doorbell.
        barrier::dma_mb(barrier::Write);
        let value = u64::from(command | self.number) << 32 | u64::from(self.consumer);
        // The page was there when the queue was made.
        let _ = self.card.ring_wide(self.uar, DOORBELL, value);
    }
}
