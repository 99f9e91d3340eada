// SPDX-License-Identifier: GPL-2.0

//! Devices on a bus of a module's own.

use super::{
    Bus,
    DriverData,
    Handle, //
};

use crate::{
    bindings,
    container_of,
    device::{
        self,
        Bound,
        BoundInternal,
        Core,
        CoreInternal,
        DeviceContext,
        Normal, //
    },
    error::to_result,
    prelude::*,
    sync::aref::{
        ARef,
        AlwaysRefCounted, //
    },
    types::Opaque, //
};

use core::{
    marker::PhantomData,
    mem::offset_of,
    ops::Deref,
    ptr,
    ptr::NonNull, //
};

/// A device on the bus `B`.
///
/// # Invariants
///
/// `dev` is initialized, and a part of an allocation that is freed with its last reference. `bus`
/// is valid as long as there is one: the bus counts its devices, and waits for their end.
#[repr(transparent)]
pub struct Device<B: Bus, Ctx: DeviceContext = Normal>(Inner<B>, PhantomData<Ctx>);

#[pin_data]
#[repr(C)]
struct Inner<B: Bus> {
    dev: Opaque<bindings::device>,
    #[pin]
    value: B::Value,
    id: u32,
    bus: NonNull<Handle<B>>,
}

impl<B: Bus, Ctx: DeviceContext> Device<B, Ctx> {
    /// The device that a C structure is part of.
    ///
    /// # Safety
    ///
    /// `dev` is a device of the bus `B`. For `'a` it is not freed, and the context is right.
    pub(super) unsafe fn from_raw<'a>(dev: *mut bindings::device) -> &'a Self {
        let dev = Opaque::cast_from(dev);
        // SAFETY: All devices of the bus are made by `new`, so it is the field of an `Inner<B>`,
        // which the result is a transparent wrapper of.
        unsafe { &*container_of!(dev, Inner<B>, dev).cast() }
    }

    /// How far behind the beginning of the `struct device` the [value](Bus::Value) is, for parts of
    /// a driver that are in C: right behind it, if it does not want to be aligned otherwise.
    pub const VALUE_OFFSET: usize = offset_of!(Inner<B>, value) - offset_of!(Inner<B>, dev);

    /// The C device, for parts of a driver that are in C.
    pub fn as_raw(&self) -> *mut bindings::device {
        self.0.dev.get()
    }

    /// The number that the device was added with.
    pub fn id(&self) -> u32 {
        self.0.id
    }

    /// What the device has as long as there is a reference to it.
    pub fn value(&self) -> &B::Value {
        &self.0.value
    }

    /// The device's bus. It dereferences to the bus's state.
    pub fn bus(&self) -> &Handle<B> {
        // SAFETY: The bus outlives the device, whose end it waits for.
        unsafe { self.0.bus.as_ref() }
    }
}

impl<B: Bus> Device<B> {
    /// Makes a device that is not registered yet.
    pub(super) fn new(
        bus: &Handle<B>,
        id: u32,
        value: impl PinInit<B::Value, Error>,
    ) -> Result<ARef<Self>> {
        let inner = KBox::try_pin_init::<Error>(
            try_pin_init!(Inner {
                dev: Opaque::zeroed(),
                value <- value,
                id,
                bus: bus.into(),
            }? Error),
            GFP_KERNEL,
        )?;
        bus.alive().add();
        // SAFETY: It does not move out of its allocation until `release()` frees that.
        let inner = KBox::into_raw(unsafe { Pin::into_inner_unchecked(inner) });
        // SAFETY: The memory is valid, and nobody else uses it yet.
        unsafe {
            let dev = (*inner).dev.get();
            bindings::device_initialize(dev);
            (*dev).bus = bus.bus_type.get();
            (*dev).type_ = bus.device_type.get();
        }
        // INVARIANT: It was initialized, its type has `release()`, and the bus is valid until that
        // was called, because it was counted.
        // SAFETY: It is not null, a `Device` is a transparent wrapper of what it points to, and the
        // reference is the one that `device_initialize()` made.
        let this = unsafe { ARef::from_raw(NonNull::new_unchecked(inner.cast::<Self>())) };
        // SAFETY: The arguments are what the format wants.
        to_result(unsafe {
            bindings::dev_set_name(
                this.as_raw(),
                c"%s%u".as_char_ptr(),
                B::NAME.as_char_ptr(),
                id,
            )
        })?;
        Ok(this)
    }

    /// Registers the device.
    pub(super) fn add(&self) -> Result {
        // SAFETY: The device was initialized and has a name.
        to_result(unsafe { bindings::device_add(self.as_raw()) })
    }

    /// Undoes [`add`](Self::add), which succeeded, once.
    pub(super) fn delete(&self) {
        // SAFETY: The device was added, and is deleted by whoever took it out of the list, or did
        // not put it there.
        unsafe { bindings::device_del(self.as_raw()) };
    }

    /// Whether the driver is bound, which without the device lock may change at once.
    pub(super) fn is_bound(&self) -> bool {
        // SAFETY: The device is valid.
        unsafe { bindings::device_is_bound(self.as_raw()) }
    }

