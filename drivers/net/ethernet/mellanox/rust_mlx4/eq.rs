// SPDX-License-Identifier: GPL-2.0

//! Event queues: one for the end of commands and all that happens to the device and its ports, and
//! one for each of the vectors for [completions](completion).
//!
//! The first half of the handler for the former reads it, and ends the waits for commands. Of what
//! became of the ports' links the second half tells, which may sleep.

mod completion;
mod queues;
mod ring;

pub(crate) use self::{
    completion::{
        CompletionEvents,
        CompletionHandler, //
    },
    ring::{
        Event,
        Ring, //
    },
};

use self::queues::{
    map,
    nop,
    Queues, //
};

use crate::{
    caps::MAX_PORTS,
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    hca::Hca,
    layout::{
        byte,
        long,
        word,
        Field,
        Mailbox, //
    },
    mtt::Mtt,
    numbers::{
        Number,
        Pool, //
    },
};

use kernel::{
    irq::{
        IrqReturn,
        ThreadedHandler,
        ThreadedIrqReturn, //
    },
    page::PAGE_SHIFT,
    prelude::*,
    sync::Arc, //
};

/// Which vector of the function's the queue raises that is not for completions.
pub(crate) const VECTOR: usize = 0;

/// The first of the vectors for completions, of which there is at least one, and one for each CPU
/// and port if possible.
pub(crate) const COMPLETIONS: usize = VECTOR + 1;
pub(crate) const MIN_VECTORS: u32 = COMPLETIONS as u32 + 1;

/// The most vectors that there are (`MAX_MSIX`).
const MAX_VECTORS: u32 = 128;

/// How many vectors are wanted.
pub(crate) fn max_vectors() -> u32 {
    let completions = u32::from(MAX_PORTS).saturating_mul(kernel::cpu::nr_cpu_ids());
    completions
        .saturating_add(COMPLETIONS as u32)
        .min(MAX_VECTORS)
}

/// The context of a queue (`struct mlx4_eq_context`).
mod context {
    use super::*;

    pub(super) const STATE: Field<u32> = word(0).bits(8, 4);
    pub(super) const ARMED: u32 = 9;
    pub(super) const LOG_SIZE: Field<u8> = byte(12);
    pub(super) const VECTOR: Field<u8> = byte(23);
    pub(super) const LOG_PAGE: Field<u8> = byte(24);
    pub(super) const MTT: Field<u64> = long(24).bits(0, 40);
}

/// Events do not go to a queue any more, instead of going there.
const UNMAP: u32 = 1 << 31;

/// The context is not wanted back.
const NO_OUTPUT: u8 = 1;

/// What a queue has while the device has it.
struct Owned<'up> {
    number: Number<'up>,
    mtt: Mtt<'up>,
}

/// The queues, while the device has them.
pub(crate) struct EventQueues<'up> {
    card: &'up Card<'up>,
    queues: Arc<Queues>,
    /// For each, in the order of their vectors.
    owned: KVec<Owned<'up>>,
    ports: u8,
}

impl<'up> EventQueues<'up> {
    /// Memory for them. The device has them when they were [created](Self::create). There are so
    /// many vectors in all.
    pub(crate) fn new(hca: &Hca<'up>, vectors: usize) -> Result<Self> {
        let (numbers, caps) = (&hca.numbers, &hca.caps);
        let card = numbers.card;
        // CAST: Numbers of CPUs and of queues.
        let most = u32::from(caps.port_count()).saturating_mul(kernel::cpu::nr_cpu_ids());
        let queues = caps.max_eqs().saturating_sub(caps.reserved_eqs()) as usize;
        let completions = (vectors.min(queues))
            .saturating_sub(COMPLETIONS)
            .min(most as usize);
        let queues = Queues::new(card, caps, hca.firmware.max_commands, completions)?;
        let mut owned = KVec::with_capacity(completions + 1, GFP_KERNEL)?;
        for ring in queues.rings() {
            let number = Number::take(numbers, Pool::Eq)?;
            let mtt = Mtt::new(numbers, PAGE_SHIFT as u32, &ring.addresses()?)?;
            owned.push(Owned { number, mtt }, GFP_KERNEL)?;
        }
        Ok(EventQueues {
            card,
            queues,
            owned,
            ports: caps.port_count(),
        })
    }

    /// How many of the vectors are for completions.
    pub(crate) fn completions(&self) -> usize {
        self.queues.completion.len()
    }

