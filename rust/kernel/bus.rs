// SPDX-License-Identifier: GPL-2.0

//! A bus of a module's own, with devices that users make by writing to the bus's attributes.
//!
//! A module implements [`Bus`] for its bus's state, and [`Driver`] for its driver, and keeps a
//! [`Registration`]. The bus has one driver, which all devices match; both have the bus's name.
//!
//! # Objects
//!
//! ```text
//! module ── Registration ── Handle ─┬─ the bus's state, the type that implements Bus
//!                                   └─ devices, youngest last ── Device ─┬─ its value
//!                                                                        └─ the driver's data
//! ```
//!
//! **The bus** ([`Handle`]) is owned by the [`Registration`], which is in the module's own type.
//! Devices and attributes see it by reference. Its state is shared: what changes in it has a lock.
//! It ends when the registration is dropped: from then on no device is added, all devices are
//! removed, the youngest first; their last references are waited for; then the bus is unregistered.
//!
//! **A device** ([`Device`]) is reference counted; the bus has a reference as long as it is
//! registered. It is added and removed with [`Changes`], one at a time. It ends with its removal
//! or with the bus; from then on it can only be looked at. Its memory is freed with the last
//! reference, by whoever puts that: devlink does some time after the instance was freed.
//!
//! **A device's value** ([`Bus::Value`]) lies in the device, and has its lifetime. It is shared by
//! all who have a reference: what changes in it has a lock. It is dropped with the last reference,
//! where sleeping is allowed, but perhaps in another thread and after the device was removed.
//!
//! **The driver's data** ([`Driver::Data`]) belongs to the device, in the private data of its
//! driver. It is made by [`Driver::probe`], with the device lock held, and can be looked at while
//! the device is bound: [`Device::while_bound`] takes the device lock. It is dropped when the
//! driver is unbound, by removing the device or by a user, after [`Driver::unbind`].
//!
//! **Attributes** ([`BusAttribute`], [`DeviceAttribute`]) are types without values, listed in the
//! [`Bus`]. They are there before users are told of the bus and of the device. Any number of them
//! run at once, no lock is held. Unregistering the bus, and removing the device, waits until they
//! have returned.
//!
//! # Locks, and what would deadlock
//!
//! [`Changes`] is a lock, the outermost: it is held while a device's driver is probed and unbound,
//! with the device lock inside it. Removing a device waits for its attributes, for its driver, and
//! for the device lock. So none of these may wait for [`Changes`]; an attribute of a device that
//! removes the device would wait for itself. The types see to that: only [`Control`] leads to
//! [`Changes`]; the bus's own attributes get one, and the module from its [`Registration`]. What is
//! called for a device gets the [`Handle`], which has no such method.
//!
//! A device's attribute may take the device lock, for it is gone before the driver is unbound.
//! [`Driver::probe`] and [`Driver::unbind`] may not, for it is held.
//!
//! Dropping the [`Registration`] waits for the bus's attributes, so none of them may do that; and
//! for the last references to devices, so that one which is kept in the bus's own state, or leaked,
//! makes it wait for ever.
//!
//! # Examples
//!
//! A bus as netdevsim's: `echo 10 4 >/sys/bus/doctest_sim/new_device`, and there is `doctest_sim10`
//! with 4 ports and an attribute `sriov_numvfs`.
//!
//! ```
//! use core::fmt::Write;
//! use kernel::{
//!     bus::{
//!         self,
//!         Bus,
//!         BusAttribute,
//!         Control,
//!         Device,
//!         DeviceAttribute,
//!         Registration, //
//!     },
//!     device::Core,
//!     prelude::*,
//!     str::{
//!         parse_int::ParseInt,
//!         BStr,
//!         Formatter, //
//!     },
//!     sync::atomic::{
//!         Atomic,
//!         Relaxed, //
//!     }, //
//! };
//!
//! /// The bus has no state.
//! struct Sim;
//!
//! /// What is kept of a device while nothing is bound to it.
//! struct SimDevice {
//!     ports: u32,
//!     vfs: Atomic<u32>,
//! }
//!
//! #[vtable]
//! impl Bus for Sim {
//!     const NAME: &'static CStr = c"doctest_sim";
//!
//!     type Value = SimDevice;
//!     type Attributes = (NewDevice, DelDevice);
//!     type DeviceAttributes = (NumVfs,);
//!     type Driver = bus::Adapter<SimDriver>;
//!
//!     fn num_vf(dev: &Device<Self>) -> u32 {
//!         dev.value().vfs.load(Relaxed)
//!     }
//! }
//!
//! /// The number that a word stands for.
//! fn number(word: &[u8]) -> Result<u32> {
//!     u32::from_str(BStr::from_bytes(word))
//! }
//!
//! struct NewDevice;
//!
//! #[vtable]
//! impl BusAttribute<Sim> for NewDevice {
//!     const NAME: &'static CStr = c"new_device";
//!
//!     fn store(bus: &Control<'_, Sim>, text: &[u8]) -> Result {
//!         let mut words = text.trim_ascii().split(|&byte| byte == b' ');
//!         let id = words.next().map_or(Err(EINVAL), number)?;
//!         let ports = words.next().map_or(Ok(1), number)?;
//!         let value = SimDevice {
//!             ports,
//!             vfs: Atomic::new(0),
//!         };
//!         bus.changes()?.add_bound(id, Ok(value))?;
//!         Ok(())
//!     }
//! }
//!
//! struct DelDevice;
//!
//! #[vtable]
//! impl BusAttribute<Sim> for DelDevice {
//!     const NAME: &'static CStr = c"del_device";
//!
//!     fn store(bus: &Control<'_, Sim>, text: &[u8]) -> Result {
//!         bus.changes()?.remove(number(text.trim_ascii())?)
//!     }
//! }
//!
//! struct NumVfs;
//!
//! #[vtable]
//! impl DeviceAttribute<Sim> for NumVfs {
//!     const NAME: &'static CStr = c"sriov_numvfs";
//!
//!     fn show(dev: &Device<Sim>, out: &mut Formatter<'_>) -> Result {
//!         Ok(writeln!(out, "{}", dev.value().vfs.load(Relaxed))?)
//!     }
//!
//!     fn store(dev: &Device<Sim>, text: &[u8]) -> Result {
//!         let vfs = number(text.trim_ascii())?;
//!         dev.while_bound(|_dev, data| {
//!             if vfs > data.max_vfs {
//!                 return Err(ERANGE);
//!             }
//!             dev.value().vfs.store(vfs, Relaxed);
//!             Ok(())
//!         })
//!         .unwrap_or(Err(ENOENT))
//!     }
//! }
//!
//! struct SimDriver;
//!
//! struct Data {
//!     max_vfs: u32,
//! }
//!
//! impl bus::Driver<Sim> for SimDriver {
//!     type Data<'bound> = Data;
//!
//!     fn probe<'bound>(
//!         dev: &'bound Device<Sim, Core<'_>>,
//!     ) -> impl PinInit<Data, Error> + 'bound {
//!         let data = move || match dev.value().ports {
//!             0 => Err(EINVAL),
//!             ports => Ok(Data { max_vfs: 2 * ports }),
//!         };
//!         data()
//!     }
//! }
//!
//! let sim = Registration::<Sim>::new(Ok(Sim))?;
//! let bus = sim.control();
//!
//! NewDevice::store(&bus, b"10 4\n")?;
//! let dev = sim.find(10).ok_or(ENOENT)?;
//! assert_eq!(dev.as_ref().name(), c"doctest_sim10");
//! NumVfs::store(&dev, b"8\n")?;
//! assert_eq!(NumVfs::store(&dev, b"9\n"), Err(ERANGE));
//! let mut shown = [0; 8];
//! NumVfs::show(&dev, &mut Formatter::new(&mut shown))?;
//! assert!(shown.starts_with(b"8\n"));
//!
//! // What the device has outlives its driver's data.
//! dev.reprobe()?;
//! assert_eq!(dev.value().vfs.load(Relaxed), 8);
//!
//! // There is one already; nothing is left of a device that the driver does not want.
//! assert_eq!(NewDevice::store(&bus, b"10"), Err(EEXIST));
//! assert_eq!(NewDevice::store(&bus, b"11 0"), Err(EIO));
//! assert!(sim.find(11).is_none());
//!
//! // It is removed, but there is a reference.
//! DelDevice::store(&bus, b"10")?;
//! assert_eq!(DelDevice::store(&bus, b"10"), Err(ENOENT));
//! assert_eq!(NumVfs::store(&dev, b"1"), Err(ENOENT));
//! let alive = sim.alive();
//! assert!(alive.count() >= 1);
//! drop(dev);
//!
//! // What is left goes with the bus.
//! NewDevice::store(&bus, b"12")?;
//! drop(sim);
//! assert_eq!(alive.count(), 0);
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/device/bus.h`](srctree/include/linux/device/bus.h)

use crate::{
    error::VTABLE_DEFAULT_ERROR,
    prelude::*, //
};

mod alive;
pub(crate) mod attribute;
mod device;
mod driver;
mod registration;

pub use self::{
    alive::Alive,
    attribute::{
        BusAttribute,
        BusAttributes,
        DeviceAttribute,
        DeviceAttributes, //
    },
    device::Device,
    driver::{
        Adapter,
        Driver,
        DriverData,
        Drives, //
    },
    registration::{
        Changes,
        Control,
        Handle,
        Registration, //
    }, //
};

/// A bus. The type that implements this is the bus's state.
#[vtable]
pub trait Bus: Sized + Send + Sync + 'static {
    /// The bus's name, its driver's, and what the names of its devices begin with.
    const NAME: &'static CStr;

    /// What each device has, from being made until its last reference is put.
    type Value: Send + Sync + 'static;

    /// The bus's attributes: a tuple of types that implement [`BusAttribute`].
    type Attributes: BusAttributes<Self>;

    /// The attributes of each device: a tuple of types that implement [`DeviceAttribute`].
    type DeviceAttributes: DeviceAttributes<Self>;

    /// The driver: an [`Adapter`] for a type that implements [`Driver`], or what a subsystem has in
    /// its place.
    type Driver: Drives<Self>;

    /// Called before a device that was added is removed, by [`Changes::remove`] or because the bus
    /// ends; for what has to end first, as files by which its driver can be told something.
    ///
    /// The device is still registered and perhaps bound. [`Changes`] may be held, the device lock
    /// is not. May sleep.
    fn removing(dev: &Device<Self>) {
        let _ = dev;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How many virtual functions the device has (`num_vf`), which netdevices of it tell users.
    ///
    /// Called with RTNL held, any time while the device is registered.
    fn num_vf(dev: &Device<Self>) -> u32 {
        let _ = dev;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}
