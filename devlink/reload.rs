// SPDX-License-Identifier: GPL-2.0

//! `devlink dev reload`: the driver takes the device down and brings it up again, possibly with
//! new parameters, new firmware or in another network namespace.

use crate::{
    driver::{
        access::{
            InstanceGuard,
            Operating, //
        },
        ops::ReloadAbilities, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::command::{
        Command,
        DeviceLocked,
        Request, //
    },
    registry, //
};

use kernel::{
    bindings,
    net::{
        namespace::Net,
        netlink::{
            attr::{
                Attr,
                Bits32,
                Nest, //
            },
            extack::Extack,
            writer::Writer, //
        },
    },
    new_mutex,
    prelude::*,
    sync::{
        aref::ARef,
        atomic::{
            ordering::Full,
            Atomic, //
        },
        Mutex, //
    },
    warn_on, //
};

/// What a reload does (`enum devlink_reload_action`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Action(pub(crate) u8);

impl Action {
    pub(crate) const DRIVER_REINIT: Self = Action(1);
    pub(crate) const FW_ACTIVATE: Self = Action(2);
    /// How many numbers there are, the unspecified one included.
    pub(crate) const COUNT: usize = 3;

    /// All actions, without the unspecified one.
    pub(crate) const ALL: [Self; 2] = [Self::DRIVER_REINIT, Self::FW_ACTIVATE];

    /// The bit that stands for this action in a mask.
    pub(crate) fn bit(self) -> u32 {
        1u32.checked_shl(self.0.into()).unwrap_or(0)
    }
}

/// What a reload must not do (`enum devlink_reload_limit`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) struct Limit(pub(crate) u8);

impl Limit {
    pub(crate) const UNSPEC: Self = Limit(0);
    pub(crate) const NO_RESET: Self = Limit(1);
    /// How many numbers there are.
    pub(crate) const COUNT: usize = 2;

    /// All limits, the unspecified one included.
    pub(crate) const ALL: [Self; 2] = [Self::UNSPEC, Self::NO_RESET];

    /// The bit that stands for this limit in a mask.
    pub(crate) fn bit(self) -> u32 {
        1u32.checked_shl(self.0.into()).unwrap_or(0)
    }
}

/// A driver cannot be reinitialised without down time.
pub(crate) fn is_impossible(action: Action, limit: Limit) -> bool {
    action == Action::DRIVER_REINIT && limit == Limit::NO_RESET
}

/// How often each action was performed, by limit.
#[derive(Copy, Clone, Default, PartialEq, Eq)]
struct Counts([[u32; Action::COUNT]; Limit::COUNT]);

impl Counts {
    fn get(&self, action: Action, limit: Limit) -> u32 {
        self.0[usize::from(limit.0)][usize::from(action.0)]
    }

    fn add(&mut self, actions: u32, limit: Limit) {
        for action in Action::ALL {
            if actions & action.bit() != 0 {
                let count = &mut self.0[usize::from(limit.0)][usize::from(action.0)];
                *count = count.wrapping_add(1);
            }
        }
    }
}

#[derive(Copy, Clone, Default)]
struct Stats {
    /// By commands on this host.
    local: Counts,
    /// By somebody else who shares the device.
    remote: Counts,
}

/// What an instance remembers about its reloads.
#[pin_data]
pub(crate) struct ReloadState {
    failed: Atomic<bool>,
    #[pin]
    stats: Mutex<Stats>,
}

impl ReloadState {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            failed: Atomic::new(false),
            stats <- new_mutex!(Stats::default(), "devlink reload stats"),
        })
    }

    /// Whether the driver could not bring the device up again.
    pub(crate) fn is_failed(&self) -> bool {
        self.failed.load(kernel::sync::atomic::ordering::Acquire)
    }

    /// Writes both tables of statistics.
    pub(crate) fn fill_stats(&self, abilities: ReloadAbilities, out: &mut Writer<'_>) -> Result {
        let stats = *self.stats.lock();
        fill_counts(out, attr::RELOAD_STATS, &stats.local, |action, limit| {
            abilities.supports_action(action)
                && (limit == Limit::UNSPEC || abilities.supports_limit(limit))
        })?;
        // What others did is shown even if this driver cannot do it.
        fill_counts(out, attr::REMOTE_RELOAD_STATS, &stats.remote, |_, _| true)
    }
}

