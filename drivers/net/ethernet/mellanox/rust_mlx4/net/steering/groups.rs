// SPDX-License-Identifier: GPL-2.0

//! Which frames a queue pair receives in B0 mode: groups, in a table of the device's that the
//! driver keeps. A group is that of one address of one port, and has one queue pair: that of the
//! port.
//!
//! The first half of the table (MGM) is indexed by a hash. Groups of the same hash are in a chain,
//! the others of which are in the second half (AMGM).

use super::super::port::{
    Address,
    Port, //
};

use crate::{
    bitmap::{
        Bitmap,
        Order, //
    },
    caps::{
        Caps,
        Feature, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        word,
        Field,
        Mailbox, //
    }, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

/// A group (`struct mlx4_mgm`): which one comes next in its chain, how many queue pairs it has, for
/// which protocol, its address, and the first queue pair.
const NEXT: Field<u32> = word(0).bits(6, 26);
pub(super) const MEMBERS: Field<u32> = word(4).bits(0, 24);
pub(super) const PROTOCOL: Field<u32> = word(4).bits(30, 2);
const ID: usize = 16;
pub(super) const FIRST_MEMBER: Field<u32> = word(32).bits(0, 24);

/// `MLX4_PROT_ETH`.
pub(super) const ETHERNET: u32 = 1;

/// What a group is found by.
type Id = [u8; 16];

/// Which kind of addresses a group is for (`enum mlx4_steer_type`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Multicast = 0,
    Unicast = 1,
}

impl Kind {
    /// That of an address: that of a group has the lowest bit of the first byte.
    pub(super) fn of(address: Address) -> Self {
        if address[0] & 1 != 0 {
            Kind::Multicast
        } else {
            Kind::Unicast
        }
    }
}

/// The table.
#[pin_data]
pub(crate) struct Table {
    /// How many groups are found by their hash, and how many there are.
    hashed: u32,
    count: u32,
    /// Which of the others are in use.
    #[pin]
    others: Bitmap,
    /// Whether the hash is one of Ethernet addresses.
    knows_ethernet: bool,
    /// Held while a chain is changed.
    #[pin]
    chains: Mutex<()>,
}

impl Table {
    /// An empty one, with so many groups in each of its halves (`mlx4_init_mcg_table()`).
    pub(crate) fn new(caps: &Caps, hashed: u32, others: u32) -> Result<Arc<Self>> {
        let count = hashed.saturating_add(others);
        let others = Bitmap::new(others, 0..others, Order::RoundRobin)?;
        let table = pin_init!(Table {
            hashed,
            count,
            others <- others,
            knows_ethernet: caps.has(Feature::MULTICAST_STEERING),
            chains <- new_mutex!(()),
        });
        Arc::pin_init(table, GFP_KERNEL)
    }

    fn read(card: &Card<'_>, index: u32) -> Result<Mailbox> {
        card.query(Call::new(Op::READ_MCG).modifier(index))
    }

    fn write(card: &Card<'_>, index: u32, group: &Mailbox) -> Result {
        card.run_with(Call::new(Op::WRITE_MCG).modifier(index), group)
    }

    /// Where the chain of a group begins (`mlx4_GID_HASH()`).
    fn hash(&self, card: &Card<'_>, id: Id) -> Result<u32> {
        const HASH: u64 = 0xffff;

        let mut mailbox = Mailbox::new(card)?;
        mailbox.write(0, &id);
        let call = Call::new(Op::MGID_HASH).op_modifier(self.knows_ethernet.into());
        // CAST: 16 bits.
        Ok((card.run_with_value(call, &mailbox)? & HASH) as u32)
    }

    /// Finds a group, or where it would be (`find_entry()`).
    fn find(&self, card: &Card<'_>, id: Id) -> Result<Found> {
        let hash = self.hash(card, id)?;
        let (mut index, mut before) = (hash, None);
        // No chain is longer.
        for _ in 0..self.count {
            let group = Self::read(card, index)?;
            if group.get(MEMBERS) == 0 {
                if index != hash {
                    dev_err!(card.dev.as_ref(), "Found zero MGID in AMGM\n");
                    return Err(EINVAL);
                }
                return Ok(Found::Free { index, group });
            }
            let mut other = [0; size_of::<Id>()];
            group.read(ID, &mut other);
            if other == id && group.get(PROTOCOL) == ETHERNET {
                return Ok(Found::There(Entry {
                    index,
                    before,
                    group,
                }));
            }
            let next = group.get(NEXT);
            if next == 0 {
                return Ok(Found::Not { last: index });
            }
            before = Some(index);
            index = next;
        }
        Err(EINVAL)
    }

