// SPDX-License-Identifier: GPL-2.0

//! `devlink health`: reporters, through which a driver tells of errors and recovers from them.
//!
//! What users see of a reporter is the core's own and is read without waiting for anybody; the
//! driver is called with the instance lock held or, if it can do without, with the reporter
//! [pinned](crate::pinned). A dump that the driver once made is kept until a user clears it,
//! counted, so that it can go away while somebody still reads it.

mod commands;
mod fmsg;

pub(crate) use self::{
    commands::{
        Diagnose,
        DumpClear,
        DumpGet,
        Get,
        Recover,
        Set,
        Test, //
    },
    fmsg::{
        Fmsg,
        Formatted,
        Value, //
    }, //
};

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver::{
        access::{
            InstanceLocked,
            MayCall, //
        },
        health::{
            jiffies,
            jiffies_to_msecs,
            real_time_ns,
            DriverReporter,
            ReportContext, //
        },
        ops::Parallel, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink,
    pinned::{
        CallbackLock,
        Object, //
    },
    port::Port,
    weak::WeakDevlink, //
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_spinlock,
    prelude::*,
    static_lock_class,
    str::small::SmallCString,
    sync::{
        aref::ARef,
        Arc,
        SpinLock, //
    },
    time::{
        msecs_to_jiffies,
        Jiffies,
        Msecs, //
    },
    warn_on, //
};

/// Whether what a reporter is about works (`enum devlink_health_reporter_state`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum Health {
    Healthy = 0,
    Error = 1,
}

/// Which of the operations that users see the driver has.
///
/// Copied at creation: readers may look at a reporter whose driver has gone.
#[derive(Copy, Clone)]
pub(crate) struct Abilities {
    pub(crate) recover: bool,
    pub(crate) dump: bool,
}

/// A dump that the driver made.
pub(crate) struct Dump {
    /// Tells this dump from others of the same reporter, also from one made in the same moment.
    sequence: u64,
    content: Formatted,
    /// When it was made, since boot.
    made_ms: u32,
    /// When it was made, by the wall clock.
    made_real_ns: u64,
}

impl Dump {
    fn new(content: Formatted) -> Result<Arc<Self>> {
        let dump = Dump {
            sequence: next_sequence(),
            content,
            made_ms: jiffies_to_msecs(jiffies()),
            made_real_ns: real_time_ns(),
        };
        Ok(Arc::new(dump, GFP_KERNEL)?)
    }
}

/// What changes during a reporter's life.
#[derive(Clone)]
struct State {
    health: Health,
    /// In ms: how long after a recovery no other one is tried. 0: always try.
    graceful_period: u64,
    /// In ms: how long after a first recovery others are tried nevertheless.
    burst_period: u64,
    auto_recover: bool,
    auto_dump: bool,
    error_count: u64,
    recovery_count: u64,
    /// The last recovery, or the first one of a burst.
    last_recovery: Jiffies,
    dump: Option<Arc<Dump>>,
    /// Listeners have not been told of the last change, because users did not know of the instance.
    untold: bool,
}

/// Periods count in whole jiffies, and only their low 32 bits, as in the C core.
fn period(ms: u64) -> Jiffies {
    msecs_to_jiffies(ms as Msecs)
}

/// Whether `time` has not come yet at `now`.
fn is_ahead(time: Jiffies, now: Jiffies) -> bool {
    (now.wrapping_sub(time) as isize) < 0
}

impl State {
    /// Whether a burst of recoveries is allowed and going on.
    fn is_in_burst(&self, now: Jiffies) -> bool {
        is_ahead(
            self.last_recovery.wrapping_add(period(self.burst_period)),
            now,
        )
    }

    fn count_recovery(&mut self, now: Jiffies) {
        self.recovery_count = self.recovery_count.wrapping_add(1);
        // Inside a burst the time stays that of the first recovery, where the burst began.
        if !self.is_in_burst(now) {
            self.last_recovery = now;
        }
    }

    /// Whether an error must not be recovered from automatically: the one before was not, or is
    /// too recent. `before` is the health before the error.
    fn must_leave_error(&self, before: Health, now: Jiffies) -> bool {
        if !self.auto_recover {
            return false;
        }
        if before != Health::Healthy {
            return true;
        }
        if self.is_in_burst(now) {
            return false;
        }
        let end_of_grace = self
            .last_recovery
            .wrapping_add(period(self.burst_period))
            .wrapping_add(period(self.graceful_period));
        self.last_recovery != 0 && self.recovery_count != 0 && is_ahead(end_of_grace, now)
    }
}

