// SPDX-License-Identifier: GPL-2.0

//! Steering by rules, which the device manages: what a frame has to be like, and the queue pair that
//! gets it then.

use super::{
    commands::{Call, Outcome, Reply},
    hca::{init, Hca},
    layout::{byte, half, word, Field},
    objects::MAX_FLOWS,
    status::Status,
    steering::{Member, Seen},
    Card,
};
use crate::{
    frame::headers::{self, CVLAN, ETHERTYPE, SVLAN, TCP, UDP},
    model::Host,
};

/// A rule's header.
mod head {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const PRIORITY: Field = half(0);
    pub const KIND: Field = byte(2);
    pub const NEWEST_FIRST: Field = byte(3).bits(0, 1);
    pub const ALLOWS_LOOPBACK: Field = byte(3).bits(3, 1);
    pub const PORT: Field = byte(7);
    pub const QP: Field = word(8).bits(0, 24);
}

/// What begins each of the parts that say what a frame is like.
mod part {
    use super::*;
    /// In words.
    pub const LENGTH: Field = byte(0);
    pub const ID: Field = half(2);
    pub const ETHERNET: u64 = 0xe001;
    pub const IPV4: u64 = 0xe002;
    pub const TCP: u64 = 0xe004;
    pub const INFINIBAND: u64 = 0xe005;
    pub const UDP: u64 = 0xe006;
}

mod ethernet {
    use super::*;
    pub const LENGTH: usize = 48;
    /// Places of addresses in the part, of their masks, and where the frame has them.
    pub const ADDRESSES: [(usize, usize, usize); 2] = [(10, 18, 0), (26, 34, 6)];
    pub const HAS_TYPE: Field = byte(41);
    pub const TYPE: Field = half(42);
    pub const TAG_MASK: Field = half(44);
    pub const TAG: Field = half(46);
}

mod ipv4 {
    use super::*;
    pub const LENGTH: usize = 24;
    /// Addresses, and their masks: the source, the destination.
    pub const ADDRESSES: [(Field, Field); 2] = [(word(16), word(20)), (word(8), word(12))];
}

mod transport {
    use super::*;
    pub const LENGTH: usize = 24;
    /// Ports, and their masks: the source, the destination.
    pub const PORTS: [(Field, Field); 2] = [(half(18), half(22)), (half(10), half(14))];
}

/// Which frames a rule is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// Those that are like it says.
    Regular,
    /// Those that no regular rule is about: all of them, or those for many.
    Rest,
    RestForMany,
    /// Copies of all, or of those for one or for many.
    CopyAll,
    CopyForOne,
    CopyForMany,
    /// Copies of what is sent, which nobody gets here.
    CopySent,
}

impl Kind {
    fn of(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Regular,
            1 => Self::Rest,
            3 => Self::RestForMany,
            4 => Self::CopyAll,
            5 => Self::CopySent,
            6 => Self::CopyForOne,
            7 => Self::CopyForMany,
            _ => return None,
        })
    }
}

/// A rule. Its parts are known, and as long as they have to be.
pub struct Rule {
    kind: Kind,
    priority: u16,
    newest_first: bool,
    port: u8,
    member: Member,
    parts: Vec<Vec<u8>>,
}

impl Rule {
    fn new(data: &[u8]) -> Result<Self, Status> {
        let mut parts = Vec::new();
        let mut rest = data.get(head::LENGTH..).ok_or(Status::BadParam)?;
        while !rest.is_empty() {
            let length = 4 * part::LENGTH.get(rest) as usize;
            let part = rest.get(..length).ok_or(Status::BadParam)?;
            let least = match part::ID.get(part) {
                part::ETHERNET => ethernet::LENGTH,
                part::IPV4 => ipv4::LENGTH,
                part::TCP | part::UDP => transport::LENGTH,
                part::INFINIBAND => 1,
                _ => return Err(Status::BadParam),
            };
            if length < least {
                return Err(Status::BadParam);
            }
            parts.push(part.to_vec());
            rest = &rest[length..];
        }
        Ok(Self {
            kind: Kind::of(head::KIND.get(data)).ok_or(Status::BadParam)?,
            priority: head::PRIORITY.get(data) as u16,
            newest_first: head::NEWEST_FIRST.get(data) != 0,
            port: head::PORT.get(data) as u8,
            member: Member {
                qp: head::QP.get32(data),
                blocks_loopback: head::ALLOWS_LOOPBACK.get(data) == 0,
            },
            parts,
        })
    }

    fn matches(&self, seen: &Seen<'_>) -> bool {
        let mut parts = self.parts.iter();
        parts.all(|part| match part::ID.get(part) {
            part::ETHERNET => matches_ethernet(part, seen),
            part::IPV4 => matches_ipv4(part, seen),
            part::TCP => matches_transport(part, TCP, seen),
            part::UDP => matches_transport(part, UDP, seen),
            _ => false,
        })
    }
}

