// SPDX-License-Identifier: GPL-2.0

//! Recovery from errors of the bus.

use crate::{
    driver::Mlx4,
    health, //
};

use kernel::{
    net::devlink::{
        pci::ErrorHandler,
        DeviceLocked, //
    },
    pci::{
        ChannelState,
        Verdict, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

#[vtable]
impl ErrorHandler for Mlx4 {
    fn error_detected(cx: &mut DeviceLocked<'_, '_, Self>, channel: ChannelState) -> Verdict {
        let card = &cx.data().card;
        dev_err!(card.dev.as_ref(), "mlx4_pci_err_detected was called\n");
        card.die();
        health::add_snapshots(cx);
        cx.take_down();
        match channel {
            ChannelState::PermanentFailure => {
                card.health.is_disconnected.store(true, Relaxed);
                Verdict::Disconnect
            }
            _ => Verdict::NeedReset,
        }
    }

    fn slot_reset(cx: &mut DeviceLocked<'_, '_, Self>) -> Result {
        let card = &cx.data().card;
        dev_err!(card.dev.as_ref(), "mlx4_pci_slot_reset was called\n");
        Ok(())
    }

    fn resume(cx: &mut DeviceLocked<'_, '_, Self>) {
        let card = &cx.data().card;
        dev_err!(card.dev.as_ref(), "mlx4_pci_resume was called\n");
        if let Err(error) = cx.bring_up() {
            dev_err!(
                card.dev.as_ref(),
                "mlx4_pci_resume: mlx4_load_one failed, err={}\n",
                error.to_errno()
            );
        }
    }
}
