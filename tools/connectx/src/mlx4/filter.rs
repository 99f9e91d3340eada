// SPDX-License-Identifier: GPL-2.0

//! What a port lets in: how long frames may be, and for which VLANs and multicast addresses; and the
//! tables of addresses and VLANs that a driver has for a port.

use super::{
    caps,
    commands::{Call, Outcome, Reply},
    layout::{byte, half, long, word, Field},
    status::Status,
    Card,
};
use crate::{
    frame::headers::{self, CVLAN, ETHERTYPE},
    model::Host,
};
use std::collections::BTreeSet;

/// VLANs have 12 bits.
const VLANS: usize = 1 << 12;
/// More multicast addresses than a driver lists; if there are more, all pass.
const MAX_MULTICAST: usize = 1 << 12;
/// The tables of addresses and of VLANs of a port have at most so many entries.
const TABLE: usize = 128;

/// What SET_PORT is about, in its modifier and in its mailboxes.
mod set {
    use super::*;
    pub const INFINIBAND: u8 = 0;
    pub const ETHERNET: u8 = 1;
    pub const BEACON: u8 = 4;
    pub const GENERAL: u32 = 0;
    pub const ADDRESSES: u32 = 2;
    pub const VLANS: u32 = 3;
    pub const MTU_IS_VALID: Field = byte(3).bits(0, 1);
    pub const MTU: Field = half(6);
    pub const ADDRESS: Field = long(0).bits(0, 48);
    pub const ADDRESS_IS_VALID: Field = long(0).bits(63, 1);
    pub const VLAN: Field = word(0).bits(0, 12);
    pub const VLAN_IS_VALID: Field = word(0).bits(31, 1);
}

/// What is said of a port.
#[derive(Debug)]
pub struct Filter {
    /// The longest frame, with the checksum at its end.
    pub longest: usize,
    /// A bit for each VLAN, if a driver has chosen.
    vlans: Option<Box<[u8]>>,
    multicast: BTreeSet<u64>,
    /// Only those addresses pass.
    by_multicast: bool,
    too_many: bool,
    /// The port's tables.
    pub addresses: Vec<u64>,
    pub tags: Vec<u16>,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            longest: caps::LONGEST,
            vlans: None,
            multicast: BTreeSet::new(),
            by_multicast: false,
            too_many: false,
            addresses: Vec::new(),
            tags: Vec::new(),
        }
    }
}

impl Filter {
    /// Whether a frame is for many, and not for one of the addresses that pass.
    pub fn drops_address(&self, frame: &[u8]) -> bool {
        let Some([first, second, rest @ ..]) = frame.get(..6) else {
            return true;
        };
        let address = [&[0, 0, *first, *second][..], rest].concat();
        self.by_multicast
            && !self.too_many
            && first & 1 != 0
            && !self.multicast.contains(&long(0).get(&address))
    }

    /// Whether a frame has the tag of a VLAN that does not pass. Those with only a priority pass.
    pub fn drops_vlan(&self, frame: &[u8]) -> bool {
        let Some(vlans) = &self.vlans else {
            return false;
        };
        let vlan = usize::from(headers::word(frame, ETHERTYPE + 2)) % VLANS;
        let passes = || {
            vlans
                .get(vlan / 8)
                .is_some_and(|bits| bits >> (vlan % 8) & 1 != 0)
        };
        headers::word(frame, ETHERTYPE) == CVLAN && vlan != 0 && !passes()
    }

    fn set_multicast(&mut self, mode: u8, value: u64) -> Result<(), Status> {
        const ADD: u8 = 0;
        const DISABLE: u8 = 1;
        const ENABLE: u8 = 2;
        const FLUSH: u64 = 1 << 63;
        const ADDRESS: u64 = (1 << 48) - 1;
        match mode {
            ADD => {
                if value & FLUSH != 0 {
                    self.multicast.clear();
                    self.too_many = false;
                }
                if self.multicast.len() < MAX_MULTICAST {
                    self.multicast.insert(value & ADDRESS);
                } else {
                    self.too_many = true;
                }
            }
            DISABLE => self.by_multicast = false,
            ENABLE => self.by_multicast = true,
            _ => return Err(Status::BadOp),
        }
        Ok(())
    }
}

