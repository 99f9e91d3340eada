// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_rate`, and calls into the driver about rates.
//!
//! Drivers know a rate by a `struct devlink_rate` that lies inside the [`Rate`] and shows what the
//! core knows. It changes only while a [`Tree`] is held, as it is when drivers look at it. The
//! numbers are nowhere else: they change only under the rate's lock, too, so that the core can read
//! them without the tree. Beside them it reads nothing there but the driver's private pointer.

use super::{
    instance::devlink_ref,
    ops::{
        Ops,
        MISSING, //
    },
    port::port_devlink, //
};

use crate::{
    generated::Cmd,
    instance::{
        Devlink,
        DriverLocked, //
    },
    rate::{
        set::Setting,
        tree::{
            with_tree,
            Tree, //
        },
        Kind,
        Rate,
        Rates,
        State,
        Value,
        Values, //
    },
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
    net::netlink::{
        attr::{
            Attr,
            NlAttr, //
        },
        extack::Extack, //
    },
    prelude::*,
    sync::{
        lock::{
            spinlock::SpinLockBackend,
            Guard, //
        },
        Arc,
        ArcBorrow, //
    },
    types::Opaque,
    warn_on, //
};

use core::{
    ffi::c_void,
    ops::{
        Deref,
        DerefMut, //
    },
    ptr, //
};

/// What a driver says about a rate that it makes.
pub(crate) struct DriverData {
    private: *mut c_void,
    port: *mut bindings::devlink_port,
}

impl DriverData {
    /// Nothing: a user makes the node, and the driver has not heard of it yet.
    pub(crate) const NONE: Self = DriverData {
        private: ptr::null_mut(),
        port: ptr::null_mut(),
    };
}

/// The rate as the driver knows it.
#[repr(transparent)]
pub(crate) struct DriverRate(Opaque<bindings::devlink_rate>);

// SAFETY: The structure is used only by who holds the tree, or the rate's lock where that is enough;
// the methods have a proof of it.
unsafe impl Send for DriverRate {}
// SAFETY: As above.
unsafe impl Sync for DriverRate {}

impl DriverRate {
    /// The structure of a rate of `kind` on `devlink`; the rate keeps both, and `parent`, as long
    /// as the structure refers to them, and `kind` where it is.
    pub(crate) fn new(
        devlink: &Devlink,
        kind: &Kind,
        data: DriverData,
        parent: Option<&Rate>,
    ) -> Self {
        let mut rate: bindings::devlink_rate = pin_init::zeroed();
        rate.devlink = devlink.as_raw();
        rate.priv_ = data.private;
        rate.parent = raw_or_null(parent);
        match kind {
            Kind::Leaf { .. } => {
                rate.type_ = bindings::devlink_rate_type_DEVLINK_RATE_TYPE_LEAF;
                rate.__bindgen_anon_1.devlink_port = data.port;
            }
            Kind::Node { name } => {
                rate.type_ = bindings::devlink_rate_type_DEVLINK_RATE_TYPE_NODE;
                rate.__bindgen_anon_1.__bindgen_anon_1.name = name.as_char_ptr().cast_mut();
            }
        }
        DriverRate(Opaque::new(rate))
    }

    /// The structure, to pass it to the driver.
    fn as_raw(&self) -> *mut bindings::devlink_rate {
        self.0.get()
    }

    /// The driver's private pointer.
    fn private(&self, _tree: Tree<'_>) -> *mut c_void {
        // SAFETY: The structure is initialised, and nobody changes it while the tree is held.
        unsafe { (*self.as_raw()).priv_ }
    }

    /// Shows the driver the parent, which the rate keeps as long as it is shown.
    pub(crate) fn mirror_parent(&self, _tree: Tree<'_>, parent: Option<&Rate>) {
        // SAFETY: The structure is initialised, and nobody uses the pointer while the tree is held.
        unsafe { (*self.as_raw()).parent = raw_or_null(parent) };
    }
}

/// A rate with its lock held.
pub(crate) struct LockedRate<'a> {
    state: Guard<'a, State, SpinLockBackend>,
    driver: &'a DriverRate,
}

