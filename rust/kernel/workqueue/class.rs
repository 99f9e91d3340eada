// SPDX-License-Identifier: GPL-2.0

//! What the C works of a place have in common.

use crate::{
    bindings,
    prelude::*,
    sync::LockClassKey, //
};

/// Any CPU, preferably this one.
pub(super) const ANY_CPU: c_int = bindings::wq_misc_consts_WORK_CPU_UNBOUND as c_int;

/// What lockdep calls a work, and how it tells it from others; made by [`work_class!`].
#[derive(Clone, Copy)]
pub struct WorkClass {
    name: &'static CStr,
    work: Pin<&'static LockClassKey>,
    timer: Pin<&'static LockClassKey>,
}

impl WorkClass {
    /// For [`work_class!`], which makes the keys.
    #[doc(hidden)]
    pub const fn new(
        name: &'static CStr,
        work: Pin<&'static LockClassKey>,
        timer: Pin<&'static LockClassKey>,
    ) -> Self {
        WorkClass { name, work, timer }
    }

    /// Initializes a C work of this class (`INIT_DELAYED_WORK()`, `INIT_DELAYED_WORK_ONSTACK()`).
    ///
    /// # Safety
    ///
    /// `raw` is valid for writes, and not in use. `function` may be called with the work in it.
    pub(super) unsafe fn init(
        self,
        raw: *mut bindings::delayed_work,
        function: unsafe extern "C" fn(*mut bindings::work_struct),
    ) {
        let on_stack = is_on_stack(raw);
        let init_timer = if on_stack {
            bindings::timer_init_key_on_stack
        } else {
            bindings::timer_init_key
        };
        let name = self.name.as_char_ptr();
        // SAFETY: `raw` is valid for writes by the requirements of this function, name and keys are
        // static, and the timer is one of a delayed work, for which its function is.
        unsafe {
            bindings::init_work_with_key(
                &raw mut (*raw).work,
                Some(function),
                on_stack,
                name,
                self.work.as_ptr(),
            );
            init_timer(
                &raw mut (*raw).timer,
                Some(bindings::delayed_work_timer_fn),
                bindings::TIMER_IRQSAFE,
                name,
                self.timer.as_ptr(),
            );
        }
    }
}

/// Makes a [`WorkClass`], one of its own for each place where this stands.
///
/// Lockdep reports a work that waits for another one of its class. Without a name it is called
/// after that place.
///
/// [`WorkClass`]: crate::workqueue::WorkClass
#[macro_export]
macro_rules! work_class {
    ($($name:literal)?) => {
        $crate::workqueue::WorkClass::new(
            $crate::optional_name!($($name)?),
            $crate::static_lock_class!(),
            $crate::static_lock_class!(),
        )
    };
}
pub use work_class;

/// Whether this lies on the task's stack, as debugobjects wants to know of each work.
pub(super) fn is_on_stack(raw: *const bindings::delayed_work) -> bool {
    // SAFETY: The address is compared, and nothing is read.
    unsafe { bindings::object_is_on_stack(raw.cast()) != 0 }
}