/// SET_VLAN_FLTR: a word for 32 VLANs, the last one for the first of them.
pub fn set_vlans(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let port = card.port(call.modifier & 0xff)?;
    let words = call.input.get(..VLANS / 8).ok_or(Status::BadParam)?;
    port.filter.vlans = Some(words.iter().rev().copied().collect());
    Ok(Reply::Done)
}

pub fn set_multicast(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let port = card.port(call.modifier & 0xff)?;
    port.filter.set_multicast(call.op_modifier, call.in_param)?;
    Ok(Reply::Done)
}

/// SET_PORT: other things that a driver sets are accepted.
pub fn set_port(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let port = card.port(call.modifier & 0xff)?;
    let filter = &mut port.filter;
    let input = &call.input;
    match (call.op_modifier, call.modifier >> 8 & 0xff) {
        (set::ETHERNET, set::GENERAL) if set::MTU_IS_VALID.get(input) != 0 => {
            filter.longest = (set::MTU.get(input) as usize).min(caps::LONGEST);
        }
        (set::ETHERNET, set::ADDRESSES) => {
            let entries = input.chunks_exact(8).take(TABLE);
            let valid = entries.filter(|entry| set::ADDRESS_IS_VALID.get(entry) != 0);
            filter.addresses = valid.map(|entry| set::ADDRESS.get(entry)).collect();
        }
        (set::ETHERNET, set::VLANS) => {
            let entries = input.chunks_exact(4).take(TABLE);
            let valid = entries.filter(|entry| set::VLAN_IS_VALID.get(entry) != 0);
            filter.tags = valid.map(|entry| set::VLAN.get(entry) as u16).collect();
        }
        (set::INFINIBAND | set::ETHERNET, _) => {}
        (set::BEACON, _) => port.beacon = input.iter().take(8).any(|byte| *byte != 0),
        _ => return Err(Status::BadOp),
    }
    Ok(Reply::Done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::samples::{udp_frame, vlan_frame};

    #[test]
    fn addresses_pass_that_were_added() {
        let mut filter = Filter::default();
        let mut frame = udp_frame(1, 2, b"data");
        frame[..6].copy_from_slice(&[0x33, 0x33, 0, 0, 0, 1]);
        assert!(!filter.drops_address(&frame));
        filter.set_multicast(2, 0).unwrap();
        assert!(filter.drops_address(&frame));
        filter.set_multicast(0, 0x3333_0000_0001).unwrap();
        assert!(!filter.drops_address(&frame));
        filter.set_multicast(0, 1 << 63 | 0xffff_ffff_ffff).unwrap();
        assert!(filter.drops_address(&frame));
        assert!(!filter.drops_address(&udp_frame(1, 2, b"for one")));
        filter.set_multicast(1, 0).unwrap();
        assert!(!filter.drops_address(&frame));
        assert!(filter.set_multicast(3, 0).is_err());
        assert!(filter.drops_address(&[]));
    }

    #[test]
    fn too_many_addresses_are_all() {
        let mut filter = Filter::default();
        filter.set_multicast(2, 0).unwrap();
        for address in 0..=MAX_MULTICAST as u64 {
            filter.set_multicast(0, address).unwrap();
        }
        assert_eq!(filter.multicast.len(), MAX_MULTICAST);
        assert!(!filter.drops_address(&[0xff; 14]));
    }

    #[test]
    fn vlans_pass_that_were_chosen() {
        let mut filter = Filter::default();
        let tagged = |vlan| vlan_frame(CVLAN, vlan, b"data");
        assert!(!filter.drops_vlan(&tagged(5)));
        filter.vlans = Some(vec![0; VLANS / 8].into());
        assert!(filter.drops_vlan(&tagged(5)));
        assert!(!filter.drops_vlan(&tagged(0xe000)), "just a priority");
        assert!(!filter.drops_vlan(&udp_frame(1, 2, b"data")));
        filter.vlans = Some([&[0x20][..], &[0; VLANS / 8 - 1]].concat().into());
        assert!(!filter.drops_vlan(&tagged(0x6005)));
        assert!(filter.drops_vlan(&tagged(0x0fff)));
    }
}
