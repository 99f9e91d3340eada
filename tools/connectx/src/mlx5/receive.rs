// SPDX-License-Identifier: GPL-2.0

//! Receiving: what becomes of a frame from the wire, up to the buffer that it is written to and the
//! completion that says so.

use super::{
    command::{Outcome, Status, TypedCall},
    layout::*,
    objects,
    parameters::parameters,
    queues::{context, state, syndrome},
    ring::Ring,
    steering::Delivery,
    Mlx5,
};
use crate::{
    frame::{
        checksum::{fcs, network_is_right, sum, transport_is_right},
        headers::{word, Headers, Layers, CVLAN, ETHERNET, ETHERTYPE, TAG, TCP},
        Piece, FCS,
    },
    model::Host,
};

/// What a completion says that happened.
const OPCODE_RECEIVED: u8 = 0x2;
const OPCODE_RECEIVE_ERROR: u8 = 0xe;
/// The type of a queue whose entries are used in turn.
const CYCLIC: u8 = 1;
/// The key of an entry's part behind the last one.
const END_OF_PARTS: u32 = 0x100;
/// An entry is no longer.
const MAX_LOG_STRIDE: u8 = 10;
/// What a transport object takes from its own transport domain, as bits: the header calls the field
/// a block, but drivers set them to have such frames.
const FROM_SELF_UNICAST: u8 = 1;
const FROM_SELF_MULTICAST: u8 = 2;

/// What is changed of a queue, as bits.
const CHANGE_STRIPPING: u64 = 1 << 1;
const CHANGE_FCS: u64 = 1 << 2;
const CHANGE_COUNTERS: u64 = 1 << 3;

/// The buffers of a queue.
struct Buffers {
    ring: Ring,
    log_stride: u8,
    doorbell: u64,
    protection_domain: u32,
    /// How many were used.
    consumer: u16,
}

pub struct ReceiveQueue {
    state: u8,
    /// None if they are of a type that the capabilities do not offer, elsewhere, or of no memory.
    buffers: Option<Buffers>,
    completion_queue: u32,
    /// Tags are taken out of frames.
    strips: bool,
    /// The checksum at a frame's end is a part of what is received.
    keeps_fcs: bool,
    counter_set: u8,
}

impl Mlx5 {
    /// A frame came from the wire.
    pub(super) fn receive_frame(&mut self, host: &mut dyn Host, frame: &[u8]) {
        if frame.len() < ETHERNET {
            return;
        }
        if !self.port.is_up() {
            self.traffic.down += 1;
        } else if frame.len() + FCS > self.port.longest() {
            self.traffic.too_long += 1;
        } else {
            self.traffic.receive(frame);
            if self.wants(frame) {
                self.enter(host, frame, None);
            } else {
                self.traffic.filtered += 1;
            }
        }
    }

    /// What for this function is: its addresses, and what is for many.
    fn wants(&self, frame: &[u8]) -> bool {
        frame[0] & 1 != 0 || self.vports.is_promiscuous() || self.has_address(frame)
    }

    /// A frame enters the function: from the wire, or from one of its own transport domains.
    pub(super) fn enter(&mut self, host: &mut dyn Host, frame: &[u8], from: Option<u32>) {
        self.traffic.vport_received.add(frame);
        let headers = self.headers(frame);
        let parameters = parameters(&headers, frame);
        let deliveries = self.steer(&parameters, frame.len());
        if deliveries.is_empty() {
            self.traffic.discarded += 1;
        }
        for delivery in deliveries {
            self.deliver(host, frame, &headers, delivery, from);
        }
    }

