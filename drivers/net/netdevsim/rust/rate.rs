// SPDX-License-Identifier: GPL-2.0

//! Transmit rates: a leaf for each virtual function's port, and nodes that users make.

use crate::{
    device::{
        Data,
        NetDevSim, //
    },
    seam::VfConfigs, //
};

use kernel::{
    debugfs::{
        self,
        Dir,
        Text,
        TextFile, //
    },
    net::{
        devlink::{
            Bringup,
            EswitchMode,
            Locked,
            Pinned,
            RateDriver,
            RateOps,
            RateTree,
            TRAFFIC_CLASSES, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    num::division::checked_rem,
    prelude::*,
    str::CString,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        Arc,
        Mutex, //
    }, //
};

/// Bytes per second in 1 Mbit/s.
const MEGABIT: u64 = 125_000;

/// The speed of the link, in Mbit/s.
const LINK_SPEED: u64 = 5_000;

/// Where the limits of a leaf or a node are, in Mbit/s.
pub(crate) trait Limits: Send + Sync + 'static {
    fn tx_share(&self) -> u16;
    fn set_tx_share(&self, rate: u16);
    fn tx_max(&self) -> u16;
    fn set_tx_max(&self, rate: u16);
}

/// Those of a virtual function, which ip(8) knows, too.
pub(crate) struct VfLimits {
    configs: Arc<VfConfigs>,
    vf: u32,
}

impl Limits for VfLimits {
    fn tx_share(&self) -> u16 {
        self.configs.tx_share(self.vf)
    }

    fn set_tx_share(&self, rate: u16) {
        self.configs.set_tx_share(self.vf, rate);
    }

    fn tx_max(&self) -> u16 {
        self.configs.tx_max(self.vf)
    }

    fn set_tx_max(&self, rate: u16) {
        self.configs.set_tx_max(self.vf, rate);
    }
}

/// Those of a node, which has a name.
pub(crate) struct NodeLimits {
    name: CString,
    tx_share: Atomic<u32>,
    tx_max: Atomic<u32>,
}

impl Limits for NodeLimits {
    fn tx_share(&self) -> u16 {
        // CAST: Only such values are stored.
        self.tx_share.load(Relaxed) as u16
    }

    fn set_tx_share(&self, rate: u16) {
        self.tx_share.store(rate.into(), Relaxed);
    }

    fn tx_max(&self) -> u16 {
        // CAST: Only such values are stored.
        self.tx_max.load(Relaxed) as u16
    }

    fn set_tx_max(&self, rate: u16) {
        self.tx_max.store(rate.into(), Relaxed);
    }
}

/// What the device knows of a rate.
#[pin_data]
struct State<L> {
    limits: L,
    shares: [Atomic<u32>; TRAFFIC_CLASSES],
    #[pin]
    parent: Mutex<Option<CString>>,
}

/// A leaf or a node.
pub(crate) struct Rate<L>(Arc<State<L>>);

/// The rate of a virtual function's port.
pub(crate) type Leaf = Rate<VfLimits>;

impl<L: Limits> Rate<L> {
    fn new(limits: L) -> Result<Self> {
        let state = pin_init!(State {
            limits,
            shares: core::array::from_fn(|_| Atomic::new(0)),
            parent <- new_mutex!(None, "netdevsim_rate_parent"),
        });
        Ok(Rate(Arc::pin_init(state, GFP_KERNEL)?))
    }

    /// Its files in debugfs.
    pub(crate) fn files(&self, folder: &Dir) -> Result<RateFiles<L>> {
        let number = |name: &CStr, shown| {
            let file = NumberFile {
                rate: self.0.clone(),
                shown,
            };
            KBox::pin_init(folder.text_file(name, Ok(file)), GFP_KERNEL)
        };
        let mut numbers = KVec::with_capacity(2 + TRAFFIC_CLASSES, GFP_KERNEL)?;
        numbers.push(number(c"tx_share", Shown::TxShare)?, GFP_KERNEL)?;
        numbers.push(number(c"tx_max", Shown::TxMax)?, GFP_KERNEL)?;
        for class in 0..TRAFFIC_CLASSES {
            let name = CString::try_from_fmt(fmt!("tc{class}_bw"))?;
            numbers.push(number(&name, Shown::Share(class))?, GFP_KERNEL)?;
        }
        let parent = folder.text_file(c"rate_parent", Ok(ParentFile(self.0.clone())));
        Ok(RateFiles {
            _numbers: numbers,
            _parent: KBox::pin_init(parent, GFP_KERNEL)?,
        })
    }
}

impl Leaf {
    /// The leaf of that virtual function.
    pub(crate) fn of_vf(data: &Data<'_>, vf: u32) -> Result<Self> {
        Rate::new(VfLimits {
            configs: data.c.vf_configs().clone(),
            vf,
        })
    }
}

/// What a number file shows.
enum Shown {
    TxShare,
    TxMax,
    /// That of a traffic class.
    Share(usize),
}

/// A file with a number of a rate.
struct NumberFile<L> {
    rate: Arc<State<L>>,
    shown: Shown,
}

#[vtable]
impl<L: Limits> Text for NumberFile<L> {
    fn read(&self) -> Result<KVVec<u8>> {
        let number = match self.shown {
            Shown::TxShare => self.rate.limits.tx_share().into(),
            Shown::TxMax => self.rate.limits.tx_max().into(),
            Shown::Share(class) => self.rate.shares[class].load(Relaxed),
        };
        debugfs::text(fmt!("{number}\n"))
    }
}

/// A file with the name of a rate's parent, if there is one.
struct ParentFile<L>(Arc<State<L>>);

