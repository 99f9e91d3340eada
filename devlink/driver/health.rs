// SPDX-License-Identifier: GPL-2.0

//! The driver's side of a health reporter, calls into the driver about it, and its tracepoints.

use super::{
    access::{
        InstanceLocked,
        MayCall,
        Owner, //
    },
    ops::MISSING, //
};

use crate::{
    health::{
        Abilities,
        Fmsg,
        Health,
        Reporter, //
    },
    instance::Devlink, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    time::Jiffies, //
};

use core::{
    ffi::c_void,
    ptr, //
};

/// The clock that counts jiffies.
pub(crate) fn jiffies() -> Jiffies {
    // SAFETY: The counter is always there; a volatile read sees one value of it.
    unsafe { ptr::read_volatile(&raw const bindings::jiffies) }
}

/// A time of that clock in ms, which wraps around.
pub(crate) fn jiffies_to_msecs(time: Jiffies) -> u32 {
    // SAFETY: Any number is valid.
    unsafe { bindings::jiffies_to_msecs(time) }
}

/// The wall clock.
pub(crate) fn real_time_ns() -> u64 {
    // SAFETY: This is not called from NMI context. The time is not negative.
    unsafe { bindings::ktime_get_real() as u64 }
}

/// What a driver passes along with a report, for its own callbacks.
#[derive(Copy, Clone)]
pub(crate) struct ReportContext(*mut c_void);

impl ReportContext {
    /// There is none: a user asks.
    pub(crate) const NONE: Self = ReportContext(ptr::null_mut());

    /// What the driver passes; the core does not follow it.
    pub(crate) fn from_raw(context: *mut c_void) -> Self {
        ReportContext(context)
    }
}

/// The driver's side of a reporter.
///
/// # Invariants
///
/// The table is valid until the reporter is destroyed, when `owner` changes, and so is what `data`
/// points to.
pub(crate) struct DriverReporter {
    ops: &'static bindings::devlink_health_reporter_ops,
    data: *mut c_void,
    owner: Owner,
}

// SAFETY: The core does not follow `data`, and the table is not changed.
unsafe impl Send for DriverReporter {}

// SAFETY: Nothing in it changes but `owner`, which is atomic, and the core does not follow `data`.
unsafe impl Sync for DriverReporter {}

impl DriverReporter {
    /// # Safety
    ///
    /// `ops` is valid and unchanged until the reporter made with it is destroyed.
    pub(crate) unsafe fn new(
        ops: *const bindings::devlink_health_reporter_ops,
        data: *mut c_void,
        devlink: InstanceLocked<'_>,
    ) -> Self {
        // INVARIANT: The caller promises that the table outlives the reporter.
        DriverReporter {
            // SAFETY: The caller promises that the table is valid and unchanged.
            ops: unsafe { &*ops },
            data,
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// The driver's private data.
    pub(crate) fn private(&self) -> *mut c_void {
        self.data
    }

    /// The reporter's name. Only while the reporter is being created.
    pub(crate) fn name(&self) -> &CStr {
        // SAFETY: The table names a terminated string that is as valid as itself.
        unsafe { CStr::from_char_ptr(self.ops.name) }
    }

    /// Which of the callbacks that users see there are. Only while the reporter is being created.
    pub(crate) fn abilities(&self) -> Abilities {
        Abilities {
            recover: self.ops.recover.is_some(),
            dump: self.ops.dump.is_some(),
        }
    }

    /// The graceful period to begin with, in ms. Only while the reporter is being created.
    pub(crate) fn default_graceful_period(&self) -> u64 {
        self.ops.default_graceful_period
    }

    /// The burst period to begin with, in ms. Only while the reporter is being created.
    pub(crate) fn default_burst_period(&self) -> u64 {
        self.ops.default_burst_period
    }
}

/// Calls a callback of the reporter's table; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($devlink:ident, $self:ident . $callback:ident ( $($arg:expr),* )) => {{
        let driver = $self.driver();
        $devlink.check(&driver.owner, &$self.callback_lock)?;
        let callback = driver.ops.$callback.ok_or(MISSING)?;
        // SAFETY: The check shows that the driver may be called about the reporter, so by the
        // invariants of `DriverReporter` the table is valid; it promises that the callback may then
        // be called with the reporter, and the other arguments are valid for the call.
        to_result(unsafe { callback($self.as_raw(), $($arg),*) })
    }};
}

impl Reporter {
    /// The reporter as C knows it.
    fn as_raw(&self) -> *mut bindings::devlink_health_reporter {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// Has the driver recover from an error.
    pub(crate) fn driver_recover(
        &self,
        devlink: MayCall<'_>,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result {
        call!(devlink, self.recover(context.0, extack.as_raw()))
    }

    /// Has the driver write what it knows about an error.
    pub(crate) fn driver_dump(
        &self,
        devlink: MayCall<'_>,
        fmsg: &mut Fmsg,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.dump(ptr::from_mut(fmsg).cast(), context.0, extack.as_raw())
        )
    }

    /// Has the driver write how it is.
    pub(crate) fn driver_diagnose(
        &self,
        devlink: MayCall<'_>,
        fmsg: &mut Fmsg,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            devlink,
            self.diagnose(ptr::from_mut(fmsg).cast(), extack.as_raw())
        )
    }

    /// Has the driver make an error happen.
    pub(crate) fn driver_test(&self, devlink: MayCall<'_>, extack: Extack<'_>) -> Result {
        call!(devlink, self.test(extack.as_raw()))
    }

    /// Tracepoint `devlink_health_report`.
    pub(crate) fn trace_report(&self, devlink: &Devlink, message: Option<&CStr>) {
        let message = message.map_or(ptr::null(), |message| message.as_char_ptr());
        // SAFETY: The instance is valid, the strings are terminated; there may be no message.
        unsafe {
            bindings::devlink_trace_health_report(
                devlink.as_raw(),
                self.name().as_char_ptr(),
                message,
            )
        };
    }

    /// Tracepoint `devlink_health_recover_aborted`.
    pub(crate) fn trace_recover_aborted(
        &self,
        devlink: &Devlink,
        health: Health,
        since_recovery: Jiffies,
    ) {
        // SAFETY: The instance is valid, the name is a terminated string.
        unsafe {
            bindings::devlink_trace_health_recover_aborted(
                devlink.as_raw(),
                self.name().as_char_ptr(),
                health == Health::Error,
                since_recovery as u64,
            )
        };
    }

    /// Tracepoint `devlink_health_reporter_state_update`.
    pub(crate) fn trace_state_update(&self, devlink: &Devlink, health: Health) {
        // SAFETY: The instance is valid, the name is a terminated string.
        unsafe {
            bindings::devlink_trace_health_reporter_state_update(
                devlink.as_raw(),
                self.name().as_char_ptr(),
                health == Health::Error,
            )
        };
    }
}
