// SPDX-License-Identifier: GPL-2.0

//! The table of stations and groups for which frames are received.

use super::{
    level,
    Filled, //
};

use crate::{
    caps::Caps,
    card::Card,
    flow::{
        Destination,
        Entry,
        Match,
        Table, //
    },
    layout::CmdHcaCap,
    net::rx_mode::Mode,
    vport::{
        self,
        Address,
        L2Entry,
        List, //
    }, //
};

use kernel::{
    id_pool::IdPool,
    prelude::*, //
};

/// All stations.
const BROADCAST: Address = [0xff; 6];

/// An address whose lowest bit of the first byte is set is that of a group.
const ANY_GROUP: Address = [0x01, 0, 0, 0, 0, 0];

/// Groups of the table: for one address each, for all groups of stations, and for what is trapped.
const ONE: usize = 0;
const ALL_GROUPS: usize = 1;
pub(super) const TRAPPED: usize = 2;

/// How many addresses there is room for.
const ADDRESSES: u32 = 0x8000;

/// The table, without entries (`mlx5e_create_l2_table()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(super) fn table<'up>(last: &Table<'up>, next: &Table<'up>) -> Result<Filled<'up>> {
    const LOG_SIZE: u8 = 16;

    let mut table = Filled::new(last, next, level::ADDRESSES, LOG_SIZE)?;
    table.add_group(0..=ADDRESSES - 1, &Match::none().destination(BROADCAST))?;
    table.add_group(ADDRESSES..=ADDRESSES, &Match::none().destination(ANY_GROUP))?;
    table.add_group(ADDRESSES + 1..=ADDRESSES + 1, &Match::none())?;
    Ok(table)
}

/// Numbers of which each is given out once, the lowest first.
struct Numbers {
    pool: IdPool,
    limit: u32,
}

impl Numbers {
    fn new(limit: u32) -> Result<Self> {
        // CAST: A number of entries of a table.
        let pool = IdPool::with_capacity(limit as usize, GFP_KERNEL)?;
        Ok(Numbers { pool, limit })
    }

    fn take(&mut self) -> Result<u32> {
        let unused = self.pool.find_unused_id(0).ok_or(ENOSPC)?;
        if unused.as_u32() >= self.limit {
            return Err(ENOSPC);
        }
        // CAST: Less than the limit.
        Ok(unused.acquire() as u32)
    }

    fn give_back(&mut self, number: u32) {
        // CAST: As above.
        self.pool.release_id(number as usize);
    }
}

/// Frames for a station or group are the device's.
struct Rule<'up> {
    address: Address,
    /// Which entry of the group it is.
    number: u32,
    // Dropped first.
    from_wire: Option<L2Entry<'up>>,
    _entry: Entry<'up>,
}

/// The entries of the table.
pub(super) struct Addresses<'up> {
    card: &'up Card<'up>,
    /// How many addresses the port can have lists of.
    longest: [usize; 2],
    /// Of entries of the table.
    numbers: Numbers,
    /// Of stations whose frames from the wire this and other functions can have, if these are to be
    /// said.
    from_wire: Option<Numbers>,
    unicast: KVec<Rule<'up>>,
    multicast: KVec<Rule<'up>>,
    broadcast: Option<Rule<'up>>,
    all_groups: Option<Entry<'up>>,
}

impl<'up> Addresses<'up> {
    pub(super) fn new(card: &'up Card<'up>, caps: &Caps) -> Result<Self> {
        let manages =
            caps.get(CmdHcaCap::VPORT_GROUP_MANAGER) && caps.get(CmdHcaCap::ESWITCH_MANAGER);
        let log_size = caps.get(CmdHcaCap::LOG_MAX_L2_TABLE);
        let longest = [
            CmdHcaCap::LOG_MAX_CURRENT_UC_LIST,
            CmdHcaCap::LOG_MAX_CURRENT_MC_LIST,
        ];
        let from_wire = if manages && log_size > 0 {
            // More are of no use.
            Some(Numbers::new(ADDRESSES.min(1 << log_size))?)
        } else {
            None
        };
        Ok(Addresses {
            card,
            longest: longest.map(|field| 1 << caps.get(field)),
            numbers: Numbers::new(ADDRESSES)?,
            from_wire,
            unicast: KVec::new(),
            multicast: KVec::new(),
            broadcast: None,
            all_groups: None,
        })
    }

