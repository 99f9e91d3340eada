// SPDX-License-Identifier: GPL-2.0

//! Instances that are part of something on another one: of a port, a line card, the instance.
//!
//! The inner instance says so before it is registered, and it remains so until it is unregistered.
//! Each side knows the other by its index only, so neither keeps the other; what has gone is not
//! shown any more.

use super::{
    instance::{
        Bringup,
        Setup, //
    },
    linecard,
    object::{
        Kind,
        Objects, //
    },
    port::{
        Port,
        PortOps, //
    },
    Driver, //
};

use crate::{
    bindings,
    debugfs::{
        Dir,
        Text, //
    },
    error::to_result,
    prelude::*, //
};

#[cfg(CONFIG_AUXILIARY_BUS)]
use crate::{
    auxiliary,
    device,
    types::ForLt, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// Something on an instance that another instance can be part of, see [`Setup::nest_in`].
///
/// # Locks
///
/// The lock of the outer instance may be held when an inner one comes and goes: a driver that makes
/// the inner device among the objects of the outer one, with [`Bringup::auxiliary`],
/// [`Bringup::faux`] or [`Bringup::keep`], takes the outer lock first and the inner one second.
/// Nothing takes them the other way round: nesting takes no lock of the outer instance, and a
/// callback about one instance has no means to take the lock of another, but for
/// [`bus::while_bound`](super::bus::while_bound), which is not for callbacks. (The kernel's
/// documentation has the reverse order for drivers that take both locks themselves.)
///
/// Only for rates that are shared across devices does devlink itself take the lock of what an
/// instance is nested in. So an instance that shares rates can be nested in a
/// [shared](super::Shared) instance only, under whose lock no device comes or goes.
///
/// # Examples
///
/// A subfunction, whose device has an instance of its own that users find at the port:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Flavour,
///             PortAttrs,
///             Setup,
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
/// static SUBFUNCTIONS: Atomic<u32> = Atomic::new(0);
///
/// struct Nic;
/// struct Subfunction;
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     fn probe<'bound>(
///         _: &'bound Self::Device,
///         _: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         let flavour = |external| Flavour::PciSf {
///             controller: 0,
///             pf: 0,
///             sf: 7,
///             external,
///         };
///         let port = cx.port(1, PortAttrs::new(flavour(false)), ())?;
///         // It goes before the port does.
///         cx.faux::<Subfunction>(c"sf7", port.outer()?)?;
///         // What is on another host has no instance here.
///         let elsewhere = cx.port(2, PortAttrs::new(flavour(true)), ())?;
///         assert_eq!(elsewhere.outer().err(), Some(EINVAL));
///         Ok(())
///     }
/// }
///
/// #[vtable]
/// impl devlink::Driver for Subfunction {
/// #   type Device = faux::Device<Bound>;
/// #   type Data<'bound> = Counted;
/// #   type Up<'up> = ();
/// #
///     // ...
/// #   fn probe<'bound>(
/// #       _: &'bound Self::Device,
/// #       setup: &Setup<'bound, Self>,
/// #   ) -> impl PinInit<Self::Data<'bound>, Error> {
/// #       // Its place was said when it was made.
/// #       assert_eq!(setup.nest_in(setup.outer()).err(), Some(EBUSY));
/// #       SUBFUNCTIONS.store(1, Relaxed);
/// #       Ok::<_, Error>(Counted)
/// #   }
/// #
/// #   fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
/// #       Ok(())
/// #   }
/// }
/// # struct Counted;
/// # impl Drop for Counted {
/// #     fn drop(&mut self) {
/// #         SUBFUNCTIONS.store(0, Relaxed);
/// #     }
/// # }
///
/// let nic = devlink::faux::Registration::<Nic>::new(c"nested_nic")?;
/// assert_eq!(SUBFUNCTIONS.load(Relaxed), 1);
/// drop(nic);
/// assert_eq!(SUBFUNCTIONS.load(Relaxed), 0);
/// # Ok::<(), Error>(())
/// ```
///
/// # Invariants
///
/// What `place` points to is valid for `'s`, and initialized. A port is that of a subfunction of
/// this host.
#[derive(Copy, Clone)]
pub struct Outer<'s> {
    place: Place,
    _object: PhantomData<&'s ()>,
}

#[derive(Copy, Clone)]
enum Place {
    Instance(NonNull<bindings::devlink>),
    Shared(NonNull<bindings::devlink>),
    Port(NonNull<bindings::devlink_port>),
    Linecard(NonNull<linecard::Shared>),
}

// SAFETY: It only lends what it points to to the C functions of `nest_in`, which may be called by
// any task.
unsafe impl Send for Outer<'_> {}

// SAFETY: `Outer` is `Copy`, so a shared one gives no more than one that was sent, which it may be.
unsafe impl Sync for Outer<'_> {}

