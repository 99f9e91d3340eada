// SPDX-License-Identifier: GPL-2.0

//! The initialisation segment at the begin of BAR 0: who the firmware is, where the command queue
//! is, how the device is doing.

use super::{
    cmdq,
    layout::{Block, Field, HealthBuffer, InitialSeg, Structure},
};
use std::time::{Duration, Instant};

/// Offsets of words in the segment.
pub mod at {
    use super::{word, InitialSeg, HEALTH_LENGTH};

    pub const FW_REVISION: u64 = word(InitialSeg::FW_REV_MAJOR);
    pub const CMDIF_REVISION: u64 = word(InitialSeg::CMD_INTERFACE_REV);
    pub const QUEUE_HIGH: u64 = word(InitialSeg::CMDQ_PHY_ADDR_63_32);
    pub const QUEUE_LOW: u64 = word(InitialSeg::CMDQ_PHY_ADDR_31_12);
    pub const DOORBELL: u64 = word(InitialSeg::COMMAND_DOORBELL_VECTOR);
    pub const INITIALIZING: u64 = word(InitialSeg::INITIALIZING);
    pub const HEALTH: u64 = word(InitialSeg::HEALTH_BUFFER);
    pub const HEALTH_END: u64 = HEALTH + HEALTH_LENGTH as u64;
    pub const COMMAND_TIMEOUT: u64 = word(InitialSeg::CMD_EXEC_TO);
    pub const INITIALIZE_TIMEOUT: u64 = word(InitialSeg::CMD_Q_INIT_TO);
    pub const TIMER_HIGH: u64 = word(InitialSeg::INTERNAL_TIMER_H);
    pub const TIMER_LOW: u64 = word(InitialSeg::INTERNAL_TIMER_L);
    pub const HEALTH_COUNTER: u64 = word(InitialSeg::HEALTH_COUNTER);
}

/// The word that a field is in.
const fn word<T>(field: Field<InitialSeg, T>) -> u64 {
    field.offset() as u64 / 32 * 4
}

const HEALTH_LENGTH: usize = HealthBuffer::BYTES;

/// The revision of the command interface.
const CMDIF_REVISION: u32 = 5;

/// Who uses the device, as told in the queue's address.
pub mod interface {
    pub const FULL_DRIVER: u8 = 0;
    pub const DISABLED: u8 = 1;
    pub const RESET: u8 = 7;
}
const INTERFACE_SHIFT: u32 = 8;

/// In INITIALIZING: not ready, and: a driver may reset the firmware.
const BUSY: u32 = 1 << 31;
const RESET_SUPPORTED: u32 = 1 << 30;
/// Written there: the driver has unloaded and waits for the reset.
const RESET_ACKNOWLEDGED: u32 = 1 << 22;

/// In the health buffer: how bad it is.
const SEVERITY: u8 = 2;

/// How long the firmware takes to reset.
const RESET_TIME: Duration = Duration::from_millis(200);

/// Ticks of the device's clock.
const FREQUENCY_KHZ: u128 = 156_250;

/// Seconds, and how many.
const fn seconds(count: u32) -> u32 {
    1 << 29 | count
}

/// What a write to the segment sets off.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    None,
    /// There are new commands in these entries.
    Commands(u32),
    /// The driver gives the device up.
    Disable,
    /// The driver resets the firmware.
    Reset,
    /// The driver is ready for the firmware to reset itself.
    ReadyForReset,
}

/// The segment.
pub struct Segment {
    /// Where the command queue is.
    pub command_queue: Option<u64>,
    queue_high: u32,
    interface: u8,
    start: Instant,
    reset_until: Option<Instant>,
    health: Block<HealthBuffer>,
    /// The heartbeat's value at the time it stopped.
    stopped: Option<u32>,
    dead: bool,
    /// How long a command may take, in milliseconds. It stays.
    command_timeout: u32,
    revision: (u16, u16, u16),
}

impl Segment {
    pub fn new(revision: (u16, u16, u16)) -> Self {
        let mut segment = Self {
            command_queue: None,
            queue_high: 0,
            interface: interface::DISABLED,
            start: Instant::now(),
            reset_until: None,
            health: Block::new(),
            stopped: None,
            dead: false,
            command_timeout: 60_000,
            revision,
        };
        segment.reset(revision);
        segment
    }

    /// As after a reset, with the firmware that runs from now on.
    pub fn reset(&mut self, revision: (u16, u16, u16)) {
        let (major, minor, sub) = revision;
        self.revision = revision;
        self.command_queue = None;
        self.queue_high = 0;
        self.interface = interface::DISABLED;
        self.health = Block::new();
        self.stopped = None;
        self.dead = false;
        let version = u32::from(major) << 24 | u32::from(minor) << 16 | u32::from(sub);
        self.health.set(HealthBuffer::FW_VERSION, version);
        self.health.set(HealthBuffer::HW_ID, 0x020d);
    }

    /// How long a command may take, in at most 20 bits of milliseconds.
    pub fn set_command_timeout(&mut self, ms: u32) {
        self.command_timeout = ms;
    }

