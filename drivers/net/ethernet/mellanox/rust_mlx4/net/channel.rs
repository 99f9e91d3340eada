// SPDX-License-Identifier: GPL-2.0

//! What there is while the network device is up: rings to receive and to send, each with a
//! completion queue, which NAPI polls.
//!
//! The device is asked in the order of `mlx4_en_start_port()`: [`Receiving::open`] makes
//! completion queues, [`Receiving::begin`] queue pairs, then [`Sending::open`] makes both. They are
//! dropped the other way round.

mod poll;

use self::poll::{
    RxPoller,
    TxPoller, //
};

use super::{
    config::{
        Config,
        Moderation, //
    },
    cq::CompletionQueue,
    maker::Maker,
    qp::{
        ReceiveQueue,
        RssQp,
        SendQueue, //
    },
    receive::{
        self,
        Receiver, //
    },
    rss::Rss,
    send::{
        self,
        Sender,
        Sent, //
    },
    Nic, //
};

use kernel::{
    net::{
        device::Opening,
        napi::Napi, //
    },
    prelude::*,
    sync::Arc, //
};

/// Logs what failed.
fn complain(maker: &Maker<'_>, what: &str) {
    dev_err!(maker.card.dev.as_ref(), "Port {}: {}\n", maker.port, what);
}

/// A completion queue whose events come by that vector, as `moderation` says
/// (`mlx4_en_activate_cq()`, `mlx4_en_set_cq_moder()`). `what` is logged if there is none.
fn completion_queue<'up>(
    maker: &Maker<'up>,
    vector: usize,
    log_size: u8,
    moderation: Moderation,
    what: &str,
) -> Result<CompletionQueue<'up>> {
    let queue =
        CompletionQueue::new(maker, vector, log_size).inspect_err(|_| complain(maker, what))?;
    queue
        .moderate(moderation)
        .inspect_err(|_| complain(maker, "Failed setting cq moderation parameters"))?;
    Ok(queue)
}

/// A ring to receive, while it is open.
struct RxChannel<'up> {
    ring: Arc<receive::Ring<'up>>,
    received: CompletionQueue<'up>,
    napi: Napi,
}

impl<'up> RxChannel<'up> {
    /// The ring of that number, full of buffers (`mlx4_en_activate_cq()`). It has no queue pair
    /// yet.
    fn open<'open>(
        nic: &'open Nic<'up>,
        cx: &mut Opening<'open, Nic<'up>>,
        index: usize,
        config: &Config,
        mtu: u32,
    ) -> Result<Self>
    where
        'up: 'open,
    {
        let maker = &nic.maker;
        let stats = nic.stats.get(index).ok_or(EINVAL)?;
        let ring = receive::Ring::new(maker, config.log_rx_ring, mtu, &stats.rx)?;
        let received = completion_queue(
            maker,
            index,
            config.log_rx_ring,
            config.rx_moderation,
            "Failed activating Rx CQ",
        )?;
        let receiver = Receiver::new(
            maker,
            ring.clone(),
            received.reader(),
            cx.rx_queue()?,
            &nic.offloads,
            &stats.rx,
        )?;
        let arm = receiver.completions().arm();
        let device = cx.device();
        let napi = cx.napi(RxPoller { device, receiver })?;
        received.attach(&napi)?;
        arm.ring();
        Ok(RxChannel {
            ring,
            received,
            napi,
        })
    }
}

/// All rings to receive. Given back in this order.
pub(crate) struct Receiving<'up> {
    rss: Option<RssQp<'up>>,
    queues: KVec<ReceiveQueue<'up, receive::Ring<'up>>>,
    channels: KVec<RxChannel<'up>>,
}

