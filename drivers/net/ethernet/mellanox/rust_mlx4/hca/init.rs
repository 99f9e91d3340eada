// SPDX-License-Identifier: GPL-2.0

//! The command that initialises the device: where in context memory everything is, and what of it
//! is to be used.

use crate::{
    caps::{
        device,
        Caps,
        Feature,
        HighRate,
        Steering,
        UAR_SHIFT, //
    },
    card::Card,
    cmd::{
        Call,
        Op, //
    },
    layout::{
        byte,
        half,
        long,
        word,
        Field,
        Mailbox, //
    },
    profile::{
        Cmpt,
        Kind,
        Layout,
        Part, //
    },
};

use kernel::{
    page::PAGE_SHIFT,
    prelude::*, //
};

/// The version of what the mailbox has (`INIT_HCA_VERSION`).
const VERSION: Field<u8> = byte(0x00);
const VERSION_2: u8 = 2;

/// How long a line of the cache is: 64 bytes.
const CACHE_LINE: Field<u8> = byte(0x0e);
const LINES_OF_64: u8 = 2 << 5 | 1 << 4;

/// Flags.
const FLAGS: Field<u32> = word(0x14);
const CHECKS_UD_PORT: Field<bool> = FLAGS.bit(0);
const BIG_ENDIAN: Field<bool> = FLAGS.bit(1);
const IPOIB_CHECKSUM: Field<bool> = FLAGS.bit(3);
const COUNTERS: Field<bool> = FLAGS.bit(4);
const STEERS_BY_RULES: Field<bool> = FLAGS.bit(6);
const RSS_IP_FRAGMENTS: Field<bool> = FLAGS.bit(13);
const RECOVERABLE_ERRORS: Field<bool> = word(0x18).bit(31);
const LARGE_EQE: Field<bool> = word(0x58).bit(29);
const LARGE_CQE: Field<bool> = word(0x58).bit(30);

/// Where contexts are, and how many, as a power of two, of those that have a number. That is in
/// bits of the address which are zero.
struct Place {
    base: Field<u64>,
    log_count: Option<Field<u8>>,
}

const fn place(base: usize, log_count: Option<Field<u8>>) -> Place {
    Place {
        base: long(base),
        log_count,
    }
}

const QPS: Place = place(0x30, Some(byte(0x37)));
const SRQS: Place = place(0x48, Some(byte(0x4f)));
const CQS: Place = place(0x50, Some(byte(0x57)));
const ALTCS: Place = place(0x60, None);
const AUXCS: Place = place(0x70, None);
const EQS: Place = place(0x80, Some(LOG_EQS));
const RDMARCS: Place = place(0x90, None);
const LOG_RDMARCS_PER_QP: Field<u8> = byte(0x97);
const GROUPS: Place = place(0xc0, Some(byte(0xdb)));
const DMPTS: Place = place(0xf0, Some(byte(0xfb)));
const MTTS: Place = place(0x100, None);
const CMPTS: Place = place(0x108, None);
const RULES: Place = place(0x1d0, Some(byte(0x1eb)));

/// Event queues that the device has of its own, instead of a power of two of them.
const LOG_EQS: Field<u8> = byte(0x87);
const SYSTEM_EQS: Field<u16> = half(0x8a);
const OWN_EQS: u8 = 0x1f;

/// Groups, in B0 mode.
const LOG_GROUP_SIZE: Field<u8> = byte(0xd3);
const LOG_GROUP_HASH: Field<u8> = byte(0xd7);
const UNICAST_GROUPS: Field<bool> = byte(0xd8).bit(3);

/// Rules, and which frames they are for: those of UDP and TCP to one station, with so many
/// addresses.
const LOG_RULE_SIZE: Field<u8> = byte(0x1e3);
const HIGH_RATE: Field<u8> = byte(0x1e8).bits(6, 2);
const ETHERNET_RULES: Field<u8> = byte(0x1f1);
const ETHERNET_ADDRESSES: Field<u16> = half(0x1f2);
const INFINIBAND_RULES: Field<u8> = byte(0x1f5);
const INFINIBAND_ADDRESSES: Field<u16> = half(0x1f6);
const UDP_AND_TCP: u8 = 1 << 1 | 1 << 2;
const ADDRESSES: u16 = 8;

const MEMORY_WINDOWS: Field<bool> = byte(0xf8).bit(7);

/// Pages of doorbells: how many, and how large.
const LOG_UARS: Field<u8> = byte(0x12a);
const LOG_UAR_SIZE: Field<u8> = byte(0x12b);

/// The system, the driver and its version, as a text that ends with a zero.
const DRIVER: usize = 0x140;
const DRIVER_LENGTH: usize = 0x40;

