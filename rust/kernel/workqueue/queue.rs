// SPDX-License-Identifier: GPL-2.0

//! Queues of one's own.

use super::Queue;

use crate::{
    alloc::AllocError,
    bindings,
    fmt,
    prelude::*, //
};

use core::{
    ops::Deref,
    ptr::{
        from_ref,
        NonNull, //
    },
};

/// Returns the system's default queue (`system_dfl_wq`).
///
/// Its works are bound to no CPU, and run at once as long as there is memory for a thread.
pub fn system_dfl() -> &'static Queue {
    // SAFETY: It is made when the kernel boots, before drivers, and never freed.
    unsafe { Queue::from_raw(bindings::system_dfl_wq) }
}

/// How to make an [`OwnedQueue`].
#[derive(Clone, Copy)]
pub struct QueueOptions {
    flags: bindings::wq_flags,
    max_active: u16,
}

impl QueueOptions {
    /// A queue whose works run on any CPU (`WQ_UNBOUND`).
    pub const fn unbound() -> Self {
        QueueOptions {
            flags: bindings::wq_flags_WQ_UNBOUND,
            max_active: 0,
        }
    }

    /// A queue whose works run on the CPU where they were scheduled (`WQ_PERCPU`).
    pub const fn percpu() -> Self {
        QueueOptions {
            flags: bindings::wq_flags_WQ_PERCPU,
            max_active: 0,
        }
    }

    /// A queue that runs one work at a time, in the order in which they were scheduled
    /// (`alloc_ordered_workqueue()`).
    pub const fn ordered() -> Self {
        QueueOptions {
            flags: bindings::wq_flags_WQ_UNBOUND | bindings::wq_flags___WQ_ORDERED,
            max_active: 1,
        }
    }

    /// At most this many works run at once: of the queue, or on each CPU if it is
    /// [`percpu`](Self::percpu). 0 is the kernel's default.
    ///
    /// Has no effect if the queue is [`ordered`](Self::ordered).
    pub const fn max_active(mut self, max_active: u16) -> Self {
        if self.flags & bindings::wq_flags___WQ_ORDERED == 0 {
            self.max_active = max_active;
        }
        self
    }

    /// The works wait while the system is suspended (`WQ_FREEZABLE`).
    pub const fn freezable(mut self) -> Self {
        self.flags |= bindings::wq_flags_WQ_FREEZABLE;
        self
    }

    /// The works run also when there is no memory for another thread, so that freeing memory can
    /// wait for them (`WQ_MEM_RECLAIM`).
    pub const fn mem_reclaim(mut self) -> Self {
        self.flags |= bindings::wq_flags_WQ_MEM_RECLAIM;
        self
    }

    /// The works run in threads of high priority (`WQ_HIGHPRI`).
    pub const fn highpri(mut self) -> Self {
        self.flags |= bindings::wq_flags_WQ_HIGHPRI;
        self
    }
}

/// A queue of one's own. Dropping it waits until all its works have run, and frees it.
///
/// A [`Task`] that is for this queue owns it, alone or in an [`Arc`], and returns it in
/// [`Task::queue`]; so no work is left when the queue is dropped. Works that own themselves
/// ([`Queue::enqueue`], [`Queue::try_spawn`]) are run then.
///
/// Do not drop it in a work of its own, nor with a lock held that one of its works takes.
///
/// [`Arc`]: crate::sync::Arc
/// [`Task`]: super::Task
/// [`Task::queue`]: super::Task::queue
///
/// # Invariants
///
/// The queue is valid, and this is its only owner.
///
/// # Examples
///
/// An ordered queue runs its works one by one, all of them before it is gone:
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
///         OwnedQueue,
///         QueueOptions, //
///     },
/// };
///
/// let queue = OwnedQueue::new(QueueOptions::ordered().mem_reclaim(), fmt!("nic-{}", 7))?;
/// let order = Arc::new(Atomic::new(0u32), GFP_KERNEL)?;
/// for digit in 1..=4 {
///     let order = order.clone();
///     queue.try_spawn(GFP_KERNEL, move || {
///         // No other work comes in between.
///         order.store(order.load(Relaxed) * 10 + digit, Relaxed);
///     })?;
/// }
/// drop(queue);
/// assert_eq!(order.load(Relaxed), 1234);
/// # Ok::<(), Error>(())
/// ```
///
/// A task that owns the queue which it runs on:
///
/// ```
/// use kernel::{
///     sync::atomic::{
///         Atomic,
///         Relaxed, //
///     },
///     workqueue::{
///         work_class,
///         OwnedQueue,
///         OwnedWork,
///         Queue,
///         QueueOptions,
///         Schedulable,
///         Task, //
///     },
/// };
///
/// struct Poll {
///     queue: OwnedQueue,
///     left: Atomic<u32>,
/// }
///
/// impl Task for Poll {
///     fn run(work: &Schedulable<Self>) {
///         if work.left.fetch_sub(1, Relaxed) > 1 {
///             work.schedule_after(1);
///         }
///     }
///
///     fn queue(&self) -> &Queue {
///         &self.queue
///     }
/// }
///
/// let poll = Poll {
///     queue: OwnedQueue::new(QueueOptions::unbound().max_active(1), fmt!("poll"))?,
///     left: Atomic::new(3),
/// };
/// let work = KBox::pin_init(OwnedWork::new(poll, work_class!("poll")), GFP_KERNEL)?;
/// work.schedule();
/// while work.left.load(Relaxed) > 0 {
///     work.flush();
/// }
/// assert_eq!(work.left.load(Relaxed), 0);
/// # Ok::<(), Error>(())
/// ```
pub struct OwnedQueue(NonNull<Queue>);

// SAFETY: A queue can be used and freed by any task.
unsafe impl Send for OwnedQueue {}

// SAFETY: A queue can be used by many tasks at once.
unsafe impl Sync for OwnedQueue {}

impl OwnedQueue {
    /// Makes a queue (`alloc_workqueue()`). The kernel cuts a name that is longer than 31 bytes.
    ///
    /// Sleeps.
    pub fn new(options: QueueOptions, name: fmt::Arguments<'_>) -> Result<Self, AllocError> {
        // SAFETY: `%pA` takes a pointer to such arguments, which are valid during the call, and the
        // flags are such as a queue can have.
        let queue = unsafe {
            bindings::alloc_workqueue_noprof(
                c"%pA".as_char_ptr(),
                options.flags,
                c_int::from(options.max_active),
                from_ref(&name).cast::<c_void>(),
            )
        };
        // INVARIANT: It was made just now, and is used for nothing else.
        Ok(OwnedQueue(NonNull::new(queue).ok_or(AllocError)?.cast()))
    }

    /// The C queue.
    fn as_raw(&self) -> *mut bindings::workqueue_struct {
        // CAST: `Queue` is transparent.
        self.0.as_ptr().cast()
    }

    /// Waits for the works that are in the queue now (`flush_workqueue()`), but not for those that
    /// have a delay. Sleeps.
    pub fn flush(&self) {
        // SAFETY: The queue is valid by the type invariants.
        unsafe { bindings::__flush_workqueue(self.as_raw()) };
    }
}

impl Deref for OwnedQueue {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        // SAFETY: The queue is valid by the type invariants.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for OwnedQueue {
    fn drop(&mut self) {
        // SAFETY: This is the only owner, and nobody has a reference. No timer has it either: works
        // with a delay are owned by tasks that outlive them and own the queue or borrow it, or are
        // on queues that live forever.
        unsafe { bindings::destroy_workqueue(self.as_raw()) };
    }
}
