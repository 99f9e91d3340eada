// SPDX-License-Identifier: GPL-2.0

//! Numbers of queue pairs: some are the firmware's, some are for steering at high rates, some are
//! for special queue pairs; the rest is for all.

use super::Numbers;

use crate::{
    bitmap::{
        Bitmap,
        Order, //
    },
    caps::Caps,
    icm::{
        get_all,
        put_all, //
    },
};

use kernel::{
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    }, //
};

/// How many special queue pairs there are, which begin at a multiple of that.
const SPECIAL: u32 = 8;

/// How many numbers there are for exchanges of Fibre Channel (`MLX4_NUM_FEXCH`).
const FC_EXCHANGES: u32 = 64 * 1024;

/// What queue pairs are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    General,
    /// To spread received frames over (`MLX4_RESERVE_A0_QP`).
    Rss,
}

/// Numbers of queue pairs.
#[pin_data]
pub(crate) struct Qps {
    #[pin]
    general: Bitmap,
    #[pin]
    rss: Bitmap,
    special: u32,
}

impl Qps {
    /// So many, as they are divided in `mlx4_init_qp_table()`.
    pub(super) fn new(
        dev: &kernel::device::Device,
        caps: &Caps,
        count: u32,
    ) -> Result<impl PinInit<Self>> {
        let (base, range) = caps.high_rate_qps();
        let firmware = caps.reserved_qps();
        let bottom = (firmware + range).max(base + range);
        let special = (bottom + 1).next_power_of_two().next_multiple_of(SPECIAL);
        // Numbers that are an address and a VLAN, of Ethernet and of Fibre Channel.
        let per_port = 1 << (caps.log_max_macs() + caps.log_max_vlans());
        let addresses = per_port * u32::from(caps.port_count());
        let top = 2 * addresses + FC_EXCHANGES;
        if special + SPECIAL + top > count {
            dev_err!(dev, "Number of reserved QPs is higher than number of QPs\n");
            return Err(EINVAL);
        }
        let general = Bitmap::new(count, special + SPECIAL..count - top, Order::RoundRobin)?;
        let rss = Bitmap::new(bottom, firmware..bottom, Order::RoundRobin)?;
        Ok(pin_init!(Qps {
            general <- general,
            rss <- rss,
            special,
        }))
    }

    /// Where numbers are taken, those of which there are enough.
    fn zones(&self, zone: Zone) -> impl Iterator<Item = &Bitmap> {
        let rss = (zone == Zone::Rss).then_some(&self.rss);
        Iterator::chain(rss.into_iter(), [&self.general])
    }
}

impl Numbers<'_> {
    /// The first of the special queue pairs (`base_sqpn`).
    pub(crate) fn special_qps(&self) -> u32 {
        self.qps.special
    }
}

/// Numbers of queue pairs that follow each other, which are in use.
pub(crate) struct QpRange<'up> {
    numbers: Arc<Numbers<'up>>,
    first: u32,
    count: u32,
    /// Whether they are from those for spreading.
    is_rss: bool,
    is_abandoned: Atomic<bool>,
}

impl<'up> QpRange<'up> {
    /// Takes so many, the first of which is a multiple of `align` (`mlx4_qp_reserve_range()`).
    pub(crate) fn take(
        numbers: &Arc<Numbers<'up>>,
        zone: Zone,
        count: u32,
        align: u32,
    ) -> Result<Arc<Self>> {
        let mut zones = numbers.qps.zones(zone);
        let (bitmap, first) = zones
            .find_map(|bitmap| Some((bitmap, bitmap.take_range(count, align)?)))
            .ok_or(ENOMEM)?;
        let range = QpRange {
            numbers: numbers.clone(),
            first,
            count,
            is_rss: core::ptr::eq(bitmap, &numbers.qps.rss),
            is_abandoned: Atomic::new(false),
        };
        Ok(Arc::new(range, GFP_KERNEL)?)
    }

    pub(crate) fn first(&self) -> u32 {
        self.first
    }

    /// The one at `index`, with memory for its context (`mlx4_qp_alloc()`).
    pub(crate) fn qp(self: &Arc<Self>, index: u32) -> Result<QpNumber<'up>> {
        if index >= self.count {
            return Err(EINVAL);
        }
        let number = self.first + index;
        get_all(&self.numbers.icm.of_qps(), number)?;
        Ok(QpNumber {
            range: self.clone(),
            number,
            is_abandoned: false,
        })
    }
}

impl Drop for QpRange<'_> {
    fn drop(&mut self) {
        if self.is_abandoned.load(Relaxed) {
            return;
        }
        let qps = &self.numbers.qps;
        let bitmap = if self.is_rss { &qps.rss } else { &qps.general };
        bitmap.give_back(self.first, self.count);
    }
}

/// The number of a queue pair, which has memory for its context until this is dropped.
pub(crate) struct QpNumber<'up> {
    range: Arc<QpRange<'up>>,
    number: u32,
    is_abandoned: bool,
}

impl<'up> QpNumber<'up> {
    /// Takes one of its own.
    pub(crate) fn take(numbers: &Arc<Numbers<'up>>, zone: Zone) -> Result<Self> {
        QpRange::take(numbers, zone, 1, 1)?.qp(0)
    }

    pub(crate) fn get(&self) -> u32 {
        self.number
    }

    /// The device may still have it: its number is not used again until the device was reset.
    pub(crate) fn abandon(&mut self) {
        self.is_abandoned = true;
        self.range.is_abandoned.store(true, Relaxed);
    }
}

impl Drop for QpNumber<'_> {
    fn drop(&mut self) {
        let numbers = &self.range.numbers;
        if !self.is_abandoned {
            put_all(&numbers.icm.of_qps(), self.number);
        }
    }
}
