// SPDX-License-Identifier: GPL-2.0

//! The driver's side of a parameter: its callbacks, and values as C has them.

use super::{
    access::{
        InstanceLocked,
        Owner, //
    },
    ops::MISSING, //
};

use crate::param::{
    Description,
    Mode,
    Setting,
    Text,
    Type,
    Value,
    MAX_ARRAY, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*,
    sync::Arc, //
};

type AccessCallback = unsafe extern "C" fn(
    *mut bindings::devlink,
    u32,
    *mut bindings::devlink_param_gset_ctx,
    *mut bindings::netlink_ext_ack,
) -> c_int;

type ValidateCallback = unsafe extern "C" fn(
    *mut bindings::devlink,
    u32,
    *mut bindings::devlink_param_value,
    *mut bindings::netlink_ext_ack,
) -> c_int;

type ResetCallback = unsafe extern "C" fn(
    *mut bindings::devlink,
    u32,
    bindings::devlink_param_cmode,
    *mut bindings::netlink_ext_ack,
) -> c_int;

/// The driver's side of a parameter.
///
/// # Invariants
///
/// The callbacks may be called with the parameter's instance and number while the parameter is
/// registered, as `owner` says, and the instance lock held.
pub(crate) struct DriverParam {
    get: Option<AccessCallback>,
    set: Option<AccessCallback>,
    validate: Option<ValidateCallback>,
    get_default: Option<AccessCallback>,
    reset_default: Option<ResetCallback>,
    owner: Owner,
}

/// What a driver writes its answers into.
pub(crate) struct Context(KBox<bindings::devlink_param_gset_ctx>);

impl Context {
    /// One with zeros.
    pub(crate) fn new() -> Result<Self> {
        let context = KBox::new(bindings::devlink_param_gset_ctx::default(), GFP_KERNEL)?;
        Ok(Context(context))
    }
}

impl DriverParam {
    /// The driver's side of the parameter that `raw` describes.
    ///
    /// # Safety
    ///
    /// The callbacks may be called with the parameter's instance and number while the parameter is
    /// registered and the instance lock held.
    pub(crate) unsafe fn new(raw: &bindings::devlink_param, devlink: InstanceLocked<'_>) -> Self {
        // INVARIANT: The caller promises what the type does.
        DriverParam {
            get: raw.get,
            set: raw.set,
            validate: raw.validate,
            get_default: raw.get_default,
            reset_default: raw.reset_default,
            owner: Owner::new(devlink),
        }
    }

    /// Where it is registered.
    pub(crate) fn owner(&self) -> &Owner {
        &self.owner
    }

    /// Whether the driver can say what a value is.
    pub(crate) fn can_get(&self) -> bool {
        self.get.is_some()
    }

    /// Whether the driver can set a value.
    pub(crate) fn can_set(&self) -> bool {
        self.set.is_some()
    }

    /// Whether the driver checks what a user wants to set.
    pub(crate) fn can_validate(&self) -> bool {
        self.validate.is_some()
    }

    /// The value in `mode`, and the default one if the driver tells it.
    pub(crate) fn get(
        &self,
        devlink: InstanceLocked<'_>,
        param: &Description,
        mode: Mode,
        context: &mut Context,
        extack: Extack<'_>,
    ) -> Result<Setting> {
        devlink.check(&self.owner)?;
        let mut ask = |callback: Option<AccessCallback>| {
            let callback = callback.ok_or(MISSING)?;
            let context = &mut *context.0;
            context.cmode = mode as u32;
            // SAFETY: The instance lock is held, so by the type invariants the callback may be
            // called; `context` is valid and used by nobody else meanwhile.
            to_result(unsafe { callback(devlink.as_raw(), param.id, context, extack.as_raw()) })?;
            // SAFETY: `context` was zeroed when it was made, and drivers only write values.
            unsafe { value_from_raw(param.kind, &context.val) }
        };
        let value = ask(self.get)?;
        let default = match ask(self.get_default) {
            Ok(value) => Some(value),
            Err(error) if error == EOPNOTSUPP => None,
            Err(error) => return Err(error),
        };
        Ok(Setting { value, default })
    }

