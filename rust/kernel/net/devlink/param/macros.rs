// SPDX-License-Identifier: GPL-2.0

//! How a driver declares its parameters.

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
/// * `default(GET, RESET)`: what a user finds as the default of such values, and can go back to;
/// * `validate(CHECK)`: whether a value that a user sets is possible.
///
/// `GET` is a `fn(&Locked<'_, Driver>) -> Result<Value>`, `SET` and `CHECK` are
/// `fn(&Locked<'_, Driver>, Value, Extack<'_>) -> Result`. The functions of `default` get the
/// [`Mode`](crate::net::devlink::param::Mode), too: `fn(&Locked<'_, Driver>, Mode) ->
/// Result<Value>`, which fails with `EOPNOTSUPP` if there is none in that mode, and
/// `fn(&Locked<'_, Driver>, Mode, Extack<'_>) -> Result`. They run as all callbacks do with the
/// instance lock held.
///
/// In C the table is an array of `struct devlink_param`, its entries made by
/// `DEVLINK_PARAM_GENERIC()`, `DEVLINK_PARAM_DRIVER()`, `DEVLINK_PARAM_GENERIC_WITH_DEFAULTS()` or
/// `DEVLINK_PARAM_DRIVER_WITH_DEFAULTS()`, of `devlink_param.name`, `devlink_param.generic`,
/// `devlink_param.type`, `devlink_param.supported_cmodes` and the callbacks `devlink_param.get`,
/// `devlink_param.set`, `devlink_param.validate`, `devlink_param.get_default` and
/// `devlink_param.reset_default`. The number of a parameter, `devlink_param.id`, is its place.
///
/// # Examples
///
/// ```
/// use kernel::{
///     net::{
///         devlink::{
///             self,
///             param::{
///                 Mode,
///                 ParamArray, //
///             },
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
/// #         setup: &Setup<'bound, Self>,
/// #     ) -> impl PinInit<Self::Data<'bound>, Error> {
/// #         // What only the device knows.
/// #         setup.set_param(MAX_MACS, 32)
/// #     }
/// #     fn up<'up>(
/// #         cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>,
/// #     ) -> Result<Self::Up<'up>> {
/// #         let macs: u32 = cx.param(MAX_MACS)?;
/// #         assert_eq!(macs, 32);
/// #         cx.param_changed(SPEEDS)?;
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
///         /// What the ports are told to begin with, in Mbit/s.
///         SPEEDS: ParamArray = driver(c"speeds"), permanent(speeds, set_speeds),
///             default(default_speeds, reset_speeds);
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
///
/// fn speeds(cx: &Locked<'_, Nic>) -> Result<ParamArray> {
///     // Of the device's flash.
///     # default_speeds(cx, Mode::Permanent)
/// }
///
/// fn set_speeds(_: &Locked<'_, Nic>, speeds: ParamArray, extack: Extack<'_>) -> Result {
///     if speeds.as_slice().len() != 2 {
///         return Err(extack.err(c"There are two ports", EINVAL));
///     }
///     Ok(())
/// }
///
/// fn default_speeds(_: &Locked<'_, Nic>, _: Mode) -> Result<ParamArray> {
///     Ok(ParamArray::new(&[100_000, 25_000]))
/// }
///
/// fn reset_speeds(cx: &Locked<'_, Nic>, mode: Mode, extack: Extack<'_>) -> Result {
///     set_speeds(cx, default_speeds(cx, mode)?, extack)
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
    (@true $function:expr) => { true };
    (@default) => { ::core::option::Option::None };
    (@default $value:expr) => { ::core::option::Option::Some($value) };
    (
        $(#[$table_attr:meta])*
        $vis:vis const $table:ident for $driver:ty {
            $(
                $(#[$attr:meta])*
                $name:ident: $value:ty = $kind:ident($($kind_arg:tt)+)
                $(, driverinit($default:expr))?
                $(, runtime($runtime_get:expr, $runtime_set:expr))?
                $(, permanent($permanent_get:expr, $permanent_set:expr))?
                $(, default($default_get:path, $default_reset:path))?
                $(, validate($check:expr))?
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
                const HAS_GET_DEFAULT: bool =
                    false $(|| $crate::devlink_params!(@true $default_get))?;
                const VALIDATED: bool = false $(|| $crate::devlink_params!(@true $check))?;

                #[allow(unreachable_patterns, unused_variables)]
                fn get(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    mode: $crate::net::devlink::param::Mode,
                ) -> $crate::error::Result<$value> {
                    match mode {
                        $($crate::net::devlink::param::Mode::Runtime => {
                            $crate::net::devlink::param::get_with($runtime_get, cx)
                        })?
                        $($crate::net::devlink::param::Mode::Permanent => {
                            $crate::net::devlink::param::get_with($permanent_get, cx)
                        })?
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
                            $crate::net::devlink::param::set_with($runtime_set, cx, value, extack)
                        })?
                        $($crate::net::devlink::param::Mode::Permanent => {
                            $crate::net::devlink::param::set_with($permanent_set, cx, value, extack)
                        })?
                        _ => ::core::result::Result::Err($crate::error::code::EOPNOTSUPP),
                    }
                }

                #[allow(unreachable_code, unused_variables)]
                fn get_default(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    mode: $crate::net::devlink::param::Mode,
                ) -> $crate::error::Result<$value> {
                    $(return $default_get(cx, mode);)?
                    ::core::result::Result::Err($crate::error::code::EOPNOTSUPP)
                }

                #[allow(unreachable_code, unused_variables)]
                fn reset_default(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    mode: $crate::net::devlink::param::Mode,
                    extack: $crate::net::netlink::extack::Extack<'_>,
                ) -> $crate::error::Result {
                    $(return $default_reset(cx, mode, extack);)?
                    ::core::result::Result::Err($crate::error::code::EOPNOTSUPP)
                }

                #[allow(unused_variables)]
                fn validate(
                    cx: &$crate::net::devlink::Locked<'_, $driver>,
                    value: $value,
                    extack: $crate::net::netlink::extack::Extack<'_>,
                ) -> $crate::error::Result {
                    $($crate::net::devlink::param::set_with($check, cx, value, extack)?;)?
                    ::core::result::Result::Ok(())
                }
            }
        )*
    };
}
