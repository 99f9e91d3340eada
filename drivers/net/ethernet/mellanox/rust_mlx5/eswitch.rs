// SPDX-License-Identifier: GPL-2.0

//! The card's e-switch, of which a function can be the manager.
//!
//! [`Eswitch`] is what users set, and stays when the device goes down. [`Switch`] is the e-switch
//! of a device that is up: in legacy mode, in which it begins, there is nothing to be made, as long
//! as there are no virtual functions; in switchdev mode it has [`Offloads`]. The network device
//! stays what it is then, with its queues and tables: what its queues send goes to the wire, and
//! what comes from there goes to its first table, as it does in legacy mode by itself.

mod offloads;
mod ops;

pub(crate) use self::ops::*;

use self::offloads::Offloads;

use crate::{
    caps::{
        Capability,
        Caps, //
    },
    card::Card,
    flow::Entry,
    layout::{
        CapabilityType,
        CmdHcaCap,
        ESwitchCap,
        FlowTableEswitchCap,
        FlowTablePropLayout,
        PerProtocolNetworkingOffloadCaps, //
    },
    vport::ETHERNET, //
};

use kernel::{
    net::devlink::{
        EswitchEncapMode,
        EswitchInlineMode,
        EswitchMode, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

use core::ops::Deref;

impl Capability for FlowTableEswitchCap {
    const TYPE: CapabilityType = CapabilityType::ESWITCH_FLOW_TABLE;
}

impl Capability for ESwitchCap {
    const TYPE: CapabilityType = CapabilityType::ESWITCH;
}

/// How much of a frame's headers has to be in a request for it: what the virtual port's context
/// says (`MLX5_CAP_INLINE_MODE_VPORT_CONTEXT`). Otherwise it is always the same.
const INLINE_BY_VPORT: u8 = 1;
/// Nothing has to be (`MLX5_CAP_INLINE_MODE_NOT_REQUIRED`).
const INLINE_NOTHING: u8 = 2;

/// A bit of the registers that the e-switch has virtual ports see: where a frame came from
/// (`MLX5_FDB_TO_VPORT_REG_C_0`).
const REG_C_0: u8 = 1;
/// And what a user put there (`MLX5_FDB_TO_VPORT_REG_C_1`).
const REG_C_1: u8 = 2;

/// What the e-switch can do.
#[derive(Clone, Copy)]
struct Able {
    encapsulates: bool,
    /// Frames say from which port they came.
    has_metadata: bool,
    /// Frames say what the e-switch was told to put there (`reg_c1_loopback_supported`).
    restores: bool,
    /// The ports of the card can be ports of one e-switch.
    is_merged: bool,
    /// Entries can be for frames that did not come from the wire.
    knows_source: bool,
    inline: u8,
    /// The function's number in the device.
    vhca: u16,
}

impl Able {
    /// What the function's e-switch can do; `None` if the function manages none
    /// (`mlx5_eswitch_check()`).
    fn new(caps: &Caps) -> Option<Self> {
        if caps.get(CmdHcaCap::PORT_TYPE) != ETHERNET || !caps.get(CmdHcaCap::ESWITCH_MANAGER) {
            return None;
        }
        let fdb = FlowTableEswitchCap::FLOW_TABLE_PROPERTIES_NIC_ESW_FDB;
        let registers = caps.get(FlowTableEswitchCap::FDB_TO_VPORT_REG_C_ID);
        Some(Able {
            encapsulates: caps.get(fdb.then(FlowTablePropLayout::REFORMAT))
                && caps.get(fdb.then(FlowTablePropLayout::DECAP)),
            has_metadata: caps.get(ESwitchCap::ESW_UPLINK_INGRESS_ACL) && registers & REG_C_0 != 0,
            restores: registers & REG_C_1 != 0,
            is_merged: caps.get(ESwitchCap::MERGED_ESWITCH),
            knows_source: caps.get(FlowTableEswitchCap::FLOW_SOURCE),
            vhca: caps.get(CmdHcaCap::VHCA_ID),
            inline: caps.get(PerProtocolNetworkingOffloadCaps::WQE_INLINE_MODE),
        })
    }
}

/// What a user has set.
#[derive(Clone, Copy)]
struct Settings {
    able: Able,
    inline: EswitchInlineMode,
    encap: EswitchEncapMode,
    metadata: bool,
}

impl Settings {
    /// Which registers frames keep on their way to a virtual port.
    fn registers(&self) -> u8 {
        if !self.metadata && !self.able.restores {
            return 0;
        }
        REG_C_0 | if self.able.restores { REG_C_1 } else { 0 }
    }
}

/// The e-switch as users see it.
#[pin_data]
pub(crate) struct Eswitch {
    /// Not if the function manages none.
    #[pin]
    settings: Mutex<Option<Settings>>,
}

impl Eswitch {
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Eswitch { settings <- new_mutex!(None) })
    }

    /// The device is up. The first time it is (`mlx5_eswitch_init()`), what it can do is used.
    /// Later it has what a user has set; other firmware may not be able to do that.
    pub(crate) fn learn(&self, caps: &Caps) {
        let mut settings = self.settings.lock();
        let set = *settings;
        *settings = Able::new(caps).map(|able| Settings {
            able,
            inline: set.map_or(EswitchInlineMode::None, |set| set.inline),
            encap: if able.encapsulates {
                set.map_or(EswitchEncapMode::Basic, |set| set.encap)
            } else {
                EswitchEncapMode::None
            },
            metadata: able.has_metadata && set.is_none_or(|set| set.metadata),
        });
    }

    /// Fails with `EOPNOTSUPP` if the function manages none.
    fn get(&self) -> Result<Settings> {
        (*self.settings.lock()).ok_or(EOPNOTSUPP)
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) -> Result {
        let mut settings = self.settings.lock();
        (*settings).as_mut().map(change).ok_or(EOPNOTSUPP)
    }
}

