// SPDX-License-Identifier: GPL-2.0

//! The configuration space of a function: header, capabilities, and what writing them sets off.

use crate::{
    gateway::{self, Gateway},
    model::{Identity, Model, Reset},
    vpd,
};

/// Bytes of the space, extended capabilities included.
pub const SIZE: usize = 4096;

// Where the capabilities are; the standard leaves it to the device.
const PM: usize = 0x40;
const VPD: usize = 0x48;
const PCIE: usize = 0x60;
const MSIX: usize = 0x9c;
const VSC: usize = 0xc0;
const AER: usize = 0x100;
const SERIAL: usize = 0x150;

// Registers of advanced error reporting, which no reset clears as long as there is power.
const UNCORRECTABLE: usize = AER + 0x04;
const UNCORRECTABLE_MASK: usize = AER + 0x08;
const UNCORRECTABLE_SEVERITY: usize = AER + 0x0c;
const CORRECTABLE: usize = AER + 0x10;
const CORRECTABLE_MASK: usize = AER + 0x14;
const AER_CONTROL: usize = AER + 0x18;
const STICKY: std::ops::Range<usize> = UNCORRECTABLE..AER_CONTROL + 4;

/// Errors of the bus: their names, where their status is, and which bit.
const ERRORS: &[(&str, usize, u32)] = &[
    ("receiver", CORRECTABLE, 0),
    ("bad_tlp", CORRECTABLE, 6),
    ("bad_dllp", CORRECTABLE, 7),
    ("replay_rollover", CORRECTABLE, 8),
    ("replay_timeout", CORRECTABLE, 12),
    ("advisory", CORRECTABLE, 13),
    ("corrected_internal", CORRECTABLE, 14),
    ("data_link", UNCORRECTABLE, 4),
    ("poisoned_tlp", UNCORRECTABLE, 12),
    ("flow_control", UNCORRECTABLE, 13),
    ("completion_timeout", UNCORRECTABLE, 14),
    ("completer_abort", UNCORRECTABLE, 15),
    ("unexpected_completion", UNCORRECTABLE, 16),
    ("receiver_overflow", UNCORRECTABLE, 17),
    ("malformed_tlp", UNCORRECTABLE, 18),
    ("ecrc", UNCORRECTABLE, 19),
    ("unsupported_request", UNCORRECTABLE, UNSUPPORTED_REQUEST),
    ("internal", UNCORRECTABLE, 22),
];
const UNSUPPORTED_REQUEST: u32 = 20;

/// The message that reports an error of a kind, and the kind's bit: in Device Status it says that
/// one was detected, in Device Control that the message is enabled.
const CORRECTED: (&str, u32) = ("ERR_COR", 1 << 0);
const NON_FATAL: (&str, u32) = ("ERR_NONFATAL", 1 << 1);
const FATAL: (&str, u32) = ("ERR_FATAL", 1 << 2);
const UNSUPPORTED_DETECTED: u32 = 1 << 3;

const COMMAND: usize = 0x04;
const COMMAND_BUS_MASTER: u8 = 1 << 2;
const COMMAND_SERR: u32 = 1 << 8;
const STATUS: usize = 0x06;
const STATUS_SERR: u32 = 1 << 14;
const FIRST_BAR: usize = 0x10;
const DEVICE_CONTROL: usize = PCIE + 0x08;
const DEVICE_STATUS: usize = PCIE + 0x0a;
const DEVICE_CONTROL_FLR: u8 = 1 << 7;
const VPD_ADDRESS: usize = VPD + 2;
const VPD_DATA: usize = VPD + 4;
const VPD_FLAG: u16 = 1 << 15;

/// A field of the space: where, how many bytes, its value, which bits a driver may write, and
/// which it clears by writing ones.
struct Field(usize, usize, u64, u64, u64);

/// A field that nobody writes.
const fn fixed(offset: usize, width: usize, value: u64) -> Field {
    Field(offset, width, value, 0, 0)
}

