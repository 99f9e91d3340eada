// SPDX-License-Identifier: GPL-2.0

//! `devlink port function rate`: how fast functions may send.
//!
//! A leaf is the rate of one port, a node that of a group of leaves and nodes; a node may have a
//! parent as well. The nodes are [`tree`]'s, the commands that change rates [`set`]'s.
//!
//! Who guards what:
//!
//! * [`Rate::state`] guards the values and the link to the parent of one rate. Readers take it,
//!   copy, and write their message without it.
//! * A value or a link changes only while the rate is [held](HeldRate), as part of a [`Tree`], that
//!   is, with the instance lock held under which all rates of the tree change: a look at several
//!   links, the driver's consent and the change are one step.
//! * A link *owns*: as long as a rate has a parent, the parent's memory stays ([`Arc`]) and the
//!   parent cannot be deleted (its `children` are counted by the links themselves). So there is
//!   no way to a parent that has gone (CVE-2025-40251).

pub(crate) mod set;
pub(crate) mod tree;

pub(crate) use self::set::{
    Del,
    New,
    Set, //
};

use self::tree::{
    HeldRate,
    Tree, //
};

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver::{
        access::Active,
        rate::{
            DriverData,
            DriverRate, //
        },
    },
    generated::{
        attr,
        rate_tc_bws,
        Cmd, //
    },
    instance::Devlink,
    nested::put_nested_handle,
    netlink::{
        self,
        command::{
            Command,
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
    },
    weak::WeakDevlink, //
};

use kernel::{
    bindings,
    fmt,
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_mutex,
    new_spinlock,
    prelude::*,
    str::small::SmallCString,
    sync::{
        Arc,
        Mutex,
        SpinLock, //
    },
    warn_on, //
};

/// How many traffic classes have a bandwidth.
pub(crate) const TCS: usize = bindings::DEVLINK_RATE_TCS_MAX as usize;

/// What is limited.
pub(crate) enum Kind {
    /// The port of this index.
    Leaf { port_index: u32 },
    /// Those who have the node as their parent.
    Node { name: SmallCString },
}

impl Kind {
    fn number(&self) -> u16 {
        let number = match self {
            Kind::Leaf { .. } => bindings::devlink_rate_type_DEVLINK_RATE_TYPE_LEAF,
            Kind::Node { .. } => bindings::devlink_rate_type_DEVLINK_RATE_TYPE_NODE,
        };
        number as u16
    }
}

/// For error messages.
impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Leaf { port_index } => write!(out, "of port {port_index}"),
            Kind::Node { name } => fmt::Display::fmt(&**name, out),
        }
    }
}

/// The numbers of a rate.
#[derive(Copy, Clone)]
pub(crate) struct Values {
    /// Guaranteed, in bytes per second.
    pub(crate) tx_share: u64,
    /// At most, in bytes per second; 0 is without limit.
    pub(crate) tx_max: u64,
    /// Among siblings, before the weight counts.
    pub(crate) tx_priority: u32,
    /// Among siblings of one priority.
    pub(crate) tx_weight: u32,
    /// Shares of the traffic classes.
    pub(crate) tc_bw: [u32; TCS],
}

/// One number to set.
#[derive(Copy, Clone)]
pub(crate) enum Value {
    TxShare(u64),
    TxMax(u64),
    TxPriority(u32),
    TxWeight(u32),
    TcBw([u32; TCS]),
}

/// A rate has this parent. While the link exists, the parent is not deleted.
struct Link(Arc<Rate>);

impl Link {
    /// Makes `parent` a parent of one more; [`ENODEV`] if it is being deleted.
    fn to(parent: &Arc<Rate>) -> Result<Self> {
        let mut state = parent.lock();
        if state.gone {
            return Err(ENODEV);
        }
        state.children += 1;
        Ok(Link(parent.clone()))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.0.lock().children -= 1;
    }
}

/// What changes of a rate, beside the numbers: those are where the driver sees them.
pub(crate) struct State {
    /// Taken out under the lock, but dropped after it: dropping a link takes the parent's lock.
    parent: Option<Link>,
    /// How many links lead to this rate.
    children: u32,
    /// No link may be made any more.
    gone: bool,
}

/// A rate.
#[pin_data]
pub(crate) struct Rate {
    key: u64,
    devlink: WeakDevlink,
    kind: Kind,
    /// What the driver knows of the rate.
    #[pin]
    pub(crate) driver: DriverRate,
    /// To be locked with [`lock`](Self::lock).
    #[pin]
    pub(crate) state: SpinLock<State>,
}

impl Rate {
    /// Makes a leaf of the instance `tree` was entered by. Nobody can find it before it is
    /// [inserted](Rates::insert).
    pub(crate) fn leaf(
        tree: Tree<'_>,
        port_index: u32,
        data: DriverData,
        parent: Option<&Arc<Rate>>,
    ) -> Result<Arc<Self>> {
        Self::new(tree, Kind::Leaf { port_index }, data, parent)
    }

