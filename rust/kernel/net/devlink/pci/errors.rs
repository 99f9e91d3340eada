// SPDX-License-Identifier: GPL-2.0

//! Recovery from errors of the PCI bus.

use super::{
    Driver,
    Private, //
};

use crate::{
    bindings,
    device::CoreInternal,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::devlink::{
        object::callback,
        DeviceLocked, //
    },
    pci::{
        self,
        ChannelState,
        Verdict, //
    },
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr, //
};

/// What a driver does about errors of the bus (`struct pci_error_handlers`).
///
/// The bus calls these in the order in which they stand here, each with the device lock held: while
/// one runs no reload goes on and nobody unbinds the driver, but other callbacks run, for the
/// instance is registered and its lock free. Between two of them users can reload the device, and
/// the driver can be unbound.
///
/// What the driver's [`Enable`](super::Enable) says is switched off when the device is to be reset
/// or given up, and on again after the reset, with the configuration space as it was when
/// [`probe`](crate::net::devlink::Driver::probe) had returned.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             DeviceLocked,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     pci::{
///         self,
///         ChannelState,
///         Verdict, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// struct Nic;
///
/// struct Data {
///     /// No register is read, and no command given, while it is.
///     dead: Atomic<bool>,
/// }
///
/// #[vtable]
/// impl devlink::pci::ErrorHandler for Nic {
///     fn error_detected(cx: &mut DeviceLocked<'_, '_, Self>, channel: ChannelState) -> Verdict {
///         cx.data().dead.store(true, Relaxed);
///         cx.take_down();
///         match channel {
///             ChannelState::PermanentFailure => Verdict::Disconnect,
///             _ => Verdict::NeedReset,
///         }
///     }
///
///     fn slot_reset(cx: &mut DeviceLocked<'_, '_, Self>) -> Result {
///         // Here the driver would wait until firmware is ready.
///         cx.data().dead.store(false, Relaxed);
///         Ok(())
///     }
///
///     fn resume(cx: &mut DeviceLocked<'_, '_, Self>) {
///         if cx.bring_up().is_err() {
///             cx.data().dead.store(true, Relaxed);
///         }
///     }
/// }
///
/// # kernel::pci_device_table!(
/// #     NIC_IDS,
/// #     <Nic as devlink::pci::Driver>::IdInfo,
/// #     [(pci::DeviceId::from_id(pci::Vendor::REDHAT, 0xfff2), ())]
/// # );
/// impl devlink::pci::Driver for Nic {
///     type IdInfo = ();
///
///     const IDS: pci::IdTable<()> = &NIC_IDS;
///     const ENABLE: devlink::pci::Enable = devlink::pci::Enable::NOTHING.memory();
///     const ERRORS: devlink::pci::ErrorHandlers<Self> = devlink::pci::ErrorHandlers::of();
/// }
/// #
/// # #[vtable]
/// # impl devlink::Driver for Nic {
/// #     type Device = devlink::pci::Device;
/// #     type Data<'bound> = Data;
/// #     type Up<'up> = ();
/// #
/// #     fn probe<'bound>(
/// #         _: &'bound Self::Device,
/// #         _: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<Data, Error> {
/// #         Ok::<_, Error>(Data { dead: Atomic::new(false) })
/// #     }
/// #
/// #     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
/// #         Ok(())
/// #     }
/// # }
/// # let module = kernel::module::this_module::<LocalModule>();
/// # type Module = kernel::driver::Registration<devlink::pci::Adapter<Nic>>;
/// # let driver = KBox::pin_init(Module::new(c"doctest_errors", module), GFP_KERNEL)?;
/// # drop(driver);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait ErrorHandler: Driver {
    /// An error was found. Unless `channel` is [`ChannelState::Normal`] registers read as ones, and
    /// what is written to them is lost.
    fn error_detected(cx: &mut DeviceLocked<'_, '_, Self>, channel: ChannelState) -> Verdict;

    /// Registers can be read and written again, DMA is still off. Called if all drivers of what the
    /// error concerns said [`Verdict::CanRecover`].
    fn mmio_enabled(cx: &mut DeviceLocked<'_, '_, Self>) -> Verdict {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The device was reset, and is switched on. If this fails the device is given up.
    fn slot_reset(cx: &mut DeviceLocked<'_, '_, Self>) -> Result;

    /// All have recovered: the device can be used again.
    fn resume(cx: &mut DeviceLocked<'_, '_, Self>);
}

/// What a driver does about errors of the bus, as a constant.
pub struct ErrorHandlers<T> {
    handlers: Option<&'static bindings::pci_error_handlers>,
    _driver: PhantomData<fn(T)>,
}

impl<T> ErrorHandlers<T> {
    /// Nothing: after an error the device and its neighbours are lost.
    pub const NONE: Self = ErrorHandlers {
        handlers: None,
        _driver: PhantomData,
    };

    pub(super) fn as_c(&self) -> *const bindings::pci_error_handlers {
        self.handlers.map_or(ptr::null(), ptr::from_ref)
    }
}

