// SPDX-License-Identifier: GPL-2.0

//! Rates: how fast functions may send.
//!
//! A *leaf* is the rate of a port, more exactly of the function behind it; a *node* that of leaves
//! and other nodes, whose *parent* it is. A driver makes leaves with [`OnPort::leaf`], and nodes
//! with [`RateTree::node`]; users make nodes, too, if the driver has [`RateDriver::new_node`], and
//! delete nodes of either origin.
//!
//! # Who owns what
//!
//! A leaf is an object like others. A [`RateTree`] is one, too: nodes exist only while it does.
//! What a user makes belongs to devlink, which hands it back to this module when the node is
//! deleted or the tree ends; so a driver cannot forget it. The value of such a node is dropped at
//! once, that of a driver's own node with the other objects of the tree's lifetime.
//!
//! # Locks
//!
//! While a callback is about a rate, devlink uses that rate: it must not be destroyed by the
//! callback. So callbacks get a [`Pinned`], with which no object is made or removed. With
//! [`RateDriver::CROSS_DEVICE`] it is also all that there is: the lock of the rate's own instance
//! may be free then.
//!
//! # Rates that instances share
//!
//! The core calls about a rate with the lock of the outermost instance held, and destroys a rate
//! with it. That keeps values and data valid in callbacks, as long as the nesting does not change:
//!
//! - An instance of a driver that shares rates is nested in another before it has rates, and until
//!   it has none any more. So long that other one is registered.
//! - Both were made by this API, so that the private data of all nodes are its own.
//!
//! [`OnPort::leaf`]: super::OnPort::leaf

use super::{
    instance::Pinned,
    object::callback,
    Driver, //
};

use crate::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::marker::PhantomData;

mod callbacks;
mod object;

pub use self::object::{
    RateLeaf,
    RateNode,
    RateTree, //
};

pub(super) use self::object::Nodes;

use self::object::{
    LeafKind,
    NodeKind, //
};

/// How many traffic classes can have a bandwidth of their own.
pub const TRAFFIC_CLASSES: usize = bindings::DEVLINK_RATE_TCS_MAX as usize;