    /// Makes a node of the instance `tree` was entered by. Nobody can find it before it is
    /// [inserted](Rates::insert).
    pub(crate) fn node(
        tree: Tree<'_>,
        name: &CStr,
        data: DriverData,
        parent: Option<&Arc<Rate>>,
    ) -> Result<Arc<Self>> {
        let name = SmallCString::try_from(name)?;
        Self::new(tree, Kind::Node { name }, data, parent)
    }

    fn new(
        tree: Tree<'_>,
        kind: Kind,
        data: DriverData,
        parent: Option<&Arc<Rate>>,
    ) -> Result<Arc<Self>> {
        // Nodes are shown first, the newest of them at the top, then leaves, the oldest first.
        const LEAVES: u64 = 1 << 63;

        if warn_on!(parent.is_some_and(|parent| !parent.is_node())) {
            return Err(EINVAL);
        }
        let link = parent.map(Link::to).transpose()?;
        let key = match kind {
            Kind::Leaf { .. } => LEAVES + next_sequence(),
            Kind::Node { .. } => LEAVES - next_sequence(),
        };
        let owner = tree.devlink();
        Arc::pin_init(
            pin_init!(Self {
                key,
                devlink: owner.weak().clone(),
                kind,
                driver <- DriverRate::new(owner, kind, data, parent.map(|parent| &**parent)),
                state <- new_spinlock!(
                    State {
                        parent: link,
                        children: 0,
                        gone: false,
                    },
                    "devlink rate"
                ),
            }),
            GFP_KERNEL,
        )
    }

    /// Whether the rate is on this instance.
    pub(crate) fn is_on(&self, devlink: &Devlink) -> bool {
        self.devlink.refers_to(devlink)
    }

    /// The name, which only nodes have.
    pub(crate) fn name(&self) -> Option<&CStr> {
        match &self.kind {
            Kind::Leaf { .. } => None,
            Kind::Node { name } => Some(name),
        }
    }

    /// Whether this is a node.
    pub(crate) fn is_node(&self) -> bool {
        matches!(self.kind, Kind::Node { .. })
    }

    /// The parent.
    fn parent(&self) -> Option<Arc<Rate>> {
        let state = self.lock();
        state.parent.as_ref().map(|link| link.0.clone())
    }

    fn has_children(&self) -> bool {
        self.lock().children != 0
    }

    /// From now on the rate can be nobody's parent; [`EBUSY`] if it is somebody's.
    fn retire(&self) -> Result {
        let mut state = self.lock();
        if state.children != 0 {
            return Err(EBUSY);
        }
        state.gone = true;
        Ok(())
    }

    /// Writes what is known about the rate, which is on `devlink`.
    fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        // Copied, so that nothing is written under the lock and all is of one moment.
        let (values, parent) = {
            let state = self.lock();
            let parent = state.parent.as_ref().map(|link| link.0.clone());
            (state.values(), parent)
        };
        devlink.put_handle(out)?;
        out.put(attr::RATE_TYPE, self.kind.number())?;
        match &self.kind {
            Kind::Leaf { port_index } => out.put(attr::PORT_INDEX, *port_index)?,
            Kind::Node { name } => out.put(attr::RATE_NODE_NAME, name)?,
        }
        out.put(attr::RATE_TX_SHARE, values.tx_share)?;
        out.put(attr::RATE_TX_MAX, values.tx_max)?;
        out.put(attr::RATE_TX_PRIORITY, values.tx_priority)?;
        out.put(attr::RATE_TX_WEIGHT, values.tx_weight)?;
        if let Some(parent) = &parent {
            self.fill_parent(devlink, parent, out)?;
        }
        for (index, bandwidth) in (0u8..).zip(values.tc_bw) {
            out.nest(attr::RATE_TC_BWS, |out| {
                out.put(rate_tc_bws::INDEX, index)?;
                out.put(rate_tc_bws::BW, bandwidth)
            })?;
        }
        Ok(())
    }

    fn fill_parent(&self, devlink: &Devlink, parent: &Rate, out: &mut Writer<'_>) -> Result {
        // What `new()` and `tree` make a parent has a name.
        out.put_opt(attr::RATE_PARENT_NODE_NAME, parent.name())?;
        if parent.devlink.is_same(&self.devlink) {
            return Ok(());
        }
        match parent.devlink.upgrade() {
            Some(other) => put_nested_handle(out, attr::PARENT_DEV, &other, devlink.net()),
            // Its driver has freed it and forgotten its nodes.
            None => Ok(()),
        }
    }

    /// Tells listeners about the rate, which is on `devlink`.
    pub(crate) fn notify(&self, devlink: &Devlink, cmd: Cmd) {
        netlink::notify::send(devlink, cmd, None, |out| self.fill(devlink, out));
    }
}

