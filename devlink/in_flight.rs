// SPDX-License-Identifier: GPL-2.0

//! Who is doing what with an instance's driver, and what it waits for: for people who look for the
//! one device that does not answer.
//!
//! Whoever waits for the instance lock of an instance, or has it, is recorded on that instance from
//! before its first wait until it has released everything. Commands that read what the core knows
//! wait for nobody and are not recorded. `/sys/kernel/debug/devlink/commands/` shows the records:
//! `all` those of all instances, a file that is called by an instance's index those of that one.
//! Waits that no signal ends are written to the kernel's log when they take long.
//!
//! * A record belongs to the [`InFlight`] that made it, and goes with it.
//! * The list has a lock of its own, a leaf, held for a look only ([`Collection`]).
//! * Files and the log's [`Watch`] know instances by their index and keep none alive.

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    instance::Devlink,
    registry, //
};

use kernel::{
    current, debugfs, fmt, impl_has_delayed_work, new_delayed_work,
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        SetOnce, //
    },
    task::Pid,
    time::{
        msecs_to_jiffies,
        Instant,
        Monotonic, //
    },
    workqueue::{
        self,
        DelayedWork,
        WorkItem, //
    },
};

/// After how many milliseconds a wait that no signal ends is written to the log, again and again.
const LONG: u32 = 10_000;

/// Where `all` and the instances' files are.
static DIR: SetOnce<debugfs::Dir> = SetOnce::new();

/// `all`.
static ALL: SetOnce<Pin<KBox<debugfs::File<OfAll>>>> = SetOnce::new();

/// What somebody in flight waits for.
#[derive(Copy, Clone, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum WaitsFor {
    /// The device lock.
    DeviceLock,
    /// The instance lock.
    InstanceLock,
    /// Another callback about the same object, to return.
    CallbackLock,
    /// Those who are inside, to leave.
    Commands,
    /// The driver's callback, or nothing.
    Driver,
}

impl WaitsFor {
    const ALL: [WaitsFor; 5] = [
        WaitsFor::DeviceLock,
        WaitsFor::InstanceLock,
        WaitsFor::CallbackLock,
        WaitsFor::Commands,
        WaitsFor::Driver,
    ];
}

/// Somebody in flight.
struct Record {
    /// The operation's name in `devlink.yaml`, or what else it is.
    what: &'static str,
    pid: Pid,
    since: Instant<Monotonic>,
    waits_for: Atomic<u32>,
}

impl Record {
    fn waits_for(&self) -> WaitsFor {
        let number = self.waits_for.load(Relaxed);
        WaitsFor::ALL
            .into_iter()
            .find(|one| *one as u32 == number)
            .unwrap_or(WaitsFor::Driver)
    }
}

/// The records of an instance.
#[pin_data]
pub(crate) struct Records {
    #[pin]
    list: Collection<u64, Record>,
    file_name: CString,
    #[pin]
    _file: debugfs::File<OfInstance>,
}

impl Records {
    /// No records, and the file that will show them.
    pub(crate) fn new(index: u32) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            list <- Collection::new(),
            file_name: CString::try_from_fmt(fmt!("{index}"))?,
            _file <- DIR
                .as_ref()
                .ok_or(ENODEV)?
                .read_only_file(file_name, OfInstance { index }),
        })
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
    for record in devlink.in_flight.list.iter() {
        f.write_fmt(fmt!(
            "{}/{}: {}\n",
            devlink.bus_name(),
            devlink.dev_name(),
            Line(devlink, &record)
        ))?;
    }
    Ok(())
}

/// Makes the folder and `all`, which stay for good.
pub(crate) fn init() -> Result {
    let dir = debugfs::Dir::new(c"devlink").subdir(c"commands");
    ALL.populate(KBox::pin_init(
        dir.read_only_file(c"all", OfAll),
        GFP_KERNEL,
    )?);
    DIR.populate(dir);
    Ok(())
}

/// Somebody is in flight until this is dropped.
pub(crate) struct InFlight<'a> {
    devlink: &'a Devlink,
    /// Without memory, nobody sees it.
    record: Option<(u64, Arc<Record>)>,
}

impl<'a> InFlight<'a> {
    /// The calling task begins to wait for something of `devlink`, to do `what`.
    pub(crate) fn new(devlink: &'a Devlink, what: &'static str, waits_for: WaitsFor) -> Self {
        let key = next_sequence();
        let record = Record {
            what,
            pid: current!().pid(),
            since: Instant::now(),
            waits_for: Atomic::new(waits_for as u32),
        };
        let record = Arc::new(record, GFP_KERNEL)
            .ok()
            .filter(|record| devlink.in_flight.list.insert(key, record.clone()).is_ok())
            .map(|record| (key, record));
        InFlight { devlink, record }
    }

    /// The same for a wait that no signal ends, so the log tells of it when it takes long.
    pub(crate) fn uninterruptible(
        devlink: &'a Devlink,
        what: &'static str,
        waits_for: WaitsFor,
    ) -> Self {
        let flight = Self::new(devlink, what, waits_for);
        if let Some((key, _)) = flight.record {
            Watch::begin(devlink.index(), key);
        }
        flight
    }

    /// What it waits for from now on.
    pub(crate) fn waits_for(&self, what: WaitsFor) {
        if let Some((_, record)) = &self.record {
            record.waits_for.store(what as u32, Relaxed);
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        if let Some((key, _)) = self.record {
            self.devlink.in_flight.list.remove(key);
        }
    }
}

/// Looks after a wait until its record has gone.
#[pin_data]
struct Watch {
    index: u32,
    key: u64,
    #[pin]
    work: DelayedWork<Watch>,
}

impl_has_delayed_work! {
    impl HasDelayedWork<Self> for Watch { self.work }
}

impl Watch {
    fn begin(index: u32, key: u64) {
        let watch = Arc::pin_init(
            pin_init!(Watch {
                index,
                key,
                work <- new_delayed_work!("devlink watch"),
            }),
            GFP_KERNEL,
        );
        if let Ok(watch) = watch {
            watch.again();
        }
    }

    fn again(self: Arc<Self>) {
        // Nobody else queues it, so this cannot fail.
        let _ = workqueue::system_unbound().enqueue_delayed(self, msecs_to_jiffies(LONG));
    }

    /// The instance and the record, as long as there is one.
    fn record(&self) -> Option<(ARef<Devlink>, Arc<Record>)> {
        let devlink = registry::by_index(self.index)?;
        let record = devlink.in_flight.list.get(self.key)?;
        Some((devlink, record))
    }
}

impl WorkItem for Watch {
    type Pointer = Arc<Watch>;

    fn run(this: Arc<Watch>) {
        let Some((devlink, record)) = this.record() else {
            return;
        };
        if record.waits_for() == WaitsFor::Driver {
            // It got what it waited for.
            return;
        }
        devlink.warn(fmt!("{}\n", Line(&devlink, &record)));
        for other in devlink.in_flight.list.iter() {
            if other.waits_for() == WaitsFor::Driver {
                devlink.warn(fmt!("meanwhile {}\n", Line(&devlink, &other)));
            }
        }
        drop((devlink, record));
        this.again();
    }
}

/// A record in words.
struct Line<'a>(&'a Devlink, &'a Record);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Line(devlink, record) = self;
        let millis = record.since.elapsed().as_millis();
        f.write_fmt(fmt!(
            "{} by task {} for {}.{:03} s: ",
            record.what,
            record.pid,
            millis / 1000,
            millis % 1000
        ))?;
        match record.waits_for() {
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
            WaitsFor::Driver => f.write_str("in the driver"),
        }
    }
}
