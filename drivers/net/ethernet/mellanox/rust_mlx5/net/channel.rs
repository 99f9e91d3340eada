// SPDX-License-Identifier: GPL-2.0

//! Channels: a vector with a queue in each direction, which NAPI polls.

use super::{
    channels::Failure,
    config::{
        Config,
        Moderation, //
    },
    hw::{
        Arm,
        CompletionQueue,
        CqConfig,
        HasWorkQueue,
        ReceiveQueue,
        SendQueue, //
    },
    receive::{
        self,
        Receiver, //
    },
    resources::Numbers,
    send::{
        self,
        Sender,
        Sent, //
    },
    Nic, //
};

use crate::{
    card::Card,
    eswitch::Sending, //
};

use kernel::{
    net::{
        device::Opening,
        devlink::Fmsg,
        napi::{
            Poll,
            Polled,
            Polling, //
        }, //
    },
    prelude::*,
    str::CString, //
};

/// What the device has for a channel while it is open. Destroyed in this order.
pub(super) struct Channel<'up> {
    receive: ReceiveQueue<'up, receive::Ring<'up>>,
    _sending: Sending<'up>,
    send: SendQueue<'up, send::Ring<'up>>,
    received: CompletionQueue<'up>,
    sent: CompletionQueue<'up>,
}

impl<'up> Channel<'up> {
    /// Opens a channel (`mlx5e_open_channel()`). Nothing is received before its queue is in a
    /// table.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn open<'open>(
        nic: &'open Nic<'up>,
        cx: &mut Opening<'open, Nic<'up>>,
        index: usize,
        config: &Config,
        numbers: &Numbers,
    ) -> Result<Self>
    where
        'up: 'open,
    {
        let stats = nic.channels.get(index).ok_or(EINVAL)?;
        let (events, records) = (&nic.events, &nic.records);
        let queue = |log_size, moderation| {
            let config = CqConfig {
                log_size,
                moderation,
            };
            CompletionQueue::new(events, index, records, &config)
        };
        let sent = queue(config.log_tx_ring, config.tx_moderation)?;
        let received = queue(config.log_rx_ring, config.rx_moderation)?;

        let send_ring = send::Ring::new(nic.card, records, config.log_tx_ring)?;
        let mode = nic.inline.mode;
        let send = SendQueue::ready(&sent, send_ring.clone(), numbers.domain, numbers.tis, mode)?;
        let sending = nic.neighbours.switch.send_by(send.number())?;
        let receive_ring = receive::Ring::new(nic.card, records, config.log_rx_ring)?;
        let receive = ReceiveQueue::ready(
            &received,
            receive_ring.clone(),
            Some(numbers.domain),
            numbers.counter,
            config.strips_tags,
        )?;

        let (slot, completions) = cx.tx_queue()?;
        let sender = Sender::new(
            nic.card,
            send_ring.clone(),
            (send.number(), sent.uar()),
            numbers.key,
            nic.inline,
            &stats.tx,
        )?;
        let poller = Poller {
            nic,
            queues: (send.number(), receive.number()),
            sent: Sent::new(send_ring, sent.reader(), completions, &stats.tx),
            receiver: Receiver::new(
                nic,
                receive_ring,
                received.reader(),
                cx.rx_queue()?,
                &stats.rx,
                numbers.key,
            ),
        };
        let napi = cx.napi(poller)?;
        cx.sender(slot, sender);
        sent.attach(&napi)?;
        received.attach(&napi)?;
        // It gives the device buffers, and asks for events.
        napi.schedule();
        Ok(Channel {
            receive,
            _sending: sending,
            send,
            received,
            sent,
        })
    }

    /// How long events about received frames wait from now on. A failure was logged; then they wait
    /// as before.
    pub(super) fn moderate_received(&self, moderation: Moderation) {
        let _ = self.received.moderate(moderation);
    }

    /// The same for sent frames.
    pub(super) fn moderate_sent(&self, moderation: Moderation) {
        let _ = self.sent.moderate(moderation);
    }

    /// The number of the receive queue.
    pub(super) fn receive_queue(&self) -> u32 {
        self.receive.number()
    }
}

