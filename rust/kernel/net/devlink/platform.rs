// SPDX-License-Identifier: GPL-2.0

//! Devices on the platform bus.
//!
//! A driver whose [`Driver::Device`](super::Driver::Device) is [`Device`], and which implements
//! [`Driver`], becomes a module with
//! [`module_devlink_platform_driver!`](crate::module_devlink_platform_driver). Users see the
//! instance `platform/NAME`, for instance `platform/f1000000.ethernet`.
//!
//! C header: [`include/linux/platform_device.h`](srctree/include/linux/platform_device.h)

use super::binding::{
    impl_adapter,
    Binding,
    Held,
    Matched,
    Shutdown, //
};

use crate::{
    acpi,
    device::{
        Bound,
        Core, //
    },
    dma::{
        Device as _,
        DmaMask, //
    },
    of,
    platform,
    prelude::*, //
};

use core::marker::PhantomData;

/// A bound platform device, with what the driver's tables say about it.
pub type Device<I = ()> = Matched<platform::Device<Bound>, I>;

/// What a devlink driver of platform devices says about them.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     of,
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// static UP: Atomic<bool> = Atomic::new(false);
///
/// struct Switch;
///
/// kernel::of_device_table!(
///     SWITCH_IDS,
///     <Switch as devlink::platform::Driver>::IdInfo,
///     [(of::DeviceId::new(c"doctest,switch"), ())]
/// );
///
/// impl devlink::platform::Driver for Switch {
///     type IdInfo = ();
///
///     const OF_IDS: Option<of::IdTable<()>> = Some(&SWITCH_IDS);
/// }
///
/// struct Up;
///
/// impl Drop for Up {
///     fn drop(&mut self) {
///         UP.store(false, Relaxed);
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Switch {
///     type Device = devlink::platform::Device;
///     type Data<'bound> = ();
///     type Up<'up> = Up;
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up> {
///         UP.store(true, Relaxed);
///         Ok(Up)
///     }
/// }
///
/// // What `module_devlink_platform_driver!` does for a module:
/// # let module = kernel::module::this_module::<LocalModule>();
/// let driver = KBox::pin_init(
///     kernel::driver::Registration::<devlink::platform::Adapter<Switch>>::new(
///         c"doctest_switch",
///         module,
///     ),
///     GFP_KERNEL,
/// )?;
///
/// // A device of that name appears; users see `platform/doctest_switch.1`.
/// # let info = kernel::bindings::platform_device_info {
/// #     name: c"doctest_switch".as_char_ptr(),
/// #     id: 1,
/// #     ..pin_init::zeroed()
/// # };
/// # // SAFETY: The description is valid for the call, and has no resources.
/// # let device = kernel::error::from_err_ptr(unsafe {
/// #     kernel::bindings::platform_device_register_full(&info)
/// # })?;
/// assert!(UP.load(Relaxed));
/// drop(driver);
/// assert!(!UP.load(Relaxed));
/// # // SAFETY: It was registered above.
/// # unsafe { kernel::bindings::platform_device_unregister(device) };
/// # Ok::<(), Error>(())
/// ```
pub trait Driver: super::Driver<Device = Device<<Self as Driver>::IdInfo>> {
    /// What the driver knows about a kind of device, from its tables.
    type IdInfo: Sync + 'static;

    /// The devices in a device tree, made with [`of_device_table!`](crate::of_device_table): the
    /// module is loaded when one of them is found.
    const OF_IDS: Option<of::IdTable<Self::IdInfo>> = None;

    /// The devices in ACPI tables, made with [`acpi_device_table!`](crate::acpi_device_table):
    /// likewise.
    const ACPI_IDS: Option<acpi::IdTable<Self::IdInfo>> = None;

    /// Which addresses the device can reach with DMA, if it has DMA
    /// (`dma_set_mask_and_coherent()`).
    const DMA_MASK: Option<DmaMask> = None;

    /// What becomes of the instance at shutdown.
    const SHUTDOWN: Shutdown = Shutdown::Remove;
}

/// The device's private data.
type Private<T> = Binding<T, Held<<T as super::Driver>::Device, ()>>;

/// Registers a devlink driver with the platform bus (`platform_driver_register()`).
pub struct Adapter<T: Driver>(PhantomData<T>);

impl_adapter!(platform, platform_driver, platform_device);

/// The driver, as the platform bus sees it.
///
/// Private: a driver that could call `probe()` itself could forget the instance.
struct Glue<T>(PhantomData<T>);

impl<T: Driver> platform::Driver for Glue<T> {
    type IdInfo = T::IdInfo;
    type Data<'bound> = Private<T>;

    const OF_ID_TABLE: Option<of::IdTable<Self::IdInfo>> = T::OF_IDS;
    const ACPI_ID_TABLE: Option<acpi::IdTable<Self::IdInfo>> = T::ACPI_IDS;

    fn probe<'bound>(
        dev: &'bound platform::Device<Core<'_>>,
        id_info: Option<&'bound Self::IdInfo>,
    ) -> impl PinInit<Self::Data<'bound>, Error> + 'bound {
        pin_init::pin_init_scope(move || {
            if let Some(mask) = T::DMA_MASK {
                // SAFETY: Nothing can allocate or map memory for the device at the same time: the
                // driver did not get the device yet, and there is no other driver of it.
                unsafe { dev.dma_set_mask_and_coherent(mask)? };
            }
            // SAFETY: The device is bound, if this does not fail, until the end of `unbind()`,
            // which calls `Binding::end()`: what this makes becomes the device's private data.
            // Entries of a table are static.
            unsafe { Private::<T>::matched(&**dev, id_info, ()) }
        })
    }

    fn unbind<'bound>(_dev: &'bound platform::Device<Core<'_>>, this: Pin<&Self::Data<'bound>>) {
        this.end();
    }
}

/// Declares a module with one devlink driver of platform devices.
///
/// # Examples
///
/// ```ignore
/// kernel::module_devlink_platform_driver! {
///     type: Switch,
///     name: "my_switch",
///     authors: ["Author name"],
///     description: "Description",
///     license: "GPL",
/// }
/// ```
#[macro_export]
macro_rules! module_devlink_platform_driver {
    ($($f:tt)*) => {
        $crate::module_driver!(<T>, $crate::net::devlink::platform::Adapter<T>, { $($f)* });
    };
}
