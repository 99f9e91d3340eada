// SPDX-License-Identifier: GPL-2.0

//! The firmware as software: its version, its update, its reset, and what it stores for good.
//!
//! An image is `CNXMODEL`, three 16-bit numbers of the version, 16 bits of zeros, whatever, and the
//! CRC-32 of all before it, everything big-endian. The driver takes it from an MFA2 file.

use super::{
    command::{Call, Outcome, Status},
    eq::{event, Event},
    layout::Field,
    registers::Access,
    tables::*,
    Mlx5,
};
use crate::model::Host;
use std::collections::BTreeMap;

/// The board's identifier, which firmware files are made for.
pub const PSID: &[u8; 16] = b"MT_0000000012\0\0\0";

/// Major, minor and last number of a version.
pub type Version = (u16, u16, u16);
/// The version the card comes with.
pub const VERSION: Version = (16, 35, 4030);

/// How an image begins, and how long one is at least.
pub const MAGIC: &[u8] = b"CNXMODEL";
const MIN_IMAGE: usize = 20;
const MAX_IMAGE: u32 = 1 << 24;
/// The driver sends words of 4 bytes, so many bytes at a time.
const LOG_WORD: u64 = 2;
const MAX_WRITE: u64 = 2048;

/// The only component.
const COMPONENT: u64 = 0;
const BOOT_IMAGE: u64 = 1;

/// States of the update.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Update {
    Idle = 0,
    Locked = 1,
    Download = 3,
}

/// What the driver wants of the update.
mod instruction {
    pub const LOCK: u64 = 0x01;
    pub const RELEASE: u64 = 0x02;
    pub const UPDATE: u64 = 0x03;
    pub const VERIFY: u64 = 0x04;
    pub const ACTIVATE: u64 = 0x06;
    pub const CANCEL: u64 = 0x08;
}

/// Why an image is refused.
mod refusal {
    pub const ERROR: u64 = 1;
    pub const DIGEST: u64 = 2;
    pub const FORMAT: u64 = 8;
}

/// Subtypes and states of the events of a reset.
const SYNC_RESET: u8 = 0x08;
const RESET_REQUEST: u32 = 0;
const RESET_ABORT: u32 = 2;
const RESET_UNLOAD: u32 = 3;

/// Answers of a driver to the request.
const ACKNOWLEDGED: u64 = 1;
const REFUSED: u64 = 2;

/// How a reset is going.
mod progress {
    pub const IDLE: u64 = 0;
    pub const NEGOTIATION: u64 = 1;
    pub const RUNNING: u64 = 2;
    pub const REFUSED: u64 = 4;
}

const RESET_LEVEL_3: u64 = 1 << 3;
const RESET_LEVEL_6: u64 = 1 << 6;
const FULL_CHIP: u64 = 1;
/// A reset of the bus would do; turning the link off and on, which a slot with hotplug does not
/// allow, is not needed.
const HOT_RESET: u64 = 1;

/// Firmware and what it stores.
pub struct Firmware {
    /// What runs.
    pub running: Version,
    /// What runs after the next reset.
    pub pending: Option<Version>,
    update: Update,
    error: u64,
    handle: u64,
    image: Vec<u8>,
    size: usize,
    verified: Option<Version>,
    reset: u64,
    /// Whether it was reset since there is power.
    warm: bool,
    /// Configuration, by type.
    stored: BTreeMap<u32, Vec<u8>>,
}

impl Default for Firmware {
    fn default() -> Self {
        Self {
            running: VERSION,
            pending: None,
            update: Update::Idle,
            error: 0,
            handle: 1,
            image: Vec::new(),
            size: 0,
            verified: None,
            reset: progress::IDLE,
            warm: false,
            stored: BTreeMap::new(),
        }
    }
}

impl Firmware {
    /// What was under way ends; what was stored stays.
    pub fn reset(&mut self) {
        self.update = Update::Idle;
        self.error = 0;
        self.image = Vec::new();
        self.verified = None;
        self.reset = progress::IDLE;
    }