fn matches_ethernet(part: &[u8], seen: &Seen<'_>) -> bool {
    let frame = seen.frame;
    let same = |(value, mask, at): (usize, usize, usize)| {
        (0..6).all(|byte| {
            let get = |data: &[u8], at: usize| data.get(at + byte).copied().unwrap_or(0);
            (get(part, value) ^ get(frame, at)) & get(part, mask) == 0
        })
    };
    let kind = u64::from(seen.headers.outer.ethertype);
    let mask = ethernet::TAG_MASK.get(part) as u16;
    let has_tag = matches!(headers::word(frame, ETHERTYPE), CVLAN | SVLAN);
    let tag = headers::word(frame, ETHERTYPE + 2);
    ethernet::ADDRESSES.into_iter().all(same)
        && (ethernet::HAS_TYPE.get(part) == 0 || ethernet::TYPE.get(part) == kind)
        && (mask == 0 || has_tag && (tag ^ ethernet::TAG.get(part) as u16) & mask == 0)
}

fn matches_ipv4(part: &[u8], seen: &Seen<'_>) -> bool {
    let network = seen.headers.outer.network;
    network
        .filter(|network| network.version == 4)
        .is_some_and(|network| {
            let (source, destination) = network.addresses();
            let places = [source, destination].into_iter().zip(ipv4::ADDRESSES);
            places.into_iter().all(|(place, (value, mask))| {
                let address = word(0).get(&seen.frame[place]);
                (address ^ value.get(part)) & mask.get(part) == 0
            })
        })
}

fn matches_transport(part: &[u8], protocol: u8, seen: &Seen<'_>) -> bool {
    let network = seen.headers.outer.network;
    let network = network.filter(|network| network.transport() == Some(protocol));
    network.is_some_and(|network| {
        let places = [network.payload, network.payload + 2];
        places
            .into_iter()
            .zip(transport::PORTS)
            .all(|(at, (value, mask))| {
                let port = u64::from(headers::word(seen.frame, at));
                (port ^ value.get(part)) & mask.get(part) == 0
            })
    })
}

impl Hca {
    /// Who gets a frame. Of the regular rules that match those of the lowest number of priority
    /// count: all of them for a frame for many, otherwise the oldest one, or the newest one if it
    /// wants so.
    pub fn members_by_rules(&self, seen: &Seen<'_>) -> Vec<Member> {
        let is_multicast = seen.is_multicast();
        let of_port = || self.flows.values().filter(|rule| rule.port == seen.port);
        let of_kind = |kind: Kind| of_port().filter(move |rule| rule.kind == kind);
        let regular = of_kind(Kind::Regular).filter(|rule| rule.matches(seen));
        let mut best: Vec<&Rule> = Vec::new();
        for rule in regular {
            let before = best.first().map_or(u16::MAX, |best| best.priority);
            if best.is_empty() || rule.priority < before {
                best = vec![rule];
            } else if rule.priority == before {
                match (is_multicast, rule.newest_first) {
                    (true, _) => best.push(rule),
                    (false, true) => best = vec![rule],
                    (false, false) => {}
                }
            }
        }
        if best.is_empty() {
            best.extend(of_kind(Kind::Rest));
            best.extend(of_kind(Kind::RestForMany).filter(|_| is_multicast));
        }
        let copies = if is_multicast {
            Kind::CopyForMany
        } else {
            Kind::CopyForOne
        };
        best.extend(of_kind(Kind::CopyAll).chain(of_kind(copies)));
        best.into_iter().map(|rule| rule.member).collect()
    }

    /// Whether somebody gets all frames that no regular rule is about.
    pub fn has_default_rule(&self, port: u8) -> bool {
        let mut rules = self.flows.values();
        rules.any(|rule| rule.port == port && rule.kind == Kind::Rest)
    }
}

pub fn attach_flow(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let length = (call.modifier as usize).saturating_mul(4);
    let rule = Rule::new(call.input.get(..length).ok_or(Status::BadParam)?)?;
    if !(1..=card.ports.len()).contains(&rule.port.into()) {
        return Err(Status::BadParam);
    }
    let hca = &mut card.hca;
    // One in reset is fine: it gets what shall be dropped.
    hca.context(&init::QPS, rule.member.qp)?;
    if hca.flows.len() >= MAX_FLOWS {
        return Err(Status::ExceedLimit);
    }
    hca.next_flow += 1;
    hca.flows.insert(hca.next_flow, rule);
    Ok(Reply::Value(hca.next_flow))
}

pub fn detach_flow(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let rule = card.hca.flows.remove(&call.in_param);
    rule.map(|_| Reply::Done).ok_or(Status::BadIndex)
}
