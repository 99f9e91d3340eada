// SPDX-License-Identifier: GPL-2.0

//! `devlink resource`: what a device has a limited amount of, and how it is divided.
//!
//! An instance or a port has a forest of resources. What they are called, their sizes and limits
//! are known here; how much of one is in use only the driver can say. A `do` asks it and is exact.
//! A dump waits for no driver: if it is busy, the dump shows what it said last.

mod commands;

pub(crate) use self::commands::{
    Dump,
    Set, //
};

use crate::{
    collection::{
        grown,
        move_all,
        next_sequence, //
    },
    driver::{
        access::{
            InstanceLocked,
            Owner, //
        },
        resource::OccupancyGetter, //
    },
    generated::attr,
    last_answer::LastAnswer, //
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_mutex,
    num::division::checked_rem,
    prelude::*,
    str::small::SmallCString,
    sync::Mutex,
    warn_on, //
};

/// The resources of an instance.
pub(crate) type Resources = ResourceTree;

/// What sizes a resource can have.
#[derive(Copy, Clone)]
pub(crate) struct Limits {
    pub(crate) min: u64,
    pub(crate) max: u64,
    /// Sizes are multiples of this.
    pub(crate) granularity: u64,
}

impl Limits {
    fn check(&self, size: u64, extack: Extack<'_>) -> Result {
        let mut checked = Ok(());
        // Of several objections the last one is reported.
        if size > self.max {
            checked = Err(extack.err(c"Size larger than maximum", EINVAL));
        }
        if size < self.min {
            checked = Err(extack.err(c"Size smaller than minimum", EINVAL));
        }
        // Without a granularity any size will do.
        if checked_rem(size, self.granularity).unwrap_or(0) != 0 {
            checked = Err(extack.err(c"Wrong granularity", EINVAL));
        }
        checked
    }
}

/// What a driver says about a resource that it registers.
pub(crate) struct NewResource<'a> {
    pub(crate) name: &'a CStr,
    pub(crate) id: u64,
    /// The id of the resource that this one is part of.
    pub(crate) parent: Option<u64>,
    pub(crate) size: u64,
    pub(crate) limits: Limits,
    /// What sizes are counted in (`enum devlink_resource_unit`).
    pub(crate) unit: u8,
}

/// What is shown of a resource.
#[derive(Clone)]
struct Shown {
    /// The key of the resource of the uppermost level that this one is, or is part of. It grows
    /// with each registration of one.
    root: u64,
    /// The number of resources this one is part of.
    depth: u32,
    unit: u8,
    /// Whether the new sizes of the parts were not too much when one of them was last set.
    size_valid: bool,
    id: u64,
    name: SmallCString,
    limits: Limits,
    /// The size the driver works with.
    size: u64,
    /// The size a user asked for, which the driver takes over when it reloads.
    size_new: u64,
    /// How much is in use, as the driver said last.
    occupancy: LastAnswer<u64>,
}

impl Shown {
    fn fill(&self, parts: &[Shown], out: &mut Writer<'_>) -> Result {
        let limits = &self.limits;
        out.nest_noflag(attr::RESOURCE, |out| {
            out.put(attr::RESOURCE_NAME, &self.name)?;
            out.put(attr::RESOURCE_SIZE, self.size)?;
            out.put(attr::RESOURCE_ID, self.id)?;
            if self.size != self.size_new {
                out.put(attr::RESOURCE_SIZE_NEW, self.size_new)?;
            }
            out.put_opt(attr::RESOURCE_OCC, self.occupancy.value().copied())?;
            out.put(attr::RESOURCE_SIZE_GRAN, limits.granularity)?;
            out.put(attr::RESOURCE_SIZE_MAX, limits.max)?;
            out.put(attr::RESOURCE_SIZE_MIN, limits.min)?;
            out.put(attr::RESOURCE_UNIT, self.unit)?;
            if parts.is_empty() {
                return Ok(());
            }
            out.put(attr::RESOURCE_SIZE_VALID, self.size_valid.into())?;
            out.nest_noflag(attr::RESOURCE_LIST, |out| {
                families(parts).try_for_each(|(part, parts)| part.fill(parts, out))
            })
        })
    }
}

