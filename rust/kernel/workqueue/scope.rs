// SPDX-License-Identifier: GPL-2.0

//! Works that borrow, for as long as a function runs.
//!
//! What [`scope`] and [`with_work`] lend to their closure cannot be forgotten, and when they return
//! no work of theirs is left. So such a work may borrow whatever exists before they are called:
//! the caller's stack, references that it was given, a lock that it holds.

use super::{
    class::WorkClass,
    owned::{
        OwnedWork,
        Schedulable,
        Task, //
    },
    Queue, //
};

use crate::{
    alloc::Flags,
    prelude::*,
    sync::atomic::{
        Acquire,
        Atomic,
        Relaxed,
        Release, //
    }, //
};

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ptr::null_mut, //
};

use pin_init::stack_pin_init;

/// Calls `f` with a work for `task`, and then cancels the work and waits for it if it runs.
///
/// The task can borrow what exists before the call. Sleeps.
///
/// # Examples
///
/// A command that takes long is cut short by a watchdog, which is gone when the command has ended:
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
///     time::{
///         msecs_to_jiffies,
///         Msecs, //
///     },
///     workqueue::{
///         with_work,
///         work_class, //
///     },
/// };
/// use pin_init::stack_pin_init;
///
/// /// A command that ends when `done` says so, with what `barked` is then.
/// fn command(limit: Msecs, done: &Completion, barked: &Atomic<u32>) -> u32 {
///     let watchdog = || {
///         barked.store(1, Relaxed);
///         done.complete_all();
///     };
///     with_work(watchdog, work_class!("watchdog"), |work| {
///         work.schedule_after(msecs_to_jiffies(limit));
///         done.wait_for_completion();
///     });
///     barked.load(Relaxed)
/// }
///
/// let barked = Atomic::new(0);
/// stack_pin_init!(let done = Completion::new());
/// // Nobody else ends it.
/// assert_eq!(command(20, &done, &barked), 1);
///
/// // Has ended before the watchdog, which does not bark later either.
/// barked.store(0, Relaxed);
/// assert_eq!(command(60_000, &done, &barked), 0);
/// ```
pub fn with_work<T: Task, R>(task: T, class: WorkClass, f: impl FnOnce(&OwnedWork<T>) -> R) -> R {
    // SAFETY: It is dropped at the end of this function, and what `task` borrows exists longer.
    stack_pin_init!(let work = unsafe { OwnedWork::new_borrowing(task, class) });
    f(&work)
}

/// Calls `f` with a [`Scope`] to spawn works in, and waits until all of them have run.
///
/// The works can borrow what exists before the call, as threads can that `std::thread::scope` runs.
///
/// Sleeps. Must not be called with a lock held that one of the works takes, nor in a work of a
/// queue that runs one at a time, for works of that queue. A work that has a scope of its own needs
/// another class for that.
///
/// # Examples
///
/// ```
/// use kernel::{
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     workqueue::{
///         scope,
///         system_dfl,
///         work_class, //
///     },
/// };
///
/// let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/// let total = Atomic::new(0);
/// scope(work_class!(), |scope| -> Result {
///     for part in numbers.chunks(3) {
///         let total = &total;
///         scope.spawn(system_dfl(), GFP_KERNEL, move || {
///             total.add(part.iter().sum::<i32>(), Relaxed);
///         })?;
///     }
///     Ok(())
/// })?;
/// assert_eq!(total.load(Relaxed), 55);
/// # Ok::<(), Error>(())
/// ```
///
/// Works can wait for each other and spawn others, and the scope waits for all:
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
///     time::{
///         delay::fsleep,
///         Delta, //
///     },
///     workqueue::{
///         scope,
///         system_dfl,
///         work_class, //
///     },
/// };
/// use pin_init::stack_pin_init;
///
/// stack_pin_init!(let ready = Completion::new());
/// let (ready, steps) = (&*ready, &Atomic::new(0u32));
/// scope(work_class!(), |scope| -> Result {
///     scope.spawn(system_dfl(), GFP_KERNEL, || {
///         ready.wait_for_completion();
///         fsleep(Delta::from_millis(50));
///         steps.store(steps.load(Relaxed) * 10 + 2, Relaxed);
///     })?;
///     scope.spawn(system_dfl(), GFP_KERNEL, || {
///         steps.store(steps.load(Relaxed) * 10 + 1, Relaxed);
///         if scope.spawn(system_dfl(), GFP_KERNEL, || ready.complete_all()).is_err() {
///             ready.complete_all();
///         }
///     })
///     .inspect_err(|_| ready.complete_all())?;
///     Ok(())
/// })?;
/// assert_eq!(steps.load(Relaxed), 12);
/// # Ok::<(), Error>(())
/// ```
pub fn scope<'env, R>(
    class: WorkClass,
    f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
) -> R {
    // INVARIANT: There are no works.
    let scope = Scope {
        class,
        works: Atomic::new(null_mut()),
        _scope: PhantomData,
        _env: PhantomData,
    };
    let result = f(&scope);
    scope.wait();
    result
}

