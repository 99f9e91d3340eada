// SPDX-License-Identifier: GPL-2.0

//! What the port and the rings count, for `ethtool -S`, by the stock driver's names and in its
//! order.

use crate::{
    caps::Feature,
    layout::{
        Field,
        Mailbox, //
    },
    net::{
        counters::{
            counted,
            dump,
            rx_errors,
            stopped,
            sum,
            PRIORITIES,
            XDP, //
        },
        stats::{
            Count,
            RxStats,
            TxStats, //
        },
        Nic, //
    }, //
};

use kernel::{
    net::ethtool::{
        PauseStatistics,
        Statistics, //
    },
    prelude::*, //
};

/// `mlx4_en_get_pause_stats()`.
pub(super) fn pause(nic: &Nic<'_>) -> PauseStatistics {
    let pause = *nic.pause.lock();
    let mut statistics = PauseStatistics::default();
    if !nic.caps().has(Feature::FLOW_CONTROL_STATISTICS) {
        return statistics;
    }
    let Ok(counters) = dump(nic.port, true) else {
        return statistics;
    };
    let [(_, received), ..] = stopped::RX;
    let [(_, sent), ..] = stopped::TX;
    statistics.rx_frames = pause.rx.then(|| counters.get(received));
    statistics.tx_frames = pause.tx.then(|| counters.get(sent));
    statistics
}

/// Statistics that are being said.
pub(super) struct Filling<'a, 'up, 's> {
    nic: &'a Nic<'up>,
    out: &'a mut Statistics<'s>,
    /// What the port counts, if somebody wants to know. What the device does not answer is zero.
    counters: Option<Mailbox>,
}

impl<'a, 'up, 's> Filling<'a, 'up, 's> {
    pub(super) fn new(nic: &'a Nic<'up>, out: &'a mut Statistics<'s>) -> Self {
        let wants = out.wants_values();
        Filling {
            nic,
            out,
            counters: wants.then(|| dump(nic.port, false).ok()).flatten(),
        }
    }

    fn wide(&self, field: Field<u64>) -> u64 {
        let counters = self.counters.as_ref();
        counters.map_or(0, |counters| counters.get(field))
    }

    fn count(&self, field: Field<u32>) -> u64 {
        let counters = self.counters.as_ref();
        counters.map_or(0, |counters| counters.get(field).into())
    }

    /// The sum of what is counted for each priority.
    fn sum(&self, first: Field<u64>, stride: usize) -> u64 {
        let counters = self.counters.as_ref();
        counters.map_or(0, |counters| sum(counters, first, stride))
    }

    /// The sum of what all rings to receive count.
    fn received(&self, of: impl Fn(&RxStats) -> u64) -> u64 {
        let rings = self.nic.stats.iter().map(|channel| of(&channel.rx));
        rings.fold(0, u64::wrapping_add)
    }

    /// The same of all rings to send.
    fn sent(&self, of: impl Fn(&TxStats) -> u64) -> u64 {
        let rings = self.nic.stats.iter().map(|channel| of(&channel.tx));
        rings.fold(0, u64::wrapping_add)
    }

    fn add(&mut self, name: &str, value: u64) {
        self.out.add(fmt!("{name}"), value);
    }

    /// All of them (`mlx4_en_get_ethtool_stats()`).
    pub(super) fn add_all(&mut self) {
        self.device();
        self.software();
        self.flow_control();
        self.frames();
        for name in XDP {
            self.out.add(fmt!("rx_{name}"), 0);
        }
        self.physical();
        self.rings();
    }

    /// Those of the network device (`struct net_device_stats`).
    fn device(&mut self) {
        let rx_errors = self.counters.as_ref().map_or(0, rx_errors);
        let rx_dropped = self.count(counted::RX_DROPPED) + self.received(|rx| rx.frames.dropped());
        let tx_dropped = self.count(counted::TX_DROPPED) + self.sent(|tx| tx.frames.dropped());
        for (name, value) in [
            ("rx_packets", self.received(|rx| rx.frames.packets())),
            ("tx_packets", self.sent(|tx| tx.frames.packets())),
            ("rx_bytes", self.received(|rx| rx.frames.bytes())),
            ("tx_bytes", self.sent(|tx| tx.frames.bytes())),
            ("rx_errors", rx_errors),
            ("tx_errors", self.sum(counted::TX_GIANT, counted::NEXT)),
            ("rx_dropped", rx_dropped),
            ("tx_dropped", tx_dropped),
            ("multicast", self.sum(counted::RX_MULTICAST, counted::NEXT)),
            ("collisions", 0),
            ("rx_length_errors", self.count(counted::RX_LENGTH)),
            ("rx_over_errors", 0),
            ("rx_crc_errors", self.count(counted::RX_CRC)),
            ("rx_frame_errors", 0),
            ("rx_fifo_errors", self.count(counted::RX_OVERFLOW)),
            ("rx_missed_errors", 0),
            ("tx_aborted_errors", 0),
            ("tx_carrier_errors", 0),
            ("tx_fifo_errors", 0),
            ("tx_heartbeat_errors", 0),
            ("tx_window_errors", 0),
        ] {
            self.add(name, value);
        }
    }

