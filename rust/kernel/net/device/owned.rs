// SPDX-License-Identifier: GPL-2.0

//! Memory of Ethernet devices, and their operations.

use super::{
    Frame,
    NetDevice,
    Operations,
    Settings,
    ETH_ALEN,
    IFNAMSIZ, //
};

use crate::{
    bindings,
    error::to_result,
    net::skbuff::SkBuff,
    prelude::*,
    types::ScopeGuard, //
};

use core::{
    marker::PhantomData,
    mem::{
        align_of,
        offset_of,
        size_of, //
    },
    ptr,
    ptr::NonNull, //
};

/// Packets may be sent of which others have references.
const SKB_SHARING: c_ulong = bindings::netdev_priv_flags_IFF_TX_SKB_SHARING as c_ulong;

/// Packets are not sent with interrupts off, by netconsole and its like.
const NO_NETPOLL: c_ulong = bindings::netdev_priv_flags_IFF_DISABLE_NETPOLL as c_ulong;

/// What a device is registered as part of. Each pointer but that to the namespace may be null.
pub(in crate::net) struct Place {
    /// The device that it is a child of.
    pub(in crate::net) parent: *mut bindings::device,
    /// The namespace.
    #[cfg_attr(not(CONFIG_NET_NS), expect(dead_code))]
    pub(in crate::net) net: *mut bindings::net,
    /// The devlink port.
    pub(in crate::net) port: *mut bindings::devlink_port,
}

/// An Ethernet device with its driver's value, which are freed when this is dropped.
///
/// # Invariants
///
/// The device was made by [`new`](Self::new), with an initialized `N` in its private memory, and is
/// not registered when this is dropped. This is its only owner.
pub(in crate::net) struct Owned<N: Operations> {
    device: NonNull<bindings::net_device>,
    _value: PhantomData<N>,
}

// SAFETY: The value is `Send`, and a device belongs to no thread.
unsafe impl<N: Operations> Send for Owned<N> {}

// SAFETY: The value and `NetDevice` are `Sync`; that is what a shared reference gives.
unsafe impl<N: Operations> Sync for Owned<N> {}

impl<N: Operations> Owned<N> {
    /// In read-only memory.
    const OPS: bindings::net_device_ops = bindings::net_device_ops {
        ndo_open: if N::HAS_OPEN { Some(open::<N>) } else { None },
        ndo_stop: if N::HAS_STOP { Some(stop::<N>) } else { None },
        ndo_start_xmit: Some(start_xmit::<N>),
        ndo_validate_addr: Some(bindings::eth_validate_addr),
        ndo_set_mac_address: Some(bindings::eth_mac_addr),
        ..pin_init::zeroed()
    };

    /// Makes a device.
    ///
    /// # Safety
    ///
    /// What `place` says is valid until the device is registered, from when on it has references to
    /// its parent and knows its namespace's end, or until it is freed. The port is valid until the
    /// device is unregistered.
    pub(in crate::net) unsafe fn new<E>(
        settings: &Settings<'_>,
        place: &Place,
        value: impl PinInit<N, E>,
    ) -> Result<Self>
    where
        Error: From<E>,
    {
        const { assert!(align_of::<N>() <= bindings::NETDEV_ALIGN as usize) };
        if settings.name.to_bytes_with_nul().len() > IFNAMSIZ {
            return Err(EINVAL);
        }
        let size = c_int::try_from(size_of::<N>())?;
        // SAFETY: The name is not too long.
        let device = NonNull::new(unsafe {
            bindings::alloc_netdev_mqs(
                size,
                settings.name.as_char_ptr(),
                bindings::NET_NAME_ENUM as u8,
                Some(bindings::ether_setup),
                1,
                1,
            )
        })
        .ok_or(ENOMEM)?;
        let device = ScopeGuard::new_with_data(device, |device| {
            // SAFETY: It was made above and is not registered.
            unsafe { bindings::free_netdev(device.as_ptr()) };
        });
        // SAFETY: The private memory has room for the value, is aligned, and does not move.
        unsafe { pin_init::raw_try_init(value_of::<N>(device.as_ptr()), value)? };
        // INVARIANT: The value was initialized just now.
        let this = Owned {
            device: device.dismiss(),
            _value: PhantomData,
        };
        this.set_up(place);
        this.set_address(settings);
        Ok(this)
    }

    /// What is set before registering.
    fn set_up(&self, place: &Place) {
        let device = self.device.as_ptr();
        // SAFETY: The device is new: nobody else uses it.
        unsafe {
            (*device).netdev_ops = &const { Self::OPS };
            (*device).dev.parent = place.parent;
            (*device).devlink_port = place.port;
        }
        // SAFETY: The device is not registered yet, so nobody else uses its namespace.
        #[cfg(CONFIG_NET_NS)]
        unsafe {
            (*device).nd_net.net = place.net;
        }
        // SAFETY: The device is not registered yet. The fields of the union have the same members.
        let flags = unsafe { &mut (*device).__bindgen_anon_1.__bindgen_anon_1 };
        // Who sends a packet has no part in it any more, and it can be dropped, as `SkBuff`
        // demands.
        flags.set_priv_flags(flags.priv_flags() & !SKB_SHARING | NO_NETPOLL);
    }

