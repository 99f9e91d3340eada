// SPDX-License-Identifier: GPL-2.0

//! Pairs of network devices that are linked: what one sends the other receives.

use kernel::{
    bindings,
    net::{
        device::NetDevice,
        namespace::Net, //
    },
    prelude::*,
    sync::{
        aref::ARef,
        atomic::{
            Atomic,
            Relaxed,
            Release, //
        },
    }, //
};

use core::ptr;

/// RTNL, held until this is dropped.
struct Rtnl(());

impl Rtnl {
    fn lock() -> Self {
        // SAFETY: Nothing is held here that who holds RTNL waits for: callers hold no lock.
        unsafe { bindings::rtnl_lock() };
        Rtnl(())
    }
}

impl Drop for Rtnl {
    fn drop(&mut self) {
        // SAFETY: It was taken by `lock`.
        unsafe { bindings::rtnl_unlock() };
    }
}

/// One of netdevsim's network devices, which is registered as long as RTNL is held.
///
/// # Invariants
///
/// Both pointers are valid for `'a`, in which RTNL is held.
#[derive(Clone, Copy)]
struct End<'a> {
    device: *mut bindings::net_device,
    sim: *mut bindings::netdevsim,
    _rtnl: &'a Rtnl,
}

impl<'a> End<'a> {
    /// The device of that number in `net`, which the user knows as `fd`.
    fn find(rtnl: &'a Rtnl, net: &Net, fd: i32, index: u32) -> Result<Self> {
        // SAFETY: RTNL is held, and the namespace is alive. C takes the number as an `int`, too.
        let device = unsafe { bindings::__dev_get_by_index(net.as_raw(), index as c_int) };
        if device.is_null() {
            pr_err!("Could not find device with ifindex {index} in netnsfd {fd}\n");
            return Err(EINVAL);
        }
        // SAFETY: The device is registered, and stays so: RTNL is held.
        if !unsafe { bindings::netdev_is_nsim(device) } {
            pr_err!("Device with ifindex {index} in netnsfd {fd} is not a netdevsim\n");
            return Err(EINVAL);
        }
        Ok(End {
            device,
            // SAFETY: The device is valid. Its private memory is a `struct netdevsim`, as it is one
            // of netdevsim's.
            sim: unsafe { (&raw mut (*device).priv_).cast() },
            _rtnl: rtnl,
        })
    }

    /// What it is linked to. Readers of C have RCU.
    fn peer(&self) -> &Atomic<*mut bindings::netdevsim> {
        // SAFETY: The pointer is valid as long as `self`, and C accesses it as an atomic.
        unsafe { Atomic::from_ptr(&raw mut (*self.sim).peer) }
    }

    /// The device that it is linked to.
    fn linked(&self) -> Option<Self> {
        let sim = self.peer().load(Relaxed);
        if sim.is_null() {
            return None;
        }
        // INVARIANT: Which goes when it was unlinked, with RTNL held.
        Some(End {
            // SAFETY: What is linked is valid while RTNL is held, and knows its device.
            device: unsafe { (*sim).netdev },
            sim,
            _rtnl: self._rtnl,
        })
    }

    fn is_running(&self) -> bool {
        // SAFETY: The device is registered, so it and its parent are valid.
        unsafe { NetDevice::from_raw(self.device) }.is_running()
    }

    fn set_carrier(&self, on: bool) {
        // SAFETY: The device is valid and registered.
        unsafe {
            if on {
                bindings::netif_carrier_on(self.device)
            } else {
                bindings::netif_carrier_off(self.device)
            }
        }
    }

    /// Has the queues sent on (`netif_tx_wake_all_queues()`).
    fn wake_queues(&self) {
        // SAFETY: The device is valid, and has as many queues there.
        unsafe {
            for index in 0..(*self.device).num_tx_queues {
                bindings::netif_tx_wake_queue((*self.device)._tx.add(index as usize));
            }
        }
    }
}

/// The namespace of a file descriptor of the user's.
fn namespace(fd: i32) -> Result<ARef<Net>> {
    u32::try_from(fd)
        .map_err(|_| EBADF)
        .and_then(Net::of_fd)
        .map_err(|_| {
            pr_err!("Could not find netns with fd: {fd}\n");
            EINVAL
        })
}

/// Links two devices, each given as the file descriptor of a namespace and the device's number
/// there. Takes RTNL.
pub(crate) fn link(a: (i32, u32), b: (i32, u32)) -> Result {
    let net_a = namespace(a.0)?;
    let net_b = namespace(b.0)?;
    let rtnl = Rtnl::lock();
    let end_a = End::find(&rtnl, &net_a, a.0, a.1)?;
    let end_b = End::find(&rtnl, &net_b, b.0, b.1)?;
    if ptr::eq(end_a.device, end_b.device) {
        pr_err!("Cannot link a netdevsim to itself\n");
        return Err(EINVAL);
    }
    for (end, (fd, index)) in [(end_a, a), (end_b, b)] {
        if end.linked().is_some() {
            pr_err!("Netdevsim {fd}:{index} is already linked\n");
            return Err(EBUSY);
        }
    }
    end_a.peer().store(end_b.sim, Release);
    end_b.peer().store(end_a.sim, Release);
    if end_a.is_running() && end_b.is_running() {
        end_a.set_carrier(true);
        end_b.set_carrier(true);
    }
    Ok(())
}

/// Undoes [`link`] for a device and that which it is linked to. Fails with `EINVAL` if it is not
/// linked. Takes RTNL.
pub(crate) fn unlink(device: (i32, u32)) -> Result {
    let net = namespace(device.0)?;
    let rtnl = Rtnl::lock();
    let end = End::find(&rtnl, &net, device.0, device.1)?;
    let peer = end.linked().ok_or(EINVAL)?;
    end.set_carrier(false);
    peer.set_carrier(false);
    end.peer().store(ptr::null_mut(), Relaxed);
    peer.peer().store(ptr::null_mut(), Relaxed);
    // SAFETY: It may be called with RTNL held.
    unsafe { bindings::synchronize_net() };
    end.wake_queues();
    peer.wake_queues();
    Ok(())
}
