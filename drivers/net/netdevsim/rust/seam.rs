// SPDX-License-Identifier: GPL-2.0

//! The seam to those parts of netdevsim that are in C: what they are given, and what they call.
//!
//! They read and write some fields of `struct nsim_dev`, `struct nsim_bus_dev` and
//! `struct nsim_dev_port` (`../netdevsim.h`), so these exist, in C's layout, and all else has the
//! types of this module.

use crate::{
    bus::Nsim,
    device::Data, //
};

use kernel::{
    bindings,
    bus,
    debugfs::Dir,
    error::{
        from_err_ptr,
        from_result, //
    },
    module::ThisModule,
    net::devlink::{
        self,
        EswitchMode, //
    },
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    },
    types::Opaque,
    ModuleMetadata, //
};

use core::mem::offset_of;

mod link;
mod parts;
mod port;

pub(crate) use self::{
    link::{
        link,
        unlink, //
    },
    parts::{
        fib,
        hwstats,
        psample, //
    },
    port::{
        NetPort,
        PortKind, //
    }, //
};

/// How many virtual functions a device can have.
pub(crate) const MAX_VFS: u32 = bindings::NSIM_BUS_DEV_MAX_VFS;

/// The module; `module!` would make metadata, too, which is in `../netdev.c`.
pub(crate) struct LocalModule;

impl ModuleMetadata for LocalModule {
    const NAME: &'static CStr = c"netdevsim";

    #[cfg(MODULE)]
    const THIS_MODULE: ThisModule = {
        #[allow(improper_ctypes, reason = "only its address is used")]
        extern "C" {
            static __this_module: Opaque<bindings::module>;
        }
        // SAFETY: It is this module's, for which the kernel made it.
        unsafe { ThisModule::from_ptr(__this_module.get()) }
    };

    #[cfg(not(MODULE))]
    // SAFETY: What is part of the kernel has no module.
    const THIS_MODULE: ThisModule = unsafe { ThisModule::from_ptr(core::ptr::null_mut()) };
}

kernel::sync::global_lock! {
    // SAFETY: `nsim_bus_init` initializes it before anything uses it.
    unsafe(uninit) static BUS: Mutex<Option<bus::Registration<Nsim>>> = None;
}

/// The first step of loading the module: nothing, the bus makes all there is.
///
/// # Safety
///
/// Only to be called by `../netdev.c`, as all of these.
#[export]
unsafe extern "C" fn nsim_dev_init() -> c_int {
    0
}

/// Undoes [`nsim_dev_init`].
///
/// # Safety
///
/// Only to be called by `../netdev.c`.
#[export]
unsafe extern "C" fn nsim_dev_exit() {}

/// The second step of loading the module.
///
/// # Safety
///
/// Only to be called by `../netdev.c`.
#[export]
unsafe extern "C" fn nsim_bus_init() -> c_int {
    // SAFETY: The module is being loaded, for which this is called once.
    unsafe { BUS.init() };
    from_result(|| {
        *BUS.lock() = Some(crate::bus::register()?);
        Ok(0)
    })
}

/// Undoes [`nsim_bus_init`], which succeeded.
///
/// # Safety
///
/// Only to be called by `../netdev.c`.
#[export]
unsafe extern "C" fn nsim_bus_exit() {
    // Not with the mutex held: it waits for users of the bus.
    let bus = BUS.lock().take();
    drop(bus);
}

/// How many virtual functions a device has, which does not change while RTNL or the instance lock
/// is held.
///
/// # Safety
///
/// Only to be called by netdevsim's parts in C, with what [`Device::new`] made.
#[export]
unsafe extern "C" fn nsim_dev_get_vfs(nsim_dev: *mut bindings::nsim_dev) -> c_uint {
    // SAFETY: By the requirements of this function, and the device outlives it.
    let bus_dev = unsafe { (*nsim_dev).nsim_bus_dev };
    // SAFETY: A `BusDevice` is there, by the assertions below.
    let value = unsafe { &*bus_dev.byte_add(BusDevice::OFFSET).cast::<BusDevice>() };
    value.vfs()
}

/// What a device has whether the driver is bound to it or not: `struct nsim_bus_dev` without the
/// `struct device` in front of it, which the bus has there.
#[repr(C)]
pub(crate) struct BusDevice {
    _list: [usize; 2],
    port_count: u32,
    /// For C.
    num_queues: u32,
    _initial_net: usize,
    num_vfs: Atomic<u32>,
    _init: bool,
}

impl BusDevice {
    const OFFSET: usize = <bus::Device<Nsim>>::VALUE_OFFSET;

    /// A device with that many ports at first, of that many queues each.
    pub(crate) fn new(port_count: u32, num_queues: u32) -> Self {
        BusDevice {
            _list: [0; 2],
            port_count,
            num_queues,
            _initial_net: 0,
            num_vfs: Atomic::new(0),
            _init: false,
        }
    }

    /// How many ports it has at first.
    pub(crate) fn port_count(&self) -> u32 {
        self.port_count
    }

