// SPDX-License-Identifier: GPL-2.0

//! Big-endian values in registers and in memory that is shared with a device.
//!
//! [`Io`](super::Io) takes registers for little-endian, as PCI has them, and shared memory for
//! whatever the CPU is. Where a device's are big-endian they have the type [`Be`]: it is read and
//! written in one access like other integers, and `Be::get()` is its value.

use super::{
    IoBackend,
    IoCapable,
    IoLoc,
    Mmio,
    MmioBackend,
    Region,
    RelaxedMmio,
    RelaxedMmioBackend,
    SysMem,
    SysMemBackend, //
};

use crate::{
    fmt,
    prelude::*,
    transmute, //
};

use zerocopy_derive::Immutable;

mod private {
    pub trait Integer: Copy {
        /// Between what the CPU has and little-endian.
        fn swap_on_big_endian(self) -> Self;
    }
}

use private::Integer;

/// An unsigned integer whose bytes are stored with the most significant one first, as in C
/// `__be16`, `__be32` and `__be64`.
///
/// # Examples
///
/// ```
/// use kernel::{
///     io::be::Be,
///     prelude::*, //
/// };
///
/// let length = Be::<u32>::new(0x0102_0304);
/// assert_eq!(length.get(), 0x0102_0304);
/// assert_eq!(length.as_bytes(), [1, 2, 3, 4]);
/// ```
///
/// The registers of a device are a structure. Each field is read and written with one access, of
/// which it is known at compile time that it is in bounds:
///
/// ```
/// use kernel::{
///     io::{
///         be::Be,
///         io_read,
///         io_write,
///         Io, //
///     },
///     pci,
///     prelude::*, //
/// };
///
/// #[derive(FromBytes, IntoBytes)]
/// #[repr(C)]
/// struct Segment {
///     firmware: Be<u32>,
///     queue: [Be<u32>; 2],
///     doorbell: Be<u32>,
/// }
///
/// fn set_up(bar: &pci::Bar<'_>, queue: u64) -> Result<u32> {
///     let segment = bar.try_cast::<Segment>()?;
///     io_write!(segment, .queue[build: 0], Be::<u32>::new((queue >> 32) as u32));
///     io_write!(segment, .queue[build: 1], Be::<u32>::new(queue as u32));
///     io_write!(segment, .doorbell, Be::<u32>::new(1));
///     Ok(io_read!(segment, .firmware).get())
/// }
/// ```
///
/// Or an offset says where a register is:
///
/// ```
/// use kernel::{
///     io::{
///         be::Be,
///         Io, //
///     },
///     pci,
///     prelude::*, //
/// };
///
/// fn acknowledge(bar: &pci::Bar<'_>, events: usize) -> Result<u32> {
///     let pending: Be<u32> = bar.try_read(events)?;
///     bar.try_write(events, pending)?;
///     Ok(pending.get())
/// }
/// ```
///
/// # Invariants
///
/// The bytes of `T` are those of the value, the most significant one first.
#[derive(Clone, Copy, Default, Eq, FromBytes, Hash, Immutable, IntoBytes, PartialEq, Zeroable)]
#[repr(transparent)]
pub struct Be<T>(T);

macro_rules! impl_be {
    ($($native:ty),*) => {
        $(
            impl Integer for $native {
                #[inline(always)]
                fn swap_on_big_endian(self) -> Self {
                    self.to_le()
                }
            }

            impl Be<$native> {
                /// The value in the device's order.
                #[inline]
                pub const fn new(value: $native) -> Self {
                    // INVARIANT: This is what it converts to.
                    Be(value.to_be())
                }

                /// The value in the CPU's order.
                #[inline]
                pub const fn get(self) -> $native {
                    <$native>::from_be(self.0)
                }
            }

            impl From<$native> for Be<$native> {
                #[inline]
                fn from(value: $native) -> Self {
                    Self::new(value)
                }
            }

            impl From<Be<$native>> for $native {
                #[inline]
                fn from(value: Be<$native>) -> Self {
                    value.get()
                }
            }

            impl fmt::Debug for Be<$native> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Debug::fmt(&self.get(), f)
                }
            }

            // SAFETY: It is an integer: every pattern is valid, and nothing in it is mutable.
            unsafe impl transmute::FromBytes for Be<$native> {}

            // SAFETY: It is an integer, which has no padding, and nothing in it is mutable.
            unsafe impl transmute::AsBytes for Be<$native> {}

            impl<const SIZE: usize> IoLoc<Region<SIZE>, Be<$native>> for usize {
                type IoType = Be<$native>;

                #[inline(always)]
                fn offset(self) -> usize {
                    self
                }
            }
        )*
    };
}

impl_be!(u16, u32, u64);

/// The integer that a [`Be`] is stored as.
#[inline(always)]
fn stored<B: IoBackend, T>(view: B::View<'_, Be<T>>) -> B::View<'_, T> {
    let value = B::as_ptr(view);
    // SAFETY: A `Be<T>` is a `T` in memory: this is the same place, with the same size and
    // alignment.
    unsafe { B::project_view(view, value.cast::<T>()) }
}

/// Implements access to registers, which backends take for little-endian.
macro_rules! impl_registers {
    ($backend:ident, $view:ident) => {
        impl<T: Integer> IoCapable<Be<T>> for $backend
        where
            Self: IoCapable<T>,
        {
            #[inline]
            fn io_read(view: $view<'_, Be<T>>) -> Be<T> {
                let register = <Self as IoCapable<T>>::io_read(stored::<Self, T>(view));
                // INVARIANT: The device's order is big-endian, and the backend's conversion from
                // little-endian is undone.
                Be(register.swap_on_big_endian())
            }

            #[inline]
            fn io_write(view: $view<'_, Be<T>>, value: Be<T>) {
                let register = value.0.swap_on_big_endian();
                <Self as IoCapable<T>>::io_write(stored::<Self, T>(view), register);
            }
        }
    };
}

impl_registers!(MmioBackend, Mmio);
impl_registers!(RelaxedMmioBackend, RelaxedMmio);

impl<T: Integer> IoCapable<Be<T>> for SysMemBackend
where
    Self: IoCapable<T>,
{
    #[inline]
    fn io_read(view: SysMem<'_, Be<T>>) -> Be<T> {
        // INVARIANT: The device's order is big-endian, and the backend converts nothing.
        Be(<Self as IoCapable<T>>::io_read(stored::<Self, T>(view)))
    }

    #[inline]
    fn io_write(view: SysMem<'_, Be<T>>, value: Be<T>) {
        <Self as IoCapable<T>>::io_write(stored::<Self, T>(view), value.0);
    }
}
