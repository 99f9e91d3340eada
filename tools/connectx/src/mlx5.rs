// SPDX-License-Identifier: GPL-2.0

//! A ConnectX-5: one of its functions, whose firmware understands what mlx5_core says.
//!
//! What the driver does goes this way: it writes the address of the command queue to the
//! initialisation segment (`segment`) and rings its doorbell; `cmdq` fetches commands and their
//! mailboxes; `command` finds out who does them; most are about `objects`. Events go into event
//! queues (`eq`), doorbells of queues are in the rest of BAR 0 (`queues`).

mod caps;
mod cmdq;
mod command;
mod eq;
mod fault;
mod firmware;
mod flow;
#[cfg(test)]
mod header;
mod image;
mod layout;
mod objects;
mod pages;
mod port;
mod queues;
mod registers;
mod ring;
mod segment;
mod tables;
#[cfg(test)]
mod tests;
mod vport;

use crate::model::{Host, Identity, Model};
use caps::Capabilities;
use cmdq::Delayed;
use command::{Call, Outcome, Phase, Status};
use eq::{event, Event, Events};
use fault::Faults;
use firmware::Firmware;
use layout::Field;
use objects::{Kind, Objects};
use pages::Pages;
use port::Port;
use queues::Queues;
use segment::{Effect, Segment};
use serde_json::{json, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::{Duration, Instant},
};
use tables::*;
use vport::Vports;

const BAR_SIZE: u64 = 32 << 20;
/// Where the MSI-X table is.
const INTERRUPT_BAR_SIZE: u64 = 64 << 10;
const VECTORS: u16 = 64;
/// Where doorbells begin; before that is the initialisation segment.
const FIRST_DOORBELL: u64 = 16 * queues::PAGE;

/// The gateway's space for a dump of the device's registers, and how much there is of it.
const DUMP_SPACE: u16 = 0x7;
const DUMP_SIZE: u32 = 16 << 10;

/// Temperatures above get the driver warned.
const HOT: i32 = 105;

/// Which function of a card it is.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The number of its port, from 0 on.
    pub port: u8,
    /// How many ports the card has.
    pub ports: u8,
    /// Which card; cards have different addresses.
    pub card: u16,
}

impl Place {
    /// The address of its network interface.
    fn mac(self) -> u64 {
        0x0c42_a100_0000 | u64::from(self.card) << 8 | u64::from(self.port)
    }

    fn guid(self) -> u64 {
        let mac = self.mac();
        (mac >> 24) << 40 | 0xff_fe00_0000 | mac & 0xff_ffff
    }

    /// What the functions of a card have in common.
    fn system_guid(self) -> u64 {
        Place { port: 0, ..self }.guid()
    }
}

/// What happened since the model was made.
#[derive(Default)]
struct Statistics {
    commands: u64,
    bad_operations: u64,
    undelivered: u64,
    lost_events: u64,
    /// Objects and pages that a driver had not given back when it said that it had.
    leaked_objects: u64,
    leaked_pages: u64,
}

/// A function of the card.
pub struct Mlx5 {
    identity: Identity,
    place: Place,
    segment: Segment,
    firmware: Firmware,
    caps: Capabilities,
    phase: Phase,
    issi: u64,
    driver: String,
    pages: Pages,
    objects: Objects,
    events: Events,
    queues: Queues,
    port: Port,
    vports: Vports,
    /// Root tables, by type.
    roots: BTreeMap<u64, u64>,
    /// Registers that hold what is written.
    kept: BTreeMap<(u16, Vec<u8>), Vec<u8>>,
    temperature: i32,
    highest_temperature: i32,
    delayed: Vec<Delayed>,
    faults: Faults,
    statistics: Statistics,
    /// Commands and registers that were complained about.
    logged: BTreeSet<u32>,
}

impl Mlx5 {
    /// A card with one port.
    pub fn new() -> Self {
        Self::with_place(Place {
            port: 0,
            ports: 1,
            card: 0,
        })
    }

    /// `cx5` is a card with one port, `cx5.0` and `cx5.1` are the functions of one with two.
    pub fn from_name(name: &str) -> Option<Self> {
        let port = match name.strip_prefix("cx5")? {
            "" => return Some(Self::new()),
            ".0" => 0,
            ".1" => 1,
            _ => return None,
        };
        Some(Self::with_place(Place {
            port,
            ports: 2,
            card: 0,
        }))
    }

