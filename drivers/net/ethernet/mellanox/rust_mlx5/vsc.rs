// SPDX-License-Identifier: GPL-2.0

//! The vendor-specific capability: a gateway in configuration space to the device's own spaces,
//! which works when the firmware does not.
//!
//! Two semaphores are involved. That of the gateway has who uses it, also if another function of
//! the card has the same one. One in the space of semaphores has who resets the firmware, or reads
//! its memory, which nobody is to reset meanwhile.

use crate::{
    card::Card,
    segment::Segment, //
};

use kernel::{
    io::Io,
    net::devlink,
    pci::ConfigAccess,
    prelude::*,
    sync::SetOnce,
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

/// Registers, by their offsets in the capability.
const CONTROL: usize = 0x4;
const COUNTER: usize = 0x8;
const SEMAPHORE: usize = 0xc;
const ADDRESS: usize = 0x10;
const DATA: usize = 0x14;

/// In `CONTROL`: the space; whether there is such a space; whether `ADDRESS` has its size.
const SPACE: u32 = 0xffff;
const STATUS: u32 = 0x7 << 29;
const SIZE_VALID: u32 = 1 << 28;

/// In `ADDRESS`: a write is wanted, or a read is done; the address.
const FLAG: u32 = 1 << 31;
const ADDRESSES: u32 = (1 << 30) - 1;

/// How often it is looked whether something has changed, and how often without sleeping.
const LOOKS: u32 = 2048;
const LOOKS_AT_ONCE: u32 = 16;
const LOOK_INTERVAL: Delta = Delta::from_millis(1);

/// A space (`MLX5_SEMAPHORE_SPACE_DOMAIN`, `MLX5_VSC_SPACE_SCAN_CRSPACE`).
#[derive(Clone, Copy)]
enum Space {
    /// What a dump has.
    Dump = 0x7,
    Semaphores = 0xa,
}

/// The address of the semaphore for firmware resets (`MLX5_SEMAPHORE_SW_RESET`).
const RESET_SEMAPHORE: u32 = 0x20;

/// The capability of a device.
pub(crate) struct Vsc<'bound> {
    dev: &'bound devlink::pci::Device,
    at: usize,
    /// How many bytes a dump has, if the device has dumps, from when that was asked for.
    dump_size: SetOnce<u32>,
}

/// The gateway, which this function has until that is dropped.
struct Gateway<'a> {
    vsc: &'a Vsc<'a>,
    _access: ConfigAccess<'a>,
}

/// The semaphore for resets, which this function has until that is dropped.
pub(crate) struct ResetLock<'a>(&'a Vsc<'a>);

/// The same, while the gateway is not given to others.
struct DumpLock<'a>(&'a Gateway<'a>);

impl<'bound> Vsc<'bound> {
    /// `mlx5_pci_vsc_init()`.
    pub(crate) fn find(dev: &'bound devlink::pci::Device) -> Option<Self> {
        let Some(at) = dev.vendor_capability() else {
            dev_warn!(dev.as_ref(), "Failed to get valid vendor specific ID\n");
            return None;
        };
        Some(Vsc {
            dev,
            at,
            dump_size: SetOnce::new(),
        })
    }
}

impl Card<'_> {
    /// Has crash dumps from now on, if the device has them. All else works without.
    pub(crate) fn enable_dumps(&self) {
        let result = self.vsc.as_ref().map_or(Ok(()), Vsc::enable_dumps);
        if let Err(error) = result {
            dev_err!(
                self.dev.as_ref(),
                "mlx5_crdump_enable failed with error code {}\n",
                error.to_errno()
            );
        }
    }
}

