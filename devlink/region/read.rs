// SPDX-License-Identifier: GPL-2.0

//! `devlink region read` and `devlink region dump`: the contents of a snapshot, or of the region
//! itself.
//!
//! The request names one region, so it is more a `do` with a long answer than a dump: what only
//! the driver can read is waited for.

use super::{
    snapshot::Snapshot,
    Located,
    Region, //
};

use crate::{
    driver::{
        access::MayCall,
        ops::Parallel, //
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    lifetime::Pass,
    netlink::{
        command::Operation,
        FAMILY, //
    },
    port::Port,
    registry, //
};

use kernel::{
    bindings,
    net::netlink::{
        attr::Attrs,
        extack::Extack,
        ops::{
            Dump,
            DumpIt, //
        },
        writer::{
            Header,
            Writer, //
        },
    },
    prelude::*,
    sync::Arc, //
};

/// How many bytes there are in each attribute.
const CHUNK: usize = 256;

/// `DEVLINK_CMD_REGION_READ`.
pub(crate) struct Read;

/// Where a read is; all zero at its beginning.
type Progress = [u64; 2];

impl DumpIt for Operation<Read> {
    /// The offset to go on from, and the key of the snapshot that is being read.
    type State = Progress;

    fn dumpit(out: &mut Writer<'_>, dump: &mut Dump<'_, Progress>) -> Result {
        let attrs = dump.info.attrs();
        let extack = dump.info.extack();
        let [offset, snapshot_key] = dump.state;

        let devlink = registry::find(dump.info.net(), attrs)?;
        let active = devlink.enter()?;
        let found = locate(attrs, &active, extack)?;
        let direct = attrs.has(attr::REGION_DIRECT);

        let Some(raw_id) = attrs.raw(attr::REGION_SNAPSHOT_ID) else {
            if !direct {
                return Err(extack.err(c"No snapshot id provided", EINVAL));
            }
            check_direct(&found.region, extack)?;
            // Whoever waits for the driver must not be inside.
            drop(found);
            drop(active);
            let buffer = KVec::from_elem(0, CHUNK, GFP_KERNEL)?;
            let find = |devlink: &Devlink| locate(attrs, devlink, extack);
            return devlink.call_about(
                "region-read",
                Parallel::Regions,
                find,
                |found, driver| {
                    check_direct(&found.region, extack)?;
                    let mut chunks = DriverChunks {
                        region: &found.region,
                        port: found.port.as_deref(),
                        driver,
                        extack,
                        buffer,
                    };
                    let reading = Reading::new(found, &driver, attrs, dump.header);
                    reading.part(out, offset, |offset, len, put| {
                        put(chunks.read(offset, len)?)
                    })
                },
            )?;
        };
        if direct {
            return Err(extack.err_attr(
                raw_id,
                c"Direct region read does not use snapshot",
                EINVAL,
            ));
        }
        let missing = || extack.err_attr(raw_id, c"Requested snapshot does not exist", EINVAL);
        let id = attrs.get(attr::REGION_SNAPSHOT_ID).ok_or_else(missing)?;
        // Dropped after the snapshot: destroying the region waits for it.
        let _pass: Pass<'_> = found
            .region
            .callback_lock
            .gate
            .enter()
            .map_err(|_| missing())?;
        let snapshot: Arc<Snapshot> = found.region.snapshots.get(id).ok_or_else(missing)?;
        // One that was taken after the beginning is another one, whatever its id.
        if *snapshot_key != 0 && *snapshot_key != snapshot.key() {
            return Err(missing());
        }
        *snapshot_key = snapshot.key();
        let reading = Reading::new(&found, &active, attrs, dump.header);
        reading.part(out, offset, |offset, len, put| {
            let start = usize::try_from(offset).map_err(|_| EINVAL)?;
            put(snapshot.data().get(start..start + len).ok_or(EINVAL)?)
        })
    }
}

fn locate(attrs: Attrs<'_>, devlink: &Devlink, extack: Extack<'_>) -> Result<Located> {
    let (Some(raw_name), Some(name)) = (attrs.raw(attr::REGION_NAME), attrs.get(attr::REGION_NAME))
    else {
        return Err(extack.err(c"No region name provided", EINVAL));
    };
    Located::find(attrs, devlink, name)?
        .ok_or_else(|| extack.err_attr(raw_name, c"Requested region does not exist", EINVAL))
}

fn check_direct(region: &Region, extack: Extack<'_>) -> Result {
    if region.driver.can_read() {
        return Ok(());
    }
    Err(extack.err(c"Requested region does not support direct read", EOPNOTSUPP))
}

/// Reads the region itself.
struct DriverChunks<'a> {
    region: &'a Region,
    port: Option<&'a Port>,
    driver: MayCall<'a>,
    extack: Extack<'a>,
    buffer: KVec<u8>,
}