    /// Makes a group of one queue pair (`mlx4_qp_attach_common()`).
    fn add(&self, card: &Card<'_>, id: Id, qp: u32) -> Result {
        let _chains = self.chains.lock();
        match self.find(card, id)? {
            Found::There(mut entry) => {
                entry.group.set(MEMBERS, 1);
                entry.group.set(FIRST_MEMBER, qp);
                Self::write(card, entry.index, &entry.group)
            }
            Found::Free { index, mut group } => {
                fill(&mut group, id, qp);
                Self::write(card, index, &group)
            }
            Found::Not { last } => {
                let other = self.others.take().ok_or_else(|| {
                    dev_err!(card.dev.as_ref(), "No AMGM entries left\n");
                    ENOMEM
                })?;
                self.append(card, last, self.hashed + other, id, qp)
                    .inspect_err(|_| self.others.give_back(other, 1))
            }
        }
    }

    /// Makes a group at the end of a chain.
    fn append(&self, card: &Card<'_>, last: u32, index: u32, id: Id, qp: u32) -> Result {
        let mut group = Mailbox::new(card)?;
        fill(&mut group, id, qp);
        Self::write(card, index, &group)?;
        let mut before = Self::read(card, last)?;
        before.set(NEXT, index);
        Self::write(card, last, &before)
    }

    /// Removes a group (`mlx4_qp_detach_common()`).
    fn remove(&self, card: &Card<'_>, id: Id) -> Result {
        let _chains = self.chains.lock();
        let Found::There(entry) = self.find(card, id)? else {
            dev_err!(card.dev.as_ref(), "MGID {:02x?} not found\n", id);
            return Err(EINVAL);
        };
        match entry.before {
            None => self.remove_first(card, entry),
            Some(before) => self.remove_after(card, before, entry),
        }
    }

    /// Removes a group with which a chain begins: what comes next takes its place.
    fn remove_first(&self, card: &Card<'_>, entry: Entry) -> Result {
        let Entry {
            index, mut group, ..
        } = entry;
        let next = group.get(NEXT);
        if next == 0 {
            group.set(MEMBERS, 0);
            group.write(ID, &[0; size_of::<Id>()]);
            return Self::write(card, index, &group);
        }
        let group = Self::read(card, next)?;
        Self::write(card, index, &group)?;
        self.free(card, index, next);
        Ok(())
    }

    fn remove_after(&self, card: &Card<'_>, before: u32, entry: Entry) -> Result {
        let mut group = Self::read(card, before)?;
        group.set(NEXT, entry.group.get(NEXT));
        Self::write(card, before, &group)?;
        self.free(card, before, entry.index);
        Ok(())
    }

    /// The group with that index, which came after another one, is not in use any more.
    fn free(&self, card: &Card<'_>, before: u32, index: u32) {
        match index.checked_sub(self.hashed) {
            Some(other) => self.others.give_back(other, 1),
            None => dev_warn!(
                card.dev.as_ref(),
                "entry {} had next AMGM index {} < {}\n",
                before,
                index,
                self.hashed
            ),
        }
    }
}

/// A group of one queue pair.
fn fill(group: &mut Mailbox, id: Id, qp: u32) {
    group.write(ID, &id);
    group.set(PROTOCOL, ETHERNET);
    group.set(MEMBERS, 1);
    group.set(FIRST_MEMBER, qp);
}

/// A group in the table, and which one comes before it in its chain.
struct Entry {
    index: u32,
    before: Option<u32>,
    group: Mailbox,
}

/// What somebody found who looked for a group.
enum Found {
    There(Entry),
    /// Nothing has its hash.
    Free {
        index: u32,
        group: Mailbox,
    },
    /// It is not in its chain, which ends with that one.
    Not {
        last: u32,
    },
}

/// Frames for an address are a queue pair's.
pub(super) struct Group<'a> {
    card: &'a Card<'a>,
    table: Arc<Table>,
    id: Id,
}

impl<'a> Group<'a> {
    /// Has frames for an address be a queue pair's (`mlx4_unicast_attach()`,
    /// `mlx4_multicast_attach()`).
    pub(super) fn new(
        port: Port<'a>,
        table: &Arc<Table>,
        address: Address,
        qp: u32,
    ) -> Result<Self> {
        let mut id = [0; size_of::<Id>()];
        id[5] = port.number();
        id[7] = (Kind::of(address) as u8) << 1;
        if let Some(to) = id.last_chunk_mut() {
            *to = address;
        }
        table.add(port.card, id, qp)?;
        Ok(Group {
            card: port.card,
            table: table.clone(),
            id,
        })
    }
}

impl Drop for Group<'_> {
    fn drop(&mut self) {
        if self.table.remove(self.card, self.id).is_err() && !self.card.is_dead() {
            dev_err!(
                self.card.dev.as_ref(),
                "Failed to detach multicast address\n"
            );
        }
    }
}
