// SPDX-License-Identifier: GPL-2.0

//! The C interface (`include/net/devlink.h`): C calling the core.
//!
//! Everything here is thin: a pointer becomes a reference, an argument a type, an error a number,
//! and the work is done by the module of the same name outside. What C promises about its pointers
//! is stated where they are converted. Nothing in the core imports this module.

mod compat;
mod dev;
mod dpipe;
mod flash;
mod fmsg;
mod health;
mod info;
mod instance;
mod linecard;
mod nested;
mod param;
mod port;
mod rate;
mod region;
mod resource;
mod sb;
mod shared;
mod trap;
