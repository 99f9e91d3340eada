// SPDX-License-Identifier: GPL-2.0

//! The trees of rates, and the lock under which they change.
//!
//! A tree usually lies within one instance, whose instance lock is then the tree's. A driver whose
//! device has several instances may let rates have parents on each other's
//! (`supported_cross_device_rate_nodes`): then the tree extends over all instances nested in a
//! common one, and they change only under the instance lock of that one, the root. So a driver is
//! called about a rate with the root's lock held, but possibly without that of the rate's instance.
//!
//! The order is instance, then root; a nested instance is never unregistered by somebody who holds
//! the root's lock.

use super::{
    Rate,
    Rates, //
};

use crate::{
    driver::access::{
        InstanceGuard,
        InstanceLocked, //
    },
    generated::Cmd,
    instance::Devlink,
    registry, //
};

use kernel::{
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
    warn_on,
    warn_on_once, //
};

use core::{
    ops::Deref,
    ptr, //
};

/// What is shown to do something with the root's driver.
const RATES: &str = "rates of a nested instance";

/// Proof that the rates of a tree do not change, except by the holder: the instance lock of the
/// instance it was entered by and that of the root are held.
#[derive(Copy, Clone)]
pub(crate) struct Tree<'a> {
    devlink: InstanceLocked<'a>,
    root: InstanceLocked<'a>,
}

impl<'a> Tree<'a> {
    /// The instance by which the tree was entered.
    pub(crate) fn devlink(self) -> &'a Devlink {
        self.devlink.devlink()
    }

    /// The locks that are held: of the instance by which the tree was entered, and of the root.
    pub(crate) fn locked(self) -> [InstanceLocked<'a>; 2] {
        [self.devlink, self.root]
    }

    /// The same as a member of the tree.
    pub(super) fn own(self) -> Member<'a> {
        Member {
            tree: self,
            devlink: self.devlink(),
        }
    }

    /// The instance `devlink`, if its rates are part of the tree.
    pub(super) fn member(self, devlink: &'a Devlink) -> Option<Member<'a>> {
        let root = self.root.devlink();
        let is_part = ptr::eq(devlink, self.devlink())
            || ptr::eq(devlink, root)
            || root_of(devlink).is_some_and(|its_root| ptr::eq(&*its_root, root));
        is_part.then_some(Member {
            tree: self,
            devlink,
        })
    }
}

/// An instance whose rates are part of a tree.
#[derive(Copy, Clone)]
pub(super) struct Member<'a> {
    tree: Tree<'a>,
    devlink: &'a Devlink,
}

impl<'a> Member<'a> {
    /// The node of this name.
    pub(super) fn node(self, name: &CStr) -> Option<Arc<Rate>> {
        self.devlink.rates.node_by_name(name)
    }

    /// A rate of the instance. Warns and answers [`ENODEV`] if it is of another one: nothing keeps
    /// others from changing it, then.
    pub(super) fn hold(self, rate: &'a Arc<Rate>) -> Result<HeldRate<'a>> {
        if warn_on_once!(!rate.is_on(self.devlink)) {
            return Err(ENODEV);
        }
        Ok(HeldRate { member: self, rate })
    }
}

/// A rate of a tree: proof that it does not change, except by the holder.
#[derive(Copy, Clone)]
pub(crate) struct HeldRate<'a> {
    member: Member<'a>,
    rate: &'a Arc<Rate>,
}

impl<'a> HeldRate<'a> {
    /// The tree that it is part of.
    pub(crate) fn tree(self) -> Tree<'a> {
        self.member.tree
    }

    /// The instance that it is on.
    pub(crate) fn devlink(self) -> &'a Devlink {
        self.member.devlink
    }

    /// The rate itself.
    pub(super) fn rate(self) -> &'a Arc<Rate> {
        self.rate
    }
}

impl Deref for HeldRate<'_> {
    type Target = Rate;

    fn deref(&self) -> &Rate {
        self.rate
    }
}

/// Runs `work` with the tree that the rates of `devlink` are part of. Waits for the root's instance
/// lock.
pub(crate) fn with_tree<T>(devlink: InstanceLocked<'_>, work: impl FnOnce(Tree<'_>) -> T) -> T {
    while let Some(root) = root_of(&devlink) {
        let guard = root.lock();
        // One that was unregistered meanwhile is the root of nothing any more.
        if let Some(root) = guard.published() {
            return work(Tree { devlink, root });
        }
    }
    work(Tree {
        devlink,
        root: devlink,
    })
}