impl HeldRate<'_> {
    /// Whether `rate` is a direct or indirect child. What is answered stays so as long as both are
    /// held.
    fn is_above(self, rate: HeldRate<'_>) -> bool {
        let mut next = rate.parent();
        while let Some(parent) = next {
            if Arc::ptr_eq(&parent, self.rate()) {
                return true;
            }
            next = parent.parent();
        }
        false
    }

    /// Has the driver set a number, and remembers it.
    fn set(self, value: Value, extack: Extack<'_>) -> Result {
        self.store(self.driver_set(value, extack)?);
        Ok(())
    }

    /// Has the driver change the parent, and remembers it.
    fn set_parent(self, parent: Option<HeldRate<'_>>, extack: Extack<'_>) -> Result {
        // The new parent is kept from being deleted before the driver hears of it.
        let link = parent.map(|parent| Link::to(parent.rate())).transpose()?;
        self.driver_set_parent(parent, extack)?;
        self.replace_link(link);
        Ok(())
    }

    fn replace_link(self, link: Option<Link>) {
        self.mirror_parent(link.as_ref().map(|link| &*link.0));
        let old = core::mem::replace(&mut self.lock().parent, link);
        // After the lock was released, see `State::parent`.
        drop(old);
    }
}

/// The rates of an instance.
#[pin_data]
pub(crate) struct Rates {
    /// All of them, in the order in which they are shown.
    #[pin]
    all: Collection<u64, Rate>,
    /// The leaves by the index of their port.
    #[pin]
    leaves: Collection<u32, Rate>,
    /// The instance that this one is nested in, if its driver shares rates with that: it may be the
    /// root of the [`Tree`].
    #[pin]
    nested_in: Mutex<Option<WeakDevlink>>,
}

impl Rates {
    /// No rates.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            all <- Collection::new(),
            leaves <- Collection::new(),
            nested_in <- new_mutex!(None, "devlink rates nesting"),
        })
    }

    /// Whether there are no rates.
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Fails with [`EBUSY`] if there are nodes: then the mode of the eswitch must not change.
    pub(crate) fn check_no_nodes(&self, extack: Extack<'_>) -> Result {
        match self.all.find(Rate::is_node) {
            Some(_) => Err(extack.err(c"Rate node(s) exists.", EBUSY)),
            None => Ok(()),
        }
    }

    /// Tells listeners about every rate; that they have gone, in the opposite order.
    pub(crate) fn notify_all(&self, devlink: &Devlink, cmd: Cmd) {
        if cmd != Cmd::RateDel {
            for rate in self.all.iter() {
                rate.notify(devlink, cmd);
            }
            return;
        }
        for rate in self.all.iter_rev() {
            rate.notify(devlink, cmd);
        }
    }

    /// Makes a rate findable; [`EBUSY`] if its port has a leaf already.
    pub(crate) fn insert(&self, rate: &Arc<Rate>) -> Result {
        let Kind::Leaf { port_index } = rate.kind else {
            return self.all.insert(rate.key, rate.clone());
        };
        self.leaves.insert(port_index, rate.clone())?;
        self.all
            .insert(rate.key, rate.clone())
            .inspect_err(|_| drop(self.leaves.remove(port_index)))
    }

    /// Whether the rate can be found.
    pub(crate) fn has(&self, rate: &Rate) -> bool {
        self.all
            .get(rate.key)
            .is_some_and(|found| core::ptr::eq(&*found, rate))
    }

    /// Makes a rate unfindable. Whoever has found it may still read it.
    fn remove(&self, rate: &Rate) {
        self.all.remove(rate.key);
        if let Kind::Leaf { port_index } = rate.kind {
            self.leaves.remove(port_index);
        }
    }

    /// The node of this name.
    pub(crate) fn node_by_name(&self, name: &CStr) -> Option<Arc<Rate>> {
        self.all.find(|rate| rate.name() == Some(name))
    }

    /// The node that the request names; [`EINVAL`] if it names none.
    fn requested_node(&self, request: &Request<'_>) -> Result<Arc<Rate>> {
        self.node_by_name(requested_name(request)?).ok_or(ENODEV)
    }

    /// The leaf or node that the request names.
    fn requested(&self, request: &Request<'_>, devlink: &Devlink) -> Result<Arc<Rate>> {
        if !request.attrs.has(attr::PORT_INDEX) {
            return self.requested_node(request);
        }
        let port = request.port(devlink)?;
        self.leaves.get(port.index()).ok_or(ENODEV)
    }
}

/// The node's name in a request. It is not empty, and no decimal number, which in user space's
/// notation would be a port.
fn requested_name<'a>(request: &Request<'a>) -> Result<&'a CStr> {
    let name = request.attrs.get(attr::RATE_NODE_NAME).ok_or(EINVAL)?;
    if name.to_bytes().iter().all(u8::is_ascii_digit) {
        return Err(EINVAL);
    }
    Ok(name)
}

/// `DEVLINK_CMD_RATE_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let rate = devlink.rates.requested(request, &devlink)?;
        request.reply(Cmd::RateNew, |out| rate.fill(&devlink, out))
    }
}

impl DumpCommand for Get {
    /// The key of the rate to go on with.
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        while let Some((key, rate)) = devlink.rates.all.next_from(*cursor) {
            out.entry(devlink, fmt!("rate {}", rate.kind), Cmd::RateNew, |out| {
                rate.fill(devlink, out)
            })?;
            *cursor = key + 1;
        }
        Ok(())
    }
}