#[rustfmt::skip]
const FIELDS: &[Field] = &[
    Field(COMMAND, 2, 0, 0x0547, 0),
    Field(STATUS, 2, 0x0010, 0, 0xf900),          // status: capabilities
    Field(0x0c, 1, 0, 0xff, 0),                 // cache line
    fixed(0x34, 1, PM as u64),
    Field(0x3c, 1, 0, 0xff, 0),                 // interrupt line

    fixed(PM, 2, 0x01 | (VPD as u64) << 8),
    fixed(PM + 2, 2, 0x0003),
    Field(PM + 4, 2, 0x0008, 0x0103, 0x8000),   // no soft reset
    fixed(VPD, 2, 0x03 | (PCIE as u64) << 8),
    Field(VPD_ADDRESS, 2, 0, 0xffff, 0),
    Field(VPD_DATA, 4, 0, 0xffff_ffff, 0),

    fixed(PCIE, 2, 0x10 | (MSIX as u64) << 8),
    fixed(PCIE + 0x02, 2, 0x0002),              // version 2, an endpoint
    fixed(PCIE + 0x04, 4, 0x1000_8022),         // 512 bytes, extended tags, role-based errors, FLR
    Field(DEVICE_CONTROL, 2, 0x2810, 0xffff, 0),
    Field(DEVICE_STATUS, 2, 0, 0, 0x000f),
    fixed(PCIE + 0x0c, 4, 0x0000_0083),         // link: 8 GT/s, 8 lanes
    Field(PCIE + 0x10, 2, 0, 0x01fb, 0),
    fixed(PCIE + 0x12, 2, 0x1083),
    fixed(PCIE + 0x24, 4, 0x0000_001f),         // completion time-outs
    Field(PCIE + 0x28, 2, 0, 0x001f, 0),
    fixed(PCIE + 0x2c, 4, 0x0000_000e),         // link speeds
    Field(PCIE + 0x30, 2, 0x0003, 0x000f, 0),

    fixed(AER, 4, 0x0001 | 2 << 16 | (SERIAL as u64) << 20),
    Field(UNCORRECTABLE, 4, 0, 0, 0x07ff_f030),
    Field(UNCORRECTABLE_MASK, 4, 0x0040_0000, 0x07ff_f030, 0),
    Field(UNCORRECTABLE_SEVERITY, 4, 0x0046_2030, 0x07ff_f030, 0),
    Field(CORRECTABLE, 4, 0, 0, 0x0000_f1c1),
    Field(CORRECTABLE_MASK, 4, 0x0000_2000, 0x0000_f1c1, 0),
    Field(AER_CONTROL, 4, 0x0000_00a0, 0x0000_0140, 0),
    fixed(SERIAL, 4, 0x0003 | 1 << 16),
];

/// What a write to the space means for the function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// Nothing beyond the space.
    None,
    /// The driver wants a function-level reset.
    Reset,
}

/// The configuration space.
pub struct Config {
    identity: Identity,
    data: [u8; SIZE],
    writable: [u8; SIZE],
    clears: [u8; SIZE],
    vpd: Vec<u8>,
    gateway: Option<Gateway>,
}

impl Config {
    /// The space of a function that was just reset.
    pub fn new(identity: &Identity) -> Self {
        let mut config = Self {
            identity: identity.clone(),
            data: [0; SIZE],
            writable: [0; SIZE],
            clears: [0; SIZE],
            vpd: vpd::build(identity),
            gateway: identity.vsc.then(Gateway::default),
        };
        FIELDS.iter().for_each(|field| config.put(field));
        config.put_identity();
        config.put_bars();
        config.put_msix();
        config
    }

    /// What a reset leaves.
    pub fn reset(&mut self, why: Reset) {
        let before = std::mem::replace(self, Self::new(&self.identity));
        if why != Reset::Power {
            self.data[STICKY].copy_from_slice(&before.data[STICKY]);
        }
    }

