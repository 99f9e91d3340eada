// SPDX-License-Identifier: GPL-2.0

//! A bus that is registered, and the coming and going of its devices.

use super::{
    attribute::{
        BusAttributes,
        DeviceAttributes, //
    },
    device,
    driver,
    Alive,
    Bus,
    Device, //
};

use crate::{
    bindings,
    container_of,
    error::to_result,
    module::this_module,
    new_mutex,
    prelude::*,
    sync::{
        aref::ARef,
        lock::mutex::MutexGuard,
        Arc,
        Mutex, //
    },
    types::Opaque, //
};

use core::ops::Deref;

/// A bus that is registered. It dereferences to its state.
#[pin_data]
pub struct Handle<B: Bus> {
    pub(super) bus_type: Opaque<bindings::bus_type>,
    driver: Opaque<bindings::device_driver>,
    pub(super) device_type: Opaque<bindings::device_type>,
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

// SAFETY: All that `&self` can change is in the driver core, which has locks, or behind the locks
// of the fields; the bus's state is `Sync` by the bounds of `Bus`.
unsafe impl<B: Bus> Sync for Handle<B> {}

impl<B: Bus> Handle<B> {
    /// The bus that a C structure is part of.
    ///
    /// # Safety
    ///
    /// `bus` is that of a `Handle<B>`, which is there for `'a`.
    pub(super) unsafe fn of_c<'a>(bus: *const bindings::bus_type) -> &'a Self {
        let bus = Opaque::cast_from(bus);
        // SAFETY: The caller says that it is the field of a `Handle<B>`, and that this is there.
        unsafe { &*container_of!(bus, Self, bus_type) }
    }

    /// The device of that number, if it was added and not removed.
    pub fn find(&self, id: u32) -> Option<ARef<Device<B>>> {
        let devices = self.devices.lock();
        devices.iter().find(|dev| dev.id() == id).cloned()
    }

    /// Counts the devices that somebody has a reference to.
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

    /// What devices can be added and removed with.
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
pub struct Control<'a, B: Bus>(pub(super) &'a Handle<B>);

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
    /// [`Driver::probe`](super::Driver::probe) fails. Otherwise as [`add`](Self::add).
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

    /// Removes the device of that number (`device_unregister()`): it is unbound, and users do not
    /// see it any more. Waits for callbacks of it.
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
