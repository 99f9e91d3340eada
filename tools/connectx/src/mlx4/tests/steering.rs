// SPDX-License-Identifier: GPL-2.0

//! Who gets a frame.

use super::{
    receiving::{cqe, Receiver, BROADCAST},
    *,
};
use crate::frame::{
    headers::CVLAN,
    samples::{tcp_frame, udp_frame, vlan_frame, TO},
};
use layout::{byte, half, word, Field};

const OTHER: [u8; 6] = [2, 0, 0, 0, 0, 9];
const MANY: [u8; 6] = [0x33, 0x33, 0, 0, 0, 1];

fn to(address: [u8; 6], mut frame: Vec<u8>) -> Vec<u8> {
    frame[..6].copy_from_slice(&address);
    frame
}

/// An address as groups have it.
fn gid(port: u8, address: [u8; 6]) -> [u8; 16] {
    let mut gid = [0; 16];
    gid[5] = port + 1;
    gid[7] = if address[0] & 1 != 0 { 0 } else { 2 };
    gid[10..].copy_from_slice(&address);
    gid
}

fn group(gid: &[u8; 16], next: u64, members: &[u32]) -> Vec<u8> {
    let mut group = vec![0; 1024];
    word(0).set(&mut group, next << 6);
    word(4).set(&mut group, 1 << 30 | members.len() as u64);
    group[16..32].copy_from_slice(gid);
    for (at, member) in members.iter().enumerate() {
        word(32 + 4 * at).set(&mut group, u64::from(*member));
    }
    group
}

impl Receiver {
    fn hash(&mut self, gid: &[u8; 16]) -> u32 {
        self.driver.machine.put(IN, gid);
        self.driver.ok(0x027, 0, 0, IN) as u32
    }

    fn write_group(&mut self, number: u32, group: &[u8]) {
        self.driver.machine.put(IN, group);
        self.driver.ok(0x026, number, 0, IN);
    }

    /// Queue pairs get the frames for an address that come to a port, counted from 0.
    pub fn attach(&mut self, port: u8, address: [u8; 6], members: &[u32]) {
        let gid = gid(port, address);
        let number = self.hash(&gid);
        self.write_group(number, &group(&gid, 0, members));
    }

    /// They get what is for nobody else.
    fn promiscuous(&mut self, port: u32, is_unicast: u32, members: &[u32]) {
        let group = group(&[0; 16], 0, members);
        self.driver.machine.put(IN, &group);
        let number = (port + 1) << 16 | is_unicast << 1;
        self.driver.ok(0x026, number, 1, IN);
    }

    /// A rule of a type and a priority.
    pub fn rule(&mut self, kind: u8, priority: u16, qp: u32, parts: &[Vec<u8>]) -> u64 {
        self.rule_with(0, kind, priority, qp, parts)
    }

    /// A regular rule, more important than others, also for what the function itself sends.
    pub fn rule_with_loopback(&mut self, qp: u32, parts: &[Vec<u8>]) {
        self.rule_with(8, 0, 0, qp, parts);
    }

    fn rule_with(&mut self, flags: u8, kind: u8, priority: u16, qp: u32, parts: &[Vec<u8>]) -> u64 {
        let mut rule = vec![0; 16];
        byte(3).set(&mut rule, flags.into());
        half(0).set(&mut rule, priority.into());
        byte(2).set(&mut rule, kind.into());
        byte(7).set(&mut rule, 1);
        word(8).set(&mut rule, qp.into());
        let rule = [rule, parts.concat()].concat();
        self.driver.machine.put(IN, &rule);
        self.driver.ok(0x065, rule.len() as u32 / 4, 0, IN)
    }

    /// A queue pair that spreads frames over another one and the next, if they have addresses,
    /// and datagrams from the second one on.
    pub fn spread(&mut self, number: u32, base: u64) {
        self.spread_by(1, 0x3c, number, base);
    }

    /// The same with a function and flags of what is spread.
    fn spread_by(&mut self, function: u64, flags: u64, number: u32, base: u64) {
        let at = 8 + 24 + 0x24;
        let mut fields = vec![
            (word(8), 7 << 16 | 1 << 13),
            (word(at), 1 << 24 | base),
            (word(at + 4), base + 1),
            (byte(at + 10), function),
            (byte(at + 11), flags),
            (word(at + 52), base + 1),
        ];
        for word_number in 0..10 {
            let value = 0x6d5a_56da ^ word_number;
            fields.push((word(at + 12 + 4 * word_number as usize), value));
        }
        self.qp(number, &fields);
    }

    /// Two queue pairs, 8 and 9.
    fn two(&mut self) {
        for number in [8, 9] {
            let queue = self.queue(number, &[]);
            self.give(queue, 100);
        }
    }

    /// Who gets a frame that comes now, from the completions from `before` on.
    fn takers(&mut self, before: u64, frame: &[u8]) -> Vec<u32> {
        self.receive(0, frame);
        let mut takers = Vec::new();
        for number in before..16 {
            if cqe::OPCODE.get(&self.completion(number)) & 0x1f == 1 {
                takers.push(self.taker(number));
            }
        }
        takers
    }
}

