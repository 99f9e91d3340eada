// SPDX-License-Identifier: GPL-2.0

//! The devlink port of the network device: the function's port to the wire.

use crate::{
    caps::Caps,
    card::Card,
    driver::Mlx5,
    layout::CmdHcaCap,
    vport, //
};

use kernel::{
    net::devlink::{
        Bringup,
        Flavour,
        Port,
        PortAttrs,
        PortOps, //
    },
    pci,
    prelude::*, //
};

/// The number of the virtual port that leads to the wire (`MLX5_VPORT_UPLINK`).
const UPLINK: u32 = 0xffff;

/// How many ports a card has at most (`MLX5_MAX_PORTS`).
const MAX_PORTS: u8 = 4;

/// The port to the wire.
pub(crate) struct Uplink;

#[vtable]
impl PortOps<Mlx5> for Uplink {}

/// Which of the card's ports the function's is (`mlx5_get_dev_index()`).
fn number(dev: &pci::Device, caps: &Caps) -> u32 {
    match caps.get(CmdHcaCap::NATIVE_PORT_NUM) {
        native @ 1..=MAX_PORTS => u32::from(native) - 1,
        _ => u32::from(dev.dev_id()) & 0x7,
    }
}

/// What the port is like; it is one of the card's switch, if the function manages that.
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(super) fn attributes(card: &Card<'_>, caps: &Caps) -> Result<PortAttrs> {
    let attrs = PortAttrs::new(Flavour::Physical {
        number: number(card.dev, caps),
        subport: None,
    });
    if caps.get(CmdHcaCap::VPORT_GROUP_MANAGER) && caps.get(CmdHcaCap::ESWITCH_MANAGER) {
        return Ok(attrs.switch(&vport::system_image(card)?.to_ne_bytes()));
    }
    Ok(attrs)
}

/// Registers the port (`mlx5e_devlink_port_register()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(super) fn uplink<'up>(
    cx: &Bringup<'up, '_, Mlx5>,
    caps: &Caps,
    attrs: PortAttrs,
) -> Result<Port<'up, Mlx5, Uplink>> {
    let index = u32::from(caps.get(CmdHcaCap::VHCA_ID)) << 16 | UPLINK;
    cx.port(index, attrs, Uplink)
}
