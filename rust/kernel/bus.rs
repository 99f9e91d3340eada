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
//! registered. It is added and removed with [`Changes`], one at a time. Its end is [`Changes::remove`]
//! or that of the bus; then it can only be looked at. Its memory is freed with the last reference,
//! by whoever puts that: for devlink, some time after the instance was freed.
//!
//! **A device's value** ([`Bus::Value`]) lies in the device, and has its lifetime. It is shared by
//! all who have a reference: what changes in it has a lock. It is dropped with the last reference,
//! where sleeping is allowed, but perhaps in another thread and after the device was removed.
//!
//! **The driver's data** ([`Driver::Data`]) belongs to the device, in the private data of its
//! driver. It is made by [`Driver::probe`], with the device lock held, and can be looked at while
//! the device is bound: [`Device::while_bound`] takes the device lock. It is dropped when the driver
//! is unbound: by removing the device, or by a user, in the driver's `unbind`.
//!
//! **Attributes** ([`BusAttribute`], [`DeviceAttribute`]) are types without values, listed in the
//! [`Bus`]. They are there before users are told of the bus and of the device. Any number of them
//! run at once, no lock is held. Unregistering the bus, and removing the device, waits until they
//! have returned.
//!
//! # Locks, and what would deadlock
//!
//! [`Changes`] is a lock (of its own, the outermost), and held while a device's driver is probed and
//! unbound, with the device lock inside it. Removing a device waits for its attributes, its driver,
//! and whoever has its device lock. So none of these may wait for [`Changes`]; and an attribute of a
//! device that removes the device would wait for itself. The types see to that: only [`Control`]
//! leads to [`Changes`]; the bus's own attributes get one, and the module from its
//! [`Registration`]. What is called for a device gets the [`Handle`], which has no such method.
//!
//! A device's attribute may take the device lock, for it is gone before the driver is unbound.
//! [`Driver::probe`] and [`Driver::unbind`] may not, for it is held.
//!
//! A reference to a device that is kept in the bus's own state, or leaked, makes dropping the
//! [`Registration`] wait for ever.
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
//! // There is one already; nothing is left of a device that the driver does not want.
//! assert_eq!(NewDevice::store(&bus, b"10"), Err(EEXIST));
//! assert_eq!(NewDevice::store(&bus, b"11 0"), Err(EIO));
//! assert!(sim.find(11).is_none());
//!
//! // It is removed, and there until its last reference is put.
//! DelDevice::store(&bus, b"10")?;
//! assert_eq!(DelDevice::store(&bus, b"10"), Err(ENOENT));
//! assert_eq!(NumVfs::store(&dev, b"1"), Err(ENOENT));
//! assert_eq!(sim.alive().count(), 1);
//! drop(dev);
//! assert_eq!(sim.alive().count(), 0);
//!
//! // What is left goes with the bus.
//! NewDevice::store(&bus, b"12")?;
//! drop(sim);
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/device/bus.h`](srctree/include/linux/device/bus.h)

use crate::{
    bindings,
    container_of,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    module::this_module,
    new_condvar,
    new_mutex,
    new_spinlock,
    prelude::*,
    sync::{
        aref::ARef,
        lock::mutex::MutexGuard,
        Arc,
        CondVar,
        Mutex,
        SpinLock, //
    },
    types::Opaque, //
};

use core::ops::Deref;

mod attribute;
mod device;
mod driver;

pub use self::{
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
        Drives, //
    },
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

    /// Called before a device that was added is removed, by a user or because the bus ends; for what
    /// has to end first, as files by which its driver can be told something.
    ///
    /// The device is still registered and perhaps bound. [`Changes`] may be held, the device lock is
    /// not.
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

/// A bus that is registered. It dereferences to its state.
#[pin_data]
pub struct Handle<B: Bus> {
    bus_type: Opaque<bindings::bus_type>,
    driver: Opaque<bindings::device_driver>,
    device_type: Opaque<bindings::device_type>,
    /// Held while devices come and go.
    #[pin]
    changes: Mutex<Phase>,
    /// Those that were added and not removed, the youngest last. A leaf: never held in a callback.
    #[pin]
    devices: Mutex<KVec<ARef<Device<B>>>>,
    alive: Arc<Alive>,
    #[pin]
    state: B,
}

/// Whether devices can be added and removed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The bus is there already, its driver not.
    Opening,
    Open,
    Closing,
}

// SAFETY: The C structures are only changed before the bus is registered, and by the driver core,
// which has locks. All else is `Send` by the bounds of `Bus`.
unsafe impl<B: Bus> Send for Handle<B> {}

// SAFETY: As above.
unsafe impl<B: Bus> Sync for Handle<B> {}

impl<B: Bus> Handle<B> {
    /// The bus that a C structure is part of.
    ///
    /// # Safety
    ///
    /// `bus` is that of a `Handle<B>`, which is there for `'a`.
    unsafe fn of_c<'a>(bus: *const bindings::bus_type) -> &'a Self {
        let bus = Opaque::cast_from(bus);
        // SAFETY: By the requirements of this function it is the field of a `Handle<B>`.
        unsafe { &*container_of!(bus, Self, bus_type) }
    }

    /// The device of that number, if it was added and not removed.
    pub fn find(&self, id: u32) -> Option<ARef<Device<B>>> {
        let devices = self.devices.lock();
        devices.iter().find(|dev| dev.id() == id).cloned()
    }

    /// How many devices there are.
    pub fn alive(&self) -> Arc<Alive> {
        self.alive.clone()
    }

    /// Registers the bus (`bus_register()`) and its driver (`driver_register()`).
    fn register(&self) -> Result {
        let bus = self.bus_type.get();
        let driver = self.driver.get();
        let device_type = self.device_type.get();
        // SAFETY: Nobody else knows these yet. All they point to is as long there as the bus is
        // registered, or static.
        unsafe {
            (*bus).name = B::NAME.as_char_ptr();
            (*bus).bus_groups = B::Attributes::GROUPS.as_ptr();
            (*bus).probe = Some(driver::probe::<B>);
            (*bus).remove = Some(driver::remove::<B>);
            if B::HAS_NUM_VF {
                (*bus).num_vf = Some(driver::num_vf::<B>);
            }
            (*driver).name = B::NAME.as_char_ptr();
            (*driver).bus = bus;
            (*driver).owner = this_module::<B::OwnerModule>().as_ptr();
            // Whoever adds a device learns whether it was bound.
            (*driver).probe_type = bindings::probe_type_PROBE_FORCE_SYNCHRONOUS;
            (*driver).p_cb.post_unbind_rust = Some(driver::post_unbind::<B>);
            (*device_type).groups = B::DeviceAttributes::GROUPS.as_ptr().cast_mut();
            (*device_type).release = Some(device::release::<B>);
        }
        // SAFETY: The structure is complete, and in its place until it is unregistered.
        to_result(unsafe { bindings::bus_register(bus) })?;
        // SAFETY: The structure is complete, and in its place until it is unregistered.
        if let Err(error) = to_result(unsafe { bindings::driver_register(driver) }) {
            // SAFETY: It was registered above, and has no devices: they are not added yet.
            unsafe { bindings::bus_unregister(bus) };
            return Err(error);
        }
        *self.changes.lock() = Phase::Open;
        Ok(())
    }

    /// Unregisters all that was registered, and waits for the end of all devices.
    fn unregister(&self) {
        // From now on nobody adds or removes one.
        *self.changes.lock() = Phase::Closing;
        loop {
            let Some(dev) = self.devices.lock().pop() else {
                break;
            };
            remove(dev);
        }
        self.alive.wait();
        // SAFETY: Both were registered by `register`, and the bus has no devices.
        unsafe {
            bindings::driver_unregister(self.driver.get());
            bindings::bus_unregister(self.bus_type.get());
        }
    }
}

