// SPDX-License-Identifier: GPL-2.0

//! What the device says about the checksum of a received frame.

use super::super::cq::{
    entry,
    Completion, //
};

use kernel::net::skbuff::Checksum;

/// What frames are (`MLX4_CQE_STATUS_*`).
const IPV4: u16 = 1 << 6;
const IPV6: u16 = 1 << 8;
const TCP: u16 = 1 << 10;
const UDP: u16 = 1 << 11;
const IP_OK: u16 = 1 << 12;

/// What is summed up of a frame with a right checksum of TCP or UDP.
const RIGHT: u16 = 0xffff;

/// The largest frame that may have padding, which the device does not sum up.
const SHORT: usize = 64;

/// Where the network layer's header is, and how long a VLAN tag is.
const NETWORK: usize = 14;
const TAG: usize = 4;

/// Protocols whose checksum is another one, or behind more headers.
const SCTP: u8 = 132;
const FRAGMENT: u8 = 44;
const HOP_BY_HOP: u8 = 0;

/// What is known of a frame.
pub(super) struct Received<'a> {
    /// It, or the beginning of it.
    pub(super) data: &'a [u8],
    pub(super) length: usize,
    /// Whether its VLAN tag is still in it, and was summed up neither.
    pub(super) has_tag: bool,
    /// Whether the device sums up other frames than those of TCP and UDP.
    pub(super) is_summed: bool,
}

/// What is known about its checksum (`mlx4_en_process_rx_cq()`).
pub(super) fn of(completion: &Completion, received: &Received<'_>) -> Checksum {
    let status = completion.get(entry::STATUS);
    let sum = completion.get(entry::CHECKSUM);
    if status & (TCP | UDP) != 0 && status & IP_OK != 0 && sum == RIGHT {
        return Checksum::Right;
    }
    if !received.is_summed || status & (IPV4 | IPV6) == 0 || received.length <= SHORT {
        return Checksum::Unknown;
    }
    let summed = summed(sum, status & IPV6 != 0, received);
    // As it is in memory.
    summed.map_or(Checksum::Unknown, |sum| Checksum::Sum(sum.to_be().into()))
}

/// The sum of everything behind the Ethernet header, if it can be made of what the device has
/// summed up (`check_csum()`).
fn summed(sum: u16, is_ipv6: bool, received: &Received<'_>) -> Option<u16> {
    let mut sum = Sum(sum.into());
    let mut header = received.data.get(NETWORK..)?;
    if received.has_tag {
        sum.add_bytes(header.get(..TAG)?);
        header = header.get(TAG..)?;
    }
    if is_ipv6 {
        sum.add_ipv6(header)?;
    } else {
        sum.subtract_ipv4(header)?;
    }
    Some(sum.folded())
}

/// A sum of words, in ones' complement.
struct Sum(u32);

impl Sum {
    fn add(&mut self, word: u16) {
        self.0 = u32::from(self.folded()) + u32::from(word);
    }

    fn subtract(&mut self, word: u16) {
        self.add(!word);
    }

    fn add_bytes(&mut self, bytes: &[u8]) {
        for word in words(bytes) {
            self.add(word);
        }
    }

    /// It has 16 bits: carries are added.
    fn folded(&self) -> u16 {
        let once = (self.0 & 0xffff) + (self.0 >> 16);
        // CAST: It has no more bits then.
        ((once & 0xffff) + (once >> 16)) as u16
    }

    /// The device has added the pseudo header of IPv4 (`get_fixed_ipv4_csum()`).
    fn subtract_ipv4(&mut self, header: &[u8]) -> Option<()> {
        let protocol = *header.get(9)?;
        if protocol == SCTP {
            return None;
        }
        let length = words(header.get(2..4)?).next()?;
        let header_length = u16::from(header.first()? & 0xf) << 2;
        for word in words(header.get(12..20)?) {
            self.subtract(word);
        }
        self.subtract(length.wrapping_sub(header_length));
        self.subtract(protocol.into());
        Some(())
    }

    /// It has not added the first word and the next header of IPv6 (`get_fixed_ipv6_csum()`).
    fn add_ipv6(&mut self, header: &[u8]) -> Option<()> {
        let protocol = *header.get(6)?;
        if [FRAGMENT, HOP_BY_HOP, SCTP].contains(&protocol) {
            return None;
        }
        self.add_bytes(header.get(..4)?);
        self.add_bytes(header.get(6..8)?);
        Some(())
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes
        .chunks_exact(2)
        .map(|word| word.try_into().map_or(0, u16::from_be_bytes))
}
