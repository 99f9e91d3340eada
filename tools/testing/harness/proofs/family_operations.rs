// SPDX-License-Identifier: GPL-2.0
// error: E0080: a family has no more operations than 8 bits can count
use kernel::{
    net::netlink::{
        ops::{do_op, DoIt, Info, SplitOp},
        policy::{Policy, PolicyEntry},
        sock_priv::{SockPriv, SockPrivFamily},
    },
    prelude::*,
};

struct Nothing;

impl DoIt for Nothing {
    fn doit(_info: &Info<'_>) -> Result {
        Ok(())
    }
}

struct Byte(u8);

impl SockPriv for Byte {
    fn new() -> impl PinInit<Self> {
        Byte(0)
    }
}

static POLICY: Policy<2> = Policy::new([(1, PolicyEntry::u8())]);
static OPS: [SplitOp; 256] = [const { do_op::<Nothing, 2>(1, &POLICY, 0, 0) }; 256];
pub(crate) static FAMILY: SockPrivFamily<Byte> =
    SockPrivFamily::built_in(b"forged\0", 1, &[], &OPS, 0);
