// SPDX-License-Identifier: GPL-2.0

//! Resets that a driver has its device undergo, alone or together with its neighbours.

use super::Device;

use crate::{
    bindings,
    device::Bound,
    error::to_result,
    prelude::*,
    sync::aref::ARef,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// How long the link is down, so that devices notice.
const LINK_DOWN: Delta = Delta::from_millis(500);

/// How long a link takes at most if its port cannot say that it is up.
const LINK_UP_UNSEEN: Delta = Delta::from_millis(1000);

/// How often the link and the device are looked at.
const POLL: Delta = Delta::from_millis(20);

impl Device<Bound> {
    /// Resets the slot or bus that the device is on, with all functions on it (`pci_reset_bus()`).
    /// Their configuration space is what it was before.
    ///
    /// Fails with `EAGAIN` if anybody has the device lock of one of them, the caller included, with
    /// `ENOTTY` if there is no such reset. Sleeps, for seconds if a device takes so long.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     pci,
    ///     prelude::*,
    ///     time::Delta, //
    /// };
    ///
    /// /// How new firmware is started.
    /// enum Method {
    ///     HotReset,
    ///     LinkToggle,
    /// }
    ///
    /// fn start_firmware(dev: &pci::Device<Bound>, method: Method) -> Result {
    ///     match method {
    ///         Method::HotReset => dev.reset_bus(),
    ///         Method::LinkToggle => dev.toggle_link(Delta::from_millis(2000)),
    ///     }
    /// }
    /// ```
    pub fn reset_bus(&self) -> Result {
        // SAFETY: The device is valid.
        to_result(unsafe { bindings::pci_reset_bus(self.as_raw()) })
    }

    /// Has the port above the device take the link down and up again, which resets all functions
    /// behind it. Their configuration space is what it was before.
    ///
    /// `up_within` is how long the link may take until it is up again, and then the device until it
    /// can be configured. Fails with `ETIMEDOUT` when it has passed; with `EOPNOTSUPP` for a device
    /// that has no link, and if the kernel watches the link for devices that are pulled out; with
    /// `ENODEV` if one of the functions does not answer. Sleeps for half a second at least, and
    /// before that until nobody else resets one of the functions.
    pub fn toggle_link(&self, up_within: Delta) -> Result {
        let port = Port::above(self).ok_or(EOPNOTSUPP)?;
        if port.is_watched()? {
            return Err(EOPNOTSUPP);
        }
        let functions = Functions::on_bus_of(self)?;
        let mut kept = KVec::with_capacity(functions.len(), GFP_KERNEL)?;
        for function in &functions {
            kept.push(KeptState::new(function)?, GFP_KERNEL)?;
        }
        let id = self.read_id();
        port.set_link_disabled(true)?;
        fsleep(LINK_DOWN);
        port.set_link_disabled(false)?;
        if !port.reports_link() {
            fsleep(LINK_UP_UNSEEN);
            return Ok(());
        }
        within(up_within, || port.has_link())?;
        within(up_within, || self.read_id() == id)
    }

    /// Has the device reset itself. Its configuration space is what it was before; meanwhile users
    /// are kept from that.
    ///
    /// `start` makes it do so, most of the time by writing to a register; if it fails nothing is
    /// done. Then the device is not touched for `untouched`, and may take as long as `back_within`
    /// until it can be configured. Fails with `ENODEV` if it does not answer before, with
    /// `ETIMEDOUT` if it does not do so afterwards. Sleeps, before that until nobody else resets the
    /// device; so `start` must not reset it by other means.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     io::Io,
    ///     pci,
    ///     prelude::*,
    ///     time::Delta, //
    /// };
    ///
    /// fn reset(dev: &pci::Device<Bound>, registers: &pci::Bar<'_, 16>) -> Result {
    ///     let start = || {
    ///         registers.write32(1, 8);
    ///         Ok(())
    ///     };
    ///     dev.reset_by(start, Delta::from_millis(100), Delta::from_millis(1000))
    /// }
    /// ```
    pub fn reset_by(
        &self,
        start: impl FnOnce() -> Result,
        untouched: Delta,
        back_within: Delta,
    ) -> Result {
        let _kept = KeptState::new(self)?;
        // Not before: the device does not answer while somebody else resets it.
        let id = self.read_id();
        start()?;
        fsleep(untouched);
        within(back_within, || self.read_id() == id)
    }

    /// The functions that share the device's bus, and with it its resets: itself, and others
    /// (`pci_walk_bus()`).
    ///
    /// # Examples
    ///
    /// Nothing but functions of the same card would be reset:
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     pci,
    ///     prelude::*, //
    /// };
    ///
    /// fn is_alone(dev: &pci::Device<Bound>) -> Result<bool> {
    ///     let functions = dev.functions_on_bus()?;
    ///     Ok(functions.iter().all(|other| other.device_id() == dev.device_id()))
    /// }
    /// ```
    pub fn functions_on_bus(&self) -> Result<KVec<ARef<Device>>> {
        Functions::on_bus_of(self)
    }

    /// Whether there is a bridge above the device, with which it can be reset.
    pub fn has_bridge(&self) -> bool {
        // SAFETY: The device is bound, so it is on a bus, which has a device above it or none.
        !unsafe { (*(*self.as_raw()).bus).self_ }.is_null()
    }

    /// Whether the kernel would take the device for pulled out while the link is down, so that
    /// [`toggle_link`](Self::toggle_link) fails.
    ///
    /// Fails with `EOPNOTSUPP` for a device that has no link.
    pub fn is_link_watched(&self) -> Result<bool> {
        Port::above(self).ok_or(EOPNOTSUPP)?.is_watched()
    }

    fn read_id(&self) -> u16 {
        let mut id = 0;
        // SAFETY: The device is valid. A device that does not answer has the number of none.
        let result = unsafe {
            bindings::pci_read_config_word(self.as_raw(), bindings::PCI_DEVICE_ID as c_int, &mut id)
        };
        if result == 0 {
            id
        } else {
            u16::MAX
        }
    }
}

/// Waits until something is so.
fn within(time: Delta, is_so: impl Fn() -> bool) -> Result {
    let begin = Instant::<Monotonic>::now();
    loop {
        if is_so() {
            return Ok(());
        }
        if begin.elapsed() > time {
            return Err(ETIMEDOUT);
        }
        fsleep(POLL);
    }
}

/// The functions on a bus.
struct Functions {
    list: KVec<ARef<Device>>,
    result: Result,
}

impl Functions {
    /// Those that share the bus of `dev`, itself included.
    fn on_bus_of(dev: &Device<Bound>) -> Result<KVec<ARef<Device>>> {
        let mut this = Functions {
            list: KVec::new(),
            result: Ok(()),
        };
        // SAFETY: The device is bound, so it is on a bus as long as this runs. The callback is
        // called with what it is for, before this returns.
        unsafe {
            bindings::pci_walk_bus(
                (*dev.as_raw()).bus,
                Some(Self::push),
                (&raw mut this).cast(),
            )
        };
        this.result.map(|()| this.list)
    }

    /// # Safety
    ///
    /// Only to be called by `pci_walk_bus()`, for a [`Functions`].
    unsafe extern "C" fn push(dev: *mut bindings::pci_dev, this: *mut c_void) -> c_int {
        // SAFETY: It is a variable of `behind_port_of`, which only this uses until it returns.
        let this = unsafe { &mut *this.cast::<Self>() };
        // SAFETY: The bus calls this with a valid device. A `Device` is a `struct pci_dev`.
        let dev = unsafe { &*dev.cast::<Device>() };
        this.result = this.list.push(dev.into(), GFP_KERNEL).map_err(Error::from);
        // Anything but 0 ends the walk.
        c_int::from(this.result.is_err())
    }
}

/// The configuration space of a function that is being reset: dropping this restores it. Meanwhile
/// users are kept from it.
///
/// # Invariants
///
/// The state of the function was saved.
struct KeptState<'a>(LockedAccess<'a>);

