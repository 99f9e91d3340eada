// SPDX-License-Identifier: GPL-2.0

//! Completion queues, send queues and receive queues. What is sent goes nowhere yet, but it is
//! consumed and completed; nothing is received.

use super::{
    command::{Call, Outcome, Status},
    eq::{event, Event},
    layout::Field,
    objects,
    ring::Ring,
    tables::*,
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

// A completion.
const LOG_COMPLETION: u32 = 6;
const COMPLETION: usize = 1 << LOG_COMPLETION;
const SYNDROME: Field = Field::new(55 * 8, 8);
const TIMESTAMP: Field = Field::new(48 * 8, 64);
const OPCODE_AND_QUEUE: Field = Field::new(56 * 8, 32);
const WQE_COUNTER: Field = Field::new(60 * 8, 16);
const OPCODE: Field = Field::new(63 * 8, 4);
const OWNER: Field = Field::new(63 * 8 + 7, 1);
const OPCODE_REQUEST: u64 = 0x0;
const OPCODE_REQUEST_ERROR: u64 = 0xd;

// What begins a work request.
const CONTROL: usize = 16;
const WQE_OPCODE: Field = Field::new(24, 8);
const WQE_INDEX: Field = Field::new(8, 16);
/// Its length in units of 16 bytes.
const WQE_UNITS: Field = Field::new(58, 6);
const WQE_COMPLETION: Field = Field::new(11 * 8 + 4, 2);
/// Complete always; smaller values: only if it fails.
const COMPLETE_ALWAYS: u64 = 2;

const LOG_BASIC_BLOCK: u32 = 6;

/// States of queues, as the driver sets them.
mod state {
    pub const READY: u64 = 1;
    pub const ERROR: u64 = 3;
}

/// A completion with error: the request made no sense.
const LOCAL_OPERATION_ERROR: u64 = 0x02;

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

struct SendQueue {
    ring: Ring,
    log_size: u32,
    doorbell: u64,
    completion_queue: u32,
    /// How many basic blocks were consumed.
    consumer: u16,
    state: u64,
}

struct ReceiveQueue {
    state: u64,
}

/// All queues.
#[derive(Default)]
pub struct Queues {
    completion: BTreeMap<u32, CompletionQueue>,
    send: BTreeMap<u32, SendQueue>,
    receive: BTreeMap<u32, ReceiveQueue>,
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
        let word = |at: usize| Field::new(at * 32, 32).get32(data);
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
            let event = Event::new(event::COMPLETION).word(6, number);
            self.post_to(host, event_queue, event);
        }
    }

    fn complete(&mut self, host: &mut dyn Host, number: u32, mut completion: [u8; COMPLETION]) {
        let Some(queue) = self.queues.completion.get_mut(&number) else {
            return;
        };
        let mut consumer = [0; 4];
        if queue.failed || host.dma_read(queue.doorbell, &mut consumer).is_err() {
            return;
        }
        let waiting = queue.producer.wrapping_sub(u32::from_be_bytes(consumer)) & 0xff_ffff;
        OWNER.set(
            &mut completion,
            u64::from(queue.producer >> queue.log_size & 1),
        );
        let end = u64::from(queue.producer.wrapping_add(1)) << queue.log_entry;
        let place = end.wrapping_sub(COMPLETION as u64);
        let overrun = waiting >= 1 << queue.log_size;
        if overrun || queue.ring.write(host, place, &completion).is_err() {
            queue.failed = true;
            let event = Event::new(event::CQ_ERROR).word(0, number).word(2, 1);
            self.post(host, event);
            return;
        }
        queue.producer = queue.producer.wrapping_add(1);
        self.notify(host, number);
    }

    /// Does what the driver has put into a send queue since last time.
    fn send(&mut self, host: &mut dyn Host, number: u32) {
        let Some(queue) = self.queues.send.get(&number) else {
            return;
        };
        let mut producer = [0; 4];
        let record = queue.doorbell.saturating_add(4);
        if queue.state != state::READY || host.dma_read(record, &mut producer).is_err() {
            return;
        }
        let producer = u32::from_be_bytes(producer) as u16;
        let waiting = producer.wrapping_sub(queue.consumer);
        if u32::from(waiting) > 1 << queue.log_size {
            return self.fail_sq(host, number, [0; CONTROL]);
        }
        while let Some(queue) = self.queues.send.get_mut(&number) {
            let waiting = producer.wrapping_sub(queue.consumer);
            if waiting == 0 {
                break;
            }
            let mut control = [0; CONTROL];
            let offset = u64::from(queue.consumer) << LOG_BASIC_BLOCK;
            let read = queue.ring.read(host, offset, &mut control);
            let blocks = WQE_UNITS.get(&control).div_ceil(4) as u16;
            if read.is_err() || !(1..=waiting).contains(&blocks) {
                return self.fail_sq(host, number, control);
            }
            queue.consumer = queue.consumer.wrapping_add(blocks);
            self.queues.sent += 1;
            if WQE_COMPLETION.get(&control) >= COMPLETE_ALWAYS {
                let (completion, target) = (self.completion(number, &control), number);
                if let Some(queue) = self.queues.send.get(&target) {
                    let cq = queue.completion_queue;
                    self.complete(host, cq, completion);
                }
            }
        }
    }

    fn completion(&self, number: u32, control: &[u8; CONTROL]) -> [u8; COMPLETION] {
        let mut completion = [0; COMPLETION];
        let opcode = WQE_OPCODE.get(control);
        OPCODE_AND_QUEUE.set(&mut completion, opcode << 24 | u64::from(number));
        WQE_COUNTER.set(&mut completion, WQE_INDEX.get(control));
        TIMESTAMP.set(&mut completion, self.segment.ticks());
        OPCODE.set(&mut completion, OPCODE_REQUEST);
        completion
    }

    fn fail_sq(&mut self, host: &mut dyn Host, number: u32, control: [u8; CONTROL]) {
        let mut completion = self.completion(number, &control);
        let Some(queue) = self.queues.send.get_mut(&number) else {
            return;
        };
        queue.state = state::ERROR;
        let cq = queue.completion_queue;
        SYNDROME.set(&mut completion, LOCAL_OPERATION_ERROR);
        OPCODE.set(&mut completion, OPCODE_REQUEST_ERROR);
        host.trace(format_args!("sq {number:#x} fails: {control:02x?}"));
        self.complete(host, cq, completion);
    }
}

