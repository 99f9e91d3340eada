// SPDX-License-Identifier: GPL-2.0
// error: E0599: a family is not unregistered under those who look at its sockets' data
use crate::netlink::FAMILY;

pub(crate) fn unregister() {
    FAMILY.unregister();
}
