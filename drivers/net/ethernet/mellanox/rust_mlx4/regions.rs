// SPDX-License-Identifier: GPL-2.0

//! Regions: what the registers of a device were when it died.
//!
//! They live as long as the binding, so that a reload, or the recovery after which somebody looks,
//! does not end them. Users cannot have a snapshot taken.

use crate::{
    card::Card,
    driver::Mlx4, //
};

use kernel::{
    net::devlink::{
        Region,
        RegionOps,
        Setup,
        SnapshotNumber,
        Unlocked, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// How many snapshots each keeps (`MAX_NUM_OF_DUMPS_TO_STORE`).
const MAX_SNAPSHOTS: u32 = 8;

/// The BAR of registers.
const REGISTERS_BAR: u32 = 0;

/// How many bytes the firmware has for its health.
const HEALTH_BYTES: usize = 0x40;

/// Behind those: while it is 1, registers that change by being read cannot be read.
const BLOCK_VOLATILE: usize = HEALTH_BYTES;

/// While this bit is set, not all registers can be read (`CR_ENABLE_BIT`).
const FILTER: usize = 0xf_3f04;
const FILTER_OFF: u32 = 1 << 6;

/// All registers of BAR 0.
pub(crate) struct Registers;

#[vtable]
impl RegionOps<Mlx4> for Registers {
    const NAME: &'static CStr = c"cr-space";
}

/// What the firmware says of its health.
pub(crate) struct Health;

#[vtable]
impl RegionOps<Mlx4> for Health {
    const NAME: &'static CStr = c"fw-health";
}

/// The regions (`struct mlx4_fw_crdump`).
pub(crate) struct Regions<'bound> {
    registers: Option<Region<'bound, Mlx4, Registers>>,
    health: Option<Region<'bound, Mlx4, Health>>,
    /// Whether they get snapshots.
    are_wanted: Atomic<bool>,
}

impl<'bound> Regions<'bound> {
    /// The regions of `card`, if there can be any: the device works without
    /// (`mlx4_crdump_init()`).
    pub(crate) fn new(setup: &Setup<'bound, Mlx4>, dev: &kernel::net::devlink::pci::Device) -> Self {
        let size = dev
            .resource_len(REGISTERS_BAR)
            .and_then(|size| Ok(usize::try_from(size)?));
        let registers = size.and_then(|size| setup.region(size, MAX_SNAPSHOTS, Registers));
        let health = setup.region(HEALTH_BYTES, MAX_SNAPSHOTS, Health);
        let warn = |name: &CStr, error: Error| {
            dev_warn!(
                dev.as_ref(),
                "crdump: create devlink region {} err {}\n",
                name,
                error.to_errno()
            );
        };
        Regions {
            registers: registers
                .inspect_err(|error| warn(Registers::NAME, *error))
                .ok(),
            health: health.inspect_err(|error| warn(Health::NAME, *error)).ok(),
            are_wanted: Atomic::new(false),
        }
    }

    /// Whether they get snapshots.
    pub(crate) fn are_wanted(&self) -> bool {
        self.are_wanted.load(Relaxed)
    }

    /// They get snapshots from now on, or do not.
    pub(crate) fn set_wanted(&self, are_wanted: bool) {
        self.are_wanted.store(are_wanted, Relaxed);
    }

    /// Takes snapshots of a device that died, before it is reset (`mlx4_crdump_collect()`).
    ///
    /// `health` is where in BAR 0 the firmware says how it is; 0 if that is not known.
    pub(crate) fn collect(
        &self,
        cx: &mut Unlocked<'_, 'bound, Mlx4>,
        card: &Card<'_>,
        health: usize,
    ) {
        let dev = card.dev.as_ref();
        if health == 0 {
            dev_info!(
                dev,
                "crdump: FW doesn't support health buffer access, skipping\n"
            );
            return;
        }
        if !self.are_wanted() {
            dev_info!(dev, "crdump: devlink snapshot disabled, skipping\n");
            return;
        }
        match cx.snapshot_number() {
            Ok(number) => self.collect_as(cx, card, health, &number),
            Err(error) => dev_err!(
                dev,
                "crdump: devlink get snapshot id err {}\n",
                error.to_errno()
            ),
        }
    }

    fn collect_as(
        &self,
        cx: &mut Unlocked<'_, 'bound, Mlx4>,
        card: &Card<'_>,
        health: usize,
        number: &SnapshotNumber<'_>,
    ) {
        let _access = Access::allow(card, health);
        take(cx, card, 0, self.registers, number);
        take(cx, card, health, self.health, number);
    }
}

/// Takes a snapshot of a region, which has the registers from byte `begin` of BAR 0 on.
fn take<'bound, R: RegionOps<Mlx4>>(
    cx: &mut Unlocked<'_, 'bound, Mlx4>,
    card: &Card<'_>,
    begin: usize,
    region: Option<Region<'bound, Mlx4, R>>,
    number: &SnapshotNumber<'_>,
) {
    let dev = card.dev.as_ref();
    let Some(region) = region else {
        dev_err!(dev, "crdump: {} region is NULL\n", R::NAME);
        return;
    };
    let result = region.take_numbered_snapshot(cx, number, |out| {
        for (index, bytes) in out.chunks_exact_mut(4).enumerate() {
            bytes.copy_from_slice(&card.read(begin + 4 * index).to_be_bytes());
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

/// All registers can be read, and none changes by that (`crdump_enable_crspace_access()`).
/// Dropping it makes it as it was.
struct Access<'a> {
    card: &'a Card<'a>,
    health: usize,
    was_filtered: bool,
}

impl<'a> Access<'a> {
    fn allow(card: &'a Card<'a>, health: usize) -> Self {
        let filter = card.read(FILTER);
        let was_filtered = filter & FILTER_OFF != 0;
        if was_filtered {
            card.write(FILTER, filter & !FILTER_OFF);
        }
        card.write(health + BLOCK_VOLATILE, 1);
        Access {
            card,
            health,
            was_filtered,
        }
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        self.card.write(self.health + BLOCK_VOLATILE, 0);
        if self.was_filtered {
            let filter = self.card.read(FILTER);
            self.card.write(FILTER, filter | FILTER_OFF);
        }
    }
}
