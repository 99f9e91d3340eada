// SPDX-License-Identifier: GPL-2.0

//! The table of VLANs of which frames are received.

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
        GroupAt,
        Match,
        Table,
        OUTER, //
    },
    layout::{
        CmdHcaCap,
        FteMatchSetLyr24, //
    },
    vport, //
};

use kernel::{
    net::device::{
        Vlan,
        VlanTag, //
    },
    prelude::*, //
};

/// Groups of the table: for one VLAN of each kind; for frames without a tag, and for all customer
/// VLANs; for all service VLANs; and for what is trapped.
const CUSTOMERS: usize = 0;
const SERVICES: usize = 1;
const ANY_CUSTOMER: usize = 2;
const TRAPPED: usize = 4;

/// Entries of a group: frames without a tag, and those of any customer VLAN.
const UNTAGGED: u32 = 0;
const TAGGED: u32 = 1;

/// That a frame has a tag of a customer VLAN, or of a service VLAN.
fn customer() -> Match {
    Match::none().all_of(OUTER, FteMatchSetLyr24::CVLAN_TAG)
}

fn service() -> Match {
    Match::none().all_of(OUTER, FteMatchSetLyr24::SVLAN_TAG)
}

/// Frames of a VLAN pass.
struct Rule<'up> {
    vlan: Vlan,
    _entry: Entry<'up>,
}

/// The table and its entries. They are destroyed in this order.
pub(super) struct Vlans<'up> {
    card: &'up Card<'up>,
    /// How many customer VLANs the port can have a list of.
    longest: usize,
    any_customer: Option<Entry<'up>>,
    rules: KVec<Rule<'up>>,
    table: Filled<'up>,
}

impl<'up> Vlans<'up> {
    /// Frames without a tag pass, and go to the table `next` (`mlx5e_fs_create_vlan_table()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn new(
        card: &'up Card<'up>,
        caps: &Caps,
        last: &Table<'up>,
        next: &Table<'up>,
    ) -> Result<Self> {
        let mut table = Filled::new(last, next, level::VLAN, 16)?;
        for (entries, criteria) in [(0..=0xfff, customer()), (0x1000..=0x1fff, service())] {
            let criteria = criteria.all_of(OUTER, FteMatchSetLyr24::FIRST_VID);
            table.add_group(entries, &criteria)?;
        }
        table.add_group(0x2000..=0x2001, &customer())?;
        table.add_group(0x2002..=0x2002, &service())?;
        table.add_group(0x2003..=0x2003, &Match::none())?;
        let to = Destination::Table(next.id());
        table.add(ANY_CUSTOMER, UNTAGGED, &Match::none(), to)?;
        Ok(Vlans {
            card,
            longest: 1 << caps.get(CmdHcaCap::LOG_MAX_VLAN_LIST),
            any_customer: None,
            rules: KVec::new(),
            table,
        })
    }

    pub(super) fn table(&self) -> &Table<'up> {
        &self.table.table
    }

    /// The group of the table that is for what is trapped.
    pub(super) fn place_of_traps(&self) -> Result<GroupAt<'up>> {
        Ok(**self.table.group(TRAPPED)?)
    }

    /// Has frames of a VLAN pass, too.
    pub(super) fn add(&mut self, next: &Table<'up>, vlan: Vlan) -> Result {
        if self.rules.iter().any(|rule| rule.vlan == vlan) {
            return Ok(());
        }
        self.rules.reserve(1, GFP_KERNEL)?;
        if vlan.tag == VlanTag::Customer {
            // The failure was logged: the switch may drop frames that the table lets pass.
            let _ = self.tell(Some(vlan.id));
        }
        let (group, tag) = match vlan.tag {
            VlanTag::Customer => (CUSTOMERS, customer()),
            VlanTag::Service => (SERVICES, service()),
        };
        let values = tag.with(OUTER, FteMatchSetLyr24::FIRST_VID, vlan.id);
        let to = Destination::Table(next.id());
        let group = self.table.group(group)?;
        let entry = Entry::new(group, vlan.id.into(), &values, to)
            .inspect_err(|_| dev_err!(self.card.dev.as_ref(), "add rule failed\n"))?;
        // There is room.
        Ok(self.rules.push(
            Rule {
                vlan,
                _entry: entry,
            },
            GFP_KERNEL,
        )?)
    }

    /// Has frames of a VLAN not pass any more.
    pub(super) fn remove(&mut self, vlan: Vlan) {
        self.rules.retain(|rule| rule.vlan != vlan);
        if vlan.tag == VlanTag::Customer {
            // As above.
            let _ = self.tell(None);
        }
    }

    /// Whether frames of other customer VLANs do not pass.
    pub(super) fn filter(&mut self, next: &Table<'up>, filter: bool) -> Result {
        if filter {
            self.any_customer = None;
        } else if self.any_customer.is_none() {
            let group = self.table.group(ANY_CUSTOMER)?;
            let to = Destination::Table(next.id());
            self.any_customer = Some(Entry::new(group, TAGGED, &customer(), to)?);
        }
        Ok(())
    }

    /// Says to the port of which customer VLANs it receives frames
    /// (`mlx5e_vport_context_update_vlans()`): what does not fit into its list it does not.
    fn tell(&self, more: Option<u16>) -> Result {
        let dev = self.card.dev.as_ref();
        let customers = self.rules.iter().map(|rule| rule.vlan);
        let customers = customers.filter(|vlan| vlan.tag == VlanTag::Customer);
        let mut numbers = KVec::new();
        for number in Iterator::chain(customers.map(|vlan| vlan.id), more) {
            numbers.push(number, GFP_KERNEL)?;
        }
        numbers.sort_unstable();
        if numbers.len() > self.longest {
            dev_warn!(
                dev,
                "netdev vlans list size ({}) > ({}) max vport list size, \
                 some vlans will be dropped\n",
                numbers.len(),
                self.longest
            );
        }
        let fitting = numbers.get(..self.longest).unwrap_or(&numbers);
        vport::set_vlans(self.card, fitting).inspect_err(|error| {
            dev_err!(
                dev,
                "Failed to modify vport vlans list err({})\n",
                error.to_errno()
            );
        })
    }
}
