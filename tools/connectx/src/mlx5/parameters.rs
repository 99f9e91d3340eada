// SPDX-License-Identifier: GPL-2.0

//! The headers of a frame as flow tables match on them.

use super::layout::{read_bits, Block, FteMatchParam, FteMatchSetLyr24, FteMatchSetMisc, ViewMut};
use crate::frame::headers::{word, Headers, Layers, ETHERTYPE, SVLAN, TAG, TCP};

/// What flow tables see of a frame.
pub fn parameters(headers: &Headers, frame: &[u8]) -> Block<FteMatchParam> {
    let mut parameters = Block::new();
    let mut view = parameters.view_mut();
    layers(
        &mut view.part(FteMatchParam::OUTER_HEADERS),
        frame,
        &headers.outer,
    );
    if let Some(inner) = &headers.inner {
        layers(&mut view.part(FteMatchParam::INNER_HEADERS), frame, inner);
    }
    let mut misc = view.part(FteMatchParam::MISC_PARAMETERS);
    // The wire is the source of what is received.
    misc.set(FteMatchSetMisc::SOURCE_PORT, 0xffff);
    if let Some(at) = headers.outer.ethernet.filter(|_| headers.outer.tags == 2) {
        let tci = word(frame, at + ETHERTYPE + TAG + 2);
        misc.set(FteMatchSetMisc::OUTER_SECOND_PRIO, (tci >> 13) as u8);
        misc.set(FteMatchSetMisc::OUTER_SECOND_CFI, tci >> 12 & 1 != 0);
        misc.set(FteMatchSetMisc::OUTER_SECOND_VID, tci);
        let service = word(frame, at + ETHERTYPE + TAG) == SVLAN;
        misc.set(FteMatchSetMisc::OUTER_SECOND_SVLAN_TAG, service);
        misc.set(FteMatchSetMisc::OUTER_SECOND_CVLAN_TAG, !service);
    }
    if let Some(gre) = headers.gre {
        let flags = word(frame, gre);
        misc.set(FteMatchSetMisc::GRE_C_PRESENT, flags & 0x8000 != 0);
        misc.set(FteMatchSetMisc::GRE_K_PRESENT, flags & 0x2000 != 0);
        misc.set(FteMatchSetMisc::GRE_S_PRESENT, flags & 0x1000 != 0);
        misc.set(FteMatchSetMisc::GRE_PROTOCOL, word(frame, gre + 2));
    }
    parameters
}

fn layers(set: &mut ViewMut<'_, FteMatchSetLyr24>, frame: &[u8], layers: &Layers) {
    use FteMatchSetLyr24 as Set;

    if let Some(at) = layers.ethernet {
        set.set(Set::DMAC_47_16, read_bits(frame, at * 8, 32) as u32);
        set.set(Set::DMAC_15_0, word(frame, at + 4));
        set.set(Set::SMAC_47_16, read_bits(frame, at * 8 + 48, 32) as u32);
        set.set(Set::SMAC_15_0, word(frame, at + 10));
        if layers.tags > 0 {
            let tci = word(frame, at + ETHERTYPE + 2);
            set.set(Set::FIRST_PRIO, (tci >> 13) as u8);
            set.set(Set::FIRST_CFI, tci >> 12 & 1 != 0);
            set.set(Set::FIRST_VID, tci);
            let service = word(frame, at + ETHERTYPE) == SVLAN;
            set.set(Set::SVLAN_TAG, service);
            set.set(Set::CVLAN_TAG, !service);
        }
    }
    set.set(Set::ETHERTYPE, layers.ethertype);
    let Some(network) = layers.network else {
        return;
    };
    let class = match network.version {
        4 => frame[network.start + 1],
        _ => (word(frame, network.start) >> 4) as u8,
    };
    let hops = frame[network.start + if network.version == 4 { 8 } else { 7 }];
    set.set(Set::IP_VERSION, network.version);
    set.set(Set::IP_PROTOCOL, network.protocol);
    set.set(Set::IP_DSCP, class >> 2);
    set.set(Set::IP_ECN, class);
    set.set(Set::FRAG, network.fragment);
    set.set(Set::TTL_HOPLIMIT, hops);
    if network.version == 4 {
        set.set(Set::IPV4_IHL, frame[network.start]);
    }
    let (source, destination) = network.addresses();
    for (field, address) in [
        (Set::SRC_IPV4_SRC_IPV6, source),
        (Set::DST_IPV4_DST_IPV6, destination),
    ] {
        // An address of IPv4 is in the last four bytes.
        let bytes = set.bytes(field);
        let at = bytes.len() - address.len();
        bytes[at..].copy_from_slice(&frame[address]);
    }
    let ports = [
        word(frame, network.payload),
        word(frame, network.payload + 2),
    ];
    match network.transport() {
        Some(TCP) => {
            set.set(Set::TCP_SPORT, ports[0]);
            set.set(Set::TCP_DPORT, ports[1]);
            set.set(Set::TCP_FLAGS, word(frame, network.payload + 12));
            set.set(Set::L4_TYPE, 1);
        }
        Some(_) => {
            set.set(Set::UDP_SPORT, ports[0]);
            set.set(Set::UDP_DPORT, ports[1]);
            set.set(Set::L4_TYPE, 2);
        }
        None => {}
    }
}
