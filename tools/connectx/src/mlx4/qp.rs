// SPDX-License-Identifier: GPL-2.0

//! Queue pairs: what their contexts say, and where their two queues are.

use super::{
    icm::{Buffer, Icm, PAGE_SHIFT},
    layout::{byte, half, long, word, Field},
    ring::Ring,
    rss::Rss,
    state::{State, Transition},
    status::Status,
};
use crate::{frame::Piece, model::Host};

/// The context, which comes after eight bytes of the mailbox.
mod context {
    use super::*;
    pub const AT: usize = 8;
    pub const LENGTH: usize = 248;
    pub const STATE: Field = word(0).bits(28, 4);
    pub const SERVICE: Field = word(0).bits(16, 4);
    pub const IS_RSS: Field = word(0).bits(13, 1);
    pub const PROTECTION_DOMAIN: Field = word(4).bits(0, 24);
    /// The two queues.
    pub const RECEIVE: Field = byte(9);
    pub const SEND: Field = byte(10);
    pub const PATHS: std::ops::Range<usize> = 24..112;
    pub const CHECKS_MULTICAST: Field = byte(24).bits(1, 1);
    pub const CHECKS_UNICAST: Field = byte(24).bits(0, 1);
    /// What is checked is whether the sender has the same counter.
    pub const CHECKS_COUNTER: Field = byte(24 + 1).bits(7, 1);
    pub const COUNTER: Field = byte(24 + 4);
    pub const PORT: Field = byte(24 + 32).bits(6, 1);
    /// Of a queue pair that only spreads frames over others.
    pub const RSS: usize = 24 + 0x24;
    pub const SEND_CQ: Field = word(124).bits(0, 24);
    /// What it sends goes to its own port, however ports are mapped.
    pub const FORCES_PORT: Field = word(144).bits(3, 1);
    pub const RECEIVE_CQ: Field = word(156).bits(0, 24);
    pub const DOORBELL_RECORD: Field = long(160).bits(2, 62);
    pub const SHARES_BUFFERS: Field = word(172).bits(24, 1);
    pub const RECEIVE_INDEX: Field = half(180);
    pub const SEND_INDEX: Field = half(182);
    pub const KEEPS_TAG: Field = word(192).bits(30, 1);
    pub const KEEPS_FCS: Field = word(192).bits(29, 1);
    pub const LOG_PAGE: Field = byte(200).bits(0, 6);
    pub const MTT: Field = long(200).bits(0, 40);
}

/// The kind of service that sends and receives frames as they are.
const RAW: u64 = 7;
/// The key of a receive entry's part behind the last one.
const END_OF_PARTS: u32 = 0x100;

/// What UPDATE_QP changes, and where its mailbox has it.
mod update {
    use super::*;
    pub const CONTEXT: usize = 32;
    pub const CHANGES: &[(Field, Field)] = &[
        (long(0).bits(33, 1), context::KEEPS_TAG),
        (long(8).bits(32 + 15, 1), context::COUNTER),
        (long(8).bits(32 + 18, 1), context::CHECKS_UNICAST),
        (long(8).bits(32 + 19, 1), context::CHECKS_MULTICAST),
    ];
}

/// A part of a receive entry.
mod part {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const BYTES: Field = word(0);
    pub const KEY: Field = word(4);
    pub const ADDRESS: Field = long(8);
}

/// The entries of a queue: how long one is, and how many there are.
struct Shape {
    stride: u64,
    log_size: u32,
}

impl Shape {
    fn bytes(&self) -> u64 {
        self.stride << self.log_size
    }
}

/// A queue pair that is not in reset.
pub struct Qp {
    state: State,
    context: Vec<u8>,
    mtt_base: u64,
    /// Where the next request begins, and how many buffers were used.
    pub send_index: u32,
    pub receive_index: u16,
}

impl Qp {
    /// A queue pair on its way out of reset; `mtt_base` is where its buffer's addresses begin.
    pub fn new(mtt_base: u64) -> Self {
        Self {
            state: State::Reset,
            context: vec![0; context::LENGTH],
            mtt_base,
            send_index: 0,
            receive_index: 0,
        }
    }

    /// Its state.
    pub fn state(&self) -> State {
        self.state
    }

    /// Changes the state, and takes from the context what belongs to that change.
    pub fn modify(&mut self, transition: &Transition, mailbox: &[u8]) -> Result<(), Status> {
        if !transition.from.contains(&self.state) {
            return Err(Status::BadQpState);
        }
        if let Some(given) = mailbox.get(context::AT..context::AT + context::LENGTH) {
            match (self.state, transition.to) {
                (State::Reset, State::Init) => self.context.copy_from_slice(given),
                (_, State::Error | State::Reset) => {}
                _ => self.context[context::PATHS].copy_from_slice(&given[context::PATHS]),
            }
        }
        self.state = transition.to;
        Ok(())
    }

    /// Takes what UPDATE_QP changes, in any state.
    pub fn update(&mut self, mailbox: &[u8]) {
        for (selected, field) in update::CHANGES {
            if selected.get(mailbox) != 0 {
                let value = field.within(update::CONTEXT).get(mailbox);
                field.set(&mut self.context, value);
            }
        }
    }

    /// Something went wrong in one of its queues.
    pub fn fail(&mut self, state: State) {
        self.state = state;
    }

    /// What QUERY_QP tells.
    pub fn query(&self) -> Vec<u8> {
        let mut data = vec![0; context::AT];
        data.extend_from_slice(&self.context);
        for (field, value) in [
            (context::STATE, self.state as u64),
            (context::RECEIVE_INDEX, self.receive_index.into()),
            (context::SEND_INDEX, self.send_index.into()),
        ] {
            field.within(context::AT).set(&mut data, value);
        }
        data
    }

