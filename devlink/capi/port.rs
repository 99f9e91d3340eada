// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_port`, and netdev events.
//!
//! The driver embeds `struct devlink_port`. From register to unregister its field `list.next` owns
//! a reference to the [`Port`]; `region_list.next` owns one to what hangs on the port from when
//! something does to `devlink_port_fini()` or unregister. The fields that drivers and the rest of
//! the kernel read (`index`, `attrs`, `type`, …) are kept up to date for them; the core reads them
//! at registration and not after.

use super::{
    instance::{
        devlink_ref,
        locked_ref, //
    },
    linecard::linecard_index_of, //
};

use crate::{
    driver::{
        access::InstanceLocked,
        ib_device::IbDevice,
        port::{
            registered_port,
            DriverPort, //
        },
    },
    generated::Cmd,
    health,
    instance::Devlink,
    port::{
        flavour,
        Attached,
        Attributes,
        Children,
        Flavour,
        Netdev,
        Port,
        WiredFlavour, //
    },
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
    net::netlink::writer::Writer,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
    warn_on,
    warn_on_once, //
};

use core::{
    ffi::c_void,
    ptr::{
        self,
        NonNull, //
    },
};

/// Warn after an hour that a port has no type.
const TYPE_WARN_SECONDS: c_ulong = 3600;

/// The instance of a port that was initialised or registered.
///
/// # Safety
///
/// `port` is valid and so is its instance, for `'a`.
pub(crate) unsafe fn port_devlink<'a>(port: *mut bindings::devlink_port) -> &'a Devlink {
    // SAFETY: The caller promises that the instance is valid, and that what is pointed to is valid.
    unsafe { devlink_ref((*port).devlink) }
}

/// What hangs on the port, made now if nothing did.
///
/// # Safety
///
/// `port` is valid, was zeroed before its first use and was initialised since, so that its instance
/// is valid, and its driver uses it in no other thread at the moment.
pub(crate) unsafe fn port_children(port: *mut bindings::devlink_port) -> Result<Arc<Children>> {
    // SAFETY: The caller promises that the port and its instance are valid, that the port is not
    // unregistered meanwhile, and that nobody else uses what hangs on it. `region_list.next` is
    // null or owns a reference.
    unsafe {
        if let Some(children) = existing_children(port) {
            return Ok(children);
        }
        let children = Children::new(port_devlink(port))?;
        (*port).region_list.next = Arc::into_raw(children.clone()).cast_mut().cast();
        if let Some(registered) = registered_port(port) {
            registered.adopt(children.clone());
        }
        Ok(children)
    }
}

/// What hangs on the port, if something ever did.
///
/// # Safety
///
/// As for [`port_children`].
pub(crate) unsafe fn existing_children(port: *mut bindings::devlink_port) -> Option<Arc<Children>> {
    // SAFETY: The caller promises that what is pointed to is valid. `region_list.next` is null or
    // owns a reference.
    unsafe {
        let children = (*port).region_list.next.cast::<Children>();
        (!children.is_null()).then(|| ArcBorrow::from_raw(children).into())
    }
}

/// Gives up what hangs on the port, which should be nothing.
///
/// # Safety
///
/// As for [`port_children`].
unsafe fn drop_children(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that what is pointed to is valid. `region_list.next` is null or
    // owns a reference.
    unsafe {
        let slot = &raw mut (*port).region_list.next;
        if !(*slot).is_null() {
            drop(Arc::from_raw((*slot).cast::<Children>()));
            *slot = ptr::null_mut();
        }
    }
}

/// Gives up what would hang on the port if nothing does: not every driver that registers a port
/// calls `devlink_port_fini()`.
///
/// # Safety
///
/// As for [`port_children`].
unsafe fn drop_unused_children(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that what is pointed to is valid. `region_list.next` is null or
    // owns a reference.
    unsafe {
        let children = (*port).region_list.next.cast::<Children>();
        if children
            .as_ref()
            .is_some_and(|children| children.is_empty())
        {
            drop_children(port);
        }
    }
}

