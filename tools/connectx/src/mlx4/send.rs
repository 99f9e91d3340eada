// SPDX-License-Identifier: GPL-2.0

//! Send queues: requests are read, and the frames that they describe go to the wire, or to this
//! function itself.

use super::{
    cq::{Completion, Syndrome},
    layout::{byte, half, long, word, Field},
    state::State,
    steering::Seen,
    Card,
};
use crate::{
    frame::{
        checksum::{segments, Offloads},
        headers::{Headers, CVLAN, SVLAN},
        insert_tag, Piece, MAX_LENGTH, MAX_SEGMENTS, MIN_LENGTH,
    },
    model::Host,
};

/// The control segment at a request's beginning.
mod control {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const OWNER: Field = word(0).bits(31, 1);
    pub const OPCODE: Field = word(0).bits(0, 5);
    pub const TAG: Field = half(4);
    pub const INSERTS_SERVICE_TAG: Field = byte(6).bits(7, 1);
    pub const INSERTS_TAG: Field = byte(6).bits(6, 1);
    /// Length of the request, in 16 bytes.
    pub const SIZE: Field = byte(7).bits(0, 6);
    pub const TRANSPORT_CHECKSUM: Field = word(8).bits(5, 1);
    pub const NETWORK_CHECKSUM: Field = word(8).bits(4, 1);
    pub const COMPLETE: Field = word(8).bits(2, 2);
    pub const FORCES_LOOPBACK: Field = word(8).bits(0, 1);
    /// The frame's destination, if it may be within the card.
    pub const ADDRESS: [Field; 2] = [half(8), word(12)];
    pub const NOP: u64 = 0;
    pub const SEND: u64 = 0x0a;
    pub const SEGMENT: u64 = 0x0e;
    /// Requests that the driver has not written yet have no valid one.
    pub const INVALID: u64 = 0x1f;
}

/// What comes next in a request to divide a frame: how long the parts are, and its headers.
mod division {
    use super::*;
    pub const LENGTH: usize = 4;
    pub const MSS: Field = half(0);
    pub const HEADERS: Field = half(2);
}

/// A piece of a frame, in memory or within the request.
mod piece {
    use super::*;
    pub const BYTES: Field = word(0).bits(0, 31);
    pub const INLINE: Field = word(0).bits(31, 1);
    pub const KEY: Field = word(4);
    pub const ADDRESS: Field = long(8);
}

/// What the parts of a request are aligned to.
const UNIT: usize = 16;

/// A request that a driver has put into a send queue.
pub struct Request {
    /// Where it begins, in units of the queue's stride.
    index: u16,
    data: Vec<u8>,
}

impl Request {
    fn get(&self, field: Field) -> u64 {
        field.get(&self.data)
    }

    fn is_set(&self, field: Field) -> bool {
        self.get(field) != 0
    }
}

/// Who sends a frame, and how.
pub struct Sender {
    pub counter: u8,
    /// The port that does it, counted from 0.
    port: usize,
    forces_loopback: bool,
    /// The destination that may be within the card.
    address: [u8; 6],
}

/// A part of a frame: within the request, or elsewhere.
enum Part<'a> {
    Inline(&'a [u8]),
    Memory(Piece),
}

/// Divides the rest of a request into the parts that it names.
fn parts(mut rest: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while rest.len() >= UNIT {
        let length = piece::BYTES.get(rest) as usize;
        let mut taken = UNIT;
        if piece::INLINE.get(rest) != 0 {
            let end = length.saturating_add(4).min(rest.len());
            parts.push(Part::Inline(&rest[4..end]));
            taken = end.next_multiple_of(UNIT);
        } else if length > 0 {
            parts.push(Part::Memory(Piece {
                key: piece::KEY.get32(rest),
                address: piece::ADDRESS.get(rest),
                length,
            }));
        }
        rest = rest.get(taken..).unwrap_or_default();
    }
    parts
}