impl<'s> Outer<'s> {
    /// # Safety
    ///
    /// The invariants hold for `place` and `'s`.
    unsafe fn new(place: Place) -> Self {
        // INVARIANT: By the requirements of this function.
        Outer {
            place,
            _object: PhantomData,
        }
    }

    /// # Safety
    ///
    /// It is a shared instance, which is not given back for `'s`.
    pub(super) unsafe fn shared(devlink: NonNull<bindings::devlink>) -> Self {
        // SAFETY: The shared instance is valid for `'s`: it is not given back.
        unsafe { Self::new(Place::Shared(devlink)) }
    }

    /// # Safety
    ///
    /// What is known of the line card is valid for `'s`. The line card itself need not be there.
    pub(super) unsafe fn linecard(linecard: NonNull<linecard::Shared>) -> Self {
        // SAFETY: What is known of the line card is valid for `'s`.
        unsafe { Self::new(Place::Linecard(linecard)) }
    }
}

impl<'s, T: Driver, P: PortOps<T>> Port<'s, T, P> {
    /// The port as what another instance can be part of: the instance of the subfunction behind it.
    ///
    /// Fails with `EINVAL` for a port of another flavour than
    /// [`PciSf`](super::Flavour::PciSf), and for one of another host.
    pub fn outer(&self) -> Result<Outer<'s>> {
        let port = self.raw();
        // SAFETY: The port is valid while the handle exists, and its attributes do not change.
        let attrs = unsafe { &(*port.as_ptr()).attrs };
        if attrs.flavour != bindings::devlink_port_flavour_DEVLINK_PORT_FLAVOUR_PCI_SF {
            return Err(EINVAL);
        }
        // SAFETY: It is the variant of that flavour.
        if unsafe { attrs.__bindgen_anon_1.pci_sf.external() } != 0 {
            return Err(EINVAL);
        }
        // SAFETY: The port is valid for `'s`, and was checked.
        Ok(unsafe { Outer::new(Place::Port(port)) })
    }
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// The instance as what another one can be part of.
    pub fn outer(&self) -> Outer<'bound> {
        // SAFETY: The instance is freed when all with this lifetime has ended.
        unsafe { Outer::new(Place::Instance(self.devlink())) }
    }

    /// Says that this instance is part of something on another one, which users are told
    /// (`devl_nested_devlink_set()`, `devl_port_fn_devlink_set()`,
    /// `devlink_linecard_nested_dl_set()`).
    ///
    /// Fails with `EBUSY` if that was said before, with `EINVAL` if the outer instance is this one,
    /// or if that is not [shared](super::Shared), but rates of this one are (see [`Outer`]), with
    /// `ENODEV` if it is a line card that is not there any more.
    ///
    /// The outer object is there as long as this instance's device is bound, if that is among what
    /// the outer instance [keeps](Bringup::keep).
    pub fn nest_in(&self, outer: Outer<'bound>) -> Result {
        if self.is_nested() {
            return Err(EBUSY);
        }
        if self.shares_rates() && !matches!(outer.place, Place::Shared(_)) {
            return Err(EINVAL);
        }
        let inner = self.devlink().as_ptr();
        let result = match outer.place {
            Place::Instance(outer) if outer == self.devlink() => return Err(EINVAL),
            Place::Instance(outer) | Place::Shared(outer) => {
                // SAFETY: Both instances are valid, the outer one by the type invariants of
                // `Outer`. The inner one is not registered, its lock is held, and it is not nested.
                // What the outer one keeps has a lock of its own.
                to_result(unsafe { bindings::devl_nested_devlink_set(outer.as_ptr(), inner) })
            }
            Place::Port(port) => {
                // SAFETY: The port is valid, and of the right kind, by the type invariants of
                // `Outer`. The inner instance is not registered, its lock is held, and it is not
                // nested.
                to_result(unsafe { bindings::devl_port_fn_devlink_set(port.as_ptr(), inner) })
            }
            Place::Linecard(linecard) => {
                // SAFETY: What is known of the line card is valid, by the type invariants of
                // `Outer`. The inner instance is not registered, its lock is held, and it is not
                // nested.
                unsafe { linecard.as_ref().nest(inner) }
            }
        };
        // After an error, too: devlink may have kept a part of it.
        self.set_nested();
        result
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// The instance as what another one can be part of.
    pub fn outer(&self) -> Outer<'up> {
        // SAFETY: The instance is freed when all with this lifetime has ended.
        unsafe { Outer::new(Place::Instance(self.devlink())) }
    }
}

/// Values as objects of an instance.
struct KeptKind;

impl Kind for KeptKind {
    type State = Option<Kept>;

    unsafe fn unregister(state: *mut Option<Kept>) {
        // SAFETY: The state is valid, and nobody else uses it.
        drop(unsafe { (*state).take() })
    }
}

/// A boxed value of any type, which may borrow from objects that were made before.
///
/// # Invariants
///
/// `value` is a pointer that `end` may be called with, once.
struct Kept {
    value: *mut c_void,
    end: unsafe fn(*mut c_void),
}