fn context_of(call: &Call<'_>, field: Field) -> Result<Vec<u8>, Status> {
    let context = call
        .input
        .get(field.bytes())
        .ok_or(Status::BadInputLength)?;
    Ok(context.to_vec())
}

pub fn create_cq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let context = context_of(call, create_cq_in::CQ_CONTEXT)?;
    let log_size = cqc::LOG_CQ_SIZE.get32(&context);
    let log_entry = LOG_COMPLETION + u32::from(cqc::CQE_SZ.is_set(&context));
    let queue = CompletionQueue {
        ring: Ring::new(
            &call.input,
            create_cq_in::BYTES,
            (log_size, log_entry),
            cqc::LOG_PAGE_SIZE.get32(&context) + 12,
            cqc::PAGE_OFFSET.get(&context) << 6,
        )?,
        log_size,
        log_entry,
        event_queue: cqc::C_EQN_OR_APU_ELEMENT.get32(&context),
        doorbell: cqc::DBR_ADDR.get(&context),
        producer: 0,
        armed: false,
        failed: false,
    };
    let number = model.create_object(&objects::CQ, call)?;
    model.queues.completion.insert(number as u32, queue);
    Ok(())
}

pub fn destroy_cq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = model.destroy_object(&objects::CQ, call)?;
    model.queues.completion.remove(&(number as u32));
    Ok(())
}

pub fn query_cq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    model.query_object(&objects::CQ, call)?;
    let number = query_cq_in::CQN.get32(&call.input);
    if let Some(queue) = model.queues.completion.get(&number) {
        let producer = cqc::PRODUCER_COUNTER.within(query_cq_out::CQ_CONTEXT);
        producer.set(&mut call.output, queue.producer.into());
    }
    Ok(())
}

pub fn create_sq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let context = context_of(call, create_sq_in::CTX)?;
    let work = &context[sqc::WQ.bytes()];
    let log_size = wq::LOG_WQ_SZ.get32(work);
    let queue = SendQueue {
        ring: Ring::new(
            &call.input,
            create_sq_in::BYTES,
            (log_size, wq::LOG_WQ_STRIDE.get32(work)),
            wq::LOG_WQ_PG_SZ.get32(work) + 12,
            wq::PAGE_OFFSET.get(work) << 6,
        )?,
        log_size,
        doorbell: wq::DBR_ADDR.get(work),
        completion_queue: sqc::CQN.get32(&context),
        consumer: 0,
        state: sqc::STATE.get(&context),
    };
    let number = model.create_object(&objects::SQ, call)?;
    model.queues.send.insert(number as u32, queue);
    Ok(())
}

pub fn modify_sq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = modify_sq_in::SQN.get32(&call.input);
    let queue = model.queues.send.get_mut(&number);
    let queue = queue.ok_or(Status::BadResource)?;
    let now = sqc::STATE.within(modify_sq_in::CTX).get(&call.input);
    if modify_sq_in::SQ_STATE.get(&call.input) != queue.state && queue.state != state::ERROR {
        return Err(Status::BadResourceState);
    }
    if now == 0 {
        // Reset: it begins anew.
        queue.consumer = 0;
    }
    queue.state = now;
    Ok(())
}

pub fn destroy_sq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = model.destroy_object(&objects::SQ, call)?;
    model.queues.send.remove(&(number as u32));
    Ok(())
}

pub fn query_sq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    model.query_object(&objects::SQ, call)?;
    if let Some(queue) = model.queues.send.get(&query_sq_in::SQN.get32(&call.input)) {
        let field = sqc::STATE.within(query_sq_out::SQ_CONTEXT);
        field.set(&mut call.output, queue.state);
    }
    Ok(())
}

pub fn create_rq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let context = context_of(call, create_rq_in::CTX)?;
    let number = model.create_object(&objects::RQ, call)?;
    let queue = ReceiveQueue {
        state: rqc::STATE.get(&context),
    };
    model.queues.receive.insert(number as u32, queue);
    Ok(())
}

pub fn modify_rq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = modify_rq_in::RQN.get32(&call.input);
    let queue = model.queues.receive.get_mut(&number);
    let queue = queue.ok_or(Status::BadResource)?;
    if modify_rq_in::RQ_STATE.get(&call.input) != queue.state && queue.state != state::ERROR {
        return Err(Status::BadResourceState);
    }
    queue.state = rqc::STATE.within(modify_rq_in::CTX).get(&call.input);
    Ok(())
}

pub fn destroy_rq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = model.destroy_object(&objects::RQ, call)?;
    model.queues.receive.remove(&(number as u32));
    Ok(())
}

pub fn query_rq(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    model.query_object(&objects::RQ, call)?;
    let queue = model
        .queues
        .receive
        .get(&query_rq_in::RQN.get32(&call.input));
    if let Some(queue) = queue {
        let field = rqc::STATE.within(query_rq_out::RQ_CONTEXT);
        field.set(&mut call.output, queue.state);
    }
    Ok(())
}
