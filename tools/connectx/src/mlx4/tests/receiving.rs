// SPDX-License-Identifier: GPL-2.0

//! Frames come from the wire.

use super::*;
use crate::{
    frame::{
        checksum,
        headers::{CVLAN, SVLAN},
        samples::{ethernet, tcp_frame, udp_frame, vlan_frame, TO},
        FCS,
    },
    model::Host,
};
use layout::{byte, half, long, word, Field};

pub const BROADCAST: [u8; 6] = [0xff; 6];
/// Where the memory is that nobody has yet.
const HEAP: u64 = 0x40_0000;
/// Of a queue pair's context in its mailbox.
pub const KEEPS_TAG: Field = word(8 + 192).bits(30, 1);
pub const KEEPS_FCS: Field = word(8 + 192).bits(29, 1);
pub const PORT: Field = byte(8 + 24 + 32).bits(6, 1);
pub const COUNTER: Field = byte(8 + 24 + 4);

/// A driver that is ready to receive on both ports.
pub struct Receiver {
    pub driver: Driver,
    heap: u64,
    entries: u64,
    /// Where completions are.
    pub cq: u64,
    /// Bytes of one.
    entry: u64,
}

/// The buffers of a queue pair that receives, and the record of its doorbell.
#[derive(Clone, Copy)]
pub struct Queue {
    pub buffers: u64,
    record: u64,
}

/// The completion queue of all queue pairs here.
pub const CQ: u32 = 6;

impl Receiver {
    /// With steering by groups.
    pub fn new() -> Self {
        Self::with(&[(byte(0xd3), 10), (byte(0xdb), 6)], 0)
    }

    /// With steering by rules.
    pub fn by_rules() -> Self {
        Self::with(&[(word(0x14), 1 << 6)], 0)
    }

    /// With more of INIT_HCA, and flags of the completion queue.
    pub fn with(more: &[(Field, u64)], cq_flags: u64) -> Self {
        let mut driver = Driver::new();
        driver.initialise_with(more);
        driver.event_queue();
        driver.region();
        let mut receiver = Self {
            driver,
            heap: HEAP,
            entries: 16,
            cq: 0,
            entry: 0,
        };
        receiver.entry = receiver.driver.card.hca.entry_sizes().1;
        let (mtt, page) = receiver.page();
        let record = receiver.page().1;
        receiver.cq = page;
        let mut mailbox = [0; 64];
        word(0).set(&mut mailbox, cq_flags);
        word(12).set(&mut mailbox, 4 << 24);
        byte(23).set(&mut mailbox, 4);
        word(28).set(&mut mailbox, mtt);
        long(56).set(&mut mailbox, record);
        receiver.driver.machine.put(IN, &mailbox);
        receiver.driver.ok(0x016, CQ, 0, IN);
        for port in [1, 2] {
            let driver = &mut receiver.driver;
            driver.ok(0x009, port, 0, 0);
            // The link need not take its time.
            let request = json!({"do": "link", "port": port, "up": true});
            driver.card.control(&mut driver.machine, &request).unwrap();
        }
        receiver
    }

    /// A page of memory, with an entry of the translation table: where the entry is, and the page.
    pub fn page(&mut self) -> (u64, u64) {
        let (index, page) = (self.entries, self.heap);
        self.driver.translate(index, page);
        self.entries += 1;
        self.heap += 0x1000;
        (8 * index, page)
    }

    /// A queue pair that is ready, whose send queue has 16 units of 64 bytes.
    pub fn qp(&mut self, number: u32, fields: &[(Field, u64)]) {
        let mut mailbox = [0; 256];
        let all = [
            (word(8), 7 << 16),
            (word(8 + 4), DOMAIN),
            (byte(18), 4 << 3 | 2),
            (word(8 + 124), CQ.into()),
            (word(8 + 156), CQ.into()),
        ];
        for (field, value) in all.iter().chain(fields) {
            field.set(&mut mailbox, *value);
        }
        self.driver.machine.put(IN, &mailbox);
        for opcode in [0x19, 0x1a, 0x1b] {
            self.driver.ok(opcode, number, 0, IN);
        }
    }

