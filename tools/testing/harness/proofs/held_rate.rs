// SPDX-License-Identifier: GPL-2.0
// error: E0624: a rate is held only as part of a tree that its instance is a member of
use crate::rate::{
    tree::{HeldRate, Tree},
    Rate,
};
use kernel::{prelude::*, sync::Arc};

pub(crate) fn hold<'a>(tree: Tree<'a>, rate: &'a Arc<Rate>) -> Result<HeldRate<'a>> {
    tree.own().hold(rate)
}
