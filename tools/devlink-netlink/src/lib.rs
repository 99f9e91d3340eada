// SPDX-License-Identifier: GPL-2.0

//! Devlink over raw netlink, for programs that care about every byte or about every microsecond.

pub mod attr;
pub mod netlink;
