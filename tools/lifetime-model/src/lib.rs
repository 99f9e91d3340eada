// SPDX-License-Identifier: GPL-2.0

//! The kernel's `devlink/lifetime.rs`, the very same source, on top of `loom`; in the library's own
//! tests also `devlink/driver/access.rs` and `devlink/driver/resource.rs`.
//!
//! `loom` runs a test again and again, each time with another order of the threads' steps, until
//! every order (up to a bound on preemptions) has been seen.

#[path = "../../../devlink/lifetime.rs"]
pub mod lifetime;

pub mod primitives;

// They find here what they import from the core and from these two crates.
#[cfg(test)]
extern crate self as kernel;
#[cfg(test)]
extern crate self as pin_init;

#[cfg(test)]
mod driver;
#[cfg(test)]
mod owners;
#[cfg(test)]
mod stand_ins;

#[cfg(test)]
use stand_ins::{device, in_flight, instance, pinned, prelude, stack_pin_init, sync, warn_on_once};
