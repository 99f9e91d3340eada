// SPDX-License-Identifier: GPL-2.0

//! netdevsim: simulated network devices, for tests.
//!
//! ```text
//! echo "ID [PORT_COUNT] [NUM_QUEUES]" >/sys/bus/netdevsim/new_device
//! echo ID >/sys/bus/netdevsim/del_device
//! ```
//!
//! This is the part about devlink: the bus, its devices, and all that devlink manages of them. It
//! stands for `../bus.c`, `../dev.c` and `../health.c`. What netdevsim does beyond that, its network
//! devices above all, is compiled from the other files there, as they are. [`seam`] is between the
//! two, and the only part with `unsafe`.

mod seam;

#[forbid(unsafe_code)]
mod bus;
#[forbid(unsafe_code)]
mod device;
#[forbid(unsafe_code)]
mod eswitch;
#[forbid(unsafe_code)]
mod files;
#[forbid(unsafe_code)]
mod health;
#[forbid(unsafe_code)]
mod packet;
#[forbid(unsafe_code)]
mod param;
#[forbid(unsafe_code)]
mod port;
#[forbid(unsafe_code)]
mod rate;
#[forbid(unsafe_code)]
mod region;
#[forbid(unsafe_code)]
mod request;
#[forbid(unsafe_code)]
mod resource;
#[forbid(unsafe_code)]
mod scan;
#[forbid(unsafe_code)]
mod trap;

/// The module, whose metadata `../netdev.c` has.
use seam::LocalModule;

/// What the lines that `pr_err!()` prints begin with.
const __LOG_PREFIX: &[u8] = b"netdevsim\0";
