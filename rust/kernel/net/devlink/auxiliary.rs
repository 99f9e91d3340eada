// SPDX-License-Identifier: GPL-2.0

//! Devices on the auxiliary bus: parts of other devices, for instance subfunctions.
//!
//! A driver whose [`Driver::Device`](super::Driver::Device) is [`Device`], and which implements
//! [`Driver`], becomes a module with
//! [`module_devlink_auxiliary_driver!`](crate::module_devlink_auxiliary_driver). Users see the
//! instance `auxiliary/NAME`, for instance `auxiliary/mlx5_core.sf.1`.
//!
//! C header: [`include/linux/auxiliary_bus.h`](srctree/include/linux/auxiliary_bus.h)

use super::binding::{
    impl_adapter,
    Binding,
    Held,
    Matched,
    Shutdown, //
};

use crate::{
    auxiliary,
    device::{
        Bound,
        Core, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// A bound auxiliary device, with what the driver's table says about it.
pub type Device<I = ()> = Matched<auxiliary::Device<Bound>, I>;

/// What a devlink driver of auxiliary devices says about them.
///
/// # Examples
///
/// ```
/// use kernel::{
///     auxiliary,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     types::ForLt, //
/// };
///
/// static BOUND: Atomic<u32> = Atomic::new(0);
///
/// struct Nic;
///
/// kernel::auxiliary_device_table!(
///     NIC_IDS,
///     <Nic as devlink::auxiliary::Driver>::IdInfo,
///     [(auxiliary::DeviceId::new(c"doctest_parent", c"nic"), 3)]
/// );
///
/// impl devlink::auxiliary::Driver for Nic {
///     type IdInfo = u32;
///
///     const IDS: auxiliary::IdTable<u32> = &NIC_IDS;
/// }
///
/// struct Data;
///
/// impl Drop for Data {
///     fn drop(&mut self) {
///         BOUND.store(0, Relaxed);
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = devlink::auxiliary::Device<u32>;
///     type Data<'bound> = Data;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Data, Error> {
///         BOUND.store(dev.id_info().map_or(0, |info| info + dev.id()), Relaxed);
///         Ok::<_, Error>(Data)
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         Ok(())
///     }
/// }
///
/// // What `module_devlink_auxiliary_driver!` does for a module:
/// # let module = kernel::module::this_module::<LocalModule>();
/// let driver = KBox::pin_init(
///     kernel::driver::Registration::<devlink::auxiliary::Adapter<Nic>>::new(
///         c"doctest_nic",
///         module,
///     ),
///     GFP_KERNEL,
/// )?;
///
/// // Another driver makes a device: there is the instance `auxiliary/doctest_parent.nic.4`.
/// let parent = faux::Registration::new(c"doctest_parent", None)?;
/// let device = auxiliary::Registration::<ForLt!(())>::new(
///     parent.as_ref().as_ref(),
///     c"nic",
///     4,
///     c"doctest_parent",
///     (),
/// )?;
/// assert_eq!(BOUND.load(Relaxed), 7);
///
/// // Without the driver there is none.
/// drop(driver);
/// assert_eq!(BOUND.load(Relaxed), 0);
/// drop(device);
/// # Ok::<(), Error>(())
/// ```
pub trait Driver: super::Driver<Device = Device<<Self as Driver>::IdInfo>> {
    /// What the driver knows about a kind of device, from [`IDS`](Self::IDS).
    type IdInfo: Sync + 'static;

    /// The devices, made with [`auxiliary_device_table!`](crate::auxiliary_device_table): the
    /// module is loaded when one of them is made.
    const IDS: auxiliary::IdTable<Self::IdInfo>;

    /// What becomes of the instance at shutdown.
    const SHUTDOWN: Shutdown = Shutdown::Remove;
}

/// The device's private data.
type Private<T> = Binding<T, Held<<T as super::Driver>::Device, ()>>;

/// Registers a devlink driver with the auxiliary bus (`auxiliary_driver_register()`).
pub struct Adapter<T: Driver>(PhantomData<T>);

impl_adapter!(auxiliary, auxiliary_driver, auxiliary_device);

/// The driver, as the auxiliary bus sees it.
///
/// Private: a driver that could call `probe()` itself could forget the instance.
struct Glue<T>(PhantomData<T>);

impl<T: Driver> auxiliary::Driver for Glue<T> {
    type IdInfo = T::IdInfo;
    type Data<'bound> = Private<T>;

    const ID_TABLE: auxiliary::IdTable<Self::IdInfo> = T::IDS;

    fn probe<'bound>(
        dev: &'bound auxiliary::Device<Core<'_>>,
        id_info: &'bound Self::IdInfo,
    ) -> impl PinInit<Self::Data<'bound>, Error> + 'bound {
        pin_init::pin_init_scope(move || {
            // SAFETY: The device is bound, if this does not fail, until the end of `unbind()`,
            // which calls `Binding::end()`: what this makes becomes the device's private data.
            // Entries of a table are static.
            unsafe { Private::<T>::matched(&**dev, Some(id_info), ()) }
        })
    }

    fn unbind<'bound>(_dev: &'bound auxiliary::Device<Core<'_>>, this: Pin<&Self::Data<'bound>>) {
        this.end();
    }
}

/// Declares a module with one devlink driver of auxiliary devices.
///
/// # Examples
///
/// ```ignore
/// kernel::module_devlink_auxiliary_driver! {
///     type: Nic,
///     name: "my_nic",
///     authors: ["Author name"],
///     description: "Description",
///     license: "GPL",
/// }
/// ```
#[macro_export]
macro_rules! module_devlink_auxiliary_driver {
    ($($f:tt)*) => {
        $crate::module_driver!(<T>, $crate::net::devlink::auxiliary::Adapter<T>, { $($f)* });
    };
}