#[vtable]
impl<L: Limits> Text for ParentFile<L> {
    fn read(&self) -> Result<KVVec<u8>> {
        let mut text = KVVec::new();
        if let Some(name) = &*self.0.parent.lock() {
            text.extend_from_slice(name.to_bytes(), GFP_KERNEL)?;
        }
        Ok(text)
    }
}

/// The files of a rate.
pub(crate) struct RateFiles<L: Limits> {
    _numbers: KVec<Pin<KBox<TextFile<NumberFile<L>>>>>,
    _parent: Pin<KBox<TextFile<ParentFile<L>>>>,
}

/// A node, and its folder.
pub(crate) struct Node {
    rate: Rate<NodeLimits>,
    // Removed before the folder, by order of declaration.
    _files: RateFiles<NodeLimits>,
    _folder: Dir,
}

impl Node {
    fn new(data: &Data<'_>, name: &CStr) -> Result<Self> {
        let rate = Rate::new(NodeLimits {
            name: name.try_into()?,
            tx_share: Atomic::new(0),
            tx_max: Atomic::new(0),
        })?;
        let folder = data.nodes_folder.subdir(name);
        Ok(Node {
            _files: rate.files(&folder)?,
            rate,
            _folder: folder,
        })
    }
}

/// What a limit is in Mbit/s, of which it must be a multiple. The log has it in base 16, for 32-bit
/// machines have no other for a number of 64 bits.
fn megabits(what: &str, bytes: u64, extack: Extack<'_>) -> Result<u16> {
    if checked_rem(bytes, MEGABIT) != Some(0) {
        pr_err!("{what} rate value {bytes:#x}Bps not in link speed units of 1Mbps.\n");
        return Err(extack.err(
            c"netdevsim: TX rate value not in link speed units of 1Mbps.",
            EINVAL,
        ));
    }
    if bytes > LINK_SPEED * MEGABIT {
        pr_err!("{what} rate value {bytes:#x}Bps exceed link maximum speed 5000Mbps.\n");
        return Err(extack.err(
            c"netdevsim: TX rate value exceed link maximum speed 5000Mbps.",
            EINVAL,
        ));
    }
    // CAST: Both have 32 bits, and the quotient is at most `LINK_SPEED`.
    Ok((bytes as u32 / MEGABIT as u32) as u16)
}

#[vtable]
impl<L: Limits> RateOps<NetDevSim> for Rate<L> {
    fn set_tx_share(&self, _: &Pinned<'_, NetDevSim>, share: u64, extack: Extack<'_>) -> Result {
        let share = megabits("tx_share", share, extack)?;
        self.0.limits.set_tx_share(share);
        Ok(())
    }

    fn set_tx_max(&self, _: &Pinned<'_, NetDevSim>, max: u64, extack: Extack<'_>) -> Result {
        let max = megabits("tx_max", max, extack)?;
        self.0.limits.set_tx_max(max);
        Ok(())
    }

    fn set_tc_bw(
        &self,
        _: &Pinned<'_, NetDevSim>,
        shares: &[u32; TRAFFIC_CLASSES],
        _: Extack<'_>,
    ) -> Result {
        for (known, share) in self.0.shares.iter().zip(shares) {
            known.store(*share, Relaxed);
        }
        Ok(())
    }

    fn set_parent(
        &self,
        _: &Pinned<'_, NetDevSim>,
        parent: Option<&Node>,
        _: Extack<'_>,
    ) -> Result {
        let name = parent
            .map(|parent| CString::try_from(&*parent.rate.0.limits.name))
            .transpose()?;
        *self.0.parent.lock() = name;
        Ok(())
    }
}

/// As of its rate.
#[vtable]
impl RateOps<NetDevSim> for Node {
    fn set_tx_share(&self, cx: &Pinned<'_, NetDevSim>, share: u64, extack: Extack<'_>) -> Result {
        self.rate.set_tx_share(cx, share, extack)
    }

    fn set_tx_max(&self, cx: &Pinned<'_, NetDevSim>, max: u64, extack: Extack<'_>) -> Result {
        self.rate.set_tx_max(cx, max, extack)
    }

    fn set_tc_bw(
        &self,
        cx: &Pinned<'_, NetDevSim>,
        shares: &[u32; TRAFFIC_CLASSES],
        extack: Extack<'_>,
    ) -> Result {
        self.rate.set_tc_bw(cx, shares, extack)
    }

    fn set_parent(
        &self,
        cx: &Pinned<'_, NetDevSim>,
        parent: Option<&Node>,
        extack: Extack<'_>,
    ) -> Result {
        self.rate.set_parent(cx, parent, extack)
    }
}

#[vtable]
impl RateDriver for NetDevSim {
    type Leaf<'s> = Leaf;
    type Node<'s> = Node;

    fn new_node<'s>(data: &'s Data<'_>, name: &CStr, extack: Extack<'_>) -> Result<Node> {
        if data.c.esw_mode() != EswitchMode::Switchdev {
            return Err(extack.err(
                c"netdevsim: Node creation allowed only in switchdev mode.",
                EOPNOTSUPP,
            ));
        }
        Node::new(data, name)
    }
}

/// The tree of nodes.
pub(crate) struct Rates<'up>(RateTree<'up, NetDevSim>);

impl<'up> Rates<'up> {
    /// Made before the ports, so that leaves go before the nodes.
    pub(crate) fn up(cx: &Bringup<'up, '_, NetDevSim>) -> Result<Self> {
        Ok(Rates(cx.rate_tree()?))
    }

    /// Removes all nodes.
    pub(crate) fn clear(&self, cx: &Locked<'_, NetDevSim>) -> Result {
        self.0.clear(cx)
    }
}
