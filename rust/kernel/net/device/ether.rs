// SPDX-License-Identifier: GPL-2.0

//! Ethernet devices of a driver, and the proof that RTNL is held.

use super::{
    opened,
    owned::Private,
    Features,
    NetDevice,
    Operations, //
};

use crate::{
    bindings,
    prelude::*,
    types::{
        NotThreadSafe,
        ScopeGuard, //
    },
};

use core::{
    marker::PhantomData,
    ops::Deref,
    ptr::NonNull, //
};

/// An Ethernet device of a driver, whose part of it is an `N`.
///
/// # Invariants
///
/// As those of [`NetDevice`]. The device was made with a [`Private<N>`], whose value is
/// initialized, and nobody has a reference that lasts longer than that.
#[repr(transparent)]
pub struct EtherDevice<N: Operations> {
    device: NetDevice,
    _value: PhantomData<N>,
}

impl<N: Operations> EtherDevice<N> {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// As for [`NetDevice::from_raw`], and the device was made with an initialized `N`, which is
    /// not dropped during `'a`.
    pub(in crate::net) unsafe fn from_raw<'a>(device: NonNull<bindings::net_device>) -> &'a Self {
        // INVARIANT: By the requirements of this function.
        // SAFETY: The caller says that the device is not freed during `'a`; `EtherDevice` is
        // transparent over what is transparent over it.
        unsafe { device.cast().as_ref() }
    }

    pub(in crate::net) fn private(&self) -> &Private<N> {
        // SAFETY: By the type invariants.
        unsafe { &*Private::of(self.as_raw()) }
    }

    /// The driver's part.
    pub fn value(&self) -> &N {
        &self.private().value
    }

    /// Says whether there is a link (`netif_carrier_on()`, `netif_carrier_off()`). Without one
    /// nothing is sent. Works in any context.
    pub fn set_carrier(&self, is_up: bool) {
        // SAFETY: The device is valid. These functions can be called in any context.
        unsafe {
            if is_up {
                bindings::netif_carrier_on(self.as_raw());
            } else {
                bindings::netif_carrier_off(self.as_raw());
            }
        }
    }

    /// Has a work call [`Operations::service`], if the device is up by then. Works in any context.
    pub fn schedule_service(&self) {
        const { assert!(N::HAS_SERVICE, "the driver has no service()") };
        self.private().service.schedule();
    }

    /// What it does for the kernel now. Changes with RTNL held.
    pub fn features(&self) -> Features {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        Features::from_c(unsafe { (&raw const (*self.as_raw()).features).read_volatile() })
    }

    /// Has a closure run with RTNL held (`rtnl_lock()`). Can sleep.
    ///
    /// Not to be called with RTNL held, so not by an operation; nor by what the destructor of
    /// [`Operations::Open`] or of the device waits for.
    pub fn with_rtnl<R>(&self, f: impl for<'open> FnOnce(&mut Rtnl<'open, N>) -> R) -> R {
        // SAFETY: Can be called in a context that can sleep.
        unsafe { bindings::rtnl_lock() };
        let _unlock = ScopeGuard::new(|| {
            // SAFETY: It was locked above.
            unsafe { bindings::rtnl_unlock() }
        });
        // SAFETY: This task holds RTNL until after the closure, for which the lifetime may be any.
        f(&mut unsafe { Rtnl::new(self) })
    }
}

impl<N: Operations> Deref for EtherDevice<N> {
    type Target = NetDevice;

    fn deref(&self) -> &NetDevice {
        &self.device
    }
}

impl<N: Operations> PartialEq for EtherDevice<N> {
    fn eq(&self, other: &Self) -> bool {
        self.device == other.device
    }
}

