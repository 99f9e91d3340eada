// SPDX-License-Identifier: GPL-2.0

//! The driver of a bus of a module's own.

use super::{
    Bus,
    Device, //
};

use crate::{
    bindings,
    device::{
        Core,
        CoreInternal, //
    },
    error::from_result,
    prelude::*, //
};

use core::marker::PhantomData;

/// The driver of all devices on the bus `B`.
pub trait Driver<B: Bus>: 'static {
    /// What the driver has for a device that it is bound to.
    type Data<'bound>: Send + 'bound;

    /// The driver is bound to a device, or fails to be. Called with the device lock held, when the
    /// device is added or a user wants it bound. May sleep.
    fn probe<'bound>(
        dev: &'bound Device<B, Core<'_>>,
    ) -> impl PinInit<Self::Data<'bound>, Error> + 'bound;

    /// The driver is unbound, and its data dropped next. Called with the device lock held. May
    /// sleep.
    fn unbind<'bound>(dev: &'bound Device<B, Core<'_>>, data: Pin<&Self::Data<'bound>>) {
        let _ = (dev, data);
    }
}

/// What a bus has as its driver. For subsystems whose drivers must not handle their own data; all
/// others implement [`Driver`], and use [`Adapter`].
///
/// # Safety
///
/// If [`probe`](Self::probe) succeeds, the device's private data is a [`Data`](Self::Data) that was
/// stored with `Device::set_drvdata()`; if it fails, none was.
pub unsafe trait Drives<B: Bus>: 'static {
    /// The device's private data, dropped after [`unbind`](Self::unbind).
    type Data<'bound>: Send + 'bound;

    /// Binds the driver to a device.
    ///
    /// # Safety
    ///
    /// Only to be called by the bus, for a device without a driver.
    unsafe fn probe(dev: &Device<B, CoreInternal<'_>>) -> Result;

    /// Ends what must not outlive the binding.
    ///
    /// # Safety
    ///
    /// Only to be called by the bus, for a device that [`probe`](Self::probe) was called for.
    unsafe fn unbind(dev: &Device<B, CoreInternal<'_>>);
}

/// What the driver of the bus `B` has for a device that it is bound to.
pub type DriverData<'bound, B> = <<B as Bus>::Driver as Drives<B>>::Data<'bound>;

/// Makes the [`Driver`] `D` what a bus [has](Bus::Driver).
pub struct Adapter<D>(PhantomData<D>);

// SAFETY: `probe` stores what `D::probe()` makes, if it makes it.
unsafe impl<B: Bus, D: Driver<B>> Drives<B> for Adapter<D> {
    type Data<'bound> = D::Data<'bound>;

    unsafe fn probe(dev: &Device<B, CoreInternal<'_>>) -> Result {
        dev.as_ref().set_drvdata(D::probe(dev))
    }

    unsafe fn unbind(dev: &Device<B, CoreInternal<'_>>) {
        // SAFETY: `probe` was called, and stored a value of that type.
        let data = unsafe { dev.as_ref().drvdata_borrow::<D::Data<'_>>() };
        D::unbind(dev, data);
    }
}

/// # Safety
///
/// Only to be called by the driver core, for a device of the bus `B`, with the device lock held.
pub(super) unsafe extern "C" fn probe<B: Bus>(dev: *mut bindings::device) -> c_int {
    // SAFETY: The driver core has a reference to the device, which is of this bus, and holds its
    // lock, as in all callbacks of a bus.
    let dev = unsafe { Device::<B, CoreInternal<'_>>::from_raw(dev) };
    from_result(|| {
        // SAFETY: This is the bus, and no driver is bound while one is being bound.
        unsafe { B::Driver::probe(dev)? };
        Ok(0)
    })
}

/// # Safety
///
/// Only to be called by the driver core, for a device of the bus `B` that is bound, with the device
/// lock held.
pub(super) unsafe extern "C" fn remove<B: Bus>(dev: *mut bindings::device) {
    // SAFETY: The driver core has a reference to the device, which is of this bus, and holds its
    // lock, as in all callbacks of a bus.
    let dev = unsafe { Device::<B, CoreInternal<'_>>::from_raw(dev) };
    // SAFETY: This is the bus. The device was bound by `probe`.
    unsafe { B::Driver::unbind(dev) };
}

/// # Safety
///
/// Only to be called by the driver core, for a device of the bus `B` after `remove`, or after a
/// `probe` that failed, with the device lock held.
pub(super) unsafe extern "C" fn post_unbind<B: Bus>(dev: *mut bindings::device) {
    // SAFETY: The driver core has a reference to the device, which is of this bus, and holds its
    // lock, as in all callbacks of a bus.
    let dev = unsafe { Device::<B, CoreInternal<'_>>::from_raw(dev) };
    // SAFETY: By the requirements of `Drives`, it is of that type, if there is one.
    drop(unsafe { dev.as_ref().drvdata_obtain::<DriverData<'_, B>>() });
}

/// # Safety
///
/// Only to be called by the driver core, for a device of the bus `B`.
pub(super) unsafe extern "C" fn num_vf<B: Bus>(dev: *mut bindings::device) -> c_int {
    if !B::HAS_NUM_VF {
        return 0;
    }
    // SAFETY: The driver core passes a device of this bus that the caller has a reference to.
    let dev = unsafe { Device::<B>::from_raw(dev) };
    B::num_vf(dev).try_into().unwrap_or(c_int::MAX)
}
