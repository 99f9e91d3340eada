// SPDX-License-Identifier: GPL-2.0

//! Attributes of an instance's device, in sysfs.

use super::{
    instance::{
        Bringup,
        Locked, //
    },
    object::{
        Kind,
        Node, //
    },
    Driver, //
};

use crate::{
    bindings,
    bus::attribute::{
        default_mode,
        show,
        store, //
    },
    error::{
        to_result,
        VTABLE_DEFAULT_ERROR, //
    },
    prelude::*,
    str::{
        CString,
        Formatter, //
    },
    sync::atomic::{
        Atomic,
        Relaxed, //
    },
    time::{
        delay::fsleep,
        Delta, //
    },
    types::Opaque, //
};

use core::{
    mem::offset_of,
    ptr::NonNull, //
};

/// How often somebody who waits for the instance lock looks.
const LOOK_INTERVAL: Delta = Delta::from_millis(5);

/// A kind of attribute of the instance's device, a file in its folder in sysfs
/// (`struct device_attribute`). See [`Bringup::attribute`].
///
/// What a kind does not implement users cannot do. Called with the instance lock held; may sleep.
#[vtable]
pub trait Attribute<T: Driver>: Send + Sync {
    /// Writes what a user reads; it ends with a newline, and is shorter than a page.
    fn show(&self, cx: &Locked<'_, T>, out: &mut Formatter<'_>) -> Result {
        let _ = (cx, out);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A user wrote `text`, at most a page, as a rule with a newline at its end.
    fn store(&self, cx: &Locked<'_, T>, text: &[u8]) -> Result {
        let _ = (cx, text);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// Attributes as objects of an instance.
struct AttributeKind;

/// The attribute is the first field, so that C's pointer is one to this.
#[repr(C)]
struct AttributeState {
    attribute: Opaque<bindings::device_attribute>,
    devlink: NonNull<bindings::devlink>,
    /// The file is being removed, by a task that has the instance lock until it is.
    is_closing: Atomic<bool>,
    /// What the attribute points to.
    _name: CString,
}

impl Kind for AttributeKind {
    type State = AttributeState;

    unsafe fn unregister(state: *mut AttributeState) {
        // SAFETY: The state is valid.
        let state = unsafe { &*state };
        state.is_closing.store(true, Relaxed);
        // It waits for users of the file, and none of them waits for the lock any more.
        // SAFETY: The instance is valid, and its device bound. The file was created.
        unsafe {
            bindings::device_remove_file(
                bindings::devlink_to_dev(state.devlink.as_ptr()),
                state.attribute.get(),
            )
        };
    }
}

impl<'up, T: Driver> Bringup<'up, '_, T> {
    /// Adds a file to the folder of the instance's device in sysfs, until the device goes down
    /// (`device_create_file()`).
    ///
    /// A user of the file waits for the instance lock. One who waits while the file is removed,
    /// for which that lock is held, gets `ENODEV`.
    ///
    /// Fails with `EEXIST` if the device has a file of that name, with `EINVAL` in a
    /// [group](super::Groups): a file that removes its own group would wait for itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     device::Bound,
    ///     faux,
    ///     fmt::Write,
    ///     net::{
    ///         devlink::{
    ///             self,
    ///             Attribute,
    ///             Bringup,
    ///             Locked,
    ///             Setup,
    ///             Why, //
    ///         },
    ///         netlink::extack::Extack, //
    ///     },
    ///     prelude::*,
    ///     str::{
    ///         CString,
    ///         Formatter, //
    ///     },
    ///     sync::atomic::{
    ///         Atomic,
    ///         Relaxed, //
    ///     }, //
    /// };
    ///
    /// struct Nic;
    ///
    /// /// Whether a lamp is on.
    /// struct Lamp<'up>(&'up Atomic<bool>);
    ///
    /// #[vtable]
    /// impl Attribute<Nic> for Lamp<'_> {
    ///     fn show(&self, _: &Locked<'_, Nic>, out: &mut Formatter<'_>) -> Result {
    ///         writeln!(out, "{}", self.0.load(Relaxed))?;
    ///         Ok(())
    ///     }
    ///
    ///     fn store(&self, _: &Locked<'_, Nic>, text: &[u8]) -> Result {
    ///         let on = match text {
    ///             b"on\n" => true,
    ///             b"off\n" => false,
    ///             _ => return Err(EINVAL),
    ///         };
    ///         self.0.store(on, Relaxed);
    ///         Ok(())
    ///     }
    /// }
    ///
    /// #[vtable]
    /// impl devlink::Driver for Nic {
    ///     type Device = faux::Device<Bound>;
    ///     type Data<'bound> = [Atomic<bool>; 2];
    ///     type Up<'up> = ();
    ///
    ///     fn probe<'bound>(
    ///         _: &'bound Self::Device,
    ///         _: &Setup<'bound, Self>,
    ///     ) -> impl PinInit<Self::Data<'bound>, Error> {
    ///         Ok::<_, Error>([Atomic::new(false), Atomic::new(false)])
    ///     }
    ///
    ///     fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
    ///         for (number, lamp) in cx.data().iter().enumerate() {
    ///             cx.attribute(CString::try_from_fmt(fmt!("lamp{number}"))?, Lamp(lamp))?;
    ///         }
    ///         Ok(())
    ///     }
    /// }
    ///
    /// drop(devlink::faux::Registration::<Nic>::new(c"nic_with_lamps")?);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn attribute<A: Attribute<T> + 'up>(&self, name: CString, attribute: A) -> Result {
        if !self.goes_with_device(self.objects()) {
            return Err(EINVAL);
        }
        let devlink = self.devlink();
        let mut raw: bindings::device_attribute = pin_init::zeroed();
        raw.attr.name = name.as_char_ptr();
        raw.attr.mode = const { default_mode(A::HAS_SHOW, A::HAS_STORE) };
        if A::HAS_SHOW {
            raw.__bindgen_anon_1.show = Some(show_attribute::<T, A>);
        }
        if A::HAS_STORE {
            raw.__bindgen_anon_2.store = Some(store_attribute::<T, A>);
        }
        #[cfg(CONFIG_DEBUG_LOCK_ALLOC)]
        {
            raw.attr.key = crate::static_lock_class!().as_ptr();
        }
        let state = AttributeState {
            attribute: Opaque::new(raw),
            devlink,
            is_closing: Atomic::new(false),
            _name: name,
        };
        self.objects()
            .add::<AttributeKind, A>(state, attribute, |node| {
                // SAFETY: The instance is valid, and its device bound. The attribute is in the
                // node, which does not move, as its name, and stays until the file was removed.
                to_result(unsafe {
                    bindings::device_create_file(
                        bindings::devlink_to_dev(devlink.as_ptr()),
                        (*node.state()).attribute.get(),
                    )
                })
            })?;
        Ok(())
    }
}

/// Calls `f` with the instance lock held.
///
/// # Safety
///
/// `attribute` is that of a node that [`Bringup::attribute`] made with an `A`, whose file is not
/// removed before this returns.
unsafe fn with_lock<T: Driver, A: Attribute<T>>(
    attribute: *mut bindings::device_attribute,
    f: impl FnOnce(&Locked<'_, T>, &A) -> Result,
) -> Result {
    let state: *mut AttributeState = attribute.cast();
    // SAFETY: The attribute is the first field of the state of a node.
    let node: &Node<AttributeKind, A> = unsafe { &*Node::of_state(state) };
    // SAFETY: The state is valid, and only used by shared reference.
    let state = unsafe { &*state };
    let devlink = state.devlink.as_ptr();
    // SAFETY: The instance is valid as long as its objects.
    while unsafe { bindings::devl_trylock(devlink) } == 0 {
        if state.is_closing.load(Relaxed) {
            return Err(ENODEV);
        }
        if crate::current!().signal_pending() {
            return Err(ERESTARTSYS);
        }
        fsleep(LOOK_INTERVAL);
    }
    let result = {
        // SAFETY: The lock is held. The object was made when the data was complete, and goes before
        // that does.
        let cx = unsafe { Locked::<T>::new(devlink) };
        f(&cx, node.value())
    };
    // SAFETY: It was taken above.
    unsafe { bindings::devl_unlock(devlink) };
    result
}

/// # Safety
///
/// Only to be called by sysfs, for an attribute that [`Bringup::attribute`] made with an `A`.
unsafe extern "C" fn show_attribute<T: Driver, A: Attribute<T>>(
    _: *mut bindings::device,
    attribute: *mut bindings::device_attribute,
    to: *mut c_char,
) -> isize {
    // SAFETY: sysfs passes a page, and the attribute's file is not removed meanwhile.
    unsafe {
        show(to, |out| {
            with_lock::<T, A>(attribute, |cx, attribute| attribute.show(cx, out))
        })
    }
}

/// # Safety
///
/// Only to be called by sysfs, for an attribute that [`Bringup::attribute`] made with an `A`.
unsafe extern "C" fn store_attribute<T: Driver, A: Attribute<T>>(
    _: *mut bindings::device,
    attribute: *mut bindings::device_attribute,
    from: *const c_char,
    count: usize,
) -> isize {
    // SAFETY: sysfs passes that many bytes, and the attribute's file is not removed meanwhile.
    unsafe {
        store(from, count, |text| {
            with_lock::<T, A>(attribute, |cx, attribute| attribute.store(cx, text))
        })
    }
}

const _: () = assert!(offset_of!(AttributeState, attribute) == 0);
