// SPDX-License-Identifier: GPL-2.0

//! The virtual port of the function.

use crate::{
    caps::Caps,
    card::Card,
    cmd::{
        commands,
        Output, //
    },
    layout::{
        Block,
        CmdHcaCap,
        DeleteL2TableEntryIn,
        Field,
        MacAddressLayout,
        MboxOut,
        ModifyNicVportContextIn,
        ModifyNicVportFieldSelect,
        NicVportContext,
        QueryNicVportContextOut,
        QueryVportStateOut,
        SetL2TableEntryIn,
        Structure,
        Value, //
    },
};

use kernel::prelude::*;

commands! {
    /// As the stock driver has it, a dead device is taken for one that has done it.
    undo ModifyNicVportContext = MODIFY_NIC_VPORT_CONTEXT: ModifyNicVportContextIn -> MboxOut;
    do QueryNicVportContext = QUERY_NIC_VPORT_CONTEXT: QueryNicVportContextIn
        -> QueryNicVportContextOut;
    do QueryVportState = QUERY_VPORT_STATE: QueryVportStateIn -> QueryVportStateOut;
    do SetL2TableEntry = SET_L2_TABLE_ENTRY: SetL2TableEntryIn -> MboxOut;
    undo DeleteL2TableEntry = DELETE_L2_TABLE_ENTRY: DeleteL2TableEntryIn -> MboxOut;
}

/// An address of a station or of a group of stations.
pub(crate) type Address = [u8; 6];

/// The port is one for Ethernet (`MLX5_CAP_PORT_TYPE_ETH`).
pub(crate) const ETHERNET: u8 = 1;

/// Has what a queue sends not come back to others of the function (`mlx5_core_set_hca_defaults()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(crate) fn set_defaults(card: &Card<'_>, caps: &Caps) -> Result {
    if caps.get(CmdHcaCap::PORT_TYPE) != ETHERNET {
        return Ok(());
    }
    set_local_loopback(card, caps, false)
        .inspect_err(|_| dev_err!(card.dev.as_ref(), "Failed to set hca defaults\n"))
}

/// Whether what a queue sends may come back to others of the function
/// (`mlx5_nic_vport_query_local_lb()`).
pub(crate) fn has_local_loopback(card: &Card<'_>) -> Result<bool> {
    let context = context(card)?;
    let is_set = |field| context.get(QueryNicVportContextOut::NIC_VPORT_CONTEXT.then(field));
    let is_disabled = is_set(NicVportContext::DISABLE_MC_LOCAL_LB)
        || is_set(NicVportContext::DISABLE_UC_LOCAL_LB);
    Ok(!is_disabled)
}

/// Says whether it may (`mlx5_nic_vport_update_local_lb()`). A device that has no choice is let be.
pub(crate) fn set_local_loopback(card: &Card<'_>, caps: &Caps, may: bool) -> Result {
    let (multicast, unicast) = (
        caps.get(CmdHcaCap::DISABLE_LOCAL_LB_MC),
        caps.get(CmdHcaCap::DISABLE_LOCAL_LB_UC),
    );
    if !multicast && !unicast {
        return Ok(());
    }
    let select = ModifyNicVportContextIn::FIELD_SELECT;
    let context = ModifyNicVportContextIn::NIC_VPORT_CONTEXT;
    let mut input = Block::<ModifyNicVportContextIn>::new();
    input.set(context.then(NicVportContext::DISABLE_MC_LOCAL_LB), !may);
    input.set(context.then(NicVportContext::DISABLE_UC_LOCAL_LB), !may);
    input.set(
        select.then(ModifyNicVportFieldSelect::DISABLE_MC_LOCAL_LB),
        multicast,
    );
    input.set(
        select.then(ModifyNicVportFieldSelect::DISABLE_UC_LOCAL_LB),
        unicast,
    );
    card.run::<ModifyNicVportContext>(input).map(drop)
}

fn context(card: &Card<'_>) -> Result<Block<QueryNicVportContextOut>> {
    card.run::<QueryNicVportContext>(Block::new())
}

fn get<T: Value>(card: &Card<'_>, field: Field<NicVportContext, T>) -> Result<T> {
    Ok(context(card)?.get(QueryNicVportContextOut::NIC_VPORT_CONTEXT.then(field)))
}

/// The identifier of the card that the port is on (`mlx5_query_nic_vport_system_image_guid()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(crate) fn system_image(card: &Card<'_>) -> Result<u64> {
    get(card, NicVportContext::SYSTEM_IMAGE_GUID)
}

/// The port's own address (`mlx5_query_mac_address()`).
// Its part of the stack is free again for what comes next.
#[inline(never)]
pub(crate) fn address(card: &Card<'_>) -> Result<Address> {
    let place = QueryNicVportContextOut::NIC_VPORT_CONTEXT.then(NicVportContext::PERMANENT_ADDRESS);
    let context = context(card)?;
    let [a, b] = context
        .get(place.then(MacAddressLayout::MAC_ADDR_47_32))
        .to_be_bytes();
    let [c, d, e, f] = context
        .get(place.then(MacAddressLayout::MAC_ADDR_31_0))
        .to_be_bytes();
    Ok([a, b, c, d, e, f])
}

/// Which headers a frame must have in its descriptor (`mlx5_query_nic_vport_min_inline()`).
pub(crate) fn min_inline(card: &Card<'_>) -> Result<u8> {
    get(card, NicVportContext::MIN_WQE_INLINE_MODE)
}

