// SPDX-License-Identifier: GPL-2.0

//! The bus, whose devices users make:
//!
//! ```text
//! echo "ID [PORTS [QUEUES]]" >/sys/bus/netdevsim/new_device
//! echo ID >/sys/bus/netdevsim/del_device
//! echo "NETNS_FD:IFINDEX NETNS_FD:IFINDEX" >/sys/bus/netdevsim/link_device
//! echo NETNS_FD:IFINDEX >/sys/bus/netdevsim/unlink_device
//! ```

use crate::{
    device::NetDevSim,
    eswitch,
    files,
    port::PortKind,
    scan::Scan,
    seam, //
};

use kernel::{
    bus::{
        Bus,
        BusAttribute,
        Control,
        Device,
        DeviceAttribute,
        Registration, //
    },
    debugfs::Dir,
    net::{
        device::ETH_ALEN,
        devlink::{
            self,
            bus::while_bound,
            Locked, //
        }, //
    },
    prelude::*,
    str::Formatter, //
};

/// The largest number that a device can have.
const MAX_ID: u64 = i32::MAX as u64;

/// The bus.
pub(crate) struct Nsim {
    /// The driver's folder in debugfs.
    pub(crate) folder: Dir,
}

#[vtable]
impl Bus for Nsim {
    const NAME: &'static CStr = c"netdevsim";

    type Value = seam::BusDevice;
    type Attributes = (NewDevice, DelDevice, LinkDevice, UnlinkDevice);
    type DeviceAttributes = (NumVfs, NewPort, DelPort);
    type Driver = devlink::bus::Adapter<NetDevSim>;

    fn num_vf(dev: &Device<Self>) -> u32 {
        dev.value().vfs()
    }
}

/// Registers the bus, and makes the driver's folder in debugfs.
pub(crate) fn register() -> Result<Registration<Nsim>> {
    let folder = Dir::new(Nsim::NAME);
    Registration::new(Ok(Nsim { folder }))
}

/// What C's `kstrtouint()` makes of what a user wrote.
fn number(text: &[u8]) -> Result<u32> {
    u32::try_from(files::number(text)?).map_err(|_| ERANGE)
}

/// Makes a device.
pub(crate) struct NewDevice;

#[vtable]
impl BusAttribute<Nsim> for NewDevice {
    const NAME: &'static CStr = c"new_device";

    fn store(bus: &Control<'_, Nsim>, text: &[u8]) -> Result {
        let mut scan = Scan::new(text);
        let Some(id) = scan.decimal() else {
            pr_err!(
                "Format for adding new device is \"id port_count num_queues\" (uint uint uint).\n"
            );
            return Err(EINVAL);
        };
        let ports = scan.decimal();
        let queues = ports.and_then(|_| scan.decimal());
        let id = checked_id(id)?;
        let value = seam::BusDevice::new(ports.unwrap_or(1), queues.unwrap_or(1));
        match bus.changes()?.add(id, Ok(value)) {
            Ok(_) => Ok(()),
            // The numbers of devices are what there is not enough of.
            Err(error) if error == EEXIST => Err(ENOSPC),
            Err(error) => Err(error),
        }
    }
}

fn checked_id(id: u32) -> Result<u32> {
    if u64::from(id) > MAX_ID {
        pr_err!("Value of \"id\" is too big.\n");
        return Err(EINVAL);
    }
    Ok(id)
}

/// Removes a device.
pub(crate) struct DelDevice;

#[vtable]
impl BusAttribute<Nsim> for DelDevice {
    const NAME: &'static CStr = c"del_device";

    fn store(bus: &Control<'_, Nsim>, text: &[u8]) -> Result {
        let Some(id) = Scan::new(text).decimal() else {
            pr_err!("Format for deleting device is \"id\" (uint).\n");
            return Err(EINVAL);
        };
        bus.changes()?.remove(checked_id(id)?)
    }
}

/// Has two netdevs get what the other one sends.
pub(crate) struct LinkDevice;

#[vtable]
impl BusAttribute<Nsim> for LinkDevice {
    const NAME: &'static CStr = c"link_device";

