// SPDX-License-Identifier: GPL-2.0

//! Shared instances: one for all devices that are parts of the same hardware.
//!
//! # Locks
//!
//! The lock of the shared instance comes after those of the instances that share it. It is held
//! where the value is made and dropped, and by devlink in the callbacks of [`SharedOps`]; neither
//! has anything to take another instance's lock with.

use super::{
    info::Info,
    instance::{
        Setup,
        PRIV_ALIGN, //
    },
    nested::Outer,
    object::Kind,
    Driver, //
};

use crate::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    net::netlink::extack::Extack,
    prelude::*,
    str::CString, //
};

use core::{
    any::TypeId,
    cell::{
        Cell,
        UnsafeCell, //
    },
    marker::PhantomData,
    mem::MaybeUninit,
    ops::Deref,
    ptr::NonNull, //
};

/// What the devices that are parts of the same hardware share: a value of this type, in a devlink
/// instance of its own, which is registered as long as one of them has it.
///
/// # Examples
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Info,
///             Setup,
///             Shared,
///             SharedOps,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*,
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     }, //
/// };
///
/// static BOARDS: Atomic<u32> = Atomic::new(0);
///
/// struct Board {
///     functions: Atomic<u32>,
/// }
///
/// #[vtable]
/// impl SharedOps for Board {
///     fn info(&self, out: &mut Info<'_>, _: Extack<'_>) -> Result {
///         out.board_serial_number(c"000042")
///     }
/// }
///
/// impl Drop for Board {
///     fn drop(&mut self) {
///         BOARDS.add(u32::MAX, Relaxed);
///     }
/// }
///
/// /// One function of the board.
/// struct Nic;
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = Shared<'bound, Board>;
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         let data = || {
///             // The first function makes the board.
///             let board = setup.shared(
///                 c"000042",
///                 pin_init::pin_init_scope(|| {
///                     BOARDS.add(1, Relaxed);
///                     Ok::<_, Error>(Ok(Board {
///                         functions: Atomic::new(0),
///                     }))
///                 }),
///             )?;
///             setup.nest_in(board.outer())?;
///             board.functions.add(1, Relaxed);
///             Ok(board)
///         };
///         data()
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         assert_eq!(BOARDS.load(Relaxed), 1);
///         assert!(cx.data().functions.load(Relaxed) > 0);
///         Ok(())
///     }
/// }
///
/// let first = devlink::faux::Registration::<Nic>::new(c"board_fn0")?;
/// let second = devlink::faux::Registration::<Nic>::new(c"board_fn1")?;
/// drop(first);
/// assert_eq!(BOARDS.load(Relaxed), 1);
/// drop(second);
/// assert_eq!(BOARDS.load(Relaxed), 0);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait SharedOps: Sized + Send + Sync + 'static {
    /// Says which hardware this is (`info_get`, of the shared instance). Runs with the lock of the
    /// shared instance held.
    fn info(&self, out: &mut Info<'_>, extack: Extack<'_>) -> Result {
        let _ = (out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A value that is shared, whatever its type.
trait AnyShared: Send + Sync {
    fn info(&self, out: &mut Info<'_>, extack: Extack<'_>) -> Result;
}

impl<S: SharedOps> AnyShared for S {
    fn info(&self, out: &mut Info<'_>, extack: Extack<'_>) -> Result {
        if S::HAS_INFO {
            SharedOps::info(self, out, extack)
        } else {
            Ok(())
        }
    }
}

/// The operations of all shared instances: a core warns of a user with others.
static OPS: bindings::devlink_ops = bindings::devlink_ops {
    info_get: Some(info_get),
    ..pin_init::zeroed()
};

/// What lies in a shared instance's private memory, which is zeros when the instance is new.
///
/// # Invariants
///
/// - Used only by the task that holds the lock of the shared instance, but for shared references
///   to the value, which its users have.
/// - `value` is initialized while `users` is not 0: with a value of that type, and its identifier.
#[repr(C)]
struct Slot {
    users: Cell<usize>,
    value: UnsafeCell<MaybeUninit<(TypeId, KBox<dyn AnyShared>)>>,
}

impl Slot {
    /// The slot of a shared instance.
    ///
    /// # Safety
    ///
    /// The instance has these [`OPS`] and this size, is valid for `'a`, and its lock is held.
    unsafe fn of<'a>(devlink: NonNull<bindings::devlink>) -> &'a Self {
        const { assert!(align_of::<Self>() <= PRIV_ALIGN) };
        // SAFETY: The memory is that large, was zeros in the beginning, and is aligned. What is
        // behind the references is used with the lock held.
        unsafe { &*bindings::devlink_shd_get_priv(devlink.as_ptr()).cast() }
    }

    /// The value, if there is one, with the identifier of its type.
    fn get(&self) -> Option<(TypeId, &dyn AnyShared)> {
        if self.users.get() == 0 {
            return None;
        }
        // SAFETY: By the type invariants, it is initialized while there are users.
        let (kind, value) = unsafe { (*self.value.get()).assume_init_ref() };
        Some((*kind, &**value))
    }

    /// Counts one more user, the first of whom makes the value.
    fn add_user<S: SharedOps>(&self, init: impl PinInit<S, Error>) -> Result<NonNull<S>> {
        let value = match self.get() {
            Some((kind, value)) if kind == TypeId::of::<S>() => NonNull::from(value).cast(),
            Some(_) => return Err(EBUSY),
            None => {
                // SAFETY: It stays in the box until it is dropped.
                let value = unsafe { Pin::into_inner_unchecked(KBox::pin_init(init, GFP_KERNEL)?) };
                let pointer = NonNull::from(&*value);
                // SAFETY: The slot is valid, not initialized, and nobody uses it.
                unsafe { (*self.value.get()).write((TypeId::of::<S>(), value)) };
                pointer
            }
        };
        // INVARIANT: It is initialized.
        self.users.set(self.users.get() + 1);
        Ok(value)
    }

    /// Counts off a user. The last one's value is dropped.
    ///
    /// # Safety
    ///
    /// The user was counted by [`add_user`](Self::add_user), and uses the value no more.
    unsafe fn remove_user(&self) {
        self.users.set(self.users.get() - 1);
        if self.users.get() == 0 {
            // SAFETY: It is initialized. Nobody else uses it any more, and it is not used again.
            unsafe { (*self.value.get()).assume_init_drop() };
        }
    }
}

/// Calls `f` with the lock of a shared instance held.
///
/// # Safety
///
/// The instance is valid, and this task holds neither its lock nor one that is taken under it.
unsafe fn lock<R>(devlink: NonNull<bindings::devlink>, f: impl FnOnce() -> R) -> R {
    // SAFETY: The instance is valid, and this task does not hold its lock, as the caller says.
    unsafe { bindings::devl_lock(devlink.as_ptr()) };
    let result = f();
    // SAFETY: It was taken above.
    unsafe { bindings::devl_unlock(devlink.as_ptr()) };
    result
}

/// References to shared instances as objects of an instance.
struct SharedKind;

impl Kind for SharedKind {
    type State = User;

    unsafe fn unregister(_: *mut User) {
        // Handles are used until all objects are freed.
    }
}

/// A user of a shared instance.
///
/// # Invariants
///
/// The instance is from `devlink_shd_get()`, and its slot has counted this user.
struct User(NonNull<bindings::devlink>);

impl Drop for User {
    fn drop(&mut self) {
        // SAFETY: The instance is valid until it is put below. Whoever frees objects holds no lock
        // that is taken under that of a shared instance: no callback of `SharedOps` can free
        // objects.
        unsafe {
            lock(self.0, || {
                // The lifetime of this user's handles has ended.
                Slot::of(self.0).remove_user()
            });
            bindings::devlink_shd_put(self.0.as_ptr());
        }
    }
}

/// What a device shares with others, see [`Setup::shared`]: a reference to the value.
///
/// # Invariants
///
/// The instance, which is shared, and the value are valid for `'s`.
pub struct Shared<'s, S: SharedOps> {
    devlink: NonNull<bindings::devlink>,
    value: NonNull<S>,
    _value: PhantomData<&'s S>,
}

impl<S: SharedOps> Clone for Shared<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: SharedOps> Copy for Shared<'_, S> {}

// SAFETY: It is a reference to a value that is `Sync`, by the bounds of `SharedOps`, and an
// `Outer`, which is `Send`.
unsafe impl<S: SharedOps> Send for Shared<'_, S> {}

// SAFETY: It is a reference to a value that is `Sync`, by the bounds of `SharedOps`, and an
// `Outer`, which is `Sync`.
unsafe impl<S: SharedOps> Sync for Shared<'_, S> {}

impl<S: SharedOps> Deref for Shared<'_, S> {
    type Target = S;

    fn deref(&self) -> &S {
        // SAFETY: By the type invariants. Nobody has a mutable reference to the value.
        unsafe { self.value.as_ref() }
    }
}

impl<'s, S: SharedOps> Shared<'s, S> {
    /// The shared instance as what another one can be part of.
    pub fn outer(&self) -> Outer<'s> {
        // SAFETY: By the type invariants.
        unsafe { Outer::shared(self.devlink) }
    }
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// The shared instance that all devices of this driver get by the same `id`, for instance a
    /// serial number, with its value (`devlink_shd_get()`, `devlink_shd_get_priv()`).
    ///
    /// The first of the devices makes the instance, and the value with `init`; with the last one it
    /// goes, and the value is dropped (`devlink_shd_put()`). Both happen with the lock of the
    /// shared instance held; so `init` cannot borrow `self`, with which it could ask for others.
    ///
    /// Fails with `EBUSY` if the value of that `id` has another type, and with what `init` fails
    /// with. What another driver has by the same `id` is another instance.
    pub fn shared<S: SharedOps>(
        &self,
        id: &CStr,
        init: impl PinInit<S, Error> + 'static,
    ) -> Result<Shared<'bound, S>> {
        // SAFETY: The instance has a device, which is bound, so that it has a driver.
        let driver = unsafe { (*bindings::devlink_to_dev(self.devlink().as_ptr())).driver };
        let id = own_id(driver.addr(), id)?;
        // SAFETY: The driver is there as long as the device is bound; the shared instance is given
        // back before that ends. The operations are static, and the size is what `Slot::of` makes
        // of the memory.
        let devlink = NonNull::new(unsafe {
            bindings::devlink_shd_get(id.as_char_ptr(), &OPS, size_of::<Slot>(), driver)
        })
        .ok_or(ENOMEM)?;
        // SAFETY: The instance is valid until it is put. This task can be in no callback of
        // `SharedOps` and in no other `init`, neither of which has a `Setup`.
        let added =
            unsafe { lock(devlink, || Slot::of(devlink).add_user(init)) }.inspect_err(|_| {
                // SAFETY: It was gotten above.
                unsafe { bindings::devlink_shd_put(devlink.as_ptr()) }
            })?;
        // INVARIANT: The instance was gotten, and its slot has counted this user.
        let user = User(devlink);
        self.objects().add::<SharedKind, ()>(user, (), |_| Ok(()))?;
        // INVARIANT: The user is freed as the last of all that has this lifetime.
        Ok(Shared {
            devlink,
            value: added,
            _value: PhantomData,
        })
    }
}

