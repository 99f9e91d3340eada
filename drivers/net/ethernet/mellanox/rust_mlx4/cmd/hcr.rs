// SPDX-License-Identifier: GPL-2.0

//! The command register (HCR): seven words, with the last of which a command is posted.

use super::{
    Call,
    Failure,
    Status, //
};

use crate::card::Card;

use kernel::{
    prelude::*,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

/// Where the register is in BAR 0 (`MLX4_HCR_BASE`), and its words.
const HCR: usize = 0x8_0680;
const IN_PARAM: usize = HCR;
const IN_MODIFIER: usize = HCR + 0x08;
const OUT_PARAM: usize = HCR + 0x0c;
const TOKEN: usize = HCR + 0x14;
const STATUS: usize = HCR + 0x18;

/// Bits of the last word: who has the register, whether the end is an event, and a bit that
/// changes with each command.
const GO: u32 = 1 << 23;
const EVENT: u32 = 1 << 22;
const TOGGLE: u32 = 1 << 21;
const STATUS_SHIFT: u32 = 24;
const OP_MODIFIER_SHIFT: u32 = 12;

/// How long the device may have the register before it has taken a command from it
/// (`GO_BIT_TIMEOUT_MSECS`).
const TAKEN_WITHIN_MS: i64 = 10_000;
const LOOK_INTERVAL: Delta = Delta::from_micros(20);

/// Whether the device does not answer any more: no command has such a last word.
pub(super) fn is_gone(card: &Card<'_>) -> bool {
    card.read(STATUS) == u32::MAX
}

/// What is known of the register.
pub(super) struct Hcr {
    toggle: bool,
}

impl Hcr {
    /// As a reset leaves it.
    pub(super) const fn new() -> Self {
        Hcr { toggle: true }
    }

    /// Whether the device still has the register (`cmd_pending()`): the command was not taken, or
    /// not executed if its end is no event.
    pub(super) fn is_pending(&self, card: &Card<'_>) -> bool {
        let status = card.read(STATUS);
        status & GO != 0 || self.toggle == (status & TOGGLE != 0)
    }

    /// Posts a command (`mlx4_cmd_post()`); with a token, its end is an event.
    pub(super) fn post(
        &mut self,
        card: &Card<'_>,
        call: Call,
        input: u64,
        output: u64,
        token: Option<u16>,
    ) -> Result<(), Failure> {
        self.wait_until_free(card, token.is_some())?;
        // CAST: The two parts of it.
        let halves = |value: u64| [(value >> 32) as u32, value as u32];
        let [input_high, input_low] = halves(input);
        let [output_high, output_low] = halves(output);
        card.write(IN_PARAM, input_high);
        card.write(IN_PARAM + 4, input_low);
        card.write(IN_MODIFIER, call.modifier);
        card.write(OUT_PARAM, output_high);
        card.write(OUT_PARAM + 4, output_low);
        card.write(TOKEN, u32::from(token.unwrap_or(u16::MAX)) << 16);
        // Ordered behind the others, and behind what was written to memory.
        let event = if token.is_some() { EVENT } else { 0 };
        let toggle = if self.toggle { TOGGLE } else { 0 };
        let operation = u32::from(call.op_modifier) << OP_MODIFIER_SHIFT | u32::from(call.op.code);
        card.write(STATUS, GO | event | toggle | operation);
        self.toggle = !self.toggle;
        Ok(())
    }

    fn wait_until_free(&self, card: &Card<'_>, patient: bool) -> Result<(), Failure> {
        let began = Instant::<Monotonic>::now();
        while self.is_pending(card) {
            if card.is_unreachable() || is_gone(card) || card.says_why_it_died() {
                return Err(Failure::Unreachable);
            }
            if !patient || began.elapsed().as_millis() >= TAKEN_WITHIN_MS {
                dev_err!(card.dev.as_ref(), "mlx4_cmd_post:cmd_pending failed\n");
                return Err(Failure::Undelivered);
            }
            fsleep(LOOK_INTERVAL);
        }
        Ok(())
    }

    /// What the firmware says about a command that it has executed, and its immediate output.
    pub(super) fn result(&self, card: &Card<'_>) -> (Status, u64) {
        let value = u64::from(card.read(OUT_PARAM)) << 32 | u64::from(card.read(OUT_PARAM + 4));
        // CAST: The upper 8 bits.
        (Status((card.read(STATUS) >> STATUS_SHIFT) as u8), value)
    }
}
