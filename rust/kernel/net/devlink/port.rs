// SPDX-License-Identifier: GPL-2.0

//! Ports, and the functions behind them.

use super::{
    instance::{
        Bringup,
        Locked, //
    },
    object::{
        HandleOf,
        Kind,
        Node, //
    },
    Driver, //
};

use crate::{
    bindings,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::netlink::extack::Extack,
    prelude::*,
    rbtree::{
        RBTree,
        RBTreeNodeReservation, //
    }, //
};

use core::{
    marker::PhantomData,
    mem::offset_of,
    ptr::NonNull,
    slice, //
};

/// What a port is (`enum devlink_port_flavour`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Flavour {
    /// A port with a connector, of that number. A part of one that is split has a number of its
    /// own, too.
    Physical {
        /// The number of the connector.
        number: u32,
        /// The number of the part.
        subport: Option<u32>,
    },
    /// The port of a switch that leads to the host's CPU.
    Cpu {
        /// Its number.
        number: u32,
    },
    /// The port of a switch that leads to another switch.
    Dsa {
        /// Its number.
        number: u32,
    },
    /// The port of a PCI physical function.
    PciPf {
        /// The controller, 0 for the one of this host.
        controller: u32,
        /// The function's number.
        pf: u16,
        /// Whether the function is on another host.
        external: bool,
    },
    /// The port of a PCI virtual function.
    PciVf {
        /// The controller, 0 for the one of this host.
        controller: u32,
        /// The physical function's number.
        pf: u16,
        /// The virtual function's number.
        vf: u16,
        /// Whether the function is on another host.
        external: bool,
    },
    /// The port of a subfunction.
    PciSf {
        /// The controller, 0 for the one of this host.
        controller: u32,
        /// The physical function's number.
        pf: u16,
        /// The subfunction's number.
        sf: u32,
        /// Whether the function is on another host.
        external: bool,
    },
    /// Something that has no other flavour.
    Virtual,
    /// A port that nothing is connected to.
    Unused,
}

/// What a port is like (`struct devlink_port_attrs`).
#[derive(Copy, Clone)]
pub struct PortAttrs {
    flavour: Flavour,
    lanes: u32,
    splittable: bool,
    switch_id: ([u8; PortAttrs::MAX_SWITCH_ID], u8),
}

impl PortAttrs {
    /// The longest switch identifier.
    pub const MAX_SWITCH_ID: usize = bindings::MAX_PHYS_ITEM_ID_LEN as usize;

    /// A port of that flavour.
    pub const fn new(flavour: Flavour) -> Self {
        PortAttrs {
            flavour,
            lanes: 0,
            splittable: false,
            switch_id: ([0; Self::MAX_SWITCH_ID], 0),
        }
    }

    /// It has that many lanes.
    pub const fn lanes(mut self, lanes: u32) -> Self {
        self.lanes = lanes;
        self
    }

    /// It could be split.
    pub const fn splittable(mut self) -> Self {
        self.splittable = true;
        self
    }

    /// It is a port of the switch of that identifier, whose first
    /// [`MAX_SWITCH_ID`](Self::MAX_SWITCH_ID) bytes are used.
    pub const fn switch(mut self, id: &[u8]) -> Self {
        let mut at = 0;
        while at < id.len() && at < Self::MAX_SWITCH_ID {
            self.switch_id.0[at] = id[at];
            at += 1;
        }
        self.switch_id.1 = at as u8;
        self
    }