    /// Whether what it sends and receives are frames.
    pub fn is_raw(&self) -> bool {
        context::SERVICE.get(&self.context) == RAW
    }

    /// Whether it receives.
    pub fn is_receiving(&self) -> bool {
        const RECEIVING: [State; 4] = [
            State::ReadyToReceive,
            State::ReadyToSend,
            State::SendError,
            State::SendDrained,
        ];
        self.is_raw() && RECEIVING.contains(&self.state)
    }

    /// How it spreads frames, if that is all that it does.
    pub fn rss(&self) -> Option<Rss> {
        let is_rss = context::IS_RSS.get(&self.context) != 0;
        is_rss.then(|| Rss::new(self.context.get(context::RSS..).unwrap_or_default()))
    }

    /// The completion queues of what it sends, and of what it receives.
    pub fn send_cq(&self) -> u32 {
        context::SEND_CQ.get32(&self.context)
    }

    pub fn receive_cq(&self) -> u32 {
        context::RECEIVE_CQ.get32(&self.context)
    }

    pub fn protection_domain(&self) -> u32 {
        context::PROTECTION_DOMAIN.get32(&self.context)
    }

    /// The counter of what it sends and receives.
    pub fn counter(&self) -> u8 {
        context::COUNTER.get(&self.context) as u8
    }

    /// Its port, counted from 0.
    pub fn port(&self) -> usize {
        context::PORT.get(&self.context) as usize
    }

    /// Whether that is where it sends to, even if another port is to do its work.
    pub fn forces_port(&self) -> bool {
        context::FORCES_PORT.get(&self.context) != 0
    }

    /// Whether it does not want frames from the same function with a counter.
    pub fn refuses(&self, is_multicast: bool, counter: u8) -> bool {
        let checks = match is_multicast {
            true => context::CHECKS_MULTICAST,
            false => context::CHECKS_UNICAST,
        };
        let by_counter = context::CHECKS_COUNTER.get(&self.context) != 0;
        checks.get(&self.context) != 0 && (!by_counter || self.counter() == counter)
    }

    /// Whether tags are taken out of what it receives.
    pub fn strips_tags(&self) -> bool {
        context::KEEPS_TAG.get(&self.context) == 0
    }

    /// Whether the checksum at a frame's end is a part of what it receives.
    pub fn keeps_fcs(&self) -> bool {
        context::KEEPS_FCS.get(&self.context) != 0
    }

    /// The send queue: its memory, the size of a unit of it, and how many it has.
    pub fn send_ring(&self) -> (Ring, u64, u32) {
        let shape = self.shape(context::SEND);
        let base = match self.receives_first() {
            true => self.shape(context::RECEIVE).bytes(),
            false => 0,
        };
        let ring = Ring::new(self.buffer(), base, shape.bytes());
        (ring, shape.stride, 1 << shape.log_size)
    }

    /// The next buffer that the driver has given: its parts, until the last one.
    pub fn next_buffer(&self, icm: &Icm, host: &mut dyn Host) -> Option<Vec<Piece>> {
        if context::SHARES_BUFFERS.get(&self.context) != 0 {
            return None;
        }
        let mut producer = [0; 4];
        let record = context::DOORBELL_RECORD.get(&self.context) << 2;
        host.dma_read(record, &mut producer).ok()?;
        if u32::from_be_bytes(producer) as u16 == self.receive_index {
            return None;
        }
        let shape = self.shape(context::RECEIVE);
        let base = match self.receives_first() {
            true => 0,
            false => self.shape(context::SEND).bytes(),
        };
        let index = u64::from(self.receive_index) & ((1 << shape.log_size) - 1);
        let ring = Ring::new(self.buffer(), base, shape.bytes());
        let entry = ring.read(icm, host, index * shape.stride, shape.stride as usize)?;
        let parts = entry.chunks_exact(part::LENGTH).map(|part| Piece {
            key: part::KEY.get32(part),
            address: part::ADDRESS.get(part),
            length: part::BYTES.get(part) as usize,
        });
        Some(parts.take_while(|part| part.key != END_OF_PARTS).collect())
    }

    fn shape(&self, queue: Field) -> Shape {
        Shape {
            stride: 16 << queue.bits(0, 3).get(&self.context),
            log_size: queue.bits(3, 4).get32(&self.context),
        }
    }

    /// The queue of the larger entries comes first, and of equal ones the send queue.
    fn receives_first(&self) -> bool {
        self.shape(context::RECEIVE).stride > self.shape(context::SEND).stride
    }

    fn buffer(&self) -> Buffer {
        let context = &self.context;
        Buffer {
            mtt: self.mtt_base.wrapping_add(context::MTT.get(context)),
            page_shift: context::LOG_PAGE.get32(context).min(19) + PAGE_SHIFT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::state::transition, *};

    #[test]
    fn states_follow_each_other() {
        let mut qp = Qp::new(0);
        let mailbox = vec![0; 4096];
        for (opcode, expected) in [
            (0x1b, Err(Status::BadQpState)),
            (0x19, Ok(())),
            (0x19, Err(Status::BadQpState)),
            (0x1a, Ok(())),
            (0x1b, Ok(())),
            (0x1e, Ok(())),
            (0x1c, Err(Status::BadQpState)),
            (0x21, Ok(())),
        ] {
            let transition = transition(opcode).unwrap();
            assert_eq!(qp.modify(&transition, &mailbox), expected, "{opcode:#x}");
        }
        assert_eq!(qp.state(), State::Reset);
        assert!(transition(0x16).is_none());
    }
}
