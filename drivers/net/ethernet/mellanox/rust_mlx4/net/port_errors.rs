// SPDX-License-Identifier: GPL-2.0

//! What the port counts of frames that came to nothing, for the network device's statistics.
//!
//! Who asks for these cannot wait for commands: they are as they were read when somebody asked for
//! them the last time, by the driver's work.

use super::{
    counters::{
        counted,
        dump,
        rx_errors,
        sum, //
    },
    port::Port, //
};

use crate::{
    card::Card,
    layout::Mailbox, //
};

use kernel::{
    net::device::{
        Counter,
        Stats, //
    },
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Mutex, //
    }, //
};

/// A counter of the network device, and what it is of those of the port.
type Read = (Counter, fn(&Mailbox) -> u64);

/// What is read, as `mlx4_en_DUMP_ETH_STATS()` has it.
const READ: [Read; 8] = [
    (Counter::RxError, other_errors),
    (Counter::RxLength, |counters| {
        counters.get(counted::RX_LENGTH).into()
    }),
    (Counter::RxCrc, |counters| {
        counters.get(counted::RX_CRC).into()
    }),
    (Counter::RxFifo, |counters| {
        counters.get(counted::RX_OVERFLOW).into()
    }),
    (Counter::RxDropped, |counters| {
        counters.get(counted::RX_DROPPED).into()
    }),
    (Counter::Multicast, |counters| {
        sum(counters, counted::RX_MULTICAST, counted::NEXT)
    }),
    (Counter::TxError, |counters| {
        sum(counters, counted::TX_GIANT, counted::NEXT)
    }),
    (Counter::TxDropped, |counters| {
        counters.get(counted::TX_DROPPED).into()
    }),
];

/// Errors of reception that are not among those of a kind of their own, which the kernel adds.
fn other_errors(counters: &Mailbox) -> u64 {
    let counted = [counted::RX_LENGTH, counted::RX_CRC, counted::RX_OVERFLOW];
    let counted = counted.map(|field| u64::from(counters.get(field)));
    // Lengths and overflows are not among all errors with each device.
    let all = rx_errors(counters);
    counted.into_iter().fold(all, u64::saturating_sub)
}

/// What was read last of a port.
#[pin_data]
pub(crate) struct PortErrors {
    /// Whether the network device is up, so that the port can be asked.
    is_open: Atomic<bool>,
    /// Held while it is asked.
    #[pin]
    asks: Mutex<()>,
    is_wanted: Atomic<bool>,
    read: [Atomic<u64>; READ.len()],
}

impl PortErrors {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(PortErrors {
            is_open: Atomic::new(false),
            asks <- new_mutex!(()),
            is_wanted: Atomic::new(false),
            read: [const { Atomic::new(0) }; READ.len()],
        })
    }

    /// The port can be asked from now on.
    pub(super) fn begin(&self) {
        self.is_open.store(true, Relaxed);
    }

    /// The port is not asked any more. Waits for who asks it.
    pub(super) fn end(&self) {
        self.is_open.store(false, Relaxed);
        drop(self.asks.lock());
    }

    /// Adds what was read. Works in any context.
    fn add_to(&self, stats: &mut Stats<'_>) {
        for ((what, _), value) in READ.iter().zip(&self.read) {
            stats.count(*what, value.load(Relaxed));
        }
    }

    /// Asks the port, if somebody wants to know. What cannot be read stays as it was; the failure
    /// was logged.
    fn read(&self, port: Port<'_>) {
        if !self.is_wanted.xchg(false, Relaxed) {
            return;
        }
        let _asks = self.asks.lock();
        if !self.is_open.load(Relaxed) {
            return;
        }
        if let Ok(counters) = dump(port, false) {
            for ((_, of), value) in READ.iter().zip(&self.read) {
                value.store(of(&counters), Relaxed);
            }
        }
    }
}

impl Card<'_> {
    pub(super) fn port_errors(&self, port: u8) -> Option<&PortErrors> {
        let [first, second] = [&self.first_errors, &self.second_errors];
        match port {
            1 => Some(first),
            2 => Some(second),
            _ => None,
        }
    }

    /// Adds what the port counts, as it was read last, and has the driver's work read it for the
    /// next time. Works in any context.
    pub(super) fn add_port_errors(&self, port: u8, stats: &mut Stats<'_>) {
        let Some(errors) = self.port_errors(port) else {
            return;
        };
        errors.add_to(stats);
        if errors.is_open.load(Relaxed) {
            errors.is_wanted.store(true, Relaxed);
            self.work.schedule();
        }
    }

    /// Reads what the ports count that somebody wants to know. Called by the driver's work.
    pub(crate) fn read_port_errors(&self) {
        for (number, errors) in (1..).zip([&self.first_errors, &self.second_errors]) {
            errors.read(Port::new(self, number));
        }
    }
}
