// SPDX-License-Identifier: GPL-2.0

//! Bonds: when the network devices of both ports, and nothing else, are in one bond, the device
//! sends by the port that the bond uses, whichever its queues belong to.
//!
//! 1. The device owns what there is to know and to do: [`Bond`] is part of the driver's data. No
//!    network device is referred to: one is recognised by its parent and its port.
//! 2. A [listener](listen::Watch) writes what bonding says into the [`Tracker`], with RTNL held. It
//!    takes no lock but the tracker's, which is never held while anything is waited for.
//! 3. Commands are run by the driver's work, which [settles](Bond::settle) the matter. It holds the
//!    lock of what the device was told, and neither RTNL nor the instance or the device lock.
//! 4. A reload, a removal and a recovery drop the [`Member`], which takes that lock: they wait for
//!    at most one command's end, and a device that is dead ends all commands. Then it has the ports
//!    be those that they were, and there is nothing to do any more for a work that comes later.
//! 5. Who changes the type of a port waits for no work: bonding says that the port has left.

mod commands;
mod listen;
mod tracker;

use self::{
    listen::Watch,
    tracker::{
        Map,
        Tracker, //
    }, //
};

use crate::{
    caps::{
        Caps,
        Feature, //
    },
    card::Card,
    driver::Mlx4, //
};

use kernel::{
    net::devlink::Bringup,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

/// How many ports a bond can have that the device knows.
const PORTS: usize = 2;

/// What the driver knows about bonds of the device's ports.
#[pin_data]
pub(crate) struct Bond {
    /// What the device was told, while it is up; held while it is told.
    #[pin]
    told: Mutex<Option<Told>>,
    /// What bonding says. Taken with RTNL held.
    #[pin]
    tracker: Mutex<Tracker>,
}

/// What the device was told.
struct Told {
    /// Frames are received by both ports, whichever a queue belongs to (`MLX4_FLAG_BONDED`).
    is_bonded: bool,
    map: Map,
}

impl Bond {
    /// Nothing is known.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Bond {
            told <- new_mutex!(None),
            tracker <- new_mutex!(Tracker::new()),
        })
    }

    /// Tells the device what bonding says, if that changed (`mlx4_bond_work()`). Sleeps.
    pub(crate) fn settle(&self, card: &Card<'_>) {
        let mut told = self.told.lock();
        let Some(told) = &mut *told else {
            return;
        };
        let Some(wanted) = self.tracker.lock().take() else {
            return;
        };
        match wanted {
            Some(map) => told.bond(card, map),
            None => told.unbond(card),
        }
    }
}

impl Told {
    /// Has the ports be sent by as `wanted` says. What failed was logged.
    fn bond(&mut self, card: &Card<'_>, wanted: Map) {
        let dev = card.dev.as_ref();
        if !self.is_bonded {
            if let Err(error) = commands::check_ports(card, false) {
                dev_err!(dev, "Failed to bond device: {}\n", error.to_errno());
                dev_err!(dev, "Fail to bond device\n");
                return;
            }
            self.is_bonded = true;
        }
        if wanted == self.map {
            return;
        }
        match commands::map_ports(card, wanted) {
            Ok(()) => self.map = wanted,
            Err(error) => {
                dev_err!(dev, "Failed to change port map: {}\n", error.to_errno());
                dev_err!(
                    dev,
                    "Fail to set port map {}: {}\n",
                    wanted,
                    error.to_errno()
                );
            }
        }
    }

    /// Has each port be for itself (`mlx4_unbond()`). What failed was logged; it is tried no more.
    fn unbond(&mut self, card: &Card<'_>) {
        if !self.is_bonded {
            return;
        }
        self.is_bonded = false;
        let result = commands::check_ports(card, true).and_then(|()| {
            commands::map_ports(card, Map::NONE)
                .inspect_err(|_| dev_err!(card.dev.as_ref(), "Fail to reset port map\n"))
        });
        match result {
            Ok(()) => self.map = Map::NONE,
            Err(error) => {
                let dev = card.dev.as_ref();
                dev_err!(dev, "Failed to unbond device: {}\n", error.to_errno());
                dev_err!(dev, "Fail to unbond device\n");
            }
        }
    }
}

/// The device is up, and can have its ports be in a bond. Dropping it has each be for itself.
pub(crate) struct Member<'up> {
    bond: &'up Bond,
    card: &'up Card<'up>,
}

impl<'up> Member<'up> {
    /// The device is up, and has no network devices yet. `None` if its ports cannot be mapped.
    pub(crate) fn join(cx: &Bringup<'up, '_, Mlx4>, caps: &Caps) -> Option<Self> {
        if !caps.has(Feature::PORT_REMAP) || usize::from(caps.port_count()) != PORTS {
            return None;
        }
        let data = cx.data();
        *data.bond.tracker.lock() = Tracker::new();
        *data.bond.told.lock() = Some(Told {
            is_bonded: false,
            map: Map::NONE,
        });
        let member = Member {
            bond: &data.bond,
            card: &data.card,
        };
        let watch = Watch::new(&member.bond.tracker, member.card);
        if cx.listen(watch).is_err() {
            dev_err!(data.card.dev.as_ref(), "Failed to create netdev notifier\n");
        }
        Some(member)
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        let mut told = self.bond.told.lock();
        if let Some(mut told) = told.take() {
            // A reset has done it.
            if !self.card.is_dead() {
                told.unbond(self.card);
            }
        }
    }
}
