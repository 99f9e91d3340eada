// SPDX-License-Identifier: GPL-2.0
// error: E0308: a value of a dpipe entry has no mask of another length
use kernel::{
    net::devlink::dpipe::{Entries, Entry, Ipv4, Match},
    prelude::*,
};

static ADDRESS: Match = Match::exact(Ipv4::DST_IP);

pub(crate) fn entries(out: &mut Entries<'_>) -> Result {
    out.push(&Entry {
        index: 0,
        counter: None,
        matches: &[ADDRESS.masked(&[10, 0, 0, 0], &[0xff])],
        actions: &[],
    })
}