    /// Those for completions of a port, of those from 1 on. If there are too few, the ports share
    /// them.
    pub(crate) fn of_port(&self, port: u8) -> CompletionEvents<'up> {
        let (all, ports) = (self.completions(), usize::from(self.ports.max(1)));
        let vectors = if all <= ports {
            0..all
        } else {
            let each = all / ports;
            let first = each * usize::from(port.saturating_sub(1)).min(ports - 1);
            first..first + each
        };
        CompletionEvents::new(self.card, self.queues.clone(), vectors)
    }

    /// What is to be called for the interrupt of that number among those for completions.
    pub(crate) fn completion_handler(&self, index: usize) -> CompletionHandler<'up> {
        CompletionHandler::new(self.card, self.queues.clone(), index)
    }

    /// What is to be called for the first vector's interrupt.
    pub(crate) fn handler(&self) -> Handler<'up> {
        Handler {
            card: self.card,
            queues: self.queues.clone(),
        }
    }

    /// Creates them; from then on the end of a command is an event (`mlx4_init_eq_table()`,
    /// `mlx4_cmd_use_events()`).
    pub(crate) fn create(&self) -> Result {
        let (card, queues) = (self.card, &self.queues);
        let dev = card.dev.as_ref();
        for ((vector, ring), owned) in (0..).zip(queues.rings()).zip(&self.owned) {
            self.create_one(ring, owned, vector).inspect_err(|_| {
                dev_err!(dev, "Failed to initialize event queue table, aborting\n");
            })?;
        }
        if let Err(error) = map(card, queues.mask, &queues.asynchronous, 0) {
            dev_warn!(
                dev,
                "MAP_EQ for async EQ {} failed ({})\n",
                queues.asynchronous.number().unwrap_or(0),
                error.to_errno()
            );
        }
        queues.rings().for_each(|ring| ring.arm(card));
        card.use_events(queues.commands);
        nop(card).inspect_err(|_| {
            dev_err!(dev, "NOP command failed to generate interrupt, aborting\n");
            dev_err!(dev, "BIOS or ACPI interrupt routing problem?\n");
        })
    }

    /// `mlx4_create_eq()`.
    fn create_one(&self, ring: &Ring, owned: &Owned<'_>, vector: u8) -> Result {
        let mut mailbox = Mailbox::new(self.card)?;
        mailbox.set(context::STATE, context::ARMED);
        // CAST: A power of two.
        mailbox.set(context::LOG_SIZE, ring.log_size() as u8);
        mailbox.set(context::VECTOR, vector);
        mailbox.set(context::LOG_PAGE, owned.mtt.log_page_size());
        mailbox.set(context::MTT, owned.mtt.address());
        let number = owned.number.get();
        ring.lend();
        let call = Call::new(Op::SW2HW_EQ).modifier(number);
        self.card.run_with(call, &mailbox).inspect_err(|error| {
            let dev = self.card.dev.as_ref();
            dev_warn!(dev, "SW2HW_EQ failed ({})\n", error.to_errno());
            // What was refused, and not because the device died meanwhile.
            if !self.card.may_still_do_it() {
                ring.take_back();
            }
        })?;
        ring.created(number);
        Ok(())
    }
}

impl Drop for EventQueues<'_> {
    fn drop(&mut self) {
        let (card, queues) = (self.card, &self.queues);
        card.use_polling();
        if queues.asynchronous.number().is_some() {
            // It goes on to be told of events that nobody reads, until it has no queue.
            let _ = map(card, queues.mask, &queues.asynchronous, UNMAP);
        }
        for (ring, owned) in queues.rings().zip(&mut self.owned) {
            if let Some(number) = ring.close() {
                let call = Call::new(Op::HW2SW_EQ).op_modifier(NO_OUTPUT);
                match card.run(call.modifier(number)) {
                    Ok(()) => ring.take_back(),
                    Err(error) => dev_warn!(
                        card.dev.as_ref(),
                        "HW2SW_EQ failed ({})\n",
                        error.to_errno()
                    ),
                }
            }
            if ring.is_lent() {
                owned.number.abandon();
                owned.mtt.abandon();
            }
        }
        if queues.rings().any(Ring::is_lent) {
            card.keep(queues.clone());
        }
    }
}

/// Reads the first queue when there is an interrupt.
pub(crate) struct Handler<'up> {
    card: &'up Card<'up>,
    queues: Arc<Queues>,
}

impl ThreadedHandler for Handler<'_> {
    fn handle(&self) -> ThreadedIrqReturn {
        let ring = &self.queues.asynchronous;
        let mut is_for_ports = false;
        ring.drain(self.card, |event| {
            is_for_ports |= self.queues.handle(self.card, ring, event);
        });
        if is_for_ports {
            ThreadedIrqReturn::WakeThread
        } else {
            ThreadedIrqReturn::Handled
        }
    }

    fn handle_threaded(&self) -> IrqReturn {
        self.queues.tell_ports(self.card);
        IrqReturn::Handled
    }
}