/// The proof that RTNL is held, about one device.
///
/// `'open` is a lifetime that callbacks and closures are generic over: what is in
/// [`Operations::Open`] has it, and cannot be mixed with what is not.
///
/// # Examples
///
/// A device that is restarted for another MTU, and is told which frames it has to receive:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             EtherDevice,
///             Features,
///             Opening,
///             Operations,
///             Registration,
///             Rtnl,
///             RxMode,
///             Settings,
///             Vlan,
///             VlanTag, //
///         },
///         namespace::Net, //
///     },
///     prelude::*,
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         new_mutex,
///         Mutex, //
///     }, //
/// };
///
/// /// What the device receives.
/// #[derive(Default)]
/// struct Filter {
///     address: [u8; 6],
///     groups: KVec<[u8; 6]>,
///     vlans: KVec<Vlan>,
///     everything: bool,
/// }
///
/// #[pin_data]
/// struct Nic {
///     #[pin]
///     filter: Mutex<Filter>,
///     checksums: Atomic<bool>,
///     opened: Atomic<u32>,
/// }
///
/// #[vtable]
/// impl Operations for Nic {
///     /// How large the buffers are.
///     type Open<'open> = u32;
///     type Sender<'open> = core::convert::Infallible;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<u32> {
///         let size = cx.device().mtu() + 14;
///         if size > 8192 {
///             return Err(ENOMEM);
///         }
///         self.opened.fetch_add(1, Relaxed);
///         Ok(size)
///     }
///
///     fn change_mtu(&self, cx: &mut Rtnl<'_, Self>, mtu: u32) -> Result {
///         if mtu == 666 {
///             return Err(EINVAL);
///         }
///         cx.restart()
///     }
///
///     fn set_mac_address(&self, _: &mut Rtnl<'_, Self>, address: [u8; 6]) -> Result {
///         self.filter.lock().address = address;
///         Ok(())
///     }
///
///     fn set_rx_mode(&self, _: &mut Rtnl<'_, Self>, mode: RxMode<'_>) -> Result {
///         let mut groups = KVec::with_capacity(mode.multicast.len(), GFP_KERNEL)?;
///         for address in mode.multicast.clone() {
///             groups.push(address, GFP_KERNEL)?;
///         }
///         let mut filter = self.filter.lock();
///         filter.everything = mode.is_promiscuous();
///         filter.groups = groups;
///         Ok(())
///     }
///
///     fn add_vlan(&self, _: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
///         Ok(self.filter.lock().vlans.push(vlan, GFP_KERNEL)?)
///     }
///
///     fn remove_vlan(&self, _: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
///         self.filter.lock().vlans.retain(|other| *other != vlan);
///         Ok(())
///     }
///
///     fn fix_features(&self, features: Features) -> Features {
///         // The hash comes with the checksum.
///         if features.contains(Features::RX_CHECKSUM) {
///             features
///         } else {
///             features - Features::RX_HASH
///         }
///     }
///
///     fn set_features(&self, _: &mut Rtnl<'_, Self>, features: Features) -> Result {
///         self.checksums.store(features.contains(Features::RX_CHECKSUM), Relaxed);
///         Ok(())
///     }
///
///     fn tx_timeout(&self, device: &EtherDevice<Self>, _: usize) {
///         device.schedule_service();
///     }
///
///     fn service(&self, cx: &mut Rtnl<'_, Self>) {
///         // The device is left without buffers if they cannot be made.
///         let _ = cx.restart();
///     }
/// }
///
/// const FEATURES: Features = Features::RX_CHECKSUM.and(Features::RX_HASH);
/// let settings = Settings::new(c"rust_rtnl%d")
///     .mtu(68, 9000)
///     .features(FEATURES)
///     .optional(Features::LOOPBACK)
///     .always(Features::VLAN_FILTER);
/// let nic = try_pin_init!(Nic {
///     filter <- new_mutex!(Filter::default()),
///     checksums: Atomic::new(false),
///     opened: Atomic::new(0),
/// }? Error);
/// let nic = Registration::new(&settings, None, Net::init(), nic)?;
/// let device = nic.device();
///
/// // What a user does with the device.
/// # use kernel::net::device::testing;
/// # use kernel::time::{delay::fsleep, Delta};
/// let buffers = || device.with_rtnl(|cx| cx.open().copied());
/// assert_eq!(buffers(), None);
/// testing::set_mtu(device, 1000)?;
/// assert_eq!(nic.opened.load(Relaxed), 0);
/// testing::bring_up(device)?;
/// assert_eq!(buffers(), Some(1014));
/// testing::set_mtu(device, 4000)?;
/// assert_eq!(buffers(), Some(4014));
/// // Refused: nothing changes.
/// assert_eq!(testing::set_mtu(device, 666), Err(EINVAL));
/// assert_eq!((device.mtu(), buffers()), (4000, Some(4014)));
/// // Not possible: the device stays without buffers, until they can be made.
/// assert_eq!(testing::set_mtu(device, 9000), Err(ENOMEM));
/// assert_eq!((device.mtu(), buffers()), (4000, None));
/// device.with_rtnl(|cx| cx.restart())?;
/// assert_eq!((buffers(), nic.opened.load(Relaxed)), (Some(4014), 3));
///
/// // What an interrupt's handler does, which cannot restart the device itself.
/// device.schedule_service();
/// # for _ in 0..1000 {
/// #     if nic.opened.load(Relaxed) == 4 {
/// #         break;
/// #     }
/// #     fsleep(Delta::from_millis(1));
/// # }
/// assert_eq!((buffers(), nic.opened.load(Relaxed)), (Some(4014), 4));
///
/// testing::set_address(device, [0x02, 0, 0, 0, 0, 42])?;
/// assert_eq!(device.mac_address(), Some([0x02, 0, 0, 0, 0, 42]));
/// assert_eq!(nic.filter.lock().address, [0x02, 0, 0, 0, 0, 42]);
/// assert_eq!(testing::set_address(device, [0x03, 0, 0, 0, 0, 42]), Err(EADDRNOTAVAIL));
///
/// let group = [0x01, 0, 0x5e, 1, 2, 3];
/// let is_member = || nic.filter.lock().groups.contains(&group);
/// assert!(!is_member());
/// testing::join(device, group)?;
/// // A work of the kernel's tells the driver.
/// # for _ in 0..1000 {
/// #     if is_member() {
/// #         break;
/// #     }
/// #     fsleep(Delta::from_millis(1));
/// # }
/// assert!(is_member() && !nic.filter.lock().everything);
///
/// let vlan = Vlan { tag: VlanTag::Customer, id: 100 };
/// let has_vlan = || nic.filter.lock().vlans.contains(&vlan);
/// testing::set_vlan(device, vlan, true)?;
/// assert!(has_vlan());
/// testing::set_vlan(device, vlan, false)?;
/// assert!(!has_vlan());
///
/// assert!(device.features().contains(FEATURES));
/// assert!(!device.features().contains(Features::LOOPBACK));
/// testing::want_features(device, Features::RX_HASH);
/// assert!(device.features() & FEATURES == Features::NONE);
/// assert!(!nic.checksums.load(Relaxed));
/// testing::want_features(device, Features::RX_CHECKSUM | Features::LOOPBACK);
/// assert!(nic.checksums.load(Relaxed));
/// assert!(device.features().contains(Features::LOOPBACK));
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// This task holds RTNL. The device and the driver's part of it are valid for `'open`.
pub struct Rtnl<'open, N: Operations + 'open> {
    device: NonNull<bindings::net_device>,
    _lifetime: PhantomData<fn(&'open ()) -> &'open ()>,
    _driver: PhantomData<fn(N)>,
    _task: NotThreadSafe,
}

impl<N: Operations> Rtnl<'_, N> {
    /// # Safety
    ///
    /// This task holds RTNL as long as there is the proof. The lifetime is one that those are
    /// generic over who get the proof, and is no longer than the device is valid.
    pub(super) unsafe fn new(device: &EtherDevice<N>) -> Self {
        // INVARIANT: By the requirements of this function.
        Rtnl {
            // SAFETY: A reference has no null pointer.
            device: unsafe { NonNull::new_unchecked(device.as_raw()) },
            _lifetime: PhantomData,
            _driver: PhantomData,
            _task: NotThreadSafe,
        }
    }

