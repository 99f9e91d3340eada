// SPDX-License-Identifier: GPL-2.0

//! Frames for tests.

use super::headers::{CVLAN, IPV4, SVLAN, TCP, UDP};
use crate::testing::Random;

/// 02:00:00:00:00:02, whom frames are for, and who sends them.
pub const TO: [u8; 6] = [2, 0, 0, 0, 0, 2];
const FROM: [u8; 6] = [2, 0, 0, 0, 0, 1];

fn ipv4(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0x45, 0];
    packet.extend_from_slice(&(20 + payload.len() as u16).to_be_bytes());
    packet.extend_from_slice(&[0, 0, 0x40, 0, 64, protocol, 0, 0]);
    packet.extend_from_slice(&[192, 0, 2, 1, 192, 0, 2, 2]);
    packet.extend_from_slice(payload);
    packet
}

/// A frame of some type.
pub fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&TO[..], &FROM, &kind.to_be_bytes(), payload].concat()
}

fn udp(source: u16, destination: u16, data: &[u8]) -> Vec<u8> {
    let length = 8 + data.len() as u16;
    let header = [source, destination, length, 0].map(u16::to_be_bytes);
    [&header.concat(), data].concat()
}

/// A frame of TCP without checksums.
pub fn tcp_frame(source: u16, destination: u16, data: &[u8]) -> Vec<u8> {
    let mut header = [source, destination].map(u16::to_be_bytes).concat();
    header.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0]);
    ethernet(IPV4, &ipv4(TCP, &[&header, data].concat()))
}

/// A datagram without checksums.
pub fn udp_frame(source: u16, destination: u16, data: &[u8]) -> Vec<u8> {
    ethernet(IPV4, &ipv4(UDP, &udp(source, destination, data)))
}

/// A datagram with a tag.
pub fn vlan_frame(kind: u16, tci: u16, data: &[u8]) -> Vec<u8> {
    let mut frame = udp_frame(1, 2, data);
    frame.splice(12..12, [kind, tci].map(u16::to_be_bytes).concat());
    frame
}

/// A frame that may be one, and headers within it that say anything.
pub fn nonsense(random: &mut Random) -> Vec<u8> {
    let mut data = vec![0; random.below(200) as usize];
    random.fill(&mut data);
    let mut frame = match random.below(6) {
        0 => data,
        1 => tcp_frame(1, 2, &data),
        2 => udp_frame(1, 4789, &data),
        3 => vlan_frame(*random.pick(&[CVLAN, SVLAN]), 5, &data),
        4 => ethernet(
            0x86dd,
            &[&[0x60, 0, 0, 0, 0, data.len() as u8][..], &data].concat(),
        ),
        _ => ethernet(IPV4, &ipv4(*random.pick(&[4, 41, 47]), &data)),
    };
    for _ in 0..random.below(4) {
        if !frame.is_empty() {
            let at = random.below(frame.len() as u64) as usize;
            frame[at] = random.next() as u8;
        }
    }
    frame.truncate(random.below(300) as usize);
    frame
}
