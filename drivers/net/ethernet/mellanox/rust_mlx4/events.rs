// SPDX-License-Identifier: GPL-2.0

//! Events that are about no completions.

use crate::{
    caps::{
        Caps,
        Feature, //
    },
    card::Card,
    eq::{
        Event,
        Ring, //
    },
    layout::{
        byte,
        half,
        long,
        word,
        Field, //
    },
};

use kernel::prelude::*;

/// Types of events (`MLX4_EVENT_TYPE_*`).
pub(crate) const COMPLETION: u8 = 0x00;
const PATH_MIGRATED: u8 = 0x01;
const ESTABLISHED: u8 = 0x02;
const SEND_QUEUE_DRAINED: u8 = 0x03;
const CQ_ERROR: u8 = 0x04;
const WQ_CATASTROPHE: u8 = 0x05;
const EEC_CATASTROPHE: u8 = 0x06;
const PATH_MIGRATION_FAILED: u8 = 0x07;
const PORT_CHANGE: u8 = 0x09;
const COMMAND: u8 = 0x0a;
const ECC_DETECTED: u8 = 0x0e;
const EQ_OVERFLOW: u8 = 0x0f;
const WQ_INVALID_REQUEST: u8 = 0x10;
const WQ_ACCESS_ERROR: u8 = 0x11;
const SRQ_CATASTROPHE: u8 = 0x12;
const SRQ_LAST_WQE: u8 = 0x13;
const SRQ_LIMIT: u8 = 0x14;
const COMMUNICATION_CHANNEL: u8 = 0x18;
const OPERATION_REQUIRED: u8 = 0x1a;
const FATAL_WARNING: u8 = 0x1b;
const FUNCTION_RESET: u8 = 0x1c;
const PORT_MANAGEMENT: u8 = 0x1d;
const RECOVERABLE_ERROR: u8 = 0x3e;

/// What every device has for every driver (`MLX4_ASYNC_EVENT_MASK`).
const ALWAYS: [u8; 19] = [
    PATH_MIGRATED,
    ESTABLISHED,
    SEND_QUEUE_DRAINED,
    CQ_ERROR,
    WQ_CATASTROPHE,
    EEC_CATASTROPHE,
    PATH_MIGRATION_FAILED,
    WQ_INVALID_REQUEST,
    WQ_ACCESS_ERROR,
    PORT_CHANGE,
    ECC_DETECTED,
    SRQ_CATASTROPHE,
    SRQ_LAST_WQE,
    SRQ_LIMIT,
    COMMAND,
    OPERATION_REQUIRED,
    COMMUNICATION_CHANNEL,
    FUNCTION_RESET,
    FATAL_WARNING,
];

/// Subtypes.
const PORT_DOWN: u8 = 1;
const TOO_WARM: u8 = 0;
const BAD_CABLE: u8 = 1;
const UNSUPPORTED_CABLE: u8 = 2;

/// What events are about.
mod data {
    use super::*;

    const DATA: usize = 4;

    pub(super) const TOKEN: Field<u16> = half(DATA + 2);
    pub(super) const STATUS: Field<u8> = byte(DATA + 11);
    pub(super) const VALUE: Field<u64> = long(DATA + 12);
    pub(super) const CQ: Field<u32> = word(DATA).bits(0, 24);
    pub(super) const CQ_SYNDROME: Field<u8> = byte(DATA + 11);
    pub(super) const PORT: Field<u8> = byte(DATA + 8).bits(4, 4);
    pub(super) const TEMPERATURE: Field<u16> = half(DATA);
    pub(super) const THRESHOLD: Field<u16> = half(DATA + 2);
    pub(super) const CABLE_PORT: Field<u8> = byte(DATA + 3);
    /// Which function it is about.
    pub(super) const FUNCTION: Field<u8> = byte(DATA + 24);
}

/// Which events the driver wants, a bit for each type (`get_async_ev_mask()`).
pub(crate) fn mask(caps: &Caps) -> u64 {
    let sometimes = [
        (Feature::PORT_MANAGEMENT_EVENT, PORT_MANAGEMENT),
        (Feature::RECOVERABLE_ERROR_EVENT, RECOVERABLE_ERROR),
    ];
    let sometimes = sometimes
        .iter()
        .filter(|(feature, _)| caps.has(*feature))
        .map(|(_, kind)| kind);
    Iterator::chain(ALWAYS.iter(), sometimes).fold(0, |mask, kind| mask | 1 << kind)
}

