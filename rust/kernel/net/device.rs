// SPDX-License-Identifier: GPL-2.0

//! Network devices.
//!
//! # Locks
//!
//! RTNL (`rtnl_lock()`) is one lock for all network devices. Making and dropping a [`Registration`]
//! takes it, and dropping one waits until nobody refers to the device any more. So neither is done
//! with RTNL held, that is in [`Operations::open`], [`Operations::stop`] or a callback of a
//! [notifier](super::notifier), nor with a lock held that these take or that somebody holds who
//! waits for RTNL. An instance lock of devlink may be held: devlink takes it before RTNL, never
//! after. Both can sleep.
//!
//! C headers: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h),
//! [`include/linux/etherdevice.h`](srctree/include/linux/etherdevice.h)

use crate::{
    bindings,
    device::{
        self,
        Bound, //
    },
    error::VTABLE_DEFAULT_ERROR,
    fmt,
    net::namespace::Net,
    prelude::*,
    sync::{
        aref::ARef,
        rcu, //
    },
    types::Opaque, //
};

use core::{
    ops::Deref,
    ptr, //
};

mod frame;
mod owned;

pub use self::frame::Frame;
pub(in crate::net) use self::owned::{
    Owned,
    Place, //
};

/// How many bytes the address of an Ethernet device has.
pub const ETH_ALEN: usize = bindings::ETH_ALEN as usize;

/// How long the name of a device can be, with the zero at its end.
const IFNAMSIZ: usize = bindings::IFNAMSIZ as usize;

/// A network device (`struct net_device`), anybody's.
///
/// References have no count: who has one longer than a call keeps the device from going, so that
/// only its [`Registration`] lends it.
///
/// # Invariants
///
/// While there is a reference, the device's memory is valid, its addresses are initialized, and the
/// device that it is a child of, if any, does not go.
#[repr(transparent)]
pub struct NetDevice(Opaque<bindings::net_device>);

// SAFETY: The methods take the locks that they need, or read what may change meanwhile in one go.
unsafe impl Sync for NetDevice {}

impl NetDevice {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// During `'a` the device is not freed, nor is the device that it is a child of.
    pub unsafe fn from_raw<'a>(device: *mut bindings::net_device) -> &'a Self {
        // INVARIANT: The caller promises it; addresses are initialized when the device is made.
        // SAFETY: The caller promises that it is valid; `NetDevice` is transparent over it.
        unsafe { &*device.cast() }
    }

    /// The device as C knows it.
    pub fn as_raw(&self) -> *mut bindings::net_device {
        self.0.get()
    }

    /// Its name now: users can change it (`netdev_copy_name()`).
    // C does not export that to modules.
    #[inline(never)]
    pub fn name(&self) -> Name {
        let mut name = [0; IFNAMSIZ];
        // SAFETY: The device is valid, and there is room for a name. The function waits for those
        // who change it.
        unsafe { bindings::netdev_copy_name(self.as_raw(), name.as_mut_ptr().cast()) };
        // INVARIANT: The function terminates what it copies.
        Name(name)
    }

    /// Its number in its namespace now: it can be another one in another namespace.
    pub fn index(&self) -> u32 {
        // SAFETY: The device is valid. The number is read in one go, for it may change.
        let index = unsafe { (&raw const (*self.as_raw()).ifindex).read_volatile() };
        index as u32
    }

    /// Its address, `None` if addresses of its kind have another length.
    ///
    /// One that is changed meanwhile may be read half.
    pub fn mac_address(&self) -> Option<[u8; ETH_ALEN]> {
        let device = self.as_raw();
        // SAFETY: The device is valid. The length of addresses may change, with the kind.
        let len = unsafe { (&raw const (*device).addr_len).read_volatile() };
        if usize::from(len) != ETH_ALEN {
            return None;
        }
        let mut address = [0; ETH_ALEN];
        for (at, byte) in address.iter_mut().enumerate() {
            // SAFETY: By the type invariants; the pointer does not change as long as there is the
            // device, and there is room for the longest address where it points to. Each byte is
            // read in one go, for it may change.
            *byte = unsafe { (*device).dev_addr.add(at).read_volatile() };
        }
        Some(address)
    }

    /// Whether it is up now (`netif_running()`). Works in any context.
    pub fn is_running(&self) -> bool {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        let state = unsafe { (&raw const (*self.as_raw()).state).read_volatile() };
        state & (1 << bindings::netdev_state_t___LINK_STATE_START) != 0
    }

    /// The device that this one is a child of, if any.
    pub fn parent(&self) -> Option<&device::Device> {
        // SAFETY: The device is valid.
        let parent = unsafe { (*self.as_raw()).dev.parent };
        // SAFETY: By the type invariants it exists as long as the reference to this device.
        (!parent.is_null()).then(|| unsafe { device::Device::from_raw(parent) })
    }

