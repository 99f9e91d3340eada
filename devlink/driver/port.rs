// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about a port.

use super::{
    access::{
        InstanceLocked,
        LockedOps,
        Owner, //
    },
    ops::{
        Feature,
        Ops,
        MISSING, //
    },
};

use crate::{
    port::{
        NewPort,
        Port, //
    },
    port_function::{
        Capability,
        HwAddr, //
    },
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    warn_on, //
};

use core::ptr::{
    self,
    NonNull, //
};

/// The port behind a pointer from C, if it is registered.
///
/// # Safety
///
/// `port` is valid, was zeroed before its first use, and is not unregistered during `'a`.
pub(crate) unsafe fn registered_port<'a>(
    port: *mut bindings::devlink_port,
) -> Option<ArcBorrow<'a, Port>> {
    // SAFETY: The caller promises that what is pointed to is valid. `list.next` owns a reference
    // while `registered` is set.
    unsafe {
        if (*port).registered() == 0 {
            return None;
        }
        Some(ArcBorrow::from_raw((*port).list.next.cast::<Port>()))
    }
}

/// The driver's side of a port.
///
/// # Invariants
///
/// The structure belongs to the driver and is valid while the port is registered, as `owner` says.
pub(crate) struct DriverPort {
    raw: NonNull<bindings::devlink_port>,
    ops: &'static bindings::devlink_port_ops,
    owner: Owner,
    /// What callbacks there are, for those who look without a lock: a mask of bits.
    abilities: u16,
}

const SPLIT: u16 = 1 << 0;
const SET_TYPE: u16 = 1 << 1;
const ANSWERS_ABOUT_FUNCTION: u16 = 1 << 2;
const SET_HW_ADDR: u16 = 1 << 3;
const SET_STATE: u16 = 1 << 4;
const SET_MAX_IO_EQS: u16 = 1 << 5;
/// The bit of the first [`Capability`] that can be set.
const SET_CAPABILITY: u16 = 1 << 6;

fn abilities(ops: &bindings::devlink_port_ops) -> u16 {
    let answers_about_function = ops.port_fn_hw_addr_get.is_some()
        || ops.port_fn_roce_get.is_some()
        || ops.port_fn_migratable_get.is_some()
        || ops.port_fn_ipsec_crypto_get.is_some()
        || ops.port_fn_ipsec_packet_get.is_some()
        || ops.port_fn_state_get.is_some()
        || ops.port_fn_max_io_eqs_get.is_some();
    [
        (ops.port_split.is_some(), SPLIT),
        (ops.port_type_set.is_some(), SET_TYPE),
        (answers_about_function, ANSWERS_ABOUT_FUNCTION),
        (ops.port_fn_hw_addr_set.is_some(), SET_HW_ADDR),
        (ops.port_fn_state_set.is_some(), SET_STATE),
        (ops.port_fn_max_io_eqs_set.is_some(), SET_MAX_IO_EQS),
        (
            ops.port_fn_roce_set.is_some(),
            set_capability(Capability::Roce),
        ),
        (
            ops.port_fn_migratable_set.is_some(),
            set_capability(Capability::Migratable),
        ),
        (
            ops.port_fn_ipsec_crypto_set.is_some(),
            set_capability(Capability::IpsecCrypto),
        ),
        (
            ops.port_fn_ipsec_packet_set.is_some(),
            set_capability(Capability::IpsecPacket),
        ),
    ]
    .into_iter()
    .filter(|(is_there, _)| *is_there)
    .fold(0, |mask, (_, bit)| mask | bit)
}

const fn set_capability(capability: Capability) -> u16 {
    SET_CAPABILITY
        << match capability {
            Capability::Roce => 0,
            Capability::Migratable => 1,
            Capability::IpsecCrypto => 2,
            Capability::IpsecPacket => 3,
        }
}

// SAFETY: The pointer is only used under the instance lock, or for fields that only the core
// changes.
unsafe impl Send for DriverPort {}

// SAFETY: The pointer is only used under the instance lock, or for fields that only the core
// changes.
unsafe impl Sync for DriverPort {}

/// What a callback answers for a port that lacks what it is about.
const UNSUPPORTED: c_int = -(bindings::EOPNOTSUPP as c_int);

/// Calls a callback of the port's table; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($devlink:ident, $self:ident . $callback:ident ( $($arg:expr),* )) => {{
        $devlink.check(&$self.owner)?;
        call_checked!($self.$callback($($arg),*))
    }};
}

/// The same, when it was checked that the port is registered and the lock that of its instance.
macro_rules! call_checked {
    ($port:ident . $callback:ident ( $($arg:expr),* )) => {{
        let callback = $port.ops.$callback.ok_or(MISSING)?;
        // SAFETY: The instance lock is held and the port registered, so by the type invariants its
        // structure is valid; the driver's table promises that the callback may then be called with
        // it, and the other arguments are valid for the call.
        match unsafe { callback($($arg),*) } {
            // The usual answers, without a call: a dump asks several times for each port.
            0 => Ok(()),
            UNSUPPORTED => Err(EOPNOTSUPP),
            answer => to_result(answer),
        }
    }};
}