/// A send queue of the network device's.
struct Queue<'up> {
    number: u32,
    /// Which entry of the e-switch's table is about it.
    slot: u32,
    /// What has it be sent to the wire.
    entry: Option<Entry<'up>>,
}

/// What changes of the e-switch of a device that is up.
struct State<'up> {
    queues: KVec<Queue<'up>>,
    /// In switchdev mode.
    offloads: Option<Offloads<'up>>,
}

impl<'up> State<'up> {
    fn mode(&self) -> EswitchMode {
        match &self.offloads {
            None => EswitchMode::Legacy,
            Some(offloads) if offloads.is_inactive() => EswitchMode::SwitchdevInactive,
            Some(_) => EswitchMode::Switchdev,
        }
    }

    /// Begins with switchdev mode, or changes whether frames pass in it.
    fn start(
        &mut self,
        card: &'up Card<'up>,
        settings: &Settings,
        index: u32,
        inactive: bool,
    ) -> Result {
        let begins = self.offloads.is_none();
        if begins {
            self.offloads = Some(Offloads::new(card, settings, index)?);
        }
        let started = self.connect(settings, index).and_then(|()| {
            let offloads = self.offloads.as_mut().ok_or(ENODEV)?;
            offloads.set_inactive(inactive)
        });
        started.inspect_err(|_| {
            if begins {
                self.stop();
            }
        })
    }

    /// Makes the tables anew, for other settings.
    fn renew(&mut self, settings: &Settings, index: u32) -> Result {
        for queue in &mut self.queues {
            queue.entry = None;
        }
        if let Some(offloads) = &mut self.offloads {
            offloads.renew(settings)?;
        }
        self.connect(settings, index)
    }

    /// The entries are gone before the tables that they are in.
    fn stop(&mut self) {
        for queue in &mut self.queues {
            queue.entry = None;
        }
        self.offloads = None;
    }

    /// Has what the queues send go to the wire.
    fn connect(&mut self, settings: &Settings, index: u32) -> Result {
        let Some(fdb) = self.offloads.as_ref().and_then(Offloads::fdb) else {
            return Ok(());
        };
        for queue in &mut self.queues {
            if queue.entry.is_none() {
                let entry = fdb.send(queue.slot, queue.number, settings, index)?;
                queue.entry = Some(entry);
            }
        }
        Ok(())
    }
}

/// The e-switch of a device that is up.
#[pin_data]
pub(crate) struct Switch<'up> {
    card: &'up Card<'up>,
    settings: &'up Eswitch,
    /// Of the card's port.
    index: u32,
    #[pin]
    state: Mutex<State<'up>>,
}

impl<'up> Switch<'up> {
    fn new(card: &'up Card<'up>, settings: &'up Eswitch, caps: &Caps) -> Result<Arc<Self>> {
        settings.learn(caps);
        let index = caps.get(CmdHcaCap::NATIVE_PORT_NUM).saturating_sub(1);
        let switch = pin_init!(Switch {
            card,
            settings,
            index: index.into(),
            state <- new_mutex!(State {
                queues: KVec::new(),
                offloads: None,
            }),
        });
        Arc::pin_init(switch, GFP_KERNEL)
    }

    /// The mode that it is in.
    pub(crate) fn mode(&self) -> EswitchMode {
        self.state.lock().mode()
    }

    /// The network device sends by a queue until the result is dropped.
    pub(crate) fn send_by(self: &Arc<Self>, queue: u32) -> Result<Sending<'up>> {
        let mut state = self.state.lock();
        let is_free = |slot: &u32| state.queues.iter().all(|queue| queue.slot != *slot);
        let slot = (0..).find(is_free).ok_or(ENOSPC)?;
        let new = Queue {
            number: queue,
            slot,
            entry: None,
        };
        state.queues.push(new, GFP_KERNEL)?;
        let sending = Sending(self.clone(), queue);
        let Ok(settings) = self.settings.get() else {
            return Ok(sending);
        };
        let connected = state.connect(&settings, self.index);
        drop(state);
        connected.map(|()| sending)
    }
}

/// The e-switch as long as the device is up: dropping it has the e-switch be in legacy mode.
pub(crate) struct Running<'up>(Arc<Switch<'up>>);

impl<'up> Running<'up> {
    pub(crate) fn new(card: &'up Card<'up>, settings: &'up Eswitch, caps: &Caps) -> Result<Self> {
        Switch::new(card, settings, caps).map(Running)
    }
}

impl<'up> Deref for Running<'up> {
    type Target = Arc<Switch<'up>>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.state.lock().stop();
    }
}

/// That a network device has a send queue.
pub(crate) struct Sending<'up>(Arc<Switch<'up>>, u32);

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        self.0
            .state
            .lock()
            .queues
            .retain(|queue| queue.number != self.1);
    }
}
