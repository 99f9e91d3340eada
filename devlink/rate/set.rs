// SPDX-License-Identifier: GPL-2.0

//! The commands that change rates: all ask the driver first.

use super::{
    requested_name,
    tree::{
        with_tree_killable,
        HeldRate,
        Tree, //
    },
    Rate,
    Value,
    TCS, //
};

use crate::{
    driver::{
        access::Operating,
        ops::Ops,
        rate::{
            missing_in,
            DriverData, //
        },
    },
    generated::{
        attr,
        rate_tc_bws,
        Cmd,
        DL_RATE_TC_BWS_POLICY, //
    },
    instance::Devlink,
    netlink::command::{
        Command,
        Driver,
        Lookup,
        Request, //
    },
};

use kernel::{
    net::netlink::extack::Extack,
    prelude::*,
    sync::{
        aref::ARef,
        Arc, //
    },
};

/// What a driver may let users set, for leaves and for nodes separately.
#[derive(Copy, Clone)]
pub(crate) enum Setting {
    TxShare,
    TxMax,
    TxPriority,
    TxWeight,
    TcBw,
    Parent,
}

/// Fails if the request sets something that the driver does not support.
fn check_supported(ops: Ops<'_>, is_node: bool, request: &Request<'_>) -> Result {
    let (attrs, extack) = (request.attrs, request.extack);
    let message = |leaf, node| if is_node { node } else { leaf };
    let unsupported = |setting| !ops.rate_supports(is_node, setting);

    if attrs.has(attr::RATE_TX_SHARE) && unsupported(Setting::TxShare) {
        let message = message(
            c"TX share set isn't supported for the leafs",
            c"TX share set isn't supported for the nodes",
        );
        return Err(extack.err(message, EOPNOTSUPP));
    }
    if attrs.has(attr::RATE_TX_MAX) && unsupported(Setting::TxMax) {
        let message = message(
            c"TX max set isn't supported for the leafs",
            c"TX max set isn't supported for the nodes",
        );
        return Err(extack.err(message, EOPNOTSUPP));
    }
    if attrs.has(attr::RATE_PARENT_NODE_NAME) && unsupported(Setting::Parent) {
        let message = message(
            c"Parent set isn't supported for the leafs",
            c"Parent set isn't supported for the nodes",
        );
        return Err(extack.err(message, EOPNOTSUPP));
    }
    if let Some(attr) = attrs
        .raw(attr::RATE_TX_PRIORITY)
        .filter(|_| unsupported(Setting::TxPriority))
    {
        let message = message(
            c"TX priority set isn't supported for the leafs",
            c"TX priority set isn't supported for the nodes",
        );
        return Err(extack.err_attr(attr, message, EOPNOTSUPP));
    }
    if let Some(attr) = attrs
        .raw(attr::RATE_TX_WEIGHT)
        .filter(|_| unsupported(Setting::TxWeight))
    {
        let message = message(
            c"TX weight set isn't supported for the leafs",
            c"TX weight set isn't supported for the nodes",
        );
        return Err(extack.err_attr(attr, message, EOPNOTSUPP));
    }
    if let Some(attr) = attrs
        .raw(attr::RATE_TC_BWS)
        .filter(|_| unsupported(Setting::TcBw))
    {
        let message = message(
            c"TC bandwidth set isn't supported for the leafs",
            c"TC bandwidth set isn't supported for the nodes",
        );
        return Err(extack.err_attr(attr, message, EOPNOTSUPP));
    }
    Ok(())
}

/// The instance on which the request looks for the parent, if it names one.
fn parent_devlink(request: &Request<'_>) -> Result<Option<ARef<Devlink>>> {
    let named = request.parent_devlink()?;
    match named {
        Some(devlink) if !devlink.is_published() => Err(ENODEV),
        named => Ok(named),
    }
}

/// Fails if the request names another instance and the driver knows no parents on other instances.
fn check_parent_devlink(
    devlink: &Devlink,
    parent_devlink: Option<&Devlink>,
    extack: Extack<'_>,
) -> Result {
    match parent_devlink {
        Some(other)
            if !core::ptr::eq(other, devlink) && !devlink.table().shares_rates_across_devices() =>
        {
            Err(extack.err(c"Cross-device rate parents aren't supported", EOPNOTSUPP))
        }
        _ => Ok(()),
    }
}

/// Sets what the request says of a rate, one thing after the other. What was set before one fails
/// stays.
fn apply(rate: HeldRate<'_>, request: &Request<'_>, parent_devlink: Option<&Devlink>) -> Result {
    let (attrs, extack) = (request.attrs, request.extack);
    if let Some(value) = attrs.get(attr::RATE_TX_SHARE) {
        rate.set(Value::TxShare(value), extack)?;
    }
    if let Some(value) = attrs.get(attr::RATE_TX_MAX) {
        rate.set(Value::TxMax(value), extack)?;
    }
    if let Some(value) = attrs.get(attr::RATE_TX_PRIORITY) {
        rate.set(Value::TxPriority(value), extack)?;
    }
    if let Some(value) = attrs.get(attr::RATE_TX_WEIGHT) {
        rate.set(Value::TxWeight(value), extack)?;
    }
    if attrs.has(attr::RATE_TC_BWS) {
        rate.set(Value::TcBw(bandwidths(request)?), extack)?;
    }
    if let Some(name) = attrs.get(attr::RATE_PARENT_NODE_NAME) {
        let devlink = parent_devlink.unwrap_or(rate.devlink());
        set_parent(rate, devlink, name, extack)?;
    }
    Ok(())
}

