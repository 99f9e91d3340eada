// SPDX-License-Identifier: GPL-2.0

//! The card as the driver talks to it, as long as it is bound.

use crate::{
    cmd::Commands,
    driver::Mlx4,
    health::Health,
    net::{
        Link,
        PortErrors, //
    }, //
};

use kernel::{
    io::{
        be::Be,
        Io, //
    },
    net::devlink::{
        self,
        Work, //
    },
    new_mutex,
    pci::{
        self,
        BusMaster, //
    },
    prelude::*,
    sync::Mutex, //
};

use core::mem::{
    forget,
    take, //
};

/// How much of BAR 0 there is at least.
const REGISTERS: usize = 0xf_4000;

/// The BAR of registers, and that of doorbells.
const REGISTERS_BAR: u32 = 0;
const DOORBELLS_BAR: u32 = 2;

/// Doorbells begin at multiples of it in BAR 2.
pub(crate) const DOORBELL_PAGE: usize = 4096;

/// What the device may still read or write, which is to be kept until it was reset.
pub(crate) trait Lent: Send {}

impl<T: Send> Lent for T {}

/// Its registers, and memory that it was given, which is dropped when it cannot use the bus any
/// more.
#[pin_data]
pub(crate) struct Card<'bound> {
    pub(crate) dev: &'bound devlink::pci::Device,
    _master: BusMaster<'bound>,
    registers: pci::Bar<'bound, REGISTERS>,
    doorbells: pci::Bar<'bound, DOORBELL_PAGE>,
    #[pin]
    pub(crate) commands: Commands,
    #[pin]
    pub(crate) health: Health,
    /// The driver's, which looks at the device's health, and at other things.
    pub(crate) work: Work<'bound, Mlx4>,
    /// Who is to know of the ports' links.
    #[pin]
    pub(crate) first_link: Link,
    #[pin]
    pub(crate) second_link: Link,
    /// What the ports count for network devices.
    #[pin]
    pub(crate) first_errors: PortErrors,
    #[pin]
    pub(crate) second_errors: PortErrors,
    #[pin]
    kept: Mutex<KVec<KBox<dyn Lent>>>,
}

impl<'bound> Card<'bound> {
    /// Maps the device's registers. `work` is the driver's.
    pub(crate) fn new(
        dev: &'bound devlink::pci::Device,
        work: Work<'bound, Mlx4>,
    ) -> Result<impl PinInit<Self, Error> + 'bound> {
        let registers = dev
            .iomap_region_sized(REGISTERS_BAR, c"rust_mlx4")
            .inspect_err(|_| dev_err!(dev.as_ref(), "Couldn't map command register\n"))?;
        let doorbells = dev.iomap_region_sized(DOORBELLS_BAR, c"rust_mlx4")?;
        Ok(try_pin_init!(Card {
            dev,
            _master: dev.bus_master(),
            registers,
            doorbells,
            commands <- Commands::new(),
            health <- Health::new(),
            work,
            first_link <- Link::new(),
            second_link <- Link::new(),
            first_errors <- PortErrors::new(),
            second_errors <- PortErrors::new(),
            kept <- new_mutex!(KVec::new()),
        }? Error))
    }
}

impl Card<'_> {
    /// Reads a register of BAR 0: all ones if there is none, or the device does not answer.
    pub(crate) fn read(&self, at: usize) -> u32 {
        (&self.registers)
            .try_read(at)
            .map_or(u32::MAX, Be::<u32>::get)
    }

    /// Writes a register of BAR 0, after what was written to memory before.
    pub(crate) fn write(&self, at: usize, value: u32) {
        // There are those that the driver has constants for.
        let _ = (&self.registers).try_write(at, Be::<u32>::new(value));
    }

    /// Writes a word to a page of doorbells, after what was written to memory before.
    ///
    /// Fails with `EINVAL` if BAR 2 has no such page.
    pub(crate) fn ring(&self, page: u32, offset: usize, value: u32) -> Result {
        (&self.doorbells).try_write(doorbell(page, offset)?, Be::<u32>::new(value))
    }

    /// Writes two words to a page of doorbells at once. Otherwise as [`ring`](Self::ring).
    pub(crate) fn ring_wide(&self, page: u32, offset: usize, value: u64) -> Result {
        (&self.doorbells).try_write(doorbell(page, offset)?, Be::<u64>::new(value))
    }

    /// Keeps what the device may still read or write, until it was reset: the command that takes it
    /// from the device failed.
    pub(crate) fn keep<T: Lent + 'static>(&self, lent: T) {
        let mut kept = self.kept.lock();
        let place = KBox::new_uninit(GFP_KERNEL);
        match (place, kept.reserve(1, GFP_KERNEL)) {
            (Ok(place), Ok(())) => {
                let lent: KBox<dyn Lent> = KBox::write(place, lent);
                // There is room.
                let _ = kept.push(lent, GFP_KERNEL);
            }
            // It is lost, rather than written to when it is something else's.
            _ => forget(lent),
        }
    }

    /// Whether there is memory that the device may still use.
    pub(crate) fn has_lent_memory(&self) -> bool {
        !self.kept.lock().is_empty()
    }

    /// Frees what was kept: the device was reset, and did not get anything since then.
    pub(crate) fn take_memory_back(&self) {
        let kept = take(&mut *self.kept.lock());
        drop(kept);
    }
}

/// Where in BAR 2 a doorbell is.
fn doorbell(page: u32, offset: usize) -> Result<usize> {
    // CAST: An offset in a BAR.
    (page as usize)
        .checked_mul(DOORBELL_PAGE)
        .and_then(|at| at.checked_add(offset))
        .ok_or(EINVAL)
}
