// SPDX-License-Identifier: GPL-2.0

//! Frames go to the wire, or stay within the card.

use super::{
    receiving::{cqe, Receiver, BROADCAST, COUNTER, PORT},
    steering::ethernet_part,
    *,
};
use crate::frame::{
    checksum::{network_is_right, transport_is_right},
    headers::{word as half_word, Headers, CVLAN, SVLAN},
    samples::{tcp_frame, udp_frame, TO},
};
use layout::{byte, half, long, word, Field};

/// A send queue: its queue pair, and its units.
#[derive(Clone, Copy)]
struct Sends {
    number: u32,
    ring: u64,
}

const INSERTS_TAG: (Field, u64) = (byte(6), 0x40);
const INSERTS_SERVICE_TAG: (Field, u64) = (byte(6), 0x80);
const CHECKSUMS: u64 = 3 << 4;
const COMPLETE: u64 = 3 << 2;
const LOOPBACK: u64 = 1;

impl Receiver {
    /// A queue pair that sends.
    fn sender(&mut self, number: u32, fields: &[(Field, u64)]) -> Sends {
        let (mtt, ring) = self.page();
        // Nothing is the hardware's yet.
        for unit in 0..16 {
            self.driver.machine.put(ring + 64 * unit, &[0xff; 64]);
        }
        self.qp(number, &[&[(word(8 + 204), mtt)], fields].concat());
        Sends { number, ring }
    }

    /// Puts a request into the unit after `number` ones, and rings.
    fn send(&mut self, sends: Sends, number: u64, fields: &[(Field, u64)], rest: &[u8]) {
        let mut request = vec![0; 16];
        word(0).set(&mut request, 0x0a);
        byte(7).set(&mut request, 1 + rest.len().div_ceil(16) as u64);
        for (field, value) in fields {
            field.set(&mut request, *value);
        }
        request.extend_from_slice(rest);
        self.driver.machine.put(sends.ring + 64 * number, &request);
        self.driver.write(2, 0x8_0014, sends.number << 8);
    }

    /// A page that has some data.
    fn data(&mut self, data: &[u8]) -> u64 {
        let page = self.page().1;
        self.driver.machine.put(page, data);
        page
    }

    fn sent(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.driver.machine.sent)
    }
}

fn pointer(key: u32, address: u64, length: usize) -> Vec<u8> {
    let mut data = vec![0; 16];
    word(0).set(&mut data, length as u64);
    word(4).set(&mut data, key.into());
    long(8).set(&mut data, address);
    data
}

fn inline(data: &[u8]) -> Vec<u8> {
    let mut part = (1 << 31 | data.len() as u32).to_be_bytes().to_vec();
    part.extend_from_slice(data);
    part.resize(part.len().next_multiple_of(16), 0);
    part
}

fn is_right(frame: &[u8]) -> bool {
    let network = Headers::of(frame, |_| false).outer.network.unwrap();
    network_is_right(frame, &network) && transport_is_right(frame, &network)
}

#[test]
fn what_requests_describe_goes_to_the_wire() {
    let mut receiver = Receiver::new();
    let frame = tcp_frame(1, 2, &[6; 100]);
    let sends = receiver.sender(8, &[(COUNTER, 6)]);
    let memory = receiver.data(&frame);
    // Two pieces of memory, of which the first one crosses nothing.
    let two = [
        pointer(KEY, memory, 18),
        pointer(KEY, memory + 18, frame.len() - 18),
    ];
    receiver.send(sends, 0, &[(word(8), COMPLETE)], &two.concat());
    assert_eq!(receiver.sent(), std::slice::from_ref(&frame));
    assert_eq!(receiver.driver.machine.sent_by, [0]);
    assert_eq!(cqe::INDEX.get(&receiver.completion(0)), 0);
    // Within the request, in two parts; it is filled up.
    let parts = [inline(&frame[..44]), inline(&frame[44..56])].concat();
    receiver.send(sends, 1, &[], &parts);
    let sent = receiver.sent().pop().unwrap();
    assert_eq!((sent.len(), &sent[..56]), (60, &frame[..56]));
    // A tag, and checksums.
    let whole = pointer(KEY, memory, frame.len());
    for (number, inserts, kind) in [(3, INSERTS_TAG, CVLAN), (4, INSERTS_SERVICE_TAG, SVLAN)] {
        let fields = [inserts, (half(4), 0x6005), (word(8), CHECKSUMS)];
        receiver.send(sends, number, &fields, &whole);
        let sent = receiver.sent().pop().unwrap();
        assert_eq!(sent.len(), frame.len() + 4);
        assert_eq!([half_word(&sent, 12), half_word(&sent, 14)], [kind, 0x6005]);
        assert!(is_right(&sent));
    }
    receiver.driver.ok(0x049, 1, 0, 0);
    let frames = |priority: usize| long(0xa98 + 24 * priority);
    assert_eq!(
        receiver.answered(frames(8)),
        3,
        "without a tag that is known"
    );
    assert_eq!(receiver.answered(frames(3)), 1);
    receiver.driver.ok(0x054, 6, 0, 0);
    assert_eq!(receiver.answered(long(32)), 4);
    // Not without a link.
    receiver.ask(json!({"do": "link", "up": false}));
    receiver.send(sends, 5, &[], &whole);
    assert!(receiver.sent().is_empty());
    assert_eq!(receiver.counted(0, "/not_sent"), 1);
}

