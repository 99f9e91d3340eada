// SPDX-License-Identifier: GPL-2.0

//! Checksums of the Internet: the card computes those of what it sends, checks those of what it
//! receives, and divides what is too long into segments.

use super::headers::{word, Headers, Layers, Network, TCP, UDP};

/// The sum in ones' complement of big-endian words; the last one may be half a word.
pub fn sum(data: &[u8]) -> u16 {
    let (words, rest) = data.as_chunks();
    let words = words
        .iter()
        .map(|word| u64::from(u16::from_be_bytes(*word)));
    let rest = rest.first().map_or(0, |byte| u64::from(*byte) << 8);
    fold(words.sum::<u64>() + rest)
}

/// The sum of two sums.
pub fn add(one: u16, other: u16) -> u16 {
    fold(u64::from(one) + u64::from(other))
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    sum as u16
}

/// The sum over a transport's header, its data and the pseudo header; all ones if the checksum in it
/// is right.
fn transport_sum(frame: &[u8], network: &Network) -> u16 {
    let length = (network.end - network.payload) as u64;
    let (source, destination) = network.addresses();
    let parts = [source, destination, network.payload..network.end];
    let parts = parts.map(|part| u64::from(sum(&frame[part])));
    fold(parts.iter().sum::<u64>() + u64::from(network.protocol) + length)
}

/// Whether the checksum of a network header is right; there is none in IPv6.
pub fn network_is_right(frame: &[u8], network: &Network) -> bool {
    network.version != 4 || sum(&frame[network.start..network.payload]) == 0xffff
}

/// Whether the checksum of a transport header is right, or is said to be none.
pub fn transport_is_right(frame: &[u8], network: &Network) -> bool {
    let is_whole = network.transport().is_some() && !network.fragment;
    let none = network.protocol == UDP && word(frame, network.payload + 6) == 0;
    is_whole && (none || transport_sum(frame, network) == 0xffff)
}

/// The checksum at a frame's end, as it is on the wire.
pub fn fcs(frame: &[u8]) -> [u8; 4] {
    const POLYNOMIAL: u32 = 0xedb8_8320;

    let crc = frame.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| match crc & 1 {
            0 => crc >> 1,
            _ => crc >> 1 ^ POLYNOMIAL,
        })
    });
    (!crc).to_le_bytes()
}

/// Which checksums are to be computed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Offloads {
    pub network: bool,
    pub transport: bool,
    pub inner_network: bool,
    pub inner_transport: bool,
}

impl Offloads {
    /// Computes the checksums of a frame, the inner ones first, which the outer ones cover.
    pub fn apply(self, frame: &mut [u8], headers: &Headers) {
        if let Some(inner) = headers.inner.and_then(|inner| inner.network) {
            complete(frame, &inner, self.inner_network, self.inner_transport);
        }
        if let Some(outer) = headers.outer.network {
            // Of a tunnel the transport meant is the one within.
            let transport = self.transport && headers.inner.is_none();
            complete(frame, &outer, self.network, transport);
        }
    }
}

fn complete(frame: &mut [u8], network: &Network, header: bool, transport: bool) {
    if header && network.version == 4 {
        put(frame, network.start + 10, 0);
        let sum = !sum(&frame[network.start..network.payload]);
        put(frame, network.start + 10, sum);
    }
    let at = match network.transport() {
        Some(TCP) => network.payload + 16,
        Some(_) => network.payload + 6,
        None => return,
    };
    if transport && !network.fragment {
        put(frame, at, 0);
        let sum = match !transport_sum(frame, network) {
            // In UDP zero says that there is none.
            0 if network.protocol == UDP => 0xffff,
            sum => sum,
        };
        put(frame, at, sum);
    }
}

fn put(frame: &mut [u8], at: usize, value: u16) {
    frame[at..at + 2].copy_from_slice(&value.to_be_bytes());
}

/// Divides a frame whose first `length` bytes are headers into frames with up to `mss` bytes of the
/// rest each, with headers as those of segments are, but for the checksums. What all of them have is
/// limited by the caller, and so is `mss`, which is not zero.
pub fn segments(frame: &[u8], headers: &Headers, length: usize, mss: usize) -> Vec<Vec<u8>> {
    let (head, data) = frame.split_at(length.min(frame.len()));
    let count = data.len().div_ceil(mss).max(1);
    let mut segments = Vec::with_capacity(count);
    for (number, data) in (0..count).zip(data.chunks(mss)) {
        let mut segment = [head, data].concat();
        let place = Place {
            number,
            offset: number * mss,
            is_last: number + 1 == count,
        };
        place.describe(&mut segment, &headers.outer);
        if let Some(inner) = &headers.inner {
            place.describe(&mut segment, inner);
        }
        segments.push(segment);
    }
    segments
}

/// Which of the segments it is.
struct Place {
    number: usize,
    /// Where its data is in that of all.
    offset: usize,
    is_last: bool,
}

