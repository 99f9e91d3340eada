// SPDX-License-Identifier: GPL-2.0

//! Queue pairs: their states, and what they send. Frames go nowhere yet; they complete.

use super::{
    icm::{Buffer, Icm, PAGE_SHIFT},
    layout::{byte, long, word, Field},
    status::Status,
};
use crate::model::Host;

/// The states of a queue pair, as commands and contexts number them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum State {
    Reset = 0,
    Init = 1,
    ReadyToReceive = 2,
    ReadyToSend = 3,
    SendError = 4,
    SendDrained = 5,
    Error = 6,
}

/// The states in which a command accepts a queue pair, and the state that it leaves it in.
pub struct Transition {
    pub from: &'static [State],
    pub to: State,
}

const ALIVE: &[State] = &[
    State::Reset,
    State::Init,
    State::ReadyToReceive,
    State::ReadyToSend,
    State::SendError,
    State::SendDrained,
    State::Error,
];

#[rustfmt::skip]
const TRANSITIONS: &[(u16, &[State], State)] = &[
    (0x19, &[State::Reset],          State::Init),
    (0x2d, &[State::Init],           State::Init),
    (0x1a, &[State::Init],           State::ReadyToReceive),
    (0x1b, &[State::ReadyToReceive], State::ReadyToSend),
    (0x1c, &[State::ReadyToSend],    State::ReadyToSend),
    (0x1d, &[State::SendError],      State::ReadyToSend),
    (0x1f, &[State::ReadyToSend],    State::SendDrained),
    (0x38, &[State::SendDrained],    State::SendDrained),
    (0x20, &[State::SendDrained],    State::ReadyToSend),
    (0x1e, ALIVE,                    State::Error),
    (0x21, ALIVE,                    State::Reset),
];

/// The transition that a command makes, if it makes one.
pub fn transition(opcode: u16) -> Option<Transition> {
    let (_, from, to) = TRANSITIONS.iter().find(|row| row.0 == opcode)?;
    Some(Transition { from, to: *to })
}

/// The context, which comes after eight bytes of the mailbox.
mod context {
    use super::*;
    pub const AT: usize = 8;
    pub const LENGTH: usize = 248;
    pub const STATE: Field = word(0).bits(28, 4);
    pub const SEND_LOG_SIZE: Field = byte(10).bits(3, 4);
    pub const SEND_LOG_STRIDE: Field = byte(10).bits(0, 3);
    pub const RECEIVE_LOG_SIZE: Field = byte(9).bits(3, 4);
    pub const RECEIVE_LOG_STRIDE: Field = byte(9).bits(0, 3);
    pub const PATHS: std::ops::Range<usize> = 24..112;
    pub const COUNTER: Field = byte(24 + 4);
    pub const SCHEDULE: Field = byte(24 + 32);
    pub const SEND_CQ: Field = word(124).bits(0, 24);
    pub const LOG_PAGE: Field = byte(200).bits(0, 6);
    pub const MTT: Field = long(200).bits(0, 40);
}

/// The control segment at a descriptor's beginning.
mod control {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const OWNER: Field = word(0).bits(31, 1);
    pub const OPCODE: Field = word(0).bits(0, 5);
    /// Length of the descriptor, in 16 bytes.
    pub const SIZE: Field = byte(7).bits(0, 6);
    pub const COMPLETE: Field = word(8).bits(2, 2);
    pub const NOP: u64 = 0;
    /// Descriptors that the driver has not written yet have no valid one.
    pub const INVALID: u64 = 0x1f;
}

/// A piece of a frame in memory.
mod piece {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const BYTES: Field = word(0);
    pub const INLINE: u32 = 1 << 31;
}

/// A frame that was sent.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
    /// Where its descriptor begins, in units of the queue's stride.
    pub index: u32,
    /// Its length.
    pub bytes: u32,
    /// Whether the driver wants a completion.
    pub complete: bool,
}

/// A send queue's memory.
struct Ring {
    buffer: Buffer,
    base: u64,
    size: u64,
}