/// Reads what the driver said about a port.
fn attributes(raw: &bindings::devlink_port_attrs) -> Attributes {
    // SAFETY: The flavour tells which member of the union is valid, and each is plain numbers.
    let flavour = unsafe {
        let numbers = &raw.__bindgen_anon_1;
        let wired = |flavour| Flavour::Wired {
            flavour,
            number: numbers.phys.port_number,
            split_subport: (raw.split() != 0).then_some(numbers.phys.split_subport_number),
        };
        match raw.flavour as u16 {
            flavour::PHYSICAL => wired(WiredFlavour::Physical),
            flavour::CPU => wired(WiredFlavour::Cpu),
            flavour::DSA => wired(WiredFlavour::Dsa),
            flavour::PCI_PF => Flavour::PciPf {
                controller: numbers.pci_pf.controller,
                pf: numbers.pci_pf.pf,
                external: numbers.pci_pf.external() != 0,
            },
            flavour::PCI_VF => Flavour::PciVf {
                controller: numbers.pci_vf.controller,
                pf: numbers.pci_vf.pf,
                vf: numbers.pci_vf.vf,
                external: numbers.pci_vf.external() != 0,
            },
            flavour::PCI_SF => Flavour::PciSf {
                controller: numbers.pci_sf.controller,
                pf: numbers.pci_sf.pf,
                sf: numbers.pci_sf.sf,
                external: numbers.pci_sf.external() != 0,
            },
            other => Flavour::Other(other),
        }
    };
    Attributes {
        flavour,
        lanes: raw.lanes,
        split: raw.split() != 0,
        splittable: raw.splittable() != 0,
        no_phys_port_name: raw.no_phys_port_name() != 0,
    }
}

/// # Safety
///
/// `port` is valid.
unsafe fn attributes_of(port: *const bindings::devlink_port) -> Option<Attributes> {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe { ((*port).attrs_set() != 0).then(|| attributes(&(*port).attrs)) }
}

/// Prepares a port for what may be attached to it before it is registered. Need not be called.
///
/// # Safety
///
/// `devlink` is a valid instance, `port` is valid and was zeroed before its first use.
#[export]
pub unsafe extern "C" fn devlink_port_init(
    devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        if (*port).initialized() == 0 {
            (*port).devlink = devlink;
            (*port).set_initialized(1);
        }
    }
}

/// Undoes `devlink_port_init()`.
///
/// # Safety
///
/// `port` is valid and unregistered, and its driver uses it in no other thread at the moment.
#[export]
pub unsafe extern "C" fn devlink_port_fini(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        let slot = (*port).region_list.next.cast::<Children>();
        warn_on!(slot.as_ref().is_some_and(|children| !children.is_empty()));
        drop_children(port);
    }
}

/// Registers a port; the driver holds the instance lock.
///
/// # Safety
///
/// `devlink` is a valid instance whose lock the caller holds, `port` is valid, was zeroed before
/// its first use and stays valid until it is unregistered, and so do `ops`, which may be null.
#[export]
pub unsafe extern "C" fn devl_port_register_with_ops(
    devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    port_index: c_uint,
    ops: *const bindings::devlink_port_ops,
) -> c_int {
    static NO_OPS: bindings::devlink_port_ops = pin_init::zeroed();

    from_result(|| {
        // SAFETY: The caller promises that the instance is valid and its lock held.
        let locked = unsafe { locked_ref(devlink) };
        // SAFETY: The caller promises that what is pointed to is valid.
        let registered = unsafe { (*port).registered() } != 0;
        if warn_on_once!(registered) {
            return Err(EBUSY);
        }
        // SAFETY: The caller promises that nobody else uses what hangs on the port, and that what
        // is pointed to is valid.
        let (attributes, linecard, driver, children) = unsafe {
            devlink_port_init(devlink, port);
            (*port).index = port_index;
            (*port).ops = if ops.is_null() { &NO_OPS } else { ops };
            bindings::devlink_port_type_lock_init(port);
            (
                attributes_of(port),
                linecard_index_of(port),
                DriverPort::new(NonNull::new(port).ok_or(EINVAL)?, (*port).ops, locked),
                existing_children(port),
            )
        };
        let should_have_type = attributes.is_none_or(|a| a.should_have_type());
        let registered = Port::new(port_index, attributes, linecard, driver, children)?;
        locked.ports.insert(port_index, registered.clone())?;
        // SAFETY: The caller promises that what is pointed to is valid. `list.next` takes over the
        // reference.
        unsafe {
            (*port).list.next = Arc::into_raw(registered.clone()).cast_mut().cast();
            (*port).set_registered(1);
            bindings::devlink_port_init_type_warn(port, Some(type_warn));
            if should_have_type {
                bindings::devlink_port_schedule_type_warn(port, TYPE_WARN_SECONDS);
            }
        }
        registered.refresh_and_notify(locked, Cmd::PortNew);
        Ok(0)
    })
}

