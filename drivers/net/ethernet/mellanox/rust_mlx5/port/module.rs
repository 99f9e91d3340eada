// SPDX-License-Identifier: GPL-2.0

//! The module that is plugged into the port, and what it says about itself (PMLP, MCIA).

use super::{
    Port,
    LOCAL, //
};

use crate::layout::{
    Block,
    Lane2ModuleMapping,
    McamEnhancedFeatures,
    MciaReg,
    PmlpReg,
    Register, //
};

use kernel::{
    net::ethtool::ModuleStandard,
    prelude::*, //
};

/// The addresses of a module on its bus.
pub(crate) const I2C_LOW: u8 = 0x50;
const I2C_HIGH: u8 = 0x51;

/// How long all of a module's memory is that has one address, and a page of its upper half.
const PAGE: u16 = 256;
const HIGH_PAGE: u16 = 128;

/// Kinds of modules (`MLX5_MODULE_ID_*`), the first byte of all of them.
const SFP: u8 = 0x3;
const QSFP: u8 = 0xc;
const QSFP_PLUS: u8 = 0xd;
const QSFP28: u8 = 0x11;

/// From which revision on a QSFP+ is as SFF-8636 has it.
const SFF_8636_REVISION: u8 = 3;

/// Where something is in a module.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    pub(crate) i2c_address: u8,
    pub(crate) page: u8,
    pub(crate) offset: u16,
}

/// Why a module could not be read.
pub(crate) enum Unreadable {
    /// The device was not asked, or did not answer.
    Device(Error),
    /// The module's state that it says instead.
    Module(u8),
}

impl Unreadable {
    /// The error, and the module's state, 0 if nobody knows.
    pub(crate) fn parts(self) -> (Error, u8) {
        match self {
            Unreadable::Device(error) => (error, 0),
            Unreadable::Module(status) => (EIO, status),
        }
    }
}

impl From<Error> for Unreadable {
    fn from(error: Error) -> Self {
        Unreadable::Device(error)
    }
}

impl Place {
    /// Where `offset` is, if all of the memory of a module of that kind is counted through.
    fn of_kind(kind: u8, offset: u16) -> Result<Self> {
        let low = |page, offset| Place {
            i2c_address: I2C_LOW,
            page,
            offset,
        };
        match kind {
            SFP if offset < PAGE => Ok(low(0, offset)),
            SFP => Ok(Place {
                i2c_address: I2C_HIGH,
                page: 0,
                offset: offset - PAGE,
            }),
            QSFP | QSFP_PLUS | QSFP28 if offset < PAGE => Ok(low(0, offset)),
            QSFP | QSFP_PLUS | QSFP28 => {
                let page = 1 + (offset - PAGE) / HIGH_PAGE;
                let number = u8::try_from(page).map_err(|_| EINVAL)?;
                Ok(low(number, offset - page * HIGH_PAGE))
            }
            _ => Err(EINVAL),
        }
    }
}

impl Port<'_> {
    /// Which module the port has (`mlx5_query_module_num()`).
    fn module_number(self) -> Result<u8> {
        const MODULE: crate::layout::Field<PmlpReg, u8> =
            PmlpReg::LANE0_MODULE_MAPPING.then(Lane2ModuleMapping::MODULE);

        let mut register = Block::<PmlpReg>::new();
        register.set(PmlpReg::LOCAL_PORT, LOCAL);
        let register = self.card.read_register(Register::PMLP, 0, register)?;
        Ok(register.get(MODULE))
    }

    /// Reads from a module, as much as one access can (`mlx5_query_mcia()`).
    fn read_once(self, module: u8, place: Place, data: &mut [u8]) -> Result<usize, Unreadable> {
        const DWORDS: usize = 12;
        const MANY_DWORDS: usize = 32;

        let has_many = McamEnhancedFeatures::MCIA_32DWORDS;
        let dwords = if self.caps.has_management_feature(has_many) {
            MANY_DWORDS
        } else {
            DWORDS
        };
        let size = data.len().min(dwords * 4);
        let mut register = Block::<MciaReg>::new();
        // CAST: At most 128.
        register.set(MciaReg::SIZE, size as u16);
        register.set(MciaReg::MODULE, module);
        register.set(MciaReg::DEVICE_ADDRESS, place.offset);
        register.set(MciaReg::PAGE_NUMBER, place.page);
        register.set(MciaReg::I2C_DEVICE_ADDRESS, place.i2c_address);
        let register = self.card.read_register(Register::MCIA, 0, register)?;
        let status = register.get(MciaReg::STATUS);
        if status != 0 {
            return Err(Unreadable::Module(status));
        }
        let bytes = register.view().bytes(MciaReg::DWORDS);
        for (to, from) in data.iter_mut().zip(bytes).take(size) {
            *to = *from;
        }
        Ok(size)
    }

    /// Reads from a page of the module, from a place on (`mlx5_query_module_eeprom_by_page()`).
    /// Returns how many bytes were read at once.
    pub(crate) fn read_module_page(
        self,
        place: Place,
        data: &mut [u8],
    ) -> Result<usize, Unreadable> {
        let module = self.module_number()?;
        if ![I2C_LOW, I2C_HIGH].contains(&place.i2c_address) {
            dev_err!(
                self.card.dev.as_ref(),
                "I2C address not recognized: 0x{:x}\n",
                place.i2c_address
            );
            return Err(EINVAL.into());
        }
        self.read_once(module, place, data)
    }

    /// Reads from the module, whose memory is counted through (`mlx5_query_module_eeprom()`).
    /// Returns how many bytes were read at once.
    pub(crate) fn read_module(self, offset: u16, data: &mut [u8]) -> Result<usize, Unreadable> {
        let module = self.module_number()?;
        let mut kind = [0];
        let start = Place {
            i2c_address: I2C_LOW,
            page: 0,
            offset: 0,
        };
        self.read_once(module, start, &mut kind)?;
        let place = Place::of_kind(kind[0], offset)?;
        // Not beyond the end of a page.
        let left = usize::from(PAGE.saturating_sub(place.offset));
        let len = data.len().min(left);
        self.read_once(module, place, &mut data[..len])
    }

    /// What the module's memory is like (`mlx5e_get_module_info()`).
    ///
    /// Fails with `EIO` if there is none, or one of a kind that nobody knows.
    pub(crate) fn module_standard(self) -> Result<ModuleStandard> {
        let mut head = [0; 2];
        match self.read_module(0, &mut head) {
            Ok(2..) => {}
            _ => return Err(EIO),
        }
        let [kind, revision] = head;
        match kind {
            QSFP => Ok(ModuleStandard::Sff8436),
            QSFP_PLUS if revision < SFF_8636_REVISION => Ok(ModuleStandard::Sff8436),
            QSFP_PLUS | QSFP28 => Ok(ModuleStandard::Sff8636),
            SFP => Ok(ModuleStandard::Sff8472),
            _ => Err(EIO),
        }
    }
}
