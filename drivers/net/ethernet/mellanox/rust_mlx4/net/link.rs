// SPDX-License-Identifier: GPL-2.0

//! The link of a port, of whose state the network device is told by events.

use super::{
    port::Port,
    Nic, //
};

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        Field, //
    },
};

use kernel::{
    net::device::{
        Carrier,
        NetDevice, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Mutex, //
    }, //
};

/// Who is to know of the link of a port.
#[pin_data]
pub(crate) struct Link {
    #[pin]
    carrier: Mutex<Option<Carrier>>,
    /// How many events there were.
    events: Atomic<u32>,
    /// Whether nobody was told of the last one.
    missed: Atomic<bool>,
}

impl Link {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Link {
            carrier <- new_mutex!(None),
            events: Atomic::new(0),
            missed: Atomic::new(false),
        })
    }

    fn carrier(&self) -> Option<Carrier> {
        self.carrier.lock().clone()
    }
}

/// How fast a link can be, and how the device says that (`MLX4_EN_*_SPEED`).
const SPEEDS: [(u8, u32); 7] = [
    (0x04, 100),
    (0x02, 1_000),
    (0x00, 10_000),
    (0x01, 10_000),
    (0x08, 20_000),
    (0x40, 40_000),
    (0x20, 56_000),
];

/// What the device says about a link (`struct mlx4_en_port_state`).
pub(super) struct State {
    pub(super) is_up: bool,
    /// In Mbit/s, if it is one that there is.
    pub(super) speed: Option<u32>,
    pub(super) transceiver: u8,
    /// Whether the ends have agreed on a mode by themselves, and whether they are to.
    pub(super) has_negotiated: bool,
    pub(super) negotiates: bool,
}

impl Port<'_> {
    /// Asks for the state of the link (`mlx4_en_QUERY_PORT()`).
    pub(super) fn state(self) -> Result<State> {
        const IS_UP: Field<bool> = byte(0).bit(7);
        const HAS_NEGOTIATED: Field<bool> = byte(0).bit(6);
        const NEGOTIATES: Field<bool> = byte(1).bit(7);
        const SPEED: Field<u8> = byte(5);
        const SPEED_MASK: u8 = 0x6f;
        const TRANSCEIVER: Field<u8> = byte(24);

        let call = Call::new(Op::QUERY_PORT).modifier(self.number().into());
        let answer = self.card.query(call)?;
        let code = answer.get(SPEED) & SPEED_MASK;
        let speed = SPEEDS.iter().find(|(known, _)| *known == code);
        Ok(State {
            is_up: answer.get(IS_UP),
            speed: speed.map(|(_, speed)| *speed),
            transceiver: answer.get(TRANSCEIVER),
            has_negotiated: answer.get(HAS_NEGOTIATED),
            negotiates: answer.get(NEGOTIATES),
        })
    }
}

impl Card<'_> {
    fn link(&self, port: u8) -> Option<&Link> {
        let [first, second] = [&self.first_link, &self.second_link];
        match port {
            1 => Some(first),
            2 => Some(second),
            _ => None,
        }
    }

    /// Says whether there is a link, with a message (`mlx4_en_linkstate()`).
    fn tell_of_link(&self, device: &NetDevice, is_up: bool) {
        let text = if is_up { "Link Up" } else { "Link Down" };
        dev_info!(self.dev.as_ref(), "{}: {}\n", &*device.name(), text);
    }

    /// An event says that the link of a port has come or gone: the network device, if it is up, is
    /// told. Sleeps, but waits neither for a command nor for another event.
    pub(crate) fn port_changed(&self, port: u8, is_up: bool) {
        let Some(link) = self.link(port) else {
            return;
        };
        link.events.fetch_add(1, Relaxed);
        let tell = || {
            link.carrier()?.update(|device| {
                self.tell_of_link(device, is_up);
                is_up
            })
        };
        if tell().is_none() {
            link.missed.store(true, Relaxed);
            // Who came up meanwhile may have looked before that.
            if tell().is_some() {
                link.missed.store(false, Relaxed);
            }
        }
    }
}

impl Nic<'_> {
    /// Events tell that one of the link from now on; it is told of the link there is, if the device
    /// is to be asked for that, or an event was missed.
    pub(super) fn follow_link(&self, carrier: Carrier, asks: bool) {
        let Some(link) = self.card.link(self.port.number()) else {
            return;
        };
        *link.carrier.lock() = Some(carrier.clone());
        let missed = link.missed.xchg(false, Relaxed);
        if !asks && !missed {
            return;
        }
        let before = link.events.load(Relaxed);
        // Without the lock that `update` takes: the end of the command may be an event, too, which
        // comes after one that waits for that.
        let is_up = self.port.state().is_ok_and(|state| state.is_up);
        carrier.update(|device| {
            // What an event says is newer.
            if link.events.load(Relaxed) != before {
                return device.has_carrier();
            }
            self.card.tell_of_link(device, is_up);
            is_up
        });
    }

    /// Nobody is told of the link any more.
    pub(super) fn ignore_link(&self) {
        if let Some(link) = self.card.link(self.port.number()) {
            *link.carrier.lock() = None;
        }
    }
}
