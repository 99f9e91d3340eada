// SPDX-License-Identifier: GPL-2.0

//! `devlink lc`: the line cards of a modular device, and what they are provisioned as.
//!
//! Users provision a line card: they say which type it has, and the driver makes everything that a
//! card of this type needs. The driver may answer later, from any context that can sleep and with
//! or without its lock; so the state has a lock of its own, which is held only to look at the state
//! and change it.

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
        linecard::{
            DriverLinecard,
            Type, //
        },
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    nested::Slot,
    netlink::{
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
        notify, //
    },
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_mutex,
    new_spinlock,
    prelude::*,
    str::CString,
    sync::{
        Arc,
        Mutex,
        SpinLock, //
    },
    warn_on, //
};

/// The state of a line card (`enum devlink_linecard_state`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum State {
    Unprovisioned = 1,
    Unprovisioning,
    Provisioning,
    ProvisioningFailed,
    Provisioned,
    Active,
}

/// What a line card is provisioned as.
#[derive(Clone)]
struct Provision {
    state: State,
    type_name: Option<Arc<CString>>,
    /// How often it has changed.
    changes: u64,
}

/// What comes after a change: the state and the type.
type Next = (State, Option<Arc<CString>>);

/// A line card.
#[pin_data]
pub(crate) struct Linecard {
    /// Its place in the order of creation.
    key: u64,
    index: u32,
    types: KVec<Type>,
    driver: DriverLinecard,
    #[pin]
    provision: Mutex<Provision>,
    /// The instance of the line card's own device. Held only to copy it out or to change it.
    #[pin]
    pub(crate) nested: SpinLock<Slot>,
}

impl Linecard {
    /// An unprovisioned line card.
    pub(crate) fn new(index: u32, types: KVec<Type>, driver: DriverLinecard) -> Result<Arc<Self>> {
        Arc::pin_init(
            pin_init!(Self {
                key: next_sequence(),
                index,
                types,
                driver,
                provision <- new_mutex!(
                    Provision {
                        state: State::Unprovisioned,
                        type_name: None,
                        changes: 0,
                    },
                    "devlink linecard"
                ),
                nested <- new_spinlock!(Slot::default(), "devlink linecard nested"),
            }),
            GFP_KERNEL,
        )
    }

