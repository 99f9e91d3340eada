// SPDX-License-Identifier: GPL-2.0

//! The commands of `devlink sb`.

use super::{
    Binding,
    Direction,
    Occupancy,
    Pool,
    PortPool,
    SharedBuffer,
    ThresholdType,
    TrafficClass, //
};

use crate::{
    driver::access::{
        Active,
        Operating, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    netlink::{
        command::{
            Command,
            Driver,
            Read,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Part,
            Stop, //
        },
    },
    port::Port, //
};

use kernel::{
    net::netlink::writer::Writer,
    prelude::*,
    sync::Arc, //
};

/// The shared buffer that the request names; [`EINVAL`] if it names none, [`ENODEV`] if there is
/// none.
fn buffer_of(request: &Request<'_>, devlink: &Devlink) -> Result<Arc<SharedBuffer>> {
    let index = request.attrs.get(attr::SB_INDEX).ok_or(EINVAL)?;
    devlink.sbs.find(index).ok_or(ENODEV)
}

fn pool_of(request: &Request<'_>, buffer: &SharedBuffer) -> Result<u16> {
    request
        .attrs
        .get(attr::SB_POOL_INDEX)
        .filter(|pool| buffer.has_pool(*pool))
        .ok_or(EINVAL)
}

fn threshold_type_of(request: &Request<'_>) -> Result<ThresholdType> {
    match request.attrs.get(attr::SB_POOL_THRESHOLD_TYPE) {
        Some(0) => Ok(ThresholdType::Static),
        Some(1) => Ok(ThresholdType::Dynamic),
        _ => Err(EINVAL),
    }
}

fn class_of(request: &Request<'_>, buffer: &SharedBuffer) -> Result<TrafficClass> {
    let direction = match request.attrs.get(attr::SB_POOL_TYPE) {
        Some(0) => Direction::Ingress,
        Some(1) => Direction::Egress,
        _ => return Err(EINVAL),
    };
    let index = request.attrs.get(attr::SB_TC_INDEX).ok_or(EINVAL)?;
    let class = TrafficClass { direction, index };
    if buffer.has_class(class) {
        Ok(class)
    } else {
        Err(EINVAL)
    }
}

fn threshold_of(request: &Request<'_>) -> Result<u32> {
    request
        .attrs
        .get(attr::SB_THRESHOLD)
        .ok_or_else(|| request.extack.missing(attr::SB_THRESHOLD))
}

impl SharedBuffer {
    fn fill(&self, devlink: &Devlink, out: &mut Writer<'_>) -> Result {
        let layout = &self.layout;
        devlink.put_handle(out)?;
        out.put(attr::SB_INDEX, layout.index)?;
        out.put(attr::SB_SIZE, layout.size)?;
        out.put(attr::SB_INGRESS_POOL_COUNT, layout.ingress_pools)?;
        out.put(attr::SB_EGRESS_POOL_COUNT, layout.egress_pools)?;
        out.put(attr::SB_INGRESS_TC_COUNT, layout.ingress_classes)?;
        out.put(attr::SB_EGRESS_TC_COUNT, layout.egress_classes)
    }

    fn fill_pool(
        &self,
        devlink: &Devlink,
        index: u16,
        pool: &Pool,
        out: &mut Writer<'_>,
    ) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::SB_INDEX, self.index())?;
        out.put(attr::SB_POOL_INDEX, index)?;
        out.put(attr::SB_POOL_TYPE, pool.pool_type)?;
        out.put(attr::SB_POOL_SIZE, pool.size)?;
        out.put(attr::SB_POOL_THRESHOLD_TYPE, pool.threshold_type)?;
        out.put(attr::SB_POOL_CELL_SIZE, pool.cell_size)
    }

    fn fill_port_pool(
        &self,
        devlink: &Devlink,
        port: &Port,
        pool: u16,
        part: &PortPool,
        out: &mut Writer<'_>,
    ) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::PORT_INDEX, port.index())?;
        out.put(attr::SB_INDEX, self.index())?;
        out.put(attr::SB_POOL_INDEX, pool)?;
        out.put(attr::SB_THRESHOLD, part.threshold)?;
        fill_occupancy(part.occupancy, out)
    }

    fn fill_binding(
        &self,
        devlink: &Devlink,
        port: &Port,
        class: TrafficClass,
        binding: &Binding,
        out: &mut Writer<'_>,
    ) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::PORT_INDEX, port.index())?;
        out.put(attr::SB_INDEX, self.index())?;
        out.put(attr::SB_TC_INDEX, class.index)?;
        out.put(attr::SB_POOL_TYPE, class.direction as u8)?;
        out.put(attr::SB_POOL_INDEX, binding.pool)?;
        out.put(attr::SB_THRESHOLD, binding.threshold)?;
        fill_occupancy(binding.occupancy, out)
    }
}

fn fill_occupancy(occupancy: Option<Occupancy>, out: &mut Writer<'_>) -> Result {
    let Some(Occupancy { current, max }) = occupancy else {
        return Ok(());
    };
    out.put(attr::SB_OCC_CUR, current)?;
    out.put(attr::SB_OCC_MAX, max)
}