impl Vsc<'_> {
    fn read(&self, register: usize) -> Result<u32> {
        self.dev.config_space().try_read(self.at + register)
    }

    fn write(&self, register: usize, value: u32) -> Result {
        self.dev.config_space().try_write(self.at + register, value)
    }

    /// Takes the gateway, and keeps users from it (`mlx5_vsc_gw_lock()`). Fails with `EBUSY` if
    /// another function has it for long, and with `EACCES` if the bus does not work. Sleeps.
    fn lock(&self) -> Result<Gateway<'_>> {
        let access = self.dev.lock_config_access();
        for _ in 0..LOOKS {
            if self.dev.is_channel_offline() {
                return Err(EACCES);
            }
            if self.read(SEMAPHORE)? != 0 {
                fsleep(LOOK_INTERVAL);
                continue;
            }
            // Whoever reads it has a number of its own.
            let number = self.read(COUNTER)?;
            self.write(SEMAPHORE, number)?;
            if self.read(SEMAPHORE)? == number {
                return Ok(Gateway {
                    vsc: self,
                    _access: access,
                });
            }
        }
        Err(EBUSY)
    }

    /// Agrees with the other functions that this one resets the firmware (`lock_sem_sw_reset()`).
    ///
    /// Fails with `EBUSY` only if another one does that, or reads the firmware's memory. Sleeps.
    pub(crate) fn lock_reset(&self) -> Result<ResetLock<'_>> {
        // Who has the gateway need not be about to reset.
        let gateway = self.lock().map_err(|error| match error {
            EBUSY => EINVAL,
            error => error,
        })?;
        gateway.set_reset_semaphore(true).inspect_err(|_| {
            dev_warn!(self.dev.as_ref(), "Failed to lock SW reset semaphore\n");
        })?;
        Ok(ResetLock(self))
    }

    /// Asks how long a dump is, if that is not known yet (`mlx5_crdump_enable()`). A device that
    /// has no dumps is none that fails.
    fn enable_dumps(&self) -> Result {
        if self.dump_size.as_ref().is_some() {
            return Ok(());
        }
        let Ok(size) = self.lock()?.choose(Space::Dump) else {
            return Ok(());
        };
        if size == 0 {
            dev_warn!(self.dev.as_ref(), "Invalid Crspace size, zero\n");
            return Err(EINVAL);
        }
        self.dump_size.populate(size);
        Ok(())
    }

    /// Reads what there is to be read of a device that fails (`mlx5_crdump_collect()`).
    ///
    /// Fails with `ENODEV` if the device has no dumps, with `EBUSY` if another function of the card
    /// reads one or resets the firmware, and with `EIO` if the device does not answer. Sleeps; a
    /// card takes seconds for it.
    pub(crate) fn dump(&self, segment: &Segment<'_>) -> Result<KVVec<u8>> {
        let dev = self.dev.as_ref();
        // CAST: A `usize` has 32 bits at least.
        let size = *self.dump_size.as_ref().ok_or(ENODEV)? as usize;
        if segment.is_gone() {
            return Err(EIO);
        }
        let mut dump = KVVec::with_capacity(size, GFP_KERNEL)?;
        let gateway = self.lock().inspect_err(|error| {
            dev_warn!(
                dev,
                "crdump: failed to lock vsc gw err {}\n",
                error.to_errno()
            );
        })?;
        gateway
            .set_reset_semaphore(true)
            .inspect_err(|error| match *error {
                EBUSY => dev_info!(dev, "SW reset semaphore is already in use\n"),
                _ => dev_warn!(dev, "Failed to lock SW reset semaphore\n"),
            })?;
        let _lock = DumpLock(&gateway);
        gateway.choose(Space::Dump)?;
        gateway.read_all(size, &mut dump)?;
        match dump.len() {
            0 => Err(EIO),
            length if length < size => {
                dev_warn!(
                    dev,
                    "failed to read full dump, read {} out of {}\n",
                    length,
                    size
                );
                Err(EINVAL)
            }
            _ => Ok(dump),
        }
    }
}

