// SPDX-License-Identifier: GPL-2.0

//! Parameters of a device.
//!
//! A driver declares them with [`devlink_params!`](crate::devlink_params); the table is
//! [`Driver::PARAMS`]. Those whose number or names are known at run time only are objects, see
//! [`ParamOps`].

use super::{
    instance::{
        Locked,
        Setup, //
    },
    Driver, //
};

use crate::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

mod callbacks;
pub mod generic;
mod macros;
mod object;
mod value;

pub use self::{
    generic::Generic,
    object::{
        ParamAttrs,
        ParamObject,
        ParamOps, //
    },
    value::{
        ParamArray,
        ParamStr,
        Value, //
    },
};

/// Where a value of a parameter takes effect (`enum devlink_param_cmode`).
///
/// The third mode, `driverinit`, needs no callbacks: see [`Locked::param`].
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Mode {
    /// At once.
    Runtime,
    /// After the device's next reset; it is kept in the device.
    Permanent,
}

impl Mode {
    fn from_c(mode: bindings::devlink_param_cmode) -> Result<Self> {
        match mode {
            bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_RUNTIME => Ok(Mode::Runtime),
            bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_PERMANENT => Ok(Mode::Permanent),
            _ => Err(EOPNOTSUPP),
        }
    }
}

pub(super) use self::object::ParamObjects;

mod private {
    pub trait Sealed {}
}

