// SPDX-License-Identifier: GPL-2.0

//! What the kernel asks of the network device.

use super::{
    channel::Channel,
    channels::Failure,
    config::Moderation,
    rss::Rss,
    rx_mode::Mode,
    send::Sender,
    set_mtu,
    wqe::MAX_HEADERS,
    Nic, //
};

use crate::{
    trap::Applied,
    vport::Address, //
};

use kernel::{
    net::{
        device::{
            EtherDevice,
            Features,
            Opening,
            Operations,
            Rtnl,
            RxMode,
            Stats,
            Vlan,
            VlanTag, //
        },
        ethtool::Ethtool, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

/// The channels, while the device is up.
pub(crate) struct Open<'open, 'up> {
    nic: &'open Nic<'up>,
    device: &'open EtherDevice<Nic<'up>>,
    /// That traps are in the device's tables.
    traps: Option<Applied<'up>>,
}

impl Open<'_, '_> {
    /// How long events of the channels wait from now on.
    pub(super) fn moderate(&self, rx: Moderation, tx: Moderation) {
        self.nic.open.with(|channels| {
            for channel in channels {
                channel.moderate_received(rx);
            }
            for channel in channels {
                channel.moderate_sent(tx);
            }
        });
    }
}

impl Drop for Open<'_, '_> {
    /// `mlx5e_close()`. If the channels are replaced, the link stays as it is.
    fn drop(&mut self) {
        if !self.nic.keeps_link.load(Relaxed) {
            self.nic.set_port_up(false);
            self.device.set_carrier(false);
        }
        self.nic.ignore_link();
        self.traps = None;
        self.nic.deactivate();
        self.nic.open.close();
    }
}

#[vtable]
impl<'up> Operations for Nic<'up> {
    type Open<'open>
        = Open<'open, 'up>
    where
        Self: 'open;
    type Sender<'open>
        = Sender<'open, 'up>
    where
        Self: 'open;

    const ETHTOOL: Ethtool<Self> = Ethtool::OPS;
    // CAST: A small number.
    const MAX_TSO_HEADERS: u32 = MAX_HEADERS as u32;

    /// `mlx5e_open()`.
    fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<Open<'open, 'up>> {
        let config = self.config();
        let mut open = Open {
            nic: self,
            device: cx.device(),
            traps: None,
        };
        let numbers = self.shared.with(|resources| Ok(resources.numbers()))?;
        for index in 0..config.channels {
            let channel = Channel::open(self, cx, index, &config, &numbers)?;
            self.open.add(channel)?;
        }
        self.shared
            .with(|resources| resources.set_loopback(false))?;
        self.open
            .with(|channels| self.activate(channels.iter().map(Channel::receive_queue)))?;
        let place = self.shared.with(|resources| resources.place_of_traps())?;
        open.traps = Some(self.neighbours.traps.apply(place)?);
        self.follow_link(cx.carrier()?);
        if !self.keeps_link.load(Relaxed) {
            self.set_port_up(true);
        }
        self.open.complete();
        self.card.pending.want_queues();
        Ok(open)
    }

    /// `mlx5e_get_stats()`. What the port counts is read for the next time.
    fn stats(&self, stats: &mut Stats<'_>) {
        for channel in &self.channels {
            channel.add_to(stats);
        }
        self.card.port_errors.add_to(stats);
        self.card.pending.want_port_errors();
    }

    fn set_rx_mode(&self, cx: &mut Rtnl<'_, Self>, mode: RxMode<'_>) -> Result {
        let own = cx.device().mac_address().ok_or(EINVAL)?;
        self.set_mode(Mode::new(own, mode)?)
    }

    fn set_mac_address(&self, _: &mut Rtnl<'_, Self>, address: Address) -> Result {
        let mut mode = self.mode()?;
        mode.broadcast = true;
        mode.set_own(address)?;
        self.set_mode(mode)
    }

    /// `mlx5e_change_nic_mtu()`.
    fn change_mtu(&self, cx: &mut Rtnl<'_, Self>, mtu: u32) -> Result {
        let old = self.mtu.load(Relaxed);
        set_mtu(self.card, &self.caps, mtu)?;
        self.mtu.store(mtu, Relaxed);
        self.reopen(cx).inspect_err(|_| {
            self.mtu.store(old, Relaxed);
            // The failure was logged.
            let _ = set_mtu(self.card, &self.caps, old);
            let _ = self.reopen_or_stop(cx);
        })
    }

    fn set_features(&self, cx: &mut Rtnl<'_, Self>, features: Features) -> Result {
        let filter = features.contains(Features::VLAN_FILTER);
        self.shared
            .with(|resources| resources.filter_vlans(filter))?;
        self.change(cx, |config| {
            config.strips_tags = features.contains(Features::RX_VLAN);
        })?;
        self.offloads.set(features);
        Ok(())
    }

    /// What takes tags out of frames takes that of a customer VLAN, also behind one of a service
    /// VLAN.
    fn fix_features(&self, features: Features) -> Features {
        if self.service_vlans.load(Relaxed) == 0 {
            features
        } else {
            features - Features::RX_VLAN
        }
    }

    /// `mlx5e_vlan_rx_add_vid()`.
    fn add_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        self.shared.with(|resources| resources.add_vlan(vlan))?;
        if vlan.tag == VlanTag::Service {
            let before = self.service_vlans.fetch_add(1, Relaxed);
            if before == 0 && cx.device().features().contains(Features::RX_VLAN) {
                dev_warn!(
                    self.card.dev.as_ref(),
                    "{}: Dropping C-tag vlan stripping offload due to S-tag vlan\n",
                    &*cx.device().name()
                );
            }
            cx.update_features();
        }
        Ok(())
    }

    /// `mlx5e_vlan_rx_kill_vid()`.
    fn remove_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        // If they were given back, there are no tables, either.
        let _ = self.shared.with(|resources| {
            resources.remove_vlan(vlan);
            Ok(())
        });
        if vlan.tag == VlanTag::Service {
            self.service_vlans.fetch_sub(1, Relaxed);
            cx.update_features();
        }
        Ok(())
    }

    fn tx_timeout(&self, device: &EtherDevice<Self>, queue: usize) {
        dev_err!(
            self.card.dev.as_ref(),
            "{}: TX timeout detected on queue {}\n",
            &*device.name(),
            queue
        );
        // CAST: A number of a queue.
        self.has_failed(Failure::Timeout(queue as u32));
    }
}