impl<'a> KeptState<'a> {
    fn new(function: &'a Device) -> Result<Self> {
        // Before it is saved: who has it resets the function, perhaps by the same link.
        // SAFETY: The device is valid.
        unsafe { bindings::pci_cfg_access_lock(function.as_raw()) };
        // INVARIANT: It was locked just now.
        let locked = LockedAccess(function);
        // What is saved is the device's, and there for whoever restores it later, too: never what
        // can be read of a function that does not answer.
        // SAFETY: The device is valid, and has a reference to the bus that it is on.
        if !unsafe { bindings::pci_device_is_present(function.as_raw()) } {
            return Err(ENODEV);
        }
        // SAFETY: The device is valid.
        to_result(unsafe { bindings::pci_save_state(function.as_raw()) })?;
        // INVARIANT: It was saved just now.
        Ok(KeptState(locked))
    }
}

impl Drop for KeptState<'_> {
    fn drop(&mut self) {
        let LockedAccess(function) = self.0;
        // SAFETY: The device is valid, and its state was saved, by the type invariants.
        unsafe { bindings::pci_restore_state(function.as_raw()) };
    }
}

/// Users are kept from the configuration space of a function until this is dropped.
///
/// # Invariants
///
/// The access was locked, which this is to unlock.
struct LockedAccess<'a>(&'a Device);

