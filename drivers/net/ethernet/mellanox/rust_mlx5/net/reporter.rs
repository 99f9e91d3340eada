// SPDX-License-Identifier: GPL-2.0

//! The reporters of queues that send and that receive: when one has failed or hangs, all channels
//! are replaced, unless users do not want that.
//!
//! What finds that out can neither sleep nor take locks, so the driver's work reports it.

use super::{
    channel::Channel,
    channels::{
        Channels,
        Failure, //
    },
    Nic, //
};

use crate::{
    card::Card,
    driver::Mlx5, //
};

use kernel::{
    net::{
        devlink::{
            Fmsg,
            Held,
            Locked,
            Netdev,
            OnPort,
            Pinned,
            Reporter,
            ReporterOps,
            ReporterState,
            Unlocked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::CString,
    sync::Arc,
    time::{
        msecs_to_jiffies,
        Msecs, //
    }, //
};

use core::marker::PhantomData;

/// How soon to try again what somebody keeps from who has the device lock.
const BUSY_MS: Msecs = 10;

/// For how long after a recovery another error is not recovered from, and for how long after an
/// error others are (`MLX5E_REPORTER_TX_GRACEFUL_PERIOD`, `MLX5E_REPORTER_TX_BURST_PERIOD`).
const GRACEFUL_PERIOD: u64 = 500;
const BURST_PERIOD: u64 = 500;

/// What a reporter is about.
trait Direction: 'static {
    const NAME: &'static CStr;

    /// What users see as the name of what all queues have in common, and of the queues.
    const COMMON: &'static CStr;
    const QUEUES: &'static CStr;

    /// Says what all have in common.
    fn describe(channel: &Channel<'_>, out: &mut Fmsg<'_>) -> Result;

    /// Says how the queue of a channel is.
    fn diagnose(channel: &Channel<'_>, card: &Card<'_>, index: u32, out: &mut Fmsg<'_>) -> Result;
}

/// Queues that send (`mlx5_tx_reporter_ops`).
enum Tx {}

impl Direction for Tx {
    const NAME: &'static CStr = c"tx";
    const COMMON: &'static CStr = c"Common Config";
    const QUEUES: &'static CStr = c"SQs";

    fn describe(channel: &Channel<'_>, out: &mut Fmsg<'_>) -> Result {
        channel.describe_sending(out)
    }

    fn diagnose(channel: &Channel<'_>, card: &Card<'_>, index: u32, out: &mut Fmsg<'_>) -> Result {
        channel.diagnose_sending(card, index, out)
    }
}

/// Queues that receive (`mlx5_rx_reporter_ops`).
enum Rx {}

impl Direction for Rx {
    const NAME: &'static CStr = c"rx";
    const COMMON: &'static CStr = c"Common config";
    const QUEUES: &'static CStr = c"RQs";

    fn describe(channel: &Channel<'_>, out: &mut Fmsg<'_>) -> Result {
        channel.describe_receiving(out)
    }

    fn diagnose(channel: &Channel<'_>, card: &Card<'_>, index: u32, out: &mut Fmsg<'_>) -> Result {
        channel.diagnose_receiving(card, index, out)
    }
}

/// Queues of a direction, of all channels.
struct Queues<'up, D> {
    card: &'up Card<'up>,
    netdev: Netdev<'up, Mlx5, Nic<'up>>,
    channels: Arc<Channels<'up>>,
    direction: PhantomData<fn(D)>,
}

#[vtable]
impl<D: Direction> ReporterOps<Mlx5> for Queues<'_, D> {
    const NAME: &'static CStr = D::NAME;
    const GRACEFUL_PERIOD: u64 = GRACEFUL_PERIOD;
    const BURST_PERIOD: u64 = BURST_PERIOD;

    type Error = ();

    /// Replaces all channels (`mlx5e_health_recover_channels()`).
    fn recover(&self, cx: &Locked<'_, Mlx5>, _: Option<&()>, _: Extack<'_>) -> Result {
        let device = self.netdev.device(cx);
        device.with_rtnl(|cx| device.value().reopen_or_stop(cx))
    }

    fn diagnose(&self, _: &Pinned<'_, Mlx5>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        self.channels.with(|channels| {
            let Some(first) = channels.first() else {
                return Ok(());
            };
            out.pair_object(D::COMMON, |out| D::describe(first, out))?;
            out.array(D::QUEUES, |out| {
                (0..).zip(channels).try_for_each(|(index, channel)| {
                    out.object(|out| D::diagnose(channel, self.card, index, out))
                })
            })
        })
    }
}