    /// It begins anew, with the version that waited for that: there is power again.
    pub fn start(&mut self) {
        self.reset();
        self.running = self.pending.take().unwrap_or(self.running);
        self.warm = false;
    }

    /// It begins anew, and there was power all the time.
    pub fn restart(&mut self) {
        self.start();
        self.warm = true;
    }

    fn verify(&self) -> Result<Version, u64> {
        if self.image.len() < MIN_IMAGE.max(self.size) || !self.image.starts_with(MAGIC) {
            return Err(refusal::FORMAT);
        }
        let (data, sum) = self.image[..self.size].split_at(self.size - 4);
        if crc32(data).to_be_bytes() != sum {
            return Err(refusal::DIGEST);
        }
        let number = |at: usize| Field::new(at * 8, 16).get(data) as u16;
        Ok((number(8), number(10), number(12)))
    }

    fn instruct(&mut self, instruction: u64, size: u64) -> Outcome {
        use instruction::*;

        match (instruction, self.update) {
            (LOCK, Update::Idle) => {
                self.update = Update::Locked;
                self.error = 0;
            }
            (RELEASE | CANCEL, _) => {
                self.handle = self.handle % 0xff_ffff + 1;
                self.update = Update::Idle;
                self.image = Vec::new();
                self.verified = None;
            }
            (UPDATE, Update::Locked) if size <= MAX_IMAGE.into() => {
                self.update = Update::Download;
                self.image = Vec::new();
                self.size = size as usize;
            }
            (VERIFY, Update::Download) => {
                self.update = Update::Locked;
                match self.verify() {
                    Ok(version) => self.verified = Some(version),
                    Err(error) => self.error = error,
                }
            }
            (ACTIVATE, Update::Locked) => match self.verified.take() {
                Some(version) => self.pending = Some(version),
                None => self.error = refusal::ERROR,
            },
            _ => return Err(Status::BadParameter),
        }
        Ok(())
    }

    fn download(&mut self, offset: usize, data: &[u8]) -> Outcome {
        if self.update != Update::Download || offset != self.image.len() {
            return Err(Status::BadParameter);
        }
        // The driver's words are the other way round.
        for word in data.chunks(4) {
            self.image.extend(word.iter().rev());
        }
        if self.image.len() > self.size.next_multiple_of(4) {
            return Err(Status::Limit);
        }
        Ok(())
    }
}

/// The checksum of images.
pub fn crc32(data: &[u8]) -> u32 {
    let step = |sum: u32, _| sum >> 1 ^ if sum & 1 != 0 { 0xedb8_8320 } else { 0 };
    let byte = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), step);
    !data.iter().fold(!0, byte)
}

fn packed((major, minor, sub): Version) -> u64 {
    u64::from(major & 0xff) << 24 | u64::from(minor & 0xff) << 16 | u64::from(sub)
}

impl Mlx5 {
    /// Begins a reset that all drivers of the card have to agree to.
    fn request_reset(&mut self, host: &mut dyn Host) -> Outcome {
        self.firmware.reset = progress::NEGOTIATION;
        if self.sync_reset_event(host, RESET_REQUEST) {
            Ok(())
        } else {
            self.firmware.reset = progress::IDLE;
            Err(Status::BadSystemState)
        }
    }

    fn sync_reset_event(&mut self, host: &mut dyn Host, state: u32) -> bool {
        let event = Event::new(event::GENERAL).subtype(SYNC_RESET);
        self.post(host, event.word(0, state))
    }
}

pub fn query_adapter(_: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    const IEEE_VENDOR: u64 = 0x2c9;
    const VSD_VENDOR: u64 = 0x15b3;

    use query_adapter_out as output;
    output::QUERY_ADAPTER_STRUCT__IEEE_VENDOR_ID.set(&mut call.output, IEEE_VENDOR);
    output::QUERY_ADAPTER_STRUCT__VSD_VENDOR_ID.set(&mut call.output, VSD_VENDOR);
    let place = output::QUERY_ADAPTER_STRUCT__VSD_CONTD_PSID;
    Field::new(0, place.width).copy(PSID, place, &mut call.output);
    Ok(())
}

