// SPDX-License-Identifier: GPL-2.0

//! All instances of the machine, by index and by name.
//!
//! The registry holds a memory reference on each instance from `devlink_alloc()` to
//! `devlink_free()`. That an instance is found says nothing about whether users may see it: that
//! is decided when they enter it.

use crate::{
    generated::attr,
    instance::Devlink, //
};

use kernel::{
    net::{
        namespace::Net,
        netlink::attr::Attrs, //
    },
    new_mutex,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNode, //
    },
    sync::{
        aref::ARef,
        Mutex,
        MutexGuard,
        SetOnce, //
    },
};

/// The name of the bus that instances without a device are on.
pub(crate) const INDEX_BUS_NAME: &CStr = c"devlink_index";

/// Who is there.
struct Registry {
    by_index: RBTree<u32, ARef<Devlink>>,
    /// By hash of (bus name, device name), then index.
    by_name: RBTree<(u64, u32), ARef<Devlink>>,
    /// Where the search for a free index begins: indices are not used again soon.
    next_index: u32,
}

/// Filled by [`init()`], before there can be an instance or a request.
static REGISTRY: SetOnce<Pin<KBox<Mutex<Registry>>>> = SetOnce::new();

/// Sets the registry up.
pub(crate) fn init() -> Result {
    let registry = Registry {
        by_index: RBTree::new(),
        by_name: RBTree::new(),
        next_index: 0,
    };
    let registry = KBox::pin_init(new_mutex!(registry, "devlink registry"), GFP_KERNEL)?;
    REGISTRY.populate(registry);
    Ok(())
}

/// Takes the registry's lock, a leaf that is held for a look or a change; `None` only if the core
/// could not be set up.
fn lock() -> Option<MutexGuard<'static, Registry>> {
    Some(REGISTRY.as_ref()?.lock())
}

/// The highest index, as of `xa_limit_31b`.
const MAX_INDEX: u32 = i32::MAX as u32;

fn name_hash(bus: &CStr, device: &CStr) -> u64 {
    // FNV-1a, over both names with their terminators.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for name in [bus, device] {
        for byte in name.to_bytes_with_nul() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// An index that no other instance has until it is given back.
///
/// The index is only reserved; the instance that will have it is [`add`]ed later.
pub(crate) fn reserve_index() -> Result<u32> {
    let mut registry = lock().ok_or(ENODEV)?;
    let start = registry.next_index;
    let mut index = start;
    while registry.by_index.get(&index).is_some() {
        index = if index == MAX_INDEX { 0 } else { index + 1 };
        if index == start {
            return Err(EBUSY);
        }
    }
    registry.next_index = if index == MAX_INDEX { 0 } else { index + 1 };
    Ok(index)
}

/// Makes an instance findable.
pub(crate) fn add(devlink: &Devlink) -> Result {
    let hash = name_hash(devlink.bus_name(), devlink.dev_name());
    let by_index = RBTreeNode::new(devlink.index(), devlink.into(), GFP_KERNEL)?;
    let by_name = RBTreeNode::new((hash, devlink.index()), devlink.into(), GFP_KERNEL)?;
    let mut registry = lock().ok_or(ENODEV)?;
    if registry.by_index.get(&devlink.index()).is_some() {
        return Err(EBUSY);
    }
    registry.by_index.insert(by_index);
    registry.by_name.insert(by_name);
    drop(registry);
    devlink.weak().set(Some(devlink.into()));
    Ok(())
}

/// Forgets an instance. From now on no other way leads to it than the references that are held at
/// this moment.
pub(crate) fn remove(devlink: &Devlink) {
    devlink.weak().set(None);
    let hash = name_hash(devlink.bus_name(), devlink.dev_name());
    let Some(mut registry) = lock() else {
        return;
    };
    let by_index = registry.by_index.remove_node(&devlink.index());
    let by_name = registry.by_name.remove_node(&(hash, devlink.index()));
    drop(registry);
    drop((by_index, by_name));
}

/// The first instance with an index not below `from` for which `wanted` holds. `wanted` must not
/// sleep or lock.
pub(crate) fn next_matching(from: u32, wanted: impl Fn(&Devlink) -> bool) -> Option<ARef<Devlink>> {
    let registry = lock()?;
    let mut from = from;
    loop {
        let cursor = registry.by_index.cursor_lower_bound(&from)?;
        let (index, devlink) = cursor.current();
        if wanted(devlink) {
            return Some(devlink.clone());
        }
        from = index.checked_add(1)?;
    }
}

/// The instance with this index.
pub(crate) fn by_index(index: u32) -> Option<ARef<Devlink>> {
    lock()?.by_index.get(&index).cloned()
}

fn by_name(bus: &CStr, device: &CStr) -> Option<ARef<Devlink>> {
    let hash = name_hash(bus, device);
    let registry = lock()?;
    let mut from = (hash, 0);
    loop {
        let cursor = registry.by_name.cursor_lower_bound(&from)?;
        let (key, devlink) = cursor.current();
        if key.0 != hash {
            return None;
        }
        // An instance of this name that is not registered (yet, or any more) must not hide
        // another one: a device may come back before the last user of the old one has gone.
        if devlink.is_published() && devlink.bus_name() == bus && devlink.dev_name() == device {
            return Some(devlink.clone());
        }
        from.1 = key.1.checked_add(1)?;
    }
}

/// The instance that a request's attributes name, if it is in `net`.
pub(crate) fn find(net: &Net, attrs: Attrs<'_>) -> Result<ARef<Devlink>> {
    let (bus, device) = (attrs.get(attr::BUS_NAME), attrs.get(attr::DEV_NAME));
    let found = if let Some(index) = attrs.get(attr::INDEX) {
        if bus.is_some() || device.is_some() {
            return Err(EINVAL);
        }
        u32::try_from(index).ok().and_then(by_index)
    } else {
        let (Some(bus), Some(device)) = (bus, device) else {
            return Err(EINVAL);
        };
        if bus == INDEX_BUS_NAME {
            parse_index(device).and_then(by_index)
        } else {
            by_name(bus, device)
        }
    };
    found.filter(|devlink| devlink.net().is(net)).ok_or(ENODEV)
}

/// Reads a decimal number like `kstrtoul()`, which allows a newline at the end.
fn parse_index(text: &CStr) -> Option<u32> {
    let text = text.to_str().ok()?;
    text.strip_suffix('\n').unwrap_or(text).parse().ok()
}

/// Whether attributes name an instance at all: dumps may or may not.
pub(crate) fn names_instance(attrs: Attrs<'_>) -> bool {
    attrs.has(attr::BUS_NAME) || attrs.has(attr::DEV_NAME) || attrs.has(attr::INDEX)
}
