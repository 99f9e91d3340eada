// SPDX-License-Identifier: GPL-2.0

//! `devlink sb`: shared buffers, their pools, and what of them ports and traffic classes may use.
//!
//! The core knows which buffers there are and how they are divided; how large a pool is, which
//! thresholds apply and how much is occupied only the driver knows. A `do` asks it and is exact. A
//! dump waits for no driver: if it is busy, or fails, the dump shows what it said last
//! ([`LastAnswer`]). What it never said is left out, and then the dump ends with an error. Whole
//! entries are left out, because readers refuse an entry without its values.
//!
//! A change of one value may change what the driver says about others: the threshold of a port
//! counts differently when the type of its pool changes. So every command that makes the driver
//! change something makes the core forget what was said before about that buffer. What was said
//! about a port is forgotten when the port is unregistered.

mod commands;

pub(crate) use self::commands::{
    Get,
    OccMaxClear,
    OccSnapshot,
    PoolGet,
    PoolSet,
    PortPoolGet,
    PortPoolSet,
    TcPoolBindGet,
    TcPoolBindSet, //
};

use crate::{
    collection::{
        next_sequence,
        Collection, //
    },
    driver::access::InstanceLocked,
    last_answer::LastAnswer,
    netlink::dump::Part,
    port::Port, //
};

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
};

/// Which way traffic goes; pools and traffic classes serve one of them (`enum
/// devlink_sb_pool_type`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum Direction {
    Ingress = 0,
    Egress = 1,
}

/// What a threshold means (`enum devlink_sb_threshold_type`).
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum ThresholdType {
    Static = 0,
    Dynamic = 1,
}

/// A traffic class of a port.
#[derive(Copy, Clone)]
pub(crate) struct TrafficClass {
    pub(crate) direction: Direction,
    pub(crate) index: u16,
}

/// What a driver says about a pool.
#[derive(Copy, Clone)]
pub(crate) struct Pool {
    pub(crate) pool_type: u8,
    pub(crate) size: u32,
    pub(crate) threshold_type: u8,
    pub(crate) cell_size: u32,
}

/// How much is occupied, and how much was at most.
#[derive(Copy, Clone)]
pub(crate) struct Occupancy {
    pub(crate) current: u32,
    pub(crate) max: u32,
}

/// What a driver says about a port's part of a pool.
#[derive(Copy, Clone)]
struct PortPool {
    threshold: u32,
    occupancy: Option<Occupancy>,
}

/// What a driver says about the pool that a traffic class uses.
#[derive(Copy, Clone)]
struct Binding {
    pool: u16,
    threshold: u32,
    occupancy: Option<Occupancy>,
}

/// What a driver said last about things that are numbered from 0.
#[pin_data]
struct LastAnswers<T: Copy> {
    #[pin]
    answers: Mutex<KVVec<LastAnswer<T>>>,
}

impl<T: Copy> LastAnswers<T> {
    /// Room for answers about `count` things, with nothing said yet.
    fn new(count: u32) -> Result<impl PinInit<Self>> {
        let nothing = KVVec::from_elem(LastAnswer::Unknown, count as usize, GFP_KERNEL)?;
        Ok(pin_init!(Self {
            answers <- new_mutex!(nothing, "devlink sb answers"),
        }))
    }

    fn get(&self, number: u32) -> LastAnswer<T> {
        let answers = self.answers.lock();
        answers.get(number as usize).copied().unwrap_or_default()
    }

    fn record(&self, driver: InstanceLocked<'_>, number: u32, answer: Result<T>) {
        if let Some(last) = self.answers.lock().get_mut(number as usize) {
            last.record(driver, answer);
        }
    }

    fn forget(&self, driver: InstanceLocked<'_>) {
        for last in self.answers.lock().iter_mut() {
            last.forget(driver);
        }
    }
}

/// What a driver said last about a port's use of a buffer.
#[pin_data]
struct PortAnswers {
    #[pin]
    pools: LastAnswers<PortPool>,
    /// By [`SharedBuffer::class_number`].
    #[pin]
    bindings: LastAnswers<Binding>,
}

/// How a shared buffer is divided.
#[derive(Copy, Clone)]
pub(crate) struct Layout {
    /// The driver's number of the buffer.
    pub(crate) index: u32,
    /// In bytes.
    pub(crate) size: u32,
    pub(crate) ingress_pools: u16,
    pub(crate) egress_pools: u16,
    pub(crate) ingress_classes: u16,
    pub(crate) egress_classes: u16,
}

