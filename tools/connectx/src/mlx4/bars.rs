// SPDX-License-Identifier: GPL-2.0

//! The registers of BAR 0, and the doorbells of BAR 2.

use super::{
    caps::{CATAS, CLOCK, CLOCK_MHZ, HEALTH},
    hcr, Card,
};
use crate::model::Host;

/// Bytes of BAR 0.
pub const REGISTERS: u64 = 1 << 20;

const HCR: u64 = 0x8_0680;
const HCR_END: u64 = HCR + 4 * hcr::WORDS as u64;
/// Reads 0 to the one driver that owns the card from then on.
const OWNER: u64 = 0x8_069c;
const RESET: u64 = 0xf_0010;
/// Like OWNER, for updates of the flash and resets.
const SEMAPHORE: u64 = 0xf_03fc;
/// Bit 6: the firmware does not filter accesses to the registers.
const FILTER: u64 = 0xf_3f04;

// Doorbells in a page of BAR 2.
const PAGE: u64 = 4096;
const SEND: u64 = 0x14;
const ARM_CQ: u64 = 0x20;
const ARM_CQ_CONSUMER: u64 = 0x24;
const EQS: u64 = 0x800;
const EQS_END: u64 = EQS + 4 * 8;

const NUMBER: u32 = 0x00ff_ffff;

/// The registers that are no one else's.
#[derive(Default)]
pub struct Registers {
    owned: bool,
    semaphore: bool,
    filter: u32,
    /// While somebody dumps them, reading has no consequences.
    frozen: bool,
    /// Why the firmware died.
    pub catas: [u32; CATAS.1],
    /// The half of a 64-bit doorbell that came first.
    arm: u32,
}

impl Card {
    /// Reads a register.
    pub(super) fn read_register(&mut self, at: u64) -> u32 {
        let registers = &mut self.registers;
        match at {
            HCR..HCR_END => self.hcr.read(((at - HCR) / 4) as usize),
            OWNER => take(&mut registers.owned, registers.frozen),
            SEMAPHORE => take(&mut registers.semaphore, registers.frozen),
            FILTER => registers.filter,
            CLOCK => (self.clock() >> 32) as u32,
            at if at == CLOCK + 4 => self.clock() as u32,
            at if (CATAS.0..CATAS.0 + 4 * CATAS.1 as u64).contains(&at) => {
                registers.catas[((at - CATAS.0) / 4) as usize]
            }
            at if at == HEALTH.0 + HEALTH.1 => registers.frozen.into(),
            at if (HEALTH.0..HEALTH.0 + HEALTH.1).contains(&at) => {
                registers.catas[((at - HEALTH.0) / 4) as usize]
            }
            // For who compares dumps.
            at => at as u32,
        }
    }

    /// Writes a register.
    pub(super) fn write_register(&mut self, host: &mut dyn Host, at: u64, value: u32) {
        match at {
            HCR..HCR_END => self.write_hcr(host, ((at - HCR) / 4) as usize, value),
            OWNER => self.registers.owned = value != 0,
            SEMAPHORE => self.registers.semaphore = value != 0,
            FILTER => self.registers.filter = value,
            RESET if value & 1 != 0 => {
                self.restart();
                host.trace(format_args!("reset: by the driver"));
            }
            at if at == HEALTH.0 + HEALTH.1 => self.registers.frozen = value != 0,
            _ => {}
        }
    }

    /// Writes a word of a doorbell page.
    pub(super) fn write_doorbell(&mut self, host: &mut dyn Host, at: u64, value: u32) {
        match at % PAGE {
            SEND => self.ring_send(host, value >> 8),
            ARM_CQ => self.registers.arm = value,
            ARM_CQ_CONSUMER => {
                let number = self.registers.arm & NUMBER;
                self.hca.arm_cq(host, number, value);
            }
            offset @ EQS..EQS_END if offset % 8 == 0 => {
                // Each page has those of four event queues.
                let number = at / PAGE * 4 + (offset - EQS) / 8;
                self.hca.ring_eq(host, number as u32, value);
            }
            _ => {}
        }
    }

    /// What a reset by the register leaves: the driver still owns the card.
    pub(super) fn restart(&mut self) {
        self.registers = Registers {
            owned: self.registers.owned,
            ..Registers::default()
        };
        self.forget();
    }

    /// The free-running clock.
    pub(super) fn clock(&self) -> u64 {
        let nanoseconds = self.start.elapsed().as_nanos() as u64;
        (u128::from(nanoseconds) * u128::from(CLOCK_MHZ) / 1000) as u64
    }
}

/// Reads a flag that is taken by being read.
fn take(flag: &mut bool, frozen: bool) -> u32 {
    let before = *flag;
    *flag |= !frozen;
    before.into()
}
