// SPDX-License-Identifier: GPL-2.0

//! Ports, and the functions behind them.

use super::{
    instance::{
        Bringup,
        Locked,
        Pinned, //
    },
    object::{
        impl_handle,
        Handle,
        Kind,
        Node, //
    },
    resource::PortResources,
    Driver, //
};

use crate::{
    bindings,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    mem::offset_of,
    ptr::NonNull, //
};

mod buffers;
mod function;
mod netdev;
mod new;
mod on;
mod port_type;

pub(super) use self::{
    buffers::sharing,
    new::new, //
};
pub use self::{
    function::{
        FunctionOpState,
        FunctionState,
        HwAddr, //
    },
    netdev::Netdev,
    new::{
        AddedPort,
        NewFlavour,
        NewPort,
        WantedPort, //
    },
    on::OnPort,
    port_type::{
        IbDevice,
        PortType, //
    }, //
};

/// What a port is (`enum devlink_port_flavour`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Flavour {
    /// A port with a connector, of that number. A part of one that is split has a number of its
    /// own, too (`devlink_port_attrs_set()`, as for all without another function).
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
    /// The port of a PCI physical function (`devlink_port_attrs_pci_pf_set()`).
    PciPf {
        /// The controller, 0 for the one of this host.
        controller: u32,
        /// The function's number.
        pf: u16,
        /// Whether the function is on another host.
        external: bool,
    },
    /// The port of a PCI virtual function (`devlink_port_attrs_pci_vf_set()`).
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
    /// The port of a subfunction (`devlink_port_attrs_pci_sf_set()`).
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
    /// Unless devlink is told nothing of it.
    flavour: Option<Flavour>,
    lanes: u32,
    splittable: bool,
    switch_id: ([u8; PortAttrs::MAX_SWITCH_ID], u8),
}

impl PortAttrs {
    /// The longest switch identifier.
    pub const MAX_SWITCH_ID: usize = bindings::MAX_PHYS_ITEM_ID_LEN as usize;

    /// A port of which users are told nothing but its index and its type; nor is the name of its
    /// netdev made of more. Whatever else is said of it is ignored.
    pub const NONE: Self = PortAttrs {
        flavour: None,
        lanes: 0,
        splittable: false,
        switch_id: ([0; Self::MAX_SWITCH_ID], 0),
    };

    /// A port of that flavour.
    pub const fn new(flavour: Flavour) -> Self {
        PortAttrs {
            flavour: Some(flavour),
            ..Self::NONE
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
        let Some(flavour) = self.flavour else {
            return Ok(());
        };
        let switch_id = bindings::netdev_phys_item_id {
            id: self.switch_id.0,
            id_len: self.switch_id.1,
        };
        let mut attrs: bindings::devlink_port_attrs = pin_init::zeroed();
        attrs.lanes = self.lanes;
        attrs.set_splittable(self.splittable.into());
        attrs.switch_id = switch_id;
        match flavour {
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
                attrs.flavour = if matches!(flavour, Flavour::Cpu { .. }) {
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
                // SAFETY: The port is valid, and nobody else uses it. This function takes the
                // switch's identifier from there.
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
                // SAFETY: The port is valid, and nobody else uses it. This function takes the
                // switch's identifier from there.
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
                // SAFETY: The port is valid, and nobody else uses it. This function takes the
                // switch's identifier from there.
                unsafe {
                    (*port).attrs.switch_id = switch_id;
                    bindings::devlink_port_attrs_pci_sf_set(port, controller, pf, sf, external);
                }
                return Ok(());
            }
        }
        // SAFETY: The port is valid, and nobody else uses it. The attributes are copied.
        unsafe { bindings::devlink_port_attrs_set(port, &attrs) };
        Ok(())
    }
}

/// A kind of port of the driver `T` (`struct devlink_port_ops`): what can be done with the function
/// behind it.
///
/// What only some ports of a kind can, the others refuse with `EOPNOTSUPP`.
///
/// What a function is like is also asked when the port's [netdev](OnPort::netdev) is renamed or
/// moves to another namespace: on the core in C with RTNL and without the instance lock. So these
/// methods get a [`Pinned`], and must not wait for a lock with which netdevs are made or removed.
#[vtable]
pub trait PortOps<T: Driver>: Send + Sync {
    /// Splits the port of that index in `count` ports (`port_split`). Only asked of ports that are
    /// [`splittable`](PortAttrs::splittable), in [groups](super::Groups).
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

