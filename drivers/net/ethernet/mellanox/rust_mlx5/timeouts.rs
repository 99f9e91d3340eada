// SPDX-License-Identifier: GPL-2.0

//! How long things may take: what the driver assumes, until the firmware says better.

use crate::{
    card::Card,
    layout::{
        Block,
        DefaultTimeout,
        DtorReg,
        Field,
        Register, //
    },
    segment::{
        Segment,
        CMD_EXEC_TO,
        CMD_Q_INIT_TO, //
    },
};

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// How long the firmware may take until it accepts what is written to the segment.
pub(crate) const PRE_INIT_MS: u32 = 120_000;
/// How often a user is told about that.
pub(crate) const PRE_INIT_WARN_MS: u32 = 20_000;
/// How often that is looked at.
pub(crate) const PRE_INIT_WAIT_MS: u32 = 2;

/// Times that the firmware says, in milliseconds.
pub(crate) struct Timeouts {
    cmd: Atomic<u32>,
    init: Atomic<u32>,
    pci_toggle: Atomic<u32>,
    health_poll: Atomic<u32>,
    full_crdump: Atomic<u32>,
    fw_reset: Atomic<u32>,
    teardown: Atomic<u32>,
    reclaim_pages: Atomic<u32>,
    pci_sync_update: Atomic<u32>,
    fsm_reactivate: Atomic<u32>,
    reset_unload: Atomic<u32>,
}

/// What a value is of: of seconds if that is 1, and so on.
fn milliseconds(multiplier: u32, value: u32) -> u32 {
    let unit: u32 = match multiplier & 3 {
        0 => 1,
        1 => 1000,
        2 => 60 * 1000,
        _ => 60 * 60 * 1000,
    };
    value.saturating_mul(unit)
}

impl Timeouts {
    pub(crate) fn new() -> Self {
        Timeouts {
            cmd: Atomic::new(60_000),
            init: Atomic::new(2000),
            pci_toggle: Atomic::new(2000),
            health_poll: Atomic::new(2000),
            full_crdump: Atomic::new(60_000),
            fw_reset: Atomic::new(60_000),
            teardown: Atomic::new(3000),
            reclaim_pages: Atomic::new(5000),
            pci_sync_update: Atomic::new(5000),
            fsm_reactivate: Atomic::new(5000),
            reset_unload: Atomic::new(300_000),
        }
    }

    /// Reads the times that the segment has, if there are any (`mlx5_tout_query_iseg()`).
    pub(crate) fn read_segment(&self, segment: &Segment<'_>) {
        let init: CMD_Q_INIT_TO = segment.read();
        if init.into_raw() == 0 {
            return;
        }
        let cmd: CMD_EXEC_TO = segment.read();
        self.init.store(
            milliseconds(init.multiplier().get(), init.value().get()),
            Relaxed,
        );
        self.cmd.store(
            milliseconds(cmd.multiplier().get(), cmd.value().get()),
            Relaxed,
        );
    }

    /// A command.
    pub(crate) fn cmd_ms(&self) -> u32 {
        self.cmd.load(Relaxed)
    }

    /// The firmware, to initialise the command queue.
    pub(crate) fn init_ms(&self) -> u32 {
        self.init.load(Relaxed)
    }

    /// The interface, to become disabled when the firmware was told to reset.
    pub(crate) fn pci_toggle_ms(&self) -> u32 {
        self.pci_toggle.load(Relaxed)
    }

    /// Between two looks at the device's health.
    pub(crate) fn health_poll_ms(&self) -> u32 {
        self.health_poll.load(Relaxed)
    }

    /// Another function of the card, to read a dump of what died, and to reset it.
    pub(crate) fn full_crdump_ms(&self) -> u32 {
        self.full_crdump.load(Relaxed)
    }

    /// The device, to answer on the bus after a reset.
    pub(crate) fn fw_reset_ms(&self) -> u32 {
        self.fw_reset.load(Relaxed)
    }

    /// The interface, to become disabled.
    pub(crate) fn teardown_ms(&self) -> u32 {
        self.teardown.load(Relaxed)
    }

    /// The firmware, to give back some of its pages.
    pub(crate) fn reclaim_pages_ms(&self) -> u32 {
        self.reclaim_pages.load(Relaxed)
    }

    /// All functions, to agree to a reset.
    pub(crate) fn pci_sync_update_ms(&self) -> u32 {
        self.pci_sync_update.load(Relaxed)
    }

    /// The firmware, to make what runs the one that an update is of.
    pub(crate) fn fsm_reactivate_ms(&self) -> u32 {
        self.fsm_reactivate.load(Relaxed)
    }

    /// All functions, to be taken down for a reset.
    pub(crate) fn reset_unload_ms(&self) -> u32 {
        self.reset_unload.load(Relaxed)
    }
}

impl Card<'_> {
    /// Reads the times that a register has, if there is one (`mlx5_tout_query_dtor()`).
    pub(crate) fn read_times(&self) -> Result {
        if self.segment.read::<CMD_Q_INIT_TO>().into_raw() == 0 {
            return Ok(());
        }
        let times = self.read_register(Register::DTOR, 0, Block::<DtorReg>::new())?;
        let get = |field: Field<DtorReg, DefaultTimeout>| {
            let multiplier = times.get(field.then(DefaultTimeout::TO_MULTIPLIER));
            milliseconds(
                multiplier.into(),
                times.get(field.then(DefaultTimeout::TO_VALUE)),
            )
        };
        let set = |to: &Atomic<u32>, value: u32, extra: u32| {
            if value != 0 {
                to.store(value.saturating_add(extra), Relaxed);
            }
        };
        let toggle = get(DtorReg::PCIE_TOGGLE_TO);
        set(&self.timeouts.pci_toggle, toggle, 0);
        set(&self.timeouts.fw_reset, get(DtorReg::FW_RESET_TO), toggle);
        set(&self.timeouts.teardown, get(DtorReg::TEAR_DOWN_TO), 0);
        set(&self.timeouts.health_poll, get(DtorReg::HEALTH_POLL_TO), 0);
        for (to, field) in [
            (&self.timeouts.full_crdump, DtorReg::FULL_CRDUMP_TO),
            (&self.timeouts.reclaim_pages, DtorReg::RECLAIM_PAGES_TO),
            (&self.timeouts.pci_sync_update, DtorReg::PCI_SYNC_UPDATE_TO),
            (&self.timeouts.fsm_reactivate, DtorReg::FSM_REACTIVATE_TO),
            (&self.timeouts.reset_unload, DtorReg::RESET_UNLOAD_TO),
        ] {
            set(to, get(field), 0);
        }
        Ok(())
    }
}