impl Layout {
    fn pool_count(&self) -> u16 {
        self.ingress_pools.saturating_add(self.egress_pools)
    }

    fn class_count(&self) -> u32 {
        u32::from(self.ingress_classes) + u32::from(self.egress_classes)
    }
}

/// A registered shared buffer.
#[pin_data]
struct SharedBuffer {
    layout: Layout,
    #[pin]
    pools: LastAnswers<Pool>,
    /// By the index of the port.
    #[pin]
    ports: Collection<u32, PortAnswers>,
}

impl SharedBuffer {
    fn new(layout: Layout) -> Result<Arc<Self>> {
        let pools = LastAnswers::new(layout.pool_count().into())?;
        Arc::pin_init(
            pin_init!(Self {
                layout,
                pools <- pools,
                ports <- Collection::new(),
            }),
            GFP_KERNEL,
        )
    }

    fn index(&self) -> u32 {
        self.layout.index
    }

    fn has_pool(&self, pool: u16) -> bool {
        pool < self.layout.pool_count()
    }

    fn has_class(&self, class: TrafficClass) -> bool {
        class.index
            < match class.direction {
                Direction::Ingress => self.layout.ingress_classes,
                Direction::Egress => self.layout.egress_classes,
            }
    }

    /// The number of a traffic class: those of ingress come first.
    fn class_number(&self, class: TrafficClass) -> u32 {
        match class.direction {
            Direction::Ingress => class.index.into(),
            Direction::Egress => u32::from(self.layout.ingress_classes) + u32::from(class.index),
        }
    }

    /// The traffic class with this number, if there is one.
    fn class(&self, number: u32) -> Option<TrafficClass> {
        let (direction, index) = match number.checked_sub(self.layout.ingress_classes.into()) {
            None => (Direction::Ingress, number),
            Some(index) => (Direction::Egress, index),
        };
        let index = u16::try_from(index).ok()?;
        Some(TrafficClass { direction, index }).filter(|class| self.has_class(*class))
    }

    /// Asks the driver about a pool.
    fn ask_pool(&self, devlink: InstanceLocked<'_>, pool: u16) -> Result<Pool> {
        let answer = devlink.ops().sb_pool_get(self.index(), pool);
        self.pools.record(devlink, pool.into(), answer);
        answer
    }

    /// Asks the driver about a port's part of a pool.
    fn ask_port_pool(
        &self,
        devlink: InstanceLocked<'_>,
        port: &Port,
        pool: u16,
    ) -> Result<PortPool> {
        let ops = devlink.ops();
        let ask = || {
            let driver = port.driver();
            Ok(PortPool {
                threshold: ops.sb_port_pool_get(driver, self.index(), pool)?,
                occupancy: if_supported(ops.sb_occ_port_pool_get(driver, self.index(), pool))?,
            })
        };
        let answer = ask();
        if let Some(answers) = self.answers_for(port) {
            answers.pools.record(devlink, pool.into(), answer);
        }
        answer
    }

    /// Asks the driver about the pool that a port's traffic class uses.
    fn ask_binding(
        &self,
        devlink: InstanceLocked<'_>,
        port: &Port,
        class: TrafficClass,
    ) -> Result<Binding> {
        let ops = devlink.ops();
        let ask = || {
            let driver = port.driver();
            let (pool, threshold) = ops.sb_tc_pool_bind_get(driver, self.index(), class)?;
            Ok(Binding {
                pool,
                threshold,
                occupancy: if_supported(ops.sb_occ_tc_port_bind_get(driver, self.index(), class))?,
            })
        };
        let answer = ask();
        if let Some(answers) = self.answers_for(port) {
            let number = self.class_number(class);
            answers.bindings.record(devlink, number, answer);
        }
        answer
    }

    /// What a dump shows of a pool, as [`LastAnswer::or_last`].
    fn pool_or_last(&self, part: &Part<'_>, pool: u16) -> Result<Option<Pool>> {
        let asked = part.ask(|driver| self.ask_pool(driver, pool));
        self.pools.get(pool.into()).or_last(asked)
    }

