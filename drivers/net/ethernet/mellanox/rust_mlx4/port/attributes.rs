// SPDX-License-Identifier: GPL-2.0

//! Files of ports in the device's folder in sysfs: a port's type, and the MTU that it has if it is
//! InfiniBand's.

use super::{
    set_type,
    types::Wanted,
    Ports, //
};

use crate::{
    caps::PortType,
    driver::Mlx4, //
};

use kernel::{
    fmt::Write,
    net::devlink::{
        Attribute,
        Bringup,
        Locked, //
    },
    prelude::*,
    str::{
        parse_int::ParseInt,
        BStr,
        CString,
        Formatter, //
    }, //
};

/// The least MTU, in bytes. The other ones are powers of two, too, and a port calls them 1, 2, ...
/// (`enum ib_mtu`).
const LEAST_MTU: u32 = 256;
const MTUS: u32 = 5;

/// Makes the files of a port (`mlx4_init_port_info()`).
pub(super) fn add(cx: &Bringup<'_, '_, Mlx4>, number: u8) -> Result {
    let name = CString::try_from_fmt(fmt!("mlx4_port{}", number))?;
    cx.attribute(name, TypeFile(number))?;
    let name = CString::try_from_fmt(fmt!("mlx4_port{}_mtu", number))?;
    cx.attribute(name, MtuFile(number))
}

/// The type of the port of that number.
struct TypeFile(u8);

#[vtable]
impl Attribute<Mlx4> for TypeFile {
    /// `show_port_type()`.
    fn show(&self, cx: &Locked<'_, Mlx4>, out: &mut Formatter<'_>) -> Result {
        let types = &cx.data().types;
        let name = match types.kind(self.0) {
            Some(PortType::InfiniBand) => "ib",
            Some(PortType::Ethernet) | None => "eth",
        };
        if types.is_sensed(self.0) {
            writeln!(out, "auto ({name})")?;
        } else {
            writeln!(out, "{name}")?;
        }
        Ok(())
    }

    /// `set_port_type()`.
    fn store(&self, cx: &Locked<'_, Mlx4>, text: &[u8]) -> Result {
        let wanted = match text {
            b"ib\n" => Wanted::Only(PortType::InfiniBand),
            b"eth\n" => Wanted::Only(PortType::Ethernet),
            b"auto\n" => Wanted::Auto,
            _ => {
                dev_err!(
                    cx.data().card.dev.as_ref(),
                    "{} is not supported port type\n",
                    BStr::from_bytes(text.trim_ascii_end())
                );
                return Err(EINVAL);
            }
        };
        set_type(cx, self.0, wanted)
    }
}

/// The MTU of the port of that number.
struct MtuFile(u8);

#[vtable]
impl Attribute<Mlx4> for MtuFile {
    /// `show_port_ib_mtu()`.
    fn show(&self, cx: &Locked<'_, Mlx4>, out: &mut Formatter<'_>) -> Result {
        self.warn_of_ethernet(cx);
        let mtu = cx.data().types.mtu(self.0).ok_or(ENODEV)?;
        writeln!(out, "{}", bytes_of(mtu.into()))?;
        Ok(())
    }

    /// `set_port_ib_mtu()`.
    fn store(&self, cx: &Locked<'_, Mlx4>, text: &[u8]) -> Result {
        if self.warn_of_ethernet(cx) {
            return Err(EINVAL);
        }
        let Some(mtu) = mtu_of(text) else {
            dev_err!(
                cx.data().card.dev.as_ref(),
                "{} is invalid IBTA mtu\n",
                BStr::from_bytes(text.trim_ascii_end())
            );
            return Err(EINVAL);
        };
        cx.data().types.set_mtu(self.0, mtu);
        cx.up(|up| up.ports.set_up_again(self.0)).ok_or(ENODEV)?
    }
}

impl MtuFile {
    /// Whether the port is one of Ethernet, whose MTU is its network device's.
    fn warn_of_ethernet(&self, cx: &Locked<'_, Mlx4>) -> bool {
        let data = cx.data();
        let is_ethernet = data.types.kind(self.0) == Some(PortType::Ethernet);
        if is_ethernet {
            dev_warn!(
                data.card.dev.as_ref(),
                "port level mtu is only used for IB ports\n"
            );
        }
        is_ethernet
    }
}

impl Ports<'_> {
    /// Has an InfiniBand port get what it is to have now.
    fn set_up_again(&self, number: u8) -> Result {
        self.close(number);
        self.types.set_up(self.card, number)
    }
}

/// How many bytes a port has that calls its MTU so (`ibta_mtu_to_int()`).
fn bytes_of(mtu: u32) -> u32 {
    LEAST_MTU << mtu.saturating_sub(1)
}

/// How a port calls the MTU that a user wrote (`int_to_ibta_mtu()`).
fn mtu_of(text: &[u8]) -> Option<u8> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let bytes = u32::from_str(BStr::from_bytes(text)).ok()?;
    let mtu = (1..=MTUS).find(|mtu| bytes_of(*mtu) == bytes)?;
    u8::try_from(mtu).ok()
}