impl DriverChunks<'_> {
    fn read(&mut self, offset: u64, len: usize) -> Result<&[u8]> {
        let buffer = self.buffer.get_mut(..len).ok_or(EINVAL)?;
        self.region
            .driver_read(self.driver, self.port, offset, buffer, self.extack)?;
        Ok(buffer)
    }
}

/// What a part of the answer says beside the contents.
struct Reading<'a> {
    found: &'a Located,
    devlink: &'a Devlink,
    attrs: Attrs<'a>,
    header: Header,
}

impl<'a> Reading<'a> {
    fn new(found: &'a Located, devlink: &'a Devlink, attrs: Attrs<'a>, header: Header) -> Self {
        Reading {
            found,
            devlink,
            attrs,
            header: Header {
                flags: (bindings::NLM_F_ACK | bindings::NLM_F_MULTI) as u16,
                ..header
            },
        }
    }

    /// Where to begin and where to end, after `offset` bytes have been read.
    fn range(&self, offset: u64) -> (u64, u64) {
        let (mut start, mut end) = (offset, u64::MAX);
        if let (Some(address), Some(len)) = (
            self.attrs.get(attr::REGION_CHUNK_ADDR),
            self.attrs.get(attr::REGION_CHUNK_LEN),
        ) {
            if start == 0 {
                start = address;
            }
            end = address.wrapping_add(len);
        }
        (start, end.min(self.found.region.size))
    }

    /// Writes as many chunks as fit, and moves `offset` behind them; `read` passes the contents to
    /// the function it is given.
    fn part(
        &self,
        out: &mut Writer<'_>,
        offset: &mut u64,
        mut read: impl FnMut(u64, usize, &mut dyn FnMut(&[u8]) -> Result) -> Result,
    ) -> Result {
        let (start, end) = self.range(*offset);
        if start == end {
            return Ok(());
        }
        let mut at = start;
        out.message(FAMILY.family(), self.header, Cmd::RegionRead as u8, |out| {
            self.found
                .region
                .put_handle(self.devlink, self.found.port_index(), out)?;
            out.nest_noflag(attr::REGION_CHUNKS, |out| {
                while at < end {
                    let len = (end - at).min(CHUNK as u64) as usize;
                    // Not to be told from an error of the driver by its number.
                    let mut is_full = false;
                    let written = read(at, len, &mut |bytes| {
                        out.nest_noflag(attr::REGION_CHUNK, |out| {
                            out.put(attr::REGION_CHUNK_DATA, bytes)?;
                            out.put(attr::REGION_CHUNK_ADDR, at)
                        })
                        .inspect_err(|_| is_full = true)
                    });
                    match written {
                        Ok(()) => at += len as u64,
                        Err(_) if is_full => break,
                        Err(error) => return Err(error),
                    }
                }
                // Not to begin the same part again and again.
                if at == start {
                    return Err(EINVAL);
                }
                Ok(())
            })
        })?;
        *offset = at;
        // That this was all is found out in the next part, which is empty: user space gets the end
        // in a buffer of its own, as from the C core.
        Err(EMSGSIZE)
    }
}
