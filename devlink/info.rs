// SPDX-License-Identifier: GPL-2.0

//! `devlink dev info`: which device it is, and which versions of what are on it.
//!
//! Only the driver knows. A `do` asks it and is exact. A dump waits for no driver: if it is busy,
//! or fails, the dump shows what it said last.

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
    last_answer::LastAnswer,
    netlink::{
        command::{
            Command,
            Lookup,
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
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
};

/// What the driver said: attributes, as they stand in a message.
type Attributes = Arc<KVec<u8>>;

/// What the driver said last.
#[pin_data]
pub(crate) struct LastInfo {
    #[pin]
    answer: Mutex<LastAnswer<Attributes>>,
}

impl LastInfo {
    /// Nothing said yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            answer <- new_mutex!(LastAnswer::Unknown, "devlink last info"),
        })
    }

    /// What a dump shows, as [`LastAnswer::or_last`].
    fn or_last(&self, asked: Result<Attributes>) -> Result<Option<Attributes>> {
        self.answer.lock().or_last(asked)
    }

    fn record(&self, devlink: InstanceLocked<'_>, answer: Result<Attributes>) {
        let old = self.answer.lock().record(devlink, answer);
        // Freed after the lock was released.
        drop(old);
    }

    /// The driver may say something else from now on.
    pub(crate) fn forget(&self, devlink: InstanceLocked<'_>) {
        let old = self.answer.lock().forget(devlink);
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
            devlink.fill_info(out, |out| {
                ask_driver(devlink.locked(), out, request.extack)?
            })
        })
    }
}

impl DumpCommand for Get {
    type Cursor = ();

    fn dump_one(devlink: &Active<'_>, out: &mut Entries<'_, '_>, (): &mut ()) -> Result<(), Stop> {
        let extack = out.extack;
        let can_be_asked = devlink.ops().answers_info();
        let operating = if can_be_asked {
            devlink.try_operate()
        } else {
            None
        };
        let written = out.entry(devlink, fmt!("info"), Cmd::InfoGet, |out| {
            devlink.fill_info(out, |out| {
                if !can_be_asked {
                    return Ok(());
                }
                let asked = match &operating {
                    Some(operating) => ask_driver(operating.locked(), out, extack)?,
                    None => Err(EBUSY),
                };
                let Err(error) = asked else {
                    return Ok(());
                };
                match devlink.info.or_last(Err(error)) {
                    Ok(Some(attributes)) => out.append(&attributes),
                    Ok(None) => Err(EOPNOTSUPP),
                    // The device is shown without.
                    Err(_) => Ok(()),
                }
            })
        });
        match written {
            // A device about which the driver has nothing to say is not shown.
            Err(Stop::Failed(error)) if error == EOPNOTSUPP => Ok(()),
            written => written,
        }
    }
}

/// Has the driver write what it has to say, and remembers it. Fails if there is no room for that;
/// what the driver fails with is the answer, and then nothing is written.
fn ask_driver(
    devlink: InstanceLocked<'_>,
    out: &mut Writer<'_>,
    extack: Extack<'_>,
) -> Result<Result> {
    let start = out.len();
    let mut is_full = false;
    let asked = out.all_or_nothing(|out| {
        let mut request = InfoRequest::Describe {
            out,
            is_full: &mut is_full,
        };
        devlink.ops().info_get(&mut request, extack)
    });
    if is_full {
        return Err(EMSGSIZE);
    }
    let answer = asked.and_then(|()| Ok(Arc::new(written_since(out, start)?, GFP_KERNEL)?));
    devlink.info.record(devlink, answer);
    Ok(asked)
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
        let operating = self.operate_uninterruptible("ethtool -i")?;
        let locked = operating.locked();
        let mut request = InfoRequest::RunningVersions(KVec::new());
        locked.ops().info_get(&mut request, Extack::NONE)?;
        match request {
            InfoRequest::RunningVersions(text) => Ok(text),
            _ => Err(EINVAL),
        }
    }
}
