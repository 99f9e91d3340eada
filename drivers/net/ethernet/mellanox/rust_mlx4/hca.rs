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

/// How many bytes the identifier of a board has (`MLX4_BOARD_ID_LEN`).
const BOARD_ID: usize = 16;

/// What a board is.
pub(crate) type BoardId = [u8; BOARD_ID];

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
        card.health
            .set_buffer_of_dump(card, caps.get(device::HEALTH_BUFFER));
        caps.query_physical_ids(card);
        let layout = Layout::new(dev, &caps)?;
        let auxiliary_memory = Own::auxiliary(card, layout.size())?;
        let icm = Icm::map(card, &caps, &layout)?;
        let context_memory = Mapped(icm.clone());
        let initialised = Initialised::init(card, &caps, &layout)?;
        caps.query_initialised(card)?;
        caps.set_identity(firmware.version, board_id(card)?);
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

/// The identifier of the board (`mlx4_QUERY_ADAPTER()`).
fn board_id(card: &Card<'_>) -> Result<BoardId> {
    // Data of the vendor: with two signatures it is one's that gives the identifier as it is; else
    // the bytes of each word are in reverse order.
    const VENDOR: usize = 0x20;
    const SIGNATURES: [usize; 2] = [VENDOR, VENDOR + 0xde];
    const SIGNATURE: [u8; 2] = [0x05, 0xad];
    const AS_IT_IS: usize = VENDOR + 0x20;
    const REVERSED: usize = VENDOR + 0xd0;

    let adapter = card.query(Call::new(Op::QUERY_ADAPTER)).inspect_err(|_| {
        dev_err!(
            card.dev.as_ref(),
            "QUERY_ADAPTER command failed, aborting\n"
        )
    })?;
    let is_signed = SIGNATURES.iter().all(|at| {
        let mut signature = [0; 2];
        adapter.read(*at, &mut signature);
        signature == SIGNATURE
    });
    let mut id = [0; BOARD_ID];
    if is_signed {
        adapter.read(AS_IT_IS, &mut id);
    } else {
        adapter.read(REVERSED, &mut id);
        id.chunks_exact_mut(4).for_each(<[u8]>::reverse);
    }
    Ok(id)
}
