// SPDX-License-Identifier: GPL-2.0

//! Memory of Ethernet devices.

use super::{
    callbacks,
    service::Service,
    EtherDevice,
    Features,
    Operations,
    Settings,
    ETH_ALEN,
    IFNAMSIZ, //
};

use crate::{
    bindings,
    error::to_result,
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic,
        Release, //
    },
    types::ScopeGuard,
    workqueue::{
        work_class,
        OwnedWork, //
    }, //
};

use core::{
    cell::Cell,
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

/// The device says itself which other stations' frames it receives.
const UNICAST_FILTER: c_ulong = bindings::netdev_priv_flags_IFF_UNICAST_FLT as c_ulong;

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

/// The private memory of a device (`netdev_priv()`).
///
/// # Invariants
///
/// `opened` is null, or what [`opened::open`](super::opened::open) has put there. It and `strings`
/// change with RTNL held only.
#[pin_data]
pub(in crate::net) struct Private<N: Operations> {
    // Dropped first, so that it does not run any more.
    #[pin]
    pub(super) service: OwnedWork<Service<N>>,
    #[pin]
    pub(super) value: N,
    opened: Atomic<*mut c_void>,
    /// How many statistics ethtool was told that there are.
    strings: Cell<usize>,
}

impl<N: Operations> Private<N> {
    /// Where it is in the memory of a device.
    pub(super) fn of(device: *mut bindings::net_device) -> *mut Self {
        const {
            assert!(
                offset_of!(bindings::net_device, priv_) == size_of::<bindings::net_device>(),
                "the private memory begins where the structure ends"
            )
        };
        device.wrapping_add(1).cast()
    }

    /// What there is while the device is up, if it is.
    pub(super) fn opened(&self) -> *mut c_void {
        self.opened.load(Acquire)
    }

    pub(super) fn set_opened(&self, opened: *mut c_void) {
        self.opened.store(opened, Release);
    }

    /// How many names ethtool was told last that there are. RTNL is held.
    pub(in crate::net) fn strings(&self) -> &Cell<usize> {
        &self.strings
    }
}

/// An Ethernet device with its driver's value, which are freed when this is dropped.
///
/// # Invariants
///
/// The device was made by [`new`](Self::new), with an initialized [`Private<N>`] in it, and is not
/// registered when this is dropped. This is its only owner.
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
    const OPS: bindings::net_device_ops = callbacks::table::<N>();

    /// In read-only memory, if the driver has some of them.
    const ETHTOOL: bindings::ethtool_ops = N::ETHTOOL.table();

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
        const { assert!(align_of::<Private<N>>() <= bindings::NETDEV_ALIGN as usize) };
        let queues = settings.tx_queues.min(settings.rx_queues);
        if settings.name.to_bytes_with_nul().len() > IFNAMSIZ || queues == 0 {
            return Err(EINVAL);
        }
        // The kernel calls operations that are not there of a device with such features.
        let filters = Features::VLAN_FILTER.and(Features::SERVICE_VLAN_FILTER);
        let features = settings.features.and(settings.always).and(settings.optional);
        if !N::HAS_ADD_VLAN && features & filters != Features::NONE {
            return Err(EINVAL);
        }
        let size = c_int::try_from(size_of::<Private<N>>())?;
        // SAFETY: The name is not too long, and there are queues.
        let device = NonNull::new(unsafe {
            bindings::alloc_netdev_mqs(
                size,
                settings.name.as_char_ptr(),
                bindings::NET_NAME_ENUM as u8,
                Some(bindings::ether_setup),
                u32::from(settings.tx_queues),
                u32::from(settings.rx_queues),
            )
        })
        .ok_or(ENOMEM)?;
        let device = ScopeGuard::new_with_data(device, |device| {
            // SAFETY: It was made above and is not registered.
            unsafe { bindings::free_netdev(device.as_ptr()) };
        });
        // SAFETY: It is dropped with the value, which no safe code can forget but with what that
        // borrows.
        let service = unsafe {
            OwnedWork::new_borrowing(Ok(Service::of(*device)), work_class!("netdev_service"))
        };
        let private = try_pin_init!(Private::<N> {
            service <- service,
            value <- value,
            opened: Atomic::new(ptr::null_mut()),
            strings: Cell::new(0),
        }? Error);
        // SAFETY: The private memory has room for that, is aligned, and does not move.
        unsafe { pin_init::raw_try_init(Private::of(device.as_ptr()), private)? };
        // INVARIANT: The private memory was initialized just now.
        let this = Owned {
            device: device.dismiss(),
            _value: PhantomData,
        };
        this.set_up(place);
        this.set_features(settings);
        this.set_address(settings);
        Ok(this)
    }

    /// What is set before registering.
    fn set_up(&self, place: &Place) {
        let device = self.device.as_ptr();
        // SAFETY: The device is new: nobody else uses it.
        unsafe {
            (*device).netdev_ops = &const { Self::OPS };
            (*device).ethtool_ops = &const { Self::ETHTOOL };
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
        let filter = if N::HAS_SET_RX_MODE {
            UNICAST_FILTER
        } else {
            0
        };
        flags.set_priv_flags(flags.priv_flags() & !SKB_SHARING | NO_NETPOLL | filter);
    }

    fn set_features(&self, settings: &Settings<'_>) {
        let device = self.device.as_ptr();
        let (min_mtu, max_mtu) = settings.mtu.clone().into_inner();
        let features = settings.features.and(settings.always);
        // SAFETY: The device is not registered yet: nobody else uses it.
        unsafe {
            (*device).hw_features = settings.features.and(settings.optional).to_c();
            (*device).features = features.to_c();
            (*device).vlan_features = features.of_vlans().to_c();
            (*device).min_mtu = min_mtu;
            (*device).max_mtu = max_mtu;
            (*device).mtu = bindings::ETH_DATA_LEN.min(max_mtu).max(min_mtu);
            (*device).dev_port = settings.dev_port;
            (*device).watchdog_timeo = c_int::try_from(settings.tx_timeout).unwrap_or(c_int::MAX);
            if !settings.has_link {
                bindings::netif_carrier_off(device);
            }
        }
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

    pub(in crate::net) fn device(&self) -> &EtherDevice<N> {
        // SAFETY: By the type invariants. The device has a reference to its parent while it is
        // registered; before, the parent is valid by the requirements of `new`.
        unsafe { EtherDevice::from_raw(self.device) }
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
        // SAFETY: By the type invariants nobody else has a reference to the value or the device,
        // which is down.
        unsafe {
            ptr::drop_in_place(Private::<N>::of(device));
            bindings::free_netdev(device);
        }
    }
}
