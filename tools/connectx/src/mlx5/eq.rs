// SPDX-License-Identifier: GPL-2.0

//! Event queues: each takes events of certain types, and those of completion queues.

use super::{
    command::{Outcome, TypedCall},
    layout::{
        Block, CreateEqIn, CreateEqOut, DestroyEqIn, Eqc, Eqe, EventType, MboxOut, QueryEqIn,
        QueryEqOut, Structure, ViewMut,
    },
    objects,
    ring::Ring,
    Mlx5,
};
use crate::model::Host;
use std::collections::BTreeMap;

/// An event as it goes into a queue.
#[derive(Clone)]
pub struct Event {
    entry: Block<Eqe>,
}

const LOG_ENTRY: u32 = Eqe::BYTES.ilog2();

/// States of a queue.
const ARMED: u8 = 0x9;
const FIRED: u8 = 0xa;

impl Event {
    pub fn new(kind: EventType) -> Self {
        let mut entry = Block::new();
        entry.set(Eqe::EVENT_TYPE, kind);
        Self { entry }
    }

    pub fn subtype(mut self, subtype: u8) -> Self {
        self.entry.set(Eqe::EVENT_SUB_TYPE, subtype);
        self
    }

    /// Has `write` say what happened, in the structure for that type of events.
    pub fn with<S: Structure>(mut self, write: impl FnOnce(&mut ViewMut<'_, S>)) -> Self {
        let mut entry = self.entry.view_mut();
        write(&mut ViewMut::of_any_length(entry.bytes(Eqe::EVENT_DATA)));
        self
    }

    fn kind(&self) -> EventType {
        self.entry.get(Eqe::EVENT_TYPE)
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
    pub fn queue_for(&self, kind: EventType) -> Option<u32> {
        let (word, bit) = (usize::from(kind.0) / 64, kind.0 % 64);
        let taken = |queue: &EventQueue| queue.mask[word] >> bit & 1 != 0;
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
        let owner = queue.producer >> queue.log_size & 1 != 0;
        let mut entry = event.entry.clone();
        entry.set(Eqe::OWNER, owner);
        let offset = u64::from(queue.producer) << LOG_ENTRY;
        if queue.ring.write(host, offset, entry.as_ref()).is_err() {
            self.statistics.lost_events += 1;
            return false;
        }
        queue.producer = queue.producer.wrapping_add(1);
        if event.kind() != EventType::COMP && event.kind() != EventType::CMD {
            let words = &event.entry.view().bytes(Eqe::EVENT_DATA)[..12];
            let kind = event.kind().0;
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

pub fn create_eq(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, CreateEqIn, CreateEqOut>,
) -> Outcome {
    let input = call.input();
    let context = input.part(CreateEqIn::EQ_CONTEXT_ENTRY);
    let log_size = context.get(Eqc::LOG_EQ_SIZE).into();
    let log_page = u32::from(context.get(Eqc::LOG_PAGE_SIZE)) + 12;
    let mut mask = [0; 4];
    for (word, field) in mask.iter_mut().zip(CreateEqIn::EVENT_BITMASK.elements()) {
        *word = input.get(field);
    }
    let queue = EventQueue {
        ring: Ring::new(
            &call.input,
            CreateEqIn::BYTES,
            (log_size, LOG_ENTRY),
            log_page,
            0,
        )?,
        log_size,
        vector: context.get(Eqc::INTR),
        mask,
        producer: 0,
        consumer: 0,
        armed: false,
    };
    let number = model.create_object(&objects::EQ, call)?;
    model.events.queues.insert(number as u32, queue);
    Ok(())
}

pub fn destroy_eq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, DestroyEqIn, MboxOut>) -> Outcome {
    let number = model.destroy_object(&objects::EQ, call)?;
    model.events.queues.remove(&(number as u32));
    if model.events.queue_for(EventType::PAGE_REQUEST).is_none() {
        model.pages.forget_request();
    }
    Ok(())
}

pub fn query_eq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, QueryEqIn, QueryEqOut>) -> Outcome {
    model.query_object(&objects::EQ, call)?;
    let number = call.get(QueryEqIn::EQ_NUMBER).into();
    if let Some(queue) = model.events.queues.get(&number) {
        let mut output = call.output();
        let mut context = output.part(QueryEqOut::EQ_CONTEXT_ENTRY);
        context.set(Eqc::ST, if queue.armed { ARMED } else { FIRED });
        context.set(Eqc::CONSUMER_COUNTER, queue.consumer);
        context.set(Eqc::PRODUCER_COUNTER, queue.producer);
    }
    Ok(())
}
