// SPDX-License-Identifier: GPL-2.0
// error: E0451: a rate is not held without a look at whether it is part of the tree
use crate::{
    instance::Devlink,
    rate::{
        tree::{HeldRate, Tree},
        Rate,
    },
};
use kernel::sync::Arc;

pub(crate) fn hold<'a>(
    tree: Tree<'a>,
    devlink: &'a Devlink,
    rate: &'a Arc<Rate>,
) -> HeldRate<'a> {
    HeldRate {
        tree,
        devlink,
        rate,
    }
}
