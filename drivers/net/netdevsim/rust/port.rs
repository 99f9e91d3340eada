// SPDX-License-Identifier: GPL-2.0

//! Ports: of the device itself, and in switchdev mode of each virtual function.

use crate::{
    device::NetDevSim,
    rate::{
        Leaf,
        RateFiles,
        VfLimits, //
    },
    seam::{
        NetPort,
        MAX_VFS, //
    }, //
};

use kernel::{
    debugfs::{
        Dir,
        Symlink, //
    },
    net::{
        device::ETH_ALEN,
        devlink::{
            Bringup,
            Flavour,
            Group,
            Groups,
            Locked,
            Port,
            PortAttrs,
            ResourceSize, //
        }, //
    },
    prelude::*,
    str::CString,
    sync::Arc, //
};

pub(crate) use crate::seam::PortKind;

/// The index of the first virtual function's port.
const FIRST_VF: u32 = 128;

/// A port with its objects. The last that is made goes first.
pub(crate) struct PortObjects<'g> {
    kind: PortKind,
    pub(crate) port: Port<'g, NetDevSim, ()>,
    pub(crate) netdev: Arc<NetPort>,
}

/// What is in a port's folder in debugfs, but for what the parts in C have there.
struct Files {
    _rate: Option<RateFiles<VfLimits>>,
    _dev: Symlink,
    _folder: Dir,
}

impl<'g> PortObjects<'g> {
    fn new(
        cx: &Bringup<'g, '_, NetDevSim>,
        kind: PortKind,
        number: u32,
        address: Option<[u8; ETH_ALEN]>,
    ) -> Result<Self> {
        let data = cx.data();
        let index = index(kind, number);
        let flavour = match kind {
            PortKind::Pf => Flavour::Physical {
                number: number.wrapping_add(1),
                subport: None,
            },
            PortKind::Vf => Flavour::PciVf {
                controller: 0,
                pf: 0,
                // CAST: Less than `MAX_VFS`.
                vf: number as u16,
                external: false,
            },
        };
        let attrs = PortAttrs::new(flavour).switch(data.c.switch_id());
        let port = cx.port(index, attrs, ())?;
        let on = cx.on(port);
        let leaf = match kind {
            PortKind::Pf => {
                let limits = ResourceSize {
                    min: 0,
                    max: 100,
                    granularity: 1,
                };
                on.resource(c"test_resource", 20, limits, None)?;
                None
            }
            PortKind::Vf => Some(Leaf::of_vf(data, number)?),
        };
        let name = CString::try_from_fmt(fmt!("{index}"))?;
        let target = CString::try_from_fmt(fmt!("../../../netdevsim{}", data.dev.id()))?;
        let folder = data.ports_folder.subdir(&name);
        on.keep(Files {
            _rate: leaf.as_ref().map(|leaf| leaf.files(&folder)).transpose()?,
            _dev: folder.symlink(c"dev", &target),
            _folder: folder.clone(),
        })?;
        let netdev = NetPort::new(&on, kind, index, &folder, address)?;
        if let Some(leaf) = leaf {
            on.leaf(leaf, None)?;
        }
        Ok(PortObjects { kind, port, netdev })
    }
}

fn index(kind: PortKind, number: u32) -> u32 {
    match kind {
        PortKind::Pf => number,
        PortKind::Vf => FIRST_VF + number,
    }
}

/// A port with its objects, by index.
pub(crate) struct PortGroup;

impl Group<NetDevSim> for PortGroup {
    type Key = u32;
    type Value<'group> = PortObjects<'group>;
}

/// All ports.
pub(crate) struct Ports<'up>(Groups<'up, NetDevSim, PortGroup>);

impl<'up> Ports<'up> {
    /// Those that a device begins with.
    pub(crate) fn up(cx: &Bringup<'up, '_, NetDevSim>) -> Result<Self> {
        let ports = Ports(cx.groups()?);
        for number in 0..cx.data().dev.value().port_count() {
            ports.add(cx, PortKind::Pf, number, None)?;
        }
        Ok(ports)
    }

    /// Adds a port. Fails with `EEXIST` if there is one of that index.
    pub(crate) fn add(
        &self,
        cx: &Locked<'_, NetDevSim>,
        kind: PortKind,
        number: u32,
        address: Option<[u8; ETH_ALEN]>,
    ) -> Result {
        self.0.add(cx, index(kind, number), |cx| {
            PortObjects::new(cx, kind, number, address)
        })
    }

    /// Removes the port of that index, of whichever kind.
    pub(crate) fn remove(&self, cx: &Locked<'_, NetDevSim>, index: u32) -> Result {
        self.0.remove(cx, index)
    }

    /// Removes those of virtual functions.
    pub(crate) fn remove_vfs(&self, cx: &Locked<'_, NetDevSim>) -> Result {
        for number in (0..MAX_VFS).rev() {
            let index = index(PortKind::Vf, number);
            // A user can have added a port of the device itself with that index.
            if self.0.get(cx, index, |port| port.kind) == Some(PortKind::Vf) {
                self.0.remove(cx, index)?;
            }
        }
        Ok(())
    }

    /// Calls `f` for each port.
    pub(crate) fn each(
        &self,
        cx: &Locked<'_, NetDevSim>,
        mut f: impl for<'a, 'g> FnMut(&'a PortObjects<'g>),
    ) {
        let mut last = None;
        while let Some(index) = self.0.next_key(cx, last) {
            last = Some(index);
            self.0.get(cx, index, &mut f);
        }
    }
}
