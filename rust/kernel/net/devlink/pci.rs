// SPDX-License-Identifier: GPL-2.0

//! Devices on the PCI bus.
//!
//! A driver whose [`Driver::Device`](super::Driver::Device) is [`Device`], and which implements
//! [`Driver`], becomes a module with
//! [`module_devlink_pci_driver!`](crate::module_devlink_pci_driver). Users see the instance
//! `pci/ADDRESS`, for instance `pci/0000:03:00.0`.
//!
//! C header: [`include/linux/pci.h`](srctree/include/linux/pci.h)

use super::binding::{
    impl_adapter,
    Binding,
    Held,
    Matched,
    Shutdown, //
};

use crate::{
    bindings,
    container_of,
    device::{
        Bound,
        Core, //
    },
    dma::{
        Device as _,
        DmaMask, //
    },
    error::to_result,
    pci,
    prelude::*,
    sync::aref::ARef, //
};

use core::marker::PhantomData;

mod errors;
mod reset;

pub use self::errors::{
    ErrorHandler,
    ErrorHandlers, //
};

/// A bound PCI device, with what the driver's table says about it.
pub type Device<I = ()> = Matched<pci::Device<Bound>, I>;

/// What a devlink driver of PCI devices says about them.
///
/// # Examples
///
/// ```
/// use kernel::{
///     dma::DmaMask,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Flavour,
///             PortAttrs,
///             PortOps,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     pci,
///     prelude::*, //
/// };
///
/// /// What differs between the generations of the device.
/// struct Generation {
///     ports: u32,
/// }
///
/// struct Nic;
///
/// kernel::pci_device_table!(
///     NIC_IDS,
///     <Nic as devlink::pci::Driver>::IdInfo,
///     [
///         (
///             pci::DeviceId::from_id(pci::Vendor::REDHAT, 0xfff0),
///             Generation { ports: 1 },
///         ),
///         (
///             pci::DeviceId::from_id(pci::Vendor::REDHAT, 0xfff1),
///             Generation { ports: 2 },
///         ),
///     ]
/// );
///
/// impl devlink::pci::Driver for Nic {
///     type IdInfo = Generation;
///
///     const IDS: pci::IdTable<Generation> = &NIC_IDS;
///     const ENABLE: devlink::pci::Enable = devlink::pci::Enable::NOTHING
///         .memory()
///         .dma(DmaMask::new::<64>());
/// }
///
/// struct Data<'bound> {
///     registers: pci::Bar<'bound>,
///     ports: u32,
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = devlink::pci::Device<Generation>;
///     type Data<'bound> = Data<'bound>;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Data<'bound>, Error> {
///         let data = || {
///             Ok(Data {
///                 registers: dev.iomap_region(0, c"nic")?,
///                 ports: dev.id_info().map_or(1, |generation| generation.ports),
///             })
///         };
///         data()
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         for number in 0..cx.data().ports {
///             let attrs = PortAttrs::new(Flavour::Physical {
///                 number,
///                 subport: None,
///             });
///             cx.port(number, attrs, Connector)?;
///         }
///         Ok(())
///     }
/// }
///
/// struct Connector;
///
/// #[vtable]
/// impl PortOps<Nic> for Connector {}
///
/// // What `module_devlink_pci_driver!` does for a module:
/// # let module = kernel::module::this_module::<LocalModule>();
/// let driver = KBox::pin_init(
///     kernel::driver::Registration::<devlink::pci::Adapter<Nic>>::new(c"doctest_nic", module),
///     GFP_KERNEL,
/// )?;
/// drop(driver);
/// # Ok::<(), Error>(())
/// ```
pub trait Driver: super::Driver<Device = Device<<Self as Driver>::IdInfo>> {
    /// What the driver knows about a kind of device, from [`IDS`](Self::IDS).
    type IdInfo: Sync + 'static;

    /// The devices, made with [`pci_device_table!`](crate::pci_device_table): the module is loaded
    /// when one of them is found.
    const IDS: pci::IdTable<Self::IdInfo>;

    /// What is switched on before [`Driver::probe`](super::Driver::probe), and off again when the
    /// instance has ended.
    const ENABLE: Enable;

    /// What becomes of the instance at shutdown.
    const SHUTDOWN: Shutdown = Shutdown::Remove;

    /// How the device recovers from errors of the bus, `ErrorHandlers::of()` for an
    /// [`ErrorHandler`].
    const ERRORS: ErrorHandlers<Self> = ErrorHandlers::NONE;
}

/// What a PCI driver needs of the bus.
#[derive(Clone, Copy)]
pub struct Enable {
    memory: bool,
    bus_master: bool,
    dma: Option<DmaMask>,
}

impl Enable {
    /// The driver uses configuration space only.
    pub const NOTHING: Self = Enable {
        memory: false,
        bus_master: false,
        dma: None,
    };

    /// The device answers at its memory BARs (`pci_enable_device_mem()`).
    pub const fn memory(self) -> Self {
        Enable {
            memory: true,
            ..self
        }
    }

    /// The device may send message-signalled interrupts, which are writes (`pci_set_master()`).
    pub const fn bus_master(self) -> Self {
        Enable {
            bus_master: true,
            ..self
        }
    }

    /// The device may read and write memory at addresses that `mask` covers
    /// (`dma_set_mask_and_coherent()`, `pci_set_master()`).
    pub const fn dma(self, mask: DmaMask) -> Self {
        Enable {
            dma: Some(mask),
            ..self.bus_master()
        }
    }
}

/// What was switched on. Part of the device's private data, and nowhere else.
#[doc(hidden)]
pub struct Enabled {
    device: ARef<pci::Device>,
    enable: Enable,
    memory: bool,
    bus_master: bool,
}

impl Enabled {
    fn new(device: &pci::Device<Core<'_>>, enable: Enable) -> Result<Self> {
        if let Some(mask) = enable.dma {
            // SAFETY: Nothing can allocate or map memory for the device at the same time: the
            // driver did not get the device yet, and there is no other driver of it.
            unsafe { device.dma_set_mask_and_coherent(mask)? };
        }
        let mut this = Enabled {
            device: device.into(),
            enable,
            memory: false,
            bus_master: false,
        };
        this.switch_on()?;
        Ok(this)
    }

    /// Switches on what the driver needs, and is off.
    fn switch_on(&mut self) -> Result {
        if self.enable.memory && !self.memory {
            // SAFETY: The device is valid.
            to_result(unsafe { bindings::pci_enable_device_mem(self.as_raw()) })?;
            self.memory = true;
        }
        if self.enable.bus_master && !self.bus_master {
            // SAFETY: The device is valid.
            unsafe { bindings::pci_set_master(self.as_raw()) };
            self.bus_master = true;
        }
        Ok(())
    }

    /// The configuration space was written, perhaps as it was when a reset came while this was off.
    fn keep_on(&self) {
        if self.bus_master {
            // SAFETY: The device is valid.
            unsafe { bindings::pci_set_master(self.as_raw()) };
        }
    }

    /// Switches off what is on.
    fn switch_off(&mut self) {
        if self.bus_master {
            // SAFETY: The device is valid.
            unsafe { bindings::pci_clear_master(self.as_raw()) };
            self.bus_master = false;
        }
        if self.memory {
            // SAFETY: The device is valid, and was enabled once by `switch_on`.
            unsafe { bindings::pci_disable_device(self.as_raw()) };
            self.memory = false;
        }
    }

    fn as_raw(&self) -> *mut bindings::pci_dev {
        let dev = self.device.as_ref().as_raw();
        // SAFETY: A `pci::Device` is a `struct pci_dev`, in which its device lies.
        unsafe { container_of!(dev, bindings::pci_dev, dev) }
    }
}

impl Drop for Enabled {
    fn drop(&mut self) {
        self.switch_off();
    }
}

/// The device's private data.
type Private<T> = Binding<T, Held<<T as super::Driver>::Device, Enabled>>;

/// Registers a devlink driver with the PCI bus (`pci_register_driver()`).
pub struct Adapter<T: Driver>(PhantomData<T>);

impl_adapter!(pci, pci_driver, pci_dev, |driver| driver.err_handler =
    T::ERRORS.as_c());

/// The driver, as the PCI bus sees it.
///
/// Private: a driver that could call `probe()` itself could forget the instance.
struct Glue<T>(PhantomData<T>);

impl<T: Driver> pci::Driver for Glue<T> {
    type IdInfo = T::IdInfo;
    type Data<'bound> = Private<T>;

    const ID_TABLE: pci::IdTable<Self::IdInfo> = T::IDS;

    fn probe<'bound>(
        dev: &'bound pci::Device<Core<'_>>,
        id_info: Option<&'bound Self::IdInfo>,
    ) -> impl PinInit<Self::Data<'bound>, Error> + 'bound {
        pin_init::pin_init_scope(move || {
            let enabled = Enabled::new(dev, T::ENABLE)?;
            // SAFETY: The device is bound, if this does not fail, until the end of `unbind()`,
            // which calls `Binding::end()`: what this makes becomes the device's private data.
            // Entries of a table are static.
            let binding = unsafe { Private::<T>::matched(&**dev, id_info, enabled) }?;
            Ok(binding.pin_chain(|binding| binding.save_state()))
        })
    }

    fn unbind<'bound>(_dev: &'bound pci::Device<Core<'_>>, this: Pin<&Self::Data<'bound>>) {
        this.end();
    }
}

/// Declares a module with one devlink driver of PCI devices.
///
/// # Examples
///
/// ```ignore
/// kernel::module_devlink_pci_driver! {
///     type: Nic,
///     name: "my_nic",
///     authors: ["Author name"],
///     description: "Description",
///     license: "GPL",
/// }
/// ```
#[macro_export]
macro_rules! module_devlink_pci_driver {
    ($($f:tt)*) => {
        $crate::module_driver!(<T>, $crate::net::devlink::pci::Adapter<T>, { $($f)* });
    };
}
