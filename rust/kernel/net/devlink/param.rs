// SPDX-License-Identifier: GPL-2.0

//! Parameters of a device.
//!
//! A driver declares them with [`devlink_params!`](crate::devlink_params); the table is
//! [`Driver::PARAMS`].

use super::{
    instance::Locked,
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

mod private {
    pub trait Sealed {}
}

/// What a parameter's value can be: `bool`, `u8`, `u16`, `u32`, `u64`, [`ParamStr`].
pub trait Value: Copy + private::Sealed {
    /// `enum devlink_param_type`.
    #[doc(hidden)]
    const TYPE: bindings::devlink_param_type;

    #[doc(hidden)]
    fn to_c(self) -> bindings::devlink_param_value;

    #[doc(hidden)]
    fn from_c(value: &bindings::devlink_param_value) -> Self;
}

macro_rules! impl_value {
    ($($rust:ty, $field:ident, $kind:ident;)*) => {$(
        impl private::Sealed for $rust {}

        impl Value for $rust {
            const TYPE: bindings::devlink_param_type = bindings::$kind;

            fn to_c(self) -> bindings::devlink_param_value {
                let mut value: bindings::devlink_param_value = pin_init::zeroed();
                value.$field = self;
                value
            }

            fn from_c(value: &bindings::devlink_param_value) -> Self {
                // SAFETY: Every bit pattern is a number.
                unsafe { value.$field }
            }
        }
    )*};
}

impl_value! {
    u8, vu8, devlink_param_type_DEVLINK_PARAM_TYPE_U8;
    u16, vu16, devlink_param_type_DEVLINK_PARAM_TYPE_U16;
    u32, vu32, devlink_param_type_DEVLINK_PARAM_TYPE_U32;
    u64, vu64, devlink_param_type_DEVLINK_PARAM_TYPE_U64;
}

impl private::Sealed for bool {}

impl Value for bool {
    const TYPE: bindings::devlink_param_type = bindings::devlink_param_type_DEVLINK_PARAM_TYPE_BOOL;

    fn to_c(self) -> bindings::devlink_param_value {
        u8::from(self).to_c()
    }

    fn from_c(value: &bindings::devlink_param_value) -> Self {
        // Not read as a `bool`, in which most bit patterns would be undefined behaviour.
        u8::from_c(value) != 0
    }
}

/// The value of a parameter that is text: up to 31 bytes.
#[derive(Copy, Clone)]
pub struct ParamStr([u8; ParamStr::SIZE]);

impl ParamStr {
    const SIZE: usize = bindings::__DEVLINK_PARAM_MAX_STRING_VALUE as usize;

    /// The text, or its beginning if it is too long.
    pub const fn new(text: &CStr) -> Self {
        let text = text.to_bytes();
        let mut bytes = [0; Self::SIZE];
        let mut at = 0;
        while at < text.len() && at < Self::SIZE - 1 {
            bytes[at] = text[at];
            at += 1;
        }
        ParamStr(bytes)
    }

    /// The text's bytes.
    pub fn to_bytes(&self) -> &[u8] {
        let end = self.0.iter().position(|byte| *byte == 0);
        &self.0[..end.unwrap_or(Self::SIZE)]
    }
}

impl PartialEq for ParamStr {
    fn eq(&self, other: &Self) -> bool {
        self.to_bytes() == other.to_bytes()
    }
}

impl private::Sealed for ParamStr {}

impl Value for ParamStr {
    const TYPE: bindings::devlink_param_type =
        bindings::devlink_param_type_DEVLINK_PARAM_TYPE_STRING;

    fn to_c(self) -> bindings::devlink_param_value {
        let mut value: bindings::devlink_param_value = pin_init::zeroed();
        value.vstr = self.0;
        value
    }

    fn from_c(value: &bindings::devlink_param_value) -> Self {
        // SAFETY: Every bit pattern is an array of bytes.
        let mut bytes = unsafe { value.vstr };
        bytes[Self::SIZE - 1] = 0;
        ParamStr(bytes)
    }
}

/// A parameter that devlink has a name for, see [`generic`].
pub trait Generic: private::Sealed {
    /// What its value is.
    type Value: Value;
    /// Its name.
    const NAME: &'static CStr;
    /// `enum devlink_param_generic_id`.
    const ID: u32;
}

/// The parameters that devlink has names for (`enum devlink_param_generic_id`).
///
/// What each of them is for says `Documentation/networking/devlink/devlink-params.rst` in the
/// kernel.
pub mod generic {
    use super::{
        bindings,
        private,
        CStr,
        Generic, //
    };

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
            raw.get = Some(get::<P>);
            raw.set = Some(set::<P>);
        }
        if P::VALIDATED {
            raw.validate = Some(validate::<P>);
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
        let mut value = value.to_c();
        // SAFETY: By the requirements of this function. The core copies the value.
        unsafe {
            bindings::devl_param_driverinit_value_set(devlink.as_ptr(), P::ID, &mut value);
        }
    }
}

