// SPDX-License-Identifier: GPL-2.0

//! How the device is asked what it can do, and what of that it is to do.

use super::{
    device,
    port,
    steering,
    Caps,
    Feature,
    HighRate,
    PortCaps,
    PortType,
    Steering,
    EQS_PER_UAR,
    MAX_PORTS,
    UAR_SHIFT, //
};

use crate::{
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    fw::Version,
    layout::{
        byte,
        word,
        Field, //
    },
    params::Chosen,
};

use kernel::{
    page::{
        PAGE_SHIFT,
        PAGE_SIZE, //
    },
    prelude::*, //
};

/// How many VLANs a port has, as a power of two (`MLX4_LOG_NUM_VLANS`).
const LOG_VLANS: u8 = 7;

/// How many pages of doorbells are for event queues, the first ones.
const EQ_UARS: u32 = 128;

/// The most event queues that there are if the device does not say how many are for this function
/// (`MAX_MSIX`).
const MAX_EQS: u32 = 128;

/// How many numbers of queue pairs there are for steering, if the device does not say it
/// (`MLX4_A0_STEERING_TABLE_SIZE`).
pub(super) const STEERING_QPS: u32 = 256;

impl Caps {
    /// Asks what it can do, and decides what of that it is to do (`mlx4_dev_cap()`).
    pub(crate) fn query(card: &Card<'_>, chosen: &Chosen) -> Result<Self> {
        let mut answer = KBox::new([0; device::LENGTH], GFP_KERNEL)?;
        card.query(Call::new(Op::QUERY_DEV_CAP))?
            .read(0, &mut answer[..]);
        let ports = device::PORTS.get(&answer[..]);
        let mut caps = Caps {
            answer,
            ports: KVec::new(),
            log_max_macs: chosen.log_macs,
            log_max_vlans: LOG_VLANS,
            steering: steering::Decision {
                steering: Steering::A0,
                log_entry: 0,
                high_rate: HighRate::NotSupported,
            },
            high_rate_qps: (0, STEERING_QPS),
            eqs: 0,
            reserved_eqs: 0,
            reserved_uars: 0,
            firmware: Version::default(),
        };
        for number in 1..=ports {
            let port = PortCaps::query(card, number)?;
            caps.ports.push(port, GFP_KERNEL)?;
        }
        caps.check(card)?;
        caps.count_reserved();
        caps.check_phv(card);
        caps.set_up_ports(card);
        caps.set_entry_sizes(card, chosen);
        caps.choose_features(card);
        caps.choose_steering(card, chosen);
        Ok(caps)
    }

    /// Whether this driver and this machine can do with it.
    fn check(&self, card: &Card<'_>) -> Result {
        let dev = card.dev.as_ref();
        let min_page = 1_usize
            .checked_shl(self.get(device::LOG_MIN_PAGE).into())
            .unwrap_or(usize::MAX);
        if min_page > PAGE_SIZE {
            dev_err!(
                dev,
                "HCA minimum page size of {} bigger than kernel PAGE_SIZE of {}, aborting\n",
                min_page,
                PAGE_SIZE
            );
            return Err(ENODEV);
        }
        if self.get(device::PORTS) > MAX_PORTS {
            dev_err!(
                dev,
                "HCA has {} ports, but we only support {}, aborting\n",
                self.get(device::PORTS),
                MAX_PORTS
            );
            return Err(ENODEV);
        }
        let size = u64::from(self.uars()) << PAGE_SHIFT;
        let resource = card.dev.resource_len(2)?;
        if size > resource {
            dev_err!(
                dev,
                "HCA reported UAR size of 0x{:x} bigger than PCI resource 2 size of 0x{:x}, \
                 aborting\n",
                size,
                resource
            );
            return Err(ENODEV);
        }
        Ok(())
    }

    /// Whose the first pages of doorbells and event queues are: of a page that is the firmware's
    /// the event queues, too.
    fn count_reserved(&mut self) {
        let uars = u32::from(self.get(device::RESERVED_UARS));
        let eqs = 1 << self.get(device::LOG_RESERVED_EQS);
        self.reserved_eqs = match self.get(device::SYSTEM_EQS) {
            0 => eqs.max(uars * EQS_PER_UAR),
            _ => eqs,
        };
        self.eqs = MAX_EQS.min(1 << self.get(device::LOG_MAX_EQS));
        self.reserved_uars = EQ_UARS.max(uars) >> (PAGE_SHIFT - UAR_SHIFT);
    }

    /// Tags of two VLANs are left to the device unless it checks them in each frame.
    fn check_phv(&mut self, card: &Card<'_>) {
        const CHECKS: Field<bool> = byte(0x0e).bit(1);

        if !self.has(Feature::PHV) {
            return;
        }
        let checks = card
            .query(Call::new(Op::QUERY_HCA))
            .map_or(true, |mailbox| mailbox.get(CHECKS));
        if checks {
            self.take_away(Feature::PHV);
        }
    }

