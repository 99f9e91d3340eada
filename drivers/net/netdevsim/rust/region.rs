// SPDX-License-Identifier: GPL-2.0

//! The region, in which there is something else each time.

use crate::{
    device::NetDevSim,
    seam, //
};

use kernel::{
    net::{
        devlink::{
            Bringup,
            Held,
            Pinned,
            Region,
            RegionOps, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

const SIZE: usize = 32 * 1024;
const MAX_SNAPSHOTS: u32 = 16;

/// The region.
pub(crate) struct Dummy;

/// A handle of it.
pub(crate) type DummyRegion<'up> = Region<'up, NetDevSim, Dummy>;

#[vtable]
impl RegionOps<NetDevSim> for Dummy {
    const NAME: &'static CStr = c"dummy";

    fn snapshot(&self, _: &Pinned<'_, NetDevSim>, out: &mut [u8], _: Extack<'_>) -> Result {
        seam::random_bytes(out);
        Ok(())
    }
}

/// Adds the region.
pub(crate) fn up<'up>(cx: &Bringup<'up, '_, NetDevSim>) -> Result<DummyRegion<'up>> {
    cx.region(SIZE, MAX_SNAPSHOTS, Dummy)
}

/// Takes a snapshot that is not asked for by devlink.
pub(crate) fn take_snapshot<'up>(
    cx: &mut Held<'_, '_, 'up, '_, NetDevSim>,
    region: DummyRegion<'up>,
) -> Result {
    let taken = region.take_snapshot(cx, |out| {
        seam::random_bytes(out);
        Ok(())
    });
    taken
        .map(|_| ())
        .inspect_err(|_| pr_err!("Failed to create region snapshot\n"))
}