/// Goes through the resources of the uppermost level in `shown`, which is in preorder; each comes
/// with all that are below it.
fn families(shown: &[Shown]) -> impl Iterator<Item = (&Shown, &[Shown])> {
    let mut rest = shown;
    core::iter::from_fn(move || {
        let (first, others) = rest.split_first()?;
        let below = others
            .iter()
            .take_while(|other| other.depth > first.depth)
            .count();
        let (parts, after) = others.split_at_checked(below)?;
        rest = after;
        Some((first, parts))
    })
}

/// Writes the list of resources, as far as they fit; answers those that did not. [`EMSGSIZE`] if
/// not even one fits.
fn fill_list<'a>(shown: &'a [Shown], out: &mut Writer<'_>) -> Result<&'a [Shown]> {
    let mut rest = shown;
    out.nest_noflag(attr::RESOURCE_LIST, |out| {
        for (resource, parts) in families(shown) {
            match resource.fill(parts, out) {
                Ok(()) => rest = rest.get(1 + parts.len()..).unwrap_or(&[]),
                Err(error) if rest.len() == shown.len() => return Err(error),
                Err(_) => break,
            }
        }
        Ok(())
    })?;
    Ok(rest)
}

struct Entry {
    shown: Shown,
    /// During a reload, the size that the driver gets when it asks; otherwise it is the new size.
    agreed: u64,
    /// Set and called with the instance lock held.
    getter: Option<OccupancyGetter>,
}

struct Entries {
    /// In preorder. Each has its own memory, so that the vector's room costs little.
    list: KVVec<KBox<Entry>>,
    /// Whether there are [`AgreedSizes`].
    agreed: bool,
}

/// The resources of one owner: a forest, since a resource may be divided into parts.
///
/// # Invariants
///
/// The entries are in preorder: what is part of a resource follows it directly and is deeper.
/// So `root` does not fall from one to the next.
/// Entries come, go and move only while the instance lock is held.
#[pin_data]
pub(crate) struct ResourceTree {
    /// The instance whose lock is meant.
    owner: Owner,
    #[pin]
    entries: Mutex<Entries>,
}

impl ResourceTree {
    /// No resources, on the instance with this index.
    pub(crate) fn new(devlink: u32) -> impl PinInit<Self> {
        pin_init!(Self {
            owner: Owner::part_of(devlink),
            entries <- new_mutex!(
                Entries {
                    list: KVVec::new(),
                    agreed: false,
                },
                "devlink resources"
            ),
        })
    }