    /// Calls `f` with the driver's data while nobody can unbind it; `None` if it is not bound.
    ///
    /// Takes the device lock, which must not be held: it is in the driver's `probe()` and
    /// `unbind()`, and in a devlink driver's reload. May sleep.
    pub fn while_bound<R>(
        &self,
        f: impl for<'a, 'bound> FnOnce(&'a Device<B, Bound>, Pin<&'a DriverData<'bound, B>>) -> R,
    ) -> Option<R> {
        let generic: &device::Device = self.as_ref();
        let _lock = generic.lock();
        if !self.is_bound() {
            return None;
        }
        // SAFETY: The device is bound, and stays so as long as the lock is held.
        let bound = unsafe { Device::<B, Bound>::from_raw(self.as_raw()) };
        // SAFETY: It is valid, and the device lock keeps it bound for as long as this is used.
        let internal = unsafe { device::Device::<BoundInternal>::from_raw(self.as_raw()) };
        // SAFETY: The device is bound to the one driver of its bus, so by the requirements of
        // `Drives` its private data is of that type. Only the lifetime differs, which `f` cannot
        // choose.
        let data = unsafe { internal.drvdata_borrow::<DriverData<'_, B>>() };
        Some(f(bound, data))
    }

    /// Unbinds the driver, if it is bound, and has it probe the device anew (`device_reprobe()`),
    /// as a user could: for what only its `probe()` can decide.
    ///
    /// Fails with `ENODEV` if the driver does not want the device, which then is not bound; and for
    /// a device that is being added, or was removed.
    ///
    /// Takes the device lock, which must not be held, see [`while_bound`](Self::while_bound). May
    /// sleep.
    pub fn reprobe(&self) -> Result {
        let listed = self.bus().find(self.id()).ok_or(ENODEV)?;
        if !ptr::eq(&*listed, self) {
            return Err(ENODEV);
        }
        // SAFETY: The device is valid, and was added: the bus knew it. One that is deleted
        // meanwhile the driver core does not bind any more.
        to_result(unsafe { bindings::device_reprobe(self.as_raw()) })?;
        if !self.is_bound() {
            return Err(ENODEV);
        }
        Ok(())
    }
}

/// Frees a device of which the last reference was put.
///
/// # Safety
///
/// Only to be called by the driver core, for a device of the bus `B`.
pub(super) unsafe extern "C" fn release<B: Bus>(dev: *mut bindings::device) {
    // SAFETY: The driver core passes a device of this bus. It is not freed before the box below.
    let alive = unsafe { Device::<B>::from_raw(dev) }.bus().alive();
    let dev = Opaque::cast_from(dev);
    // SAFETY: The device is part of an `Inner<B>`, which `Device::new` took out of a box. Nobody
    // uses it any more.
    drop(unsafe { KBox::from_raw(container_of!(dev, Inner<B>, dev).cast_mut()) });
    // After that there may be no bus.
    alive.remove();
}

// SAFETY: It is reference counted, and can be released by any thread.
unsafe impl<B: Bus> Send for Device<B> {}

// SAFETY: All its methods can be called by any number of threads at once: its value and the bus are
// `Sync`, and the driver core has locks.
unsafe impl<B: Bus> Sync for Device<B> {}

// SAFETY: A bound device has the same value, bus and locks, and no method that changes anything
// without one of them.
unsafe impl<B: Bus> Sync for Device<B, Bound> {}

// SAFETY: Devices are reference counted, and are freed with the last reference.
unsafe impl<B: Bus> AlwaysRefCounted for Device<B> {
    fn inc_ref(&self) {
        // SAFETY: The device is valid, so it has a reference.
        unsafe { bindings::get_device(self.as_raw()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller has a reference, and gives it up.
        unsafe { bindings::put_device(obj.as_ref().as_raw()) };
    }
}

impl<B: Bus, Ctx: DeviceContext> AsRef<device::Device<Ctx>> for Device<B, Ctx> {
    fn as_ref(&self) -> &device::Device<Ctx> {
        // SAFETY: The device is valid, and in that context, or there would be no such reference.
        unsafe { device::Device::from_raw(self.0.dev.get()) }
    }
}

// SAFETY: The offset is that of the device in `Inner`, which `Device` is a transparent wrapper of.
unsafe impl<B: Bus, Ctx: DeviceContext> device::AsBusDevice<Ctx> for Device<B, Ctx> {
    const OFFSET: usize = offset_of!(Inner<B>, dev);
}

/// What the macros of `kernel::device` do for devices that are not generic.
macro_rules! impl_context {
    ($($lifetime:lifetime)?: $from:ty => $to:ty) => {
        impl<$($lifetime,)? B: Bus> Deref for Device<B, $from> {
            type Target = Device<B, $to>;

            fn deref(&self) -> &Self::Target {
                // SAFETY: Both are transparent wrappers of the same type, and who is in the first
                // context is in the second.
                unsafe { &*ptr::from_ref(self).cast() }
            }
        }

        impl<$($lifetime,)? B: Bus> From<&Device<B, $from>> for ARef<Device<B>> {
            fn from(dev: &Device<B, $from>) -> Self {
                let dev: &Device<B> = dev;
                dev.into()
            }
        }
    };
}

impl_context!('a: CoreInternal<'a> => Core<'a>);
impl_context!('a: Core<'a> => Bound);
impl_context!(: Bound => Normal);