impl<B: Bus> Deref for Handle<B> {
    type Target = B;

    fn deref(&self) -> &B {
        &self.state
    }
}

/// Removes a device that is in no list any more (`device_del()`), and puts that reference.
fn remove<B: Bus>(dev: ARef<Device<B>>) {
    if B::HAS_REMOVING {
        B::removing(&dev);
    }
    dev.delete();
}

/// Owns a bus, and so its devices. Dropping it ends them, as the module documentation says.
///
/// # Invariants
///
/// The bus is registered.
pub struct Registration<B: Bus>(Pin<KBox<Handle<B>>>);

impl<B: Bus> Registration<B> {
    /// Registers a bus with that state.
    ///
    /// Users see its attributes before this returns. Fails with `EEXIST` if there is a bus of that
    /// name.
    pub fn new(state: impl PinInit<B, Error>) -> Result<Self> {
        let handle = KBox::try_pin_init::<Error>(
            try_pin_init!(Handle {
                bus_type: Opaque::zeroed(),
                driver: Opaque::zeroed(),
                device_type: Opaque::zeroed(),
                changes <- new_mutex!(Phase::Opening, "bus_changes"),
                devices <- new_mutex!(KVec::new(), "bus_devices"),
                alive: Alive::new()?,
                state <- state,
            }? Error),
            GFP_KERNEL,
        )?;
        handle.register()?;
        // INVARIANT: It was registered just now.
        Ok(Registration(handle))
    }