impl Gateway<'_> {
    /// Chooses a space, and returns its size if the device says so, 0 if not
    /// (`mlx5_vsc_gw_set_space()`). Fails with `EINVAL` if there is no such space.
    fn choose(&self, space: Space) -> Result<u32> {
        let control = self.vsc.read(CONTROL)?;
        self.vsc.write(CONTROL, control & !SPACE | space as u32)?;
        let control = self.vsc.read(CONTROL)?;
        if control & STATUS == 0 {
            return Err(EINVAL);
        }
        if control & SIZE_VALID == 0 {
            return Ok(0);
        }
        let size = self.vsc.read(ADDRESS)?;
        Ok(size & ADDRESSES)
    }

    /// Waits until the flag is so (`mlx5_vsc_wait_on_flag()`).
    fn wait_for_flag(&self, flag: u32) -> Result {
        for look in 1..=LOOKS {
            if self.vsc.read(ADDRESS)? & FLAG == flag {
                return Ok(());
            }
            if look % LOOKS_AT_ONCE == 0 {
                fsleep(LOOK_INTERVAL);
            }
        }
        Err(EBUSY)
    }

    /// Reads a word of the space (`mlx5_vsc_gw_read()`).
    fn read(&self, address: u32) -> Result<u32> {
        self.vsc.write(ADDRESS, address & ADDRESSES)?;
        self.wait_for_flag(FLAG)?;
        self.vsc.read(DATA)
    }

    /// Writes a word of the space (`mlx5_vsc_gw_write()`).
    fn write(&self, address: u32, value: u32) -> Result {
        self.vsc.write(DATA, value)?;
        self.vsc.write(ADDRESS, address & ADDRESSES | FLAG)?;
        self.wait_for_flag(0)
    }

    /// Reads the words of a space as long as the device gives them, up to `size` bytes
    /// (`mlx5_vsc_gw_read_block_fast()`): after a word there is the address of the next one that
    /// can be read. What lies between two of them reads as no word of a device.
    fn read_all(&self, size: usize, to: &mut KVVec<u8>) -> Result {
        const NOT_READ: u32 = 0xbadacce5;

        let mut address = 0;
        while to.len() < size {
            let Ok(word) = self.read(address) else {
                break;
            };
            let Ok(next) = self.vsc.read(ADDRESS) else {
                break;
            };
            let next = next & ADDRESSES;
            if next <= address {
                break;
            }
            to.extend_from_slice(&word.to_ne_bytes(), GFP_KERNEL)?;
            // CAST: A `usize` has 32 bits at least.
            while to.len() < size.min(next as usize) {
                to.extend_from_slice(&NOT_READ.to_ne_bytes(), GFP_KERNEL)?;
            }
            address = next;
        }
        Ok(())
    }

    /// Takes the semaphore for resets, or gives it back (`mlx5_vsc_sem_set_space()`). Fails with
    /// `EBUSY` if another function has it.
    fn set_reset_semaphore(&self, taken: bool) -> Result {
        self.choose(Space::Semaphores).inspect_err(|error| {
            dev_warn!(
                self.vsc.dev.as_ref(),
                "Failed to set gw space {}\n",
                error.to_errno()
            );
        })?;
        let number = if taken { self.vsc.read(COUNTER)? } else { 0 };
        self.write(RESET_SEMAPHORE, number)?;
        match self.read(RESET_SEMAPHORE) {
            Ok(holder) if holder == number => Ok(()),
            Ok(_) => Err(EBUSY),
            Err(_) => Err(EINVAL),
        }
    }
}

impl Drop for Gateway<'_> {
    fn drop(&mut self) {
        // A device that does not answer has no holder any more.
        let _ = self.vsc.write(SEMAPHORE, 0);
    }
}

impl Drop for ResetLock<'_> {
    fn drop(&mut self) {
        let given_back = self
            .0
            .lock()
            .and_then(|gateway| gateway.set_reset_semaphore(false));
        if given_back.is_err() {
            dev_warn!(self.0.dev.as_ref(), "Failed to lock SW reset semaphore\n");
        }
    }
}

impl Drop for DumpLock<'_> {
    fn drop(&mut self) {
        // As when the gateway is given back.
        let _ = self.0.set_reset_semaphore(false);
    }
}
