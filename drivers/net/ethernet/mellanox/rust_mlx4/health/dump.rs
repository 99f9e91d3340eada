// SPDX-License-Identifier: GPL-2.0

//! What is in a device when it dies.

use crate::card::Card;

use kernel::{
    alloc::KVVec,
    prelude::*, //
};

/// How many bytes the firmware writes about an error, for a dump (`HEALTH_BUFFER_SIZE`).
pub(crate) const HEALTH_SIZE: usize = 0x40;

/// Behind those is whether reading registers has no consequences.
const FROZEN: u32 = 1;

/// Whether the firmware does not filter accesses to registers (`CR_ENABLE_BIT`).
const FILTER: usize = 0xf_3f04;
const UNFILTERED: u32 = 1 << 6;

/// The registers of BAR 0 and the health buffer, as the device had them in its memory.
pub(crate) struct CrashDump {
    pub(crate) cr_space: KVVec<u8>,
    pub(crate) fw_health: KVVec<u8>,
}

impl CrashDump {
    /// Reads them, if users want that and the firmware can do it (`mlx4_crdump_collect()`).
    pub(super) fn collect(card: &Card<'_>) -> Option<Self> {
        let dev = card.dev.as_ref();
        let at = card.health.buffer_of_dump.load(super::Relaxed);
        if at == 0 {
            dev_info!(
                dev,
                "crdump: FW doesn't support health buffer access, skipping\n"
            );
            return None;
        }
        if !card.health.dumps() {
            dev_info!(dev, "crdump: devlink snapshot disabled, skipping\n");
            return None;
        }
        // Of one that does not answer each register is all ones, and may take long.
        if card.is_unreachable() || card.is_gone() {
            return None;
        }
        let size = usize::try_from(card.dev.resource_len(0).ok()?).ok()?;
        // CAST: An offset in a BAR.
        let at = at as usize;
        let _access = Access::enable(card, at);
        let cr_space = read(card, 0, size)
            .inspect_err(|_| dev_err!(dev, "crdump: Failed to allocate crspace buffer\n"));
        let fw_health = read(card, at, HEALTH_SIZE)
            .inspect_err(|_| dev_err!(dev, "crdump: Failed to allocate health buffer\n"));
        Some(CrashDump {
            cr_space: cr_space.ok()?,
            fw_health: fw_health.ok()?,
        })
    }
}

/// Reads registers, the bytes in the device's order.
fn read(card: &Card<'_>, from: usize, size: usize) -> Result<KVVec<u8>> {
    let mut data = KVVec::with_capacity(size, GFP_KERNEL)?;
    for at in (from..from + size).step_by(size_of::<u32>()) {
        data.extend_from_slice(&card.read(at).to_be_bytes(), GFP_KERNEL)?;
    }
    Ok(data)
}

/// All registers can be read, without consequences. Dropping it ends that.
struct Access<'a> {
    card: &'a Card<'a>,
    frozen: usize,
    filter: u32,
}

impl<'a> Access<'a> {
    /// `mlx4_crdump_enable_crspace_access()`.
    fn enable(card: &'a Card<'a>, health: usize) -> Self {
        let frozen = health + HEALTH_SIZE;
        let filter = card.read(FILTER);
        if filter & UNFILTERED != 0 {
            card.write(FILTER, filter & !UNFILTERED);
        }
        card.write(frozen, FROZEN);
        Access {
            card,
            frozen,
            filter,
        }
    }
}

impl Drop for Access<'_> {
    fn drop(&mut self) {
        self.card.write(self.frozen, 0);
        if self.filter & UNFILTERED != 0 {
            self.card.write(FILTER, self.card.read(FILTER) | UNFILTERED);
        }
    }
}
