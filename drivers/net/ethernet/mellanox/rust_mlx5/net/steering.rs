// SPDX-License-Identifier: GPL-2.0

//! Which received frames are the network device's, and which queues they go to: flow tables that
//! frames pass one after the other, of VLANs, of addresses, and of kinds of traffic.

mod addresses;
mod traffic;

pub(super) use self::traffic::{
    matches_inner_version,
    tunnels, //
};

use self::{
    addresses::Addresses,
    traffic::Classifier, //
};

use super::{
    hw::Tir,
    rx_mode::Mode, //
};

use crate::{
    caps::Caps,
    card::Card,
    flow::{
        Destination,
        Entry,
        Group,
        Match,
        Miss,
        Table,
        OUTER, //
    },
    layout::FteMatchSetLyr24,
    trap::Place, //
};

use kernel::prelude::*;

use core::ops::RangeInclusive;

/// The levels of the tables, which are those that the stock driver's end up at. Frames go to higher
/// ones.
mod level {
    pub(super) const EVERYTHING: u8 = 0x36;
    pub(super) const VLAN: u8 = 0x37;
    pub(super) const ADDRESSES: u8 = 0x38;
    pub(super) const TRAFFIC: u8 = 0x39;
    pub(super) const INNER_TRAFFIC: u8 = 0x3a;
}

/// A table with its groups and entries. They are destroyed from the last one to the first.
struct Filled<'up> {
    entries: KVec<Entry<'up>>,
    groups: KVec<Group<'up>>,
    table: Table<'up>,
}

impl<'up> Filled<'up> {
    /// A table in which frames begin; those that are in no group of it go to the last table.
    fn new(last: &Table<'up>, next: &Table<'up>, level: u8, log_size: u8) -> Result<Self> {
        Ok(Filled {
            entries: KVec::new(),
            groups: KVec::new(),
            table: Table::before(next, level, log_size, Miss::Table(last.id()))?,
        })
    }

    /// Adds the next group, of those entries.
    // Not more sets of fields on the stack than there have to be.
    #[inline(never)]
    fn add_group(&mut self, entries: RangeInclusive<u32>, criteria: &Match) -> Result {
        let group = Group::new(&self.table, entries, criteria)?;
        self.groups.push(group, GFP_KERNEL)?;
        Ok(())
    }

    fn group(&self, number: usize) -> Result<&Group<'up>> {
        let group = self.groups.get(number).ok_or(EINVAL)?;
        Ok(group)
    }

    /// Adds an entry to a group.
    fn add(&mut self, group: usize, number: u32, values: &Match, to: Destination) -> Result {
        let entry = Entry::new(self.group(group)?, number, values, to)?;
        self.entries.push(entry, GFP_KERNEL)?;
        Ok(())
    }
}

impl Drop for Filled<'_> {
    fn drop(&mut self) {
        self.entries.clear();
        while self.groups.pop().is_some() {}
    }
}

/// Takes all frames, whatever they are for: its table comes before all others.
struct Everything<'up> {
    _entry: Entry<'up>,
    _group: Group<'up>,
    _table: Table<'up>,
}

impl<'up> Everything<'up> {
    fn new(next: &Table<'up>, to: &Table<'up>) -> Result<Self> {
        let table = Table::before(next, level::EVERYTHING, 0, Miss::Table(next.id()))?;
        let group = Group::new(&table, 0..=0, &Match::none())?;
        let entry = Entry::new(&group, 0, &Match::none(), Destination::Table(to.id()))?;
        Ok(Everything {
            _entry: entry,
            _group: group,
            _table: table,
        })
    }
}

/// All tables. They are destroyed in this order.
pub(super) struct Steering<'up> {
    addresses: Addresses<'up>,
    everything: Option<Everything<'up>>,
    vlans: Filled<'up>,
    by_address: Filled<'up>,
    by_traffic: Classifier<'up>,
    _by_inner_traffic: Option<Classifier<'up>>,
}

