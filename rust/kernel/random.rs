// SPDX-License-Identifier: GPL-2.0

//! Random numbers.
//!
//! C header: [`include/linux/random.h`](srctree/include/linux/random.h)

use crate::bindings;

/// Fills a buffer with random bytes, as good as the kernel has them (`get_random_bytes()`). Can be
/// called in any context.
///
/// # Examples
///
/// ```
/// use kernel::random;
///
/// let (mut one, mut other) = ([0; 16], [0; 16]);
/// random::fill(&mut one);
/// random::fill(&mut other);
/// assert_ne!(one, other);
/// ```
pub fn fill(buffer: &mut [u8]) {
    // SAFETY: The buffer is valid for writes of its length, and bytes can have any value.
    unsafe { bindings::get_random_bytes(buffer.as_mut_ptr().cast(), buffer.len()) };
}
