// SPDX-License-Identifier: GPL-2.0

//! `struct devlink_param`, and calls into the driver about a parameter.
//!
//! A driver registers a table of parameters. All that the core needs is copied out of it then: the
//! table is not looked at again, except for the numbers at unregistration.

use super::{
    instance::devlink_ref,
    ops::MISSING, //
};

use crate::{
    instance::DriverLocked,
    param::{
        Description,
        Mode,
        Modes,
        Setting,
        Text,
        Type,
        Value,
        MAX_ARRAY, //
    },
};

use kernel::{
    bindings,
    error::{
        from_result,
        to_result, //
    },
    net::netlink::extack::Extack,
    prelude::*,
    str::small::SmallCString,
    sync::Arc,
    warn_on, //
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
/// registered and the driver lock held. Whoever found the parameter in its instance's collection
/// under that lock may call the methods that take a [`DriverLocked`].
pub(crate) struct DriverParam {
    get: Option<AccessCallback>,
    set: Option<AccessCallback>,
    validate: Option<ValidateCallback>,
    get_default: Option<AccessCallback>,
    reset_default: Option<ResetCallback>,
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
        devlink: DriverLocked<'_>,
        param: &Description,
        mode: Mode,
        context: &mut Context,
        extack: Extack<'_>,
    ) -> Result<Setting> {
        let mut ask = |callback: Option<AccessCallback>| {
            let callback = callback.ok_or(MISSING)?;
            let context = &mut *context.0;
            context.cmode = mode as u32;
            // SAFETY: The driver lock is held, so by the type invariants the callback may be
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
        devlink: DriverLocked<'_>,
        id: u32,
        mode: Mode,
        value: &Value,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self.set.ok_or(MISSING)?;
        let mut context = Context::new()?;
        context.0.val = value_to_raw(value);
        context.0.cmode = mode as u32;
        // SAFETY: As in `get()`.
        to_result(unsafe { callback(devlink.as_raw(), id, &mut *context.0, extack.as_raw()) })
    }

    /// Sets the value in `mode` to the default.
    pub(crate) fn reset(
        &self,
        devlink: DriverLocked<'_>,
        id: u32,
        mode: Mode,
        extack: Extack<'_>,
    ) -> Result {
        let callback = self.reset_default.ok_or(MISSING)?;
        // SAFETY: The driver lock is held, so by the type invariants the callback may be called.
        to_result(unsafe { callback(devlink.as_raw(), id, mode as u32, extack.as_raw()) })
    }

    /// Checks a value that a user wants to set. The driver may make another one of it.
    pub(crate) fn validate(
        &self,
        devlink: DriverLocked<'_>,
        param: &Description,
        value: Value,
        extack: Extack<'_>,
    ) -> Result<Value> {
        let Some(callback) = self.validate else {
            return Ok(value);
        };
        let mut raw = value_to_raw(&value);
        // SAFETY: The driver lock is held, so by the type invariants the callback may be called;
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
unsafe fn value_from_raw(kind: Type, raw: &bindings::devlink_param_value) -> Result<Value> {
    // SAFETY: By the safety requirements; any bits are a valid number, and a `bool` is read as
    // one, too.
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
fn value_to_raw(value: &Value) -> bindings::devlink_param_value {
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

/// Copies what a driver says about a parameter.
///
/// # Safety
///
/// The name is null or a string, and the callbacks may be called while the parameter is registered
/// and the driver lock held.
unsafe fn description(raw: &bindings::devlink_param) -> Result<(Description, DriverParam)> {
    let kind = Type::from_number(raw.type_);
    if warn_on!(raw.name.is_null() || kind.is_none()) {
        return Err(EINVAL);
    }
    let description = Description {
        id: raw.id,
        // SAFETY: By the safety requirements; the check above shows that it is not null.
        name: SmallCString::try_from(unsafe { CStr::from_char_ptr(raw.name) })?,
        generic: raw.generic,
        kind: kind.ok_or(EINVAL)?,
        modes: Modes(raw.supported_cmodes),
    };
    // INVARIANT: By the safety requirements.
    let driver = DriverParam {
        get: raw.get,
        set: raw.set,
        validate: raw.validate,
        get_default: raw.get_default,
        reset_default: raw.reset_default,
    };
    Ok((description, driver))
}

/// The table behind pointer and length from C.
///
/// # Safety
///
/// `params` points to `count` parameters that are not changed during `'a`, or `count` is zero.
unsafe fn table<'a>(
    params: *const bindings::devlink_param,
    count: usize,
) -> &'a [bindings::devlink_param] {
    if count == 0 {
        return &[];
    }
    // SAFETY: By the safety requirements.
    unsafe { core::slice::from_raw_parts(params, count) }
}

fn register(devlink: DriverLocked<'_>, params: &[bindings::devlink_param]) -> Result {
    for (done, raw) in params.iter().enumerate() {
        // SAFETY: What is in a driver's table of parameters is valid while they are registered.
        let registered = unsafe { description(raw) }.and_then(|(description, driver)| {
            devlink.params.register(devlink, description, driver)
        });
        if let Err(error) = registered {
            for raw in params.iter().take(done).rev() {
                devlink.params.unregister(devlink, raw.id);
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Registers parameters, all or none; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `params` points to `params_count` parameters whose callbacks stay
/// valid until the parameters are unregistered.
#[export]
pub unsafe extern "C" fn devl_params_register(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) -> c_int {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    from_result(|| {
        // SAFETY: By the safety requirements.
        register(devlink, unsafe { table(params, params_count) })?;
        Ok(0)
    })
}

/// Registers parameters, all or none.
///
/// # Safety
///
/// As for `devl_params_register()`.
#[export]
pub unsafe extern "C" fn devlink_params_register(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) -> c_int {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_params_register(devlink, params, params_count) }
}

/// Unregisters parameters; the driver holds the driver lock. When this returns, nobody calls the
/// driver about them any more.
///
/// # Safety
///
/// `devlink` is a valid instance, `params` points to `params_count` parameters.
#[export]
pub unsafe extern "C" fn devl_params_unregister(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    // SAFETY: By the safety requirements.
    for raw in unsafe { table(params, params_count) } {
        devlink.params.unregister(devlink, raw.id);
    }
}

/// Unregisters parameters.
///
/// # Safety
///
/// As for `devl_params_unregister()`.
#[export]
pub unsafe extern "C" fn devlink_params_unregister(
    devlink: *mut bindings::devlink,
    params: *const bindings::devlink_param,
    params_count: usize,
) {
    // SAFETY: By the safety requirements.
    let _guard = unsafe { devlink_ref(devlink) }.lock();
    // SAFETY: By the safety requirements; the lock is held.
    unsafe { devl_params_unregister(devlink, params, params_count) };
}

/// Fetches the value that the driver is to use when it starts or reloads. May be called without
/// the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `val` is valid for writing.
#[export]
pub unsafe extern "C" fn devl_param_driverinit_value_get(
    devlink: *mut bindings::devlink,
    param_id: u32,
    val: *mut bindings::devlink_param_value,
) -> c_int {
    // SAFETY: By the safety requirements.
    let devlink = unsafe { devlink_ref(devlink) };
    from_result(|| {
        if warn_on!(!devlink.ops().supports_reload()) {
            return Err(EOPNOTSUPP);
        }
        let value = devlink.params.driverinit_value(param_id)?;
        // SAFETY: By the safety requirements.
        unsafe { val.write(value_to_raw(&value)) };
        Ok(0)
    })
}

/// Says what the driver uses unless a user wants something else; the driver holds the driver lock.
///
/// # Safety
///
/// `devlink` is a valid instance, `init_val` has a value of the parameter's type.
#[export]
pub unsafe extern "C" fn devl_param_driverinit_value_set(
    devlink: *mut bindings::devlink,
    param_id: u32,
    init_val: *mut bindings::devlink_param_value,
) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    devlink
        .params
        // SAFETY: By the safety requirements.
        .set_driverinit_default(devlink, param_id, |kind| unsafe {
            value_from_raw(kind, &*init_val)
        });
}

/// Says that a value has changed that is not of mode `driverinit`; the driver holds the driver
/// lock.
///
/// # Safety
///
/// `devlink` is a valid instance.
#[export]
pub unsafe extern "C" fn devl_param_value_changed(devlink: *mut bindings::devlink, param_id: u32) {
    // SAFETY: By the safety requirements.
    let devlink = DriverLocked::assert(unsafe { devlink_ref(devlink) });
    devlink.params.value_changed(devlink, param_id);
}