/// A driver whose ports have rates. It says so with [`Driver::RATES`].
///
/// # Examples
///
/// A port with a rate, in a group that the driver makes; users can make more of them.
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Flavour,
///             Pinned,
///             PortAttrs,
///             RateDriver,
///             RateNode,
///             RateOps,
///             Rates,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// /// Bytes per second.
/// const MEGABIT: u64 = 125_000;
///
/// /// How many parents were taken away, and how many limits dropped.
/// static ORPHANED: Atomic<u32> = Atomic::new(0);
/// static DROPPED: Atomic<u32> = Atomic::new(0);
///
/// struct Nic;
///
/// /// What the device is told of a leaf or of a node.
/// struct Limit {
///     megabits: Atomic<u64>,
/// }
///
/// impl Limit {
///     fn none() -> Self {
///         Limit {
///             megabits: Atomic::new(0),
///         }
///     }
/// }
///
/// impl Drop for Limit {
///     fn drop(&mut self) {
///         DROPPED.store(DROPPED.load(Relaxed) + 1, Relaxed);
///     }
/// }
///
/// #[vtable]
/// impl RateOps<Nic> for Limit {
///     fn set_tx_max(&self, _: &Pinned<'_, Nic>, max: u64, extack: Extack<'_>) -> Result {
///         if max % MEGABIT != 0 {
///             return Err(extack.err(c"The rate is not in units of 1 Mbit/s", EINVAL));
///         }
///         self.megabits.store(max / MEGABIT, Relaxed);
///         Ok(())
///     }
///
///     fn set_parent(
///         &self,
///         _: &Pinned<'_, Nic>,
///         parent: Option<&Limit>,
///         _: Extack<'_>,
///     ) -> Result {
///         if parent.is_none() {
///             ORPHANED.store(ORPHANED.load(Relaxed) + 1, Relaxed);
///         }
///         Ok(())
///     }
/// }
///
/// #[vtable]
/// impl RateDriver for Nic {
///     type Leaf<'s> = Limit;
///     type Node<'s> = Limit;
///
///     fn new_node<'s>(_: &'s (), _name: &CStr, _: Extack<'_>) -> Result<Limit> {
///         Ok(Limit::none())
///     }
/// }
///
/// #[vtable]
/// impl Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = RateNode<'up, Nic>;
///
///     const RATES: Rates<Self> = Rates::of();
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(
///         cx: &Bringup<'up, '_, Self>,
///         _: &Why,
///         _: Extack<'_>,
///     ) -> Result<Self::Up<'up>> {
///         let tree = cx.rate_tree()?;
///         let outer = tree.node(cx, c"outer", Limit::none(), None)?;
///         let inner = tree.node(cx, c"inner", Limit::none(), Some(outer))?;
///         // Users would take this for a port.
///         let number = tree.node(cx, c"12", Limit::none(), None);
///         if number.err() != Some(EINVAL) {
///             return Err(EPROTO);
///         }
///         let port = cx.port(0, PortAttrs::new(Flavour::Virtual), ())?;
///         cx.on(port).leaf(Limit::none(), Some(inner))?;
///         // A port has one leaf.
///         let second = cx.on(port).leaf(Limit::none(), None);
///         if second.err() != Some(EEXIST) {
///             return Err(EPROTO);
///         }
///         // What users make has a name only.
///         tree.node_below(cx, c"innermost", Limit::none(), c"inner")?;
///         let orphan = tree.node_below(cx, c"orphan", Limit::none(), c"nothing");
///         if orphan.err() != Some(ENOENT) || tree.has_node(cx, c"orphan") {
///             return Err(EPROTO);
///         }
///         Ok(outer)
///     }
/// }
///
/// let nic = devlink::faux::Registration::<Nic>::new(c"nic_with_rates")?;
/// // Three that were refused.
/// assert_eq!(DROPPED.load(Relaxed), 3);
/// drop(nic);
/// // The leaf was destroyed with its parent, then `inner` and `innermost` lost theirs.
/// assert_eq!(ORPHANED.load(Relaxed), 2);
/// assert_eq!(DROPPED.load(Relaxed), 7);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait RateDriver: Driver {
    /// The driver's value of a leaf, which lives for `'s`.
    type Leaf<'s>: RateOps<Self> + 's;

    /// The driver's value of a node; `()` if there are none.
    type Node<'s>: RateOps<Self> + 's;

    /// Whether rates can have parents on other instances that share them
    /// (`supported_cross_device_rate_nodes`): those nested in a common one whose drivers, and those
    /// of all in between, say so.
    ///
    /// A parent is the same driver's; another is refused. [`RateOps::set_parent`] may run beside
    /// other callbacks of the same instance: when the parent's instance goes down, that takes its
    /// nodes away from others.
    const CROSS_DEVICE: bool = false;

    /// Makes the value of a node that a user wants, of that name (`rate_node_new`).
    ///
    /// Called only while there is a [`RateTree`]. The instance lock is held. `data` lives longer
    /// than the node. What a user sets of the node follows in calls of [`RateOps`]; if one fails,
    /// so does making the node, and the value is dropped.
    fn new_node<'s>(
        data: &'s Self::Data<'_>,
        name: &CStr,
        extack: Extack<'_>,
    ) -> Result<Self::Node<'s>> {
        let _ = (data, name, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A node is deleted by a user, or with its tree (`rate_node_del`).
    ///
    /// The user is told of an error, but the node goes whatever this returns. What is to be done in
    /// any case can be left to the value's destructor.
    fn delete_node(node: &Self::Node<'_>, cx: &Pinned<'_, Self>, extack: Extack<'_>) -> Result {
        let _ = (node, cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// What can be set of a leaf or of a node of the driver `T`.
///
/// What is accepted, devlink shows to users until it is set anew. Only users set it, so a driver
/// has heard of every value.
///
/// Callbacks may sleep. They run with the instance lock held or, see [`RateDriver::CROSS_DEVICE`],
/// that of the instance whose nodes are shared.
#[vtable]
pub trait RateOps<T: RateDriver>: Send + Sync {
    /// Guarantees that rate, in bytes per second
    /// (`rate_leaf_tx_share_set`, `rate_node_tx_share_set`).
    fn set_tx_share(
        &self,
        cx: &Pinned<'_, T>,
        bytes_per_second: u64,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, bytes_per_second, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Limits to that rate, in bytes per second; 0 is without limit
    /// (`rate_leaf_tx_max_set`, `rate_node_tx_max_set`).
    fn set_tx_max(&self, cx: &Pinned<'_, T>, bytes_per_second: u64, extack: Extack<'_>) -> Result {
        let _ = (cx, bytes_per_second, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Serves it before its siblings of lower priority
    /// (`rate_leaf_tx_priority_set`, `rate_node_tx_priority_set`).
    fn set_tx_priority(&self, cx: &Pinned<'_, T>, priority: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, priority, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Gives it that weight among its siblings of the same priority
    /// (`rate_leaf_tx_weight_set`, `rate_node_tx_weight_set`).
    fn set_tx_weight(&self, cx: &Pinned<'_, T>, weight: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, weight, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Divides its bandwidth among the traffic classes: the share of each, relative to the sum of
    /// all. Without any share it is not divided
    /// (`rate_leaf_tc_bw_set`, `rate_node_tc_bw_set`).
    fn set_tc_bw(
        &self,
        cx: &Pinned<'_, T>,
        shares: &[u32; TRAFFIC_CLASSES],
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, shares, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Puts it below that node, or with `None` below none
    /// (`rate_leaf_parent_set`, `rate_node_parent_set`).
    ///
    /// Nodes are never below themselves. When nodes are taken off with their tree, this is called
    /// with `None` for all that are below one, and an error changes nothing. It is not called about
    /// what the driver makes with a parent, nor when a leaf is destroyed.
    fn set_parent(
        &self,
        cx: &Pinned<'_, T>,
        parent: Option<&T::Node<'_>>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, parent, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Of which nothing can be set.
#[vtable]
impl<T: RateDriver> RateOps<T> for () {
    type OwnerModule = <T as Driver>::OwnerModule;
}

/// The rates of a driver: its [`RateDriver`], or none.
pub struct Rates<T> {
    ops: Option<bindings::devlink_ops>,
    _driver: PhantomData<fn(T)>,
}

impl<T: Driver> Rates<T> {
    /// None.
    pub const NONE: Self = Rates {
        ops: None,
        _driver: PhantomData,
    };

    /// What the driver implements.
    pub const fn of() -> Self
    where
        T: RateDriver,
    {
        Rates {
            ops: Some(ops::<T, T::Leaf<'static>, T::Node<'static>>()),
            _driver: PhantomData,
        }
    }

    /// Whether there are any.
    pub(super) const fn is_some(&self) -> bool {
        self.ops.is_some()
    }

    /// Puts the operations in a table.
    pub(super) const fn fill(&self, ops: bindings::devlink_ops) -> bindings::devlink_ops {
        let Some(rates) = &self.ops else {
            return ops;
        };
        bindings::devlink_ops {
            rate_leaf_tx_share_set: rates.rate_leaf_tx_share_set,
            rate_leaf_tx_max_set: rates.rate_leaf_tx_max_set,
            rate_leaf_tx_priority_set: rates.rate_leaf_tx_priority_set,
            rate_leaf_tx_weight_set: rates.rate_leaf_tx_weight_set,
            rate_leaf_tc_bw_set: rates.rate_leaf_tc_bw_set,
            rate_leaf_parent_set: rates.rate_leaf_parent_set,
            rate_node_tx_share_set: rates.rate_node_tx_share_set,
            rate_node_tx_max_set: rates.rate_node_tx_max_set,
            rate_node_tx_priority_set: rates.rate_node_tx_priority_set,
            rate_node_tx_weight_set: rates.rate_node_tx_weight_set,
            rate_node_tc_bw_set: rates.rate_node_tc_bw_set,
            rate_node_parent_set: rates.rate_node_parent_set,
            rate_node_new: rates.rate_node_new,
            rate_node_del: rates.rate_node_del,
            supported_cross_device_rate_nodes: rates.supported_cross_device_rate_nodes,
            ..ops
        }
    }
}

/// The operations about leaves with values of type `L` and nodes with values of type `N`, which are
/// those of `T`. Lifetimes are erased: the driver implements [`RateOps`] for all of them.
///
/// That nodes can be deleted a core does not look for: it is always there.
const fn ops<T: RateDriver, L: RateOps<T>, N: RateOps<T>>() -> bindings::devlink_ops {
    use callbacks as c;

    bindings::devlink_ops {
        rate_leaf_tx_share_set: callback!(L::HAS_SET_TX_SHARE, c::tx_share_set::<T, LeafKind, L>),
        rate_leaf_tx_max_set: callback!(L::HAS_SET_TX_MAX, c::tx_max_set::<T, LeafKind, L>),
        rate_leaf_tx_priority_set: callback!(
            L::HAS_SET_TX_PRIORITY,
            c::tx_priority_set::<T, LeafKind, L>
        ),
        rate_leaf_tx_weight_set: callback!(
            L::HAS_SET_TX_WEIGHT,
            c::tx_weight_set::<T, LeafKind, L>
        ),
        rate_leaf_tc_bw_set: callback!(L::HAS_SET_TC_BW, c::tc_bw_set::<T, LeafKind, L>),
        rate_leaf_parent_set: callback!(L::HAS_SET_PARENT, c::parent_set::<T, LeafKind, L>),
        rate_node_tx_share_set: callback!(N::HAS_SET_TX_SHARE, c::tx_share_set::<T, NodeKind, N>),
        rate_node_tx_max_set: callback!(N::HAS_SET_TX_MAX, c::tx_max_set::<T, NodeKind, N>),
        rate_node_tx_priority_set: callback!(
            N::HAS_SET_TX_PRIORITY,
            c::tx_priority_set::<T, NodeKind, N>
        ),
        rate_node_tx_weight_set: callback!(
            N::HAS_SET_TX_WEIGHT,
            c::tx_weight_set::<T, NodeKind, N>
        ),
        rate_node_tc_bw_set: callback!(N::HAS_SET_TC_BW, c::tc_bw_set::<T, NodeKind, N>),
        rate_node_parent_set: callback!(N::HAS_SET_PARENT, c::parent_set::<T, NodeKind, N>),
        rate_node_new: callback!(T::HAS_NEW_NODE, c::node_new::<T>),
        rate_node_del: Some(c::node_del::<T>),
        supported_cross_device_rate_nodes: T::CROSS_DEVICE,
        ..pin_init::zeroed()
    }
}
