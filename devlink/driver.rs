// SPDX-License-Identifier: GPL-2.0

//! The driver as the core sees it: what a C driver handed over when it registered something, and
//! the calls into it.
//!
//! A module for each kind of object holds the driver's side of it (`DriverPort`, `DriverRegion`,
//! …): pointers into the driver's memory, valid as its invariants say, and a safe method for each
//! callback, which takes a proof that the driver may be called. The objects of the core are built
//! on this; [`capi`](crate::capi), where C calls the core, is built on the objects.

pub(crate) mod access;
pub(crate) mod dpipe;
pub(crate) mod eswitch;
pub(crate) mod flash;
pub(crate) mod health;
pub(crate) mod ib_device;
pub(crate) mod info;
pub(crate) mod instance;
pub(crate) mod linecard;
pub(crate) mod nested;
pub(crate) mod ops;
pub(crate) mod param;
pub(crate) mod port;
pub(crate) mod rate;
pub(crate) mod region;
pub(crate) mod reload;
pub(crate) mod resource;
pub(crate) mod sb;
pub(crate) mod selftests;
pub(crate) mod shared;
pub(crate) mod trap;