impl Card {
    /// The driver has put something into a send queue.
    pub(super) fn ring_send(&mut self, host: &mut dyn Host, number: u32) {
        let size = self.hca.qps.get(&number).map_or(0, |qp| qp.send_ring().2);
        // A hostile guest could write on and on.
        for _ in 0..size {
            let Some(request) = self.next_request(host, number) else {
                return;
            };
            if let Err(syndrome) = self.execute_request(host, number, &request) {
                return self.fail_send(host, number, request.index, syndrome);
            }
        }
    }

    /// Takes the next request from a send queue, if the driver has written one.
    fn next_request(&mut self, host: &mut dyn Host, number: u32) -> Option<Request> {
        let hca = &mut self.hca;
        let qp = hca.qps.get_mut(&number)?;
        if qp.state() != State::ReadyToSend {
            return None;
        }
        let (ring, stride, size) = qp.send_ring();
        let start = u64::from(qp.send_index & (size - 1)) * stride;
        let control = ring.read(&hca.icm, host, start, control::LENGTH)?;
        let pass = u64::from(qp.send_index & size != 0);
        let length = control::SIZE.get(&control) as usize * UNIT;
        if control::OWNER.get(&control) != pass
            || [control::NOP, control::INVALID].contains(&control::OPCODE.get(&control))
            || length == 0
        {
            return None;
        }
        let data = ring.read(&hca.icm, host, start, length)?;
        let index = qp.send_index as u16;
        let units = (length as u64).div_ceil(stride) as u32;
        qp.send_index = qp.send_index.wrapping_add(units);
        Some(Request { index, data })
    }

    /// Sends the frames of a request, if it is one to send, and completes it.
    fn execute_request(
        &mut self,
        host: &mut dyn Host,
        number: u32,
        request: &Request,
    ) -> Result<(), Syndrome> {
        let Some(qp) = self.hca.qps.get(&number) else {
            return Ok(());
        };
        let (cq, domain) = (qp.send_cq(), qp.protection_domain());
        let port = match qp.forces_port() {
            true => qp.port(),
            false => self.hca.mapped_port(qp.port()),
        };
        let mut address = [0; 6];
        address[..2].copy_from_slice(&(request.get(control::ADDRESS[0]) as u16).to_be_bytes());
        address[2..].copy_from_slice(&(request.get(control::ADDRESS[1]) as u32).to_be_bytes());
        let sender = Sender {
            counter: qp.counter(),
            port,
            forces_loopback: request.is_set(control::FORCES_LOOPBACK),
            address,
        };
        let mut bytes = 0;
        if qp.is_raw() {
            for frame in self.frames(host, domain, request)? {
                bytes += frame.len() as u32;
                self.emit(host, &sender, &frame);
            }
        }
        if request.is_set(control::COMPLETE) {
            let completion = Completion::sent(number, request.index, bytes);
            self.complete(host, cq, completion);
        }
        Ok(())
    }