    fn store(_: &Control<'_, Nsim>, text: &[u8]) -> Result {
        let mut scan = Scan::new(text);
        let mut netdev = || scan.signed().zip(scan.after(b':').and_then(Scan::decimal));
        let Some((one, other)) = netdev().and_then(|one| Some((one, netdev()?))) else {
            pr_err!(
                "Format for linking two devices is \
                 \"netnsfd_a:ifidx_a netnsfd_b:ifidx_b\" (int uint int uint).\n"
            );
            return Err(EINVAL);
        };
        seam::link(one, other)
    }
}

/// Undoes that.
pub(crate) struct UnlinkDevice;

#[vtable]
impl BusAttribute<Nsim> for UnlinkDevice {
    const NAME: &'static CStr = c"unlink_device";

    fn store(_: &Control<'_, Nsim>, text: &[u8]) -> Result {
        let mut scan = Scan::new(text);
        let namespace = scan.decimal();
        let index = scan.after(b':').and_then(Scan::decimal);
        let Some((namespace, index)) = namespace.zip(index) else {
            pr_err!("Format for unlinking a device is \"netnsfd:ifidx\" (int uint).\n");
            return Err(EINVAL);
        };
        seam::unlink((namespace as i32, index))
    }
}

/// How many virtual functions the device has.
pub(crate) struct NumVfs;

#[vtable]
impl DeviceAttribute<Nsim> for NumVfs {
    const NAME: &'static CStr = c"sriov_numvfs";
    const MODE: u16 = 0o664;

    fn show(dev: &Device<Nsim>, out: &mut Formatter<'_>) -> Result {
        Ok(core::fmt::Write::write_fmt(
            out,
            fmt!("{}\n", dev.value().vfs()),
        )?)
    }

    fn store(dev: &Device<Nsim>, text: &[u8]) -> Result {
        let vfs = number(text)?;
        with_instance(dev, |cx| eswitch::configure_vfs(cx, vfs))
    }
}

/// Calls `f` with the instance lock of a device that is bound.
fn with_instance(dev: &Device<Nsim>, f: impl FnOnce(&Locked<'_, NetDevSim>) -> Result) -> Result {
    while_bound(dev, |device| device.lock(f)).unwrap_or(Err(ENOENT))
}

/// Adds a port.
pub(crate) struct NewPort;

#[vtable]
impl DeviceAttribute<Nsim> for NewPort {
    const NAME: &'static CStr = c"new_port";

    fn store(dev: &Device<Nsim>, text: &[u8]) -> Result {
        let (index, address) = new_port(text)?;
        with_instance(dev, |cx| {
            cx.up(|up| up.ports.add(cx, PortKind::Pf, index, address))
                .unwrap_or(Err(ENODEV))
        })
    }
}

/// The port's number, and its address if the user gave one.
fn new_port(text: &[u8]) -> Result<(u32, Option<[u8; ETH_ALEN]>)> {
    let mut scan = Scan::new(text);
    let mut address = [0; ETH_ALEN];
    let mut known = 0;
    if let Some(index) = scan.decimal() {
        for byte in &mut address {
            let before = if known == 0 {
                Some(&mut scan)
            } else {
                scan.after(b':')
            };
            let Some(value) = before.and_then(Scan::hex) else {
                break;
            };
            // What has more digits is cut off.
            *byte = value as u8;
            known += 1;
        }
        match known {
            0 => return Ok((index, None)),
            ETH_ALEN if is_station(&address) => return Ok((index, Some(address))),
            ETH_ALEN => {
                pr_err!("The supplied perm_addr is not a valid MAC address\n");
                return Err(EINVAL);
            }
            _ => {}
        }
    }
    pr_err!("Format for adding new port is \"id [perm_addr]\" (uint MAC).\n");
    Err(EINVAL)
}

/// Whether a station can have that address (`is_valid_ether_addr()`).
fn is_station(address: &[u8; ETH_ALEN]) -> bool {
    address[0] & 1 == 0 && *address != [0; ETH_ALEN]
}

/// Removes a port.
pub(crate) struct DelPort;

#[vtable]
impl DeviceAttribute<Nsim> for DelPort {
    const NAME: &'static CStr = c"del_port";

    fn store(dev: &Device<Nsim>, text: &[u8]) -> Result {
        let index = number(text)?;
        with_instance(dev, |cx| {
            cx.up(|up| up.ports.remove(cx, index))
                .unwrap_or(Err(ENODEV))
        })
    }
}