fn part(id: u64, length: usize, fields: &[(Field, u64)]) -> Vec<u8> {
    let mut part = vec![0; length];
    byte(0).set(&mut part, length as u64 / 4);
    half(2).set(&mut part, id);
    for (field, value) in fields {
        field.set(&mut part, *value);
    }
    part
}

/// The part for an address, and more.
pub fn ethernet_part(address: [u8; 6], fields: &[(Field, u64)]) -> Vec<u8> {
    let mut part = part(0xe001, 48, fields);
    part[10..16].copy_from_slice(&address);
    part[18..24].fill(0xff);
    part
}

#[test]
fn groups_are_followed() {
    let mut receiver = Receiver::new();
    receiver.two();
    receiver.attach(0, TO, &[8, 9, 8]);
    let frame = udp_frame(1, 2, b"to both");
    assert_eq!(receiver.takers(0, &frame), [8, 9], "once each");
    // Of another port, and of another address.
    receiver.receive(1, &frame);
    assert_eq!(receiver.counted(1, "/dropped/filtered"), 1);
    assert!(receiver.takers(2, &to(OTHER, frame.clone())).is_empty());
    assert_eq!(receiver.counted(0, "/dropped/filtered"), 1);

    // The entry behind another one in its chain, which may be a circle.
    let other = gid(0, OTHER);
    let number = receiver.hash(&gid(0, TO));
    receiver.write_group(number, &group(&other, 40, &[8]));
    receiver.write_group(40, &group(&gid(0, TO), number.into(), &[9]));
    assert_eq!(receiver.takers(2, &frame), [9]);
    receiver.write_group(40, &group(&other, number.into(), &[9]));
    assert!(receiver.takers(3, &frame).is_empty());
}

#[test]
fn the_rest_goes_to_who_wants_all() {
    let mut receiver = Receiver::new();
    receiver.two();
    receiver.attach(0, BROADCAST, &[8]);
    receiver.promiscuous(0, 1, &[9]);
    let frame = udp_frame(1, 2, b"for nobody");
    assert_eq!(receiver.takers(0, &frame), [9]);
    assert_eq!(receiver.takers(1, &to(BROADCAST, frame.clone())), [8]);
    assert!(receiver.takers(2, &to(MANY, frame.clone())).is_empty());
    receiver.promiscuous(0, 0, &[8, 9]);
    assert_eq!(receiver.takers(2, &to(MANY, frame.clone())), [8, 9]);
    // And VLANs do not count.
    receiver.driver.machine.put(IN, &[0; 512]);
    receiver.driver.ok(0x047, 1, 0, IN);
    assert_eq!(receiver.takers(4, &vlan_frame(CVLAN, 5, b"data")), [9]);
    receiver.promiscuous(0, 1, &[]);
    assert!(receiver
        .takers(5, &vlan_frame(CVLAN, 5, b"data"))
        .is_empty());
    assert_eq!(receiver.counted(0, "/dropped/vlan"), 1);
}

#[test]
fn rules_are_followed() {
    let mut receiver = Receiver::by_rules();
    receiver.two();
    let rule = receiver.rule(0, 0x5000, 8, &[ethernet_part(TO, &[])]);
    let frame = udp_frame(7, 9, b"data");
    assert_eq!(receiver.takers(0, &frame), [8]);
    assert!(receiver.takers(1, &to(OTHER, frame.clone())).is_empty());
    // One that is more important, for a VLAN.
    let vlan = [(half(44), 0xfff), (half(46), 5)];
    receiver.rule(0, 0x2001, 9, &[ethernet_part(TO, &vlan)]);
    assert_eq!(receiver.takers(1, &vlan_frame(CVLAN, 0xe005, b"data")), [9]);
    assert_eq!(receiver.takers(2, &vlan_frame(CVLAN, 6, b"data")), [8]);
    assert_eq!(receiver.takers(3, &frame), [8]);
    // One for a datagram's address and port, whose queue pair is in reset: it is dropped.
    let address = [(word(8), 0xc000_0202), (word(12), 0xffff_ffff)];
    let port = [(half(10), 9), (half(14), 0xffff)];
    let parts = [
        ethernet_part(TO, &[]),
        part(0xe002, 24, &address),
        part(0xe006, 24, &port),
    ];
    receiver.rule(0, 0x2000, 20, &parts);
    assert!(receiver.takers(4, &frame).is_empty());
    assert_eq!(receiver.counted(0, "/dropped/no_queue"), 1);
    assert_eq!(receiver.takers(4, &udp_frame(7, 8, b"data")), [8]);
    assert_eq!(receiver.takers(5, &tcp_frame(7, 9, b"data")), [8]);
    receiver.driver.ok(0x066, 0, 0, rule);
    assert!(receiver.takers(6, &tcp_frame(7, 9, b"data")).is_empty());
    assert_eq!(receiver.driver.command(0x066, 0, 0, rule), Err(0xa));
}

