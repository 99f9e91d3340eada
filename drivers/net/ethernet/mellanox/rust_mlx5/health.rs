// SPDX-License-Identifier: GPL-2.0

//! The device's health, which the driver's work looks at again and again: whether the firmware
//! lives, what it complains about, and what is done when it is dead.
//!
//! Recovery is done by the work in steps, of which none waits for long: so a device that is removed
//! meanwhile is not waited for.

mod recovery;
mod reporter;
mod text;

pub(crate) use self::reporter::{
    Fw,
    FwFatal, //
};

use self::{
    recovery::Recovery,
    reporter::Context, //
};

use crate::{
    card::Card,
    driver::Mlx5,
    segment::{
        HEALTH_COUNTER,
        HEALTH_SYNDROME, //
    }, //
};

use kernel::{
    net::devlink::Unlocked,
    new_mutex,
    prelude::*,
    sync::Mutex,
    time::{
        msecs_to_jiffies,
        Instant,
        Monotonic, //
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
}

/// What the driver knows about the device's health.
#[pin_data]
pub(crate) struct Health {
    #[pin]
    seen: Mutex<Seen>,
    #[pin]
    recovery: Mutex<Recovery>,
}

impl Health {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Health {
            seen <- new_mutex!(Seen::new()),
            recovery <- new_mutex!(Recovery::None),
        })
    }

    /// The device is up, and nothing is known about it (`mlx5_start_health_poll()`).
    pub(crate) fn reset(&self) {
        *self.seen.lock() = Seen::new();
    }
}

impl Seen {
    fn new() -> Self {
        Seen {
            read: Instant::now(),
            counter: 0,
            misses: 0,
            syndrome: 0,
            is_dead: false,
        }
    }

    fn context(&self) -> Context {
        Context {
            syndrome: self.syndrome,
            misses: self.misses,
        }
    }

    /// Looks whether the firmware counts. Returns whether it has missed that for too long.
    fn has_missed(&mut self, card: &Card<'_>) -> bool {
        // The work may have been scheduled for something else, before the counter has to be another.
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
    if let Some(next) = recovery::step(cx) {
        data.work.schedule_after(msecs_to_jiffies(next));
        return;
    }
    let card = &data.card;
    if card.is_down() {
        return;
    }
    data.work
        .schedule_after(msecs_to_jiffies(card.timeouts.health_poll_ms()));
    let sensor = card.fatal_sensor();
    let mut seen = data.health.seen.lock();
    if seen.is_dead {
        return;
    }
    if sensor.is_none() && !card.is_dead() {
        let report = seen.look(card);
        drop(seen);
        if let Some((message, context)) = report {
            // What becomes of it is the reporter's.
            let _ = data.fw.report(cx, message, &context);
        }
        return;
    }
    if let Some(sensor) = sensor {
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
    let context = seen.context();
    drop(seen);
    recovery::report(cx, &context);
}
