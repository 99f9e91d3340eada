// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust that is wrong in ways which the compiler does not see, and the driver API does.
//! Its instances are `rust_wrong/rust_wrong1` and `rust_wrong/rust_wrong2`; `rust_wrong.sh` says
//! what is expected. In `/sys/bus/rust_wrong/`:
//!
//! - `own WHAT`, `foreign WHAT`: uses an object of the first device with a proof of the first
//!   device, or of the second. Writing fails with what the API fails with, and with `ENOENT` for
//!   `None`.
//!   `fresh_add` adds a group where there was none before, so that each of its objects is allocated
//!   by itself.
//! - `lies`: compares keys of groups wrongly, once at each place where keys are compared.
//!
//! And a port removes itself when a user wants it to be of another type, and a parameter's value is
//! asked for when what its callback uses is gone.

use kernel::prelude::*;

module! {
    type: wrong::Module,
    name: "devlink_rust_wrong",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust that does what it may not",
    license: "GPL",
}

#[forbid(unsafe_code)]
mod two_devices;
#[forbid(unsafe_code)]
mod wrong;