    /// The driver's number of the line card.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    fn fill(&self, devlink: &Devlink, provision: &Provision, out: &mut Writer<'_>) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::LINECARD_INDEX, self.index)?;
        out.put(attr::LINECARD_STATE, provision.state as u8)?;
        if let Some(name) = &provision.type_name {
            out.put(attr::LINECARD_TYPE, name)?;
        }
        if !self.types.is_empty() {
            out.nest(attr::LINECARD_SUPPORTED_TYPES, |out| {
                for type_ in &self.types {
                    out.put(attr::LINECARD_TYPE, &type_.name)?;
                }
                Ok(())
            })?;
        }
        let nested = *self.nested.lock();
        nested.fill(devlink, attr::NESTED_DEVLINK, out)?;
        Ok(())
    }

    fn fill_current(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        // Copied, so that nothing is written under the lock.
        let provision = self.provision.lock().clone();
        self.fill(devlink, &provision, out)
    }

    /// Tells listeners about the line card.
    pub(crate) fn notify(&self, devlink: &Devlink, cmd: Cmd) {
        notify::send(devlink, cmd, None, |out| self.fill_current(devlink, out));
    }

    /// Changes what the line card is provisioned as to what `next` answers, if it answers
    /// something, and tells listeners. Returns the state before.
    ///
    /// `next` runs under the lock, so that of two who want to do something only one is the first;
    /// it must not sleep.
    fn change(&self, devlink: &Devlink, next: impl FnOnce(&Provision) -> Option<Next>) -> State {
        let (before, mut told) = {
            let mut provision = self.provision.lock();
            let Some((state, type_name)) = next(&provision) else {
                return provision.state;
            };
            let told = Provision {
                state,
                type_name,
                changes: provision.changes + 1,
            };
            // What was there is dropped after the lock was released.
            (core::mem::replace(&mut *provision, told.clone()), told)
        };
        loop {
            notify::send(devlink, Cmd::LinecardNew, None, |out| {
                self.fill(devlink, &told, out)
            });
            // Another change may have been told before this one. What listeners hear last must be
            // what is.
            let now = self.provision.lock().clone();
            if now.changes == told.changes {
                return before.state;
            }
            told = now;
        }
    }

    /// Nothing can be asked of a line card while its driver is still busy with the last request.
    fn check_not_busy(state: State, extack: Extack<'_>) -> Result {
        let message = match state {
            State::Provisioning => c"Line card is currently being provisioned",
            State::Unprovisioning => c"Line card is currently being unprovisioned",
            _ => return Ok(()),
        };
        Err(extack.err(message, EBUSY))
    }

    fn set_type(&self, devlink: InstanceLocked<'_>, name: &CStr, extack: Extack<'_>) -> Result {
        let is_idle = |state| matches!(state, State::Unprovisioned | State::ProvisioningFailed);
        let wanted = self.type_by_name(name);
        let found = self.change(&devlink, |now| {
            let type_name = wanted.filter(|_| is_idle(now.state))?.name.clone();
            Some((State::Provisioning, Some(type_name)))
        });
        Self::check_not_busy(found, extack)?;
        let wanted =
            wanted.ok_or_else(|| extack.err(c"Unsupported line card type provided", EINVAL))?;
        if !is_idle(found) {
            let error = extack.err(c"Line card already provisioned", EBUSY);
            // Nothing is to be done if it is as the user wants it.
            return if self.driver.same_provision(devlink, wanted.driver) {
                Ok(())
            } else {
                Err(error)
            };
        }
        self.driver
            .provision(devlink, wanted.driver, extack)
            .inspect_err(|_| self.provision_clear(&devlink))
    }

    fn unset_type(&self, devlink: InstanceLocked<'_>, extack: Extack<'_>) -> Result {
        let found = self.change(&devlink, |now| match now.state {
            State::ProvisioningFailed => Some((State::Unprovisioned, None)),
            State::Provisioned | State::Active => {
                Some((State::Unprovisioning, now.type_name.clone()))
            }
            _ => None,
        });
        Self::check_not_busy(found, extack)?;
        match found {
            State::ProvisioningFailed => Ok(()),
            State::Unprovisioned => {
                // The user gets what he wants, and a hint.
                let _ = extack.err(c"Line card is not provisioned", EINVAL);
                Ok(())
            }
            _ => self
                .driver
                .unprovision(devlink, extack)
                .inspect_err(|_| self.provision_clear(&devlink)),
        }
    }

    fn type_by_name(&self, name: &CStr) -> Option<&Type> {
        self.types.iter().find(|type_| **type_.name == *name)
    }

    /// The driver has provisioned the line card as one of this type, or found it so
    /// (`devlink_linecard_provision_set()`).
    pub(crate) fn provision_set(&self, devlink: &Devlink, name: &CStr) {
        let type_name = match self.type_by_name(name) {
            Some(type_) => Some(type_.name.clone()),
            // A type that cannot be chosen. If memory is short it is not shown.
            None => CString::try_from(name)
                .and_then(|name| Arc::new(name, GFP_KERNEL))
                .ok(),
        };
        let mut is_another = false;
        self.change(devlink, |now| {
            is_another = now.type_name.as_ref().is_some_and(|now| ***now != *name);
            Some((State::Provisioned, type_name))
        });
        warn_on!(is_another);
    }

    /// The driver has unprovisioned the line card (`devlink_linecard_provision_clear()`).
    pub(crate) fn provision_clear(&self, devlink: &Devlink) {
        self.change(devlink, |_| Some((State::Unprovisioned, None)));
    }

    /// The driver could not do what it was asked for (`devlink_linecard_provision_fail()`).
    pub(crate) fn provision_fail(&self, devlink: &Devlink) {
        self.change(devlink, |now| {
            Some((State::ProvisioningFailed, now.type_name.clone()))
        });
    }

    /// The line card works (`devlink_linecard_activate()`).
    pub(crate) fn activate(&self, devlink: &Devlink) {
        let found = self.change(devlink, |now| Some((State::Active, now.type_name.clone())));
        warn_on!(found != State::Provisioned);
    }

    /// The line card does not work any more (`devlink_linecard_deactivate()`).
    pub(crate) fn deactivate(&self, devlink: &Devlink) {
        let found = self.change(devlink, |now| {
            let is_active = now.state == State::Active;
            is_active.then(|| (State::Provisioned, now.type_name.clone()))
        });
        // Unprovisioning a line card includes that it stops to work.
        warn_on!(!matches!(found, State::Active | State::Unprovisioning));
    }
}

