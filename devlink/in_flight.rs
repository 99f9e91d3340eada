// SPDX-License-Identifier: GPL-2.0

//! Who is doing what with an instance's driver, and what it waits for: for people who look for the
//! one device that does not answer.
//!
//! Each wait for somebody who may be in the driver has a [`Record`] on the waiting task's stack,
//! from before it waits until it waits no more; a callback without the instance lock has one as
//! long as it runs. Who is in the driver with the instance lock, on behalf of a user or to recover
//! from an error, is written down beside the lock ([`InDriver`]). So being shown takes no memory,
//! and for the thousandth as little time as for the first. Commands that read what the core knows
//! wait for nobody and are not recorded.
//!
//! `/sys/kernel/debug/devlink/commands/` shows the records: `all` those of all instances, a file
//! that is called by an instance's index those of that one. Waits that no signal ends are written
//! to the kernel's log when they take long, by one [`scanner`] for all instances.
//!
//! * The list's spinlock is a leaf, held for one record at a time ([`StackList`]): what is shown is
//!   copied under it, and written without it.
//! * Files and the scanner find instances by their index and keep none alive.

mod scanner;

use self::scanner::Watched;

use crate::{
    instance::Devlink,
    lifetime::{
        Gate,
        NotOpen, //
    },
    registry, //
};

use kernel::{
    current, debugfs, fmt, new_spinlock, new_stack_list,
    prelude::*,
    str::CString,
    sync::{
        atomic::Atomic,
        stack_list::{
            StackEntry,
            StackList, //
        },
        SetOnce,
        SpinLock, //
    },
    task::Pid,
    time::{
        Instant,
        Monotonic, //
    },
};

use pin_init::stack_pin_init;

use core::ptr;

/// Where `all` and the instances' files are.
static DIR: SetOnce<debugfs::Dir> = SetOnce::new();

/// `all`.
static ALL: SetOnce<Pin<KBox<debugfs::File<OfAll>>>> = SetOnce::new();

/// What somebody in flight waits for.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum WaitsFor {
    /// The device lock.
    DeviceLock,
    /// The instance lock.
    InstanceLock,
    /// Another callback about the same object, to return.
    CallbackLock,
    /// Those who are inside, to leave.
    Commands,
    /// The end of the instance, whose name the next one will have.
    End,
    /// The driver's callback, or nothing.
    Driver,
}

/// What is shown of somebody in flight.
#[derive(Copy, Clone)]
struct Shown {
    /// The operation's name in `devlink.yaml`, or what else it is.
    what: &'static str,
    pid: Pid,
    since: Instant<Monotonic>,
    waits_for: WaitsFor,
    /// The address of the gate of the object that the driver is called about without the instance
    /// lock; else 0.
    object: usize,
}

impl Shown {
    /// The calling task, from now on.
    fn new(what: &'static str, waits_for: WaitsFor) -> Self {
        Shown {
            what,
            pid: current!().pid(),
            since: Instant::now(),
            waits_for,
            object: 0,
        }
    }

    /// For how many ms. 32-bit machines do not divide longer numbers, and nobody waits for as many
    /// weeks as fit here.
    fn millis(&self) -> u32 {
        u32::try_from(self.since.elapsed().as_millis()).unwrap_or(u32::MAX)
    }
}

/// Somebody in flight.
pub(crate) struct Record {
    shown: Shown,
    /// There if no signal ends the wait.
    watched: Option<Watched>,
}

/// Somebody is in flight, and shown, until this is dropped.
pub(crate) type InFlight<'a> = StackEntry<'a, Record>;

/// The records of an instance.
#[pin_data]
pub(crate) struct Records {
    #[pin]
    list: StackList<Record>,
    /// Who is in the driver with the instance lock held.
    #[pin]
    in_driver: SpinLock<Option<Shown>>,
    /// How many ms the longest wait must have lasted for the next line in the log.
    next_line: Atomic<u32>,
    file_name: CString,
    #[pin]
    _file: debugfs::File<OfInstance>,
}

