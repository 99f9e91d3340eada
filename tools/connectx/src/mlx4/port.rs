// SPDX-License-Identifier: GPL-2.0

//! The ports: links, types, and the commands about them.

use super::{
    caps,
    commands::{Call, Outcome, Reply},
    eq::{data, kind, Event},
    filter::Filter,
    layout::{byte, fill, half, long, word, Field},
    status::Status,
    traffic::Traffic,
    Card,
};
use crate::model::Host;
use std::time::{Duration, Instant};

/// How long it takes until a link is up.
const LINK_TIME: Duration = Duration::from_millis(100);

/// What the port finds at its other end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sensed {
    Nothing = 0,
    InfiniBand = 1,
    Ethernet = 2,
}

/// A port.
#[derive(Debug)]
pub struct Port {
    /// Its default address.
    pub mac: u64,
    /// Whether something is at the other end of the cable, and what a driver would sense there.
    pub cable: bool,
    pub sensed: Sensed,
    /// Between INIT_PORT and CLOSE_PORT.
    pub open: bool,
    /// Whether the link is up.
    pub link: bool,
    /// When it will be.
    due: Option<Instant>,
    /// Wake on LAN.
    wake: u64,
    pub beacon: bool,
    /// What it lets in.
    pub filter: Filter,
    /// What it has sent and received so far.
    pub traffic: Traffic,
}

impl Port {
    /// A port with a cable.
    pub fn new(mac: u64) -> Self {
        Self {
            mac,
            cable: true,
            sensed: Sensed::Ethernet,
            open: false,
            link: false,
            due: None,
            wake: 0,
            beacon: false,
            filter: Filter::default(),
            traffic: Traffic::default(),
        }
    }

    /// A reset: nothing that a driver set is left, the cable is.
    pub fn reset(&mut self) {
        self.traffic.clear();
        *self = Self {
            cable: self.cable,
            sensed: self.sensed,
            wake: self.wake,
            traffic: std::mem::take(&mut self.traffic),
            ..Self::new(self.mac)
        };
    }

    fn open(&mut self) {
        self.open = true;
        self.due = (self.cable && !self.link).then(|| Instant::now() + LINK_TIME);
    }

    fn close(&mut self) {
        self.open = false;
        self.link = false;
        self.due = None;
    }
}

mod answer {
    use super::*;
    pub const LINK: Field = byte(0).bits(7, 1);
    pub const MAC: Field = long(0x10);
    pub const GUID_HIGH: Field = word(0x14);
    pub const GUID_LOW: Field = word(0x1c);
    pub const RECEIVE_CHECKSUMS: Field = byte(131);
    pub const MAP: [Field; 2] = [word(0), word(4)];
}

impl Card {
    /// Sets the cable of a port, and has the link follow.
    pub(super) fn set_cable(&mut self, host: &mut dyn Host, index: usize, cable: bool) {
        let Some(port) = self.ports.get_mut(index) else {
            return;
        };
        port.cable = cable;
        port.due = None;
        if port.open {
            self.set_link(host, index, cable);
        }
    }

    fn set_link(&mut self, host: &mut dyn Host, index: usize, up: bool) {
        const DOWN: u8 = 1;
        const UP: u8 = 4;
        let Some(port) = self.ports.get_mut(index) else {
            return;
        };
        if port.link == up {
            return;
        }
        port.link = up;
        let fields = [(data::PORT, index as u64 + 1)];
        let event = Event::new(kind::PORT_CHANGE, if up { UP } else { DOWN }, &fields);
        self.hca.event(host, kind::PORT_CHANGE, event);
        host.trace(format_args!("link {} {}", index + 1, up));
    }

    /// Brings links up whose time has come, and says when the next one's comes.
    pub(super) fn tick_ports(&mut self, host: &mut dyn Host, now: Instant) -> Option<Instant> {
        for index in 0..self.ports.len() {
            if self.ports[index].due.is_some_and(|due| due <= now) {
                self.ports[index].due = None;
                self.set_link(host, index, true);
            }
        }
        self.ports.iter().filter_map(|port| port.due).min()
    }

