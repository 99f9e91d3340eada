// SPDX-License-Identifier: GPL-2.0

//! Devices on a bus of the module's own, see [`kernel::bus`](crate::bus).
//!
//! The bus has [`Adapter`] as its [`Bus::Driver`], for a driver whose
//! [`Driver::Device`] is [`Device`]. Users see the instance `BUS/BUSID`, for
//! instance `netdevsim/netdevsim10`.
//!
//! What happens to a device by other ways than devlink, an attribute or a file in debugfs, gets at
//! its instance with [`while_bound`]. A bus whose devices do not all get the same driver has
//! [`OneOf`] as its driver.
//!
//! # Examples
//!
//! ```
//! use kernel::{
//!     bus::{
//!         self,
//!         Bus,
//!         Registration, //
//!     },
//!     net::{
//!         devlink::{
//!             self,
//!             Bringup,
//!             Setup,
//!             Why, //
//!         },
//!         netlink::extack::Extack, //
//!     },
//!     prelude::*,
//!     sync::atomic::{
//!         Atomic,
//!         Relaxed, //
//!     }, //
//! };
//!
//! struct Sim;
//!
//! #[vtable]
//! impl Bus for Sim {
//!     const NAME: &'static CStr = c"doctest_simnic";
//!
//!     /// Whether the device is up.
//!     type Value = Atomic<bool>;
//!     type Attributes = ();
//!     type DeviceAttributes = ();
//!     type Driver = devlink::bus::Adapter<Nic>;
//! }
//!
//! struct Nic;
//!
//! struct Up<'up>(&'up bus::Device<Sim>);
//!
//! impl Drop for Up<'_> {
//!     fn drop(&mut self) {
//!         self.0.value().store(false, Relaxed);
//!     }
//! }
//!
//! #[vtable]
//! impl devlink::Driver for Nic {
//!     type Device = devlink::bus::Device<Sim>;
//!     type Data<'bound> = &'bound bus::Device<Sim>;
//!     type Up<'up> = Up<'up>;
//!
//!     fn probe<'bound>(
//!         dev: &'bound Self::Device,
//!         _setup: &Setup<'bound, Self>,
//!     ) -> impl PinInit<Self::Data<'bound>, Error> {
//!         Ok::<&bus::Device<Sim>, Error>(dev)
//!     }
//!
//!     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
//!         let dev: &bus::Device<Sim> = cx.data();
//!         if dev.id() > 1000 {
//!             return Err(ERANGE);
//!         }
//!         dev.value().store(true, Relaxed);
//!         Ok(Up(dev))
//!     }
//! }
//!
//! let sim = Registration::<Sim>::new(Ok(Sim))?;
//! let control = sim.control();
//! // There is `doctest_simnic/doctest_simnic7`, and then it is gone.
//! let dev = control.changes()?.add_bound(7, Ok(Atomic::new(false)))?;
//! assert!(dev.value().load(Relaxed));
//! let up = devlink::bus::while_bound(&dev, |nic| nic.while_up(|_, up| up.0.id()));
//! assert_eq!(up, Some(Some(7)));
//! control.changes()?.remove(7)?;
//! assert!(!dev.value().load(Relaxed));
//! assert!(devlink::bus::while_bound(&dev, |_| ()).is_none());
//!
//! assert!(control
//!     .changes()?
//!     .add_bound(1001, Ok(Atomic::new(false)))
//!     .is_err());
//! # drop(dev);
//! # Ok::<(), Error>(())
//! ```

use super::{
    binding::Binding,
    held::DeviceLocked,
    Driver, //
};

