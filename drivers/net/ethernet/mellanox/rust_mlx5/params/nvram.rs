// SPDX-License-Identifier: GPL-2.0

//! Parameters that the device keeps, and applies when it is reset: items of its configuration,
//! behind a register.

use crate::{
    card::Card,
    driver::Mlx5,
    layout::{
        Block,
        ConfigItem,
        Field,
        MnvdaReg,
        NvGlobalPciCap,
        NvGlobalPciConf,
        NvPfPciConf,
        NvSwAccelerateConf,
        NvSwOffloadCap,
        NvSwOffloadConf,
        Register,
        Structure,
        Value,
        View,
        ViewMut, //
    },
};

use kernel::{
    net::{
        devlink::{
            param::{
                Mode,
                ParamStr, //
            },
            Locked, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

use core::marker::PhantomData;

/// The power of two of the size of a subfunction's BAR (`MLX5_DEFAULT_LOG_SF_BAR_SIZE`).
const LOG_SF_BAR_SIZE: u8 = 12;

/// A class of items, and an item's number in it.
const fn kind(class: u32, number: u32) -> u32 {
    class << 24 | number
}

/// An item of the device's configuration.
trait Item: Structure {
    const KIND: u32;
}

macro_rules! items {
    ($($structure:ident: $class:literal, $number:literal;)*) => {$(
        impl Item for $structure {
            const KIND: u32 = kind($class, $number);
        }
    )*};
}

// Classes are of the whole device, and of a function of a host.
items! {
    NvGlobalPciConf: 0, 0x80;
    NvGlobalPciCap: 0, 0x81;
    NvSwOffloadConf: 0, 0x10a;
    NvSwOffloadCap: 0, 0x10b;
    NvSwAccelerateConf: 0, 0x11d;
    NvPfPciConf: 3, 0x80;
}

/// Which values of an item are meant (`MLX5_ACCESS_MODE_*`).
#[derive(Clone, Copy)]
enum Access {
    /// Those that the device has after the next reset.
    Next = 0,
    /// Those that it has when nobody has set any.
    Default = 2,
}

/// The values of an item, as they were read.
struct Values<I> {
    register: Block<MnvdaReg>,
    item: PhantomData<I>,
}

impl<I: Item> Values<I> {
    fn get<T: Value>(&self, field: Field<I, T>) -> T {
        let view = self.register.view();
        View::of_any_length(view.bytes(MnvdaReg::DATA)).get(field)
    }

    fn set<T: Value>(&mut self, field: Field<I, T>, value: T) {
        let mut view = self.register.view_mut();
        ViewMut::of_any_length(view.bytes(MnvdaReg::DATA)).set(field, value);
    }

    /// Has the device keep them (`mlx5_nv_param_write()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn write(self, card: &Card<'_>) -> Result {
        card.write_register(Register::MNVDA, 0, self.register)?;
        Ok(())
    }
}

impl Card<'_> {
    /// Reads an item; `EOPNOTSUPP` if that fails, so that users do not see the parameter
    /// (`mlx5_nv_param_read()`).
    // Its part of the stack is free again for what comes next.
    #[inline(never)]
    fn read_item<I: Item>(&self, access: Access) -> Result<Values<I>> {
        const HEADER: Field<MnvdaReg, ConfigItem> = MnvdaReg::CONFIGURATION_ITEM_HEADER;

        let mut register = Block::<MnvdaReg>::new();
        register.set(HEADER.then(ConfigItem::TYPE), I::KIND);
        register.set(HEADER.then(ConfigItem::LENGTH), u16::try_from(I::BYTES)?);
        register.set(HEADER.then(ConfigItem::ACCESS_MODE), access as u8);
        let register = self
            .read_register(Register::MNVDA, 0, register)
            .map_err(|error| {
                dev_warn!(
                    self.dev.as_ref(),
                    "Failed to read mnvda reg: type_class 0x{:x}, param_idx 0x{:x}, \
                     header_len {}, err {}\n",
                    I::KIND >> 24,
                    I::KIND & 0xff_ffff,
                    I::BYTES,
                    error.to_errno()
                );
                EOPNOTSUPP
            })?;
        Ok(Values {
            register,
            item: PhantomData,
        })
    }

    /// Reads what the item will be.
    fn next<I: Item>(&self) -> Result<Values<I>> {
        self.read_item(Access::Next)
    }
}

/// What to tell a user when something fails.
fn or_say<'a>(extack: Extack<'a>, text: &'static CStr) -> impl Fn(Error) -> Error + 'a {
    move |error| extack.err(text, error)
}

/// `mlx5_devlink_enable_sriov_get()`.
pub(super) fn sriov(cx: &Locked<'_, Mlx5>) -> Result<bool> {
    let card = &cx.data().card;
    if !card
        .next::<NvGlobalPciCap>()?
        .get(NvGlobalPciCap::SRIOV_SUPPORT)
    {
        return Ok(false);
    }
    let all = card.next::<NvGlobalPciConf>()?;
    let enabled = all.get(NvGlobalPciConf::SRIOV_EN);
    if !all.get(NvGlobalPciConf::PER_PF_TOTAL_VF) {
        return Ok(enabled);
    }
    let own = card.next::<NvPfPciConf>()?;
    Ok(enabled && own.get(NvPfPciConf::PF_TOTAL_VF_EN))
}

/// Switches on that each function has a number of virtual ones of its own, which is all that users
/// of one function can set.
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn set_per_function(
    card: &Card<'_>,
    caps: Values<NvGlobalPciCap>,
    unsupported: &'static CStr,
    extack: Extack<'_>,
    change: impl FnOnce(&mut Values<NvGlobalPciConf>),
) -> Result {
    if !caps.get(NvGlobalPciCap::SRIOV_SUPPORT) {
        return Err(extack.err(unsupported, EOPNOTSUPP));
    }
    if !caps.get(NvGlobalPciCap::PER_PF_TOTAL_VF_SUPPORTED) {
        return Err(extack.err(c"rust_mlx5: SRIOV is not per PF on this device", EOPNOTSUPP));
    }
    let mut all = card.next::<NvGlobalPciConf>().map_err(or_say(
        extack,
        c"rust_mlx5: Unable to read global PCI configuration",
    ))?;
    all.set(NvGlobalPciConf::SRIOV_VALID, true);
    all.set(NvGlobalPciConf::PER_PF_TOTAL_VF, true);
    change(&mut all);
    all.write(card).map_err(or_say(
        extack,
        c"rust_mlx5: Unable to write global PCI configuration",
    ))
}

/// `mlx5_devlink_enable_sriov_set()`.
pub(super) fn set_sriov(cx: &Locked<'_, Mlx5>, enable: bool, extack: Extack<'_>) -> Result {
    let card = &cx.data().card;
    let caps = card.next().map_err(or_say(
        extack,
        c"rust_mlx5: Failed to read global PCI capability",
    ))?;
    let unsupported = c"rust_mlx5: SRIOV is not supported on this device";
    set_per_function(card, caps, unsupported, extack, |all| {
        all.set(NvGlobalPciConf::SRIOV_EN, true);
    })?;
    let mut own = card.next::<NvPfPciConf>().map_err(or_say(
        extack,
        c"rust_mlx5: Unable to read per host PF configuration",
    ))?;
    own.set(NvPfPciConf::PF_TOTAL_VF_EN, enable);
    own.write(card)
}

/// `mlx5_devlink_total_vfs_get()`.
pub(super) fn total_vfs(cx: &Locked<'_, Mlx5>) -> Result<u32> {
    let card = &cx.data().card;
    if !card
        .next::<NvGlobalPciCap>()?
        .get(NvGlobalPciCap::SRIOV_SUPPORT)
    {
        return Ok(0);
    }
    let all = card.next::<NvGlobalPciConf>()?;
    if !all.get(NvGlobalPciConf::PER_PF_TOTAL_VF) {
        return Ok(all.get(NvGlobalPciConf::TOTAL_VFS).into());
    }
    let own = card.next::<NvPfPciConf>()?;
    Ok(own.get(NvPfPciConf::TOTAL_VF).into())
}

/// `mlx5_devlink_total_vfs_set()`.
pub(super) fn set_total_vfs(cx: &Locked<'_, Mlx5>, number: u32, extack: Extack<'_>) -> Result {
    let card = &cx.data().card;
    let caps = card
        .next()
        .map_err(or_say(extack, c"rust_mlx5: Failed to read global pci cap"))?;
    let unsupported = c"rust_mlx5: Not configurable on this device";
    set_per_function(card, caps, unsupported, extack, |_| {})?;
    let mut own = card.next::<NvPfPciConf>()?;
    own.set(NvPfPciConf::TOTAL_VF, u16::try_from(number)?);
    own.write(card)
}

/// `mlx5_devlink_total_vfs_validate()`. If the device does not say how many there can be at most,
/// setting the number may fail.
pub(super) fn is_number_of_vfs(cx: &Locked<'_, Mlx5>, number: u32, extack: Extack<'_>) -> Result {
    let caps = cx.data().card.next::<NvGlobalPciCap>()?;
    let max = caps.get(NvGlobalPciCap::MAX_VFS_PER_PF);
    if caps.get(NvGlobalPciCap::MAX_VFS_PER_PF_VALID) && number > max.into() {
        return Err(extack.err_fmt(fmt!("rust_mlx5: Max allowed by device is {max}"), EINVAL));
    }
    Ok(())
}

/// `mlx5_devlink_max_sfs_get()`.
pub(super) fn max_sfs(cx: &Locked<'_, Mlx5>) -> Result<u32> {
    let card = &cx.data().card;
    let all = card.next::<NvGlobalPciConf>()?;
    if !all.get(NvGlobalPciConf::PER_PF_NUM_SF) {
        return Ok(0);
    }
    let own = card.next::<NvPfPciConf>()?;
    if !own.get(NvPfPciConf::PF_TOTAL_SF_EN) {
        return Ok(0);
    }
    Ok(own.get(NvPfPciConf::TOTAL_SF).into())
}

/// `mlx5_devlink_max_sfs_set()`. That functions have subfunctions at all is not switched off: other
/// ones may.
pub(super) fn set_max_sfs(cx: &Locked<'_, Mlx5>, number: u32, extack: Extack<'_>) -> Result {
    let card = &cx.data().card;
    if number != 0 {
        let mut all = card.next::<NvGlobalPciConf>().map_err(or_say(
            extack,
            c"rust_mlx5: Failed to read global PCI configuration",
        ))?;
        all.set(NvGlobalPciConf::PER_PF_NUM_SF, true);
        all.write(card).map_err(or_say(
            extack,
            c"rust_mlx5: Failed to change per_pf_num_sf global PCI configuration",
        ))?;
    }
    let mut own = card.next::<NvPfPciConf>().map_err(or_say(
        extack,
        c"rust_mlx5: Failed to read PF configuration",
    ))?;
    let log_bar_size = if number == 0 { 0 } else { LOG_SF_BAR_SIZE };
    own.set(NvPfPciConf::LOG_SF_BAR_SIZE, log_bar_size);
    own.set(NvPfPciConf::PF_TOTAL_SF_EN, number != 0);
    own.set(NvPfPciConf::TOTAL_SF, u16::try_from(number)?);
    own.write(card).map_err(or_say(
        extack,
        c"rust_mlx5: Failed to change PF PCI configuration",
    ))?;
    // Users are told that of something that did not fail.
    let _ = extack.err(
        c"rust_mlx5: Modifying max_sfs requires a FW reset and PCI bus rescan",
        EINPROGRESS,
    );
    Ok(())
}

/// `mlx5_devlink_max_sfs_validate()`.
pub(super) fn is_number_of_sfs(_: &Locked<'_, Mlx5>, number: u32, extack: Extack<'_>) -> Result {
    if number > u16::MAX.into() {
        let text = fmt!("rust_mlx5: Max SFs allowed value is {}", u16::MAX);
        return Err(extack.err_fmt(text, EINVAL));
    }
    Ok(())
}

/// What completions can be compressed for, by number.
const COMPRESSIONS: [&CStr; 2] = [c"balanced", c"aggressive"];

/// The modes of checksums, by number. The first one cannot be set.
const CHECKSUMS: [&CStr; 3] = [c"default", c"full_csum", c"l4_only"];
const L4_ONLY: u8 = 2;

/// Which of these names a value is.
fn number_of(names: &[&CStr], value: ParamStr) -> Option<u8> {
    let number = names
        .iter()
        .position(|name| name.to_bytes() == value.to_bytes())?;
    u8::try_from(number).ok()
}

/// `mlx5_nv_param_devlink_cqe_compress_get()`.
pub(super) fn compression(cx: &Locked<'_, Mlx5>) -> Result<ParamStr> {
    let all = cx.data().card.next::<NvSwOffloadConf>()?;
    let number = all.get(NvSwOffloadConf::CQE_COMPRESSION);
    let name = COMPRESSIONS.get(usize::from(number)).ok_or(EOPNOTSUPP)?;
    Ok(ParamStr::new(name))
}

/// `mlx5_nv_param_devlink_cqe_compress_set()`.
pub(super) fn set_compression(
    cx: &Locked<'_, Mlx5>,
    value: ParamStr,
    extack: Extack<'_>,
) -> Result {
    let card = &cx.data().card;
    let mut all = card.next::<NvSwOffloadConf>().map_err(or_say(
        extack,
        c"rust_mlx5: Failed to read sw_offload_conf mnvda reg",
    ))?;
    let number = number_of(&COMPRESSIONS, value).ok_or(EOPNOTSUPP)?;
    all.set(NvSwOffloadConf::CQE_COMPRESSION, number);
    all.write(card)
}

/// `mlx5_nv_param_devlink_cqe_compress_validate()`.
pub(super) fn is_compression(_: &Locked<'_, Mlx5>, value: ParamStr, extack: Extack<'_>) -> Result {
    match number_of(&COMPRESSIONS, value) {
        Some(_) => Ok(()),
        None => Err(extack.err(
            c"rust_mlx5: Invalid value, supported values are balanced/aggressive",
            EOPNOTSUPP,
        )),
    }
}

/// `mlx5_swp_l4_csum_mode_get()`.
fn checksum_in(card: &Card<'_>, access: Access) -> Result<u8> {
    let all = card.read_item::<NvSwAccelerateConf>(access)?;
    let number = all.get(NvSwAccelerateConf::SWP_L4_CSUM_MODE);
    if usize::from(number) < CHECKSUMS.len() {
        Ok(number)
    } else {
        Err(EINVAL)
    }
}

fn checksum_name(number: u8) -> Result<ParamStr> {
    let name = CHECKSUMS.get(usize::from(number)).ok_or(EINVAL)?;
    Ok(ParamStr::new(name))
}

/// `mlx5_devlink_swp_l4_csum_mode_get()`.
pub(super) fn checksum(cx: &Locked<'_, Mlx5>) -> Result<ParamStr> {
    checksum_name(checksum_in(&cx.data().card, Access::Next)?)
}

/// `mlx5_swp_l4_csum_mode_set()`.
fn write_checksum(card: &Card<'_>, number: u8, extack: Extack<'_>) -> Result {
    let mut all = card.next::<NvSwAccelerateConf>().map_err(or_say(
        extack,
        c"rust_mlx5: Failed to read sw_accelerate_conf mnvda reg",
    ))?;
    all.set(NvSwAccelerateConf::SWP_L4_CSUM_MODE, number);
    all.write(card).map_err(or_say(
        extack,
        c"rust_mlx5: Failed to write sw_accelerate_conf mnvda reg",
    ))
}

/// `mlx5_devlink_swp_l4_csum_mode_set()`.
pub(super) fn set_checksum(cx: &Locked<'_, Mlx5>, value: ParamStr, extack: Extack<'_>) -> Result {
    let number = number_of(&CHECKSUMS, value).ok_or(EINVAL)?;
    write_checksum(&cx.data().card, number, extack)
}

/// `mlx5_devlink_swp_l4_csum_mode_get_default()`.
pub(super) fn default_checksum(cx: &Locked<'_, Mlx5>, _: Mode) -> Result<ParamStr> {
    checksum_name(checksum_in(&cx.data().card, Access::Default)?)
}

/// `mlx5_devlink_swp_l4_csum_mode_set_default()`.
pub(super) fn reset_checksum(cx: &Locked<'_, Mlx5>, _: Mode, extack: Extack<'_>) -> Result {
    let card = &cx.data().card;
    let number = checksum_in(card, Access::Default).map_err(or_say(
        extack,
        c"rust_mlx5: Failed to read sw_accelerate_conf mnvda reg",
    ))?;
    write_checksum(card, number, extack)
}

/// `mlx5_devlink_swp_l4_csum_mode_validate()`.
pub(super) fn is_checksum(cx: &Locked<'_, Mlx5>, value: ParamStr, extack: Extack<'_>) -> Result {
    let number = number_of(&CHECKSUMS, value).filter(|number| *number != 0);
    let number = number.ok_or_else(|| {
        extack.err(
            c"rust_mlx5: Invalid value, supported values are full_csum/l4_only",
            EINVAL,
        )
    })?;
    if number != L4_ONLY {
        return Ok(());
    }
    let caps = cx
        .data()
        .card
        .next::<NvSwOffloadCap>()
        .map_err(or_say(extack, c"rust_mlx5: Failed to read sw_offload_cap"))?;
    if caps.get(NvSwOffloadCap::SWP_L4_CSUM_MODE_L4_ONLY) {
        Ok(())
    } else {
        Err(extack.err(
            c"rust_mlx5: l4_only mode is not supported on this device",
            EOPNOTSUPP,
        ))
    }
}