/// What users are told.
impl Channel<'_> {
    /// What all send queues have in common (`mlx5e_tx_reporter_diagnose_common_config()`).
    pub(super) fn describe_sending(&self, out: &mut Fmsg<'_>) -> Result {
        out.pair_object(c"SQ", |out| {
            describe(self.send.memory(), out)?;
            self.sent.describe(out)
        })
    }

    /// The same of those that receive (`mlx5e_rx_reporter_diagnose_common_config()`).
    pub(super) fn describe_receiving(&self, out: &mut Fmsg<'_>) -> Result {
        out.pair_object(c"RQ", |out| {
            describe(self.receive.memory(), out)?;
            self.received.describe(out)
        })
    }

    /// What is said of a channel that sends nothing (`mlx5e_reporter_tx_timeout()`).
    pub(super) fn timeout_text(&self, index: u32) -> Result<CString> {
        let (written, done) = self.send.memory().map_or((0, 0), send::Ring::progress);
        CString::try_from_fmt(fmt!(
            "TX timeout on queue: {index}, SQ: 0x{:x}, CQ: 0x{:x}, SQ Cons: 0x{done:x} \
             SQ Prod: 0x{written:x}",
            self.send.number(),
            self.sent.number()
        ))
    }

    /// How the send queue is (`mlx5e_tx_reporter_build_diagnose_output()`).
    pub(super) fn diagnose_sending(
        &self,
        card: &Card<'_>,
        index: u32,
        out: &mut Fmsg<'_>,
    ) -> Result {
        out.pair(c"channel ix", index);
        out.pair(c"tc", 0_u32);
        out.pair(c"txq ix", index);
        out.pair(c"sqn", self.send.number());
        if card.is_dead() {
            return Ok(());
        }
        // A failure was logged.
        if let Ok(state) = self.send.state() {
            out.pair(c"HW state", state);
        }
        if let Some(ring) = self.send.memory() {
            let (written, done) = ring.progress();
            out.pair(c"cc", done);
            out.pair(c"pc", written);
        }
        self.sent.diagnose(out)
    }

    /// How the receive queue is (`mlx5e_rx_reporter_build_diagnose_output()`).
    pub(super) fn diagnose_receiving(
        &self,
        card: &Card<'_>,
        index: u32,
        out: &mut Fmsg<'_>,
    ) -> Result {
        out.pair(c"channel ix", index);
        out.pair(c"rqn", self.receive.number());
        if card.is_dead() {
            return Ok(());
        }
        // A failure was logged.
        if let Ok(state) = self.receive.state() {
            out.pair(c"HW state", state);
        }
        self.received.diagnose(out)
    }
}

/// How large a queue is, and its entries.
fn describe<'up, M: HasWorkQueue<'up>>(memory: Option<&M>, out: &mut Fmsg<'_>) -> Result {
    let Some(memory) = memory else {
        return Ok(());
    };
    let queue = memory.work_queue();
    out.pair(c"stride size", queue.stride());
    // CAST: At most some thousands.
    out.pair(c"size", queue.len() as u32);
    // No other clock than the device's own.
    out.pair(c"ts_format", c"FRC");
    Ok(())
}

/// What NAPI polls.
struct Poller<'open, 'up> {
    nic: &'open Nic<'up>,
    /// The numbers of the queues that it sends and receives by.
    queues: (u32, u32),
    sent: Sent<'open, 'up>,
    receiver: Receiver<'open, 'up>,
}

impl<'up> Poll for Poller<'_, 'up> {
    type Rearm = [Arm<'up>; 2];

    fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<Self::Rearm> {
        let (sent_more, sending_failed) = self.sent.poll(cx);
        let (received_more, receiving_failed) = self.receiver.poll(cx);
        // What is left in such a queue is neither sent nor filled: it is made anew.
        if sending_failed {
            self.nic.has_failed(Failure::Sending(self.queues.0));
        }
        if receiving_failed {
            self.nic.has_failed(Failure::Receiving(self.queues.1));
        }
        if sent_more || received_more {
            return Polled::More;
        }
        Polled::Idle([
            self.sent.completions().arm(),
            self.receiver.completions().arm(),
        ])
    }

    fn rearm(arms: Self::Rearm) {
        for arm in arms {
            arm.ring();
        }
    }
}