/// What a core knows an `id` of a driver by: it warns if that is another driver's, too.
fn own_id(driver: usize, id: &CStr) -> Result<CString> {
    let driver = CString::try_from_fmt(fmt!("{driver:x} "))?;
    let mut own = KVec::new();
    own.extend_from_slice(driver.to_bytes(), GFP_KERNEL)?;
    own.extend_from_slice(id.to_bytes_with_nul(), GFP_KERNEL)?;
    let own = CStr::from_bytes_with_nul(&own).map_err(|_| EINVAL)?;
    Ok(CString::try_from(own)?)
}

/// `info_get` of a shared instance.
///
/// # Safety
///
/// Only to be called as the operation of a shared instance with these [`OPS`], by a devlink core,
/// with a valid request.
unsafe extern "C" fn info_get(
    devlink: *mut bindings::devlink,
    request: *mut bindings::devlink_info_req,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    let (Some(devlink), Some(request)) = (NonNull::new(devlink), NonNull::new(request)) else {
        return EINVAL.to_errno();
    };
    // SAFETY: A core calls operations of instances with the instance lock held while they are
    // registered.
    let slot = unsafe { Slot::of(devlink) };
    // SAFETY: The core passes null or the request's, which only this task uses.
    let extack = unsafe { Extack::from_raw(extack) };
    // SAFETY: The core passes a valid request, which only this task uses.
    let mut info = unsafe { Info::new(request) };
    // Before the first user has made the value, and after the last one dropped it, the instance
    // has nothing to say.
    let value = slot.get().ok_or(EOPNOTSUPP);
    super::to_errno(value.and_then(|(_, value)| value.info(&mut info, extack)))
}
