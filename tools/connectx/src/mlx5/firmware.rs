// SPDX-License-Identifier: GPL-2.0

//! The firmware as software: its version, its update, its reset, and what it stores for good.
//!
//! An image is `CNXMODEL`, three 16-bit numbers of the version, 16 bits of zeros, whatever, and the
//! CRC-32 of all before it, everything big-endian. The driver takes it from an MFA2 file.

use super::{
    bits::copy,
    command::{Outcome, Status, TypedCall},
    eq::Event,
    layout::*,
    registers::TypedAccess,
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
const LOG_WORD: u8 = 2;
const MAX_WRITE: u16 = 2048;

/// The only component.
const COMPONENT: u16 = 0;
const BOOT_IMAGE: u16 = 1;

/// States of the update.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Update {
    Idle = 0,
    Locked = 1,
    Download = 3,
}

/// What the driver wants of the update.
mod instruction {
    pub const LOCK: u8 = 0x01;
    pub const RELEASE: u8 = 0x02;
    pub const UPDATE: u8 = 0x03;
    pub const VERIFY: u8 = 0x04;
    pub const ACTIVATE: u8 = 0x06;
    pub const CANCEL: u8 = 0x08;
}

/// Why an image is refused.
mod refusal {
    pub const ERROR: u8 = 1;
    pub const DIGEST: u8 = 2;
    pub const FORMAT: u8 = 8;
}

/// Subtypes and states of the events of a reset.
const SYNC_RESET: u8 = 0x08;
const RESET_REQUEST: u8 = 0;
const RESET_ABORT: u8 = 2;
const RESET_UNLOAD: u8 = 3;

/// Answers of a driver to the request.
const ACKNOWLEDGED: u8 = 1;
const REFUSED: u8 = 2;

/// How a reset is going.
mod progress {
    pub const IDLE: u8 = 0;
    pub const NEGOTIATION: u8 = 1;
    pub const RUNNING: u8 = 2;
    pub const REFUSED: u8 = 4;
}

const RESET_LEVEL_3: u8 = 1 << 3;
const RESET_LEVEL_6: u8 = 1 << 6;
const FULL_CHIP: u8 = 1;
/// A reset of the bus would do; turning the link off and on, which a slot with hotplug does not
/// allow, is not needed.
const HOT_RESET: u8 = 1;

/// Firmware and what it stores.
pub struct Firmware {
    /// What runs.
    pub running: Version,
    /// What runs after the next reset.
    pub pending: Option<Version>,
    update: Update,
    error: u8,
    handle: u32,
    image: Vec<u8>,
    size: usize,
    verified: Option<Version>,
    reset: u8,
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

    fn verify(&self) -> Result<Version, u8> {
        if self.image.len() < MIN_IMAGE.max(self.size) || !self.image.starts_with(MAGIC) {
            return Err(refusal::FORMAT);
        }
        let (data, sum) = self.image[..self.size].split_at(self.size - 4);
        if crc32(data).to_be_bytes() != sum {
            return Err(refusal::DIGEST);
        }
        let number = |at: usize| u16::from_be_bytes([data[at], data[at + 1]]);
        Ok((number(8), number(10), number(12)))
    }

