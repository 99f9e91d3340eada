// SPDX-License-Identifier: GPL-2.0

//! Rates as objects of an instance.

use super::RateDriver;

use crate::{
    bindings,
    error::{
        from_err_ptr,
        to_result, //
    },
    net::devlink::{
        instance::{
            Bringup,
            Locked, //
        },
        object::{
            Handle,
            Kind,
            Node,
            Objects, //
        },
        port::OnPort, //
    },
    prelude::*, //
};

use core::{
    any::TypeId,
    cell::Cell,
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

/// Leaves and nodes.
pub(super) trait RateKind: Kind {
    /// The core's message about what cannot have its parent changed.
    const NO_PARENT_SET: &'static CStr;
}

/// Leaves as objects of a port.
pub(super) struct LeafKind;

impl Kind for LeafKind {
    /// The leaf's port.
    type State = NonNull<bindings::devlink_port>;

    unsafe fn unregister(port: *mut Self::State) {
        // SAFETY: The port is registered, for its objects end before it does, and has this leaf.
        // The instance lock is held.
        unsafe { bindings::devl_rate_leaf_destroy((*port).as_ptr()) }
    }
}

impl RateKind for LeafKind {
    const NO_PARENT_SET: &'static CStr = c"Parent set isn't supported for the leafs";
}

/// Nodes as objects, of the driver or of devlink.
pub(super) struct NodeKind;

pub(super) struct NodeState {
    /// Null when the node was deleted. Guarded by the instance lock.
    rate: *mut bindings::devlink_rate,
    /// The driver that the node is of.
    driver: TypeId,
    /// Whether a user made it, so that it is in no list.
    by_user: bool,
}

impl Kind for NodeKind {
    type State = NodeState;

    /// The tree, which was made before, takes all its nodes off.
    unsafe fn unregister(_: *mut NodeState) {}
}

impl RateKind for NodeKind {
    const NO_PARENT_SET: &'static CStr = c"Parent set isn't supported for the nodes";
}

/// A node's memory.
pub(super) type NodeObject<N> = Node<NodeKind, N>;

impl NodeState {
    /// A node of `T`.
    fn new<T: RateDriver>(rate: *mut bindings::devlink_rate, by_user: bool) -> Self {
        NodeState {
            rate,
            driver: TypeId::of::<T>(),
            by_user,
        }
    }

    /// What a user made.
    pub(super) fn by_user<T: RateDriver>(rate: *mut bindings::devlink_rate) -> Self {
        Self::new::<T>(rate, true)
    }

    /// Whether the node is of `T`.
    ///
    /// # Safety
    ///
    /// `node` is a valid [`NodeObject`] of a value of any type.
    pub(super) unsafe fn is_of<T: RateDriver>(node: *const c_void) -> bool {
        // CAST: Nodes begin alike, whatever their values are: they are `repr(C)`.
        let node: *const NodeObject<()> = node.cast();
        // SAFETY: By the requirements of this function. This field of the state does not change.
        unsafe { (*(*node).state()).driver == TypeId::of::<T>() }
    }

    /// Notes that a node was deleted, and frees it if it belonged to devlink.
    ///
    /// # Safety
    ///
    /// `node` was private data of a rate that is deleted now, its value is an `N`, and nobody has
    /// references to it unless the driver made it. The instance lock is held.
    pub(super) unsafe fn deleted<N>(node: *mut NodeObject<N>) {
        // SAFETY: The node is valid by the requirements of this function.
        let state = unsafe { (*node).state() };
        // SAFETY: The state is valid, and the lock that guards `rate` is held.
        let by_user = unsafe {
            (*state).rate = ptr::null_mut();
            (*state).by_user
        };
        if by_user {
            // SAFETY: It is in no list, and nobody uses it any more: a driver has no handle of what
            // a user made, and no callback but this one runs about it.
            unsafe { NodeObject::discard(node) }
        }
    }
}

/// Trees as objects.
struct TreeKind;

struct TreeState {
    devlink: NonNull<bindings::devlink>,
    /// The list that the tree is in, and the driver's nodes, too.
    objects: NonNull<Objects>,
    /// The instance's note that it has a tree.
    is_there: NonNull<Cell<bool>>,
    /// Whether nodes can be made.
    open: Cell<bool>,
}

impl Kind for TreeKind {
    type State = TreeState;

    unsafe fn unregister(state: *mut TreeState) {
        // SAFETY: The state is valid, and the instance with it. Its lock is held. The callbacks
        // that this leads to get no proof to use the tree with.
        unsafe {
            (*state).open.set(false);
            (*state).is_there.as_ref().set(false);
            bindings::devl_rate_nodes_destroy((*state).devlink.as_ptr());
        }
    }
}

/// The nodes of an instance.
///
/// Made with [`Bringup::rate_tree`]. While it exists there can be nodes; when its lifetime ends,
/// all are deleted, whoever made them.
///
/// # Invariants
///
/// `'s` is exactly the lifetime of the list that the tree is in: values of nodes are added there.
pub struct RateTree<'s, T: RateDriver>(
    Handle<'s, T, TreeKind, ()>,
    PhantomData<fn(&'s ()) -> &'s ()>,
);

impl<T: RateDriver> Clone for RateTree<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: RateDriver> Copy for RateTree<'_, T> {}

impl<'s, T: RateDriver> Bringup<'s, '_, T> {
    /// Lets nodes be made, by the driver with [`RateTree::node`] and by users with
    /// [`RateDriver::new_node`].
    ///
    /// Fails with `EBUSY` if the device has a tree already: it has one at a time.
    pub fn rate_tree(&self) -> Result<RateTree<'s, T>> {
        const { assert!(T::RATES.is_some(), "the driver has no RATES") };
        let is_there = self.has_rate_tree();
        if is_there.get() {
            return Err(EBUSY);
        }
        let state = TreeState {
            devlink: self.devlink(),
            objects: NonNull::from(self.objects()),
            is_there: NonNull::from(is_there),
            open: Cell::new(true),
        };
        let node = self.objects().add::<TreeKind, ()>(state, (), |_| Ok(()))?;
        is_there.set(true);
        // INVARIANT: The objects are those of `'s`, which this type is invariant over.
        // SAFETY: The objects are those of `'s`.
        Ok(RateTree(unsafe { Handle::new(node) }, PhantomData))
    }
}

