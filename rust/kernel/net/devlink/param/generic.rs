// SPDX-License-Identifier: GPL-2.0

//! The parameters that devlink has names for.
//!
//! What each of them is for says `Documentation/networking/devlink/devlink-params.rst` in the
//! kernel.

use super::{
    private,
    Value, //
};

use crate::{
    bindings,
    prelude::*, //
};

/// A parameter that devlink has a name for (`enum devlink_param_generic_id`).
pub trait Generic: private::Sealed {
    /// What its value is.
    type Value: Value;
    /// Its name.
    const NAME: &'static CStr;
    /// Its number.
    const ID: u32;
}

macro_rules! generic {
    ($($name:ident, $id:ident, $text:ident, $value:ty;)*) => {$(
        #[doc = concat!("`DEVLINK_PARAM_GENERIC_ID_", stringify!($name), "`.")]
        #[allow(non_camel_case_types)]
        pub enum $name {}

        impl private::Sealed for $name {}

        impl Generic for $name {
            type Value = $value;
            const NAME: &'static CStr = match CStr::from_bytes_with_nul(bindings::$text) {
                Ok(name) => name,
                Err(_) => panic!("not a terminated string"),
            };
            const ID: u32 = bindings::$id;
        }
    )*};
}

generic! {
    INT_ERR_RESET,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_INT_ERR_RESET,
        DEVLINK_PARAM_GENERIC_INT_ERR_RESET_NAME, bool;
    MAX_MACS,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MAX_MACS,
        DEVLINK_PARAM_GENERIC_MAX_MACS_NAME, u32;
    ENABLE_SRIOV,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_SRIOV,
        DEVLINK_PARAM_GENERIC_ENABLE_SRIOV_NAME, bool;
    REGION_SNAPSHOT,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_REGION_SNAPSHOT,
        DEVLINK_PARAM_GENERIC_REGION_SNAPSHOT_NAME, bool;
    IGNORE_ARI,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_IGNORE_ARI,
        DEVLINK_PARAM_GENERIC_IGNORE_ARI_NAME, bool;
    MSIX_VEC_PER_PF_MAX,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MSIX_VEC_PER_PF_MAX,
        DEVLINK_PARAM_GENERIC_MSIX_VEC_PER_PF_MAX_NAME, u32;
    MSIX_VEC_PER_PF_MIN,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MSIX_VEC_PER_PF_MIN,
        DEVLINK_PARAM_GENERIC_MSIX_VEC_PER_PF_MIN_NAME, u32;
    FW_LOAD_POLICY,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_FW_LOAD_POLICY,
        DEVLINK_PARAM_GENERIC_FW_LOAD_POLICY_NAME, u8;
    RESET_DEV_ON_DRV_PROBE,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_RESET_DEV_ON_DRV_PROBE,
        DEVLINK_PARAM_GENERIC_RESET_DEV_ON_DRV_PROBE_NAME, u8;
    ENABLE_ROCE,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_ROCE,
        DEVLINK_PARAM_GENERIC_ENABLE_ROCE_NAME, bool;
    ENABLE_REMOTE_DEV_RESET,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_REMOTE_DEV_RESET,
        DEVLINK_PARAM_GENERIC_ENABLE_REMOTE_DEV_RESET_NAME, bool;
    ENABLE_ETH,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_ETH,
        DEVLINK_PARAM_GENERIC_ENABLE_ETH_NAME, bool;
    ENABLE_RDMA,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_RDMA,
        DEVLINK_PARAM_GENERIC_ENABLE_RDMA_NAME, bool;
    ENABLE_VNET,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_VNET,
        DEVLINK_PARAM_GENERIC_ENABLE_VNET_NAME, bool;
    ENABLE_IWARP,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_IWARP,
        DEVLINK_PARAM_GENERIC_ENABLE_IWARP_NAME, bool;
    IO_EQ_SIZE,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_IO_EQ_SIZE,
        DEVLINK_PARAM_GENERIC_IO_EQ_SIZE_NAME, u32;
    EVENT_EQ_SIZE,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_EVENT_EQ_SIZE,
        DEVLINK_PARAM_GENERIC_EVENT_EQ_SIZE_NAME, u32;
    ENABLE_PHC,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_ENABLE_PHC,
        DEVLINK_PARAM_GENERIC_ENABLE_PHC_NAME, bool;
    CLOCK_ID,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_CLOCK_ID,
        DEVLINK_PARAM_GENERIC_CLOCK_ID_NAME, u64;
    TOTAL_VFS,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_TOTAL_VFS,
        DEVLINK_PARAM_GENERIC_TOTAL_VFS_NAME, u32;
    NUM_DOORBELLS,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_NUM_DOORBELLS,
        DEVLINK_PARAM_GENERIC_NUM_DOORBELLS_NAME, u32;
    MAX_MAC_PER_VF,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MAX_MAC_PER_VF,
        DEVLINK_PARAM_GENERIC_MAX_MAC_PER_VF_NAME, u32;
    MAX_SFS,
        devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MAX_SFS,
        DEVLINK_PARAM_GENERIC_MAX_SFS_NAME, u32;
}
