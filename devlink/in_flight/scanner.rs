// SPDX-License-Identifier: GPL-2.0

//! Tells the kernel's log of waits that no signal ends and that take long.
//!
//! There is one scanner for all instances. It looks at all of them every [`PERIOD`] as long as
//! somebody waits so, and sleeps when nobody does. However many wait, and for whatever: it writes
//! at most one line about an instance, the next one when the longest wait is twice as long, and at
//! most [`LINES`] lines and one more each time it looks.

use super::{
    Line,
    Shown,
    WaitsFor, //
};

use crate::{
    instance::Devlink,
    registry, //
};

use kernel::{
    fmt, impl_has_delayed_work, new_delayed_work,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Full,
                Relaxed, //
            },
            Atomic, //
        },
        Arc,
        SetOnce, //
    },
    time::msecs_to_jiffies,
    workqueue::{
        self,
        DelayedWork,
        WorkItem, //
    },
};

/// How often it looks, in ms.
const PERIOD: u32 = 5_000;

/// How long a wait is that is worth a line, in ms.
const LONG: u32 = 10_000;

/// After how many ms a wait that goes on is worth another line, however long it is.
const LONGEST_SILENCE: u32 = 600_000;

/// About how many instances it writes each time it looks.
const LINES: usize = 10;

static SCANNER: SetOnce<Arc<Scanner>> = SetOnce::new();

/// How many wait such that no signal ends it.
static WATCHED: Atomic<usize> = Atomic::new(0);

/// 1 if the scanner will look, else 0.
static ARMED: Atomic<u32> = Atomic::new(0);

/// Makes the scanner.
pub(super) fn init() -> Result {
    let scanner = Arc::pin_init(
        pin_init!(Scanner {
            work <- new_delayed_work!("devlink scanner"),
        }),
        GFP_KERNEL,
    )?;
    SCANNER.populate(scanner);
    Ok(())
}

/// The scanner looks as long as one of these is there.
pub(super) struct Watched(());

impl Watched {
    pub(super) fn new() -> Self {
        // Fully ordered: whoever disarms the scanner sees this, or this sees it disarmed.
        WATCHED.fetch_add(1, Full);
        arm();
        Watched(())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        WATCHED.fetch_sub(1, Full);
    }
}

/// Has the scanner look after a while, if it will not do so anyway. Allocates nothing.
fn arm() {
    if ARMED.load(Relaxed) != 0 || ARMED.xchg(1, Full) != 0 {
        return;
    }
    if let Some(scanner) = SCANNER.as_ref() {
        // It is not queued: only who armed it does that.
        let _ =
            workqueue::system_unbound().enqueue_delayed(scanner.clone(), msecs_to_jiffies(PERIOD));
    }
}

#[pin_data]
struct Scanner {
    #[pin]
    work: DelayedWork<Scanner>,
}

impl_has_delayed_work! {
    impl HasDelayedWork<Self> for Scanner { self.work }
}

impl WorkItem for Scanner {
    type Pointer = Arc<Scanner>;

    fn run(_this: Arc<Scanner>) {
        scan();
        ARMED.xchg(0, Full);
        if WATCHED.load(Relaxed) != 0 {
            arm();
        }
    }
}

/// Looks at all instances.
fn scan() {
    let (mut lines, mut more) = (0, 0);
    let mut from = Some(0);
    while let Some(devlink) = from.and_then(|from| registry::next_matching(from, |_| true)) {
        from = devlink.index().checked_add(1);
        let Some((blocked, millis)) = Blocked::of(&devlink) else {
            continue;
        };
        if lines == LINES {
            more += 1;
            continue;
        }
        lines += 1;
        devlink.warn(fmt!("{blocked}\n"));
        let next = millis.saturating_add(millis.min(LONGEST_SILENCE));
        devlink.in_flight.next_line.store(next, Relaxed);
    }
    if more > 0 {
        pr_warn!("and {more} more instances on which tasks wait\n");
    }
}

/// An instance on which somebody waits for long.
struct Blocked<'a> {
    devlink: &'a Devlink,
    waiting: usize,
    longest: Shown,
    in_driver: usize,
    /// One of those who are in the driver.
    driver: Option<Shown>,
}

impl<'a> Blocked<'a> {
    /// Looks at an instance; `None` if there is nothing new to write about it, else also how many
    /// ms the longest wait has lasted.
    fn of(devlink: &'a Devlink) -> Option<(Self, u32)> {
        let (mut waiting, mut in_driver) = (0, 0);
        let (mut longest, mut driver) = (None, None);
        let mut millis = 0;
        let _ = devlink.in_flight.for_each(|shown, is_watched| {
            if shown.waits_for == WaitsFor::Driver {
                in_driver += 1;
                driver = driver.or(Some(shown));
            } else {
                waiting += 1;
                if is_watched && shown.millis() > millis {
                    millis = shown.millis();
                    longest = Some(shown);
                }
            }
            Ok(())
        });
        let next_line = &devlink.in_flight.next_line;
        if millis < LONG {
            // Whoever blocks next is another one.
            next_line.store(0, Relaxed);
            return None;
        }
        if millis < next_line.load(Relaxed) {
            return None;
        }
        let blocked = Blocked {
            devlink,
            waiting,
            longest: longest?,
            in_driver,
            driver,
        };
        Some((blocked, millis))
    }
}

impl fmt::Display for Blocked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_fmt(fmt!(
            "{} blocked, longest {}",
            self.waiting,
            Line(self.devlink, &self.longest)
        ))?;
        let Some(driver) = &self.driver else {
            return Ok(());
        };
        f.write_fmt(fmt!("; {}", Line(self.devlink, driver)))?;
        match self.in_driver {
            1 => Ok(()),
            all => f.write_fmt(fmt!(", and {} more", all - 1)),
        }
    }
}
