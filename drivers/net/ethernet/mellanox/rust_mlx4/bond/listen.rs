// SPDX-License-Identifier: GPL-2.0

//! What is heard of bonds.

use super::tracker::Tracker;

use crate::card::Card;

use kernel::{
    device::Device,
    net::{
        device::NetDevice,
        netlink::extack::Extack,
        notifier::{
            Event,
            Listener, //
        }, //
    },
    prelude::*,
    sync::Mutex, //
};

use core::ptr;

/// Hears of bonds for the device (`mlx4_en_netdev_event()`).
pub(super) struct Watch<'up> {
    tracker: &'up Mutex<Tracker>,
    card: &'up Card<'up>,
}

impl<'up> Watch<'up> {
    pub(super) fn new(tracker: &'up Mutex<Tracker>, card: &'up Card<'up>) -> Self {
        Watch { tracker, card }
    }

    /// Of which of the device's ports it is, from 0 on; `None` for the network device of another.
    fn port_of(&self, device: &NetDevice) -> Option<usize> {
        let ours: &Device = self.card.dev.as_ref();
        let is_ours = device.parent().is_some_and(|parent| ptr::eq(parent, ours));
        is_ours.then(|| usize::from(device.dev_port()))
    }
}

impl Listener for Watch<'_> {
    fn event(&self, device: &NetDevice, event: Event<'_>, _: Extack<'_>) -> Result {
        match event {
            Event::ChangeUpper(upper) => {
                let left = self.port_of(device).filter(|_| !upper.linking);
                let mut tracker = self.tracker.lock();
                tracker.change_upper(&upper, left, |device| self.port_of(device));
            }
            Event::ChangeLowerState(Some(state)) => {
                let Some(port) = self.port_of(device) else {
                    return Ok(());
                };
                self.tracker.lock().change_state(port, state);
            }
            _ => return Ok(()),
        }
        if self.tracker.lock().has_changed() {
            self.card.work.schedule();
        }
        Ok(())
    }
}
