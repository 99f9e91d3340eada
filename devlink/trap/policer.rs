// SPDX-License-Identifier: GPL-2.0

//! `devlink trap policer`: limits to how many packets reach the CPU.

use super::{
    found,
    register_each,
    stats::{
        self,
        Drops, //
    }, //
};

use crate::{
    collection::next_sequence,
    driver::{
        access::{
            Active,
            InstanceLocked,
            Operating, //
        },
        trap::DriverPolicer, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        self,
        command::{
            Command,
            Driver,
            Lookup,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Part,
            Stop, //
        },
    },
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
    warn_on,
    warn_on_once, //
};

use core::ops::RangeInclusive;

/// What a policer lets pass.
#[derive(Copy, Clone)]
pub(crate) struct Limits {
    /// Packets per second.
    pub(crate) rate: u64,
    /// Packets.
    pub(crate) burst: u64,
}

/// What a driver says about a policer that it registers.
pub(crate) struct NewPolicer {
    pub(crate) id: u32,
    pub(crate) init: Limits,
    pub(crate) min: Limits,
    pub(crate) max: Limits,
    pub(crate) driver: DriverPolicer,
}

/// A registered policer.
#[pin_data]
pub(crate) struct Policer {
    sequence: u64,
    id: u32,
    rates: RangeInclusive<u64>,
    bursts: RangeInclusive<u64>,
    driver: DriverPolicer,
    #[pin]
    limits: Mutex<Limits>,
    drops: Drops,
}

impl Policer {
    fn new(new: NewPolicer) -> Result<Arc<Self>> {
        let NewPolicer {
            id,
            init,
            min,
            max,
            driver,
        } = new;
        Arc::pin_init(
            pin_init!(Self {
                sequence: next_sequence(),
                id,
                rates: min.rate..=max.rate,
                bursts: min.burst..=max.burst,
                driver,
                limits <- new_mutex!(init, "devlink trap policer"),
                drops: Drops::new(),
            }),
            GFP_KERNEL,
        )
    }

    /// The policer's number.
    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// The driver's side of the policer.
    pub(crate) fn driver(&self) -> &DriverPolicer {
        &self.driver
    }

    /// How many packets were dropped, if the driver counts them.
    fn dropped(&self, devlink: InstanceLocked<'_>) -> Result<Option<u64>> {
        let ops = devlink.ops();
        self.drops.ask(devlink, ops.counts_policer_drops(), || {
            ops.policer_drops(self)
        })
    }

    /// The driver's counter.
    pub(super) fn drops(&self) -> &Drops {
        &self.drops
    }

    /// Writes what is known about the policer. `dropped` is called when all else has found room: to
    /// read a counter may change it.
    fn fill(
        &self,
        devlink: &Devlink,
        dropped: impl FnOnce() -> Option<u64>,
        out: &mut Writer<'_>,
    ) -> Result {
        let limits = *self.limits.lock();
        devlink.put_handle(out)?;
        out.put(attr::TRAP_POLICER_ID, self.id)?;
        out.put(attr::TRAP_POLICER_RATE, limits.rate)?;
        out.put(attr::TRAP_POLICER_BURST, limits.burst)?;
        match dropped() {
            Some(dropped) => stats::fill(out, Some(dropped), None),
            None => Ok(()),
        }
    }

    /// Tells listeners about the policer.
    pub(super) fn notify(&self, devlink: InstanceLocked<'_>, cmd: Cmd) {
        netlink::notify::send(devlink.devlink(), cmd, None, |out| {
            self.fill(
                devlink.devlink(),
                || self.drops.or_last(self.dropped(devlink)),
                out,
            )
        });
    }

    fn set(&self, devlink: InstanceLocked<'_>, wanted: Limits, extack: Extack<'_>) -> Result {
        let refused = if wanted.rate < *self.rates.start() {
            c"Policer rate lower than limit"
        } else if wanted.rate > *self.rates.end() {
            c"Policer rate higher than limit"
        } else if wanted.burst < *self.bursts.start() {
            c"Policer burst size lower than limit"
        } else if wanted.burst > *self.bursts.end() {
            c"Policer burst size higher than limit"
        } else {
            devlink.ops().set_policer(self, wanted, extack)?;
            *self.limits.lock() = wanted;
            return Ok(());
        };
        Err(extack.err(refused, EINVAL))
    }