    /// A queue of eight entries of two parts, 32 bytes and 128, behind an empty send queue.
    pub fn queue(&mut self, number: u32, fields: &[(Field, u64)]) -> Queue {
        let (mtt, page) = self.page();
        let (record, buffers) = (self.page().1, self.page().1);
        for entry in 0..8 {
            for (part, length) in [(0, 32u32), (1, 128)] {
                let data = [
                    &length.to_be_bytes()[..],
                    &KEY.to_be_bytes(),
                    &(buffers + entry * 256 + part * 32).to_be_bytes(),
                ];
                let at = page + 64 + entry * 32 + part * 16;
                self.driver.machine.put(at, &data.concat());
            }
        }
        let all = [
            (byte(17), 3 << 3 | 1),
            (byte(18), 2),
            (long(8 + 160), record),
            (word(8 + 204), mtt),
        ];
        self.qp(number, &[&all, fields].concat());
        Queue { buffers, record }
    }

    pub fn give(&mut self, queue: Queue, entries: u32) {
        self.driver
            .machine
            .put(queue.record, &entries.to_be_bytes());
    }

    /// A frame comes to a port.
    pub fn receive(&mut self, port: u8, frame: &[u8]) {
        let driver = &mut self.driver;
        driver.card.receive(&mut driver.machine, port, frame);
    }

    /// The half of a completion that counts.
    pub fn completion(&mut self, number: u64) -> Vec<u8> {
        let mut data = vec![0; 32];
        let at = self.cq + number * self.entry + self.entry - 32;
        self.driver.machine.dma_read(at, &mut data).unwrap();
        data
    }

    /// The queue pair of a completion.
    pub fn taker(&mut self, number: u64) -> u32 {
        word(0).bits(0, 24).get32(&self.completion(number))
    }

    pub fn memory(&self, at: u64, length: usize) -> &[u8] {
        &self.driver.machine.memory[at as usize..][..length]
    }

    pub fn ask(&mut self, request: Value) -> Value {
        let driver = &mut self.driver;
        driver.card.control(&mut driver.machine, &request).unwrap()
    }

    /// What a port counts.
    pub fn counted(&mut self, port: u8, path: &str) -> u64 {
        let answer = self.ask(json!({"do": "frames", "port": port + 1}));
        answer.pointer(path).and_then(Value::as_u64).unwrap()
    }

    /// A number of the last answer.
    pub fn answered(&self, field: Field) -> u64 {
        field.get(self.memory(OUT, 4096))
    }
}

/// A driver that receives and sends, for attacks.
pub fn ready(random: &mut Random) -> Driver {
    let mut receiver = match random.below(2) {
        0 => Receiver::new(),
        _ => Receiver::by_rules(),
    };
    for number in [1, 2] {
        let queue = receiver.queue(number, &[(PORT, random.below(2))]);
        receiver.give(queue, random.below(20) as u32);
    }
    receiver.spread(3, 1);
    if receiver.driver.card.hca.steers_by_rules() {
        receiver.rule(1, 0, 3, &[]);
    } else {
        receiver.attach(0, TO, &[1, 2, 3]);
    }
    receiver.driver.queues_of(7);
    receiver.driver
}

/// Fields of completions.
pub mod cqe {
    use super::*;
    pub const HAS_TAG: Field = word(0).bits(29, 1);
    pub const HAS_SERVICE_TAG: Field = word(0).bits(30, 1);
    pub const HASH: Field = word(4);
    pub const TAG: Field = half(12);
    pub const STATUS: Field = half(16);
    pub const BYTES: Field = word(20);
    pub const INDEX: Field = half(24);
    pub const CHECKSUM: Field = half(26);
    pub const SYNDROME: Field = byte(27);
    pub const OPCODE: Field = byte(31);
}

#[test]
fn a_frame_is_written_where_the_driver_wants_it() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.attach(0, TO, &[8]);
    receiver.give(queue, 2);
    receiver.driver.write(2, 0x8_0020, 2 << 24 | CQ);
    receiver.driver.write(2, 0x8_0024, 0);
    // Two events there were before: the links came up.
    receiver.driver.write(2, 0x1800, 1 << 31 | 2);
    receiver.driver.machine.interrupts.clear();
    let frame = udp_frame(1, 2, &[9; 50]);
    receiver.receive(0, &frame);
    assert_eq!(receiver.driver.machine.interrupts, [3]);
    // The parts lie one behind the other.
    assert_eq!(receiver.memory(queue.buffers, frame.len()), frame);
    let completion = receiver.completion(0);
    assert_eq!(
        cqe::OPCODE.get(&completion),
        1,
        "received, of the first pass"
    );
    assert_eq!(cqe::BYTES.get(&completion), frame.len() as u64);
    assert_eq!(cqe::INDEX.get(&completion), 0);
    assert_eq!(cqe::HAS_TAG.get(&completion), 0);
    // A datagram without checksum, whose header has none either.
    assert_eq!(cqe::STATUS.get(&completion), 1 << 6 | 1 << 11);
    assert_eq!(cqe::CHECKSUM.get(&completion), 0xffff);

    // The second buffer is the last one.
    receiver.receive(0, &frame);
    receiver.receive(0, &frame);
    assert_eq!(cqe::INDEX.get(&receiver.completion(1)), 1);
    assert_eq!(receiver.counted(0, "/dropped/no_buffer"), 1);
    receiver.give(queue, 3);
    receiver.receive(0, &frame);
    assert_eq!(cqe::INDEX.get(&receiver.completion(2)), 2);
}

