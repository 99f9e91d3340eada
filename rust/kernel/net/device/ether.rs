// SPDX-License-Identifier: GPL-2.0

//! Ethernet devices of a driver, and the proof that RTNL is held.

use super::{
    opened,
    owned::Private,
    Features,
    NetDevice,
    Operations, //
};

use crate::{
    bindings,
    prelude::*,
    types::{
        NotThreadSafe,
        ScopeGuard, //
    },
};

use core::{
    marker::PhantomData,
    ops::Deref,
    ptr::NonNull, //
};

/// An Ethernet device of a driver, whose part of it is an `N`.
///
/// # Invariants
///
/// As those of [`NetDevice`]. The device was made with a [`Private<N>`], whose value is
/// initialized, and nobody has a reference that lasts longer than that.
#[repr(transparent)]
pub struct EtherDevice<N: Operations> {
    device: NetDevice,
    _value: PhantomData<N>,
}

impl<N: Operations> EtherDevice<N> {
    /// Makes a reference from a pointer.
    ///
    /// # Safety
    ///
    /// As for [`NetDevice::from_raw`], and the device was made with an initialized `N`, which is
    /// not dropped during `'a`.
    pub(in crate::net) unsafe fn from_raw<'a>(device: NonNull<bindings::net_device>) -> &'a Self {
        // INVARIANT: By the requirements of this function.
        // SAFETY: As above; `EtherDevice` is transparent over what is transparent over it.
        unsafe { device.cast().as_ref() }
    }

    pub(in crate::net) fn private(&self) -> &Private<N> {
        // SAFETY: By the type invariants.
        unsafe { &*Private::of(self.as_raw()) }
    }

    /// The driver's part.
    pub fn value(&self) -> &N {
        &self.private().value
    }

    /// Says whether there is a link (`netif_carrier_on()`, `netif_carrier_off()`). Without one
    /// nothing is sent. Works in any context.
    pub fn set_carrier(&self, is_up: bool) {
        // SAFETY: The device is valid. These functions can be called in any context.
        unsafe {
            if is_up {
                bindings::netif_carrier_on(self.as_raw());
            } else {
                bindings::netif_carrier_off(self.as_raw());
            }
        }
    }

    /// What it does for the kernel now. Changes with RTNL held.
    pub fn features(&self) -> Features {
        // SAFETY: The device is valid. The word is read in one go, for it may change.
        Features::from_c(unsafe { (&raw const (*self.as_raw()).features).read_volatile() })
    }

    /// Has a closure run with RTNL held (`rtnl_lock()`). Can sleep.
    ///
    /// Not to be called with RTNL held, so not by an operation; nor by what the destructor of
    /// [`Operations::Open`] or of the device waits for.
    pub fn with_rtnl<R>(&self, f: impl for<'open> FnOnce(&mut Rtnl<'open, N>) -> R) -> R {
        // SAFETY: Can be called in a context that can sleep.
        unsafe { bindings::rtnl_lock() };
        let _unlock = ScopeGuard::new(|| {
            // SAFETY: It was locked above.
            unsafe { bindings::rtnl_unlock() }
        });
        // SAFETY: This task holds RTNL until after the closure, for which the lifetime may be any.
        f(&mut unsafe { Rtnl::new(self) })
    }
}

impl<N: Operations> Deref for EtherDevice<N> {
    type Target = NetDevice;

    fn deref(&self) -> &NetDevice {
        &self.device
    }
}

impl<N: Operations> PartialEq for EtherDevice<N> {
    fn eq(&self, other: &Self) -> bool {
        self.device == other.device
    }
}

/// The proof that RTNL is held, about one device.
///
/// `'open` is a lifetime that callbacks and closures are generic over: what is in
/// [`Operations::Open`] has it, and cannot be mixed with what is not.
///
/// # Invariants
///
/// This task holds RTNL. The device and the driver's part of it are valid for `'open`.
pub struct Rtnl<'open, N: Operations> {
    device: NonNull<bindings::net_device>,
    _lifetime: PhantomData<fn(&'open ()) -> &'open ()>,
    _driver: PhantomData<fn(N)>,
    _task: NotThreadSafe,
}

impl<N: Operations> Rtnl<'_, N> {
    /// # Safety
    ///
    /// This task holds RTNL as long as there is the proof. The lifetime is one that those are
    /// generic over who get the proof, and is no longer than the device is valid.
    pub(super) unsafe fn new(device: &EtherDevice<N>) -> Self {
        // INVARIANT: By the requirements of this function.
        Rtnl {
            // SAFETY: A reference has no null pointer.
            device: unsafe { NonNull::new_unchecked(device.as_raw()) },
            _lifetime: PhantomData,
            _driver: PhantomData,
            _task: NotThreadSafe,
        }
    }

    /// The device.
    pub fn device(&self) -> &EtherDevice<N> {
        // SAFETY: By the type invariants.
        unsafe { EtherDevice::from_raw(self.device) }
    }

    /// Whether there is an [`Operations::Open`]. There is not while the device is down, nor after a
    /// [`restart`](Self::restart) that failed.
    pub fn is_open(&self) -> bool {
        !self.device().private().opened().is_null()
    }

    /// Takes the device down and brings it up again, if it is up, and if it is after a restart that
    /// failed: for changes that [`Operations::open`] looks at.
    ///
    /// Fails with what that fails with: then the device is up without sending or receiving
    /// anything. The driver can put back what it changed, and try again.
    pub fn restart(&mut self) -> Result {
        if !self.device().is_running() {
            return Ok(());
        }
        // SAFETY: This task holds RTNL. What this proof has lent of what is open has ended, as
        // `self` is borrowed for writing, and there is no other proof about the device.
        unsafe {
            opened::close(self.device());
            opened::open(self.device())
        }
    }
}

impl<'open, N: Operations + 'open> Rtnl<'open, N> {
    /// What there is while the device is up.
    pub fn open(&self) -> Option<&N::Open<'open>> {
        // SAFETY: This task holds RTNL, and the lifetime is one that this is generic over.
        unsafe { opened::get(self.device()) }
    }
}
