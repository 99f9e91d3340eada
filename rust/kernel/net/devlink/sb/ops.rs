// SPDX-License-Identifier: GPL-2.0

//! The operations of an instance that are about shared buffers.

use super::{
    Binding,
    BufferKind,
    PoolType,
    SharedBufferDriver,
    ThresholdType,
    TrafficClass, //
};

use crate::{
    bindings,
    net::{
        devlink::{
            instance::Locked,
            object::{
                callback,
                Node, //
            },
            port,
            to_errno,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// Whether a driver has shared buffers, see [`Driver::SHARED_BUFFERS`].
pub struct SharedBuffers<T: Driver> {
    ops: Option<bindings::devlink_ops>,
    _driver: PhantomData<fn(T)>,
}

impl<T: Driver> SharedBuffers<T> {
    /// It has none.
    pub const NONE: Self = SharedBuffers {
        ops: None,
        _driver: PhantomData,
    };

    /// It can have some, with what the driver implements.
    pub const fn of() -> Self
    where
        T: SharedBufferDriver,
    {
        let ops = bindings::devlink_ops {
            sb_pool_get: callback!(T::HAS_POOL, pool_get::<T>),
            sb_pool_set: callback!(T::HAS_SET_POOL, pool_set::<T>),
            sb_port_pool_get: callback!(T::HAS_PORT_POOL, port_pool_get::<T>),
            sb_port_pool_set: callback!(T::HAS_SET_PORT_POOL, port_pool_set::<T>),
            sb_tc_pool_bind_get: callback!(T::HAS_BINDING, binding_get::<T>),
            sb_tc_pool_bind_set: callback!(T::HAS_SET_BINDING, binding_set::<T>),
            sb_occ_snapshot: callback!(T::HAS_TAKE_SNAPSHOT, occ_snapshot::<T>),
            sb_occ_max_clear: callback!(T::HAS_CLEAR_MAX, occ_max_clear::<T>),
            sb_occ_port_pool_get: callback!(T::HAS_PORT_POOL_OCCUPANCY, occ_port_pool_get::<T>),
            sb_occ_tc_port_bind_get: callback!(T::HAS_CLASS_OCCUPANCY, occ_binding_get::<T>),
            ..pin_init::zeroed()
        };
        SharedBuffers {
            ops: Some(ops),
            _driver: PhantomData,
        }
    }

    /// Whether it can have some.
    pub(super) const fn is_some(&self) -> bool {
        self.ops.is_some()
    }

    /// Puts the operations in a table.
    pub(in crate::net::devlink) const fn fill(
        &self,
        ops: bindings::devlink_ops,
    ) -> bindings::devlink_ops {
        let Some(buffers) = &self.ops else {
            return ops;
        };
        bindings::devlink_ops {
            sb_pool_get: buffers.sb_pool_get,
            sb_pool_set: buffers.sb_pool_set,
            sb_port_pool_get: buffers.sb_port_pool_get,
            sb_port_pool_set: buffers.sb_port_pool_set,
            sb_tc_pool_bind_get: buffers.sb_tc_pool_bind_get,
            sb_tc_pool_bind_set: buffers.sb_tc_pool_bind_set,
            sb_occ_snapshot: buffers.sb_occ_snapshot,
            sb_occ_max_clear: buffers.sb_occ_max_clear,
            sb_occ_port_pool_get: buffers.sb_occ_port_pool_get,
            sb_occ_tc_port_bind_get: buffers.sb_occ_tc_port_bind_get,
            ..ops
        }
    }
}

/// Calls `f` about the shared buffer of that index.
///
/// # Safety
///
/// `devlink` is an instance of `T` that `Instance` made, of which a core calls an operation.
unsafe fn about_buffer<T: SharedBufferDriver>(
    devlink: *mut bindings::devlink,
    index: c_uint,
    f: impl FnOnce(&Locked<'_, T>, &T::Buffer<'_>) -> Result,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::about_object(devlink) };
    let Some(state) = cx.buffers().find(|state| state.index == index) else {
        return ENODEV.to_errno();
    };
    // CAST: Those that are found there were made by `Bringup::shared_buffer` for `T`; only the
    // lifetime differs, over which `f` is generic.
    let node: *mut Node<BufferKind, T::Buffer<'static>> =
        // SAFETY: The state is that of a node.
        unsafe { Node::of_state(state.as_ptr()) };
    // SAFETY: The buffer is registered, and `f` cannot remove its group.
    let node = unsafe { &*node };
    to_errno(f(&cx, node.value()))
}

/// Calls `f` about a port's part of the shared buffer of that index.
///
/// # Safety
///
/// `port` is one of an instance of `T` that `Instance` made, of which a core calls an operation.
unsafe fn about_port<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    index: c_uint,
    f: impl FnOnce(&Locked<'_, T>, &T::Buffer<'_>, &T::Port<'_>) -> Result,
) -> c_int {
    // SAFETY: The port is registered, and the instance lock is held. `f` cannot remove its group.
    let (devlink, port) = unsafe { port::sharing::<T>(port) };
    let Some(port) = port else {
        return EOPNOTSUPP.to_errno();
    };
    // SAFETY: The port's instance is one of `T`, of which a core calls an operation.
    unsafe { about_buffer::<T>(devlink.as_ptr(), index, |cx, buffer| f(cx, buffer, port)) }
}

/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core, with valid places for the answer.
unsafe extern "C" fn pool_get<T: SharedBufferDriver>(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
    pool: u16,
    info: *mut bindings::devlink_sb_pool_info,
) -> c_int {
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>| {
        let pool = T::pool(cx, buffer, pool)?;
        let answer = bindings::devlink_sb_pool_info {
            pool_type: pool.pool_type.to_c(),
            size: pool.size,
            threshold_type: pool.threshold_type.to_c(),
            cell_size: pool.cell_size,
        };
        // SAFETY: The core passes a variable of its own.
        unsafe { info.write(answer) };
        Ok(())
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { about_buffer(devlink, sb_index, f) }
}

/// # Safety
///
/// As for [`pool_get`].
unsafe extern "C" fn pool_set<T: SharedBufferDriver>(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
    pool: u16,
    size: u32,
    threshold_type: bindings::devlink_sb_threshold_type,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>| {
        let threshold_type = ThresholdType::from_c(threshold_type)?;
        T::set_pool(cx, buffer, pool, size, threshold_type, extack)
    };
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { about_buffer(devlink, sb_index, f) }
}

/// # Safety
///
/// As for [`pool_get`], for a port of such an instance.
unsafe extern "C" fn port_pool_get<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    pool: u16,
    threshold: *mut u32,
) -> c_int {
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        let answer = T::port_pool(cx, buffer, port, pool)?;
        // SAFETY: The core passes a variable of its own.
        unsafe { threshold.write(answer) };
        Ok(())
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}

/// # Safety
///
/// As for [`port_pool_get`].
unsafe extern "C" fn port_pool_set<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    pool: u16,
    threshold: u32,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        T::set_port_pool(cx, buffer, port, pool, threshold, extack)
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}

/// The traffic class of that number, of the direction that C names by a type of pools.
fn class(pool_type: bindings::devlink_sb_pool_type, index: u16) -> Result<TrafficClass> {
    Ok(TrafficClass {
        pool_type: PoolType::from_c(pool_type)?,
        index,
    })
}

/// # Safety
///
/// As for [`port_pool_get`].
unsafe extern "C" fn binding_get<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    tc_index: u16,
    pool_type: bindings::devlink_sb_pool_type,
    pool: *mut u16,
    threshold: *mut u32,
) -> c_int {
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        let answer = T::binding(cx, buffer, port, class(pool_type, tc_index)?)?;
        // SAFETY: The core passes variables of its own.
        unsafe {
            pool.write(answer.pool);
            threshold.write(answer.threshold);
        }
        Ok(())
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}

