// SPDX-License-Identifier: GPL-2.0

//! The objects of one kind on one instance.

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        Mutex, //
    },
};

/// A number that is greater than every one given out before: objects that are shown in the order
/// of their registration have it as their key.
pub(crate) fn next_sequence() -> u64 {
    static LAST: Atomic<u64> = Atomic::new(0);

    LAST.fetch_add(1, Relaxed) + 1
}

/// Room for so many is kept when a collection becomes empty.
const KEPT: usize = 4;

/// Moves what is in `from` to `to`, as far as there is room.
pub(crate) fn move_all<T>(from: &mut KVVec<T>, to: &mut KVVec<T>) {
    for element in from.drain_all() {
        let _ = to.push_within_capacity(element);
    }
}

/// How much room a vector gets that is full with `len` elements.
pub(crate) fn grown(len: usize) -> usize {
    (2 * len).max(KEPT)
}

/// A number by which objects are found.
pub(crate) trait Key: Ord + Copy + Into<u64> {}

impl<K: Ord + Copy + Into<u64>> Key for K {}

struct Entry<K, T> {
    key: K,
    object: Arc<T>,
}

/// Objects by key, in the order of their keys.
///
/// The lock is held only inside the methods, which call nobody; so it nests in everything and
/// nothing nests in it. What a method hands out is counted and stays valid when the object leaves
/// the collection.
///
/// They are in a vector: most keys are greater than all before, and what comes and goes in the
/// middle moves 16 bytes for each one behind it.
#[pin_data]
pub(crate) struct Collection<K: Key, T> {
    /// Sorted by key, without equal ones.
    #[pin]
    entries: Mutex<KVVec<Entry<K, T>>>,
}

impl<K: Key, T> Collection<K, T> {
    /// An empty collection.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            entries <- new_mutex!(KVVec::new(), "devlink collection"),
        })
    }

    /// Adds an object; [`EBUSY`] if the key is taken, like `xa_insert()`.
    pub(crate) fn insert(&self, key: K, object: Arc<T>) -> Result {
        // Memory is allocated and freed without the lock, so that readers never wait for reclaim.
        let mut room = KVVec::new();
        loop {
            let len = {
                let mut entries = self.entries.lock();
                let Err(place) = place(&entries, key) else {
                    return Err(EBUSY);
                };
                if entries.len() == entries.capacity() && entries.len() < room.capacity() {
                    move_all(&mut entries, &mut room);
                    core::mem::swap(&mut *entries, &mut room);
                }
                if entries.len() < entries.capacity() {
                    return entries
                        .insert_within_capacity(place, Entry { key, object })
                        .map_err(|_| ENOMEM);
                }
                entries.len()
            };
            room = KVVec::with_capacity(grown(len), GFP_KERNEL)?;
        }
    }

    /// Takes an object out.
    pub(crate) fn remove(&self, key: K) -> Option<Arc<T>> {
        let mut unused = KVVec::new();
        let mut entries = self.entries.lock();
        let place = place(&entries, key).ok()?;
        let entry = entries.remove(place).ok()?;
        if entries.is_empty() && entries.capacity() > KEPT {
            core::mem::swap(&mut *entries, &mut unused);
        }
        drop(entries);
        // What is not used any more is freed here, after the lock was released.
        drop(unused);
        Some(entry.object)
    }

    /// Takes the last object out.
    pub(crate) fn pop(&self) -> Option<Arc<T>> {
        loop {
            let (key, _) = self.prev_before(None)?;
            // Unless somebody else has taken it meanwhile; then another one is the last.
            if let Some(object) = self.remove(key) {
                return Some(object);
            }
        }
    }

    /// The object with this key.
    pub(crate) fn get(&self, key: K) -> Option<Arc<T>> {
        let entries = self.entries.lock();
        let place = place(&entries, key).ok()?;
        Some(entries.get(place)?.object.clone())
    }

    /// The first object whose key is not below `key`: how dumps go on where they were.
    pub(crate) fn next_from(&self, key: K) -> Option<(K, Arc<T>)> {
        let entries = self.entries.lock();
        let entry = entries.get(first_from(&entries, key))?;
        Some((entry.key, entry.object.clone()))
    }

    /// The first object whose key is not below `key` and for which `wanted` holds, which must not
    /// sleep or lock.
    fn next_wanted(&self, key: K, wanted: impl Fn(&T) -> bool) -> Option<(K, Arc<T>)> {
        let entries = self.entries.lock();
        let entry = entries
            .get(first_from(&entries, key)..)?
            .iter()
            .find(|entry| wanted(&entry.object))?;
        Some((entry.key, entry.object.clone()))
    }

    /// The last object whose key is below `key`; the last of all if `key` is `None`.
    fn prev_before(&self, key: Option<K>) -> Option<(K, Arc<T>)> {
        let entries = self.entries.lock();
        let end = key.map_or(entries.len(), |key| first_from(&entries, key));
        let entry = entries.get(..end)?.last()?;
        Some((entry.key, entry.object.clone()))
    }

    /// The objects from the last to the first, without holding the lock in between.
    pub(crate) fn iter_rev(&self) -> impl Iterator<Item = Arc<T>> + '_ {
        let mut before = None;
        core::iter::from_fn(move || {
            let (key, object) = self.prev_before(before)?;
            before = Some(key);
            Some(object)
        })
    }

    /// The first object, in order, for which `wanted` holds. `wanted` must not sleep or lock.
    pub(crate) fn find(&self, wanted: impl Fn(&T) -> bool) -> Option<Arc<T>> {
        let entries = self.entries.lock();
        let found = entries.iter().find(|entry| wanted(&entry.object))?;
        Some(found.object.clone())
    }

    /// Whether there are no objects.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.lock().is_empty()
    }
}

/// Where the entry with this key is, or would have to be.
fn place<K: Key, T>(entries: &[Entry<K, T>], key: K) -> Result<usize, usize> {
    // Most drivers number their ports from 0 on, without gaps.
    let guess = key.into() as usize;
    if entries.get(guess).is_some_and(|entry| entry.key == key) {
        return Ok(guess);
    }
    entries.binary_search_by_key(&key, |entry| entry.key)
}

/// Where the first entry is whose key is not below `key`.
fn first_from<K: Key, T>(entries: &[Entry<K, T>], key: K) -> usize {
    let (Ok(place) | Err(place)) = place(entries, key);
    place
}

impl<T> Collection<u64, T> {
    /// The objects in order, without holding the lock in between: one that is added or removed
    /// during the walk may or may not be seen, all others are seen once.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Arc<T>> + '_ {
        let mut next = Some(0u64);
        core::iter::from_fn(move || {
            let (key, object) = self.next_from(next?)?;
            next = key.checked_add(1);
            Some(object)
        })
    }
}

impl<T> Collection<u32, T> {
    /// Like the iterator over sequence numbers, by index.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Arc<T>> + '_ {
        self.iter_wanted(|_| true)
    }

    /// Those of them for which `wanted` holds, which must not sleep or lock.
    pub(crate) fn iter_wanted<'a>(
        &'a self,
        wanted: impl Fn(&T) -> bool + 'a,
    ) -> impl Iterator<Item = Arc<T>> + 'a {
        let mut next = Some(0u32);
        core::iter::from_fn(move || {
            let (key, object) = self.next_wanted(next?, &wanted)?;
            next = key.checked_add(1);
            Some(object)
        })
    }
}