/// Registers a port.
///
/// # Safety
///
/// As for `devl_port_register_with_ops()`.
#[export]
pub unsafe extern "C" fn devlink_port_register_with_ops(
    devlink: *mut bindings::devlink,
    port: *mut bindings::devlink_port,
    port_index: c_uint,
    ops: *const bindings::devlink_port_ops,
) -> c_int {
    // SAFETY: The caller promises that the instance is valid.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_port_register_with_ops(devlink, port, port_index, ops) }
}

/// Unregisters a port; the driver holds the instance lock. When this returns, nobody calls the
/// driver about the port any more.
///
/// # Safety
///
/// `port` is a registered port.
#[export]
pub unsafe extern "C" fn devl_port_unregister(port: *mut bindings::devlink_port) {
    // SAFETY: A registered port is valid and has an instance, whose lock the driver holds.
    let (locked, registered) = unsafe {
        (
            InstanceLocked::assume_held(port_devlink(port)),
            registered_port(port),
        )
    };
    let Some(registered) = registered else {
        warn_on!(true);
        return;
    };
    warn_on!(registered.type_number() != Attached::NotSet.type_number());
    // SAFETY: The work was initialised when the port was registered.
    unsafe { bindings::devlink_port_cancel_type_warn(port) };
    registered.refresh_unknown(locked);
    registered.notify(&locked, Cmd::PortDel);
    locked.ports.remove(registered.index());
    if let Some(reporters) = registered.reporters() {
        // They refer to the port by its index only.
        warn_on!(!reporters.is_empty());
        health::forget_all(locked, reporters);
    }
    registered.driver().owner().leave(locked);
    locked.sbs.forget_port(locked, registered.index());
    // SAFETY: `list.next` owns a reference while `registered` is set; both end here.
    unsafe {
        (*port).set_registered(0);
        drop(Arc::from_raw((*port).list.next.cast::<Port>()));
        (*port).list.next = ptr::null_mut();
        drop_unused_children(port);
    }
}

/// Unregisters a port.
///
/// # Safety
///
/// `port` is a registered port.
#[export]
pub unsafe extern "C" fn devlink_port_unregister(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that the port was initialised, so that its instance is valid.
    let _guard = unsafe { port_devlink(port) }.lock();
    // SAFETY: What that function asks for is what the caller promises, and the lock, which is held.
    unsafe { devl_port_unregister(port) };
}

/// # Safety
///
/// To be called as the delayed work of a registered port.
unsafe extern "C" fn type_warn(work: *mut bindings::work_struct) {
    // SAFETY: The caller promises that the port was initialised, so that its instance is valid.
    // Unregister cancels the work and waits for it.
    unsafe {
        let port = bindings::devlink_port_of_type_warn(work);
        port_devlink(port).warn(fmt!("Type was not set for devlink port.\n"));
    }
}

/// Sets what is attached to a port, also in the driver's structure.
///
/// # Safety
///
/// `port` is valid and not unregistered meanwhile; `netdev` and `ibdev` are null or valid, `ibdev`
/// as long as it is attached, and with a `netdev` RTNL is held.
unsafe fn attach(
    port: *mut bindings::devlink_port,
    type_: bindings::devlink_port_type,
    netdev: *mut bindings::net_device,
    ibdev: *mut bindings::ib_device,
) {
    const NOTSET: bindings::devlink_port_type =
        bindings::devlink_port_type_DEVLINK_PORT_TYPE_NOTSET;

    // SAFETY: The caller promises that the port is valid and not unregistered meanwhile.
    let Some(registered) = (unsafe { registered_port(port) }) else {
        warn_on_once!(true);
        return;
    };
    // SAFETY: The caller promises that the port was initialised, so that its instance is valid. A
    // registered port has an instance.
    let devlink = unsafe { port_devlink(port) };
    let should_have_type = registered.attributes().is_none_or(|a| a.should_have_type());
    // SAFETY: The caller promises that port and netdev are valid; the work was initialised at
    // registration.
    unsafe {
        if type_ != NOTSET {
            bindings::devlink_port_cancel_type_warn(port);
        } else if should_have_type {
            bindings::devlink_port_schedule_type_warn(port, TYPE_WARN_SECONDS);
        }
        if type_ == bindings::devlink_port_type_DEVLINK_PORT_TYPE_ETH && !netdev.is_null() {
            bindings::devlink_port_check_netdev_ops(netdev);
        }
    }
    let attached = match type_ {
        NOTSET => Attached::NotSet,
        bindings::devlink_port_type_DEVLINK_PORT_TYPE_ETH => {
            // SAFETY: The caller promises that the netdev is null or valid, and that RTNL is held,
            // which keeps index and name as they are.
            Attached::Eth(unsafe { netdev.as_ref() }.map(|netdev| Netdev {
                ifindex: netdev.ifindex as u32,
                name: netdev.name,
            }))
        }
        bindings::devlink_port_type_DEVLINK_PORT_TYPE_IB => {
            // SAFETY: The caller keeps `ibdev` valid as long as it is attached.
            Attached::Ib(unsafe { IbDevice::from_raw(ibdev) })
        }
        _ => Attached::Auto,
    };
    registered.attach(devlink, attached, || {
        // SAFETY: The caller promises that port, netdev and InfiniBand device are valid. The helper
        // takes the lock that keeps the fields consistent for those who read them in softirq.
        unsafe { bindings::devlink_port_mirror_type(port, type_, netdev, ibdev) }
    });
}