/// Both reporters.
pub(super) struct Reporters<'up> {
    channels: Arc<Channels<'up>>,
    tx: Reporter<'up, Mlx5, Queues<'up, Tx>>,
    rx: Reporter<'up, Mlx5, Queues<'up, Rx>>,
}

impl<'up> Reporters<'up> {
    /// Those of a port's network device (`mlx5e_health_create_reporters()`).
    pub(super) fn new(
        on: &OnPort<'_, 'up, '_, Mlx5>,
        card: &'up Card<'up>,
        netdev: Netdev<'up, Mlx5, Nic<'up>>,
        channels: Arc<Channels<'up>>,
    ) -> Result<Self> {
        fn add<'up, D: Direction>(
            on: &OnPort<'_, 'up, '_, Mlx5>,
            card: &'up Card<'up>,
            netdev: Netdev<'up, Mlx5, Nic<'up>>,
            channels: &Arc<Channels<'up>>,
        ) -> Result<Reporter<'up, Mlx5, Queues<'up, D>>> {
            on.reporter(Queues {
                card,
                netdev,
                channels: channels.clone(),
                direction: PhantomData,
            })
        }

        Ok(Reporters {
            tx: add(on, card, netdev, &channels)?,
            rx: add(on, card, netdev, &channels)?,
            channels,
        })
    }

    /// What devlink is told.
    fn text(&self, failure: Failure) -> Result<CString> {
        match failure {
            Failure::Sending(number) => CString::try_from_fmt(fmt!("ERR CQE on SQ: 0x{number:x}")),
            Failure::Receiving(number) => {
                CString::try_from_fmt(fmt!("ERR CQE on RQ: 0x{number:x}"))
            }
            Failure::Timeout(index) => self.channels.with(|channels| {
                // CAST: An index of a channel.
                match channels.get(index as usize) {
                    Some(channel) => channel.timeout_text(index),
                    None => CString::try_from_fmt(fmt!("TX timeout on queue: {index}")),
                }
            }),
        }
    }

    /// Reports what was found wrong.
    pub(super) fn report(&self, cx: &mut Held<'_, '_, 'up, '_, Mlx5>) -> Result {
        // A recovery opens others, of which nothing is wrong yet.
        while let Some(failure) = self.channels.failure() {
            let text = self
                .text(failure)
                .inspect_err(|_| self.channels.note(failure))?;
            // What comes of it devlink has counted, and whoever recovers has logged.
            let _ = match failure {
                Failure::Receiving(_) => self.rx.report(cx, &text, &()),
                Failure::Sending(_) | Failure::Timeout(_) => self.tx.report(cx, &text, &()),
            };
        }
        if self.channels.are_new() {
            cx.lock(|cx| {
                self.tx.set_state(cx, ReporterState::Healthy);
                self.rx.set_state(cx, ReporterState::Healthy);
            });
        }
        Ok(())
    }
}

/// Reports what was found wrong with queues, if anything was. To be called by the driver's work.
pub(crate) fn report(cx: &mut Unlocked<'_, '_, Mlx5>) {
    let data = cx.data();
    if !data.card.pending.takes_queues() {
        return;
    }
    let reported = cx.while_up(|cx, up| {
        let ethernet = up.ethernet.as_ref();
        let reporters = ethernet.and_then(|ethernet| ethernet.reporters.as_ref());
        reporters.map_or(Ok(()), |reporters| reporters.report(cx))
    });
    match reported {
        Err(EBUSY) | Ok(Err(ENOMEM)) => {
            data.card.pending.keep_queues();
            data.work.schedule_after(msecs_to_jiffies(BUSY_MS));
        }
        // If it went down there are no queues any more.
        _ => {}
    }
}
