// SPDX-License-Identifier: GPL-2.0

//! Selftests: tests that a device performs on itself.

use super::{
    instance::Locked,
    Driver, //
};

use crate::{
    bindings,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::marker::PhantomData;

/// A test that users can ask for (`enum devlink_attr_selftest_id`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Selftest {
    /// Whether the device's flash memory works.
    Flash,
}

impl Selftest {
    fn from_c(id: c_uint) -> Option<Self> {
        match id {
            bindings::devlink_attr_selftest_id_DEVLINK_ATTR_SELFTEST_ID_FLASH => {
                Some(Selftest::Flash)
            }
            _ => None,
        }
    }
}

/// What came of a test (`enum devlink_selftest_status`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum SelftestStatus {
    /// It was not performed.
    Skip,
    /// The device works.
    Pass,
    /// The device does not work.
    Fail,
}

impl SelftestStatus {
    fn to_c(self) -> bindings::devlink_selftest_status {
        match self {
            SelftestStatus::Skip => bindings::devlink_selftest_status_DEVLINK_SELFTEST_STATUS_SKIP,
            SelftestStatus::Pass => bindings::devlink_selftest_status_DEVLINK_SELFTEST_STATUS_PASS,
            SelftestStatus::Fail => bindings::devlink_selftest_status_DEVLINK_SELFTEST_STATUS_FAIL,
        }
    }
}

/// The selftests of the driver `T`, see [`Driver::SELFTESTS`].
///
/// # Examples
///
/// A device that tests its flash memory:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Locked,
///             Selftest,
///             SelftestOps,
///             SelftestStatus,
///             Selftests,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
///
/// struct Nic;
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     const SELFTESTS: Selftests<Self> = Selftests::of::<Tests>();
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         Ok(())
///     }
/// }
///
/// struct Tests;
///
/// impl SelftestOps<Nic> for Tests {
///     fn has(_: &Locked<'_, Nic>, test: Selftest, _: Extack<'_>) -> bool {
///         match test {
///             Selftest::Flash => true,
///         }
///     }
///
///     fn run(_: &Locked<'_, Nic>, test: Selftest, _: Extack<'_>) -> SelftestStatus {
///         match test {
///             Selftest::Flash => SelftestStatus::Pass,
///         }
///     }
/// }
///
/// // Until it is dropped, `devlink dev selftests run faux/tested_nic id flash` passes.
/// drop(devlink::faux::Registration::<Nic>::new(c"tested_nic")?);
/// # Ok::<(), Error>(())
/// ```
pub trait SelftestOps<T: Driver>: 'static {
    /// Whether the device can perform `test` now (`selftest_check`). A message goes to the user
    /// also if it can.
    fn has(cx: &Locked<'_, T>, test: Selftest, extack: Extack<'_>) -> bool;

    /// Has the device perform `test`, which [`has`](Self::has) said that it can (`selftest_run`).
    fn run(cx: &Locked<'_, T>, test: Selftest, extack: Extack<'_>) -> SelftestStatus;
}

/// Which selftests a driver has, see [`Driver::SELFTESTS`].
pub struct Selftests<T: Driver> {
    ops: bindings::devlink_ops,
    _driver: PhantomData<fn(T)>,
}

impl<T: Driver> Selftests<T> {
    /// None.
    pub const NONE: Self = Selftests {
        ops: pin_init::zeroed(),
        _driver: PhantomData,
    };

    /// Those of `S`.
    pub const fn of<S: SelftestOps<T>>() -> Self {
        Selftests {
            ops: bindings::devlink_ops {
                selftest_check: Some(check::<T, S>),
                selftest_run: Some(run::<T, S>),
                ..pin_init::zeroed()
            },
            _driver: PhantomData,
        }
    }

    /// `ops` with the operations of selftests.
    pub(super) const fn fill(&self, ops: bindings::devlink_ops) -> bindings::devlink_ops {
        bindings::devlink_ops {
            selftest_check: self.ops.selftest_check,
            selftest_run: self.ops.selftest_run,
            ..ops
        }
    }
}

/// `selftest_check`.
///
/// # Safety
///
/// Only to be called as the operation of an instance of `T` that `Instance` made, by a devlink
/// core.
unsafe extern "C" fn check<T: Driver, S: SelftestOps<T>>(
    devlink: *mut bindings::devlink,
    id: c_uint,
    extack: *mut bindings::netlink_ext_ack,
) -> bool {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    Selftest::from_c(id).is_some_and(|test| S::has(&cx, test, extack))
}

/// `selftest_run`.
///
/// # Safety
///
/// As for [`check`].
unsafe extern "C" fn run<T: Driver, S: SelftestOps<T>>(
    devlink: *mut bindings::devlink,
    id: c_uint,
    extack: *mut bindings::netlink_ext_ack,
) -> bindings::devlink_selftest_status {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<T>::new(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let status = match Selftest::from_c(id) {
        Some(test) => S::run(&cx, test, extack),
        None => SelftestStatus::Skip,
    };
    status.to_c()
}