impl Place {
    /// Changes the headers: lengths, the numbers of packets and of bytes, and TCP's flags.
    fn describe(&self, segment: &mut [u8], layers: &Layers) {
        const FIN_AND_PUSH: u8 = 0x09;
        const WINDOW_REDUCED: u8 = 0x80;

        let Some(network) = layers.network else {
            return;
        };
        let (start, payload) = (network.start, network.payload);
        if payload > segment.len() {
            return;
        }
        if network.version == 4 {
            put(segment, start + 2, (segment.len() - start) as u16);
            let id = word(segment, start + 4).wrapping_add(self.number as u16);
            put(segment, start + 4, id);
        } else {
            put(segment, start + 4, (segment.len() - start - 40) as u16);
        }
        match network.protocol {
            UDP if payload + 8 <= segment.len() => {
                put(segment, payload + 4, (segment.len() - payload) as u16);
            }
            TCP if payload + 20 <= segment.len() => {
                let number = &mut segment[payload + 4..payload + 8];
                let first = u32::from_be_bytes([number[0], number[1], number[2], number[3]]);
                let first = first.wrapping_add(self.offset as u32);
                number.copy_from_slice(&first.to_be_bytes());
                if !self.is_last {
                    segment[payload + 13] &= !FIN_AND_PUSH;
                }
                if self.number > 0 {
                    segment[payload + 13] &= !WINDOW_REDUCED;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{
        headers::{ETHERNET, IPV4_LENGTH, UDP_LENGTH},
        samples::{tcp_frame, udp_frame},
    };

    #[test]
    fn sums_are_those_of_rfc_1071() {
        assert_eq!(
            sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]),
            0xddf2
        );
        assert_eq!(sum(&[0x01]), 0x0100);
        assert_eq!(sum(&[0xff; 4096]), 0xffff);
        assert_eq!(sum(&[]), 0);
    }

    #[test]
    fn the_end_of_a_frame_is_a_crc32() {
        assert_eq!(fcs(b"123456789"), 0xcbf4_3926u32.to_le_bytes());
    }

    fn finished(mut frame: Vec<u8>) -> (Vec<u8>, Network) {
        let headers = Headers::of(&frame, |_| false);
        let all = Offloads {
            network: true,
            transport: true,
            ..Offloads::default()
        };
        all.apply(&mut frame, &headers);
        (frame, headers.outer.network.unwrap())
    }

    #[test]
    fn what_was_computed_is_right() {
        for frame in [tcp_frame(1, 2, &[7; 33]), udp_frame(1, 2, &[7; 34])] {
            let (mut frame, network) = finished(frame);
            assert!(network_is_right(&frame, &network));
            assert!(transport_is_right(&frame, &network));
            let last = frame.len() - 1;
            frame[last] ^= 1;
            assert!(!transport_is_right(&frame, &network));
            frame[network.start + 8] ^= 1;
            assert!(!network_is_right(&frame, &network));
        }
    }

    #[test]
    fn udp_may_have_none() {
        let frame = udp_frame(1, 2, b"data");
        let network = Headers::of(&frame, |_| false).outer.network.unwrap();
        assert!(transport_is_right(&frame, &network));
    }

    #[test]
    fn long_frames_are_divided() {
        let data: Vec<u8> = (0..2500u32).map(|byte| byte as u8).collect();
        let mut frame = tcp_frame(1, 2, &data);
        let transport = ETHERNET + IPV4_LENGTH;
        frame[transport + 4..transport + 8].copy_from_slice(&0xffff_ff00u32.to_be_bytes());
        // FIN, PSH, ACK and CWR.
        frame[transport + 13] = 0x99;
        let headers = Headers::of(&frame, |_| false);
        let segments = segments(&frame, &headers, transport + 20, 1000);
        let lengths: Vec<usize> = segments.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1054, 1054, 554]);
        let flags = segments.iter().map(|segment| segment[transport + 13]);
        assert_eq!(flags.collect::<Vec<_>>(), [0x90, 0x10, 0x19]);
        let mut joined = Vec::new();
        for (number, segment) in segments.iter().enumerate() {
            let (segment, network) = finished(segment.clone());
            assert!(transport_is_right(&segment, &network));
            assert_eq!(network.end, segment.len());
            assert_eq!(word(&segment, network.start + 4), number as u16);
            let sequence = &segment[transport + 4..transport + 8];
            let expected = 0xffff_ff00u32.wrapping_add(number as u32 * 1000);
            assert_eq!(sequence, expected.to_be_bytes());
            joined.extend_from_slice(&segment[transport + 20..]);
        }
        assert_eq!(joined, data);
    }

    #[test]
    fn datagrams_are_divided() {
        let frame = udp_frame(1, 2, &[5; 250]);
        let headers = Headers::of(&frame, |_| false);
        let length = ETHERNET + IPV4_LENGTH + UDP_LENGTH;
        let segments = segments(&frame, &headers, length, 100);
        let lengths = segments.iter().map(|segment| word(segment, length - 4));
        assert_eq!(lengths.collect::<Vec<_>>(), [108, 108, 58]);
    }
}