/// The register of resets: asked what is possible, asked for one, answered to a request.
pub fn mfrl(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    if access.write {
        if mfrl_reg::PCI_SYNC_FOR_FW_UPDATE_START.is_set(access.data) {
            return model.request_reset(access.host);
        }
        let answer = mfrl_reg::PCI_SYNC_FOR_FW_UPDATE_RESP.get(access.data);
        match (answer, model.firmware.reset) {
            (ACKNOWLEDGED, progress::NEGOTIATION) => {
                model.firmware.reset = progress::RUNNING;
                model.sync_reset_event(access.host, RESET_UNLOAD);
            }
            (REFUSED, progress::NEGOTIATION) => {
                model.firmware.reset = progress::REFUSED;
                model.sync_reset_event(access.host, RESET_ABORT);
            }
            _ => {}
        }
        return Ok(());
    }
    mfrl_reg::RESET_LEVEL.set(access.data, RESET_LEVEL_3 | RESET_LEVEL_6);
    mfrl_reg::RESET_TYPE.set(access.data, FULL_CHIP);
    mfrl_reg::PCI_RESET_REQ_METHOD.set(access.data, HOT_RESET);
    mfrl_reg::RESET_STATE.set(access.data, model.firmware.reset);
    Ok(())
}

/// MRSI: the kind of the last reset, and the time since the power was switched on. Only of the chip
/// itself: this card has no other processor.
pub fn mrsi(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const CHIP: u64 = 0;

    if access.write || mrsi_reg::DEVICE.get(access.data) != CHIP {
        return Err(Status::BadParameter);
    }
    mrsi_reg::RESET_REASON.set(access.data, model.firmware.warm.into());
    mrsi_reg::CRTS.set(access.data, model.segment.ticks());
    Ok(())
}

pub fn mcqs(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const ACTIVE_PENDING_RESET: u64 = 4;

    if mcqs_reg::COMPONENT_INDEX.get(access.data) != COMPONENT {
        return Err(Status::BadParameter);
    }
    let pending = model.firmware.pending.map_or(0, |_| ACTIVE_PENDING_RESET);
    for (field, value) in [
        (mcqs_reg::LAST_INDEX_FLAG, 1),
        (mcqs_reg::IDENTIFIER, BOOT_IMAGE),
        (mcqs_reg::COMPONENT_STATUS, 1),
        (mcqs_reg::COMPONENT_UPDATE_STATE, pending),
    ] {
        field.set(access.data, value);
    }
    Ok(())
}

pub fn mcqi(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const CAPABILITIES: u64 = 0;
    const VERSION: u64 = 1;
    const ACTIVATION: u64 = 5;

    if mcqi_reg::COMPONENT_INDEX.get(access.data) != COMPONENT {
        return Err(Status::BadParameter);
    }
    let pending = mcqi_reg::READ_PENDING_COMPONENT.is_set(access.data);
    let firmware = &model.firmware;
    let outer = mcqi_reg::DATA;
    let kind = mcqi_reg::INFO_TYPE.get(access.data);
    let data = &mut access.data;
    let mut put = |field: Field, value| field.within(outer).set(data, value);
    match kind {
        CAPABILITIES => {
            let known = 1 << CAPABILITIES | 1 << VERSION | 1 << ACTIVATION;
            put(mcqi_cap::SUPPORTED_INFO_BITMASK, known);
            put(mcqi_cap::MAX_COMPONENT_SIZE, MAX_IMAGE.into());
            put(mcqi_cap::LOG_MCDA_WORD_SIZE, LOG_WORD);
            put(mcqi_cap::MCDA_MAX_WRITE_SIZE, MAX_WRITE);
        }
        VERSION => {
            let stored = firmware.pending.filter(|_| pending);
            let version = stored.unwrap_or(firmware.running);
            let text = format!("{}.{}.{:04}", version.0, version.1, version.2);
            put(mcqi_version::VERSION, packed(version));
            put(mcqi_version::VERSION_STRING_LENGTH, text.len() as u64);
            let from = Field::new(0, text.len() * 8);
            let place = mcqi_version::VERSION_STRING.within(outer);
            from.copy(text.as_bytes(), place, data);
        }
        ACTIVATION => {
            let waits = u64::from(firmware.pending.is_some());
            put(mcqi_activation_method::PENDING_FW_RESET, waits);
        }
        _ => return Err(Status::BadParameter),
    }
    Ok(())
}

