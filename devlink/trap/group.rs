// SPDX-License-Identifier: GPL-2.0

//! `devlink trap group`: traps that share their statistics, their policer and, often, their fate.

use super::{
    found,
    generic,
    register_each,
    requested_action,
    stats,
    Action, //
};

use crate::{
    collection::next_sequence,
    driver::{
        access::{
            Active,
            InstanceLocked,
            Operating, //
        },
        trap::{
            stats::PacketStats,
            DriverGroup, //
        },
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
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
    },
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    prelude::*,
    str::small::SmallCString,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
    warn_on_once, //
};

/// The number that stands for no policer.
const NO_POLICER: u32 = 0;

/// What a driver says about a group that it registers.
pub(crate) struct NewGroup<'a> {
    pub(crate) id: u16,
    pub(crate) name: &'a CStr,
    pub(crate) generic: bool,
    /// The number of the policer the group has at first; 0 for none.
    pub(crate) policer_id: u32,
    pub(crate) driver: DriverGroup,
}

/// A registered group.
pub(crate) struct Group {
    sequence: u64,
    id: u16,
    name: SmallCString,
    generic: bool,
    /// The number of the policer, or [`NO_POLICER`].
    policer_id: Atomic<u32>,
    driver: DriverGroup,
    stats: PacketStats,
}

impl Group {
    fn new(new: NewGroup<'_>) -> Result<Arc<Self>> {
        let group = Group {
            sequence: next_sequence(),
            id: new.id,
            name: new.name.try_into()?,
            generic: new.generic,
            policer_id: Atomic::new(new.policer_id),
            driver: new.driver,
            stats: PacketStats::new()?,
        };
        Ok(Arc::new(group, GFP_KERNEL)?)
    }

    /// The driver's number of the group.
    pub(super) fn id(&self) -> u16 {
        self.id
    }

    /// The group's name.
    pub(crate) fn name(&self) -> &CStr {
        &self.name
    }

    /// The driver's side of the group.
    pub(crate) fn driver(&self) -> &DriverGroup {
        &self.driver
    }

    /// Packets that the group's traps reported.
    pub(super) fn stats(&self) -> &PacketStats {
        &self.stats
    }

    fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::TRAP_GROUP_NAME, self.name())?;
        if self.generic {
            out.put(attr::TRAP_GENERIC, ())?;
        }
        let policer_id = self.policer_id.load(Relaxed);
        if policer_id != NO_POLICER {
            out.put(attr::TRAP_POLICER_ID, policer_id)?;
        }
        stats::fill(out, None, Some(self.stats.read()))
    }

    /// Tells listeners about the group.
    pub(super) fn notify(&self, devlink: &Devlink, cmd: Cmd) {
        netlink::notify::send(devlink, cmd, None, |out| self.fill(devlink, out));
    }

    /// Sets the action of all traps of the group; what cannot be changed stays as it is.
    fn set_action(
        &self,
        devlink: InstanceLocked<'_>,
        action: Action,
        extack: Extack<'_>,
    ) -> Result {
        let ops = devlink.ops();
        let at_once = ops.can_set_group_action();
        if at_once {
            ops.set_group_action(self, action, extack)?;
        }
        for trap in devlink.traps.traps.iter() {
            if trap.group().name() != self.name() {
                continue;
            }
            if !at_once {
                trap.set_action(devlink, action, extack)?;
            } else if trap.can_change_action() {
                trap.driver().set_action(action);
            }
        }
        Ok(())
    }

    /// Binds the group to the policer with this number, or to none.
    fn set_policer(&self, devlink: InstanceLocked<'_>, id: u32, extack: Extack<'_>) -> Result {
        let ops = devlink.ops();
        if !ops.can_set_group() {
            return Err(EOPNOTSUPP);
        }
        let policer = devlink.traps.policer(id);
        if id != NO_POLICER && policer.is_none() {
            return Err(extack.err(c"Device did not register this trap policer", ENOENT));
        }
        ops.set_group(self, policer.as_deref(), extack)?;
        self.policer_id.store(id, Relaxed);
        Ok(())
    }

    fn unregister(&self, devlink: InstanceLocked<'_>) {
        self.notify(devlink.devlink(), Cmd::TrapGroupDel);
        devlink.traps.groups.remove(self.sequence);
        self.driver.owner().leave(devlink);
    }
}

fn register(devlink: InstanceLocked<'_>, new: NewGroup<'_>) -> Result<Arc<Group>> {
    generic::verify_group(&new)?;
    if devlink.traps.group(new.name).is_some() {
        return Err(EEXIST);
    }
    let policer_id = new.policer_id;
    let group = Group::new(new)?;
    let has_policer = policer_id == NO_POLICER || devlink.traps.policer(policer_id).is_some();
    if warn_on_once!(!has_policer) {
        return Err(EINVAL);
    }
    devlink.ops().group_init(&group)?;
    devlink.traps.groups.insert(group.sequence, group.clone())?;
    group.notify(devlink.devlink(), Cmd::TrapGroupNew);
    Ok(group)
}

/// Registers groups: all of them, or none.
pub(crate) fn register_all<'a>(
    devlink: InstanceLocked<'_>,
    new: impl ExactSizeIterator<Item = Result<NewGroup<'a>>>,
) -> Result {
    register_each(
        new,
        |new| register(devlink, new?),
        |group: &Group| group.unregister(devlink),
    )
}

/// Unregisters the groups with these names, last first. A trap that is still there keeps its
/// group's memory.
pub(crate) fn unregister_all<'a>(
    devlink: InstanceLocked<'_>,
    names: impl DoubleEndedIterator<Item = &'a CStr>,
) {
    for name in names.rev() {
        match devlink.traps.group(name) {
            Some(group) => group.unregister(devlink),
            None => {
                warn_on_once!(true);
            }
        }
    }
}

/// The group that the request names.
fn requested(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Group>> {
    let traps = &devlink.traps;
    let name = request.attrs.get(attr::TRAP_GROUP_NAME);
    found(
        request,
        &traps.groups,
        name.and_then(|name| traps.group(name)),
        c"Device did not register this trap group",
    )
}

/// `DEVLINK_CMD_TRAP_GROUP_GET`.
pub(crate) struct GroupGet;

impl Command for GroupGet {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let group = requested(request, &devlink)?;
        request.reply(Cmd::TrapGroupNew, |out| group.fill(&devlink, out))
    }
}

impl DumpCommand for GroupGet {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        while let Some((sequence, group)) = devlink.traps.groups.next_from(*cursor) {
            out.entry(
                devlink,
                fmt!("trap group {}", group.name()),
                Cmd::TrapGroupNew,
                |out| group.fill(devlink, out),
            )?;
            *cursor = sequence + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_TRAP_GROUP_SET`.
pub(crate) struct GroupSet;

impl Command for GroupSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let extack = request.extack;
        let group = requested(request, &devlink)?;
        let action = requested_action(request)?;
        if let Some(action) = action {
            group.set_action(devlink.locked(), action, extack)?;
        }
        let Some(policer_id) = request.attrs.get(attr::TRAP_POLICER_ID) else {
            return Ok(());
        };
        let outcome = group.set_policer(devlink.locked(), policer_id, extack);
        match outcome {
            Err(error) if action.is_some() => Err(extack.err(
                c"Trap group set failed, but some changes were committed already",
                error,
            )),
            outcome => outcome,
        }
    }
}
