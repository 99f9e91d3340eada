// SPDX-License-Identifier: GPL-2.0

//! Devices without hardware, on the faux bus.
//!
//! A driver whose [`Driver::Device`] is `faux::Device<Bound>` becomes a module with
//! [`module_devlink_faux_driver!`](crate::module_devlink_faux_driver).

use super::{
    instance::{
        Bringup,
        Instance, //
    },
    nested::Outer,
    Driver, //
};

use crate::{
    device::Bound,
    faux,
    prelude::*, //
};

/// A faux device with the driver `T`.
///
/// Users see the devlink instance `faux/NAME` until it is dropped. As with every registration, a
/// module keeps it in the type that it is made of, so that it ends before the module's code does.
pub struct Registration<T: Driver<Device = faux::Device<Bound>>> {
    // Dropped in this order: the device is bound while there is an instance.
    _instance: Instance<T>,
    _device: faux::Registration,
}

impl<T: Driver<Device = faux::Device<Bound>>> Registration<T> {
    /// Makes a faux device of that name and binds the driver to it.
    ///
    /// Fails with what [`Driver::probe`] or [`Driver::up`] fails with; nothing is left then.
    pub fn new(name: &CStr) -> Result<Self> {
        // SAFETY: `bind` promises that the device is bound until the instance is dropped.
        Self::bind(name, |device| unsafe { Instance::new(device) })
    }

    /// The instance.
    #[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
    pub(super) fn instance(&self) -> &Instance<T> {
        &self._instance
    }

    /// Makes a device, which is bound until the instance that `make` makes of it is dropped.
    fn bind(
        name: &CStr,
        make: impl FnOnce(&faux::Device<Bound>) -> Result<Instance<T>>,
    ) -> Result<Self> {
        let device = faux::Registration::new(name, None)?;
        // The device is bound until `device` is dropped, which is after the instance: here by order
        // of declaration, later by the order of fields. If both are forgotten, both stay.
        let instance = make(device.as_ref())?;
        Ok(Registration {
            _instance: instance,
            _device: device,
        })
    }
}

impl<'s, T: Driver> Bringup<'s, '_, T> {
    /// Makes a faux device of that name, a part of this one, and binds the driver `I` to it. Its
    /// instance is nested in `outer`. It goes as what [`keep`](Self::keep) keeps.
    ///
    /// Fails with what [`Registration::new`] and [`Setup::nest_in`](super::Setup::nest_in) fail
    /// with.
    pub fn faux<I>(&self, name: &CStr, outer: Outer<'s>) -> Result
    where
        I: Driver<Device = faux::Device<Bound>>,
    {
        let inner = Registration::<I>::bind(name, |device| {
            // SAFETY: `bind` promises that the device is bound until the instance is dropped. That
            // happens in this function or when kept values are, so before the end of `'s`.
            unsafe { Instance::new_in(device, Some(outer)) }
        })?;
        self.keep(inner)
    }
}

/// Declares a module with one faux device and its driver.
///
/// # Examples
///
/// ```ignore
/// kernel::module_devlink_faux_driver! {
///     type: Nic,
///     device: c"my_nic",
///     name: "my_nic",
///     authors: ["Author name"],
///     description: "Description",
///     license: "GPL",
/// }
/// ```
#[macro_export]
macro_rules! module_devlink_faux_driver {
    (type: $type:ty, device: $device:expr, $($f:tt)*) => {
        struct DriverModule {
            _registration: $crate::net::devlink::faux::Registration<$type>,
        }

        impl $crate::Module for DriverModule {
            fn init(_module: &'static $crate::ThisModule) -> $crate::error::Result<Self> {
                Ok(DriverModule {
                    _registration: $crate::net::devlink::faux::Registration::new($device)?,
                })
            }
        }

        $crate::prelude::module! {
            type: DriverModule,
            $($f)*
        }
    };
}