fn fill_counts(
    out: &mut Writer<'_>,
    table: Attr<Nest>,
    counts: &Counts,
    shown: impl Fn(Action, Limit) -> bool,
) -> Result {
    out.nest(table, |out| {
        for action in Action::ALL {
            if !shown(action, Limit::UNSPEC) {
                continue;
            }
            out.nest(attr::RELOAD_ACTION_INFO, |out| {
                out.put(attr::RELOAD_ACTION, action.0)?;
                out.nest(attr::RELOAD_ACTION_STATS, |out| {
                    for limit in Limit::ALL {
                        if !shown(action, limit) || is_impossible(action, limit) {
                            continue;
                        }
                        out.nest(attr::RELOAD_STATS_ENTRY, |out| {
                            out.put(attr::RELOAD_STATS_LIMIT, limit.0)?;
                            out.put(attr::RELOAD_STATS_VALUE, counts.get(action, limit))
                        })?;
                    }
                    Ok(())
                })
            })?;
        }
        Ok(())
    })
}

/// `DEVLINK_CMD_RELOAD`.
pub(crate) struct Reload;

impl Command for Reload {
    type Access = DeviceLocked;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);

        let _sizes = devlink
            .resources
            .agree_on_sizes(devlink.locked())
            .map_err(|error| extack.err(c"resources size validation failed", error))?;
        let action = attrs
            .get(attr::RELOAD_ACTION)
            .map_or(Action::DRIVER_REINIT, Action);
        if !devlink.reload_abilities().supports_action(action) {
            return Err(extack.err(
                c"Requested reload action is not supported by the driver",
                EOPNOTSUPP,
            ));
        }
        let limit = match attrs.get(attr::RELOAD_LIMITS) {
            Some(bits) => selected_limit(bits, action, devlink.reload_abilities(), extack)?,
            None => Limit::UNSPEC,
        };
        let net = requested_net(request)?;
        if let Some(net) = &net {
            if !devlink.net().is(net) && action != Action::DRIVER_REINIT {
                return Err(extack.err(
                    c"dev: Changing namespace is only supported for reinit action",
                    EOPNOTSUPP,
                ));
            }
        }

        let performed = perform(&devlink, net.as_deref(), action, limit, extack)?;

        // Older user space that uses neither attribute expects no answer.
        if !attrs.has(attr::RELOAD_ACTION) && !attrs.has(attr::RELOAD_LIMITS) {
            return Ok(());
        }
        request.reply(Cmd::Reload, |out| {
            devlink.put_handle(out)?;
            out.put(
                attr::RELOAD_ACTIONS_PERFORMED,
                Bits32 {
                    value: performed,
                    selector: performed,
                },
            )
        })
    }
}

fn selected_limit(
    bits: Bits32,
    action: Action,
    abilities: ReloadAbilities,
    extack: Extack<'_>,
) -> Result<Limit> {
    let selected = bits.value & bits.selector;
    if selected == 0 {
        return Err(extack.err(c"Invalid limit selected", EINVAL));
    }
    if !selected.is_power_of_two() {
        return Err(extack.err(c"Multiselection of limit is not supported", EOPNOTSUPP));
    }
    let limit = Limit(selected.trailing_zeros() as u8);
    if !abilities.supports_limit(limit) {
        return Err(extack.err(
            c"Requested limit is not supported by the driver",
            EOPNOTSUPP,
        ));
    }
    if is_impossible(action, limit) {
        return Err(extack.err(c"Requested limit is invalid for this action", EINVAL));
    }
    Ok(limit)
}

/// The namespace that the request names, if it names one.
fn requested_net(request: &Request<'_>) -> Result<Option<ARef<Net>>> {
    let (attrs, extack) = (request.attrs, request.extack);
    let pid = attrs.get(attr::NETNS_PID);
    let fd = attrs.get(attr::NETNS_FD);
    let id = attrs.get(attr::NETNS_ID);
    let net = match (pid, fd, id) {
        (None, None, None) => return Ok(None),
        (Some(pid), None, None) => Net::of_pid(pid),
        (None, Some(fd), None) => Net::of_fd(fd),
        (None, None, Some(id)) => request.info().net().peer(id).ok_or(EINVAL),
        _ => return Err(extack.err(c"multiple netns identifying attributes specified", EINVAL)),
    };
    let net = net.map_err(|_| extack.err(c"Unknown network namespace", EINVAL))?;
    if !request.info().capable_in(&net, bindings::CAP_NET_ADMIN) {
        return Err(EPERM);
    }
    Ok(Some(net))
}

