// SPDX-License-Identifier: GPL-2.0

//! The kernel's `devlink/driver/access.rs` and `devlink/driver/resource.rs`, the very same source.

#[path = "../../../devlink/driver/access.rs"]
#[allow(dead_code, reason = "the kernel uses more of it than the tests do")]
pub(crate) mod access;

#[path = "../../../devlink/driver/resource.rs"]
pub(crate) mod resource;

pub(crate) use crate::stand_ins::ops;
