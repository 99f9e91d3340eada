// SPDX-License-Identifier: GPL-2.0

//! The module that is plugged into the port, which the device asks with a management datagram
//! (`mlx4_get_module_info()`).

use crate::{
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        half,
        Field,
        Mailbox, //
    },
    net::port::Port, //
};

use kernel::{
    net::ethtool::ModuleStandard,
    prelude::*, //
};

/// A datagram (`struct mlx4_mad_ifc`), and the memory of a module in it (`struct mlx4_cable_info`).
mod datagram {
    use super::*;

    const DATA: usize = 64;

    pub(super) const VERSIONS: [Field<u8>; 3] = [byte(0), byte(1), byte(2)];
    pub(super) const METHOD: Field<u8> = byte(3);
    pub(super) const STATUS: Field<u16> = half(4);
    pub(super) const ATTRIBUTE: Field<u16> = half(16);
    pub(super) const I2C_ADDRESS: Field<u8> = byte(DATA);
    pub(super) const PAGE: Field<u8> = byte(DATA + 1);
    pub(super) const OFFSET: Field<u16> = half(DATA + 2);
    pub(super) const SIZE: Field<u16> = half(DATA + 6);
    pub(super) const CONTENTS: usize = DATA + 16;

    pub(super) const GET: u8 = 1;
    pub(super) const MODULE: u16 = 0xff60;
    /// Neither the key of the sender nor that of the port is looked at.
    pub(super) const TRUSTED: u8 = 3;
}

/// How much of a module can be read at once (`MODULE_INFO_MAX_READ`).
const MOST: usize = 48;

/// The addresses of a module on its bus.
const I2C_LOW: u8 = 0x50;
const I2C_HIGH: u8 = 0x51;

/// How long all of a module's memory is that has one address, and a page of its upper half.
const PAGE: u16 = 256;
const HIGH_PAGE: u16 = 128;

/// Kinds of modules (`MLX4_MODULE_ID_*`), the first byte of all of them.
const SFP: u8 = 0x3;
const QSFP: u8 = 0xc;
const QSFP_PLUS: u8 = 0xd;
const QSFP28: u8 = 0x11;

/// From which revision on a QSFP+ is as SFF-8636 has it.
const SFF_8636_REVISION: u8 = 3;

/// What the upper byte of a status says (`CABLE_INF_I2C_ADDR`).
const NO_SUCH_I2C_ADDRESS: u8 = 7;

/// Where something is in a module.
#[derive(Clone, Copy)]
struct Place {
    i2c_address: u8,
    page: u8,
    offset: u16,
}

impl Place {
    /// Where `offset` is, if all of the memory of a module of that kind is counted through.
    fn of_kind(kind: u8, offset: u16) -> Option<Self> {
        let at = |i2c_address, page, offset| {
            Some(Place {
                i2c_address,
                page,
                offset,
            })
        };
        match kind {
            SFP | QSFP | QSFP_PLUS | QSFP28 if offset < PAGE => at(I2C_LOW, 0, offset),
            SFP => at(I2C_HIGH, 0, offset - PAGE),
            QSFP | QSFP_PLUS | QSFP28 => {
                let page = 1 + (offset - PAGE) / HIGH_PAGE;
                let number = u8::try_from(page).ok()?;
                at(I2C_LOW, number, offset - page * HIGH_PAGE)
            }
            _ => None,
        }
    }
}

/// What a status means (`cable_info_mad_err_str()`).
fn text(status: u16) -> &'static str {
    match status >> 8 {
        1 => "invalid port selected",
        2 => "operation not supported for this port (the port is of type CX4 or internal)",
        3 => "cable is not connected",
        4 => "the connected cable has no EPROM (passive copper cable)",
        5 => "page number is greater than 15",
        6 => {
            "invalid device_address or size (that is, size equals 0 or address+size is greater \
             than 256)"
        }
        7 => "invalid I2C slave address",
        8 => "at least one cable violates the QSFP specification and ignores the modsel signal",
        9 => "I2C bus is constantly busy",
        _ => "Unknown Error",
    }
}