    fn deliver(
        &mut self,
        host: &mut dyn Host,
        frame: &[u8],
        headers: &Headers,
        delivery: Delivery,
        from: Option<u32>,
    ) {
        let Some(context) = self.tir(delivery.tir) else {
            return;
        };
        let is_multicast = frame[0] & 1 != 0;
        let kind = if is_multicast {
            FROM_SELF_MULTICAST
        } else {
            FROM_SELF_UNICAST
        };
        if from == Some(context.get(Tirc::TRANSPORT_DOMAIN))
            && context.get(Tirc::SELF_LB_BLOCK) & kind == 0
        {
            return;
        }
        let inner = headers
            .inner
            .filter(|_| context.get(Tirc::TUNNELED_OFFLOAD_EN));
        let Some((number, hash)) = self.spread(delivery.tir, frame, headers) else {
            return;
        };
        let Some(queue) = self.queues.receive.get(&number) else {
            return;
        };
        let has_tag = word(frame, ETHERTYPE) == CVLAN && frame.len() >= ETHERNET + TAG;
        let strip = queue.strips && has_tag;
        let mut completion = Block::<Cqe>::new();
        describe(
            &mut completion,
            frame,
            inner.as_ref().unwrap_or(&headers.outer),
        );
        completion.set(Cqe::TUNNELED, inner.is_some());
        completion.set(Cqe::RSS_HASH_RESULT, hash.value);
        completion.set(Cqe::RSS_HASH_TYPE, hash.kind);
        completion.set(Cqe::FLOW_TAG, delivery.tag);
        completion.set(Cqe::RQPN, number);
        let mut data = frame.to_vec();
        if strip {
            completion.set(Cqe::HAS_VLAN, true);
            completion.set(Cqe::VLAN_INFO, word(frame, ETHERTYPE + 2));
            data.drain(ETHERTYPE..ETHERTYPE + TAG);
        }
        completion.set(Cqe::CHECK_SUM, sum(&data[ETHERNET..]));
        if queue.keeps_fcs {
            data.extend_from_slice(&fcs(frame));
        }
        completion.set(Cqe::BYTE_COUNT, data.len() as u32);
        self.put(host, number, &data, completion);
    }

    /// Writes what is received to the next buffer of a queue, and completes that.
    fn put(&mut self, host: &mut dyn Host, number: u32, data: &[u8], mut completion: Block<Cqe>) {
        let Some(queue) = self.queues.receive.get(&number) else {
            return;
        };
        if queue.state != state::READY {
            return;
        }
        let (cq, counter_set) = (queue.completion_queue, queue.counter_set);
        let next = queue
            .buffers
            .as_ref()
            .and_then(|buffers| buffers.next(host));
        let Some((consumer, domain, parts)) = next else {
            *self.traffic.without_buffer.entry(counter_set).or_default() += 1;
            return;
        };
        let written = self.scatter(host, domain, &parts, data);
        completion.set(Cqe::WQE_COUNTER, consumer);
        completion.set(Cqe::WQE_ID, consumer);
        completion.set(Cqe::TIMESTAMP, self.segment.ticks());
        completion.set(Cqe::OPCODE, OPCODE_RECEIVED);
        if let Some(queue) = self.queues.receive.get_mut(&number) {
            if let Some(buffers) = &mut queue.buffers {
                buffers.consumer = consumer.wrapping_add(1);
            }
            if let Err(syndrome) = written {
                queue.state = state::ERROR;
                completion.set(Cqe::SYNDROME, syndrome);
                completion.set(Cqe::OPCODE, OPCODE_RECEIVE_ERROR);
                host.trace(format_args!("rq {number:#x} fails: {parts:x?}"));
            }
        }
        self.complete(host, cq, completion);
    }

    /// Writes data to where the parts of an entry say; the syndrome if that is not possible.
    fn scatter(
        &self,
        host: &mut dyn Host,
        domain: u32,
        parts: &[Piece],
        mut data: &[u8],
    ) -> Result<(), u8> {
        for part in parts {
            if data.is_empty() {
                break;
            }
            let written = self.write_piece(host, domain, *part, data);
            data = &data[written.map_err(|_| syndrome::LOCAL_PROTECTION)?..];
        }
        match data {
            [] => Ok(()),
            _ => Err(syndrome::LOCAL_LENGTH),
        }
    }
}

impl Buffers {
    /// The next buffer that the driver has given: its number, whose it is, and its parts.
    fn next(&self, host: &mut dyn Host) -> Option<(u16, u32, Vec<Piece>)> {
        let mut producer = [0; 4];
        host.dma_read(self.doorbell, &mut producer).ok()?;
        let producer = u32::from_be_bytes(producer) as u16;
        if producer == self.consumer {
            return None;
        }
        let mut entry = vec![0; 1 << self.log_stride];
        let offset = u64::from(self.consumer) << self.log_stride;
        self.ring.read(host, offset, &mut entry).ok()?;
        let parts = entry.chunks_exact(WqeData::BYTES).map(|part| {
            let part = View::<WqeData>::of_any_length(part);
            Piece {
                key: part.get(WqeData::LKEY),
                address: part.get(WqeData::ADDRESS),
                length: part.get(WqeData::BYTE_COUNT) as usize,
            }
        });
        let parts = parts.take_while(|part| part.key != END_OF_PARTS).collect();
        Some((self.consumer, self.protection_domain, parts))
    }
}

