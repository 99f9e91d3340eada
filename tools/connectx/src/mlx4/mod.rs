// SPDX-License-Identifier: GPL-2.0

//! A ConnectX-3 card, as mlx4_core and mlx4_en see it.
//!
//! Read first: `commands`, the table of what a driver can ask for; `hca`, what it sets up. `bars`
//! has the registers and doorbells, `hcr` how commands come and go, `objects` and `port` their
//! handlers, `eq`, `cq` and `qp` the queues; `control` what can be asked of it from outside.
//!
//! What a send queue describes becomes frames in `send`. A frame that comes by a wire goes through
//! `receive`: `filter` says whether the port lets it in, `steering` who gets it, by the addresses of
//! `groups` or by `rules`, `rss` which of several queue pairs, and `keys` which memory it may be
//! written to. `traffic` counts.

mod bars;
mod caps;
mod commands;
mod control;
mod cq;
mod eq;
mod fault;
mod filter;
mod groups;
mod hca;
mod hcr;
mod icm;
mod keys;
mod layout;
mod objects;
mod port;
mod qp;
mod receive;
mod ring;
mod rss;
mod rules;
mod send;
mod state;
mod status;
mod steering;
mod traffic;
pub mod varying;

use crate::{
    faults::Faults,
    model::{Host, Identity, Model, Reset},
    Setup,
};
use fault::CommandFault;
use port::Port;
use serde_json::Value;
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
    faults: Faults<CommandFault>,
    /// The firmware has died, and does no commands until a reset.
    dead: bool,
    /// When it is going to die.
    death: Option<Instant>,
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
            death: None,
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
        self.death = None;
    }

    /// Counts what there should not be any more, apart from some kinds.
    fn count_leaks(&mut self, apart: &[&str]) {
        for (name, count) in self.hca.objects() {
            if count > 0 && !apart.contains(&name) {
                *self.leaked.entry(name).or_default() += count;
            }
        }
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
        let death = self.tick_death(now);
        let next = commands.into_iter().chain(ports).chain(death).min()?;
        Some(next.saturating_duration_since(now))
    }

    fn ports(&self) -> u8 {
        self.ports.len() as u8
    }

    fn receive(&mut self, host: &mut dyn Host, port: u8, frame: &[u8]) {
        if self.hca.phase == hca::Phase::Initialised && !self.dead {
            self.receive_frame(host, port.into(), frame);
        }
    }

    fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        self.reply(host, request)
    }
}

#[cfg(test)]
mod tests;
