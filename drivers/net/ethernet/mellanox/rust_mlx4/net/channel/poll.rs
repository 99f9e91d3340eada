// SPDX-License-Identifier: GPL-2.0

//! What NAPI polls of rings.

use super::super::{
    cq::{
        Arm,
        Looked,
        Reader, //
    },
    receive::Receiver,
    send::Sent,
    Nic, //
};

use kernel::net::{
    device::EtherDevice,
    napi::{
        Poll,
        Polled,
        Polling, //
    }, //
};

/// What came of a poll: there is more to do, or the device is to interrupt again.
fn polled<'up>(
    device: &EtherDevice<Nic<'up>>,
    looked: &Looked,
    completions: &Reader<'up>,
) -> Polled<Arm<'up>> {
    if looked.has_failed {
        // What is left in such a queue is neither sent nor filled: it is made anew.
        device.value().wants_reopening(device);
    }
    if looked.has_more {
        Polled::More
    } else {
        Polled::Idle(completions.arm())
    }
}

/// What NAPI polls of a ring to receive (`mlx4_en_poll_rx_cq()`).
pub(super) struct RxPoller<'open, 'up> {
    pub(super) device: &'open EtherDevice<Nic<'up>>,
    pub(super) receiver: Receiver<'open, 'up>,
}

impl<'up> Poll for RxPoller<'_, 'up> {
    type Rearm = Arm<'up>;

    fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<Self::Rearm> {
        let looked = self.receiver.poll(cx);
        polled(self.device, &looked, self.receiver.completions())
    }

    fn rearm(arm: Self::Rearm) {
        arm.ring();
    }
}

/// What NAPI polls of a ring to send (`mlx4_en_poll_tx_cq()`).
pub(super) struct TxPoller<'open, 'up> {
    pub(super) device: &'open EtherDevice<Nic<'up>>,
    pub(super) sent: Sent<'open, 'up>,
}

impl<'up> Poll for TxPoller<'_, 'up> {
    type Rearm = Arm<'up>;

    fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<Self::Rearm> {
        let looked = self.sent.poll(cx);
        polled(self.device, &looked, self.sent.completions())
    }

    fn rearm(arm: Self::Rearm) {
        arm.ring();
    }
}
