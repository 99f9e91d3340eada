// SPDX-License-Identifier: GPL-2.0

//! The gateway of the vendor-specific capability: a driver reads and writes spaces of 32-bit words
//! through a few registers of the configuration space, also when commands no longer work.

use crate::model::Model;
use std::collections::BTreeMap;

/// Length of the capability.
pub const LENGTH: u8 = 0x18;

// The registers' offsets in the capability.
const CONTROL: u8 = 0x04;
const COUNTER: u8 = 0x08;
const SEMAPHORE: u8 = 0x0c;
const ADDRESS: u8 = 0x10;
const DATA: u8 = 0x14;

/// In ADDRESS, as written: write, not read. As read: a read is done.
const FLAG: u32 = 1 << 31;
const ADDRESS_MASK: u32 = (1 << 30) - 1;
/// In CONTROL: there is such a space.
const STATUS_OK: u32 = 1 << 29;
/// In CONTROL: ADDRESS holds the space's size.
const SIZE_VALID: u32 = 1 << 28;

/// The space whose words are semaphores: whoever finds one 0 may put its number there.
const SEMAPHORES: u16 = 0xa;
const MAX_SEMAPHORES: usize = 64;

/// The state of the gateway.
#[derive(Debug, Default)]
pub struct Gateway {
    space: u16,
    control: u32,
    counter: u32,
    holder: u32,
    address: u32,
    data: u32,
    semaphores: BTreeMap<u32, u32>,
}

impl Gateway {
    /// Reads the register at an offset of the capability, as a driver does.
    pub fn read(&mut self, register: u8) -> u32 {
        if register == COUNTER {
            // Who reads it owns that number; 0 means free.
            self.counter = self.counter.wrapping_add(1).max(1);
        }
        self.peek(register)
    }

    /// Reads a register without consequences.
    pub fn peek(&self, register: u8) -> u32 {
        match register {
            CONTROL => self.control,
            COUNTER => self.counter,
            SEMAPHORE => self.holder,
            ADDRESS => self.address,
            DATA => self.data,
            _ => 0,
        }
    }

    /// Writes a register.
    pub fn write(&mut self, model: &mut dyn Model, register: u8, value: u32) {
        match register {
            CONTROL => self.choose(model, value as u16),
            SEMAPHORE if value == 0 || self.holder == 0 => self.holder = value,
            ADDRESS => self.access(model, value),
            DATA => self.data = value,
            _ => {}
        }
    }

    fn choose(&mut self, model: &dyn Model, space: u16) {
        self.space = space;
        self.control = u32::from(space);
        if space == SEMAPHORES {
            self.control |= STATUS_OK;
        } else if let Some(size) = model.vsc_size(space) {
            self.control |= STATUS_OK | SIZE_VALID;
            self.address = size & ADDRESS_MASK;
        }
    }

    fn access(&mut self, model: &mut dyn Model, value: u32) {
        let address = value & ADDRESS_MASK;
        if value & FLAG != 0 {
            if self.space == SEMAPHORES {
                self.take(address);
            } else {
                model.vsc_write(self.space, address, self.data);
            }
            self.address = address;
        } else {
            let read = if self.space == SEMAPHORES {
                Some(self.semaphores.get(&address).copied().unwrap_or(0))
            } else {
                model.vsc_read(self.space, address)
            };
            self.data = read.unwrap_or(0xbadd_cafe);
            // The address of the next word stands there for who reads a whole space.
            self.address = (address.wrapping_add(4) & ADDRESS_MASK) | FLAG;
        }
    }

    fn take(&mut self, address: u32) {
        if self.data == 0 {
            self.semaphores.remove(&address);
        } else if self.semaphores.len() < MAX_SEMAPHORES {
            self.semaphores.entry(address).or_insert(self.data);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::tests::FakeModel;

    #[test]
    fn the_semaphore_has_one_holder() {
        let (mut gateway, mut model) = (Gateway::default(), FakeModel::default());
        let mine = gateway.read(COUNTER);
        gateway.write(&mut model, SEMAPHORE, mine);
        let theirs = gateway.read(COUNTER);
        gateway.write(&mut model, SEMAPHORE, theirs);
        assert_eq!(gateway.read(SEMAPHORE), mine);
        gateway.write(&mut model, SEMAPHORE, 0);
        assert_eq!(gateway.read(SEMAPHORE), 0);
    }

    #[test]
    fn spaces_are_read_and_written() {
        let (mut gateway, mut model) = (Gateway::default(), FakeModel::default());
        gateway.write(&mut model, CONTROL, 2);
        assert_eq!(gateway.read(CONTROL) >> 28, 3);
        assert_eq!(gateway.read(ADDRESS), 16);
        gateway.write(&mut model, DATA, 77);
        gateway.write(&mut model, ADDRESS, 8 | FLAG);
        assert_eq!(gateway.read(ADDRESS) & FLAG, 0);
        gateway.write(&mut model, DATA, 0);
        gateway.write(&mut model, ADDRESS, 8);
        assert_eq!(gateway.read(ADDRESS), 12 | FLAG);
        assert_eq!(gateway.read(DATA), 77);
    }

    #[test]
    fn a_space_that_is_not_there_says_so() {
        let (mut gateway, mut model) = (Gateway::default(), FakeModel::default());
        gateway.write(&mut model, CONTROL, 9);
        assert_eq!(gateway.read(CONTROL) >> 29, 0);
    }

    #[test]
    fn semaphores_of_the_space_too() {
        let (mut gateway, mut model) = (Gateway::default(), FakeModel::default());
        gateway.write(&mut model, CONTROL, u32::from(SEMAPHORES));
        for (write, expected) in [(5, 5), (6, 5), (0, 0), (6, 6)] {
            gateway.write(&mut model, DATA, write);
            gateway.write(&mut model, ADDRESS, 0x20 | FLAG);
            gateway.write(&mut model, ADDRESS, 0x20);
            assert_eq!(gateway.read(DATA), expected);
        }
    }
}
