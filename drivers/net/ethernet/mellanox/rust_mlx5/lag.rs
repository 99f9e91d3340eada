// SPDX-License-Identifier: GPL-2.0

//! LAG: the ports of a card as one, when their network devices are all that a bond has.
//!
//! 1. [`Lag`] is what the functions of a card share; of each it knows the PCI device, by which it
//!    recognises its network device, and so pins none.
//! 2. A function is a [`Member`] while it is up; a [listener](listen::Watch) of its own writes what
//!    bonding says into the [`Tracker`], whose lock is never held while anything is waited for.
//! 3. The commands are run by the deferred work of the first of the functions, with its own card,
//!    and [`Lag::settle`] holds another lock meanwhile: nobody who has RTNL waits for the card.
//! 4. Who goes takes the LAG apart before it goes if it made it; otherwise it is not complete any
//!    more, and the work of the one that made it does, which hears of the bond's end at the latest.
//!    One that is dead cannot: it leaves the LAG to the next function whose work looks, for the
//!    firmware may live.
//! 5. So no function waits for another one's locks, works or death: at most for one command's end.

mod listen;
mod tracker;

use self::{
    listen::Watch,
    tracker::{
        Map,
        Tracker, //
    }, //
};

use crate::{
    caps::Caps,
    card::Card,
    cmd::commands,
    driver::Mlx5,
    layout::{
        Block,
        CmdHcaCap,
        CreateLagIn,
        Field,
        Lagc,
        ModifyLagIn,
        Structure, //
    }, //
};

use kernel::{
    net::devlink::Work,
    new_mutex,
    prelude::*,
    sync::Mutex,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    },
};

commands! {
    do CreateLag = CREATE_LAG: CreateLagIn -> MboxOut;
    do ModifyLag = MODIFY_LAG: ModifyLagIn -> MboxOut;
    undo DestroyLag = DESTROY_LAG: MboxIn -> MboxOut;
}

/// How many ports a card has at most (`MLX5_MAX_PORTS`).
const MAX_PORTS: usize = 8;

/// How many of them can be a LAG in which each queue has a port. More need flow tables that choose
/// it, which the driver does not make.
const LAG_PORTS: usize = 2;

/// That a queue is sent from the port that it belongs to, or from the one that is in its stead
/// (`MLX5_LAG_PORT_SELECT_MODE_QUEUE_AFFINITY`).
const QUEUE_AFFINITY: u8 = 0;

/// What MODIFY_LAG is to change: which port is in whose stead.
const SELECT_MAP: u32 = 1;

/// What the functions of a card know about their LAG.
#[pin_data]
pub(crate) struct Lag {
    /// The one that there is, held while the card is told about it.
    #[pin]
    active: Mutex<Option<Active>>,
    /// What there should be. Taken with RTNL held.
    #[pin]
    tracker: Mutex<Tracker>,
}

/// How often somebody who waits for its end looks.
const LOOK_INTERVAL: Delta = Delta::from_millis(20);

/// A LAG that the device has.
struct Active {
    /// The function that made it; `None` if that was dead when it went.
    master: Option<usize>,
    map: Map,
}

impl Lag {
    /// Without functions.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Lag {
            active <- new_mutex!(None),
            tracker <- new_mutex!(Tracker::new()),
        })
    }

    /// Makes of the LAG what bonding says if this is the first of the card's functions
    /// (`mlx5_do_bond()`). Sleeps.
    pub(crate) fn settle(&self, card: &Card<'_>) {
        if card.is_dead() {
            return;
        }
        let mut active = self.active.lock();
        let Some((master, wanted)) = self.tracker.lock().take(card) else {
            return;
        };
        // One that was left behind is not relied on: perhaps the firmware was reset since.
        if active
            .as_ref()
            .is_some_and(|active| active.master.is_none())
        {
            take_apart(&mut active, card);
        }
        match (&mut *active, wanted) {
            (None, Some(map)) => {
                if create(card, &map).is_ok() {
                    let master = Some(master);
                    *active = Some(Active { master, map });
                }
            }
            (Some(now), Some(map)) if now.map != map => {
                if modify(card, &map).is_ok() {
                    now.map = map;
                }
            }
            (now @ Some(_), None) => take_apart(now, card),
            _ => {}
        }
    }
}

impl Lag {
    /// Keeps the ports from being a LAG, for a function whose e-switch is not for that
    /// (`mlx5_lag_disable_change()`), until it [lets](Self::allow) them. Sleeps.
    ///
    /// The LAG that there is has ended when this returns. The first function takes it apart when it
    /// looks at its health the next time at the latest; fails with `EBUSY` if it does not.
    pub(crate) fn forbid(&self, card: &Card<'_>) -> Result {
        self.tracker.lock().set_able(card, false);
        let limit = 2 * i64::from(card.timeouts.health_poll_ms());
        let began = Instant::<Monotonic>::now();
        loop {
            self.settle(card);
            if self.active.lock().is_none() {
                return Ok(());
            }
            if began.elapsed().as_millis() > limit {
                self.allow(card);
                return Err(EBUSY);
            }
            fsleep(LOOK_INTERVAL);
        }
    }