    /// Gives a port that is not registered these attributes (`devlink_port_attrs_set()`,
    /// `devlink_port_attrs_pci_pf_set()` and its like).
    ///
    /// # Safety
    ///
    /// `port` is valid and initialized, and nobody else uses it.
    unsafe fn set(&self, port: *mut bindings::devlink_port) -> Result {
        let switch_id = bindings::netdev_phys_item_id {
            id: self.switch_id.0,
            id_len: self.switch_id.1,
        };
        let mut attrs: bindings::devlink_port_attrs = pin_init::zeroed();
        attrs.lanes = self.lanes;
        attrs.set_splittable(self.splittable.into());
        attrs.switch_id = switch_id;
        match self.flavour {
            Flavour::Physical { number, subport } => {
                if subport.is_some() && self.splittable {
                    return Err(EINVAL);
                }
                attrs.flavour = bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_PHYSICAL;
                attrs.set_split(subport.is_some().into());
                attrs.__bindgen_anon_1.phys = bindings::devlink_port_phys_attrs {
                    port_number: number,
                    split_subport_number: subport.unwrap_or(0),
                };
            }
            Flavour::Cpu { number } | Flavour::Dsa { number } => {
                attrs.flavour = if matches!(self.flavour, Flavour::Cpu { .. }) {
                    bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_CPU
                } else {
                    bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_DSA
                };
                attrs.__bindgen_anon_1.phys.port_number = number;
            }
            Flavour::Virtual => {
                attrs.flavour = bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_VIRTUAL;
            }
            Flavour::Unused => {
                attrs.flavour = bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_UNUSED;
            }
            Flavour::PciPf {
                controller,
                pf,
                external,
            } => {
                // SAFETY: By the requirements of this function. These functions take the switch's
                // identifier from there.
                unsafe {
                    (*port).attrs.switch_id = switch_id;
                    bindings::devlink_port_attrs_pci_pf_set(port, controller, pf, external);
                }
                return Ok(());
            }
            Flavour::PciVf {
                controller,
                pf,
                vf,
                external,
            } => {
                // SAFETY: As for `PciPf`.
                unsafe {
                    (*port).attrs.switch_id = switch_id;
                    bindings::devlink_port_attrs_pci_vf_set(port, controller, pf, vf, external);
                }
                return Ok(());
            }
            Flavour::PciSf {
                controller,
                pf,
                sf,
                external,
            } => {
                // SAFETY: As for `PciPf`.
                unsafe {
                    (*port).attrs.switch_id = switch_id;
                    bindings::devlink_port_attrs_pci_sf_set(port, controller, pf, sf, external);
                }
                return Ok(());
            }
        }
        // SAFETY: By the requirements of this function. The attributes are copied.
        unsafe { bindings::devlink_port_attrs_set(port, &attrs) };
        Ok(())
    }
}

/// The hardware address of a function.
#[derive(Copy, Clone)]
pub struct HwAddr {
    bytes: [u8; HwAddr::MAX],
    len: usize,
}

impl HwAddr {
    /// The longest address.
    pub const MAX: usize = bindings::MAX_ADDR_LEN as usize;

    /// The address with these bytes; `EINVAL` if they are too many.
    pub fn new(address: &[u8]) -> Result<Self> {
        let mut bytes = [0; Self::MAX];
        bytes
            .get_mut(..address.len())
            .ok_or(EINVAL)?
            .copy_from_slice(address);
        Ok(HwAddr {
            bytes,
            len: address.len(),
        })
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// Whether a user wants a function to run (`enum devlink_port_fn_state`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum FunctionState {
    /// It is not to run.
    Inactive,
    /// It is to run.
    Active,
}

/// Whether a function runs (`enum devlink_port_fn_opstate`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum FunctionOpState {
    /// No driver has it.
    Detached,
    /// A driver has it.
    Attached,
}

