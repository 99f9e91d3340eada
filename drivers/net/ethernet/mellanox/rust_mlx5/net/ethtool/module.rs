// SPDX-License-Identifier: GPL-2.0

//! The module that is plugged into the port, for ethtool(8).

use crate::port::{
    Place,
    Port,
    Unreadable, //
};

use kernel::{
    net::ethtool::ModulePage,
    prelude::*, //
};

/// Why a module could not be read, and how much of it was read before.
pub(super) struct Stopped {
    pub(super) read: usize,
    pub(super) error: Error,
    /// What the module said.
    pub(super) status: u8,
}

/// Fills `data` by reading again and again, until nothing is read any more.
fn read(
    data: &mut [u8],
    mut read_once: impl FnMut(usize, &mut [u8]) -> Result<usize, Unreadable>,
) -> Result<usize, Stopped> {
    let mut read = 0;
    while read < data.len() {
        match read_once(read, &mut data[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(unreadable) => {
                let (error, status) = unreadable.parts();
                return Err(Stopped {
                    read,
                    error,
                    status,
                });
            }
        }
    }
    Ok(read)
}

/// A place that is `more` bytes after another one; those behind the last one are not there.
fn after(offset: u16, more: usize) -> Result<u16> {
    let more = u16::try_from(more).map_err(|_| EINVAL)?;
    offset.checked_add(more).ok_or(EINVAL)
}

/// Reads from a page (`mlx5e_get_module_eeprom_by_page()`).
pub(super) fn read_page(
    port: Port<'_>,
    page: &ModulePage,
    data: &mut [u8],
) -> Result<usize, Stopped> {
    // The kernel has no places behind byte 255 of a page.
    let start = u16::try_from(page.offset).unwrap_or(u16::MAX);
    read(data, |read, data| {
        let place = Place {
            i2c_address: page.i2c_address,
            page: page.page,
            offset: after(start, read)?,
        };
        port.read_module_page(place, data)
    })
}

/// Reads from all of the memory, counted through (`mlx5e_get_module_eeprom()`).
pub(super) fn read_memory(port: Port<'_>, offset: u32, data: &mut [u8]) -> Result<usize, Stopped> {
    let start = u16::try_from(offset).unwrap_or(u16::MAX);
    read(data, |read, data| {
        port.read_module(after(start, read)?, data)
    })
}
