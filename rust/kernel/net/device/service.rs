// SPDX-License-Identifier: GPL-2.0

//! What drivers leave to a work that may sleep and has RTNL.

use super::{
    EtherDevice,
    Operations, //
};

use crate::{
    bindings,
    workqueue::{
        Schedulable,
        Task, //
    }, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// Has a driver do what it left for later.
///
/// # Invariants
///
/// The device was made with a driver's part `N`, which is not dropped before this.
pub(super) struct Service<N> {
    device: NonNull<bindings::net_device>,
    _driver: PhantomData<fn(N)>,
}

// SAFETY: A device belongs to no thread.
unsafe impl<N> Send for Service<N> {}

// SAFETY: A shared reference gives what one of the device does, which is `Sync`.
unsafe impl<N> Sync for Service<N> {}

impl<N: Operations> Service<N> {
    /// That of the device whose private memory it is in.
    pub(super) fn of(device: NonNull<bindings::net_device>) -> Self {
        // INVARIANT: It is dropped before the driver's part, which is behind it.
        Service {
            device,
            _driver: PhantomData,
        }
    }
}

impl<N: Operations> Task for Service<N> {
    fn run(work: &Schedulable<Self>) {
        if !N::HAS_SERVICE {
            return;
        }
        // SAFETY: By the type invariants; that part was initialized before somebody could schedule
        // this.
        let device: &EtherDevice<N> = unsafe { EtherDevice::from_raw(work.device) };
        device.with_rtnl(|cx| {
            // One that is being unregistered is not.
            if device.is_running() {
                device.value().service(cx);
            }
        });
    }
}