use crate::{
    bus::{
        self,
        Bus,
        Drives, //
    },
    device::{
        Bound,
        CoreInternal, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// A bound device on the bus `B`.
pub type Device<B> = bus::Device<B, Bound>;

/// Makes the devlink driver `T` what a bus of a module's own [has](Bus::Driver).
pub struct Adapter<T>(PhantomData<T>);

// SAFETY: `probe` stores a `Binding<T, ()>` if it succeeds, and nothing if it fails.
unsafe impl<B: Bus, T: Driver<Device = Device<B>>> Drives<B> for Adapter<T> {
    type Data<'bound> = Binding<T, ()>;

    unsafe fn probe(dev: &bus::Device<B, CoreInternal<'_>>) -> Result {
        let bound: &Device<B> = dev;
        // SAFETY: The device is valid until its last reference is put, so as long as it is bound.
        // It is bound until the end of `unbind`, which calls `Binding::end()`: what this makes
        // becomes the device's private data.
        let binding = unsafe { Binding::<T, ()>::new(bound, ()) };
        dev.as_ref().set_drvdata(binding)
    }

    unsafe fn unbind(dev: &bus::Device<B, CoreInternal<'_>>) {
        // SAFETY: `probe` was called for the device, and stored a value of that type.
        let binding = unsafe { dev.as_ref().drvdata_borrow::<Binding<T, ()>>() };
        binding.end();
    }
}

/// Calls `f` for the instance of a device while it is bound and no reload of it goes on; `None` if
/// it is not bound.
///
/// Takes the device lock, and waits for it: not for callbacks, which leave what they cannot do to
/// [`Driver::work`], and not for that work either, for which whoever unbinds the device waits with
/// the device lock held. The compiler does not see that:
///
/// - In a callback that has a [`Locked`](super::Locked), and in the work, this logs an error and
///   returns `None`, unless a reload or an unbind has the device lock just now: that waits for
///   the callback or for the work, which waits for ever.
/// - Where the device lock is held already, this waits for ever: in [`Driver::up`], in the
///   destructors of what it made, and in `f`.
/// - In a callback that has a [`Pinned`](super::Pinned) the instance lock may be held, see
///   [`RegionOps`](super::RegionOps). Then `f` waits for itself as soon as it takes that lock,
///   which lockdep reports, and the core in Rust logs. The kernel has no lockdep for device locks.
///
/// May sleep.
pub fn while_bound<B, T, R>(
    dev: &bus::Device<B>,
    f: impl for<'w, 'bound> FnOnce(&mut DeviceLocked<'w, 'bound, T>) -> R,
) -> Option<R>
where
    B: Bus<Driver = Adapter<T>>,
    T: Driver<Device = Device<B>>,
{
    // SAFETY: The device lock is held while the closure runs.
    dev.while_bound(|_, binding| unsafe { binding.with_device_locked(f) })?
}

/// Two devlink drivers for the devices of the bus `B`, see [`OneOf`].
pub trait Choice<B: Bus>: 'static {
    /// The one driver.
    type First: Driver<Device = Device<B>>;

    /// The other driver.
    type Second: Driver<Device = Device<B>>;

    /// Whether the device gets the other driver. Asked each time that a driver is bound to it.
    fn is_second(dev: &bus::Device<B>) -> bool;
}

/// As [`Adapter`], for two devlink drivers of which `C` chooses one for each device: for devices
/// that have other operations.
pub struct OneOf<C>(PhantomData<C>);

/// What a device has that got one of two drivers.
pub enum Chosen<F: Driver, S: Driver> {
    /// It got the first.
    First(Pin<KBox<Binding<F, ()>>>),
    /// It got the second.
    Second(Pin<KBox<Binding<S, ()>>>),
}

// SAFETY: `probe` stores a `Chosen` if it succeeds, and nothing if it fails.
unsafe impl<B: Bus, C: Choice<B>> Drives<B> for OneOf<C> {
    type Data<'bound> = Chosen<C::First, C::Second>;

    unsafe fn probe(dev: &bus::Device<B, CoreInternal<'_>>) -> Result {
        let bound: &Device<B> = dev;
        // SAFETY: The device is valid until its last reference is put, so as long as it is bound.
        // It is bound until the end of `unbind`, which calls `Binding::end()` of either: what this
        // makes becomes the device's private data.
        let chosen: Chosen<C::First, C::Second> = unsafe {
            if C::is_second(bound) {
                Chosen::Second(KBox::pin_init(Binding::new(bound, ()), GFP_KERNEL)?)
            } else {
                Chosen::First(KBox::pin_init(Binding::new(bound, ()), GFP_KERNEL)?)
            }
        };
        dev.as_ref().set_drvdata(Ok::<_, Error>(chosen))
    }

    unsafe fn unbind(dev: &bus::Device<B, CoreInternal<'_>>) {
        // SAFETY: `probe` was called for the device, and stored a value of that type.
        let chosen = unsafe { dev.as_ref().drvdata_borrow::<Chosen<C::First, C::Second>>() };
        match &*chosen {
            Chosen::First(binding) => binding.end(),
            Chosen::Second(binding) => binding.end(),
        }
    }
}

/// As [`while_bound`], for a device that got one of two drivers: calls `first` or `second`.
pub fn while_one_bound<B, C, R>(
    dev: &bus::Device<B>,
    first: impl for<'w, 'bound> FnOnce(&mut DeviceLocked<'w, 'bound, C::First>) -> R,
    second: impl for<'w, 'bound> FnOnce(&mut DeviceLocked<'w, 'bound, C::Second>) -> R,
) -> Option<R>
where
    B: Bus<Driver = OneOf<C>>,
    C: Choice<B>,
{
    // SAFETY: The device lock is held while the closure runs.
    dev.while_bound(|_, chosen| unsafe {
        match &*chosen {
            Chosen::First(binding) => binding.with_device_locked(first),
            Chosen::Second(binding) => binding.with_device_locked(second),
        }
    })?
}
