// SPDX-License-Identifier: GPL-2.0

//! Send queues: requests are read, and the frames that they describe go to the wire, or to this
//! function itself.

use super::{
    command::{Outcome, Status, TypedCall},
    layout::*,
    objects::{self, Kind},
    queues::{context, state, syndrome},
    ring::Ring,
    Mlx5,
};
use crate::{
    frame::{
        checksum::{segments, Offloads},
        headers::{word, Headers, CVLAN, SVLAN},
        insert_tag, Piece, MAX_LENGTH, MAX_SEGMENTS, MIN_LENGTH,
    },
    model::Host,
};

/// What a completion says that happened.
const OPCODE_REQUEST: u8 = 0x0;
const OPCODE_REQUEST_ERROR: u8 = 0xd;
/// When a request is to be completed: always; smaller values: only if it fails.
const COMPLETE_ALWAYS: u8 = 2;

const LOG_BASIC_BLOCK: u32 = 6;
const BASIC_BLOCK: usize = 1 << LOG_BASIC_BLOCK;
/// What a request's length is given in, and what its parts are aligned to.
const UNIT: usize = 16;

/// Requests that are frames; what all others are for nobody sees.
const SEND: u8 = 0x0a;
const SEGMENT: u8 = 0x0e;
const SEND_MANY: u8 = 0x29;

/// The first bytes of an inline header are the last two of the segment before.
const INLINE_START: usize = 2;

pub struct SendQueue {
    ring: Ring,
    log_size: u32,
    doorbell: u64,
    completion_queue: u32,
    /// How many basic blocks were consumed.
    consumer: u16,
    state: u8,
    protection_domain: u32,
    transport_interface: u32,
}

/// A part of a frame: within the request, or elsewhere.
enum Part<'a> {
    Inline(&'a [u8]),
    Memory(Piece),
}

