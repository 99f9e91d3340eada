// SPDX-License-Identifier: GPL-2.0

//! Writing firmware to the device: the states of its update, by registers. The files are the
//! library's.

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    info::INFO_CAPABILITIES,
    layout::{
        Block,
        McamAccessReg,
        MccReg,
        McdaReg,
        McqiCap,
        MircReg,
        Register,
        Structure, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Image,
            Locked,
            Progress, //
        },
        mlxfw::{
            self,
            Component,
            Handle,
            Reactivation,
            Refusal,
            State, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

/// What the device is to do about its update (`MLX5_REG_MCC_INSTRUCTION_*`).
#[derive(Clone, Copy)]
enum Instruction {
    LockUpdateHandle = 0x01,
    ReleaseUpdateHandle = 0x02,
    UpdateComponent = 0x03,
    VerifyComponent = 0x04,
    Activate = 0x06,
    Cancel = 0x08,
}

/// How often a device that makes what runs the one that an update is of is asked whether it has.
const REACTIVATE_INTERVAL: Delta = Delta::from_millis(20);

/// A device that is up, and its update.
struct Updater<'a> {
    card: &'a Card<'a>,
    caps: &'a Caps,
}

/// Writes a file (`mlx5_firmware_flash()`).
pub(crate) fn flash(
    cx: &Locked<'_, Mlx5>,
    image: &Image<'_>,
    progress: &Progress<'_>,
    extack: Extack<'_>,
) -> Result {
    let data = cx.data();
    let board = data.board_id.as_ref().map_or(&[][..], |id| &id[..]);
    let psid = board.split(|byte| *byte == 0).next().unwrap_or_default();
    cx.up(|up| {
        let registers = [McamAccessReg::MCQI, McamAccessReg::MCC, McamAccessReg::MCDA];
        if !registers.iter().all(|one| up.caps.has_register(*one)) {
            pr_info!("mlx5_firmware_flash flashing isn't supported by the running FW\n");
            return Err(EOPNOTSUPP);
        }
        let updater = Updater {
            card: &data.card,
            caps: &up.caps,
        };
        mlxfw::flash(&updater, psid, image, progress, extack)
    })
    .unwrap_or_else(|| Err(extack.err(c"rust_mlx5: The device is down", ENODEV)))
}

impl Updater<'_> {
    /// `mlx5_reg_mcc_set()`.
    fn instruct(
        &self,
        instruction: Instruction,
        Handle(handle): Handle,
        component: u16,
        size: u32,
    ) -> Result {
        let mut register = Block::<MccReg>::new();
        register.set(MccReg::INSTRUCTION, instruction as u8);
        register.set(MccReg::COMPONENT_INDEX, component);
        register.set(MccReg::UPDATE_HANDLE, handle);
        register.set(MccReg::COMPONENT_SIZE, size);
        self.card.write_register(Register::MCC, 0, register)?;
        Ok(())
    }

    /// `mlx5_reg_mcc_query()`.
    fn query(&self, Handle(handle): Handle) -> Result<Block<MccReg>> {
        let mut register = Block::<MccReg>::new();
        register.set(MccReg::UPDATE_HANDLE, handle);
        self.card.read_register(Register::MCC, 0, register)
    }

    fn reactivation(&self) -> Result<u8> {
        let register = self
            .card
            .read_register(Register::MIRC, 0, Block::<MircReg>::new())?;
        Ok(register.get(MircReg::STATUS_CODE))
    }
}

impl mlxfw::Device for Updater<'_> {
    fn component(&self, index: u16) -> Result<Component> {
        let caps = self
            .card
            .query_component::<McqiCap>(index, false, INFO_CAPABILITIES)?;
        Ok(Component {
            max_size: caps.get(McqiCap::MAX_COMPONENT_SIZE),
            align_bits: caps.get(McqiCap::LOG_MCDA_WORD_SIZE),
            max_write: caps.get(McqiCap::MCDA_MAX_WRITE_SIZE),
        })
    }

    fn lock(&self) -> Result<Handle> {
        let register = self.query(Handle(0))?;
        if State::from_raw(register.get(MccReg::CONTROL_STATE)) != State::Idle {
            return Err(EBUSY);
        }
        let handle = Handle(register.get(MccReg::UPDATE_HANDLE));
        self.instruct(Instruction::LockUpdateHandle, handle, 0, 0)?;
        Ok(handle)
    }

    fn update(&self, handle: Handle, component: u16, size: u32) -> Result {
        self.instruct(Instruction::UpdateComponent, handle, component, size)
    }

    fn download(&self, Handle(handle): Handle, data: &[u8], offset: u32) -> Result {
        let mut register = KVec::with_capacity(McdaReg::BYTES + data.len(), GFP_KERNEL)?;
        let mut head = Block::<McdaReg>::new();
        head.set(McdaReg::UPDATE_HANDLE, handle);
        head.set(McdaReg::OFFSET, offset);
        head.set(McdaReg::SIZE, u16::try_from(data.len())?);
        register.extend_from_slice(head.as_ref(), GFP_KERNEL)?;
        // The device takes words, and those of the file are the other way round. A part of one at
        // the end is not sent, but has its place.
        let mut words = data.chunks_exact(size_of::<u32>());
        for word in &mut words {
            for byte in word.iter().rev() {
                register.push(*byte, GFP_KERNEL)?;
            }
        }
        register.extend_with(words.remainder().len(), 0, GFP_KERNEL)?;
        self.card
            .write_register_from::<McdaReg>(Register::MCDA, &register)
    }

    fn verify(&self, handle: Handle, component: u16) -> Result {
        self.instruct(Instruction::VerifyComponent, handle, component, 0)
    }

    fn activate(&self, handle: Handle) -> Result {
        self.instruct(Instruction::Activate, handle, 0, 0)
    }

    fn reactivate(&self) -> Result<Reactivation> {
        if !self.caps.has_mirc() {
            return Err(EOPNOTSUPP);
        }
        let limit = Delta::from_millis(self.card.timeouts.fsm_reactivate_ms().into());
        let began = Instant::<Monotonic>::now();
        self.card
            .write_register(Register::MIRC, 0, Block::<MircReg>::new())?;
        loop {
            let came = Reactivation::from_raw(self.reactivation()?);
            if came != Reactivation::Busy || began.elapsed() > limit {
                return Ok(came);
            }
            fsleep(REACTIVATE_INTERVAL);
        }
    }

    fn state(&self, handle: Handle) -> Result<(State, Option<Refusal>)> {
        let register = self.query(handle)?;
        let state = State::from_raw(register.get(MccReg::CONTROL_STATE));
        let refusal = match register.get(MccReg::ERROR_CODE) {
            0 => None,
            code => Some(Refusal::from_raw(code)),
        };
        Ok((state, refusal))
    }

    fn cancel(&self, handle: Handle) {
        // There is nobody to tell, and the failure was logged.
        let _ = self.instruct(Instruction::Cancel, handle, 0, 0);
    }

    fn release(&self, handle: Handle) {
        // There is nobody to tell, and the failure was logged.
        let _ = self.instruct(Instruction::ReleaseUpdateHandle, handle, 0, 0);
    }
}