    /// How many virtual functions it has.
    pub(crate) fn vfs(&self) -> u32 {
        self.num_vfs.load(Relaxed)
    }
}

/// Changes how many virtual functions a device has. Takes RTNL; the instance lock is held.
pub(crate) fn set_vfs(dev: &bus::Device<Nsim>, vfs: u32) {
    // SAFETY: Who holds RTNL waits for no lock that is held here.
    unsafe { bindings::rtnl_lock() };
    dev.value().num_vfs.store(vfs, Relaxed);
    // SAFETY: It was taken above.
    unsafe { bindings::rtnl_unlock() };
}

/// C finds the device's value where it expects it.
macro_rules! assert_layout {
    ($($field:ident = $c:ident),*) => {
        $(assert!(
            BusDevice::OFFSET + offset_of!(BusDevice, $field)
                == offset_of!(bindings::nsim_bus_dev, $c)
        );)*
    };
}

const _: () = {
    assert!(offset_of!(bindings::nsim_bus_dev, dev) == 0);
    assert_layout!(
        _list = list,
        port_count = port_count,
        num_queues = num_queues,
        _initial_net = initial_net,
        num_vfs = num_vfs,
        _init = init
    );
    // C finds this where it looks for a driver's private data, where the API puts `Data`.
    assert!(offset_of!(Data<'static>, c) == 0);
};

/// What is configured for virtual functions. C changes it, too.
pub(crate) struct VfConfigs(KBox<Opaque<[bindings::nsim_vf_config; MAX_VFS as usize]>>);

// SAFETY: Numbers, which belong to no thread.
unsafe impl Send for VfConfigs {}

// SAFETY: Its methods read and write each of the numbers in one go, as C does.
unsafe impl Sync for VfConfigs {}

impl VfConfigs {
    fn new() -> Result<Arc<Self>> {
        let configs = KBox::new(Opaque::zeroed(), GFP_KERNEL | __GFP_NOWARN)?;
        Ok(Arc::new(VfConfigs(configs), GFP_KERNEL)?)
    }

    /// That of a virtual function; `None` if there can be none of that number.
    fn get(&self, vf: u32) -> Option<*mut bindings::nsim_vf_config> {
        // CAST: The first of the array.
        let first: *mut bindings::nsim_vf_config = self.0.get().cast();
        (vf < MAX_VFS).then(|| first.wrapping_add(vf as usize))
    }

    /// The least rate of a virtual function.
    pub(crate) fn tx_share(&self, vf: u32) -> u16 {
        // SAFETY: It is one of the array.
        self.get(vf).map_or(0, |config| unsafe {
            (&raw const (*config).min_tx_rate).read_volatile()
        })
    }

    /// The highest rate of a virtual function.
    pub(crate) fn tx_max(&self, vf: u32) -> u16 {
        // SAFETY: It is one of the array.
        self.get(vf).map_or(0, |config| unsafe {
            (&raw const (*config).max_tx_rate).read_volatile()
        })
    }

    /// Changes the least rate of a virtual function.
    pub(crate) fn set_tx_share(&self, vf: u32, rate: u16) {
        if let Some(config) = self.get(vf) {
            // SAFETY: It is one of the array.
            unsafe { (&raw mut (*config).min_tx_rate).write_volatile(rate) };
        }
    }

    /// Changes the highest rate of a virtual function.
    pub(crate) fn set_tx_max(&self, vf: u32, rate: u16) {
        if let Some(config) = self.get(vf) {
            // SAFETY: It is one of the array.
            unsafe { (&raw mut (*config).max_tx_rate).write_volatile(rate) };
        }
    }
}

/// Fills `bytes` with random ones (`get_random_bytes()`).
pub(crate) fn random_bytes(bytes: &mut [u8]) {
    // SAFETY: There is room for as many.
    unsafe { bindings::get_random_bytes(bytes.as_mut_ptr().cast(), bytes.len()) };
}

/// `struct nsim_dev`, of which the parts in C use some fields.
///
/// # Invariants
///
/// It is initialized. It is the first field of a [`Data`], so where `devlink_priv()` points to.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Device {
    #[pin]
    c: Opaque<bindings::nsim_dev>,
    vf_configs: Arc<VfConfigs>,
    /// C has a pointer to it.
    _folder: Dir,
}

// SAFETY: It belongs to no thread: locks guard what C changes in it.
unsafe impl Send for Device {}

// SAFETY: Its methods change the mode of the eswitch only, in one go; what C changes it guards with
// locks.
unsafe impl Sync for Device {}

/// What C makes in the folder of a device, with pointers to its `struct nsim_dev`, and leaves there.
const DEVICE_FILES: &[&CStr] = &[
    c"bpf_bind_accept",
    c"bpf_bind_verifier_delay",
    c"bpf_bind_verifier_accept",
    c"bpf_bound_progs",
    c"udp_ports_sync_all",
    c"udp_ports_open_only",
    c"udp_ports_ipv4_only",
    c"udp_ports_shared",
    c"udp_ports_static_iana_vxlan",
];

impl Device {
    /// Makes what the parts in C have of a device, whose folder in debugfs is `folder`.
    ///
    /// To be the first field of a [`Data`], which is nothing but the private data of an instance.
    pub(crate) fn new<'a>(
        dev: &'a devlink::bus::Device<Nsim>,
        folder: &'a Dir,
    ) -> impl PinInit<Self, Error> + 'a {
        pin_init::pin_init_scope(move || {
            let vf_configs = VfConfigs::new()?;
            // CAST: A device on the bus begins with its `struct device`, as `nsim_bus_dev` does.
            let bus_dev: *mut bindings::nsim_bus_dev = dev.as_raw().cast();
            let c_configs = vf_configs.0.get().cast();
            let c_folder = raw_folder(folder)?;
            Ok(try_pin_init!(Device {
                c <- Opaque::try_ffi_init(move |c: *mut bindings::nsim_dev| {
                    // SAFETY: `c` is valid for writes; nobody else uses it yet.
                    unsafe { init(c, bus_dev, c_configs, c_folder) }
                }),
                vf_configs,
                _folder: folder.clone(),
            }? Error))
        })
    }

    pub(crate) fn as_raw(&self) -> *mut bindings::nsim_dev {
        self.c.get()
    }

    /// What is configured for virtual functions.
    pub(crate) fn vf_configs(&self) -> &Arc<VfConfigs> {
        &self.vf_configs
    }

    /// The identifier of the switch that the ports belong to.
    pub(crate) fn switch_id(&self) -> &[u8] {
        // SAFETY: It is initialized, and nobody changes that.
        unsafe { &(*self.c.get()).switch_id.id }
    }

    /// The mode of the eswitch.
    pub(crate) fn esw_mode(&self) -> EswitchMode {
        // SAFETY: It is initialized.
        let mode = unsafe { (&raw const (*self.c.get()).esw_mode).read_volatile() };
        if mode == EswitchMode::Switchdev as u16 {
            EswitchMode::Switchdev
        } else {
            EswitchMode::Legacy
        }
    }

    /// Changes the mode of the eswitch. The instance lock is held.
    pub(crate) fn set_esw_mode(&self, mode: EswitchMode) {
        // SAFETY: It is initialized. C only reads it.
        unsafe { (&raw mut (*self.c.get()).esw_mode).write_volatile(mode as u16) };
    }
}

