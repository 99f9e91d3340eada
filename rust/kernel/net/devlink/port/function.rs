// SPDX-License-Identifier: GPL-2.0

//! The functions behind ports, and the operations of ports.

use super::{
    PortKind,
    PortOps,
    PortState,
    PortType, //
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
                callback,
                Node, //
            },
            to_errno,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::{
    marker::PhantomData,
    slice, //
};

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

/// The operations of a kind of port.
pub(super) struct Ops<T, P>(PhantomData<(T, P)>);

impl<T: Driver, P: PortOps<T>> Ops<T, P> {
    /// In read-only memory.
    pub(super) const OPS: bindings::devlink_port_ops = bindings::devlink_port_ops {
        port_split: callback!(P::HAS_SPLIT, split::<T, P>),
        port_unsplit: callback!(P::HAS_UNSPLIT, unsplit::<T, P>),
        port_type_set: callback!(P::HAS_SET_TYPE, type_set::<T, P>),
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
    };
}

/// The instance and the value of a port's callback.
///
/// # Safety
///
/// `port` is one that `Bringup::port` made with a value of type `P`, and a core calls its
/// operation.
unsafe fn parts<'a, P>(port: *mut bindings::devlink_port) -> (*mut bindings::devlink, &'a P) {
    // SAFETY: The port is the first field of the state of a node, which exists while a core calls.
    let node: &Node<PortKind, P> = unsafe { &*Node::of_state(port.cast()) };
    // SAFETY: The state's pointer to the instance never changes.
    let devlink = unsafe { (*node.state()).devlink };
    (devlink.as_ptr(), node.value())
}

/// The proof and the value of a port's callback, after which a core uses the port.
///
/// # Safety
///
/// As for [`parts`], and the proof's lifetime is one that whoever gets it is generic over.
unsafe fn enter<'a, 'bound, T: Driver, P>(
    port: *mut bindings::devlink_port,
) -> (Locked<'bound, T>, &'a P) {
    // SAFETY: The port was made with a `P`, and a core calls its operation.
    let (devlink, value) = unsafe { parts(port) };
    // SAFETY: A core calls operations of ports with the instance lock held while the instance is
    // registered, and `Instance` registers it when the data is complete.
    (unsafe { Locked::about_object(devlink) }, value)
}

/// The proof and the value of a callback that may remove the port, whose index is returned, too.
///
/// # Safety
///
/// As for [`enter`].
unsafe fn enter_to_remove<'a, 'bound, T: Driver, P>(
    port: *mut bindings::devlink_port,
) -> (Locked<'bound, T>, &'a P, u32) {
    // SAFETY: The port was made with a `P`, and a core calls its operation.
    let (devlink, value) = unsafe { parts(port) };
    let state: *mut PortState = port.cast();
    // SAFETY: The port is the first field of the state. The index does not change.
    let index = unsafe { (*state).index };
    // SAFETY: A core calls operations of ports with the instance lock held while the instance is
    // registered, and `Instance` registers it when the data is complete.
    (unsafe { Locked::new(devlink) }, value, index)
}

/// As [`enter`], for a callback that only reads, which the core in C also calls when the port's
/// netdev is renamed or moves.
///
/// # Safety
///
/// As for [`enter`].
unsafe fn enter_reading<'a, 'bound, T: Driver, P>(
    port: *mut bindings::devlink_port,
) -> (Pinned<'bound, T>, &'a P) {
    // SAFETY: The port was made with a `P`, and a core calls its operation.
    let (devlink, value) = unsafe { parts(port) };
    // SAFETY: A core calls these operations with the instance lock held while the instance is
    // registered, or with RTNL held while a netdev of the port is registered: that is unregistered,
    // which takes RTNL, before the port and the data end. The data is complete before there are
    // ports.
    (unsafe { Pinned::new(devlink) }, value)
}

/// # Safety
///
/// Only to be called as an operation of a port that `Bringup::port` made, by a devlink core, with
/// room for [`HwAddr::MAX`] bytes and for the length.
unsafe extern "C" fn hw_addr_get<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    bytes: *mut u8,
    len: *mut c_int,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a port with a `P` which only reads.
    let (cx, this) = unsafe { enter_reading::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(this.hw_addr(&cx, extack).map(|address| {
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
    // SAFETY: A core calls an operation of a port that was made with a `P`.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let Ok(len) = usize::try_from(len) else {
        return EINVAL.to_errno();
    };
    // SAFETY: The core passes an attribute of the request, and its length.
    let bytes = unsafe { slice::from_raw_parts(bytes, len) };
    to_errno(this.set_hw_addr(&cx, bytes, extack))
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
    // SAFETY: A core calls an operation of a port with a `P` which only reads.
    let (cx, this) = unsafe { enter_reading::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(this.state(&cx, extack).map(|(is, runs)| {
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
    // SAFETY: A core calls an operation of a port that was made with a `P`.
    let (cx, this) = unsafe { enter::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let state = match state {
        bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_INACTIVE => FunctionState::Inactive,
        bindings::devlink_port_fn_state_DEVLINK_PORT_FN_STATE_ACTIVE => FunctionState::Active,
        _ => return EINVAL.to_errno(),
    };
    to_errno(this.set_state(&cx, state, extack))
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
    // SAFETY: A core calls an operation of a port with a `P`, which can be removed in it.
    let (cx, this, index) = unsafe { enter_to_remove::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(this.split(&cx, index, count, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn unsplit<T: Driver, P: PortOps<T>>(
    _devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a port with a `P`, which can be removed in it.
    let (cx, this, index) = unsafe { enter_to_remove::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(this.unsplit(&cx, index, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn delete<T: Driver, P: PortOps<T>>(
    _devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a port with a `P`, which can be removed in it.
    let (cx, this, index) = unsafe { enter_to_remove::<T, P>(port) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    to_errno(this.delete(&cx, index, extack))
}

/// # Safety
///
/// As for [`hw_addr_get`].
unsafe extern "C" fn type_set<T: Driver, P: PortOps<T>>(
    port: *mut bindings::devlink_port,
    to: bindings::devlink_port_type,
) -> c_int {
    // What is behind the port goes, and that is in a group. devlink uses the port afterwards: if it
    // goes, too, its memory is freed when no callback runs.
    // SAFETY: A core calls an operation of a port with a `P`, which can be removed in it.
    let (cx, this, index) = unsafe { enter_to_remove::<T, P>(port) };
    let set = PortType::from_c(to).and_then(|to| this.set_type(&cx, index, to));
    // SAFETY: The memory is freed when no callback runs, and the lock guards the field.
    if unsafe { (*port).registered() } == 0 {
        // devlink would tell users of the port.
        return ENODEV.to_errno();
    }
    to_errno(set)
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
            // SAFETY: A core calls an operation of a port with a `P` which only reads.
            let (cx, this) = unsafe { enter_reading::<T, P>(port) };
            // SAFETY: The core passes null or the request's, which only this task uses.
            let extack = unsafe { Extack::from_raw(extack) };
            to_errno(this.$get_method(&cx, extack).map(|is| {
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
            // SAFETY: A core calls an operation of a port that was made with a `P`.
            let (cx, this) = unsafe { enter::<T, P>(port) };
            // SAFETY: The core passes null or the request's, which only this task uses.
            let extack = unsafe { Extack::from_raw(extack) };
            to_errno(this.$set_method(&cx, value, extack))
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