impl Drop for LockedAccess<'_> {
    fn drop(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { bindings::pci_cfg_access_unlock(self.0.as_raw()) };
    }
}

/// A port of PCI Express, with a link below it.
///
/// # Invariants
///
/// It is valid as long as what is behind it is bound.
struct Port<'a> {
    raw: NonNull<bindings::pci_dev>,
    _behind: PhantomData<&'a Device<Bound>>,
}

impl<'a> Port<'a> {
    fn above(dev: &'a Device<Bound>) -> Option<Self> {
        // SAFETY: The device is bound, so it is on a bus, which has a device above it or none.
        let raw = NonNull::new(unsafe { (*(*dev.as_raw()).bus).self_ })?;
        // SAFETY: A bridge is there as long as what is behind it.
        if unsafe { raw.as_ref() }.pcie_cap == 0 {
            return None;
        }
        // INVARIANT: It is the parent of a bound device.
        Some(Port {
            raw,
            _behind: PhantomData,
        })
    }

    /// A register of the PCI Express capability.
    fn read(&self, register: u32) -> Result<u16> {
        let mut value = 0;
        // SAFETY: By the type invariants.
        let result = unsafe {
            bindings::pcie_capability_read_word(self.raw.as_ptr(), register as c_int, &mut value)
        };
        // Errors are positive numbers here, or negative ones.
        if result == 0 {
            Ok(value)
        } else {
            Err(EIO)
        }
    }

    /// Whether the kernel takes a link that goes down for a device that was pulled out.
    fn is_watched(&self) -> Result<bool> {
        const WATCHED: u32 = bindings::PCI_EXP_SLTCTL_HPIE | bindings::PCI_EXP_SLTCTL_DLLSCE;
        let control = u32::from(self.read(bindings::PCI_EXP_SLTCTL)?);
        Ok(cfg!(CONFIG_HOTPLUG_PCI_PCIE) && control & WATCHED == WATCHED)
    }

    fn set_link_disabled(&self, disabled: bool) -> Result {
        const DISABLE: u16 = bindings::PCI_EXP_LNKCTL_LD as u16;
        let set = if disabled { DISABLE } else { 0 };
        // SAFETY: By the type invariants. Others change other bits of the register.
        let result = unsafe {
            bindings::pcie_capability_clear_and_set_word_locked(
                self.raw.as_ptr(),
                bindings::PCI_EXP_LNKCTL as c_int,
                DISABLE,
                set,
            )
        };
        if result == 0 {
            Ok(())
        } else {
            Err(EIO)
        }
    }

    /// Whether the port says that there is a link.
    fn reports_link(&self) -> bool {
        // SAFETY: By the type invariants. It does not change any more.
        unsafe { self.raw.as_ref() }.link_active_reporting() != 0
    }

    fn has_link(&self) -> bool {
        self.read(bindings::PCI_EXP_LNKSTA)
            .is_ok_and(|status| u32::from(status) & bindings::PCI_EXP_LNKSTA_DLLLA != 0)
    }
}
