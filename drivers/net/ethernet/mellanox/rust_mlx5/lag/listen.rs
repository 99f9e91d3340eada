// SPDX-License-Identifier: GPL-2.0

//! What is heard of bonds.

use super::tracker::{
    Tracker,
    Verdict, //
};

use crate::driver::Mlx5;

use kernel::{
    net::{
        device::NetDevice,
        devlink::Work,
        netlink::extack::Extack,
        notifier::{
            Event,
            Listener, //
        }, //
    },
    prelude::*,
    sync::Mutex, //
};

/// Hears of bonds for a function (`mlx5_lag_netdev_event()`).
///
/// Each function has one, so that it does not matter which of them is up, and what two of them hear
/// is the same.
pub(crate) struct Watch<'up> {
    tracker: &'up Mutex<Tracker>,
    work: Work<'up, Mlx5>,
}

impl<'up> Watch<'up> {
    pub(super) fn new(tracker: &'up Mutex<Tracker>, work: Work<'up, Mlx5>) -> Self {
        Watch { tracker, work }
    }
}

impl Listener for Watch<'_> {
    fn event(&self, device: &NetDevice, event: Event<'_>, extack: Extack<'_>) -> Result {
        let mut tracker = self.tracker.lock();
        match event {
            Event::ChangeUpper(upper) => {
                if tracker.change_upper(&upper) == Verdict::TxType {
                    // The bond works without the device.
                    let _ = extack.err(
                        c"rust_mlx5: Can't activate LAG offload, TX type isn't supported",
                        EOPNOTSUPP,
                    );
                }
            }
            Event::ChangeLowerState(Some(state)) => tracker.change_state(device, state),
            _ => return Ok(()),
        }
        if tracker.has_changed() {
            self.work.schedule();
        }
        Ok(())
    }
}
