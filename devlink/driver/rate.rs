// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_rate`, which drivers read, and the calls that set rates.
//!
//! Drivers know a rate by a `struct devlink_rate` that lies inside the [`Rate`] and shows what the
//! core knows. It changes only while the rate is [held](HeldRate), as it is when drivers look at
//! it. The numbers are nowhere else: they change only under the rate's lock, too, so that the core
//! can read them without holding the rate. Beside them it reads nothing there but the driver's
//! private pointer.

use super::ops::{
    Ops,
    MISSING, //
};

use crate::{
    instance::Devlink,
    rate::{
        set::Setting,
        tree::HeldRate,
        Kind,
        Rate,
        State,
        Value,
        Values, //
    },
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::{
        attr::{
            Attr,
            NlAttr, //
        },
        extack::Extack, //
    },
    prelude::*,
    sync::lock::{
        spinlock::SpinLockBackend,
        Guard, //
    },
    types::Opaque,
    warn_on_once, //
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
    /// What the driver finds its own by, and the port that a leaf belongs to.
    pub(crate) fn new(private: *mut c_void, port: *mut bindings::devlink_port) -> Self {
        DriverData { private, port }
    }

    /// Nothing: a user makes the node, and the driver has not heard of it yet.
    pub(crate) const NONE: Self = DriverData {
        private: ptr::null_mut(),
        port: ptr::null_mut(),
    };
}

/// The rate as the driver knows it.
#[repr(transparent)]
pub(crate) struct DriverRate(Opaque<bindings::devlink_rate>);

// SAFETY: The structure is used only by who holds the tree, or the rate's lock where that is
// enough; the methods have a proof of it.
unsafe impl Send for DriverRate {}

// SAFETY: The methods have a proof that nobody changes the structure meanwhile.
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
    pub(crate) fn as_raw(&self) -> *mut bindings::devlink_rate {
        self.0.get()
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
            // SAFETY: The instance lock under which this rate changes is held, as the tree proves;
            // the rate is valid, and the driver's table promises that the callback may then be
            // called. The other arguments are valid for the call.
            to_result(unsafe { callback(raw, $($arg),*) })
        } else {
            let callback = $ops.table().$leaf.ok_or(MISSING)?;
            // SAFETY: The instance lock under which this rate changes is held, as the tree proves;
            // the rate is valid, and the driver's table promises that the callback may then be
            // called. The other arguments are valid for the call.
            to_result(unsafe { callback(raw, $($arg),*) })
        }
    }};
}

impl Ops<'_> {
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
}

impl<'a> HeldRate<'a> {
    /// The operations of the driver of this rate; [`ENODEV`] if it has taken the rate off its
    /// instance.
    fn ops(self) -> Result<Ops<'a>> {
        let devlink = self.devlink();
        for locked in self.tree().locked() {
            if ptr::eq(locked.devlink(), devlink) {
                return Ok(*locked.ops());
            }
        }
        if warn_on_once!(!devlink.rates.has(&self)) {
            return Err(ENODEV);
        }
        // SAFETY: The driver has not taken the rate off its instance, for which it needs the lock
        // of the tree's root, and frees the instance after that.
        Ok(unsafe { devlink.table().ops(devlink.hidden_features()) })
    }

    /// The driver's private pointer.
    fn private(self) -> *mut c_void {
        // SAFETY: The structure is initialised, and nobody changes it while the rate is held.
        unsafe { (*self.driver.as_raw()).priv_ }
    }

    /// Shows the driver the parent, which the rate keeps as long as it is shown.
    pub(crate) fn mirror_parent(self, parent: Option<&Rate>) {
        // SAFETY: The structure is initialised, and nobody else uses the pointer while the rate is
        // held.
        unsafe { (*self.driver.as_raw()).parent = raw_or_null(parent) };
    }

    /// Changes one of the numbers.
    pub(crate) fn store(self, value: Value) {
        let raw = self.driver.as_raw();
        let _lock = self.lock();
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

    /// Has the driver set a number of the rate. Returns it as the driver left it.
    pub(crate) fn driver_set(self, value: Value, extack: Extack<'_>) -> Result<Value> {
        let ops = self.ops()?;
        let (private, extack) = (self.private(), extack.as_raw());
        match value {
            Value::TxShare(value) => call!(
                ops,
                self,
                rate_leaf_tx_share_set,
                rate_node_tx_share_set,
                (private, value, extack)
            ),
            Value::TxMax(value) => call!(
                ops,
                self,
                rate_leaf_tx_max_set,
                rate_node_tx_max_set,
                (private, value, extack)
            ),
            Value::TxPriority(value) => call!(
                ops,
                self,
                rate_leaf_tx_priority_set,
                rate_node_tx_priority_set,
                (private, value, extack)
            ),
            Value::TxWeight(value) => call!(
                ops,
                self,
                rate_leaf_tx_weight_set,
                rate_node_tx_weight_set,
                (private, value, extack)
            ),
            Value::TcBw(mut bandwidths) => {
                call!(
                    ops,
                    self,
                    rate_leaf_tc_bw_set,
                    rate_node_tc_bw_set,
                    (private, bandwidths.as_mut_ptr(), extack)
                )?;
                return Ok(Value::TcBw(bandwidths));
            }
        }?;
        Ok(value)
    }

    /// Has the driver change or take away the parent of the rate.
    pub(crate) fn driver_set_parent(
        self,
        parent: Option<HeldRate<'_>>,
        extack: Extack<'_>,
    ) -> Result {
        let ops = self.ops()?;
        let parent_private = parent.map_or(ptr::null_mut(), HeldRate::private);
        let parent = parent.as_deref();
        call!(
            ops,
            self,
            rate_leaf_parent_set,
            rate_node_parent_set,
            (
                raw_or_null(parent),
                self.private(),
                parent_private,
                extack.as_raw()
            )
        )
    }

    /// Tells the driver of this node, which is new.
    pub(crate) fn driver_new(self, extack: Extack<'_>) -> Result {
        let callback = self.ops()?.table().rate_node_new.ok_or(MISSING)?;
        let raw = self.driver.as_raw();
        // SAFETY: The instance lock is held, as the tree proves, and the node is valid; the
        // driver's table promises that the callback may then be called. The private pointer is
        // valid for writing.
        to_result(unsafe { callback(raw, &raw mut (*raw).priv_, extack.as_raw()) })
    }

    /// Tells the driver that this node goes.
    pub(crate) fn driver_del(self, extack: Extack<'_>) -> Result {
        let callback = self.ops()?.table().rate_node_del.ok_or(MISSING)?;
        let private = self.private();
        // SAFETY: The instance lock is held, as the tree proves, and the node is valid; the
        // driver's table promises that the callback may then be called.
        to_result(unsafe { callback(self.driver.as_raw(), private, extack.as_raw()) })
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
