// SPDX-License-Identifier: GPL-2.0

//! A driver that has every kind of devlink object, for tests.
//!
//! It stands for that in `../module/`, which is in C: same bus, same files in debugfs, same objects
//! with the same values and texts, same events, same lines in `calls`. So the same tests run with
//! either (`scripts/vm --test-driver`), on either core. `../module/bus.c` says how devices are
//! made, `../module/control.c` what they can be told.
//!
//! What follows is refused with `EOPNOTSUPP`, because no driver in Rust can do it. Tests that need
//! it say `c_driver` (`../lib.sh`, `../history/testlib.py`).
//!
//! - `unregister`, `register`: an instance is registered as long as its driver is bound.
//! - `leave`: everything has an owner, so that a driver cannot forget it.
//! - `misuse_WHAT`, `within`: it does not compile, see `tools/testing/harness/driver_api/`.
//! - `nest`: a device is part of what the driver of the outer one made it for; and one with shared
//!   rates only of a shared instance, see [`nested`].
//! - `ib_rename`: the kernel crate has no InfiniBand devices. So a port that is one (`port_type`)
//!   has none.
//! - `port_type_twice`, `port_type_is`: who says what a port is has a proof of the instance lock, so
//!   that there is one at a time.
//! - `region_add` for a port: devlink makes such a region only for a caller that does not hold the
//!   instance lock, whose proof a driver has whenever it makes objects.
//! - `parallel=1`: of callbacks about reporters only those that read run side by side, as with
//!   `parallel_reads=1`.
//! - `report=1`: who reports has a proof that the instance is registered.
//!
//! And this is otherwise, because the driver API does it for all drivers:
//!
//! - Where a device is nested is decided when it is probed. So `share` and `unnest` have it probed
//!   anew, and its instance is a new one.
//! - A shared instance has a value, which goes with the last of those who share it. That one waits
//!   until nobody is in a callback with the value, and only then gives the instance back: who comes
//!   meanwhile gets the same one.

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
