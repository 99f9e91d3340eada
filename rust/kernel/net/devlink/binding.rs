// SPDX-License-Identifier: GPL-2.0

//! What a bus keeps for a device that is bound to a devlink driver.
//!
//! The bus's private data is the only place for an instance on that bus. No driver has a value of
//! these types, and none can make one: a binding that a driver made itself, it could forget.

use super::{
    held::DeviceLocked,
    instance::{
        Instance,
        Unlocked, //
    },
    Driver, //
};

use crate::{
    bindings,
    device::{
        self,
        Bound, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

use core::{
    ops::Deref,
    ptr::NonNull, //
};

/// A bound device with what the driver's table of identifiers says about its kind.
///
/// What it dereferences to is the device on its bus.
///
/// # Invariants
///
/// Both pointers are valid, and the device bound, as long as the value exists.
pub struct Matched<D, I: 'static = ()> {
    device: NonNull<D>,
    info: Option<NonNull<I>>,
}

// SAFETY: It lends out `&D` and `&I`, which can be sent to another thread if these are `Sync`.
unsafe impl<D: Sync, I: Sync> Send for Matched<D, I> {}

// SAFETY: Nothing but shared references to `D` and `I`, which are `Sync`, can be had from it.
unsafe impl<D: Sync, I: Sync> Sync for Matched<D, I> {}

impl<D, I> Matched<D, I> {
    /// # Safety
    ///
    /// The device is bound, and `info` valid, until the value is dropped.
    pub(super) unsafe fn new(device: &D, info: Option<&I>) -> Self {
        // INVARIANT: The caller says that both stay valid.
        Matched {
            device: device.into(),
            info: info.map(NonNull::from),
        }
    }

    /// What the table has for the identifier that matched; `None` if it was none: the device's name
    /// is the driver's, or a user bound it and did not say which kind it is.
    pub fn id_info(&self) -> Option<&I> {
        // SAFETY: It is valid as long as this value exists.
        self.info.map(|info| unsafe { info.as_ref() })
    }
}

impl<D, I> Deref for Matched<D, I> {
    type Target = D;

    fn deref(&self) -> &D {
        // SAFETY: The device is valid as long as this value exists.
        unsafe { self.device.as_ref() }
    }
}

impl<D: AsRef<device::Device<Bound>>, I> AsRef<device::Device<Bound>> for Matched<D, I> {
    fn as_ref(&self) -> &device::Device<Bound> {
        (**self).as_ref()
    }
}

/// What becomes of an instance when the machine is shut down, or another kernel started (`kexec`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shutdown {
    /// It ends as if the driver were unbound, so that the device does nothing any more: no DMA to
    /// memory that a next kernel has other uses for, no interrupts. What waits for the end of a
    /// callback, or for a netdevice that is still in use, makes the shutdown wait.
    Remove,
    /// Nothing; of a PCI device the kernel switches bus mastering off before it starts another
    /// kernel. For devices that are harmless, and for those that the root file system may be on.
    Leave,
}

/// The bus's private data.
#[pin_data]
pub struct Binding<T: Driver, H> {
    /// `None` after [`end`](Self::end).
    #[pin]
    bound: Mutex<Option<BoundInstance<T, H>>>,
}

/// An instance, and what it needs. Dropped in this order.
struct BoundInstance<T: Driver, H> {
    instance: Instance<T>,
    held: H,
}

// Nothing in it is pinned: the instance is a pointer.
impl<T: Driver, H> Unpin for BoundInstance<T, H> {}

impl<T: Driver, H> Binding<T, H> {
    /// Makes the instance of a device, see [`Instance::new`].
    ///
    /// # Safety
    ///
    /// `device` is valid until `held` is dropped, and points to a device that is bound until
    /// [`end`](Self::end) was called or the value is dropped.
    pub(super) unsafe fn new(device: *const T::Device, held: H) -> impl PinInit<Self, Error> {
        pin_init::pin_init_scope(move || {
            // SAFETY: The device is bound until the instance is dropped: it is dropped by `end`, or
            // with the value. `held` is dropped later, in each of these cases and if this fails.
            let instance = unsafe { Instance::new(&*device) }?;
            let bound = BoundInstance { instance, held };
            Ok(try_pin_init!(Self {
                bound <- new_mutex!(Some(bound)),
            }? Error))
        })
    }

    /// Calls `f` for the instance; `None` if it has ended, and in a callback or in the work of the
    /// instance, which is logged.
    ///
    /// # Safety
    ///
    /// This task holds the device lock, and gives it back later than this returns.
    pub(super) unsafe fn with_device_locked<R>(
        &self,
        f: impl for<'w, 'bound> FnOnce(&mut DeviceLocked<'w, 'bound, T>) -> R,
    ) -> Option<R> {
        let (devlink, is_run_by_this_task) = {
            let bound = self.bound.lock();
            let instance = &bound.as_ref()?.instance;
            (instance.devlink(), instance.is_run_by_this_task())
        };
        if is_run_by_this_task {
            // SAFETY: The instance is valid, and has a reference to its device.
            let device: &device::Device =
                unsafe { device::Device::from_raw(bindings::devlink_to_dev(devlink.as_ptr())) };
            dev_err!(
                device,
                "while_bound() in a callback or in the work of its own device is refused\n"
            );
            return None;
        }
        // SAFETY: The instance is registered, or there would be no `Binding`, until it ends, with
        // the device lock held: see `end`. The lifetimes are those of `f`, which is generic over
        // them. That this task has no `Locked` was checked.
        let unlocked = unsafe { Unlocked::new(devlink) };
        // SAFETY: The device lock is held until this returns, as the caller says.
        Some(f(&mut unsafe { DeviceLocked::new(unlocked) }))
    }

