// SPDX-License-Identifier: GPL-2.0

//! What the card says about itself, as tables of the answers of the QUERY commands.

use super::layout::{byte, half, long, word, Value};

/// Pages that the firmware wants for itself.
pub const FW_PAGES: u64 = 204;
/// Version of the firmware.
pub const FW_VERSION: (u64, u64, u64) = (2, 42, 5000);
/// Where the words that say why the firmware died are in BAR 0, and how many.
pub const CATAS: (u64, usize) = (0x7_ff00, 16);
/// The register that clears a (legacy) interrupt.
pub const CLEAR_INTERRUPT: u64 = 0xf_00d8;
/// The free-running clock in BAR 0, and its frequency.
pub const CLOCK: u64 = 0xa_0000;
pub const CLOCK_MHZ: u64 = 427;
/// The health buffer in BAR 0; the word after it freezes the registers while they are dumped.
pub const HEALTH: (u64, u64) = (0x4_0000, 0x40);
/// Log2 of the entries of the tables of objects.
pub const LOG_QPS: u64 = 18;
pub const LOG_SRQS: u64 = 16;
pub const LOG_CQS: u64 = 16;
pub const LOG_EQS: u64 = 9;
pub const LOG_MPTS: u64 = 19;
pub const LOG_GROUPS: u64 = 13;
pub const MAX_COUNTERS: u64 = 256;
/// What a frame can carry, and how long it is then, with its header, two tags and the checksum.
const ETHERNET_MTU: u64 = 9618;
pub const LONGEST: usize = ETHERNET_MTU as usize + 14 + 8 + 4;
/// Sizes of contexts.
pub const QPC_SIZE: u64 = 256;
pub const SRQ_SIZE: u64 = 128;
pub const CQC_SIZE: u64 = 128;
pub const EQC_SIZE: u64 = 128;
pub const MPT_SIZE: u64 = 64;

#[rustfmt::skip]
pub const QUERY_FW: &[Value] = &[
    ("firmware pages",                half(0x00), FW_PAGES),
    ("firmware version, major",       half(0x02), FW_VERSION.0),
    ("firmware version, subminor",    half(0x04), FW_VERSION.2),
    ("firmware version, minor",       half(0x06), FW_VERSION.1),
    ("command interface revision",    half(0x0a), 3),
    ("log2 of commands at a time",    byte(0x0f), 4),
    ("clear interrupt: offset",       long(0x20), CLEAR_INTERRUPT),
    ("clear interrupt: BAR",          byte(0x28), 0),
    ("error buffer: offset",          long(0x30), CATAS.0),
    ("error buffer: words",           word(0x38), CATAS.1 as u64),
    ("error buffer: BAR",             byte(0x3c), 0),
    ("communication channel: offset", long(0x40), 0x8_1000),
    ("communication channel: BAR",    byte(0x48), 0),
    ("clock: offset",                 long(0x50), CLOCK),
    ("clock: BAR",                    byte(0x58), 0),
];

/// Capabilities, by bit.
const FLAGS: u64 = 1 // reliable, unreliable, datagram, XRC
    | 1 << 1 | 1 << 2 | 1 << 3
    | 1 << 6 // shared receive queues
    | 1 << 7 // checksums for IPoIB
    | 1 << 8 | 1 << 9 // violation counters
    | 1 << 12 // ports of different types
    | 1 << 15 // large send offload with big headers
    | 1 << 17 | 1 << 18 // path migration, atomics
    | 1 << 20 | 1 << 21 // UD address vector port, UD multicast
    | 1 << 32 // unicast loopback
    | 1 << 34 // the checksum of a frame can be kept
    | 1 << 37 | 1 << 38 // wake on LAN
    | 1 << 40 // RSS of UDP
    | 1 << 41 | 1 << 42 // steering of unicast and multicast
    | 1 << 48 // counters
    | 1 << 53 // Ethernet scheduler
    | 1 << 55 // sensing of a port's type
    | 1 << 59 // port management change events
    | 1 << 61 | 1 << 62; // large event and completion entries

