// SPDX-License-Identifier: GPL-2.0

//! Works that borrow, for as long as a function runs.
//!
//! What [`scope`] and [`with_work`] lend to their closure cannot be forgotten, and when they return
//! no work of theirs is left. So such a work may borrow whatever exists before they are called:
//! the caller's stack, references that it was given, a lock that it holds.

use super::{
    class::{
        WorkClass,
        ANY_CPU, //
    },
    impl_has_work,
    new_work,
    owned::{
        OwnedWork,
        Task, //
    },
    Queue,
    RawWorkItem,
    Work,
    WorkItem, //
};

use crate::{
    alloc::{
        AllocError,
        Flags, //
    },
    bindings,
    prelude::*,
    sync::{
        Completion,
        Refcount, //
    }, //
};

use core::{
    marker::PhantomData,
    ptr::NonNull, //
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
/// Sleeps, so it must not be called with a lock held that one of the works takes, nor in a work of
/// a queue that runs one at a time, for works of that queue.
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
///         system_dfl, //
///     },
/// };
///
/// let numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
/// let total = Atomic::new(0);
/// scope(|scope| -> Result {
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
/// Works wait for each other, and the scope for all:
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
///         system_dfl, //
///     },
/// };
/// use pin_init::stack_pin_init;
///
/// stack_pin_init!(let ready = Completion::new());
/// let (ready, steps) = (&*ready, &Atomic::new(0u32));
/// scope(|scope| -> Result {
///     scope.spawn(system_dfl(), GFP_KERNEL, || {
///         ready.wait_for_completion();
///         fsleep(Delta::from_millis(50));
///         steps.store(steps.load(Relaxed) * 10 + 2, Relaxed);
///     })?;
///     // Works can spawn works.
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
pub fn scope<'env, R>(f: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R) -> R {
    stack_pin_init!(let running = Running::new());
    let running = NonNull::from(&*running);
    // INVARIANT: It is not dropped before `wait` returns.
    let scope = Scope {
        running,
        _scope: PhantomData,
        _env: PhantomData,
    };
    let result = f(&scope);
    // SAFETY: It is there, and nobody can spawn a work any more but works that still run.
    unsafe { Running::wait(running) };
    result
}

/// Where works are spawned that borrow, see [`scope`].
///
/// Works can be spawned by `f` and by works of the same scope.
///
/// # Invariants
///
/// `running` is valid while `f` or a work of the scope runs.
pub struct Scope<'scope, 'env: 'scope> {
    running: NonNull<Running>,
    /// Invariant: a shorter lifetime would let works borrow what ends before they do.
    _scope: PhantomData<&'scope mut &'scope ()>,
    _env: PhantomData<&'env mut &'env ()>,
}

// SAFETY: Spawning a work does not depend on the task that does it.
unsafe impl Send for Scope<'_, '_> {}

// SAFETY: Works can be spawned by many tasks at once: what they share is a counter.
unsafe impl Sync for Scope<'_, '_> {}

impl<'scope> Scope<'scope, '_> {
    /// Has `queue` run `f` once, soon. Fails without memory for it, and then drops `f`.
    ///
    /// Can be called in any context that `flags` are for.
    pub fn spawn<F>(&'scope self, queue: &Queue, flags: Flags, f: F) -> Result<(), AllocError>
    where
        F: FnOnce() + Send + 'scope,
    {
        let item = KBox::pin_init(
            pin_init!(Spawned {
                work <- new_work!("Scope::spawn"),
                f: Some(f),
                running: self.running,
            }),
            flags,
        )
        .map_err(|_| AllocError)?;
        // SAFETY: It is valid by the type invariants: `self` can be reached by `f` of the scope and
        // by its works, which are counted.
        unsafe { self.running.as_ref() }.count.inc();
        // SAFETY:
        // - The work is new, so it is in no queue, and queueing it does not fail.
        // - Lifetimes in it are `'scope` or longer, and `scope` does not return before the work
        //   has run, as it was counted. If the queue is freed first, that runs the work.
        // - `F` is `Send`, and so is a pointer to a counter that many tasks can use.
        unsafe { item.__enqueue(|work| bindings::queue_work_on(ANY_CPU, queue.0.get(), work)) };
        Ok(())
    }
}

/// How many works of a scope have not yet run.
#[pin_data]
struct Running {
    /// One for each work, and one for the scope.
    count: Refcount,
    /// Completed when `count` is 0.
    #[pin]
    none: Completion,
}

impl Running {
    fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            count: Refcount::new(1),
            none <- Completion::new(),
        })
    }

    /// A work has run. Its memory is not used after this.
    ///
    /// # Safety
    ///
    /// `this` is valid, and a work was counted that has run and was freed.
    unsafe fn end(this: NonNull<Self>) {
        // Not references for the whole of the function: once the last work is counted off, or once
        // `none` is complete, the scope returns, and `this` is gone.
        // SAFETY: It is valid until then.
        if unsafe { (*this.as_ptr()).count.dec_and_test() } {
            // SAFETY: The scope waits for this.
            unsafe { (*this.as_ptr()).none.complete_all() };
        }
    }

    /// Waits until all works have run.
    ///
    /// # Safety
    ///
    /// `this` is valid, and this is called once.
    unsafe fn wait(this: NonNull<Self>) {
        // SAFETY: It is valid by the requirements of this function.
        let this = unsafe { this.as_ref() };
        if !this.count.dec_and_test() {
            this.none.wait_for_completion();
        }
    }
}

/// A work of a scope.
#[pin_data]
struct Spawned<F> {
    #[pin]
    work: Work<Spawned<F>>,
    f: Option<F>,
    running: NonNull<Running>,
}

impl_has_work! {
    impl{F} HasWork<Self> for Spawned<F> { self.work }
}

impl<F: FnOnce()> WorkItem for Spawned<F> {
    type Pointer = Pin<KBox<Self>>;

    fn run(mut this: Pin<KBox<Self>>) {
        let running = this.running;
        if let Some(f) = this.as_mut().project().f.take() {
            f();
        }
        // The scope waits for that, too: nothing of the work is left then.
        drop(this);
        // SAFETY: The work was counted, so the scope did not return yet.
        unsafe { Running::end(running) };
    }
}