impl<'up> Nic<'up> {
    /// Has frames go to those queues.
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn activate(&self, queues: impl Iterator<Item = u32>) -> Result {
        let rss = self.rss.lock();
        let mut active = self.queues.lock();
        for queue in queues {
            active.push(queue, GFP_KERNEL)?;
        }
        self.shared
            .with(|resources| resources.activate(&active, &rss))
    }

    /// Has frames go nowhere.
    fn deactivate(&self) {
        self.queues.lock().clear();
        // If they were given back, there are no tables, either.
        let _ = self.shared.with(|resources| {
            resources.deactivate();
            Ok(())
        });
    }

    /// Has received frames be spread so (`mlx5e_rss_set_rxfh()`). If that fails it is as it was.
    pub(super) fn set_rss(&self, _: &mut Rtnl<'_, Self>, new: Rss) -> Result {
        let mut rss = self.rss.lock();
        let queues = self.queues.lock();
        let is_same_table =
            new.table() == rss.table() && new.hash().function == rss.hash().function;
        self.shared.with(|resources| {
            if !queues.is_empty() && !is_same_table {
                resources.spread(&queues, &new)?;
            }
            if new.hash() != rss.hash() {
                resources.set_hash(new.hash());
            }
            *rss = new;
            Ok(())
        })
    }

    /// A queue has failed: that is reported soon. Works in any context.
    pub(super) fn has_failed(&self, failure: Failure) {
        self.open.note(failure);
        self.card.pending.want_queues();
    }
}