    /// The device.
    pub fn device(&self) -> &EtherDevice<N> {
        // SAFETY: By the type invariants.
        unsafe { EtherDevice::from_raw(self.device) }
    }

    /// Whether there is an [`Operations::Open`]. There is not while the device is down, nor after a
    /// [`restart`](Self::restart) that failed.
    pub fn is_open(&self) -> bool {
        !self.device().private().opened().is_null()
    }

    /// Finds out anew which features go together, and switches those off and on that are to be
    /// others then (`netdev_update_features()`): [`Operations::fix_features`] says something else
    /// than before.
    ///
    /// Not to be called by [`Operations::set_features`].
    pub fn update_features(&mut self) {
        // SAFETY: The device is valid, and this task holds RTNL. What this proof has lent of what
        // is open has ended, as `self` is borrowed for writing: the driver's operation that this
        // calls may restart the device.
        unsafe { bindings::netdev_update_features(self.device.as_ptr()) };
    }

    /// Takes the device down and brings it up again, if it is up, and if it is after a restart that
    /// failed: for changes that [`Operations::open`] looks at.
    ///
    /// Fails with what that fails with: then the device is up without sending or receiving
    /// anything. The driver can put back what it changed, and try again.
    pub fn restart(&mut self) -> Result {
        if !self.device().is_running() {
            return Ok(());
        }
        // SAFETY: This task holds RTNL. What this proof has lent of what is open has ended, as
        // `self` is borrowed for writing, and there is no other proof about the device.
        unsafe {
            opened::close(self.device());
            opened::open(self.device())
        }
    }
}

impl<'open, N: Operations + 'open> Rtnl<'open, N> {
    /// What there is while the device is up.
    pub fn open(&self) -> Option<&N::Open<'open>> {
        // SAFETY: This task holds RTNL, and the lifetime is one that this is generic over.
        unsafe { opened::get(self.device()) }
    }
}
