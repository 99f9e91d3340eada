// SPDX-License-Identifier: GPL-2.0

//! What the driver counts.

use super::Filling;

use crate::net::stats::Named;

use kernel::{
    prelude::*,
    sync::atomic::Relaxed, //
};

impl Filling<'_, '_> {
    /// What all channels count together.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn software(&mut self) {
        let rx = sums(self.channels.iter().map(|stats| stats.rx.named()));
        let tx = sums(self.channels.iter().map(|stats| stats.tx.named()));
        let (Some(rx), Some(tx)) = (rx, tx) else {
            return;
        };
        for (direction, counters) in [
            ("rx", &rx[..2]),
            ("tx", &tx[..4]),
            ("rx", &rx[2..3]),
            ("tx", &tx[4..]),
            ("rx", &rx[3..]),
        ] {
            for (name, value) in counters {
                let of = match *name {
                    "stopped" | "dropped" => "queue_",
                    _ => "",
                };
                self.out.add(fmt!("{direction}_{of}{name}"), *value);
            }
        }
    }

    /// What each channel counts.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(super) fn channels(&mut self) {
        for (number, channel) in self.channels.iter().enumerate() {
            for (name, value) in channel.rx.named() {
                self.out.add(fmt!("rx{number}_{name}"), value);
            }
        }
        for (number, channel) in self.channels.iter().enumerate() {
            for (name, value) in channel.tx.named() {
                self.out.add(fmt!("tx{number}_{name}"), value);
            }
        }
    }

    /// What happened to the module.
    pub(super) fn module(&mut self) {
        let events = &self.card.module_events;
        for (name, count) in [
            ("module_unplug", &events.unplugged),
            ("module_bus_stuck", &events.bus_stuck),
            ("module_high_temp", &events.high_temperature),
            ("module_bad_shorted", &events.bad_cable),
        ] {
            self.out.add(fmt!("{name}"), count.load(Relaxed));
        }
    }
}

/// The same counters of all channels.
fn sums<const N: usize>(all: impl Iterator<Item = [Named; N]>) -> Option<[Named; N]> {
    all.reduce(|mut sums, more| {
        for ((_, sum), (_, value)) in sums.iter_mut().zip(more) {
            *sum = sum.wrapping_add(value);
        }
        sums
    })
}
