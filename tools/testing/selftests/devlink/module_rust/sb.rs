// SPDX-License-Identifier: GPL-2.0

//! Shared buffers: number 0 with two pools and four traffic classes each way, others with one.
//! Physical ports of the basic set have thresholds in number 0.

use crate::{
    callback::Callback,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    port::Ports,
    port_ops::TestPort,
    words::number, //
};

use kernel::{
    net::{
        devlink::{
            sb,
            Bringup,
            Group,
            Groups,
            Held,
            Locked,
            SharedBuffer,
            SharedBufferDriver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

const SIZE: u32 = 1 << 20;
const CELL: u32 = 64;
const POOLS: usize = 4;
const CLASSES: usize = 4;
const FIRST_EXTRA_PORT: u32 = 100;

fn zeros<const N: usize>() -> [Atomic<u32>; N] {
    core::array::from_fn(|_| Atomic::new(0))
}

/// What a port has of buffer 0.
pub(crate) struct PortThresholds {
    pool: [Atomic<u32>; POOLS],
    /// The pool of each traffic class, each way.
    class_pool: [[Atomic<u32>; CLASSES]; 2],
    class: [[Atomic<u32>; CLASSES]; 2],
}

impl PortThresholds {
    pub(crate) fn new() -> Self {
        PortThresholds {
            pool: zeros(),
            class_pool: [zeros(), zeros()],
            class: [zeros(), zeros()],
        }
    }
}

/// A pool.
struct Pool {
    size: Atomic<u32>,
    is_static: Atomic<bool>,
}

/// A buffer.
pub(crate) struct TestBuffer {
    index: u32,
    /// Each way: ingress ones come first.
    pools: u16,
    cleared: Atomic<bool>,
    pool: [Pool; POOLS],
}

impl TestBuffer {
    fn new(index: u32) -> Self {
        TestBuffer {
            index,
            pools: if index == 0 { 2 } else { 1 },
            cleared: Atomic::new(false),
            pool: core::array::from_fn(|_| Pool {
                size: Atomic::new(SIZE / POOLS as u32),
                is_static: Atomic::new(false),
            }),
        }
    }

    fn layout(&self) -> sb::Layout {
        let classes = if self.index == 0 { CLASSES as u16 } else { 1 };
        sb::Layout {
            size: SIZE,
            ingress_pools: self.pools,
            egress_pools: self.pools,
            ingress_classes: classes,
            egress_classes: classes,
        }
    }

    fn pool_type(&self, pool: u16) -> sb::PoolType {
        if pool < self.pools {
            sb::PoolType::Ingress
        } else {
            sb::PoolType::Egress
        }
    }

    fn occupancy<const FULL: bool>(&self, port: &TestPort<FULL>, index: u32) -> sb::Occupancy {
        let current = 1000 + 100 * port.index + index;
        let max = if self.cleared.load(Relaxed) {
            current
        } else {
            2 * current
        };
        sb::Occupancy { current, max }
    }
}

/// `enum devlink_sb_pool_type`
fn number_of(pool_type: sb::PoolType) -> u32 {
    match pool_type {
        sb::PoolType::Ingress => 0,
        sb::PoolType::Egress => 1,
    }
}

/// How each of the callbacks about a port's part of a buffer begins.
fn port_call<const FULL: bool>(
    cx: &Locked<'_, Test<FULL>>,
    callback: Callback,
    buffer: &TestBuffer,
    port: &TestPort<FULL>,
    (index, pool_type): (u16, sb::PoolType),
    extack: Extack<'_>,
) -> Result {
    let arguments = fmt!(
        "{} port={} index={index} type={}",
        buffer.index,
        port.index,
        number_of(pool_type)
    );
    cx.data().call(callback, extack, arguments)?;
    if buffer.index != 0 || port.index >= FIRST_EXTRA_PORT || !port.is_physical() {
        return Err(EOPNOTSUPP);
    }
    Ok(())
}

/// Of which callbacks say the direction of a pool that they are about: none.
fn of_pool(pool: u16) -> (u16, sb::PoolType) {
    (pool, sb::PoolType::Ingress)
}

fn of_class(class: sb::TrafficClass) -> (u16, sb::PoolType) {
    (class.index, class.pool_type)
}

fn at(class: sb::TrafficClass) -> (usize, usize) {
    (number_of(class.pool_type) as usize, class.index.into())
}

#[vtable]
impl<const FULL: bool> SharedBufferDriver for Test<FULL> {
    type Buffer<'s> = TestBuffer;
    type Port<'s> = TestPort<FULL>;

    const HAS_POOL: bool = FULL;
    const HAS_SET_POOL: bool = FULL;
    const HAS_PORT_POOL: bool = FULL;
    const HAS_SET_PORT_POOL: bool = FULL;
    const HAS_BINDING: bool = FULL;
    const HAS_SET_BINDING: bool = FULL;
    const HAS_TAKE_SNAPSHOT: bool = FULL;
    const HAS_CLEAR_MAX: bool = FULL;
    const HAS_PORT_POOL_OCCUPANCY: bool = FULL;
    const HAS_CLASS_OCCUPANCY: bool = FULL;

    fn pool(cx: &Locked<'_, Self>, buffer: &TestBuffer, pool: u16) -> Result<sb::Pool> {
        let arguments = fmt!("{} pool={pool}", buffer.index);
        cx.data()
            .call(Callback::SbPoolGet, Extack::NONE, arguments)?;
        let is = buffer.pool.get(usize::from(pool)).ok_or(EINVAL)?;
        Ok(sb::Pool {
            pool_type: buffer.pool_type(pool),
            size: is.size.load(Relaxed),
            threshold_type: if is.is_static.load(Relaxed) {
                sb::ThresholdType::Static
            } else {
                sb::ThresholdType::Dynamic
            },
            cell_size: CELL,
        })
    }

    fn set_pool(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        pool: u16,
        size: u32,
        threshold_type: sb::ThresholdType,
        extack: Extack<'_>,
    ) -> Result {
        let is_static = threshold_type == sb::ThresholdType::Static;
        let number = u32::from(!is_static);
        let arguments = fmt!("{} pool={pool} size={size} type={number}", buffer.index);
        cx.data().call(Callback::SbPoolSet, extack, arguments)?;
        if size > SIZE {
            return Err(extack.err(c"devlink_test: larger than the buffer", EINVAL));
        }
        let is = buffer.pool.get(usize::from(pool)).ok_or(EINVAL)?;
        is.size.store(size, Relaxed);
        is.is_static.store(is_static, Relaxed);
        Ok(())
    }

    fn port_pool(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        pool: u16,
    ) -> Result<u32> {
        let (callback, about) = (Callback::SbPortPoolGet, of_pool(pool));
        port_call(cx, callback, buffer, port, about, Extack::NONE)?;
        let threshold = port.thresholds.pool.get(usize::from(pool));
        Ok(threshold.ok_or(EINVAL)?.load(Relaxed))
    }

    fn set_port_pool(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        pool: u16,
        threshold: u32,
        extack: Extack<'_>,
    ) -> Result {
        let (callback, about) = (Callback::SbPortPoolSet, of_pool(pool));
        port_call(cx, callback, buffer, port, about, extack)?;
        let slot = port.thresholds.pool.get(usize::from(pool));
        slot.ok_or(EINVAL)?.store(threshold, Relaxed);
        Ok(())
    }

    fn binding(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        class: sb::TrafficClass,
    ) -> Result<sb::Binding> {
        let (callback, about) = (Callback::SbTcPoolBindGet, of_class(class));
        port_call(cx, callback, buffer, port, about, Extack::NONE)?;
        let (way, class) = at(class);
        let of = |slots: &[[Atomic<u32>; CLASSES]; 2]| {
            slots[way].get(class).map(|slot| slot.load(Relaxed))
        };
        Ok(sb::Binding {
            pool: u16::try_from(of(&port.thresholds.class_pool).ok_or(EINVAL)?)?,
            threshold: of(&port.thresholds.class).ok_or(EINVAL)?,
        })
    }

    fn set_binding(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        class: sb::TrafficClass,
        binding: sb::Binding,
        extack: Extack<'_>,
    ) -> Result {
        let (callback, about) = (Callback::SbTcPoolBindSet, of_class(class));
        port_call(cx, callback, buffer, port, about, extack)?;
        if buffer.pool_type(binding.pool) != class.pool_type {
            return Err(extack.err(c"devlink_test: a pool of the other direction", EINVAL));
        }
        let (way, class) = at(class);
        let pool = port.thresholds.class_pool[way].get(class).ok_or(EINVAL)?;
        pool.store(binding.pool.into(), Relaxed);
        let threshold = port.thresholds.class[way].get(class).ok_or(EINVAL)?;
        threshold.store(binding.threshold, Relaxed);
        Ok(())
    }

    fn take_snapshot(cx: &Locked<'_, Self>, buffer: &TestBuffer) -> Result {
        let arguments = fmt!("{}", buffer.index);
        cx.data()
            .call(Callback::SbOccSnapshot, Extack::NONE, arguments)
    }

    fn clear_max(cx: &Locked<'_, Self>, buffer: &TestBuffer) -> Result {
        let arguments = fmt!("{}", buffer.index);
        cx.data()
            .call(Callback::SbOccMaxClear, Extack::NONE, arguments)?;
        buffer.cleared.store(true, Relaxed);
        Ok(())
    }

    fn port_pool_occupancy(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        pool: u16,
    ) -> Result<sb::Occupancy> {
        let (callback, about) = (Callback::SbOccPortPoolGet, of_pool(pool));
        port_call(cx, callback, buffer, port, about, Extack::NONE)?;
        Ok(buffer.occupancy(port, pool.into()))
    }

    fn class_occupancy(
        cx: &Locked<'_, Self>,
        buffer: &TestBuffer,
        port: &TestPort<FULL>,
        class: sb::TrafficClass,
    ) -> Result<sb::Occupancy> {
        let (callback, about) = (Callback::SbOccTcPortBindGet, of_class(class));
        port_call(cx, callback, buffer, port, about, Extack::NONE)?;
        let index = 10 * (number_of(class.pool_type) + 1) + u32::from(class.index);
        Ok(buffer.occupancy(port, index))
    }
}

/// A buffer, by index.
pub(crate) struct BufferGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for BufferGroup<FULL> {
    type Key = u32;
    type Value<'group> = SharedBuffer<'group, Test<FULL>>;
}

pub(crate) type Buffers<'up, const FULL: bool> = Groups<'up, Test<FULL>, BufferGroup<FULL>>;

fn add<const FULL: bool>(
    buffers: &Buffers<'_, FULL>,
    cx: &Locked<'_, Test<FULL>>,
    index: u32,
) -> Result {
    buffers.add(cx, index, |cx| {
        let buffer = TestBuffer::new(index);
        cx.shared_buffer(index, buffer.layout(), buffer)
    })
}

pub(crate) fn up<'up, const FULL: bool>(
    cx: &Bringup<'up, '_, Test<FULL>>,
    ports: &Ports<'up, FULL>,
) -> Result<Buffers<'up, FULL>> {
    // Egress traffic classes belong to egress pools.
    ports.each(cx, |index| {
        ports.with(cx, index, |port| {
            for pool in &port.port.get(cx).thresholds.class_pool[1] {
                pool.store(POOLS as u32 / 2, Relaxed);
            }
        })
    })?;
    let buffers = cx.groups()?;
    for index in 0..=cx.data().config().sbs {
        add(&buffers, cx, index)?;
    }
    Ok(buffers)
}

fn sb_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = number(arguments[0])?;
    // Number 0 is another kind.
    if index == 0 {
        return Err(EINVAL);
    }
    cx.lock(|cx| add(&up.buffers, cx, index))
}

fn sb_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    up: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let index = number(arguments[0])?;
    cx.lock(|cx| up.buffers.remove(cx, index))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const SB: &'static [Event<FULL>] = &[
        Event::new("sb_add", 1, 1, sb_add::<FULL>),
        Event::new("sb_del", 1, 1, sb_del::<FULL>),
    ];
}
