// SPDX-License-Identifier: GPL-2.0
// error: E0080: a family keeps no data for sockets that kmalloc() does not align enough
use kernel::{
    net::netlink::sock_priv::{SockPriv, SockPrivFamily},
    prelude::*,
};

#[repr(align(4096))]
struct Page([u8; 4096]);

impl SockPriv for Page {
    fn new() -> impl PinInit<Self> {
        Page([0; 4096])
    }
}

pub(crate) static FAMILY: SockPrivFamily<Page> =
    SockPrivFamily::built_in(b"forged\0", 1, &[], &[], 0);