/// A netdev's events say what its port is; a driver that says so itself has no netdev.
///
/// # Safety
///
/// `port` is valid, its instance too.
unsafe fn warn_no_netdev(port: *mut bindings::devlink_port, what: &str) {
    // SAFETY: The caller promises that the port was initialised, so that its instance is valid, and
    // that what is pointed to is valid.
    let (devlink, index) = unsafe { (port_devlink(port), (*port).index) };
    devlink.warn(fmt!(
        "devlink port type for port {index} {what} without a software interface reference, \
         device type not supported by the kernel?\n"
    ));
}

/// Says that a port is an Ethernet port, without saying which netdev it has.
///
/// # Safety
///
/// `port` is valid and not unregistered meanwhile.
#[export]
pub unsafe extern "C" fn devlink_port_type_eth_set(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that the port is valid and not unregistered meanwhile.
    unsafe {
        warn_no_netdev(port, "set to Ethernet");
        attach(
            port,
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_ETH,
            ptr::null_mut(),
            ptr::null_mut(),
        );
    }
}

/// Says that a port is an InfiniBand port with the device `ibdev`.
///
/// # Safety
///
/// `port` is valid and not unregistered meanwhile; `ibdev` is null, or valid until something else
/// or nothing is attached to the port.
#[export]
pub unsafe extern "C" fn devlink_port_type_ib_set(
    port: *mut bindings::devlink_port,
    ibdev: *mut bindings::ib_device,
) {
    // SAFETY: The caller promises that the port is valid and not unregistered meanwhile.
    unsafe {
        attach(
            port,
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_IB,
            ptr::null_mut(),
            ibdev,
        );
    }
}

/// Says that nothing is attached to a port.
///
/// # Safety
///
/// `port` is valid and not unregistered meanwhile.
#[export]
pub unsafe extern "C" fn devlink_port_type_clear(port: *mut bindings::devlink_port) {
    // SAFETY: The caller promises that the port is valid and not unregistered meanwhile, and that
    // what is pointed to is valid.
    unsafe {
        if (*port).type_ == bindings::devlink_port_type_DEVLINK_PORT_TYPE_ETH {
            warn_no_netdev(port, "cleared");
        }
        attach(
            port,
            bindings::devlink_port_type_DEVLINK_PORT_TYPE_NOTSET,
            ptr::null_mut(),
            ptr::null_mut(),
        );
    }
}

