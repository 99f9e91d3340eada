// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_health_reporter`.
//!
//! To drivers a reporter is opaque: from create to destroy their pointer owns a reference to the
//! [`Reporter`].

use super::{
    instance::{
        devlink_ref,
        locked_ref, //
    },
    port::{
        port_children,
        port_devlink, //
    },
};

use crate::{
    driver::{
        access::InstanceLocked,
        health::{
            DriverReporter,
            ReportContext, //
        },
        port::registered_port, //
    },
    health::{
        Health,
        Reporter, //
    },
};

use kernel::{
    bindings,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    warn_on, //
};

use core::ffi::c_void;

/// The reporter behind a pointer from C.
///
/// # Safety
///
/// `reporter` was made by one of the functions below and is not destroyed during `'a`.
unsafe fn reporter_ref<'a>(
    reporter: *mut bindings::devlink_health_reporter,
) -> ArcBorrow<'a, Reporter> {
    // SAFETY: The functions below made it from an `Arc<Reporter>`, whose count C's pointer owns
    // until it destroys the reporter.
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
    // SAFETY: The driver, which asks for its data, has not destroyed the reporter.
    unsafe { reporter_ref(reporter) }.driver().private()
}

/// Creates a reporter of an instance; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds; `ops` stays valid until the reporter
/// is destroyed.
#[export]
pub unsafe extern "C" fn devl_health_reporter_create(
    devlink: *mut bindings::devlink,
    ops: *const bindings::devlink_health_reporter_ops,
    priv_: *mut c_void,
) -> *mut bindings::devlink_health_reporter {
    // SAFETY: The instance is valid, and the driver holds its lock.
    let locked = unsafe { locked_ref(devlink) };
    // SAFETY: The driver keeps the table until it destroys the reporter.
    let driver = unsafe { DriverReporter::new(ops, priv_, locked) };
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
    // SAFETY: The driver makes reporters before it frees the instance.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: The guard holds the lock; the rest the caller promises in the same words.
    unsafe { devl_health_reporter_create(devlink, ops, priv_) }
}

/// Creates a reporter of a port; the driver holds the instance lock.
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
    // SAFETY: A registered port's instance is not freed, and C promises that it holds its lock,
    // which serialises what is done with what hangs on the port.
    let (locked, registered, children) = unsafe {
        (
            InstanceLocked::assume_held(port_devlink(port)),
            registered_port(port),
            port_children(port),
        )
    };
    // SAFETY: The driver keeps the table until it destroys the reporter.
    let driver = unsafe { DriverReporter::new(ops, priv_, locked) };
    let made = match registered {
        Some(registered) => {
            children.and_then(|_| Reporter::create(locked, Some(&registered), driver))
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
    // SAFETY: A registered port's instance is not freed.
    let _guard = unsafe { port_devlink(port) }.lock();
    // SAFETY: The guard holds the lock; the rest the caller promises in the same words.
    unsafe { devl_port_health_reporter_create(port, ops, priv_) }
}

/// Destroys a reporter; the driver holds the instance lock. When this returns, nobody calls the
/// driver about the reporter any more.
///
/// # Safety
///
/// `reporter` is a valid reporter, of which the driver gives up its reference.
#[export]
pub unsafe extern "C" fn devl_health_reporter_destroy(
    reporter: *mut bindings::devlink_health_reporter,
) {
    // SAFETY: The driver's pointer owns a reference, which it gives up.
    let reporter = unsafe { Arc::from_raw(reporter.cast::<Reporter>()) };
    if let Some(devlink) = reporter.devlink() {
        // SAFETY: The driver holds the lock, and has not freed the instance.
        reporter.destroy(unsafe { InstanceLocked::assume_held(&devlink) });
    }
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
    // SAFETY: The driver's pointer owns a reference, which it gives up.
    let reporter = unsafe { Arc::from_raw(reporter.cast::<Reporter>()) };
    if let Some(devlink) = reporter.devlink() {
        let guard = devlink.lock();
        // SAFETY: The driver calls, and has not freed the instance.
        reporter.destroy(unsafe { guard.for_driver() });
    }
}

/// Tells of an error: it is counted and, if users want that, dumped and recovered from. The driver
/// does not hold the instance lock, which this may take.
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
    // SAFETY: The driver has not destroyed the reporter when it calls. Counted, because a driver
    // that destroys it meanwhile makes a mistake that is found out only after waiting for its lock.
    let reporter: Arc<Reporter> = unsafe { reporter_ref(reporter) }.into();
    // SAFETY: What is not null is a terminated string, as long as this call lasts.
    let message = (!msg.is_null()).then(|| unsafe { CStr::from_char_ptr(msg) });
    match reporter.report(message, ReportContext::from_raw(priv_ctx)) {
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

    // SAFETY: The driver has not destroyed the reporter.
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
    // SAFETY: The driver has not destroyed the reporter.
    unsafe { reporter_ref(reporter) }.recovery_done();
}
