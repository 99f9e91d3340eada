// SPDX-License-Identifier: GPL-2.0

//! `devlink trap`: packets that the device gives to the CPU instead of, or beside, forwarding them.
//!
//! # Reports
//!
//! A driver gets a pointer to each [`Trap`] it registers, and passes it with every packet it
//! reports, from softirq and without any lock of the core. A report uses what never changes (the
//! trap, its group, their names) and counters of its own CPU.
//!
//! No report outlives its trap. Drivers report inside RCU read-side sections, which softirqs are,
//! and do not begin to report for a trap that drops. [`unregister_all`] makes all traps drop and
//! waits for a grace period: whoever began to report before is done then, and nobody begins
//! again, because changing the action back needs the instance lock, which the caller holds. Only
//! then a trap leaves its collection. Its group cannot go before: the trap counts on it.
//!
//! # The driver's descriptions
//!
//! What a driver says about a trap is not copied: a switch has hundreds of traps, and the copy
//! would be the larger part of each. It is the driver's from register to unregister, which readers
//! may outlive; so they look at it inside an RCU read-side section, and no more when the trap is
//! [retired](DriverTrap::retire), which it is before the grace period that reports are waited for.
//!
//! # The driver's counters
//!
//! Packets that the device dropped are counted by the driver. A `do` and a notification, which
//! hold the instance lock, ask it; a dump waits for no driver and shows what it said last.

mod generic;
pub(crate) mod group;
pub(crate) mod policer;
mod stats;

pub(crate) use self::{
    group::{
        GroupGet,
        GroupSet, //
    },
    policer::{
        PolicerGet,
        PolicerSet, //
    },
};

use self::{
    group::Group,
    policer::Policer,
    stats::Drops, //
};

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver::{
        access::{
            Active,
            InstanceLocked,
            Operating, //
        },
        trap::{
            stats::PacketStats,
            Description,
            DriverTrap, //
        },
    },
    generated::{
        attr,
        trap_metadata,
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
    bindings,
    fmt,
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    prelude::*,
    sync::{
        rcu::{
            self,
            synchronize_rcu, //
        },
        Arc, //
    },
    warn_on,
    warn_on_once, //
};

/// What happens to the packets of a trap (`enum devlink_trap_action`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Action(pub(crate) u32);

impl Action {
    pub(crate) const DROP: Self = Action(bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_DROP);
    pub(crate) const TRAP: Self = Action(bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_TRAP);
    pub(crate) const MIRROR: Self =
        Action(bindings::devlink_trap_action_DEVLINK_TRAP_ACTION_MIRROR);
}

/// Why packets are trapped (`enum devlink_trap_type`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Kind(pub(crate) u32);

impl Kind {
    /// They would be dropped otherwise. Only traps of this kind can change their action.
    pub(crate) const DROP: Self = Kind(bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_DROP);
    /// They cannot be forwarded without the CPU's help.
    pub(crate) const EXCEPTION: Self =
        Kind(bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_EXCEPTION);
    /// They are meant for the CPU.
    pub(crate) const CONTROL: Self = Kind(bindings::devlink_trap_type_DEVLINK_TRAP_TYPE_CONTROL);
}

impl Description<'_> {
    fn fill(&self, out: &mut Writer<'_>) -> Result {
        out.put(attr::TRAP_NAME, self.name)?;
        out.put(attr::TRAP_TYPE, self.kind.0 as u8)?;
        if self.generic {
            out.put(attr::TRAP_GENERIC, ())?;
        }
        out.put(attr::TRAP_ACTION, self.action.0 as u8)?;
        out.nest(attr::TRAP_METADATA, |out| {
            if self.in_port {
                out.put(trap_metadata::TRAP_METADATA_TYPE_IN_PORT, ())?;
            }
            if self.fa_cookie {
                out.put(trap_metadata::TRAP_METADATA_TYPE_FA_COOKIE, ())?;
            }
            Ok(())
        })
    }
}

/// What a driver says about a trap that it registers.
pub(crate) struct NewTrap<'a> {
    pub(crate) id: u16,
    pub(crate) description: Description<'a>,
    /// The number of the trap's group.
    pub(crate) group_id: u16,
    pub(crate) driver: DriverTrap,
}

/// A registered trap.
pub(crate) struct Trap {
    sequence: u64,
    group: Arc<Group>,
    driver: DriverTrap,
    stats: PacketStats,
    drops: Drops,
}