pub fn mcc(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    let firmware = &mut model.firmware;
    if access.write {
        if mcc_reg::UPDATE_HANDLE.get(access.data) != firmware.handle {
            return Err(Status::BadParameter);
        }
        let instruction = mcc_reg::INSTRUCTION.get(access.data);
        firmware.instruct(instruction, mcc_reg::COMPONENT_SIZE.get(access.data))?;
    }
    let done = firmware.image.len() * 100 / firmware.size.max(1);
    for (field, value) in [
        (mcc_reg::UPDATE_HANDLE, firmware.handle),
        (mcc_reg::CONTROL_PROGRESS, done.min(100) as u64),
        (mcc_reg::ERROR_CODE, firmware.error),
        (mcc_reg::CONTROL_STATE, firmware.update as u64),
    ] {
        field.set(access.data, value);
    }
    Ok(())
}

pub fn mcda(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    let firmware = &mut model.firmware;
    let size = mcda_reg::SIZE.get(access.data) as usize;
    let offset = mcda_reg::OFFSET.get(access.data) as usize;
    let data = access.data.get(mcda_reg::BYTES..mcda_reg::BYTES + size);
    let data = data.ok_or(Status::BadInputLength)?;
    let ours = mcda_reg::UPDATE_HANDLE.get(access.data) == firmware.handle;
    if !access.write || !ours || size as u64 > MAX_WRITE {
        return Err(Status::BadParameter);
    }
    firmware.download(offset, data)
}

/// General information about the device.
pub fn mgir(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const DEVICE: Field = Field::new(0x10, 16);
    const PSID_PLACE: Field = Field::new(0x30 * 8, 128);
    const MAJOR: Field = Field::new(0x44 * 8, 32);
    const MINOR: Field = Field::new(0x48 * 8, 32);
    const SUB: Field = Field::new(0x4c * 8, 32);

    let (major, minor, sub) = model.firmware.running;
    DEVICE.set(access.data, model.identity.device.into());
    Field::new(0, 128).copy(PSID, PSID_PLACE, access.data);
    for (field, value) in [(MAJOR, major), (MINOR, minor), (SUB, sub)] {
        field.set(access.data, value.into());
    }
    Ok(())
}

/// Configuration that survives everything: what was never written is zero.
pub fn mnvda(model: &mut Mlx5, access: &mut Access<'_>) -> Outcome {
    const LENGTH: Field = Field::new(0x17, 9);
    const TYPE: Field = Field::new(0x20, 32);
    const DATA: usize = 12;
    const MAX_STORED: usize = 256;

    let (kind, length) = (TYPE.get32(access.data), LENGTH.get(access.data) as usize);
    let data = access.data.get_mut(DATA..DATA + length);
    let data = data.ok_or(Status::BadInputLength)?;
    let stored = &mut model.firmware.stored;
    if access.write {
        if stored.len() >= MAX_STORED && !stored.contains_key(&kind) {
            return Err(Status::NoResources);
        }
        stored.insert(kind, data.to_vec());
    } else {
        data.fill(0);
        if let Some(stored) = stored.get(&kind) {
            let length = stored.len().min(data.len());
            data[..length].copy_from_slice(&stored[..length]);
        }
    }
    Ok(())
}
