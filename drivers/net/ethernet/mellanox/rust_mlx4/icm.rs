// SPDX-License-Identifier: GPL-2.0

//! The device's context memory (ICM): memory of the machine, which is mapped to where the device
//! has the contexts of objects and what belongs to them.

mod memory;
mod table;

pub(crate) use self::memory::ICM_PAGE_SHIFT;

use self::{
    memory::Memory,
    table::Table, //
};

use crate::{
    caps::{
        device,
        Caps, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::Field,
    profile::{
        Cmpt,
        Kind,
        Layout,
        Part, //
    },
};

use kernel::{
    dma::{
        Coherent,
        CoherentHandle, //
    },
    page::PAGE_SHIFT,
    prelude::*,
    sync::Arc, //
};

/// How much memory is mapped at a time (`MLX4_TABLE_CHUNK_SIZE`).
const CHUNK: usize = 1 << 18;

/// How many event queues the table of their contexts has room for (`MLX4_MAX_EQ_NUM`).
const EQS: u32 = 1024;

/// More of the device's pages than any firmware wants to have for itself: 1 GiB.
const MAX_OWN_PAGES: u64 = 1 << 18;

/// Lines of the cache are at most that long.
const CACHE_LINE: u32 = 128;

/// How many pages of the machine have room for so many of the device's.
fn pages(device_pages: u64) -> usize {
    // CAST: A size of memory.
    device_pages.div_ceil(1 << (PAGE_SHIFT as u32 - ICM_PAGE_SHIFT)) as usize
}

/// Memory of the firmware's own, until the command that takes it from it.
pub(crate) struct Own<'up> {
    card: &'up Card<'up>,
    memory: Option<Memory<CoherentHandle>>,
    unmap: Op,
}

impl<'up> Own<'up> {
    /// Gives it so many pages with the command `map`.
    fn give(
        card: &'up Card<'up>,
        device_pages: u64,
        (map, unmap): (Op, Op),
        (name, what): (&str, &str),
    ) -> Result<Self> {
        let dev = card.dev.as_ref();
        if device_pages > MAX_OWN_PAGES {
            return Err(EINVAL);
        }
        let memory = Memory::new(dev, pages(device_pages))
            .inspect_err(|_| dev_err!(dev, "Couldn't allocate {}, aborting\n", what))?;
        if let Err(error) = memory.map(card, map, None) {
            dev_err!(dev, "{} command failed, aborting\n", name);
            card.keep(memory);
            return Err(error);
        }
        Ok(Own {
            card,
            memory: Some(memory),
            unmap,
        })
    }

    /// Memory that the firmware runs in (`mlx4_load_fw()`).
    pub(crate) fn firmware(card: &'up Card<'up>, device_pages: u64) -> Result<Self> {
        Own::give(
            card,
            device_pages,
            (Op::MAP_FA, Op::UNMAP_FA),
            ("MAP_FA", "FW area"),
        )
    }

    /// Memory that it keeps the books of context memory in, which has so many bytes.
    pub(crate) fn auxiliary(card: &'up Card<'up>, size: u64) -> Result<Self> {
        let dev = card.dev.as_ref();
        let device_pages = card
            .run_value(Call::new(Op::SET_ICM_SIZE), size)
            .inspect_err(|_| dev_err!(dev, "SET_ICM_SIZE command failed, aborting\n"))?;
        let commands = (Op::MAP_ICM_AUX, Op::UNMAP_ICM_AUX);
        Own::give(card, device_pages, commands, ("MAP_ICM_AUX", "aux memory"))
    }
}

impl Drop for Own<'_> {
    fn drop(&mut self) {
        if self.card.run(Call::new(self.unmap)).is_err() {
            if let Some(memory) = self.memory.take() {
                self.card.keep(memory);
            }
        }
    }
}

/// A table whose entries only the device reads and writes.
pub(crate) type Hidden<'up> = Table<'up, CoherentHandle>;

/// The tables of context memory, in the order in which they are taken from the device.
pub(crate) struct Icm<'up> {
    groups: Hidden<'up>,
    srqs: Hidden<'up>,
    cqs: Hidden<'up>,
    rdmarcs: Hidden<'up>,
    altcs: Hidden<'up>,
    auxcs: Hidden<'up>,
    qps: Hidden<'up>,
    dmpts: Hidden<'up>,
    mtts: Table<'up, Coherent<[u8]>>,
    eqs: Hidden<'up>,
    eq_cmpts: Hidden<'up>,
    cq_cmpts: Hidden<'up>,
    srq_cmpts: Hidden<'up>,
    qp_cmpts: Hidden<'up>,
}

