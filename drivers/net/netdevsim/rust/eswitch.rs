// SPDX-License-Identifier: GPL-2.0

//! The eswitch, and the virtual functions that it has ports for in switchdev mode.

use crate::{
    device::{
        Data,
        NetDevSim,
        Up, //
    },
    port::PortKind,
    seam::{
        self,
        MAX_VFS, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            EswitchMode,
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

/// Changes the mode.
pub(crate) fn set_mode(
    cx: &Locked<'_, NetDevSim>,
    mode: EswitchMode,
    extack: Extack<'_>,
) -> Result {
    if mode == cx.data().c.esw_mode() {
        return Ok(());
    }
    match mode {
        EswitchMode::Legacy => enter_legacy(cx),
        EswitchMode::Switchdev => enter_switchdev(cx, extack),
        EswitchMode::SwitchdevInactive => Err(EINVAL),
    }
}

/// A device that is down has no virtual functions, so that there is nothing to be made.
fn enter_switchdev(cx: &Locked<'_, NetDevSim>, extack: Extack<'_>) -> Result {
    cx.up(|up| add_ports(cx, up, extack)).unwrap_or(Ok(()))?;
    cx.data().c.set_esw_mode(EswitchMode::Switchdev);
    Ok(())
}

fn add_ports(cx: &Locked<'_, NetDevSim>, up: &Up<'_>, extack: Extack<'_>) -> Result {
    for vf in 0..cx.data().dev.value().vfs() {
        if let Err(error) = up.ports.add(cx, PortKind::Vf, vf, None) {
            pr_err!("Failed to initialize VF id={vf}. {}.\n", error.to_errno());
            up.ports.remove_vfs(cx)?;
            return Err(extack.err(
                c"netdevsim: Failed to initialize VFs' netdevsim ports",
                error,
            ));
        }
    }
    Ok(())
}

fn enter_legacy(cx: &Locked<'_, NetDevSim>) -> Result {
    cx.up(|up| {
        up.rates.clear(cx)?;
        up.ports.remove_vfs(cx)
    })
    .unwrap_or(Ok(()))?;
    cx.data().c.set_esw_mode(EswitchMode::Legacy);
    Ok(())
}

/// Gives the device that many virtual functions, as a user wants.
///
/// Fails with `ENODEV` while it is down.
pub(crate) fn configure_vfs(cx: &Locked<'_, NetDevSim>, vfs: u32) -> Result {
    let data = cx.data();
    let old = data.dev.value().vfs();
    if vfs == old {
        return Ok(());
    }
    if vfs != 0 && old != 0 {
        return Err(EBUSY);
    }
    if vfs > MAX_VFS {
        return Err(ENOMEM);
    }
    if !cx.is_up() {
        return Err(ENODEV);
    }
    seam::set_vfs(data.dev, vfs);
    match data.c.esw_mode() {
        EswitchMode::Switchdev if vfs == 0 => enter_legacy(cx),
        EswitchMode::Switchdev => {
            enter_switchdev(cx, Extack::NONE).inspect_err(|_| seam::set_vfs(data.dev, 0))
        }
        _ => Ok(()),
    }
}

/// Has the device's virtual functions end when it goes down. With them ends switchdev mode.
///
/// To be called when their ports can be made: when the device goes down, this ends first.
pub(crate) fn up(cx: &Bringup<'_, '_, NetDevSim>) -> Result {
    cx.keep(Functions(cx.data()))
}

struct Functions<'up, 'bound>(&'up Data<'bound>);

impl Drop for Functions<'_, '_> {
    fn drop(&mut self) {
        let data = self.0;
        if data.dev.value().vfs() != 0 {
            seam::set_vfs(data.dev, 0);
            data.c.set_esw_mode(EswitchMode::Legacy);
        }
    }
}
