// SPDX-License-Identifier: GPL-2.0

//! The packets that hit traps: UDP over IPv4, between any two stations.

use crate::seam;

use kernel::{
    net::skbuff::SkBuff,
    prelude::*, //
};

const ETH_HLEN: usize = 14;
const ETH_P_IP: u16 = 0x0800;
const IP_HLEN: usize = 20;
const UDP_HLEN: usize = 8;
const PAYLOAD: usize = 100;

/// A packet with random addresses of stations, and random ports.
pub(crate) fn udp() -> Result<SkBuff> {
    let mut skb = SkBuff::new(ETH_HLEN + IP_HLEN + UDP_HLEN + PAYLOAD, GFP_ATOMIC)?;
    skb.reset_mac_header();
    let ethernet = skb.put(ETH_HLEN)?;
    for address in ethernet.chunks_exact_mut(6) {
        seam::random_bytes(address);
        // Not one of a group of stations, and one that was given out locally.
        address[0] = address[0] & !1 | 2;
    }
    ethernet[12..].copy_from_slice(&ETH_P_IP.to_be_bytes());
    skb.set_protocol(ETH_P_IP);

    skb.set_network_header(ETH_HLEN)?;
    skb.put_slice(&ip_header())?;

    skb.set_transport_header(ETH_HLEN + IP_HLEN)?;
    let udp = skb.put(UDP_HLEN + PAYLOAD)?;
    seam::random_bytes(&mut udp[..4]);
    udp[4..6].copy_from_slice(&((UDP_HLEN + PAYLOAD) as u16).to_be_bytes());
    Ok(skb)
}

/// From 192.0.2.1 to 198.51.100.1, which are addresses for documentation.
fn ip_header() -> [u8; IP_HLEN] {
    const LEN: [u8; 2] = ((IP_HLEN + UDP_HLEN + PAYLOAD) as u16).to_be_bytes();
    let mut header = [0; IP_HLEN];
    // Version 4, and a header of five words.
    header[0] = 0x45;
    header[2..4].copy_from_slice(&LEN);
    // The time to live, and UDP.
    header[8] = 100;
    header[9] = 17;
    header[12..16].copy_from_slice(&[192, 0, 2, 1]);
    header[16..].copy_from_slice(&[198, 51, 100, 1]);
    let mut sum = 0;
    for word in header.chunks_exact(2) {
        sum += u32::from(u16::from_be_bytes([word[0], word[1]]));
    }
    // CAST: Two times folded, the sum has 16 bits.
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    header[10..12].copy_from_slice(&(!sum as u16).to_be_bytes());
    header
}