/// What became of a port's link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct LinkChange {
    pub(crate) port: u8,
    pub(crate) is_up: bool,
}

/// Does what there is to be done at once about an event (`mlx4_eq_int()`). Does not sleep. Who is
/// to know of a link is told later.
pub(crate) fn handle(card: &Card<'_>, ring: &Ring, event: &Event) -> Option<LinkChange> {
    let dev = card.dev.as_ref();
    match event.kind() {
        COMMAND => end_command(card, event),
        PORT_CHANGE => {
            return Some(LinkChange {
                port: event.get(data::PORT),
                is_up: event.subtype() != PORT_DOWN,
            })
        }
        CQ_ERROR => {
            let text = match event.get(data::CQ_SYNDROME) {
                1 => "overrun",
                _ => "access violation",
            };
            dev_warn!(dev, "CQ {} on CQN {:06x}\n", text, event.get(data::CQ));
        }
        EQ_OVERFLOW => dev_warn!(dev, "EQ overrun on EQN {}\n", ring.number().unwrap_or(0)),
        FATAL_WARNING if event.subtype() == TOO_WARM => dev_err!(
            dev,
            "Temperature Threshold was reached! Threshold: {} celsius degrees; \
             Current Temperature: {}\n",
            event.get(data::THRESHOLD),
            event.get(data::TEMPERATURE)
        ),
        FATAL_WARNING => {
            let text = Written { ring, event };
            let subtype = event.subtype();
            dev_warn!(
                dev,
                "Unhandled event FATAL WARNING ({:02x}), subtype {:02x} {}\n",
                FATAL_WARNING,
                subtype,
                text
            );
        }
        RECOVERABLE_ERROR => match event.subtype() {
            BAD_CABLE => dev_warn!(
                dev,
                "Bad cable detected on port {}\n",
                event.get(data::CABLE_PORT)
            ),
            UNSUPPORTED_CABLE => dev_warn!(dev, "Unsupported cable detected\n"),
            _ => {}
        },
        COMMUNICATION_CHANNEL => {
            dev_warn!(dev, "Received comm channel event for non master device\n")
        }
        FUNCTION_RESET => dev_warn!(dev, "Non-master function received FLR event\n"),
        // About objects that fail by what their completions say, or that nobody has made.
        PATH_MIGRATED
        | ESTABLISHED
        | SEND_QUEUE_DRAINED
        | SRQ_LAST_WQE
        | WQ_CATASTROPHE
        | PATH_MIGRATION_FAILED
        | WQ_INVALID_REQUEST
        | WQ_ACCESS_ERROR
        | SRQ_LIMIT
        | SRQ_CATASTROPHE
        | PORT_MANAGEMENT => {}
        _ => unhandled(card, ring, event),
    }
    None
}

/// A command has ended.
fn end_command(card: &Card<'_>, event: &Event) {
    card.command_ended(
        event.get(data::TOKEN),
        event.get(data::STATUS),
        event.get(data::VALUE),
    );
}

/// An event of which the driver knows nothing.
fn unhandled(card: &Card<'_>, ring: &Ring, event: &Event) {
    dev_warn!(
        card.dev.as_ref(),
        "Unhandled event {:02x}({:02x}) {}\n",
        event.kind(),
        event.subtype(),
        Written { ring, event }
    );
}

/// Where an event was found, as messages have it.
struct Written<'a> {
    ring: &'a Ring,
    event: &'a Event,
}

impl kernel::fmt::Display for Written<'_> {
    fn fmt(&self, out: &mut kernel::fmt::Formatter<'_>) -> kernel::fmt::Result {
        write!(
            out,
            "on EQ {} at index {}. owner={:x}, nent=0x{:x}, slave={:x}, ownership=SW",
            self.ring.number().unwrap_or(0),
            // It was taken already.
            self.ring.consumer().wrapping_sub(1),
            self.event.owner(),
            1 << self.ring.log_size(),
            self.event.get(data::FUNCTION)
        )
    }
}