/// What a user wants to change; `None` stays as it is.
pub(crate) struct Settings {
    pub(crate) graceful_period: Option<u64>,
    pub(crate) burst_period: Option<u64>,
    pub(crate) auto_recover: Option<bool>,
    pub(crate) auto_dump: Option<bool>,
}

/// A health reporter, of an instance or of a port.
#[pin_data]
pub(crate) struct Reporter {
    key: u64,
    name: SmallCString,
    /// Drivers use reporters without naming the instance.
    devlink: WeakDevlink,
    /// The index of the port that the reporter is of.
    port: Option<u32>,
    driver: DriverReporter,
    abilities: Abilities,
    /// Looked at and changed for moments only, by callers of all kinds: so it is a spinlock.
    #[pin]
    state: SpinLock<State>,
    #[pin]
    pub(crate) callback_lock: CallbackLock,
}

impl Object for Arc<Reporter> {
    const KIND: Parallel = Parallel::HealthReads;

    fn callback_lock(&self) -> &CallbackLock {
        &self.callback_lock
    }
}

/// The reporter of this name.
pub(crate) fn find(reporters: &Collection<u64, Reporter>, name: &CStr) -> Option<Arc<Reporter>> {
    reporters.find(|reporter| *reporter.name == *name)
}

/// The reporters of the port if one is given, else of the instance.
fn siblings<'a>(
    devlink: &'a Devlink,
    port: Option<&'a Port>,
) -> Option<&'a Collection<u64, Reporter>> {
    match port {
        Some(port) => port.reporters(),
        None => Some(&devlink.reporters),
    }
}

/// Ends reporters that their driver has forgotten.
pub(crate) fn forget_all(devlink: InstanceLocked<'_>, reporters: &Collection<u64, Reporter>) {
    while let Some(reporter) = reporters.pop() {
        reporter.end(devlink);
    }
}

/// Tells listeners about those reporters that changed when listeners could not be told: users know
/// of the instance now.
pub(crate) fn notify_untold(devlink: &Devlink) {
    let notify = |reporters: &Collection<u64, Reporter>| {
        for reporter in reporters.iter() {
            if reporter.take_untold() {
                reporter.send(devlink);
            }
        }
    };
    notify(&devlink.reporters);
    for port in devlink.ports.iter() {
        if let Some(reporters) = port.reporters() {
            notify(reporters);
        }
    }
}

impl Reporter {
    /// Makes a reporter of the instance, or of its port if one is given, on which then something
    /// may hang, and lets users see it.
    ///
    /// [`EEXIST`] if there is one of this name, [`EINVAL`] if the periods make no sense.
    pub(crate) fn create(
        devlink: InstanceLocked<'_>,
        port: Option<&Port>,
        driver: DriverReporter,
    ) -> Result<Arc<Self>> {
        let instance = devlink.devlink();
        let siblings = siblings(instance, port).ok_or(EINVAL)?;
        if find(siblings, driver.name()).is_some() {
            return Err(EEXIST);
        }
        let abilities = driver.abilities();
        let graceful_period = driver.default_graceful_period();
        let burst_period = driver.default_burst_period();
        if warn_on!(graceful_period != 0 && !abilities.recover)
            || warn_on!(burst_period != 0 && graceful_period == 0)
        {
            return Err(EINVAL);
        }
        let key = next_sequence();
        let reporter = Arc::pin_init(
            try_pin_init!(Self {
                key,
                name: driver.name().try_into()?,
                devlink: instance.weak().clone(),
                port: port.map(|port| port.index()),
                driver,
                abilities,
                state <- new_spinlock!(
                    State {
                        health: Health::Healthy,
                        graceful_period,
                        burst_period,
                        auto_recover: abilities.recover,
                        auto_dump: abilities.dump,
                        error_count: 0,
                        recovery_count: 0,
                        last_recovery: 0,
                        dump: None,
                        untold: false,
                    },
                    "devlink health reporter"
                ),
                callback_lock <- CallbackLock::new(
                    c"devlink health reporter pass",
                    static_lock_class!(),
                ),
            }),
            GFP_KERNEL,
        )?;
        reporter.callback_lock.gate.open()?;
        siblings.insert(key, reporter.clone())?;
        Ok(reporter)
    }

