// SPDX-License-Identifier: GPL-2.0

//! `devlink dev info`: which device it is, and which versions of what are on it.
//!
//! Only the driver knows. A `do` asks it and is exact. A dump waits for no driver: if it is busy,
//! the dump shows what it said last.

use crate::{
    driver::{
        access::{
            Active,
            InstanceLocked, //
        },
        info::{
            written_since,
            InfoRequest, //
        },
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::{
            Command,
            Lookup,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries, //
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
};

/// What the driver said.
enum Answer {
    /// It cannot say anything about this device.
    Unsupported,
    /// These attributes, as they stand in a message.
    Attributes(KVec<u8>),
}

/// What the driver said last, for dumps that find it busy.
#[pin_data]
pub(crate) struct LastInfo {
    #[pin]
    answer: Mutex<Option<Arc<Answer>>>,
}

impl LastInfo {
    /// Nothing said yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            answer <- new_mutex!(None, "devlink last info"),
        })
    }

    fn get(&self) -> Option<Arc<Answer>> {
        self.answer.lock().clone()
    }

    fn set(&self, answer: Answer) {
        // Without memory, dumps go on with what was said before.
        let Ok(answer) = Arc::new(answer, GFP_KERNEL) else {
            return;
        };
        let old = self.answer.lock().replace(answer);
        // Freed after the lock was released.
        drop(old);
    }
}

/// `DEVLINK_CMD_INFO_GET`.
pub(crate) struct Get;

impl Command for Get {
    /// A driver that says nothing about itself is not waited for.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        if !active.ops().answers_info() {
            return request.reply(Cmd::InfoGet, |out| active.fill_info(out, |_| Ok(())));
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let devlink = devlink.operate(request.name())?;
        request.reply(Cmd::InfoGet, |out| {
            devlink.fill_info(out, |out| ask_driver(devlink.locked(), out, request.extack))
        })
    }
}

impl DumpCommand for Get {
    type Cursor = ();

    fn dump_one(devlink: &Active<'_>, out: &mut Entries<'_, '_>, (): &mut ()) -> Result {
        let extack = out.extack;
        if !devlink.ops().answers_info() {
            return out.entry(Cmd::InfoGet, |out| devlink.fill_info(out, |_| Ok(())));
        }
        if let Some(operating) = devlink.try_operate() {
            let written = out.entry(Cmd::InfoGet, |out| {
                devlink.fill_info(out, |out| ask_driver(operating.locked(), out, extack))
            });
            // Whoever has nothing to say is not shown, and does not end the dump.
            return written.or_else(|error| {
                if error == EOPNOTSUPP {
                    Ok(())
                } else {
                    Err(error)
                }
            });
        }
        let last = devlink.info.get();
        let attributes = match last.as_deref() {
            Some(Answer::Unsupported) => return Ok(()),
            Some(Answer::Attributes(attributes)) => attributes.as_slice(),
            None => &[],
        };
        out.entry(Cmd::InfoGet, |out| {
            devlink.fill_info(out, |out| out.append(attributes))
        })
    }
}

/// Has the driver write what it has to say, and remembers it.
fn ask_driver(devlink: InstanceLocked<'_>, out: &mut Writer<'_>, extack: Extack<'_>) -> Result {
    let start = out.len();
    let asked = devlink
        .ops()
        .info_get(devlink, &mut InfoRequest::Describe(out), extack);
    match asked {
        Ok(()) => {
            if let Ok(attributes) = written_since(out, start) {
                devlink.info.set(Answer::Attributes(attributes));
            }
        }
        Err(error) if error == EOPNOTSUPP => devlink.info.set(Answer::Unsupported),
        // Says nothing about the device.
        Err(_) => {}
    }
    asked
}

impl Devlink {
    /// Writes the instance, what the driver says, and which driver that is.
    fn fill_info(
        &self,
        out: &mut Writer<'_>,
        driver_says: impl FnOnce(&mut Writer<'_>) -> Result,
    ) -> Result {
        self.put_handle(out)?;
        driver_says(out)?;
        let name = self.driver_name().filter(|name| !name.is_empty());
        out.put_opt(attr::INFO_DRIVER_NAME, name)
    }

    /// The versions of what runs on the device, each followed by a blank (`ethtool -i`); nothing
    /// if the driver cannot say or users do not know of the instance.
    ///
    /// Waits for the instance lock. Signals do not end that: there is no way to tell the caller.
    pub(crate) fn running_versions(&self) -> Result<KVec<u8>> {
        if !self.enter()?.ops().answers_info() {
            return Err(EOPNOTSUPP);
        }
        let operating = self.operate_uninterruptible("info-get")?;
        let locked = operating.locked();
        let mut request = InfoRequest::RunningVersions(KVec::new());
        locked.ops().info_get(locked, &mut request, Extack::NONE)?;
        match request {
            InfoRequest::RunningVersions(text) => Ok(text),
            _ => Err(EINVAL),
        }
    }
}