impl Rate {
    /// Takes the rate's lock.
    pub(crate) fn lock(&self) -> LockedRate<'_> {
        LockedRate {
            state: self.state.lock(),
            driver: &self.driver,
        }
    }
}

impl Deref for LockedRate<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for LockedRate<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl LockedRate<'_> {
    /// The numbers.
    pub(crate) fn values(&self) -> Values {
        let raw = self.driver.as_raw();
        // SAFETY: The structure is initialised, and the numbers change only under the lock.
        unsafe {
            Values {
                tx_share: (*raw).tx_share,
                tx_max: (*raw).tx_max,
                tx_priority: (*raw).tx_priority,
                tx_weight: (*raw).tx_weight,
                tc_bw: (*raw).tc_bw,
            }
        }
    }

    /// Changes one of the numbers.
    pub(crate) fn store(&mut self, _tree: Tree<'_>, value: Value) {
        let raw = self.driver.as_raw();
        // SAFETY: The structure is initialised. The driver looks at the numbers only while it has
        // the tree, which we have, and the core only under the lock.
        unsafe {
            match value {
                Value::TxShare(value) => (*raw).tx_share = value,
                Value::TxMax(value) => (*raw).tx_max = value,
                Value::TxPriority(value) => (*raw).tx_priority = value,
                Value::TxWeight(value) => (*raw).tx_weight = value,
                Value::TcBw(value) => (*raw).tc_bw = value,
            }
        }
    }
}

fn raw_or_null(rate: Option<&Rate>) -> *mut bindings::devlink_rate {
    rate.map_or(ptr::null_mut(), |rate| rate.driver.as_raw())
}

/// Calls the callback for leaves or the one for nodes; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($ops:ident, $rate:ident, $leaf:ident, $node:ident, ( $($arg:expr),* )) => {{
        let raw = $rate.driver.as_raw();
        if $rate.is_node() {
            let callback = $ops.table().$node.ok_or(MISSING)?;
            // SAFETY: The driver lock under which this rate changes is held, as the tree proves;
            // the rate is valid, and the driver's table promises that the callback may then be
            // called. The other arguments are valid for the call.
            to_result(unsafe { callback(raw, $($arg),*) })
        } else {
            let callback = $ops.table().$leaf.ok_or(MISSING)?;
            // SAFETY: As above.
            to_result(unsafe { callback(raw, $($arg),*) })
        }
    }};
}

impl Ops {
    /// Whether rates may have parents on other instances, nested in the same one.
    pub(crate) fn shares_rates_across_devices(self) -> bool {
        self.table().supported_cross_device_rate_nodes
    }

    /// Whether users can make nodes.
    pub(crate) fn can_make_rate_nodes(self) -> bool {
        self.table().rate_node_new.is_some() && self.can_delete_rate_nodes()
    }

    /// Whether users can delete nodes.
    pub(crate) fn can_delete_rate_nodes(self) -> bool {
        self.table().rate_node_del.is_some()
    }

    /// Whether users can set this.
    pub(crate) fn rate_supports(self, is_node: bool, setting: Setting) -> bool {
        let table = self.table();
        match (setting, is_node) {
            (Setting::TxShare, false) => table.rate_leaf_tx_share_set.is_some(),
            (Setting::TxShare, true) => table.rate_node_tx_share_set.is_some(),
            (Setting::TxMax, false) => table.rate_leaf_tx_max_set.is_some(),
            (Setting::TxMax, true) => table.rate_node_tx_max_set.is_some(),
            (Setting::TxPriority, false) => table.rate_leaf_tx_priority_set.is_some(),
            (Setting::TxPriority, true) => table.rate_node_tx_priority_set.is_some(),
            (Setting::TxWeight, false) => table.rate_leaf_tx_weight_set.is_some(),
            (Setting::TxWeight, true) => table.rate_node_tx_weight_set.is_some(),
            (Setting::TcBw, false) => table.rate_leaf_tc_bw_set.is_some(),
            (Setting::TcBw, true) => table.rate_node_tc_bw_set.is_some(),
            (Setting::Parent, false) => table.rate_leaf_parent_set.is_some(),
            (Setting::Parent, true) => table.rate_node_parent_set.is_some(),
        }
    }

