// SPDX-License-Identifier: GPL-2.0

//! The register for types and speeds of links (PTYS), which is read and written by a command
//! (`mlx4_ACCESS_REG()`).

use crate::{
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        half,
        word,
        Field,
        Mailbox, //
    },
    net::port::Port, //
};

use kernel::prelude::*;

/// How access to a register begins (`struct mlx4_access_reg`).
mod access {
    use super::*;

    pub(super) const OPERATION: Field<u16> = half(0);
    pub(super) const STATUS: Field<u8> = byte(2).bits(0, 7);
    pub(super) const NUMBER: Field<u16> = half(4);
    pub(super) const METHOD: Field<u8> = byte(6).bits(0, 7);
    pub(super) const VERSION: Field<u8> = byte(7);
    pub(super) const LENGTH: Field<u16> = half(16);
    pub(super) const REGISTER: usize = 20;

    pub(super) const BEGIN: u16 = 1 << 11 | 4;
    pub(super) const REGISTER_KIND: u16 = 3 << 12;
    pub(super) const QUERY: u8 = 1;
    pub(super) const WRITE: u8 = 2;
}

/// The register's number (`MLX4_REG_ID_PTYS`) and length.
const PTYS: u16 = 0x5004;
const LENGTH: usize = 52;

/// The register (`struct mlx4_ptys_reg`).
mod ptys {
    use super::*;

    pub(super) const FLAGS: Field<u8> = byte(0);
    pub(super) const PORT: Field<u8> = byte(1);
    pub(super) const PROTOCOL: Field<u8> = byte(3);
    pub(super) const SUPPORTED: Field<u32> = word(12);
    pub(super) const CHOSEN: Field<u32> = word(24);
    pub(super) const USED: Field<u32> = word(36);
    pub(super) const PARTNER: Field<u32> = word(48);

    pub(super) const ETHERNET: u8 = 1 << 2;
}

/// Types and speeds that the link can have. Each mode is a bit (`enum mlx4_link_mode`).
pub(super) struct Modes(KBox<[u8; LENGTH]>);

impl Modes {
    /// Asks the device for them.
    pub(super) fn query(port: Port<'_>) -> Result<Self> {
        let mut modes = Modes(KBox::new([0; LENGTH], GFP_KERNEL)?);
        modes.set(ptys::PORT, port.number());
        modes.set(ptys::PROTOCOL, ptys::ETHERNET);
        modes.access(port, access::QUERY)?;
        Ok(modes)
    }

    /// Tells the device which of them are to be used.
    pub(super) fn write(&mut self, port: Port<'_>) -> Result {
        self.access(port, access::WRITE)
    }

    fn access(&mut self, port: Port<'_>, method: u8) -> Result {
        let mut mailbox = Mailbox::new(port.card)?;
        mailbox.set(access::OPERATION, access::BEGIN);
        mailbox.set(access::VERSION, 1);
        mailbox.set(access::NUMBER, PTYS);
        mailbox.set(access::METHOD, method);
        // CAST: A small number.
        let words = (LENGTH / size_of::<u32>() + 1) as u16;
        mailbox.set(access::LENGTH, access::REGISTER_KIND | words);
        mailbox.write(access::REGISTER, &self.0[..]);
        let answer = port.card.run_both(Call::new(Op::ACCESS_REG), &mailbox)?;
        let status = answer.get(access::STATUS);
        if status != 0 {
            dev_err!(
                port.card.dev.as_ref(),
                "MLX4_CMD_ACCESS_REG({:x}) returned REG status ({:x})\n",
                PTYS,
                status
            );
            return Err(EIO);
        }
        answer.read(access::REGISTER, &mut self.0[..]);
        Ok(())
    }

    fn get<T: crate::layout::Value>(&self, field: Field<T>) -> T {
        field.get(&self.0[..])
    }

    fn set<T: crate::layout::Value>(&mut self, field: Field<T>, value: T) {
        field.set(&mut self.0[..], value);
    }

    /// Whether the ends can be kept from agreeing by themselves, and whether they are
    /// (`MLX4_PTYS_AN_DISABLE_*`).
    pub(super) fn can_force(&self) -> bool {
        self.get(ptys::FLAGS) & 1 << 5 != 0
    }

    pub(super) fn is_forced(&self) -> bool {
        self.get(ptys::FLAGS) & 1 << 6 != 0
    }

    pub(super) fn force(&mut self, forces: bool) {
        let others = self.get(ptys::FLAGS) & !(1 << 6);
        self.set(ptys::FLAGS, others | u8::from(forces) << 6);
    }

    /// What the device can.
    pub(super) fn supported(&self) -> u32 {
        self.get(ptys::SUPPORTED)
    }

    /// What of that may be used.
    pub(super) fn chosen(&self) -> u32 {
        self.get(ptys::CHOSEN)
    }

    pub(super) fn choose(&mut self, modes: u32) {
        self.set(ptys::CHOSEN, modes);
    }

    /// What is used.
    pub(super) fn used(&self) -> u32 {
        self.get(ptys::USED)
    }

    /// What the other end can.
    pub(super) fn partner(&self) -> u32 {
        self.get(ptys::PARTNER)
    }
}