    /// Takes the reporter away from users. When this returns, nobody calls the driver about it any
    /// more: that takes the instance lock, or a pass.
    pub(crate) fn destroy(&self, devlink: InstanceLocked<'_>) {
        // The key is that of no other reporter, whatever port has the index by now.
        match self.port.map(|index| devlink.ports.get(index)) {
            None => drop(devlink.reporters.remove(self.key)),
            Some(None) => {}
            Some(Some(port)) => {
                if let Some(siblings) = port.reporters() {
                    siblings.remove(self.key);
                }
            }
        }
        self.end(devlink);
    }

    /// Ends what the driver may be called for. A reporter that was forgotten on its port has ended
    /// with that.
    fn end(&self, devlink: InstanceLocked<'_>) {
        let drained = devlink.drain(&self.callback_lock.gate, "destroying a health reporter");
        if drained.is_ok() {
            self.callback_lock.gate.close();
        }
        self.driver.owner().leave(devlink);
    }

    /// The instance. A driver that uses a reporter after it has freed the instance is warned.
    pub(crate) fn devlink(&self) -> Option<ARef<Devlink>> {
        let devlink = self.devlink.upgrade();
        warn_on!(devlink.is_none());
        devlink
    }

    /// The reporter's name.
    pub(crate) fn name(&self) -> &CStr {
        &self.name
    }

    /// The driver's side of the reporter.
    pub(crate) fn driver(&self) -> &DriverReporter {
        &self.driver
    }

    /// Which of the operations that users see the driver has.
    pub(crate) fn abilities(&self) -> Abilities {
        self.abilities
    }

