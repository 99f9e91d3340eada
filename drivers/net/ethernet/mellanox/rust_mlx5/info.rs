// SPDX-License-Identifier: GPL-2.0

//! What a device is and which firmware it has.

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    layout::{
        Block,
        McamAccessReg,
        McqiReg,
        McqiVersion,
        McqsReg,
        Register,
        Structure, //
    }, //
};

use kernel::{
    net::devlink::{
        Info,
        Locked,
        Version, //
    },
    prelude::*,
    str::{
        BStr,
        CString, //
    }, //
};

/// How the firmware's image is called among components (`MCQS_IDENTIFIER_BOOT_IMG`).
const BOOT_IMAGE: u16 = 1;

/// What the register is to say: what can be written, or a version (`MCQI_INFO_TYPE_*`).
pub(crate) const INFO_CAPABILITIES: u8 = 0;
const INFO_VERSION: u8 = 1;

/// States of a component's update (`MCQS_UPDATE_STATE_*`): nothing waits, or an image does.
const IDLE: u8 = 0;
const ACTIVE_PENDING_RESET: u8 = 4;

/// What the driver says where it could not find out.
const UNKNOWN: u32 = u32::MAX;

/// A firmware's version, packed.
#[derive(Clone, Copy)]
struct Packed(u32);

impl Packed {
    fn text(self) -> Result<CString> {
        let Packed(version) = self;
        CString::try_from_fmt(fmt!(
            "{}.{}.{:04}",
            version >> 24,
            version >> 16 & 0xff,
            version & 0xffff
        ))
    }
}

/// Answers (`mlx5_devlink_info_get()`).
pub(crate) fn fill(cx: &Locked<'_, Mlx5>, out: &mut Info<'_>) -> Result {
    let data = cx.data();
    serial_numbers(&data.card, out)?;
    if let Some(id) = data.board_id.as_ref() {
        out.version(Version::Fixed, c"fw.psid", &text_of(id, 0)?)?;
    }
    let Some((running, stored)) = cx.up(|up| versions(&data.card, &up.caps)) else {
        // Nobody can be asked.
        return Ok(());
    };
    let running_text = running.text()?;
    out.version(Version::Running, c"fw.version", &running_text)?;
    out.version(Version::Running, c"fw", &running_text)?;
    let stored = stored.unwrap_or(running).text()?;
    out.version(Version::Stored, c"fw.version", &stored)?;
    out.version(Version::Stored, c"fw", &stored)
}

/// What is written on the board (`mlx5_devlink_serial_numbers_put()`).
fn serial_numbers(card: &Card<'_>, out: &mut Info<'_>) -> Result {
    // Without vital product data there are no numbers.
    let Ok(vpd) = card.dev.vpd() else {
        return Ok(());
    };
    if let Some(number) = vpd.read_only_field(*b"SN") {
        out.board_serial_number(&text_of(number, b' ')?)?;
    }
    if let Some(number) = vpd.read_only_field(*b"V3") {
        out.serial_number(&text_of(number, 0)?)?;
    }
    Ok(())
}

/// The text before `end`.
pub(crate) fn text_of(bytes: &[u8], end: u8) -> Result<CString> {
    let is_end = |byte: &u8| *byte == end || *byte == 0;
    let text = bytes.split(is_end).next().unwrap_or_default();
    CString::try_from_fmt(fmt!("{}", BStr::from_bytes(text)))
}

/// Which firmware runs, and which waits for a reset, if any (`mlx5_fw_version_query()`).
fn versions(card: &Card<'_>, caps: &Caps) -> (Packed, Option<Packed>) {
    let dev = card.dev.as_ref();
    if !caps.has_register(McamAccessReg::MCQI) || !caps.has_register(McamAccessReg::MCQS) {
        dev_warn!(dev, "fw query isn't supported by the FW\n");
        return (Packed(0), None);
    }
    let index = match boot_image_index(card) {
        Ok(index) => index,
        Err(error) => {
            dev_warn!(
                dev,
                "fw query failed to find boot img component index, err {}\n",
                error.to_errno()
            );
            return (Packed(0), None);
        }
    };
    let running = version_of(card, index, false).unwrap_or_else(|error| {
        dev_warn!(
            dev,
            "failed to query running version, err {}\n",
            error.to_errno()
        );
        Packed(UNKNOWN)
    });
    let pending = match is_pending(card, index) {
        Ok(false) => None,
        Ok(true) => Some(version_of(card, index, true).unwrap_or_else(|error| {
            dev_warn!(
                dev,
                "failed to query pending version, err {}\n",
                error.to_errno()
            );
            Packed(UNKNOWN)
        })),
        Err(error) => {
            dev_warn!(
                dev,
                "failed to query pending image, err {}\n",
                error.to_errno()
            );
            Some(Packed(UNKNOWN))
        }
    };
    (running, pending)
}

fn component(card: &Card<'_>, index: u16) -> Result<Block<McqsReg>> {
    let mut register = Block::<McqsReg>::new();
    register.set(McqsReg::COMPONENT_INDEX, index);
    card.read_register(Register::MCQS, 0, register)
}

/// Which component is the firmware's image.
fn boot_image_index(card: &Card<'_>) -> Result<u16> {
    for index in 0..=u16::MAX {
        let status = component(card, index)?;
        if status.get(McqsReg::IDENTIFIER) == BOOT_IMAGE {
            return Ok(index);
        }
        if status.get(McqsReg::LAST_INDEX_FLAG) {
            dev_warn!(
                card.dev.as_ref(),
                "mcqs: can't find boot_img component ix, last scanned idx {}\n",
                index
            );
            break;
        }
    }
    Err(EOPNOTSUPP)
}

/// Whether an image waits for a reset.
fn is_pending(card: &Card<'_>, index: u16) -> Result<bool> {
    match component(card, index)?.get(McqsReg::COMPONENT_UPDATE_STATE) {
        IDLE => Ok(false),
        ACTIVE_PENDING_RESET => Ok(true),
        state => {
            dev_warn!(
                card.dev.as_ref(),
                "mcqs: can't read pending fw version while fw state is {}\n",
                state
            );
            Err(ENODATA)
        }
    }
}

/// The version of a component that runs, or that waits.
fn version_of(card: &Card<'_>, index: u16, pending: bool) -> Result<Packed> {
    let version = card.query_component::<McqiVersion>(index, pending, INFO_VERSION)?;
    Ok(Packed(version.get(McqiVersion::VERSION)))
}

impl Card<'_> {
    /// Asks about a component of the firmware, one that runs or one that waits
    /// (`mlx5_reg_mcqi_query()`).
    pub(crate) fn query_component<S: Structure>(
        &self,
        index: u16,
        pending: bool,
        kind: u8,
    ) -> Result<Block<S>> {
        let mut register = Block::<McqiReg>::new();
        register.set(McqiReg::COMPONENT_INDEX, index);
        register.set(McqiReg::READ_PENDING_COMPONENT, pending);
        register.set(McqiReg::INFO_TYPE, kind);
        register.set(McqiReg::DATA_SIZE, u16::try_from(S::BYTES)?);
        let mut answer = KVec::from_elem(0, McqiReg::BYTES + S::BYTES, GFP_KERNEL)?;
        self.read_register_into(Register::MCQI, register.as_ref(), &mut answer)?;
        let mut data = Block::<S>::new();
        data.as_mut().copy_from_slice(&answer[McqiReg::BYTES..]);
        Ok(data)
    }
}
