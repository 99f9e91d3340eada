// SPDX-License-Identifier: GPL-2.0

//! The initialisation segment at the beginning of BAR 0 (`struct mlx5_init_seg`).
//!
//! Its registers are big-endian, and the only ones that can be read while the firmware does not
//! answer to commands.

use kernel::{
    io::{
        be::Be,
        register,
        register::{
            FixedRegister,
            Register,
            RegisterArray, //
        },
        Io, //
    },
    net::devlink,
    pci,
    prelude::*, //
};

register! {
    /// The firmware's revision.
    pub(crate) FW_REV(u32) @ 0x000 {
        31:16   minor;
        15:0    major;
    }

    /// The revision of the command interface, and the rest of the firmware's.
    pub(crate) CMDIF_REV_FW_SUB(u32) @ 0x004 {
        31:16   cmdif_rev;
        15:0    fw_sub;
    }

    /// Where the command queue is.
    pub(crate) CMDQ_ADDR_H(u32) @ 0x010 {
        31:0    address;
    }

    /// The rest of that address in units of 4 KiB, who uses the device, and what entries the queue
    /// has.
    pub(crate) CMDQ_ADDR_L_SZ(u32) @ 0x014 {
        31:12   address;
        10:8    nic_interface;
        7:4     log_size;
        3:0     log_stride;
    }

    /// A bit for each entry of the command queue that has a new command.
    pub(crate) CMD_DBELL(u32) @ 0x018 {
        31:0    entries;
    }

    /// Whether the firmware accepts what is written to the segment, and can be reset; and how far a
    /// reset is that all functions agreed to.
    pub(crate) INITIALIZING(u32) @ 0x1fc {
        31:31   initializing => bool;
        30:30   reset_supported => bool;
        22:22   reset_acknowledged => bool;
        15:12   reset_state;
    }

    /// The beginning of the health buffer, which the firmware fills when something is wrong.
    pub(crate) ASSERT_VAR(u32)[6] @ 0x200 {}

    pub(crate) ASSERT_EXIT_PTR(u32) @ 0x220 {}

    pub(crate) ASSERT_CALLRA(u32) @ 0x224 {}

    pub(crate) HEALTH_TIME(u32) @ 0x22c {}

    /// All ones if the device does not answer: no firmware has that version.
    pub(crate) HEALTH_FW_VER(u32) @ 0x230 {}

    pub(crate) HEALTH_HW_ID(u32) @ 0x234 {}

    /// Whether a reset is wanted (`rfr`) or a cold one (`crr`), and how bad it is.
    pub(crate) HEALTH_SEVERITY(u32) @ 0x238 {
        31:31   rfr => bool;
        30:30   crr => bool;
        27:27   severity_valid => bool;
        26:24   severity;
    }

    /// What is wrong; nothing if that is 0.
    pub(crate) HEALTH_SYNDROME(u32) @ 0x23c {
        31:24   irisc_index;
        23:16   synd;
        15:0    ext_synd;
    }

    /// How long commands may take.
    pub(crate) CMD_EXEC_TO(u32) @ 0xff8 {
        30:29   multiplier;
        19:0    value;
    }

    /// How long the firmware may take to initialise the command queue. 0 if the firmware says
    /// nothing about times.
    pub(crate) CMD_Q_INIT_TO(u32) @ 0xffc {
        30:29   multiplier;
        19:0    value;
    }

    /// Changes as long as the firmware runs.
    pub(crate) HEALTH_COUNTER(u32) @ 0x1010 {}
}

/// The size of the segment, in pages: what a BAR has at least.
const SEGMENT_SIZE: usize = 0x3000;

/// Doorbells, which begin at a multiple of it in BAR 0.
pub(crate) const UAR_PAGE_SIZE: usize = 4096;

/// Who uses the device (`MLX5_INITIAL_SEG_NIC_INTERFACE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NicInterface {
    /// A driver.
    FullDriver,
    /// Nobody: the device does nothing any more.
    Disabled,
    /// A driver for a device without memory.
    NoDram,
    /// The firmware is being reset.
    SoftwareReset,
    /// Something that this driver does not know.
    Other(u8),
}

impl NicInterface {
    fn from_field(value: u32) -> Self {
        match value {
            0 => NicInterface::FullDriver,
            1 => NicInterface::Disabled,
            2 => NicInterface::NoDram,
            7 => NicInterface::SoftwareReset,
            // CAST: The field has three bits.
            other => NicInterface::Other(other as u8),
        }
    }

