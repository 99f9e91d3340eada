// SPDX-License-Identifier: GPL-2.0

//! The host channel adapter, as the interface calls the device: brought up step by step, each of
//! which is a value that takes its step back when it is dropped.

use crate::{
    caps::Caps,
    card::Card,
    cmd::{
        commands,
        Command,
        Failure,
        Output, //
    },
    layout::{
        Block,
        CmdHcaCap,
        HostEndianness,
        InitHcaIn,
        MboxIn,
        QueryAdapterOut,
        QueryAdapterParamBlock,
        QueryIssiOut,
        Register,
        SetDriverVersionIn,
        SetIssiIn, //
    },
    owner,
    pages::Startup,
    params::Chosen,
    timeouts::{
        PRE_INIT_MS,
        PRE_INIT_WAIT_MS,
        PRE_INIT_WARN_MS, //
    },
};

use kernel::{
    prelude::*, //
};

commands! {
    do EnableHca = ENABLE_HCA: EnableHcaIn -> MboxOut;
    undo DisableHca = DISABLE_HCA: DisableHcaIn -> MboxOut;
    do QueryIssi = QUERY_ISSI: MboxIn -> QueryIssiOut;
    do SetIssi = SET_ISSI: SetIssiIn -> MboxOut;
    do InitHca = INIT_HCA: InitHcaIn -> MboxOut;
    undo TeardownHca = TEARDOWN_HCA: TeardownHcaIn -> MboxOut;
    do SetDriverVersion = SET_DRIVER_VERSION: SetDriverVersionIn -> MboxOut;
    do QueryAdapter = QUERY_ADAPTER: MboxIn -> QueryAdapterOut;
}

/// The version of the interface that the driver wants, and the one that is always there.
const ISSI: u16 = 1;

/// The command interface is in use.
struct Interface<'up>(&'up Card<'up>);

impl<'up> Interface<'up> {
    /// `mlx5_cmd_enable()`, when the firmware can be talked to.
    fn enable(card: &'up Card<'up>) -> Result<Self> {
        let dev = card.dev.as_ref();
        let revision = card.segment.firmware_revision();
        dev_info!(dev, "firmware version: {}\n", revision);
        card.wait_for_firmware(
            PRE_INIT_MS,
            Some(PRE_INIT_WARN_MS),
            PRE_INIT_WAIT_MS,
            "pre-initializing",
        )?;
        // What the device had of another time it is up.
        card.take_memory_back();
        card.enable_commands()
            .inspect_err(|_| dev_err!(dev, "Failed initializing command interface, aborting\n"))?;
        let interface = Interface(card);
        card.timeouts.read_segment(&card.segment);
        let limit = card.timeouts.init_ms();
        card.wait_for_firmware(limit, None, PRE_INIT_WAIT_MS, "initializing")?;
        card.allow_commands();
        Ok(interface)
    }
}

impl Drop for Interface<'_> {
    fn drop(&mut self) {
        self.0.disable_commands();
        self.0.take_memory_back();
    }
}

/// The function is enabled: it can be asked for its capabilities, and given pages.
struct Enabled<'up>(&'up Card<'up>);

impl<'up> Enabled<'up> {
    fn enable(card: &'up Card<'up>) -> Result<Self> {
        card.run::<EnableHca>(Block::new())
            .inspect_err(|_| dev_err!(card.dev.as_ref(), "enable hca failed\n"))?;
        Ok(Enabled(card))
    }
}

impl Drop for Enabled<'_> {
    fn drop(&mut self) {
        // There is nobody to tell, and the failure was logged.
        let _ = self.0.run::<DisableHca>(Block::new());
    }
}

/// The firmware has pages.
struct WithPages<'up>(&'up Card<'up>);

impl<'up> WithPages<'up> {
    /// Gives those that it boots with.
    fn give(card: &'up Card<'up>) -> Result<Self> {
        // Also if that fails: it may have some of them.
        let pages = WithPages(card);
        card.give_startup_pages(Startup::Boot)
            .inspect_err(|_| dev_err!(card.dev.as_ref(), "failed to allocate boot pages\n"))?;
        Ok(pages)
    }
}

impl Drop for WithPages<'_> {
    fn drop(&mut self) {
        self.0.reclaim_pages();
    }
}

/// The device is initialised: objects can be made.
struct Initialised<'up>(&'up Card<'up>);

impl<'up> Initialised<'up> {
    fn init(card: &'up Card<'up>, caps: &Caps) -> Result<Self> {
        let mut input = Block::<InitHcaIn>::new();
        if caps.get(CmdHcaCap::SW_OWNER_ID) {
            let owner = owner::id();
            for (field, word) in InitHcaIn::SW_OWNER_ID.elements().zip(owner) {
                input.set(field, word);
            }
        }
        card.run::<InitHca>(input)
            .inspect_err(|_| dev_err!(card.dev.as_ref(), "init hca failed\n"))?;
        Ok(Initialised(card))
    }
}

impl Drop for Initialised<'_> {
    fn drop(&mut self) {
        if self.0.run::<TeardownHca>(Block::new()).is_err() {
            dev_err!(self.0.dev.as_ref(), "tear_down_hca failed\n");
        }
    }
}

/// The device is up. Dropping it takes it down, from the last step to the first.
pub(crate) struct Hca<'up> {
    _initialised: Initialised<'up>,
    _pages: WithPages<'up>,
    _enabled: Enabled<'up>,
    _interface: Interface<'up>,
}