    /// Calls `f` for what the instance needs; `None` if it has ended.
    ///
    /// `f` does not call the driver.
    pub(super) fn with_held<R>(&self, f: impl FnOnce(&mut H) -> R) -> Option<R> {
        let mut bound = self.bound.lock();
        let bound = (*bound).as_mut()?;
        Some(f(&mut bound.held))
    }

    /// Ends the instance, if there still is one. The device lock is held.
    pub(super) fn end(&self) {
        let bound = self.bound.lock().take();
        // It takes the instance lock and runs the driver's destructors: not with the mutex held.
        drop(bound);
    }
}

/// What an instance needs on buses with tables: the device that it has references to, and what was
/// switched on for it.
pub struct Held<D, E> {
    _device: KBox<D>,
    pub(super) enabled: E,
}

impl<T, D, I, E> Binding<T, Held<Matched<D, I>, E>>
where
    T: Driver<Device = Matched<D, I>>,
    I: 'static,
{
    /// Makes the instance of a device for which `enabled` was switched on.
    ///
    /// # Safety
    ///
    /// The device is bound, and `info` valid, until [`end`](Self::end) was called or the value is
    /// dropped.
    pub(super) unsafe fn matched(
        device: &D,
        info: Option<&I>,
        enabled: E,
    ) -> Result<impl PinInit<Self, Error>> {
        // SAFETY: Both stay valid until the binding has ended, with which this is dropped.
        let device = KBox::new(unsafe { Matched::new(device, info) }, GFP_KERNEL)?;
        let raw: *const T::Device = &*device;
        let held = Held {
            _device: device,
            enabled,
        };
        // SAFETY: `held` keeps `raw` where it is, whose device is bound until the binding has
        // ended.
        Ok(unsafe { Self::new(raw, held) })
    }
}

/// Implements the registration of `Adapter<T>` with a bus: what the bus's own adapter does for
/// `Glue<T>`, and the shutdown.
///
/// `Glue<T>` is private to the glue, and so cannot be in `Adapter`'s own interface: a driver that
/// could call its `probe()` could forget the instance. Its `Data` is `Private<T>`. What else is in
/// the C driver a closure writes.
macro_rules! impl_adapter {
    ($bus:ident, $c_driver:ident, $c_device:ident $(, |$driver:ident| $write:expr)?) => {
        // SAFETY: As for the adapter of `Glue<T>`: the C type embeds a `struct device_driver` at
        // that offset, and `Private<T>` is the type of the device's private data.
        unsafe impl<T: Driver> $crate::driver::DriverLayout for Adapter<T> {
            type DriverType = $crate::bindings::$c_driver;
            type DriverData<'bound> = Private<T>;

            const DEVICE_DRIVER_OFFSET: usize = ::core::mem::offset_of!(Self::DriverType, driver);
        }

        // SAFETY: As for the adapter of `Glue<T>`: what was registered can be unregistered.
        unsafe impl<T: Driver> $crate::driver::RegistrationOps for Adapter<T> {
            unsafe fn register(
                reg: &$crate::types::Opaque<Self::DriverType>,
                name: &'static CStr,
                module: &'static ThisModule,
            ) -> Result {
                if T::SHUTDOWN == Shutdown::Remove {
                    // SAFETY: The driver is not registered yet, so this is the only use of it.
                    unsafe { (*reg.get()).shutdown = Some(shutdown::<T>) };
                }
                $(
                    // SAFETY: The driver is not registered yet, so this is the only use of it.
                    let $driver = unsafe { &mut *reg.get() };
                    $write;
                )?
                // SAFETY: The caller keeps `reg` where it is until it is unregistered.
                unsafe { $bus::Adapter::<Glue<T>>::register(reg, name, module) }
            }

            unsafe fn unregister(reg: &$crate::types::Opaque<Self::DriverType>) {
                // SAFETY: It was registered by `register`, so with that adapter.
                unsafe { $bus::Adapter::<Glue<T>>::unregister(reg) };
            }
        }

        /// Ends the instance before the machine goes down.
        ///
        /// # Safety
        ///
        /// Only to be called by the bus, for a device that is bound to the driver `T`.
        unsafe extern "C" fn shutdown<T: Driver>(dev: *mut $crate::bindings::$c_device) {
            // SAFETY: The bus calls this with a valid device, and its device lock held.
            let dev = unsafe { &*dev.cast::<$bus::Device<$crate::device::CoreInternal<'_>>>() };
            // SAFETY: The device is bound to the driver, and stays so: the device lock is held.
            // Its private data was set when it was bound.
            let binding = unsafe { dev.as_ref().drvdata_borrow::<Private<T>>() };
            binding.end();
        }
    };
}
pub(super) use impl_adapter;