impl DriverPort {
    /// The side of a driver that registers the port `raw` with the operations `ops`.
    ///
    /// # Safety
    ///
    /// Both are valid until the port is unregistered.
    pub(crate) unsafe fn new(
        raw: NonNull<bindings::devlink_port>,
        ops: *const bindings::devlink_port_ops,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // SAFETY: The caller promises that it is valid until the port is unregistered.
        let ops = unsafe { &*ops };
        // INVARIANT: The caller promises the same of the structure.
        DriverPort {
            raw,
            ops,
            abilities: abilities(ops),
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The structure, to pass it to the driver.
    pub(crate) fn as_raw(&self) -> *mut bindings::devlink_port {
        self.raw.as_ptr()
    }

    /// Whether the driver can be asked about the port's function.
    pub(crate) fn answers_about_function(&self) -> bool {
        self.has(ANSWERS_ABOUT_FUNCTION)
    }

    /// The function behind the port, to ask the driver about it: several times for each port of a
    /// dump, for which it is checked once that the lock is that of the port's instance.
    pub(crate) fn function<'a>(&'a self, devlink: InstanceLocked<'a>) -> Result<PortFunction<'a>> {
        devlink.check(&self.owner)?;
        // INVARIANT: It was checked.
        Ok(PortFunction {
            port: self,
            _lock: devlink,
        })
    }

    fn has(&self, ability: u16) -> bool {
        self.abilities & ability != 0
    }

    /// Whether the driver can split the port.
    pub(crate) fn can_split(&self) -> bool {
        self.has(SPLIT)
    }

    /// Splits the port into `count` ports.
    pub(crate) fn split(
        &self,
        devlink: InstanceLocked<'_>,
        count: u32,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.port_split(devlink.as_raw(), self.as_raw(), count, extack.as_raw())
        )
    }

    /// Joins the ports of the split group.
    pub(crate) fn unsplit(&self, devlink: InstanceLocked<'_>, extack: Extack<'_>) -> Result {
        call!(
            devlink,
            self.port_unsplit(devlink.as_raw(), self.as_raw(), extack.as_raw())
        )
    }

    /// Deletes the port, which a user made.
    pub(crate) fn delete(&self, devlink: InstanceLocked<'_>, extack: Extack<'_>) -> Result {
        call!(
            devlink,
            self.port_del(devlink.as_raw(), self.as_raw(), extack.as_raw())
        )
    }

    /// Whether the driver can change the port's type.
    pub(crate) fn can_set_type(&self) -> bool {
        self.has(SET_TYPE)
    }

    /// Changes the port's type.
    pub(crate) fn set_type(&self, devlink: InstanceLocked<'_>, wanted: u16) -> Result {
        call!(devlink, self.port_type_set(self.as_raw(), wanted.into()))
    }

    /// Shows drivers what type was asked for.
    pub(crate) fn mirror_desired_type(&self, devlink: InstanceLocked<'_>, wanted: u16) {
        if devlink.check(&self.owner).is_ok() {
            // SAFETY: The instance lock is held and the port registered, so its structure is valid,
            // and the field changes only under that lock.
            unsafe { (*self.as_raw()).desired_type = wanted.into() };
        }
    }

    /// Whether the function's hardware address can be set.
    pub(crate) fn can_set_hw_addr(&self) -> bool {
        self.has(SET_HW_ADDR)
    }

    /// Sets the function's hardware address.
    pub(crate) fn set_hw_addr(
        &self,
        devlink: InstanceLocked<'_>,
        hw_addr: &[u8],
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.port_fn_hw_addr_set(
                self.as_raw(),
                hw_addr.as_ptr(),
                hw_addr.len() as c_int,
                extack.as_raw()
            )
        )
    }

    /// Whether the capability can be switched.
    pub(crate) fn can_set_capability(&self, capability: Capability) -> bool {
        self.has(set_capability(capability))
    }

    /// Switches the capability.
    pub(crate) fn set_capability(
        &self,
        devlink: InstanceLocked<'_>,
        capability: Capability,
        enable: bool,
        extack: Extack<'_>,
    ) -> Result {
        let (port, extack) = (self.as_raw(), extack.as_raw());
        match capability {
            Capability::Roce => call!(devlink, self.port_fn_roce_set(port, enable, extack)),
            Capability::Migratable => {
                call!(devlink, self.port_fn_migratable_set(port, enable, extack))
            }
            Capability::IpsecCrypto => {
                call!(devlink, self.port_fn_ipsec_crypto_set(port, enable, extack))
            }
            Capability::IpsecPacket => {
                call!(devlink, self.port_fn_ipsec_packet_set(port, enable, extack))
            }
        }
    }

