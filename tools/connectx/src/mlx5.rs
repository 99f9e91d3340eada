// SPDX-License-Identifier: GPL-2.0

//! A ConnectX-5: one of its functions, whose firmware understands what mlx5_core says. A card has a
//! function for each of its ports.
//!
//! What the driver does goes this way: it writes the address of the command queue to the
//! initialisation segment (`segment`) and rings its doorbell; `cmdq` fetches commands and their
//! mailboxes; `command` finds out who does them; most are about `objects`, some about registers
//! (`registers`, `port`, `firmware`). Events go into event queues (`eq`); the rest of BAR 0 are
//! pages of doorbells (`queues`). Structures are those of `layout`, which the driver `rust_mlx5`
//! has, too; `shown` says what the trace shows of them. `control` is what can be asked of the card
//! from outside.
//!
//! What a send queue describes becomes frames in `send`, with the checksums and segments of
//! `crate::frame`. A frame that comes by the wire goes through `receive`: `parameters` says what it
//! is, `steering` sends it through the tables of flows to transport objects, `rss` spreads it over
//! queues, and `keys` says which memory it may be written to. `traffic` counts.
//!
//! Left out, and how the driver notices:
//!
//! * Frames pass the tables of the NIC that are for receiving. Those for sending and those of the
//!   e-switch, schedulers, and changes of headers are only kept.
//! * Receive queues are cyclic ones; others, and those that share buffers, get nothing. Frames are
//!   not merged (LRO). Memory keys have physical addresses; others are refused by queues.
//! * Striding receive queues, compressed completions, TLS, IPsec, MACsec, PSP, software steering,
//!   RoCE, SR-IOV, subfunctions, clocks other than the free-running one, the firmware's tracer,
//!   resource dumps, FEC, wake-on-LAN: the capabilities are not there.
//! * Queues with errors other than a request that makes no sense, and moderation of events.
//! * A firmware reset needs nothing of the bus, and errors of the bus change nothing but its
//!   registers.
//! * Objects are refused while others use them for queues, domains, tables and groups, not for the
//!   destinations of flows.

/// The structures of the device's interface, from the driver's own files.
///
/// A field is one of its structure:
///
/// ```
/// use connectx::mlx5::layout::{AllocPdOut, View};
///
/// let output = View::<AllocPdOut>::of_any_length(&[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]);
/// assert_eq!(output.get(AllocPdOut::PD), 7);
/// ```
///
/// That of another one does not compile:
///
/// ```compile_fail,E0308
/// use connectx::mlx5::layout::{AllocPdOut, AllocUarOut, View};
///
/// let output = View::<AllocPdOut>::of_any_length(&[]);
/// output.get(AllocUarOut::UAR);
/// ```
///
/// ```compile_fail,E0308
/// use connectx::mlx5::layout::{Cqc, CreateEqIn};
///
/// CreateEqIn::EQ_CONTEXT_ENTRY.then(Cqc::OI);
/// ```
#[macro_use]
#[path = "../../../drivers/net/ethernet/mellanox/rust_mlx5/layout/mod.rs"]
pub mod layout;

mod bits;
mod caps;
mod cmdq;
mod command;
mod control;
mod eq;
mod fault;
mod firmware;
mod flow;
mod image;
mod keys;
mod objects;
mod pages;
mod parameters;
mod port;
mod queues;
mod receive;
mod registers;
mod ring;
mod rss;
mod segment;
mod send;
mod shown;
mod steering;
#[cfg(test)]
mod tests;
mod traffic;
pub mod varying;
mod vport;

use crate::{
    faults::Faults,
    frame::count::Count,
    model::{Host, Identity, Model, Reset},
    Setup,
};
use caps::Capabilities;
use cmdq::Delayed;
use command::{Outcome, Phase, Status, TypedCall};
use eq::Events;
use fault::CommandFault;
use firmware::Firmware;
use layout::*;
use objects::{Kind, Objects};
use pages::Pages;
use port::Port;
use queues::Queues;
use segment::{Effect, Segment};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::{Duration, Instant},
};
use traffic::Traffic;
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

