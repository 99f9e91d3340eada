// SPDX-License-Identifier: GPL-2.0

//! Packets that hit traps.

use kernel::{
    alloc::Flags,
    net::{
        devlink::{
            FlowActionCookie,
            Trap,
            TrapDriver,
            TrapList,
            TrapListReporter,
            TrapMetadata,
            TrapOrigin, //
        },
        skbuff::SkBuff, //
    },
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc, //
    },
    workqueue::{
        system_bh,
        work_class,
        OwnedWork,
        Queue,
        Schedulable,
        Task, //
    },
};

use core::ops::RangeInclusive;

/// How long a packet can be that an event sends: from an Ethernet header on.
pub(crate) const LENGTHS: RangeInclusive<usize> = 14..=1500;

const FLOOD_LENGTH: usize = 64;
const ETH_P_IP: u16 = 0x0800;
/// What the flow action is known by that trapped a packet.
const COOKIE: &[u8] = &[0xc0, 0x0c, 0x1e];

fn packet(length: usize, flags: Flags) -> Result<SkBuff> {
    let mut skb = SkBuff::new(length, flags)?;
    skb.reset_mac_header();
    skb.put(length)?;
    skb.set_protocol(ETH_P_IP);
    Ok(skb)
}

/// A packet hits a trap, also one that is switched off.
pub(crate) fn hit<T: TrapDriver>(
    trap: Trap<'_, T>,
    origin: TrapOrigin<'_>,
    length: usize,
) -> Result {
    let mut skb = packet(length, GFP_KERNEL)?;
    let metadata = trap.desc().metadata();
    let cookie = metadata
        .has(TrapMetadata::FLOW_ACTION_COOKIE)
        .then(|| FlowActionCookie::new(COOKIE, GFP_KERNEL).ok())
        .flatten();
    let origin = match &cookie {
        Some(cookie) => origin.cookie(cookie),
        None => origin,
    };
    if trap.report_late(&mut skb, origin) {
        Ok(())
    } else {
        Err(EIO)
    }
}

/// Whether packets come all the time.
#[derive(Clone)]
pub(crate) struct FloodSwitch(Arc<Atomic<bool>>);

impl FloodSwitch {
    /// One that is off.
    pub(crate) fn new() -> Result<Self> {
        Ok(FloodSwitch(Arc::new(Atomic::new(false), GFP_KERNEL)?))
    }

    /// Floods must [follow](Flood::follow).
    pub(crate) fn set(&self, on: bool) {
        self.0.store(on, Relaxed);
    }

    pub(crate) fn is_on(&self) -> bool {
        self.0.load(Relaxed)
    }
}

/// In each jiffy, a packet for each trap of a list that is not switched off.
///
/// What hardware does: packets come without any of the driver's locks, whatever the driver is
/// doing.
struct Source {
    switch: FloodSwitch,
    traps: TrapListReporter,
}

impl Task for Source {
    fn run(work: &Schedulable<Self>) {
        if !work.switch.is_on() {
            return;
        }
        if let Ok(mut skb) = packet(FLOOD_LENGTH, GFP_ATOMIC) {
            for trap in 0..work.traps.len() {
                work.traps.report(trap, &mut skb, TrapOrigin::UNKNOWN);
            }
        }
        work.schedule_after(1);
    }

    fn queue(&self) -> &Queue {
        system_bh()
    }
}

/// The packets of a list of traps that come by themselves.
pub(crate) struct Flood(Pin<KBox<OwnedWork<Source>>>);

impl Flood {
    pub(crate) fn new<T: TrapDriver>(
        switch: &FloodSwitch,
        traps: &TrapList<'_, T>,
    ) -> Result<Self> {
        let source = Source {
            switch: switch.clone(),
            traps: traps.reporter(),
        };
        let work = OwnedWork::new(source, work_class!("devlink_test_flood"));
        Ok(Flood(KBox::pin_init(work, GFP_KERNEL)?))
    }

    /// Begins or ends as the switch says. At the end it waits for the last packet.
    pub(crate) fn follow(&self) {
        if self.0.switch.is_on() {
            self.0.schedule();
        } else {
            self.0.cancel();
        }
    }
}
