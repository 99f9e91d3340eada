// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_health_reporter`, calls into the driver about a reporter, and its tracepoints.
//!
//! To drivers a reporter is opaque: from create to destroy their pointer owns a reference to the
//! [`Reporter`].

use super::{
    instance::devlink_ref,
    ops::MISSING,
    port::{
        port_children,
        port_devlink,
        registered_port, //
    },
};

use crate::{
    health::{
        Abilities,
        Fmsg,
        Health,
        Reporter, //
    },
    instance::{
        DriverLocked,
        MayCall, //
    },
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    time::Jiffies,
    warn_on, //
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
}

/// The driver's side of a reporter.
///
/// # Invariants
///
/// The table is valid until the reporter is destroyed, and so is what `data` points to. The
/// methods that take a [`MayCall`] are called before, which that guarantees.
pub(crate) struct DriverReporter {
    ops: &'static bindings::devlink_health_reporter_ops,
    data: *mut c_void,
}

// SAFETY: The core does not follow `data`, and the table is not changed.
unsafe impl Send for DriverReporter {}
// SAFETY: As above.
unsafe impl Sync for DriverReporter {}

impl DriverReporter {
    /// # Safety
    ///
    /// `ops` is valid and unchanged until the reporter made with it is destroyed.
    unsafe fn new(ops: *const bindings::devlink_health_reporter_ops, data: *mut c_void) -> Self {
        // INVARIANT: By the safety requirements.
        DriverReporter {
            // SAFETY: By the safety requirements.
            ops: unsafe { &*ops },
            data,
        }
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
    ($self:ident . $callback:ident ( $($arg:expr),* )) => {{
        let callback = $self.driver().ops.$callback.ok_or(MISSING)?;
        // SAFETY: The driver lock is held and the reporter not destroyed, so by the invariants of
        // `DriverReporter` the table is valid; it promises that the callback may then be called
        // with the reporter, and the other arguments are valid for the call.
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
        _devlink: MayCall<'_>,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.recover(context.0, extack.as_raw()))
    }

    /// Has the driver write what it knows about an error.
    pub(crate) fn driver_dump(
        &self,
        _devlink: MayCall<'_>,
        fmsg: &mut Fmsg,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.dump(ptr::from_mut(fmsg).cast(), context.0, extack.as_raw()))
    }

    /// Has the driver write how it is.
    pub(crate) fn driver_diagnose(
        &self,
        _devlink: MayCall<'_>,
        fmsg: &mut Fmsg,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.diagnose(ptr::from_mut(fmsg).cast(), extack.as_raw()))
    }

    /// Has the driver make an error happen.
    pub(crate) fn driver_test(&self, _devlink: MayCall<'_>, extack: Extack<'_>) -> Result {
        call!(self.test(extack.as_raw()))
    }

    /// Tracepoint `devlink_health_report`.
    pub(crate) fn trace_report(&self, message: Option<&CStr>) {
        let message = message.map_or(ptr::null(), |message| message.as_char_ptr());
        // SAFETY: The instance is valid, the strings are terminated; there may be no message.
        unsafe {
            bindings::trace_devlink_health_report(
                self.devlink().as_raw(),
                self.name().as_char_ptr(),
                message,
            )
        };
    }

    /// Tracepoint `devlink_health_recover_aborted`.
    pub(crate) fn trace_recover_aborted(&self, health: Health, since_recovery: Jiffies) {
        // SAFETY: The instance is valid, the name is a terminated string.
        unsafe {
            bindings::trace_devlink_health_recover_aborted(
                self.devlink().as_raw(),
                self.name().as_char_ptr(),
                health == Health::Error,
                since_recovery as u64,
            )
        };
    }

    /// Tracepoint `devlink_health_reporter_state_update`.
    pub(crate) fn trace_state_update(&self, health: Health) {
        // SAFETY: The instance is valid, the name is a terminated string.
        unsafe {
            bindings::trace_devlink_health_reporter_state_update(
                self.devlink().as_raw(),
                self.name().as_char_ptr(),
                health == Health::Error,
            )
        };
    }
}

/// The reporter behind a pointer from C.
///
/// # Safety
///
/// `reporter` was made by one of the functions below and is not destroyed during `'a`.
unsafe fn reporter_ref<'a>(
    reporter: *mut bindings::devlink_health_reporter,
) -> ArcBorrow<'a, Reporter> {
    // SAFETY: By the safety requirements; C's pointer owns a reference.
    unsafe { ArcBorrow::from_raw(reporter.cast::<Reporter>()) }
}

/// What C gets to hold, a pointer that owns a reference, or an error.
fn into_raw(made: Result<Arc<Reporter>>) -> *mut bindings::devlink_health_reporter {
    match made {
        Ok(reporter) => Arc::into_raw(reporter).cast_mut().cast(),
        Err(error) => error.to_ptr(),
    }
}

/// The driver's private data.
///
/// # Safety
///
/// `reporter` is a valid reporter.
#[export]
pub unsafe extern "C" fn devlink_health_reporter_priv(
    reporter: *mut bindings::devlink_health_reporter,
) -> *mut c_void {
    // SAFETY: By the safety requirements.
    unsafe { reporter_ref(reporter) }.driver().data
}

