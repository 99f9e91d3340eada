// SPDX-License-Identifier: GPL-2.0

//! The command queue: entries that the device executes in any order, and who waits for which.
//!
//! An entry belongs to one command until the device has given it back. If nobody waits for that any
//! more, because it took too long or the device is dead, the entry *keeps* the command's message:
//! the device may still write to it. What is kept is freed when the device gives the entry back
//! after all, or when it was [stopped](Queue::forget_kept).

use super::{
    mailbox::{
        signature,
        INLINE, //
    },
    message::{
        Input,
        Message,
        Output, //
    },
    status::Delivery, //
};

use crate::{
    layout::{
        Block,
        CmdQueueEntry,
        Structure, //
    },
    segment::CMDQ_ADDR_L_SZ, //
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
    new_condvar,
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        barrier,
        Completion,
        CondVar,
        Mutex, //
    },
    time::Jiffies, //
};

use core::mem::forget;
use pin_init::pin_init_array_from_fn;

/// How many entries a queue can have: the doorbell has a bit for each.
const MAX_ENTRIES: usize = 32;

/// The queue's memory, to a multiple of which it is aligned.
const QUEUE_SIZE: usize = 4096;

/// Entries are for a PCI device.
const TYPE_PCI: u8 = 7;

/// Where in an entry its last byte is, which says whose it is.
const OWNERSHIP: usize = CmdQueueEntry::OWNERSHIP.offset() / 8;
const OWNED_BY_DEVICE: u8 = 1;

/// Who may send commands, and what becomes of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The device does not know the queue.
    Down,
    /// It executes commands.
    Up,
    /// It is dead or gone.
    Dead,
}

/// What is known of the queue's entries.
struct Slots {
    log_size: u32,
    log_stride: u32,
    /// Entries that are of a command, a bit for each. Also while the device is down: who waited for
    /// the end of one learns about that later.
    used: u32,
    /// Messages that the device may still write to, though nobody waits for them.
    kept: [Option<Message>; MAX_ENTRIES],
}

impl Slots {
    /// Which entries commands of a kind use: the last one is only for pages, which the firmware may
    /// want while all others are in use by commands for which it wants them.
    fn usable(&self, pages: bool) -> u32 {
        // The queue has at most `MAX_ENTRIES`.
        let last = 1_u32 << ((1_u32 << self.log_size) - 1);
        if pages {
            last
        } else {
            last - 1
        }
    }

    fn kept_mask(&self) -> u32 {
        let kept = self.kept.iter().enumerate();
        kept.filter(|(_, message)| message.is_some())
            .fold(0, |mask, (index, _)| mask | 1 << index)
    }
}

/// The command queue.
#[pin_data]
pub(crate) struct Queue {
    memory: Coherent<[u8]>,
    #[pin]
    slots: Mutex<Slots>,
    /// An entry became free, or does no more.
    #[pin]
    changed: CondVar,
    /// Who waits for an entry is to look at it, or at the queue's state.
    #[pin]
    look: [Completion; MAX_ENTRIES],
    state: Atomic<u32>,
    by_events: Atomic<bool>,
    token: Atomic<u32>,
}

