// SPDX-License-Identifier: GPL-2.0

//! Work items that their owner owns, and that end with it.
//!
//! An [`OwnedWork`] holds a value, its [`Task`], and runs it in a kernel thread whenever it was
//! scheduled. Dropping the work cancels it, waits for it if it runs, and then drops the task. So no
//! reference count keeps a task alive that nobody wants any more, and its destructor does not run
//! in a kernel thread at some later time.
//!
//! # Who owns what
//!
//! - *The task* is owned by the work, in place, and is only ever shared: it is `Sync`, and what
//!   changes in it has a lock of its own or is atomic.
//! - *The work* is pinned, in a box, as a field of another pinned value or on the stack. Everybody
//!   who has a reference can schedule it, in any context, interrupts included, and the task can
//!   itself while it runs. It never runs twice at once.
//! - *The queue* is fixed when the work is made, for the kernel could not wait for a work that was
//!   moved to another queue while it runs. The task names it, [`Task::queue`], and can own it.
//! - *The end* is the work's destructor, which sleeps. Whatever the task takes must not be held
//!   then, or the two wait for each other; lockdep reports that when a task runs that long.
//!
//! # What a task borrows
//!
//! Safe code can forget a value without running its destructor, and a forgotten work goes on. That
//! is sound if the task borrows nothing: what it uses is forgotten with it, and stays. So
//! [`OwnedWork::new`] wants a `'static` task. Works that do borrow are lent to a closure by
//! [`with_work`] and [`scope`], which have nothing that could be forgotten.
//!
//! [`scope`]: super::scope()
//! [`with_work`]: super::with_work
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h)

use super::{
    class::{
        is_on_stack,
        WorkClass,
        ANY_CPU, //
    },
    queue::system_dfl,
    Queue, //
};

use crate::{
    bindings,
    prelude::*,
    time::Jiffies,
    types::Opaque, //
};

use core::{
    ops::Deref,
    ptr::NonNull, //
};

/// What an [`OwnedWork`] runs.
///
/// A closure that borrows its surroundings or owns them is one, too; it runs on [`system_dfl`].
pub trait Task: Sync + Sized {
    /// Does the work, once for each time that it was scheduled.
    ///
    /// Runs in a kernel thread without locks, unless [`queue`](Self::queue) is one for bottom
    /// halves. Can schedule `work` again.
    fn run(work: &Schedulable<Self>);

    /// The queue that the work is for; asked once, when the work is made.
    fn queue(&self) -> &Queue {
        system_dfl()
    }
}

impl<F: Fn() + Sync> Task for F {
    fn run(work: &Schedulable<Self>) {
        (work.task)()
    }
}

/// A work as its own task sees it: it can be scheduled, but not waited for.
///
/// Dereferences to the task. Others have it by dereferencing an [`OwnedWork`].
///
/// # Invariants
///
/// - `raw` is an initialized work, whose function is `run`.
/// - `queue` is valid until `task` is dropped.
/// - The work is scheduled on `queue` only, and neither pending nor running when `task` is dropped.
#[pin_data]
pub struct Schedulable<T: Task> {
    #[pin]
    task: T,
    queue: NonNull<Queue>,
    #[pin]
    raw: Opaque<bindings::delayed_work>,
}

// SAFETY: Who has it has the task, which `T` allows to be sent. The rest can be used anywhere.
unsafe impl<T: Task + Send> Send for Schedulable<T> {}

// SAFETY: Tasks are `Sync`. Works and queues can be used by many at once.
unsafe impl<T: Task> Sync for Schedulable<T> {}

