// SPDX-License-Identifier: GPL-2.0

//! The kernel's `devlink/lifetime.rs`, the very same source, on top of `loom`.
//!
//! `loom` runs a test again and again, each time with another order of the threads' steps, until
//! every order (up to a bound on preemptions) has been seen.

#[path = "../../../devlink/lifetime.rs"]
pub mod lifetime;

pub mod primitives;