#[test]
fn what_is_too_long_is_divided() {
    let mut receiver = Receiver::new();
    let frame = tcp_frame(1, 2, &[6; 250]);
    let sends = receiver.sender(8, &[]);
    let memory = receiver.data(&frame);
    let mut rest = (100u32 << 16 | 54).to_be_bytes().to_vec();
    rest.extend_from_slice(&frame[..54]);
    rest.resize(64, 0);
    rest.extend_from_slice(&pointer(KEY, memory + 54, 250));
    let fields = [(word(0), 0x4e), (word(8), CHECKSUMS | COMPLETE)];
    receiver.send(sends, 0, &fields, &rest);
    let sent = receiver.sent();
    let lengths: Vec<usize> = sent.iter().map(Vec::len).collect();
    assert_eq!(lengths, [154, 154, 104]);
    assert!(sent.iter().all(|segment| is_right(segment)));
    assert_eq!(cqe::BYTES.get(&receiver.completion(0)), 154 + 154 + 104);
    // The next one begins in the third unit.
    receiver.send(sends, 2, &[INSERTS_TAG, fields[0], fields[1]], &rest);
    let lengths: Vec<usize> = receiver.sent().iter().map(Vec::len).collect();
    assert_eq!(lengths, [158, 158, 108]);
    assert_eq!(cqe::INDEX.get(&receiver.completion(1)), 2);
}

#[test]
fn wrong_requests_fail_the_queue_pair() {
    for (syndrome, fields, rest) in [
        (4, vec![], pointer(KEY + 1, 0, 60)),
        (4, vec![], pointer(KEY, u64::MAX - 70, 60)),
        (1, vec![], pointer(KEY, 0, 1 << 20)),
        (2, vec![(word(0), 0x4e)], [0xff; 16].to_vec()),
    ] {
        let mut receiver = Receiver::new();
        let sends = receiver.sender(8, &[]);
        receiver.send(sends, 0, &fields, &rest);
        let completion = receiver.completion(0);
        assert_eq!(cqe::OPCODE.get(&completion), 0x5e);
        assert_eq!(cqe::SYNDROME.get(&completion), syndrome);
        receiver.send(sends, 1, &[], &pointer(KEY, 0, 60));
        assert!(receiver.sent().is_empty(), "it sends no more");
    }
}

#[test]
fn ports_do_the_work_of_each_other() {
    let mut receiver = Receiver::new();
    let free = receiver.sender(8, &[(PORT, 1)]);
    let forced = receiver.sender(9, &[(PORT, 1), (word(8 + 144), 1 << 3)]);
    let rest = pointer(KEY, 0, 60);
    receiver.send(free, 0, &[], &rest);
    receiver.driver.machine.put(IN, &[0, 0, 0, 1, 0, 0, 0, 1]);
    receiver.driver.ok(0x05c, 0, 1, IN);
    receiver.send(free, 1, &[], &rest);
    receiver.send(forced, 0, &[], &rest);
    assert_eq!(receiver.driver.machine.sent_by, [1, 0, 1]);
}

/// The destination in a request, so that the frame may stay within the card.
fn local(address: [u8; 6]) -> [(Field, u64); 2] {
    let [first, second, rest @ ..] = address;
    let high = u16::from_be_bytes([first, second]);
    [
        (half(8), high.into()),
        (word(12), u32::from_be_bytes(rest).into()),
    ]
}

#[test]
fn what_is_for_oneself_comes_back_if_wanted() {
    let mut receiver = Receiver::new();
    let queue = receiver.queue(8, &[]);
    receiver.give(queue, 8);
    receiver.attach(0, TO, &[8]);
    let frame = udp_frame(1, 2, b"to oneself, and not that short");
    let (sends, memory) = (receiver.sender(9, &[]), receiver.data(&frame));
    let rest = pointer(KEY, memory, frame.len());
    receiver.send(sends, 0, &[], &rest);
    assert_eq!(receiver.sent().len(), 1);
    receiver.send(sends, 1, &local(TO), &rest);
    assert_eq!(receiver.counted(0, "/looped"), 1);
    assert_eq!(receiver.memory(queue.buffers, frame.len()), frame);
    receiver.send(sends, 2, &[(word(8), LOOPBACK)], &rest);
    assert_eq!(receiver.counted(0, "/looped"), 2);
    assert!(receiver.sent().is_empty());
    // What nobody here wants goes to the wire.
    receiver.attach(0, TO, &[]);
    receiver.send(sends, 3, &local(TO), &rest);
    assert_eq!(receiver.sent().len(), 1);
}

#[test]
fn what_is_for_all_does_not_come_back_to_its_sender() {
    let mut receiver = Receiver::by_rules();
    let checks = [(byte(8 + 24), 2), (byte(8 + 24 + 1), 0x80)];
    for (number, counter) in [(8, 1), (9, 2)] {
        let queue = receiver.queue(number, &[&checks[..], &[(COUNTER, counter)]].concat());
        receiver.give(queue, 8);
        receiver.rule(0, 0x5000, number, &[ethernet_part(BROADCAST, &[])]);
    }
    let mut frame = udp_frame(1, 2, b"to all of them, and not that short");
    frame[..6].copy_from_slice(&BROADCAST);
    let (sends, memory) = (receiver.sender(10, &[(COUNTER, 1)]), receiver.data(&frame));
    let rest = pointer(KEY, memory, frame.len());
    receiver.send(sends, 0, &local(BROADCAST), &rest);
    assert_eq!(
        cqe::OPCODE.get(&receiver.completion(0)),
        0xcc,
        "rules forbid it"
    );
    assert_eq!(receiver.sent().len(), 1);
    // Rules that allow it: who has the same counter does not want it.
    for number in [8, 9] {
        receiver.rule_with_loopback(number, &[ethernet_part(BROADCAST, &[])]);
    }
    receiver.send(sends, 1, &local(BROADCAST), &rest);
    assert_eq!(receiver.taker(0), 9);
    assert_eq!(cqe::OPCODE.get(&receiver.completion(1)), 0xcc);
    assert_eq!(receiver.sent().len(), 1, "and it goes to the wire, too");
}
