// SPDX-License-Identifier: GPL-2.0

//! Parts in C that exist while the device is up.
//!
//! Each is ended by the instance, with its lock held, before what was made earlier.

use crate::device::NetDevSim;

use kernel::{
    bindings,
    error::{
        from_err_ptr,
        to_result, //
    },
    net::{
        devlink::Bringup,
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// The offload of routes, whose resources must be registered, but without saying how much of them
/// is in use.
///
/// # Invariants
///
/// Both pointers are valid until this is dropped, which the instance does.
struct Fib {
    devlink: *mut bindings::devlink,
    fib: *mut bindings::nsim_fib_data,
}

// SAFETY: It belongs to no thread: it is destroyed with the instance lock held.
unsafe impl Send for Fib {}

impl Drop for Fib {
    fn drop(&mut self) {
        // SAFETY: By the type invariants, and this is the last use. The instance lock is held.
        unsafe { bindings::nsim_fib_destroy(self.devlink, self.fib) };
    }
}

/// Makes the offload of routes, which goes when the device does.
pub(crate) fn fib(cx: &Bringup<'_, '_, NetDevSim>, extack: Extack<'_>) -> Result {
    let devlink = cx.as_raw();
    // SAFETY: The instance is valid, its lock is held, and its data is complete.
    let fib = from_err_ptr(unsafe { bindings::nsim_fib_create(devlink, extack.as_raw()) })?;
    // INVARIANT: It was made just now, and the instance owns what it keeps.
    cx.keep(Fib { devlink, fib })
}

/// A part of `struct nsim_dev` that is initialized.
///
/// # Invariants
///
/// `end` undoes that, and wants the pointer, which is valid until this is dropped: the instance
/// does that.
struct Part {
    nsim_dev: *mut bindings::nsim_dev,
    end: unsafe extern "C" fn(*mut bindings::nsim_dev),
}

// SAFETY: It belongs to no thread: it is ended with the instance lock held.
unsafe impl Send for Part {}

impl Drop for Part {
    fn drop(&mut self) {
        // SAFETY: By the type invariants. The instance lock is held.
        unsafe { (self.end)(self.nsim_dev) };
    }
}

/// Samples packets while the device is up.
pub(crate) fn psample(cx: &Bringup<'_, '_, NetDevSim>) -> Result {
    #[cfg(CONFIG_PSAMPLE)]
    {
        let nsim_dev = cx.data().c.as_raw();
        // SAFETY: The device is initialized, and has a folder.
        to_result(unsafe { bindings::nsim_dev_psample_init(nsim_dev) })?;
        // INVARIANT: It was initialized just now, and the data outlives what the instance keeps.
        cx.keep(Part {
            nsim_dev,
            end: bindings::nsim_dev_psample_exit,
        })?;
    }
    #[cfg(not(CONFIG_PSAMPLE))]
    let _ = cx;
    Ok(())
}

/// Counts what hardware would, while the device is up.
pub(crate) fn hwstats(cx: &Bringup<'_, '_, NetDevSim>) -> Result {
    let nsim_dev = cx.data().c.as_raw();
    // SAFETY: The device is initialized, and has a folder. The instance lock is held, so that it
    // does not leave its namespace.
    to_result(unsafe { bindings::nsim_dev_hwstats_init(nsim_dev) })?;
    // INVARIANT: It was initialized just now, and the data outlives what the instance keeps.
    cx.keep(Part {
        nsim_dev,
        end: bindings::nsim_dev_hwstats_exit,
    })
}