// With the reference count, 64 bytes.
static_assert!(size_of::<Trap>() <= 56);

/// A trap's name, for error messages. One that is being unregistered has none any more.
struct Name<'a>(&'a Trap);

impl fmt::Display for Name<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.driver.description(&rcu::read_lock()) {
            Some(description) => fmt::Display::fmt(description.name, out),
            None => Ok(()),
        }
    }
}

impl Trap {
    fn new(new: NewTrap<'_>, group: Arc<Group>) -> Result<Arc<Self>> {
        let trap = Trap {
            sequence: next_sequence(),
            group,
            driver: new.driver,
            stats: PacketStats::new()?,
            drops: Drops::new(),
        };
        Ok(Arc::new(trap, GFP_KERNEL)?)
    }

    /// Whether this is the trap's name. One that is being unregistered has none any more.
    fn is_named(&self, name: &CStr) -> bool {
        self.driver.is_named(name, &rcu::read_lock())
    }

    /// Whether users can change what happens to the packets.
    fn can_change_action(&self) -> bool {
        self.driver
            .description(&rcu::read_lock())
            .is_some_and(|description| description.kind == Kind::DROP)
    }

    /// The group the trap belongs to.
    pub(crate) fn group(&self) -> &Group {
        &self.group
    }

    /// The driver's side of the trap.
    pub(crate) fn driver(&self) -> &DriverTrap {
        &self.driver
    }

    /// Counts a packet of `len` bytes. Called in softirq.
    pub(crate) fn count(&self, len: u32) {
        self.stats.add(len);
        self.group.stats().add(len);
    }

    /// Sets the trap's action, if it can be changed; that it cannot is no error.
    fn set_action(
        &self,
        devlink: InstanceLocked<'_>,
        action: Action,
        extack: Extack<'_>,
    ) -> Result {
        if self.driver.action() != action && !self.can_change_action() {
            extack.err(
                c"Cannot change action of non-drop traps. Skipping",
                EOPNOTSUPP,
            );
            return Ok(());
        }
        devlink.ops().set_trap_action(self, action, extack)?;
        self.driver.set_action(action);
        Ok(())
    }

    /// Makes the trap drop, whatever its kind.
    fn disable(&self, devlink: InstanceLocked<'_>) {
        // A driver that fails here has nowhere to say it.
        let _ = devlink
            .ops()
            .set_trap_action(self, Action::DROP, Extack::NONE);
        self.driver.set_action(Action::DROP);
    }

    /// How many packets the device dropped, if the driver counts them.
    fn dropped(&self, devlink: InstanceLocked<'_>) -> Result<Option<u64>> {
        let ops = devlink.ops();
        self.drops
            .ask(devlink, ops.counts_trap_drops(), || ops.trap_drops(self))
    }

    /// Writes what is known about the trap. `driver` is proof that it was found with the instance
    /// lock held; without, [`ENOENT`] if it is being unregistered. `dropped` is called when all
    /// else has found room: to read a counter may change it.
    fn fill(
        &self,
        devlink: &Devlink,
        driver: Option<InstanceLocked<'_>>,
        dropped: impl FnOnce() -> Option<u64>,
        out: &mut Writer<'_>,
    ) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::TRAP_GROUP_NAME, self.group.name())?;
        match driver {
            Some(driver) => self.driver.description_for(driver)?.fill(out)?,
            None => self
                .driver
                .description(&rcu::read_lock())
                .ok_or(ENOENT)?
                .fill(out)?,
        }
        stats::fill(out, dropped(), Some(self.stats.read()))
    }

    /// Tells listeners about the trap.
    fn notify(&self, devlink: InstanceLocked<'_>, cmd: Cmd) {
        netlink::notify::send(devlink.devlink(), cmd, None, |out| {
            let driver = Some(devlink);
            self.fill(
                devlink.devlink(),
                driver,
                || self.drops.or_last(self.dropped(devlink)),
                out,
            )
        });
    }

    /// Unregisters the trap, which is retired.
    fn unregister(&self, devlink: InstanceLocked<'_>) {
        self.notify(devlink, Cmd::TrapDel);
        devlink.traps.traps.remove(self.sequence);
        devlink.ops().trap_fini(self);
        self.driver.owner().leave(devlink);
    }
}

/// The traps of an instance, their groups and policers.
///
/// All three change only under the instance lock.
#[pin_data]
pub(crate) struct Traps {
    #[pin]
    traps: Collection<u64, Trap>,
    #[pin]
    groups: Collection<u64, Group>,
    #[pin]
    policers: Collection<u64, Policer>,
}

