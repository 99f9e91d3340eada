// SPDX-License-Identifier: GPL-2.0

//! A small driver, as far as it takes to bring the card up; and a hostile one.

mod faults;
mod receiving;
mod sending;
mod steering;

use super::*;
use crate::{
    frame::samples,
    testing::{self, Machine, Random, MEMORY},
};
use serde_json::json;

const IN: u64 = 0x1000;
const OUT: u64 = 0x2000;
/// Where the send queue is.
const SENDS: u64 = 0x30_2000;

/// A memory region, its key, and the protection domain that it is for.
const REGION: u32 = 11;
const KEY: u32 = REGION << 8;
const DOMAIN: u64 = 3;

/// A driver with its machine and card.
struct Driver {
    card: Card,
    machine: Machine,
    toggle: bool,
}

const HCR: u64 = 0x8_0680;
const GO: u32 = 1 << 23;
const EVENT: u32 = 1 << 22;

impl Driver {
    fn new() -> Self {
        Self {
            card: Card::new(&Setup {
                ports: 2,
                instance: 0,
            }),
            machine: Machine::new(),
            toggle: true,
        }
    }

    fn read(&mut self, at: u64) -> u32 {
        let mut data = [0; 4];
        self.card.bar_read(0, at, &mut data);
        u32::from_be_bytes(data)
    }

    fn write(&mut self, bar: u8, at: u64, value: u32) {
        let data = value.to_be_bytes();
        self.card.bar_write(&mut self.machine, bar, at, &data);
    }

    fn post(&mut self, opcode: u16, modifier: u32, op_modifier: u8, in_param: u64, flags: u32) {
        let toggle = u32::from(self.toggle) << 21;
        self.toggle = !self.toggle;
        let last = GO | flags | toggle | u32::from(op_modifier) << 12 | u32::from(opcode);
        let words = [(in_param >> 32) as u32, in_param as u32, modifier];
        let rest = [(OUT >> 32) as u32, OUT as u32, 0x1234 << 16, last];
        for (index, word) in words.into_iter().chain(rest).enumerate() {
            self.write(0, HCR + 4 * index as u64, word);
        }
    }

    /// A command whose completion is polled for; its immediate answer, or its status.
    fn command(&mut self, opcode: u16, modifier: u32, op: u8, in_param: u64) -> Result<u64, u8> {
        self.post(opcode, modifier, op, in_param, 0);
        let status = self.read(HCR + 24);
        assert_eq!(status & GO, 0, "it is done");
        match (status >> 24) as u8 {
            0 => Ok(u64::from(self.read(HCR + 12)) << 32 | u64::from(self.read(HCR + 16))),
            status => Err(status),
        }
    }

    fn ok(&mut self, opcode: u16, modifier: u32, op_modifier: u8, in_param: u64) -> u64 {
        let result = self.command(opcode, modifier, op_modifier, in_param);
        result.unwrap_or_else(|status| panic!("command {opcode:#x}: {status:#x}"))
    }

    /// Maps 2^`log` pages of the machine at `address` to `position`.
    fn map(&mut self, opcode: u16, position: u64, address: u64, log: u64) {
        self.machine.put(IN, &position.to_be_bytes());
        self.machine.put(IN + 8, &(address | log).to_be_bytes());
        self.ok(opcode, 1, 0, IN);
    }

    /// Everything before the first event queue. All context memory is the machine's second MiB,
    /// with the tables of contexts 64 KiB each, and MTT entries from 0xa0000 on.
    fn initialise(&mut self) {
        self.initialise_with(&[]);
    }

    /// The same, with more in the mailbox of INIT_HCA.
    fn initialise_with(&mut self, more: &[(layout::Field, u64)]) {
        self.map(0xfff, 0, 0x20_0000, 8);
        self.ok(0xff6, 0, 0, 0);
        self.map(0xffa, 0, 0x10_0000, 8);
        let mut mailbox = [0; 0x200];
        let fields = [
            (layout::long(0x30), 6),            // QPs, 2^6
            (layout::long(0x48), 0x1_0000 | 6), // SRQs
            (layout::long(0x50), 0x2_0000 | 6), // CQs
            (layout::long(0x80), 0x3_0000 | 6), // EQs
            (layout::long(0xf0), 0x4_0000),     // memory regions
            (layout::byte(0xfb), 6),
            (layout::long(0x100), 0xa_0000),
            (layout::byte(0x58), 0x60),
        ];
        for (field, value) in fields.iter().chain(more) {
            field.set(&mut mailbox, *value);
        }
        self.machine.put(IN, &mailbox);
        self.ok(0x007, 0, 0, IN);
    }