    fn unregister(&self, devlink: InstanceLocked<'_>) {
        self.notify(devlink, Cmd::TrapPolicerDel);
        devlink.traps.policers.remove(self.sequence);
        devlink.ops().policer_fini(self);
        self.driver.owner().leave(devlink);
    }
}

fn register(devlink: InstanceLocked<'_>, new: NewPolicer) -> Result<Arc<Policer>> {
    let is_wrong = new.id == 0 || new.max.rate < new.min.rate || new.max.burst < new.min.burst;
    if warn_on!(is_wrong) {
        return Err(EINVAL);
    }
    if devlink.traps.policer(new.id).is_some() {
        return Err(EEXIST);
    }
    let policer = Policer::new(new)?;
    let ops = devlink.ops();
    ops.policer_init(&policer)?;
    devlink
        .traps
        .policers
        .insert(policer.sequence, policer.clone())
        .inspect_err(|_| ops.policer_fini(&policer))?;
    policer.notify(devlink, Cmd::TrapPolicerNew);
    Ok(policer)
}

/// Registers policers: all of them, or none.
pub(crate) fn register_all(
    devlink: InstanceLocked<'_>,
    new: impl ExactSizeIterator<Item = NewPolicer>,
) -> Result {
    register_each(
        new,
        |new| register(devlink, new),
        |policer: &Policer| policer.unregister(devlink),
    )
}

/// Unregisters the policers with these numbers, last first.
pub(crate) fn unregister_all(
    devlink: InstanceLocked<'_>,
    ids: impl DoubleEndedIterator<Item = u32>,
) {
    for id in ids.rev() {
        match devlink.traps.policer(id) {
            Some(policer) => policer.unregister(devlink),
            None => {
                warn_on_once!(true);
            }
        }
    }
}

/// The policer that the request names.
fn requested(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Policer>> {
    let traps = &devlink.traps;
    let id = request.attrs.get(attr::TRAP_POLICER_ID);
    found(
        request,
        &traps.policers,
        id.and_then(|id| traps.policer(id)),
        c"Device did not register this trap policer",
    )
}

/// `DEVLINK_CMD_TRAP_POLICER_GET`.
pub(crate) struct PolicerGet;

impl Command for PolicerGet {
    /// Only counters need the driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        let policer = requested(request, &active)?;
        if !active.ops().counts_policer_drops() {
            return request.reply(Cmd::TrapPolicerNew, |out| {
                policer.fill(&active, || None, out)
            });
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let policer = requested(request, &operating)?;
        let dropped = policer.dropped(operating.locked())?;
        request.reply(Cmd::TrapPolicerNew, |out| {
            policer.fill(&operating, || dropped, out)
        })
    }
}

impl DumpCommand for PolicerGet {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        let mut part = Part::new(devlink, out);
        while let Some((sequence, policer)) = devlink.traps.policers.next_from(*cursor) {
            if devlink.ops().counts_policer_drops() && part.gets_driver() {
                continue;
            }
            out.entry(
                devlink,
                fmt!("trap policer {}", policer.id),
                Cmd::TrapPolicerNew,
                |out| {
                    let asked = || part.ask(|driver| policer.dropped(driver));
                    policer.fill(devlink, || policer.drops.or_last(asked()), out)
                },
            )?;
            *cursor = sequence + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_TRAP_POLICER_SET`.
pub(crate) struct PolicerSet;

impl Command for PolicerSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        if !devlink.ops().can_set_policer() {
            return Err(EOPNOTSUPP);
        }
        let policer = requested(request, &devlink)?;
        let now = *policer.limits.lock();
        let wanted = Limits {
            rate: request
                .attrs
                .get(attr::TRAP_POLICER_RATE)
                .unwrap_or(now.rate),
            burst: request
                .attrs
                .get(attr::TRAP_POLICER_BURST)
                .unwrap_or(now.burst),
        };
        policer.set(devlink.locked(), wanted, request.extack)
    }
}