    /// Whether the function's state can be set.
    pub(crate) fn can_set_state(&self) -> bool {
        self.has(SET_STATE)
    }

    /// Sets the function's state.
    pub(crate) fn set_state(
        &self,
        devlink: InstanceLocked<'_>,
        state: u8,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.port_fn_state_set(self.as_raw(), state.into(), extack.as_raw())
        )
    }

    /// Whether it can be set how many event queues the function may have.
    pub(crate) fn can_set_max_io_eqs(&self) -> bool {
        self.has(SET_MAX_IO_EQS)
    }

    /// Sets how many event queues for completions the function may have.
    pub(crate) fn set_max_io_eqs(
        &self,
        devlink: InstanceLocked<'_>,
        max: u32,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.port_fn_max_io_eqs_set(self.as_raw(), max, extack.as_raw())
        )
    }
}

/// The function behind a port whose driver can be asked about it.
///
/// # Invariants
///
/// The port is registered, and the lock is that of its instance.
pub(crate) struct PortFunction<'a> {
    port: &'a DriverPort,
    _lock: InstanceLocked<'a>,
}

impl PortFunction<'_> {
    /// Reads the hardware address.
    pub(crate) fn hw_addr(&self, hw_addr: &mut HwAddr, extack: Extack<'_>) -> Result {
        let port = self.port;
        let mut len = 0;
        call_checked!(port.port_fn_hw_addr_get(
            port.as_raw(),
            hw_addr.bytes.as_mut_ptr(),
            &mut len,
            extack.as_raw()
        ))?;
        hw_addr.len = u8::try_from(len).map_err(|_| EINVAL)?;
        Ok(())
    }

    /// Whether it has the capability.
    pub(crate) fn capability(&self, capability: Capability, extack: Extack<'_>) -> Result<bool> {
        let port = self.port;
        let mut enabled = false;
        let (raw, out, extack) = (port.as_raw(), &mut enabled, extack.as_raw());
        match capability {
            Capability::Roce => call_checked!(port.port_fn_roce_get(raw, out, extack)),
            Capability::Migratable => {
                call_checked!(port.port_fn_migratable_get(raw, out, extack))
            }
            Capability::IpsecCrypto => {
                call_checked!(port.port_fn_ipsec_crypto_get(raw, out, extack))
            }
            Capability::IpsecPacket => {
                call_checked!(port.port_fn_ipsec_packet_get(raw, out, extack))
            }
        }?;
        Ok(enabled)
    }

    /// The state, and the operational state.
    pub(crate) fn state(&self, extack: Extack<'_>) -> Result<(u32, u32)> {
        let port = self.port;
        let (mut state, mut opstate) = (0, 0);
        call_checked!(port.port_fn_state_get(
            port.as_raw(),
            &mut state,
            &mut opstate,
            extack.as_raw()
        ))?;
        Ok((state, opstate))
    }

    /// How many event queues for completions it may have.
    pub(crate) fn max_io_eqs(&self, extack: Extack<'_>) -> Result<u32> {
        let port = self.port;
        let mut max = 0;
        call_checked!(port.port_fn_max_io_eqs_get(port.as_raw(), &mut max, extack.as_raw()))?;
        Ok(max)
    }
}

impl Ops<'_> {
    /// Whether users can have the driver make ports.
    pub(crate) fn can_make_ports(self) -> bool {
        self.feature(Feature::PortNew)
            .is_some_and(|table| table.port_new.is_some())
    }
}

impl LockedOps<'_> {
    /// Has the driver make a port, which it registers meanwhile.
    pub(crate) fn port_new(self, wanted: &NewPort, extack: Extack<'_>) -> Result<Arc<Port>> {
        let callback = self
            .feature(Feature::PortNew)
            .and_then(|table| table.port_new)
            .ok_or(MISSING)?;
        let mut attrs = bindings::devlink_port_new_attrs {
            flavour: wanted.flavour.into(),
            port_index: wanted.index.unwrap_or(0),
            controller: wanted.controller.unwrap_or(0),
            sfnum: wanted.sf.unwrap_or(0),
            pfnum: wanted.pf,
            ..Default::default()
        };
        attrs.set_port_index_valid(wanted.index.is_some().into());
        attrs.set_controller_valid(wanted.controller.is_some().into());
        attrs.set_sfnum_valid(wanted.sf.is_some().into());
        let mut made = ptr::null_mut();
        // SAFETY: The instance is valid and its instance lock held; the driver's table promises
        // that the callback may then be called.
        to_result(unsafe {
            callback(self.devlink().as_raw(), &attrs, extack.as_raw(), &mut made)
        })?;
        // SAFETY: On success the driver has stored a port that it registered, and the instance lock
        // keeps it so.
        let port = unsafe { registered_port(made) };
        warn_on!(port.is_none());
        port.map(Arc::from).ok_or(EINVAL)
    }
}
