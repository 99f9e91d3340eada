// SPDX-License-Identifier: GPL-2.0

//! Ports that users ask for.

use crate::{
    bindings,
    net::{
        devlink::{
            instance::Locked,

            to_errno,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// A port that a user asked for, see [`Port::wanted`](super::Port::wanted).
///
/// # Invariants
///
/// The port is valid for `'s`.
pub struct WantedPort<'s> {
    port: *mut bindings::devlink_port,
    _object: PhantomData<&'s ()>,
}

impl<'s> WantedPort<'s> {
    /// # Safety
    ///
    /// The port is valid for `'s`.
    pub(super) unsafe fn new(port: *mut bindings::devlink_port) -> Self {
        // INVARIANT: By the requirements of this function.
        WantedPort {
            port,
            _object: PhantomData,
        }
    }

    /// # Safety
    ///
    /// The port's memory is valid for `'a`.
    pub(in crate::net::devlink) unsafe fn added<'a>(self) -> AddedPort<'a> {
        // INVARIANT: By the requirements of this function.
        AddedPort {
            port: self.port,
            _cx: PhantomData,
        }
    }
}

/// A port that was just added with
/// [`Groups::add_wanted`](crate::net::devlink::Groups::add_wanted); what [`Driver::port_new`]
/// answers with.
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
    /// As [`Flavour::PciPf`](super::Flavour::PciPf).
    PciPf,
    /// As [`Flavour::PciVf`](super::Flavour::PciVf).
    PciVf,
    /// As [`Flavour::PciSf`](super::Flavour::PciSf).
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
pub(in crate::net::devlink) unsafe extern "C" fn new<T: Driver>(
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
    to_errno(T::port_new(&cx, &wanted, extack).and_then(|added| {
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
