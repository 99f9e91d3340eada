// SPDX-License-Identifier: GPL-2.0

//! Counters that each CPU has for itself, so that counting a packet needs no lock.

use kernel::{
    bindings,
    prelude::*, //
};

use core::ptr::NonNull;

/// Counts packets and their bytes.
///
/// # Invariants
///
/// Owns memory of each CPU that was allocated by `devlink_trap_stats_alloc()`.
pub(crate) struct PacketStats(NonNull<bindings::pcpu_lstats>);

// SAFETY: The memory belongs to nobody else and may be freed on any CPU.
unsafe impl Send for PacketStats {}

// SAFETY: A CPU writes only what is its own, and readers use `u64_stats_sync`.
unsafe impl Sync for PacketStats {}

/// What was counted, on all CPUs together.
#[derive(Copy, Clone)]
pub(crate) struct Packets {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
}

impl PacketStats {
    /// All zero.
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: May be called by whoever may sleep.
        let stats = unsafe { bindings::devlink_trap_stats_alloc() };
        // INVARIANT: What was allocated is ours.
        NonNull::new(stats).map(PacketStats).ok_or(ENOMEM)
    }

    /// Counts a packet of `len` bytes. To be called in softirq or with softirqs off: a report that
    /// interrupts another one on the same CPU would spoil the counts of a 32-bit machine.
    pub(crate) fn add(&self, len: u32) {
        // SAFETY: The memory is valid by the type invariants.
        unsafe { bindings::devlink_trap_stats_add(self.0.as_ptr(), len) };
    }

    /// What was counted so far. Packets that are being counted meanwhile may be missing.
    pub(crate) fn read(&self) -> Packets {
        let (mut packets, mut bytes) = (0, 0);
        // SAFETY: The memory is valid by the type invariants; the numbers are valid for writing.
        unsafe {
            bindings::devlink_trap_stats_read(self.0.as_ptr(), &mut packets, &mut bytes);
        }
        Packets { packets, bytes }
    }
}

impl Drop for PacketStats {
    fn drop(&mut self) {
        // SAFETY: The memory was allocated as such and nobody uses it any more.
        unsafe { bindings::free_percpu(self.0.as_ptr().cast()) };
    }
}
