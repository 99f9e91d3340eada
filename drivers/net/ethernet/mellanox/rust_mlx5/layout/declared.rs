// SPDX-License-Identifier: GPL-2.0

//! Structures that the kernel's headers have as C structures only, or not at all.

use super::{
    Field,
    Opcode,
    Structure, //
};

structures! {
    /// How the input of every command begins.
    MboxIn(0x80) {
        OPCODE: Opcode = 0x0, 16;
        UID: u16 = 0x10, 16;
        OP_MOD: u16 = 0x30, 16;
    }

    /// How the output of every command begins.
    MboxOut(0x80) {
        STATUS: u8 = 0x0, 8;
        SYNDROME: u32 = 0x20, 32;
    }

    /// `struct mlx5_cqe64` and `struct mlx5_err_cqe`: a completion. Of an entry of 128 bytes it is
    /// the second half.
    Cqe(0x200) {
        TUNNELED: bool = 0x7, 1;
        WQE_ID: u16 = 0x10, 16;
        RSS_HASH_RESULT: u32 = 0x60, 32;
        RSS_HASH_TYPE: u8 = 0x80, 8;
        CHECK_SUM: u16 = 0xa0, 16;
        FLAGS: u8 = 0xc0, 8;
        RQPN: u32 = 0xc8, 24;
        L4_HEADER_TYPE: u8 = 0xe9, 3;
        L3_HEADER_TYPE: u8 = 0xec, 2;
        HAS_VLAN: bool = 0xef, 1;
        VLAN_INFO: u16 = 0xf0, 16;
        BYTE_COUNT: u32 = 0x160, 32;
        TIMESTAMP: u64 = 0x180, 64;
        VENDOR_SYNDROME: u8 = 0x1b0, 8;
        SYNDROME: u8 = 0x1b8, 8;
        SEND_OPCODE: u8 = 0x1c0, 8;
        QPN: u32 = 0x1c8, 24;
        WQE_COUNTER: u16 = 0x1e0, 16;
        SIGNATURE: u8 = 0x1f0, 8;
        OPCODE: u8 = 0x1f8, 4;
        FORMAT: u8 = 0x1fc, 2;
        SOLICITED: bool = 0x1fe, 1;
        OWNER: bool = 0x1ff, 1;
    }

    /// `struct mlx5_wqe_ctrl_seg`: how a request in a send queue begins. `DS` is its length in units
    /// of 16 bytes.
    WqeControl(0x80) {
        OPMOD: u8 = 0x0, 8;
        WQE_INDEX: u16 = 0x8, 16;
        OPCODE: u8 = 0x18, 8;
        QPN: u32 = 0x20, 24;
        DS: u8 = 0x3a, 6;
        SIGNATURE: u8 = 0x40, 8;
        FENCE: u8 = 0x58, 3;
        COMPLETION: u8 = 0x5c, 2;
        SOLICITED: bool = 0x5e, 1;
        TIS_TIR_NUM: u32 = 0x60, 24;
    }

    /// `struct mlx5_reg_host_endianness`.
    HostEndianness(0x80) {
        HE: u8 = 0x0, 8;
    }
}
