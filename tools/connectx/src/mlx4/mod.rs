// SPDX-License-Identifier: GPL-2.0

//! A ConnectX-3 card, as mlx4_core and mlx4_en see it.
//!
//! Read first: `commands`, the table of what a driver can ask for; `hca`, what it sets up. `bars`
//! has the registers and doorbells, `hcr` how commands come and go, `objects` and `port` their
//! handlers, `eq`, `cq` and `qp` the queues.

mod bars;
mod caps;
mod commands;
mod cq;
mod eq;
mod hca;
mod hcr;
mod icm;
mod layout;
mod objects;
mod port;
mod qp;
mod status;

use crate::{
    faults::Faults,
    model::{Host, Identity, Model, Reset},
    Setup,
};
use eq::{data, kind, Event};
use port::{Port, Sensed};
use serde_json::{json, Value};
use status::Status;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

/// The card.
pub struct Card {
    identity: Identity,
    ports: Vec<Port>,
    hca: hca::Hca,
    hcr: hcr::Hcr,
    registers: bars::Registers,
    faults: Faults<Status>,
    /// The firmware has died, and does no commands until a reset.
    dead: bool,
    /// Op-codes of commands that are not there.
    unknown: BTreeSet<u16>,
    /// How often each command came.
    counts: BTreeMap<&'static str, u64>,
    /// What drivers had not given back when they closed the card.
    leaked: BTreeMap<&'static str, u64>,
    start: Instant,
}

impl Card {
    /// A card of one or two ports.
    pub fn new(setup: &Setup) -> Self {
        let instance = u64::from(setup.instance);
        let mac = 0x0002_c911_2200 + (instance << 8);
        let ports = 1..=u64::from(setup.ports.clamp(1, 2));
        Self {
            identity: Identity {
                vendor: 0x15b3,
                device: 0x1003,
                subsystem_vendor: 0x15b3,
                subsystem_device: 0x0024,
                revision: 1,
                class: 0x02_0000,
                bars: [bars::REGISTERS, 1 << (20 + caps::UAR_LOG_MIB), 1 << 14],
                vectors: 64,
                product_name: "ConnectX-3 VPI model".into(),
                part_number: "MCX354A-FCBT".into(),
                serial_number: format!("MT0000X{instance:05}"),
                vsc: false,
            },
            ports: ports.map(|number| Port::new(mac + number)).collect(),
            hca: hca::Hca::default(),
            hcr: hcr::Hcr::default(),
            registers: bars::Registers::default(),
            faults: Faults::default(),
            dead: false,
            unknown: BTreeSet::new(),
            counts: BTreeMap::new(),
            leaked: BTreeMap::new(),
            start: Instant::now(),
        }
    }

    /// Forgets what a driver set up.
    fn forget(&mut self) {
        self.hca = hca::Hca::default();
        self.hcr = hcr::Hcr::default();
        self.ports.iter_mut().for_each(Port::reset);
        self.dead = false;
    }

    /// Counts what there should not be any more, apart from some kinds.
    fn count_leaks(&mut self, apart: &[&str]) {
        for (name, count) in self.hca.objects() {
            if count > 0 && !apart.contains(&name) {
                *self.leaked.entry(name).or_default() += count;
            }
        }
    }

    fn port_index(&self, request: &Value) -> Result<usize, String> {
        let number = request.get("port").and_then(Value::as_u64).unwrap_or(1);
        match number as usize {
            number if (1..=self.ports.len()).contains(&number) => Ok(number - 1),
            _ => Err(format!("there is no port {number}")),
        }
    }

    /// The firmware dies, and says why in the error buffer.
    fn die(&mut self, request: &Value) {
        let syndrome = request.get("syndrome").and_then(Value::as_u64);
        let mut next = (syndrome.unwrap_or(1) as u32).max(1);
        for word in &mut self.registers.catas {
            *word = next;
            next = next.wrapping_add(0x1111);
        }
        self.dead = true;
    }

    fn warn_of_temperature(
        &mut self,
        host: &mut dyn Host,
        request: &Value,
    ) -> Result<Value, String> {
        const WARMING: u8 = 0;
        let number = |name: &str, default| {
            let value = request.get(name).and_then(Value::as_u64);
            value.unwrap_or(default)
        };
        let fields = [
            (data::TEMPERATURE, number("celsius", 110)),
            (data::THRESHOLD, number("threshold", 105)),
        ];
        let event = Event::new(kind::FATAL_WARNING, WARMING, &fields);
        self.told(host, kind::FATAL_WARNING, event)
    }