/// The line cards of an instance.
#[pin_data]
pub(crate) struct Linecards {
    #[pin]
    list: Collection<u64, Linecard>,
}

impl Linecards {
    /// No line cards.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            list <- Collection::new(),
        })
    }

    /// Whether there are no line cards.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The line card of this index.
    pub(crate) fn get(&self, index: u32) -> Option<Arc<Linecard>> {
        self.list.find(|linecard| linecard.index == index)
    }

    /// Adds a line card, whose index no other has, and tells listeners.
    pub(crate) fn add(&self, devlink: InstanceLocked<'_>, linecard: Arc<Linecard>) -> Result {
        self.list.insert(linecard.key, linecard.clone())?;
        linecard.notify(&devlink, Cmd::LinecardNew);
        Ok(())
    }

    /// Removes a line card and tells listeners. When this returns, the driver is not called about
    /// it any more: whoever calls the driver holds its lock.
    pub(crate) fn remove(&self, devlink: InstanceLocked<'_>, linecard: &Linecard) {
        linecard.notify(&devlink, Cmd::LinecardDel);
        self.list.remove(linecard.key);
        linecard.driver.owner().leave(devlink);
    }

    /// Forgets all line cards, of an instance that is being freed.
    pub(crate) fn forget_all(&self, devlink: InstanceLocked<'_>) {
        while let Some(linecard) = self.list.pop() {
            linecard.driver.owner().leave(devlink);
        }
    }

    /// Tells listeners about every line card: those that go in the opposite order.
    pub(crate) fn notify_all(&self, devlink: &Devlink, cmd: Cmd) {
        if cmd != Cmd::LinecardDel {
            for linecard in self.list.iter() {
                linecard.notify(devlink, cmd);
            }
            return;
        }
        for linecard in self.list.iter_rev() {
            linecard.notify(devlink, cmd);
        }
    }
}

/// The line card that a request names; [`EINVAL`] if it names none, [`ENODEV`] if there is none.
fn requested(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Linecard>> {
    let index = request.attrs.get(attr::LINECARD_INDEX).ok_or(EINVAL)?;
    devlink.linecards.get(index).ok_or(ENODEV)
}

/// `DEVLINK_CMD_LINECARD_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let linecard = requested(request, &devlink)?;
        request.reply(Cmd::LinecardNew, |out| linecard.fill_current(&devlink, out))
    }
}

impl DumpCommand for Get {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        while let Some((key, linecard)) = devlink.linecards.list.next_from(*cursor) {
            out.entry(
                devlink,
                fmt!("lc {}", linecard.index),
                Cmd::LinecardNew,
                |out| linecard.fill_current(devlink, out),
            )?;
            *cursor = key + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_LINECARD_SET`.
pub(crate) struct Set;

impl Command for Set {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let linecard = requested(request, &devlink)?;
        match request.attrs.get(attr::LINECARD_TYPE) {
            None => Ok(()),
            Some(name) if name.is_empty() => linecard.unset_type(devlink.locked(), request.extack),
            Some(name) => linecard.set_type(devlink.locked(), name, request.extack),
        }
    }
}