    fn set_address(&self, settings: &Settings<'_>) {
        let device = self.device.as_ptr();
        let address = settings.address.unwrap_or_else(|| {
            let mut random = [0; ETH_ALEN];
            // SAFETY: There is room for as many bytes.
            unsafe { bindings::get_random_bytes(random.as_mut_ptr().cast(), ETH_ALEN) };
            // A station's, given out locally.
            random[0] = random[0] & !0x01 | 0x02;
            // SAFETY: The device is new: nobody else uses it.
            unsafe { (*device).addr_assign_type = bindings::NET_ADDR_RANDOM as u8 };
            random
        });
        // SAFETY: The device is new, and its addresses have as many bytes.
        unsafe { bindings::dev_addr_mod(device, 0, address.as_ptr().cast(), ETH_ALEN) };
    }

    /// For ports, which name their netdev to devlink.
    #[cfg(CONFIG_NET_DEVLINK)]
    pub(in crate::net) fn as_raw(&self) -> NonNull<bindings::net_device> {
        self.device
    }

    pub(in crate::net) fn device(&self) -> &NetDevice {
        // SAFETY: By the type invariants. The device has a reference to its parent while it is
        // registered; before, the parent is valid by the requirements of `new`.
        unsafe { NetDevice::from_raw(self.device.as_ptr()) }
    }

    pub(in crate::net) fn value(&self) -> &N {
        // SAFETY: By the type invariants.
        unsafe { &*value_of(self.device.as_ptr()) }
    }

    /// Registers the device. Takes RTNL.
    ///
    /// # Safety
    ///
    /// It was not registered before, nor tried to. It is unregistered before what `N` borrows ends.
    pub(in crate::net) unsafe fn register(&self) -> Result {
        // SAFETY: By the requirements of this function; the operations are static, and what they
        // find in the private memory is initialized.
        to_result(unsafe { bindings::register_netdev(self.device.as_ptr()) })
    }

    /// Unregisters the device. Takes RTNL. When this returns, no operation runs.
    ///
    /// # Safety
    ///
    /// It is registered.
    pub(in crate::net) unsafe fn unregister(&self) {
        // SAFETY: The device is registered, as the caller says.
        unsafe { bindings::unregister_netdev(self.device.as_ptr()) };
    }
}

impl<N: Operations> Drop for Owned<N> {
    fn drop(&mut self) {
        let device = self.device.as_ptr();
        // SAFETY: By the type invariants nobody else has a reference to the value or the device.
        unsafe {
            ptr::drop_in_place(value_of::<N>(device));
            bindings::free_netdev(device);
        }
    }
}

/// The private memory of a device (`netdev_priv()`).
fn value_of<N>(device: *mut bindings::net_device) -> *mut N {
    const {
        assert!(
            offset_of!(bindings::net_device, priv_) == size_of::<bindings::net_device>(),
            "the private memory begins where the structure ends"
        )
    };
    device.wrapping_add(1).cast()
}

/// The value and the device of an operation.
///
/// # Safety
///
/// The kernel calls an operation of `device`, which [`Owned::new`] made with a value of type `N`.
unsafe fn enter<'a, N: Operations>(device: *mut bindings::net_device) -> (&'a N, &'a NetDevice) {
    // SAFETY: By the requirements of this function, and the invariants of `Owned`; while an
    // operation runs, the device is registered.
    unsafe { (&*value_of(device), NetDevice::from_raw(device)) }
}

/// # Safety
///
/// Only to be called as an operation of a device that [`Owned::new`] made, by the kernel.
unsafe extern "C" fn open<N: Operations>(device: *mut bindings::net_device) -> c_int {
    // SAFETY: The kernel calls an operation of a device that `Owned::new` made with an `N`.
    let (this, device) = unsafe { enter::<N>(device) };
    match this.open(device) {
        Ok(()) => 0,
        Err(error) => error.to_errno(),
    }
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn stop<N: Operations>(device: *mut bindings::net_device) -> c_int {
    // SAFETY: The kernel calls an operation of a device that `Owned::new` made with an `N`.
    let (this, device) = unsafe { enter::<N>(device) };
    this.stop(device);
    0
}

/// # Safety
///
/// As for [`open`], with a packet that the operation is to give back.
unsafe extern "C" fn start_xmit<N: Operations>(
    skb: *mut bindings::sk_buff,
    device: *mut bindings::net_device,
) -> bindings::netdev_tx_t {
    // SAFETY: The kernel calls an operation of a device that `Owned::new` made with an `N`.
    let (this, device) = unsafe { enter::<N>(device) };
    // SAFETY: The kernel passes a valid packet, which is the operation's alone: the device does not
    // say that packets may be shared.
    let skb = unsafe { SkBuff::from_raw(NonNull::new_unchecked(skb)) };
    this.start_xmit(Frame::new(skb, device));
    bindings::netdev_tx_NETDEV_TX_OK
}