    fn instruct(&mut self, instruction: u8, size: u32) -> Outcome {
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
            (UPDATE, Update::Locked) if size <= MAX_IMAGE => {
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

fn packed((major, minor, sub): Version) -> u32 {
    u32::from(major & 0xff) << 24 | u32::from(minor & 0xff) << 16 | u32::from(sub)
}

impl Mlx5 {
    /// Begins a reset that all drivers of the card have to agree to.
    pub(super) fn request_reset(&mut self, host: &mut dyn Host) -> Outcome {
        self.firmware.reset = progress::NEGOTIATION;
        if self.sync_reset_event(host, RESET_REQUEST) {
            Ok(())
        } else {
            self.firmware.reset = progress::IDLE;
            Err(Status::BadSystemState)
        }
    }

    fn sync_reset_event(&mut self, host: &mut dyn Host, state: u8) -> bool {
        let event = Event::new(EventType::GENERAL_EVENT).subtype(SYNC_RESET);
        let event = event.with(|data| data.set(SyncFwUpdateEvent::SYNC_RST_STATE, state));
        self.post(host, event)
    }
}

pub fn query_adapter(
    _: &mut Mlx5,
    call: &mut TypedCall<'_, '_, MboxIn, QueryAdapterOut>,
) -> Outcome {
    const IEEE_VENDOR: u32 = 0x2c9;
    const VSD_VENDOR: u16 = 0x15b3;

    use QueryAdapterParamBlock as Block;
    let mut output = call.output();
    let mut block = output.part(QueryAdapterOut::QUERY_ADAPTER_STRUCT);
    block.set(Block::IEEE_VENDOR_ID, IEEE_VENDOR);
    block.set(Block::VSD_VENDOR_ID, VSD_VENDOR);
    copy(PSID, block.bytes(Block::VSD_CONTD_PSID));
    Ok(())
}

/// The register of resets: asked what is possible, asked for one, answered to a request.
pub fn mfrl(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MfrlReg>) -> Outcome {
    if access.write {
        if access.get(MfrlReg::PCI_SYNC_FOR_FW_UPDATE_START) {
            return model.request_reset(access.host);
        }
        let answer = access.get(MfrlReg::PCI_SYNC_FOR_FW_UPDATE_RESP);
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
    access.set(MfrlReg::RESET_LEVEL, RESET_LEVEL_3 | RESET_LEVEL_6);
    access.set(MfrlReg::RESET_TYPE, FULL_CHIP);
    access.set(MfrlReg::PCI_RESET_REQ_METHOD, HOT_RESET);
    access.set(MfrlReg::RESET_STATE, model.firmware.reset);
    Ok(())
}

structures! {
    /// The register of the last reset, of which the kernel knows nothing.
    MrsiReg(0x200) {
        DEVICE: u8 = 0x1c, 4;
        RESET_REASON: u8 = 0x3c, 4;
        CRTS: u64 = 0x40, 64;
    }

    /// The register of general information about the device, neither.
    MgirReg(0x500) {
        DEVICE: u16 = 0x10, 16;
        PSID: [u8; 16] = 0x180, 128;
        MAJOR: u32 = 0x220, 32;
        MINOR: u32 = 0x240, 32;
        SUB: u32 = 0x260, 32;
    }
}

/// MRSI: the kind of the last reset, and the time since the power was switched on. Only of the chip
/// itself: this card has no other processor.
pub fn mrsi(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MrsiReg>) -> Outcome {
    const CHIP: u8 = 0;

    if access.write || access.get(MrsiReg::DEVICE) != CHIP {
        return Err(Status::BadParameter);
    }
    access.set(MrsiReg::RESET_REASON, model.firmware.warm.into());
    access.set(MrsiReg::CRTS, model.segment.ticks());
    Ok(())
}

pub fn mcqs(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, McqsReg>) -> Outcome {
    const ACTIVE_PENDING_RESET: u8 = 4;

    if access.get(McqsReg::COMPONENT_INDEX) != COMPONENT {
        return Err(Status::BadParameter);
    }
    let pending = model.firmware.pending.map_or(0, |_| ACTIVE_PENDING_RESET);
    access.set(McqsReg::LAST_INDEX_FLAG, true);
    access.set(McqsReg::IDENTIFIER, BOOT_IMAGE);
    access.set(McqsReg::COMPONENT_STATUS, 1);
    access.set(McqsReg::COMPONENT_UPDATE_STATE, pending);
    Ok(())
}

pub fn mcqi(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, McqiReg>) -> Outcome {
    const CAPABILITIES: u8 = 0;
    const VERSION: u8 = 1;
    const ACTIVATION: u8 = 5;

    if access.get(McqiReg::COMPONENT_INDEX) != COMPONENT {
        return Err(Status::BadParameter);
    }
    let pending = access.get(McqiReg::READ_PENDING_COMPONENT);
    let kind = access.get(McqiReg::INFO_TYPE);
    let firmware = &model.firmware;
    let data = access.data.get_mut(McqiReg::BYTES..).unwrap_or_default();
    let mut data = ViewMut::<McqiRegData>::of_any_length(data);
    match kind {
        CAPABILITIES => {
            let known = 1 << CAPABILITIES | 1 << VERSION | 1 << ACTIVATION;
            let mut data = data.part(McqiRegData::MCQI_CAPS);
            data.set(McqiCap::SUPPORTED_INFO_BITMASK, known);
            data.set(McqiCap::MAX_COMPONENT_SIZE, MAX_IMAGE);
            data.set(McqiCap::LOG_MCDA_WORD_SIZE, LOG_WORD);
            data.set(McqiCap::MCDA_MAX_WRITE_SIZE, MAX_WRITE);
        }
        VERSION => {
            let stored = firmware.pending.filter(|_| pending);
            let version = stored.unwrap_or(firmware.running);
            let text = format!("{}.{}.{:04}", version.0, version.1, version.2);
            let mut data = data.part(McqiRegData::MCQI_VERSION);
            data.set(McqiVersion::VERSION, packed(version));
            data.set(McqiVersion::VERSION_STRING_LENGTH, text.len() as u8);
            copy(text.as_bytes(), data.bytes(McqiVersion::VERSION_STRING));
        }
        ACTIVATION => {
            let activation = McqiRegData::MCQI_ACTIVATION_MATHOD;
            let waits = activation.then(McqiActivationMethod::PENDING_FW_RESET);
            data.set(waits, firmware.pending.is_some());
        }
        _ => return Err(Status::BadParameter),
    }
    Ok(())
}

pub fn mcc(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MccReg>) -> Outcome {
    let firmware = &mut model.firmware;
    if access.write {
        if access.get(MccReg::UPDATE_HANDLE) != firmware.handle {
            return Err(Status::BadParameter);
        }
        let instruction = access.get(MccReg::INSTRUCTION);
        firmware.instruct(instruction, access.get(MccReg::COMPONENT_SIZE))?;
    }
    let done = firmware.image.len() * 100 / firmware.size.max(1);
    access.set(MccReg::UPDATE_HANDLE, firmware.handle);
    access.set(MccReg::CONTROL_PROGRESS, done.min(100) as u8);
    access.set(MccReg::ERROR_CODE, firmware.error);
    access.set(MccReg::CONTROL_STATE, firmware.update as u8);
    Ok(())
}

pub fn mcda(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, McdaReg>) -> Outcome {
    let firmware = &mut model.firmware;
    let size = access.get(McdaReg::SIZE);
    let offset = access.get(McdaReg::OFFSET) as usize;
    let data = McdaReg::BYTES..McdaReg::BYTES + usize::from(size);
    let data = access.data.get(data).ok_or(Status::BadInputLength)?;
    let ours = access.get(McdaReg::UPDATE_HANDLE) == firmware.handle;
    if !access.write || !ours || size > MAX_WRITE {
        return Err(Status::BadParameter);
    }
    firmware.download(offset, data)
}

/// General information about the device.
pub fn mgir(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MgirReg>) -> Outcome {
    let (major, minor, sub) = model.firmware.running;
    access.set(MgirReg::DEVICE, model.identity.device);
    copy(PSID, access.view_mut().bytes(MgirReg::PSID));
    access.set(MgirReg::MAJOR, major.into());
    access.set(MgirReg::MINOR, minor.into());
    access.set(MgirReg::SUB, sub.into());
    Ok(())
}

/// Configuration that survives everything: what was never written is zero.
pub fn mnvda(model: &mut Mlx5, access: &mut TypedAccess<'_, '_, MnvdaReg>) -> Outcome {
    const MAX_STORED: usize = 256;

    let header = access.view().part(MnvdaReg::CONFIGURATION_ITEM_HEADER);
    let length = usize::from(header.get(ConfigItem::LENGTH));
    let kind = header.get(ConfigItem::TYPE);
    let start = MnvdaReg::CONFIGURATION_ITEM_DATA.bytes().start;
    let write = access.write;
    let data = access.data.get_mut(start..start + length);
    let data = data.ok_or(Status::BadInputLength)?;
    let stored = &mut model.firmware.stored;
    if write {
        if stored.len() >= MAX_STORED && !stored.contains_key(&kind) {
            return Err(Status::NoResources);
        }
        stored.insert(kind, data.to_vec());
    } else {
        data.fill(0);
        if let Some(stored) = stored.get(&kind) {
            copy(stored, data);
        }
    }
    Ok(())
}
