// SPDX-License-Identifier: GPL-2.0

//! The entries of an event queue: a ring in memory that the device writes to.

use crate::{
    card::Card,
    layout::{
        Block,
        Eqe,
        Structure, //
    }, //
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
        io_write,
        Io, //
    },
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

/// The device's pages.
const PAGE: usize = 4096;
const PER_PAGE: usize = PAGE / Eqe::BYTES;

/// How many more entries there are than events are expected, so that the device has room while the
/// driver has not told it yet how far it has read (`MLX5_NUM_SPARE_EQE`).
const SPARE: usize = 0x80;

/// The last byte of an entry, in which the owner's bit is the lowest. It changes with each round.
const OWNER: usize = Eqe::OWNER.offset() / 8;

/// Where in a page of doorbells that of event queues is which also arms them.
const ARM: usize = 0x40;

/// The queue does not exist.
const NONE: u32 = u32::MAX;

/// A ring of entries.
pub(super) struct Ring {
    pages: KVec<Coherent<[u8]>>,
    log_size: u32,
    /// How many entries were read so far.
    consumer: Atomic<u32>,
    /// The queue's number, while the device has it.
    number: Atomic<u32>,
    /// In which page of the BAR its doorbell is.
    uar: u32,
    /// Whether the device may write to the memory.
    lent: Atomic<bool>,
}

impl Ring {
    /// Memory for a queue of so many events.
    pub(super) fn new(dev: &Device<Bound>, events: usize, uar: u32) -> Result<Self> {
        let size = (events + SPARE).next_power_of_two();
        let mut pages = KVec::with_capacity(size.div_ceil(PER_PAGE), GFP_KERNEL)?;
        for _ in 0..size.div_ceil(PER_PAGE) {
            let page: Coherent<[u8]> = Coherent::zeroed_slice(dev, PAGE, GFP_KERNEL)?;
            for entry in 0..PER_PAGE {
                // The device has written none of this round.
                io_write!(page, [try: entry * Eqe::BYTES + OWNER], 1);
            }
            pages.push(page, GFP_KERNEL)?;
        }
        Ok(Ring {
            pages,
            log_size: size.trailing_zeros(),
            consumer: Atomic::new(0),
            number: Atomic::new(NONE),
            uar,
            lent: Atomic::new(false),
        })
    }

    pub(super) fn log_size(&self) -> u32 {
        self.log_size
    }

    pub(super) fn uar(&self) -> u32 {
        self.uar
    }

    /// Where the device finds the pages.
    pub(super) fn addresses(&self) -> Result<KVec<u8>> {
        let mut addresses = KVec::new();
        for page in &self.pages {
            let address = page.dma_address().to_be_bytes();
            addresses.extend_from_slice(&address, GFP_KERNEL)?;
        }
        Ok(addresses)
    }

    /// The device has the queue, as number `number`.
    pub(super) fn created(&self, card: &Card<'_>, number: u8) {
        self.number.store(number.into(), Release);
        self.arm(card);
    }

    /// The queue's number, if the device has it.
    pub(super) fn number(&self) -> Option<u8> {
        // CAST: It was set from 8 bits.
        match self.number.load(Relaxed) {
            NONE => None,
            number => Some(number as u8),
        }
    }

    /// How many events were read.
    pub(super) fn consumed(&self) -> u32 {
        self.consumer.load(Relaxed)
    }

    /// Nothing is read from it any more.
    pub(super) fn close(&self) -> Option<u8> {
        let number = self.number();
        self.number.store(NONE, Relaxed);
        number
    }

    /// Whether there is an entry that was not read.
    pub(super) fn has_event(&self) -> bool {
        let at = self.consumer.load(Relaxed);
        self.number().is_some() && self.is_written(at).unwrap_or(false)
    }

    fn page_of(&self, at: u32) -> Result<(&Coherent<[u8]>, usize)> {
        // CAST: The ring's size is one of memory.
        let entry = at as usize & ((1 << self.log_size) - 1);
        let page = self.pages.get(entry / PER_PAGE).ok_or(EINVAL)?;
        Ok((page, entry % PER_PAGE * Eqe::BYTES))
    }

    /// Whether the device has written the entry that it writes as number `at`.
    fn is_written(&self, at: u32) -> Result<bool> {
        let (page, offset) = self.page_of(at)?;
        let owner: u8 = io_read!(page, [try: offset + OWNER]);
        Ok((u32::from(owner) ^ at >> self.log_size) & 1 == 0)
    }

    /// Takes the next entry, if there is one. Only one task at a time may.
    pub(super) fn next(&self) -> Option<Block<Eqe>> {
        let at = self.consumer.load(Relaxed);
        if self.number().is_none() || !self.is_written(at).unwrap_or(false) {
            return None;
        }
        barrier::dma_mb(barrier::Read);
        let entry = self.read(at).ok()?;
        self.consumer.store(at.wrapping_add(1), Relaxed);
        Some(entry)
    }

    fn read(&self, at: u32) -> Result<Block<Eqe>> {
        let (page, offset) = self.page_of(at)?;
        let mut entry = Block::<Eqe>::new();
        io_project!(page, [try: offset..offset + Eqe::BYTES]).copy_to_slice(entry.as_mut());
        Ok(entry)
    }

    /// Says how far it was read, and has an interrupt raised when there is more.
    pub(super) fn arm(&self, card: &Card<'_>) {
        if let Some(number) = self.number() {
            let value = u32::from(number) << 24 | self.consumer.load(Relaxed) & 0xff_ffff;
            // CAST: A number of a page of the BAR, as the device has said it. If there is none, so
            // that this fails, commands end by being looked at.
            let _ = card.segment.ring(self.uar as usize, ARM, value);
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
