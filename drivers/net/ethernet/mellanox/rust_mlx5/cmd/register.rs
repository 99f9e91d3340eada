// SPDX-License-Identifier: GPL-2.0

//! Registers of the device that the firmware reads and writes for the driver (ACCESS_REG).

use super::{
    commands,
    Command,
    Failure,
    Output, //
};

use crate::{
    card::Card,
    layout::{
        AccessRegisterIn,
        Block,
        Register,
        Structure, //
    }, //
};

use kernel::prelude::*;

commands! {
    do AccessReg = ACCESS_REG: AccessRegisterIn -> AccessRegisterOut;
}

/// What is to be done with a register: the operation's modifier.
#[derive(Clone, Copy)]
enum Direction {
    Write = 0,
    Read = 1,
}

impl Card<'_> {
    /// Reads a register. `register` says which one, if there are many of a number.
    pub(crate) fn read_register<S: Structure>(
        &self,
        number: Register,
        argument: u32,
        register: Block<S>,
    ) -> Result<Block<S>> {
        self.access(Direction::Read, number, argument, register)
    }

    /// Writes a register.
    pub(crate) fn write_register<S: Structure>(
        &self,
        number: Register,
        argument: u32,
        register: Block<S>,
    ) -> Result<Block<S>> {
        self.access(Direction::Write, number, argument, register)
    }

    fn access<S: Structure>(
        &self,
        direction: Direction,
        number: Register,
        argument: u32,
        register: Block<S>,
    ) -> Result<Block<S>> {
        let mut value = Block::<S>::new();
        self.access_bytes(
            direction,
            number,
            argument,
            register.as_ref(),
            value.as_mut(),
        )?;
        Ok(value)
    }

    /// Reads a register of which the end is in `value`, too.
    pub(crate) fn read_register_into(
        &self,
        number: Register,
        register: &[u8],
        value: &mut [u8],
    ) -> Result {
        self.access_bytes(Direction::Read, number, 0, register, value)
    }

    /// Writes a register of which the end is in `register`, too.
    pub(crate) fn write_register_from<S: Structure>(
        &self,
        number: Register,
        register: &[u8],
    ) -> Result {
        let mut value = Block::<S>::new();
        self.access_bytes(Direction::Write, number, 0, register, value.as_mut())
    }

    /// Writes a register, without a message about what the firmware refused.
    pub(crate) fn try_write_register<S: Structure>(
        &self,
        number: Register,
        register: Block<S>,
    ) -> Result<(), Failure> {
        let mut value = Block::<S>::new();
        self.try_access(
            Direction::Write,
            number,
            0,
            register.as_ref(),
            value.as_mut(),
        )
    }

    /// Logs why a register could not be written, and returns the error for that.
    pub(crate) fn report_write(&self, failure: Failure) -> Error {
        self.report(AccessReg::OPCODE, Direction::Write as u16, failure)
    }

    /// `mlx5_core_access_reg()`.
    fn access_bytes(
        &self,
        direction: Direction,
        number: Register,
        argument: u32,
        register: &[u8],
        value: &mut [u8],
    ) -> Result {
        self.try_access(direction, number, argument, register, value)
            .map_err(|failure| self.report(AccessReg::OPCODE, direction as u16, failure))
    }

    /// As that, without a message about what the firmware refused (`mlx5_access_reg()`).
    fn try_access(
        &self,
        direction: Direction,
        number: Register,
        argument: u32,
        register: &[u8],
        value: &mut [u8],
    ) -> Result<(), Failure> {
        let mut input = Block::<AccessRegisterIn>::new();
        input.set(AccessRegisterIn::OP_MOD, direction as u16);
        input.set(AccessRegisterIn::REGISTER_ID, number);
        input.set(AccessRegisterIn::ARGUMENT, argument);
        let mut head = Block::<crate::layout::AccessRegisterOut>::new();
        self.try_with::<AccessReg>(input, register, Output(head.as_mut(), value))
    }
}