    /// A translation entry for a page.
    fn translate(&mut self, index: u64, page: u64) {
        self.machine
            .put(0x1a_0000 + 8 * index, &(page | 1).to_be_bytes());
    }

    /// Event queue 4 of 32 entries, with vector 3, for all events.
    fn event_queue(&mut self) {
        self.translate(0, 0x30_0000);
        let mut mailbox = [0; 64];
        layout::word(0).set(&mut mailbox, 9 << 8);
        layout::byte(12).set(&mut mailbox, 5);
        layout::byte(23).set(&mut mailbox, 3);
        self.machine.put(IN, &mailbox);
        self.ok(0x013, 4, 0, IN);
        self.ok(0x012, 4, 0, u64::MAX);
    }

    /// Completion queue 5 of 16 entries, for event queue 4; and queue pair 7 with a send queue of
    /// 16 units of 64 bytes, which is ready; and the memory region.
    fn queues(&mut self) {
        self.region();
        self.queues_of(7);
    }

    fn queues_of(&mut self, number: u32) {
        self.translate(1, 0x30_1000);
        let mut mailbox = [0; 64];
        layout::word(12).set(&mut mailbox, 4 << 24);
        layout::byte(23).set(&mut mailbox, 4);
        layout::word(28).set(&mut mailbox, 8);
        layout::long(56).set(&mut mailbox, 0x3_0000);
        self.machine.put(IN, &mailbox);
        self.ok(0x016, 5, 0, IN);
        self.translate(2, SENDS);
        let mut mailbox = [0; 256];
        layout::word(8).set(&mut mailbox, 7 << 16);
        layout::word(8 + 4).set(&mut mailbox, DOMAIN);
        layout::byte(18).set(&mut mailbox, 4 << 3 | 2);
        layout::word(8 + 124).set(&mut mailbox, 5);
        layout::word(8 + 204).set(&mut mailbox, 16);
        self.machine.put(IN, &mailbox);
        for opcode in [0x19, 0x1a, 0x1b] {
            self.ok(opcode, number, 0, IN);
        }
    }

    /// All memory of the machine, to be read and written with a key.
    fn region(&mut self) {
        let mut mailbox = [0; 64];
        for (field, value) in [
            (layout::word(0), 0xf000_0f00),
            (layout::word(8), REGION.into()),
            (layout::word(12), 3 << 24 | DOMAIN),
            (layout::long(24), u64::MAX),
        ] {
            field.set(&mut mailbox, value);
        }
        self.machine.put(IN, &mailbox);
        self.ok(0x00d, REGION, 0, IN);
    }

    /// All of that.
    fn start(&mut self) {
        self.initialise();
        self.event_queue();
        self.queues();
    }

    fn objects(&self) -> u64 {
        self.card.hca.objects().values().sum()
    }
}

/// Where the data of an entry of the event queue is.
fn event_at(index: u64) -> u64 {
    0x30_0000 + 64 * index + 32
}

#[test]
fn commands_need_their_phase() {
    let mut driver = Driver::new();
    assert_eq!(driver.command(0x003, 0, 0, 0), Err(4));
    assert_eq!(driver.command(0xff6, 0, 0, 0), Err(4), "no memory yet");
    driver.ok(0x004, 0, 0, 0);
    assert_eq!(driver.machine.word(OUT), 204 << 16 | 2);
    driver.initialise();
    driver.ok(0x003, 0, 0, 0);
    assert_eq!(driver.machine.memory[OUT as usize + 0x37] & 15, 2);
}

