// SPDX-License-Identifier: GPL-2.0

//! Everything that a driver sets up on the card, and that a reset takes away.

use super::{
    caps,
    cq::{Added, Completion, Cq},
    eq::{data, kind, Eq, Event},
    icm::Icm,
    layout::{byte, long, word, Field},
    qp::Qp,
    rules::Rule,
    status::Status,
};
use crate::{frame::count::Count, model::Host};
use serde_json::{json, Value};
use std::collections::BTreeMap;

/// How far a driver has brought the card up. What a command needs is at least one of these.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Phase {
    /// Only firmware in ROM.
    #[default]
    Boot,
    /// After RUN_FW.
    Running,
    /// After INIT_HCA.
    Initialised,
}

/// A table of contexts in context memory, as INIT_HCA places it.
pub struct Table {
    base: Field,
    log_size: Field,
    entry: u64,
    /// Log2 of how many entries it has at the most.
    most: u64,
}

const fn table(base: usize, log_size: usize, entry: u64, most: u64) -> Table {
    Table {
        base: long(base).bits(5, 59),
        log_size: byte(log_size).bits(0, 5),
        entry,
        most,
    }
}

/// What INIT_HCA's mailbox has.
pub mod init {
    use super::*;
    pub const QPS: Table = table(0x30, 0x37, caps::QPC_SIZE, caps::LOG_QPS);
    pub const SRQS: Table = table(0x48, 0x4f, caps::SRQ_SIZE, caps::LOG_SRQS);
    pub const CQS: Table = table(0x50, 0x57, caps::CQC_SIZE, caps::LOG_CQS);
    pub const EQS: Table = table(0x80, 0x87, caps::EQC_SIZE, caps::LOG_EQS);
    pub const MPTS: Table = table(0xf0, 0xfb, caps::MPT_SIZE, caps::LOG_MPTS);
    /// Steering is done by rules, not by groups.
    pub const BY_RULES: Field = word(0x14).bits(6, 1);
    /// Fragments are spread, too.
    pub const SPREADS_FRAGMENTS: Field = word(0x14).bits(13, 1);
    pub const GROUP_LOG_SIZE: Field = byte(0xc0 + 0x13).bits(0, 5);
    pub const GROUPS_LOG: Field = byte(0xc0 + 0x1b);
    pub const MTT: Field = long(0x100);
    pub const LARGE_EVENTS: Field = byte(0x58).bits(5, 1);
    pub const LARGE_COMPLETIONS: Field = byte(0x58).bits(6, 1);
    pub const DRIVER: std::ops::Range<usize> = 0x140..0x180;
    pub const LENGTH: usize = 0x200;
}

/// What was sent and received with a counter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter {
    pub sent: Count,
    pub received: Count,
}

/// The set-up.
#[derive(Default)]
pub struct Hca {
    pub phase: Phase,
    /// Pages that the firmware was given for itself, and for its book-keeping.
    pub fw_pages: u64,
    pub aux_pages: u64,
    pub icm: Icm,
    /// The mailbox of INIT_HCA.
    pub init: Vec<u8>,
    /// Which EQ gets which type of event.
    pub events: BTreeMap<u8, u32>,
    pub eqs: BTreeMap<u32, Eq>,
    pub cqs: BTreeMap<u32, Cq>,
    pub srqs: BTreeMap<u32, Vec<u8>>,
    pub mpts: BTreeMap<u32, Vec<u8>>,
    pub qps: BTreeMap<u32, Qp>,
    /// Steering rules by their numbers.
    pub flows: BTreeMap<u64, Rule>,
    pub next_flow: u64,
    /// Steering groups that have members, of addresses and of what is for nobody else.
    pub groups: BTreeMap<u32, Vec<u8>>,
    pub counters: BTreeMap<u8, Counter>,
    /// Which port each of the two ports of the driver is.
    pub port_map: [u32; 2],
    pub config: Vec<u8>,
    /// Whether queue pairs receive from the port that is not theirs.
    pub any_port: bool,
}

