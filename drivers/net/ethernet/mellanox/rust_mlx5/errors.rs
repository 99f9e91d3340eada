// SPDX-License-Identifier: GPL-2.0

//! Recovery from errors of the bus.

use crate::{
    card::Card,
    driver::Mlx5,
    health,
    segment::HEALTH_COUNTER, //
};

use kernel::{
    net::devlink::{
        pci::ErrorHandler,
        DeviceLocked,
        ReporterState, //
    },
    pci::{
        ChannelState,
        Verdict, //
    },
    prelude::*,
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

/// How often, and after which time, it is looked whether the firmware counts.
const LOOKS: u32 = 100;
const LOOK_INTERVAL: Delta = Delta::from_millis(50);

#[vtable]
impl ErrorHandler for Mlx5 {
    fn error_detected(cx: &mut DeviceLocked<'_, '_, Self>, channel: ChannelState) -> Verdict {
        let data = cx.data();
        let card = &data.card;
        dev_info!(card.dev.as_ref(), "an error of the bus was detected\n");
        // The bus says when the device is back.
        data.health.stop_recovery();
        card.abandon_reset();
        if channel != ChannelState::Normal || card.fatal_sensor().is_some() {
            card.set_dead();
        }
        card.reset_dead_firmware();
        cx.take_down();
        match channel {
            ChannelState::PermanentFailure => {
                // A user who has mended it can have it recovered.
                cx.lock(|cx| data.fatal.set_state(cx, ReporterState::Error));
                Verdict::Disconnect
            }
            _ => Verdict::NeedReset,
        }
    }

    fn slot_reset(cx: &mut DeviceLocked<'_, '_, Self>) -> Result {
        cx.data().card.wait_vital()
    }

    fn resume(cx: &mut DeviceLocked<'_, '_, Self>) {
        let result = cx.bring_up();
        if let Err(error) = result {
            dev_err!(
                cx.data().card.dev.as_ref(),
                "recovery from an error of the bus failed: {}\n",
                error.to_errno()
            );
        }
        health::was_reset(cx, result);
    }
}

impl Card<'_> {
    /// Waits until the firmware counts (`wait_vital()`). Fails with `ETIMEDOUT`.
    pub(crate) fn wait_vital(&self) -> Result {
        let mut last = 0;
        for _ in 0..LOOKS {
            let count = self.segment.read::<HEALTH_COUNTER>().into_raw();
            if count != 0 && count != u32::MAX {
                if last != 0 && last != count {
                    return Ok(());
                }
                last = count;
            }
            fsleep(LOOK_INTERVAL);
        }
        dev_err!(
            self.dev.as_ref(),
            "wait vital failed with error code: {}\n",
            ETIMEDOUT.to_errno()
        );
        Err(ETIMEDOUT)
    }
}