impl<T: Task> Schedulable<T> {
    /// # Safety
    ///
    /// The work is disabled and waited for before anything that the task borrows ends.
    unsafe fn new<E>(task: impl PinInit<T, E>, class: WorkClass) -> impl PinInit<Self, E> {
        // INVARIANT: The queue lives as long as the task is shared, which is until it is dropped:
        // nothing hands out a mutable reference. `OwnedWork` disables the work before that.
        try_pin_init!(&this in Self {
            task <- task,
            queue: {
                // SAFETY: It was initialized above, and stays where it is.
                let task: &T = unsafe { &(*this.as_ptr()).task };
                NonNull::from(task.queue())
            },
            raw <- Opaque::try_ffi_init(|raw| {
                // SAFETY: Nobody uses that memory yet. `run` is for works in a `Schedulable`, and
                // it can be called as long as the task is there.
                unsafe { class.init(raw, Self::run) };
                Ok::<(), E>(())
            }),
        }? E)
    }

    /// # Safety
    ///
    /// Only to be called by a workqueue, for a work that `new` initialized.
    unsafe extern "C" fn run(work: *mut bindings::work_struct) {
        // SAFETY: `new` initialized nothing else with this function than the work in a delayed
        // work.
        let raw = unsafe { crate::container_of!(work, bindings::delayed_work, work) };
        // SAFETY: And that one is a field of a `Schedulable`, which is not dropped while the work
        // runs, by the type invariants.
        T::run(unsafe { &*crate::container_of!(Opaque::cast_from(raw), Self, raw) });
    }

    /// The C work.
    fn as_raw(&self) -> *mut bindings::delayed_work {
        self.raw.get()
    }

    /// The C queue.
    fn raw_queue(&self) -> *mut bindings::workqueue_struct {
        // CAST: `Queue` is transparent.
        self.queue.as_ptr().cast()
    }

    /// Has the task run soon (`queue_work()`). Can be called in any context.
    ///
    /// Returns whether it will run because of this call: false if it was scheduled before and has
    /// not begun yet, and while the work is [disabled](OwnedWork::disable).
    pub fn schedule(&self) -> bool {
        self.schedule_after(0)
    }

    /// Has the task run after `delay` (`queue_delayed_work()`). Can be called in any context.
    ///
    /// Returns whether it will run because of this call, as [`schedule`](Self::schedule) does. What
    /// was scheduled before keeps its time.
    pub fn schedule_after(&self, delay: Jiffies) -> bool {
        // SAFETY: Work and queue are valid as long as the work is pending or runs, by the type
        // invariants, and it was never scheduled on another queue.
        unsafe { bindings::queue_delayed_work_on(ANY_CPU, self.raw_queue(), self.as_raw(), delay) }
    }

    /// Has the task run after `delay`, whenever it was scheduled for before (`mod_delayed_work()`).
    /// Can be called in any context.
    ///
    /// Returns whether it was scheduled before and had not begun yet.
    pub fn reschedule_after(&self, delay: Jiffies) -> bool {
        // SAFETY: Work and queue are valid as long as the work is pending or runs, by the type
        // invariants, and it was never scheduled on another queue.
        unsafe { bindings::mod_delayed_work_on(ANY_CPU, self.raw_queue(), self.as_raw(), delay) }
    }
}

impl<T: Task> Deref for Schedulable<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.task
    }
}