impl Kept {
    fn new<V>(value: V) -> Result<Self> {
        // INVARIANT: `end` is for what it is called with.
        Ok(Kept {
            value: KBox::into_raw(KBox::new(value, GFP_KERNEL)?).cast(),
            end: Self::end::<V>,
        })
    }

    /// # Safety
    ///
    /// `value` is from a box of a `V`, which was not freed.
    unsafe fn end<V>(value: *mut c_void) {
        // SAFETY: The value is from a box of a `V`, which was not freed.
        drop(unsafe { KBox::from_raw(value.cast::<V>()) });
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: By the type invariants.
        unsafe { (self.end)(self.value) }
    }
}

fn keep<V: Send>(objects: &Objects, value: V) -> Result {
    let kept = Kept::new(value)?;
    objects
        .add::<KeptKind, ()>(Some(kept), (), |_| Ok(()))
        .map(|_| ())
}

impl<'bound, T: Driver> Setup<'bound, T> {
    /// As [`Bringup::keep`], for as long as the binding.
    pub fn keep<V: Send + 'bound>(&self, value: V) -> Result {
        keep(self.objects(), value)
    }
}

impl<'s, T: Driver> Bringup<'s, '_, T> {
    /// Keeps a value until the device goes down, or the [group](super::Groups) is removed: it is
    /// dropped, with the instance lock held, before any object that was made before it ends.
    ///
    /// So it is where the registration of a device belongs that is part of such an object. Its
    /// instance's lock, and those that its driver's destructors take, are taken with this one's
    /// held.
    pub fn keep<V: Send + 's>(&self, value: V) -> Result {
        keep(self.objects(), value)
    }

    /// Creates a file with text in debugfs, as long as [`keep`](Self::keep) would keep it; the text
    /// can have handles of what was made before.
    ///
    /// When the file is removed its callbacks are waited for, with the instance lock held, in a
    /// reload and at the end of the binding with the device lock held, too: so they take neither.
    /// Those who wait for something in a callback have to be woken before: by a value that is
    /// kept, and made after the file.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     debugfs::{
    ///         Dir,
    ///         Text, //
    ///     },
    ///     net::devlink::{
    ///         Bringup,
    ///         Driver,
    ///         Work, //
    ///     },
    ///     prelude::*, //
    /// };
    ///
    /// /// Whatever is written to the file has the driver's work run.
    /// struct Poke<'up, T: Driver>(Work<'up, T>);
    ///
    /// #[vtable]
    /// impl<T: Driver> Text for Poke<'_, T> {
    ///     fn write(&self, _: &[u8]) -> Result {
    ///         self.0.schedule();
    ///         Ok(())
    ///     }
    /// }
    ///
    /// fn add<'up, T: Driver>(
    ///     cx: &Bringup<'up, '_, T>,
    ///     folder: &Dir,
    ///     work: Work<'up, T>,
    /// ) -> Result {
    ///     cx.text_file(folder, c"poke", Ok(Poke(work)))
    /// }
    /// ```
    pub fn text_file<V: Text + 's>(
        &self,
        folder: &Dir,
        name: &CStr,
        text: impl PinInit<V, Error>,
    ) -> Result {
        // SAFETY: Only the instance has it, which drops it before the end of `'s`.
        let file = unsafe { folder.text_file_borrowing(name, text) };
        self.keep(KBox::pin_init(file, GFP_KERNEL)?)
    }

    /// Adds an auxiliary device, a part of this one, as long as [`keep`](Self::keep) would keep
    /// it. Its name on the bus is made of the module's name, `name` and `id`.
    ///
    /// Its driver gets `data` with
    /// [`registration_data`](crate::auxiliary::Device::registration_data), which can have an
    /// [`Outer`] for its [`Setup::nest_in`] in it. If that driver is there already, it probes the
    /// device before this returns, with the lock of this instance held.
    #[cfg(CONFIG_AUXILIARY_BUS)]
    pub fn auxiliary<F: ForLt + 'static, E>(
        &self,
        module: &CStr,
        name: &'static CStr,
        id: u32,
        data: impl PinInit<F::Of<'s>, E>,
    ) -> Result
    where
        for<'a> F::Of<'a>: Send + Sync,
        Error: From<E>,
    {
        // SAFETY: The device of an instance is bound until the instance is freed, which is after
        // the end of `'s`.
        let device: &'s device::Device<device::Bound> =
            unsafe { device::Device::from_raw(bindings::devlink_to_dev(self.devlink().as_ptr())) };
        // SAFETY: The instance owns the registration, drops it before the end of `'s`, and is not
        // freed before that.
        let registration = unsafe {
            auxiliary::Registration::<'s, F>::new_with_lt(device, name, id, module, data)
        }?;
        self.keep(registration)
    }
}
