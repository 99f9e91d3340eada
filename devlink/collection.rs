// SPDX-License-Identifier: GPL-2.0

//! The objects of one kind on one instance.

use kernel::{
    new_mutex,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNode, //
    },
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

/// A counted object in the tree.
struct Held<T>(Arc<T>);

/// Moving the reference does not move the object.
impl<T> Unpin for Held<T> {}

/// Objects by key, in the order of their keys.
///
/// The lock is held only inside the methods, which call nobody; so it nests in everything and
/// nothing nests in it. What a method hands out is counted and stays valid when the object leaves
/// the collection.
#[pin_data]
pub(crate) struct Collection<K: Ord + Copy + Unpin, T> {
    #[pin]
    objects: Mutex<RBTree<K, Held<T>>>,
}

impl<K: Ord + Copy + Unpin, T> Collection<K, T> {
    /// An empty collection.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            objects <- new_mutex!(RBTree::new(), "devlink collection"),
        })
    }

    /// Adds an object; [`EBUSY`] if the key is taken, like `xa_insert()`.
    pub(crate) fn insert(&self, key: K, object: Arc<T>) -> Result {
        // Memory is allocated before the lock is taken, so that readers never wait for reclaim.
        let node = RBTreeNode::new(key, Held(object), GFP_KERNEL)?;
        let mut objects = self.objects.lock();
        if objects.get(&key).is_some() {
            return Err(EBUSY);
        }
        objects.insert(node);
        Ok(())
    }

    /// Takes an object out.
    pub(crate) fn remove(&self, key: K) -> Option<Arc<T>> {
        let node = self.objects.lock().remove_node(&key)?;
        // The node is freed here, after the lock was released.
        Some(node.to_key_value().1 .0)
    }

    /// The object with this key.
    pub(crate) fn get(&self, key: K) -> Option<Arc<T>> {
        Some(self.objects.lock().get(&key)?.0.clone())
    }

    /// The first object whose key is not below `key`: how dumps go on where they were.
    pub(crate) fn next_from(&self, key: K) -> Option<(K, Arc<T>)> {
        let objects = self.objects.lock();
        let cursor = objects.cursor_lower_bound(&key)?;
        let (key, object) = cursor.current();
        Some((*key, object.0.clone()))
    }

    /// The last object whose key is below `key`; the last of all if `key` is `None`.
    fn prev_before(&self, key: Option<K>) -> Option<(K, Arc<T>)> {
        let objects = self.objects.lock();
        let above = key.and_then(|key| objects.cursor_lower_bound(&key));
        let (key, object) = match (&above, key) {
            (Some(above), Some(_)) => above.peek_prev()?,
            // All keys are below, or any will do.
            _ => {
                let back = objects.cursor_back()?;
                let (key, object) = back.current();
                return Some((*key, object.0.clone()));
            }
        };
        Some((*key, object.0.clone()))
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
        let objects = self.objects.lock();
        let found = objects.values().find(|object| wanted(&object.0))?;
        Some(found.0.clone())
    }

    /// Whether there are no objects.
    pub(crate) fn is_empty(&self) -> bool {
        self.objects.lock().is_empty()
    }
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
        let mut next = Some(0u32);
        core::iter::from_fn(move || {
            let (key, object) = self.next_from(next?)?;
            next = key.checked_add(1);
            Some(object)
        })
    }
}