    /// Lets the ports be a LAG again, when the first function has looked at what bonding says.
    pub(crate) fn allow(&self, card: &Card<'_>) {
        self.tracker.lock().set_able(card, true);
    }
}

/// A function that is up, of a card whose ports can be a LAG. Dropping it takes the LAG apart.
pub(crate) struct Member<'up> {
    lag: &'up Lag,
    card: &'up Card<'up>,
    index: usize,
}

impl<'up> Member<'up> {
    /// The function is up (`mlx5_lag_add_mdev()`). `None` if its card's ports cannot be a LAG.
    pub(crate) fn join(lag: &'up Lag, card: &'up Card<'up>, caps: &Caps) -> Option<Self> {
        let ports = usize::from(caps.get(CmdHcaCap::NUM_LAG_PORTS));
        let is_able = caps.get(CmdHcaCap::VPORT_GROUP_MANAGER) && caps.get(CmdHcaCap::LAG_MASTER);
        if !is_able || ports != LAG_PORTS {
            return None;
        }
        let index = usize::from(caps.get(CmdHcaCap::NATIVE_PORT_NUM)).checked_sub(1)?;
        let _active = lag.active.lock();
        let joined = lag.tracker.lock().join(index, card, caps);
        joined.then_some(Member { lag, card, index })
    }

    /// What is to hear of bonds, and have the function's work do what there is to be done.
    pub(crate) fn listener(&self, work: Work<'up, Mlx5>) -> Watch<'up> {
        Watch::new(&self.lag.tracker, work)
    }
}

impl Drop for Member<'_> {
    fn drop(&mut self) {
        let mut active = self.lag.active.lock();
        let others = self.lag.tracker.lock().leave(self.index);
        let is_own = |active: &Active| active.master == Some(self.index);
        // What another one has left behind is the last one's, too.
        if active
            .as_ref()
            .is_some_and(|active| is_own(active) || !others)
        {
            take_apart(&mut active, self.card);
        }
        if !others {
            *active = None;
        }
    }
}

/// Makes the ports a LAG (`mlx5_create_lag()`).
fn create(card: &Card<'_>, map: &Map) -> Result {
    let dev = card.dev.as_ref();
    dev_info!(dev, "lag map:{}\n", map);
    dev_info!(dev, "shared_fdb:0 mode:queue_affinity\n");
    let mut input = Block::<CreateLagIn>::new();
    fill(&mut input, CreateLagIn::CTX, map);
    input.set(
        CreateLagIn::CTX.then(Lagc::PORT_SELECT_MODE),
        QUEUE_AFFINITY,
    );
    card.run::<CreateLag>(input).map(drop).inspect_err(|error| {
        dev_err!(dev, "Failed to create LAG ({})\n", error.to_errno());
        dev_err!(dev, "Failed to activate RoCE LAG\n");
    })
}

/// Has other ports be in the stead of those that do not work (`mlx5_modify_lag()`).
fn modify(card: &Card<'_>, map: &Map) -> Result {
    let dev = card.dev.as_ref();
    let mut input = Block::<ModifyLagIn>::new();
    input.set(ModifyLagIn::FIELD_SELECT, SELECT_MAP);
    fill(&mut input, ModifyLagIn::CTX, map);
    card.run::<ModifyLag>(input)
        .inspect_err(|error| dev_err!(dev, "Failed to modify LAG ({})\n", error.to_errno()))?;
    dev_info!(dev, "lag map:{}\n", map);
    Ok(())
}

fn fill<S: Structure>(input: &mut Block<S>, context: Field<S, Lagc>, map: &Map) {
    let Map([first, second]) = *map;
    input.set(context.then(Lagc::TX_REMAP_AFFINITY_1), first);
    input.set(context.then(Lagc::TX_REMAP_AFFINITY_2), second);
}

/// Takes the LAG apart, or leaves it to another function if this one is dead: such a one has
/// nothing of it, but its card may.
fn take_apart(active: &mut Option<Active>, card: &Card<'_>) {
    destroy(card);
    match active {
        Some(active) if card.is_dead() => active.master = None,
        _ => *active = None,
    }
}

/// Makes them ports of their own again (`mlx5_deactivate_lag()`).
fn destroy(card: &Card<'_>) {
    if card.run::<DestroyLag>(Block::new()).is_err() {
        dev_err!(
            card.dev.as_ref(),
            "Failed to deactivate RoCE LAG; driver restart required\n"
        );
    }
}
