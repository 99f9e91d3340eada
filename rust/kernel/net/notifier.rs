// SPDX-License-Identifier: GPL-2.0

//! Listeners to what happens to network devices.
//!
//! # Locks
//!
//! RTNL (`rtnl_lock()`) is held while a listener is called, also for those devices that were there
//! before it and for those that stay when it goes, of which it hears while it is registered and
//! unregistered. For some events and devices the device's own lock is held, too. So a listener must
//! not register or unregister devices or listeners, nor wait for a lock that is held by whoever
//! does: the instance lock of devlink is one. A driver leaves such things to a work.
//!
//! Registering and unregistering take RTNL; if the listener is for all namespaces, before that the
//! lock for which all wait who make or end a namespace (`pernet_ops_rwsem`). An instance lock of
//! devlink may be held, but on the core in C not for the latter if the instance is ever in a
//! namespace that ends: there devlink reloads it with that lock held.
//!
//! C headers: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h),
//! [`include/linux/notifier.h`](srctree/include/linux/notifier.h)

use crate::{
    bindings,
    error::to_result,
    net::{
        device::NetDevice,
        namespace::{
            Net,
            PassiveNet, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    types::Opaque, //
};

use core::{
    ops::Deref,
    ptr, //
};

mod event;
mod lag;

pub use self::{
    event::{
        Event,
        Upper, //
    },
    lag::{
        BondInfo,
        BondLink,
        BondMode,
        Lag,
        LagHash,
        LagPorts,
        LagTxType,
        LowerState, //
    },
};

/// Who hears what happens to network devices.
pub trait Listener: Send + Sync {
    /// Something happens to `device`, or did, or is about to.
    ///
    /// An error refuses what can be refused, and is ignored otherwise: a device that is registered
    /// or gets above another one, that is to be brought up or to be given another address, name,
    /// MTU, kind, or length of its queue. Listeners that come after this one then do not hear of
    /// it. Of a device that is there when the listener is registered it means that the listener is
    /// not.
    ///
    /// RTNL is held. Can sleep.
    fn event(&self, device: &NetDevice, event: Event<'_>, extack: Extack<'_>) -> Result;
}

/// A listener that is registered. It hears nothing any more when this is dropped.
///
/// The module documentation says which locks may be held.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             self,
///             NetDevice,
///             Opening,
///             Operations,
///             Settings, //
///         },
///         namespace::Net,
///         netlink::extack::Extack,
///         notifier::{
///             Event,
///             Listener,
///             Registration, //
///         }, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// /// Counts devices of one name, and refuses another.
/// struct Counter {
///     devices: Atomic<u32>,
/// }
///
/// impl Listener for Counter {
///     fn event(&self, device: &NetDevice, event: Event<'_>, extack: Extack<'_>) -> Result {
///         match &*device.name() {
///             name if name == c"rust_heard" => match event {
///                 Event::Register => {
///                     self.devices.fetch_add(1, Relaxed);
///                 }
///                 Event::Unregister => {
///                     self.devices.fetch_sub(1, Relaxed);
///                 }
///                 _ => {}
///             },
///             name if name == c"rust_unheard" => {
///                 return Err(extack.err(c"Not with this name", EPERM))
///             }
///             _ => {}
///         }
///         Ok(())
///     }
/// }
///
/// struct Sink;
///
/// #[vtable]
/// impl Operations for Sink {
///     type Open<'open> = ();
///     type Sender<'open> = core::convert::Infallible;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result<()> {
///         Ok(())
///     }
/// }
///
/// fn sink(name: &CStr) -> Result<device::Registration<Sink>> {
///     let settings = Settings::new(name);
///     device::Registration::new(&settings, None, Net::init(), Sink)
/// }
///
/// fn counter() -> Counter {
///     Counter { devices: Atomic::new(0) }
/// }
///
/// let everywhere = KBox::pin_init(Registration::new(counter()), GFP_KERNEL)?;
/// let heard = sink(c"rust_heard")?;
/// assert_eq!(everywhere.devices.load(Relaxed), 1);
///
/// // It hears of devices that are there already.
/// let here = KBox::pin_init(Registration::in_net(Net::init(), counter()), GFP_KERNEL)?;
/// assert_eq!(here.devices.load(Relaxed), 1);
///
/// drop(heard);
/// assert_eq!(everywhere.devices.load(Relaxed), 0);
/// assert_eq!(here.devices.load(Relaxed), 0);
///
/// assert_eq!(sink(c"rust_unheard").err(), Some(EPERM));
/// drop((everywhere, here));
/// sink(c"rust_unheard")?;
/// # Ok::<(), Error>(())
/// ```
#[pin_data(PinnedDrop)]
pub struct Registration<L: Listener> {
    #[pin]
    listener: L,
    #[pin]
    block: Opaque<bindings::notifier_block>,
    /// The namespace; that of all devices if there is none.
    net: Option<PassiveNet>,
}

// SAFETY: A listener is `Send`; the block is in a list of the kernel, which has a lock.
unsafe impl<L: Listener> Send for Registration<L> {}

// SAFETY: A shared reference gives no more than one to the listener, which is `Sync`.
unsafe impl<L: Listener> Sync for Registration<L> {}

impl<L: Listener + 'static> Registration<L> {
    /// Listens to the devices of all namespaces (`register_netdevice_notifier()`).
    ///
    /// Fails with what initializing the listener fails with, and with what it fails with when it
    /// hears of a device that is there.
    pub fn new<E>(listener: impl PinInit<L, E>) -> impl PinInit<Self, Error>
    where
        Error: From<E>,
    {
        Self::init(None, listener)
    }

    /// Listens to the devices of `net` (`register_netdevice_notifier_net()`). That does not keep
    /// the namespace from ending. Fails as [`new`](Self::new) does.
    pub fn in_net<E>(net: &Net, listener: impl PinInit<L, E>) -> impl PinInit<Self, Error>
    where
        Error: From<E>,
    {
        Self::init(Some(PassiveNet::new(net)), listener)
    }

    fn init<E>(net: Option<PassiveNet>, listener: impl PinInit<L, E>) -> impl PinInit<Self, Error>
    where
        Error: From<E>,
    {
        try_pin_init!(&this in Self {
            listener <- listener,
            block: Opaque::new(block(deliver::<L>)),
            net,
            _: {
                // SAFETY: All fields are initialized. The memory does not move and is valid until
                // `drop` has unregistered the block; the listener borrows nothing, so that it may
                // be there forever if it is forgotten.
                unsafe { register((*this.as_ptr()).block.get(), &(*this.as_ptr()).net)? };
            },
        })
    }
}

impl<L: Listener> Deref for Registration<L> {
    type Target = L;

    fn deref(&self) -> &L {
        &self.listener
    }
}

#[pinned_drop]
impl<L: Listener> PinnedDrop for Registration<L> {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: `init` registered it there.
        unsafe { unregister(self.block.get(), &self.net) };
    }
}

