// SPDX-License-Identifier: GPL-2.0

//! Objects that are there as long as the device is up.

use super::{
    key::Key,
    Wrong, //
};

use kernel::{
    net::{
        devlink::{
            param::{
                Mode,
                ParamOps, //
            },
            LinecardOps,
            LinecardOrder,
            Locked,
            RateDriver,
            ReporterOps,
            ReporterState, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

pub(crate) struct Level;

#[vtable]
impl ParamOps<Wrong> for Level {
    type Value = u32;

    /// Also called when devlink forgets the parameter, so when all that was made later is gone,
    /// while there still are handles of it.
    fn get(&self, cx: &Locked<'_, Wrong>, _: Mode, _: Extack<'_>) -> Result<u32> {
        cx.up(|up| {
            up.young.set_state(cx, ReporterState::Healthy);
            up.young.recovery_done(cx);
            let node = up.tree.node(cx, c"node", (), None);
            let there = [
                up.ports.get(cx, Key(0), |_| ()).is_some(),
                up.pairs.get(cx, (), |_| ()).is_some(),
                up.node.exists(cx),
                up.tree.has_node(cx, c"node"),
                node.err() != Some(ENODEV),
                up.card.deactivate(cx) != Err(ENODEV),
                up.pipe.uses(cx, cx.data().space, 1).is_ok(),
            ];
            if there == [false; 7] {
                cx.data().gone.fetch_add(1, Relaxed);
            } else if there != [true; 7] {
                cx.data().half_gone.fetch_add(1, Relaxed);
            }
        });
        Ok(1)
    }

    fn set(&self, _: &Locked<'_, Wrong>, _: Mode, _: u32, _: Extack<'_>) -> Result {
        Err(EPERM)
    }
}

#[vtable]
impl RateDriver for Wrong {
    type Leaf<'s> = ();
    type Node<'s> = ();
}

pub(crate) const CARD: &CStr = c"card";
static CARDS: [&CStr; 1] = [CARD];

pub(crate) struct Card;

#[vtable]
impl LinecardOps<Wrong> for Card {
    type Type = &'static CStr;

    fn types(&self) -> &[&'static CStr] {
        &CARDS
    }

    fn provision(
        &self,
        _: &Locked<'_, Wrong>,
        _: &&'static CStr,
        order: LinecardOrder,
        _: Extack<'_>,
    ) -> Result {
        order.done()
    }

    fn unprovision(&self, _: &Locked<'_, Wrong>, order: LinecardOrder, _: Extack<'_>) -> Result {
        order.done()
    }
}

pub(crate) struct Young;

#[vtable]
impl ReporterOps<Wrong> for Young {
    const NAME: &'static CStr = c"young";
    type Error = ();
}
