// SPDX-License-Identifier: GPL-2.0

//! The device's health, which the driver's work looks at again and again: whether the firmware
//! lives, what it complains about, and what is done when it is dead.
//!
//! While somebody else has the device lock, as in a reload, the work waits for its turn: what a
//! reload waits for ends by itself if the device is dead.

mod recovery;
mod reporter;
mod text;
mod vnic;

pub(crate) use self::{
    reporter::{
        Fw,
        FwFatal, //
    },
    vnic::Vnic, //
};

use self::{
    recovery::{
        Recovery,
        BUSY_MS, //
    },
    reporter::Context, //
};

use crate::{
    caps::Caps,
    card::Card,
    driver::{
        Data,
        Mlx5, //
    },
    segment::{
        HEALTH_COUNTER,
        HEALTH_SYNDROME, //
    }, //
};

use kernel::{
    net::devlink::{
        DeviceLocked,
        ReporterState,
        Unlocked,
        Why, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex,
    time::{
        msecs_to_jiffies,
        Instant,
        Monotonic,
        Msecs, //
    }, //
};

/// How often the firmware's counter may be as it was.
const MAX_MISSES: u32 = 3;

/// What was seen when the work looked last.
struct Seen {
    /// When the counter was read.
    read: Instant<Monotonic>,
    counter: u32,
    misses: u32,
    syndrome: u8,
    /// Whether it was said that the device is dead.
    is_dead: bool,
    /// Whether it was dead when a reload, or the end of a reset, was to bring it up.
    is_lost: bool,
}

/// What the driver knows about the device's health.
#[pin_data]
pub(crate) struct Health {
    #[pin]
    seen: Mutex<Seen>,
    #[pin]
    recovery: Mutex<Recovery>,
    counters: vnic::Known,
}

impl Health {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Health {
            seen <- new_mutex!(Seen::new()),
            recovery <- new_mutex!(Recovery::None),
            counters: vnic::Known::none(),
        })
    }

    /// The device is up (`mlx5_start_health_poll()`). What its firmware complains about was
    /// reported, unless it is something else now.
    pub(crate) fn reset(&self, caps: &Caps) {
        let mut seen = self.seen.lock();
        *seen = Seen {
            syndrome: seen.syndrome,
            ..Seen::new()
        };
        drop(seen);
        *self.recovery.lock() = Recovery::None;
        self.counters.learn(caps);
    }

    /// Looks, with the device lock held, whether the device is dead. Returns once that it is.
    fn find_dead(&self, card: &Card<'_>) -> Option<Context> {
        let mut seen = self.seen.lock();
        if seen.is_dead || !seen.is_doubtful(card) {
            return None;
        }
        if let Some(sensor) = card.fatal_sensor() {
            dev_err!(
                card.dev.as_ref(),
                "Fatal error {} detected\n",
                sensor as u32
            );
        }
        text::print(card);
        card.set_dead();
        seen.is_dead = true;
        seen.syndrome = syndrome(card);
        Some(seen.context())
    }
}

/// A reload, or whatever `why` is, could not bring the device up: if it is dead it is to recover,
/// unless it just tried that.
pub(crate) fn up_failed(data: &Data<'_>, why: &Why) {
    if matches!(why, Why::Reload { .. }) {
        recover_dead(data);
    }
}

/// The device did not come up: if it is dead it is to recover.
pub(crate) fn recover_dead(data: &Data<'_>) {
    if is_dead(&data.card) {
        data.health.seen.lock().is_lost = true;
        data.work.schedule();
    }
}

/// Whether a device that is down can be seen to be dead.
fn is_dead(card: &Card<'_>) -> bool {
    card.segment.is_gone() || card.wants_reset()
}