/// # Safety
///
/// `c` is valid for writes, and does not move. `bus_dev`, `vf_configs` and `folder` are valid as
/// long as what this makes.
unsafe fn init(
    c: *mut bindings::nsim_dev,
    bus_dev: *mut bindings::nsim_bus_dev,
    vf_configs: *mut bindings::nsim_vf_config,
    folder: *mut bindings::dentry,
) -> Result {
    // SAFETY: By the requirements of this function. Zeros are valid for all of it.
    unsafe {
        c.write_bytes(0, 1);
        (*c).nsim_bus_dev = bus_dev;
        (*c).vfconfigs = vf_configs;
        (*c).ddir = folder;
        let id = &raw mut (*c).switch_id.id;
        (*c).switch_id.id_len = bindings::MAX_PHYS_ITEM_ID_LEN as u8;
        bindings::get_random_bytes(id.cast(), size_of_val(&*id));
        (*c).esw_mode = EswitchMode::Legacy as u16;
        bindings::__mutex_init(
            &raw mut (*c).progs_list_lock,
            c"&nsim_dev->progs_list_lock".as_char_ptr(),
            kernel::static_lock_class!().as_ptr(),
        );
        bindings::nsim_udp_tunnels_debugfs_create(c);
    }
    // SAFETY: The structure is complete, all but what this initializes.
    #[cfg(CONFIG_BPF_SYSCALL)]
    if let Err(error) = kernel::error::to_result(unsafe { bindings::nsim_bpf_dev_init(c) }) {
        remove_files(folder, DEVICE_FILES);
        return Err(error);
    }
    Ok(())
}

#[pinned_drop]
impl PinnedDrop for Device {
    fn drop(self: Pin<&mut Self>) {
        // SAFETY: `init` succeeded. There are no ports any more.
        #[cfg(CONFIG_BPF_SYSCALL)]
        unsafe {
            bindings::nsim_bpf_dev_exit(self.as_raw())
        };
        // SAFETY: It is initialized.
        remove_files(unsafe { (*self.as_raw()).ddir }, DEVICE_FILES);
    }
}

/// A folder as C wants it; an error if there is none.
fn raw_folder(folder: &Dir) -> Result<*mut bindings::dentry> {
    let raw = from_err_ptr(folder.as_raw())?;
    if raw.is_null() {
        return Err(ENOMEM);
    }
    Ok(raw)
}

/// Removes what C left in a folder, or did not make, and waits for those who use it.
fn remove_files(folder: *mut bindings::dentry, names: &[&CStr]) {
    for name in names {
        // SAFETY: Callers have a `Dir` that keeps the folder.
        unsafe { bindings::debugfs_lookup_and_remove(name.as_char_ptr(), folder) };
    }
}