impl Traps {
    /// No traps.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            traps <- Collection::new(),
            groups <- Collection::new(),
            policers <- Collection::new(),
        })
    }

    /// Warns of each kind of which there are some, where a driver must have taken all away.
    pub(crate) fn warn_about_leftovers(&self) {
        warn_on!(!self.policers.is_empty());
        warn_on!(!self.groups.is_empty());
        warn_on!(!self.traps.is_empty());
    }

    /// Forgets all traps, groups and policers, of an instance that is being freed. Its driver is
    /// not called. When this returns, no report that began before uses one of them.
    pub(crate) fn forget_all(&self, devlink: InstanceLocked<'_>) {
        if !self.traps.is_empty() {
            for trap in self.traps.iter() {
                trap.driver.set_action(Action::DROP);
                trap.driver.retire();
            }
            synchronize_rcu();
        }
        while let Some(trap) = self.traps.pop() {
            trap.driver.owner().leave(devlink);
        }
        while let Some(group) = self.groups.pop() {
            group.driver().owner().leave(devlink);
        }
        while let Some(policer) = self.policers.pop() {
            policer.driver().owner().leave(devlink);
        }
    }

    fn trap(&self, name: &CStr) -> Option<Arc<Trap>> {
        self.traps.find(|trap| trap.is_named(name))
    }

    fn group(&self, name: &CStr) -> Option<Arc<Group>> {
        self.groups.find(|group| group.name() == name)
    }

    fn group_by_id(&self, id: u16) -> Option<Arc<Group>> {
        self.groups.find(|group| group.id() == id)
    }

    fn policer(&self, id: u32) -> Option<Arc<Policer>> {
        self.policers.find(|policer| policer.id() == id)
    }

    /// Forgets what the driver said about all counters.
    pub(crate) fn forget_answers(&self, devlink: InstanceLocked<'_>) {
        for trap in self.traps.iter() {
            trap.drops.forget(devlink);
        }
        for policer in self.policers.iter() {
            policer.drops().forget(devlink);
        }
    }

    /// Tells listeners about everything here that it is there, or, from the last to the first,
    /// that it has gone.
    pub(crate) fn notify_all(&self, devlink: InstanceLocked<'_>, registered: bool) {
        if registered {
            for policer in self.policers.iter() {
                policer.notify(devlink, Cmd::TrapPolicerNew);
            }
            for group in self.groups.iter() {
                group.notify(&devlink, Cmd::TrapGroupNew);
            }
            for trap in self.traps.iter() {
                trap.notify(devlink, Cmd::TrapNew);
            }
        } else {
            for trap in self.traps.iter_rev() {
                trap.notify(devlink, Cmd::TrapDel);
            }
            for group in self.groups.iter_rev() {
                group.notify(&devlink, Cmd::TrapGroupDel);
            }
            for policer in self.policers.iter_rev() {
                policer.notify(devlink, Cmd::TrapPolicerDel);
            }
        }
    }
}

/// Registers one object for each of `new`. When one fails, those before it are unregistered, last
/// first.
fn register_each<N, T>(
    new: impl ExactSizeIterator<Item = N>,
    mut register: impl FnMut(N) -> Result<Arc<T>>,
    unregister: impl Fn(&T),
) -> Result {
    // What undoing needs is allocated before there is anything to undo.
    let mut registered = KVec::with_capacity(new.len(), GFP_KERNEL)?;
    for new in new {
        match register(new) {
            // There is room for all.
            Ok(object) => drop(registered.push_within_capacity(object)),
            Err(error) => {
                for object in registered.iter().rev() {
                    unregister(object);
                }
                // Nobody disabled them before, so packets may just be reported for them.
                synchronize_rcu();
                return Err(error);
            }
        }
    }
    Ok(())
}

fn register(devlink: InstanceLocked<'_>, new: NewTrap<'_>) -> Result<Arc<Trap>> {
    generic::verify_trap(&new)?;
    if devlink.traps.trap(new.description.name).is_some() {
        return Err(EEXIST);
    }
    let Some(group) = devlink.traps.group_by_id(new.group_id) else {
        warn_on_once!(true);
        return Err(EINVAL);
    };
    let trap = Trap::new(new, group)?;
    let ops = devlink.ops();
    ops.trap_init(&trap)?;
    if let Err(error) = devlink.traps.traps.insert(trap.sequence, trap.clone()) {
        ops.trap_fini(&trap);
        // The driver knew the trap and may just report a packet for it.
        synchronize_rcu();
        return Err(error);
    }
    trap.notify(devlink, Cmd::TrapNew);
    Ok(trap)
}