    /// Sets the value in `mode`.
    pub(crate) fn set(
        &self,
        devlink: InstanceLocked<'_>,
        id: u32,
        mode: Mode,
        value: &Value,
        extack: Extack<'_>,
    ) -> Result {
        devlink.check(&self.owner)?;
        let callback = self.set.ok_or(MISSING)?;
        let mut context = Context::new()?;
        context.0.val = value_to_raw(value);
        context.0.cmode = mode as u32;
        // SAFETY: The instance lock is held, so by the type invariants the callback may be called;
        // the context is valid and used by nobody else meanwhile.
        to_result(unsafe { callback(devlink.as_raw(), id, &mut *context.0, extack.as_raw()) })
    }

    /// Sets the value in `mode` to the default.
    pub(crate) fn reset(
        &self,
        devlink: InstanceLocked<'_>,
        id: u32,
        mode: Mode,
        extack: Extack<'_>,
    ) -> Result {
        devlink.check(&self.owner)?;
        let callback = self.reset_default.ok_or(MISSING)?;
        // SAFETY: The instance lock is held, so by the type invariants the callback may be called.
        to_result(unsafe { callback(devlink.as_raw(), id, mode as u32, extack.as_raw()) })
    }

    /// Checks a value that a user wants to set. The driver may make another one of it.
    pub(crate) fn validate(
        &self,
        devlink: InstanceLocked<'_>,
        param: &Description,
        value: Value,
        extack: Extack<'_>,
    ) -> Result<Value> {
        devlink.check(&self.owner)?;
        let Some(callback) = self.validate else {
            return Ok(value);
        };
        let mut raw = value_to_raw(&value);
        // SAFETY: The instance lock is held, so by the type invariants the callback may be called;
        // `raw` is valid and used by nobody else meanwhile.
        to_result(unsafe { callback(devlink.as_raw(), param.id, &mut raw, extack.as_raw()) })?;
        // SAFETY: All of `raw` was initialised, and drivers only write values.
        unsafe { value_from_raw(param.kind, &raw) }
    }
}

/// Reads a value that a driver wrote.
///
/// # Safety
///
/// The member of `raw` that belongs to `kind` is initialised.
pub(crate) unsafe fn value_from_raw(
    kind: Type,
    raw: &bindings::devlink_param_value,
) -> Result<Value> {
    // SAFETY: The caller promises that all bytes were initialised; any bits are a valid number, and
    // a `bool` is read as one, too.
    unsafe {
        Ok(match kind {
            Type::U8 => Value::U8(raw.vu8),
            Type::U16 => Value::U16(raw.vu16),
            Type::U32 => Value::U32(raw.vu32),
            Type::U64 => Value::U64(raw.vu64),
            Type::Bool => Value::Bool(raw.vu8 != 0),
            Type::String => Value::String(Text::from_bytes(&raw.vstr)?),
            Type::U64Array => {
                let len = usize::try_from(raw.u64arr.size).map_err(|_| EMSGSIZE)?;
                let numbers = raw.u64arr.val.get(..len).ok_or(EMSGSIZE)?;
                let mut copy = KVec::with_capacity(len, GFP_KERNEL)?;
                copy.extend_from_slice(numbers, GFP_KERNEL)?;
                Value::U64Array(Arc::new(copy, GFP_KERNEL)?)
            }
        })
    }
}

/// Writes a value for a driver; what does not belong to it is zero.
pub(crate) fn value_to_raw(value: &Value) -> bindings::devlink_param_value {
    let mut raw = bindings::devlink_param_value::default();
    match value {
        Value::U8(value) => raw.vu8 = *value,
        Value::U16(value) => raw.vu16 = *value,
        Value::U32(value) => raw.vu32 = *value,
        Value::U64(value) => raw.vu64 = *value,
        Value::Bool(value) => raw.vbool = *value,
        Value::String(text) => raw.vstr = *text.as_array(),
        Value::U64Array(numbers) => {
            let mut array = bindings::devlink_param_u64_array {
                size: numbers.len() as u64,
                val: [0; MAX_ARRAY],
            };
            for (slot, number) in array.val.iter_mut().zip(numbers.iter()) {
                *slot = *number;
            }
            raw.u64arr = array;
        }
    }
    raw
}
