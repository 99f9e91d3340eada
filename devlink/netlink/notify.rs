// SPDX-License-Identifier: GPL-2.0

//! Notifications, and the filters by which a socket says which of them it wants.

use super::{
    generated::{
        attr,
        Cmd, //
    },
    FAMILY,
    GROUP_CONFIG, //
};

use crate::instance::Devlink;

use kernel::{
    net::{
        namespace::Net,
        netlink::{
            attr::Attrs,
            message::Message,
            ops::{
                DoIt,
                Info, //
            },
            sock_priv::SockPriv,
            writer::{
                Header,
                Writer, //
            },
        }, //
    },
    new_spinlock,
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        SpinLock, //
    },
};

/// What a socket wants to hear of.
#[pin_data]
pub(crate) struct NotifyFilter {
    /// Looked at while a notification is sent, which is atomic context.
    #[pin]
    wanted: SpinLock<Option<KBox<Wanted>>>,
}

/// The object that notifications must be about; what is `None` may be anything.
struct Wanted {
    index: Option<u32>,
    bus_name: Option<CString>,
    dev_name: Option<CString>,
    port_index: Option<u32>,
}

/// What a notification is about.
struct Subject<'a> {
    index: u32,
    bus_name: &'a CStr,
    dev_name: &'a CStr,
    port_index: Option<u32>,
}

impl SockPriv for NotifyFilter {
    fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            wanted <- new_spinlock!(None, "devlink notify filter"),
        })
    }
}

impl Wanted {
    /// What the attributes say; `None` if they say nothing, which is no filter.
    fn from_attrs(attrs: Attrs<'_>) -> Result<Option<KBox<Self>>> {
        let own = |name: Option<&CStr>| name.map(CString::try_from).transpose();
        let wanted = Wanted {
            index: attrs.get(attr::INDEX).map(|index| index as u32),
            bus_name: own(attrs.get(attr::BUS_NAME))?,
            dev_name: own(attrs.get(attr::DEV_NAME))?,
            port_index: attrs.get(attr::PORT_INDEX),
        };
        if wanted.index.is_none()
            && wanted.bus_name.is_none()
            && wanted.dev_name.is_none()
            && wanted.port_index.is_none()
        {
            return Ok(None);
        }
        Ok(Some(KBox::new(wanted, GFP_KERNEL)?))
    }

    /// Whether a notification about `subject` is wanted.
    fn matches(&self, subject: &Subject<'_>) -> bool {
        let same_name = |wanted: &Option<CString>, name: &CStr| {
            wanted.as_ref().is_none_or(|wanted| **wanted == *name)
        };
        self.index.is_none_or(|index| index == subject.index)
            && same_name(&self.bus_name, subject.bus_name)
            && same_name(&self.dev_name, subject.dev_name)
            && match (self.port_index, subject.port_index) {
                (Some(wanted), Some(port)) => wanted == port,
                _ => true,
            }
    }
}

/// `DEVLINK_CMD_NOTIFY_FILTER_SET`: concerns the socket, not an instance.
pub(crate) struct NotifyFilterSet;

impl DoIt for NotifyFilterSet {
    fn doit(info: &Info<'_>) -> Result {
        let mut wanted = Wanted::from_attrs(info.attrs())?;
        FAMILY.with(info, |socket| {
            core::mem::swap(&mut *socket.wanted.lock(), &mut wanted);
        })
        // The old filter is freed here, after the lock was released.
    }
}

/// Whether notifications about the instance reach anybody now.
pub(crate) fn has_listeners(devlink: &Devlink) -> bool {
    listeners(devlink).is_some()
}

/// The namespace whose listeners hear of the instance, if there are some.
fn listeners(devlink: &Devlink) -> Option<ARef<Net>> {
    if !devlink.is_published() {
        return None;
    }
    // Nobody listens in a namespace that is dying: a socket would keep it alive.
    let net = devlink.net().get()?;
    let is_heard = FAMILY.family().has_listeners_in(&net, GROUP_CONFIG);
    is_heard.then_some(net)
}

/// Sends a notification about an instance, or about its port of index `port` or something on that
/// port, to those who listen and want it.
///
/// Nothing is sent about instances that users do not know of. May sleep. The caller holds no lock
/// of the core; when `fill` fails or memory is short nothing is sent, as in the C core.
pub(crate) fn send(
    devlink: &Devlink,
    cmd: Cmd,
    port: Option<u32>,
    fill: impl FnOnce(&mut Writer<'_>) -> Result,
) {
    send_sized(devlink, cmd, port, None, fill);
}

/// Like [`send`], with room for `capacity` bytes instead of the usual size.
pub(crate) fn send_sized(
    devlink: &Devlink,
    cmd: Cmd,
    port: Option<u32>,
    capacity: Option<usize>,
    fill: impl FnOnce(&mut Writer<'_>) -> Result,
) {
    let Some(net) = listeners(devlink) else {
        return;
    };
    let message = match capacity {
        Some(capacity) => Message::with_capacity(capacity, GFP_KERNEL),
        None => Message::new(GFP_KERNEL),
    };
    let Ok(mut message) = message else {
        return;
    };
    if message
        .writer()
        .message(FAMILY.family(), Header::default(), cmd as u8, fill)
        .is_err()
    {
        return;
    }
    // Once and not for each listener: names have to be looked for.
    let subject = Subject {
        index: devlink.index(),
        bus_name: devlink.bus_name(),
        dev_name: devlink.dev_name(),
        port_index: port,
    };
    // That nobody was reached is no error.
    let _ = message.multicast(&FAMILY, &net, GROUP_CONFIG, GFP_KERNEL, |socket| {
        socket.is_none_or(|socket| {
            let wanted = socket.wanted.lock();
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.matches(&subject))
        })
    });
}