    /// Sets a number of a rate, which is part of the tree. Returns it as the driver left it.
    pub(crate) fn rate_set(
        self,
        tree: Tree<'_>,
        rate: &Rate,
        value: Value,
        extack: Extack<'_>,
    ) -> Result<Value> {
        let (private, extack) = (rate.driver.private(tree), extack.as_raw());
        match value {
            Value::TxShare(value) => call!(
                self,
                rate,
                rate_leaf_tx_share_set,
                rate_node_tx_share_set,
                (private, value, extack)
            ),
            Value::TxMax(value) => call!(
                self,
                rate,
                rate_leaf_tx_max_set,
                rate_node_tx_max_set,
                (private, value, extack)
            ),
            Value::TxPriority(value) => call!(
                self,
                rate,
                rate_leaf_tx_priority_set,
                rate_node_tx_priority_set,
                (private, value, extack)
            ),
            Value::TxWeight(value) => call!(
                self,
                rate,
                rate_leaf_tx_weight_set,
                rate_node_tx_weight_set,
                (private, value, extack)
            ),
            Value::TcBw(mut bandwidths) => {
                call!(
                    self,
                    rate,
                    rate_leaf_tc_bw_set,
                    rate_node_tc_bw_set,
                    (private, bandwidths.as_mut_ptr(), extack)
                )?;
                return Ok(Value::TcBw(bandwidths));
            }
        }?;
        Ok(value)
    }

    /// Changes or takes away the parent of a rate, which is part of the tree like the parent.
    pub(crate) fn rate_parent_set(
        self,
        tree: Tree<'_>,
        rate: &Rate,
        parent: Option<&Rate>,
        extack: Extack<'_>,
    ) -> Result {
        let parent_private = parent.map_or(ptr::null_mut(), |parent| parent.driver.private(tree));
        call!(
            self,
            rate,
            rate_leaf_parent_set,
            rate_node_parent_set,
            (
                raw_or_null(parent),
                rate.driver.private(tree),
                parent_private,
                extack.as_raw()
            )
        )
    }

    /// Tells the driver of a new node.
    pub(crate) fn rate_node_new(self, _tree: Tree<'_>, node: &Rate, extack: Extack<'_>) -> Result {
        let callback = self.table().rate_node_new.ok_or(MISSING)?;
        let raw = node.driver.as_raw();
        // SAFETY: The driver lock is held, as the tree proves, and the node is valid; the driver's
        // table promises that the callback may then be called. The private pointer is valid for
        // writing.
        to_result(unsafe { callback(raw, &raw mut (*raw).priv_, extack.as_raw()) })
    }

    /// Tells the driver that a node goes.
    pub(crate) fn rate_node_del(self, tree: Tree<'_>, node: &Rate, extack: Extack<'_>) -> Result {
        let callback = self.table().rate_node_del.ok_or(MISSING)?;
        let private = node.driver.private(tree);
        // SAFETY: As in `rate_node_new()`.
        to_result(unsafe { callback(node.driver.as_raw(), private, extack.as_raw()) })
    }
}

/// Records that an attribute is missing inside a nest (`NL_SET_ERR_ATTR_MISS`).
pub(crate) fn missing_in<W>(extack: Extack<'_>, nest: &NlAttr, attr: Attr<W>) -> Error {
    let raw = extack.as_raw();
    if !raw.is_null() {
        // SAFETY: A structure that is not null is valid and ours while the request is served.
        // Netlink reads the pointer only while the request, and so the nest, exists.
        unsafe {
            (*raw).miss_type = attr.number();
            (*raw).miss_nest = nest.as_raw();
        }
    }
    EINVAL
}