    /// The namespace that it is in now; `None` if that is dying.
    pub fn net(&self) -> Option<ARef<Net>> {
        let _rcu = rcu::read_lock();
        // SAFETY: Who moves the device to another namespace waits for a grace period before the one
        // that it was in may be freed, so not before this RCU read-side section ends.
        unsafe { Net::try_get(self.net_ptr()) }
    }

    /// Whether it is in `net` now. Works in any context.
    pub fn is_in(&self, net: &Net) -> bool {
        self.net_ptr() == net.as_raw()
    }

    /// The namespace that it is in now, perhaps not any more when this returns.
    fn net_ptr(&self) -> *mut bindings::net {
        // SAFETY: The device is valid. The pointer is read in one go, for it may change.
        #[cfg(CONFIG_NET_NS)]
        return unsafe { (&raw const (*self.as_raw()).nd_net.net).read_volatile() };
        #[cfg(not(CONFIG_NET_NS))]
        return &raw mut bindings::init_net;
    }
}

impl PartialEq for NetDevice {
    fn eq(&self, other: &Self) -> bool {
        ptr::eq(self, other)
    }
}

/// The name of a device.
///
/// # Invariants
///
/// There is a zero in it.
#[derive(Copy, Clone, Eq, PartialEq)]
pub struct Name([u8; IFNAMSIZ]);

impl Deref for Name {
    type Target = CStr;

    fn deref(&self) -> &CStr {
        // By the type invariants this does not fail.
        CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

/// What an Ethernet device is like when it is registered.
#[derive(Copy, Clone)]
pub struct Settings<'a> {
    name: &'a CStr,
    address: Option<[u8; ETH_ALEN]>,
}

impl<'a> Settings<'a> {
    /// With that name, in which `%d` stands for the smallest number that makes a new one; and with
    /// a random address (`eth_hw_addr_random()`).
    pub const fn new(name: &'a CStr) -> Self {
        Settings {
            name,
            address: None,
        }
    }

    /// With that address, which is the hardware's own (`eth_hw_addr_set()`). A device with one that
    /// is not a station's cannot be brought up.
    pub const fn address(mut self, address: [u8; ETH_ALEN]) -> Self {
        self.address = Some(address);
        self
    }
}

/// A driver's own part of an Ethernet device (`struct net_device_ops`).
///
/// What the kernel asks about addresses it also answers: a new address must be a station's, and the
/// device must be down (`eth_validate_addr()`, `eth_mac_addr()`). There is one queue in each
/// direction.
#[vtable]
pub trait Operations: Send + Sync {
    /// The device is brought up (`ndo_open`). RTNL is held; can sleep.
    fn open(&self, device: &NetDevice) -> Result {
        let _ = device;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The device is taken down (`ndo_stop`), which also happens before it is unregistered. RTNL is
    /// held; can sleep.
    fn stop(&self, device: &NetDevice) {
        let _ = device;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Sends a frame (`ndo_start_xmit`): takes the packet out of it, or refuses it. One that is
    /// neither counts as dropped.
    ///
    /// Runs with bottom halves off, for one frame at a time; cannot sleep.
    fn start_xmit(&self, frame: Frame<'_>);
}

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
///             Frame,
///             Operations,
///             Registration,
///             Settings, //
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
/// #[vtable]
/// impl Operations for Sink {
///     fn start_xmit(&self, frame: Frame<'_>) {
///         let skb = frame.take();
///         self.bytes.fetch_add(skb.len() as u64, Relaxed);
///         // It was sent.
///         drop(skb);
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
/// # Ok::<(), Error>(())
/// ```
pub struct Registration<N: Operations>(Owned<N>);

impl<N: Operations + 'static> Registration<N> {
    /// Makes a device with the driver's value and registers it in `net` (`alloc_etherdev()`,
    /// `register_netdev()`).
    ///
    /// Operations can run before this returns. Fails with `EINVAL` for a name that is none, with
    /// `EEXIST` for one that there is, with `EINTR` if the task is killed meanwhile, and with what
    /// initializing the value fails with.
    pub fn new<E>(
        settings: &Settings<'_>,
        parent: Option<&device::Device<Bound>>,
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
    pub fn device(&self) -> &NetDevice {
        self.0.device()
    }
}

impl<N: Operations> Deref for Registration<N> {
    type Target = N;

    fn deref(&self) -> &N {
        self.0.value()
    }
}

impl<N: Operations> Drop for Registration<N> {
    fn drop(&mut self) {
        // SAFETY: `new` registered it.
        unsafe { self.0.unregister() };
    }
}