/// What happens to the netdev of a port.
///
/// # Safety
///
/// To be called by the netdev notifier chain, with RTNL held.
unsafe extern "C" fn netdev_event(
    _block: *mut bindings::notifier_block,
    event: c_ulong,
    info: *mut c_void,
) -> c_int {
    use bindings::{
        devlink_port_type_DEVLINK_PORT_TYPE_ETH as ETH,
        devlink_port_type_DEVLINK_PORT_TYPE_NOTSET as NOTSET, //
    };

    // SAFETY: The chain passes a valid netdev; its port stays registered as long as the netdev
    // refers to it.
    unsafe {
        let netdev = bindings::netdev_notifier_info_to_dev(info.cast());
        let port = (*netdev).devlink_port;
        if port.is_null() {
            return bindings::NOTIFY_OK as c_int;
        }
        // A port that is not registered was warned about before, and may have no instance.
        let in_our_net = || {
            registered_port(port).is_some()
                && port_devlink(port).net().as_raw() == bindings::dev_net(netdev)
        };
        let none = ptr::null_mut();
        match event as bindings::netdev_cmd {
            // Not visible yet: the type is known, the netdev is named when it is registered.
            bindings::netdev_cmd_NETDEV_POST_INIT => attach(port, ETH, none, ptr::null_mut()),
            // A netdev that moves between namespaces is unregistered and registered as well.
            bindings::netdev_cmd_NETDEV_REGISTER | bindings::netdev_cmd_NETDEV_CHANGENAME => {
                if in_our_net() {
                    attach(port, (*port).type_, netdev, ptr::null_mut());
                }
            }
            bindings::netdev_cmd_NETDEV_UNREGISTER => {
                if in_our_net() {
                    attach(port, (*port).type_, none, ptr::null_mut());
                }
            }
            bindings::netdev_cmd_NETDEV_PRE_UNINIT => attach(port, NOTSET, none, ptr::null_mut()),
            _ => {}
        }
    }
    bindings::NOTIFY_OK as c_int
}

/// Listens to netdev events for as long as the kernel runs.
pub(super) fn watch_netdevs() -> Result {
    struct Block(core::cell::UnsafeCell<bindings::notifier_block>);
    // SAFETY: Only the notifier chain uses the block, under its own lock.
    unsafe impl Sync for Block {}

    static BLOCK: Block = Block(core::cell::UnsafeCell::new(bindings::notifier_block {
        notifier_call: Some(netdev_event),
        next: ptr::null_mut(),
        priority: 0,
    }));

    // SAFETY: The block is static and registered once.
    to_result(unsafe { bindings::register_netdevice_notifier(BLOCK.0.get()) })
}

/// Sets what the driver says about a port, before it registers it.
///
/// # Safety
///
/// `port` and `attrs` are valid.
#[export]
pub unsafe extern "C" fn devlink_port_attrs_set(
    port: *mut bindings::devlink_port,
    attrs: *const bindings::devlink_port_attrs,
) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        warn_on!((*attrs).splittable() != 0 && (*attrs).split() != 0);
        (*port).attrs = *attrs;
        set_flavour(port, (*attrs).flavour);
    }
}

/// # Safety
///
/// `port` is valid.
unsafe fn set_flavour(port: *mut bindings::devlink_port, flavour: bindings::devlink_port_flavour) {
    const MAX: u8 = bindings::MAX_PHYS_ITEM_ID_LEN as u8;

    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        (*port).set_attrs_set(1);
        (*port).attrs.flavour = flavour;
        let switch_id = &mut (*port).attrs.switch_id;
        let is_switch_port = switch_id.id_len != 0;
        if warn_on!(switch_id.id_len > MAX) {
            switch_id.id_len = MAX;
        }
        (*port).set_switch_port(is_switch_port.into());
    }
}

/// Says that a port leads to a PCI physical function.
///
/// # Safety
///
/// `port` is valid.
#[export]
pub unsafe extern "C" fn devlink_port_attrs_pci_pf_set(
    port: *mut bindings::devlink_port,
    controller: u32,
    pf: u16,
    external: bool,
) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        set_flavour(port, flavour::PCI_PF.into());
        let attrs = &mut (*port).attrs.__bindgen_anon_1.pci_pf;
        attrs.controller = controller;
        attrs.pf = pf;
        attrs.set_external(external.into());
    }
}

/// Says that a port leads to a PCI virtual function.
///
/// # Safety
///
/// `port` is valid.
#[export]
pub unsafe extern "C" fn devlink_port_attrs_pci_vf_set(
    port: *mut bindings::devlink_port,
    controller: u32,
    pf: u16,
    vf: u16,
    external: bool,
) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        set_flavour(port, flavour::PCI_VF.into());
        let attrs = &mut (*port).attrs.__bindgen_anon_1.pci_vf;
        attrs.controller = controller;
        attrs.pf = pf;
        attrs.vf = vf;
        attrs.set_external(external.into());
    }
}