/// Initialises the device (`mlx4_INIT_HCA()`).
pub(super) fn run(card: &Card<'_>, caps: &Caps, layout: &Layout) -> Result {
    let mut mailbox = Mailbox::new(card)?;
    set_flags(&mut mailbox, caps);
    if caps.has(Feature::DRIVER_VERSION) {
        set_driver(&mut mailbox);
    }
    set_contexts(&mut mailbox, caps, layout);
    set_steering(&mut mailbox, caps, layout);
    let windows = [Feature::MEMORY_WINDOWS, Feature::MEMORY_WINDOWS_2];
    let has_windows = windows.iter().any(|feature| caps.has(*feature));
    mailbox.set(MEMORY_WINDOWS, has_windows);
    // CAST: Powers of two.
    let log_uars = caps.uars().checked_ilog2().unwrap_or(0) as usize + PAGE_SHIFT - UAR_SHIFT;
    mailbox.set(LOG_UARS, log_uars as u8);
    mailbox.set(LOG_UAR_SIZE, 0);
    card.run_with(Call::new(Op::INIT_HCA), &mailbox)
        .inspect_err(|error| {
            let dev = card.dev.as_ref();
            dev_err!(dev, "INIT_HCA returns {}\n", error.to_errno());
        })
}

fn set_flags(mailbox: &mut Mailbox, caps: &Caps) {
    mailbox.set(VERSION, VERSION_2);
    mailbox.set(CACHE_LINE, LINES_OF_64);
    mailbox.set(BIG_ENDIAN, cfg!(target_endian = "big"));
    mailbox.set(CHECKS_UD_PORT, true);
    for (field, feature) in [
        (IPOIB_CHECKSUM, Feature::IPOIB_CHECKSUM),
        (COUNTERS, Feature::COUNTERS),
        (RSS_IP_FRAGMENTS, Feature::RSS_IP_FRAGMENTS),
        (RECOVERABLE_ERRORS, Feature::RECOVERABLE_ERROR_EVENT),
        (LARGE_EQE, Feature::LARGE_EQE),
        (LARGE_CQE, Feature::LARGE_CQE),
    ] {
        mailbox.set(field, caps.has(feature));
    }
}

fn set_driver(mailbox: &mut Mailbox) {
    let version = option_env!("KERNELVERSION").unwrap_or_default();
    let text = Iterator::chain(b"Linux,rust_mlx4,".iter(), version.as_bytes());
    let mut bytes = [0; DRIVER_LENGTH];
    for (to, from) in bytes.iter_mut().take(DRIVER_LENGTH - 1).zip(text) {
        *to = *from;
    }
    mailbox.write(DRIVER, &bytes);
}

impl Place {
    fn set(&self, mailbox: &mut Mailbox, part: Part) {
        mailbox.set(self.base, part.base);
        if let Some(field) = self.log_count {
            // CAST: A power of two.
            mailbox.set(field, part.log_count() as u8);
        }
    }
}

fn set_contexts(mailbox: &mut Mailbox, caps: &Caps, layout: &Layout) {
    for (place, kind) in [
        (QPS, Kind::Qp),
        (SRQS, Kind::Srq),
        (CQS, Kind::Cq),
        (ALTCS, Kind::Altc),
        (AUXCS, Kind::Auxc),
        (EQS, Kind::Eq),
        (RDMARCS, Kind::Rdmarc),
        (DMPTS, Kind::Dmpt),
        (MTTS, Kind::Mtt),
    ] {
        place.set(mailbox, layout.part(kind));
    }
    // Those of queue pairs are the first ones.
    CMPTS.set(mailbox, layout.cmpts(Cmpt::Qp, 1));
    // CAST: A power of two.
    mailbox.set(LOG_RDMARCS_PER_QP, layout.log_rdmarc_per_qp() as u8);
    let own = caps.get(device::SYSTEM_EQS);
    if own != 0 {
        mailbox.set(LOG_EQS, OWN_EQS);
        mailbox.set(SYSTEM_EQS, own);
    }
}

fn set_steering(mailbox: &mut Mailbox, caps: &Caps, layout: &Layout) {
    let part = layout.part(Kind::Group);
    // CAST: Powers of two.
    let log_size = caps.log_group_size() as u8;
    if caps.steering() != Steering::DeviceManaged {
        GROUPS.set(mailbox, part);
        mailbox.set(LOG_GROUP_SIZE, log_size);
        mailbox.set(LOG_GROUP_HASH, part.log_count() as u8 - 1);
        mailbox.set(UNICAST_GROUPS, caps.steering() == Steering::B0);
        return;
    }
    mailbox.set(STEERS_BY_RULES, true);
    RULES.set(mailbox, part);
    mailbox.set(LOG_RULE_SIZE, log_size);
    if caps.high_rate() != HighRate::Static {
        mailbox.set(ETHERNET_RULES, UDP_AND_TCP);
    }
    mailbox.set(ETHERNET_ADDRESSES, ADDRESSES);
    mailbox.set(INFINIBAND_RULES, UDP_AND_TCP);
    mailbox.set(INFINIBAND_ADDRESSES, ADDRESSES);
    mailbox.set(HIGH_RATE, caps.high_rate().number());
}