impl<T: ErrorHandler> ErrorHandlers<T> {
    /// What `T` has.
    pub const fn of() -> Self {
        ErrorHandlers {
            handlers: Some(
                &const {
                    bindings::pci_error_handlers {
                        error_detected: Some(error_detected::<T>),
                        mmio_enabled: callback!(T::HAS_MMIO_ENABLED, mmio_enabled::<T>),
                        slot_reset: Some(slot_reset::<T>),
                        resume: Some(resume::<T>),
                        ..pin_init::zeroed()
                    }
                },
            ),
            _driver: PhantomData,
        }
    }
}

impl<T: Driver> Private<T> {
    /// Saves the configuration space, for after a reset (`pci_save_state()`).
    pub(super) fn save_state(&self) -> Result {
        self.with_held(|held| {
            // SAFETY: The device is valid, and this is called in its probe.
            to_result(unsafe { bindings::pci_save_state(held.enabled.as_raw()) })
        })
        .unwrap_or(Ok(()))
    }

    /// Switches off what is not to be used before a reset, if `verdict` wants one or none helps.
    fn judge(&self, verdict: Verdict) -> Verdict {
        if verdict != Verdict::CanRecover {
            self.with_held(|held| held.enabled.switch_off());
        }
        verdict
    }

    /// Switches off and on again, with the configuration space that was saved.
    pub(super) fn restore(&self) -> Result {
        self.with_held(|held| held.enabled.switch_off());
        self.switch_on()
    }

    /// Undoes [`judge`](Self::judge) after a reset.
    fn switch_on(&self) -> Result {
        self.with_held(|held| {
            held.enabled.switch_on()?;
            // SAFETY: The device is valid, and its state was saved when it was probed.
            unsafe { bindings::pci_restore_state(held.enabled.as_raw()) };
            held.enabled.keep_on();
            Ok(())
        })
        .unwrap_or(Err(ENODEV))
    }
}

/// The private data of a device.
///
/// # Safety
///
/// `pdev` is a device that is bound to the driver `T`, and stays so for `'a`.
pub(super) unsafe fn binding<'a, T: Driver>(pdev: *mut bindings::pci_dev) -> Pin<&'a Private<T>> {
    // SAFETY: It is valid as long as it is bound. A `pci::Device` is a `struct pci_dev`.
    let dev = unsafe { &*pdev.cast::<pci::Device<CoreInternal<'_>>>() };
    // SAFETY: It is bound to the driver, whose private data is set from when it is bound until it
    // is unbound.
    unsafe { dev.as_ref().drvdata_borrow::<Private<T>>() }
}

/// # Safety
///
/// Only to be called by the bus, with the device lock held, for a device that is bound to the
/// driver `T`.
unsafe extern "C" fn error_detected<T: ErrorHandler>(
    pdev: *mut bindings::pci_dev,
    channel: bindings::pci_channel_state_t,
) -> bindings::pci_ers_result_t {
    // SAFETY: The device is bound, and the lock that keeps it so is held.
    let binding = unsafe { binding::<T>(pdev) };
    let channel = ChannelState::from_c(channel);
    // SAFETY: The bus holds the device lock until this returns.
    let verdict = unsafe { binding.with_device_locked(|cx| T::error_detected(cx, channel)) };
    let verdict = binding.judge(verdict.unwrap_or(Verdict::Disconnect));
    verdict.to_c(bindings::pci_ers_result_PCI_ERS_RESULT_CAN_RECOVER)
}

/// # Safety
///
/// As for [`error_detected`].
unsafe extern "C" fn mmio_enabled<T: ErrorHandler>(
    pdev: *mut bindings::pci_dev,
) -> bindings::pci_ers_result_t {
    // SAFETY: The device is bound, and the lock that keeps it so is held.
    let binding = unsafe { binding::<T>(pdev) };
    // SAFETY: The bus holds the device lock until this returns.
    let verdict = unsafe { binding.with_device_locked(|cx| T::mmio_enabled(cx)) };
    let verdict = binding.judge(verdict.unwrap_or(Verdict::Disconnect));
    verdict.to_c(bindings::pci_ers_result_PCI_ERS_RESULT_RECOVERED)
}

/// # Safety
///
/// As for [`error_detected`].
unsafe extern "C" fn slot_reset<T: ErrorHandler>(
    pdev: *mut bindings::pci_dev,
) -> bindings::pci_ers_result_t {
    // SAFETY: The device is bound, and the lock that keeps it so is held.
    let binding = unsafe { binding::<T>(pdev) };
    let result = binding.switch_on().and_then(|()| {
        // SAFETY: The bus holds the device lock until this returns.
        unsafe { binding.with_device_locked(|cx| T::slot_reset(cx)) }.unwrap_or(Err(ENODEV))
    });
    let verdict = match result {
        Ok(()) => Verdict::CanRecover,
        Err(_) => Verdict::Disconnect,
    };
    let verdict = binding.judge(verdict);
    verdict.to_c(bindings::pci_ers_result_PCI_ERS_RESULT_RECOVERED)
}

/// # Safety
///
/// As for [`error_detected`].
unsafe extern "C" fn resume<T: ErrorHandler>(pdev: *mut bindings::pci_dev) {
    // SAFETY: The device is bound, and the lock that keeps it so is held.
    let binding = unsafe { binding::<T>(pdev) };
    // SAFETY: The bus holds the device lock until this returns.
    let _ = unsafe { binding.with_device_locked(|cx| T::resume(cx)) };
}
