// SPDX-License-Identifier: GPL-2.0

//! Functions by which drivers say what an instance is part of.

use super::{
    instance::devlink_ref,
    port::port_devlink, //
};

use crate::{
    driver::port::registered_port,
    nested::Place,
    port::Flavour, //
};

use kernel::{
    bindings,
    error::from_result,
    prelude::*,
    warn_on,
    warn_on_once, //
};

/// Says that an instance, which is not registered yet, is part of another one.
///
/// # Safety
///
/// Both are valid instances.
#[export]
pub unsafe extern "C" fn devl_nested_devlink_set(
    devlink: *mut bindings::devlink,
    nested_devlink: *mut bindings::devlink,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the instance is valid.
        let (outer, nested) = unsafe { (devlink_ref(devlink), devlink_ref(nested_devlink)) };
        nested.nest_in(outer, Place::Instance).map(|()| 0)
    })
}

/// Says that an instance, which is not registered yet, is that of the subfunction behind a port.
///
/// # Safety
///
/// `port` is valid and not unregistered meanwhile, and `fn_devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_port_fn_devlink_set(
    port: *mut bindings::devlink_port,
    fn_devlink: *mut bindings::devlink,
) -> c_int {
    from_result(|| {
        // SAFETY: The caller promises that the port is valid and not unregistered meanwhile.
        let registered = unsafe { registered_port(port) };
        let Some(registered) = registered else {
            warn_on_once!(true);
            return Err(EINVAL);
        };
        let is_local_subfunction = registered.attributes().is_some_and(|attributes| {
            matches!(
                attributes.flavour,
                Flavour::PciSf {
                    external: false,
                    ..
                }
            )
        });
        if warn_on!(!is_local_subfunction) {
            return Err(EINVAL);
        }
        // SAFETY: The caller promises that the port was initialised, so that its instance is valid,
        // and that the instance is valid. A registered port's instance is valid.
        let (outer, nested) = unsafe { (port_devlink(port), devlink_ref(fn_devlink)) };
        let place = Place::Port(registered.index());
        nested.nest_in(outer, place).map(|()| 0)
    })
}
