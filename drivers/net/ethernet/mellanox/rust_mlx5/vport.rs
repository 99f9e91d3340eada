// SPDX-License-Identifier: GPL-2.0

//! The virtual port of the function.

use crate::{
    caps::Caps,
    card::Card,
    cmd::commands,
    layout::{
        Block,
        CmdHcaCap,
        ModifyNicVportContextIn,
        ModifyNicVportFieldSelect,
        NicVportContext, //
    },
};

use kernel::prelude::*;

commands! {
    /// As the stock driver has it, a dead device is taken for one that has done it.
    undo ModifyNicVportContext = MODIFY_NIC_VPORT_CONTEXT: ModifyNicVportContextIn -> MboxOut;
}

/// The port is one for Ethernet (`MLX5_CAP_PORT_TYPE_ETH`).
pub(crate) const ETHERNET: u8 = 1;

/// Has what a queue sends not come back to others of the function (`mlx5_core_set_hca_defaults()`).
pub(crate) fn disable_local_loopback(card: &Card<'_>, caps: &Caps) -> Result {
    let (multicast, unicast) = (
        caps.get(CmdHcaCap::DISABLE_LOCAL_LB_MC),
        caps.get(CmdHcaCap::DISABLE_LOCAL_LB_UC),
    );
    if caps.get(CmdHcaCap::PORT_TYPE) != ETHERNET || !multicast && !unicast {
        return Ok(());
    }
    let select = ModifyNicVportContextIn::FIELD_SELECT;
    let context = ModifyNicVportContextIn::NIC_VPORT_CONTEXT;
    let mut input = Block::<ModifyNicVportContextIn>::new();
    input.set(context.then(NicVportContext::DISABLE_MC_LOCAL_LB), true);
    input.set(context.then(NicVportContext::DISABLE_UC_LOCAL_LB), true);
    input.set(
        select.then(ModifyNicVportFieldSelect::DISABLE_MC_LOCAL_LB),
        multicast,
    );
    input.set(
        select.then(ModifyNicVportFieldSelect::DISABLE_UC_LOCAL_LB),
        unicast,
    );
    card.run::<ModifyNicVportContext>(input)
        .inspect_err(|_| dev_err!(card.dev.as_ref(), "Failed to set hca defaults\n"))?;
    Ok(())
}
