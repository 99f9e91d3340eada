// SPDX-License-Identifier: GPL-2.0

//! The entries of an event queue: a ring in memory that the device writes to.

use crate::{
    caps::EQS_PER_UAR,
    card::Card,
    layout::{
        byte,
        Field, //
    },
};

use kernel::{
    device::{
        Bound,
        Device, //
    },
    dma::Coherent,
    io::{
        io_project,
        io_read,
        Io, //
    },
    page::PAGE_SIZE,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed,
            Release, //
        },
        barrier, //
    },
};

/// How many bytes of an entry say something (`MLX4_EQ_ENTRY_SIZE`); in a large one, they are the
/// last ones.
const ENTRY: usize = 32;

/// How many more entries there are than events are expected, so that the device has room while the
/// driver has not told it yet how far it has read (`MLX4_NUM_SPARE_EQE`).
const SPARE: usize = 0x80;

/// The last byte of an entry, in which the owner's bit changes with each round.
const OWNER: usize = ENTRY - 1;
const OWNER_SHIFT: u32 = 7;

/// Where in a page of doorbells those of event queues begin, and how far they are from each other.
const DOORBELLS: usize = 0x800;
const DOORBELL: usize = 8;

/// A doorbell's number of entries, and that the next event is to raise an interrupt.
const CONSUMER: u32 = 0xff_ffff;
const ARM: u32 = 1 << 31;

/// The queue does not exist.
const NONE: u32 = u32::MAX;

/// What is in the entry of an event.
pub(super) const TYPE: Field<u8> = byte(1);
pub(super) const SUBTYPE: Field<u8> = byte(3);
/// Where what it is about begins.
pub(super) const DATA: usize = 4;

/// An event, as the device has written it.
pub(crate) struct Event([u8; ENTRY]);

impl Event {
    /// What it is about.
    pub(crate) fn get<T: crate::layout::Value>(&self, field: Field<T>) -> T {
        field.get(&self.0)
    }

    pub(crate) fn kind(&self) -> u8 {
        self.get(TYPE)
    }

    pub(crate) fn subtype(&self) -> u8 {
        self.get(SUBTYPE)
    }

    pub(crate) fn owner(&self) -> u8 {
        self.0[OWNER]
    }
}

/// A ring of entries.
pub(crate) struct Ring {
    pages: KVec<Coherent<[u8]>>,
    /// How many bytes are from an entry to the next one.
    stride: usize,
    log_size: u32,
    /// How many entries were read so far.
    consumer: Atomic<u32>,
    /// The queue's number, while the device has it.
    number: Atomic<u32>,
    /// Whether the device may write to the memory.
    lent: Atomic<bool>,
}

impl Ring {
    /// Memory for a queue of so many events.
    pub(super) fn new(dev: &Device<Bound>, events: usize, stride: usize) -> Result<Self> {
        let size = (events + SPARE).next_power_of_two();
        let count = (size * stride).div_ceil(PAGE_SIZE);
        let mut pages = KVec::with_capacity(count, GFP_KERNEL)?;
        for _ in 0..count {
            pages.push(
                Coherent::zeroed_slice(dev, PAGE_SIZE, GFP_KERNEL)?,
                GFP_KERNEL,
            )?;
        }
        Ok(Ring {
            pages,
            stride,
            log_size: size.trailing_zeros(),
            consumer: Atomic::new(0),
            number: Atomic::new(NONE),
            lent: Atomic::new(false),
        })
    }

    pub(crate) fn log_size(&self) -> u32 {
        self.log_size
    }

    /// Where the device finds the pages.
    pub(super) fn addresses(&self) -> Result<KVec<u64>> {
        let mut addresses = KVec::with_capacity(self.pages.len(), GFP_KERNEL)?;
        for page in &self.pages {
            addresses.push(page.dma_address(), GFP_KERNEL)?;
        }
        Ok(addresses)
    }

    /// The device has the queue, as number `number`, and has made all entries its own.
    pub(super) fn created(&self, number: u32) {
        self.consumer.store(0, Relaxed);
        self.number.store(number, Release);
    }

    /// The queue's number, if the device has it.
    pub(crate) fn number(&self) -> Option<u32> {
        match self.number.load(Relaxed) {
            NONE => None,
            number => Some(number),
        }
    }

    /// Nothing is read from it any more.
    pub(super) fn close(&self) -> Option<u32> {
        let number = self.number();
        self.number.store(NONE, Relaxed);
        number
    }

    /// How many entries were read.
    pub(crate) fn consumer(&self) -> u32 {
        self.consumer.load(Relaxed)
    }

    /// The page that an entry is in, and where in that it says something.
    fn page_of(&self, at: u32) -> Result<(&Coherent<[u8]>, usize)> {
        // CAST: The ring's size is one of memory.
        let entry = at as usize & ((1 << self.log_size) - 1);
        let offset = entry * self.stride + self.stride - ENTRY;
        let page = self.pages.get(offset / PAGE_SIZE).ok_or(EINVAL)?;
        Ok((page, offset % PAGE_SIZE))
    }

    /// Whether the device has written the entry that it writes as number `at`.
    fn is_written(&self, at: u32) -> Result<bool> {
        let (page, offset) = self.page_of(at)?;
        let owner: u8 = io_read!(page, [try: offset + OWNER]);
        let round = at >> self.log_size & 1;
        Ok(u32::from(owner) >> OWNER_SHIFT == round)
    }

    /// Takes the next entry, if there is one. Only one task at a time may.
    pub(super) fn next(&self) -> Option<Event> {
        let at = self.consumer();
        if self.number().is_none() || !self.is_written(at).unwrap_or(false) {
            return None;
        }
        barrier::dma_mb(barrier::Read);
        let event = self.read(at).ok()?;
        self.consumer.store(at.wrapping_add(1), Relaxed);
        Some(event)
    }

    fn read(&self, at: u32) -> Result<Event> {
        let (page, offset) = self.page_of(at)?;
        let mut entry = [0; ENTRY];
        io_project!(page, [try: offset..offset + ENTRY]).copy_to_slice(&mut entry);
        Ok(Event(entry))
    }

    /// Has `handle` do something about all events that there are, and then has an interrupt raised
    /// when there is another one.
    pub(super) fn drain(&self, card: &Card<'_>, mut handle: impl FnMut(&Event)) {
        let mut taken = 0;
        while let Some(event) = self.next() {
            handle(&event);
            taken += 1;
            // The device must know before it has used up the spare entries.
            if taken % SPARE == 0 {
                self.ring(card, 0);
            }
        }
        self.arm(card);
    }

    /// Says how far it was read, and has an interrupt raised when there is more.
    pub(super) fn arm(&self, card: &Card<'_>) {
        self.ring(card, ARM);
    }

    fn ring(&self, card: &Card<'_>, flags: u32) {
        if let Some(number) = self.number() {
            // CAST: Less than `EQS_PER_UAR`.
            let offset = DOORBELLS + DOORBELL * (number % EQS_PER_UAR) as usize;
            let value = self.consumer() & CONSUMER | flags;
            // If there is no such page, so that this fails, a command ends by being looked at.
            let _ = card.ring(number / EQS_PER_UAR, offset, value);
        }
    }

    /// The device may write to it from now on.
    pub(super) fn lend(&self) {
        self.lent.store(true, Relaxed);
    }

    /// The device does not write to it any more.
    pub(super) fn take_back(&self) {
        self.lent.store(false, Relaxed);
    }

    /// Whether the device may write to it.
    pub(super) fn is_lent(&self) -> bool {
        self.lent.load(Relaxed)
    }
}