impl Queue {
    pub(crate) fn new<'a>(dev: &'a Device<Bound>) -> impl PinInit<Self, Error> + 'a {
        try_pin_init!(Queue {
            memory: Coherent::zeroed_slice(dev, QUEUE_SIZE, GFP_KERNEL)?,
            slots <- new_mutex!(Slots {
                log_size: 0,
                log_stride: 0,
                used: 0,
                kept: [const { None }; MAX_ENTRIES],
            }),
            changed <- new_condvar!(),
            look <- pin_init_array_from_fn(|_| Completion::new()),
            state: Atomic::new(State::Down as u32),
            by_events: Atomic::new(false),
            token: Atomic::new(0),
        }? Error)
    }

    /// Where the device finds the queue.
    pub(super) fn address(&self) -> u64 {
        self.memory.dma_address()
    }

    pub(super) fn state(&self) -> State {
        match self.state.load(Relaxed) {
            up if up == State::Up as u32 => State::Up,
            down if down == State::Down as u32 => State::Down,
            _ => State::Dead,
        }
    }

    /// Changes who may send commands. Who waits for the end of one learns about it.
    pub(super) fn set_state(&self, state: State) {
        self.state.store(state as u32, Relaxed);
        self.wake();
    }

    /// What accepted commands until now is dead. Who waits for the end of one learns about it.
    pub(super) fn set_dead(&self) {
        let _ = self
            .state
            .cmpxchg(State::Up as u32, State::Dead as u32, Relaxed);
        self.wake();
    }

    /// Whether the end of a command is an event.
    pub(super) fn is_by_events(&self) -> bool {
        self.by_events.load(Relaxed)
    }

    /// From now on the end of a command is an event, or no longer: then, who waits for an event
    /// polls instead.
    pub(super) fn set_by_events(&self, by_events: bool) {
        self.by_events.store(by_events, Relaxed);
        self.wake();
    }

    fn wake(&self) {
        for look in &self.look {
            look.complete();
        }
        self.changed.notify_all();
    }

    /// The device says that it has given back these entries. Can be called in any context.
    pub(crate) fn complete(&self, entries: u32) {
        for (index, look) in self.look.iter().enumerate() {
            if entries & 1 << index != 0 {
                look.complete();
            }
        }
    }

    /// A token, which is not 0.
    pub(super) fn next_token(&self) -> u8 {
        // CAST: It wraps.
        match self.token.fetch_add(1, Relaxed) as u8 {
            u8::MAX => self.next_token(),
            token => token + 1,
        }
    }

    /// The queue is as the firmware says. Fails with `EINVAL` if that makes no sense.
    pub(super) fn set_size(&self, dev: &Device<Bound>, register: CMDQ_ADDR_L_SZ) -> Result {
        let (log_size, log_stride) = (register.log_size().get(), register.log_stride().get());
        if 1 << log_size > MAX_ENTRIES {
            dev_err!(
                dev,
                "firmware reports too many outstanding commands {}\n",
                1 << log_size
            );
            return Err(EINVAL);
        }
        if 1 << log_stride < CmdQueueEntry::BYTES || 1 << (log_size + log_stride) > QUEUE_SIZE {
            dev_err!(dev, "command queue size overflow\n");
            return Err(EINVAL);
        }
        let mut slots = self.slots.lock();
        slots.log_size = log_size;
        slots.log_stride = log_stride;
        Ok(())
    }

    /// Takes an entry, and waits if there is none. Fails with `EAGAIN` if the device does not give
    /// any back, with `ENXIO` if it is dead.
    pub(super) fn take(&self, dev: &Device<Bound>, pages: bool) -> Result<Slot<'_>> {
        let mut slots = self.slots.lock();
        loop {
            if self.state() != State::Up {
                return Err(ENXIO);
            }
            self.free_finished(dev, &mut slots);
            let usable = slots.usable(pages);
            let free = usable & !slots.used;
            if free != 0 {
                let index = free.trailing_zeros();
                slots.used |= 1 << index;
                // CAST: An index of an entry, and an offset in a page.
                return Ok(Slot {
                    queue: self,
                    index: index as usize,
                    offset: (index as usize) << slots.log_stride,
                });
            }
            if slots.kept_mask() & usable == usable {
                dev_err!(dev, "All CMD slots are stalled, aborting command\n");
                return Err(EAGAIN);
            }
            self.changed.wait(&mut slots);
        }
    }

    /// Frees what was kept for commands that the device has finished after all.
    fn free_finished(&self, dev: &Device<Bound>, slots: &mut Slots) {
        let log_stride = slots.log_stride;
        for (index, kept) in slots.kept.iter_mut().enumerate() {
            if kept.is_some() && self.is_done(index << log_stride) {
                dev_err!(
                    dev,
                    "Command completion arrived after timeout (entry idx = {}).\n",
                    index
                );
                *kept = None;
                slots.used &= !(1 << index);
            }
        }
    }

    /// Whether there is memory that the device may write to though nobody waits for that.
    pub(crate) fn has_kept(&self) -> bool {
        self.slots.lock().kept_mask() != 0
    }

    /// Frees what is kept: the device was stopped, or cannot write any more.
    pub(crate) fn forget_kept(&self) {
        let mut slots = self.slots.lock();
        slots.used &= !slots.kept_mask();
        slots.kept = [const { None }; MAX_ENTRIES];
    }

    /// Whether an entry is not the device's.
    fn is_done(&self, offset: usize) -> bool {
        let owner = || Ok::<u8, Error>(io_read!(self.memory, [try: offset + OWNERSHIP]));
        owner().is_ok_and(|owner| owner & OWNED_BY_DEVICE == 0)
    }
}