#[test]
fn queues_begin_anew_at_their_ends() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.attach(0, TO, &[8]);
    receiver.give(queue, 10);
    for number in 0..10u8 {
        receiver.receive(0, &udp_frame(1, 2, &[number; 50]));
    }
    assert_eq!(cqe::INDEX.get(&receiver.completion(9)), 9);
    assert_eq!(receiver.memory(queue.buffers + 256 + 42, 50), [9; 50]);
    assert_eq!(receiver.counted(0, "/delivered/frames"), 10);
    // The consumer has read nothing: the completion queue has 16 entries.
    receiver.give(queue, 30);
    for _ in 0..7 {
        receiver.receive(0, &udp_frame(1, 2, b"data"));
    }
    let event = receiver.driver.machine.word(event_at(2));
    assert_eq!(event >> 16 & 0xff, 0x04, "the completion queue has no room");
}

#[test]
fn small_completions_and_times() {
    let large_events = (byte(0x58), 0x20);
    let groups = [(byte(0xdb), 6), large_events];
    let mut receiver = Receiver::with(&groups, 1 << 19);
    let queue = receiver.queue(8, &[]);
    receiver.attach(0, TO, &[8]);
    receiver.give(queue, 8);
    receiver.receive(0, &udp_frame(1, 2, b"data"));
    let completion = receiver.completion(0);
    assert_eq!(receiver.entry, 32);
    assert_eq!(cqe::OPCODE.get(&completion), 1);
    let time = word(12).get(&completion) << 16 | half(29).get(&completion);
    assert!(time > 0 && time <= receiver.driver.card.clock());
}

#[test]
fn tags_are_taken_out_if_wanted() {
    let mut receiver = Receiver::new();
    let taken = receiver.queue(8, &[]);
    let kept = receiver.queue(9, &[(KEEPS_TAG, 1), (KEEPS_FCS, 1)]);
    for queue in [taken, kept] {
        receiver.give(queue, 8);
    }
    receiver.attach(0, TO, &[8]);
    let frame = vlan_frame(CVLAN, 0x6005, b"some data");
    receiver.receive(0, &frame);
    let completion = receiver.completion(0);
    assert_eq!(cqe::HAS_TAG.get(&completion), 1);
    assert_eq!(cqe::HAS_SERVICE_TAG.get(&completion), 0);
    assert_eq!(cqe::TAG.get(&completion), 0x6005);
    let plain = udp_frame(1, 2, b"some data");
    assert_eq!(receiver.memory(taken.buffers, plain.len()), plain);
    receiver.receive(0, &vlan_frame(SVLAN, 7, b"some data"));
    let completion = receiver.completion(1);
    assert_eq!(cqe::HAS_SERVICE_TAG.get(&completion), 1);
    assert_eq!(cqe::BYTES.get(&completion), plain.len() as u64);
    assert_ne!(cqe::STATUS.get(&completion), 0);
    // The second of two tags stays, and what is behind it nobody looks at.
    let mut double = vlan_frame(CVLAN, 7, b"some data");
    double.splice(12..12, [0x88, 0xa8, 0, 5]);
    receiver.receive(0, &double);
    let completion = receiver.completion(2);
    assert_eq!(cqe::TAG.get(&completion), 5);
    assert_eq!(cqe::BYTES.get(&completion), plain.len() as u64 + 4);
    assert_eq!(cqe::STATUS.get(&completion), 0);

    receiver.attach(0, TO, &[9]);
    receiver.receive(0, &frame);
    let completion = receiver.completion(3);
    assert_eq!(cqe::HAS_TAG.get(&completion), 1, "it has one, all the same");
    assert_eq!(cqe::BYTES.get(&completion), (frame.len() + FCS) as u64);
    let whole = [&frame[..], &checksum::fcs(&frame)].concat();
    assert_eq!(receiver.memory(kept.buffers, whole.len()), whole);

    // A driver changes its mind.
    let mut mailbox = [0; 512];
    long(0).set(&mut mailbox, 1 << 33);
    receiver.driver.machine.put(IN, &mailbox);
    receiver.driver.ok(0x061, 9, 0, IN);
    receiver.receive(0, &frame);
    let bytes = cqe::BYTES.get(&receiver.completion(4));
    assert_eq!(bytes, (plain.len() + FCS) as u64);
}

