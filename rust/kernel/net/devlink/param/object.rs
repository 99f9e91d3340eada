// SPDX-License-Identifier: GPL-2.0

//! Parameters that are objects: each has a value of the driver's, and a name that may be made at
//! run time.

use super::{
    Generic,
    Mode,
    Value, //
};

use crate::{
    bindings,
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::{
        devlink::{
            instance::{
                Bringup,
                Locked,
                Setup, //
            },
            object::{
                callback,
                Handle,
                Kind,
                Objects, //
            },
            reload::Action,
            tree::Entry,
            Driver, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::CString, //
};

use core::ptr::NonNull;

mod callbacks;
mod list;

pub(in crate::net::devlink) use self::list::ParamObjects;

/// A kind of parameters of the driver `T` that are objects, for those of which the table
/// [`Driver::PARAMS`] cannot say how many there are, or what they are called.
///
/// Callbacks run with the instance lock held.
///
/// # Examples
///
/// A device with as many engines as it is found to have, each with a frequency:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             param::{
///                 Mode,
///                 ParamAttrs,
///                 ParamOps, //
///             },
///             Bringup,
///             Locked,
///             Reload,
///             Setup,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     str::CString,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// struct Nic;
///
/// /// The frequency of an engine, in MHz.
/// struct Frequency(Atomic<u32>);
///
/// #[vtable]
/// impl ParamOps<Nic> for Frequency {
///     type Value = u32;
///
///     fn get(&self, _: &Locked<'_, Nic>, _: Mode, _: Extack<'_>) -> Result<u32> {
///         Ok(self.0.load(Relaxed))
///     }
///
///     fn set(&self, _: &Locked<'_, Nic>, _: Mode, mhz: u32, _: Extack<'_>) -> Result {
///         self.0.store(mhz, Relaxed);
///         Ok(())
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///     const RELOAD: Reload = Reload::DRIVER_REINIT;
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         let attrs = |engine: u32| {
///             let name = CString::try_from_fmt(fmt!("engine{engine}_mhz"))?;
///             Ok::<_, Error>(ParamAttrs::driver(name).runtime().driverinit(800))
///         };
///         for engine in 0..3 {
///             setup.param_object(attrs(engine)?, Frequency(Atomic::new(800)))?;
///         }
///         let another = setup.param_object(attrs(2)?, Frequency(Atomic::new(800)));
///         assert_eq!(another.err(), Some(EEXIST));
///         Ok(())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         // One that goes with the device.
///         let attrs = ParamAttrs::driver_static(c"boost_mhz").runtime().driverinit(1200);
///         let boost = cx.param_object(attrs, Frequency(Atomic::new(0)))?;
///         assert_eq!(boost.driverinit(cx), Ok(1200));
///         boost.changed(cx)?;
///         Ok(())
///     }
/// }
///
/// drop(devlink::faux::Registration::<Nic>::new(c"engines_nic")?);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait ParamOps<T: Driver>: Send + Sync {
    /// What the values are.
    type Value: Value;

    /// The value in a mode (`devlink_param.get`).
    fn get(&self, cx: &Locked<'_, T>, mode: Mode, extack: Extack<'_>) -> Result<Self::Value>;

    /// Changes the value in a mode (`devlink_param.set`).
    fn set(&self, cx: &Locked<'_, T>, mode: Mode, value: Self::Value, extack: Extack<'_>)
        -> Result;

    /// The value that a user finds as the default in a mode (`devlink_param.get_default`).
    fn get_default(
        &self,
        cx: &Locked<'_, T>,
        mode: Mode,
        extack: Extack<'_>,
    ) -> Result<Self::Value> {
        let _ = (cx, mode, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Goes back to the default in a mode (`devlink_param.reset_default`).
    fn reset_default(&self, cx: &Locked<'_, T>, mode: Mode, extack: Extack<'_>) -> Result {
        let _ = (cx, mode, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether a value that a user sets, in any mode, is possible (`devlink_param.validate`).
    fn validate(&self, cx: &Locked<'_, T>, value: Self::Value, extack: Extack<'_>) -> Result {
        let _ = (cx, value, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// What users know a parameter by.
enum Name {
    Made(CString),
    Static(&'static CStr),
    Generic { name: &'static CStr, id: u32 },
}

impl Name {
    fn as_cstr(&self) -> &CStr {
        match self {
            Name::Made(name) => name,
            Name::Static(name) | Name::Generic { name, .. } => name,
        }
    }
}

/// How a parameter with values of type `V` is called, and which modes it has: one at least.
pub struct ParamAttrs<V: Value> {
    name: Name,
    runtime: bool,
    permanent: bool,
    driverinit: Option<V>,
}

impl<V: Value> ParamAttrs<V> {
    fn new(name: Name) -> Self {
        ParamAttrs {
            name,
            runtime: false,
            permanent: false,
            driverinit: None,
        }
    }

    /// One of the driver's own, with a name that was made at run time.
    pub fn driver(name: CString) -> Self {
        Self::new(Name::Made(name))
    }

    /// One of the driver's own.
    pub fn driver_static(name: &'static CStr) -> Self {
        Self::new(Name::Static(name))
    }

    /// One that devlink has a name for, [`generic`](super::generic).
    pub fn generic<G: Generic<Value = V>>() -> Self {
        Self::new(Name::Generic {
            name: G::NAME,
            id: G::ID,
        })
    }

    /// It has a value that takes effect at once.
    pub fn runtime(mut self) -> Self {
        self.runtime = true;
        self
    }

    /// It has a value that the device keeps.
    pub fn permanent(mut self) -> Self {
        self.permanent = true;
        self
    }

    /// It has a value that takes effect with a reload; at first, this one.
    pub fn driverinit(mut self, value: V) -> Self {
        self.driverinit = Some(value);
        self
    }

    /// `supported_cmodes`
    fn modes(&self) -> usize {
        usize::from(self.runtime) << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_RUNTIME
            | usize::from(self.permanent)
                << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_PERMANENT
            | usize::from(self.driverinit.is_some())
                << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_DRIVERINIT
    }
}

/// Parameters as objects of an instance.
pub(in crate::net::devlink) struct ParamKind;

pub(in crate::net::devlink) struct ParamState {
    /// The list's alone.
    entry: Entry<u32>,
    devlink: NonNull<bindings::devlink>,
    /// Those of the instance.
    all: NonNull<ParamObjects>,
    /// What devlink has a pointer to.
    raw: bindings::devlink_param,
    /// What `raw.name` points to.
    name: Name,
}

impl ParamState {
    fn name(&self) -> &CStr {
        self.name.as_cstr()
    }
}

impl Kind for ParamKind {
    type State = ParamState;

    unsafe fn unregister(state: *mut ParamState) {
        // SAFETY: The state is valid, and the list a part of the instance.
        let (state, all) = unsafe { (&*state, (*state).all.as_ref()) };
        // SAFETY: The parameter is registered, and the instance lock is held.
        let unregister = || unsafe {
            bindings::devl_params_unregister(state.devlink.as_ptr(), &raw const state.raw, 1)
        };
        // That tells users. If it fails, they are being told of another one, in a callback.
        if all.tell(unregister).is_err() {
            unregister();
        }
        // SAFETY: The parameter was added to the list when it was registered.
        unsafe { all.remove(NonNull::from(state)) };
    }
}

/// A parameter that is an object.
pub struct ParamObject<'s, T: Driver, P: ParamOps<T>>(Handle<'s, T, ParamKind, P>);

impl<T: Driver, P: ParamOps<T>> Clone for ParamObject<'_, T, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Driver, P: ParamOps<T>> Copy for ParamObject<'_, T, P> {}

impl<'s, T: Driver, P: ParamOps<T>> ParamObject<'s, T, P> {
    /// The driver's value.
    ///
    /// Panics if this is an object of another instance than `cx` is about.
    pub fn get<'a>(&self, cx: &'a Locked<'_, T>) -> &'a P
    where
        's: 'a,
    {
        self.0.get(cx)
    }

    fn raw(&self) -> &bindings::devlink_param {
        // SAFETY: The state is valid while the handle exists, and this does not change.
        unsafe { &(*self.0.state()).raw }
    }

    /// Says that a value changed, but not because a user set it. Users are told, for which the
    /// driver is asked for the values before this returns (`devl_param_value_changed()`).
    ///
    /// Fails with `EINVAL` if this is a parameter of another instance, with `ENODEV` if it is gone,
    /// and with `EBUSY` in a callback that runs because users are told of a parameter.
    pub fn changed(&self, cx: &Locked<'_, T>) -> Result {
        self.0.check_is_of(cx.devlink())?;
        let all = cx.param_objects();
        // One that is unregistered already is not in the list.
        if all.find(self.raw().id) != NonNull::new(self.0.state()) {
            return Err(ENODEV);
        }
        // SAFETY: The instance is valid, its lock is held, and the parameter is registered.
        all.tell(|| unsafe {
            bindings::devl_param_value_changed(cx.devlink().as_ptr(), self.raw().id)
        })
    }

    /// The value in mode `driverinit`: the one a user set, since the last reload
    /// (`devl_param_driverinit_value_get()`).
    ///
    /// Fails with `EOPNOTSUPP` for a parameter without that mode.
    pub fn driverinit(&self, cx: &Locked<'_, T>) -> Result<P::Value> {
        self.0.check_is_of(cx.devlink())?;
        if self.raw().supported_cmodes
            & (1 << bindings::devlink_param_cmode_DEVLINK_PARAM_CMODE_DRIVERINIT)
            == 0
        {
            return Err(EOPNOTSUPP);
        }
        let mut value: bindings::devlink_param_value = pin_init::zeroed();
        // SAFETY: The instance is valid, its lock is held, the parameter is registered while
        // somebody has a proof, and has the mode, so that the driver can be reinitialised.
        to_result(unsafe {
            bindings::devl_param_driverinit_value_get(
                cx.devlink().as_ptr(),
                self.raw().id,
                &mut value,
            )
        })?;
        Ok(P::Value::from_c(&value))
    }
}

/// Adds a parameter to the objects.
fn add<'s, T: Driver, P: ParamOps<T> + 's>(
    devlink: NonNull<bindings::devlink>,
    all: &ParamObjects,
    objects: &Objects,
    attrs: ParamAttrs<P::Value>,
    value: P,
) -> Result<ParamObject<'s, T, P>> {
    let modes = attrs.modes();
    let callbacks = attrs.runtime || attrs.permanent;
    if modes == 0 || attrs.driverinit.is_some() && !T::RELOAD.has(Action::DriverReinit) {
        return Err(EINVAL);
    }
    let name = attrs.name.as_cstr();
    if T::PARAMS.has_name(name) || all.has_name(name) {
        return Err(EEXIST);
    }
    let id = match &attrs.name {
        Name::Made(_) | Name::Static(_) => all.next()?,
        Name::Generic { id, .. } => *id,
    };
    let state = ParamState {
        entry: Entry::new(id),
        devlink,
        all: NonNull::from(all),
        raw: bindings::devlink_param {
            id,
            generic: matches!(attrs.name, Name::Generic { .. }),
            type_: P::Value::TYPE,
            supported_cmodes: modes,
            get: callback!(callbacks, callbacks::get::<T, P>),
            set: callback!(callbacks, callbacks::set::<T, P>),
            get_default: callback!(
                callbacks && P::HAS_GET_DEFAULT,
                callbacks::get_default::<T, P>
            ),
            reset_default: callback!(
                callbacks && P::HAS_RESET_DEFAULT,
                callbacks::reset_default::<T, P>
            ),
            validate: callback!(P::HAS_VALIDATE, callbacks::validate::<T, P>),
            ..pin_init::zeroed()
        },
        name: attrs.name,
    };
    let node = objects.add::<ParamKind, P>(state, value, |node| {
        // SAFETY: A node is not at null.
        let state = unsafe { NonNull::new_unchecked(node.state()) };
        // SAFETY: The node is new, so nobody else uses its state. It exists until the parameter was
        // unregistered, or this fails, in both of which cases the list forgets it.
        unsafe {
            (*state.as_ptr()).raw.name = state.as_ref().name().as_char_ptr();
            all.add(state)?;
        }
        // A core that has users to tell asks for the values at once.
        // SAFETY: The instance is valid and its lock is held. The description does not change, nor
        // move, until the parameter is unregistered.
        to_result(unsafe {
            bindings::devl_params_register(devlink.as_ptr(), &raw const (*state.as_ptr()).raw, 1)
        })
        // SAFETY: It was added above.
        .inspect_err(|_| unsafe { all.remove(state) })?;
        if let Some(value) = attrs.driverinit {
            let mut value = value.to_c();
            // SAFETY: The instance is valid and its lock is held, and the parameter, which has the
            // mode, was registered just now. The value is copied.
            unsafe { bindings::devl_param_driverinit_value_set(devlink.as_ptr(), id, &mut value) };
        }
        Ok(())
    })?;
    // SAFETY: The objects are those of `'s`, and of that instance.
    Ok(ParamObject(unsafe { Handle::new(node, devlink) }))
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// Adds a parameter that is an object (`devl_params_register()`).
    ///
    /// Fails with `EEXIST` if the device has one of that name, with `EINVAL` without a mode, and
    /// for one with mode `driverinit` if the driver cannot be
    /// [reinitialised](Action::DriverReinit).
    pub fn param_object<P: ParamOps<T> + 'bound>(
        &self,
        attrs: ParamAttrs<P::Value>,
        param: P,
    ) -> Result<ParamObject<'bound, T, P>> {
        add(
            self.devlink(),
            self.param_objects(),
            self.objects(),
            attrs,
            param,
        )
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// As [`Setup::param_object`], for a parameter that goes with the device.
    pub fn param_object<P: ParamOps<T> + 'up>(
        &self,
        attrs: ParamAttrs<P::Value>,
        param: P,
    ) -> Result<ParamObject<'up, T, P>> {
        add(
            self.devlink(),
            self.param_objects(),
            self.objects(),
            attrs,
            param,
        )
    }
}
