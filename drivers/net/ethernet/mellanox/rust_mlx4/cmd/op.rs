// SPDX-License-Identifier: GPL-2.0

//! Which commands there are (`include/linux/mlx4/cmd.h`).

/// A command's op-code, and what else there is to know of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Op {
    /// Its number.
    pub(crate) code: u16,
    kind: Kind,
}

/// What a failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// No more than that.
    Common,
    /// It undoes something. A device that was reset has nothing that would have to be undone, so
    /// that it succeeds there (`mlx4_internal_err_ret_value()`).
    Undo,
    /// As `Undo`. A device that is alive and refuses it is to be reset, as nobody knows what it
    /// still does (`mlx4_closing_cmd_fatal_error()`).
    Close,
}

impl Op {
    /// Whether a device that was reset has done it.
    pub(super) fn undoes(self) -> bool {
        matches!(self.kind, Kind::Undo | Kind::Close)
    }

    /// Whether a device that refuses it is to be reset.
    pub(super) fn must_succeed(self) -> bool {
        matches!(self.kind, Kind::Close)
    }
}

macro_rules! operations {
    ($($kind:ident $name:ident = $code:literal;)*) => {
        impl Op {$(
            pub(crate) const $name: Self = Op {
                code: $code,
                kind: Kind::$kind,
            };
        )*}
    };
}

operations! {
    Common QUERY_FW = 0x004;
    Common MAP_FA = 0xfff;
    Close UNMAP_FA = 0xffe;
    Common RUN_FW = 0xff6;
    Common MOD_STAT_CFG = 0x034;
    Common QUERY_DEV_CAP = 0x003;
    Common QUERY_ADAPTER = 0x006;
    Common SET_ICM_SIZE = 0xffd;
    Common MAP_ICM_AUX = 0xffc;
    Close UNMAP_ICM_AUX = 0xffb;
    Common MAP_ICM = 0xffa;
    Close UNMAP_ICM = 0xff9;
    Common INIT_HCA = 0x007;
    Close CLOSE_HCA = 0x008;
    Common QUERY_HCA = 0x00b;
    Common QUERY_FUNC = 0x056;
    Common NOP = 0x031;
    Common HW_HEALTH_CHECK = 0x050;
    Common CONFIG_DEV = 0x03a;
    Common VIRT_PORT_MAP = 0x05c;
    Common ACCESS_REG = 0x03b;
    Common MAD_IFC = 0x024;

    Common INIT_PORT = 0x009;
    Undo CLOSE_PORT = 0x00a;
    Common QUERY_PORT = 0x043;
    Common SENSE_PORT = 0x04d;
    Common SET_PORT = 0x00c;
    Common SET_VLAN_FLTR = 0x047;
    Common SET_MCAST_FLTR = 0x048;
    Common DUMP_ETH_STATS = 0x049;
    Common QUERY_IF_STAT = 0x054;

    Common MAP_EQ = 0x012;
    Common SW2HW_EQ = 0x013;
    Close HW2SW_EQ = 0x014;
    Common SW2HW_CQ = 0x016;
    Close HW2SW_CQ = 0x017;
    Common MODIFY_CQ = 0x02c;
    Common SW2HW_MPT = 0x00d;
    Close HW2SW_MPT = 0x00f;

    Common RST2INIT_QP = 0x019;
    Common INIT2RTR_QP = 0x01a;
    Common RTR2RTS_QP = 0x01b;
    Close RST_QP_2 = 0x021;
    Common QUERY_QP = 0x022;
    Common CONF_SPECIAL_QP = 0x023;

    Common READ_MCG = 0x025;
    Common WRITE_MCG = 0x026;
    Common MGID_HASH = 0x027;
    Common FLOW_STEERING_ATTACH = 0x065;
    Undo FLOW_STEERING_DETACH = 0x066;
}