    /// One of the functions of a card.
    pub fn with_place(place: Place) -> Self {
        let firmware = Firmware::default();
        Self {
            identity: Identity {
                vendor: 0x15b3,
                device: 0x1017,
                subsystem_vendor: 0x15b3,
                subsystem_device: 0x0020,
                revision: 0,
                class: 0x02_0000,
                bars: [BAR_SIZE, 0, INTERRUPT_BAR_SIZE],
                vectors: VECTORS,
                product_name: "ConnectX-5 model, 100GbE QSFP28".into(),
                part_number: "MCX515A-MODEL".into(),
                serial_number: format!("MT0000M{:05}", place.card),
                vsc: true,
            },
            segment: Segment::new(firmware.running),
            firmware,
            caps: Capabilities::new(place),
            phase: Phase::Down,
            issi: 0,
            driver: String::new(),
            pages: Pages::default(),
            objects: Objects::default(),
            events: Events::default(),
            queues: Queues::default(),
            port: Port::new(place),
            vports: Vports::new(place),
            roots: BTreeMap::new(),
            kept: BTreeMap::new(),
            temperature: 45,
            highest_temperature: 45,
            delayed: Vec::new(),
            faults: Faults::default(),
            statistics: Statistics::default(),
            logged: BTreeSet::new(),
            place,
        }
    }

    /// Whether something is to be complained about: once, and not about everything.
    fn logs_first(&mut self, what: u32) -> bool {
        const ENOUGH: usize = 100;

        self.logged.len() < ENOUGH && self.logged.insert(what)
    }

    /// Says something to who runs the model.
    fn log(&self, what: fmt::Arguments<'_>) {
        eprintln!("mlx5: {what}");
    }

    /// Everything that the driver set up is gone.
    fn forget(&mut self) {
        self.phase = Phase::Down;
        self.issi = 0;
        self.driver.clear();
        self.caps.reset();
        self.pages.clear();
        self.forget_objects();
        self.port.reset();
        self.vports.reset();
        self.kept.clear();
        self.delayed.clear();
    }

    fn forget_objects(&mut self) {
        self.objects.clear();
        self.events.clear();
        self.queues.clear();
        self.roots.clear();
    }

    /// The firmware starts anew, with the version that waited for it.
    fn reset_firmware(&mut self) {
        self.forget();
        self.firmware.activate();
        self.segment.reset(self.firmware.running);
        self.segment.begin_reset();
    }

    fn write_segment(&mut self, host: &mut dyn Host, offset: u64, value: u32) {
        match self.segment.write(offset, value) {
            Effect::None => {}
            Effect::Commands(entries) => self.ring(host, entries),
            Effect::Disable => {
                host.trace(format_args!("disabled"));
                self.forget();
            }
            Effect::Reset => {
                host.trace(format_args!("reset: firmware, by the driver"));
                self.reset_firmware();
            }
            Effect::ReadyForReset => {
                host.trace(format_args!("reset: firmware, as agreed"));
                self.reset_firmware();
            }
        }
    }

    fn enable_hca(&mut self, call: &mut Call<'_>) -> Outcome {
        if enable_hca_in::FUNCTION_ID.get(&call.input) != 0 {
            return Err(Status::BadParameter);
        }
        self.phase = self.phase.max(Phase::Enabled);
        Ok(())
    }

    fn disable_hca(&mut self, call: &mut Call<'_>) -> Outcome {
        if disable_hca_in::FUNCTION_ID.get(&call.input) != 0 {
            return Err(Status::BadParameter);
        }
        let pages = self.pages.held();
        if pages > 0 && self.phase == Phase::Enabled {
            self.statistics.leaked_pages += pages as u64;
            self.log(format_args!("{pages} pages were not taken back"));
        }
        self.forget();
        Ok(())
    }

    fn init_hca(&mut self, _: &mut Call<'_>) -> Outcome {
        if self.phase == Phase::Running {
            return Err(Status::BadSystemState);
        }
        self.phase = Phase::Running;
        Ok(())
    }

