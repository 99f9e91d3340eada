// SPDX-License-Identifier: GPL-2.0

//! The devlink core.
//!
//! devlink manages network devices as a whole: their ports, parameters, resources, firmware,
//! health, packet traps. User space talks to it over generic netlink ([`netlink`]), C drivers over
//! `include/net/devlink.h` ([`capi`]). In between stands one module for each kind of object, and
//! three that all others rest on: [`registry`] finds instances, [`instance`] says what an instance
//! is and who may touch it when, [`lifetime`] makes sure of it.

#![deny(unsafe_code)]

#[allow(unsafe_code)]
#[expect(unreachable_pub, reason = "C reaches them")]
mod capi;
mod collection;
mod commands;
mod dev;
mod dpipe;
#[allow(unsafe_code)]
mod driver;
mod eswitch;
mod flash;
mod handle;
mod health;
mod in_flight;
mod info;
mod instance;
mod last_answer;
#[expect(unreachable_pub, reason = "the model on the host uses it as a library")]
mod lifetime;
mod linecard;
mod nested;
mod netlink;
mod param;
mod pinned;
mod port;
mod port_function;
mod primitives;
mod rate;
mod region;
mod registry;
mod reload;
mod resource;
mod sb;
mod selftests;
mod shared;
mod trap;
mod weak;

use netlink::generated;

/// The prefix of log messages.
const __LOG_PREFIX: &[u8] = b"devlink\0";