impl Ring {
    /// Reads a descriptor, or its beginning. It may go on at the queue's beginning, and lie in
    /// several pages.
    fn read(&self, icm: &Icm, host: &mut dyn Host, start: u64, length: usize) -> Option<Vec<u8>> {
        let mut data = vec![0; length];
        let mut done = 0;
        while done < length {
            let at = (start + done as u64) % self.size;
            let position = self.base + at;
            let page = 1 << self.buffer.page_shift;
            let left = (self.size - at).min(page - position % page);
            let end = length.min(done.saturating_add(left as usize));
            if !self.buffer.read(icm, host, position, &mut data[done..end]) {
                return None;
            }
            done = end;
        }
        Some(data)
    }
}

/// A queue pair that is not in reset.
pub struct Qp {
    state: State,
    context: Vec<u8>,
    mtt_base: u64,
    send_index: u32,
}

impl Qp {
    /// A queue pair on its way out of reset; `mtt_base` is where its buffer's addresses begin.
    pub fn new(mtt_base: u64) -> Self {
        Self {
            state: State::Reset,
            context: vec![0; context::LENGTH],
            mtt_base,
            send_index: 0,
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

    /// What QUERY_QP tells.
    pub fn query(&self) -> Vec<u8> {
        let mut data = vec![0; context::AT];
        data.extend_from_slice(&self.context);
        context::STATE
            .within(context::AT)
            .set(&mut data, self.state as u64);
        data
    }

    /// The completion queue of what it sends.
    pub fn send_cq(&self) -> u32 {
        context::SEND_CQ.get32(&self.context)
    }

    /// The counter of what it sends, and the port, counted from 0.
    pub fn counter_and_port(&self) -> (u8, usize) {
        (
            context::COUNTER.get(&self.context) as u8,
            context::SCHEDULE.bits(6, 1).get(&self.context) as usize,
        )
    }

    /// Takes the next descriptor from the send queue, if the driver has written one.
    pub fn next_send(&mut self, icm: &Icm, host: &mut dyn Host) -> Option<Sent> {
        if self.state != State::ReadyToSend {
            return None;
        }
        let context = &self.context;
        let stride = 16u64 << context::SEND_LOG_STRIDE.get(context);
        let size = 1u32 << context::SEND_LOG_SIZE.get(context);
        let buffer = Buffer {
            mtt: self.mtt_base.wrapping_add(context::MTT.get(context)),
            page_shift: context::LOG_PAGE.get32(context).min(19) + PAGE_SHIFT,
        };
        let ring = Ring {
            buffer,
            base: self.send_offset(),
            size: stride << size.trailing_zeros(),
        };
        let start = u64::from(self.send_index & (size - 1)) * stride;
        let control = ring.read(icm, host, start, control::LENGTH)?;
        let pass = u64::from(self.send_index & size != 0);
        if control::OWNER.get(&control) != pass
            || [control::NOP, control::INVALID].contains(&control::OPCODE.get(&control))
            || control::SIZE.get(&control) == 0
        {
            return None;
        }
        let length = control::SIZE.get(&control) * 16;
        let data = ring.read(icm, host, start, length as usize)?;
        let mut bytes = 0u32;
        for piece in data[control::LENGTH..].chunks_exact(piece::LENGTH) {
            let count = piece::BYTES.get32(piece);
            bytes = bytes.wrapping_add(count & !piece::INLINE);
            if count & piece::INLINE != 0 {
                break;
            }
        }
        let sent = Sent {
            index: self.send_index & 0xffff,
            bytes,
            complete: control::COMPLETE.get(&control) != 0,
        };
        let units = length.div_ceil(stride) as u32;
        self.send_index = self.send_index.wrapping_add(units);
        Some(sent)
    }

    /// How many descriptors its send queue can hold at most.
    pub fn send_size(&self) -> u32 {
        1 << context::SEND_LOG_SIZE.get(&self.context)
    }

    /// The send queue comes after the receive queue, unless its descriptors are larger.
    fn send_offset(&self) -> u64 {
        let context = &self.context;
        let receive = context::RECEIVE_LOG_STRIDE.get(context);
        if context::RECEIVE_LOG_SIZE.get(context) == 0
            || context::SEND_LOG_STRIDE.get(context) > receive
        {
            return 0;
        }
        16 << receive << context::RECEIVE_LOG_SIZE.get(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
