// SPDX-License-Identifier: GPL-2.0

//! Rates as objects of an instance.

use super::{
    RateDriver,
    RateOps, //
};

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
        list::{
            Linked,
            List, //
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

/// Nodes as objects, of the driver or of devlink.
pub(super) struct NodeKind;

pub(super) struct NodeState {
    /// Null when the node was deleted. Guarded by the instance lock.
    rate: Cell<*mut bindings::devlink_rate>,
    /// The driver that the node is of.
    driver: TypeId,
    /// Whether a user made it, so that it is not among the tree's objects.
    by_user: bool,
    next: Cell<*mut NodeState>,
}

impl Kind for NodeKind {
    type State = NodeState;

    /// The tree, which was made before, takes all its nodes off.
    unsafe fn unregister(_: *mut NodeState) {}
}

impl Linked for NodeState {
    fn next(&self) -> &Cell<*mut Self> {
        &self.next
    }
}

/// The nodes of an instance that are not deleted, whoever made them.
///
/// # Invariants
///
/// As for [`List`]. The nodes' rates are not null.
pub(in crate::net::devlink) struct Nodes {
    /// Whether there is a tree, so that there can be nodes.
    has_tree: Cell<bool>,
    list: List<NodeState>,
}

impl Nodes {
    /// None.
    pub(in crate::net::devlink) const fn new() -> Self {
        Nodes {
            has_tree: Cell::new(false),
            list: List::new(),
        }
    }

    /// Whether there can be nodes.
    pub(super) fn has_tree(&self) -> bool {
        self.has_tree.get()
    }

    /// Adds a node that devlink knows.
    ///
    /// # Safety
    ///
    /// It is valid until [`NodeState::deleted`] was called for it, and was not added before. Its
    /// rate is that of the node.
    pub(super) unsafe fn add<N>(&self, node: &NodeObject<N>) {
        // INVARIANT: The caller says that the rate is the node's.
        // SAFETY: The caller says that the node, and so its state, is valid until it is removed by
        // `deleted`. States of nodes change in their cells only.
        unsafe { self.list.add(node.state()) }
    }

    /// The C node of that name, or null.
    fn find(&self, name: &CStr) -> *mut bindings::devlink_rate {
        let found = self.list.find(|node| {
            // SAFETY: By the type invariants, the node was not deleted, so the rate is valid. A
            // node's name is terminated and does not change.
            let known = unsafe {
                CStr::from_char_ptr((*node.rate.get()).__bindgen_anon_1.__bindgen_anon_1.name)
            };
            *known == *name
        });
        // SAFETY: What is in the list is valid, and this task has the lock with which it changes.
        found.map_or(ptr::null_mut(), |node| unsafe { node.as_ref() }.rate.get())
    }
}

/// A node's memory.
pub(super) type NodeObject<N> = Node<NodeKind, N>;

impl NodeState {
    /// A node of `T`.
    fn new<T: RateDriver>(rate: *mut bindings::devlink_rate, by_user: bool) -> Self {
        NodeState {
            rate: Cell::new(rate),
            driver: TypeId::of::<T>(),
            by_user,
            next: Cell::new(ptr::null_mut()),
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
    /// references to it unless the driver made it. The instance lock is held, and `nodes` are that
    /// instance's.
    pub(super) unsafe fn deleted<N>(node: *mut NodeObject<N>, nodes: &Nodes) {
        // SAFETY: The node is valid by the requirements of this function.
        let state = unsafe { (*node).state() };
        nodes.list.remove(state);
        // SAFETY: The state is valid, and the lock that guards `rate` is held.
        let by_user = unsafe {
            (*state).rate.set(ptr::null_mut());
            (*state).by_user
        };
        if by_user {
            // SAFETY: It is in no list, and nobody uses it any more: a driver gets no handle of
            // what a user made, and no callback but this one runs about it.
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
    /// Those of the instance.
    nodes: NonNull<Nodes>,
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
            (*state).nodes.as_ref().has_tree.set(false);
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
        let nodes = self.rate_nodes();
        if nodes.has_tree() {
            return Err(EBUSY);
        }
        let state = TreeState {
            devlink: self.devlink(),
            objects: NonNull::from(self.objects()),
            nodes: NonNull::from(nodes),
            open: Cell::new(true),
        };
        let node = self.objects().add::<TreeKind, ()>(state, (), |_| Ok(()))?;
        nodes.has_tree.set(true);
        // INVARIANT: The objects are those of `'s`, which this type is invariant over.
        // SAFETY: The objects are those of `'s`, and of that instance.
        Ok(RateTree(
            unsafe { Handle::new(node, self.devlink()) },
            PhantomData,
        ))
    }
}

impl<'s, T: RateDriver> RateTree<'s, T> {
    /// What nodes are made with.
    fn check_open(&self, cx: &Locked<'_, T>) -> Result<&TreeState> {
        // SAFETY: The state is valid while the handle exists, and changes in its cells only.
        let state = unsafe { &*self.0.state() };
        if !self.0.is_of(cx) {
            return Err(EINVAL);
        }
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
    /// `EOPNOTSUPP` for a parent that could not be taken away: without [`RateOps::set_parent`];
    /// with `ENODEV` while the tree ends.
    pub fn node(
        &self,
        cx: &Locked<'_, T>,
        name: &CStr,
        node: T::Node<'s>,
        parent: Option<RateNode<'_, T>>,
    ) -> Result<RateNode<'s, T>> {
        self.add_node(cx, name, node, parent.map(Parent::Node))
    }

    /// As [`node`](Self::node), below the node of that name, which a user or the driver made.
    pub fn node_below(
        &self,
        cx: &Locked<'_, T>,
        name: &CStr,
        node: T::Node<'s>,
        parent: &CStr,
    ) -> Result<RateNode<'s, T>> {
        self.add_node(cx, name, node, Some(Parent::Named(parent)))
    }

    /// Whether there is a node of that name, whoever made it.
    pub fn has_node(&self, cx: &Locked<'_, T>, name: &CStr) -> bool {
        self.check_open(cx).is_ok() && !cx.rate_nodes().find(name).is_null()
    }

    fn add_node(
        &self,
        cx: &Locked<'_, T>,
        name: &CStr,
        node: T::Node<'s>,
        parent: Option<Parent<'_, T>>,
    ) -> Result<RateNode<'s, T>> {
        let tree = self.check_open(cx)?;
        if name.to_bytes().iter().all(u8::is_ascii_digit) {
            return Err(EINVAL);
        }
        let devlink = tree.devlink;
        let parent = Parent::find::<T::Node<'s>>(parent, cx, devlink)?;
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
            // SAFETY: The state is valid, and the lock that guards the field is held. The node
            // exists until the tree has ended, which deletes it at the latest.
            unsafe {
                (*node.state()).rate.set(rate);
                cx.rate_nodes().add(node);
            }
            Ok(())
        })?;
        // SAFETY: The objects are those of `'s`, and of that instance.
        Ok(RateNode(unsafe { Handle::new(node, devlink) }))
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
    ///
    /// Panics if this is an object of another instance than `cx` is about.
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
    fn rate(&self, cx: &Locked<'_, T>) -> *mut bindings::devlink_rate {
        if !self.0.is_of(cx) {
            return ptr::null_mut();
        }
        // SAFETY: The state is valid while the handle exists, and the lock that guards the field is
        // held.
        unsafe { (*self.0.state()).rate.get() }
    }
}

/// Below which node something is to be made.
enum Parent<'p, T: RateDriver> {
    Node(RateNode<'p, T>),
    Named(&'p CStr),
}

impl<T: RateDriver> Parent<'_, T> {
    /// The C node below which something of `devlink` is to be made, whose value is a `V`, or null
    /// for none.
    fn find<V: RateOps<T>>(
        this: Option<Self>,
        cx: &Locked<'_, T>,
        devlink: NonNull<bindings::devlink>,
    ) -> Result<*mut bindings::devlink_rate> {
        let Some(parent) = this else {
            return Ok(ptr::null_mut());
        };
        // The C core calls this operation without looking, of what has a parent.
        if !V::HAS_SET_PARENT {
            return Err(EOPNOTSUPP);
        }
        let rate = match parent {
            Parent::Node(node) => node.rate(cx),
            Parent::Named(name) => cx.rate_nodes().find(name),
        };
        if rate.is_null() {
            return Err(ENOENT);
        }
        // SAFETY: The node was not deleted, so it is valid. Its instance never changes.
        if unsafe { (*rate).devlink } != devlink.as_ptr() {
            return Err(EINVAL);
        }
        Ok(rate)
    }
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
    ///
    /// Panics if this is an object of another instance than `cx` is about.
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
    /// Fails with `EEXIST` if it has one, with `ENOENT` if the parent was deleted, with
    /// `EOPNOTSUPP` for a parent that could not be taken away: without [`RateOps::set_parent`].
    pub fn leaf(
        &self,
        leaf: T::Leaf<'s>,
        parent: Option<RateNode<'_, T>>,
    ) -> Result<RateLeaf<'s, T>> {
        self.add_leaf(leaf, parent.map(Parent::Node))
    }

    /// As [`leaf`](Self::leaf), below the node of that name, which a user or the driver made.
    pub fn leaf_below(&self, leaf: T::Leaf<'s>, parent: &CStr) -> Result<RateLeaf<'s, T>> {
        self.add_leaf(leaf, Some(Parent::Named(parent)))
    }

    fn add_leaf(
        &self,
        leaf: T::Leaf<'s>,
        parent: Option<Parent<'_, T>>,
    ) -> Result<RateLeaf<'s, T>> {
        const { assert!(T::RATES.is_some(), "the driver has no RATES") };
        let port = self.raw();
        // SAFETY: The port is registered, and the lock that guards the field is held.
        if unsafe { !(*port.as_ptr()).devlink_rate.is_null() } {
            return Err(EEXIST);
        }
        let parent = Parent::find::<T::Leaf<'s>>(parent, self, self.devlink())?;
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
        // SAFETY: The objects are those of `'s`, and of that instance.
        Ok(RateLeaf(unsafe { Handle::new(node, self.devlink()) }))
    }
}
