// SPDX-License-Identifier: GPL-2.0

//! Shared buffers: how the memory that frames wait in is divided into pools, and the pools among
//! ports and traffic classes.

use super::{
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
        Kind, //
    },
    port::PortOps,
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
    cell::Cell,
    ptr,
    ptr::NonNull, //
};

mod ops;
mod types;

pub use self::{
    ops::SharedBuffers,
    types::{
        Binding,
        Layout,
        Occupancy,
        Pool,
        PoolType,
        ThresholdType,
        TrafficClass, //
    },
};

/// A driver whose devices have shared buffers. It says so with [`Driver::SHARED_BUFFERS`].
///
/// devlink checks numbers of pools and traffic classes against the buffer's [`Layout`] before it
/// asks. Ports are those that [`Port::share_buffers`](super::Port::share_buffers) was called for.
///
/// # Examples
///
/// A switch with one buffer, whose only pool can be made smaller:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             sb,
///             Bringup,
///             Flavour,
///             Locked,
///             PortAttrs,
///             PortOps,
///             Setup,
///             SharedBufferDriver,
///             SharedBuffers,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// struct Switch;
///
/// /// The size of the pool of a buffer.
/// struct Buffer(Atomic<u32>);
///
/// /// How much of it a port can occupy.
/// struct Connector(Atomic<u32>);
///
/// #[vtable]
/// impl PortOps<Switch> for Connector {}
///
/// #[vtable]
/// impl SharedBufferDriver for Switch {
///     type Buffer<'s> = Buffer;
///     type Port<'s> = Connector;
///
///     fn pool(_: &Locked<'_, Self>, buffer: &Buffer, _: u16) -> Result<sb::Pool> {
///         Ok(sb::Pool {
///             pool_type: sb::PoolType::Ingress,
///             size: buffer.0.load(Relaxed),
///             threshold_type: sb::ThresholdType::Static,
///             cell_size: 64,
///         })
///     }
///
///     fn set_pool(
///         _: &Locked<'_, Self>,
///         buffer: &Buffer,
///         _: u16,
///         size: u32,
///         threshold_type: sb::ThresholdType,
///         extack: Extack<'_>,
///     ) -> Result {
///         if threshold_type != sb::ThresholdType::Static {
///             return Err(extack.err(c"Thresholds are static", EOPNOTSUPP));
///         }
///         buffer.0.store(size, Relaxed);
///         Ok(())
///     }
///
///     fn port_pool(
///         _: &Locked<'_, Self>,
///         _: &Buffer,
///         port: &Connector,
///         _: u16,
///     ) -> Result<u32> {
///         Ok(port.0.load(Relaxed))
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Switch {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     const SHARED_BUFFERS: SharedBuffers<Self> = SharedBuffers::of();
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         let layout = sb::Layout {
///             size: 1 << 20,
///             ingress_pools: 1,
///             egress_pools: 0,
///             ingress_classes: 8,
///             egress_classes: 0,
///         };
///         let buffer = cx.shared_buffer(0, layout, Buffer(Atomic::new(layout.size)))?;
///         assert_eq!(buffer.get(cx).0.load(Relaxed), layout.size);
///         let another = cx.shared_buffer(0, layout, Buffer(Atomic::new(0)));
///         assert_eq!(another.err(), Some(EEXIST));
///
///         let attrs = PortAttrs::new(Flavour::Physical { number: 0, subport: None });
///         cx.port(0, attrs, Connector(Atomic::new(1024)))?.share_buffers(cx);
///         Ok(())
///     }
/// }
///
/// // Until it is dropped, users can play with `devlink sb`.
/// drop(devlink::faux::Registration::<Switch>::new(c"buffered_switch")?);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait SharedBufferDriver: Driver {
    /// What the driver keeps of a buffer.
    type Buffer<'s>: Send + Sync + 's;

    /// The kind of the ports that have parts of buffers.
    type Port<'s>: PortOps<Self> + 's;

    /// Says how a pool is (`sb_pool_get`).
    fn pool(cx: &Locked<'_, Self>, buffer: &Self::Buffer<'_>, pool: u16) -> Result<Pool> {
        let _ = (cx, buffer, pool);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes a pool's size, in bytes, and what thresholds in it mean (`sb_pool_set`).
    fn set_pool(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        pool: u16,
        size: u32,
        threshold_type: ThresholdType,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, buffer, pool, size, threshold_type, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A port's threshold in a pool, whose [`ThresholdType`] says what it means
    /// (`sb_port_pool_get`).
    fn port_pool(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        pool: u16,
    ) -> Result<u32> {
        let _ = (cx, buffer, port, pool);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes a port's threshold in a pool (`sb_port_pool_set`).
    fn set_port_pool(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        pool: u16,
        threshold: u32,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, buffer, port, pool, threshold, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The pool that a port's traffic class uses (`sb_tc_pool_bind_get`).
    fn binding(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        class: TrafficClass,
    ) -> Result<Binding> {
        let _ = (cx, buffer, port, class);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the pool that a port's traffic class uses (`sb_tc_pool_bind_set`). Whether it is one
    /// for this direction only the driver knows.
    fn set_binding(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        class: TrafficClass,
        binding: Binding,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, buffer, port, class, binding, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Takes a snapshot of how much of the buffer is occupied, which is what users see until the
    /// next (`sb_occ_snapshot`).
    fn take_snapshot(cx: &Locked<'_, Self>, buffer: &Self::Buffer<'_>) -> Result {
        let _ = (cx, buffer);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Begins anew to look for the largest occupancies (`sb_occ_max_clear`).
    fn clear_max(cx: &Locked<'_, Self>, buffer: &Self::Buffer<'_>) -> Result {
        let _ = (cx, buffer);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How much of a pool a port occupies (`sb_occ_port_pool_get`). Asked for with
    /// [`port_pool`](Self::port_pool); with `EOPNOTSUPP` users are shown that alone.
    fn port_pool_occupancy(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        pool: u16,
    ) -> Result<Occupancy> {
        let _ = (cx, buffer, port, pool);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How much of its pool a port's traffic class occupies (`sb_occ_tc_port_bind_get`). Asked for
    /// with [`binding`](Self::binding); with `EOPNOTSUPP` users are shown that alone.
    fn class_occupancy(
        cx: &Locked<'_, Self>,
        buffer: &Self::Buffer<'_>,
        port: &Self::Port<'_>,
        class: TrafficClass,
    ) -> Result<Occupancy> {
        let _ = (cx, buffer, port, class);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Shared buffers as objects of an instance.
pub(super) struct BufferKind;

/// What the API knows of a buffer.
pub(super) struct BufferState {
    devlink: NonNull<bindings::devlink>,
    /// Those of the instance.
    buffers: NonNull<Buffers>,
    index: u32,
    next: Cell<*mut BufferState>,
}

impl Kind for BufferKind {
    type State = BufferState;

    unsafe fn unregister(state: *mut BufferState) {
        // SAFETY: The buffer is registered, and the instance lock is held. The list is a part of
        // the instance.
        unsafe {
            bindings::devl_sb_unregister((*state).devlink.as_ptr(), (*state).index);
            (*state).buffers.as_ref().remove(state);
        }
    }
}

/// The shared buffers of an instance that are registered, where its operations find the one that
/// they are about.
pub(super) type Buffers = List<BufferState>;

impl Linked for BufferState {
    fn next(&self) -> &Cell<*mut Self> {
        &self.next
    }
}

/// A shared buffer.
pub struct SharedBuffer<'s, T: SharedBufferDriver>(Handle<'s, T, BufferKind, T::Buffer<'s>>);

impl<T: SharedBufferDriver> Clone for SharedBuffer<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: SharedBufferDriver> Copy for SharedBuffer<'_, T> {}

impl<'s, T: SharedBufferDriver> SharedBuffer<'s, T> {
    /// Its index.
    pub fn index(&self) -> u32 {
        // SAFETY: The state is valid while the handle exists, and the index does not change.
        unsafe { (*self.0.state()).index }
    }

    /// The driver's value.
    ///
    /// Panics if this is an object of another instance than `cx` is about.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a T::Buffer<'s>
    where
        's: 'a,
    {
        self.0.get(cx)
    }
}

impl<'up, T: SharedBufferDriver> Bringup<'up, '_, T> {
    /// Adds a shared buffer (`devl_sb_register()`).
    ///
    /// Fails with `EEXIST` if there is one of that index, with `EINVAL` for more pools than can be
    /// counted.
    pub fn shared_buffer(
        &self,
        index: u32,
        layout: Layout,
        buffer: T::Buffer<'up>,
    ) -> Result<SharedBuffer<'up, T>> {
        const {
            assert!(
                T::SHARED_BUFFERS.is_some(),
                "a driver with shared buffers says so in SHARED_BUFFERS"
            )
        };
        if layout
            .ingress_pools
            .checked_add(layout.egress_pools)
            .is_none()
        {
            return Err(EINVAL);
        }
        let devlink = self.devlink();
        let buffers = self.buffers();
        let state = BufferState {
            devlink,
            buffers: NonNull::from(buffers),
            index,
            next: Cell::new(ptr::null_mut()),
        };
        let node = self
            .objects()
            .add::<BufferKind, T::Buffer<'up>>(state, buffer, |node| {
                // SAFETY: The instance is valid and its lock is held.
                to_result(unsafe {
                    bindings::devl_sb_register(
                        devlink.as_ptr(),
                        index,
                        layout.size,
                        layout.ingress_pools,
                        layout.egress_pools,
                        layout.ingress_classes,
                        layout.egress_classes,
                    )
                })?;
                // SAFETY: The node is new, and exists until it was unregistered, which removes it.
                unsafe { buffers.add(node.state()) };
                Ok(())
            })?;
        // SAFETY: The objects are those of `'up`, and of that instance.
        Ok(SharedBuffer(unsafe { Handle::new(node, self.devlink()) }))
    }
}
