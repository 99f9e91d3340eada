// SPDX-License-Identifier: GPL-2.0

//! Structures that the kernel's headers have as C structures only, or not at all.

use super::{
    CmdIfBox,
    CmdQueueEntry,
    Field,
    HealthBuffer,
    InitialSeg,
    McamReg,
    MnvdaReg,
    PagesReqEvent,
    Structure, //
};

/// Addresses that the header has in halves, without the bits that must be zero.
impl CmdQueueEntry {
    /// Where the rest of the input is.
    pub const INPUT_MAILBOX: Field<Self, u64> = Field::new(0x40, 64);
    /// Where the rest of the output goes.
    pub const OUTPUT_MAILBOX: Field<Self, u64> = Field::new(0x180, 64);
}

/// An address that the header has in halves, without the bits that must be zero.
impl CmdIfBox {
    /// Where the next block is.
    pub const NEXT: Field<Self, u64> = Field::new(0x1180, 64);
}

/// What only `struct health_buffer` has.
impl HealthBuffer {
    /// Words about where the firmware failed.
    pub const ASSERT_VAR: Field<Self, [u32; 6]> = Field::new(0x0, 192);
}

/// What only `struct mlx5_init_seg` has.
impl InitialSeg {
    /// How long commands may take, in seconds in the low bits.
    pub const CMD_EXEC_TO: Field<Self, u32> = Field::new(0x7fc0, 32);
    /// How long the device may take to initialise, in the same way.
    pub const CMD_Q_INIT_TO: Field<Self, u32> = Field::new(0x7fe0, 32);
    /// The upper half of the device's clock; the lower one is [`InitialSeg::INTERNAL_TIMER_L`].
    pub const INTERNAL_TIMER_H: Field<Self, u32> = Field::new(0x8000, 32);
    /// The lower half.
    pub const INTERNAL_TIMER_L: Field<Self, u32> = Field::new(0x8020, 32);
}

/// What `struct mlx5_ifc_mcam_access_reg_bits2` has, in the answer about that group of registers.
impl McamReg {
    /// Whether there is MIRC.
    pub const MIRC: Field<Self, bool> = Field::new(0x5d, 1);
}

/// Words that hold one of several structures.
impl MnvdaReg {
    /// The same as bytes.
    pub const DATA: Field<Self, [u8; 256]> = Field::new(0x60, 2048);
}

/// What only `enum` constants of the driver in C say.
impl PagesReqEvent {
    /// All pages of the function were given up, without saying which.
    pub const RELEASE_ALL: Field<Self, bool> = Field::new(0x1, 1);
}

structures! {
    /// `struct mlx5_eqe_port_module`: what an event of a module is about.
    PortModuleEvent(0xe0) {
        MODULE: u8 = 0x8, 8;
        MODULE_STATUS: u8 = 0x1c, 4;
        ERROR_TYPE: u8 = 0x34, 4;
    }

    /// `struct mlx5_eqe_temp_warning`: a bit for each sensor that warns.
    TempWarningEvent(0xe0) {
        SENSOR_WARNING_MSB: u64 = 0x0, 64;
        SENSOR_WARNING_LSB: u64 = 0x40, 64;
    }

    /// `struct mlx5_eqe_sync_fw_update`: how far a reset of the firmware has come.
    SyncFwUpdateEvent(0xe0) {
        SYNC_RST_STATE: u8 = 0x1c, 4;
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
        L4_OK: bool = 0xe5, 1;
        L3_OK: bool = 0xe6, 1;
        L2_OK: bool = 0xe7, 1;
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
        FLOW_TAG: u32 = 0x1c8, 24;
        WQE_COUNTER: u16 = 0x1e0, 16;
        SIGNATURE: u8 = 0x1f0, 8;
        OPCODE: u8 = 0x1f8, 4;
        FORMAT: u8 = 0x1fc, 2;
        SOLICITED: bool = 0x1fe, 1;
        OWNER: bool = 0x1ff, 1;
    }

    /// `struct mlx5_wqe_ctrl_seg`: how a request in a send queue begins. `DS` is its length in
    /// units of 16 bytes.
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

    /// `struct mlx5_wqe_eth_seg`: how a frame is to be sent; behind it a header within the request,
    /// whose first two bytes are its last two, or what is to be inserted.
    WqeEth(0x80) {
        L4_CHECKSUM: bool = 0x20, 1;
        L3_CHECKSUM: bool = 0x21, 1;
        L4_INNER_CHECKSUM: bool = 0x22, 1;
        L3_INNER_CHECKSUM: bool = 0x23, 1;
        MSS: u16 = 0x30, 16;
        FLOW_TABLE_METADATA: u32 = 0x40, 32;
        INSERT_VLAN: bool = 0x60, 1;
        INLINE_SIZE: u16 = 0x66, 10;
        INLINE_START: u16 = 0x70, 16;
        INSERT_SVLAN: bool = 0x6f, 1;
        VLAN_TCI: u16 = 0x70, 16;
    }

    /// `struct mlx5_wqe_data_seg`, and the head of `struct mlx5_wqe_inline_seg`: where data is, or
    /// that it follows.
    WqeData(0x80) {
        INLINE: bool = 0x0, 1;
        BYTE_COUNT: u32 = 0x1, 31;
        LKEY: u32 = 0x20, 32;
        ADDRESS: u64 = 0x40, 64;
    }

    /// `struct mlx5_reg_host_endianness`.
    HostEndianness(0x80) {
        HE: u8 = 0x0, 8;
    }
}