/// Reads from a module, as much as one datagram can. Returns how much that is.
fn ask(port: Port<'_>, what: &str, place: Place, data: &mut [u8]) -> Result<usize> {
    let size = data.len().min(MOST);
    let mut mailbox = Mailbox::new(port.card)?;
    for version in datagram::VERSIONS {
        mailbox.set(version, 1);
    }
    mailbox.set(datagram::METHOD, datagram::GET);
    mailbox.set(datagram::ATTRIBUTE, datagram::MODULE);
    mailbox.set(datagram::I2C_ADDRESS, place.i2c_address);
    mailbox.set(datagram::PAGE, place.page);
    mailbox.set(datagram::OFFSET, place.offset);
    // CAST: At most 48.
    mailbox.set(datagram::SIZE, size as u16);
    let call = Call::new(Op::MAD_IFC)
        .modifier(port.number().into())
        .op_modifier(datagram::TRUSTED);
    let answer = port.card.run_both(call, &mailbox)?;
    let status = answer.get(datagram::STATUS);
    if status != 0 {
        dev_warn!(
            port.card.dev.as_ref(),
            "MLX4_CMD_MAD_IFC Get {} attr({:x}) port({}) i2c_addr({:x}) offset({}) size({}): \
             Response Mad Status({:x}) - {}\n",
            what,
            datagram::MODULE,
            port.number(),
            place.i2c_address,
            place.offset,
            size,
            status,
            text(status)
        );
        // Some SFPs do not have the second address: there is nothing.
        if place.i2c_address == I2C_HIGH && status >> 8 == NO_SUCH_I2C_ADDRESS.into() {
            return Ok(0);
        }
        return Err(EIO);
    }
    answer.read(datagram::CONTENTS, &mut data[..size]);
    Ok(size)
}

/// Reads from the module, whose memory is counted through. Returns how many bytes were read at
/// once.
fn read_once(port: Port<'_>, offset: u16, data: &mut [u8]) -> Result<usize> {
    let mut kind = [0];
    let start = Place {
        i2c_address: I2C_LOW,
        page: 0,
        offset: 0,
    };
    ask(port, "Module ID", start, &mut kind)?;
    let place = Place::of_kind(kind[0], offset).ok_or_else(|| {
        dev_err!(
            port.card.dev.as_ref(),
            "Module ID not recognized: {:#x}\n",
            kind[0]
        );
        EINVAL
    })?;
    // Not beyond the end of a page.
    let left = usize::from(PAGE.saturating_sub(place.offset));
    let len = data.len().min(left);
    ask(port, "Module info", place, &mut data[..len])
}

/// What the module's memory is like (`mlx4_en_get_module_info()`).
///
/// Fails with `EIO` if there is none, and with `EINVAL` for one of a kind that nobody knows.
pub(super) fn standard(port: Port<'_>) -> Result<ModuleStandard> {
    let mut head = [0; 2];
    match read_once(port, 0, &mut head) {
        Ok(2..) => {}
        _ => return Err(EIO),
    }
    let [kind, revision] = head;
    match kind {
        QSFP => Ok(ModuleStandard::Sff8436),
        QSFP_PLUS if revision < SFF_8636_REVISION => Ok(ModuleStandard::Sff8436),
        QSFP_PLUS | QSFP28 => Ok(ModuleStandard::Sff8636),
        SFP => Ok(ModuleStandard::Sff8472),
        _ => Err(EINVAL),
    }
}

/// Why a module could not be read: how much was read before, what was left, and from where on.
pub(super) struct Stopped {
    pub(super) read: usize,
    pub(super) left: usize,
    pub(super) offset: usize,
    pub(super) error: Error,
}

/// Fills `data` from the module's memory, until there is no more (`mlx4_en_get_module_eeprom()`).
pub(super) fn read(port: Port<'_>, offset: u32, data: &mut [u8]) -> Result<(), Stopped> {
    let mut read = 0;
    while read < data.len() {
        // CAST: The kernel has no memory that is larger than a few pages.
        let offset = offset as usize + read;
        let more = u16::try_from(offset)
            .map_err(|_| EINVAL)
            .and_then(|offset| read_once(port, offset, &mut data[read..]));
        match more {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) => {
                return Err(Stopped {
                    read,
                    left: data.len() - read,
                    offset,
                    error,
                });
            }
        }
    }
    Ok(())
}