impl Records {
    /// No records, and the file that will show them.
    pub(crate) fn new(index: u32) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            list <- new_stack_list!(c"devlink in flight"),
            in_driver <- new_spinlock!(None, "devlink in driver"),
            next_line: Atomic::new(0),
            file_name: CString::try_from_fmt(fmt!("{index}"))?,
            _file <- DIR
                .as_ref()
                .ok_or(ENODEV)?
                .read_only_file(file_name, OfInstance { index }),
        })
    }

    /// Has `show` show everybody, who is in the driver with the instance lock first.
    fn for_each(&self, mut show: impl FnMut(Shown, bool) -> Result) -> Result {
        let in_driver = *self.in_driver.lock();
        if let Some(shown) = in_driver {
            show(shown, false)?;
        }
        self.list.for_each(
            |record| (record.shown, record.watched.is_some()),
            |(shown, is_watched)| show(shown, is_watched),
        )
    }
}

/// The content of an instance's file.
struct OfInstance {
    index: u32,
}

impl debugfs::Writer for OfInstance {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match registry::by_index(self.index) {
            Some(devlink) => write_records(&devlink, f),
            None => Ok(()),
        }
    }
}

/// The content of `all`.
struct OfAll;

impl debugfs::Writer for OfAll {
    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut from = Some(0);
        while let Some(devlink) = from.and_then(|from| registry::next_matching(from, |_| true)) {
            write_records(&devlink, f)?;
            from = devlink.index().checked_add(1);
        }
        Ok(())
    }
}

fn write_records(devlink: &Devlink, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let written = devlink.in_flight.for_each(|shown, _| {
        let line = Line(devlink, &shown);
        let (bus, dev) = (devlink.bus_name(), devlink.dev_name());
        f.write_fmt(fmt!("{bus}/{dev}: {line}\n"))
            .map_err(|_| ENOSPC)
    });
    written.map_err(|_| fmt::Error)
}

/// Makes the folder and `all`, which stay for good, and the scanner.
pub(crate) fn init() -> Result {
    scanner::init()?;
    let dir = debugfs::Dir::new(c"devlink").subdir(c"commands");
    ALL.populate(KBox::pin_init(
        dir.read_only_file(c"all", OfAll),
        GFP_KERNEL,
    )?);
    DIR.populate(dir);
    Ok(())
}

