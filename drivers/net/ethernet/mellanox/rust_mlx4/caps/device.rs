// SPDX-License-Identifier: GPL-2.0

//! What QUERY_DEV_CAP says about the device: numbers, and features that it has or has not.

use crate::layout::{
    byte,
    half,
    long,
    word,
    Field, //
};

/// How much of the answer there is (`QUERY_DEV_CAP_OUT_SIZE`).
pub(crate) const LENGTH: usize = 0x100;

/// Objects that the firmware has for itself, the first ones of each kind, as powers of two.
pub(crate) const LOG_RESERVED_QPS: Field<u8> = byte(0x12).bits(0, 4);
pub(crate) const LOG_RESERVED_SRQS: Field<u8> = byte(0x14).bits(4, 4);
pub(crate) const LOG_RESERVED_CQS: Field<u8> = byte(0x1a).bits(0, 4);
pub(crate) const LOG_RESERVED_EQS: Field<u8> = byte(0x1e).bits(0, 4);
pub(crate) const LOG_RESERVED_MTTS: Field<u8> = byte(0x20).bits(4, 4);
pub(crate) const LOG_RESERVED_MPTS: Field<u8> = byte(0x22).bits(0, 4);

/// The same, as numbers.
pub(crate) const RESERVED_UARS: Field<u8> = byte(0x48).bits(4, 4);
pub(crate) const RESERVED_PDS: Field<u8> = byte(0x64).bits(4, 4);

/// How many objects there are.
pub(crate) const LOG_MAX_EQS: Field<u8> = byte(0x1f).bits(0, 4);
pub(crate) const SYSTEM_EQS: Field<u16> = half(0x26).bits(0, 12);
pub(crate) const MAX_COUNTERS: Field<u32> = word(0x68);
pub(crate) const PORTS: Field<u8> = byte(0x37).bits(0, 4);
pub(crate) const LOG_UAR_MIB: Field<u8> = byte(0x49).bits(0, 6);
pub(crate) const MAX_ICM_SIZE: Field<u64> = long(0xa0);

/// The smallest page that the device can have.
pub(crate) const LOG_MIN_PAGE: Field<u8> = byte(0x4b);

/// Steering by rules: how many queue pairs an entry has, and which are for high rates.
pub(crate) const QPS_PER_ENTRY: Field<u8> = byte(0x77);
pub(crate) const HIGH_RATE_QP_BASE: Field<u32> = word(0xa8).bits(0, 24);
pub(crate) const HIGH_RATE_QP_RANGE: Field<u32> = word(0xac).bits(0, 24);

/// Sizes of entries in context memory.
pub(crate) const RDMARC_SIZE: Field<u16> = half(0x80);
pub(crate) const QPC_SIZE: Field<u16> = half(0x82);
pub(crate) const AUXC_SIZE: Field<u16> = half(0x84);
pub(crate) const ALTC_SIZE: Field<u16> = half(0x86);
pub(crate) const EQC_SIZE: Field<u16> = half(0x88);
pub(crate) const CQC_SIZE: Field<u16> = half(0x8a);
pub(crate) const SRQC_SIZE: Field<u16> = half(0x8c);
pub(crate) const CMPT_SIZE: Field<u16> = half(0x8e);
pub(crate) const MTT_SIZE: Field<u16> = half(0x90);
pub(crate) const DMPT_SIZE: Field<u16> = half(0x92);

/// Where the health buffer is in BAR 0; 0 is nowhere.
pub(crate) const HEALTH_BUFFER: Field<u32> = word(0xe4);

/// Words of flags.
const FLAGS: Field<u64> = long(0x40);
const FLAGS_2: Field<u32> = word(0x70);
const MEMORY: Field<u32> = word(0x94);
const ETHERNET: Field<u32> = word(0x9c);

/// Something that a device has or has not (`MLX4_DEV_CAP_FLAG_*`, `MLX4_DEV_CAP_FLAG2_*`).
#[derive(Clone, Copy)]
pub(crate) struct Feature(pub(super) Field<bool>);

macro_rules! features {
    ($($(#[$attribute:meta])* $name:ident = $place:expr;)*) => {
        impl Feature {$(
            $(#[$attribute])*
            pub(crate) const $name: Self = Feature($place);
        )*}
    };
}

features! {
    IPOIB_CHECKSUM = FLAGS.bit(7);
    /// The ports can be of different types.
    PORTS_DIFFER = FLAGS.bit(12);
    /// The device cuts packets of TCP into frames (`mlx4_en_add()`).
    SEGMENTATION = FLAGS.bit(15);
    MEMORY_WINDOWS = FLAGS.bit(16);
    /// The device can give frames back that are for itself.
    UNICAST_LOOPBACK = FLAGS.bit(32);
    /// The checksum of a frame can be left in it.
    FCS_KEEP = FLAGS.bit(34);
    UDP_RSS = FLAGS.bit(40);
    UNICAST_STEERING = FLAGS.bit(41);
    MULTICAST_STEERING = FLAGS.bit(42);
    COUNTERS = FLAGS.bit(48);
    RSS_IP_FRAGMENTS = FLAGS.bit(52);
    ETHERNET_SCHEDULER = FLAGS.bit(53);
    /// A port can find out what its cable is for.
    SENSE = FLAGS.bit(55);
    PORT_MANAGEMENT_EVENT = FLAGS.bit(59);
    /// Entries of event queues are of 64 bytes.
    LARGE_EQE = FLAGS.bit(61);
    /// Entries of completion queues are of 64 bytes.
    LARGE_CQE = FLAGS.bit(62);

    RSS_TOEPLITZ = byte(0x2e).bit(4);
    RSS_XOR = byte(0x2e).bit(5);
    PORT_BEACON = byte(0x34).bit(7);
    USER_MAC = byte(0x5c).bit(2);

    LOOPBACK_SOURCE_CHECK = FLAGS_2.bit(19);
    SOFTWARE_CQ_INIT = FLAGS_2.bit(23);
    FLOW_CONTROL_STATISTICS = FLAGS_2.bit(28);

    /// Which frames a queue pair receives can be said by rules.
    STEERING_BY_RULES = byte(0x76).bit(7);
    /// Types and speeds of links can be chosen.
    PROTOCOL_CONTROL = byte(0x7a).bit(5);
    CQE_STRIDE = byte(0x7a).bit(6);
    EQE_STRIDE = byte(0x7a).bit(7);

    MEMORY_WINDOWS_2 = MEMORY.bit(9);
    ROCE_V1_V2 = MEMORY.bit(19);
    PORT_REMAP = MEMORY.bit(24);
    /// Frames with a wrong checksum can be received.
    IGNORE_FCS = MEMORY.bit(26);
    CONFIG_DEV = MEMORY.bit(29);
    PHV = byte(0x96).bit(7);
    /// Tags of service providers are not looked at.
    SKIPS_SERVICE_TAG = byte(0x96).bit(6);

    BACKPLANE_AUTONEG = ETHERNET.bit(0);
    RECOVERABLE_ERROR_EVENT = ETHERNET.bit(7);
    DRIVER_VERSION = ETHERNET.bit(8);
    ETS_CONFIGURATION = ETHERNET.bit(13);
}