/// Says in a completion what the headers are, and whether their checksums are right.
fn describe(completion: &mut Block<Cqe>, frame: &[u8], layers: &Layers) {
    const IPV6: u8 = 1;
    const IPV4: u8 = 2;
    const TCP_WITHOUT_ACK: u8 = 1;
    const UDP: u8 = 2;
    const TCP_ACK: u8 = 3;
    const TCP_ACK_WITH_DATA: u8 = 4;
    const ACK: u16 = 0x10;

    completion.set(Cqe::L2_OK, true);
    let Some(network) = layers.network else {
        return;
    };
    let version = if network.version == 4 { IPV4 } else { IPV6 };
    completion.set(Cqe::L3_HEADER_TYPE, version);
    completion.set(Cqe::L3_OK, network_is_right(frame, &network));
    let Some(protocol) = network.transport() else {
        return;
    };
    let kind = if protocol == TCP {
        let (head, flags) = (
            usize::from(frame[network.payload + 12] >> 4) * 4,
            word(frame, network.payload + 12),
        );
        match (flags & ACK != 0, network.payload + head < network.end) {
            (false, _) => TCP_WITHOUT_ACK,
            (true, false) => TCP_ACK,
            (true, true) => TCP_ACK_WITH_DATA,
        }
    } else {
        UDP
    };
    completion.set(Cqe::L4_HEADER_TYPE, kind);
    completion.set(Cqe::L4_OK, transport_is_right(frame, &network));
}

/// The buffers that a queue is made with.
fn buffers(input: &[u8], context: View<'_, Rqc>) -> Result<Option<Buffers>, Status> {
    let work = context.part(Rqc::WQ);
    let elsewhere = context.get(Rqc::MEM_RQ_TYPE) != 0 || context.get(Rqc::HAIRPIN);
    if elsewhere || work.get(Wq::WQ_TYPE) != CYCLIC {
        return Ok(None);
    }
    let log_stride = work.get(Wq::LOG_WQ_STRIDE);
    if log_stride > MAX_LOG_STRIDE {
        return Err(Status::BadParameter);
    }
    let ring = Ring::new(
        input,
        CreateRqIn::BYTES,
        (work.get(Wq::LOG_WQ_SZ).into(), log_stride.into()),
        u32::from(work.get(Wq::LOG_WQ_PG_SZ)) + 12,
        u64::from(work.get(Wq::PAGE_OFFSET)) << 6,
    )?;
    Ok(Some(Buffers {
        ring,
        log_stride,
        doorbell: work.get(Wq::DBR_ADDR),
        protection_domain: work.get(Wq::PD),
        consumer: 0,
    }))
}

pub fn create_rq(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, CreateRqIn, CreateRqOut>,
) -> Outcome {
    let context = context(call.input(), CreateRqIn::CTX)?;
    let queue = ReceiveQueue {
        state: context.get(Rqc::STATE),
        buffers: buffers(&call.input, context)?,
        completion_queue: context.get(Rqc::CQN),
        strips: !context.get(Rqc::VSD),
        keeps_fcs: context.get(Rqc::SCATTER_FCS),
        counter_set: context.get(Rqc::COUNTER_SET_ID),
    };
    let number = model.create_object(&objects::RQ, call)?;
    model.queues.receive.insert(number as u32, queue);
    Ok(())
}

pub fn modify_rq(model: &mut Mlx5, call: &mut TypedCall<'_, '_, ModifyRqIn, MboxOut>) -> Outcome {
    let queue = model.queues.receive.get_mut(&call.get(ModifyRqIn::RQN));
    let queue = queue.ok_or(Status::BadResource)?;
    if call.get(ModifyRqIn::RQ_STATE) != queue.state && queue.state != state::ERROR {
        return Err(Status::BadResourceState);
    }
    let context = call.input().part(ModifyRqIn::CTX);
    queue.state = context.get(Rqc::STATE);
    if let Some(buffers) = &mut queue.buffers {
        if queue.state == state::RESET {
            buffers.consumer = 0;
        }
    }
    let changed = call.get(ModifyRqIn::MODIFY_BITMASK);
    if changed & CHANGE_STRIPPING != 0 {
        queue.strips = !context.get(Rqc::VSD);
    }
    if changed & CHANGE_FCS != 0 {
        queue.keeps_fcs = context.get(Rqc::SCATTER_FCS);
    }
    if changed & CHANGE_COUNTERS != 0 {
        queue.counter_set = context.get(Rqc::COUNTER_SET_ID);
    }
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
