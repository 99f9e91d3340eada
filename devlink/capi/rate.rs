// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_rate`: leaves and nodes that drivers make and destroy.

use super::{
    instance::locked_ref,
    port::port_devlink, //
};

use crate::{
    driver::{
        access::InstanceLocked,
        rate::{
            DriverData,
            DriverRate, //
        },
    },
    generated::Cmd,
    rate::{
        tree::with_tree,
        Rate,
        Rates, //
    },
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    warn_on, //
};

use core::{
    ffi::c_void,
    ptr, //
};

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

/// Makes the leaf of a port; the driver holds the instance lock.
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
        // SAFETY: A registered port's instance is not freed, and the driver holds its lock.
        let devlink = unsafe { InstanceLocked::assume_held(port_devlink(port)) };
        // SAFETY: The port is registered, so it is there; its field changes only under the instance
        // lock, which is held.
        let has_leaf = unsafe { !(*port).devlink_rate.is_null() };
        if warn_on!(has_leaf) {
            return Err(EBUSY);
        }
        with_tree(devlink, |tree| {
            // SAFETY: The port is registered. The parent is null or was not destroyed when the
            // caller came, and while the tree is held nobody destroys it.
            let (index, parent) = unsafe { ((*port).index, rate_from_raw(parent)) };
            let data = DriverData::new(private, port);
            let leaf = Rate::leaf(tree, index, data, parent.as_ref())?;
            tree.devlink().rates.insert(&leaf)?;
            // SAFETY: The port stays registered until its leaf is destroyed, and the field changes
            // only under the instance lock, which is held.
            unsafe { (*port).devlink_rate = leaf.driver.as_raw() };
            leaf.notify(tree.devlink(), Cmd::RateNew);
            Ok(0)
        })
    })
}

/// Destroys the leaf of a port, if it has one; the driver holds the instance lock.
///
/// # Safety
///
/// `port` is a port that was registered.
#[export]
pub unsafe extern "C" fn devl_rate_leaf_destroy(port: *mut bindings::devlink_port) {
    // SAFETY: The instance of a port that was registered is not freed before, and the driver holds
    // its lock.
    let devlink = unsafe { InstanceLocked::assume_held(port_devlink(port)) };
    // SAFETY: The field is null or what `devl_rate_leaf_create()` stored there, and changes only
    // under the instance lock.
    let leaf = unsafe { rate_from_raw((*port).devlink_rate) };
    let Some(leaf) = leaf else {
        return;
    };
    with_tree(devlink, |tree| {
        Rates::destroy_leaf(tree, &leaf);
        // SAFETY: The port is valid. The field changes only under the instance lock, which is held.
        unsafe { (*port).devlink_rate = ptr::null_mut() };
    });
}

/// Makes a node; the driver holds the instance lock. Returns it, or an error pointer.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `node_name` a string, `parent` null
/// or a node that was not destroyed.
#[export]
pub unsafe extern "C" fn devl_rate_node_create(
    devlink: *mut bindings::devlink,
    private: *mut c_void,
    node_name: *mut c_char,
    parent: *mut bindings::devlink_rate,
) -> *mut bindings::devlink_rate {
    // SAFETY: The driver holds the lock of an instance that it has not freed, and the name is a
    // terminated string.
    let (devlink, name) = unsafe { (locked_ref(devlink), CStr::from_char_ptr(node_name)) };
    let made = with_tree(devlink, |tree| {
        let rates = &tree.devlink().rates;
        if rates.node_by_name(name).is_some() {
            return Err(EEXIST);
        }
        let data = DriverData::new(private, ptr::null_mut());
        // SAFETY: The parent is null or was not destroyed when the caller came, and while the tree
        // is held nobody destroys it.
        let parent = unsafe { rate_from_raw(parent) };
        let node = Rate::node(tree, name, data, parent.as_ref())?;
        rates.insert(&node)?;
        node.notify(tree.devlink(), Cmd::RateNew);
        // The instance keeps the node until it is destroyed.
        Ok(node.driver.as_raw())
    });
    made.unwrap_or_else(|error: Error| error.to_ptr())
}

/// Destroys all nodes of an instance, after it took the parents away from all rates that had one of
/// them as their parent, and from all rates of the instance; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds.
#[export]
pub unsafe extern "C" fn devl_rate_nodes_destroy(devlink: *mut bindings::devlink) {
    // SAFETY: The driver holds the lock of an instance that it has not freed.
    let devlink = unsafe { locked_ref(devlink) };
    with_tree(devlink, Rates::destroy_nodes);
}
