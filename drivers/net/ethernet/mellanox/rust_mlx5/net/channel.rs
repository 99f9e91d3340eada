// SPDX-License-Identifier: GPL-2.0

//! Channels: a vector with a queue in each direction, which NAPI polls.

use super::{
    config::{
        Config,
        Moderation, //
    },
    hw::{
        Arm,
        CompletionQueue,
        CqConfig,
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

use crate::eswitch::Sending;

use kernel::{
    net::{
        device::{
            EtherDevice,
            Opening, //
        },
        napi::{
            Poll,
            Polled,
            Polling, //
        }, //
    },
    prelude::*, //
};

/// What the device has for a channel while it is open. Destroyed in this order.
pub(super) struct Channel<'up> {
    receive: ReceiveQueue<'up, receive::Ring<'up>>,
    _sending: Sending<'up>,
    _send: SendQueue<'up, send::Ring<'up>>,
    received: CompletionQueue<'up>,
    sent: CompletionQueue<'up>,
}

impl<'up> Channel<'up> {
    /// Opens a channel (`mlx5e_open_channel()`). Nothing is received before its queue is in a
    /// table.
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
            device: cx.device(),
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
            _send: send,
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

/// What NAPI polls.
struct Poller<'open, 'up> {
    device: &'open EtherDevice<Nic<'up>>,
    sent: Sent<'open, 'up>,
    receiver: Receiver<'open, 'up>,
}

impl<'up> Poll for Poller<'_, 'up> {
    type Rearm = [Arm<'up>; 2];

    fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<Self::Rearm> {
        let (sent_more, sending_failed) = self.sent.poll(cx);
        let (received_more, receiving_failed) = self.receiver.poll(cx);
        if sending_failed || receiving_failed {
            // What is left in such a queue is neither sent nor filled: it is made anew.
            self.device.value().wants_reopening(self.device);
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