    /// The card had no power.
    pub fn power_up(&mut self, revision: (u16, u16, u16)) {
        *self = Self {
            command_timeout: self.command_timeout,
            ..Self::new(revision)
        };
    }

    /// The firmware resets: for a while it is not there.
    pub fn begin_reset(&mut self) {
        self.reset_until = Some(Instant::now() + RESET_TIME);
        self.interface = interface::RESET;
    }

    /// Whether it does not answer because it resets.
    fn is_resetting(&mut self) -> bool {
        if self
            .reset_until
            .is_some_and(|until| until <= Instant::now())
        {
            self.reset_until = None;
            self.interface = interface::DISABLED;
        }
        self.reset_until.is_some()
    }

    /// Whether commands are executed.
    pub fn accepts_commands(&mut self) -> bool {
        !self.is_resetting() && !self.dead && self.interface == interface::FULL_DRIVER
    }

    /// The device's clock.
    pub fn ticks(&self) -> u64 {
        (self.start.elapsed().as_micros() * FREQUENCY_KHZ / 1000) as u64
    }

    /// The firmware dies, and says so; it may also want a reset.
    pub fn die(&mut self, syndrome: u8, extended: u16, wants_reset: bool) {
        let time = self.start.elapsed().as_secs() as u32;
        let mut health = self.health.view_mut();
        for (field, word) in HealthBuffer::ASSERT_VAR.elements().zip(0xdead_0000..) {
            health.set(field, word);
        }
        health.set(HealthBuffer::ASSERT_EXISTPTR, 0x0040_1000);
        health.set(HealthBuffer::ASSERT_CALLRA, 0x0040_2000);
        health.set(HealthBuffer::TIME, time);
        health.set(HealthBuffer::RFR, wants_reset);
        health.set(HealthBuffer::VALID, true);
        health.set(HealthBuffer::SEVERITY, SEVERITY);
        health.set(HealthBuffer::SYND, syndrome);
        health.set(HealthBuffer::EXT_SYND, extended);
        self.dead = wants_reset;
    }

    /// The heartbeat stops, or goes on.
    pub fn stop(&mut self, stop: bool) {
        self.stopped = stop.then(|| self.heartbeat());
    }

    fn heartbeat(&self) -> u32 {
        let count = self.start.elapsed().as_millis() / 100;
        self.stopped.unwrap_or(count as u32 & 0xff_ffff)
    }

    /// Reads the word at an offset that is a multiple of four.
    pub fn read(&mut self, offset: u64) -> u32 {
        let (major, minor, sub) = self.revision;
        match offset {
            at::FW_REVISION => u32::from(minor) << 16 | u32::from(major),
            at::CMDIF_REVISION => CMDIF_REVISION << 16 | u32::from(sub),
            at::QUEUE_HIGH => self.queue_high,
            at::QUEUE_LOW => {
                self.is_resetting();
                let queue = self.command_queue.unwrap_or(0) as u32 & !0xfff;
                let interface = u32::from(self.interface) << INTERFACE_SHIFT;
                queue | interface | cmdq::LOG_ENTRIES << 4 | cmdq::LOG_STRIDE
            }
            at::INITIALIZING if self.is_resetting() => BUSY | RESET_SUPPORTED,
            at::INITIALIZING => RESET_SUPPORTED,
            at::HEALTH..at::HEALTH_END => {
                let offset = (offset - at::HEALTH) as usize;
                let word = &self.health.as_ref()[offset..offset + 4];
                word.iter()
                    .fold(0, |word, byte| word << 8 | u32::from(*byte))
            }
            at::COMMAND_TIMEOUT => self.command_timeout,
            at::INITIALIZE_TIMEOUT => seconds(2),
            at::TIMER_HIGH => (self.ticks() >> 32) as u32,
            at::TIMER_LOW => self.ticks() as u32,
            at::HEALTH_COUNTER => self.heartbeat(),
            _ => 0,
        }
    }

    /// Writes a word.
    pub fn write(&mut self, offset: u64, value: u32) -> Effect {
        if self.is_resetting() {
            return Effect::None;
        }
        match offset {
            at::QUEUE_HIGH => self.queue_high = value,
            at::QUEUE_LOW => return self.write_queue(value),
            at::DOORBELL => return Effect::Commands(value),
            at::INITIALIZING if value & RESET_ACKNOWLEDGED != 0 => return Effect::ReadyForReset,
            _ => {}
        }
        Effect::None
    }

    fn write_queue(&mut self, value: u32) -> Effect {
        match (value >> INTERFACE_SHIFT) as u8 & 7 {
            interface::FULL_DRIVER => {
                let address = u64::from(self.queue_high) << 32 | u64::from(value & !0xfff);
                self.command_queue = Some(address);
                self.interface = interface::FULL_DRIVER;
                Effect::None
            }
            interface::RESET => Effect::Reset,
            other => {
                self.interface = other;
                Effect::Disable
            }
        }
    }
}
