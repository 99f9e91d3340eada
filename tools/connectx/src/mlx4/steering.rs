// SPDX-License-Identifier: GPL-2.0

//! Which queue pairs get a frame: by the groups of addresses that a driver writes, or by its rules,
//! as it has chosen with INIT_HCA.

use super::Card;
use crate::frame::headers::Headers;

/// A frame, as steering looks at it.
pub struct Seen<'a> {
    pub frame: &'a [u8],
    pub headers: &'a Headers,
    /// The port, counted from 1 as in groups and rules.
    pub port: u8,
}

impl Seen<'_> {
    /// Whether it is for many.
    pub fn is_multicast(&self) -> bool {
        self.frame.first().is_some_and(|first| first & 1 != 0)
    }
}

/// A queue pair that gets a frame.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Member {
    pub qp: u32,
    /// It does not want what the same function sends.
    pub blocks_loopback: bool,
}

/// No frame goes to more queue pairs.
pub const MAX_MEMBERS: usize = 1024;

impl Card {
    /// Who gets a frame; each queue pair once.
    pub(super) fn steer(&self, seen: &Seen<'_>) -> Vec<Member> {
        let all = match self.hca.steers_by_rules() {
            true => self.hca.members_by_rules(seen),
            false => self.hca.members_by_groups(seen),
        };
        let mut members: Vec<Member> = Vec::new();
        for member in all {
            if members.len() < MAX_MEMBERS && !members.iter().any(|one| one.qp == member.qp) {
                members.push(member);
            }
        }
        members
    }

    /// Whether somebody gets what is for nobody else, so that filters do not count.
    pub(super) fn is_promiscuous(&self, port: u8) -> bool {
        match self.hca.steers_by_rules() {
            true => self.hca.has_default_rule(port),
            false => self.hca.has_default_group(port),
        }
    }
}