impl Hca {
    /// How many there are of each kind of object.
    pub fn objects(&self) -> BTreeMap<&'static str, u64> {
        BTreeMap::from([
            ("fw_pages", self.fw_pages),
            ("aux_pages", self.aux_pages),
            ("icm_pages", self.icm.pages()),
            ("eqs", self.eqs.len() as u64),
            ("cqs", self.cqs.len() as u64),
            ("srqs", self.srqs.len() as u64),
            ("mpts", self.mpts.len() as u64),
            ("qps", self.qps.len() as u64),
            ("flows", self.flows.len() as u64),
            ("groups", self.groups.len() as u64),
        ])
    }

    /// Takes away what needs an initialised card, which its driver should have done.
    pub fn close(&mut self) {
        let (fw_pages, aux_pages) = (self.fw_pages, self.aux_pages);
        *self = Self {
            phase: Phase::Running,
            fw_pages,
            aux_pages,
            icm: std::mem::take(&mut self.icm),
            ..Self::default()
        };
    }

    /// Where MTT entries begin.
    pub fn mtt_base(&self) -> u64 {
        init::MTT.get(&self.init)
    }

    /// Which bits of a region's index are its number.
    pub fn region_mask(&self) -> u32 {
        let log_size = init::MPTS.log_size.get(&self.init).min(init::MPTS.most);
        (1 << log_size) - 1
    }

    /// The port that does the work of one of the driver's, both counted from 0.
    pub fn mapped_port(&self, port: usize) -> usize {
        let mapped = self.port_map.get(port).copied().unwrap_or_default();
        mapped.saturating_sub(1) as usize
    }

    /// Whether steering is done by rules, not by groups.
    pub fn steers_by_rules(&self) -> bool {
        init::BY_RULES.get(&self.init) != 0
    }

    /// Whether fragments are spread over queues.
    pub fn spreads_fragments(&self) -> bool {
        init::SPREADS_FRAGMENTS.get(&self.init) != 0
    }

    /// Bytes of an entry of event and completion queues.
    pub fn entry_sizes(&self) -> (u64, u64) {
        let size = |field: Field| 32 << field.get(&self.init);
        (size(init::LARGE_EVENTS), size(init::LARGE_COMPLETIONS))
    }

    /// Where an object's context is: a number that is not in the table or whose memory is not
    /// mapped is an error.
    pub fn context(&self, table: &Table, number: u32) -> Result<u64, Status> {
        let log_size = table.log_size.get(&self.init).min(table.most);
        if u64::from(number) >> log_size != 0 {
            return Err(Status::BadIndex);
        }
        let base = table.base.get(&self.init) << 5;
        let at = base.wrapping_add(u64::from(number) * table.entry);
        self.icm
            .translate(at, table.entry)
            .map(|_| at)
            .ok_or(Status::IcmError)
    }

    /// Tells the driver, if it wants to hear of that type of event.
    pub fn event(&mut self, host: &mut dyn Host, event_kind: u8, event: Event) -> bool {
        let Some(number) = self.events.get(&event_kind).copied() else {
            return false;
        };
        self.post(host, number, event);
        true
    }

    fn post(&mut self, host: &mut dyn Host, number: u32, event: Event) {
        if let Some(eq) = self.eqs.get_mut(&number) {
            eq.post(&self.icm, host, event);
        }
    }

    /// An EQ's doorbell.
    pub fn ring_eq(&mut self, host: &mut dyn Host, number: u32, value: u32) {
        if let Some(eq) = self.eqs.get_mut(&number) {
            eq.doorbell(host, value);
        }
    }

    /// The driver wants an event for the next completion.
    pub fn arm_cq(&mut self, host: &mut dyn Host, number: u32, consumer: u32) {
        if self.cqs.get_mut(&number).is_some_and(|cq| cq.arm(consumer)) {
            self.notify(host, number);
        }
    }

    /// Writes a completion, and tells the driver if it waits for it.
    pub fn complete(
        &mut self,
        host: &mut dyn Host,
        number: u32,
        completion: Completion,
        time: u64,
    ) {
        let Some(cq) = self.cqs.get_mut(&number) else {
            return;
        };
        match cq.add(&self.icm, host, completion, time) {
            Added::Quiet => {}
            Added::Notify => self.notify(host, number),
            Added::Overrun => {
                let fields = [(data::NUMBER, number.into()), (data::CQ_SYNDROME, 1)];
                let event = Event::new(kind::CQ_ERROR, 0, &fields);
                self.event(host, kind::CQ_ERROR, event);
            }
        }
    }

    fn notify(&mut self, host: &mut dyn Host, cq: u32) {
        if let Some(eq) = self.cqs.get(&cq).map(Cq::eq) {
            let event = Event::new(kind::COMPLETION, 0, &[(data::NUMBER, cq.into())]);
            self.post(host, eq, event);
        }
    }

    /// For people who look.
    pub fn describe(&self) -> Value {
        let driver = self.init.get(init::DRIVER).unwrap_or(&[]);
        let end = driver.iter().position(|byte| *byte == 0).unwrap_or(0);
        let sent = self.counters.values();
        json!({
            "phase": format!("{:?}", self.phase),
            "driver": String::from_utf8_lossy(&driver[..end]),
            "port_map": self.port_map,
            "lost_events": self.eqs.values().map(|eq| eq.lost).sum::<u64>(),
            "frames_sent": sent.clone().map(|counter| counter.sent.frames).sum::<u64>(),
            "bytes_sent": sent.map(|counter| counter.sent.octets).sum::<u64>(),
        })
    }
}
