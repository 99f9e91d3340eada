// SPDX-License-Identifier: GPL-2.0

//! Snapshots of regions, and the ids they have.

use crate::{
    collection::next_sequence,
    driver::region::SnapshotData, //
};

use kernel::{
    new_mutex,
    new_spinlock,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNode,
        RBTreeNodeReservation, //
    },
    sync::{
        Arc,
        Mutex,
        SpinLock,
        UniqueArc, //
    },
    warn_on, //
};

use core::mem::{
    self,
    MaybeUninit, //
};

/// A snapshot of a region's contents.
pub(super) struct Snapshot {
    key: u64,
    data: SnapshotData,
}

impl Snapshot {
    /// A number that no other snapshot ever has, unlike the id.
    pub(super) fn key(&self) -> u64 {
        self.key
    }

    /// What was in the region.
    pub(super) fn data(&self) -> &[u8] {
        self.data.bytes()
    }
}

struct Slot {
    id: u32,
    /// `None` while the driver is still taking the snapshot.
    snapshot: Option<Arc<Snapshot>>,
}

struct Slots {
    /// In the order in which they were taken.
    by_key: RBTree<u64, Slot>,
    count: u32,
}

impl Slots {
    fn find(&self, id: u32) -> Option<(u64, &Slot)> {
        let (key, slot) = self.by_key.iter().find(|(_, slot)| slot.id == id)?;
        Some((*key, slot))
    }
}

/// The snapshots of a region.
#[pin_data]
pub(super) struct Snapshots {
    max: u32,
    #[pin]
    slots: Mutex<Slots>,
}

impl Snapshots {
    /// No snapshots, but room for `max`.
    pub(super) fn new(max: u32) -> impl PinInit<Self> {
        pin_init!(Self {
            max,
            slots <- new_mutex!(
                Slots {
                    by_key: RBTree::new(),
                    count: 0,
                },
                "devlink region snapshots"
            ),
        })
    }

    /// How many snapshots there can be.
    pub(super) fn max(&self) -> u32 {
        self.max
    }

    /// Whether there is no room for another snapshot.
    pub(super) fn are_full(&self) -> bool {
        self.slots.lock().count == self.max
    }

    /// Whether a snapshot has this id, or will have it soon.
    pub(super) fn has(&self, id: u32) -> bool {
        self.slots.lock().find(id).is_some()
    }

    /// The snapshot with this id.
    ///
    /// To be dropped before the pass of the region's gate: it may be the last one that holds the
    /// snapshot.
    pub(super) fn get(&self, id: u32) -> Option<Arc<Snapshot>> {
        self.slots.lock().find(id)?.1.snapshot.clone()
    }

    /// The ids of all snapshots, in the order in which they were taken; the lock is not held in
    /// between.
    pub(super) fn ids(&self) -> impl Iterator<Item = u32> + '_ {
        let mut from = Some(0u64);
        core::iter::from_fn(move || {
            let slots = self.slots.lock();
            loop {
                let cursor = slots.by_key.cursor_lower_bound(&from?)?;
                let (key, slot) = cursor.current();
                from = key.checked_add(1);
                if slot.snapshot.is_some() {
                    return Some(slot.id);
                }
            }
        })
    }

    /// Takes the snapshot with this id out.
    pub(super) fn remove(&self, id: u32) -> Option<Arc<Snapshot>> {
        let mut slots = self.slots.lock();
        let (key, _) = slots.find(id).filter(|(_, slot)| slot.snapshot.is_some())?;
        let node = slots.by_key.remove_node(&key)?;
        slots.count -= 1;
        drop(slots);
        // The node is freed here, after the lock was released.
        node.to_key_value().1.snapshot
    }

    /// Makes room for a snapshot; [`ENOSPC`] if there are too many, [`EEXIST`] if one has this id.
    pub(super) fn place<'a>(&'a self, ids: &'a SnapshotIds, id: u32) -> Result<Place<'a>> {
        let memory = UniqueArc::new_uninit(GFP_KERNEL)?;
        let key = next_sequence();
        let node = RBTreeNode::new(key, Slot { id, snapshot: None }, GFP_KERNEL)?;

        let mut slots = self.slots.lock();
        if slots.count == self.max {
            return Err(ENOSPC);
        }
        if slots.find(id).is_some() {
            return Err(EEXIST);
        }
        let held = ids.hold(id)?;
        slots.by_key.insert(node);
        slots.count += 1;
        drop(slots);
        Ok(Place {
            snapshots: self,
            key,
            id,
            empty: Some((held, memory)),
        })
    }
}