impl<'up> Icm<'up> {
    /// Maps what the firmware needs for itself (`mlx4_init_icm()`).
    pub(crate) fn map(card: &'up Card<'up>, caps: &Caps, layout: &Layout) -> Result<Arc<Self>> {
        let reserved = |field: Field<u8>| 1_u32 << caps.get(field);
        let (qps, srqs, cqs, mpts) = (
            caps.reserved_qps(),
            reserved(device::LOG_RESERVED_SRQS),
            reserved(device::LOG_RESERVED_CQS),
            reserved(device::LOG_RESERVED_MPTS),
        );
        let eqs = match u32::from(caps.get(device::SYSTEM_EQS)) {
            0 => EQS,
            eqs => eqs,
        };
        let table = |part, reserved, what| {
            Table::new(card, part, reserved).inspect_err(|_| complain(card, what))
        };
        let part = |kind| layout.part(kind);
        let cmpts = |of, count, reserved| table(layout.cmpts(of, count), reserved, "cMPT");
        let qp_cmpts = cmpts(Cmpt::Qp, part(Kind::Qp).count, qps)?;
        let srq_cmpts = cmpts(Cmpt::Srq, part(Kind::Srq).count, srqs)?;
        let cq_cmpts = cmpts(Cmpt::Cq, part(Kind::Cq).count, cqs)?;
        let eq_cmpts = cmpts(Cmpt::Eq, eqs, eqs)?;
        // Also where there are fewer for this function.
        let eq_part = Part {
            count: eqs,
            ..part(Kind::Eq)
        };
        let eqs = table(eq_part, eqs, "EQ")?;
        let mtts = Table::new(card, part(Kind::Mtt), reserved_mtts(caps))
            .inspect_err(|_| complain(card, "MTT"))?;
        let dmpts = table(part(Kind::Dmpt), mpts, "dMPT")?;
        let qp_table = table(part(Kind::Qp), qps, "QP")?;
        let auxcs = table(part(Kind::Auxc), qps, "AUXC")?;
        let altcs = table(part(Kind::Altc), qps, "ALTC")?;
        let rdmarcs = table(layout.rdmarcs(), qps, "RDMARC")?;
        let cq_table = table(part(Kind::Cq), cqs, "CQ")?;
        let srqs = table(part(Kind::Srq), srqs, "SRQ")?;
        // All of it: that is easier than to know which groups are in use.
        let groups = part(Kind::Group);
        let groups = table(groups, groups.count, "MCG")?;
        let icm = Icm {
            groups,
            srqs,
            cqs: cq_table,
            rdmarcs,
            altcs,
            auxcs,
            qps: qp_table,
            dmpts,
            mtts,
            eqs,
            eq_cmpts,
            cq_cmpts,
            srq_cmpts,
            qp_cmpts,
        };
        Ok(Arc::new(icm, GFP_KERNEL)?)
    }

    /// Takes all of it from the device (`mlx4_free_icms()`).
    fn unmap(&self) {
        let hidden = |tables: &[&Hidden<'_>]| tables.iter().for_each(|table| table.unmap_all());
        hidden(&[&self.groups, &self.srqs, &self.cqs, &self.rdmarcs]);
        hidden(&[&self.altcs, &self.auxcs, &self.qps, &self.dmpts]);
        self.mtts.unmap_all();
        hidden(&[&self.eqs, &self.eq_cmpts, &self.cq_cmpts]);
        hidden(&[&self.srq_cmpts, &self.qp_cmpts]);
    }

    /// Where the contexts of completion queues are.
    pub(crate) fn of_cqs(&self) -> [&Hidden<'up>; 2] {
        [&self.cqs, &self.cq_cmpts]
    }

    /// Where those of queue pairs are, and what belongs to them.
    pub(crate) fn of_qps(&self) -> [&Hidden<'up>; 5] {
        [
            &self.qps,
            &self.auxcs,
            &self.altcs,
            &self.rdmarcs,
            &self.qp_cmpts,
        ]
    }

    /// Where memory regions are.
    pub(crate) fn of_mpts(&self) -> [&Hidden<'up>; 1] {
        [&self.dmpts]
    }

    /// Where translations of addresses are.
    pub(crate) fn mtts(&self) -> &Table<'up, Coherent<[u8]>> {
        &self.mtts
    }
}

/// Maps memory for an object's entries in all of some tables.
pub(crate) fn get_all(tables: &[&Hidden<'_>], number: u32) -> Result {
    for (index, table) in tables.iter().enumerate() {
        if let Err(error) = table.get(number) {
            put_all(tables.get(..index).unwrap_or(&[]), number);
            return Err(error);
        }
    }
    Ok(())
}

/// An object is no more that has entries in all of some tables.
pub(crate) fn put_all(tables: &[&Hidden<'_>], number: u32) {
    tables.iter().rev().for_each(|table| table.put(number));
}

/// Context memory, as long as the device has it: longer than it is initialised.
pub(crate) struct Mapped<'up>(pub(crate) Arc<Icm<'up>>);

impl Drop for Mapped<'_> {
    fn drop(&mut self) {
        self.0.unmap();
    }
}

/// How many translations the firmware has for itself. Lines of the cache that it writes to are not
/// written to by the driver.
pub(crate) fn reserved_mtts(caps: &Caps) -> u32 {
    let entry = u32::from(caps.get(device::MTT_SIZE)).max(1);
    let size = entry << caps.get(device::LOG_RESERVED_MTTS);
    size.next_multiple_of(CACHE_LINE) / entry
}

fn complain(card: &Card<'_>, what: &str) {
    dev_err!(
        card.dev.as_ref(),
        "Failed to map {} context memory, aborting\n",
        what
    );
}