/// A kind of port of the driver `T` (`struct devlink_port_ops`): what can be done with the function
/// behind it.
///
/// What only some ports of a kind can, the others refuse with `EOPNOTSUPP`.
#[vtable]
pub trait PortOps<T: Driver>: Send + Sync {
    /// Splits the port of that index in `count` ports (`port_split`). Only asked of ports that are
    /// [`splittable`](PortAttrs::splittable), in [`Ports`].
    fn split(&self, cx: &Locked<'_, T>, index: u32, count: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, index, count, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Makes the port of that index, which is a part of one, one again with the others
    /// (`port_unsplit`).
    fn unsplit(&self, cx: &Locked<'_, T>, index: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, index, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Removes the port of that index, which a user added, from [`Ports`] (`port_del`).
    fn delete(&self, cx: &Locked<'_, T>, index: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, index, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The function's hardware address.
    fn hw_addr(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<HwAddr> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the function's hardware address.
    fn set_hw_addr(&self, cx: &Locked<'_, T>, address: &[u8], extack: Extack<'_>) -> Result {
        let _ = (cx, address, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function is to run, and whether it does.
    fn state(
        &self,
        cx: &Locked<'_, T>,
        extack: Extack<'_>,
    ) -> Result<(FunctionState, FunctionOpState)> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Starts or stops the function.
    fn set_state(&self, cx: &Locked<'_, T>, state: FunctionState, extack: Extack<'_>) -> Result {
        let _ = (cx, state, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function can do RoCE.
    fn roce(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function do RoCE, or not.
    fn set_roce(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function can be migrated.
    fn migratable(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Makes it possible to migrate the function, or not.
    fn set_migratable(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function offloads the cryptography of IPsec.
    fn ipsec_crypto(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function offload the cryptography of IPsec, or not.
    fn set_ipsec_crypto(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function offloads all of IPsec.
    fn ipsec_packet(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function offload all of IPsec, or not.
    fn set_ipsec_packet(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How many IO event queues the function can have.
    fn max_io_eqs(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result<u32> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how many IO event queues the function can have.
    fn set_max_io_eqs(&self, cx: &Locked<'_, T>, max: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, max, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A port about which nothing can be done.
#[vtable]
impl<T: Driver> PortOps<T> for () {
    type OwnerModule = T::OwnerModule;
}

/// Ports as objects of an instance.
pub(super) struct PortKind;

/// The port is the first field, so that C's pointer is one to this.
#[repr(C)]
pub(super) struct PortState {
    port: bindings::devlink_port,
    devlink: NonNull<bindings::devlink>,
    index: u32,
}

impl Kind for PortKind {
    type State = PortState;

    unsafe fn unregister(state: *mut PortState) {
        // SAFETY: The port is registered, and the instance lock is held.
        unsafe { bindings::devl_port_unregister(&raw mut (*state).port) }
    }
}

/// A port.
///
/// # Invariants
///
/// The node is valid for `'s`.
pub struct Port<'s, T: Driver, P: PortOps<T>> {
    node: NonNull<Node<PortKind, P>>,
    index: u32,
    _object: HandleOf<'s, T, P>,
}

impl<T: Driver, P: PortOps<T>> Clone for Port<'_, T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, P: PortOps<T>> Copy for Port<'_, T, P> {}

// SAFETY: A handle is a reference to a value that is `Send` and `Sync`; the rest wants proofs.
unsafe impl<T: Driver, P: PortOps<T>> Send for Port<'_, T, P> {}

// SAFETY: As for `Send`: a shared handle gives no more than a copy of it does.
unsafe impl<T: Driver, P: PortOps<T>> Sync for Port<'_, T, P> {}

impl<'s, T: Driver, P: PortOps<T>> Port<'s, T, P> {
    /// Its index.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The driver's value.
    pub fn get<'a>(&self, _cx: &'a Locked<'_, T>) -> &'a P
    where
        's: 'a,
    {
        // SAFETY: By the type invariants. The value is dropped when nobody has a proof any more.
        unsafe { (*self.node.as_ptr()).value() }
    }
}

/// `Some` callback if the kind of port has the method, as a constant.
macro_rules! callback {
    ($has:expr, $callback:expr) => {
        if $has {
            Some($callback)
        } else {
            None
        }
    };
}

/// The operations of a kind of port.
struct Ops<T, P>(PhantomData<(T, P)>);

impl<T: Driver, P: PortOps<T>> Ops<T, P> {
    /// In read-only memory.
    const OPS: bindings::devlink_port_ops = bindings::devlink_port_ops {
        port_split: callback!(P::HAS_SPLIT, split::<T, P>),
        port_unsplit: callback!(P::HAS_UNSPLIT, unsplit::<T, P>),
        port_del: callback!(P::HAS_DELETE, delete::<T, P>),
        port_fn_hw_addr_get: callback!(P::HAS_HW_ADDR, hw_addr_get::<T, P>),
        port_fn_hw_addr_set: callback!(P::HAS_SET_HW_ADDR, hw_addr_set::<T, P>),
        port_fn_state_get: callback!(P::HAS_STATE, state_get::<T, P>),
        port_fn_state_set: callback!(P::HAS_SET_STATE, state_set::<T, P>),
        port_fn_roce_get: callback!(P::HAS_ROCE, roce_get::<T, P>),
        port_fn_roce_set: callback!(P::HAS_SET_ROCE, roce_set::<T, P>),
        port_fn_migratable_get: callback!(P::HAS_MIGRATABLE, migratable_get::<T, P>),
        port_fn_migratable_set: callback!(P::HAS_SET_MIGRATABLE, migratable_set::<T, P>),
        port_fn_ipsec_crypto_get: callback!(P::HAS_IPSEC_CRYPTO, ipsec_crypto_get::<T, P>),
        port_fn_ipsec_crypto_set: callback!(P::HAS_SET_IPSEC_CRYPTO, ipsec_crypto_set::<T, P>),
        port_fn_ipsec_packet_get: callback!(P::HAS_IPSEC_PACKET, ipsec_packet_get::<T, P>),
        port_fn_ipsec_packet_set: callback!(P::HAS_SET_IPSEC_PACKET, ipsec_packet_set::<T, P>),
        port_fn_max_io_eqs_get: callback!(P::HAS_MAX_IO_EQS, max_io_eqs_get::<T, P>),
        port_fn_max_io_eqs_set: callback!(P::HAS_SET_MAX_IO_EQS, max_io_eqs_set::<T, P>),
        ..pin_init::zeroed()
    };
}

/// What devlink is given for a port, and how.
fn registered<T: Driver, P: PortOps<T>>(
    devlink: NonNull<bindings::devlink>,
    index: u32,
    attrs: PortAttrs,
) -> (PortState, impl FnOnce(&Node<PortKind, P>) -> Result) {
    let state = PortState {
        port: pin_init::zeroed(),
        devlink,
        index,
    };
    (state, move |node| {
        // SAFETY: The node is new, so nobody else uses the port, which is zeros, and does not move
        // until it is unregistered. The operations are static. The instance is valid and its lock
        // is held: callers have a proof.
        unsafe {
            let port = &raw mut (*node.state()).port;
            attrs.set(port)?;
            to_result(bindings::devl_port_register_with_ops(
                devlink.as_ptr(),
                port,
                index,
                &const { Ops::<T, P>::OPS },
            ))
        }
    })
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// Adds a port that stays until the device goes down (`devl_port_register_with_ops()`).
    ///
    /// Fails with `EBUSY` if there is one of that index, with `EINVAL` for attributes that
    /// contradict each other.
    pub fn port<P: PortOps<T> + 'up>(
        &self,
        index: u32,
        attrs: PortAttrs,
        port: P,
    ) -> Result<Port<'up, T, P>> {
        let (state, register) = registered::<T, P>(self.devlink(), index, attrs);
        let node = self.objects().add(state, port, register)?;
        // INVARIANT: The objects are those of `'up`.
        Ok(Port {
            node,
            index,
            _object: PhantomData,
        })
    }

    /// A place for ports that come and go while the device is up.
    pub fn ports<P: PortOps<T> + 'up>(&self) -> Result<Ports<'up, T, P>> {
        let table = Table {
            ports: RBTree::new(),
        };
        let node = self
            .objects()
            .add::<TableKind<P>, ()>(table, (), |_| Ok(()))?;
        // INVARIANT: The objects are those of `'up`.
        Ok(Ports {
            node,
            _object: PhantomData,
            _value: PhantomData,
        })
    }
}

/// Places for ports as objects of an instance.
pub(super) struct TableKind<P>(PhantomData<P>);

/// Ports by index. Used by who has a proof, and never while devlink is called.
///
/// # Invariants
///
/// The nodes are valid and registered, until `unregister`.
pub(super) struct Table<P> {
    ports: RBTree<u32, NonNull<Node<PortKind, P>>>,
}

impl<P> Kind for TableKind<P> {
    type State = Table<P>;

    unsafe fn unregister(table: *mut Table<P>) {
        // SAFETY: The table is valid. It does not change meanwhile: the device goes down.
        for node in unsafe { (*table).ports.values() } {
            // SAFETY: By the type invariants, and the instance lock is held.
            unsafe { PortKind::unregister(node.as_ref().state()) };
        }
    }
}

impl<P> Drop for Table<P> {
    fn drop(&mut self) {
        for node in self.ports.values() {
            // SAFETY: They were unregistered, and no callback has a reference. If a value has
            // handles of other objects, it cannot use them without a proof.
            unsafe { Node::discard(node.as_ptr()) };
        }
    }
}

/// Ports that come and go while the device is up, for instance those of virtual functions.
///
/// It can be kept in [`Driver::Up`], and in the ports themselves.
///
/// # Invariants
///
/// The node is valid for `'up`. `P` outlives `'up`.
pub struct Ports<'up, T: Driver, P: PortOps<T>> {
    node: NonNull<Node<TableKind<P>, ()>>,
    _object: HandleOf<'up, T, ()>,
    // Not covariant: a value with a shorter lifetime must not be added.
    _value: PhantomData<fn(P) -> P>,
}

impl<T: Driver, P: PortOps<T>> Clone for Ports<'_, T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, P: PortOps<T>> Copy for Ports<'_, T, P> {}

// SAFETY: The values in it are `Send` and `Sync`, and all that it can do wants a proof.
unsafe impl<T: Driver, P: PortOps<T>> Send for Ports<'_, T, P> {}

// SAFETY: As for `Send`: what `&self` can change wants a proof, of which there is one at a time.
unsafe impl<T: Driver, P: PortOps<T>> Sync for Ports<'_, T, P> {}

impl<'up, T: Driver, P: PortOps<T>> Ports<'up, T, P> {
    /// The table.
    ///
    /// # Safety
    ///
    /// The caller has a proof, and calls nothing of devlink while it has the pointer's target
    /// borrowed.
    unsafe fn table(&self) -> *mut Table<P> {
        // SAFETY: By the type invariants.
        unsafe { (*self.node.as_ptr()).state() }
    }

    /// Adds a port (`devl_port_register_with_ops()`).
    ///
    /// Fails with `EBUSY` if the device has one of that index, with `EINVAL` for attributes that
    /// contradict each other, with `ENODEV` while the device goes down.
    pub fn add(&self, cx: &Locked<'_, T>, index: u32, attrs: PortAttrs, port: P) -> Result {
        self.add_node(cx, index, attrs, port)?;
        Ok(())
    }

    /// As [`add`](Self::add), for a port that a user wants: what [`Driver::port_new`] answers with.
    ///
    /// Such a port can be deleted: the kind has [`PortOps::delete`], which devlink calls also if
    /// the user cannot be answered.
    pub fn add_wanted<'a>(
        &self,
        cx: &'a Locked<'_, T>,
        index: u32,
        attrs: PortAttrs,
        port: P,
    ) -> Result<AddedPort<'a>> {
        const { assert!(P::HAS_DELETE, "a port that a user adds needs delete()") };
        let node = self.add_node(cx, index, attrs, port)?;
        Ok(AddedPort {
            // SAFETY: The node is valid.
            port: unsafe { &raw mut (*node.as_ref().state()).port },
            _cx: PhantomData,
        })
    }

    fn add_node(
        &self,
        cx: &Locked<'_, T>,
        index: u32,
        attrs: PortAttrs,
        port: P,
    ) -> Result<NonNull<Node<PortKind, P>>> {
        if cx.is_going_down() {
            return Err(ENODEV);
        }
        let reservation = RBTreeNodeReservation::new(GFP_KERNEL)?;
        let (state, register) = registered::<T, P>(cx.devlink(), index, attrs);
        let node = Node::new(state, port, register)?;
        // INVARIANT: It was registered.
        let entry = reservation.into_node(index, node);
        // There was none of that index, or devlink would have refused it.
        // SAFETY: `cx` is the proof.
        unsafe { (*self.table()).ports.insert(entry) };
        Ok(node)
    }

    /// Removes the port of that index (`devl_port_unregister()`). Its value is dropped when no
    /// callback runs; a callback about the port itself may remove it.
    ///
    /// Fails with `ENOENT` if there is none, with `ENODEV` while the device goes down.
    pub fn remove(&self, cx: &Locked<'_, T>, index: u32) -> Result {
        if cx.is_going_down() {
            return Err(ENODEV);
        }
        // SAFETY: `cx` is the proof.
        let node = unsafe { (*self.table()).ports.remove(&index) }.ok_or(ENOENT)?;
        // SAFETY: It was registered, and the instance lock is held. The value lives for `'up`, and
        // the device is not going down.
        unsafe {
            PortKind::unregister(node.as_ref().state());
            cx.retire(node);
        }
        Ok(())
    }

    /// The driver's value of the port of that index.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>, index: u32) -> Option<&'a P>
    where
        'up: 'a,
    {
        let _ = cx;
        // SAFETY: `cx` is the proof.
        let node = unsafe { (*self.table()).ports.get(&index).copied() }?;
        // SAFETY: The node is valid; if it is removed while `cx` exists, it is freed when no
        // callback runs, so later than that.
        Some(unsafe { (*node.as_ptr()).value() })
    }
}

/// A port that was just added with [`Ports::add_wanted`]; what [`Driver::port_new`] answers with.
///
/// # Invariants
///
/// The port's memory is valid for `'a`: if it is removed, it is freed when no callback runs.
pub struct AddedPort<'a> {
    port: *mut bindings::devlink_port,
    _cx: PhantomData<&'a ()>,
}

/// The flavour of a port that a user wants.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum NewFlavour {
    /// As [`Flavour::PciPf`].
    PciPf,
    /// As [`Flavour::PciVf`].
    PciVf,
    /// As [`Flavour::PciSf`].
    PciSf,
}

/// What a user wants a new port to be (`struct devlink_port_new_attrs`).
#[derive(Copy, Clone, Debug)]
pub struct NewPort {
    /// Its flavour.
    pub flavour: NewFlavour,
    /// The number of the physical function.
    pub pf: u16,
    /// Its index; the driver chooses one if there is none.
    pub index: Option<u32>,
    /// Its controller; that of this host if there is none.
    pub controller: Option<u32>,
    /// The number of the subfunction; the driver chooses one if there is none.
    pub sf: Option<u32>,
}

/// `port_new`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core, with valid attributes and a variable for the port.
pub(super) unsafe extern "C" fn new<T: Driver>(
    devlink: *mut bindings::devlink,
    attrs: *const bindings::devlink_port_new_attrs,
    extack: *mut bindings::netlink_ext_ack,
    port: *mut *mut bindings::devlink_port,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes attributes of its own.
    let attrs = unsafe { &*attrs };
    let flavour = match attrs.flavour {
        bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_PCI_PF => NewFlavour::PciPf,
        bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_PCI_VF => NewFlavour::PciVf,
        bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_PCI_SF => NewFlavour::PciSf,
        _ => {
            return extack
                .err(c"Ports of this flavour cannot be added", EOPNOTSUPP)
                .to_errno()
        }
    };
    let wanted = NewPort {
        flavour,
        pf: attrs.pfnum,
        index: (attrs.port_index_valid() != 0).then_some(attrs.port_index),
        controller: (attrs.controller_valid() != 0).then_some(attrs.controller),
        sf: (attrs.sfnum_valid() != 0).then_some(attrs.sfnum),
    };
    super::to_errno(T::port_new(&cx, &wanted, extack).and_then(|added| {
        // SAFETY: By the type invariants. The lock that is held guards the field.
        if unsafe { (*added.port).registered() } == 0 {
            // The driver removed it again.
            return Err(ENODEV);
        }
        // SAFETY: The core passes a variable of its own, and looks at the port with the lock held.
        unsafe { *port = added.port };
        Ok(())
    }))
}

/// The proof and the value of a port's callback.
///
/// # Safety
///
/// `port` is one that [`Bringup::port`] made with a value of type `P`, a core calls its operation,
/// and the proof's lifetime is one that whoever gets it is generic over.
unsafe fn enter<'a, 'bound, T: Driver, P>(
    port: *mut bindings::devlink_port,
) -> (Locked<'bound, T>, &'a P) {
    // SAFETY: The port is the first field of the state of a node, which exists while a core calls.
    let node: &Node<PortKind, P> = unsafe { &*Node::of_state(port.cast()) };
    // SAFETY: A core calls operations of ports with the instance lock held while the instance is
    // registered, and `Instance` registers it when the data is complete. The state's pointer to the
    // instance never changes.
    let cx = unsafe { Locked::new((*node.state()).devlink.as_ptr()) };
    (cx, node.value())
}

/// # Safety
///
/// Only to be called as an operation of a port that [`Bringup::port`] made, by a devlink core, with
/// room for [`HwAddr::MAX`] bytes and for the length.
unsafe extern "C" fn hw_addr_get<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    bytes: *mut u8,
    len: *mut c_int,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.hw_addr(&cx, extack).map(|address| {
        // SAFETY: The core passes variables of its own, with room for the longest address.
        unsafe {
            bytes.copy_from_nonoverlapping(address.bytes.as_ptr(), address.len);
            *len = address.len as c_int;
        }
    }))
}

/// # Safety
///
/// As for [`hw_addr_get`], with `len` bytes.
unsafe extern "C" fn hw_addr_set<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    bytes: *const u8,
    len: c_int,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    let Ok(len) = usize::try_from(len) else {
        return EINVAL.to_errno();
    };
    // SAFETY: The core passes an attribute of the request, and its length.
    let bytes = unsafe { slice::from_raw_parts(bytes, len) };
    super::to_errno(this.set_hw_addr(&cx, bytes, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`], with variables for the states.
unsafe extern "C" fn state_get<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    state: *mut bindings::devlink_port_fn_state,
    opstate: *mut bindings::devlink_port_fn_opstate,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.state(&cx, extack).map(|(is, runs)| {
        let is = match is {
            FunctionState::Inactive => {
                bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_INACTIVE
            }
            FunctionState::Active => bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_ACTIVE,
        };
        let runs = match runs {
            FunctionOpState::Detached => {
                bindings::devlink_port_fn_opstate_DEVLINK_PORT_FN_OPSTATE_DETACHED
            }
            FunctionOpState::Attached => {
                bindings::devlink_port_fn_opstate_DEVLINK_PORT_FN_OPSTATE_ATTACHED
            }
        };
        // SAFETY: The core passes variables of its own.
        unsafe {
            *state = is;
            *opstate = runs;
        }
    }))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn state_set<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    state: bindings::devlink_port_fn_state,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    let state = match state {
        bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_INACTIVE => FunctionState::Inactive,
        bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_ACTIVE => FunctionState::Active,
        _ => return EINVAL.to_errno(),
    };
    super::to_errno(this.set_state(&cx, state, extack))
}

/// The index of a port.
///
/// # Safety
///
/// As for [`enter`].
unsafe fn index_of(port: *mut bindings::devlink_port) -> u32 {
    let state: *mut PortState = port.cast();
    // SAFETY: The port is the first field of the state. The index does not change.
    unsafe { (*state).index }
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn split<T: Driver, P: PortOps<T>>(
    _devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    count: c_uint,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let ((cx, this), index) = unsafe { (enter::<T, P>(port), index_of(port)) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.split(&cx, index, count, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn unsplit<T: Driver, P: PortOps<T>>(
    _devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let ((cx, this), index) = unsafe { (enter::<T, P>(port), index_of(port)) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.unsplit(&cx, index, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn delete<T: Driver, P: PortOps<T>>(
    _devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the requirements of this function.
    let ((cx, this), index) = unsafe { (enter::<T, P>(port), index_of(port)) };
    // SAFETY: As in `hw_addr_get`.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.delete(&cx, index, extack))
}

/// The two callbacks of what is one value.
macro_rules! value_callbacks {
    ($($value:ty: $get:ident => $get_method:ident, $set:ident => $set_method:ident;)*) => {$(
        /// # Safety
        ///
        /// As for [`hw_addr_get`], with a variable for the value.
        unsafe extern "C" fn $get<T: Driver, P: PortOps<T>>(
            port: *mut bindings::devlink_port,
            value: *mut $value,
            extack: *mut bindings::netlink_ext_ack,
        ) -> c_int {
            // SAFETY: By the requirements of this function.
            let (cx, this) = unsafe { enter::<T, P>(port) };
            // SAFETY: As in `hw_addr_get`.
            let extack = unsafe { Extack::from_raw(extack) };
            super::to_errno(this.$get_method(&cx, extack).map(|is| {
                // SAFETY: The core passes a variable of its own.
                unsafe { *value = is };
            }))
        }

        /// # Safety
        ///
        /// As for [`hw_addr_get`].
        unsafe extern "C" fn $set<T: Driver, P: PortOps<T>>(
            port: *mut bindings::devlink_port,
            value: $value,
            extack: *mut bindings::netlink_ext_ack,
        ) -> c_int {
            // SAFETY: By the requirements of this function.
            let (cx, this) = unsafe { enter::<T, P>(port) };
            // SAFETY: As in `hw_addr_get`.
            let extack = unsafe { Extack::from_raw(extack) };
            super::to_errno(this.$set_method(&cx, value, extack))
        }
    )*};
}

value_callbacks! {
    bool: roce_get => roce, roce_set => set_roce;
    bool: migratable_get => migratable, migratable_set => set_migratable;
    bool: ipsec_crypto_get => ipsec_crypto, ipsec_crypto_set => set_ipsec_crypto;
    bool: ipsec_packet_get => ipsec_packet, ipsec_packet_set => set_ipsec_packet;
    u32: max_io_eqs_get => max_io_eqs, max_io_eqs_set => set_max_io_eqs;
}

const _: () = assert!(offset_of!(PortState, port) == 0);
