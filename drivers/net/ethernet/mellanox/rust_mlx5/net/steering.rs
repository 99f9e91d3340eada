// SPDX-License-Identifier: GPL-2.0

//! Which received frames are the network device's, and which queues they go to: flow tables that
//! frames pass one after the other, of VLANs, of addresses, and of kinds of traffic.

mod addresses;
mod traffic;
mod vlans;

pub(super) use self::traffic::{
    matches_inner_version,
    tunnels, //
};

use self::{
    addresses::Addresses,
    traffic::Classifier,
    vlans::Vlans, //
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
        Table, //
    },
    trap::Place, //
};

use kernel::{
    net::device::Vlan,
    prelude::*, //
};

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
    vlans: Vlans<'up>,
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
        let vlans = Vlans::new(card, caps, last, &by_address.table)?;
        Ok(Steering {
            addresses: Addresses::new(card, caps)?,
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
            vlans: self.vlans.place_of_traps()?,
            addresses: **self.by_address.group(addresses::TRAPPED)?,
            tir,
        })
    }

    /// Has frames of a VLAN pass, too (`mlx5e_fs_vlan_rx_add_vid()`).
    pub(super) fn add_vlan(&mut self, vlan: Vlan) -> Result {
        self.vlans.add(&self.by_address.table, vlan)
    }

    /// Has frames of a VLAN not pass any more (`mlx5e_fs_vlan_rx_kill_vid()`).
    pub(super) fn remove_vlan(&mut self, vlan: Vlan) {
        self.vlans.remove(vlan);
    }

    /// Whether frames of other customer VLANs pass not, or do, too (`mlx5e_enable_cvlan_filter()`,
    /// `mlx5e_disable_cvlan_filter()`).
    pub(super) fn filter_vlans(&mut self, filter: bool) -> Result {
        self.vlans.filter(&self.by_address.table, filter)
    }

    /// Has those frames be the device's that `mode` says (`mlx5e_fs_set_rx_mode_work()`).
    ///
    /// As much as possible is done if something fails.
    pub(super) fn set_mode(&mut self, mode: &Mode) -> Result {
        let to = self.by_traffic.table();
        let mut result = Ok(());
        if mode.everything && self.everything.is_none() {
            match Everything::new(self.vlans.table(), to) {
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
