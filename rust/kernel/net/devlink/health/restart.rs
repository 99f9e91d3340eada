// SPDX-License-Identifier: GPL-2.0

//! Recoveries in which the device goes down and comes up again.

use super::{
    enter_locked,
    error_of,
    Reporter,
    ReporterOps, //
};

use crate::{
    bindings,
    device::{
        lock::DeviceLockGuard,
        Device, //
    },
    net::{
        devlink::{
            instance::{
                Locked,
                Private, //
            },
            to_errno,
            DeviceLocked,
            Driver,
            Why, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::ops::Deref;

/// A [`Locked`] that can take the device down and bring it up, see [`ReporterOps::restart`].
///
/// # Examples
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Driver,
///             Reporter,
///             ReporterOps,
///             Restart,
///             Setup,
///             Unlocked,
///             Why,
///             Work, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     time::{
///         delay::fsleep,
///         Delta, //
///     }, //
/// };
///
/// static RESTARTED: Atomic<bool> = Atomic::new(false);
///
/// struct Nic;
///
/// struct Firmware;
///
/// #[vtable]
/// impl ReporterOps<Nic> for Firmware {
///     const NAME: &'static CStr = c"fw_fatal";
///     type Error = ();
///
///     fn restart(
///         &self,
///         cx: &mut Restart<'_, Nic>,
///         _: Option<&()>,
///         extack: Extack<'_>,
///     ) -> Result {
///         cx.take_down();
///         // Here firmware would be loaded.
///         cx.bring_up(extack)
///     }
/// }
///
/// struct Data<'bound> {
///     firmware: Reporter<'bound, Nic, Firmware>,
///     work: Work<'bound, Nic>,
/// }
///
/// #[vtable]
/// impl Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = Data<'bound>;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Data<'bound>, Error> {
///         // It dies at once.
///         setup.work().schedule();
///         let data = || {
///             Ok(Data {
///                 firmware: setup.reporter(Firmware)?,
///                 work: setup.work(),
///             })
///         };
///         data()
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, why: &Why, _: Extack<'_>) -> Result {
///         RESTARTED.store(*why == Why::Recovery, Relaxed);
///         Ok(())
///     }
///
///     fn work(cx: &mut Unlocked<'_, '_, Self>) {
///         let data = cx.data();
///         if cx.lock_device(|cx| cx.report(data.firmware, c"dead", &())) == Err(EBUSY) {
///             data.work.schedule_after(1);
///         }
///     }
/// }
///
/// let nic = devlink::faux::Registration::<Nic>::new(c"restarted_nic")?;
/// for _ in 0..100 {
///     if RESTARTED.load(Relaxed) {
///         break;
///     }
///     fsleep(Delta::from_millis(100));
/// }
/// drop(nic);
/// assert!(RESTARTED.load(Relaxed));
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// The device lock is held, too, and nobody borrows what [`Driver::up`] made, but from this.
pub struct Restart<'bound, T: Driver> {
    cx: Locked<'bound, T>,
    _lock: Option<DeviceLockGuard<'bound>>,
}

impl<T: Driver> Restart<'_, T> {
    /// Takes the device down, as a reload does, if it is up: what [`Driver::up`] made goes.
    /// [`Driver::may_go_down`] is not asked.
    pub fn take_down(&mut self) {
        Private::take_down(&self.cx);
    }

    /// Brings the device up with [`Why::Recovery`], if it is down. If that fails it stays down.
    pub fn bring_up(&mut self, extack: Extack<'_>) -> Result {
        if self.cx.is_up() {
            return Ok(());
        }
        Private::bring_up(&self.cx, &Why::Recovery, extack)
    }
}

impl<'bound, T: Driver> Deref for Restart<'bound, T> {
    type Target = Locked<'bound, T>;

    fn deref(&self) -> &Self::Target {
        &self.cx
    }
}

impl<'bound, T: Driver> DeviceLocked<'_, 'bound, T> {
    /// As [`Reporter::report`], by who has the device lock: [`ReporterOps::restart`] does not fail
    /// for that.
    pub fn report<R: ReporterOps<T>>(
        &mut self,
        reporter: Reporter<'bound, T, R>,
        message: &CStr,
        error: &R::Error,
    ) -> Result {
        // SAFETY: The proof is of the lock, and what borrows with it borrows the proof.
        unsafe { self.may_restart(|cx| reporter.report(cx, message, error)) }
    }
}

/// The `recover` of a reporter that restarts the device.
///
/// # Safety
///
/// Only to be called as an operation of a reporter that [`add`](super::add) made for as long as the
/// binding, by a devlink core.
pub(super) unsafe extern "C" fn recover<T: Driver, R: ReporterOps<T>>(
    reporter: *mut bindings::devlink_health_reporter,
    error: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (cx, this) = unsafe { enter_locked::<T, R>(reporter) };
    // SAFETY: A core passes on what `report` gave it, or null for a user's request.
    let error = unsafe { error_of::<R::Error>(error) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The instance is valid, and has a reference to its device.
    let device: &Device =
        unsafe { Device::from_raw(bindings::devlink_to_dev(cx.devlink().as_ptr())) };
    let lock = if cx.may_restart() {
        None
    } else {
        // The order of the locks is the other one, so this does not wait. If this task has the
        // device lock already, what it has borrowed with it is in use.
        match device.try_lock() {
            Some(lock) => Some(lock),
            None => return extack.err(c"The device is busy", EBUSY).to_errno(),
        }
    };
    // INVARIANT: The device lock was taken just now, or by `DeviceLocked::report`, which has
    // borrowed nothing. What borrows with the instance lock is a callback or a closure: none of
    // them called the core, which took that lock.
    let mut cx = Restart { cx, _lock: lock };
    to_errno(this.restart(&mut cx, error, extack))
}