/// # Safety
///
/// As for [`port_pool_get`].
unsafe extern "C" fn binding_set<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    tc_index: u16,
    pool_type: bindings::devlink_sb_pool_type,
    pool: u16,
    threshold: u32,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        let binding = Binding { pool, threshold };
        T::set_binding(
            cx,
            buffer,
            port,
            class(pool_type, tc_index)?,
            binding,
            extack,
        )
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}

/// # Safety
///
/// As for [`pool_get`].
unsafe extern "C" fn occ_snapshot<T: SharedBufferDriver>(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
) -> c_int {
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { about_buffer::<T>(devlink, sb_index, |cx, buffer| T::take_snapshot(cx, buffer)) }
}

/// # Safety
///
/// As for [`pool_get`].
unsafe extern "C" fn occ_max_clear<T: SharedBufferDriver>(
    devlink: *mut bindings::devlink,
    sb_index: c_uint,
) -> c_int {
    // SAFETY: A core calls an operation of an instance of `T`.
    unsafe { about_buffer::<T>(devlink, sb_index, |cx, buffer| T::clear_max(cx, buffer)) }
}

/// # Safety
///
/// As for [`port_pool_get`].
unsafe extern "C" fn occ_port_pool_get<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    pool: u16,
    current: *mut u32,
    max: *mut u32,
) -> c_int {
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        let answer = T::port_pool_occupancy(cx, buffer, port, pool)?;
        // SAFETY: The core passes variables of its own.
        unsafe {
            current.write(answer.current);
            max.write(answer.max);
        }
        Ok(())
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}

/// # Safety
///
/// As for [`port_pool_get`].
unsafe extern "C" fn occ_binding_get<T: SharedBufferDriver>(
    port: *mut bindings::devlink_port,
    sb_index: c_uint,
    tc_index: u16,
    pool_type: bindings::devlink_sb_pool_type,
    current: *mut u32,
    max: *mut u32,
) -> c_int {
    let f = |cx: &Locked<'_, T>, buffer: &T::Buffer<'_>, port: &T::Port<'_>| {
        let answer = T::class_occupancy(cx, buffer, port, class(pool_type, tc_index)?)?;
        // SAFETY: The core passes variables of its own.
        unsafe {
            current.write(answer.current);
            max.write(answer.max);
        }
        Ok(())
    };
    // SAFETY: A core calls an operation about a port of an instance of `T`.
    unsafe { about_port(port, sb_index, f) }
}
