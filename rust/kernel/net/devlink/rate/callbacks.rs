// SPDX-License-Identifier: GPL-2.0

//! What a devlink core calls about rates.

use super::{
    object::{
        NodeKind,
        NodeObject,
        NodeState, //
    },
    RateDriver,
    RateOps,
    TRAFFIC_CLASSES, //
};

use crate::{
    bindings,
    net::{
        devlink::{
            instance::{
                Locked,
                Pinned, //
            },
            object::{
                Kind,
                Node, //
            },
            to_errno, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// The proof and the value of a rate's callback.
///
/// # Safety
///
/// `rate` is one that this module gave private data `private`, a node of a `V`, on an instance of
/// `T`. A core calls an operation about it, and the proof's lifetime is one that whoever gets it is
/// generic over.
unsafe fn enter<'a, 'bound, T: RateDriver, K: Kind, V>(
    rate: *mut bindings::devlink_rate,
    private: *mut c_void,
) -> (Pinned<'bound, T>, &'a V) {
    // SAFETY: A core calls operations only while the rate exists, and a rate's instance never
    // changes. `Instance` makes rates when the data is complete, and drops the data when they are
    // destroyed. That waits for this operation: it needs a lock that is held here, the instance's
    // own or, if rates are shared, that of the instance which the core shares them by.
    let cx = unsafe { Pinned::new((*rate).devlink) };
    // SAFETY: The node exists longer than the rate.
    let node: &Node<K, V> = unsafe { &*private.cast() };
    (cx, node.value())
}

/// The callbacks that set one number.
macro_rules! set_number {
    ($($callback:ident($value:ty) => $method:ident;)*) => {$(
        /// # Safety
        ///
        /// Only to be called as an operation of an instance of `T`, by a devlink core, about a
        /// rate of kind `K` whose value is a `V`.
        pub(super) unsafe extern "C" fn $callback<T: RateDriver, K: Kind, V: RateOps<T>>(
            rate: *mut bindings::devlink_rate,
            private: *mut c_void,
            value: $value,
            extack: *mut bindings::netlink_ext_ack,
        ) -> c_int {
            // SAFETY: By the requirements of this function; all rates on instances of `T` were made
            // by this module.
            let (cx, this) = unsafe { enter::<T, K, V>(rate, private) };
            // SAFETY: The core passes null or the request's, which only this task uses.
            let extack = unsafe { Extack::from_raw(extack) };
            to_errno(this.$method(&cx, value, extack))
        }
    )*};
}

set_number! {
    tx_share_set(u64) => set_tx_share;
    tx_max_set(u64) => set_tx_max;
    tx_priority_set(u32) => set_tx_priority;
    tx_weight_set(u32) => set_tx_weight;
}

/// # Safety
///
/// As for [`tx_share_set`], with a share for each traffic class.
pub(super) unsafe extern "C" fn tc_bw_set<T: RateDriver, K: Kind, V: RateOps<T>>(
    rate: *mut bindings::devlink_rate,
    private: *mut c_void,
    shares: *mut u32,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls this about a rate on an instance of `T`, all of which this module made.
    let (cx, this) = unsafe { enter::<T, K, V>(rate, private) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes an array of its own, of that length.
    let shares = unsafe { &*shares.cast::<[u32; TRAFFIC_CLASSES]>() };
    to_errno(this.set_tc_bw(&cx, shares, extack))
}

/// # Safety
///
/// As for [`tx_share_set`]; if there is a parent, with its private data.
pub(super) unsafe extern "C" fn parent_set<T: RateDriver, K: Kind, V: RateOps<T>>(
    child: *mut bindings::devlink_rate,
    parent: *mut bindings::devlink_rate,
    private: *mut c_void,
    parent_private: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls this about a rate on an instance of `T`, all of which this module made.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: A core calls this about a rate on an instance of `T`, all of which this module made.
    let (cx, this) = unsafe { enter::<T, K, V>(child, private) };
    let parent = if parent.is_null() {
        None
    } else {
        // A parent on another instance may be another driver's.
        // SAFETY: Only instances that this API made are nested in each other, so the parent's
        // instance is one; so the private data of its node was made by this module.
        if !unsafe { NodeState::is_of::<T>(parent_private) } {
            return extack
                .err(c"The parent is a node of another driver", EOPNOTSUPP)
                .to_errno();
        }
        // SAFETY: The parent exists, because its lock is held as the child's is, and its value is
        // that of a node of `T`.
        let (_, parent) = unsafe { enter::<T, NodeKind, T::Node<'_>>(parent, parent_private) };
        Some(parent)
    };
    to_errno(this.set_parent(&cx, parent, extack))
}

/// # Safety
///
/// Only to be called as the operation of an instance of `T`, by a devlink core, about a node that
/// is new, with a variable for its private data.
pub(super) unsafe extern "C" fn node_new<T: RateDriver>(
    rate: *mut bindings::devlink_rate,
    private: *mut *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core makes nodes with the lock of their instance held while that is registered, and
    // `Instance` registers it when the data is complete.
    let cx = unsafe { Locked::<T>::new((*rate).devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    if !cx.rate_nodes().has_tree() {
        return if cx.is_up() {
            extack.err(c"The device has no rate nodes now", EOPNOTSUPP)
        } else {
            extack.err(c"The device is down", ENODEV)
        }
        .to_errno();
    }
    // SAFETY: A node has a name, which is terminated and does not change.
    let name = unsafe { CStr::from_char_ptr((*rate).__bindgen_anon_1.__bindgen_anon_1.name) };
    let made = T::new_node(cx.data(), name, extack).and_then(|value| {
        NodeObject::<T::Node<'_>>::new(NodeState::by_user::<T>(rate), value, |node| {
            // SAFETY: The node is new, and exists until it is deleted.
            unsafe { cx.rate_nodes().add(node) };
            Ok(())
        })
    });
    match made {
        Ok(node) => {
            // SAFETY: The core passes a variable of its own. It hands the node back to `node_del`,
            // at the latest when the tree ends.
            unsafe { *private = node.as_ptr().cast() };
            0
        }
        Err(error) => error.to_errno(),
    }
}

/// # Safety
///
/// Only to be called as the operation of an instance of `T`, by a devlink core, about one of its
/// nodes, which it does not use any more.
pub(super) unsafe extern "C" fn node_del<T: RateDriver>(
    rate: *mut bindings::devlink_rate,
    private: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core deletes nodes for requests to their instance, and for its driver, with the
    // lock of their instance held.
    let locked = unsafe { Locked::<T>::new((*rate).devlink) };
    let mut result = Ok(());
    if T::HAS_DELETE_NODE {
        // SAFETY: All nodes on instances of `T` were made by this module.
        let (cx, node) = unsafe { enter::<T, NodeKind, T::Node<'_>>(rate, private) };
        // SAFETY: The core passes null or the request's, which only this task uses.
        let extack = unsafe { Extack::from_raw(extack) };
        result = T::delete_node(node, &cx, extack);
    }
    // SAFETY: The rate is deleted, with its instance's lock held. Other callbacks about the node do
    // not run, for they need the lock under which this one does.
    unsafe { NodeState::deleted::<T::Node<'_>>(private.cast(), locked.rate_nodes()) };
    to_errno(result)
}
