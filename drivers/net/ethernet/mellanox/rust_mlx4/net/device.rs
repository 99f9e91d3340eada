// SPDX-License-Identifier: GPL-2.0

//! What the kernel asks of the network device.

use super::{
    channel::{
        Receiving,
        Sending, //
    },
    config::Moderation,
    features,
    port::Address,
    rss::Rss,
    rx_mode::Mode,
    send::Sender,
    steering::Steering,
    wqe::MAX_HEADERS,
    Nic, //
};

use crate::caps::Feature;

use kernel::{
    net::{
        device::{
            EtherDevice,
            Features,
            Opening,
            Operations,
            PortId,
            Rtnl,
            RxMode,
            Stats,
            Vlan, //
        },
        ethtool::Ethtool, //
    },
    prelude::*,
    sync::atomic::Relaxed, //
};

/// The rings, while the device is up.
pub(crate) struct Open<'open, 'up> {
    nic: &'open Nic<'up>,
    device: &'open EtherDevice<Nic<'up>>,
    receiving: Option<Receiving<'up>>,
    sending: Option<Sending<'up>>,
}

impl Open<'_, '_> {
    /// How long events of the rings wait from now on.
    pub(super) fn moderate(&self, rx: Moderation, tx: Moderation) -> Result {
        if let Some(sending) = &self.sending {
            sending.moderate(tx)?;
        }
        if let Some(receiving) = &self.receiving {
            receiving.moderate(rx)?;
        }
        Ok(())
    }
}

impl Drop for Open<'_, '_> {
    /// `mlx4_en_stop_port()`, `mlx4_en_close()`. If the rings are replaced, the link stays as it
    /// is.
    fn drop(&mut self) {
        let nic = self.nic;
        if let Some(errors) = nic.card.port_errors(nic.port.number()) {
            errors.end();
        }
        nic.shared.close_port(nic.card);
        nic.ignore_link();
        if !nic.reopens.load(Relaxed) {
            self.device.set_carrier(false);
        }
        if let Some(steering) = &mut *nic.steering.lock() {
            steering.end_groups();
        }
        self.sending = None;
        drop(nic.steering.lock().take());
        self.receiving = None;
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

    /// `mlx4_en_open()`.
    fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<Open<'open, 'up>> {
        self.try_open(cx).inspect_err(|_| {
            dev_err!(
                self.card.dev.as_ref(),
                "{}: Failed starting port:{}\n",
                &*cx.device().name(),
                self.port.number()
            );
        })
    }

    /// `mlx4_en_get_stats64()`. What the port counts is read for the next time.
    fn stats(&self, stats: &mut Stats<'_>) {
        for channel in &self.stats {
            channel.add_to(stats);
        }
        self.card.add_port_errors(self.port.number(), stats);
    }

    /// `mlx4_en_do_set_rx_mode()`.
    fn set_rx_mode(&self, _: &mut Rtnl<'_, Self>, mode: RxMode<'_>) -> Result {
        let new = Mode::new(mode)?;
        let mut mode = self.mode.lock();
        *mode = new;
        match &mut *self.steering.lock() {
            Some(steering) => steering.set_mode(&mode),
            None => Ok(()),
        }
    }

    /// `mlx4_en_set_mac()`.
    fn set_mac_address(&self, cx: &mut Rtnl<'_, Self>, address: Address) -> Result {
        if let Some(steering) = &mut *self.steering.lock() {
            steering.set_own(address)?;
        }
        if self.caps().has(Feature::USER_MAC) {
            // The device receives its frames all the same.
            let _ = self.port.set_user_address(address).inspect_err(|error| {
                dev_err!(
                    self.card.dev.as_ref(),
                    "{}: Failed to pass user MAC({:02x?}) to Firmware for port {}, with error {}\n",
                    &*cx.device().name(),
                    address,
                    self.port.number(),
                    error.to_errno()
                );
            });
        }
        Ok(())
    }

    /// `mlx4_en_vlan_rx_add_vid()`. That there is no room in the port's table is of no importance
    /// for frames.
    fn add_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        let (vlan, mut vlans) = (vlan.id, self.vlans.lock());
        vlans.want(vlan)?;
        if cx.is_open() {
            self.port.filter_vlans(&vlans).inspect_err(|_| {
                // It was wanted just now.
                let _ = vlans.unwant(vlan);
                self.complain_of_filter(cx);
            })?;
        }
        let _ = vlans.register(self.port, vlan);
        Ok(())
    }

