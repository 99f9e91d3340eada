// SPDX-License-Identifier: GPL-2.0

//! The headers of a frame: where they are.

use std::ops::Range;

/// Bytes of an Ethernet header without tags.
pub const ETHERNET: usize = 14;
/// Where the type is in it.
pub const ETHERTYPE: usize = 12;
/// Bytes of a tag.
pub const TAG: usize = 4;

pub const IPV4: u16 = 0x0800;
pub const IPV6: u16 = 0x86dd;
pub const CVLAN: u16 = 0x8100;
pub const SVLAN: u16 = 0x88a8;
/// An Ethernet frame behind a GRE header.
const BRIDGED: u16 = 0x6558;

pub const TCP: u8 = 6;
pub const UDP: u8 = 17;
const IPIP: u8 = 4;
const IPV6_IN_IP: u8 = 41;
const GRE: u8 = 47;
const FRAGMENT: u8 = 44;
/// Hop-by-hop options, routing, destination options.
const EXTENSIONS: [u8; 3] = [0, 43, 60];

pub const IPV4_LENGTH: usize = 20;
const IPV6_LENGTH: usize = 40;
pub const UDP_LENGTH: usize = 8;
const VXLAN_LENGTH: usize = 8;

/// Reads a big-endian number of 16 bits; zero beyond the end.
pub fn word(frame: &[u8], at: usize) -> u16 {
    let byte = |at| u16::from(frame.get(at).copied().unwrap_or(0));
    byte(at) << 8 | byte(at.saturating_add(1))
}

/// Where the headers of the network and of what is above it are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Network {
    /// 4 or 6.
    pub version: u8,
    /// Where the header begins.
    pub start: usize,
    /// The protocol behind it, and behind the extensions that a header of IPv6 may have.
    pub protocol: u8,
    /// Where that one begins.
    pub payload: usize,
    /// Where the packet ends, as it says itself, but not behind the frame's end.
    pub end: usize,
    /// A part of a packet.
    pub fragment: bool,
    /// One without the header of the protocol.
    pub later_fragment: bool,
}

impl Network {
    /// Where its source and its destination are.
    pub fn addresses(&self) -> (Range<usize>, Range<usize>) {
        let (at, length) = match self.version {
            4 => (self.start + 12, 4),
            _ => (self.start + 8, 16),
        };
        (at..at + length, at + length..at + 2 * length)
    }

    /// Whether the header of TCP or UDP is there as a whole.
    pub fn transport(&self) -> Option<u8> {
        let length = match self.protocol {
            TCP => 20,
            UDP => UDP_LENGTH,
            _ => return None,
        };
        (!self.later_fragment && self.payload + length <= self.end).then_some(self.protocol)
    }
}

/// The headers from one Ethernet header on, or, within a tunnel, from a network header on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Layers {
    /// Where the Ethernet header is, if there is one.
    pub ethernet: Option<usize>,
    /// How many tags it has, two at the most.
    pub tags: usize,
    /// The type behind the tags.
    pub ethertype: u16,
    pub network: Option<Network>,
}

/// The headers of a frame.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Headers {
    pub outer: Layers,
    /// What is within a tunnel.
    pub inner: Option<Layers>,
    /// Where the header of GRE is.
    pub gre: Option<usize>,
}

impl Headers {
    /// Looks at a frame; `is_vxlan` says which ports of UDP are those of VXLAN.
    pub fn of(frame: &[u8], is_vxlan: impl Fn(u16) -> bool) -> Self {
        let mut headers = Self {
            outer: ethernet(frame, 0),
            ..Self::default()
        };
        let Some(outer) = headers.outer.network.filter(|outer| !outer.fragment) else {
            return headers;
        };
        headers.inner = match outer.protocol {
            IPIP => Some(bare(frame, IPV4, outer.payload)),
            IPV6_IN_IP => Some(bare(frame, IPV6, outer.payload)),
            GRE => {
                headers.gre = Some(outer.payload);
                let flags = word(frame, outer.payload);
                // Checksum, key and sequence number take four bytes each.
                let options = [0x8000, 0x2000, 0x1000].map(|flag| usize::from(flags & flag != 0));
                let start = outer.payload + 4 + 4 * options.iter().sum::<usize>();
                match word(frame, outer.payload + 2) {
                    BRIDGED => Some(ethernet(frame, start)),
                    kind => Some(bare(frame, kind, start)),
                }
            }
            UDP if outer.transport().is_some() && is_vxlan(word(frame, outer.payload + 2)) => {
                Some(ethernet(frame, outer.payload + UDP_LENGTH + VXLAN_LENGTH))
            }
            _ => None,
        };
        headers
    }
}

fn ethernet(frame: &[u8], start: usize) -> Layers {
    let mut layers = Layers {
        ethernet: Some(start),
        ..Layers::default()
    };
    let mut at = start + ETHERTYPE;
    while layers.tags < 2 && matches!(word(frame, at), CVLAN | SVLAN) {
        layers.tags += 1;
        at += TAG;
    }
    layers.ethertype = word(frame, at);
    layers.network = network(frame, layers.ethertype, at + 2);
    layers
}

/// Headers without an Ethernet header before them.
fn bare(frame: &[u8], ethertype: u16, start: usize) -> Layers {
    Layers {
        ethertype,
        network: network(frame, ethertype, start),
        ..Layers::default()
    }
}

fn network(frame: &[u8], ethertype: u16, start: usize) -> Option<Network> {
    let version = frame.get(start)? >> 4;
    match (ethertype, version) {
        (IPV4, 4) => ipv4(frame, start),
        (IPV6, 6) => ipv6(frame, start),
        _ => None,
    }
}

fn ipv4(frame: &[u8], start: usize) -> Option<Network> {
    let length = usize::from(frame.get(start)? & 0xf) * 4;
    let total = usize::from(word(frame, start + 2));
    let payload = start + length;
    if length < IPV4_LENGTH || total < length || payload > frame.len() {
        return None;
    }
    let fragment = word(frame, start + 6);
    Some(Network {
        version: 4,
        start,
        protocol: frame[start + 9],
        payload,
        end: (start + total).min(frame.len()),
        fragment: fragment & 0x3fff != 0,
        later_fragment: fragment & 0x1fff != 0,
    })
}

fn ipv6(frame: &[u8], start: usize) -> Option<Network> {
    let mut payload = start + IPV6_LENGTH;
    if payload > frame.len() {
        return None;
    }
    let total = usize::from(word(frame, start + 4));
    let mut network = Network {
        version: 6,
        start,
        protocol: frame[start + 6],
        payload,
        end: (payload + total).min(frame.len()),
        fragment: false,
        later_fragment: false,
    };
    while payload + 8 <= network.end && !network.later_fragment {
        let length = match network.protocol {
            FRAGMENT => {
                let field = word(frame, payload + 2);
                network.fragment |= field & !6 != 0;
                network.later_fragment = field & 0xfff8 != 0;
                8
            }
            next if EXTENSIONS.contains(&next) => 8 + 8 * usize::from(frame[payload + 1]),
            _ => break,
        };
        network.protocol = frame[payload];
        payload += length;
    }
    network.payload = payload.min(network.end);
    Some(network)
}