/// A work item that its owner owns: dropping it cancels it, and waits for it.
///
/// Dereferences to what it can be scheduled with, and that to the task. See the [module](self) for
/// who owns what.
///
/// Do not drop it, nor wait for it, in its own task, nor with a lock held that the task takes.
///
/// # Examples
///
/// A service that counts how often it was wanted:
///
/// ```
/// use kernel::{
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         Completion, //
///     },
///     workqueue::{
///         work_class,
///         OwnedWork,
///         Schedulable,
///         Task, //
///     },
/// };
///
/// #[pin_data]
/// struct Service {
///     runs: Atomic<u32>,
///     #[pin]
///     ran: Completion,
/// }
///
/// impl Service {
///     fn new() -> impl PinInit<Self> {
///         pin_init!(Self {
///             runs: Atomic::new(0),
///             ran <- Completion::new(),
///         })
///     }
/// }
///
/// impl Task for Service {
///     fn run(work: &Schedulable<Self>) {
///         work.runs.add(1, Relaxed);
///         work.ran.complete_all();
///     }
/// }
///
/// let work = KBox::pin_init(OwnedWork::new(Service::new(), work_class!("service")), GFP_KERNEL)?;
/// assert!(work.schedule());
/// work.ran.wait_for_completion();
/// assert_eq!(work.runs.load(Relaxed), 1);
///
/// // A delay that nobody waits for, and then a shorter one.
/// assert!(work.schedule_after(kernel::time::msecs_to_jiffies(60_000)));
/// assert!(!work.schedule());
/// assert!(work.reschedule_after(1));
/// work.flush();
/// assert_eq!(work.runs.load(Relaxed), 2);
/// # Ok::<(), Error>(())
/// ```
///
/// Whoever drops a work that runs waits until it has run:
///
/// ```
/// use kernel::{
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         Arc,
///         Completion, //
///     },
///     time::{
///         delay::fsleep,
///         Delta, //
///     },
///     workqueue::{
///         work_class,
///         OwnedWork,
///         Schedulable,
///         Task, //
///     },
/// };
///
/// #[pin_data]
/// struct Slow {
///     #[pin]
///     begun: Completion,
///     ended: Arc<Atomic<u32>>,
/// }
///
/// impl Task for Slow {
///     fn run(work: &Schedulable<Self>) {
///         work.begun.complete_all();
///         fsleep(Delta::from_millis(100));
///         work.ended.store(1, Relaxed);
///         // Refused: it is being dropped.
///         work.schedule();
///     }
/// }
///
/// let ended = Arc::new(Atomic::new(0), GFP_KERNEL)?;
/// let seen = ended.clone();
/// let slow = pin_init!(Slow {
///     begun <- Completion::new(),
///     ended: seen,
/// });
/// let work = KBox::pin_init(OwnedWork::new(slow, work_class!()), GFP_KERNEL)?;
/// work.schedule();
/// work.begun.wait_for_completion();
/// drop(work);
/// assert_eq!(ended.load(Relaxed), 1);
/// # Ok::<(), Error>(())
/// ```
///
/// A work that is dropped before its time never runs:
///
/// ```
/// use kernel::{
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         Arc, //
///     },
///     time::{
///         delay::fsleep,
///         msecs_to_jiffies,
///         Delta, //
///     },
///     workqueue::{
///         work_class,
///         OwnedWork, //
///     },
/// };
///
/// let runs = Arc::new(Atomic::new(0), GFP_KERNEL)?;
/// let alarm = |counter: Arc<Atomic<u32>>| {
///     OwnedWork::new(
///         move || counter.add(1, Relaxed),
///         work_class!("alarm"),
///     )
/// };
/// let kept = KBox::pin_init(alarm(runs.clone()), GFP_KERNEL)?;
/// let dropped = KBox::pin_init(alarm(runs.clone()), GFP_KERNEL)?;
/// assert!(kept.schedule_after(msecs_to_jiffies(50)));
/// assert!(dropped.schedule_after(msecs_to_jiffies(50)));
/// drop(dropped);
/// fsleep(Delta::from_millis(200));
/// kept.flush();
/// assert_eq!(runs.load(Relaxed), 1);
/// # Ok::<(), Error>(())
/// ```
#[pin_data(PinnedDrop)]
pub struct OwnedWork<T: Task> {
    #[pin]
    inner: Schedulable<T>,
}

impl<T: Task> OwnedWork<T> {
    /// Makes a work for `task`.
    ///
    /// Fails with what `task` fails with.
    pub fn new<E>(task: impl PinInit<T, E>, class: WorkClass) -> impl PinInit<Self, E>
    where
        T: 'static,
    {
        // SAFETY: The task borrows nothing that could end.
        unsafe { Self::new_borrowing(task, class) }
    }

