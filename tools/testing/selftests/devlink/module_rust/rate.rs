// SPDX-License-Identifier: GPL-2.0

//! The tree of transmit rates: leaves of ports that have a function, and nodes. Nodes of the driver
//! are dt_outer and, in it, dt_inner, which port 8's leaf is in.

use crate::{
    callback::Callback,
    device::{
        Data,
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    name::Name,
    port,
    port::PortObjects, //
};

use kernel::{
    fmt,
    net::{
        devlink::{
            Bringup,
            Group,
            Held,
            Locked,
            Pinned,
            RateDriver,
            RateLeaf,
            RateOps,
            RateTree,
            TRAFFIC_CLASSES, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::CString, //
};

/// Bytes as C's `%*ph` shows them.
struct Hex<'a>(&'a [u32; TRAFFIC_CLASSES]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for byte in self.0.iter().flat_map(|share| share.to_ne_bytes()) {
            f.write_fmt(fmt!("{separator}{byte:02x}"))?;
            separator = " ";
        }
        Ok(())
    }
}

/// A rate: what differs between leaves and nodes.
pub(crate) trait Rate: Send + Sync {
    const SET_TX_SHARE: Callback;
    const SET_TX_MAX: Callback;
    const SET_TX_PRIORITY: Callback;
    const SET_TX_WEIGHT: Callback;
    const SET_TC_BW: Callback;
    const SET_PARENT: Callback;

    /// For the record: a node's name, or a leaf's port.
    fn name(&self) -> impl fmt::Display + '_;
}

/// The leaf of the port of that index.
pub(crate) struct TestLeaf(u32);

impl Rate for TestLeaf {
    const SET_TX_SHARE: Callback = Callback::RateLeafTxShareSet;
    const SET_TX_MAX: Callback = Callback::RateLeafTxMaxSet;
    const SET_TX_PRIORITY: Callback = Callback::RateLeafTxPrioritySet;
    const SET_TX_WEIGHT: Callback = Callback::RateLeafTxWeightSet;
    const SET_TC_BW: Callback = Callback::RateLeafTcBwSet;
    const SET_PARENT: Callback = Callback::RateLeafParentSet;

    fn name(&self) -> impl fmt::Display + '_ {
        self.0
    }
}

/// A node of the driver or of a user, whose names can be long.
pub(crate) struct TestNode(CString);

impl Rate for TestNode {
    const SET_TX_SHARE: Callback = Callback::RateNodeTxShareSet;
    const SET_TX_MAX: Callback = Callback::RateNodeTxMaxSet;
    const SET_TX_PRIORITY: Callback = Callback::RateNodeTxPrioritySet;
    const SET_TX_WEIGHT: Callback = Callback::RateNodeTxWeightSet;
    const SET_TC_BW: Callback = Callback::RateNodeTcBwSet;
    const SET_PARENT: Callback = Callback::RateNodeParentSet;

    fn name(&self) -> impl fmt::Display + '_ {
        Shown(&self.0)
    }
}

struct Shown<'a>(&'a CStr);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)
    }
}

/// How callbacks about numbers begin and end.
fn set_number<R: Rate, const FULL: bool>(
    rate: &R,
    cx: &Pinned<'_, Test<FULL>>,
    callback: Callback,
    value: u64,
    extack: Extack<'_>,
) -> Result {
    let arguments = fmt!("{} value={value}", rate.name());
    cx.data().call(callback, extack, arguments)
}

/// Implements the callbacks for either.
macro_rules! rate_ops {
    ($($rate:ident)*) => {$(
        #[vtable]
        impl<const FULL: bool> RateOps<Test<FULL>> for $rate {
            const HAS_SET_TX_SHARE: bool = FULL;
            const HAS_SET_TX_MAX: bool = FULL;
            const HAS_SET_TX_PRIORITY: bool = FULL;
            const HAS_SET_TX_WEIGHT: bool = FULL;
            const HAS_SET_TC_BW: bool = FULL;
            const HAS_SET_PARENT: bool = FULL;

            fn set_tx_share(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                value: u64,
                extack: Extack<'_>,
            ) -> Result {
                set_number(self, cx, Self::SET_TX_SHARE, value, extack)
            }

            fn set_tx_max(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                value: u64,
                extack: Extack<'_>,
            ) -> Result {
                set_number(self, cx, Self::SET_TX_MAX, value, extack)
            }

            fn set_tx_priority(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                value: u32,
                extack: Extack<'_>,
            ) -> Result {
                set_number(self, cx, Self::SET_TX_PRIORITY, value.into(), extack)
            }

            fn set_tx_weight(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                value: u32,
                extack: Extack<'_>,
            ) -> Result {
                set_number(self, cx, Self::SET_TX_WEIGHT, value.into(), extack)
            }

            fn set_tc_bw(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                shares: &[u32; TRAFFIC_CLASSES],
                extack: Extack<'_>,
            ) -> Result {
                let arguments = fmt!("{} bw={}", self.name(), Hex(shares));
                cx.data().call(Self::SET_TC_BW, extack, arguments)
            }

            fn set_parent(
                &self,
                cx: &Pinned<'_, Test<FULL>>,
                parent: Option<&TestNode>,
                extack: Extack<'_>,
            ) -> Result {
                let parent = parent.map_or(Shown(c"none"), |parent| Shown(&parent.0));
                let arguments = fmt!("{} parent={parent}", self.name());
                cx.data().call(Self::SET_PARENT, extack, arguments)
            }
        }
    )*};
}