impl<'up> Hca<'up> {
    /// Brings the device up, and learns what it can do (`mlx5_function_setup()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    pub(crate) fn bring_up(card: &'up Card<'up>, chosen: &Chosen) -> Result<(Self, Caps)> {
        let interface = Interface::enable(card)?;
        let enabled = Enabled::enable(card)?;
        set_issi(card).inspect_err(|_| dev_err!(card.dev.as_ref(), "failed to set issi\n"))?;
        card.pages.set_function(0);
        let pages = WithPages::give(card)?;
        card.read_times()
            .inspect_err(|_| dev_err!(card.dev.as_ref(), "failed to read dtor\n"))?;
        let (initialised, caps) = initialise(card, chosen)?;
        let hca = Hca {
            _initialised: initialised,
            _pages: pages,
            _enabled: enabled,
            _interface: interface,
        };
        Ok((hca, caps))
    }
}

/// `mlx5_function_open()`.
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn initialise<'up>(card: &'up Card<'up>, chosen: &Chosen) -> Result<(Initialised<'up>, Caps)> {
    let dev = card.dev.as_ref();
    set_host_endianness(card).inspect_err(|_| dev_err!(dev, "set_hca_ctrl failed\n"))?;
    let mut caps = Caps::new();
    caps.set(card, chosen)
        .inspect_err(|_| dev_err!(dev, "set_hca_cap failed\n"))?;
    if caps.max(CmdHcaCap::ICM_MNG_FUNCTION_ID_MODE) {
        card.pages.set_function(caps.get(CmdHcaCap::VHCA_ID));
    }
    card.give_startup_pages(Startup::Init)
        .inspect_err(|_| dev_err!(dev, "failed to allocate init pages\n"))?;
    let initialised = Initialised::init(card, &caps)?;
    set_driver_version(card, &caps);
    caps.query_all(card)
        .inspect_err(|_| dev_err!(dev, "query hca failed\n"))?;
    card.start_clock(&caps);
    Ok((initialised, caps))
}

/// Agrees on a version of the interface (`mlx5_core_set_issi()`).
fn set_issi(card: &Card<'_>) -> Result {
    let dev = card.dev.as_ref();
    let mut answer = Block::<QueryIssiOut>::new();
    let output = Output(answer.as_mut(), &mut []);
    if let Err(failure) = card.try_with::<QueryIssi>(Block::<MboxIn>::new(), &[], output) {
        let error = card.report(<QueryIssi as Command>::OPCODE, 0, failure);
        if let Failure::Refused { .. } = failure {
            dev_warn!(dev, "Query ISSI is not supported by FW, ISSI is 0\n");
            return Ok(());
        }
        dev_err!(dev, "Failed to query ISSI err({})\n", error.to_errno());
        return Err(error);
    }
    // A bit for each version.
    let supported = answer.get(QueryIssiOut::SUPPORTED_ISSI_DW0);
    if supported & 1 << ISSI == 0 {
        return match supported {
            0 => Ok(()),
            _ if supported & 1 != 0 => Ok(()),
            _ => Err(EOPNOTSUPP),
        };
    }
    let mut input = Block::<SetIssiIn>::new();
    input.set(SetIssiIn::CURRENT_ISSI, ISSI);
    card.run::<SetIssi>(input).inspect_err(|error| {
        dev_err!(dev, "Failed to set ISSI to 1 err({})\n", error.to_errno())
    })?;
    Ok(())
}

/// Tells the device the host's order of bytes (`set_hca_ctrl()`).
fn set_host_endianness(card: &Card<'_>) -> Result {
    const LITTLE: u8 = 0;
    const BIG: u8 = 0x80;

    let order = if cfg!(target_endian = "little") {
        LITTLE
    } else {
        BIG
    };
    let mut register = Block::<HostEndianness>::new();
    register.set(HostEndianness::HE, order);
    card.write_register(Register::HOST_ENDIANNESS, 0, register)?;
    Ok(())
}

/// Tells the device which driver this is. That is good to know, and not more.
fn set_driver_version(card: &Card<'_>, caps: &Caps) {
    if !caps.get(CmdHcaCap::DRIVER_VERSION) {
        return;
    }
    let version = version_text();
    let mut input = Block::<SetDriverVersionIn>::new();
    let mut text = input.view_mut();
    for (to, from) in text
        .bytes(SetDriverVersionIn::DRIVER_VERSION)
        .iter_mut()
        .zip(version)
    {
        *to = from;
    }
    // The failure was logged.
    let _ = card.run::<SetDriverVersion>(input);
}

/// The system, the driver and its version, which is the kernel's.
fn version_text() -> impl Iterator<Item = u8> {
    let kernel = option_env!("KERNELVERSION").unwrap_or_default();
    Iterator::chain(b"Linux,rust_mlx5,".iter(), kernel.as_bytes()).copied()
}

/// The identifier of the board (`mlx5_query_board_id()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(crate) fn board_id(card: &Card<'_>) -> Result<[u8; 16]> {
    const PSID: crate::layout::Field<QueryAdapterOut, [u8; 16]> =
        QueryAdapterOut::QUERY_ADAPTER_STRUCT.then(QueryAdapterParamBlock::VSD_CONTD_PSID);

    let adapter = card
        .run::<QueryAdapter>(Block::<MboxIn>::new())
        .inspect_err(|_| dev_err!(card.dev.as_ref(), "query board id failed\n"))?;
    let mut id = [0; 16];
    for (to, from) in id.iter_mut().zip(adapter.view().bytes(PSID)) {
        *to = *from;
    }
    Ok(id)
}