    fn told(&mut self, host: &mut dyn Host, kind: u8, event: Event) -> Result<Value, String> {
        match self.hca.event(host, kind, event) {
            true => Ok(json!({})),
            false => Err("no driver wants to hear of that".into()),
        }
    }

    fn describe(&self) -> Value {
        let ports = self.ports.iter().enumerate().map(|(index, port)| {
            json!({
                "port": index + 1,
                "mac": format!("{:012x}", port.mac),
                "cable": port.cable,
                "open": port.open,
                "link": port.link,
            })
        });
        json!({
            "hca": self.hca.describe(),
            "ports": ports.collect::<Vec<_>>(),
            "dead": self.dead,
            "commands": self.counts,
            "unknown": self.unknown,
        })
    }
}

impl Model for Card {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn bar_read(&mut self, bar: u8, offset: u64, data: &mut [u8]) {
        data.fill(0);
        // The doorbells cannot be read.
        if bar != 0 {
            return;
        }
        let end = offset
            .saturating_add(data.len() as u64)
            .min(bars::REGISTERS);
        for at in (offset & !3..end).step_by(4) {
            let value = self.read_register(at).to_be_bytes();
            for (byte, place) in value.iter().zip(at..) {
                let place = place.checked_sub(offset).map(|place| place as usize);
                if let Some(place) = place.and_then(|place| data.get_mut(place)) {
                    *place = *byte;
                }
            }
        }
    }

    fn bar_write(&mut self, host: &mut dyn Host, bar: u8, offset: u64, data: &[u8]) {
        // Nothing comes of writing less than whole words.
        let inside = self.identity.bars.get(usize::from(bar / 2));
        if !offset.is_multiple_of(4) || inside.is_none_or(|size| offset >= *size) {
            return;
        }
        for (bytes, at) in data.chunks_exact(4).zip((offset..).step_by(4)) {
            let value = bytes
                .iter()
                .fold(0, |value, byte| value << 8 | u32::from(*byte));
            match bar {
                0 => self.write_register(host, at, value),
                2 => self.write_doorbell(host, at, value),
                _ => {}
            }
        }
    }

    fn reset(&mut self, _why: Reset) {
        self.registers = bars::Registers::default();
        self.forget();
    }

    fn tick(&mut self, host: &mut dyn Host) -> Option<Duration> {
        let now = Instant::now();
        let commands = self.tick_commands(host, now);
        let ports = self.tick_ports(host, now);
        let next = commands.into_iter().chain(ports).min()?;
        Some(next.saturating_duration_since(now))
    }

    fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        let what = request.get("do").and_then(Value::as_str).unwrap_or("");
        match what {
            "info" => Ok(self.describe()),
            "objects" => {
                let total: u64 = self.hca.objects().values().sum();
                Ok(json!({
                    "objects": self.hca.objects(),
                    "total": total,
                    "leaked": self.leaked,
                }))
            }
            "delay" | "hang" | "fail" | "garbage" => {
                self.faults.add(what, request).map(|()| json!({}))
            }
            "clear" => {
                self.faults.clear();
                Ok(json!({}))
            }
            "release" => {
                self.release_commands(host);
                Ok(json!({}))
            }
            "fatal" => {
                self.die(request);
                Ok(json!({}))
            }
            "link" => {
                let up = request.get("up").and_then(Value::as_bool);
                let index = self.port_index(request)?;
                self.set_cable(host, index, up.ok_or("\"up\" or not?")?);
                Ok(json!({}))
            }
            "sense" => {
                let index = self.port_index(request)?;
                self.ports[index].sensed = match request.get("type").and_then(Value::as_str) {
                    Some("eth") => Sensed::Ethernet,
                    Some("ib") => Sensed::InfiniBand,
                    Some("none") => Sensed::Nothing,
                    _ => return Err("which \"type\": eth, ib or none?".into()),
                };
                Ok(json!({}))
            }
            "temperature" => self.warn_of_temperature(host, request),
            "bad_cable" => {
                const BAD_CABLE: u8 = 1;
                let port = self.port_index(request)? as u64 + 1;
                let fields = [(data::CABLE_PORT, port)];
                let event = Event::new(kind::RECOVERABLE_ERROR, BAD_CABLE, &fields);
                self.told(host, kind::RECOVERABLE_ERROR, event)
            }
            _ => Err(format!("there is no request \"{what}\"")),
        }
    }
}

#[cfg(test)]
mod tests;