impl<'up> Receiving<'up> {
    /// Opens the rings, with buffers for frames of that MTU. Nothing is received before
    /// [`begin`](Self::begin).
    pub(crate) fn open<'open>(
        nic: &'open Nic<'up>,
        cx: &mut Opening<'open, Nic<'up>>,
        config: &Config,
        mtu: u32,
    ) -> Result<Self>
    where
        'up: 'open,
    {
        let mut channels = KVec::with_capacity(config.rx_rings, GFP_KERNEL)?;
        for index in 0..config.rx_rings {
            let channel = RxChannel::open(nic, cx, index, config, mtu)?;
            channels.push(channel, GFP_KERNEL)?;
        }
        Ok(Receiving {
            rss: None,
            queues: KVec::new(),
            channels,
        })
    }

    /// Makes their queue pairs, and one that spreads frames over them unless there is only one
    /// (`mlx4_en_config_rss_steer()`). Returns the number of the queue pair that frames are to be
    /// steered to.
    pub(crate) fn begin(&mut self, nic: &Nic<'up>, rss: &Rss) -> Result<u32> {
        self.try_begin(nic, rss)
            .inspect_err(|_| complain(&nic.maker, "Failed configuring rss steering"))
    }

    fn try_begin(&mut self, nic: &Nic<'up>, rss: &Rss) -> Result<u32> {
        let maker = &nic.maker;
        let numbers = maker.receiving_qps(self.channels.len())?;
        for (index, channel) in (0..).zip(&self.channels) {
            let (number, ring) = (numbers.qp(index)?, channel.ring.clone());
            let queue =
                ReceiveQueue::receiving(maker, number, &channel.received, ring, &nic.offloads)?;
            self.queues.push(queue, GFP_KERNEL)?;
        }
        let first = self.channels.first().ok_or(EINVAL)?;
        if self.channels.len() == 1 {
            dev_info!(
                maker.card.dev.as_ref(),
                "Port {}: Optimized Non-RSS steering\n",
                maker.port
            );
            return Ok(numbers.first());
        }
        let log_count = rss.log_rings(self.channels.len());
        let rss = RssQp::spreading(
            maker,
            &first.received,
            (numbers.first(), log_count),
            rss,
            &nic.offloads,
        )?;
        let number = rss.number();
        self.rss = Some(rss);
        Ok(number)
    }

    /// Has all of them be polled: something may have been received before anybody looked.
    pub(crate) fn poll(&self) {
        for channel in &self.channels {
            channel.napi.schedule();
        }
    }

    /// How long events about received frames wait from now on.
    pub(crate) fn moderate(&self, moderation: Moderation) -> Result {
        let mut channels = self.channels.iter();
        channels.try_for_each(|channel| channel.received.moderate(moderation))
    }
}

/// A ring to send, while it is open. Given back in this order.
struct TxChannel<'up> {
    _queue: SendQueue<'up, send::Ring<'up>>,
    sent: CompletionQueue<'up>,
}

impl<'up> TxChannel<'up> {
    /// The ring of that number (`mlx4_en_activate_cq()`, `mlx4_en_activate_tx_ring()`).
    fn open<'open>(
        nic: &'open Nic<'up>,
        cx: &mut Opening<'open, Nic<'up>>,
        index: usize,
        config: &Config,
    ) -> Result<Self>
    where
        'up: 'open,
    {
        let (maker, offloads) = (&nic.maker, &nic.offloads);
        let stats = nic.stats.get(index).ok_or(EINVAL)?;
        // By the vector of the ring to receive that is with it.
        let vector = index % config.rx_rings.max(1);
        let sent = completion_queue(
            maker,
            vector,
            config.log_tx_ring,
            config.tx_moderation,
            "Failed allocating Tx CQ",
        )?;
        let ring = send::Ring::new(maker, config.log_tx_ring)?;
        let queue = SendQueue::sending(maker, &sent, ring.clone(), offloads)
            .inspect_err(|_| complain(maker, "Failed allocating Tx ring"))?;
        let number = queue.number();

        let (slot, completions) = cx.tx_queue()?;
        let sender = Sender::new(maker, ring.clone(), number, offloads, &stats.tx)?;
        let reader = sent.reader();
        let arm = reader.arm();
        let poller = TxPoller {
            device: cx.device(),
            sent: Sent::new(maker, ring, number, reader, completions, &stats.tx),
        };
        let napi = cx.napi(poller)?;
        cx.sender(slot, sender);
        sent.attach(&napi)?;
        arm.ring();
        Ok(TxChannel {
            _queue: queue,
            sent,
        })
    }
}

/// All rings to send.
pub(crate) struct Sending<'up> {
    channels: KVec<TxChannel<'up>>,
}

impl<'up> Sending<'up> {
    /// Opens the rings.
    pub(crate) fn open<'open>(
        nic: &'open Nic<'up>,
        cx: &mut Opening<'open, Nic<'up>>,
        config: &Config,
    ) -> Result<Self>
    where
        'up: 'open,
    {
        let mut channels = KVec::with_capacity(config.tx_rings, GFP_KERNEL)?;
        for index in 0..config.tx_rings {
            let channel = TxChannel::open(nic, cx, index, config)?;
            channels.push(channel, GFP_KERNEL)?;
        }
        Ok(Sending { channels })
    }

    /// How long events about sent frames wait from now on.
    pub(crate) fn moderate(&self, moderation: Moderation) -> Result {
        let mut channels = self.channels.iter();
        channels.try_for_each(|channel| channel.sent.moderate(moderation))
    }
}