#[rustfmt::skip]
pub const QUERY_DEV_CAP: &[Value] = &[
    ("log2 of SRQ entries",              byte(0x10), 14),
    ("log2 of QP entries",               byte(0x11), 14),
    ("log2 of reserved QPs",             byte(0x12).bits(0, 4), 6),
    ("log2 of QPs",                      byte(0x13).bits(0, 5), LOG_QPS),
    ("log2 of reserved SRQs",            byte(0x14).bits(4, 4), 6),
    ("log2 of SRQs",                     byte(0x15).bits(0, 5), LOG_SRQS),
    ("log2 of CQ entries",               byte(0x19), 22),
    ("log2 of reserved CQs",             byte(0x1a).bits(0, 4), 7),
    ("log2 of CQs",                      byte(0x1b).bits(0, 5), LOG_CQS),
    ("log2 of MPTs",                     byte(0x1d).bits(0, 6), LOG_MPTS),
    ("log2 of reserved EQs",             byte(0x1e).bits(0, 4), 4),
    ("log2 of EQs",                      byte(0x1f).bits(0, 4), LOG_EQS),
    ("log2 of reserved MTTs",            byte(0x20).bits(4, 4), 4),
    ("log2 of reserved MPTs",            byte(0x22).bits(0, 4), 8),
    ("log2 of requests per QP",          byte(0x29).bits(0, 6), 7),
    ("log2 of responses per QP",         byte(0x2b).bits(0, 6), 7),
    ("log2 of bytes to segment",         byte(0x2d).bits(0, 5), 17),
    ("RSS: XOR, Toeplitz; log2 of size", byte(0x2e), 0x38),
    ("log2 of RDMA resources",           byte(0x2f).bits(0, 6), 22),
    ("SRQs can be resized",              byte(0x33).bits(0, 1), 1),
    ("port beacon",                      byte(0x34).bits(7, 1), 1),
    ("delay of an acknowledge",          byte(0x35).bits(0, 5), 15),
    ("MTU and width",                    byte(0x36), 0x53),
    ("virtual lanes",                    byte(0x37).bits(4, 4), 8),
    ("log2 of a message",                byte(0x38).bits(0, 5), 30),
    ("log2 of GIDs",                     byte(0x3b).bits(0, 4), 7),
    ("rates",                            half(0x3c), 0x01ff),
    ("time stamps in CQs",               byte(0x3e).bits(7, 1), 1),
    ("log2 of P_Keys",                   byte(0x3f).bits(0, 4), 7),
    ("capabilities, high",               word(0x40), FLAGS >> 32),
    ("capabilities, low",                word(0x44), FLAGS & 0xffff_ffff),
    ("reserved UARs",                    byte(0x48).bits(4, 4), 8),
    ("log2 of MiB of UARs",              byte(0x49).bits(0, 6), UAR_LOG_MIB),
    ("log2 of the smallest page",        byte(0x4b), 12),
    ("BlueFlame: none",                  byte(0x4c), 0),
    ("pieces of a send",                 byte(0x51), 62),
    ("bytes of a send's descriptor",     half(0x52), 1008),
    ("pieces of a receive",              byte(0x55), 32),
    ("bytes of a receive's descriptor",  half(0x56), 512),
    ("log2 of QPs in a group",           byte(0x61), 8),
    ("log2 of groups",                   byte(0x63), LOG_GROUPS),
    ("log2 of PDs",                      byte(0x65).bits(0, 6), 17),
    ("log2 of reserved XRC domains",     byte(0x66).bits(4, 4), 0),
    ("log2 of XRC domains",              byte(0x67).bits(0, 5), 16),
    ("counters",                         word(0x68), MAX_COUNTERS),
    ("UPDATE_QP, LB source check, SW_CQ_INIT", word(0x70), 1 << 16 | 1 << 18 | 1 << 19 | 1 << 23),
    ("flow steering for IPoIB",          byte(0x74).bits(7, 1), 1),
    ("flow steering by the device",      byte(0x76).bits(7, 1), 1),
    ("log2 of a range of unicast QPs",   byte(0x76).bits(0, 5), 7),
    ("QPs of a steering entry",          byte(0x77), 248),
    ("Ethernet protocol control",        byte(0x7a).bits(5, 1), 1),
    ("size of RDMARC entries",           half(0x80), 32),
    ("size of QP contexts",              half(0x82), QPC_SIZE),
    ("size of AUX contexts",             half(0x84), 64),
    ("size of ALT contexts",             half(0x86), 64),
    ("size of EQ contexts",              half(0x88), EQC_SIZE),
    ("size of CQ contexts",              half(0x8a), CQC_SIZE),
    ("size of SRQ contexts",             half(0x8c), SRQ_SIZE),
    ("size of CMPT entries",             half(0x8e), 64),
    ("size of MTT entries",              half(0x90), 8),
    ("size of DMPT entries",             half(0x92), MPT_SIZE),
    ("CONFIG_DEV, port remap, local keys", word(0x94),
        1 << 29 | 1 << 24 | 1 << 11 | 1 << 10 | 1 << 7 | 1 << 6),
    ("reserved local key",               word(0x98), 0x400),
    ("error events, driver version, MACs, ETS", word(0x9c), 1 << 7 | 1 << 8 | 1 << 22 | 1 << 13),
    ("most context memory",              long(0xa0), 1 << 40),
    ("health buffer",                    word(0xe4), HEALTH.0),
];

/// Log2 of the MiB of BAR 2.
pub const UAR_LOG_MIB: u64 = 3;

/// What is the same for all ports.
#[rustfmt::skip]
pub const QUERY_PORT: &[Value] = &[
    ("types: InfiniBand and Ethernet",   byte(0x00).bits(0, 2), 3),
    ("suggested type: Ethernet",         byte(0x00).bits(3, 1), 1),
    ("InfiniBand MTU: 4096",             byte(0x01).bits(0, 4), 5),
    ("autonegotiation",                  byte(0x01).bits(7, 1), 1),
    ("Ethernet MTU",                     half(0x02), ETHERNET_MTU),
    ("speed: 40 Gb/s",                   byte(0x05), 0x40),
    ("width",                            byte(0x06).bits(0, 4), 3),
    ("log2 of GIDs, P_Keys",             byte(0x07), 0x77),
    ("log2 of VLANs, MACs",              byte(0x0a), 0x77),
    ("traffic classes, virtual lanes",   byte(0x0b), 0x88),
    ("current P_Keys",                   half(0x0c), 128),
    ("current GIDs",                     half(0x0e), 128),
    ("transceiver",                      byte(0x18), 0x04),
    ("vendor of the transceiver",        word(0x18).bits(0, 24), 0x00_02c9),
];

/// The firmware's name for the board.
pub const BOARD_ID: &[u8; 16] = b"MT_1090120019\0\0\0";
/// Where it is in the answer of QUERY_ADAPTER, each four bytes of it swapped.
pub const BOARD_ID_AT: usize = 0x20 + 0xd0;
