// SPDX-License-Identifier: GPL-2.0

//! Hashes of packets, by which receivers spread them over queues.

use super::headers::{Network, TCP};

/// What of a packet is selected, as bits.
pub const SOURCE: u32 = 1 << 0;
pub const DESTINATION: u32 = 1 << 1;
pub const SOURCE_PORT: u32 = 1 << 2;
pub const DESTINATION_PORT: u32 = 1 << 3;

/// The hash of Toeplitz: for each bit of the input that is set, the 32 bits of the key from there
/// on.
pub fn toeplitz(key: &[u8], input: &[u8]) -> u32 {
    let mut hash = 0;
    for bit in (0..input.len() * 8).filter(|bit| input[bit / 8] >> (7 - bit % 8) & 1 != 0) {
        hash ^= window(key, bit);
    }
    hash
}

/// 32 bits of a key from one on, with zeros behind its end.
fn window(key: &[u8], bit: usize) -> u32 {
    let byte = |at: usize| u64::from(key.get(bit / 8 + at).copied().unwrap_or(0));
    let five = (0..5).fold(0, |bits, at| bits << 8 | byte(at));
    (five >> (8 - bit % 8)) as u32
}

/// All bytes in one.
pub fn xor8(input: &[u8]) -> u8 {
    input.iter().fold(0, |hash, byte| hash ^ byte)
}

/// What of a packet goes into its hash, and which kinds of addresses and ports those are.
pub fn input(frame: &[u8], network: &Network, fields: u32, symmetric: bool) -> (Vec<u8>, u8) {
    let mut input = Vec::new();
    let mut kind = 0;
    let mut add = |source: &[u8], destination: &[u8], selected: u32, is: u8, shift: u32| {
        let both = selected == 3;
        // Both orders of the two give the same, if that is wanted.
        let pairs = || source.iter().zip(destination);
        if symmetric && both {
            input.extend(pairs().map(|(source, destination)| source | destination));
            input.extend(pairs().map(|(source, destination)| source ^ destination));
        } else {
            for (part, bit) in [(source, 1), (destination, 2)] {
                input.extend_from_slice(if selected & bit != 0 { part } else { &[] });
            }
        }
        for (bit, shift) in [(1, shift), (2, shift + 2)] {
            if selected & bit != 0 {
                kind |= is << shift;
            }
        }
    };
    let (source, destination) = network.addresses();
    let version = if network.version == 4 { 1 } else { 2 };
    let addresses = fields & (SOURCE | DESTINATION);
    add(&frame[source], &frame[destination], addresses, version, 0);
    let protocol = network.transport().filter(|_| !network.fragment);
    if let Some(protocol) = protocol {
        let at = network.payload;
        let selected = (fields & (SOURCE_PORT | DESTINATION_PORT)) >> 2;
        let protocol = if protocol == TCP { 1 } else { 2 };
        let (source, destination) = (&frame[at..at + 2], &frame[at + 2..at + 4]);
        add(source, destination, selected, protocol, 4);
    }
    (input, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::headers::UDP;

    /// The key and the values with which the hash is specified for Windows.
    const KEY: [u8; 40] = [
        0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f,
        0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
        0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
    ];

    #[test]
    fn hashes_of_ipv4_are_as_specified() {
        for (source, source_port, destination, port, with_ports, without) in [
            (
                [66, 9, 149, 187],
                2794u16,
                [161, 142, 100, 80],
                1766u16,
                0x51cc_c178,
                0x323e_8fc2,
            ),
            (
                [199, 92, 111, 2],
                14230,
                [65, 69, 140, 83],
                4739,
                0xc626_b0ea,
                0xd718_262a,
            ),
            (
                [24, 19, 198, 95],
                12898,
                [12, 22, 207, 184],
                38024,
                0x5c2b_394a,
                0xd2d0_a5de,
            ),
            (
                [38, 27, 205, 30],
                48228,
                [209, 142, 163, 6],
                2217,
                0xafc7_327f,
                0x8298_9176,
            ),
            (
                [153, 39, 163, 191],
                44251,
                [202, 188, 127, 2],
                1303,
                0x10e8_28a2,
                0x5d18_09c5,
            ),
        ] {
            let addresses = [source, destination].concat();
            assert_eq!(toeplitz(&KEY, &addresses), without);
            let ports = [source_port, port].map(u16::to_be_bytes).concat();
            assert_eq!(toeplitz(&KEY, &[addresses, ports].concat()), with_ports);
        }
    }

    #[test]
    fn hashes_of_ipv6_are_as_specified() {
        let address = |text: &str| text.parse::<std::net::Ipv6Addr>().unwrap().octets();
        let source = address("3ffe:2501:200:1fff::7");
        let destination = address("3ffe:2501:200:3::1");
        let addresses = [source, destination].concat();
        assert_eq!(toeplitz(&KEY, &addresses), 0x2cc1_8cd5);
        let ports = [2794u16, 1766].map(u16::to_be_bytes).concat();
        let input = [addresses, ports].concat();
        assert_eq!(toeplitz(&KEY, &input), 0x4020_7d3d);
    }

    fn network(protocol: u8, fragment: bool) -> (Vec<u8>, Network) {
        let frame: Vec<u8> = (0..64).collect();
        let network = Network {
            version: 4,
            start: 0,
            protocol,
            payload: 20,
            end: 64,
            fragment,
            later_fragment: fragment,
        };
        (frame, network)
    }

    #[test]
    fn what_is_selected_goes_in() {
        let all = SOURCE | DESTINATION | SOURCE_PORT | DESTINATION_PORT;
        let (frame, tcp) = network(TCP, false);
        let whole = (vec![12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], 0x55);
        assert_eq!(input(&frame, &tcp, all, false), whole);
        let (_, udp) = network(UDP, false);
        assert_eq!(input(&frame, &udp, all, false).1, 0xa5);
        let ends = DESTINATION | SOURCE_PORT;
        let expected = (vec![16, 17, 18, 19, 20, 21], 0x14);
        assert_eq!(input(&frame, &tcp, ends, false), expected);
        let (_, part) = network(TCP, true);
        assert_eq!(input(&frame, &part, all, false).1, 0x05);
    }

    #[test]
    fn both_directions_are_alike_if_wanted() {
        let all = SOURCE | DESTINATION | SOURCE_PORT | DESTINATION_PORT;
        let (frame, tcp) = network(TCP, false);
        let mut back = frame.clone();
        back[12..16].copy_from_slice(&frame[16..20]);
        back[16..20].copy_from_slice(&frame[12..16]);
        back[20..22].copy_from_slice(&frame[22..24]);
        back[22..24].copy_from_slice(&frame[20..22]);
        let hash = |frame: &[u8], symmetric| toeplitz(&KEY, &input(frame, &tcp, all, symmetric).0);
        assert_eq!(hash(&frame, true), hash(&back, true));
        assert_ne!(hash(&frame, false), hash(&back, false));
    }
}
