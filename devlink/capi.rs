// SPDX-License-Identifier: GPL-2.0

//! The C interface (`include/net/devlink.h`), and the calls from the core into C drivers.
//!
//! Everything here is thin: a pointer becomes a reference, an argument a type, an error a number,
//! and the work is done by the module of the same name outside. What C promises about its pointers
//! is stated where they are converted.

pub(crate) mod compat;
pub(crate) mod dev;
pub(crate) mod dpipe;
pub(crate) mod eswitch;
pub(crate) mod flash;
pub(crate) mod fmsg;
pub(crate) mod health;
pub(crate) mod info;
pub(crate) mod instance;
pub(crate) mod linecard;
pub(crate) mod nested;
pub(crate) mod ops;
pub(crate) mod param;
pub(crate) mod port;
pub(crate) mod rate;
pub(crate) mod region;
pub(crate) mod resource;
pub(crate) mod sb;
pub(crate) mod selftests;
pub(crate) mod shared;
pub(crate) mod trap;