/// Like [`with_tree`], but a signal that ends the process ends the wait with [`EINTR`].
pub(super) fn with_tree_killable<T>(
    devlink: InstanceLocked<'_>,
    work: impl FnOnce(Tree<'_>) -> Result<T>,
) -> Result<T> {
    while let Some(root) = root_of(&devlink) {
        let guard = InstanceGuard::lock_killable(&root, RATES)?;
        if let Some(locked) = guard.published() {
            let _in_driver = root.begin_call(RATES);
            return work(Tree {
                devlink,
                root: locked,
            });
        }
    }
    work(Tree {
        devlink,
        root: devlink,
    })
}

/// The outermost instance that `devlink` shares rates with, if that is not `devlink` itself.
fn root_of(devlink: &Devlink) -> Option<ARef<Devlink>> {
    let mut root = None;
    let mut next = outer_of(devlink);
    while let Some(outer) = next {
        next = outer_of(&outer);
        root = Some(outer);
    }
    root
}

/// The instance that `devlink` is nested in, if it shares rates with that.
fn outer_of(devlink: &Devlink) -> Option<ARef<Devlink>> {
    let outer = devlink.rates.nested_in.lock().clone()?;
    outer.upgrade().filter(|outer| outer.is_published())
}

impl Rates {
    /// Says in which instance the one with these rates, whose driver shares them, is nested, before
    /// it is registered; `None` when it is freed, and not before, so that the tree it is part of
    /// stays the same as long as its rates are destroyed.
    pub(crate) fn set_nested_in(&self, outer: Option<&Devlink>) {
        let outer = outer.map(|outer| outer.weak().clone());
        let old = core::mem::replace(&mut *self.nested_in.lock(), outer);
        // Freed after the lock was released.
        drop(old);
    }

    /// Destroys a leaf of the instance the tree was entered by, and tells listeners.
    pub(crate) fn destroy_leaf(tree: Tree<'_>, leaf: &Arc<Rate>) {
        let devlink = tree.devlink();
        let Ok(leaf) = tree.own().hold(leaf) else {
            return;
        };
        devlink.rates.remove(&leaf);
        leaf.notify(devlink, Cmd::RateDel);
        leaf.replace_link(None);
    }

    /// Destroys all nodes of the instance the tree was entered by, after no rate of the instance
    /// has a parent any more, and no other rate one on it. Like in the C core, nobody is told.
    pub(crate) fn destroy_nodes(tree: Tree<'_>) {
        let devlink = tree.devlink();
        for rate in devlink.rates.all.iter() {
            if rate.parent().is_some() {
                orphan(tree.own(), &rate);
            }
        }
        // Children that are left now are on other instances.
        if devlink.rates.all.iter().any(|rate| rate.has_children()) {
            for_each_foreign_child(tree, orphan);
        }
        for node in devlink.rates.all.iter().filter(|rate| rate.is_node()) {
            // A child that is left has its instance outside the tree, so its driver cannot be
            // called; it keeps the memory of its parent.
            warn_on!(node.retire().is_err());
            devlink.rates.remove(&node);
            // The driver cannot object.
            let _ = tree
                .own()
                .hold(&node)
                .and_then(|node| node.driver_del(Extack::NONE));
        }
    }

    /// Forgets all rates of the instance the tree was entered by, which is being freed, and
    /// without calling a driver. A child that is left on an instance outside the tree keeps the
    /// memory of its parent, and nothing else.
    pub(crate) fn forget_all(tree: Tree<'_>) {
        let rates = &tree.devlink().rates;
        for rate in rates.all.iter() {
            forget_parent(tree.own(), &rate);
        }
        if rates.all.iter().any(|rate| rate.has_children()) {
            for_each_foreign_child(tree, forget_parent);
        }
        while rates.leaves.pop().is_some() {}
        while let Some(rate) = rates.all.pop() {
            rate.lock().gone = true;
        }
    }
}

/// Takes the parent away from a rate of a member, whether the driver likes it or not.
fn orphan(member: Member<'_>, rate: &Arc<Rate>) {
    if let Ok(rate) = member.hold(rate) {
        let _ = rate.driver_set_parent(None, Extack::NONE);
        rate.replace_link(None);
    }
}

/// Takes the parent away from a rate of a member, and says so to nobody.
fn forget_parent(member: Member<'_>, rate: &Arc<Rate>) {
    if let Ok(rate) = member.hold(rate) {
        rate.replace_link(None);
    }
}

/// Calls `work` with those rates of other instances, and these, whose parents are on the instance
/// the tree was entered by.
fn for_each_foreign_child(tree: Tree<'_>, work: impl Fn(Member<'_>, &Arc<Rate>)) {
    let mut from = Some(0);
    while let Some(other) = from.and_then(|from| registry::next_matching(from, |_| true)) {
        from = other.index().checked_add(1);
        let Some(member) = tree.member(&other) else {
            continue;
        };
        for rate in other.rates.all.iter() {
            if rate
                .parent()
                .is_some_and(|parent| parent.is_on(tree.devlink()))
            {
                work(member, &rate);
            }
        }
    }
}