    /// An error of the bus happens, and is in the registers. Returns the message that the function
    /// then has to send, if the machine wants to know: there is no way to send it.
    pub fn report(&mut self, error: &str) -> Result<Option<&'static str>, String> {
        let known = ERRORS.iter().find(|known| known.0 == error);
        let &(_, status, bit) = known.ok_or_else(|| {
            let names: Vec<&str> = ERRORS.iter().map(|error| error.0).collect();
            format!("there is no error {error}: it is {}", names.join(", "))
        })?;
        let error = 1 << bit;
        let (mask, (message, detected)) = match status {
            CORRECTABLE => (CORRECTABLE_MASK, CORRECTED),
            _ if self.bits(UNCORRECTABLE_SEVERITY) & error != 0 => (UNCORRECTABLE_MASK, FATAL),
            _ => (UNCORRECTABLE_MASK, NON_FATAL),
        };
        let masked = self.bits(mask) & error != 0;
        let first = self.bits(UNCORRECTABLE) & !self.bits(UNCORRECTABLE_MASK) == 0;
        if status == UNCORRECTABLE && !masked && first {
            self.data[AER_CONTROL] = self.data[AER_CONTROL] & !0x1f | bit as u8;
        }
        self.set_bits(status, error);
        self.set_bits(DEVICE_STATUS, detected);
        if (status, bit) == (UNCORRECTABLE, UNSUPPORTED_REQUEST) {
            self.set_bits(DEVICE_STATUS, UNSUPPORTED_DETECTED);
        }
        let system = status == UNCORRECTABLE && self.bits(COMMAND) & COMMAND_SERR != 0;
        let wanted = system || self.bits(DEVICE_CONTROL) & detected != 0;
        if system && !masked {
            self.set_bits(STATUS, STATUS_SERR);
        }
        Ok((wanted && !masked).then_some(message))
    }

    /// Whether the driver allows the function to reach the machine's memory.
    pub fn bus_master(&self) -> bool {
        self.data[COMMAND] & COMMAND_BUS_MASTER != 0
    }

    /// Reads any number of bytes; beyond the end there are zeros.
    pub fn read(&mut self, offset: u64, data: &mut [u8]) {
        if let (4, Some(register)) = (data.len(), self.gateway_register(offset)) {
            if let Some(gateway) = &mut self.gateway {
                data.copy_from_slice(&gateway.read(register).to_le_bytes());
                return;
            }
        }
        let start = place(offset);
        for (byte, at) in data.iter_mut().zip(start..) {
            *byte = self.data.get(at).copied().unwrap_or(0);
        }
    }

    /// Writes bytes: to what is writable, the rest is ignored.
    pub fn write(&mut self, model: &mut dyn Model, offset: u64, data: &[u8]) -> Effect {
        if let Some(register) = self.gateway_register(offset) {
            if let (Some(gateway), Ok(bytes)) = (&mut self.gateway, data.try_into()) {
                gateway.write(model, register, u32::from_le_bytes(bytes));
            }
            return Effect::None;
        }
        let mut written = Vec::with_capacity(data.len());
        for (byte, at) in data.iter().zip(place(offset)..) {
            let Some(old) = self.data.get(at).copied() else {
                break;
            };
            let mask = self.writable[at];
            self.data[at] = ((old & !mask) | (byte & mask)) & !(byte & self.clears[at]);
            written.push(at);
        }
        if written.contains(&(VPD_ADDRESS + 1)) {
            self.access_vpd();
        }
        let control = DEVICE_CONTROL + 1;
        if written.contains(&control) && self.data[control] & DEVICE_CONTROL_FLR != 0 {
            return Effect::Reset;
        }
        Effect::None
    }

    fn gateway_register(&self, offset: u64) -> Option<u8> {
        self.gateway.as_ref()?;
        let register = offset.checked_sub(VSC as u64)?;
        // The capability's header is none of the gateway's registers.
        (register >= 4 && register < u64::from(gateway::LENGTH) && register % 4 == 0)
            .then_some(register as u8)
    }

    /// Writing an address reads or writes four bytes there; the inverted flag says that it is done.
    fn access_vpd(&mut self) {
        let address = self.word(VPD_ADDRESS);
        if address & VPD_FLAG == 0 {
            let from = usize::from(address & !3);
            for at in 0..4 {
                self.data[VPD_DATA + at] = self.vpd.get(from + at).copied().unwrap_or(0);
            }
        }
        let done = (address ^ VPD_FLAG).to_le_bytes();
        self.data[VPD_ADDRESS..VPD_ADDRESS + 2].copy_from_slice(&done);
    }

    /// The register at an offset, with whatever follows if it has less than 32 bits.
    fn bits(&self, at: usize) -> u32 {
        let bytes = (0..4).map(|byte| u32::from(self.data[at + byte]) << (8 * byte));
        bytes.fold(0, |bits, byte| bits | byte)
    }

    fn set_bits(&mut self, at: usize, bits: u32) {
        for (byte, value) in self.data[at..].iter_mut().zip(bits.to_le_bytes()) {
            *byte |= value;
        }
    }

    fn word(&self, at: usize) -> u16 {
        u16::from_le_bytes([self.data[at], self.data[at + 1]])
    }

    fn put(&mut self, &Field(offset, width, value, writable, clears): &Field) {
        for at in 0..width {
            self.data[offset + at] = (value >> (8 * at)) as u8;
            self.writable[offset + at] = (writable >> (8 * at)) as u8;
            self.clears[offset + at] = (clears >> (8 * at)) as u8;
        }
    }

    fn put_identity(&mut self) {
        let identity = self.identity.clone();
        for (offset, value) in [
            (0x00, identity.vendor),
            (0x02, identity.device),
            (0x2c, identity.subsystem_vendor),
            (0x2e, identity.subsystem_device),
        ] {
            self.put(&fixed(offset, 2, value.into()));
        }
        self.put(&fixed(0x08, 1, identity.revision.into()));
        self.put(&fixed(0x09, 3, identity.class.into()));
        if identity.vsc {
            self.put(&fixed(MSIX + 1, 1, VSC as u64));
            self.put(&fixed(VSC, 4, 0x09 | u64::from(gateway::LENGTH) << 16));
        }
        // Cards derive it from what they were given when they were made.
        let serial = identity
            .serial_number
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
            });
        self.put(&fixed(SERIAL + 4, 8, serial));
    }

    fn put_bars(&mut self) {
        for (number, size) in self.identity.bars.into_iter().enumerate() {
            if size > 0 {
                // 64 bits, prefetchable; the size shows in which bits stick.
                let size = size.next_power_of_two();
                self.put(&Field(FIRST_BAR + 8 * number, 8, 0xc, !(size - 1), 0));
            }
        }
    }

    fn put_msix(&mut self) {
        self.put(&fixed(MSIX, 1, 0x11));
        let last = u64::from(self.identity.vectors.clamp(1, 2048)) - 1;
        self.put(&Field(MSIX + 2, 2, last, 0xc000, 0));
        let bar = u64::from(last_bar(&self.identity).unwrap_or(0));
        self.put(&fixed(MSIX + 4, 4, bar));
        self.put(&fixed(MSIX + 8, 4, pending_offset(&self.identity) | bar));
    }
}

