// SPDX-License-Identifier: GPL-2.0

//! A driver that has every kind of devlink object, for tests.

use kernel::prelude::*;

#[forbid(unsafe_code)]
mod added;
#[forbid(unsafe_code)]
mod bus;
#[forbid(unsafe_code)]
mod callback;
#[forbid(unsafe_code)]
mod control;
#[forbid(unsafe_code)]
mod device;
#[forbid(unsafe_code)]
mod dpipe;
#[forbid(unsafe_code)]
mod eswitch;
#[forbid(unsafe_code)]
mod event;
#[forbid(unsafe_code)]
mod fmsg;
#[forbid(unsafe_code)]
mod health;
#[forbid(unsafe_code)]
mod info;
#[forbid(unsafe_code)]
mod linecard;
#[forbid(unsafe_code)]
mod name;
#[forbid(unsafe_code)]
mod nested;
#[forbid(unsafe_code)]
mod netdev;
#[forbid(unsafe_code)]
mod notifiers;
#[forbid(unsafe_code)]
mod packet;
#[forbid(unsafe_code)]
mod param;
#[forbid(unsafe_code)]
mod port;
#[forbid(unsafe_code)]
mod port_ops;
#[forbid(unsafe_code)]
mod rate;
#[forbid(unsafe_code)]
mod region;
#[forbid(unsafe_code)]
mod resource;
#[forbid(unsafe_code)]
mod sb;
#[forbid(unsafe_code)]
mod trap;
#[forbid(unsafe_code)]
mod words;

use bus::TestModule;

module! {
    type: TestModule,
    name: "devlink_test",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Every kind of devlink object, for tests",
    license: "GPL",
}
