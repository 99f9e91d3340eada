// SPDX-License-Identifier: GPL-2.0

//! The generic netlink family `devlink`.

pub(crate) mod command;
pub(crate) mod dump;
pub(crate) mod generated;
pub(crate) mod notify;

use self::notify::NotifyFilter;

use kernel::{
    bindings,
    net::netlink::{
        sock_priv::SockPrivFamily,
        MulticastGroup, //
    },
};

static GROUPS: [MulticastGroup; 1] = [MulticastGroup::const_new(c"config")];

/// The number of the group `config` in [`GROUPS`].
const GROUP_CONFIG: u32 = 0;

/// The family.
pub(crate) static FAMILY: SockPrivFamily<NotifyFilter> = SockPrivFamily::built_in(
    bindings::DEVLINK_GENL_NAME,
    bindings::DEVLINK_GENL_VERSION,
    &GROUPS,
    &generated::OPS,
    generated::Cmd::SelftestsRun as u8 + 1,
);