/// The sum that a driver makes of a completion's: that of all behind the Ethernet header.
fn whole_sum(completion: &[u8], frame: &[u8]) -> u16 {
    let header = &frame[14..];
    let sum = cqe::CHECKSUM.get(completion) as u16;
    match header[0] >> 4 {
        4 => {
            let length = u16::from_be_bytes([header[2], header[3]]) - 20;
            let addresses = checksum::sum(&header[12..20]);
            let pseudo = checksum::add(addresses, length + u16::from(header[9]));
            checksum::add(sum, !pseudo)
        }
        _ => [&header[..4], &header[6..8]]
            .into_iter()
            .fold(sum, |sum, part| checksum::add(sum, checksum::sum(part))),
    }
}

#[test]
fn checksums_are_those_that_drivers_expect() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.give(queue, 8);
    receiver.attach(0, TO, &[8]);
    let icmp = |kind: u16, header: &[u8]| ethernet(kind, &[header, &[0x5a; 60]].concat());
    let ipv4 = [
        0x45, 0, 0, 80, 0, 0, 0, 0, 64, 1, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
    ];
    let mut ipv6 = vec![0x60, 1, 2, 3, 0, 60, 58, 64];
    ipv6.extend(0..32);
    for (number, frame, behind) in [(0, icmp(0x0800, &ipv4), 34), (1, icmp(0x86dd, &ipv6), 14)] {
        receiver.receive(0, &frame);
        let completion = receiver.completion(number);
        let sum = whole_sum(&completion, &frame);
        assert_eq!(sum, checksum::sum(&frame[behind..]), "{number}");
    }
    assert_eq!(cqe::STATUS.get(&receiver.completion(1)), 1 << 8 | 1 << 12);
    // A segment whose checksum is wrong.
    let frame = tcp_frame(1, 2, &[7; 60]);
    receiver.receive(0, &frame);
    let completion = receiver.completion(2);
    assert_eq!(cqe::STATUS.get(&completion), 1 << 6 | 1 << 10);
    assert_eq!(whole_sum(&completion, &frame), checksum::sum(&frame[34..]));
    assert_ne!(cqe::CHECKSUM.get(&completion), 0xffff);
}

#[test]
fn a_port_lets_in_what_it_shall() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.give(queue, 8);
    receiver.attach(0, TO, &[8]);
    receiver.attach(0, BROADCAST, &[8]);
    // No longer than that, with the checksum.
    let mut mailbox = [0; 512];
    byte(3).set(&mut mailbox, 7);
    half(6).set(&mut mailbox, 150);
    receiver.driver.machine.put(IN, &mailbox);
    receiver.driver.ok(0x00c, 1, 1, IN);
    receiver.receive(0, &udp_frame(1, 2, &[0; 104]));
    receiver.receive(0, &udp_frame(1, 2, &[0; 105]));
    assert_eq!(receiver.counted(0, "/dropped/too_long"), 1);
    // Of VLANs, only the fifth.
    let mut mailbox = [0; 512];
    word(508).set(&mut mailbox, 1 << 5);
    receiver.driver.machine.put(IN, &mailbox);
    receiver.driver.ok(0x047, 1, 0, IN);
    receiver.receive(0, &vlan_frame(CVLAN, 5, b"data"));
    receiver.receive(0, &vlan_frame(CVLAN, 6, b"data"));
    assert_eq!(receiver.counted(0, "/dropped/vlan"), 1);
    // Of what is for many, only what is for all, once the filter is on.
    let mut frame = udp_frame(1, 2, b"data");
    frame[..6].copy_from_slice(&BROADCAST);
    receiver.driver.ok(0x048, 1, 2, 0);
    receiver.receive(0, &frame);
    assert_eq!(receiver.counted(0, "/dropped/multicast"), 1);
    receiver.driver.ok(0x048, 1, 0, 1 << 63 | 0xffff_ffff_ffff);
    receiver.receive(0, &frame);
    assert_eq!(receiver.counted(0, "/delivered/frames"), 3);
    // And nothing without a link; the other port does not mind.
    receiver.ask(json!({"do": "link", "up": false}));
    receiver.receive(0, &frame);
    assert_eq!(receiver.counted(0, "/dropped/down"), 1);
    receiver.receive(1, &frame);
    assert_eq!(receiver.counted(1, "/dropped/multicast"), 1);
    assert_eq!(receiver.counted(1, "/received/frames"), 1);
    for wrong in [(0x047, 3, 0), (0x048, 0, 0), (0x048, 1, 7)] {
        let (opcode, modifier, op) = wrong;
        assert!(receiver.driver.command(opcode, modifier, op, IN).is_err());
    }
}