    /// As in stock messages.
    pub(crate) fn number(self) -> u8 {
        match self {
            NicInterface::FullDriver => 0,
            NicInterface::Disabled => 1,
            NicInterface::NoDram => 2,
            NicInterface::SoftwareReset => 7,
            NicInterface::Other(other) => other,
        }
    }
}

/// The firmware's version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct FirmwareRevision {
    pub(crate) major: u16,
    pub(crate) minor: u16,
    pub(crate) sub: u16,
}

impl kernel::fmt::Display for FirmwareRevision {
    fn fmt(&self, out: &mut kernel::fmt::Formatter<'_>) -> kernel::fmt::Result {
        write!(out, "{}.{}.{}", self.major, self.minor, self.sub)
    }
}

/// BAR 0: the segment, and doorbells behind it.
pub(crate) struct Segment<'bound> {
    bar: pci::Bar<'bound, SEGMENT_SIZE>,
}

impl<'bound> Segment<'bound> {
    /// Maps BAR 0.
    pub(crate) fn new(dev: &'bound devlink::pci::Device) -> Result<Self> {
        Ok(Segment {
            bar: dev.iomap_region_sized(0, c"rust_mlx5")?,
        })
    }

    /// Reads a register.
    #[inline(always)]
    pub(crate) fn read<R: FixedRegister + From<u32>>(&self) -> R {
        let value: Be<u32> = (&self.bar).read(R::OFFSET);
        R::from(value.get())
    }

    /// Writes a register.
    #[inline(always)]
    pub(crate) fn write<R: FixedRegister + Into<u32>>(&self, value: R) {
        (&self.bar).write(R::OFFSET, Be::<u32>::new(value.into()));
    }

    /// Writes a big-endian word to a page of doorbells, after what was written to memory before.
    ///
    /// Fails with `EINVAL` if the BAR has no such page.
    pub(crate) fn ring(&self, page: usize, offset: usize, value: u32) -> Result {
        let at = page
            .checked_mul(UAR_PAGE_SIZE)
            .and_then(|at| at.checked_add(offset))
            .ok_or(EINVAL)?;
        (&self.bar).try_write(at, Be::<u32>::new(value))
    }

    /// Writes two words to a page of doorbells at once. Otherwise as [`ring`](Self::ring).
    pub(crate) fn ring_wide(&self, page: usize, offset: usize, value: u64) -> Result {
        let at = page
            .checked_mul(UAR_PAGE_SIZE)
            .and_then(|at| at.checked_add(offset))
            .ok_or(EINVAL)?;
        (&self.bar).try_write(at, Be::<u64>::new(value))
    }

    /// The words of the health buffer that differ from one assertion to the other.
    pub(crate) fn assert_vars(&self) -> [u32; 6] {
        core::array::from_fn(|number| {
            let at = ASSERT_VAR::OFFSET + number * ASSERT_VAR::STRIDE;
            (&self.bar).try_read(at).map_or(0, Be::<u32>::get)
        })
    }

    pub(crate) fn firmware_revision(&self) -> FirmwareRevision {
        let revision: FW_REV = self.read();
        let rest: CMDIF_REV_FW_SUB = self.read();
        // CAST: The fields have 16 bits.
        FirmwareRevision {
            major: revision.major().get() as u16,
            minor: revision.minor().get() as u16,
            sub: rest.fw_sub().get() as u16,
        }
    }

    pub(crate) fn nic_interface(&self) -> NicInterface {
        let register: CMDQ_ADDR_L_SZ = self.read();
        NicInterface::from_field(register.nic_interface().get())
    }

    /// Says who uses the device; the address of the command queue stays.
    pub(crate) fn set_nic_interface(&self, interface: NicInterface) {
        let register: CMDQ_ADDR_L_SZ = self.read();
        let address = register.into_raw() & 0xffff_f000;
        self.write(CMDQ_ADDR_L_SZ::from_raw(
            address | u32::from(interface.number()) << 8,
        ));
    }

    /// Whether the device does not answer any more: it was removed, or the bus does not work.
    pub(crate) fn is_gone(&self) -> bool {
        self.read::<HEALTH_FW_VER>().into_raw() == u32::MAX
    }
}
