// SPDX-License-Identifier: GPL-2.0

//! The firmware: which one it is, and how it is started.

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    icm::Own,
    layout::{
        byte,
        half,
        long,
        word,
        Field,
        Mailbox, //
    },
};

use kernel::{
    fmt,
    prelude::*, //
};

/// Revisions of the command interface that the driver knows (`MLX4_COMMAND_INTERFACE_MIN_REV`, the
/// first with the commands for ports, and `MLX4_COMMAND_INTERFACE_MAX_REV`). Those before were for
/// ConnectX.
const MIN_REVISION: u16 = 3;
const MAX_REVISION: u16 = 3;

/// What QUERY_FW says.
mod answer {
    use super::*;

    pub(super) const PAGES: Field<u16> = half(0x00);
    pub(super) const MAJOR: Field<u16> = half(0x02);
    pub(super) const SUBMINOR: Field<u16> = half(0x04);
    pub(super) const MINOR: Field<u16> = half(0x06);
    pub(super) const REVISION: Field<u16> = half(0x0a);
    pub(super) const LOG_MAX_COMMANDS: Field<u8> = byte(0x0f);
    pub(super) const ERRORS: Field<u64> = long(0x30);
    pub(super) const ERROR_WORDS: Field<u32> = word(0x38);
    pub(super) const ERROR_BAR: Field<u8> = byte(0x3c).bits(6, 2);
}

/// The version of the firmware.
#[derive(Clone, Copy, Default)]
pub(crate) struct Version {
    pub(crate) major: u16,
    pub(crate) minor: u16,
    pub(crate) subminor: u16,
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{:03}", self.major, self.minor, self.subminor)
    }
}

/// The firmware, as it says it is.
#[derive(Clone, Copy)]
pub(crate) struct Firmware {
    pub(crate) version: Version,
    /// How many pages it wants to run in.
    pages: u16,
    /// How many commands it executes at a time.
    pub(crate) max_commands: u32,
}

impl Firmware {
    /// Asks it (`mlx4_QUERY_FW()`). Fails with `ENODEV` if the driver does not know its revision of
    /// the command interface.
    pub(crate) fn query(card: &Card<'_>) -> Result<Self> {
        let dev = card.dev.as_ref();
        let answer = card
            .query(Call::new(Op::QUERY_FW))
            .inspect_err(|error| match *error {
                EACCES => dev_info!(dev, "non-primary physical function, skipping\n"),
                _ => dev_err!(dev, "QUERY_FW command failed, aborting\n"),
            })?;
        let version = Version {
            major: answer.get(answer::MAJOR),
            minor: answer.get(answer::MINOR),
            subminor: answer.get(answer::SUBMINOR),
        };
        let revision = answer.get(answer::REVISION);
        if !(MIN_REVISION..=MAX_REVISION).contains(&revision) {
            dev_err!(
                dev,
                "Installed FW has unsupported command interface revision {}\n",
                revision
            );
            dev_err!(dev, "(Installed FW version is {})\n", version);
            dev_err!(
                dev,
                "This driver version supports only revisions {} to {}\n",
                MIN_REVISION,
                MAX_REVISION
            );
            dev_err!(dev, "QUERY_FW command failed, aborting\n");
            return Err(ENODEV);
        }
        card.health.set_buffer(
            card,
            // Each has the place of two, as it has 64 bits.
            2 * answer.get(answer::ERROR_BAR),
            answer.get(answer::ERRORS),
            answer.get(answer::ERROR_WORDS),
        );
        Ok(Firmware {
            version,
            pages: answer.get(answer::PAGES),
            max_commands: 1_u32
                .checked_shl(answer.get(answer::LOG_MAX_COMMANDS).into())
                .unwrap_or(1),
        })
    }

    /// Starts it (`mlx4_load_fw()`). It runs until what this returns is dropped.
    pub(crate) fn start<'up>(&self, card: &'up Card<'up>) -> Result<Own<'up>> {
        let dev = card.dev.as_ref();
        let start = || {
            let area = Own::firmware(card, self.pages.into())?;
            card.run(Call::new(Op::RUN_FW))
                .inspect_err(|_| dev_err!(dev, "RUN_FW command failed, aborting\n"))?;
            Ok(area)
        };
        let area =
            start().inspect_err(|_: &Error| dev_err!(dev, "Failed to start FW, aborting\n"))?;
        set_page_size(card);
        Ok(area)
    }
}

/// Has context memory be in pages of the device's smallest size (`mlx4_MOD_STAT_CFG()`).
fn set_page_size(card: &Card<'_>) {
    const CHANGES_PAGE: Field<u8> = byte(0x02);
    const LOG_PAGE: Field<u8> = byte(0x03);

    let set = || {
        let mut mailbox = Mailbox::new(card)?;
        mailbox.set(CHANGES_PAGE, 1);
        mailbox.set(LOG_PAGE, 0);
        card.run_with(Call::new(Op::MOD_STAT_CFG), &mailbox)
    };
    if set().is_err() {
        dev_warn!(
            card.dev.as_ref(),
            "Failed to override log_pg_sz parameter\n"
        );
    }
}