#[test]
fn wrong_buffers_fail_the_queue_pair() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.give(queue, 8);
    receiver.attach(0, TO, &[8]);
    receiver.receive(0, &udp_frame(1, 2, &[0; 150]));
    let completion = receiver.completion(0);
    assert_eq!(cqe::OPCODE.get(&completion), 0x1e);
    assert_eq!(cqe::SYNDROME.get(&completion), 1, "it is too short");
    receiver.receive(0, &udp_frame(1, 2, b"data"));
    assert_eq!(
        receiver.counted(0, "/dropped/no_queue"),
        1,
        "it gets no more"
    );

    let other = receiver.queue(9, &[]);
    receiver.give(other, 8);
    receiver.attach(0, TO, &[9]);
    receiver.driver.ok(0x00f, REGION, 1, 0);
    receiver.receive(0, &udp_frame(1, 2, b"data"));
    let completion = receiver.completion(1);
    assert_eq!(cqe::SYNDROME.get(&completion), 4, "the key is none");
}

#[test]
fn queue_pairs_receive_at_their_port() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[(PORT, 1)]);
    receiver.give(queue, 8);
    receiver.attach(0, TO, &[8]);
    receiver.attach(1, TO, &[8]);
    let frame = udp_frame(1, 2, b"data");
    receiver.receive(0, &frame);
    assert_eq!(receiver.counted(0, "/dropped/no_queue"), 1);
    receiver.receive(1, &frame);
    assert_eq!(receiver.taker(0), 8);
    // Not if a driver that has bonded the ports does not want that check.
    let mut mailbox = [0; 128];
    word(0).set(&mut mailbox, 1 << 18);
    word(24).set(&mut mailbox, 1 << 15);
    receiver.driver.machine.put(IN, &mailbox);
    receiver.driver.ok(0x03a, 0, 0, IN);
    receiver.receive(0, &frame);
    assert_eq!(receiver.taker(1), 8);
}

#[test]
fn what_is_received_is_counted() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[(COUNTER, 6)]);
    receiver.give(queue, 2);
    receiver.attach(0, TO, &[8]);
    receiver.receive(0, &udp_frame(1, 2, &[0; 22]));
    receiver.receive(0, &vlan_frame(CVLAN, 0x6005, &[0; 100]));
    receiver.receive(0, &udp_frame(1, 2, b"without a buffer"));
    receiver.driver.ok(0x049, 1, 0, 0);
    // Frames without a tag, their octets, and the same for priority 3.
    assert_eq!(receiver.answered(long(0x480 + 24 * 8)), 2);
    assert_eq!(receiver.answered(long(0x3b8 + 24 * 8)), 64 + 4 + 58 + 4);
    assert_eq!(receiver.answered(long(0x480 + 24 * 3)), 1);
    assert_eq!(receiver.answered(long(0x3b8 + 24 * 3)), 146 + 4);
    assert_eq!(receiver.answered(long(0x90 + 8 * 3)), 1, "up to 255 octets");
    assert_eq!(receiver.answered(word(0xb9c)), 1);
    receiver.driver.ok(0x049, 1 << 8 | 1, 0, 0);
    receiver.receive(0, &udp_frame(1, 2, &[0; 22]));
    receiver.driver.ok(0x049, 1, 0, 0);
    assert_eq!(receiver.answered(long(0x480 + 24 * 8)), 1, "since then");
    assert_eq!(receiver.answered(long(0x480 + 24 * 3)), 0);
    assert_eq!(receiver.counted(0, "/received/frames"), 4);
    receiver.driver.ok(0x049, 1 << 12 | 1, 0, 0);
    assert_eq!(
        receiver.answered(long(0x480 + 24 * 8)),
        0,
        "there are no pauses"
    );
    // The counter that the queue pair names has no tag, which was taken out.
    receiver.driver.ok(0x054, 6, 0, 0);
    assert_eq!(receiver.answered(long(16)), 2);
    assert_eq!(receiver.answered(long(24)), 64 + 142);
}