rate_ops!(TestLeaf TestNode);

#[vtable]
impl<const FULL: bool> RateDriver for Test<FULL> {
    type Leaf<'s> = TestLeaf;
    type Node<'s> = TestNode;

    const CROSS_DEVICE: bool = FULL;
    const HAS_NEW_NODE: bool = FULL;

    fn new_node<'s>(data: &'s Data<'_, FULL>, name: &CStr, extack: Extack<'_>) -> Result<TestNode> {
        let arguments = fmt!("{} value=0", Shown(name));
        data.call(Callback::RateNodeNew, extack, arguments)?;
        Ok(TestNode(name.try_into()?))
    }

    fn delete_node(node: &TestNode, cx: &Pinned<'_, Test<FULL>>, extack: Extack<'_>) -> Result {
        set_number(node, cx, Callback::RateNodeDel, 0, extack)
    }
}

/// The rate of a port: none, or one.
pub(crate) struct LeafGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for LeafGroup<FULL> {
    type Key = ();
    type Value<'group> = RateLeaf<'group, Test<FULL>>;
}

impl<const FULL: bool> PortObjects<'_, FULL> {
    pub(crate) fn add_leaf(&self, cx: &Locked<'_, Test<FULL>>, parent: Option<Name>) -> Result {
        let leaf = TestLeaf(self.port.index());
        self.leaf.add_on(cx, (), self.port, |on| match parent {
            Some(parent) => on.leaf_below(leaf, parent.as_cstr()),
            None => on.leaf(leaf, None),
        })
    }
}

/// The tree of nodes.
pub(crate) struct Rates<'up, const FULL: bool>(RateTree<'up, Test<FULL>>);

impl<'up, const FULL: bool> Rates<'up, FULL> {
    /// Made before the ports, so that leaves go before the nodes.
    pub(crate) fn new(cx: &Bringup<'up, '_, Test<FULL>>) -> Result<Self> {
        Ok(Rates(cx.rate_tree()?))
    }

    /// The nodes, and the leaves of all ports that have a function.
    pub(crate) fn up(
        &self,
        cx: &Bringup<'up, '_, Test<FULL>>,
        ports: &port::Ports<'up, FULL>,
    ) -> Result {
        let inner = Name::new(b"dt_inner")?;
        if FULL {
            let outer = Name::new(b"dt_outer")?;
            self.add(cx, outer, None)?;
            self.add(cx, inner, Some(outer))?;
            for number in 0..cx.data().config().rates {
                self.add(cx, Name::format(fmt!("extra_node{number}"))?, None)?;
            }
        }
        ports.each(cx, |index| {
            let parent = (FULL && index == 8).then_some(inner);
            ports.with(cx, index, |port| {
                if port.port.get(cx).has_function() {
                    port.add_leaf(cx, parent)
                } else {
                    Ok(())
                }
            })?
        })
    }

    /// A node that an event names as a parent is the driver's, or a user's.
    fn check_parent(&self, cx: &Locked<'_, Test<FULL>>, name: Option<Name>) -> Result {
        match name {
            Some(name) if !self.0.has_node(cx, name.as_cstr()) => Err(ENOENT),
            _ => Ok(()),
        }
    }

    fn add(&self, cx: &Locked<'_, Test<FULL>>, name: Name, parent: Option<Name>) -> Result {
        let name = name.as_cstr();
        let node = TestNode(name.try_into()?);
        match parent {
            Some(parent) => self.0.node_below(cx, name, node, parent.as_cstr())?,
            None => self.0.node(cx, name, node, None)?,
        };
        Ok(())
    }
}

fn rate_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    if !FULL {
        return Err(EOPNOTSUPP);
    }
    let name = Name::new(arguments[0])?;
    let parent = arguments.get(1).map(|word| Name::new(word)).transpose()?;
    cx.lock(|cx| up.rates.add(cx, name, parent))
}

fn rate_clear<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    _: &Arguments<'_>,
) -> Result {
    cx.lock(|cx| up.rates.0.clear(cx))
}

fn leaf_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = port::argument(arguments[0])?;
    let parent = arguments.get(1).map(|word| Name::new(word)).transpose()?;
    cx.lock(|cx| {
        // An error about the port comes first.
        up.ports.with(cx, index, |_| ())?;
        up.rates.check_parent(cx, parent)?;
        up.ports.with(cx, index, |port| port.add_leaf(cx, parent))?
    })
}

fn leaf_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = port::argument(arguments[0])?;
    cx.lock(|cx| up.ports.with(cx, index, |port| port.leaf.remove(cx, ()))?)
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const RATE: &'static [Event<FULL>] = &[
        Event::new("rate_add", 1, 2, rate_add::<FULL>),
        Event::new("rate_clear", 0, 0, rate_clear::<FULL>),
        Event::new("leaf_add", 1, 2, leaf_add::<FULL>),
        Event::new("leaf_del", 1, 1, leaf_del::<FULL>),
    ];
}