/// An entry that a command uses.
pub(super) struct Slot<'q> {
    queue: &'q Queue,
    index: usize,
    offset: usize,
}

impl Slot<'_> {
    /// The entry's number.
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// Writes the entry, which from now on is the device's.
    pub(super) fn write(
        &self,
        token: u8,
        message: &Message,
        input: Input<'_>,
        output: &Output<'_>,
    ) -> Result {
        // What somebody was told about an earlier command.
        let look = self.queue.look_at(self.index)?;
        while look.is_done() {
            let _ = look.wait_timeout(0);
        }
        let mut entry = Block::<CmdQueueEntry>::new();
        entry.set(CmdQueueEntry::TYPE, TYPE_PCI);
        entry.set(CmdQueueEntry::INPUT_LENGTH, u32::try_from(input.len())?);
        entry.set(CmdQueueEntry::OUTPUT_LENGTH, u32::try_from(output.len())?);
        entry.set(CmdQueueEntry::INPUT_MAILBOX, message.input.address());
        entry.set(CmdQueueEntry::OUTPUT_MAILBOX, message.output.address());
        let mut view = entry.view_mut();
        input.copy_to(0, view.bytes(CmdQueueEntry::COMMAND_INPUT_INLINE_DATA));
        entry.set(CmdQueueEntry::TOKEN, token);
        entry.set(CmdQueueEntry::OWNERSHIP, true);
        let signature = signature(entry.as_ref());
        entry.set(CmdQueueEntry::SIGNATURE, signature);
        let place = self.offset..self.offset + CmdQueueEntry::BYTES;
        io_project!(self.queue.memory, [try: place]).copy_from_slice(entry.as_ref());
        Ok(())
    }

    /// Whether the device has given the entry back.
    pub(super) fn is_done(&self) -> bool {
        self.queue.is_done(self.offset)
    }

    /// Waits until there may be a reason to look again, at most that long.
    pub(super) fn wait(&self, timeout: Jiffies) {
        if let Ok(look) = self.queue.look_at(self.index) {
            // Whether it took too long the caller sees by looking.
            let _ = look.wait_timeout(timeout);
        }
    }

    /// Takes the output of a command from an entry that is done. Fails if it was not delivered.
    pub(super) fn read(&self, message: &Message, output: &mut Output<'_>) -> Result {
        barrier::dma_mb(barrier::Read);
        let mut entry = Block::<CmdQueueEntry>::new();
        let place = self.offset..self.offset + CmdQueueEntry::BYTES;
        io_project!(self.queue.memory, [try: place]).copy_to_slice(entry.as_mut());
        Delivery(entry.get(CmdQueueEntry::STATUS)).check()?;
        let start = entry.view();
        let start = start.bytes(CmdQueueEntry::COMMAND_OUTPUT_INLINE_DATA);
        const { assert!(CmdQueueEntry::COMMAND_OUTPUT_INLINE_DATA.width() / 8 == INLINE) };
        output.copy_from(0, start);
        message.read(output)
    }

    /// Nobody waits for the device to give the entry back, which may still write to the message.
    pub(super) fn keep(self, message: Message) {
        let mut slots = self.queue.slots.lock();
        if let Some(kept) = slots.kept.get_mut(self.index) {
            *kept = Some(message);
        }
        self.queue.changed.notify_all();
        drop(slots);
        // Its destructor would say that the entry is free.
        forget(self);
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.queue.slots.lock().used &= !(1 << self.index);
        // All: some wait for an entry of another kind.
        self.queue.changed.notify_all();
    }
}

impl Queue {
    fn look_at(&self, index: usize) -> Result<&Completion> {
        self.look.get(index).ok_or(EINVAL)
    }
}