/// The rate behind a pointer from C; `None` for null.
///
/// # Safety
///
/// `rate` is null or was handed out by the core, and is not destroyed meanwhile.
unsafe fn rate_from_raw(rate: *mut bindings::devlink_rate) -> Option<Arc<Rate>> {
    if rate.is_null() {
        return None;
    }
    // SAFETY: What the core hands out is the field `driver` of a rate that its instance keeps in an
    // `Arc` until it is destroyed.
    unsafe {
        let rate = kernel::container_of!(rate.cast::<DriverRate>(), Rate, driver);
        Some(ArcBorrow::from_raw(rate).into())
    }
}

/// Makes the leaf of a port; the driver holds the driver lock.
///
/// # Safety
///
/// `port` is a registered port that stays registered until its leaf is destroyed; `parent` is null
/// or a node that was not destroyed.
#[export]
pub unsafe extern "C" fn devl_rate_leaf_create(
    port: *mut bindings::devlink_port,
    private: *mut c_void,
    parent: *mut bindings::devlink_rate,
) -> c_int {
    from_result(|| {
        // SAFETY: By the safety requirements.
        let devlink = DriverLocked::assert(unsafe { port_devlink(port) });
        // SAFETY: By the safety requirements; the field changes only under the driver lock.
        let has_leaf = unsafe { !(*port).devlink_rate.is_null() };
        if warn_on!(has_leaf) {
            return Err(EBUSY);
        }
        with_tree(devlink, |tree| {
            // SAFETY: By the safety requirements; while the tree is held nobody destroys the
            // parent.
            let (index, parent) = unsafe { ((*port).index, rate_from_raw(parent)) };
            let leaf = Rate::leaf(tree, index, DriverData { private, port }, parent.as_ref())?;
            tree.devlink().rates.insert(&leaf)?;
            // SAFETY: By the safety requirements; the field changes only under the driver lock.
            unsafe { (*port).devlink_rate = leaf.driver.as_raw() };
            leaf.notify(Cmd::RateNew);
            Ok(0)
        })
    })
}

/// Destroys the leaf of a port, if it has one; the driver holds the driver lock.
///
/// # Safety
///
/// `port` is a port that was registered.
#[export]
pub unsafe extern "C" fn devl_rate_leaf_destroy(port: *mut bindings::devlink_port) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { port_devlink(port) });
    // SAFETY: The field is null or what `devl_rate_leaf_create()` stored there, and changes only
    // under the driver lock.
    let leaf = unsafe { rate_from_raw((*port).devlink_rate) };
    let Some(leaf) = leaf else {
        return;
    };
    with_tree(devlink, |tree| {
        Rates::destroy_leaf(tree, &leaf);
        // SAFETY: As above.
        unsafe { (*port).devlink_rate = ptr::null_mut() };
    });
}

/// Makes a node; the driver holds the driver lock. Returns it, or an error pointer.
///
/// # Safety
///
/// `devlink` is a valid instance, `node_name` a string, `parent` null or a node that was not
/// destroyed.
#[export]
pub unsafe extern "C" fn devl_rate_node_create(
    devlink: *mut bindings::devlink,
    private: *mut c_void,
    node_name: *mut c_char,
    parent: *mut bindings::devlink_rate,
) -> *mut bindings::devlink_rate {
    // SAFETY: By the safety requirements.
    let (devlink, name) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
            CStr::from_char_ptr(node_name),
        )
    };
    let made = with_tree(devlink, |tree| {
        let rates = &tree.devlink().rates;
        if rates.node_by_name(name).is_some() {
            return Err(EEXIST);
        }
        let data = DriverData {
            private,
            ..DriverData::NONE
        };
        // SAFETY: By the safety requirements; while the tree is held nobody destroys the parent.
        let parent = unsafe { rate_from_raw(parent) };
        let node = Rate::node(tree, name, data, parent.as_ref())?;
        rates.insert(&node)?;
        node.notify(Cmd::RateNew);
        // The instance keeps the node until it is destroyed.
        Ok(node.driver.as_raw())
    });
    made.unwrap_or_else(|error: Error| error.to_ptr())
}

/// Destroys all nodes of an instance, after it took the parents away from all rates that had one of
/// them as their parent, and from all rates of the instance; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_rate_nodes_destroy(devlink: *mut bindings::devlink) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    with_tree(devlink, Rates::destroy_nodes);
}