/// Shows the things of the numbers `next..count` and moves `next` behind each. `known` says what
/// there is to show, `None` if that is nothing; what it fails with is why the thing is left out.
fn walk<T>(
    out: &mut Entries<'_, '_>,
    next: &mut u32,
    count: u32,
    known: impl Fn(u32) -> Result<Option<T>>,
    write: impl Fn(&mut Entries<'_, '_>, u32, &T) -> Result<(), Stop>,
) -> Result<(), Stop> {
    while *next < count {
        match known(*next) {
            Ok(Some(value)) => write(out, *next, &value)?,
            Ok(None) => {}
            Err(error) => out.leave_out(error),
        }
        *next += 1;
    }
    Ok(())
}

/// Where a dump is: the buffer, and the number of the next thing of that buffer.
type BufferCursor = (u64, u32);

/// Walks over the buffers from `cursor` on.
fn walk_buffers(
    devlink: &Devlink,
    cursor: &mut BufferCursor,
    mut show: impl FnMut(&SharedBuffer, &mut u32) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let (key, number) = cursor;
    while let Some((found, buffer)) = devlink.sbs.buffers.next_from(*key) {
        // Where the dump was concerns the buffer it was in, not the one after it.
        if found != *key {
            (*key, *number) = (found, 0);
        }
        show(&buffer, number)?;
        (*key, *number) = (found + 1, 0);
    }
    Ok(())
}

/// Where a dump is: the buffer, the port, and the number of the next thing of that port.
type PortCursor = (u64, (u64, u32));

/// Walks over the ports in each buffer from `cursor` on.
fn walk_ports(
    devlink: &Devlink,
    cursor: &mut PortCursor,
    mut show: impl FnMut(&SharedBuffer, &Port, &mut u32) -> Result<(), Stop>,
) -> Result<(), Stop> {
    let (key, (port_index, number)) = cursor;
    while let Some((found, buffer)) = devlink.sbs.buffers.next_from(*key) {
        if found != *key {
            (*key, *port_index, *number) = (found, 0, 0);
        }
        while let Some((index, port)) = u32::try_from(*port_index)
            .ok()
            .and_then(|from| devlink.ports.next_from(from))
        {
            if u64::from(index) != *port_index {
                (*port_index, *number) = (index.into(), 0);
            }
            show(&buffer, &port, number)?;
            (*port_index, *number) = (u64::from(index) + 1, 0);
        }
        (*key, *port_index, *number) = (found + 1, 0, 0);
    }
    Ok(())
}

/// `DEVLINK_CMD_SB_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Read;

    fn run(request: &Request<'_>, devlink: Active<'_>) -> Result {
        let buffer = buffer_of(request, &devlink)?;
        request.reply(Cmd::SbNew, |out| buffer.fill(&devlink, out))
    }
}

