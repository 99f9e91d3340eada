// SPDX-License-Identifier: GPL-2.0
// error: E0603: a driver cannot make an instance itself, and so cannot forget one
use kernel::net::devlink::platform::Glue;

pub(crate) type Probe<T> = Glue<T>;