    /// The port of a number as commands have it, counted from 1.
    pub(super) fn port(&mut self, number: u32) -> Result<&mut Port, Status> {
        let index = (number as usize).checked_sub(1).ok_or(Status::BadParam)?;
        self.ports.get_mut(index).ok_or(Status::BadParam)
    }
}

pub fn init_port(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    card.port(call.modifier)?.open();
    Ok(Reply::Done)
}

pub fn close_port(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    card.port(call.modifier)?.close();
    Ok(Reply::Done)
}

pub fn query_port(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let port = card.port(call.modifier)?;
    let mut data = vec![0; 0x100];
    fill(&mut data, caps::QUERY_PORT);
    answer::LINK.set(&mut data, port.link.into());
    answer::MAC.set(&mut data, port.mac);
    Ok(Reply::Mailbox(data))
}

pub fn sense_port(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let port = card.port(call.modifier)?;
    let sensed = if port.cable {
        port.sensed
    } else {
        Sensed::Nothing
    };
    Ok(Reply::Value(sensed as u64))
}

/// MOD_STAT_CFG: page size (which is always right), wake on LAN, and a port's name.
pub fn static_configuration(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    const SET: u8 = 0;
    const WRITE: u8 = 1;
    const QUERY: u8 = 2;
    const READ: u8 = 3;
    let number = call.modifier >> 8 & 0xff;
    match call.op_modifier {
        SET => Ok(Reply::Done),
        WRITE => {
            card.port(number)?.wake = call.in_param;
            Ok(Reply::Done)
        }
        READ => Ok(Reply::Value(card.port(number)?.wake)),
        QUERY => {
            let mac = card.port(number)?.mac;
            let mut data = vec![0; 0x100];
            answer::GUID_HIGH.set(&mut data, mac >> 24 << 8 | 0x02);
            answer::GUID_LOW.set(&mut data, 0xc900_0000 | mac & 0xff_ffff);
            Ok(Reply::Mailbox(data))
        }
        _ => Err(Status::BadOp),
    }
}

/// VIRT_PORT_MAP: which port each of the driver's ports is, for bonding.
pub fn map_ports(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    const GET: u8 = 0;
    const SET: u8 = 1;
    match call.op_modifier {
        GET => {
            let mut data = vec![0; 8];
            for (field, port) in answer::MAP.iter().zip(card.hca.port_map) {
                field.set(&mut data, port.into());
            }
            Ok(Reply::Mailbox(data))
        }
        SET => {
            let map = answer::MAP.map(|field| field.get32(&call.input));
            if map.iter().any(|port| card.port(*port).is_err()) {
                return Err(Status::BadParam);
            }
            card.hca.port_map = map;
            Ok(Reply::Done)
        }
        _ => Err(Status::BadOp),
    }
}

/// CONFIG_DEV: what the driver set, and which checksums a receiver is told.
pub fn configure(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    const SETS_PORT_CHECK: Field = word(0).bits(18, 1);
    const ANY_PORT: Field = word(24).bits(15, 1);
    match call.op_modifier {
        0 => {
            if SETS_PORT_CHECK.get(&call.input) != 0 {
                card.hca.any_port = ANY_PORT.get(&call.input) != 0;
            }
            card.hca.config = call.input.get(..128).unwrap_or(&[]).to_vec();
            Ok(Reply::Done)
        }
        1 => {
            let mut data = card.hca.config.clone();
            data.resize(132, 0);
            answer::RECEIVE_CHECKSUMS.set(&mut data, 0x22);
            Ok(Reply::Mailbox(data))
        }
        _ => Err(Status::BadOp),
    }
}

