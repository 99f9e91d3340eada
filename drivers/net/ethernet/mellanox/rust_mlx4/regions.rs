// SPDX-License-Identifier: GPL-2.0

//! Regions: what was in the device when it died.
//!
//! They live as long as the binding, so that neither the recovery nor a reload ends what somebody
//! is to look at. Users cannot have a snapshot taken.

use crate::{
    driver::Mlx4,
    health::{
        CrashDump,
        HEALTH_SIZE, //
    }, //
};

use kernel::{
    device::Device,
    net::devlink::{
        self,
        Region,
        RegionOps,
        Setup,
        SnapshotNumber,
        Unlocked, //
    },
    prelude::*, //
};

/// How many snapshots each keeps (`MAX_NUM_OF_DUMPS_TO_STORE`).
const MAX_SNAPSHOTS: u32 = 8;

/// The BAR of registers.
const REGISTERS_BAR: u32 = 0;

/// All registers.
pub(crate) struct CrSpace;

#[vtable]
impl RegionOps<Mlx4> for CrSpace {
    const NAME: &'static CStr = c"cr-space";
}

/// What the firmware says of its health.
pub(crate) struct FwHealth;

#[vtable]
impl RegionOps<Mlx4> for FwHealth {
    const NAME: &'static CStr = c"fw-health";
}

/// The regions (`struct mlx4_fw_crdump`).
pub(crate) struct Regions<'bound> {
    cr_space: Option<Region<'bound, Mlx4, CrSpace>>,
    fw_health: Option<Region<'bound, Mlx4, FwHealth>>,
}

impl<'bound> Regions<'bound> {
    /// Makes those that can be made: the device works without (`mlx4_crdump_init()`).
    pub(crate) fn new(setup: &Setup<'bound, Mlx4>, dev: &devlink::pci::Device) -> Self {
        let size = dev.resource_len(REGISTERS_BAR);
        let size = size.and_then(|size| usize::try_from(size).map_err(Error::from));
        Regions {
            cr_space: size
                .and_then(|size| setup.region(size, MAX_SNAPSHOTS, CrSpace))
                .inspect_err(|error| not_made(dev.as_ref(), CrSpace::NAME, *error))
                .ok(),
            fw_health: setup
                .region(HEALTH_SIZE, MAX_SNAPSHOTS, FwHealth)
                .inspect_err(|error| not_made(dev.as_ref(), FwHealth::NAME, *error))
                .ok(),
        }
    }
}

fn not_made(dev: &Device, name: &CStr, error: Error) {
    dev_warn!(
        dev,
        "crdump: create devlink region {} err {}\n",
        name,
        error.to_errno()
    );
}

/// Has users see what was in the device (the end of `mlx4_crdump_collect()`).
pub(crate) fn add(cx: &mut Unlocked<'_, '_, Mlx4>, dump: CrashDump) {
    let data = cx.data();
    let dev = data.card.dev.as_ref();
    let number = match cx.snapshot_number() {
        Ok(number) => number,
        Err(error) => {
            dev_err!(
                dev,
                "crdump: devlink get snapshot id err {}\n",
                error.to_errno()
            );
            return;
        }
    };
    add_to(cx, dev, data.regions.cr_space, &number, &dump.cr_space);
    add_to(cx, dev, data.regions.fw_health, &number, &dump.fw_health);
}

fn add_to<'bound, R: RegionOps<Mlx4>>(
    cx: &mut Unlocked<'_, 'bound, Mlx4>,
    dev: &Device,
    region: Option<Region<'bound, Mlx4, R>>,
    number: &SnapshotNumber<'_>,
    bytes: &[u8],
) {
    let Some(region) = region else {
        dev_err!(dev, "crdump: {} region is NULL\n", R::NAME);
        return;
    };
    let result = region.take_numbered_snapshot(cx, number, |out| {
        for (to, from) in out.iter_mut().zip(bytes) {
            *to = *from;
        }
        Ok(())
    });
    match result {
        Ok(()) => dev_info!(
            dev,
            "crdump: added snapshot {} to devlink region {}\n",
            number.get(),
            R::NAME
        ),
        Err(error) => dev_warn!(
            dev,
            "crdump: devlink create {} snapshot id {} err {}\n",
            R::NAME,
            number.get(),
            error.to_errno()
        ),
    }
}