impl<'up> Steering<'up> {
    /// Tables before the last one, of which frames go to `outer`, a TIR for each
    /// [kind of traffic](super::hw::Traffic), to `inner` if they are in tunnels and the device
    /// knows these, and to `direct` if they are of no such kind (`mlx5e_create_flow_steering()`).
    /// No frame is the device's yet.
    pub(super) fn new(
        card: &'up Card<'up>,
        caps: &Caps,
        last: &Table<'up>,
        outer: &[Tir<'up>],
        inner: &[Tir<'up>],
        direct: &Tir<'up>,
    ) -> Result<Self> {
        let by_inner_traffic = if inner.is_empty() {
            None
        } else {
            Some(Classifier::inner(last, inner, direct)?)
        };
        let by_traffic = Classifier::outer(last, caps, outer, direct, by_inner_traffic.as_ref())?;
        let by_address = addresses::table(last, by_traffic.table())?;
        let vlans = vlans(last, &by_address.table)?;
        Ok(Steering {
            addresses: Addresses::new(card, caps),
            everything: None,
            vlans,
            by_address,
            by_traffic,
            _by_inner_traffic: by_inner_traffic,
        })
    }

    /// Where traps belong, whose frames go to `tir`: the last groups of the tables.
    pub(super) fn place_of_traps(&self, tir: u32) -> Result<Place<'up>> {
        Ok(Place {
            vlans: **self.vlans.group(TRAPPED_VLAN)?,
            addresses: **self.by_address.group(addresses::TRAPPED)?,
            tir,
        })
    }

    /// Has those frames be the device's that `mode` says (`mlx5e_fs_set_rx_mode_work()`).
    ///
    /// As much as possible is done if something fails.
    pub(super) fn set_mode(&mut self, mode: &Mode) -> Result {
        let to = self.by_traffic.table();
        let mut result = Ok(());
        if mode.everything && self.everything.is_none() {
            match Everything::new(&self.vlans.table, to) {
                Ok(everything) => self.everything = Some(everything),
                Err(error) => result = Err(error),
            }
        }
        let changed = self.addresses.set(&self.by_address, to, mode);
        if !mode.everything {
            self.everything = None;
        }
        result.and(changed).and(self.addresses.tell(mode))
    }
}

impl Drop for Steering<'_> {
    fn drop(&mut self) {
        // The port receives nothing any more. The failure was logged.
        let _ = self.set_mode(&Mode::nothing());
    }
}

/// The group of the table of VLANs that is for what is trapped.
const TRAPPED_VLAN: usize = 4;

/// The table of VLANs: those without tag pass, and those with any, for the device does not filter
/// VLANs (`mlx5e_fs_create_vlan_table()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn vlans<'up>(last: &Table<'up>, next: &Table<'up>) -> Result<Filled<'up>> {
    const ANY_CUSTOMER: usize = 2;
    const ANY_SERVICE: usize = 3;

    let customer = Match::none().all_of(OUTER, FteMatchSetLyr24::CVLAN_TAG);
    let service = Match::none().all_of(OUTER, FteMatchSetLyr24::SVLAN_TAG);
    let mut table = Filled::new(last, next, level::VLAN, 16)?;
    for (entries, criteria) in [(0..=0xfff, &customer), (0x1000..=0x1fff, &service)] {
        let criteria = criteria.clone();
        table.add_group(
            entries,
            &criteria.all_of(OUTER, FteMatchSetLyr24::FIRST_VID),
        )?;
    }
    table.add_group(0x2000..=0x2001, &customer)?;
    table.add_group(0x2002..=0x2002, &service)?;
    table.add_group(0x2003..=0x2003, &Match::none())?;
    let to = Destination::Table(next.id());
    table.add(ANY_CUSTOMER, 0, &Match::none(), to)?;
    table.add(ANY_CUSTOMER, 1, &customer, to)?;
    table.add(ANY_SERVICE, 0, &service, to)?;
    Ok(table)
}