    /// What devices can be added with.
    pub fn control(&self) -> Control<'_, B> {
        Control(self)
    }
}

impl<B: Bus> Deref for Registration<B> {
    type Target = Handle<B>;

    fn deref(&self) -> &Handle<B> {
        &self.0
    }
}

impl<B: Bus> Drop for Registration<B> {
    fn drop(&mut self) {
        self.0.unregister();
    }
}

/// A bus, for those who may wait for devices to come and go. It dereferences to the [`Handle`].
pub struct Control<'a, B: Bus>(&'a Handle<B>);

impl<'a, B: Bus> Control<'a, B> {
    /// Waits until no device comes or goes, and keeps others from adding and removing.
    ///
    /// Fails with `EBUSY` while the bus is being registered or unregistered.
    pub fn changes(&self) -> Result<Changes<'a, B>> {
        let lock = self.0.changes.lock();
        match *lock {
            Phase::Open => Ok(Changes {
                bus: self.0,
                _lock: lock,
            }),
            Phase::Opening | Phase::Closing => Err(EBUSY),
        }
    }
}

impl<B: Bus> Deref for Control<'_, B> {
    type Target = Handle<B>;

    fn deref(&self) -> &Handle<B> {
        self.0
    }
}

/// The right to add and remove devices, which one thread has at a time. May sleep.
///
/// A thread that has it must not ask for it again.
pub struct Changes<'a, B: Bus> {
    bus: &'a Handle<B>,
    _lock: MutexGuard<'a, Phase>,
}

impl<B: Bus> Changes<'_, B> {
    /// Adds a device, with that number in its name, whether the driver wants it or not
    /// (`device_register()`).
    ///
    /// Fails with `EEXIST` if there is one of that number.
    pub fn add(&self, id: u32, value: impl PinInit<B::Value, Error>) -> Result<ARef<Device<B>>> {
        let dev = self.register(id, value)?;
        self.list(dev)
    }

    /// Adds a device if the driver wants it: fails with `EIO`, and the device is gone, if
    /// [`Driver::probe`] fails. Otherwise as [`add`](Self::add).
    ///
    /// A user can unbind the driver at any time.
    pub fn add_bound(
        &self,
        id: u32,
        value: impl PinInit<B::Value, Error>,
    ) -> Result<ARef<Device<B>>> {
        let dev = self.register(id, value)?;
        if !dev.is_bound() {
            dev.delete();
            return Err(EIO);
        }
        self.list(dev)
    }

    /// Removes the device of that number (`device_unregister()`): it is unbound, and users do not see
    /// it any more. Waits for callbacks of it.
    ///
    /// Fails with `ENOENT` if there is none.
    pub fn remove(&self, id: u32) -> Result {
        let dev = {
            let mut devices = self.bus.devices.lock();
            let index = devices.iter().position(|dev| dev.id() == id);
            devices.remove(index.ok_or(ENOENT)?).map_err(|_| ENOENT)?
        };
        remove(dev);
        Ok(())
    }

    /// Makes a device and registers it.
    fn register(&self, id: u32, value: impl PinInit<B::Value, Error>) -> Result<ARef<Device<B>>> {
        if self.bus.find(id).is_some() {
            return Err(EEXIST);
        }
        let dev = Device::new(self.bus, id, value)?;
        dev.add()?;
        Ok(dev)
    }

    /// Takes a device that was registered into the list.
    fn list(&self, dev: ARef<Device<B>>) -> Result<ARef<Device<B>>> {
        let result = self.bus.devices.lock().push(dev.clone(), GFP_KERNEL);
        if let Err(error) = result {
            dev.delete();
            return Err(error.into());
        }
        Ok(dev)
    }
}

/// Counts devices that somebody has a reference to, those that were removed included.
#[pin_data]
pub struct Alive {
    #[pin]
    count: SpinLock<usize>,
    #[pin]
    none: CondVar,
}

impl Alive {
    fn new() -> Result<Arc<Self>> {
        let alive = pin_init!(Alive {
            count <- new_spinlock!(0, "bus_alive"),
            none <- new_condvar!("bus_alive"),
        });
        Arc::pin_init(alive, GFP_KERNEL)
    }

    /// How many there are just now.
    pub fn count(&self) -> usize {
        *self.count.lock()
    }

    fn add(&self) {
        *self.count.lock() += 1;
    }

    fn remove(&self) {
        let mut count = self.count.lock();
        *count -= 1;
        if *count == 0 {
            self.none.notify_all();
        }
    }

    fn wait(&self) {
        let mut count = self.count.lock();
        while *count != 0 {
            self.none.wait(&mut count);
        }
    }
}