    /// What rings count beside that (`struct mlx4_en_port_stats`).
    fn software(&mut self) {
        type Tx = fn(&TxStats) -> &Count;
        type Rx = fn(&RxStats) -> &Count;

        let tx = |filling: &Self, of: Tx| filling.sent(|tx| of(tx).get());
        let rx = |filling: &Self, of: Rx| filling.received(|rx| of(rx).get());
        for (name, value) in [
            ("tso_packets", tx(self, |tx| &tx.cut)),
            ("xmit_more", tx(self, |tx| &tx.more)),
            ("queue_stopped", tx(self, |tx| &tx.stopped)),
            ("wake_queue", tx(self, |tx| &tx.woken)),
            ("tx_timeout", tx(self, |tx| &tx.timeouts)),
            ("rx_alloc_pages", rx(self, |rx| &rx.pages)),
            ("rx_csum_good", rx(self, |rx| &rx.checksums_good)),
            ("rx_csum_none", rx(self, |rx| &rx.checksums_none)),
            ("rx_csum_complete", rx(self, |rx| &rx.checksums_complete)),
            ("tx_chksum_offload", tx(self, |tx| &tx.checksums)),
        ] {
            self.add(name, value);
        }
    }

    /// How often the ends stopped each other, if they do (`mlx4_en_update_pfc_stats_bitmap()`).
    fn flow_control(&mut self) {
        let nic = self.nic;
        if !nic.caps().has(Feature::FLOW_CONTROL_STATISTICS) {
            return;
        }
        let pause = *nic.pause.lock();
        let wants = self.out.wants_values();
        let counters = wants.then(|| dump(nic.port, true).ok()).flatten();
        for (is_used, table) in [(pause.rx, stopped::RX), (pause.tx, stopped::TX)] {
            for (name, field) in table.into_iter().filter(|_| is_used) {
                let value = counters.as_ref().map_or(0, |counters| counters.get(field));
                self.add(name, value);
            }
        }
    }

    /// Kinds of frames (`struct mlx4_en_pkt_stats`).
    fn frames(&mut self) {
        for (name, value) in [
            (
                "rx_multicast_packets",
                self.sum(counted::RX_MULTICAST, counted::NEXT),
            ),
            (
                "rx_broadcast_packets",
                self.sum(counted::RX_BROADCAST, counted::NEXT),
            ),
            ("rx_jabbers", self.count(counted::RX_JABBERS)),
            (
                "rx_in_range_length_error",
                self.wide(counted::RX_LENGTH_IN_RANGE),
            ),
            (
                "rx_out_range_length_error",
                self.wide(counted::RX_LENGTH_OUT_OF_RANGE),
            ),
            (
                "tx_multicast_packets",
                self.sum(counted::TX_MULTICAST, counted::NEXT),
            ),
            (
                "tx_broadcast_packets",
                self.sum(counted::TX_BROADCAST, counted::NEXT),
            ),
        ] {
            self.add(name, value);
        }
        for (direction, frames, bytes) in [
            ("rx", counted::RX_FRAMES, counted::RX_BYTES),
            ("tx", counted::TX_FRAMES, counted::TX_BYTES),
        ] {
            for (number, priority) in PRIORITIES.into_iter().enumerate() {
                for (what, first) in [("packets", frames), ("bytes", bytes)] {
                    let value = self.wide(first.at(number, counted::NEXT_OF_THREE));
                    self.out.add(fmt!("{direction}_{priority}_{what}"), value);
                }
            }
        }
    }

    /// All that passes the port (`struct mlx4_en_phy_stats`).
    fn physical(&mut self) {
        for (name, first) in [
            ("rx_packets_phy", counted::RX_FRAMES),
            ("rx_bytes_phy", counted::RX_BYTES),
            ("tx_packets_phy", counted::TX_FRAMES),
            ("tx_bytes_phy", counted::TX_BYTES),
        ] {
            let value = self.sum(first, counted::NEXT_OF_THREE);
            self.add(name, value);
        }
    }

    /// What each ring counts.
    fn rings(&mut self) {
        let nic = self.nic;
        let config = nic.config();
        let out = &mut *self.out;
        for (number, channel) in nic.stats.iter().take(config.tx_rings).enumerate() {
            let frames = &channel.tx.frames;
            out.add(fmt!("tx{number}_packets"), frames.packets());
            out.add(fmt!("tx{number}_bytes"), frames.bytes());
        }
        for (number, channel) in nic.stats.iter().take(config.rx_rings).enumerate() {
            let frames = &channel.rx.frames;
            out.add(fmt!("rx{number}_packets"), frames.packets());
            out.add(fmt!("rx{number}_bytes"), frames.bytes());
            out.add(fmt!("rx{number}_dropped"), frames.dropped());
            for name in XDP {
                out.add(fmt!("rx{number}_{name}"), 0);
            }
        }
    }
}