/// What the driver can bond.
const MAX_PORTS: u8 = 2;

/// From which temperature on the driver is warned, if nobody says otherwise.
const HOT: i32 = 105;

/// Which function of a card it is.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The number of its port, from 0 on.
    port: u8,
    /// How many ports the card has.
    ports: u8,
    /// Which card; cards have different addresses.
    card: u8,
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
    /// How often each command came, by its name.
    commands: BTreeMap<&'static str, u64>,
    undelivered: u64,
    lost_events: u64,
    /// What a driver had not given back when it said that it had, by kind.
    leaked: BTreeMap<&'static str, usize>,
}

/// A function of the card.
pub struct Mlx5 {
    identity: Identity,
    place: Place,
    segment: Segment,
    firmware: Firmware,
    caps: Capabilities,
    phase: Phase,
    issi: u16,
    driver: String,
    pages: Pages,
    objects: Objects,
    events: Events,
    queues: Queues,
    port: Port,
    vports: Vports,
    /// Root tables, by type.
    roots: BTreeMap<u8, u64>,
    /// What flow counters counted.
    flow_counts: BTreeMap<u32, Count>,
    traffic: Traffic,
    /// Registers that hold what is written.
    kept: BTreeMap<(Register, Vec<u8>), Vec<u8>>,
    temperature: i32,
    highest_temperature: i32,
    /// Temperatures from that on get the driver warned.
    hot: i32,
    delayed: Vec<Delayed>,
    faults: Faults<CommandFault>,
    statistics: Statistics,
    /// Commands and registers that came, and that the model does not know.
    unknown: BTreeSet<String>,
}

impl Mlx5 {
    /// One of the functions of a card: it has one for each port, so that instances 0 and 1 of two
    /// ports are one card, 2 and 3 the next one.
    pub fn new(setup: &Setup) -> Self {
        let ports = setup.ports.clamp(1, MAX_PORTS);
        Self::with_place(Place {
            port: setup.instance % ports,
            ports,
            card: setup.instance / ports,
        })
    }

