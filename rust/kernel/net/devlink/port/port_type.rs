// SPDX-License-Identifier: GPL-2.0

//! What is behind a port, when it is no netdev that devlink knows.

use super::OnPort;

use crate::{
    bindings,
    net::devlink::{
        object::Kind,
        Driver, //
    },
    prelude::*,
    types::Opaque, //
};

use core::ptr::{
    self,
    NonNull, //
};

/// What a port leads to (`enum devlink_port_type`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum PortType {
    /// It is not known.
    NotSet,
    /// Whatever is there: the driver looks.
    Auto,
    /// Ethernet.
    Eth,
    /// InfiniBand.
    Ib,
}

impl PortType {
    pub(super) fn from_c(number: bindings::devlink_port_type) -> Result<Self> {
        match number {
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_NOTSET => Ok(PortType::NotSet),
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_AUTO => Ok(PortType::Auto),
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_ETH => Ok(PortType::Eth),
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_IB => Ok(PortType::Ib),
            _ => Err(EINVAL),
        }
    }
}

/// An InfiniBand device (`struct ib_device`), which devlink shows the name of.
#[repr(transparent)]
pub struct IbDevice(Opaque<bindings::ib_device>);

// SAFETY: A reference can be used for nothing but its name, which may be read by any thread.
unsafe impl Sync for IbDevice {}

impl IbDevice {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// The device is valid during `'a`.
    pub unsafe fn from_raw<'a>(device: *mut bindings::ib_device) -> &'a Self {
        // SAFETY: By the requirements of this function; `IbDevice` is transparent over it.
        unsafe { &*device.cast() }
    }
}

/// Fails with `EBUSY` if something is behind a port already: what devlink keeps of a netdev and of
/// an InfiniBand device has the same place, and events about one of two would be taken for the
/// other's.
///
/// # Safety
///
/// The port is valid, and the instance lock is held.
pub(super) unsafe fn is_vacant(port: *mut bindings::devlink_port) -> Result {
    // SAFETY: The port is valid. The type is read in one go: events of a netdev write it, with
    // RTNL, but not another one as long as the netdev is registered.
    let now = unsafe { (&raw const (*port).type_).read_volatile() };
    if now == bindings::devlink_port_type_DEVLINK_PORT_TYPE_NOTSET {
        Ok(())
    } else {
        Err(EBUSY)
    }
}

/// A port's type as an object.
struct TypeKind;

impl Kind for TypeKind {
    type State = NonNull<bindings::devlink_port>;

    unsafe fn unregister(port: *mut Self::State) {
        // SAFETY: The state is valid, and the port is registered: its objects end before it does.
        unsafe { bindings::devlink_port_type_clear((*port).as_ptr()) };
    }
}

impl<'s, T: Driver> OnPort<'_, 's, '_, T> {
    /// Says that the port is an Ethernet port whose netdev devlink does not know
    /// (`devlink_port_type_eth_set()`), until the group or the device goes.
    ///
    /// The kernel logs that this is odd, and again when it ends; a driver with a netdev makes that
    /// with [`netdev`](Self::netdev). Fails with `EBUSY` if the port has a type already.
    pub fn ethernet(&self) -> Result {
        self.typed(|port| {
            // SAFETY: The port is registered.
            unsafe { bindings::devlink_port_type_eth_set(port) }
        })
    }

    /// Says that the port is an InfiniBand port, and with which device
    /// (`devlink_port_type_ib_set()`), until the group or the device goes.
    ///
    /// Fails with `EBUSY` if the port has a type already.
    pub fn infiniband(&self, device: Option<&'s IbDevice>) -> Result {
        let device = device.map_or(ptr::null_mut(), |device| device.0.get());
        self.typed(|port| {
            // SAFETY: The port is registered. The device is valid for `'s`, which ends after the
            // object, whose end clears the type.
            unsafe { bindings::devlink_port_type_ib_set(port, device) }
        })
    }

    /// Adds the type that `set` sets.
    fn typed(&self, set: impl FnOnce(*mut bindings::devlink_port)) -> Result {
        let port = self.raw();
        // SAFETY: By the type invariants, and `self` says that the lock is held.
        unsafe { is_vacant(port.as_ptr())? };
        self.objects().add::<TypeKind, ()>(port, (), |_| {
            set(port.as_ptr());
            Ok(())
        })?;
        Ok(())
    }
}
