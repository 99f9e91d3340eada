// SPDX-License-Identifier: GPL-2.0

//! Ethernet devices that are registered.

use super::{
    EtherDevice,
    Operations,
    Owned,
    Place,
    Settings, //
};

use crate::{
    device::{
        Bound,
        Device, //
    },
    net::namespace::Net,
    prelude::*, //
};

use core::{
    ops::Deref,
    ptr, //
};

/// A registered Ethernet device. It is unregistered when this is dropped (`unregister_netdev()`).
///
/// Users can move the device to another namespace; when a namespace ends, the device goes back to
/// that which the machine booted with.
///
/// The module documentation says which locks may be held.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Features,
///             Frame,
///             Opening,
///             Operations,
///             Registration,
///             Settings,
///             Transmit,
///             TxQueue, //
///         },
///         namespace::Net, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// /// Swallows what is sent.
/// struct Sink {
///     bytes: Atomic<u64>,
/// }
///
/// impl Transmit for &Sink {
///     fn start_xmit(&mut self, queue: &mut TxQueue<'_>, frame: Frame<'_>) {
///         let mut skb = frame.take();
///         skb.stamp(queue);
///         self.bytes.fetch_add(skb.len() as u64, Relaxed);
///         // It was sent.
///         drop(skb);
///     }
/// }
///
/// #[vtable]
/// impl Operations for Sink {
///     type Open<'open> = ();
///     type Sender<'open> = &'open Sink;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
///         let (slot, _) = cx.tx_queue()?;
///         cx.sender(slot, self);
///         Ok(())
///     }
/// }
///
/// fn sink(address: [u8; 6]) -> Result<Registration<Sink>> {
///     let settings = Settings::new(c"rust_sink%d").address(address);
///     let value = Sink { bytes: Atomic::new(0) };
///     Registration::new(&settings, None, Net::init(), value)
/// }
///
/// let first = sink([0x02, 0, 0, 0, 0, 1])?;
/// let second = sink([0x02, 0, 0, 0, 0, 2])?;
///
/// assert_eq!(first.device().name().to_bytes(), b"rust_sink0");
/// assert_eq!(second.device().name().to_bytes(), b"rust_sink1");
/// assert_eq!(second.device().mac_address(), Some([0x02, 0, 0, 0, 0, 2]));
/// assert!(second.device().is_in(Net::init()));
/// assert!(second.device().parent().is_none());
/// assert!(first.device() != second.device());
/// assert_eq!(first.bytes.load(Relaxed), 0);
///
/// // The name is free again.
/// drop(first);
/// let third = sink([0x02, 0, 0, 0, 0, 3])?;
/// assert_eq!(third.device().name().to_bytes(), b"rust_sink0");
///
/// // Which VLANs there are it could not be told.
/// let settings = Settings::new(c"rust_sink%d").optional(Features::SERVICE_VLAN_FILTER);
/// let value = Sink { bytes: Atomic::new(0) };
/// let deaf = Registration::new(&settings, None, Net::init(), value);
/// assert_eq!(deaf.err(), Some(EINVAL));
/// # Ok::<(), Error>(())
/// ```
pub struct Registration<N: Operations>(Owned<N>);

impl<N: Operations + 'static> Registration<N> {
    /// Makes a device with the driver's value and registers it in `net` (`alloc_etherdev()`,
    /// `register_netdev()`).
    ///
    /// Operations can run before this returns. Fails with `EINVAL` for a name that is none and for a
    /// feature that filters VLANs without [`Operations::add_vlan`], with `EEXIST` for a name that
    /// there is, with `EINTR` if the task is killed meanwhile, and with what initializing the value
    /// fails with.
    pub fn new<E>(
        settings: &Settings<'_>,
        parent: Option<&Device<Bound>>,
        net: &Net,
        value: impl PinInit<N, E>,
    ) -> Result<Self>
    where
        Error: From<E>,
    {
        let place = Place {
            parent: parent.map_or(ptr::null_mut(), |parent| parent.as_raw()),
            net: net.as_raw(),
            port: ptr::null_mut(),
        };
        // SAFETY: Parent and namespace are borrowed until the device is registered, or given up.
        // There is no port.
        let device = unsafe { Owned::new(settings, &place, value)? };
        // SAFETY: It was made just now, and `drop` unregisters it. The value borrows nothing, so
        // that it may be there forever if `self` is forgotten.
        unsafe { device.register()? };
        Ok(Registration(device))
    }
}

impl<N: Operations> Registration<N> {
    /// The device.
    pub fn device(&self) -> &EtherDevice<N> {
        self.0.device()
    }
}

impl<N: Operations> Deref for Registration<N> {
    type Target = N;

    fn deref(&self) -> &N {
        self.0.device().value()
    }
}

impl<N: Operations> Drop for Registration<N> {
    fn drop(&mut self) {
        // SAFETY: `new` registered it.
        unsafe { self.0.unregister() };
    }
}