/// An offset as an index; all beyond the end are the same.
fn place(offset: u64) -> usize {
    offset.min(SIZE as u64) as usize
}

/// The BAR with the MSI-X table and pending bits.
pub fn last_bar(identity: &Identity) -> Option<u8> {
    let number = identity.bars.iter().rposition(|size| *size > 0)?;
    Some(2 * number as u8)
}

/// The table is at the BAR's beginning, the pending bits come after it on a page of their own.
fn pending_offset(identity: &Identity) -> u64 {
    (u64::from(identity.vectors) * 16).next_multiple_of(4096)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::server::tests::FakeModel;

    pub(crate) fn identity() -> Identity {
        Identity {
            vendor: 0x15b3,
            device: 0x1017,
            subsystem_vendor: 0x15b3,
            subsystem_device: 1,
            revision: 0,
            class: 0x02_0000,
            bars: [1 << 20, 0, 1 << 16],
            vectors: 64,
            product_name: "A card".into(),
            part_number: "MCX1".into(),
            serial_number: "SER-1".into(),
            vsc: true,
        }
    }

    fn dword(config: &mut Config, offset: usize) -> u32 {
        let mut data = [0; 4];
        config.read(offset as u64, &mut data);
        u32::from_le_bytes(data)
    }

    fn byte(config: &mut Config, offset: usize) -> u8 {
        let mut data = [0];
        config.read(offset as u64, &mut data);
        data[0]
    }

    #[test]
    fn all_capabilities_are_on_the_list() {
        let mut config = Config::new(&identity());
        let mut at = usize::from(byte(&mut config, 0x34));
        let mut found = Vec::new();
        while at != 0 {
            found.push(byte(&mut config, at));
            at = usize::from(byte(&mut config, at + 1));
        }
        assert_eq!(found, [0x01, 0x03, 0x10, 0x11, 0x09]);
        assert_eq!(dword(&mut config, AER) & 0xffff, 1);
        assert_eq!(dword(&mut config, SERIAL) & 0xffff, 3);
    }

    #[test]
    fn identity_is_not_writable() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        config.write(&mut model, 0, &[0xff; 4]);
        assert_eq!(dword(&mut config, 0), 0x1017_15b3);
        config.write(&mut model, FIRST_BAR as u64, &[0xff; 8]);
        assert_eq!(dword(&mut config, FIRST_BAR), 0xfff0_000c);
        assert_eq!(dword(&mut config, FIRST_BAR + 4), u32::MAX);
    }

    #[test]
    fn reset_by_the_driver() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        config.write(&mut model, COMMAND as u64, &[0x06, 0]);
        assert!(config.bus_master());
        let at = DEVICE_CONTROL as u64;
        assert_eq!(config.write(&mut model, at, &[0, 0]), Effect::None);
        assert_eq!(config.write(&mut model, at, &[0, 0x80]), Effect::Reset);
        config.reset(Reset::Function);
        assert!(!config.bus_master());
    }

    #[test]
    fn errors_are_told_to_who_wants_to_know() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        assert_eq!(config.report("malformed_tlp"), Ok(None));
        // All messages, and of the first error that is not masked there is the number.
        config.write(&mut model, DEVICE_CONTROL as u64, &[7]);
        for (error, message) in [
            ("bad_tlp", Some("ERR_COR")),
            ("advisory", None),
            ("poisoned_tlp", Some("ERR_NONFATAL")),
            ("malformed_tlp", Some("ERR_FATAL")),
            ("internal", None),
        ] {
            assert_eq!(config.report(error), Ok(message), "{error}");
        }
        assert!(config.report("nonsense").is_err());
        assert_eq!(dword(&mut config, CORRECTABLE), 1 << 6 | 1 << 13);
        assert_eq!(
            dword(&mut config, UNCORRECTABLE),
            1 << 12 | 1 << 18 | 1 << 22
        );
        assert_eq!(byte(&mut config, AER_CONTROL) & 0x1f, 18);
        assert_eq!(byte(&mut config, DEVICE_STATUS), 7);
        // By the system's way, which tells nothing of errors that are corrected.
        config.write(&mut model, DEVICE_CONTROL as u64, &[0]);
        config.write(&mut model, COMMAND as u64, &[0, 1]);
        assert_eq!(config.report("bad_tlp"), Ok(None));
        assert_eq!(byte(&mut config, STATUS + 1) & 0x40, 0);
        assert_eq!(
            config.report("unsupported_request"),
            Ok(Some("ERR_NONFATAL"))
        );
        assert_eq!(byte(&mut config, STATUS + 1) & 0x40, 0x40);
        assert_eq!(byte(&mut config, DEVICE_STATUS), 0xf);
    }

    #[test]
    fn errors_outlive_resets() {
        let mut config = Config::new(&identity());
        config.report("completion_timeout").unwrap();
        for why in [Reset::Function, Reset::Machine] {
            config.reset(why);
            assert_eq!(dword(&mut config, UNCORRECTABLE), 1 << 14);
            assert_eq!(byte(&mut config, DEVICE_STATUS), 0);
        }
        config.reset(Reset::Power);
        assert_eq!(dword(&mut config, UNCORRECTABLE), 0);
    }

    #[test]
    fn vital_product_data_is_read() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        config.write(&mut model, VPD_ADDRESS as u64, &[0, 0]);
        assert_eq!(byte(&mut config, VPD_ADDRESS + 1), 0x80);
        assert_eq!(dword(&mut config, VPD_DATA) & 0xff, 0x82);
        config.write(&mut model, VPD_ADDRESS as u64, &[0xfc, 0x7f]);
        assert_eq!(dword(&mut config, VPD_DATA), 0);
    }

    #[test]
    fn status_bits_are_cleared_by_ones() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        config.data[AER + 5] = 0x10;
        config.write(&mut model, AER as u64 + 4, &[0, 0, 0, 0]);
        assert_eq!(dword(&mut config, AER + 4), 0x1000);
        config.write(&mut model, AER as u64 + 4, &[0, 0x10, 0, 0]);
        assert_eq!(dword(&mut config, AER + 4), 0);
    }

    #[test]
    fn any_access_is_survived() {
        let (mut config, mut model) = (Config::new(&identity()), FakeModel::default());
        for length in [0, 1, 2, 3, 4, 5, 8, 64] {
            for offset in (0..SIZE as u64 + 8).chain([u64::MAX - 4, u64::MAX]) {
                let mut data = vec![0xff; length];
                config.write(&mut model, offset, &data);
                config.read(offset, &mut data);
            }
        }
    }
}