/// Takes the device down and brings it up again, in `net` if that is given. Returns the mask of
/// the actions that the driver performed.
pub(crate) fn perform(
    devlink: &Operating<'_>,
    net: Option<&Net>,
    action: Action,
    limit: Limit,
    extack: Extack<'_>,
) -> Result<u32> {
    let ops = devlink.ops();
    if !devlink.reload_abilities().can_reload() {
        return Err(EOPNOTSUPP);
    }
    let remote_before = devlink.reload.stats.lock().remote;

    if net.is_some() {
        // The notifications of the move tell values that the driver cannot be asked for then.
        devlink.params.refresh(devlink.locked());
    }
    ops.reload_down(net.is_some(), action, limit, extack)?;

    if let Some(net) = net {
        if !devlink.net().is(net) {
            devlink.locked().move_to(net);
        }
    }
    if action == Action::DRIVER_REINIT {
        devlink.params.load_driverinit_values();
        warn_about_leftovers(devlink);
    }

    // The driver comes up anew, so what it said before does not count any more.
    devlink.locked().forget_answers();
    let brought_up = ops.reload_up(action, limit, extack);
    if devlink.reload.failed.xchg(brought_up.is_err(), Full) != brought_up.is_err() {
        devlink.notify(Cmd::New);
    }
    let performed = brought_up?;
    // Not before: when an instance ends whose driver did not come up, the last answers are told.
    devlink.params.forget_answers(devlink.locked());
    devlink.refresh_ports(devlink.locked());

    warn_on!(performed & action.bit() == 0);
    // What the driver did itself is not to be reported as done by somebody else.
    warn_on!(devlink.reload.stats.lock().remote != remote_before);
    devlink.reload.stats.lock().local.add(performed, limit);
    devlink.notify(Cmd::New);
    Ok(performed)
}

/// A driver that is down has taken everything away that it makes anew when it comes up.
fn warn_about_leftovers(devlink: &Devlink) {
    devlink.traps.warn_about_leftovers();
    warn_on!(!devlink.dpipe.is_empty());
    warn_on!(!devlink.sbs.is_empty());
    warn_on!(!devlink.rates.is_empty());
    warn_on!(!devlink.linecards.is_empty());
    warn_on!(!devlink.ports.is_empty());
}

impl Devlink {
    /// The driver says that actions were performed that no command on this host asked for
    /// (`devlink_remote_reload_actions_performed()`).
    pub(crate) fn remote_reload_performed(&self, limit: Limit, actions: u32) {
        let known = Action::ALL
            .iter()
            .fold(0, |mask, action| mask | action.bit());
        let wrong = actions == 0 || actions & !known != 0 || usize::from(limit.0) >= Limit::COUNT;
        if warn_on!(wrong) {
            return;
        }
        self.reload.stats.lock().remote.add(actions, limit);
        self.notify(Cmd::New);
    }
}

/// Brings the instances of a dying namespace back to the one the machine booted with.
///
/// Called before `cleanup_net()` takes any lock, so drivers may do in their reload whatever they
/// may normally do. Nobody can enter the namespace any more: its last reference has gone.
pub(crate) fn evacuate(is_in_dying_net: impl Fn(&Devlink) -> bool) {
    let mut from = Some(0);
    while let Some(devlink) = from.and_then(|from| registry::next_matching(from, &is_in_dying_net))
    {
        let Ok(operating) = devlink.operate_device_locked_uninterruptible("evacuation") else {
            // An instance that is not registered is not seen in any namespace, and is not
            // registered while its lock is held.
            let guard = InstanceGuard::lock(&devlink, "evacuation");
            if guard.published().is_none() {
                devlink.net().set(Net::init());
            }
            // One that is registered by now is found again.
            continue;
        };
        from = devlink.index().checked_add(1);
        if !is_in_dying_net(&operating) {
            continue;
        }
        // Sizes that do not fit together are not for the driver, which then keeps those it has.
        let resources = &operating.resources;
        let _sizes = resources
            .agree_on_sizes(operating.locked())
            .unwrap_or_else(|_| resources.keep_sizes(operating.locked()));
        let moved = perform(
            &operating,
            Some(Net::init()),
            Action::DRIVER_REINIT,
            Limit::UNSPEC,
            Extack::NONE,
        );
        if let Err(error) = moved {
            if error != EOPNOTSUPP {
                pr_warn!("Failed to reload devlink instance into init_net\n");
            }
            // The namespace goes away whether the driver follows or not.
            if is_in_dying_net(&operating) {
                operating.locked().move_to(Net::init());
            }
        }
    }
}
