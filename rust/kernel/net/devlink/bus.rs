// SPDX-License-Identifier: GPL-2.0

//! Devices on a bus of the module's own, see [`kernel::bus`](crate::bus).
//!
//! The bus has [`Adapter`] as its [`Bus::Driver`], for a driver whose
//! [`Driver::Device`](super::Driver::Device) is [`Device`]. Users see the instance `BUS/BUSID`, for
//! instance `netdevsim/netdevsim10`.
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
//! control.changes()?.remove(7)?;
//! assert!(!dev.value().load(Relaxed));
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