/// Where works are spawned that borrow, see [`scope`].
///
/// # Invariants
///
/// `works` is a list of works that were scheduled and not yet waited for, of which this is the
/// only owner.
pub struct Scope<'scope, 'env: 'scope> {
    class: WorkClass,
    /// The last one that was spawned.
    works: Atomic<*mut Link>,
    /// Invariant: in a shorter lifetime works could borrow what ends before they do.
    _scope: PhantomData<&'scope mut &'scope ()>,
    _env: PhantomData<&'env mut &'env ()>,
}

impl<'scope> Scope<'scope, '_> {
    /// Has `queue` run `f` once, soon. Fails without memory for it, and then drops `f`.
    ///
    /// Can be called in any context that `flags` are for, by `f` of the scope and by its works. The
    /// memory is given back at the end of the scope.
    pub fn spawn<F>(&'scope self, queue: &'scope Queue, flags: Flags, f: F) -> Result
    where
        F: FnOnce() + Send + 'scope,
    {
        let once = Once {
            f: UnsafeCell::new(Some(f)),
            queue,
        };
        let work = pin_init!(Spawned {
            link: Link {
                next: null_mut(),
                end: Spawned::<F>::end,
            },
            // SAFETY: The list of works owns it, and `wait` drops all of them before `scope`
            // returns, while `'scope` lasts. What `F` borrows lasts as long.
            work <- unsafe { OwnedWork::new_borrowing(once, self.class) },
        });
        let work = KBox::pin_init(work, flags)?;
        work.work.schedule();
        // SAFETY: It is not moved until `Spawned::end`, which makes it a pinned box again.
        let work = KBox::into_raw(unsafe { Pin::into_inner_unchecked(work) });
        // SAFETY: It is a valid `Spawned`.
        let link = unsafe { &raw mut (*work).link };
        let mut next = self.works.load(Relaxed);
        loop {
            // SAFETY: It is valid, and in no list yet, so that nobody else looks at it.
            unsafe { (*link).next = next };
            // INVARIANT: The work was scheduled above, and belongs to the list now.
            match self.works.cmpxchg(next, link, Release) {
                Ok(_) => return Ok(()),
                Err(now) => next = now,
            }
        }
    }

    /// Waits until all works have run, those included that are spawned meanwhile, and frees them.
    ///
    /// A work is in the list before the one that spawned it has run. So when the list is empty none
    /// runs any more.
    fn wait(&self) {
        loop {
            // INVARIANT: The list is empty. The works that were in it belong to this function.
            let mut link = self.works.xchg(null_mut(), Acquire);
            if link.is_null() {
                break;
            }
            while !link.is_null() {
                // SAFETY: By the type invariants it is the link of a valid work, which nobody else
                // owns, and which is freed by `end`, after this was read.
                let (next, end) = unsafe { ((*link).next, (*link).end) };
                // SAFETY: `end` is for works of the type that this one is.
                unsafe { end(link) };
                link = next;
            }
        }
    }
}

/// What all works of a scope have, whatever they run.
struct Link {
    next: *mut Link,
    /// [`Spawned::end`].
    end: unsafe fn(*mut Link),
}

/// A work of a scope.
#[pin_data]
struct Spawned<'a, F: FnOnce() + Send> {
    link: Link,
    #[pin]
    work: OwnedWork<Once<'a, F>>,
}

impl<F: FnOnce() + Send> Spawned<'_, F> {
    /// Waits until the work has run, and frees it.
    ///
    /// # Safety
    ///
    /// `link` is that of a boxed work of this type, which was scheduled, and the caller owns it.
    unsafe fn end(link: *mut Link) {
        // SAFETY: By the requirements of this function it is a field of a `Self`, which is in a
        // box that nobody else owns.
        let this = unsafe { KBox::from_raw(crate::container_of!(link, Self, link)) };
        KBox::into_pin(this).work.flush();
    }
}

/// The task of a work of a scope.
struct Once<'a, F> {
    f: UnsafeCell<Option<F>>,
    queue: &'a Queue,
}

// SAFETY: `f` is used by `run` only, which the workqueue does not call while it runs already, and
// `F` can be sent to the thread that it runs in.
unsafe impl<F: Send> Sync for Once<'_, F> {}

impl<F: FnOnce() + Send> Task for Once<'_, F> {
    fn run(work: &Schedulable<Self>) {
        // SAFETY: Nobody else uses it: the workqueue does not run the work twice at once.
        if let Some(f) = unsafe { (*work.f.get()).take() } {
            f();
        }
    }

    fn queue(&self) -> &Queue {
        self.queue
    }
}