    /// Writes what is known about the reporter, which is on `devlink`.
    pub(crate) fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        // Copied, so that nothing is written under the lock.
        let state = self.state.lock().clone();
        devlink.put_handle(out)?;
        out.put_opt(attr::PORT_INDEX, self.port)?;
        out.nest_noflag(attr::HEALTH_REPORTER, |out| {
            out.put(attr::HEALTH_REPORTER_NAME, self.name())?;
            out.put(attr::HEALTH_REPORTER_STATE, state.health as u8)?;
            out.put(attr::HEALTH_REPORTER_ERR_COUNT, state.error_count)?;
            out.put(attr::HEALTH_REPORTER_RECOVER_COUNT, state.recovery_count)?;
            if self.abilities.recover {
                out.put(attr::HEALTH_REPORTER_GRACEFUL_PERIOD, state.graceful_period)?;
                out.put(attr::HEALTH_REPORTER_BURST_PERIOD, state.burst_period)?;
                out.put(
                    attr::HEALTH_REPORTER_AUTO_RECOVER,
                    state.auto_recover.into(),
                )?;
            }
            if let Some(dump) = &state.dump {
                out.put(attr::HEALTH_REPORTER_DUMP_TS, dump.made_ms.into())?;
                out.put(attr::HEALTH_REPORTER_DUMP_TS_NS, dump.made_real_ns)?;
            }
            if self.abilities.dump {
                out.put(attr::HEALTH_REPORTER_AUTO_DUMP, state.auto_dump.into())?;
            }
            Ok(())
        })
    }

    /// Tells listeners how the reporter is; if users do not know of the instance yet, when they do.
    fn notify(&self, devlink: &Devlink) {
        if !devlink.is_published() {
            self.state.lock().untold = true;
            // It may have been registered meanwhile. Either `notify_untold()`, which comes after
            // that, finds the mark, or it had the lock before us, and we see here that it came.
            if !devlink.is_published() || !self.take_untold() {
                return;
            }
        }
        self.send(devlink);
    }

    fn take_untold(&self) -> bool {
        core::mem::take(&mut self.state.lock().untold)
    }

    fn send(&self, devlink: &Devlink) {
        netlink::notify::send(devlink, Cmd::HealthReporterRecover, self.port, |out| {
            self.fill(devlink, out)
        });
    }

    /// Changes what a user can set. What comes before a setting that is refused is changed, as in
    /// the C core.
    pub(crate) fn configure(&self, wanted: &Settings, extack: Extack<'_>) -> Result {
        let mut state = self.state.lock();
        if let Some(period) = wanted.graceful_period {
            state.graceful_period = period;
            if period == 0 {
                state.burst_period = 0;
            }
        }
        if let Some(period) = wanted.burst_period {
            if period != 0 && state.graceful_period == 0 {
                drop(state);
                return Err(extack.err(
                    c"health: Cannot set burst period without a grace period.",
                    EINVAL,
                ));
            }
            state.burst_period = period;
        }
        if let Some(auto_recover) = wanted.auto_recover {
            state.auto_recover = auto_recover;
        }
        if let Some(auto_dump) = wanted.auto_dump {
            state.auto_dump = auto_dump;
        }
        Ok(())
    }

    /// The driver tells of an error (`devlink_health_report()`): it is counted and, if users want
    /// that, dumped and recovered from.
    ///
    /// Takes the instance lock if there is something to do for the driver. [`ECANCELED`] if the
    /// error is not recovered from because it comes too soon after another one.
    pub(crate) fn report(&self, message: Option<&CStr>, context: ReportContext) -> Result {
        warn_on!(message.is_none());
        let devlink = self.devlink().ok_or(ENODEV)?;
        self.trace_report(&devlink, message);

        let now = jiffies();
        let (left_since, auto_dump, auto_recover) = {
            let mut state = self.state.lock();
            let before = state.health;
            state.error_count = state.error_count.wrapping_add(1);
            state.health = Health::Error;
            let left = state.must_leave_error(before, now);
            (
                left.then(|| now.wrapping_sub(state.last_recovery)),
                state.auto_dump,
                state.auto_recover,
            )
        };
        self.notify(&devlink);
        if let Some(since) = left_since {
            self.trace_recover_aborted(&devlink, Health::Error, since);
            return Err(ECANCELED);
        }
        if !auto_dump && !auto_recover {
            return Ok(());
        }

        let guard = devlink.lock();
        // The driver may have destroyed the reporter while this waited for its lock.
        let locked = guard.having(self.driver.owner()).ok_or(ENODEV)?;
        self.callback_lock
            .take(locked, Parallel::HealthReads, "health report", || {
                if auto_dump {
                    // The error is recovered from whether it could be dumped or not.
                    let _ = self.dump(locked.into(), context, Extack::NONE);
                }
                if auto_recover {
                    self.recover(locked.into(), context, Extack::NONE)?;
                }
                Ok(())
            })
    }

    /// Has the driver recover, if there is something to recover from.
    ///
    /// The reporter is not destroyed, which [`MayCall`] guarantees; the same holds for whatever
    /// else calls the driver here.
    pub(crate) fn recover(
        &self,
        devlink: MayCall<'_>,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result {
        if self.state.lock().health == Health::Healthy {
            return Ok(());
        }
        self.driver_recover(devlink, context, extack)?;
        let now = jiffies();
        {
            let mut state = self.state.lock();
            state.count_recovery(now);
            state.health = Health::Healthy;
        }
        self.notify(&devlink);
        Ok(())
    }

    /// The driver recovered by itself (`devlink_health_reporter_recovery_done()`).
    pub(crate) fn recovery_done(&self) {
        let now = jiffies();
        self.state.lock().count_recovery(now);
    }

    /// The driver found out how the reporter is (`devlink_health_reporter_state_update()`).
    pub(crate) fn update(&self, health: Health) {
        if core::mem::replace(&mut self.state.lock().health, health) == health {
            return;
        }
        let Some(devlink) = self.devlink() else {
            return;
        };
        self.trace_state_update(&devlink, health);
        self.notify(&devlink);
    }

    /// The dump that is kept, if there is one.
    pub(crate) fn kept_dump(&self) -> Option<Arc<Dump>> {
        self.state.lock().dump.clone()
    }

    /// The dump that is kept; if there is none, the driver makes one, which is kept.
    pub(crate) fn dump(
        &self,
        devlink: MayCall<'_>,
        context: ReportContext,
        extack: Extack<'_>,
    ) -> Result<Arc<Dump>> {
        if let Some(dump) = self.kept_dump() {
            return Ok(dump);
        }
        let mut fmsg = Fmsg::new();
        fmsg.obj_nest_start();
        self.driver_dump(devlink, &mut fmsg, context, extack)?;
        fmsg.obj_nest_end();
        let dump = Dump::new(fmsg.finish()?)?;
        // Nobody else has put one there: it takes the instance lock, or the reporter's callback
        // lock.
        self.state.lock().dump = Some(dump.clone());
        Ok(dump)
    }

    /// Forgets the dump that is kept.
    pub(crate) fn clear_dump(&self) {
        let dump = self.state.lock().dump.take();
        // Freed after the lock was released: that may sleep.
        drop(dump);
    }
}