/// Room for a snapshot that is being taken; dropping it gives the room back.
///
/// It has all the memory that is needed: a snapshot once taken is not lost for lack of memory.
pub(crate) struct Place<'a> {
    snapshots: &'a Snapshots,
    key: u64,
    id: u32,
    /// `None` when the snapshot is in its place.
    empty: Option<(HeldId<'a>, UniqueArc<MaybeUninit<Snapshot>>)>,
}

impl Place<'_> {
    /// The id that the snapshot will have.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Puts the snapshot into its place.
    pub(super) fn fill(mut self, data: SnapshotData) {
        let Some((held, memory)) = self.empty.take() else {
            return;
        };
        let key = self.key;
        let snapshot = memory.write(Snapshot { key, data }).into();
        if let Some(slot) = self.snapshots.slots.lock().by_key.get_mut(&key) {
            slot.snapshot = Some(snapshot);
        }
        // Deleting the snapshot will release it.
        held.keep();
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.empty.is_none() {
            return;
        }
        let mut slots = self.snapshots.slots.lock();
        let node = slots.by_key.remove_node(&self.key);
        slots.count -= 1;
        drop(slots);
        drop(node);
    }
}

/// Ids that cannot be had: one that is used, or several in a row that users were told of and nobody
/// uses any more.
struct Taken {
    /// The first id; the last one is the key.
    first: u32,
    /// How many use the id.
    users: u32,
    /// A user was told of the id.
    told: bool,
}

/// All ids that cannot be had.
struct Ids {
    /// By the last id of each entry. Entries do not overlap; those that nobody uses do not touch.
    taken: RBTree<u32, Taken>,
    /// Every id below this one is taken: where the search for a free id begins.
    search_from: u32,
}

impl Ids {
    fn is_taken(&self, id: u32) -> bool {
        let next = self.taken.cursor_lower_bound(&id);
        next.is_some_and(|next| next.current().1.first <= id)
    }

    fn insert(&mut self, node: RBTreeNodeReservation<u32, Taken>, id: u32) {
        self.taken.insert(node.into_node(
            id,
            Taken {
                first: id,
                users: 1,
                told: false,
            },
        ));
    }

    /// The entry of an id that is used.
    fn used(&mut self, id: u32) -> Option<&mut Taken> {
        self.taken.get_mut(&id).filter(|taken| taken.users != 0)
    }

    fn lowest_free(&self) -> Option<u32> {
        let mut id = self.search_from;
        while let Some(next) = self.taken.cursor_lower_bound(&id) {
            let (last, taken) = next.current();
            if taken.first > id {
                break;
            }
            id = last.checked_add(1)?;
        }
        Some(id)
    }

    /// When users have been told of every id, those that nobody uses begin anew.
    fn forget_told(&mut self) {
        let unused = |ids: &Self| {
            let mut entries = ids.taken.iter();
            entries
                .find(|(_, taken)| taken.users == 0)
                .map(|(last, _)| *last)
        };
        while let Some(last) = unused(self) {
            self.taken.remove(&last);
        }
        self.search_from = 0;
    }

