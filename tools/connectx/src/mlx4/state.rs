// SPDX-License-Identifier: GPL-2.0

//! The states of queue pairs, and the commands that change them.

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