/// The bandwidths of all traffic classes, each of which is an attribute of its own.
fn bandwidths(request: &Request<'_>) -> Result<[u32; TCS]> {
    let extack = request.extack;
    let mut given = [None; TCS];
    for nest in request.info().repeated(attr::RATE_TC_BWS) {
        let parsed = nest.parse_nested(&DL_RATE_TC_BWS_POLICY, extack)?;
        let attrs = parsed.attrs();
        let index = attrs
            .get(rate_tc_bws::INDEX)
            .ok_or_else(|| missing_in(extack, nest, rate_tc_bws::INDEX))?;
        let bandwidth = attrs
            .get(rate_tc_bws::BW)
            .ok_or_else(|| missing_in(extack, nest, rate_tc_bws::BW))?;
        // The policy has checked the range.
        let slot = given.get_mut(usize::from(index)).ok_or(EINVAL)?;
        if slot.replace(bandwidth).is_some() {
            return Err(extack.err_fmt(
                fmt!("Duplicate traffic class index specified ({index})"),
                EINVAL,
            ));
        }
    }
    let mut bandwidths = [0; TCS];
    for (bandwidth, given) in bandwidths.iter_mut().zip(given) {
        *bandwidth = given.ok_or_else(|| {
            extack.err_fmt(
                fmt!("Bandwidth values must be specified for all {TCS} traffic classes"),
                EINVAL,
            )
        })?;
    }
    Ok(bandwidths)
}

/// Makes the node `name` of `devlink` the parent of a rate; an empty name takes the parent away.
fn set_parent(rate: HeldRate<'_>, devlink: &Devlink, name: &CStr, extack: Extack<'_>) -> Result {
    if name.is_empty() {
        return match rate.parent() {
            Some(_) => rate.set_parent(None, extack),
            None => Ok(()),
        };
    }
    let member = rate.tree().member(devlink).ok_or(ENODEV)?;
    let parent = member.node(name).ok_or(ENODEV)?;
    if Arc::ptr_eq(&parent, rate.rate()) {
        return Err(extack.err(c"Parent to self is not allowed", EINVAL));
    }
    let parent = member.hold(&parent)?;
    if rate.is_node() && rate.is_above(parent) {
        return Err(extack.err(c"Node is already a parent of parent node.", EEXIST));
    }
    rate.set_parent(Some(parent), extack)
}

/// `DEVLINK_CMD_RATE_SET`.
pub(crate) struct Set;

impl Command for Set {
    /// The parent's instance is looked for before the driver is waited for.
    type Access = Lookup;

    fn check(request: &Request<'_>) -> Result {
        parent_devlink(request).map(drop)
    }

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let parent_devlink = parent_devlink(request)?;
        let parent_devlink = parent_devlink.as_deref();
        let devlink = devlink.operate(request.name())?;
        with_tree_killable(devlink.locked(), |tree| {
            let rate = devlink.rates.requested(request, &devlink)?;
            let rate = tree.own().hold(&rate)?;
            check_supported(*devlink.ops(), rate.is_node(), request)?;
            check_parent_devlink(&devlink, parent_devlink, request.extack)?;
            apply(rate, request, parent_devlink)?;
            rate.notify(&devlink, Cmd::RateNew);
            Ok(())
        })
    }
}

/// `DEVLINK_CMD_RATE_NEW`.
pub(crate) struct New;

impl Command for New {
    /// The parent's instance is looked for before the driver is waited for.
    type Access = Lookup;

    fn check(request: &Request<'_>) -> Result {
        parent_devlink(request).map(drop)
    }

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let parent_devlink = parent_devlink(request)?;
        let parent_devlink = parent_devlink.as_deref();
        let devlink = devlink.operate(request.name())?;
        let ops = devlink.ops();
        if !ops.can_make_rate_nodes() {
            return Err(request
                .extack
                .err(c"Rate nodes aren't supported", EOPNOTSUPP));
        }
        check_supported(*ops, true, request)?;
        check_parent_devlink(&devlink, parent_devlink, request.extack)?;
        with_tree_killable(devlink.locked(), |tree| {
            make_node(tree, request, parent_devlink)
        })
    }
}

fn make_node(tree: Tree<'_>, request: &Request<'_>, parent_devlink: Option<&Devlink>) -> Result {
    let (devlink, extack) = (tree.devlink(), request.extack);
    let name = requested_name(request)?;
    if devlink.rates.node_by_name(name).is_some() {
        return Err(EEXIST);
    }
    let node = Rate::node(tree, name, DriverData::NONE, None)?;
    let node = tree.own().hold(&node)?;
    node.driver_new(extack)?;
    // Found by nobody before it is complete; so it cannot become its own parent, either.
    let made =
        apply(node, request, parent_devlink).and_then(|()| devlink.rates.insert(node.rate()));
    if made.is_err() {
        // The driver cannot object.
        let _ = node.driver_del(extack);
        return made;
    }
    node.notify(devlink, Cmd::RateNew);
    Ok(())
}

/// `DEVLINK_CMD_RATE_DEL`.
pub(crate) struct Del;

impl Command for Del {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let extack = request.extack;
        with_tree_killable(devlink.locked(), |tree| {
            let node = devlink.rates.requested_node(request)?;
            let node = tree.own().hold(&node)?;
            if !devlink.ops().can_delete_rate_nodes() {
                return Err(EOPNOTSUPP);
            }
            node.retire()
                .map_err(|busy| extack.err(c"Node has children. Cannot delete node.", busy))?;
            devlink.rates.remove(&node);
            node.notify(&devlink, Cmd::RateDel);
            // The node goes, whatever the driver answers.
            let deleted = node.driver_del(extack);
            node.replace_link(None);
            deleted
        })
    }
}