/// Says that a port leads to a PCI subfunction.
///
/// # Safety
///
/// `port` is valid.
#[export]
pub unsafe extern "C" fn devlink_port_attrs_pci_sf_set(
    port: *mut bindings::devlink_port,
    controller: u32,
    pf: u16,
    sf: u32,
    external: bool,
) {
    // SAFETY: The caller promises that what is pointed to is valid.
    unsafe {
        warn_on_once!((*port).registered() != 0);
        set_flavour(port, flavour::PCI_SF.into());
        let attrs = &mut (*port).attrs.__bindgen_anon_1.pci_sf;
        attrs.controller = controller;
        attrs.pf = pf;
        attrs.sf = sf;
        attrs.set_external(external.into());
    }
}

/// Writes the name of a netdev's port into `name`; called with RTNL held.
///
/// # Safety
///
/// `dev` is valid, `name` has room for `len` bytes.
#[export]
pub unsafe extern "C" fn devlink_compat_phys_port_name_get(
    dev: *mut bindings::net_device,
    name: *mut c_char,
    len: usize,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the netdev is valid, and room for `len` bytes. RTNL
        // keeps the port while the netdev refers to it, and what is read never changes after
        // registration.
        let (attributes, linecard, name) = unsafe {
            bindings::assert_rtnl();
            let port = (*dev).devlink_port;
            if port.is_null() {
                return Err(EOPNOTSUPP);
            }
            (
                attributes_of(port).ok_or(EOPNOTSUPP)?,
                linecard_index_of(port),
                core::slice::from_raw_parts_mut(name.cast::<u8>(), len),
            )
        };
        let mut text = kernel::str::NullTerminatedFormatter::new(name).ok_or(EINVAL)?;
        attributes.write_phys_port_name(linecard, &mut text)?;
        Ok(0)
    })
}

/// Stores the switch that a netdev's port belongs to.
///
/// # Safety
///
/// `dev` and `ppid` are valid, and RTNL or a reference keeps the netdev.
#[export]
pub unsafe extern "C" fn devlink_compat_switch_id_get(
    dev: *mut bindings::net_device,
    ppid: *mut bindings::netdev_phys_item_id,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that what is pointed to is valid. What is read never changes
        // after registration.
        unsafe {
            let port = (*dev).devlink_port;
            if port.is_null() || (*port).switch_port() == 0 {
                return Err(EOPNOTSUPP);
            }
            *ppid = (*port).attrs.switch_id;
        }
        Ok(0)
    })
}

/// The instance of a netdev's port, if the port was ever initialised.
///
/// # Safety
///
/// `port` is valid and so is its instance, for `'a`.
unsafe fn netdev_port_devlink<'a>(port: *mut bindings::devlink_port) -> Option<&'a Devlink> {
    // SAFETY: The caller promises that the port was initialised, so that its instance is valid, and
    // that what is pointed to is valid.
    unsafe { (!(*port).devlink.is_null()).then(|| port_devlink(port)) }
}

/// Writes what names a port into a message of rtnetlink.
///
/// # Safety
///
/// `msg` is a netlink buffer that only the caller uses; `port` is valid, its instance too.
#[export]
pub unsafe extern "C" fn devlink_nl_port_handle_fill(
    msg: *mut bindings::sk_buff,
    port: *mut bindings::devlink_port,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that what is pointed to is valid.
        let (mut out, devlink, index) = unsafe {
            (
                Writer::from_raw(NonNull::new(msg).ok_or(EINVAL)?),
                netdev_port_devlink(port),
                (*port).index,
            )
        };
        if let Some(devlink) = devlink {
            devlink.put_handle(&mut out)?;
            out.put(crate::generated::attr::PORT_INDEX, index)?;
        }
        Ok(0)
    })
}

/// How many bytes `devlink_nl_port_handle_fill()` writes at most.
///
/// # Safety
///
/// `port` is valid, its instance too.
#[export]
pub unsafe extern "C" fn devlink_nl_port_handle_size(port: *mut bindings::devlink_port) -> usize {
    let attr = |payload: usize| (size_of::<bindings::nlattr>() + payload).next_multiple_of(4);
    // SAFETY: The caller promises that the port and its instance are valid.
    let Some(devlink) = (unsafe { netdev_port_devlink(port) }) else {
        return 0;
    };
    attr(devlink.bus_name().to_bytes_with_nul().len())
        + attr(devlink.dev_name().to_bytes_with_nul().len())
        + attr(size_of::<u64>())
        + attr(size_of::<u32>())
}