impl Devlink {
    /// The calling task begins to wait for something, to do `what`; a signal that ends the process
    /// ends the wait.
    pub(crate) fn begin_killable_wait(
        &self,
        what: &'static str,
        waits_for: WaitsFor,
    ) -> impl PinInit<InFlight<'_>> {
        self.in_flight.list.push(Record {
            shown: Shown::new(what, waits_for),
            watched: None,
        })
    }

    /// The same for a wait that no signal ends, so the log tells of it when it takes long.
    pub(crate) fn begin_wait(
        &self,
        what: &'static str,
        waits_for: WaitsFor,
    ) -> impl PinInit<InFlight<'_>> {
        self.in_flight.list.push(Record {
            shown: Shown::new(what, waits_for),
            watched: Some(Watched::new()),
        })
    }

    /// The calling task calls the driver without the instance lock, to do `what` with the object
    /// that `gate` belongs to.
    pub(crate) fn begin_call_about(
        &self,
        what: &'static str,
        gate: &Gate,
    ) -> impl PinInit<InFlight<'_>> {
        self.in_flight.list.push(Record {
            shown: Shown {
                object: address(gate),
                ..Shown::new(what, WaitsFor::Driver)
            },
            watched: None,
        })
    }

    /// The calling task, which holds the instance lock, calls the driver to do `what`, until the
    /// result is dropped.
    pub(crate) fn begin_call(&self, what: &'static str) -> InDriver<'_> {
        let shown = Shown::new(what, WaitsFor::Driver);
        *self.in_flight.in_driver.lock() = Some(shown);
        InDriver {
            records: &self.in_flight,
            pid: shown.pid,
        }
    }

    /// Drains the gate of the instance, or of an object on it, on behalf of the driver, which does
    /// `what`. There is no other way to wait for a gate.
    pub(crate) fn drain(&self, gate: &Gate, what: &'static str) -> Result<(), NotOpen> {
        gate.drain(|left| {
            stack_pin_init!(let wait = self.begin_wait(what, WaitsFor::Commands));
            self.tell_of_wait_for_itself(gate, what);
            left.wait(&wait)
        })
    }

    /// Writes to the log, at once, that the driver does `what` in a callback, and that it waits for
    /// the end of the same: then it will wait forever.
    pub(crate) fn tell_of_wait_for_itself(&self, gate: &Gate, what: &'static str) {
        let Some(call) = self.own_call(gate) else {
            return;
        };
        self.error(fmt!(
            "{what} waits for the callback that it is called from, forever: {} by task {} \
             (driver {})\n",
            call.what,
            call.pid,
            DriverName(self)
        ));
    }

    /// Writes to the log, at once, that the calling task holds the instance lock already, if it
    /// does: then it will wait forever.
    pub(crate) fn tell_of_lock_held_already(&self) {
        let pid = current!().pid();
        if self.instance_lock().holder() != Some(pid) {
            return;
        }
        let call = *self.in_flight.in_driver.lock();
        let what = call
            .filter(|call| call.pid == pid)
            .map_or("driver", |call| call.what);
        self.error(fmt!(
            "task {pid} waits for the instance lock that it holds, forever: {what} (driver {})\n",
            DriverName(self)
        ));
    }

    /// The call of the driver by the calling task that draining `gate` waits for, if there is one.
    fn own_call(&self, gate: &Gate) -> Option<Shown> {
        let pid = current!().pid();
        let is_instance = ptr::eq(self.gate(), gate);
        let is_own = |shown: &Shown| {
            shown.pid == pid
                && shown.waits_for == WaitsFor::Driver
                && (is_instance || shown.object == address(gate))
        };
        let in_driver = *self.in_flight.in_driver.lock();
        in_driver.filter(is_own).or_else(|| {
            let list = &self.in_flight.list;
            list.find_map(|record| is_own(&record.shown).then_some(record.shown))
        })
    }
}

/// Who has the instance lock is in the driver until this is dropped, which is before it releases
/// the lock.
pub(crate) struct InDriver<'a> {
    records: &'a Records,
    pid: Pid,
}

impl Drop for InDriver<'_> {
    fn drop(&mut self) {
        let mut in_driver = self.records.in_driver.lock();
        // A driver may have released the lock in its callback, and somebody else have got it.
        if in_driver.is_some_and(|shown| shown.pid == self.pid) {
            *in_driver = None;
        }
    }
}

/// A number that no other gate has as long as this one is there.
fn address(gate: &Gate) -> usize {
    ptr::from_ref(gate).addr()
}

/// Somebody in flight in words.
struct Line<'a>(&'a Devlink, &'a Shown);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line(devlink, shown) = self;
        let millis = shown.millis();
        f.write_fmt(fmt!(
            "{} by task {} for {}.{:03} s: ",
            shown.what,
            shown.pid,
            millis / 1000,
            millis % 1000
        ))?;
        match shown.waits_for {
            WaitsFor::DeviceLock => f.write_str("waits for the device lock"),
            WaitsFor::InstanceLock => {
                f.write_str("waits for the instance lock")?;
                match devlink.instance_lock().holder() {
                    Some(pid) => f.write_fmt(fmt!(", held by task {pid}")),
                    None => Ok(()),
                }
            }
            WaitsFor::CallbackLock => f.write_str("waits for another callback about the object"),
            WaitsFor::Commands => f.write_str("waits for those inside"),
            WaitsFor::End => f.write_str("waits for the end of the instance"),
            WaitsFor::Driver => f.write_str("in the driver"),
        }
    }
}

/// The name of an instance's driver, if it has one.
struct DriverName<'a>(&'a Devlink);

impl fmt::Display for DriverName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.driver_name() {
            Some(name) => f.write_fmt(fmt!("{name}")),
            None => f.write_str("unknown"),
        }
    }
}