    fn with_place(place: Place) -> Self {
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
            flow_counts: BTreeMap::new(),
            traffic: Traffic::default(),
            kept: BTreeMap::new(),
            temperature: 45,
            highest_temperature: 45,
            hot: HOT,
            delayed: Vec::new(),
            faults: Faults::default(),
            statistics: Statistics::default(),
            unknown: BTreeSet::new(),
            place,
        }
    }

    /// Something came that the model does not know: it says so once, and not of everything.
    fn complain(&mut self, what: String, data: &[u8]) {
        const ENOUGH: usize = 100;

        if self.unknown.len() < ENOUGH && !self.unknown.contains(&what) {
            self.log(format_args!("there is no {what}: {data:02x?}"));
            self.unknown.insert(what);
        }
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
        self.flow_counts.clear();
    }

    /// The firmware starts anew, with the version that waited for it.
    fn reset_firmware(&mut self) {
        self.forget();
        self.firmware.restart();
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

    fn enable_hca(&mut self, call: &mut TypedCall<'_, '_, EnableHcaIn, MboxOut>) -> Outcome {
        if call.get(EnableHcaIn::FUNCTION_ID) != 0 {
            return Err(Status::BadParameter);
        }
        self.phase = self.phase.max(Phase::Enabled);
        Ok(())
    }

    fn disable_hca(&mut self, call: &mut TypedCall<'_, '_, DisableHcaIn, MboxOut>) -> Outcome {
        if call.get(DisableHcaIn::FUNCTION_ID) != 0 {
            return Err(Status::BadParameter);
        }
        let pages = self.pages.held();
        if pages > 0 && self.phase == Phase::Enabled {
            *self.statistics.leaked.entry("page").or_default() += pages;
            self.log(format_args!("{pages} pages were not taken back"));
        }
        self.forget();
        Ok(())
    }

    fn init_hca(&mut self, _: &mut TypedCall<'_, '_, MboxIn, MboxOut>) -> Outcome {
        if self.phase == Phase::Running {
            return Err(Status::BadSystemState);
        }
        self.phase = Phase::Running;
        Ok(())
    }

    fn teardown_hca(&mut self, call: &mut TypedCall<'_, '_, TeardownHcaIn, MboxOut>) -> Outcome {
        const GRACEFUL: u16 = 0;
        const PREPARE_FAST: u16 = 2;

        if self.phase != Phase::Running {
            return Ok(());
        }
        let profile = call.get(TeardownHcaIn::PROFILE);
        if profile == PREPARE_FAST {
            // What follows is that the driver disables the interface.
            return Ok(());
        }
        let left = self.objects.left();
        if profile == GRACEFUL && !left.is_empty() {
            for (kind, count) in &left {
                *self.statistics.leaked.entry(kind.name()).or_default() += count;
            }
            self.log(format_args!("objects were not destroyed: {left:?}"));
        }
        self.forget_objects();
        self.phase = Phase::Enabled;
        self.pages.forget_request();
        Ok(())
    }

    fn query_issi(&mut self, call: &mut TypedCall<'_, '_, MboxIn, QueryIssiOut>) -> Outcome {
        call.set(QueryIssiOut::CURRENT_ISSI, self.issi);
        call.set(QueryIssiOut::SUPPORTED_ISSI_DW0, 0b11);
        Ok(())
    }

    fn set_issi(&mut self, call: &mut TypedCall<'_, '_, SetIssiIn, MboxOut>) -> Outcome {
        let issi = call.get(SetIssiIn::CURRENT_ISSI);
        if issi > 1 {
            return Err(Status::BadParameter);
        }
        self.issi = issi;
        Ok(())
    }

    fn set_driver_version(
        &mut self,
        call: &mut TypedCall<'_, '_, SetDriverVersionIn, MboxOut>,
    ) -> Outcome {
        let place = SetDriverVersionIn::DRIVER_VERSION.bytes();
        let text = call.input.get(place).ok_or(Status::BadInputLength)?;
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        self.driver = String::from_utf8_lossy(text).into_owned();
        Ok(())
    }

    fn query_special_contexts(
        &mut self,
        call: &mut TypedCall<'_, '_, MboxIn, QuerySpecialContextsOut>,
    ) -> Outcome {
        call.set(QuerySpecialContextsOut::RESD_LKEY, 0x100);
        call.set(QuerySpecialContextsOut::NULL_MKEY, 0x200);
        Ok(())
    }
}

/// A file that the driver can flash: firmware of a version, about that long.
pub fn firmware_file(version: (u16, u16, u16), size: usize) -> Vec<u8> {
    image::archive(&image::image(version, size))
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
            for (number, word) in data.as_chunks().0.iter().enumerate() {
                let value = u32::from_be_bytes(*word);
                self.write_segment(host, offset + 4 * number as u64, value);
            }
        } else if self.segment.accepts_commands() {
            let page = offset / queues::PAGE;
            if self.objects.get((Kind::Uar, page)).is_some() {
                self.doorbell(host, offset, data);
            }
        }
    }

    fn reset(&mut self, why: Reset) {
        self.forget();
        self.objects.clear_all();
        if why == Reset::Power {
            self.firmware.start();
            self.segment.power_up(self.firmware.running);
            self.highest_temperature = self.temperature;
        } else {
            self.firmware.reset();
            self.segment.reset(self.firmware.running);
        }
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

    fn receive(&mut self, host: &mut dyn Host, _port: u8, frame: &[u8]) {
        if self.phase == Phase::Running && self.segment.accepts_commands() {
            self.receive_frame(host, frame);
        }
    }

    fn control(&mut self, host: &mut dyn Host, request: &Value) -> Result<Value, String> {
        self.answer(host, request)
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
