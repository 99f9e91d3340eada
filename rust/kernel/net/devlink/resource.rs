// SPDX-License-Identifier: GPL-2.0

//! Resources: how what a device has is divided.

use super::{
    instance::{
        Bringup,
        Setup, //
    },
    object::HandleOf,
    Driver, //
};

use crate::{
    bindings,
    error::to_result,
    num::division::checked_rem,
    prelude::*, //
};

use core::marker::PhantomData;

/// How large a resource can be made, in entries (`struct devlink_resource_size_params`,
/// `devlink_resource_size_params_init()`; `enum devlink_resource_unit` has nothing else).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct ResourceSize {
    /// The smallest size.
    pub min: u64,
    /// The largest size.
    pub max: u64,
    /// Sizes are multiples of this, which is not 0.
    pub granularity: u64,
}

/// A resource of an instance, as long as that lives.
pub struct Resource<'bound, T: Driver> {
    id: u64,
    _instance: HandleOf<'bound, T, ()>,
}

impl<T: Driver> Clone for Resource<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver> Copy for Resource<'_, T> {}

impl<'bound, T: Driver> Resource<'bound, T> {
    /// The size to bring the device up with (`devl_resource_size_get()`).
    ///
    /// What a user sets takes effect by this call, so it can only be made while the device comes
    /// up.
    pub fn size(self, cx: &Bringup<'_, 'bound, T>) -> Result<u64> {
        let mut size = 0;
        // SAFETY: The instance is valid and its lock is held.
        to_result(unsafe {
            bindings::devl_resource_size_get(cx.devlink().as_ptr(), self.id, &mut size)
        })?;
        Ok(size)
    }
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// Adds a resource of `size` entries, inside of `parent` if there is one
    /// (`devl_resource_register()`).
    ///
    /// Fails with `EINVAL` when the size does not fit its own limits.
    pub fn resource(
        &self,
        name: &'static CStr,
        size: u64,
        limits: ResourceSize,
        parent: Option<Resource<'bound, T>>,
    ) -> Result<Resource<'bound, T>> {
        if size < limits.min
            || size > limits.max
            || checked_rem(size, limits.granularity) != Some(0)
        {
            return Err(EINVAL);
        }
        let params = bindings::devlink_resource_size_params {
            size_min: limits.min,
            size_max: limits.max,
            size_granularity: limits.granularity,
            unit: bindings::devlink_resource_unit_DEVLINK_RESOURCE_UNIT_ENTRY,
        };
        // 0 is `DEVLINK_RESOURCE_ID_PARENT_TOP`: the first is 1.
        let id = self.next_resource();
        // SAFETY: The instance is valid and its lock is held. The core copies `params`; the name is
        // static.
        to_result(unsafe {
            bindings::devl_resource_register(
                self.devlink().as_ptr(),
                name.as_char_ptr(),
                size,
                id,
                parent.map_or(bindings::DEVLINK_RESOURCE_ID_PARENT_TOP.into(), |it| it.id),
                &params,
            )
        })?;
        Ok(Resource {
            id,
            _instance: PhantomData,
        })
    }
}