    /// Removes the port of that index, which a user added, from its [group](super::Groups)
    /// (`port_del`).
    fn delete(&self, cx: &Locked<'_, T>, index: u32, extack: Extack<'_>) -> Result {
        let _ = (cx, index, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Makes the port of that index one of another type (`port_type_set`): removes what is behind
    /// it from its [group](super::Groups), and adds something else, see [`OnPort::netdev`].
    ///
    /// A user who wants [`PortType::Auto`] leaves it to the driver.
    fn set_type(&self, cx: &Locked<'_, T>, index: u32, to: PortType) -> Result {
        let _ = (cx, index, to);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The function's hardware address (`port_fn_hw_addr_get`).
    fn hw_addr(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<HwAddr> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the function's hardware address (`port_fn_hw_addr_set`).
    ///
    /// Of an Ethernet port it is six bytes, and unicast. Of others it is what the user gave, up to
    /// [`HwAddr::MAX`] bytes.
    fn set_hw_addr(&self, cx: &Locked<'_, T>, address: &[u8], extack: Extack<'_>) -> Result {
        let _ = (cx, address, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function is to run, and whether it does (`port_fn_state_get`).
    fn state(
        &self,
        cx: &Pinned<'_, T>,
        extack: Extack<'_>,
    ) -> Result<(FunctionState, FunctionOpState)> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Starts or stops the function (`port_fn_state_set`).
    fn set_state(&self, cx: &Locked<'_, T>, state: FunctionState, extack: Extack<'_>) -> Result {
        let _ = (cx, state, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function can do RoCE (`port_fn_roce_get`).
    fn roce(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function do RoCE, or not (`port_fn_roce_set`).
    fn set_roce(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function can be migrated (`port_fn_migratable_get`).
    fn migratable(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Makes it possible to migrate the function, or not (`port_fn_migratable_set`).
    fn set_migratable(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function offloads the cryptography of IPsec (`port_fn_ipsec_crypto_get`).
    fn ipsec_crypto(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function offload the cryptography of IPsec, or not (`port_fn_ipsec_crypto_set`).
    fn set_ipsec_crypto(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the function offloads all of IPsec (`port_fn_ipsec_packet_get`).
    fn ipsec_packet(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<bool> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the function offload all of IPsec, or not (`port_fn_ipsec_packet_set`).
    fn set_ipsec_packet(&self, cx: &Locked<'_, T>, on: bool, extack: Extack<'_>) -> Result {
        let _ = (cx, on, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How many IO event queues the function can have (`port_fn_max_io_eqs_get`).
    fn max_io_eqs(&self, cx: &Pinned<'_, T>, extack: Extack<'_>) -> Result<u32> {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how many IO event queues the function can have (`port_fn_max_io_eqs_set`).
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
    resources: PortResources,
    shares_buffers: bool,
}

impl Kind for PortKind {
    type State = PortState;

    unsafe fn unregister(state: *mut PortState) {
        // SAFETY: The port is registered, and the instance lock is held.
        unsafe { bindings::devl_port_unregister(&raw mut (*state).port) }
    }
}

/// A port.
pub struct Port<'s, T: Driver, P: PortOps<T>>(Handle<'s, T, PortKind, P>);

impl_handle!(Port: PortOps);

impl<'s, T: Driver, P: PortOps<T>> Port<'s, T, P> {
    /// Its index.
    pub fn index(&self) -> u32 {
        // SAFETY: The state is valid while the handle exists, and the index does not change.
        unsafe { (*self.0.state()).index }
    }

    /// The port, for a part of the driver that is in C: registered as long as this is, by its
    /// lifetime.
    pub fn as_raw(&self) -> *mut bindings::devlink_port {
        self.raw().as_ptr()
    }

    /// The handle that this is made of.
    pub(super) fn handle(&self) -> &Handle<'s, T, PortKind, P> {
        &self.0
    }

    /// The C port.
    pub(super) fn raw(&self) -> NonNull<bindings::devlink_port> {
        // CAST: The port is the first field of the state.
        // SAFETY: The state is in a node, so its pointer is not null.
        unsafe { NonNull::new_unchecked(self.0.state().cast()) }
    }

    /// Says that a user asked for this port, for [`Groups::add_wanted`](super::Groups::add_wanted).
    ///
    /// Such a port can be deleted: the kind has [`PortOps::delete`], which devlink calls also if
    /// the user cannot be answered.
    pub fn wanted(&self) -> WantedPort<'s> {
        const { assert!(P::HAS_DELETE, "a port that a user adds needs delete()") };
        // SAFETY: The port is valid while the handle exists.
        unsafe { WantedPort::new(self.raw().as_ptr()) }
    }
}

/// What devlink is given for a port, and how.
fn registered<T: Driver, P: PortOps<T>>(
    devlink: NonNull<bindings::devlink>,
    linecard: Option<NonNull<bindings::devlink_linecard>>,
    index: u32,
    attrs: PortAttrs,
) -> (PortState, impl FnOnce(&Node<PortKind, P>) -> Result) {
    let state = PortState {
        port: pin_init::zeroed(),
        devlink,
        index,
        resources: PortResources::new(),
        shares_buffers: false,
    };
    (state, move |node| {
        // SAFETY: The node is new, so nobody else uses the port, which is zeros, and does not move
        // until it is unregistered, before a line card is destroyed. The operations are static. The
        // instance is valid and its lock is held: callers have a proof.
        unsafe {
            let port = &raw mut (*node.state()).port;
            attrs.set(port)?;
            if let Some(linecard) = linecard {
                bindings::devlink_port_linecard_set(port, linecard.as_ptr());
            }
            to_result(bindings::devl_port_register_with_ops(
                devlink.as_ptr(),
                port,
                index,
                &const { function::Ops::<T, P>::OPS },
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
        let (state, register) =
            registered::<T, P>(self.devlink(), self.raw_linecard(), index, attrs);
        let node = self.objects().add(state, port, register)?;
        // SAFETY: The objects are those of `'up`, and of that instance.
        Ok(Port(unsafe { Handle::new(node, self.devlink()) }))
    }
}

const _: () = assert!(offset_of!(PortState, port) == 0);
