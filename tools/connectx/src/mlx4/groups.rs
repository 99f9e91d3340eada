// SPDX-License-Identifier: GPL-2.0

//! Steering by groups: a table of addresses with the queue pairs that get their frames, whose
//! entries are found by a hash and hang together in chains; and, for each port, the groups of those
//! who get all frames for one, or for many, that no entry has.

use super::{
    commands::{Call, Outcome, Reply},
    hca::{init, Hca},
    layout::{byte, word, Field},
    objects::MAX_GROUPS,
    status::Status,
    steering::{Member, Seen},
    Card,
};
use crate::model::Host;

/// An entry: whose address it is, its members, and where its chain goes on.
mod group {
    use super::*;
    pub const NEXT: Field = word(0);
    pub const NEXT_INDEX: Field = word(0).bits(6, 26);
    pub const MEMBERS: Field = word(4).bits(0, 24);
    pub const PROTOCOL: Field = word(4).bits(30, 2);
    pub const ETHERNET: u64 = 1;
    pub const ADDRESS: std::ops::Range<usize> = 16..32;
    pub const FIRST: usize = 32;
    pub const QP: Field = word(0).bits(0, 24);
    pub const BLOCKS_LOOPBACK: Field = word(0).bits(30, 1);
    pub const MEMBER: usize = 4;
}

/// An Ethernet address as the table has it, in the form of a GID.
mod address {
    use super::*;
    pub const LENGTH: usize = 16;
    pub const PORT: Field = byte(5);
    pub const KIND: Field = byte(7).bits(1, 1);
    pub const MAC: std::ops::Range<usize> = 10..16;
}

/// What a frame is for: many, or one.
const MULTICAST: u8 = 0;
const UNICAST: u8 = 1;

/// Default groups are not in the table; they have numbers of their own.
const DEFAULT: u32 = 1 << 31;

fn default_group(port: u8, kind: u8) -> u32 {
    DEFAULT | u32::from(port) << 16 | u32::from(kind) << 1
}

/// The members of an entry, if there is one.
fn members(group: Option<&Vec<u8>>) -> Vec<Member> {
    let group = group.map_or(&[][..], Vec::as_slice);
    let count = group::MEMBERS.get(group) as usize;
    let list = group.get(group::FIRST..).unwrap_or_default();
    let members = list.chunks_exact(group::MEMBER).take(count);
    members
        .map(|member| Member {
            qp: group::QP.get32(member),
            blocks_loopback: group::BLOCKS_LOOPBACK.get(member) != 0,
        })
        .collect()
}

impl Hca {
    /// Who gets a frame: the members of its address, otherwise those who get the rest.
    pub fn members_by_groups(&self, seen: &Seen<'_>) -> Vec<Member> {
        let Some(mac) = seen.frame.get(..6) else {
            return Vec::new();
        };
        let kind = if seen.is_multicast() {
            MULTICAST
        } else {
            UNICAST
        };
        let mut gid = [0; address::LENGTH];
        address::PORT.set(&mut gid, seen.port.into());
        address::KIND.set(&mut gid, kind.into());
        gid[address::MAC].copy_from_slice(mac);
        match self.find(&gid) {
            Some(group) => members(Some(group)),
            None => members(self.groups.get(&default_group(seen.port, kind))),
        }
    }

    /// Whether somebody gets all frames for one that no entry has.
    pub fn has_default_group(&self, port: u8) -> bool {
        let group = self.groups.get(&default_group(port, UNICAST));
        !members(group).is_empty()
    }

    /// Looks for an address, along its chain, which has no more entries than there are.
    fn find(&self, gid: &[u8; address::LENGTH]) -> Option<&Vec<u8>> {
        let mut index = self.hash(gid);
        for _ in 0..=self.groups.len() {
            let group = self.groups.get(&index)?;
            if group::MEMBERS.get(group) > 0
                && group::PROTOCOL.get(group) == group::ETHERNET
                && group.get(group::ADDRESS) == Some(gid)
            {
                return Some(group);
            }
            index = match group::NEXT_INDEX.get32(group) {
                0 => return None,
                next => next,
            };
        }
        None
    }

    /// Where an address's chain begins.
    fn hash(&self, gid: &[u8]) -> u32 {
        let sum = gid.iter().fold(0u64, |hash, byte| {
            hash.wrapping_mul(31).wrapping_add(u64::from(*byte))
        });
        let log_size = init::GROUPS_LOG.get32(&self.init).clamp(1, 16) - 1;
        sum as u32 & ((1 << log_size) - 1)
    }

    /// How long an entry is; drivers choose how many members it may have.
    fn group_length(&self) -> usize {
        1 << match init::GROUP_LOG_SIZE.get32(&self.init) {
            0 => 10,
            log_size => log_size.clamp(6, 12),
        }
    }

    fn group_number(&self, call: &Call) -> Result<u32, Status> {
        if call.op_modifier != 0 {
            return Ok(DEFAULT | call.modifier & 0x00ff_ffff);
        }
        let log_size = init::GROUPS_LOG.get32(&self.init).min(24);
        match call.modifier >> log_size {
            0 => Ok(call.modifier),
            _ => Err(Status::BadIndex),
        }
    }
}

pub fn write_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let hca = &mut card.hca;
    let number = hca.group_number(call)?;
    let group = call.input.get(..hca.group_length()).unwrap_or(&[]);
    if group::MEMBERS.get(group) == 0 && group::NEXT.get(group) == 0 {
        hca.groups.remove(&number);
    } else if hca.groups.len() >= MAX_GROUPS && !hca.groups.contains_key(&number) {
        return Err(Status::ExceedLimit);
    } else {
        hca.groups.insert(number, group.to_vec());
    }
    Ok(Reply::Done)
}

pub fn read_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let number = card.hca.group_number(call)?;
    let group = card.hca.groups.get(&number).cloned();
    Ok(Reply::Mailbox(
        group.unwrap_or_else(|| vec![0; card.hca.group_length()]),
    ))
}

/// MGID_HASH: where an address's chain begins.
pub fn hash_group(card: &mut Card, _host: &mut dyn Host, call: &Call) -> Outcome {
    let gid = call.input.get(..address::LENGTH).unwrap_or(&[]);
    Ok(Reply::Value(card.hca.hash(gid).into()))
}