/// Creates a reporter of an instance; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance; `ops` stays valid until the reporter is destroyed.
#[export]
pub unsafe extern "C" fn devl_health_reporter_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_health_reporter_ops,
    priv_: *mut c_void,
) -> *mut bindings::devlink_health_reporter {
    // SAFETY: By the safety requirements.
    let (locked, driver) = unsafe {
        (
            DriverLocked::assert(devlink_ref(devlink)),
            DriverReporter::new(ops, priv_),
        )
    };
    into_raw(Reporter::create(locked, None, driver))
}

/// Creates a reporter of an instance.
///
/// # Safety
///
/// As for `devl_health_reporter_create()`.
#[export]
pub unsafe extern "C" fn devlink_health_reporter_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_health_reporter_ops,
    priv_: *mut c_void,
) -> *mut bindings::devlink_health_reporter {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_health_reporter_create(devlink, ops, priv_) }
}

/// Creates a reporter of a port; the driver holds the driver lock.
///
/// # Safety
///
/// `port` is a registered port; `ops` stays valid until the reporter is destroyed.
#[export]
pub unsafe extern "C" fn devl_port_health_reporter_create(
    port: *mut bindings::devlink_port,
    ops: *const bindings::devlink_health_reporter_ops,
    priv_: *mut c_void,
) -> *mut bindings::devlink_health_reporter {
    // SAFETY: By the safety requirements; the driver lock serialises what is done with what hangs
    // on the port.
    let (locked, registered, children, driver) = unsafe {
        (
            DriverLocked::assert(port_devlink(port)),
            registered_port(port),
            port_children(port),
            DriverReporter::new(ops, priv_),
        )
    };
    let made = match registered {
        Some(registered) => {
            children.and_then(|_| Reporter::create(locked, Some(registered.into()), driver))
        }
        None => {
            warn_on!(true);
            Err(EINVAL)
        }
    };
    into_raw(made)
}

/// Creates a reporter of a port.
///
/// # Safety
///
/// As for `devl_port_health_reporter_create()`.
#[export]
pub unsafe extern "C" fn devlink_port_health_reporter_create(
    port: *mut bindings::devlink_port,
    ops: *const bindings::devlink_health_reporter_ops,
    priv_: *mut c_void,
) -> *mut bindings::devlink_health_reporter {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { port_devlink(port) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_port_health_reporter_create(port, ops, priv_) }
}

/// Destroys a reporter; the driver holds the driver lock. When this returns, nobody calls the
/// driver about the reporter any more.
///
/// # Safety
///
/// `reporter` is a valid reporter, of which the driver gives up its reference.
#[export]
pub unsafe extern "C" fn devl_health_reporter_destroy(
    reporter: *mut bindings::devlink_health_reporter,
) {
    // SAFETY: By the safety requirements.
    let reporter = unsafe { Arc::from_raw(reporter.cast::<Reporter>()) };
    reporter.destroy(DriverLocked::assert(reporter.devlink()));
}

/// Destroys a reporter.
///
/// # Safety
///
/// As for `devl_health_reporter_destroy()`.
#[export]
pub unsafe extern "C" fn devlink_health_reporter_destroy(
    reporter: *mut bindings::devlink_health_reporter,
) {
    // SAFETY: By the safety requirements.
    let reporter = unsafe { Arc::from_raw(reporter.cast::<Reporter>()) };
    let guard = reporter.devlink().lock();
    reporter.destroy(guard.locked());
}

/// Tells of an error: it is counted and, if users want that, dumped and recovered from. The driver
/// does not hold the driver lock, which this may take.
///
/// # Safety
///
/// `reporter` is a valid reporter, `msg` a terminated string or null; `priv_ctx` is what the
/// driver's callbacks expect.
#[export]
pub unsafe extern "C" fn devlink_health_report(
    reporter: *mut bindings::devlink_health_reporter,
    msg: *const c_char,
    priv_ctx: *mut c_void,
) -> c_int {
    // SAFETY: By the safety requirements. Counted, because a driver that destroys the reporter
    // meanwhile makes a mistake that is found out only after waiting for its lock.
    let reporter: Arc<Reporter> = unsafe { reporter_ref(reporter) }.into();
    // SAFETY: By the safety requirements.
    let message = (!msg.is_null()).then(|| unsafe { CStr::from_char_ptr(msg) });
    match reporter.report(message, ReportContext(priv_ctx)) {
        Ok(()) => 0,
        Err(error) => error.to_errno(),
    }
}

/// Says how the reporter is.
///
/// # Safety
///
/// `reporter` is a valid reporter.
#[export]
pub unsafe extern "C" fn devlink_health_reporter_state_update(
    reporter: *mut bindings::devlink_health_reporter,
    state: bindings::devlink_health_reporter_state,
) {
    use bindings::{
        devlink_health_reporter_state_DEVLINK_HEALTH_REPORTER_STATE_ERROR as ERROR,
        devlink_health_reporter_state_DEVLINK_HEALTH_REPORTER_STATE_HEALTHY as HEALTHY, //
    };

    // SAFETY: By the safety requirements.
    let reporter = unsafe { reporter_ref(reporter) };
    match state {
        HEALTHY => reporter.update(Health::Healthy),
        ERROR => reporter.update(Health::Error),
        _ => {
            warn_on!(true);
        }
    }
}

/// Says that the driver has recovered by itself.
///
/// # Safety
///
/// `reporter` is a valid reporter.
#[export]
pub unsafe extern "C" fn devlink_health_reporter_recovery_done(
    reporter: *mut bindings::devlink_health_reporter,
) {
    // SAFETY: By the safety requirements.
    unsafe { reporter_ref(reporter) }.recovery_done();
}