/// A management datagram: what it asks for, and the answer in its data.
mod mad {
    use super::*;
    pub const LENGTH: usize = 256;
    pub const METHOD: Field = byte(3);
    pub const STATUS: Field = half(4);
    pub const ATTRIBUTE: Field = half(16);
    pub const DATA: usize = 64;
    pub const GET: u64 = 0x01;
    pub const RESPONSE: u64 = 0x81;
    pub const PORT_INFO: u64 = 0x15;
    pub const MODULE_INFO: u64 = 0xff60;
    pub const UNSUPPORTED: u64 = 0x0c;
    /// A cable's memory cannot be read without a cable.
    pub const NOT_CONNECTED: u64 = 0x0300;
    pub const CAPABILITIES: Field = word(DATA + 20);
    pub const MODULE_ADDRESS: Field = half(DATA + 2);
    pub const MODULE_LENGTH: Field = half(DATA + 6);
    pub const MODULE_DATA: usize = DATA + 16;
    pub const MODULE_MOST: usize = 48;
}

/// The beginning of the memory of a QSFP cable.
fn module_byte(address: usize) -> u8 {
    const VENDOR: &[u8; 16] = b"Mellanox        ";
    match address {
        0 | 128 => 0x0d,
        147 => 0xa0,
        148..=163 => VENDOR[address - 148],
        _ => 0,
    }
}

/// MAD_IFC: management datagrams for the card itself.
pub fn datagram(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let cable = card.port(call.modifier & 0xff)?.cable;
    let mut data = call.input.get(..mad::LENGTH).unwrap_or(&[]).to_vec();
    let get = mad::METHOD.get(&data) == mad::GET;
    mad::METHOD.set(&mut data, mad::RESPONSE);
    let status = match mad::ATTRIBUTE.get(&data) {
        mad::PORT_INFO if get => {
            mad::CAPABILITIES.set(&mut data, 0x0251_486a);
            0
        }
        mad::MODULE_INFO if get && !cable => mad::NOT_CONNECTED,
        mad::MODULE_INFO if get => {
            let address = mad::MODULE_ADDRESS.get(&data) as usize;
            let length = (mad::MODULE_LENGTH.get(&data) as usize).min(mad::MODULE_MOST);
            let bytes = data.iter_mut().skip(mad::MODULE_DATA).take(length);
            for (byte, at) in bytes.zip(address..) {
                *byte = module_byte(at);
            }
            0
        }
        _ => mad::UNSUPPORTED,
    };
    mad::STATUS.set(&mut data, status);
    Ok(Reply::Mailbox(data))
}

/// A register in an ACCESS_REG mailbox, after the header.
mod register {
    use super::*;
    pub const STATUS: Field = byte(2).bits(0, 7);
    pub const NUMBER: Field = half(4);
    pub const LENGTH: usize = 20 + 64;
    pub const PORT: Field = byte(20 + 1);
    pub const TYPES_AND_SPEEDS: u64 = 0x5004;
    pub const SUPPORTED: Field = word(20 + 12);
    pub const CHOSEN: Field = word(20 + 24);
    pub const USED: Field = word(20 + 36);
    pub const PARTNER: Field = word(20 + 48);
    pub const UNKNOWN: u64 = 0x04;
    /// 40 Gb/s over copper, backplane and fibre; 10 Gb/s.
    pub const SPEEDS: u64 = 1 << 6 | 1 << 7 | 1 << 15 | 1 << 12 | 1 << 13 | 1 << 4;
}

/// ACCESS_REG: of the registers, the one for types and speeds of ports.
pub fn access_register(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let mut data = call.input.get(..register::LENGTH).unwrap_or(&[]).to_vec();
    if register::NUMBER.get(&data) != register::TYPES_AND_SPEEDS {
        register::STATUS.set(&mut data, register::UNKNOWN);
        return Ok(Reply::Mailbox(data));
    }
    let link = card.port(register::PORT.get32(&data))?.link;
    register::STATUS.set(&mut data, 0);
    for (field, value) in [
        (register::SUPPORTED, register::SPEEDS),
        (register::CHOSEN, register::SPEEDS),
        (register::USED, if link { 1 << 6 } else { 0 }),
        (register::PARTNER, if link { 1 << 6 } else { 0 }),
    ] {
        field.set(&mut data, value);
    }
    Ok(Reply::Mailbox(data))
}
