// SPDX-License-Identifier: GPL-2.0

//! Attributes of a bus and of its devices, in sysfs.
//!
//! C header: [`include/linux/sysfs.h`](srctree/include/linux/sysfs.h)

use super::{
    Bus,
    Control,
    Device,
    Handle, //
};

use crate::{
    bindings,
    error::VTABLE_DEFAULT_ERROR,
    page::PAGE_SIZE,
    prelude::*,
    str::{
        as_char_ptr_in_const_context,
        Formatter, //
    }, //
};

use core::{
    marker::PhantomData,
    ptr,
    slice, //
};

/// An attribute of the bus `B`, a file in `/sys/bus/NAME/` (`BUS_ATTR_RW()` and so on).
///
/// What an attribute does not implement users cannot do. Called in the context of the user, no lock
/// is held; may sleep.
#[vtable]
pub trait BusAttribute<B: Bus>: 'static {
    /// The file's name.
    const NAME: &'static CStr;

    /// The file's permissions: 0644, 0444 or 0200, as there are methods, if not given.
    const MODE: u16 = default_mode(Self::HAS_SHOW, Self::HAS_STORE);

    /// Writes what a user reads; it ends with a newline, and is shorter than a page.
    fn show(bus: &Control<'_, B>, out: &mut Formatter<'_>) -> Result {
        let _ = (bus, out);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A user wrote `text`, at most a page, as a rule with a newline at its end.
    fn store(bus: &Control<'_, B>, text: &[u8]) -> Result {
        let _ = (bus, text);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// An attribute of each device on the bus `B`, a file in its folder (`DEVICE_ATTR_RW()` and so on).
///
/// It is there before udev hears of the device, so also while the driver is being bound, and gone
/// before the driver is unbound by removing the device. Otherwise as a [`BusAttribute`].
#[vtable]
pub trait DeviceAttribute<B: Bus>: 'static {
    /// The file's name.
    const NAME: &'static CStr;

    /// The file's permissions: 0644, 0444 or 0200, as there are methods, if not given.
    const MODE: u16 = default_mode(Self::HAS_SHOW, Self::HAS_STORE);

    /// Writes what a user reads; it ends with a newline, and is shorter than a page.
    fn show(dev: &Device<B>, out: &mut Formatter<'_>) -> Result {
        let _ = (dev, out);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A user wrote `text`, at most a page, as a rule with a newline at its end.
    fn store(dev: &Device<B>, text: &[u8]) -> Result {
        let _ = (dev, text);
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// A tuple of up to eight [`BusAttribute`]s.
pub trait BusAttributes<B: Bus> {
    #[doc(hidden)]
    const GROUPS: Groups;
}

/// A tuple of up to eight [`DeviceAttribute`]s.
pub trait DeviceAttributes<B: Bus> {
    #[doc(hidden)]
    const GROUPS: Groups;
}

/// Attributes as C has them, in read-only memory.
///
/// # Invariants
///
/// Null, or a list of groups that ends with a null pointer and is static, as is all it points to.
#[derive(Clone, Copy)]
pub struct Groups(*const *const bindings::attribute_group);

impl Groups {
    /// The last of `groups` is a null pointer, the others point to static groups.
    const fn new(groups: &'static [*const bindings::attribute_group; 2]) -> Self {
        // INVARIANT: The callers, below, end it with a null pointer, and it is static.
        Groups(groups.as_ptr())
    }

    pub(super) fn as_ptr(self) -> *const *const bindings::attribute_group {
        self.0
    }
}

/// The permissions of an attribute with these methods.
pub(crate) const fn default_mode(show: bool, store: bool) -> u16 {
    match (show, store) {
        (true, true) => 0o644,
        (true, false) => 0o444,
        (false, true) => 0o200,
        (false, false) => panic!("an attribute has show() or store()"),
    }
}

/// The part that all attributes have.
const fn attribute(name: &'static CStr, mode: u16, show: bool, store: bool) -> bindings::attribute {
    assert!(mode & 0o444 == 0 || show, "reading needs show()");
    assert!(mode & 0o222 == 0 || store, "writing needs store()");
    assert!(
        mode & !0o664 == 0,
        "no file in sysfs can be written by all, or be executed"
    );
    let mut attribute: bindings::attribute = pin_init::zeroed();
    attribute.name = as_char_ptr_in_const_context(name);
    attribute.mode = mode;
    attribute
}

/// A group without a name, whose files are in the object's own folder.
const fn group(attributes: &'static [*const bindings::attribute]) -> bindings::attribute_group {
    let mut group: bindings::attribute_group = pin_init::zeroed();
    group.__bindgen_anon_2.attrs_const = attributes.as_ptr();
    group
}

/// An attribute of a bus as C has it.
struct BusEntry<B, A>(PhantomData<(B, A)>);

impl<B: Bus, A: BusAttribute<B>> BusEntry<B, A> {
    const C: bindings::bus_attribute = bindings::bus_attribute {
        attr: attribute(A::NAME, A::MODE, A::HAS_SHOW, A::HAS_STORE),
        show: if A::HAS_SHOW { Some(Self::show) } else { None },
        store: if A::HAS_STORE {
            Some(Self::store)
        } else {
            None
        },
    };

    const fn attribute() -> *const bindings::attribute {
        let attribute: &'static _ = &const { Self::C };
        &raw const attribute.attr
    }

    /// # Safety
    ///
    /// Only to be called by sysfs, for the bus `B`.
    unsafe extern "C" fn show(bus: *const bindings::bus_type, to: *mut c_char) -> isize {
        // SAFETY: sysfs calls this while the bus is registered.
        let bus = Control(unsafe { Handle::<B>::of_c(bus) });
        // SAFETY: sysfs passes a page.
        unsafe { show(to, |out| A::show(&bus, out)) }
    }

    /// # Safety
    ///
    /// Only to be called by sysfs, for the bus `B`.
    unsafe extern "C" fn store(
        bus: *const bindings::bus_type,
        from: *const c_char,
        count: usize,
    ) -> isize {
        // SAFETY: sysfs calls this while the bus is registered.
        let bus = Control(unsafe { Handle::<B>::of_c(bus) });
        // SAFETY: sysfs passes that many bytes.
        unsafe { store(from, count, |text| A::store(&bus, text)) }
    }
}

/// An attribute of a device as C has it.
struct DeviceEntry<B, A>(PhantomData<(B, A)>);

impl<B: Bus, A: DeviceAttribute<B>> DeviceEntry<B, A> {
    const C: bindings::device_attribute = bindings::device_attribute {
        attr: attribute(A::NAME, A::MODE, A::HAS_SHOW, A::HAS_STORE),
        __bindgen_anon_1: bindings::device_attribute__bindgen_ty_1 {
            show: if A::HAS_SHOW { Some(Self::show) } else { None },
        },
        __bindgen_anon_2: bindings::device_attribute__bindgen_ty_2 {
            store: if A::HAS_STORE {
                Some(Self::store)
            } else {
                None
            },
        },
    };

    const fn attribute() -> *const bindings::attribute {
        let attribute: &'static _ = &const { Self::C };
        &raw const attribute.attr
    }

    /// # Safety
    ///
    /// Only to be called by sysfs, for a device of the bus `B`.
    unsafe extern "C" fn show(
        dev: *mut bindings::device,
        _: *mut bindings::device_attribute,
        to: *mut c_char,
    ) -> isize {
        // SAFETY: sysfs calls this while the device is registered.
        let dev = unsafe { Device::<B>::from_raw(dev) };
        // SAFETY: sysfs passes a page.
        unsafe { show(to, |out| A::show(dev, out)) }
    }

    /// # Safety
    ///
    /// Only to be called by sysfs, for a device of the bus `B`.
    unsafe extern "C" fn store(
        dev: *mut bindings::device,
        _: *mut bindings::device_attribute,
        from: *const c_char,
        count: usize,
    ) -> isize {
        // SAFETY: sysfs calls this while the device is registered.
        let dev = unsafe { Device::<B>::from_raw(dev) };
        // SAFETY: sysfs passes that many bytes.
        unsafe { store(from, count, |text| A::store(dev, text)) }
    }
}

/// Has `f` write into a page of sysfs; returns how much it wrote, or an error.
///
/// # Safety
///
/// `to` is a page of initialized memory that nobody else uses.
pub(crate) unsafe fn show(
    to: *mut c_char,
    f: impl FnOnce(&mut Formatter<'_>) -> Result,
) -> isize {
    // SAFETY: The caller passes a page that only this function uses. The last byte is left alone,
    // for sysfs wants less than a page.
    let page = unsafe { slice::from_raw_parts_mut(to.cast::<u8>(), PAGE_SIZE - 1) };
    let mut out = Formatter::new(page);
    match f(&mut out) {
        // CAST: It is less than a page.
        Ok(()) => out.bytes_written() as isize,
        Err(error) => error.to_errno() as isize,
    }
}

/// Gives `f` what a user wrote; returns how much that was, or an error.
///
/// # Safety
///
/// `from` has `count` bytes.
pub(crate) unsafe fn store(
    from: *const c_char,
    count: usize,
    f: impl FnOnce(&[u8]) -> Result,
) -> isize {
    // SAFETY: The caller passes that many bytes, which do not change meanwhile.
    let text = unsafe { slice::from_raw_parts(from.cast::<u8>(), count) };
    match f(text) {
        // CAST: It is at most a page.
        Ok(()) => count as isize,
        Err(error) => error.to_errno() as isize,
    }
}

macro_rules! impl_tuple {
    ($list:ident, $attribute:ident, $entry:ident: $($name:ident)+) => {
        impl<B: Bus, $($name: $attribute<B>),+> $list<B> for ($($name,)+) {
            const GROUPS: Groups = Groups::new(&const {
                let group = &const {
                    group(&const { [$($entry::<B, $name>::attribute(),)+ ptr::null()] })
                };
                [ptr::from_ref(group), ptr::null()]
            });
        }
    };
}

macro_rules! impl_tuples {
    ($($name:ident)+) => {
        impl_tuple!(BusAttributes, BusAttribute, BusEntry: $($name)+);
        impl_tuple!(DeviceAttributes, DeviceAttribute, DeviceEntry: $($name)+);
    };
}

impl_tuples!(A0);
impl_tuples!(A0 A1);
impl_tuples!(A0 A1 A2);
impl_tuples!(A0 A1 A2 A3);
impl_tuples!(A0 A1 A2 A3 A4);
impl_tuples!(A0 A1 A2 A3 A4 A5);
impl_tuples!(A0 A1 A2 A3 A4 A5 A6);
impl_tuples!(A0 A1 A2 A3 A4 A5 A6 A7);

/// None.
impl<B: Bus> BusAttributes<B> for () {
    const GROUPS: Groups = Groups(ptr::null());
}

/// None.
impl<B: Bus> DeviceAttributes<B> for () {
    const GROUPS: Groups = Groups(ptr::null());
}