#[test]
fn rules_for_many_and_for_the_rest() {
    let mut receiver = Receiver::by_rules();
    receiver.two();
    let frame = udp_frame(1, 2, b"data");
    for qp in [8, 9] {
        receiver.rule(0, 0x5000, qp, &[ethernet_part(MANY, &[])]);
        receiver.rule(0, 0x5000, qp, &[ethernet_part(TO, &[])]);
    }
    assert_eq!(receiver.takers(0, &to(MANY, frame.clone())), [8, 9]);
    assert_eq!(receiver.takers(2, &frame), [8], "the oldest");
    let all = receiver.rule(1, 0, 9, &[]);
    assert_eq!(receiver.takers(3, &to(OTHER, frame.clone())), [9]);
    assert_eq!(receiver.takers(4, &frame), [8]);
    assert_eq!(receiver.takers(5, &to(BROADCAST, frame.clone())), [9]);
    receiver.driver.ok(0x066, 0, 0, all);
    receiver.rule(3, 0, 9, &[]);
    assert!(receiver.takers(6, &to(OTHER, frame.clone())).is_empty());
    assert_eq!(receiver.takers(6, &to(BROADCAST, frame.clone())), [9]);
    // A copy of all that is for one.
    receiver.rule(6, 0, 9, &[]);
    assert_eq!(receiver.takers(7, &frame), [8, 9]);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let mut receiver = Receiver::by_rules();
    let driver = &mut receiver.driver;
    let mut rule = vec![0; 64];
    byte(7).set(&mut rule, 1);
    for (length, fields) in [
        (3, vec![]),
        (5, vec![]),
        (16, vec![(word(16), 0xc00_e001), (byte(7), 3)]),
        (16, vec![(word(16), 0xc00_e001), (byte(2), 2)]),
        (16, vec![(word(16), 0xd00_e001)]),
        (16, vec![(word(16), 0x600_e001)]),
        (16, vec![(word(16), 0xc00_e003)]),
        (u32::MAX, vec![]),
    ] {
        let mut rule = rule.clone();
        for (field, value) in fields {
            field.set(&mut rule, value);
        }
        driver.machine.put(IN, &rule);
        assert_eq!(driver.command(0x065, length, 0, IN), Err(3), "{length}");
    }
    word(8).set(&mut rule, 64);
    driver.machine.put(IN, &rule[..16]);
    assert_eq!(driver.command(0x065, 4, 0, IN), Err(0xa), "no such number");
}

#[test]
fn frames_are_spread() {
    let mut receiver = Receiver::new();
    receiver.two();
    receiver.spread(10, 8);
    receiver.attach(0, TO, &[10]);
    let mut took = [0; 2];
    for port in 0..8 {
        receiver.receive(0, &tcp_frame(1000 + port, 2, b"data"));
        let number = u64::from(port);
        let hash = cqe::HASH.get32(&receiver.completion(number));
        assert_eq!(receiver.taker(number), 8 + hash % 2);
        took[(hash % 2) as usize] += 1;
    }
    assert!(took[0] > 0 && took[1] > 0, "{took:?}");
    // Datagrams only by their addresses, until their ports count.
    for port in 0..4 {
        receiver.receive(0, &udp_frame(port, 2, b"data"));
        let (one, other) = (
            receiver.completion(8),
            receiver.completion(8 + u64::from(port)),
        );
        assert_eq!(cqe::HASH.get(&one), cqe::HASH.get(&other));
    }
    // What has no addresses goes to the default, without a hash.
    receiver.receive(
        0,
        &to(TO, crate::frame::samples::ethernet(0x0806, &[0; 46])),
    );
    assert_eq!(receiver.taker(12), 9);
    assert_eq!(cqe::HASH.get(&receiver.completion(12)), 0);
}

#[test]
fn other_ways_to_spread() {
    let mut receiver = Receiver::new();
    receiver.two();
    receiver.spread_by(0, 0x22, 10, 8);
    receiver.attach(0, TO, &[10]);
    receiver.receive(0, &udp_frame(0x0100, 0x0002, b"data"));
    let expected = [192, 0, 2, 1, 192, 0, 2, 2, 1, 0, 0, 2]
        .iter()
        .fold(0, |xor, byte| xor ^ byte);
    assert_eq!(cqe::HASH.get(&receiver.completion(0)), expected);
    // Datagrams have a base of their own, and may be sent to who is not there.
    receiver.receive(0, &udp_frame(0x0100, 0x0003, b"data"));
    assert_eq!(receiver.taker(0), 9);
    assert_eq!(receiver.counted(0, "/dropped/no_queue"), 1);
    // Fragments go to the default.
    let mut fragment = udp_frame(1, 2, b"data");
    fragment[20] = 0x20;
    receiver.receive(0, &fragment);
    assert_eq!(cqe::HASH.get(&receiver.completion(1)), 0);
}