    /// Whether there are no resources.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.lock().list.is_empty()
    }

    /// Adds a resource; [`EEXIST`] if the id is taken, [`EINVAL`] if there is no such parent.
    pub(crate) fn register(&self, _devlink: InstanceLocked<'_>, new: NewResource<'_>) -> Result {
        if position(&self.entries.lock().list, new.id).is_some() {
            return Err(EEXIST);
        }
        let mut entry = KBox::new(
            Entry {
                shown: Shown {
                    root: 0,
                    depth: 0,
                    unit: new.unit,
                    size_valid: true,
                    id: new.id,
                    name: new.name.try_into()?,
                    limits: new.limits,
                    size: new.size,
                    size_new: new.size,
                    occupancy: LastAnswer::Unknown,
                },
                agreed: new.size,
                getter: None,
            },
            GFP_KERNEL,
        )?;
        self.make_room()?;

        let list = &mut self.entries.lock().list;
        let (index, depth, root) = match new.parent {
            None => (list.len(), 0, next_sequence()),
            Some(parent) => {
                let index = position(list, parent).ok_or(EINVAL)?;
                let parent = &list.get(index).ok_or(EINVAL)?.shown;
                let behind = index + 1 + parts_of(list, index).len();
                (behind, parent.depth + 1, parent.root)
            }
        };
        (entry.shown.depth, entry.shown.root) = (depth, root);
        // INVARIANT: The entry goes behind the last one that is part of the same resource.
        list.insert_within_capacity(index, entry)
            .map_err(|_| ENOMEM)
    }

    /// Makes sure that one more entry fits, without allocating under the lock. To be called with
    /// the instance lock held, so that nobody else takes the room.
    fn make_room(&self) -> Result {
        let len = {
            let list = &self.entries.lock().list;
            if list.len() < list.capacity() {
                return Ok(());
            }
            list.len()
        };
        let mut larger = KVVec::with_capacity(grown(len), GFP_KERNEL)?;
        let mut entries = self.entries.lock();
        // The instance lock keeps others from registering, so there is room for all.
        move_all(&mut entries.list, &mut larger);
        core::mem::swap(&mut entries.list, &mut larger);
        drop(entries);
        Ok(())
    }

    /// Removes all resources.
    pub(crate) fn unregister_all(&self, _devlink: InstanceLocked<'_>) {
        let list = core::mem::replace(&mut self.entries.lock().list, KVVec::new());
        // They are freed after the lock was released.
        drop(list);
    }

    /// The size that a user asked for, which is from now on the resource's size; during a reload,
    /// the one that was agreed on. [`EINVAL`] if there is no such resource.
    pub(crate) fn adopt_size(&self, _devlink: InstanceLocked<'_>, id: u64) -> Result<u64> {
        let mut entries = self.entries.lock();
        let agreed = entries.agreed;
        let entry = entry_mut(&mut entries.list, id).ok_or(EINVAL)?;
        entry.shown.size = if agreed {
            entry.agreed
        } else {
            entry.shown.size_new
        };
        Ok(entry.shown.size)
    }

    /// From now on the driver can be asked how much of the resource is in use.
    pub(crate) fn set_getter(
        &self,
        _devlink: InstanceLocked<'_>,
        id: u64,
        getter: OccupancyGetter,
    ) {
        let replaced = {
            let mut entries = self.entries.lock();
            entry_mut(&mut entries.list, id).map(|entry| entry.getter.replace(getter))
        };
        match replaced {
            None => warn_on!(true),
            Some(replaced) => warn_on!(replaced.is_some()),
        };
    }

    /// From now on the driver cannot be asked any more how much of the resource is in use.
    pub(crate) fn clear_getter(&self, devlink: InstanceLocked<'_>, id: u64) {
        let cleared = {
            let mut entries = self.entries.lock();
            entry_mut(&mut entries.list, id).map(|entry| {
                entry.shown.occupancy.forget(devlink);
                entry.getter.take()
            })
        };
        match cleared {
            None => warn_on!(true),
            Some(cleared) => warn_on!(cleared.is_none()),
        };
    }

    /// Begins a reload: until the guard is dropped the driver gets the sizes that users want at
    /// this moment, all of them together, and none that they ask for while it reloads, which might
    /// not fit the others. [`EINVAL`], and no change, if a resource is not large enough for its
    /// parts.
    pub(crate) fn agree_on_sizes<'a>(
        &'a self,
        _devlink: InstanceLocked<'a>,
    ) -> Result<AgreedSizes<'a>> {
        let mut entries = self.entries.lock();
        if !entries.list.iter().all(|entry| entry.shown.size_valid) {
            return Err(EINVAL);
        }
        for entry in entries.list.iter_mut() {
            entry.agreed = entry.shown.size_new;
        }
        entries.agreed = true;
        Ok(AgreedSizes(self))
    }

    /// Begins a reload in which the driver keeps the sizes that it has.
    pub(crate) fn keep_sizes<'a>(&'a self, _devlink: InstanceLocked<'a>) -> AgreedSizes<'a> {
        let mut entries = self.entries.lock();
        for entry in entries.list.iter_mut() {
            entry.agreed = entry.shown.size;
        }
        entries.agreed = true;
        AgreedSizes(self)
    }

    /// Remembers the size that a user wants the resource to have.
    fn set_size(&self, id: u64, size: u64, extack: Extack<'_>) -> Result {
        let limits = {
            let list = &self.entries.lock().list;
            let index = position(list, id).ok_or(EINVAL)?;
            list.get(index).ok_or(EINVAL)?.shown.limits
        };
        limits.check(size, extack)?;

        let list = &mut self.entries.lock().list;
        // It may have gone meanwhile.
        let index = position(list, id).ok_or(EINVAL)?;
        list.get_mut(index).ok_or(EINVAL)?.shown.size_new = size;
        update_validity(list, index);
        if let Some(parent) = parent_of(list, index) {
            update_validity(list, parent);
        }
        Ok(())
    }

    /// Whether the driver has something to say about the resources.
    fn needs_driver(&self) -> bool {
        self.entries
            .lock()
            .list
            .iter()
            .any(|entry| entry.getter.is_some())
    }

    /// Asks the driver how much of each resource is in use, and remembers what it says.
    fn refresh(&self, devlink: InstanceLocked<'_>) {
        let mut index = 0;
        loop {
            // The driver is called without the lock. The instance lock keeps the entries in place
            // and the getters registered.
            let getter = match self.entries.lock().list.get(index) {
                Some(entry) => entry.getter,
                None => break,
            };
            if let Some(getter) = getter {
                let Ok(occupancy) = getter.call(&self.owner, devlink) else {
                    return;
                };
                if let Some(entry) = self.entries.lock().list.get_mut(index) {
                    entry.shown.occupancy.record(devlink, Ok(occupancy));
                }
            }
            index += 1;
        }
    }

    /// Forgets what the driver said about all of them.
    pub(crate) fn forget_answers(&self, devlink: InstanceLocked<'_>) {
        for entry in self.entries.lock().list.iter_mut() {
            entry.shown.occupancy.forget(devlink);
        }
    }

    /// What is to be shown, so that messages can be written without the lock: the resources of the
    /// uppermost level from the one with the key `from` on, with all their parts, until there are
    /// at least `enough`.
    fn copy(&self, from: u64, enough: usize) -> Result<KVVec<Shown>> {
        let mut copy = KVVec::new();
        loop {
            let len = {
                let list = &self.entries.lock().list;
                let wanted = first_families(list, from, enough);
                if wanted.len() <= copy.capacity() {
                    for entry in wanted {
                        copy.push_within_capacity(entry.shown.clone())
                            .map_err(|_| ENOMEM)?;
                    }
                    return Ok(copy);
                }
                wanted.len()
            };
            copy = KVVec::with_capacity(len, GFP_KERNEL)?;
        }
    }
}