/// The device was to be brought up after a reset that no reload waits for, and this came of it. If
/// it is dead it is to recover; else a user can have it recovered.
pub(crate) fn was_reset(cx: &mut DeviceLocked<'_, '_, Mlx5>, result: Result) {
    let data = cx.data();
    let state = match result {
        Ok(()) => ReporterState::Healthy,
        // Its report says so.
        Err(_) if is_dead(&data.card) => return recover_dead(data),
        Err(_) => ReporterState::Error,
    };
    cx.lock(|cx| data.fatal.set_state(cx, state));
}

impl Seen {
    fn new() -> Self {
        Seen {
            read: Instant::now(),
            counter: 0,
            misses: 0,
            syndrome: 0,
            is_dead: false,
            is_lost: false,
        }
    }

    fn context(&self) -> Context {
        Context {
            syndrome: self.syndrome,
            misses: self.misses,
        }
    }

    /// Whether there is a reason to take the device for dead.
    fn is_doubtful(&self, card: &Card<'_>) -> bool {
        self.is_lost || !card.is_down() && (card.is_dead() || card.fatal_sensor().is_some())
    }

    /// Looks whether the firmware counts. Returns whether it has missed that for too long.
    fn has_missed(&mut self, card: &Card<'_>) -> bool {
        // The work may have been scheduled for something else, before the counter has to be
        // another.
        let interval = i64::from(card.timeouts.health_poll_ms());
        if self.read.elapsed().as_millis() < interval / 2 {
            return false;
        }
        self.read = Instant::now();
        let counter = card.segment.read::<HEALTH_COUNTER>().into_raw();
        if counter == self.counter {
            self.misses += 1;
        } else {
            self.misses = 0;
        }
        self.counter = counter;
        self.misses == MAX_MISSES
    }

    /// Looks at a device that is not dead. Returns what is to be reported.
    fn look(&mut self, card: &Card<'_>) -> Option<(&'static CStr, Context)> {
        let before = self.syndrome;
        self.syndrome = syndrome(card);
        let missed = self.has_missed(card);
        if missed {
            dev_err!(
                card.dev.as_ref(),
                "device's health compromised - reached miss count\n"
            );
        }
        if !missed && (self.syndrome == 0 || self.syndrome == before) {
            return None;
        }
        text::print(card);
        let message = if self.syndrome == 0 {
            c"FW miss counter reported"
        } else {
            c"FW syndrome reported"
        };
        Some((message, self.context()))
    }
}

/// What the firmware complains about; 0 if about nothing.
fn syndrome(card: &Card<'_>) -> u8 {
    // CAST: The field has 8 bits.
    card.segment.read::<HEALTH_SYNDROME>().synd().get() as u8
}

/// Looks at the device (`poll_health()`), and has the work run again when it is to be looked at
/// next. While it is down it is not.
pub(crate) fn poll(cx: &mut Unlocked<'_, '_, Mlx5>) {
    let data = cx.data();
    if let Some(next) = recovery::go_on(cx).or_else(|| look(cx)) {
        data.work.schedule_after(msecs_to_jiffies(next));
    }
}

/// Returns after how many milliseconds to look again.
fn look(cx: &mut Unlocked<'_, '_, Mlx5>) -> Option<Msecs> {
    let data = cx.data();
    let card = &data.card;
    let mut seen = data.health.seen.lock();
    if !seen.is_dead && seen.is_doubtful(card) {
        drop(seen);
        let looked = cx.lock_device(|cx| {
            if let Some(context) = data.health.find_dead(card) {
                recovery::report(cx, &context);
            }
            Ok(())
        });
        return match looked {
            Err(_) => Some(BUSY_MS),
            Ok(()) => (!card.is_down()).then(|| card.timeouts.health_poll_ms()),
        };
    }
    if card.is_down() {
        return None;
    }
    let report = if seen.is_dead { None } else { seen.look(card) };
    drop(seen);
    if let Some((message, context)) = report {
        // What becomes of it is the reporter's.
        let _ = data.fw.report(cx, message, &context);
    }
    Some(card.timeouts.health_poll_ms())
}