#[test]
fn commands_are_traced_as_they_are() {
    let mut driver = Driver::new();
    driver.ok(0x004, 0, 0, 0);
    let (input, output) = driver.machine.command.clone();
    assert_eq!((input.len(), output.len()), (28, 28 + 4096));
    assert_eq!(input[24..], [0, 0xa0, 0, 4], "go, toggle, operation");
    assert_eq!(output[24..28], [0, 0x20, 0, 4]);
    assert_eq!(output[28..], driver.machine.memory[OUT as usize..][..4096]);
    assert_eq!(driver.command(0x777, 0, 0, 0), Err(2));
    assert_eq!(driver.machine.command.1[24..], [2, 0, 7, 0x77]);
}

#[test]
fn unknown_commands_are_bad_operations() {
    let mut driver = Driver::new();
    driver.initialise();
    assert_eq!(driver.command(0x777, 0, 0, 0), Err(2));
    assert_eq!(driver.command(0x777, 0, 0, 0), Err(2));
    assert!(driver.card.unknown.contains(&0x777));
}

#[test]
fn mailboxes_outside_memory_are_internal_errors() {
    let mut driver = Driver::new();
    driver.initialise();
    assert_eq!(driver.command(0x013, 4, 0, MEMORY as u64), Err(1));
    assert_eq!(driver.command(0x013, 4, 0, u64::MAX), Err(1));
}

#[test]
fn completions_come_as_events() {
    let mut driver = Driver::new();
    driver.initialise();
    driver.event_queue();
    assert_eq!(driver.machine.word(event_at(0) + 28) & 0x80, 0x80);
    driver.post(0x031, 0x1f, 0, 0, EVENT);
    assert_eq!(driver.machine.interrupts, [3]);
    assert_eq!(driver.machine.word(event_at(0)) >> 16, 0x0a);
    assert_eq!(driver.machine.word(event_at(0) + 4), 0x1234);
    assert_eq!(driver.machine.word(event_at(0) + 28) & 0x80, 0);
    // Not armed again: an event, but no interrupt, until the driver asks for one.
    driver.post(0x031, 0x1f, 0, 0, EVENT);
    assert_eq!(driver.machine.interrupts, [3]);
    let doorbell = 0x1000 + 0x800;
    driver.write(2, doorbell, 1 << 31 | 1);
    assert_eq!(driver.machine.interrupts, [3, 3]);
    driver.write(2, doorbell, 1 << 31 | 2);
    assert_eq!(driver.machine.interrupts, [3, 3]);
}

#[test]
fn a_full_event_queue_loses_events() {
    let mut driver = Driver::new();
    driver.initialise();
    driver.event_queue();
    for _ in 0..40 {
        driver.post(0x031, 0x1f, 0, 0, EVENT);
    }
    assert_eq!(driver.card.hca.eqs[&4].lost, 8);
}

#[test]
fn links_come_up_and_go_down() {
    let mut driver = Driver::new();
    driver.initialise();
    driver.event_queue();
    driver.ok(0x009, 2, 0, 0);
    let next = driver.card.tick(&mut driver.machine);
    assert!(next.is_some_and(|time| time <= Duration::from_millis(100)));
    std::thread::sleep(Duration::from_millis(110));
    assert_eq!(driver.card.tick(&mut driver.machine), None);
    assert_eq!(driver.machine.word(event_at(0)), 0x0009_0004);
    assert_eq!(driver.machine.word(event_at(0) + 12) >> 28, 2);
    let request = json!({"do": "link", "port": 2, "up": false});
    driver.card.control(&mut driver.machine, &request).unwrap();
    assert_eq!(driver.machine.word(event_at(1)), 0x0009_0001);
    driver.ok(0x043, 2, 0, 0);
    assert_eq!(driver.machine.memory[OUT as usize] & 0x80, 0);
    assert_eq!(driver.command(0x009, 3, 0, 0), Err(3));
}

