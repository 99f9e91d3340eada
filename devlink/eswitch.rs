// SPDX-License-Identifier: GPL-2.0

//! `devlink dev eswitch`: how the switch inside the device forwards between its functions.

use crate::{
    driver::access::{
        InstanceLocked,
        Operating, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::command::{
        Command,
        Driver,
        Lookup,
        Request, //
    },
};

use kernel::{
    net::netlink::writer::Writer,
    prelude::*, //
};

/// What the driver says about the eswitch; what it has no way to say is `None`.
#[derive(Default)]
struct Eswitch {
    /// `enum devlink_eswitch_mode`.
    mode: Option<u16>,
    /// `enum devlink_eswitch_inline_mode`: how much of a packet's head the device needs inline.
    inline_mode: Option<u8>,
    /// `enum devlink_eswitch_encap_mode`: whether the device encapsulates.
    encap_mode: Option<u8>,
}

impl Eswitch {
    /// Asks the driver.
    fn fetch(devlink: InstanceLocked<'_>) -> Result<Self> {
        let ops = devlink.ops();
        Ok(Eswitch {
            mode: ops.eswitch_mode()?,
            inline_mode: ops.eswitch_inline_mode()?,
            encap_mode: ops.eswitch_encap_mode()?,
        })
    }

    fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        devlink.put_handle(out)?;
        out.put_opt(attr::ESWITCH_MODE, self.mode)?;
        out.put_opt(attr::ESWITCH_INLINE_MODE, self.inline_mode)?;
        out.put_opt(attr::ESWITCH_ENCAP_MODE, self.encap_mode)
    }
}

/// `DEVLINK_CMD_ESWITCH_GET`.
pub(crate) struct Get;

impl Command for Get {
    /// A driver without an eswitch is not waited for.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        if !active.ops().answers_about_eswitch() {
            return request.reply(Cmd::EswitchGet, |out| Eswitch::default().fill(&active, out));
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let devlink = devlink.operate(request.name())?;
        let eswitch = Eswitch::fetch(devlink.locked())?;
        request.reply(Cmd::EswitchGet, |out| eswitch.fill(&devlink, out))
    }
}

/// `DEVLINK_CMD_ESWITCH_SET`.
pub(crate) struct Set;

impl Command for Set {
    type Access = Driver;

    /// Sets one after the other; what was set before one of them failed stays.
    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        let ops = devlink.ops();

        if let Some(mode) = attrs.get(attr::ESWITCH_MODE) {
            if !ops.can_set_eswitch_mode() {
                return Err(EOPNOTSUPP);
            }
            // Rate nodes group functions that go away with the mode.
            devlink.rates.check_no_nodes(extack)?;
            ops.set_eswitch_mode(mode, extack)?;
        }
        if let Some(inline_mode) = attrs.get(attr::ESWITCH_INLINE_MODE) {
            ops.set_eswitch_inline_mode(inline_mode, extack)?;
        }
        if let Some(encap_mode) = attrs.get(attr::ESWITCH_ENCAP_MODE) {
            ops.set_eswitch_encap_mode(encap_mode, extack)?;
        }
        Ok(())
    }
}