    fn teardown_hca(&mut self, call: &mut Call<'_>) -> Outcome {
        const GRACEFUL: u64 = 0;
        const PREPARE_FAST: u64 = 2;

        if self.phase != Phase::Running {
            return Ok(());
        }
        let profile = teardown_hca_in::PROFILE.get(&call.input);
        if profile == PREPARE_FAST {
            // What follows is that the driver disables the interface.
            return Ok(());
        }
        let left = self.objects.left();
        if profile == GRACEFUL && !left.is_empty() {
            let count: usize = left.iter().map(|(_, count)| count).sum();
            self.statistics.leaked_objects += count as u64;
            self.log(format_args!("objects were not destroyed: {left:?}"));
        }
        self.forget_objects();
        self.phase = Phase::Enabled;
        self.pages.forget_request();
        Ok(())
    }

    fn query_issi(&mut self, call: &mut Call<'_>) -> Outcome {
        query_issi_out::CURRENT_ISSI.set(&mut call.output, self.issi);
        query_issi_out::SUPPORTED_ISSI_DW0.set(&mut call.output, 0b11);
        Ok(())
    }

    fn set_issi(&mut self, call: &mut Call<'_>) -> Outcome {
        let issi = set_issi_in::CURRENT_ISSI.get(&call.input);
        if issi > 1 {
            return Err(Status::BadParameter);
        }
        self.issi = issi;
        Ok(())
    }

    fn set_driver_version(&mut self, call: &mut Call<'_>) -> Outcome {
        let place = set_driver_version_in::DRIVER_VERSION.bytes();
        let text = call.input.get(place).ok_or(Status::BadInputLength)?;
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        self.driver = String::from_utf8_lossy(text).into_owned();
        Ok(())
    }

    fn query_special_contexts(&mut self, call: &mut Call<'_>) -> Outcome {
        query_special_contexts_out::RESD_LKEY.set(&mut call.output, 0x100);
        query_special_contexts_out::NULL_MKEY.set(&mut call.output, 0x200);
        Ok(())
    }

    /// Ends a command as somebody outside wants it.
    fn fail_as_told(&mut self, call: &mut Call<'_>, status: u8, syndrome: u32) {
        call.output.fill(0);
        mbox_out::STATUS.set(&mut call.output, status.into());
        mbox_out::SYNDROME.set(&mut call.output, syndrome.into());
        call.host
            .trace(format_args!("fails with {status:#x}, as told"));
    }

    fn set_temperature(&mut self, host: &mut dyn Host, celsius: i32) {
        self.temperature = celsius;
        self.highest_temperature = self.highest_temperature.max(celsius);
        if celsius >= HOT {
            // A bit for each sensor; the chip is the lowest one.
            self.post(host, Event::new(event::TEMPERATURE).word(3, 1));
        }
    }

    fn summary(&self) -> Value {
        let statistics = &self.statistics;
        json!({
            "objects": self.objects.summary(),
            "total": self.objects.len(),
            "pages": self.pages.held(),
            "phase": format!("{:?}", self.phase),
            "driver": self.driver,
            "commands": statistics.commands,
            "bad_operations": statistics.bad_operations,
            "undelivered": statistics.undelivered,
            "lost_events": statistics.lost_events,
            "leaked_objects": statistics.leaked_objects,
            "leaked_pages": statistics.leaked_pages,
            "refused_pages": self.pages.refused,
            "sent": self.queues.sent,
            "firmware": format!("{:?}", self.firmware.running),
            "pending": self.firmware.pending.map(|version| format!("{version:?}")),
        })
    }
}

/// A file that the driver can flash: firmware of a version, about that long.
pub fn firmware_file(version: (u16, u16, u16), size: usize) -> Vec<u8> {
    image::archive(&image::image(version, size))
}

impl Default for Mlx5 {
    fn default() -> Self {
        Self::new()
    }
}

impl Model for Mlx5 {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn bar_read(&mut self, bar: u8, offset: u64, data: &mut [u8]) {
        data.fill(0);
        if bar != 0 {
            return;
        }
        let (mut word, mut bytes) = (u64::MAX, [0; 4]);
        for (byte, at) in data.iter_mut().zip(offset..FIRST_DOORBELL) {
            if at & !3 != word {
                word = at & !3;
                bytes = self.segment.read(word).to_be_bytes();
            }
            *byte = bytes[(at & 3) as usize];
        }
    }