impl DumpCommand for Get {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        while let Some((key, buffer)) = devlink.sbs.buffers.next_from(*cursor) {
            out.entry(devlink, fmt!("sb {}", buffer.index()), Cmd::SbNew, |out| {
                buffer.fill(devlink, out)
            })?;
            *cursor = key + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_SB_POOL_GET`.
pub(crate) struct PoolGet;

impl Command for PoolGet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let buffer = buffer_of(request, &devlink)?;
        let index = pool_of(request, &buffer)?;
        let pool = buffer.ask_pool(devlink.locked(), index)?;
        request.reply(Cmd::SbPoolNew, |out| {
            buffer.fill_pool(&devlink, index, &pool, out)
        })
    }
}

impl DumpCommand for PoolGet {
    type Cursor = BufferCursor;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut BufferCursor,
    ) -> Result<(), Stop> {
        if !devlink.ops().answers_about_sb_pools() {
            return Ok(());
        }
        // Held for this part of the dump, so that what it shows fits together.
        let mut part = Part::new(devlink, out);
        part.gets_driver();
        walk_buffers(devlink, cursor, |buffer, next| {
            walk(
                out,
                next,
                buffer.layout.pool_count().into(),
                |number| buffer.pool_or_last(&part, number as u16),
                |out, number, pool| {
                    out.entry(
                        devlink,
                        fmt!("sb {} pool {number}", buffer.index()),
                        Cmd::SbPoolNew,
                        |out| buffer.fill_pool(devlink, number as u16, pool, out),
                    )
                },
            )
        })
    }
}

/// `DEVLINK_CMD_SB_POOL_SET`.
pub(crate) struct PoolSet;

impl Command for PoolSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let buffer = buffer_of(request, &devlink)?;
        let pool = pool_of(request, &buffer)?;
        let threshold_type = threshold_type_of(request)?;
        let size = request
            .attrs
            .get(attr::SB_POOL_SIZE)
            .ok_or_else(|| request.extack.missing(attr::SB_POOL_SIZE))?;
        let locked = devlink.locked();
        let set =
            devlink
                .ops()
                .sb_pool_set(buffer.index(), pool, size, threshold_type, request.extack);
        buffer.forget_answers(locked);
        set
    }
}

/// `DEVLINK_CMD_SB_PORT_POOL_GET`.
pub(crate) struct PortPoolGet;

impl Command for PortPoolGet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        let buffer = buffer_of(request, &devlink)?;
        let pool = pool_of(request, &buffer)?;
        let part = buffer.ask_port_pool(devlink.locked(), &port, pool)?;
        request.reply(Cmd::SbPortPoolNew, |out| {
            buffer.fill_port_pool(&devlink, &port, pool, &part, out)
        })
    }
}

impl DumpCommand for PortPoolGet {
    type Cursor = PortCursor;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut PortCursor,
    ) -> Result<(), Stop> {
        if !devlink.ops().answers_about_sb_port_pools() {
            return Ok(());
        }
        let mut part = Part::new(devlink, out);
        part.gets_driver();
        walk_ports(devlink, cursor, |buffer, port, next| {
            walk(
                out,
                next,
                buffer.layout.pool_count().into(),
                |number| buffer.port_pool_or_last(&part, port, number as u16),
                |out, number, part| {
                    let (sb, index) = (buffer.index(), port.index());
                    out.entry(
                        devlink,
                        fmt!("port {index} sb {sb} pool {number}"),
                        Cmd::SbPortPoolNew,
                        |out| buffer.fill_port_pool(devlink, port, number as u16, part, out),
                    )
                },
            )
        })
    }
}

/// `DEVLINK_CMD_SB_PORT_POOL_SET`.
pub(crate) struct PortPoolSet;

impl Command for PortPoolSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        let buffer = buffer_of(request, &devlink)?;
        let pool = pool_of(request, &buffer)?;
        let threshold = threshold_of(request)?;
        let locked = devlink.locked();
        let set = devlink.ops().sb_port_pool_set(
            port.driver(),
            buffer.index(),
            pool,
            threshold,
            request.extack,
        );
        buffer.forget_answers(locked);
        set
    }
}

/// `DEVLINK_CMD_SB_TC_POOL_BIND_GET`.
pub(crate) struct TcPoolBindGet;

impl Command for TcPoolBindGet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        let buffer = buffer_of(request, &devlink)?;
        let class = class_of(request, &buffer)?;
        let binding = buffer.ask_binding(devlink.locked(), &port, class)?;
        request.reply(Cmd::SbTcPoolBindNew, |out| {
            buffer.fill_binding(&devlink, &port, class, &binding, out)
        })
    }
}

impl DumpCommand for TcPoolBindGet {
    type Cursor = PortCursor;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut PortCursor,
    ) -> Result<(), Stop> {
        if !devlink.ops().answers_about_sb_tc_pool_binds() {
            return Ok(());
        }
        let mut part = Part::new(devlink, out);
        part.gets_driver();
        walk_ports(devlink, cursor, |buffer, port, next| {
            walk(
                out,
                next,
                buffer.layout.class_count(),
                |number| {
                    let Some(class) = buffer.class(number) else {
                        return Ok(None);
                    };
                    let binding = buffer.binding_or_last(&part, port, class)?;
                    Ok(binding.map(|binding| (class, binding)))
                },
                |out, _, (class, binding)| {
                    let (sb, index) = (buffer.index(), port.index());
                    out.entry(
                        devlink,
                        fmt!("port {index} sb {sb} tc {}", class.index),
                        Cmd::SbTcPoolBindNew,
                        |out| buffer.fill_binding(devlink, port, *class, binding, out),
                    )
                },
            )
        })
    }
}

/// `DEVLINK_CMD_SB_TC_POOL_BIND_SET`.
pub(crate) struct TcPoolBindSet;

impl Command for TcPoolBindSet {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        let buffer = buffer_of(request, &devlink)?;
        let class = class_of(request, &buffer)?;
        let pool = pool_of(request, &buffer)?;
        let threshold = threshold_of(request)?;
        let locked = devlink.locked();
        let set = devlink.ops().sb_tc_pool_bind_set(
            port.driver(),
            buffer.index(),
            class,
            (pool, threshold),
            request.extack,
        );
        buffer.forget_answers(locked);
        set
    }
}

/// `DEVLINK_CMD_SB_OCC_SNAPSHOT`.
pub(crate) struct OccSnapshot;

impl Command for OccSnapshot {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let buffer = buffer_of(request, &devlink)?;
        let locked = devlink.locked();
        let taken = devlink.ops().sb_occ_snapshot(buffer.index());
        buffer.forget_answers(locked);
        taken
    }
}

/// `DEVLINK_CMD_SB_OCC_MAX_CLEAR`.
pub(crate) struct OccMaxClear;

impl Command for OccMaxClear {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let buffer = buffer_of(request, &devlink)?;
        let locked = devlink.locked();
        let cleared = devlink.ops().sb_occ_max_clear(buffer.index());
        buffer.forget_answers(locked);
        cleared
    }
}
