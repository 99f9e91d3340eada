// SPDX-License-Identifier: GPL-2.0

//! Health reporters: what watches a part of a device, says what is wrong, and mends it.

use super::{
    fmsg::Fmsg,
    held::Holds,
    instance::{
        Bringup,
        Locked,
        Pinned,
        Setup, //
    },
    object::{
        callback,
        impl_handle,
        Handle,
        Kind,
        Node,
        Objects, //
    },
    port::OnPort,
    Driver, //
};

use crate::{
    bindings,
    error::{
        from_err_ptr,
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    net::netlink::extack::Extack,
    prelude::*,
    str::as_char_ptr_in_const_context, //
};

use core::{
    marker::PhantomData,
    ptr,
    ptr::NonNull, //
};

mod restart;

pub use self::restart::Restart;

/// A kind of reporter of the driver `T` (`struct devlink_health_reporter_ops`).
#[vtable]
pub trait ReporterOps<T: Driver>: Send + Sync {
    /// Its name, of which a device, or a port, has only one.
    const NAME: &'static CStr;

    /// The name of this one, if there are many of the kind.
    fn name(&self) -> &CStr {
        Self::NAME
    }

    /// For how long after a recovery another error is not recovered from, in milliseconds. A user
    /// can change it. Only with [`recover`](Self::recover) (`default_graceful_period`).
    const GRACEFUL_PERIOD: u64 = 0;

    /// For how long after the first error more of them are recovered from nevertheless, in
    /// milliseconds. Only with [`GRACEFUL_PERIOD`](Self::GRACEFUL_PERIOD)
    /// (`default_burst_period`).
    const BURST_PERIOD: u64 = 0;

    /// What an error that is reported carries, see [`Reporter::report`].
    type Error;

    /// Recovers from `error`, or if that is `None` from whatever a user sees (`recover`).
    fn recover(
        &self,
        cx: &Locked<'_, T>,
        error: Option<&Self::Error>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, error, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// As [`recover`](Self::recover), instead of it, for a recovery in which the device goes down
    /// and comes up again. Only for a reporter that lasts as long as the binding.
    ///
    /// Fails with `EBUSY`, without being called, while a reload, an unbind or whatever else has the
    /// device lock. Who has it itself reports with
    /// [`DeviceLocked::report`](super::DeviceLocked::report): the driver's work should, for devlink
    /// does not try again.
    fn restart(
        &self,
        cx: &mut Restart<'_, T>,
        error: Option<&Self::Error>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, error, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Says what is known about `error`, or if that is `None` what a user asks for. devlink keeps
    /// it (`dump`).
    ///
    /// May run beside callbacks about other objects, without the instance lock.
    fn dump(
        &self,
        cx: &Pinned<'_, T>,
        out: &mut Fmsg<'_>,
        error: Option<&Self::Error>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, out, error, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Says how the part is now (`diagnose`).
    ///
    /// May run beside callbacks about other objects, without the instance lock.
    fn diagnose(&self, cx: &Pinned<'_, T>, out: &mut Fmsg<'_>, extack: Extack<'_>) -> Result {
        let _ = (cx, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Makes an error happen, for a user who wants to see what comes of it (`test`).
    fn test(&self, cx: &Locked<'_, T>, extack: Extack<'_>) -> Result {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// How the part is (`enum devlink_health_reporter_state`).
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum ReporterState {
    /// It works.
    Healthy,
    /// It does not.
    Error,
}

/// Reporters as objects of an instance.
pub(super) struct ReporterKind;

pub(super) struct ReporterStateInC {
    devlink: NonNull<bindings::devlink>,
    /// The operations of a reporter that has a name of its own.
    ops: Option<bindings::devlink_health_reporter_ops>,
    /// Null until the reporter exists.
    reporter: *mut bindings::devlink_health_reporter,
}

impl Kind for ReporterKind {
    type State = ReporterStateInC;

    unsafe fn unregister(state: *mut ReporterStateInC) {
        // SAFETY: The reporter exists, and the instance lock is held, under which others look at
        // the pointer: a callback that runs later in this may do that.
        unsafe {
            bindings::devl_health_reporter_destroy((*state).reporter);
            (*state).reporter = ptr::null_mut();
        }
    }
}

/// A health reporter.
pub struct Reporter<'s, T: Driver, R: ReporterOps<T>>(Handle<'s, T, ReporterKind, R>);

impl_handle!(Reporter: ReporterOps);

impl<'s, T: Driver, R: ReporterOps<T>> Reporter<'s, T, R> {
    fn raw(&self) -> *mut bindings::devlink_health_reporter {
        // SAFETY: The state is valid. Whoever calls this has a proof that the pointer does not
        // change: the lock, or that the object is not unregistered.
        unsafe { (*self.0.state()).reporter }
    }

    /// Reports an error: devlink counts it, and as the user has set dumps it with
    /// [`ReporterOps::dump`] and recovers from it with [`ReporterOps::recover`]. Both run before
    /// this returns, with the instance lock held (`devlink_health_report()`).
    ///
    /// Fails with `ECANCELED` if it is too soon for another recovery, and with what the recovery
    /// fails with.
    ///
    /// It takes the instance lock, so it wants the proof that this task does not hold it: a
    /// callback, which has a [`Locked`] ("types differ in mutability", says the compiler), has to
    /// leave it to [`Driver::work`]. That proof is an `Unlocked` for a reporter that lives as long
    /// as the binding, for others a [`Held`](super::Held). Fails with `EINVAL` if the proof is of
    /// another instance.
    pub fn report(self, cx: &mut impl Holds<'s, T>, message: &CStr, error: &R::Error) -> Result {
        self.0.check_is_of(cx.devlink())?;
        // SAFETY: The reporter exists while there is a proof with its lifetime. That is borrowed,
        // so this task does not hold the lock. The message and the error are only used in this
        // call, and not written to.
        to_result(unsafe {
            bindings::devlink_health_report(
                self.raw(),
                message.as_char_ptr(),
                ptr::from_ref(error).cast_mut().cast(),
            )
        })
    }

    /// Says how the part is, when the driver found that out by itself
    /// (`devlink_health_reporter_state_update()`).
    ///
    /// Does nothing before the instance is registered: reporters begin healthy.
    pub fn set_state(&self, cx: &Locked<'_, T>, state: ReporterState) {
        let state = match state {
            ReporterState::Healthy => {
                bindings::devlink_health_reporter_state_DEVLINK_HEALTH_REPORTER_STATE_HEALTHY
            }
            ReporterState::Error => {
                bindings::devlink_health_reporter_state_DEVLINK_HEALTH_REPORTER_STATE_ERROR
            }
        };
        let reporter = self.raw_in(cx);
        if !reporter.is_null() && cx.is_registered() {
            // SAFETY: The reporter exists, and is not destroyed while the lock is held. Users can
            // be told.
            unsafe { bindings::devlink_health_reporter_state_update(reporter, state) }
        }
    }

    /// Says that a recovery that went on after [`ReporterOps::recover`] is done: it is counted, and
    /// the graceful period begins (`devlink_health_reporter_recovery_done()`).
    pub fn recovery_done(&self, cx: &Locked<'_, T>) {
        let reporter = self.raw_in(cx);
        if !reporter.is_null() {
            // SAFETY: The reporter exists, and is not destroyed while the lock is held.
            unsafe { bindings::devlink_health_reporter_recovery_done(reporter) }
        }
    }

    /// The reporter; null if it is destroyed already, or one of another instance.
    fn raw_in(&self, cx: &Locked<'_, T>) -> *mut bindings::devlink_health_reporter {
        if self.0.is_of(cx) {
            self.raw()
        } else {
            ptr::null_mut()
        }
    }
}

/// The operations of a kind of reporter.
struct Ops<T, R>(PhantomData<(T, R)>);

impl<T: Driver, R: ReporterOps<T>> Ops<T, R> {
    const CHECK: () = {
        assert!(
            R::HAS_RECOVER || R::HAS_RESTART || R::GRACEFUL_PERIOD == 0,
            "GRACEFUL_PERIOD needs recover() or restart()"
        );
        assert!(
            !R::HAS_RECOVER || !R::HAS_RESTART,
            "there is recover() or restart(), not both"
        );
        assert!(
            R::GRACEFUL_PERIOD != 0 || R::BURST_PERIOD == 0,
            "BURST_PERIOD needs GRACEFUL_PERIOD"
        );
    };

    /// The device goes down in a recovery, but not what this is a part of.
    const GOES_WITH_DEVICE: () = assert!(
        !R::HAS_RESTART,
        "a reporter with restart() lasts as long as the binding"
    );

    /// In read-only memory.
    const OPS: bindings::devlink_health_reporter_ops = bindings::devlink_health_reporter_ops {
        name: as_char_ptr_in_const_context(R::NAME).cast_mut(),
        recover: if R::HAS_RESTART {
            Some(restart::recover::<T, R>)
        } else {
            callback!(R::HAS_RECOVER, recover::<T, R>)
        },
        dump: callback!(R::HAS_DUMP, dump::<T, R>),
        diagnose: callback!(R::HAS_DIAGNOSE, diagnose::<T, R>),
        test: callback!(R::HAS_TEST, test::<T, R>),
        default_graceful_period: R::GRACEFUL_PERIOD,
        default_burst_period: R::BURST_PERIOD,
    };
}

/// Adds a reporter of the instance, or of a port, to the objects.
fn add<'s, T: Driver, R: ReporterOps<T> + 's>(
    devlink: NonNull<bindings::devlink>,
    port: Option<NonNull<bindings::devlink_port>>,
    objects: &Objects,
    value: R,
) -> Result<Reporter<'s, T, R>> {
    const { Ops::<T, R>::CHECK };
    let state = ReporterStateInC {
        devlink,
        ops: R::HAS_NAME.then_some(Ops::<T, R>::OPS),
        reporter: ptr::null_mut(),
    };
    let node = objects.add::<ReporterKind, R>(state, value, |node| {
        // SAFETY: The node is new, so nobody else uses its state.
        let ops = match unsafe { &mut (*node.state()).ops } {
            Some(own) => {
                own.name = node.value().name().as_char_ptr().cast_mut();
                &*own
            }
            None => &const { Ops::<T, R>::OPS },
        };
        let private = ptr::from_ref(node).cast_mut().cast();
        // SAFETY: The node, and operations in it, exist longer than the reporter. The instance is
        // valid and its lock is held; a port is registered, and stays so longer.
        let reporter = from_err_ptr(unsafe {
            match port {
                Some(port) => {
                    bindings::devl_port_health_reporter_create(port.as_ptr(), ops, private)
                }
                None => bindings::devl_health_reporter_create(devlink.as_ptr(), ops, private),
            }
        })?;
        // SAFETY: The state is valid, and its pointer is used only when this is done: a callback
        // that comes before does not look at it.
        unsafe { (*node.state()).reporter = reporter };
        Ok(())
    })?;
    // SAFETY: The objects are those of `'s`, and of that instance.
    Ok(Reporter(unsafe { Handle::new(node, devlink) }))
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// Adds a health reporter (`devl_health_reporter_create()`).
    ///
    /// Fails with `EEXIST` if the device has one of that name.
    pub fn reporter<R: ReporterOps<T> + 'bound>(
        &self,
        reporter: R,
    ) -> Result<Reporter<'bound, T, R>> {
        add(self.devlink(), None, self.objects(), reporter)
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// As [`Setup::reporter`], for a reporter that goes with the device.
    pub fn reporter<R: ReporterOps<T> + 'up>(&self, reporter: R) -> Result<Reporter<'up, T, R>> {
        const { Ops::<T, R>::GOES_WITH_DEVICE };
        add(self.devlink(), None, self.objects(), reporter)
    }
}

impl<'s, T: Driver> OnPort<'_, 's, '_, T> {
    /// As [`Bringup::reporter`], for a reporter of the port
    /// (`devl_port_health_reporter_create()`).
    ///
    /// Fails with `EEXIST` if the port has one of that name.
    pub fn reporter<R: ReporterOps<T> + 's>(&self, reporter: R) -> Result<Reporter<'s, T, R>> {
        const { Ops::<T, R>::GOES_WITH_DEVICE };
        add(self.devlink(), Some(self.raw()), self.objects(), reporter)
    }
}

/// The instance and the node of a reporter's callback.
///
/// # Safety
///
/// `reporter` is one that [`add`] made with a value of type `R`, and a core calls its operation.
unsafe fn enter<'a, R>(
    reporter: *mut bindings::devlink_health_reporter,
) -> (*mut bindings::devlink, &'a R) {
    // SAFETY: `add` passed the node, and a core calls operations only while the reporter exists.
    let node: &Node<ReporterKind, R> =
        unsafe { &*bindings::devlink_health_reporter_priv(reporter).cast() };
    // SAFETY: The state's pointer to the instance never changes.
    let devlink = unsafe { (*node.state()).devlink };
    (devlink.as_ptr(), node.value())
}

/// As [`enter`], for an operation that a core calls with the instance lock held.
///
/// # Safety
///
/// As for [`enter`], and the proof's lifetime is one that whoever gets it is generic over.
unsafe fn enter_locked<'a, 'bound, T: Driver, R>(
    reporter: *mut bindings::devlink_health_reporter,
) -> (Locked<'bound, T>, &'a R) {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (devlink, value) = unsafe { enter(reporter) };
    // SAFETY: The lock is held. The instance is registered, which `Instance` does when the data is
    // complete.
    (unsafe { Locked::about_object(devlink) }, value)
}

/// As [`enter`], for an operation that a core calls with the instance lock held or, if it was told
/// so, with the reporter and the instance pinned.
///
/// # Safety
///
/// As for [`enter_locked`].
unsafe fn enter_pinned<'a, 'bound, T: Driver, R>(
    reporter: *mut bindings::devlink_health_reporter,
) -> (Pinned<'bound, T>, &'a R) {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (devlink, value) = unsafe { enter(reporter) };
    // SAFETY: The instance is registered, and cannot be unregistered while the operation runs.
    (unsafe { Pinned::new(devlink) }, value)
}

/// What a report carried.
///
/// # Safety
///
/// `error` is what a core got by [`Reporter::report`] in a call that goes on, or null.
unsafe fn error_of<'a, E>(error: *mut c_void) -> Option<&'a E> {
    // SAFETY: By the requirements of this function: `report` passed a reference.
    unsafe { error.cast::<E>().as_ref() }
}

/// # Safety
///
/// Only to be called as an operation of a reporter that [`add`] made, by a devlink core.
unsafe extern "C" fn recover<T: Driver, R: ReporterOps<T>>(
    reporter: *mut bindings::devlink_health_reporter,
    error: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (cx, this) = unsafe { enter_locked::<T, R>(reporter) };
    // SAFETY: A core passes on what `report` gave it, or null for a user's request.
    let error = unsafe { error_of::<R::Error>(error) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.recover(&cx, error, extack))
}

/// # Safety
///
/// As for [`recover`], with a valid message.
unsafe extern "C" fn dump<T: Driver, R: ReporterOps<T>>(
    reporter: *mut bindings::devlink_health_reporter,
    fmsg: *mut bindings::devlink_fmsg,
    error: *mut c_void,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (cx, this) = unsafe { enter_pinned::<T, R>(reporter) };
    // SAFETY: A core passes on what `report` gave it, or null for a user's request.
    let error = unsafe { error_of::<R::Error>(error) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let Some(fmsg) = NonNull::new(fmsg) else {
        return EINVAL.to_errno();
    };
    // SAFETY: The core passes a message of its own.
    let mut fmsg = unsafe { Fmsg::new(fmsg) };
    super::to_errno(this.dump(&cx, &mut fmsg, error, extack))
}

/// # Safety
///
/// As for [`dump`].
unsafe extern "C" fn diagnose<T: Driver, R: ReporterOps<T>>(
    reporter: *mut bindings::devlink_health_reporter,
    fmsg: *mut bindings::devlink_fmsg,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (cx, this) = unsafe { enter_pinned::<T, R>(reporter) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    let Some(fmsg) = NonNull::new(fmsg) else {
        return EINVAL.to_errno();
    };
    // SAFETY: The core passes a message of its own.
    let mut fmsg = unsafe { Fmsg::new(fmsg) };
    super::to_errno(this.diagnose(&cx, &mut fmsg, extack))
}

/// # Safety
///
/// As for [`recover`].
unsafe extern "C" fn test<T: Driver, R: ReporterOps<T>>(
    reporter: *mut bindings::devlink_health_reporter,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: A core calls an operation of a reporter that `add` made with an `R`.
    let (cx, this) = unsafe { enter_locked::<T, R>(reporter) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    super::to_errno(this.test(&cx, extack))
}