/// What sizes the driver gets does not change while this is there, which is as long as a reload
/// takes.
#[must_use]
pub(crate) struct AgreedSizes<'a>(&'a ResourceTree);

impl Drop for AgreedSizes<'_> {
    fn drop(&mut self) {
        self.0.entries.lock().agreed = false;
    }
}

/// Whole families, from the one with the key `from` on, with at least `enough` entries in all.
fn first_families(entries: &[KBox<Entry>], from: u64, enough: usize) -> &[KBox<Entry>] {
    let start = entries.partition_point(|entry| entry.shown.root < from);
    let entries = entries.get(start..).unwrap_or(&[]);
    let Some(last) = entries.get(..enough).and_then(|some| some.last()) else {
        return entries;
    };
    let end = entries.partition_point(|entry| entry.shown.root <= last.shown.root);
    entries.get(..end).unwrap_or(&[])
}

fn position(entries: &[KBox<Entry>], id: u64) -> Option<usize> {
    entries.iter().position(|entry| entry.shown.id == id)
}

fn entry_mut(entries: &mut [KBox<Entry>], id: u64) -> Option<&mut KBox<Entry>> {
    entries.iter_mut().find(|entry| entry.shown.id == id)
}

fn depth_at(entries: &[KBox<Entry>], index: usize) -> u32 {
    entries.get(index).map_or(0, |entry| entry.shown.depth)
}

/// All that is below the entry at `index`.
fn parts_of(entries: &[KBox<Entry>], index: usize) -> &[KBox<Entry>] {
    let depth = depth_at(entries, index);
    let others = entries.get(index + 1..).unwrap_or(&[]);
    let below = others
        .iter()
        .take_while(|other| other.shown.depth > depth)
        .count();
    others.get(..below).unwrap_or(&[])
}

/// Where the resource is that the one at `index` is part of.
fn parent_of(entries: &[KBox<Entry>], index: usize) -> Option<usize> {
    let depth = depth_at(entries, index);
    entries
        .get(..index)?
        .iter()
        .rposition(|entry| entry.shown.depth < depth)
}

/// Finds out whether the parts of the resource at `index` are together not larger than it.
fn update_validity(entries: &mut [KBox<Entry>], index: usize) {
    let depth = depth_at(entries, index);
    let mut parts = parts_of(entries, index)
        .iter()
        .filter(|part| part.shown.depth == depth + 1)
        .map(|part| part.shown.size_new)
        .peekable();
    let undivided = parts.peek().is_none();
    // Parts without a limit have the largest size there is: sums wrap, as in the C core.
    let sum = parts.fold(0, u64::wrapping_add);
    if let Some(entry) = entries.get_mut(index) {
        entry.shown.size_valid = undivided || sum <= entry.shown.size_new;
    }
}
