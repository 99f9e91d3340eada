// SPDX-License-Identifier: GPL-2.0

//! The drivers, and what they are refused.

mod outcomes;
pub(crate) mod own;
pub(crate) mod parts;
