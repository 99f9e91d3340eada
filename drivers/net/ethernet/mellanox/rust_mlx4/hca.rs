// SPDX-License-Identifier: GPL-2.0

//! The host channel adapter, as the interface calls the device: brought up step by step, each of
//! which is a value that takes its step back when it is dropped.

mod init;
mod objects;

pub(crate) use self::objects::{
    Objects,
    Parts, //
};

use crate::{
    caps::{
        device,
        Caps, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    fw::Firmware,
    icm::{
        Icm,
        Mapped,
        Own, //
    },
    numbers::Numbers,
    params::Chosen,
    profile::Layout,
    reset::Interface,
};

use kernel::{
    prelude::*,
    sync::Arc, //
};

/// The device is initialised: objects can be made.
struct Initialised<'up>(&'up Card<'up>);

impl<'up> Initialised<'up> {
    fn init(card: &'up Card<'up>, caps: &Caps, layout: &Layout) -> Result<Self> {
        init::run(card, caps, layout).inspect_err(|_| {
            let dev = card.dev.as_ref();
            dev_err!(dev, "INIT_HCA command failed, aborting\n");
        })?;
        Ok(Initialised(card))
    }
}

impl Drop for Initialised<'_> {
    fn drop(&mut self) {
        // The failure was logged. Memory that the device then still has is kept.
        let _ = self.0.run(Call::new(Op::CLOSE_HCA));
    }
}

/// The device is up. Dropping it takes it down, from the last step to the first.
pub(crate) struct Hca<'up> {
    pub(super) caps: Arc<Caps>,
    pub(super) numbers: Arc<Numbers<'up>>,
    pub(super) firmware: Firmware,
    _initialised: Initialised<'up>,
    _context_memory: Mapped<'up>,
    _auxiliary_memory: Own<'up>,
    _firmware_memory: Own<'up>,
    _interface: Interface<'up>,
}

impl<'up> Hca<'up> {
    /// Brings the device up, and learns what it can do (`mlx4_load_one()`).
    pub(crate) fn bring_up(card: &'up Card<'up>, chosen: &Chosen) -> Result<Self> {
        let dev = card.dev.as_ref();
        let interface = Interface::open(card)?;
        let (firmware, firmware_memory) = start_firmware(card)
            .inspect_err(|_| dev_err!(dev, "Failed to init fw, aborting.\n"))?;
        let mut caps = Caps::query(card, chosen)
            .inspect_err(|_| dev_err!(dev, "QUERY_DEV_CAP command failed, aborting\n"))?;
        caps.set_firmware(firmware.version);
        card.health
            .set_buffer_of_dump(card, caps.get(device::HEALTH_BUFFER));
        caps.query_physical_ids(card);
        let layout = Layout::new(dev, &caps)?;
        let auxiliary_memory = Own::auxiliary(card, layout.size())?;
        let icm = Icm::map(card, &caps, &layout)?;
        let context_memory = Mapped(icm.clone());
        let initialised = Initialised::init(card, &caps, &layout)?;
        caps.query_initialised(card)?;
        query_adapter(card)?;
        caps.query_configuration(card);
        let numbers = Numbers::new(card, &caps, &layout, icm)?;
        Ok(Hca {
            caps: Arc::new(caps, GFP_KERNEL)?,
            numbers,
            firmware,
            _initialised: initialised,
            _context_memory: context_memory,
            _auxiliary_memory: auxiliary_memory,
            _firmware_memory: firmware_memory,
            _interface: interface,
        })
    }
}

/// `mlx4_init_fw()`.
fn start_firmware<'up>(card: &'up Card<'up>) -> Result<(Firmware, Own<'up>)> {
    let firmware = Firmware::query(card)?;
    let memory = firmware.start(card)?;
    Ok((firmware, memory))
}

/// Asks what the board is (`mlx4_QUERY_ADAPTER()`): of the answer nothing is needed, but a device
/// that does not know it is none that can be used.
fn query_adapter(card: &Card<'_>) -> Result {
    card.query(Call::new(Op::QUERY_ADAPTER))
        .map(drop)
        .inspect_err(|_| {
            let dev = card.dev.as_ref();
            dev_err!(dev, "QUERY_ADAPTER command failed, aborting\n");
        })
}