/// Divides the rest of a request into the parts that it names.
fn parts(mut rest: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some(head) = View::<WqeData>::new(rest) {
        let length = head.get(WqeData::BYTE_COUNT) as usize;
        let mut taken = UNIT;
        if head.get(WqeData::INLINE) {
            let end = length.saturating_add(4).min(rest.len());
            parts.push(Part::Inline(&rest[4..end]));
            taken = end.next_multiple_of(UNIT);
        } else if length > 0 {
            parts.push(Part::Memory(Piece {
                key: head.get(WqeData::LKEY),
                address: head.get(WqeData::ADDRESS),
                length,
            }));
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    parts
}

fn offloads(segment: View<'_, WqeEth>) -> Offloads {
    Offloads {
        network: segment.get(WqeEth::L3_CHECKSUM),
        transport: segment.get(WqeEth::L4_CHECKSUM),
        inner_network: segment.get(WqeEth::L3_INNER_CHECKSUM),
        inner_transport: segment.get(WqeEth::L4_INNER_CHECKSUM),
    }
}

/// The syndrome of a request that cannot be done.
type Failure = u8;

impl Mlx5 {
    /// Does what the driver has put into a send queue since last time.
    pub(super) fn send(&mut self, host: &mut dyn Host, number: u32) {
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
            return self.fail_sq(host, number, Block::new(), syndrome::LOCAL_OPERATION);
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
                return self.fail_sq(host, number, control, syndrome::LOCAL_OPERATION);
            }
            if let Err(failure) = self.execute_request(host, number, &control) {
                return self.fail_sq(host, number, control, failure);
            }
            let Some(queue) = self.queues.send.get_mut(&number) else {
                return;
            };
            queue.consumer = queue.consumer.wrapping_add(blocks);
            let cq = queue.completion_queue;
            self.queues.sent += 1;
            if control.get(WqeControl::COMPLETION) >= COMPLETE_ALWAYS {
                let completion = self.completion(number, &control);
                self.complete(host, cq, completion);
            }
        }
    }

    /// Sends the frames of the request that is next, if it is one to send.
    fn execute_request(
        &mut self,
        host: &mut dyn Host,
        number: u32,
        control: &Block<WqeControl>,
    ) -> Result<(), Failure> {
        let opcode = control.get(WqeControl::OPCODE);
        let length = usize::from(control.get(WqeControl::DS)) * UNIT;
        if !matches!(opcode, SEND | SEGMENT | SEND_MANY)
            || length < WqeControl::BYTES + WqeEth::BYTES
        {
            return Ok(());
        }
        let Some(queue) = self.queues.send.get(&number) else {
            return Ok(());
        };
        let mut request = vec![0; length];
        for (block, data) in (0..).zip(request.chunks_mut(BASIC_BLOCK)) {
            let offset = u64::from(queue.consumer.wrapping_add(block)) << LOG_BASIC_BLOCK;
            let read = queue.ring.read(host, offset, data);
            read.map_err(|_| syndrome::LOCAL_OPERATION)?;
        }
        let (protection, interface) = (queue.protection_domain, queue.transport_interface);
        let frames = self.frames(host, protection, opcode, &request[WqeControl::BYTES..])?;
        let domain = self.transport_domain(interface);
        for frame in frames {
            self.emit(host, domain, frame);
        }
        Ok(())
    }

    /// The frames that a request describes, from the segment behind the control segment on.
    fn frames(
        &self,
        host: &mut dyn Host,
        protection: u32,
        opcode: u8,
        request: &[u8],
    ) -> Result<Vec<Vec<u8>>, Failure> {
        let segment = View::<WqeEth>::of_any_length(request);
        let offloads = offloads(segment);
        if opcode == SEND_MANY {
            let parts = parts(&request[WqeEth::BYTES..]).into_iter();
            return parts
                .map(|part| {
                    let mut frame = Vec::new();
                    self.gather(host, protection, part, &mut frame)?;
                    self.finish(&mut frame, offloads);
                    Ok(frame)
                })
                .collect();
        }
        let inserts = segment.get(WqeEth::INSERT_VLAN);
        let size = match inserts {
            true => 0,
            false => usize::from(segment.get(WqeEth::INLINE_SIZE)),
        };
        let start = WqeEth::BYTES - INLINE_START;
        let header = request.get(start..start + size);
        let mut frame = header.ok_or(syndrome::LOCAL_LENGTH)?.to_vec();
        let behind = size.saturating_sub(INLINE_START).next_multiple_of(UNIT);
        let rest = request.get(WqeEth::BYTES + behind..).unwrap_or_default();
        for part in parts(rest) {
            self.gather(host, protection, part, &mut frame)?;
        }
        if inserts {
            let is_service = segment.get(WqeEth::INSERT_SVLAN);
            let kind = if is_service { SVLAN } else { CVLAN };
            insert_tag(&mut frame, kind, segment.get(WqeEth::VLAN_TCI));
        }
        let mss = usize::from(segment.get(WqeEth::MSS));
        if opcode != SEGMENT || mss == 0 {
            self.finish(&mut frame, offloads);
            return Ok(vec![frame]);
        }
        if (frame.len() - size.min(frame.len())).div_ceil(mss) > MAX_SEGMENTS {
            return Err(syndrome::LOCAL_LENGTH);
        }
        let headers = self.headers(&frame);
        let mut frames = segments(&frame, &headers, size, mss);
        for frame in &mut frames {
            self.finish(frame, offloads);
        }
        Ok(frames)
    }

    fn gather(
        &self,
        host: &mut dyn Host,
        protection: u32,
        part: Part<'_>,
        frame: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        match part {
            Part::Inline(data) => frame.extend_from_slice(data),
            Part::Memory(piece) => {
                let start = frame.len();
                if piece.length > MAX_LENGTH - start.min(MAX_LENGTH) {
                    return Err(syndrome::LOCAL_LENGTH);
                }
                frame.resize(start + piece.length, 0);
                let read = self.read_piece(host, protection, piece, &mut frame[start..]);
                read.map_err(|_| syndrome::LOCAL_PROTECTION)?;
            }
        }
        Ok(())
    }

    /// Where a frame's headers are; the ports of VXLAN are those that the driver has added.
    pub(super) fn headers(&self, frame: &[u8]) -> Headers {
        let ports = &self.objects;
        Headers::of(frame, |port| {
            ports.get((Kind::VxlanPort, port.into())).is_some()
        })
    }

    fn finish(&self, frame: &mut Vec<u8>, offloads: Offloads) {
        if offloads != Offloads::default() {
            let headers = self.headers(frame);
            offloads.apply(frame, &headers);
        }
        if frame.len() < MIN_LENGTH {
            frame.resize(MIN_LENGTH, 0);
        }
    }

    /// The transport domain of a transport interface (TIS).
    fn transport_domain(&self, interface: u32) -> u32 {
        let object = self.objects.get((Kind::Tis, interface.into()));
        let input = object.map_or(&[][..], |object| &object.input);
        let made = View::<CreateTisIn>::of_any_length(input);
        made.get(CreateTisIn::CTX.then(Tisc::TRANSPORT_DOMAIN))
    }

    /// A frame leaves the function: to the wire, or back if it is meant for the function itself.
    fn emit(&mut self, host: &mut dyn Host, domain: u32, frame: Vec<u8>) {
        self.traffic.vport_sent.add(&frame);
        let is_multicast = frame[0] & 1 != 0;
        let local = match is_multicast {
            true => self.vports.loops_multicast(),
            false => self.vports.loops_unicast() && self.has_address(&frame),
        };
        if local {
            self.traffic.looped.add(frame.len());
            self.enter(host, &frame, Some(domain));
        }
        if local && !is_multicast {
            return;
        }
        if self.port.is_up() {
            self.traffic.sent.add(&frame);
            host.transmit(0, &frame);
        } else {
            self.traffic.sent_down += 1;
        }
    }

    /// Whether a frame's destination is one of the addresses that the driver has told the switch.
    pub(super) fn has_address(&self, frame: &[u8]) -> bool {
        let mut entries = self.objects.range(Kind::L2Entry, 0..=u64::MAX);
        let destination = (word(frame, 0), word(frame, 2), word(frame, 4));
        entries.any(|entry| {
            let entry = View::<SetL2TableEntryIn>::of_any_length(&entry.input);
            let address = entry.part(SetL2TableEntryIn::MAC_ADDRESS);
            let low = address.get(MacAddressLayout::MAC_ADDR_31_0);
            let high = address.get(MacAddressLayout::MAC_ADDR_47_32);
            (high, (low >> 16) as u16, low as u16) == destination
        })
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

    fn fail_sq(
        &mut self,
        host: &mut dyn Host,
        number: u32,
        control: Block<WqeControl>,
        syndrome: u8,
    ) {
        let mut completion = self.completion(number, &control);
        let Some(queue) = self.queues.send.get_mut(&number) else {
            return;
        };
        queue.state = state::ERROR;
        let cq = queue.completion_queue;
        completion.set(Cqe::SYNDROME, syndrome);
        completion.set(Cqe::OPCODE, OPCODE_REQUEST_ERROR);
        host.trace(format_args!(
            "sq {number:#x} fails: {:02x?}",
            control.as_ref()
        ));
        self.complete(host, cq, completion);
    }
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
        protection_domain: work.get(Wq::PD),
        transport_interface: context.get(Sqc::TIS_NUM_0),
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
    if now == state::RESET {
        // It begins anew.
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
