// SPDX-License-Identifier: GPL-2.0

//! `devlink dev flash`: the driver writes a firmware file to the device.
//!
//! That may take minutes. The instance lock is held all the time, as C drivers expect, but no lock
//! of the core is: readers go on meanwhile, and dumps do not wait.

use crate::{
    driver::{
        access::{
            InstanceLocked,
            Operating, //
        },
        flash::{
            Firmware,
            Job, //
        },
        info::InfoRequest, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        self,
        command::{
            Command,
            Driver,
            Request, //
        },
    },
};

use kernel::{
    net::netlink::{
        attr::NlAttr,
        extack::Extack, //
    },
    prelude::*, //
};

/// How far a driver has got with a flash.
#[derive(Default)]
pub(crate) struct Progress<'a> {
    /// What it is doing.
    pub(crate) message: Option<&'a CStr>,
    /// To which part of the device.
    pub(crate) component: Option<&'a CStr>,
    /// How much of it is done, in units of the driver's choice.
    pub(crate) done: u64,
    /// How much there is to do.
    pub(crate) total: u64,
    /// For how many seconds nothing more may be heard.
    pub(crate) timeout: u64,
}

/// `DEVLINK_CMD_FLASH_UPDATE`.
pub(crate) struct Update;

impl Command for Update {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let ops = devlink.ops();

        if !ops.can_flash() {
            return Err(EOPNOTSUPP);
        }
        let (Some(file_attr), Some(file_name)) = (
            attrs.raw(attr::FLASH_UPDATE_FILE_NAME),
            attrs.get(attr::FLASH_UPDATE_FILE_NAME),
        ) else {
            return Err(extack.missing(attr::FLASH_UPDATE_FILE_NAME));
        };
        let component = attrs.get(attr::FLASH_UPDATE_COMPONENT);
        if let (Some(attr), Some(name)) = (attrs.raw(attr::FLASH_UPDATE_COMPONENT), component) {
            check_component(devlink.locked(), attr, name, extack)?;
        }
        let overwrite = attrs.get(attr::FLASH_UPDATE_OVERWRITE_MASK);
        if let Some(attr) = attrs
            .raw(attr::FLASH_UPDATE_OVERWRITE_MASK)
            .filter(|_| !ops.supports_flash_overwrite())
        {
            return Err(extack.err_attr(
                attr,
                c"overwrite settings are not supported by this device",
                EOPNOTSUPP,
            ));
        }
        let firmware = Firmware::request(&devlink, file_name).map_err(|error| {
            extack.err_attr(
                file_attr,
                c"failed to locate the requested firmware file",
                error,
            )
        })?;
        let job = Job {
            firmware: &firmware,
            component,
            overwrite_mask: overwrite.map_or(0, |bits| bits.value & bits.selector),
        };
        flash(devlink.locked(), &job, extack)
    }
}

/// Whether the device has a component of this name that can be flashed.
fn check_component(
    devlink: InstanceLocked<'_>,
    attr: &NlAttr,
    name: &CStr,
    extack: Extack<'_>,
) -> Result {
    if !devlink.ops().answers_info() {
        return Err(extack.err_attr(
            attr,
            c"component update is not supported by this device",
            EOPNOTSUPP,
        ));
    }
    let mut request = InfoRequest::FindComponent { name, found: false };
    devlink.ops().info_get(&mut request, Extack::NONE)?;
    if !matches!(request, InfoRequest::FindComponent { found: true, .. }) {
        return Err(extack.err_attr(
            attr,
            c"selected component is not supported by this device",
            EINVAL,
        ));
    }
    Ok(())
}

/// Has the driver flash, and tells listeners when it begins and ends.
fn flash(devlink: InstanceLocked<'_>, job: &Job<'_>, extack: Extack<'_>) -> Result {
    devlink.notify_flash(Cmd::FlashUpdate);
    let flashed = devlink.ops().flash_update(job, extack);
    // There may be other versions now, also if it failed half-way.
    devlink.info.forget(devlink);
    devlink.notify_flash(Cmd::FlashUpdateEnd);
    flashed
}

impl Devlink {
    /// Flashes the file of this name to the whole device (`ethtool -f`); [`ENODEV`] if users do
    /// not know of the instance.
    ///
    /// Waits for the instance lock; a signal that ends the process ends that with [`EINTR`].
    pub(crate) fn flash_file(&self, file_name: &CStr) -> Result {
        let devlink = self.operate("flash-update")?;
        if !devlink.ops().can_flash() {
            return Err(EOPNOTSUPP);
        }
        let firmware = Firmware::request(&devlink, file_name)?;
        let job = Job {
            firmware: &firmware,
            component: None,
            overwrite_mask: 0,
        };
        flash(devlink.locked(), &job, Extack::NONE)
    }

    /// Tells listeners that a flash begins or ends.
    fn notify_flash(&self, cmd: Cmd) {
        netlink::notify::send(self, cmd, None, |out| self.put_handle(out));
    }

    /// Tells listeners how far a flash has got.
    pub(crate) fn notify_flash_progress(&self, progress: &Progress<'_>) {
        netlink::notify::send(self, Cmd::FlashUpdateStatus, None, |out| {
            self.put_handle(out)?;
            out.put_opt(attr::FLASH_UPDATE_STATUS_MSG, progress.message)?;
            out.put_opt(attr::FLASH_UPDATE_COMPONENT, progress.component)?;
            out.put(attr::FLASH_UPDATE_STATUS_DONE, progress.done)?;
            out.put(attr::FLASH_UPDATE_STATUS_TOTAL, progress.total)?;
            out.put(attr::FLASH_UPDATE_STATUS_TIMEOUT, progress.timeout)
        });
    }
}
