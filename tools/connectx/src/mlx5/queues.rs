// SPDX-License-Identifier: GPL-2.0

//! Completion queues, and the pages of doorbells. What is sent is in `send`, what is received in
//! `receive`.

use super::{
    command::{Outcome, Status, TypedCall},
    eq::Event,
    layout::*,
    objects,
    receive::ReceiveQueue,
    ring::Ring,
    send::SendQueue,
    Mlx5,
};
use crate::model::Host;
use std::collections::BTreeMap;

/// The parts of a driver's page of doorbells.
pub const PAGE: u64 = 4096;
const CQ_DOORBELL: u64 = 0x20;
const EQ_ARM: u64 = 0x40;
const EQ_UPDATE: u64 = 0x48;
const SEND_DOORBELLS: u64 = 0x800;

const LOG_COMPLETION: u32 = Cqe::BYTES.ilog2();

/// States of queues, as the driver sets them.
pub mod state {
    pub const RESET: u8 = 0;
    pub const READY: u8 = 1;
    pub const ERROR: u8 = 3;
}

/// What went wrong, in completions with errors.
pub mod syndrome {
    pub const LOCAL_LENGTH: u8 = 0x01;
    pub const LOCAL_OPERATION: u8 = 0x02;
    pub const LOCAL_PROTECTION: u8 = 0x04;
}

/// The error of a completion queue that is full.
const OVERRUN: u8 = 1;

struct CompletionQueue {
    ring: Ring,
    log_size: u32,
    /// How long an entry is; the completion is at its end.
    log_entry: u32,
    event_queue: u32,
    /// Where the driver says how far it has read.
    doorbell: u64,
    producer: u32,
    armed: bool,
    failed: bool,
}

/// All queues.
#[derive(Default)]
pub struct Queues {
    completion: BTreeMap<u32, CompletionQueue>,
    pub(super) send: BTreeMap<u32, SendQueue>,
    pub(super) receive: BTreeMap<u32, ReceiveQueue>,
    /// The first half of a doorbell that is written in two.
    half: Option<(u64, u32)>,
    /// How many requests were sent.
    pub sent: u64,
}

impl Queues {
    pub fn clear(&mut self) {
        let sent = self.sent;
        *self = Self {
            sent,
            ..Self::default()
        };
    }
}

impl Mlx5 {
    /// The driver wrote to one of its pages of doorbells.
    pub(super) fn doorbell(&mut self, host: &mut dyn Host, offset: u64, data: &[u8]) {
        let at = offset % PAGE;
        let word = |at: usize| read_bits(data, at * 32, 32) as u32;
        match (at, data.len()) {
            (EQ_ARM, 4) => self.update_eq(host, word(0), true),
            (EQ_UPDATE, 4) => self.update_eq(host, word(0), false),
            (_, 8) => self.wide_doorbell(host, at, word(0), word(1)),
            (_, 4) if at.is_multiple_of(8) => self.queues.half = Some((offset, word(0))),
            (_, 4) => {
                if let Some((first, high)) = self.queues.half.take() {
                    if first + 4 == offset {
                        self.wide_doorbell(host, at - 4, high, word(0));
                    }
                }
            }
            _ => {}
        }
    }

    fn wide_doorbell(&mut self, host: &mut dyn Host, at: u64, high: u32, low: u32) {
        match at {
            CQ_DOORBELL => self.arm_cq(host, low & 0xff_ffff, high & 0xff_ffff),
            SEND_DOORBELLS.. => self.send(host, low >> 8),
            _ => {}
        }
    }

    fn arm_cq(&mut self, host: &mut dyn Host, number: u32, consumer: u32) {
        let Some(queue) = self.queues.completion.get_mut(&number) else {
            return;
        };
        queue.armed = true;
        if queue.producer & 0xff_ffff != consumer {
            self.notify(host, number);
        }
    }

    /// Tells the driver of completions, if it asked for that.
    fn notify(&mut self, host: &mut dyn Host, number: u32) {
        let Some(queue) = self.queues.completion.get_mut(&number) else {
            return;
        };
        if std::mem::take(&mut queue.armed) {
            let event_queue = queue.event_queue;
            let event = Event::new(EventType::COMP);
            let event = event.with(|data| data.set(CompEvent::CQ_NUMBER, number));
            self.post_to(host, event_queue, event);
        }
    }

    /// Puts a completion into a queue.
    pub(super) fn complete(
        &mut self,
        host: &mut dyn Host,
        number: u32,
        mut completion: Block<Cqe>,
    ) {
        let Some(queue) = self.queues.completion.get_mut(&number) else {
            return;
        };
        let mut consumer = [0; 4];
        if queue.failed || host.dma_read(queue.doorbell, &mut consumer).is_err() {
            return;
        }
        let waiting = queue.producer.wrapping_sub(u32::from_be_bytes(consumer)) & 0xff_ffff;
        completion.set(Cqe::OWNER, queue.producer >> queue.log_size & 1 != 0);
        let end = u64::from(queue.producer.wrapping_add(1)) << queue.log_entry;
        let place = end.wrapping_sub(Cqe::BYTES as u64);
        let overrun = waiting >= 1 << queue.log_size;
        if overrun || queue.ring.write(host, place, completion.as_ref()).is_err() {
            queue.failed = true;
            let event = Event::new(EventType::CQ_ERROR).with(|data| {
                data.set(CqError::CQN, number);
                data.set(CqError::SYNDROME, OVERRUN);
            });
            self.post(host, event);
            return;
        }
        queue.producer = queue.producer.wrapping_add(1);
        self.notify(host, number);
    }
}

/// The context in a command, which must be all there.
pub fn context<I: Structure, T: Structure>(
    input: View<'_, I>,
    field: Field<I, T>,
) -> Result<View<'_, T>, Status> {
    View::new(input.part(field).data()).ok_or(Status::BadInputLength)
}

pub fn create_cq(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, CreateCqIn, CreateCqOut>,
) -> Outcome {
    let context = context(call.input(), CreateCqIn::CQ_CONTEXT)?;
    let log_size = context.get(Cqc::LOG_CQ_SIZE).into();
    let log_entry = LOG_COMPLETION + u32::from(context.get(Cqc::CQE_SZ) != 0);
    let queue = CompletionQueue {
        ring: Ring::new(
            &call.input,
            CreateCqIn::BYTES,
            (log_size, log_entry),
            u32::from(context.get(Cqc::LOG_PAGE_SIZE)) + 12,
            u64::from(context.get(Cqc::PAGE_OFFSET)) << 6,
        )?,
        log_size,
        log_entry,
        event_queue: context.get(Cqc::C_EQN_OR_APU_ELEMENT),
        doorbell: context.get(Cqc::DBR_ADDR),
        producer: 0,
        armed: false,
        failed: false,
    };
    let number = model.create_object(&objects::CQ, call)?;
    model.queues.completion.insert(number as u32, queue);
    Ok(())
}

pub fn destroy_cq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, DestroyCqIn, MboxOut>) -> Outcome {
    let number = model.destroy_object(&objects::CQ, call)?;
    model.queues.completion.remove(&(number as u32));
    Ok(())
}

pub fn query_cq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, QueryCqIn, QueryCqOut>) -> Outcome {
    model.query_object(&objects::CQ, call)?;
    let queue = model.queues.completion.get(&call.get(QueryCqIn::CQN));
    if let Some(queue) = queue {
        let producer = QueryCqOut::CQ_CONTEXT.then(Cqc::PRODUCER_COUNTER);
        call.set(producer, queue.producer);
    }
    Ok(())
}
