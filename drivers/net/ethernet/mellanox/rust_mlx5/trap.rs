// SPDX-License-Identifier: GPL-2.0

//! Traps: frames that are not for the network device, and which users can have all the same.
//!
//! A trap is an entry at the end of one of the network device's tables, which is there while users
//! want it and the network device is up: so [`Traps`] is shared by the traps and the network
//! device, which says [where](Place) the entries belong, and which has the frames reported that it
//! receives with a trap's tag.

use crate::{
    driver::Mlx5,
    eswitch::Switch,
    flow::{
        Destination,
        Entry,
        GroupAt,
        Match, //
    }, //
};

use kernel::{
    devlink_traps,
    net::{
        devlink::{
            Bringup,
            EswitchMode,
            Pinned,
            TrapAction,
            TrapDriver,
            TrapOps, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

devlink_traps! {
    enum Group: groups {
        L2 = generic(L2_DROPS);
    }

    pub(crate) enum Packet: traps {
        /// Of a VLAN that the network device is not in.
        Vlan = generic(INGRESS_VLAN_FILTER), Drop, group(Group::L2), metadata(IN_PORT);
        /// For a station or group that it is not.
        Address = generic(DMAC_FILTER), Drop, group(Group::L2), metadata(IN_PORT);
    }
}

/// How many traps there are.
const TRAPS: usize = 2;

impl Packet {
    /// The tag of its frames, which is the number that the kernel has for it.
    const fn tag(self) -> u32 {
        match self {
            Packet::Vlan => 2,
            Packet::Address => 91,
        }
    }

    /// The one whose frames have that tag.
    pub(crate) fn of_tag(tag: u32) -> Option<Self> {
        let mut all = [Packet::Vlan, Packet::Address].into_iter();
        all.find(|packet| packet.tag() == tag)
    }
}

impl TrapDriver for Mlx5 {
    type Trap<'up> = Trap<'up>;
    type Group<'up> = ();
    type Policer<'up> = ();
}

/// Where the entries of traps belong, while the network device is up.
pub(crate) struct Place<'up> {
    /// The last group of the table of VLANs.
    pub(crate) vlans: GroupAt<'up>,
    /// The last group of the table of addresses.
    pub(crate) addresses: GroupAt<'up>,
    /// Where their frames go.
    pub(crate) tir: u32,
}

impl<'up> Place<'up> {
    fn add(&self, packet: Packet) -> Result<Entry<'up>> {
        let group = match packet {
            Packet::Vlan => &self.vlans,
            Packet::Address => &self.addresses,
        };
        let to = Destination::Tir(self.tir);
        Entry::with_tag(group, 0, &Match::none(), to, packet.tag())
    }
}

struct State<'up> {
    /// Those that users want.
    wanted: [bool; TRAPS],
    entries: [Option<Entry<'up>>; TRAPS],
    place: Option<Place<'up>>,
}

impl<'up> State<'up> {
    /// Has a trap be there, or not.
    fn set(&mut self, packet: Packet, is_wanted: bool) -> Result {
        let index: usize = packet.into();
        let entry = self.entries.get_mut(index).ok_or(EINVAL)?;
        match &self.place {
            Some(place) if is_wanted => *entry = Some(place.add(packet)?),
            _ => *entry = None,
        }
        if let Some(wanted) = self.wanted.get_mut(index) {
            *wanted = is_wanted;
        }
        Ok(())
    }
}

/// The traps, and where they are.
#[pin_data]
pub(crate) struct Traps<'up> {
    #[pin]
    state: Mutex<State<'up>>,
}

impl<'up> Traps<'up> {
    /// Registers them (`mlx5_devlink_traps_register()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn register(
        cx: &Bringup<'up, '_, Mlx5>,
        switch: &Arc<Switch<'up>>,
    ) -> Result<Arc<Self>> {
        let traps = pin_init!(Traps {
            state <- new_mutex!(State {
                wanted: [false; TRAPS],
                entries: [const { None }; TRAPS],
                place: None,
            }),
        });
        let traps: Arc<Self> = Arc::pin_init(traps, GFP_KERNEL)?;
        cx.trap_groups(|_: Group| Ok(()))?;
        let table = cx.traps(|packet| {
            Ok(Trap {
                packet,
                traps: traps.clone(),
                switch: switch.clone(),
            })
        })?;
        table.attach(cx, cx.data().traps)?;
        Ok(traps)
    }

    /// Whether users want any.
    pub(crate) fn are_active(&self) -> bool {
        self.state.lock().wanted.contains(&true)
    }

    /// The network device is up, until the result is dropped (`mlx5e_apply_traps()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn apply(self: &Arc<Self>, place: Place<'up>) -> Result<Applied<'up>> {
        let mut state = self.state.lock();
        state.place = Some(place);
        let applied = Applied(self.clone());
        let wanted = state.wanted;
        let set = [Packet::Vlan, Packet::Address]
            .into_iter()
            .zip(wanted)
            .filter(|(_, is_wanted)| *is_wanted)
            .try_for_each(|(packet, _)| state.set(packet, true));
        drop(state);
        set.map(|()| applied)
    }
}

/// That the network device is up.
pub(crate) struct Applied<'up>(Arc<Traps<'up>>);

impl Drop for Applied<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state.lock();
        state.entries = [const { None }; TRAPS];
        state.place = None;
    }
}

/// A trap.
pub(crate) struct Trap<'up> {
    packet: Packet,
    traps: Arc<Traps<'up>>,
    switch: Arc<Switch<'up>>,
}

#[vtable]
impl TrapOps<Mlx5> for Trap<'_> {
    /// `mlx5_devlink_trap_action_set()`.
    fn set_action(&self, _: &Pinned<'_, Mlx5>, action: TrapAction, extack: Extack<'_>) -> Result {
        if self.switch.mode() != EswitchMode::Legacy {
            let text = c"rust_mlx5: Devlink traps can't be set in switchdev mode";
            return Err(extack.err(text, EOPNOTSUPP));
        }
        let is_wanted = match action {
            TrapAction::Drop => false,
            TrapAction::Trap => true,
            TrapAction::Mirror => return Err(EOPNOTSUPP),
        };
        let mut state = self.traps.state.lock();
        let index: usize = self.packet.into();
        if state.wanted.get(index) == Some(&is_wanted) {
            return Ok(());
        }
        state.set(self.packet, is_wanted)
    }
}
