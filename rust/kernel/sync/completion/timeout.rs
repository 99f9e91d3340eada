// SPDX-License-Identifier: GPL-2.0

//! Completions of what may never come: waits that end, and completions that are used again.

use super::Completion;

use crate::{
    bindings,
    prelude::*,
    time::Jiffies, //
};

impl Completion {
    /// Ends the wait of one task (`complete()`): of that which has waited longest, or, if none does,
    /// the next one.
    ///
    /// Each call ends one wait, so it can be called before the wait begins. Can be called in any
    /// context, interrupts included.
    #[inline]
    pub fn complete(&self) {
        // SAFETY: `self.as_raw()` is a pointer to a valid `struct completion`.
        unsafe { bindings::complete(self.as_raw()) };
    }

    /// Waits, at most for `timeout` (`wait_for_completion_timeout()`). Returns how much of that was
    /// left; not less than one jiffy.
    ///
    /// Fails with `ETIMEDOUT`. Signals do not end the wait. May sleep.
    ///
    /// A completion that comes later is not lost: it ends the next wait.
    ///
    /// # Examples
    ///
    /// A device that answers, or does not:
    ///
    /// ```
    /// use kernel::{
    ///     prelude::*,
    ///     sync::Completion,
    ///     time::msecs_to_jiffies,
    ///     workqueue::{
    ///         work_class,
    ///         OwnedWork,
    ///         Schedulable,
    ///         Task, //
    ///     }, //
    /// };
    ///
    /// #[pin_data]
    /// struct Answer {
    ///     #[pin]
    ///     came: Completion,
    /// }
    ///
    /// impl Task for Answer {
    ///     fn run(work: &Schedulable<Self>) {
    ///         work.came.complete();
    ///     }
    /// }
    ///
    /// let answer = pin_init!(Answer { came <- Completion::new() });
    /// let device = KBox::pin_init(
    ///     OwnedWork::new(answer, work_class!("doctest_answer")),
    ///     GFP_KERNEL,
    /// )?;
    /// assert_eq!(device.came.wait_timeout(msecs_to_jiffies(10)), Err(ETIMEDOUT));
    ///
    /// device.schedule();
    /// assert!(device.came.wait_timeout(msecs_to_jiffies(60_000))? > 0);
    /// // That was one answer.
    /// assert_eq!(device.came.wait_timeout(0), Err(ETIMEDOUT));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn wait_timeout(&self, timeout: Jiffies) -> Result<Jiffies> {
        // SAFETY: `self.as_raw()` is a pointer to a valid `struct completion`.
        match unsafe { bindings::wait_for_completion_timeout(self.as_raw(), timeout) } {
            0 => Err(ETIMEDOUT),
            left => Ok(left),
        }
    }

    /// Whether a wait would end at once (`completion_done()`).
    ///
    /// Somebody else may begin to wait meanwhile, so this is an answer only where there is at most
    /// one who waits, or after [`complete_all`](Self::complete_all).
    #[inline]
    pub fn is_done(&self) -> bool {
        // SAFETY: `self.as_raw()` is a pointer to a valid `struct completion`.
        unsafe { bindings::completion_done(self.as_raw()) }
    }

    /// Forgets what was completed, so that the next wait is for what comes from now on
    /// (`reinit_completion()`).
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     prelude::*,
    ///     sync::Completion, //
    /// };
    /// use pin_init::stack_pin_init;
    ///
    /// stack_pin_init!(let reset = Completion::new());
    /// reset.complete_all();
    /// assert!(reset.is_done());
    /// reset.as_mut().reinit();
    /// assert!(!reset.is_done());
    /// ```
    pub fn reinit(self: Pin<&mut Self>) {
        // SAFETY: It is valid, and nobody else uses it: the reference is exclusive. The list of
        // those who wait, which is what must not move, is not touched.
        unsafe { (*self.as_raw()).done = 0 };
    }
}
