// SPDX-License-Identifier: GPL-2.0

//! The parameters that mean the same on every device that has them.

use super::value::Type;

use kernel::{
    bindings,
    prelude::*,
    warn_on, //
};

/// Name and type of the generic parameters, by number (`enum devlink_param_generic_id`).
#[rustfmt::skip]
const GENERIC: [(&CStr, Type); COUNT] = [
    (c"internal_error_reset", Type::Bool),
    (c"max_macs", Type::U32),
    (c"enable_sriov", Type::Bool),
    (c"region_snapshot_enable", Type::Bool),
    (c"ignore_ari", Type::Bool),
    (c"msix_vec_per_pf_max", Type::U32),
    (c"msix_vec_per_pf_min", Type::U32),
    (c"fw_load_policy", Type::U8),
    (c"reset_dev_on_drv_probe", Type::U8),
    (c"enable_roce", Type::Bool),
    (c"enable_remote_dev_reset", Type::Bool),
    (c"enable_eth", Type::Bool),
    (c"enable_rdma", Type::Bool),
    (c"enable_vnet", Type::Bool),
    (c"enable_iwarp", Type::Bool),
    (c"io_eq_size", Type::U32),
    (c"event_eq_size", Type::U32),
    (c"enable_phc", Type::Bool),
    (c"clock_id", Type::U64),
    (c"total_vfs", Type::U32),
    (c"num_doorbells", Type::U32),
    (c"max_mac_per_vf", Type::U32),
    (c"max_sfs", Type::U32),
];

const COUNT: usize = bindings::devlink_param_generic_id___DEVLINK_PARAM_GENERIC_ID_MAX as usize;

/// Checks that a parameter which a driver calls generic has the generic number and name; warns if
/// it has another type.
pub(super) fn verify_generic(id: u32, name: &CStr, kind: Type) -> Result {
    let (generic_name, generic_kind) = usize::try_from(id)
        .ok()
        .and_then(|id| GENERIC.get(id))
        .ok_or(EINVAL)?;
    if **generic_name != *name {
        return Err(ENOENT);
    }
    warn_on!(kind != *generic_kind);
    Ok(())
}

/// Checks that a parameter of a driver's own has no number or name of a generic one.
pub(super) fn verify_specific(id: u32, name: &CStr) -> Result {
    if usize::try_from(id).is_ok_and(|id| id < COUNT) {
        return Err(EINVAL);
    }
    if GENERIC
        .iter()
        .any(|(generic_name, _)| **generic_name == *name)
    {
        return Err(EEXIST);
    }
    Ok(())
}