#[test]
fn sends_complete() {
    let mut driver = Driver::new();
    driver.start();
    // A frame of 100 bytes; the event that was asked for.
    driver.write(2, 0x8_0020, 2 << 24 | 5);
    driver.write(2, 0x8_0024, 0);
    let mut wqe = [0; 32];
    layout::word(0).set(&mut wqe, 0x0a);
    layout::byte(7).set(&mut wqe, 2);
    layout::word(8).set(&mut wqe, 3 << 2);
    layout::word(16).set(&mut wqe, 100);
    layout::word(20).set(&mut wqe, KEY.into());
    driver.machine.put(SENDS, &wqe);
    driver.write(2, 0x8_0014, 7 << 8);
    assert_eq!(driver.machine.word(0x30_1020), 7);
    assert_eq!(driver.machine.word(0x30_1020 + 28), 0x4a);
    assert_eq!(driver.machine.word(event_at(0) + 4), 5);
    assert_eq!(driver.machine.interrupts, [3]);
    assert_eq!(driver.card.hca.counters[&0].sent.octets, 100);
    // The rest of the queue was never written: nothing more is sent.
    driver.write(2, 0x8_0014, 7 << 8);
    assert_eq!(driver.card.hca.counters[&0].sent.frames, 1);
}

#[test]
fn everything_is_given_back() {
    let mut driver = Driver::new();
    driver.initialise();
    driver.event_queue();
    driver.machine.put(IN, &[0; 64]);
    driver.ok(0x00d, 9, 0, IN);
    assert_eq!(driver.command(0x00d, 9, 0, IN), Err(9), "it is there");
    driver.ok(0x00f, 9, 1, 0);
    assert_eq!(driver.command(0x00f, 9, 1, 0), Err(9), "it is gone");
    driver.ok(0x014, 4, 1, 0);
    driver.ok(0x008, 0, 0, 0);
    driver.ok(0xff9, 0x100, 0, 0);
    driver.ok(0xffe, 0, 0, 0);
    assert_eq!(driver.objects(), 0);
    assert!(driver.card.leaked.is_empty(), "{:?}", driver.card.leaked);
}

#[test]
fn no_driver_has_more_than_the_card() {
    let mut driver = Driver::new();
    driver.initialise();
    let mut init = driver.card.hca.init.clone();
    layout::byte(0x37).set(&mut init, 24);
    layout::byte(0x4f).set(&mut init, 24);
    driver.card.hca.init = init;
    // All of the table would be mapped.
    driver.map(0xffa, 0x10_0000, 0x10_0000, 20);
    driver.machine.put(IN, &[0; 256]);
    for (opcode, most) in [(0x19, 1 << 18), (0x35, 1 << 16)] {
        driver.ok(opcode, most - 1, 0, IN);
        assert_eq!(driver.command(opcode, most, 0, IN), Err(0xa));
    }
    driver.machine.put(IN, &[0, 0, 0, 0, 0, 0, 0, 1]);
    for number in 0..1 << 14 {
        driver.ok(0x026, number, 1, IN);
    }
    assert_eq!(driver.command(0x026, 1 << 14, 1, IN), Err(8));
    driver.ok(0x026, 0, 1, IN);
}

#[test]
fn what_is_not_given_back_is_told() {
    let mut driver = Driver::new();
    driver.initialise();
    driver.event_queue();
    driver.ok(0x008, 0, 0, 0);
    driver.ok(0xffe, 0, 0, 0);
    assert_eq!(driver.card.leaked["eqs"], 1);
    assert_eq!(driver.card.leaked["icm_pages"], 256);
}

#[test]
fn the_card_has_one_owner() {
    let mut driver = Driver::new();
    assert_eq!(driver.read(0x8_069c), 0);
    assert_eq!(driver.read(0x8_069c), 1);
    driver.write(0, 0xf_0010, 1);
    assert_eq!(driver.read(0x8_069c), 1, "over a reset by its driver");
    driver.card.reset(Reset::Machine);
    assert_eq!(driver.read(0x8_069c), 0);
}