/// Registers traps: all of them, or none.
pub(crate) fn register_all<'a>(
    devlink: InstanceLocked<'_>,
    new: impl ExactSizeIterator<Item = Result<NewTrap<'a>>>,
) -> Result {
    if !devlink.ops().can_trap() {
        return Err(EINVAL);
    }
    register_each(
        new,
        |new| register(devlink, new?),
        |trap: &Trap| {
            trap.driver.retire();
            trap.unregister(devlink);
        },
    )
}

/// Unregisters the traps with these names, last first. When this returns, no report uses them, and
/// nobody looks at what the driver said about them.
pub(crate) fn unregister_all<'a>(
    devlink: InstanceLocked<'_>,
    names: impl DoubleEndedIterator<Item = &'a CStr>,
) {
    for name in names.rev() {
        let Some(trap) = devlink.traps.trap(name) else {
            warn_on_once!(true);
            continue;
        };
        trap.disable(devlink);
        trap.driver.retire();
    }
    synchronize_rcu();
    let traps = &devlink.traps.traps;
    for trap in traps.iter_rev().filter(|trap| trap.driver.is_retired()) {
        trap.unregister(devlink);
    }
}

/// The `object` that was found among `objects` for what the request names; [`ENOENT`] and the
/// message `missing` if it was not found, and [`EOPNOTSUPP`] if there are no such objects at all.
fn found<T>(
    request: &Request<'_>,
    objects: &Collection<u64, T>,
    object: Option<Arc<T>>,
    missing: &'static CStr,
) -> Result<Arc<T>> {
    if objects.is_empty() {
        return Err(EOPNOTSUPP);
    }
    object.ok_or_else(|| request.extack.err(missing, ENOENT))
}

/// The trap that the request names.
fn requested(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Trap>> {
    let traps = &devlink.traps;
    let name = request.attrs.get(attr::TRAP_NAME);
    found(
        request,
        &traps.traps,
        name.and_then(|name| traps.trap(name)),
        c"Device did not register this trap",
    )
}

/// The action that the request asks for, if it asks for one.
fn requested_action(request: &Request<'_>) -> Result<Option<Action>> {
    let Some(number) = request.attrs.get(attr::TRAP_ACTION) else {
        return Ok(None);
    };
    match Action(number.into()) {
        action @ (Action::DROP | Action::TRAP | Action::MIRROR) => Ok(Some(action)),
        _ => Err(request.extack.err(c"Invalid trap action", EINVAL)),
    }
}

/// `DEVLINK_CMD_TRAP_GET`.
pub(crate) struct Get;

impl Command for Get {
    /// Only counters need the driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        let trap = requested(request, &active)?;
        if !active.ops().counts_trap_drops() {
            return request.reply(Cmd::TrapNew, |out| trap.fill(&active, None, || None, out));
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let trap = requested(request, &operating)?;
        let driver = operating.locked();
        let dropped = trap.dropped(driver)?;
        request.reply(Cmd::TrapNew, |out| {
            trap.fill(&operating, Some(driver), || dropped, out)
        })
    }
}

impl DumpCommand for Get {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        let mut part = Part::new(devlink, out);
        while let Some((sequence, trap)) = devlink.traps.traps.next_from(*cursor) {
            if devlink.ops().counts_trap_drops() && part.gets_driver() {
                continue;
            }
            let driver = part.locked();
            let written = out.entry(devlink, fmt!("trap {}", Name(&trap)), Cmd::TrapNew, |out| {
                let dropped = || trap.drops.or_last(part.ask(|driver| trap.dropped(driver)));
                trap.fill(devlink, driver, dropped, out)
            });
            match written {
                // One that is being unregistered is not shown.
                Err(Stop::Failed(error)) if error == ENOENT => {}
                written => written?,
            }
            *cursor = sequence + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_TRAP_SET`.
pub(crate) struct Set;

impl Command for Set {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let trap = requested(request, &devlink)?;
        match requested_action(request)? {
            Some(action) => trap.set_action(devlink.locked(), action, request.extack),
            None => Ok(()),
        }
    }
}
