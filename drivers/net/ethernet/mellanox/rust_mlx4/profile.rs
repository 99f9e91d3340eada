// SPDX-License-Identifier: GPL-2.0

//! How many objects of each kind there are to be, and where their contexts are in the device's
//! context memory (ICM).

use crate::caps::{
    device,
    Caps,
    Steering, //
};

use kernel::{
    page::PAGE_SIZE,
    prelude::*, //
};

use core::cmp::Reverse;

/// Numbers of objects of the stock driver's default profile.
const QPS: u32 = 1 << 18;
const SRQS: u32 = 1 << 16;
const CQS: u32 = 1 << 16;
const RDMARC_PER_QP: u32 = 1 << 4;
const MPTS: u32 = 1 << 19;
/// Groups in B0 mode, and when the device manages its rules itself.
const GROUPS: u32 = 1 << 13;
const MANAGED_GROUPS: u32 = 1 << 17;
/// The stock driver has more of them on a machine with much memory, for memory that users of RDMA
/// register. Here they are for queues only.
const MTTS: u32 = 1 << 20;

/// Completion MPTs: those of queue pairs, of shared receive queues, of completion queues and of
/// event queues, each of that many.
const CMPT_LOG: u32 = 24;
const CMPT_KINDS: u32 = 4;

/// Whose completion MPTs (`MLX4_CMPT_TYPE_*`).
#[derive(Clone, Copy)]
pub(crate) enum Cmpt {
    Qp = 0,
    Srq = 1,
    Cq = 2,
    Eq = 3,
}

/// What has a part of context memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Qp,
    Rdmarc,
    Altc,
    Auxc,
    Srq,
    Cq,
    Eq,
    Dmpt,
    Cmpt,
    Mtt,
    Group,
}

impl Kind {
    const ALL: [Kind; 11] = [
        Kind::Qp,
        Kind::Rdmarc,
        Kind::Altc,
        Kind::Auxc,
        Kind::Srq,
        Kind::Cq,
        Kind::Eq,
        Kind::Dmpt,
        Kind::Cmpt,
        Kind::Mtt,
        Kind::Group,
    ];

    /// How many bytes an entry has, and how many entries are wanted.
    fn wanted(self, caps: &Caps) -> (u64, u32) {
        let size = |field| u64::from(caps.get(field));
        match self {
            Kind::Qp => (size(device::QPC_SIZE), QPS),
            Kind::Rdmarc => (size(device::RDMARC_SIZE), QPS * RDMARC_PER_QP),
            Kind::Altc => (size(device::ALTC_SIZE), QPS),
            Kind::Auxc => (size(device::AUXC_SIZE), QPS),
            Kind::Srq => (size(device::SRQC_SIZE), SRQS),
            Kind::Cq => (size(device::CQC_SIZE), CQS),
            Kind::Eq => (size(device::EQC_SIZE), caps.max_eqs()),
            Kind::Dmpt => (size(device::DMPT_SIZE), MPTS),
            Kind::Cmpt => (size(device::CMPT_SIZE), CMPT_KINDS << CMPT_LOG),
            Kind::Mtt => (size(device::MTT_SIZE), MTTS),
            Kind::Group => (
                1 << caps.log_group_size(),
                match caps.steering() {
                    Steering::DeviceManaged => MANAGED_GROUPS,
                    Steering::A0 | Steering::B0 => GROUPS,
                },
            ),
        }
    }
}

/// A table of entries of the same size in context memory.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    /// Where it begins.
    pub(crate) base: u64,
    /// How many bytes an entry has.
    pub(crate) entry: u64,
    /// How many entries there are.
    pub(crate) count: u32,
}

impl Part {
    /// How many entries there are, as a power of two.
    pub(crate) fn log_count(&self) -> u32 {
        self.count.next_power_of_two().trailing_zeros()
    }

    /// How many bytes it has; never less than a page.
    fn size(&self) -> u64 {
        // CAST: A size of memory.
        let size = self.entry.saturating_mul(self.count.into());
        size.max(PAGE_SIZE as u64)
    }
}

/// How context memory is divided.
pub(crate) struct Layout {
    /// The largest one first: as all sizes are powers of two, each begins at a multiple of its own.
    parts: [(Kind, Part); Kind::ALL.len()],
    size: u64,
}

impl Layout {
    /// Divides it (`mlx4_make_profile()`). Fails with `ENOMEM` if the device has not so much, and
    /// with `EINVAL` if it says something about entries that cannot be.
    pub(crate) fn new(dev: &kernel::device::Device, caps: &Caps) -> Result<Self> {
        let mut parts = Kind::ALL.map(|kind| {
            let (entry, count) = kind.wanted(caps);
            let count = count.next_power_of_two();
            (
                kind,
                Part {
                    base: 0,
                    entry,
                    count,
                },
            )
        });
        let sizes = || parts.iter().map(|(_, part)| part.entry);
        if let Some(size) = sizes().find(|size| !size.is_power_of_two()) {
            dev_err!(
                dev,
                "HCA reported context memory with entries of {} bytes, aborting\n",
                size
            );
            return Err(EINVAL);
        }
        // One that is as large as another stays behind it, as in the stock driver.
        parts.sort_unstable_by_key(|(kind, part)| (Reverse(part.size()), *kind as u8));
        let mut size = 0_u64;
        for (_, part) in &mut parts {
            part.base = size;
            size = size.saturating_add(part.size());
        }
        let most = caps.get(device::MAX_ICM_SIZE);
        if size > most {
            dev_err!(
                dev,
                "Profile requires 0x{:x} bytes; won't fit in 0x{:x} bytes of context memory\n",
                size,
                most
            );
            return Err(ENOMEM);
        }
        Ok(Layout { parts, size })
    }

    /// How many bytes there are in all.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The table of a kind.
    pub(crate) fn part(&self, wanted: Kind) -> Part {
        let mut parts = self.parts.iter();
        let found = parts.find(|(kind, _)| *kind == wanted);
        // There is one of each.
        found.unwrap_or(&self.parts[0]).1
    }

    /// How many responder resources a queue pair has, as a power of two.
    pub(crate) fn log_rdmarc_per_qp(&self) -> u32 {
        self.part(Kind::Rdmarc).log_count() - self.part(Kind::Qp).log_count()
    }

    /// The table of responder resources, with an entry for all of a queue pair's.
    pub(crate) fn rdmarcs(&self) -> Part {
        let (qps, rdmarcs) = (self.part(Kind::Qp), self.part(Kind::Rdmarc));
        Part {
            entry: rdmarcs.entry << self.log_rdmarc_per_qp(),
            count: qps.count,
            ..rdmarcs
        }
    }

    /// The table of completion MPTs of so many objects of a kind.
    pub(crate) fn cmpts(&self, of: Cmpt, count: u32) -> Part {
        let part = self.part(Kind::Cmpt);
        Part {
            base: part.base + ((of as u64 * part.entry) << CMPT_LOG),
            count,
            ..part
        }
    }
}