    fn bar_write(&mut self, host: &mut dyn Host, bar: u8, offset: u64, data: &[u8]) {
        if bar != 0 || !offset.is_multiple_of(4) {
            return;
        }
        if offset < FIRST_DOORBELL {
            for (number, word) in data.chunks_exact(4).enumerate() {
                let value = Field::new(0, 32).get32(word);
                self.write_segment(host, offset + 4 * number as u64, value);
            }
        } else if self.segment.accepts_commands() {
            let page = offset / queues::PAGE;
            if self.objects.get((Kind::Uar, page)).is_some() {
                self.doorbell(host, offset, data);
            }
        }
    }

    fn reset(&mut self) {
        self.forget();
        self.objects.clear_all();
        self.firmware.reset();
        self.segment.reset(self.firmware.running);
    }

    fn tick(&mut self, host: &mut dyn Host) -> Option<Duration> {
        let now = Instant::now();
        let is_due = |delayed: &Delayed| delayed.due.is_some_and(|due| due <= now);
        while let Some(index) = self.delayed.iter().position(is_due) {
            let delayed = self.delayed.swap_remove(index);
            self.resume(host, delayed.index);
        }
        let due = self
            .delayed
            .iter()
            .filter_map(|delayed| delayed.due)
            .min()?;
        Some(due.saturating_duration_since(now))
    }

    fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        let flag = |name: &str, default| request.get(name).map_or(Some(default), Value::as_bool);
        let flag = |name: &str, default| flag(name, default).ok_or(format!("{name} is no flag"));
        let number = |name: &str, default| request.get(name).map_or(Some(default), Value::as_i64);
        let number =
            |name: &str, default| number(name, default).ok_or(format!("{name} is no number"));
        match request
            .get("do")
            .and_then(Value::as_str)
            .unwrap_or_default()
        {
            "objects" => return Ok(self.summary()),
            "fault" => self.faults.add(request)?,
            "no-faults" => self.faults.clear(),
            "release" => {
                for delayed in std::mem::take(&mut self.delayed) {
                    self.resume(host, delayed.index);
                }
            }
            "port" => {
                let up = flag("up", true)?;
                self.change_port(host, |port| port.cable = up);
            }
            "module" => {
                let (plugged, error) = (flag("plugged", true)?, number("error", 0)? as u8);
                self.change_module(host, plugged, error);
            }
            "temperature" => {
                let celsius = number("celsius", i64::from(HOT))?.clamp(-40, 200);
                self.set_temperature(host, celsius as i32);
            }
            "pages" => {
                self.pages.extra = number("extra", 0)?.clamp(0, 1 << 16) as usize;
                self.balance_pages(host);
            }
            "fatal" => {
                let (syndrome, extended) = (number("syndrome", 1)?, number("extended", 0)?);
                let wants_reset = flag("reset", true)?;
                self.segment
                    .die(syndrome as u8, extended as u16, wants_reset);
            }
            "image" => {
                let part = |name: &str, default: u16| {
                    number(name, default.into()).map(|number| number as u16)
                };
                let (major, minor, sub) = firmware::VERSION;
                let version = (
                    part("major", major)?,
                    part("minor", minor)?,
                    part("sub", sub + 1)?,
                );
                let size = number("size", 10_000)?.clamp(0, 1 << 20);
                let file = firmware_file(version, size as usize);
                let hex: String = file.iter().map(|byte| format!("{byte:02x}")).collect();
                return Ok(json!({ "file": hex }));
            }
            "heartbeat" => self.segment.stop(!flag("on", true)?),
            "vport" => {
                self.post(host, Event::new(event::NIC_VPORT_CHANGE));
            }
            other => return Err(format!("a ConnectX-5 knows no \"{other}\"")),
        }
        Ok(json!({}))
    }

    fn vsc_size(&self, space: u16) -> Option<u32> {
        (space == DUMP_SPACE).then_some(DUMP_SIZE)
    }

    fn vsc_read(&mut self, space: u16, address: u32) -> Option<u32> {
        if space != DUMP_SPACE || address >= DUMP_SIZE {
            return None;
        }
        // The dump begins with what the segment says; the rest tells words from one another.
        let segment = u64::from(address);
        Some(match segment {
            0..segment::at::HEALTH_END => self.segment.read(segment & !3),
            _ => 0xc5d0_0000 | address,
        })
    }
}
