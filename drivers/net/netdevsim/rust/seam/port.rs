// SPDX-License-Identifier: GPL-2.0

//! The network device of a port.

use super::{
    raw_folder,
    remove_files, //
};

use crate::device::NetDevSim;

use kernel::{
    bindings,
    container_of,
    debugfs::Dir,
    error::from_err_ptr,
    net::{
        device::{
            NetDevice,
            ETH_ALEN, //
        },
        devlink::OnPort, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    types::Opaque, //
};

use core::ptr::NonNull;

/// What a port is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortKind {
    /// The physical function.
    Pf,
    /// A virtual function.
    Vf,
}

/// A network device that C made.
struct Netdev(NonNull<bindings::netdevsim>);

// SAFETY: It belongs to no thread.
unsafe impl Send for Netdev {}

/// What the parts in C have of a port, above all its network device.
///
/// # Invariants
///
/// The devlink port is registered, and what C has of the port initialized, as long as there is a
/// network device.
#[pin_data]
pub(crate) struct NetPort {
    #[pin]
    netdev: Mutex<Option<Netdev>>,
    /// What devlink knows, for [`nsim_seam_devlink_port`].
    devlink_port: *mut bindings::devlink_port,
    #[pin]
    c: Opaque<bindings::nsim_dev_port>,
    /// C has a pointer to it.
    _folder: Dir,
}

// SAFETY: It belongs to no thread.
unsafe impl Send for NetPort {}

// SAFETY: The mutex guards the network device. Nothing else is changed while it is shared, but by C,
// which has locks.
unsafe impl Sync for NetPort {}

/// What C makes in the folder of a port, with pointers to its network device, and leaves there.
const PORT_FILES: &[&CStr] = &[
    c"bpf_offloaded_id",
    c"bpf_tc_accept",
    c"bpf_tc_non_bound_accept",
    c"bpf_xdpdrv_accept",
    c"bpf_xdpoffload_accept",
    c"bpf_map_accept",
];

/// Destroys the network device when it is dropped.
struct EndOnDrop(Arc<NetPort>);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        // From now on nobody uses it.
        let netdev = self.0.netdev.lock().take();
        if let Some(Netdev(netdev)) = netdev {
            self.0.remove_files();
            // SAFETY: It was made by `NetPort::new`, nobody else destroys it, and the devlink port
            // is still registered. The instance lock is held, RTNL is not.
            unsafe { bindings::nsim_destroy(netdev.as_ptr()) };
        }
    }
}

impl NetPort {
    /// Makes the network device of a port of that index, whose folder in debugfs is `folder`. It is
    /// destroyed before the port is unregistered.
    pub(crate) fn new(
        on: &OnPort<'_, '_, '_, NetDevSim>,
        kind: PortKind,
        index: u32,
        folder: &Dir,
        address: Option<[u8; ETH_ALEN]>,
    ) -> Result<Arc<Self>> {
        let c_folder = raw_folder(folder)?;
        let this = Arc::pin_init(
            pin_init!(NetPort {
                netdev <- new_mutex!(None, "nsim_port"),
                devlink_port: on.as_raw(),
                c <- Opaque::ffi_init(|c| {
                    // SAFETY: `c` is valid for writes; nobody else uses it yet. Zeros are valid.
                    unsafe { init(c, kind, index, c_folder) }
                }),
                _folder: folder.clone(),
            }),
            GFP_KERNEL,
        )?;
        let nsim_dev = on.data().c.as_raw();
        let address = address
            .as_ref()
            .map_or(core::ptr::null(), |address| address.as_ptr());
        // SAFETY: Device and port are initialized; the device outlives the port, and the port is
        // there until the network device was destroyed, by `EndOnDrop`. The address is copied.
        let netdev = from_err_ptr(unsafe {
            bindings::nsim_create(nsim_dev, this.c.get(), address.cast_mut())
        })
        .inspect_err(|_| this.remove_files())?;
        // INVARIANT: The port is unregistered when what it keeps was dropped.
        *this.netdev.lock() = NonNull::new(netdev).map(Netdev);
        on.keep(EndOnDrop(this.clone()))?;
        Ok(this)
    }

    fn remove_files(&self) {
        // SAFETY: It is initialized.
        remove_files(unsafe { (*self.c.get()).ddir }, PORT_FILES);
    }

    /// Calls `f` with the network device, which meanwhile is not destroyed; `None` if it was
    /// destroyed already.
    pub(crate) fn with_netdev<R>(&self, f: impl FnOnce(&NetDevice) -> R) -> Option<R> {
        let netdev = self.netdev.lock();
        let netdev = netdev.as_ref()?;
        // SAFETY: It is valid: who destroys it takes it out first, which the lock prevents. Its
        // parent is the device on the bus, which the port does not outlive.
        let device = unsafe { NetDevice::from_raw((*netdev.0.as_ptr()).netdev) };
        Some(f(device))
    }
}

/// # Safety
///
/// `c` is valid for writes.
unsafe fn init(
    c: *mut bindings::nsim_dev_port,
    kind: PortKind,
    index: u32,
    folder: *mut bindings::dentry,
) {
    let port_type = match kind {
        PortKind::Pf => bindings::nsim_dev_port_type_NSIM_DEV_PORT_TYPE_PF,
        PortKind::Vf => bindings::nsim_dev_port_type_NSIM_DEV_PORT_TYPE_VF,
    };
    // SAFETY: By the requirements of this function. Zeros are valid for all of it.
    unsafe {
        c.write_bytes(0, 1);
        (*c).port_index = index;
        (*c).port_type = port_type;
        (*c).ddir = folder;
    }
}

/// What devlink knows of a port.
///
/// # Safety
///
/// Only to be called by `../../netdev.c`, for the port of a [`NetPort`] that it was given.
#[export]
unsafe extern "C" fn nsim_seam_devlink_port(
    devlink_port: *mut bindings::devlink_port,
) -> *mut bindings::devlink_port {
    // SAFETY: It is a field of what `NetPort::new` passed, which is a field of a `NetPort`.
    unsafe {
        let c = container_of!(devlink_port, bindings::nsim_dev_port, devlink_port);
        (*container_of!(Opaque::cast_from(c), NetPort, c)).devlink_port
    }
}