    /// The same for a port's part of a pool.
    fn port_pool_or_last(
        &self,
        part: &Part<'_>,
        port: &Port,
        pool: u16,
    ) -> Result<Option<PortPool>> {
        let asked = part.ask(|driver| self.ask_port_pool(driver, port, pool));
        let answers = self.ports.get(port.index());
        answers
            .map_or(LastAnswer::Unknown, |answers| {
                answers.pools.get(pool.into())
            })
            .or_last(asked)
    }

    /// The same for the pool that a port's traffic class uses.
    fn binding_or_last(
        &self,
        part: &Part<'_>,
        port: &Port,
        class: TrafficClass,
    ) -> Result<Option<Binding>> {
        let asked = part.ask(|driver| self.ask_binding(driver, port, class));
        let answers = self.ports.get(port.index());
        answers
            .map_or(LastAnswer::Unknown, |answers| {
                answers.bindings.get(self.class_number(class))
            })
            .or_last(asked)
    }

    /// Where to remember what the driver says about the port, which is registered: it was found
    /// with the instance lock held. Without memory there is no such place.
    fn answers_for(&self, port: &Port) -> Option<Arc<PortAnswers>> {
        if let Some(answers) = self.ports.get(port.index()) {
            return Some(answers);
        }
        let pools = LastAnswers::new(self.layout.pool_count().into()).ok()?;
        let bindings = LastAnswers::new(self.layout.class_count()).ok()?;
        let answers = Arc::pin_init(
            pin_init!(PortAnswers {
                pools <- pools,
                bindings <- bindings,
            }),
            GFP_KERNEL,
        )
        .ok()?;
        self.ports.insert(port.index(), answers.clone()).ok()?;
        Some(answers)
    }

    /// Forgets what the driver said.
    fn forget_answers(&self, devlink: InstanceLocked<'_>) {
        self.pools.forget(devlink);
        while let Some((index, _)) = self.ports.next_from(0) {
            self.ports.remove(index);
        }
    }
}

/// What the driver does not answer is not known; anything else it fails with is an error.
fn if_supported<T>(answer: Result<T>) -> Result<Option<T>> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(error) if error == EOPNOTSUPP => Ok(None),
        Err(error) => Err(error),
    }
}

/// The shared buffers of an instance, in the order of their registration.
#[pin_data]
pub(crate) struct Sbs {
    #[pin]
    buffers: Collection<u64, SharedBuffer>,
}

impl Sbs {
    /// No shared buffers.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            buffers <- Collection::new(),
        })
    }

    /// Whether there are no shared buffers.
    pub(crate) fn is_empty(&self) -> bool {
        self.buffers.is_empty()
    }

    /// Forgets all shared buffers, of an instance that is being freed.
    pub(crate) fn forget_all(&self) {
        while self.buffers.pop().is_some() {}
    }

    fn find(&self, index: u32) -> Option<Arc<SharedBuffer>> {
        self.buffers.find(|buffer| buffer.index() == index)
    }

    /// Forgets what the driver said about all buffers.
    pub(crate) fn forget_answers(&self, devlink: InstanceLocked<'_>) {
        for buffer in self.buffers.iter() {
            buffer.forget_answers(devlink);
        }
    }

    /// Forgets what the driver said about the port of this index, which is being unregistered.
    pub(crate) fn forget_port(&self, _devlink: InstanceLocked<'_>, port_index: u32) {
        for buffer in self.buffers.iter() {
            buffer.ports.remove(port_index);
        }
    }
}

impl InstanceLocked<'_> {
    /// Adds a shared buffer; [`EEXIST`] if there is one with its index (`devl_sb_register()`).
    pub(crate) fn register_sb(self, layout: Layout) -> Result {
        // The instance lock keeps others from adding the same index meanwhile.
        if self.sbs.find(layout.index).is_some() {
            return Err(EEXIST);
        }
        self.sbs
            .buffers
            .insert(next_sequence(), SharedBuffer::new(layout)?)
    }

    /// Takes a shared buffer away; [`ENODEV`] if there is none with this index
    /// (`devl_sb_unregister()`).
    pub(crate) fn unregister_sb(self, index: u32) -> Result {
        let mut next = 0;
        while let Some((key, buffer)) = self.sbs.buffers.next_from(next) {
            if buffer.index() == index {
                self.sbs.buffers.remove(key);
                return Ok(());
            }
            next = key + 1;
        }
        Err(ENODEV)
    }
}
