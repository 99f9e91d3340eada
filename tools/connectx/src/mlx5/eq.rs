// SPDX-License-Identifier: GPL-2.0

//! Event queues: each takes events of certain types, and those of completion queues.

use super::{
    command::{Call, Outcome},
    layout::Field,
    objects,
    ring::Ring,
    tables::{create_eq_in, eqc, query_eq_out},
    Mlx5,
};
use crate::model::Host;
use std::collections::BTreeMap;

/// Types of events.
pub mod event {
    pub const COMPLETION: u8 = 0x00;
    pub const CQ_ERROR: u8 = 0x04;
    pub const PORT_CHANGE: u8 = 0x09;
    pub const COMMAND: u8 = 0x0a;
    pub const PAGE_REQUEST: u8 = 0x0b;
    pub const NIC_VPORT_CHANGE: u8 = 0x0d;
    pub const PORT_MODULE: u8 = 0x16;
    pub const TEMPERATURE: u8 = 0x17;
    pub const GENERAL: u8 = 0x22;
}

/// An event as it goes into a queue.
#[derive(Clone, Debug)]
pub struct Event {
    entry: [u8; ENTRY],
}

const LOG_ENTRY: u32 = 6;
const ENTRY: usize = 1 << LOG_ENTRY;
const TYPE: Field = Field::new(8, 8);
const SUBTYPE: Field = Field::new(3 * 8, 8);
/// Where the seven words of data begin.
const DATA: usize = 32 * 8;
const OWNER: Field = Field::new(63 * 8 + 7, 1);

/// Where the addresses of the queue's pages begin in the command.
const PAGES: usize = create_eq_in::BYTES;

/// States of a queue.
const ARMED: u64 = 0x9;
const FIRED: u64 = 0xa;

impl Event {
    pub fn new(kind: u8) -> Self {
        let mut entry = [0; ENTRY];
        TYPE.set(&mut entry, kind.into());
        Self { entry }
    }

    pub fn subtype(mut self, subtype: u8) -> Self {
        SUBTYPE.set(&mut self.entry, subtype.into());
        self
    }

    /// Sets the word of the data with that number.
    pub fn word(mut self, number: usize, value: u32) -> Self {
        Field::new(DATA + number * 32, 32).set(&mut self.entry, value.into());
        self
    }

    fn kind(&self) -> u8 {
        TYPE.get(&self.entry) as u8
    }
}

struct EventQueue {
    ring: Ring,
    log_size: u32,
    vector: u16,
    /// A bit for each type of events.
    mask: [u64; 4],
    producer: u32,
    consumer: u32,
    armed: bool,
}

/// All event queues.
#[derive(Default)]
pub struct Events {
    queues: BTreeMap<u32, EventQueue>,
}

impl Events {
    /// Which queue takes events of that type.
    pub fn queue_for(&self, kind: u8) -> Option<u32> {
        let taken = |queue: &EventQueue| queue.mask[usize::from(kind) / 64] >> (kind % 64) & 1 != 0;
        let mut queues = self.queues.iter();
        queues
            .find(|(_, queue)| taken(queue))
            .map(|(number, _)| *number)
    }

    pub fn clear(&mut self) {
        self.queues.clear();
    }
}

impl Mlx5 {
    /// Puts an event into the queue that takes those of its type; false if there is none.
    pub(super) fn post(&mut self, host: &mut dyn Host, event: Event) -> bool {
        match self.events.queue_for(event.kind()) {
            Some(number) => self.post_to(host, number, event),
            None => false,
        }
    }

    /// Puts an event into a queue.
    pub(super) fn post_to(&mut self, host: &mut dyn Host, number: u32, event: Event) -> bool {
        let Some(queue) = self.events.queues.get_mut(&number) else {
            return false;
        };
        let size = 1u32 << queue.log_size;
        if queue.producer.wrapping_sub(queue.consumer) & 0xff_ffff >= size {
            self.statistics.lost_events += 1;
            return false;
        }
        let mut entry = event.entry;
        OWNER.set(&mut entry, u64::from(queue.producer >> queue.log_size & 1));
        let offset = u64::from(queue.producer) << LOG_ENTRY;
        if queue.ring.write(host, offset, &entry).is_err() {
            self.statistics.lost_events += 1;
            return false;
        }
        queue.producer = queue.producer.wrapping_add(1);
        if event.kind() != event::COMPLETION && event.kind() != event::COMMAND {
            let (kind, words) = (event.kind(), &event.entry[DATA / 8..DATA / 8 + 12]);
            host.trace(format_args!("event {kind:#x} to eq {number}: {words:02x?}"));
        }
        if queue.armed {
            queue.armed = false;
            host.interrupt(queue.vector);
        }
        true
    }

    /// The driver says how far it has read a queue, and whether it wants an interrupt for more.
    pub(super) fn update_eq(&mut self, host: &mut dyn Host, value: u32, arm: bool) {
        let Some(queue) = self.events.queues.get_mut(&(value >> 24)) else {
            return;
        };
        queue.consumer = value & 0xff_ffff;
        if arm {
            let more = (queue.producer ^ queue.consumer) & 0xff_ffff != 0;
            queue.armed = !more;
            if more {
                host.interrupt(queue.vector);
            }
        }
    }
}

pub fn create_eq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let context = call.input[create_eq_in::EQ_CONTEXT_ENTRY
        .bytes()
        .start
        .min(call.input.len())..]
        .to_vec();
    let log_size = eqc::LOG_EQ_SIZE.get32(&context);
    let log_page = eqc::LOG_PAGE_SIZE.get32(&context) + 12;
    let ring = Ring::new(&call.input, PAGES, (log_size, LOG_ENTRY), log_page, 0)?;
    let word =
        |at: usize| Field::new(create_eq_in::EVENT_BITMASK.offset + at * 64, 64).get(&call.input);
    let queue = EventQueue {
        ring,
        log_size,
        vector: eqc::INTR.get(&context) as u16,
        mask: [0, 1, 2, 3].map(word),
        producer: 0,
        consumer: 0,
        armed: false,
    };
    let number = model.create_object(&objects::EQ, call)?;
    model.events.queues.insert(number as u32, queue);
    Ok(())
}

pub fn destroy_eq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = model.destroy_object(&objects::EQ, call)?;
    model.events.queues.remove(&(number as u32));
    if model.events.queue_for(event::PAGE_REQUEST).is_none() {
        model.pages.forget_request();
    }
    Ok(())
}

pub fn query_eq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    model.query_object(&objects::EQ, call)?;
    let number = super::tables::query_eq_in::EQ_NUMBER.get32(&call.input);
    if let Some(queue) = model.events.queues.get(&number) {
        let context = query_eq_out::EQ_CONTEXT_ENTRY;
        for (field, value) in [
            (eqc::ST, if queue.armed { ARMED } else { FIRED }),
            (eqc::CONSUMER_COUNTER, queue.consumer.into()),
            (eqc::PRODUCER_COUNTER, queue.producer.into()),
        ] {
            field.within(context).set(&mut call.output, value);
        }
    }
    Ok(())
}