/// The largest frame of the port.
pub(crate) fn mtu(card: &Card<'_>) -> Result<u16> {
    get(card, NicVportContext::MTU)
}

/// Says which one is the largest frame of the port (`mlx5_modify_nic_vport_mtu()`).
pub(crate) fn set_mtu(card: &Card<'_>, mtu: u16) -> Result {
    let select = ModifyNicVportContextIn::FIELD_SELECT;
    let context = ModifyNicVportContextIn::NIC_VPORT_CONTEXT;
    let mut input = Block::<ModifyNicVportContextIn>::new();
    input.set(select.then(ModifyNicVportFieldSelect::MTU), true);
    input.set(context.then(NicVportContext::MTU), mtu);
    card.run::<ModifyNicVportContext>(input).map(drop)
}

/// Whether there is a link (`mlx5_query_vport_state()`).
pub(crate) fn is_up(card: &Card<'_>) -> Result<bool> {
    const UP: u8 = 1;

    let state = card.run::<QueryVportState>(Block::new())?;
    Ok(state.get(QueryVportStateOut::STATE) == UP)
}

/// Lists of what a port receives (`MLX5_NVPRT_LIST_TYPE_*`).
#[derive(Clone, Copy)]
pub(crate) enum List {
    Unicast = 0,
    Multicast = 1,
    Vlan = 2,
}

/// Says for which stations or groups the port receives frames (`mlx5_modify_nic_vport_mac_list()`).
pub(crate) fn set_addresses(
    card: &Card<'_>,
    list: List,
    addresses: impl ExactSizeIterator<Item = Address>,
) -> Result {
    let entries = addresses.map(|[a, b, c, d, e, f]| [0, 0, a, b, c, d, e, f]);
    set_list(card, list, entries)
}

/// Says of which VLANs the port receives frames (`mlx5_modify_nic_vport_vlans()`).
pub(crate) fn set_vlans(card: &Card<'_>, vlans: &[u16]) -> Result {
    let entries = vlans.iter().map(|vlan| {
        let [high, low] = vlan.to_be_bytes();
        [0, 0, high, low, 0, 0, 0, 0]
    });
    set_list(card, List::Vlan, entries)
}

// Its part of the stack is free again for what comes next.
#[inline(never)]
fn set_list(
    card: &Card<'_>,
    list: List,
    entries: impl ExactSizeIterator<Item = [u8; MacAddressLayout::BYTES]>,
) -> Result {
    let select = ModifyNicVportContextIn::FIELD_SELECT;
    let context = ModifyNicVportContextIn::NIC_VPORT_CONTEXT;
    let mut input = Block::<ModifyNicVportContextIn>::new();
    input.set(select.then(ModifyNicVportFieldSelect::ADDRESSES_LIST), true);
    input.set(context.then(NicVportContext::ALLOWED_LIST_TYPE), list as u8);
    // CAST: The list has at most 12 bits of length.
    let length = entries.len() as u16;
    input.set(context.then(NicVportContext::ALLOWED_LIST_SIZE), length);
    let mut tail = KVVec::with_capacity(entries.len() * MacAddressLayout::BYTES, GFP_KERNEL)?;
    for entry in entries {
        tail.extend_from_slice(&entry, GFP_KERNEL)?;
    }
    let mut output = Block::<MboxOut>::new();
    card.run_with::<ModifyNicVportContext>(input, &tail, Output(output.as_mut(), &mut []))
}

/// Says whether the port receives frames for all groups, or all frames
/// (`mlx5_modify_nic_vport_promisc()`).
pub(crate) fn set_promiscuous(card: &Card<'_>, all_groups: bool, all: bool) -> Result {
    let select = ModifyNicVportContextIn::FIELD_SELECT;
    let context = ModifyNicVportContextIn::NIC_VPORT_CONTEXT;
    let mut input = Block::<ModifyNicVportContextIn>::new();
    input.set(select.then(ModifyNicVportFieldSelect::PROMISC), true);
    input.set(context.then(NicVportContext::PROMISC_MC), all_groups);
    input.set(context.then(NicVportContext::PROMISC_ALL), all);
    card.run::<ModifyNicVportContext>(input).map(drop)
}

/// An entry of the table by which frames from the wire are spread over the physical functions.
pub(crate) struct L2Entry<'up> {
    card: &'up Card<'up>,
    index: u32,
}

impl<'up> L2Entry<'up> {
    /// Frames for that station are this function's (`mlx5_mpfs_add_mac()`).
    pub(crate) fn new(card: &'up Card<'up>, index: u32, address: Address) -> Result<Self> {
        let [a, b, c, d, e, f] = address;
        let place = SetL2TableEntryIn::MAC_ADDRESS;
        let mut input = Block::<SetL2TableEntryIn>::new();
        input.set(SetL2TableEntryIn::TABLE_INDEX, index);
        input.set(
            place.then(MacAddressLayout::MAC_ADDR_47_32),
            u16::from_be_bytes([a, b]),
        );
        input.set(
            place.then(MacAddressLayout::MAC_ADDR_31_0),
            u32::from_be_bytes([c, d, e, f]),
        );
        card.run::<SetL2TableEntry>(input)?;
        Ok(L2Entry { card, index })
    }

    /// Which entry it is.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }
}

impl Drop for L2Entry<'_> {
    fn drop(&mut self) {
        let mut input = Block::<DeleteL2TableEntryIn>::new();
        input.set(DeleteL2TableEntryIn::TABLE_INDEX, self.index);
        // The failure was logged.
        let _ = self.card.run::<DeleteL2TableEntry>(input);
    }
}