impl<'s, T: RateDriver> RateTree<'s, T> {
    /// What nodes are made with.
    fn check_open(&self, cx: &Locked<'_, T>) -> Result<&TreeState> {
        // SAFETY: The state is valid while the handle exists, and changes in its cells only.
        let state = unsafe { &*self.0.state() };
        if cx.is_going_down() || !state.open.get() {
            return Err(ENODEV);
        }
        Ok(state)
    }

    /// Adds a node of the driver's (`devl_rate_node_create()`), below `parent`.
    ///
    /// Users can delete it like one of theirs. Its value is dropped with the other objects of the
    /// tree's lifetime, even if the node is deleted before.
    ///
    /// Fails with `EEXIST` if there is one of that name, with `EINVAL` for a name that users could
    /// not say: an empty one or a decimal number; with `ENOENT` if the parent was deleted, with
    /// `ENODEV` while the tree ends.
    pub fn node(
        &self,
        cx: &Locked<'_, T>,
        name: &CStr,
        node: T::Node<'s>,
        parent: Option<RateNode<'_, T>>,
    ) -> Result<RateNode<'s, T>> {
        let tree = self.check_open(cx)?;
        if name.to_bytes().iter().all(u8::is_ascii_digit) {
            return Err(EINVAL);
        }
        let devlink = tree.devlink;
        let parent = parent_of(parent, cx, devlink)?;
        let state = NodeState::new::<T>(ptr::null_mut(), false);
        // SAFETY: The list exists as long as the tree, which is open.
        let objects = unsafe { tree.objects.as_ref() };
        let node = objects.add::<NodeKind, T::Node<'s>>(state, node, |node| {
            // SAFETY: The instance is valid, its lock is held, and the parent exists. The name,
            // which is only read, is copied. The node exists longer than the rate.
            let rate = from_err_ptr(unsafe {
                bindings::devl_rate_node_create(
                    devlink.as_ptr(),
                    ptr::from_ref(node).cast_mut().cast(),
                    name.as_char_ptr().cast_mut(),
                    parent,
                )
            })?;
            // SAFETY: The state is valid, and the lock that guards the field is held.
            unsafe { (*node.state()).rate = rate };
            Ok(())
        })?;
        // SAFETY: The objects are those of `'s`.
        Ok(RateNode(unsafe { Handle::new(node) }))
    }

    /// Deletes all nodes (`devl_rate_nodes_destroy()`), as at the tree's end; then others can be
    /// made.
    ///
    /// Fails with `ENODEV` while the tree ends.
    pub fn clear(&self, cx: &Locked<'_, T>) -> Result {
        let devlink = self.check_open(cx)?.devlink;
        // SAFETY: The instance is valid and its lock is held. No callback about a rate runs: those
        // have no proof to call this with.
        unsafe { bindings::devl_rate_nodes_destroy(devlink.as_ptr()) };
        Ok(())
    }
}