    /// Makes a work for a `task` that borrows: for subsystems that own their drivers' works.
    ///
    /// Fails with what `task` fails with.
    ///
    /// # Safety
    ///
    /// The work is dropped before a lifetime in `T` ends. So nobody may be able to forget it, as
    /// every owner in safe code is.
    pub unsafe fn new_borrowing<E>(
        task: impl PinInit<T, E>,
        class: WorkClass,
    ) -> impl PinInit<Self, E> {
        try_pin_init!(Self {
            // SAFETY: `drop` disables the work and waits for it, and is called in time by the
            // requirements of this function.
            inner <- unsafe { Schedulable::new(task, class) },
        }? E)
    }

    /// Waits until the task has run, if it was scheduled; a delay is cut short
    /// (`flush_delayed_work()`). Sleeps.
    ///
    /// Returns whether there was something to wait for.
    pub fn flush(&self) -> bool {
        // SAFETY: It is an initialized work, by the invariants of `Schedulable`.
        unsafe { bindings::flush_delayed_work(self.as_raw()) }
    }

    /// Takes back what was scheduled, and waits for the task if it runs
    /// (`cancel_delayed_work_sync()`). Sleeps.
    ///
    /// Returns whether it was scheduled and had not begun yet.
    pub fn cancel(&self) -> bool {
        // SAFETY: It is an initialized work, by the invariants of `Schedulable`.
        unsafe { bindings::cancel_delayed_work_sync(self.as_raw()) }
    }

    /// Cancels the work, and refuses to schedule it while what this returns exists
    /// (`disable_delayed_work_sync()`). Sleeps.
    ///
    /// # Examples
    ///
    /// ```
    /// use kernel::{
    ///     sync::{
    ///         atomic::{
    ///             Atomic,
    ///             Relaxed, //
    ///         },
    ///         Arc, //
    ///     },
    ///     workqueue::{
    ///         work_class,
    ///         OwnedWork, //
    ///     },
    /// };
    ///
    /// let runs = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    /// let counter: Arc<Atomic<u32>> = runs.clone();
    /// let work = KBox::pin_init(
    ///     OwnedWork::new(move || counter.add(1, Relaxed), work_class!()),
    ///     GFP_KERNEL,
    /// )?;
    /// let disabled = work.disable();
    /// assert!(!work.schedule());
    /// assert!(!work.flush());
    /// drop(disabled);
    /// assert!(work.schedule());
    /// work.flush();
    /// assert_eq!(runs.load(Relaxed), 1);
    /// # Ok::<(), Error>(())
    /// ```
    pub fn disable(&self) -> Disabled<'_, T> {
        // SAFETY: It is an initialized work, by the invariants of `Schedulable`.
        unsafe { bindings::disable_delayed_work_sync(self.as_raw()) };
        // INVARIANT: It was disabled just now.
        Disabled { work: self }
    }
}

impl<T: Task> Deref for OwnedWork<T> {
    type Target = Schedulable<T>;

    fn deref(&self) -> &Schedulable<T> {
        &self.inner
    }
}

#[pinned_drop]
impl<T: Task> PinnedDrop for OwnedWork<T> {
    fn drop(self: Pin<&mut Self>) {
        let raw = self.as_raw();
        // After this neither a timer nor a queue has it, and its own task cannot schedule it.
        // SAFETY: It is an initialized work, by the invariants of `Schedulable`.
        unsafe { bindings::disable_delayed_work_sync(raw) };
        if is_on_stack(raw) {
            // SAFETY: It is on the stack, and nobody uses it any more.
            unsafe { bindings::destroy_delayed_work_on_stack(raw) };
        }
    }
}

/// Keeps an [`OwnedWork`] from being scheduled; dropping it allows that again
/// (`enable_delayed_work()`). If it is forgotten, the work remains disabled.
///
/// # Invariants
///
/// The work was disabled once for this.
#[must_use = "the work is enabled again when this is dropped"]
pub struct Disabled<'a, T: Task> {
    work: &'a OwnedWork<T>,
}

impl<T: Task> Drop for Disabled<'_, T> {
    fn drop(&mut self) {
        // SAFETY: It is an initialized work, which was disabled once for this.
        unsafe { bindings::enable_delayed_work(self.work.as_raw()) };
    }
}