    /// What the ports are at first, and how much each of them has.
    fn set_up_ports(&mut self, card: &Card<'_>) {
        let dev = card.dev.as_ref();
        let can_sense = self.has(Feature::PORTS_DIFFER) && self.has(Feature::SENSE);
        for (number, port) in (1..).zip(&mut self.ports) {
            port.can_sense = can_sense
                && port.supports(PortType::Ethernet)
                && port.supports(PortType::InfiniBand);
            port.is_auto = port.can_sense && port.senses_at_first();
            if port.is_auto {
                if let Ok(Some(found)) = port::sense(card, number) {
                    port.set_kind(found);
                }
            }
            let (macs, vlans) = (port.get(port::LOG_MAX_MACS), port.get(port::LOG_MAX_VLANS));
            if self.log_max_macs > macs {
                self.log_max_macs = macs;
                dev_warn!(
                    dev,
                    "Requested number of MACs is too much for port {}, reducing to {}\n",
                    number,
                    1 << macs
                );
            }
            if self.log_max_vlans > vlans {
                self.log_max_vlans = vlans;
                dev_warn!(
                    dev,
                    "Requested number of VLANs is too much for port {}, reducing to {}\n",
                    number,
                    1 << vlans
                );
            }
        }
    }

    /// Large entries of queues, unless a user does not want them. Strides of more than 64 bytes are
    /// for machines with larger cache lines than the driver knows of.
    fn set_entry_sizes(&mut self, card: &Card<'_>, chosen: &Chosen) {
        let dev = card.dev.as_ref();
        let large = [Feature::LARGE_EQE, Feature::LARGE_CQE];
        if !chosen.large_entries && large.iter().any(|feature| self.has(*feature)) {
            dev_warn!(
                dev,
                "64B EQEs/CQEs supported by the device but not enabled\n"
            );
            large
                .into_iter()
                .for_each(|feature| self.take_away(feature));
        }
        let strides = [Feature::EQE_STRIDE, Feature::CQE_STRIDE];
        if !chosen.large_entries && strides.iter().any(|feature| self.has(*feature)) {
            dev_warn!(dev, "Disabling EQE/CQE stride per user request\n");
        }
        strides
            .into_iter()
            .for_each(|feature| self.take_away(feature));
    }

    /// Features that need or imply each other.
    fn choose_features(&mut self, card: &Card<'_>) {
        let dev = card.dev.as_ref();
        if !self.has(Feature::ETS_CONFIGURATION) && self.has(Feature::ETHERNET_SCHEDULER) {
            dev_warn!(dev, "Old device ETS support detected\n");
            dev_warn!(dev, "Consider upgrading device FW.\n");
            let feature = Feature::ETS_CONFIGURATION;
            feature.0.set(&mut self.answer[..], true);
        }
        if !self.has(Feature::FCS_KEEP) {
            self.take_away(Feature::IGNORE_FCS);
        }
    }

    fn choose_steering(&mut self, card: &Card<'_>, chosen: &Chosen) {
        let by_rules = self.has(Feature::STEERING_BY_RULES);
        let (base, range) = (
            self.get(device::HIGH_RATE_QP_BASE),
            self.get(device::HIGH_RATE_QP_RANGE),
        );
        let firmware = self.reserved_qps();
        let (high_rate, qps) = match (by_rules && range > 0, base) {
            (false, _) => (HighRate::NotSupported, (firmware, STEERING_QPS)),
            (true, 0) => (HighRate::Default, (firmware, range)),
            (true, base) => (HighRate::Default, (base, range)),
        };
        let dev = card.dev.as_ref();
        let wanted = chosen.log_group_size;
        self.steering = steering::choose(dev, &self.answer[..], high_rate, wanted);
        self.high_rate_qps = qps;
    }

    /// Asks which port of the card each is (`mlx4_get_phys_port_id()`).
    pub(crate) fn query_physical_ids(&mut self, card: &Card<'_>) {
        const QUERY: u8 = 2;
        const HIGH: Field<u32> = word(0x14);
        const LOW: Field<u32> = word(0x1c);

        let dev = card.dev.as_ref();
        let mut failed = false;
        for (number, port) in (1_u32..).zip(&mut self.ports) {
            let call = Call::new(Op::MOD_STAT_CFG).op_modifier(QUERY);
            match card.query(call.modifier(number << 8)) {
                Ok(answer) => {
                    let (high, low) = (answer.get(HIGH), answer.get(LOW));
                    port.physical_id = u64::from(high) << 32 | u64::from(low);
                }
                Err(_) => {
                    dev_err!(dev, "Fail to get port {} uplink guid\n", number);
                    failed = true;
                }
            }
        }
        if failed {
            dev_err!(dev, "Fail to get physical port id\n");
        }
    }
}
