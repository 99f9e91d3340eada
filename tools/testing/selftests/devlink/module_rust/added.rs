// SPDX-License-Identifier: GPL-2.0

//! Keys of objects that events add, one by one. When the device goes down they go in the order in
//! which they came, as lists do in `../module/`.

use crate::{
    device::Test,
    name::Name, //
};

use kernel::{
    net::devlink::{
        Group,
        Groups,
        Locked, //
    },
    prelude::*, //
};

/// The key of an object that an event added.
#[derive(Copy, Clone, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Added {
    number: u64,
    name: Name,
}

impl Added {
    /// The key of an object that is going to be the last of `groups`.
    pub(crate) fn last<G: Group<Test<FULL>, Key = Self>, const FULL: bool>(
        groups: &Groups<'_, Test<FULL>, G>,
        cx: &Locked<'_, Test<FULL>>,
        name: Name,
    ) -> Self {
        let last = Self::all(groups, cx).last();
        Added {
            number: last.map_or(0, |last| last.number + 1),
            name,
        }
    }

    /// The key of the object of that name.
    pub(crate) fn find<G: Group<Test<FULL>, Key = Self>, const FULL: bool>(
        groups: &Groups<'_, Test<FULL>, G>,
        cx: &Locked<'_, Test<FULL>>,
        name: &[u8],
    ) -> Result<Self> {
        Self::all(groups, cx)
            .find(|added| added.name.as_cstr().to_bytes() == name)
            .ok_or(ENOENT)
    }

    /// All keys.
    pub(crate) fn all<'a, 's, 'bound, G: Group<Test<FULL>, Key = Self>, const FULL: bool>(
        groups: &'a Groups<'s, Test<FULL>, G>,
        cx: &'a Locked<'bound, Test<FULL>>,
    ) -> impl Iterator<Item = Self> + use<'a, 's, 'bound, G, FULL> {
        let next = |after| groups.next_key(cx, after);
        core::iter::successors(next(None), move |after| next(Some(*after)))
    }
}