    /// The frames that a request describes; what requests other than to send are for nobody sees.
    fn frames(
        &self,
        host: &mut dyn Host,
        domain: u32,
        request: &Request,
    ) -> Result<Vec<Vec<u8>>, Syndrome> {
        let rest = request.data.get(control::LENGTH..).unwrap_or_default();
        let (header, mss, rest) = match request.get(control::OPCODE) {
            control::SEND => (&[][..], 0, rest),
            control::SEGMENT => {
                let end = division::LENGTH + division::HEADERS.get(rest) as usize;
                let header = rest.get(division::LENGTH..end);
                let behind = rest.get(end.next_multiple_of(UNIT)..).unwrap_or_default();
                let mss = division::MSS.get(rest) as usize;
                (header.ok_or(Syndrome::Operation)?, mss, behind)
            }
            _ => return Ok(Vec::new()),
        };
        let mut frame = header.to_vec();
        for part in parts(rest) {
            self.gather(host, domain, part, &mut frame)?;
        }
        let data = frame.len() - header.len();
        let mut headers = header.len();
        if request.is_set(control::INSERTS_TAG) || request.is_set(control::INSERTS_SERVICE_TAG) {
            let is_service = request.is_set(control::INSERTS_SERVICE_TAG);
            let kind = if is_service { SVLAN } else { CVLAN };
            let before = frame.len();
            insert_tag(&mut frame, kind, request.get(control::TAG) as u16);
            headers += frame.len() - before;
        }
        let mut frames = match mss {
            0 => vec![frame],
            mss if data.div_ceil(mss) > MAX_SEGMENTS => return Err(Syndrome::Length),
            mss => segments(&frame, &Headers::of(&frame, |_| false), headers, mss),
        };
        let offloads = Offloads {
            network: request.is_set(control::NETWORK_CHECKSUM),
            transport: request.is_set(control::TRANSPORT_CHECKSUM),
            ..Offloads::default()
        };
        for frame in &mut frames {
            if offloads != Offloads::default() {
                let headers = Headers::of(frame, |_| false);
                offloads.apply(frame, &headers);
            }
            if frame.len() < MIN_LENGTH {
                frame.resize(MIN_LENGTH, 0);
            }
        }
        Ok(frames)
    }

    fn gather(
        &self,
        host: &mut dyn Host,
        domain: u32,
        part: Part<'_>,
        frame: &mut Vec<u8>,
    ) -> Result<(), Syndrome> {
        match part {
            Part::Inline(data) => frame.extend_from_slice(data),
            Part::Memory(piece) => {
                let start = frame.len();
                if piece.length > MAX_LENGTH - start.min(MAX_LENGTH) {
                    return Err(Syndrome::Length);
                }
                frame.resize(start + piece.length, 0);
                let read = self
                    .hca
                    .read_piece(host, domain, piece, &mut frame[start..]);
                read.map_err(|_| Syndrome::Protection)?;
            }
        }
        Ok(())
    }

    /// A frame leaves the function: to the wire, or back if it is meant for the function itself.
    fn emit(&mut self, host: &mut dyn Host, sender: &Sender, frame: &[u8]) {
        let counter = self.hca.counters.entry(sender.counter).or_default();
        counter.sent.add(frame.len());
        let is_multicast = frame[0] & 1 != 0;
        let local = sender.forces_loopback || self.is_local(sender, frame);
        if local {
            if let Some(port) = self.ports.get_mut(sender.port) {
                port.traffic.looped.add(frame.len());
            }
            self.enter(host, sender.port, frame, Some(sender));
        }
        if sender.forces_loopback || local && !is_multicast {
            return;
        }
        let Some(port) = self.ports.get_mut(sender.port) else {
            return;
        };
        if port.link {
            port.traffic.sent.add(frame);
            host.transmit(sender.port as u8, frame);
        } else {
            port.traffic.sent_down += 1;
        }
    }

    /// Whether a request says that its frame may stay within the card, and somebody there gets it.
    fn is_local(&self, sender: &Sender, frame: &[u8]) -> bool {
        if frame.get(..6) != Some(&sender.address) {
            return false;
        }
        let seen = Seen {
            frame,
            headers: &Headers::of(frame, |_| false),
            port: sender.port as u8 + 1,
        };
        !self.steer(&seen).is_empty()
    }

    fn fail_send(&mut self, host: &mut dyn Host, number: u32, index: u16, syndrome: Syndrome) {
        let Some(qp) = self.hca.qps.get_mut(&number) else {
            return;
        };
        qp.fail(State::SendError);
        let cq = qp.send_cq();
        host.trace(format_args!("qp {number:#x} fails to send: {syndrome:?}"));
        let completion = Completion::failed(number, index, true, syndrome);
        self.complete(host, cq, completion);
    }

    /// Writes a completion, with the time that it is.
    pub(super) fn complete(&mut self, host: &mut dyn Host, cq: u32, completion: Completion) {
        let time = self.clock();
        self.hca.complete(host, cq, completion, time);
    }
}
