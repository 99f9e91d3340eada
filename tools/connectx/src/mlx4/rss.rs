// SPDX-License-Identifier: GPL-2.0

//! How a queue pair spreads frames over others (RSS).

use super::layout::{byte, word, Field};
use crate::frame::{
    hash::{input, toeplitz, xor8, DESTINATION, DESTINATION_PORT, SOURCE, SOURCE_PORT},
    headers::{Network, TCP},
};

/// The part of a queue pair's context about that.
mod context {
    use super::*;
    pub const LOG_SIZE: Field = word(0).bits(24, 4);
    pub const BASE: Field = word(0).bits(0, 24);
    pub const DEFAULT: Field = word(4).bits(0, 24);
    pub const FUNCTION: Field = byte(10).bits(0, 2);
    pub const UDP_IPV6: Field = byte(11).bits(0, 1);
    pub const UDP_IPV4: Field = byte(11).bits(1, 1);
    pub const TCP_IPV6: Field = byte(11).bits(2, 1);
    pub const IPV6: Field = byte(11).bits(3, 1);
    pub const TCP_IPV4: Field = byte(11).bits(4, 1);
    pub const IPV4: Field = byte(11).bits(5, 1);
    pub const KEY: std::ops::Range<usize> = 12..52;
    pub const BASE_UDP: Field = word(52).bits(0, 24);
    pub const LENGTH: usize = 56;
}

/// The function that is not Toeplitz's.
const XOR: u64 = 0;
const ALL: u32 = SOURCE | DESTINATION | SOURCE_PORT | DESTINATION_PORT;

/// Which queue pairs there are, and how one of them is chosen.
pub struct Rss(Vec<u8>);

impl Rss {
    /// What a context says; it is longer than that.
    pub fn new(context: &[u8]) -> Self {
        let mut data = context.to_vec();
        data.resize(context::LENGTH, 0);
        Self(data)
    }

    /// The queue pair that gets a packet, and the packet's hash. Fragments are spread by their
    /// addresses, if that is switched on. What has no hash goes to the default.
    pub fn spread(&self, frame: &[u8], network: Option<&Network>, fragments: bool) -> (u32, u32) {
        let get = |field: Field| field.get32(&self.0);
        let default = (get(context::DEFAULT), 0);
        let Some(network) = network.filter(|network| fragments || !network.fragment) else {
            return default;
        };
        let [tcp, udp, any] = match network.version {
            4 => [context::TCP_IPV4, context::UDP_IPV4, context::IPV4],
            _ => [context::TCP_IPV6, context::UDP_IPV6, context::IPV6],
        };
        let transport = network.transport().filter(|_| !network.fragment);
        let (base, fields) = match transport {
            Some(TCP) if get(tcp) != 0 => (context::BASE, ALL),
            Some(protocol) if protocol != TCP && get(udp) != 0 => (context::BASE_UDP, ALL),
            _ if get(any) != 0 => (context::BASE, SOURCE | DESTINATION),
            _ => return default,
        };
        let (input, _) = input(frame, network, fields, false);
        let hash = match context::FUNCTION.get(&self.0) {
            XOR => xor8(&input).into(),
            _ => toeplitz(&self.0[context::KEY], &input),
        };
        let mask = (1 << get(context::LOG_SIZE)) - 1;
        (get(base).wrapping_add(hash & mask), hash)
    }
}