/// A parameter of a driver. Made by [`devlink_params!`](crate::devlink_params).
pub trait Param: Copy + 'static {
    /// Whose it is.
    type Driver: Driver;
    /// What its value is.
    type Value: Value;

    #[doc(hidden)]
    const NAME: &'static CStr;
    #[doc(hidden)]
    const ID: u32;
    #[doc(hidden)]
    const GENERIC: bool;
    #[doc(hidden)]
    const RUNTIME: bool;
    #[doc(hidden)]
    const PERMANENT: bool;
    #[doc(hidden)]
    const DEFAULT: Option<Self::Value>;
    #[doc(hidden)]
    const HAS_GET_DEFAULT: bool;
    #[doc(hidden)]
    const VALIDATED: bool;

    #[doc(hidden)]
    fn get(cx: &Locked<'_, Self::Driver>, mode: Mode) -> Result<Self::Value>;

    #[doc(hidden)]
    fn set(
        cx: &Locked<'_, Self::Driver>,
        mode: Mode,
        value: Self::Value,
        extack: Extack<'_>,
    ) -> Result;

    #[doc(hidden)]
    fn get_default(cx: &Locked<'_, Self::Driver>, mode: Mode) -> Result<Self::Value>;

    #[doc(hidden)]
    fn reset_default(cx: &Locked<'_, Self::Driver>, mode: Mode, extack: Extack<'_>) -> Result;

    #[doc(hidden)]
    fn validate(cx: &Locked<'_, Self::Driver>, value: Self::Value, extack: Extack<'_>) -> Result;
}

/// A driver's parameters, in read-only memory. Made by [`devlink_params!`](crate::devlink_params).
pub struct Params<T: Driver> {
    entries: &'static [Entry<T>],
    defaults: &'static [SetDefault],
}

impl<T: Driver> Params<T> {
    /// None.
    pub const NONE: Self = Params::new(&[], &[]);

    #[doc(hidden)]
    pub const fn new(entries: &'static [Entry<T>], defaults: &'static [SetDefault]) -> Self {
        Params { entries, defaults }
    }

    /// The array as C wants it, and its length.
    pub(super) fn as_c(&self) -> (*const bindings::devlink_param, usize) {
        // CAST: An entry is transparent.
        (self.entries.as_ptr().cast(), self.entries.len())
    }

    /// The first number that none of these has.
    pub(super) const fn next_id(&self) -> u32 {
        // CAST: Each is in an array of constants.
        driver_id(self.entries.len() as u32)
    }

    /// Sets the values for `driverinit` that were declared.
    ///
    /// # Safety
    ///
    /// `devlink` is a valid instance whose lock is held, with these parameters registered.
    pub(super) unsafe fn set_defaults(&self, devlink: NonNull<bindings::devlink>) {
        for default in self.defaults {
            // SAFETY: By the requirements of this function, which are those of `set_default`.
            unsafe { (default.0)(devlink) };
        }
    }

    /// Whether there is one of that name.
    fn has_name(&self, name: &CStr) -> bool {
        self.entries.iter().any(|Entry { raw, .. }| {
            // SAFETY: A name is a terminated string, which is static.
            *unsafe { CStr::from_char_ptr(raw.name) } == *name
        })
    }

    /// Whether one has mode `driverinit`.
    pub(super) const fn has_driverinit(&self) -> bool {
        let mut at = 0;
        while at < self.entries.len() {
            if self.entries[at].raw.supported_cmodes
                & (1 << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_DRIVERINIT)
                != 0
            {
                return true;
            }
            at += 1;
        }
        false
    }
}

#[doc(hidden)]
#[repr(transparent)]
pub struct Entry<T: Driver> {
    raw: bindings::devlink_param,
    _driver: PhantomData<fn(T)>,
}

impl<T: Driver> Entry<T> {
    /// What C knows of `P`.
    pub const fn of<P: Param<Driver = T>>() -> Self {
        let callbacks = P::RUNTIME || P::PERMANENT;
        assert!(
            callbacks || P::DEFAULT.is_some(),
            "a parameter needs driverinit, runtime or permanent"
        );
        let mut raw: bindings::devlink_param = pin_init::zeroed();
        raw.id = P::ID;
        raw.name = crate::str::as_char_ptr_in_const_context(P::NAME);
        raw.generic = P::GENERIC;
        raw.type_ = P::Value::TYPE;
        if P::RUNTIME {
            raw.supported_cmodes |= 1 << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_RUNTIME;
        }
        if P::PERMANENT {
            raw.supported_cmodes |=
                1 << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_PERMANENT;
        }
        if P::DEFAULT.is_some() {
            raw.supported_cmodes |=
                1 << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_DRIVERINIT;
        }
        if callbacks {
            raw.get = Some(callbacks::get::<P>);
            raw.set = Some(callbacks::set::<P>);
        }
        if P::HAS_GET_DEFAULT {
            assert!(callbacks, "default() needs runtime or permanent");
            raw.get_default = Some(callbacks::get_default::<P>);
            raw.reset_default = Some(callbacks::reset_default::<P>);
        }
        if P::VALIDATED {
            raw.validate = Some(callbacks::validate::<P>);
        }
        Entry {
            raw,
            _driver: PhantomData,
        }
    }
}

#[doc(hidden)]
pub struct SetDefault(unsafe fn(NonNull<bindings::devlink>));

impl SetDefault {
    /// That of `P`.
    pub const fn of<P: Param>() -> Self {
        SetDefault(set_default::<P>)
    }
}

/// Sets what `P` declared as its value for `driverinit`.
///
/// # Safety
///
/// `devlink` is an instance whose lock is held, with `P` registered.
unsafe fn set_default<P: Param>(devlink: NonNull<bindings::devlink>) {
    if let Some(value) = P::DEFAULT {
        // SAFETY: By the requirements of this function. `P` has that mode.
        unsafe { set_driverinit::<P>(devlink, value) };
    }
}

/// Sets the value of `P` for `driverinit`.
///
/// # Safety
///
/// `devlink` is an instance whose lock is held, with `P`, which has that mode, registered.
unsafe fn set_driverinit<P: Param>(devlink: NonNull<bindings::devlink>, value: P::Value) {
    let mut value = value.to_c();
    // SAFETY: By the requirements of this function. The core copies the value.
    unsafe { bindings::devl_param_driverinit_value_set(devlink.as_ptr(), P::ID, &mut value) };
}

/// The value of `param` for `driverinit`.
pub(super) fn driverinit<P: Param>(devlink: NonNull<bindings::devlink>, _: P) -> Result<P::Value> {
    const {
        assert!(
            !P::Driver::PARAMS.entries.is_empty(),
            "the driver has no PARAMS: `const PARAMS` is missing in `impl Driver`"
        );
        assert!(
            P::DEFAULT.is_some(),
            "the parameter has no driverinit value"
        )
    };
    let mut value: bindings::devlink_param_value = pin_init::zeroed();
    // SAFETY: `devlink` is valid, its lock is held, and `value` is a variable of this function.
    to_result(unsafe {
        bindings::devl_param_driverinit_value_get(devlink.as_ptr(), P::ID, &mut value)
    })?;
    Ok(P::Value::from_c(&value))
}

#[doc(hidden)]
pub const fn driver_id(position: u32) -> u32 {
    bindings::devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MAX + 1 + position
}

/// Calls a driver's function. If that is of another type, the compiler points at where the driver
/// names it, and not at the whole table.
#[doc(hidden)]
#[inline(always)]
pub fn get_with<T: Driver, V>(
    get: fn(&Locked<'_, T>) -> Result<V>,
    cx: &Locked<'_, T>,
) -> Result<V> {
    get(cx)
}

/// As [`get_with`], for one that gets a value.
#[doc(hidden)]
#[inline(always)]
pub fn set_with<T: Driver, V>(
    set: fn(&Locked<'_, T>, V, Extack<'_>) -> Result,
    cx: &Locked<'_, T>,
    value: V,
    extack: Extack<'_>,
) -> Result {
    set(cx, value, extack)
}

/// Whether `P` is one of the parameters of its driver, which are those that are registered.
fn is_registered<P: Param>() -> bool {
    let entries = P::Driver::PARAMS.entries;
    entries.iter().any(|Entry { raw, .. }| {
        // SAFETY: A name is a terminated string, which is static.
        let name = unsafe { CStr::from_char_ptr(raw.name) };
        raw.id == P::ID && raw.type_ == P::Value::TYPE && *name == *P::NAME
    })
}

/// Sets the value of a parameter for `driverinit` if it has that mode.
///
/// # Safety
///
/// `devlink` is an instance of `P::Driver` whose lock is held, with its parameters registered.
unsafe fn set<P: Param>(devlink: NonNull<bindings::devlink>, value: P::Value) -> Result {
    const {
        assert!(
            P::DEFAULT.is_some(),
            "the parameter has no driverinit value"
        )
    };
    if !is_registered::<P>() {
        return Err(EINVAL);
    }
    // SAFETY: By the requirements of this function, and it was checked.
    unsafe { set_driverinit::<P>(devlink, value) };
    Ok(())
}

impl<T: Driver> Setup<'_, T> {
    /// Sets the value that a parameter has in mode `driverinit`, and its default, to what only the
    /// device knows; until then it is what the driver declared
    /// (`devl_param_driverinit_value_set()`).
    ///
    /// Fails with `EINVAL` for a parameter that is not in [`Driver::PARAMS`].
    pub fn set_param<P: Param<Driver = T>>(&self, _: P, value: P::Value) -> Result {
        // SAFETY: `Instance` registered the parameters before it made this, and holds the lock.
        unsafe { set::<P>(self.devlink(), value) }
    }
}

impl<T: Driver> Locked<'_, T> {
    /// As [`Setup::set_param`], when the device has changed the value. Users are told: with all
    /// values of the parameter, which the driver is asked for.
    ///
    /// Fails with `EBUSY` in a callback that runs because users are told of a parameter.
    pub fn set_param<P: Param<Driver = T>>(&self, _: P, value: P::Value) -> Result {
        // SAFETY: `Instance` registers the parameters before the first proof is made, and
        // unregisters them after the last one has gone. The lock is held.
        let set = || unsafe { set::<P>(self.devlink(), value) };
        let mut result = Ok(());
        self.param_objects().tell(|| result = set())?;
        result
    }

    /// Says that a value for `runtime` or `permanent` changed, but not because a user set it. Users
    /// are told, for which the driver is asked for the values before this returns
    /// (`devl_param_value_changed()`).
    ///
    /// Fails with `EINVAL` for a parameter that is not in [`Driver::PARAMS`], and with `EBUSY` in a
    /// callback that runs because users are told of a parameter.
    pub fn param_changed<P: Param<Driver = T>>(&self, _: P) -> Result {
        const {
            assert!(
                P::RUNTIME || P::PERMANENT,
                "the parameter has no values that the driver is asked for"
            )
        };
        if !is_registered::<P>() {
            return Err(EINVAL);
        }
        // SAFETY: The instance is valid, its lock is held, and the parameter is registered.
        self.param_objects()
            .tell(|| unsafe { bindings::devl_param_value_changed(self.devlink().as_ptr(), P::ID) })
    }
}
