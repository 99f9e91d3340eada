// SPDX-License-Identifier: GPL-2.0

//! Division of 64-bit numbers, for which 32-bit machines have no instruction.
//!
//! What the compiler calls there instead is not in the kernel, or panics.
//!
//! C header: [`include/linux/math64.h`](srctree/include/linux/math64.h)

/// The remainder of a division, or [`None`] if `divisor` is 0.
///
/// # Examples
///
/// ```
/// use kernel::num::division::checked_rem;
///
/// assert_eq!(checked_rem(u64::MAX, 1 << 40), Some((1 << 40) - 1));
/// assert_eq!(checked_rem(7, 3), Some(1));
/// assert_eq!(checked_rem(7, 0), None);
/// ```
pub fn checked_rem(dividend: u64, divisor: u64) -> Option<u64> {
    #[cfg(CONFIG_64BIT)]
    {
        dividend.checked_rem(divisor)
    }

    #[cfg(not(CONFIG_64BIT))]
    {
        if divisor == 0 {
            return None;
        }
        let mut remainder = 0;
        // SAFETY: `divisor` is not 0, and `remainder` is a place for a number.
        unsafe { bindings::div64_u64_rem(dividend, divisor, &mut remainder) };
        Some(remainder)
    }
}
