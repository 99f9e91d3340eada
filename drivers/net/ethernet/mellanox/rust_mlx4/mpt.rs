// SPDX-License-Identifier: GPL-2.0

//! Memory regions: what queue pairs may read and write, by a key.

use crate::{
    cmd::{
        Call,
        Op, //
    },
    icm::ICM_PAGE_SHIFT,
    layout::{
        byte,
        long,
        word,
        Field,
        Mailbox, //
    },
    numbers::{
        Number,
        Numbers,
        Pool, //
    },
    pd::Pd,
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// An entry of the table (`struct mlx4_mpt_entry`).
mod entry {
    use super::*;

    pub(super) const SOFTWARE_OWNS: Field<u8> = byte(0).bits(4, 4);
    pub(super) const MEMORY_IN_OUT: Field<bool> = word(0).bit(17);
    pub(super) const LOCAL_WRITE: Field<bool> = word(0).bit(11);
    pub(super) const LOCAL_READ: Field<bool> = word(0).bit(10);
    pub(super) const PHYSICAL: Field<bool> = word(0).bit(9);
    pub(super) const REGION: Field<bool> = word(0).bit(8);
    pub(super) const KEY: Field<u32> = word(8);
    pub(super) const INVALIDATES: Field<u32> = word(12).bits(24, 2);
    pub(super) const PD: Field<u32> = word(12).bits(0, 24);
    pub(super) const LENGTH: Field<u64> = long(24);
    pub(super) const LOG_PAGE: Field<u32> = word(56);
}

/// The number is not given back to the driver's memory.
const NO_OUTPUT: u8 = 1;

/// All memory that the device can reach, for queue pairs to read and to write.
pub(crate) struct MemoryRegion<'up> {
    number: Number<'up>,
}

impl<'up> MemoryRegion<'up> {
    /// Makes it in a protection domain (`mlx4_mr_alloc()`, `mlx4_mr_enable()`).
    pub(crate) fn new(numbers: &Arc<Numbers<'up>>, pd: &Pd<'up>) -> Result<Self> {
        const ENABLED: u32 = 3;

        let mut number = Number::take(numbers, Pool::Mpt)?;
        let card = number.card();
        let mut mailbox = Mailbox::new(card)?;
        mailbox.set(entry::SOFTWARE_OWNS, 0xf);
        for flag in [
            entry::MEMORY_IN_OUT,
            entry::LOCAL_WRITE,
            entry::LOCAL_READ,
            entry::PHYSICAL,
            entry::REGION,
        ] {
            mailbox.set(flag, true);
        }
        mailbox.set(entry::KEY, number.get());
        mailbox.set(entry::INVALIDATES, ENABLED);
        mailbox.set(entry::PD, pd.number());
        mailbox.set(entry::LENGTH, u64::MAX);
        mailbox.set(entry::LOG_PAGE, ICM_PAGE_SHIFT);
        let call = Call::new(Op::SW2HW_MPT).modifier(number.get());
        if let Err(error) = card.run_with(call, &mailbox) {
            let dev = card.dev.as_ref();
            dev_warn!(dev, "SW2HW_MPT failed ({})\n", error.to_errno());
            if card.may_still_do_it() {
                number.abandon();
            }
            return Err(error);
        }
        Ok(MemoryRegion { number })
    }

    /// By what descriptors refer to it (`hw_index_to_key()`).
    pub(crate) fn key(&self) -> u32 {
        self.number.get().rotate_left(8)
    }
}

impl Drop for MemoryRegion<'_> {
    fn drop(&mut self) {
        let card = self.number.card();
        let call = Call::new(Op::HW2SW_MPT).op_modifier(NO_OUTPUT);
        if let Err(error) = card.run(call.modifier(self.number.get())) {
            dev_warn!(
                card.dev.as_ref(),
                "HW2SW_MPT failed ({}), MR has MWs bound to it\n",
                error.to_errno()
            );
            self.number.abandon();
        }
    }
}