    /// Nobody uses the id any more. Returns what has to be freed, which may be done later.
    fn end_use(&mut self, id: u32) -> [Option<RBTreeNode<u32, Taken>>; 2] {
        let Some(taken) = self.taken.get_mut(&id) else {
            return [None, None];
        };
        if !taken.told {
            self.search_from = self.search_from.min(id);
            return [self.taken.remove_node(&id), None];
        }
        // With its neighbours, if nobody uses them either, the id makes one entry. So there are no
        // more of such entries than there were ids in use at one time.
        let is_unused = |taken: &&Taken| taken.users == 0;
        let below = id.checked_sub(1);
        let first = below
            .and_then(|below| self.taken.get(&below))
            .filter(is_unused)
            .map_or(id, |taken| taken.first);
        let below = below
            .filter(|_| first != id)
            .and_then(|below| self.taken.remove_node(&below));
        let above = id
            .checked_add(1)
            .and_then(|above| self.taken.cursor_lower_bound_mut(&above));
        if let Some(mut above) = above {
            let above = above.current_mut().1;
            if is_unused(&&*above) && above.first == id + 1 {
                above.first = first;
                return [self.taken.remove_node(&id), below];
            }
        }
        if let Some(taken) = self.taken.get_mut(&id) {
            taken.first = first;
        }
        [None, below]
    }
}

/// The ids of an instance's snapshots.
///
/// Snapshots that a driver takes of several regions for one reason have one id. It is in use as
/// long as there is such a snapshot, or somebody is about to take one. What a user was told is not
/// chosen again, as in the C core, as long as there are others.
#[pin_data]
pub(crate) struct SnapshotIds {
    /// A spinlock, since drivers may release ids wherever they like.
    #[pin]
    ids: SpinLock<Ids>,
}

impl SnapshotIds {
    /// No ids are in use.
    pub(super) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            ids <- new_spinlock!(
                Ids {
                    taken: RBTree::new(),
                    search_from: 0,
                },
                "devlink snapshot ids"
            ),
        })
    }

    /// Takes the lowest id that can be had; [`EBUSY`] if all are in use.
    pub(crate) fn allocate(&self) -> Result<HeldId<'_>> {
        let node = RBTreeNodeReservation::new(GFP_KERNEL)?;
        let mut ids = self.ids.lock();
        let id = match ids.lowest_free() {
            Some(id) => id,
            None => {
                ids.forget_told();
                ids.lowest_free().ok_or(EBUSY)?
            }
        };
        ids.insert(node, id);
        ids.search_from = id.saturating_add(1);
        Ok(HeldId { ids: self, id })
    }

    /// Takes this id; [`EEXIST`] if it cannot be had.
    pub(super) fn claim(&self, id: u32) -> Result<HeldId<'_>> {
        let node = RBTreeNodeReservation::new(GFP_KERNEL)?;
        let mut ids = self.ids.lock();
        if ids.is_taken(id) {
            return Err(EEXIST);
        }
        ids.insert(node, id);
        Ok(HeldId { ids: self, id })
    }

    /// Becomes one more user of an id that is in use; warns and answers [`EINVAL`] if it is not.
    fn hold(&self, id: u32) -> Result<HeldId<'_>> {
        let held = match self.ids.lock().used(id) {
            Some(taken) => {
                taken.users += 1;
                true
            }
            None => false,
        };
        if warn_on!(!held) {
            return Err(EINVAL);
        }
        Ok(HeldId { ids: self, id })
    }

    /// Ends one use of an id; warns if it is not in use.
    pub(crate) fn release(&self, id: u32) {
        let mut ids = self.ids.lock();
        let users = ids.used(id).map(|taken| {
            taken.users -= 1;
            taken.users
        });
        let unused = (users == Some(0)).then(|| ids.end_use(id));
        drop(ids);
        // Freed after the lock was released.
        drop(unused);
        warn_on!(users.is_none());
    }
}

/// One use of an id; dropping it ends the use.
pub(crate) struct HeldId<'a> {
    ids: &'a SnapshotIds,
    id: u32,
}

impl HeldId<'_> {
    /// The id.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// A user is told of the id: it is not chosen again when nobody uses it any more.
    pub(super) fn tell(&self) {
        if let Some(taken) = self.ids.ids.lock().used(self.id) {
            taken.told = true;
        }
    }

    /// Goes on using the id until [`SnapshotIds::release`].
    pub(crate) fn keep(self) -> u32 {
        let id = self.id;
        mem::forget(self);
        id
    }
}

impl Drop for HeldId<'_> {
    fn drop(&mut self) {
        self.ids.release(self.id);
    }
}
