// SPDX-License-Identifier: GPL-2.0

//! Numbers of objects, and memory for their contexts.
//!
//! Here the driver says which numbers objects have. A [`Number`] is in use until it is dropped, and
//! as long has its object memory for its context.

mod qps;

pub(crate) use self::qps::{
    QpNumber,
    QpRange,
    Zone, //
};

use self::qps::Qps;

use crate::{
    bitmap::{
        Bitmap,
        Order, //
    },
    caps::{
        device,
        Caps,
        Steering, //
    },
    card::Card,
    icm::{
        get_all,
        put_all,
        reserved_mtts,
        Icm, //
    },
    layout::Field,
    profile::{
        Kind,
        Layout, //
    },
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// How many protection domains there are (`MLX4_NUM_PDS`).
const PDS: u32 = 1 << 15;

/// Objects of a kind, each of which has a number of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pool {
    Cq,
    Mpt,
    Eq,
    Pd,
    /// Pages of doorbells, of the machine's size.
    Uar,
    Counter,
}

/// All numbers.
#[pin_data]
pub(crate) struct Numbers<'up> {
    pub(crate) card: &'up Card<'up>,
    icm: Arc<Icm<'up>>,
    #[pin]
    qps: Qps,
    #[pin]
    cqs: Bitmap,
    #[pin]
    mpts: Bitmap,
    #[pin]
    mtts: Bitmap,
    /// How many bytes a translation has.
    mtt_size: u32,
    #[pin]
    eqs: Bitmap,
    #[pin]
    pds: Bitmap,
    #[pin]
    uars: Bitmap,
    #[pin]
    counters: Bitmap,
    hashed_groups: u32,
}

impl<'up> Numbers<'up> {
    /// Those that the device has as it was initialised, without those that are the firmware's.
    pub(crate) fn new(
        card: &'up Card<'up>,
        caps: &Caps,
        layout: &Layout,
        icm: Arc<Icm<'up>>,
    ) -> Result<Arc<Self>> {
        let count = |kind| layout.part(kind).count;
        let all = |count: u32, reserved: u32, order| Bitmap::new(count, reserved..count, order);
        let next = Order::RoundRobin;
        let reserved = |field: Field<u8>| 1_u32 << caps.get(field);
        let (cqs, mpts) = (
            reserved(device::LOG_RESERVED_CQS),
            reserved(device::LOG_RESERVED_MPTS),
        );
        check_uars(card, caps)?;
        // The last one is for whoever has none.
        let counters = caps.counters().saturating_sub(1);
        let hashed_groups = match caps.steering() {
            Steering::DeviceManaged => 0,
            Steering::A0 | Steering::B0 => count(Kind::Group) / 2,
        };
        let numbers = try_pin_init!(Numbers {
            card,
            icm,
            qps <- Qps::new(card.dev.as_ref(), caps, count(Kind::Qp))?,
            cqs <- all(count(Kind::Cq), cqs, next)?,
            mpts <- all(count(Kind::Dmpt), mpts, next)?,
            mtts <- all(count(Kind::Mtt), reserved_mtts(caps), Order::Lowest)?,
            mtt_size: caps.get(device::MTT_SIZE).into(),
            eqs <- all(caps.max_eqs(), caps.reserved_eqs(), next)?,
            pds <- all(PDS, caps.get(device::RESERVED_PDS).into(), next)?,
            uars <- all(caps.uars(), caps.reserved_uars(), next)?,
            counters <- all(counters, 0, next)?,
            hashed_groups,
        }? Error);
        Arc::pin_init(numbers, GFP_KERNEL)
    }

    fn bitmap(&self, pool: Pool) -> &Bitmap {
        match pool {
            Pool::Cq => &self.cqs,
            Pool::Mpt => &self.mpts,
            Pool::Eq => &self.eqs,
            Pool::Pd => &self.pds,
            Pool::Uar => &self.uars,
            Pool::Counter => &self.counters,
        }
    }

    fn get_context(&self, pool: Pool, number: u32) -> Result {
        match pool {
            Pool::Cq => get_all(&self.icm.of_cqs(), number),
            Pool::Mpt => get_all(&self.icm.of_mpts(), number),
            _ => Ok(()),
        }
    }

    fn put_context(&self, pool: Pool, number: u32) {
        match pool {
            Pool::Cq => put_all(&self.icm.of_cqs(), number),
            Pool::Mpt => put_all(&self.icm.of_mpts(), number),
            _ => {}
        }
    }

    /// Where in context memory translations are, and which are in use.
    pub(crate) fn mtts(&self) -> (&Icm<'up>, &Bitmap) {
        (&self.icm, &self.mtts)
    }

    /// How many bytes a translation has.
    pub(crate) fn mtt_size(&self) -> u32 {
        self.mtt_size
    }

    /// How many groups there are at places that hashes say, in B0 mode; there are as many behind
    /// them.
    pub(crate) fn hashed_groups(&self) -> u32 {
        self.hashed_groups
    }
}

/// Whether there are pages of doorbells left (`mlx4_init_uar_table()`).
fn check_uars(card: &Card<'_>, caps: &Caps) -> Result {
    if caps.uars() > caps.reserved_uars() {
        return Ok(());
    }
    let dev = card.dev.as_ref();
    dev_err!(
        dev,
        "Only {} UAR pages (need more than {})\n",
        caps.uars(),
        caps.reserved_uars()
    );
    dev_err!(dev, "Increase firmware log2_uar_bar_megabytes?\n");
    Err(ENODEV)
}

/// A number that is in use, and memory for the context of its object.
pub(crate) struct Number<'up> {
    numbers: Arc<Numbers<'up>>,
    pool: Pool,
    number: u32,
    is_abandoned: bool,
}

impl<'up> Number<'up> {
    /// Takes one that is free. Fails with `ENOSPC` if there is none.
    pub(crate) fn take(numbers: &Arc<Numbers<'up>>, pool: Pool) -> Result<Self> {
        let number = numbers.bitmap(pool).take().ok_or(ENOSPC)?;
        numbers
            .get_context(pool, number)
            .inspect_err(|_| numbers.bitmap(pool).give_back(number, 1))?;
        Ok(Number {
            numbers: numbers.clone(),
            pool,
            number,
            is_abandoned: false,
        })
    }

    pub(crate) fn get(&self) -> u32 {
        self.number
    }

    pub(crate) fn card(&self) -> &'up Card<'up> {
        self.numbers.card
    }

    /// The device may still have its object: it is not used again until the device was reset.
    pub(crate) fn abandon(&mut self) {
        self.is_abandoned = true;
    }
}

impl Drop for Number<'_> {
    fn drop(&mut self) {
        if self.is_abandoned {
            return;
        }
        self.numbers.put_context(self.pool, self.number);
        self.numbers.bitmap(self.pool).give_back(self.number, 1);
    }
}