/// What a guest can do to the card: everything, in any order, with mailboxes and queues of noise.
fn attack(seed: u64) {
    let mut random = Random::new(seed);
    let mut driver = match random.below(4) {
        0 => Driver::new(),
        1 => {
            let mut driver = Driver::new();
            driver.start();
            driver
        }
        _ => receiving::ready(&mut random),
    };
    for _ in 0..400 {
        match random.below(18) {
            0..8 => {
                let known = random.pick(commands::COMMANDS);
                let opcode = match random.below(8) {
                    0 => random.below(0x1000) as u16,
                    _ => known.opcode,
                };
                for _ in 0..random.below(64) {
                    let (at, value) = (IN + random.below(0x200) * 8, random.number());
                    driver.machine.put(at, &value.to_be_bytes());
                }
                // Half of them are about objects that there may be.
                let modifier = match random.below(2) {
                    0 => random.below(10),
                    _ => random.number(),
                } as u32;
                let op = random.below(5) as u8;
                let input = if random.below(2) == 0 {
                    IN
                } else {
                    random.number()
                };
                let flags = if random.below(2) == 0 { EVENT } else { 0 };
                driver.post(opcode, modifier, op, input, flags);
            }
            8 => {
                let (at, value) = (random.number() % (MEMORY as u64 - 8), random.number());
                driver.machine.put(at, &value.to_be_bytes());
            }
            9 => {
                // Sends of some blocks, more or less, with parts that may be within them.
                for block in 0..16 {
                    let mut request = [0; 64];
                    let owner = random.below(2) << 31;
                    let opcode = *random.pick(&[0x0a, 0x0e, 0x0a, 0x0e, 0x1f, 0x10]);
                    layout::word(0).set(&mut request, owner | opcode);
                    layout::half(4).set(&mut request, random.next());
                    layout::byte(6).set(&mut request, random.below(4) << 6);
                    layout::byte(7).set(&mut request, random.below(9));
                    layout::word(8).set(&mut request, random.below(64));
                    for part in (16..64).step_by(16) {
                        let length = match random.below(3) {
                            0 => random.number(),
                            1 => 1 << 31 | random.below(60),
                            _ => random.below(3000),
                        };
                        layout::word(part).set(&mut request, length);
                        layout::word(part + 4).set(&mut request, KEY.into());
                        let address = random.below(MEMORY as u64);
                        layout::long(part + 8).set(&mut request, address);
                    }
                    driver.machine.put(SENDS + 64 * block, &request);
                }
                driver.write(2, 0x8_0014, 7 << 8);
            }
            10..13 => {
                let (at, value) = (random.below(1 << 11) << 12, random.number() as u32);
                let offset = *random.pick(&[0x14, 0x20, 0x24, 0x800, 0x808, 0x818]);
                driver.write(2, at + offset, value);
            }
            13 => {
                let (at, value) = (random.number(), random.number());
                let (bar, length) = (random.below(8) as u8, random.below(9) as usize);
                let data = &value.to_be_bytes()[..length.min(8)];
                driver.card.bar_write(&mut driver.machine, bar, at, data);
            }
            14 | 15 => {
                let mut frame = samples::nonsense(&mut random);
                if random.below(2) == 0 && frame.len() >= 6 {
                    frame[..6].copy_from_slice(&samples::TO);
                }
                let port = random.below(3) as u8;
                driver.card.receive(&mut driver.machine, port, &frame);
            }
            16 => {
                let mut data = [0; 64];
                let length = random.below(65) as usize;
                let (bar, at) = (random.below(8) as u8, random.number());
                driver.card.bar_read(bar, at, &mut data[..length]);
            }
            _ => {
                let number = random.number();
                let what = [
                    "link",
                    "fatal",
                    "temperature",
                    "bad_cable",
                    "info",
                    "objects",
                ];
                let what = random.pick(&what);
                let request = json!({
                    "do": what,
                    "port": number % 4,
                    "up": number & 1 == 0,
                    "syndrome": number,
                });
                let _ = driver.card.control(&mut driver.machine, &request);
                driver.card.tick(&mut driver.machine);
                let lives = driver.card.hca.phase == hca::Phase::Initialised && !driver.card.dead;
                if !lives || random.below(16) == 0 {
                    driver.card.reset(Reset::Machine);
                    driver.start();
                }
            }
        }
    }
}

#[test]
fn hostile_drivers_do_no_harm() {
    testing::attack(40, attack);
}
