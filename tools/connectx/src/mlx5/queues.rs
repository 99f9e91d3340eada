// SPDX-License-Identifier: GPL-2.0

//! Completion queues, send queues and receive queues. What is sent goes nowhere yet, but it is
//! consumed and completed; nothing is received.

use super::{
    command::{Outcome, Status, TypedCall},
    eq::Event,
    layout::*,
    objects,
    ring::Ring,
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
/// What a completion says that happened.
const OPCODE_REQUEST: u8 = 0x0;
const OPCODE_REQUEST_ERROR: u8 = 0xd;
/// When a request is to be completed: always; smaller values: only if it fails.
const COMPLETE_ALWAYS: u8 = 2;

const LOG_BASIC_BLOCK: u32 = 6;

/// States of queues, as the driver sets them.
mod state {
    pub const READY: u8 = 1;
    pub const ERROR: u8 = 3;
}

/// A completion with error: the request made no sense.
const LOCAL_OPERATION_ERROR: u8 = 0x02;
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

struct SendQueue {
    ring: Ring,
    log_size: u32,
    doorbell: u64,
    completion_queue: u32,
    /// How many basic blocks were consumed.
    consumer: u16,
    state: u8,
}

struct ReceiveQueue {
    state: u8,
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

    fn complete(&mut self, host: &mut dyn Host, number: u32, mut completion: Block<Cqe>) {
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
            return self.fail_sq(host, number, Block::new());
        }
        while let Some(queue) = self.queues.send.get_mut(&number) {
            let waiting = producer.wrapping_sub(queue.consumer);
            if waiting == 0 {
                break;
            }
            let mut control = Block::<WqeControl>::new();
            let offset = u64::from(queue.consumer) << LOG_BASIC_BLOCK;
            let read = queue.ring.read(host, offset, control.as_mut());
            let blocks = u16::from(control.get(WqeControl::DS)).div_ceil(4);
            if read.is_err() || !(1..=waiting).contains(&blocks) {
                return self.fail_sq(host, number, control);
            }
            queue.consumer = queue.consumer.wrapping_add(blocks);
            self.queues.sent += 1;
            if control.get(WqeControl::COMPLETION) >= COMPLETE_ALWAYS {
                let (completion, target) = (self.completion(number, &control), number);
                if let Some(queue) = self.queues.send.get(&target) {
                    let cq = queue.completion_queue;
                    self.complete(host, cq, completion);
                }
            }
        }
    }

    fn completion(&self, number: u32, control: &Block<WqeControl>) -> Block<Cqe> {
        let mut completion = Block::new();
        completion.set(Cqe::SEND_OPCODE, control.get(WqeControl::OPCODE));
        completion.set(Cqe::QPN, number);
        completion.set(Cqe::WQE_COUNTER, control.get(WqeControl::WQE_INDEX));
        completion.set(Cqe::TIMESTAMP, self.segment.ticks());
        completion.set(Cqe::OPCODE, OPCODE_REQUEST);
        completion
    }

    fn fail_sq(&mut self, host: &mut dyn Host, number: u32, control: Block<WqeControl>) {
        let mut completion = self.completion(number, &control);
        let Some(queue) = self.queues.send.get_mut(&number) else {
            return;
        };
        queue.state = state::ERROR;
        let cq = queue.completion_queue;
        completion.set(Cqe::SYNDROME, LOCAL_OPERATION_ERROR);
        completion.set(Cqe::OPCODE, OPCODE_REQUEST_ERROR);
        host.trace(format_args!(
            "sq {number:#x} fails: {:02x?}",
            control.as_ref()
        ));
        self.complete(host, cq, completion);
    }
}

/// The context in a command, which must be all there.
fn context<I: Structure, T: Structure>(
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

pub fn create_sq(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, CreateSqIn, CreateSqOut>,
) -> Outcome {
    let context = context(call.input(), CreateSqIn::CTX)?;
    let work = context.part(Sqc::WQ);
    let log_size = work.get(Wq::LOG_WQ_SZ).into();
    let queue = SendQueue {
        ring: Ring::new(
            &call.input,
            CreateSqIn::BYTES,
            (log_size, work.get(Wq::LOG_WQ_STRIDE).into()),
            u32::from(work.get(Wq::LOG_WQ_PG_SZ)) + 12,
            u64::from(work.get(Wq::PAGE_OFFSET)) << 6,
        )?,
        log_size,
        doorbell: work.get(Wq::DBR_ADDR),
        completion_queue: context.get(Sqc::CQN),
        consumer: 0,
        state: context.get(Sqc::STATE),
    };
    let number = model.create_object(&objects::SQ, call)?;
    model.queues.send.insert(number as u32, queue);
    Ok(())
}

pub fn modify_sq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, ModifySqIn, MboxOut>) -> Outcome {
    let queue = model.queues.send.get_mut(&call.get(ModifySqIn::SQN));
    let queue = queue.ok_or(Status::BadResource)?;
    let now = call.get(ModifySqIn::CTX.then(Sqc::STATE));
    if call.get(ModifySqIn::SQ_STATE) != queue.state && queue.state != state::ERROR {
        return Err(Status::BadResourceState);
    }
    if now == 0 {
        // Reset: it begins anew.
        queue.consumer = 0;
    }
    queue.state = now;
    Ok(())
}

pub fn destroy_sq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, DestroySqIn, MboxOut>) -> Outcome {
    let number = model.destroy_object(&objects::SQ, call)?;
    model.queues.send.remove(&(number as u32));
    Ok(())
}

pub fn query_sq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, QuerySqIn, QuerySqOut>) -> Outcome {
    model.query_object(&objects::SQ, call)?;
    if let Some(queue) = model.queues.send.get(&call.get(QuerySqIn::SQN)) {
        call.set(QuerySqOut::SQ_CONTEXT.then(Sqc::STATE), queue.state);
    }
    Ok(())
}

pub fn create_rq(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, CreateRqIn, CreateRqOut>,
) -> Outcome {
    let state = context(call.input(), CreateRqIn::CTX)?.get(Rqc::STATE);
    let number = model.create_object(&objects::RQ, call)?;
    let queue = ReceiveQueue { state };
    model.queues.receive.insert(number as u32, queue);
    Ok(())
}

pub fn modify_rq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, ModifyRqIn, MboxOut>) -> Outcome {
    let queue = model.queues.receive.get_mut(&call.get(ModifyRqIn::RQN));
    let queue = queue.ok_or(Status::BadResource)?;
    if call.get(ModifyRqIn::RQ_STATE) != queue.state && queue.state != state::ERROR {
        return Err(Status::BadResourceState);
    }
    queue.state = call.get(ModifyRqIn::CTX.then(Rqc::STATE));
    Ok(())
}

pub fn destroy_rq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, DestroyRqIn, MboxOut>) -> Outcome {
    let number = model.destroy_object(&objects::RQ, call)?;
    model.queues.receive.remove(&(number as u32));
    Ok(())
}

pub fn query_rq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, QueryRqIn, QueryRqOut>) -> Outcome {
    model.query_object(&objects::RQ, call)?;
    if let Some(queue) = model.queues.receive.get(&call.get(QueryRqIn::RQN)) {
        call.set(QueryRqOut::RQ_CONTEXT.then(Rqc::STATE), queue.state);
    }
    Ok(())
}