/// What is called for an event.
pub(super) type Deliver = unsafe extern "C" fn(
    block: *mut bindings::notifier_block,
    event: c_ulong,
    info: *mut c_void,
) -> c_int;

/// A block that is not registered.
pub(super) fn block(deliver: Deliver) -> bindings::notifier_block {
    bindings::notifier_block {
        notifier_call: Some(deliver),
        next: ptr::null_mut(),
        priority: 0,
    }
}

/// Registers a block, in a namespace or in all.
///
/// # Safety
///
/// The block is valid, does not move, and may be used until it is [unregistered](unregister).
pub(super) unsafe fn register(
    block: *mut bindings::notifier_block,
    net: &Option<PassiveNet>,
) -> Result {
    // SAFETY: By the requirements of this function; the namespace's memory is valid.
    to_result(unsafe {
        match net {
            Some(net) => bindings::register_netdevice_notifier_net(net.as_raw(), block),
            None => bindings::register_netdevice_notifier(block),
        }
    })
}

/// Unregisters a block. When this returns, it is not used any more.
///
/// # Safety
///
/// It was [registered](register) there.
pub(super) unsafe fn unregister(block: *mut bindings::notifier_block, net: &Option<PassiveNet>) {
    // This does not fail: the block is there.
    // SAFETY: By the requirements of this function. The memory of a namespace that ended is valid,
    // and has no devices in its list.
    let _ = unsafe {
        match net {
            Some(net) => bindings::unregister_netdevice_notifier_net(net.as_raw(), block),
            None => bindings::unregister_netdevice_notifier(block),
        }
    };
}

/// Has `listener` hear of an event. Returns what C is to be told.
///
/// # Safety
///
/// The kernel notifies of `event` with `info`, and waits for this.
pub(super) unsafe fn hear(
    listener: &(impl Listener + ?Sized),
    event: c_ulong,
    info: *mut c_void,
) -> c_int {
    let info: *mut bindings::netdev_notifier_info = info.cast();
    let Ok(event) = bindings::netdev_cmd::try_from(event) else {
        return bindings::NOTIFY_DONE as c_int;
    };
    // SAFETY: The kernel notifies of `event` with `info`, and waits for this.
    let Some(event) = (unsafe { Event::from_c(event, info) }) else {
        return bindings::NOTIFY_DONE as c_int;
    };
    // SAFETY: The kernel passes a valid device, which is not freed while RTNL is held, nor is its
    // parent; and null or an extended acknowledgement that only this task uses.
    let (device, extack) = unsafe {
        (
            NetDevice::from_raw((*info).dev),
            Extack::from_raw((*info).extack),
        )
    };
    match listener.event(device, event, extack) {
        // What `notifier_from_errno()` makes of it.
        Err(error) if event.can_be_refused() => {
            bindings::NOTIFY_STOP_MASK as c_int | (bindings::NOTIFY_OK as c_int - error.to_errno())
        }
        _ => bindings::NOTIFY_OK as c_int,
    }
}

/// # Safety
///
/// Only to be called by the chain of notifiers, for the block of a [`Registration<L>`].
unsafe extern "C" fn deliver<L: Listener>(
    block: *mut bindings::notifier_block,
    event: c_ulong,
    info: *mut c_void,
) -> c_int {
    let block: *mut Opaque<bindings::notifier_block> = block.cast();
    // SAFETY: It is the field of a registration, which is valid until the block is unregistered,
    // and of which the listener is initialized.
    let listener = unsafe { &(*crate::container_of!(block, Registration<L>, block)).listener };
    // SAFETY: The kernel calls the block that this is the function of, and waits for it.
    unsafe { hear(listener, event, info) }
}