    /// `mlx4_en_vlan_rx_kill_vid()`.
    fn remove_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        let (vlan, mut vlans) = (vlan.id, self.vlans.lock());
        vlans.unwant(vlan)?;
        vlans.unregister(self.port, vlan);
        if !cx.is_open() {
            return Ok(());
        }
        self.port
            .filter_vlans(&vlans)
            .inspect_err(|_| self.complain_of_filter(cx))
    }

    /// `mlx4_en_change_mtu()`.
    fn change_mtu(&self, cx: &mut Rtnl<'_, Self>, mtu: u32) -> Result {
        let old = self.mtu.load(Relaxed);
        self.mtu.store(mtu, Relaxed);
        self.reopen(cx).inspect_err(|_| {
            self.mtu.store(old, Relaxed);
            self.reopen_or_stop(cx);
        })
    }

    fn fix_features(&self, features: Features) -> Features {
        features::fix(self.caps(), features)
    }

    fn set_features(&self, cx: &mut Rtnl<'_, Self>, features: Features) -> Result {
        self.switch_features(cx, features)
    }

    /// `mlx4_en_get_phys_port_id()`.
    fn physical_port_id(&self) -> Result<PortId> {
        let port = self.maker.caps.port(self.port.number())?;
        let id = port.physical_id().ok_or(EOPNOTSUPP)?;
        PortId::new(&id.to_be_bytes())
    }

    /// `mlx4_en_tx_timeout()`.
    fn tx_timeout(&self, device: &EtherDevice<Self>, queue: usize) {
        dev_warn!(
            self.card.dev.as_ref(),
            "{}: TX timeout on queue: {}\n",
            &*device.name(),
            queue
        );
        if let Some(channel) = self.stats.get(queue) {
            channel.tx.timeouts.add_one();
        }
        self.wants_reopening(device);
    }

    /// Replaces rings that have failed (`mlx4_en_restart()`).
    fn service(&self, cx: &mut Rtnl<'_, Self>) {
        if self.has_failed.xchg(false, Relaxed) {
            self.reopen_or_stop(cx);
        }
    }
}

impl<'up> Nic<'up> {
    /// In the order of `mlx4_en_start_port()`.
    fn try_open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<Open<'open, 'up>>
    where
        'up: 'open,
    {
        let config = self.config();
        let own = cx.device().mac_address().ok_or(EINVAL)?;
        let mut open = Open {
            nic: self,
            device: cx.device(),
            receiving: None,
            sending: None,
        };
        self.offloads.set(config.features);
        let mut receiving = Receiving::open(self, cx, &config, self.mtu.load(Relaxed))?;
        let log_addresses = self.caps().log_max_macs();
        let steering = Steering::new(self.port, cx.device(), &self.steerer, log_addresses, own)?;
        *self.steering.lock() = Some(steering);
        let qp = receiving.begin(self, &self.rss.lock());
        let receiving = open.receiving.insert(receiving);
        let qp = qp?;
        open.sending = Some(Sending::open(self, cx, &config)?);
        self.start(qp)?;
        if let Some(errors) = self.card.port_errors(self.port.number()) {
            errors.begin();
        }
        receiving.poll();
        self.follow_link(cx.carrier()?, !self.reopens.load(Relaxed));
        Ok(open)
    }

    /// Has the port receive and send.
    fn start(&self, qp: u32) -> Result {
        self.set_general()?;
        let (dev, mtu) = (self.card.dev.as_ref(), self.mtu.load(Relaxed));
        // CAST: What the port can has 16 bits.
        self.port.set_user_mtu(mtu as u16).inspect_err(|error| {
            dev_err!(
                dev,
                "Port {}: Failed to pass user MTU({}) to Firmware for port {}, with error {}\n",
                self.port.number(),
                mtu,
                self.port.number(),
                error.to_errno()
            );
        })?;
        self.shared.open_port(self.card)?;
        let vlans = self.vlans.lock();
        if vlans.words().any(|word| word != 0) {
            self.port.filter_vlans(&vlans)?;
        }
        drop(vlans);
        let mode = self.mode.lock();
        if let Some(steering) = &mut *self.steering.lock() {
            steering.begin(qp);
            // Of others the kernel tells soon.
            if self.reopens.load(Relaxed) {
                steering.set_mode(&mode)?;
            }
        }
        Ok(())
    }

    fn complain_of_filter(&self, cx: &Rtnl<'_, Self>) {
        dev_err!(
            self.card.dev.as_ref(),
            "{}: Failed configuring VLAN filter\n",
            &*cx.device().name()
        );
    }

    /// Has received frames be spread so (`mlx4_en_set_rxfh()`). If that fails it is as it was.
    pub(super) fn set_rss(&self, cx: &mut Rtnl<'_, Self>, new: Rss) -> Result {
        let old = *self.rss.lock();
        if new == old {
            return Ok(());
        }
        *self.rss.lock() = new;
        self.reopen(cx).inspect_err(|_| {
            *self.rss.lock() = old;
            self.reopen_or_stop(cx);
        })
    }

    /// Rings have failed: they are replaced soon. Works in any context.
    pub(super) fn wants_reopening(&self, device: &EtherDevice<Self>) {
        self.has_failed.store(true, Relaxed);
        device.schedule_service();
    }
}