    /// Has frames for a station or group be the device's, and go to the table `to`.
    fn rule(
        &mut self,
        table: &Filled<'up>,
        to: &Table<'up>,
        address: Address,
    ) -> Result<Rule<'up>> {
        let group = table.group(ONE)?;
        let number = self.numbers.take()?;
        let values = Match::none().destination(address);
        let to = Destination::Table(to.id());
        let entry = Entry::new(group, number, &values, to)
            .inspect_err(|_| self.numbers.give_back(number))?;
        Ok(Rule {
            address,
            number,
            from_wire: None,
            _entry: entry,
        })
    }

    /// Has frames from the wire for that rule's station be this function's. That there are more
    /// stations than the card can tell apart is no failure.
    fn add_from_wire(&mut self, rule: &mut Rule<'up>) {
        let Some(numbers) = &mut self.from_wire else {
            return;
        };
        let entry = numbers.take().and_then(|index| {
            L2Entry::new(self.card, index, rule.address).inspect_err(|_| numbers.give_back(index))
        });
        match entry {
            Ok(entry) => rule.from_wire = Some(entry),
            Err(error) => dev_warn!(
                self.card.dev.as_ref(),
                "MPFS, failed to add mac {:02x?}, err({})\n",
                rule.address,
                error.to_errno()
            ),
        }
    }

    /// Has the numbers of a rule be another one's, which is about to be dropped.
    fn forget(numbers: &mut Numbers, from_wire: &mut Option<Numbers>, rule: &Rule<'up>) {
        numbers.give_back(rule.number);
        if let (Some(from_wire), Some(entry)) = (from_wire, &rule.from_wire) {
            from_wire.give_back(entry.index());
        }
    }

    /// Has frames for other addresses not be the device's any more.
    fn retain(&mut self, mode: &Mode) {
        let lists = [
            (&mut self.unicast, &mode.unicast),
            (&mut self.multicast, &mode.multicast),
        ];
        for (rules, wanted) in lists {
            rules.retain(|rule| {
                let is_wanted = wanted.contains(&rule.address);
                if !is_wanted {
                    Self::forget(&mut self.numbers, &mut self.from_wire, rule);
                }
                is_wanted
            });
        }
    }

    /// Has frames for those addresses be the device's, and go to `to`, and those for others not.
    /// Does as much as possible if something fails.
    pub(super) fn set(&mut self, table: &Filled<'up>, to: &Table<'up>, mode: &Mode) -> Result {
        let mut result = Ok(());
        if mode.all_groups && self.all_groups.is_none() {
            let values = Match::none().destination(ANY_GROUP);
            let entry = table
                .group(ALL_GROUPS)
                .and_then(|group| Entry::new(group, 0, &values, Destination::Table(to.id())));
            match entry {
                Ok(entry) => self.all_groups = Some(entry),
                Err(error) => result = Err(error),
            }
        }
        if mode.broadcast && self.broadcast.is_none() {
            match self.rule(table, to, BROADCAST) {
                Ok(rule) => self.broadcast = Some(rule),
                Err(error) => result = Err(error),
            }
        }
        self.retain(mode);
        for address in &mode.unicast {
            if !self.unicast.iter().any(|rule| rule.address == *address) {
                let added = self.unicast.reserve(1, GFP_KERNEL).map_err(Error::from);
                let added = added.and_then(|()| self.rule(table, to, *address));
                let added = added.and_then(|mut rule| {
                    self.add_from_wire(&mut rule);
                    // There is room.
                    Ok(self.unicast.push(rule, GFP_KERNEL)?)
                });
                result = result.and(added);
            }
        }
        for address in &mode.multicast {
            if !self.multicast.iter().any(|rule| rule.address == *address) {
                let added = self.multicast.reserve(1, GFP_KERNEL).map_err(Error::from);
                let added = added.and_then(|()| self.rule(table, to, *address));
                // There is room.
                let added = added.and_then(|rule| Ok(self.multicast.push(rule, GFP_KERNEL)?));
                result = result.and(added);
            }
        }
        if let Some(rule) = self.broadcast.take_if(|_| !mode.broadcast) {
            Self::forget(&mut self.numbers, &mut self.from_wire, &rule);
        }
        if !mode.all_groups {
            self.all_groups = None;
        }
        result
    }

    /// Says to the port what it receives (`mlx5e_vport_context_update()`): what does not fit into
    /// its lists it does not.
    pub(super) fn tell(&self, mode: &Mode) -> Result {
        let broadcast = mode.broadcast.then_some(BROADCAST);
        let multicast = Iterator::chain(broadcast.into_iter(), mode.multicast.iter().copied());
        let unicast = mode.unicast.iter().copied();
        let unicast = self.tell_list(List::Unicast, "UC", unicast);
        let multicast = self.tell_list(List::Multicast, "MC", multicast);
        let promiscuous = vport::set_promiscuous(self.card, mode.all_groups, mode.everything);
        unicast.and(multicast).and(promiscuous)
    }

    fn tell_list(
        &self,
        list: List,
        name: &str,
        addresses: impl Iterator<Item = Address>,
    ) -> Result {
        let addresses: KVec<Address> = collect(addresses)?;
        let (length, longest) = (addresses.len(), self.longest[list as usize]);
        if length > longest {
            dev_warn!(
                self.card.dev.as_ref(),
                "mdev {} list size ({}) > ({}) max vport list size, \
                 some addresses will be dropped\n",
                name,
                length,
                longest
            );
        }
        let fitting = addresses.get(..longest).unwrap_or(&addresses);
        vport::set_addresses(self.card, list, fitting.iter().copied())
    }
}

fn collect<T>(from: impl Iterator<Item = T>) -> Result<KVec<T>> {
    let mut all = KVec::new();
    for one in from {
        all.push(one, GFP_KERNEL)?;
    }
    Ok(all)
}