/// The value of `param` for `driverinit`.
pub(super) fn driverinit<P: Param>(devlink: NonNull<bindings::devlink>, _: P) -> Result<P::Value> {
    const {
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

/// # Safety
///
/// Only to be called as the operation of a parameter of an instance of `P::Driver`, by a devlink
/// core, with a valid context.
unsafe extern "C" fn get<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    _extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered, and `Instance` registers them when the data is complete.
    let cx = unsafe { Locked::<P::Driver>::new(devlink) };
    // SAFETY: The core passes a context of its own.
    let context = unsafe { &mut *context };
    super::to_errno(Mode::from_c(context.cmode).and_then(|mode| {
        context.val = P::get(&cx, mode)?.to_c();
        Ok(())
    }))
}

/// # Safety
///
/// As for [`get`].
unsafe extern "C" fn set<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    context: *mut bindings::devlink_param_gset_ctx,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: As in `get`.
    let cx = unsafe { Locked::<P::Driver>::new(devlink) };
    // SAFETY: As in `get`.
    let context = unsafe { &*context };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(
        Mode::from_c(context.cmode)
            .and_then(|mode| P::set(&cx, mode, P::Value::from_c(&context.val), extack)),
    )
}

/// # Safety
///
/// As for [`get`], with a valid value.
unsafe extern "C" fn validate<P: Param>(
    devlink: *mut bindings::devlink,
    _id: u32,
    value: *mut bindings::devlink_param_value,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: As in `get`.
    let cx = unsafe { Locked::<P::Driver>::new(devlink) };
    // SAFETY: The core passes a value of its own.
    let value = P::Value::from_c(unsafe { &*value });
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(P::validate(&cx, value, extack))
}

#[doc(hidden)]
pub const fn driver_id(position: u32) -> u32 {
    bindings::devlink_param_generic_id_DEVLINK_PARAM_GENERIC_ID_MAX + 1 + position
}

