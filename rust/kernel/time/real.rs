// SPDX-License-Identifier: GPL-2.0

//! The time of the day.

use super::{
    Delta,
    Instant,
    RealTime, //
};

impl Instant<RealTime> {
    /// The time since the beginning of the year 1970, which jumps when somebody sets the clock.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::time::{
    ///     Delta,
    ///     Instant,
    ///     RealTime, //
    /// };
    ///
    /// let now = Instant::<RealTime>::now().since_epoch();
    /// assert!(now > Delta::ZERO);
    /// ```
    pub fn since_epoch(&self) -> Delta {
        Delta::from_nanos(self.as_nanos())
    }
}