/// A node that the driver made.
pub struct RateNode<'s, T: RateDriver>(Handle<'s, T, NodeKind, T::Node<'s>>);

impl<T: RateDriver> Clone for RateNode<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: RateDriver> Copy for RateNode<'_, T> {}

impl<'s, T: RateDriver> RateNode<'s, T> {
    /// The driver's value.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a T::Node<'s>
    where
        's: 'a,
    {
        self.0.get(cx)
    }

    /// Whether the node exists: users can delete it, and so does [`RateTree::clear`].
    pub fn exists(&self, cx: &Locked<'_, T>) -> bool {
        !self.rate(cx).is_null()
    }

    /// The C node, or null.
    fn rate(&self, _cx: &Locked<'_, T>) -> *mut bindings::devlink_rate {
        // SAFETY: The state is valid while the handle exists, and the lock that guards the field is
        // held.
        unsafe { (*self.0.state()).rate }
    }
}

/// The C node below which something of `devlink` is to be made, or null.
fn parent_of<T: RateDriver>(
    parent: Option<RateNode<'_, T>>,
    cx: &Locked<'_, T>,
    devlink: NonNull<bindings::devlink>,
) -> Result<*mut bindings::devlink_rate> {
    let Some(parent) = parent else {
        return Ok(ptr::null_mut());
    };
    let rate = parent.rate(cx);
    if rate.is_null() {
        return Err(ENOENT);
    }
    // SAFETY: The node was not deleted, so it is valid. Its instance never changes.
    if unsafe { (*rate).devlink } != devlink.as_ptr() {
        return Err(EINVAL);
    }
    Ok(rate)
}

/// The leaf of a port.
pub struct RateLeaf<'s, T: RateDriver>(Handle<'s, T, LeafKind, T::Leaf<'s>>);

impl<T: RateDriver> Clone for RateLeaf<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: RateDriver> Copy for RateLeaf<'_, T> {}

impl<'s, T: RateDriver> RateLeaf<'s, T> {
    /// The driver's value.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a T::Leaf<'s>
    where
        's: 'a,
    {
        self.0.get(cx)
    }
}

impl<'s, T: RateDriver> OnPort<'_, 's, '_, T> {
    /// Gives the port a rate (`devl_rate_leaf_create()`), below `parent`.
    ///
    /// Fails with `EEXIST` if it has one, with `ENOENT` if the parent was deleted.
    pub fn leaf(
        &self,
        leaf: T::Leaf<'s>,
        parent: Option<RateNode<'_, T>>,
    ) -> Result<RateLeaf<'s, T>> {
        const { assert!(T::RATES.is_some(), "the driver has no RATES") };
        let port = self.raw();
        // SAFETY: The port is registered, and the lock that guards the field is held.
        if unsafe { !(*port.as_ptr()).devlink_rate.is_null() } {
            return Err(EEXIST);
        }
        let parent = parent_of(parent, self, self.devlink())?;
        let node = self
            .objects()
            .add::<LeafKind, T::Leaf<'s>>(port, leaf, |node| {
                // SAFETY: The port is registered and has no leaf, the parent exists, and the
                // instance lock is held. The node exists longer than the leaf.
                to_result(unsafe {
                    bindings::devl_rate_leaf_create(
                        port.as_ptr(),
                        ptr::from_ref(node).cast_mut().cast(),
                        parent,
                    )
                })
            })?;
        // SAFETY: The objects are those of `'s`.
        Ok(RateLeaf(unsafe { Handle::new(node) }))
    }
}