/// Declares a driver's parameters.
///
/// Each is a type and a value of the name before the colon; the type after it is that of the
/// values. Then come, in this order, and each but the first only if the parameter has it:
///
/// * `generic(NAME)`, one of [`generic`](crate::net::devlink::param::generic), or
///   `driver(c"name")`;
/// * `driverinit(VALUE)`: a value that takes effect with a reload, and the one it begins with; the
///   driver reads it with [`Locked::param`](crate::net::devlink::Locked::param);
/// * `runtime(GET, SET)`: a value that takes effect at once;
/// * `permanent(GET, SET)`: a value that the device keeps;
/// * `validate(CHECK)`: whether a value that a user sets is possible.
///
/// `GET` is a `fn(&Locked<'_, Driver>) -> Result<Value>`, `SET` and `CHECK` are
/// `fn(&Locked<'_, Driver>, Value, Extack<'_>) -> Result`.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             Locked, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
/// # use kernel::{device::Bound, faux, net::devlink::{Bringup, Reload, Setup, Why}};
/// # struct Nic;
/// # #[vtable]
/// # impl devlink::Driver for Nic {
/// #     type Device = faux::Device<Bound>;
/// #     type Data<'bound> = ();
/// #     type Up<'up> = ();
/// #     const RELOAD: Reload = Reload::DRIVER_REINIT;
/// #     const PARAMS: devlink::Params<Self> = PARAMS;
/// #     fn probe<'bound>(
/// #         _: &'bound Self::Device,
/// #         _: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<Self::Data<'bound>, Error> {
/// #         Ok::<_, Error>(())
/// #     }
/// #     fn up<'up>(
/// #         cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>,
/// #     ) -> Result<Self::Up<'up>> {
/// #         let macs: u32 = cx.param(MAX_MACS)?;
/// #         assert_eq!(macs, 16);
/// #         Ok(())
/// #     }
/// # }
///
/// kernel::devlink_params! {
///     const PARAMS for Nic {
///         /// How many MAC addresses a port can have.
///         MAX_MACS: u32 = generic(MAX_MACS), driverinit(16), validate(power_of_two);
///         /// Whether frames are sent back.
///         LOOPBACK: bool = driver(c"loopback"), runtime(loopback, set_loopback);
///     }
/// }
///
/// fn power_of_two(_: &Locked<'_, Nic>, macs: u32, extack: Extack<'_>) -> Result {
///     if macs.is_power_of_two() {
///         Ok(())
///     } else {
///         Err(extack.err(c"Not a power of two", EINVAL))
///     }
/// }
///
/// fn loopback(_: &Locked<'_, Nic>) -> Result<bool> {
///     Ok(false)
/// }
///
/// fn set_loopback(_: &Locked<'_, Nic>, on: bool, extack: Extack<'_>) -> Result {
///     if on {
///         return Err(extack.err(c"This device cannot", EOPNOTSUPP));
///     }
///     Ok(())
/// }
/// # drop(devlink::faux::Registration::<Nic>::new(c"params_nic")?);
/// # Ok::<(), Error>(())
/// ```
#[macro_export]
macro_rules! devlink_params {
    (@name generic $name:ident) => {
        <$crate::net::devlink::param::generic::$name as
            $crate::net::devlink::param::Generic>::NAME
    };
    (@name driver $name:expr) => { $name };
    (@id generic $name:ident, $position:expr) => {
        <$crate::net::devlink::param::generic::$name as $crate::net::devlink::param::Generic>::ID
    };
    (@id driver $name:expr, $position:expr) => {
        $crate::net::devlink::param::driver_id($position)
    };
    // The type of a generic parameter's values is not the driver's choice.
    (@value generic $name:ident, $value:ty) => {
        <$crate::net::devlink::param::generic::$name as
            $crate::net::devlink::param::Generic>::Value
    };
    (@value driver $name:expr, $value:ty) => { $value };
    (@generic generic) => { true };
    (@generic driver) => { false };
    (@true $path:path) => { true };
    (@default) => { ::core::option::Option::None };
    (@default $value:expr) => { ::core::option::Option::Some($value) };
    (
        $(#[$table_attr:meta])*
        $vis:vis const $table:ident for $driver:ty {
            $(
                $(#[$attr:meta])*
                $name:ident: $value:ty = $kind:ident($($kind_arg:tt)+)
                $(, driverinit($default:expr))?
                $(, runtime($runtime_get:path, $runtime_set:path))?
                $(, permanent($permanent_get:path, $permanent_set:path))?
                $(, validate($check:path))?
                ;
            )*
        }
    ) => {
        // The position of each parameter. It shares its name with the table, which is in another
        // namespace.
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #[derive(Copy, Clone)]
        $vis enum $table {
            $($name,)*
        }

        $(#[$table_attr])*
        $vis const $table: $crate::net::devlink::Params<$driver> =
            $crate::net::devlink::Params::new(
                &[$($crate::net::devlink::param::Entry::of::<$name>(),)*],
                &[$($crate::net::devlink::param::SetDefault::of::<$name>(),)*],
            );

        $(
            $(#[$attr])*
            #[allow(non_camel_case_types)]
            #[derive(Copy, Clone)]
            $vis struct $name;

            impl $crate::net::devlink::param::Param for $name {
                type Driver = $driver;
                type Value = $crate::devlink_params!(@value $kind $($kind_arg)+, $value);

                const NAME: &'static $crate::prelude::CStr =
                    $crate::devlink_params!(@name $kind $($kind_arg)+);
                const ID: u32 =
                    $crate::devlink_params!(@id $kind $($kind_arg)+, $table::$name as u32);
                const GENERIC: bool = $crate::devlink_params!(@generic $kind);
                const RUNTIME: bool = false $(|| $crate::devlink_params!(@true $runtime_get))?;
                const PERMANENT: bool = false $(|| $crate::devlink_params!(@true $permanent_get))?;
                const DEFAULT: ::core::option::Option<$value> =
                    $crate::devlink_params!(@default $($default)?);
                const VALIDATED: bool = false $(|| $crate::devlink_params!(@true $check))?;

                #[allow(unreachable_patterns, unused_variables)]
                fn get(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    mode: $crate::net::devlink::param::Mode,
                ) -> $crate::error::Result<$value> {
                    match mode {
                        $($crate::net::devlink::param::Mode::Runtime => $runtime_get(cx),)?
                        $($crate::net::devlink::param::Mode::Permanent => $permanent_get(cx),)?
                        _ => ::core::result::Result::Err($crate::error::code::EOPNOTSUPP),
                    }
                }

                #[allow(unreachable_patterns, unused_variables)]
                fn set(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    mode: $crate::net::devlink::param::Mode,
                    value: $value,
                    extack: $crate::net::netlink::extack::Extack<'_>,
                ) -> $crate::error::Result {
                    match mode {
                        $($crate::net::devlink::param::Mode::Runtime => {
                            $runtime_set(cx, value, extack)
                        })?
                        $($crate::net::devlink::param::Mode::Permanent => {
                            $permanent_set(cx, value, extack)
                        })?
                        _ => ::core::result::Result::Err($crate::error::code::EOPNOTSUPP),
                    }
                }

                #[allow(unused_variables)]
                fn validate(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    value: $value,
                    extack: $crate::net::netlink::extack::Extack<'_>,
                ) -> $crate::error::Result {
                    $($check(cx, value, extack)?;)?
                    ::core::result::Result::Ok(())
                }
            }
        )*
    };
}
