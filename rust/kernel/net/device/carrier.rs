// SPDX-License-Identifier: GPL-2.0

//! What says whether a device has a link, while it is up.

use super::NetDevice;

use crate::{
    bindings,
    prelude::*,
    sync::{
        new_mutex,
        Arc,
        Mutex, //
    }, //
};

use core::ptr::NonNull;

/// Says whether a device has a link, as long as it is up
/// ([`Opening::carrier`](super::Opening::carrier)): for who hears of links and has no reference to
/// the device. Can be kept as long as one likes: of a device that was taken down it does nothing.
///
/// # Examples
///
/// The handler of a device's events keeps what is for the port's link:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Carrier,
///             Opening,
///             Operations,
///             Registration,
///             Settings, //
///         },
///         namespace::Net, //
///     },
///     prelude::*,
///     sync::{
///         new_mutex,
///         Arc,
///         Mutex, //
///     }, //
/// };
///
/// #[pin_data]
/// struct Events {
///     #[pin]
///     link: Mutex<Option<Carrier>>,
/// }
///
/// impl Events {
///     /// Something happened to the cable.
///     fn port_changed(&self, plugged: bool) -> Option<bool> {
///         let link = self.link.lock().clone();
///         // What the device says is asked for while nobody else does.
///         link?.update(|_| plugged)
///     }
/// }
///
/// struct Nic(Arc<Events>);
///
/// #[vtable]
/// impl Operations for Nic {
///     type Open<'open> = ();
///     type Sender<'open> = core::convert::Infallible;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
///         *self.0.link.lock() = Some(cx.carrier()?);
///         Ok(())
///     }
/// }
///
/// let events = Arc::pin_init(pin_init!(Events { link <- new_mutex!(None) }), GFP_KERNEL)?;
/// let settings = Settings::new(c"rust_link%d").no_link();
/// let nic = Registration::new(&settings, None, Net::init(), Nic(events.clone()))?;
///
/// // What a user does with the device.
/// # use kernel::net::device::testing;
/// assert_eq!(events.port_changed(true), None);
/// testing::bring_up(nic.device())?;
/// assert_eq!(events.port_changed(true), Some(true));
/// assert!(nic.device().has_carrier());
/// assert_eq!(events.port_changed(false), Some(false));
/// assert!(!nic.device().has_carrier());
/// testing::take_down(nic.device());
/// assert_eq!(events.port_changed(true), None);
/// assert!(!nic.device().has_carrier());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Carrier(Arc<Shared>);

/// # Invariants
///
/// The device, if there is one, is valid while the lock is held.
#[pin_data]
struct Shared {
    #[pin]
    device: Mutex<Option<NonNull<bindings::net_device>>>,
}

// SAFETY: A device belongs to no thread.
unsafe impl Send for Shared {}

// SAFETY: The pointer is only used with the lock held.
unsafe impl Sync for Shared {}

impl Carrier {
    /// # Safety
    ///
    /// [`end`](Self::end) is called before the device is freed.
    pub(super) unsafe fn new(device: NonNull<bindings::net_device>) -> Result<Self> {
        // INVARIANT: By the requirements of this function.
        let shared = pin_init!(Shared {
            device <- new_mutex!(Some(device)),
        });
        Ok(Carrier(Arc::pin_init(shared, GFP_KERNEL)?))
    }

    /// Does nothing any more. Waits for those who say something.
    pub(super) fn end(&self) {
        *self.0.device.lock() = None;
    }

    /// Has `is_up` find out whether there is a link, and says so (`netif_carrier_on()`,
    /// `netif_carrier_off()`). Returns what it found, `None` if the device is not up.
    ///
    /// One task at a time does so, so that what is found out last is what counts. Sleeps. Taking
    /// the device down waits for it with RTNL held, so `is_up` must not take that.
    pub fn update(&self, is_up: impl FnOnce(&NetDevice) -> bool) -> Option<bool> {
        let device = self.0.device.lock();
        let raw = (*device)?.as_ptr();
        // SAFETY: By the type invariants the device is valid while the lock is held.
        let is_up = is_up(unsafe { NetDevice::from_raw(raw) });
        // SAFETY: The device is valid. These functions can be called in any context.
        unsafe {
            if is_up {
                bindings::netif_carrier_on(raw);
            } else {
                bindings::netif_carrier_off(raw);
            }
        }
        Some(is_up)
    }
}
