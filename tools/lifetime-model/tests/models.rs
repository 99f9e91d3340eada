// SPDX-License-Identifier: GPL-2.0

//! Properties of the lifetime protocol, each in every interleaving that `loom` can find with at
//! most three preemptions (two where three threads run):
//!
//! * (callback) no callback runs after unregister, of the instance or of the object, has returned;
//! * (deadlock) nobody deadlocks, also when unregister's caller holds the instance lock;
//! * (memory) nothing is freed while somebody uses it;
//! * (answer) every command gets one answer, which is not that a signal came unless the signal ends
//!   the process: counted where it is sent to the user, by netlink or in its stead.
//!
//! The gates are the kernel's; the order in which things are taken is that of
//! `devlink/instance.rs` and `devlink/pinned.rs`, and who answers is that of
//! `rust/kernel/net/netlink/ops.rs`, written down once more here. The features named
//! `mistake-…` make it wrong: `mistakes.rs`.

use lifetime_model::{
    lifetime::{Gate, Inside, Left, NotOpen, Pass, Phase},
    primitives::InFlight,
};
use loom::{
    cell::UnsafeCell,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Condvar, Mutex,
    },
    thread,
};

/// Waits until everybody has left a gate.
fn wait(inside: Inside<'_>) -> Left {
    inside.wait(&InFlight::new())
}

/// A lock that a driver may hold for long: the instance lock, a callback lock.
struct KillableLock {
    state: Mutex<LockState>,
    changed: Condvar,
}

struct LockState {
    held: bool,
    /// A signal with a handler is pending for the task that waits killably.
    handled: bool,
    /// A fatal signal is pending for it.
    killed: bool,
}

impl LockState {
    /// Whether a pending signal ends a killable wait.
    fn wakes(&self) -> bool {
        self.killed || cfg!(feature = "mistake-handled-signal-ends-wait") && self.handled
    }
}

/// The effect of a signal.
enum Signal {
    /// The process has a handler, which runs when the system call returns.
    Handled,
    /// It ends the process.
    Fatal,
}

struct LockGuard<'a>(&'a KillableLock);

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().held = false;
        self.0.changed.notify_all();
    }
}

impl KillableLock {
    fn new() -> Self {
        KillableLock {
            state: Mutex::new(LockState {
                held: false,
                handled: false,
                killed: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> LockGuard<'_> {
        let mut state = self.state.lock().unwrap();
        while state.held {
            state = self.changed.wait(state).unwrap();
        }
        state.held = true;
        LockGuard(self)
    }

    /// `Interrupted` if a signal ended the wait.
    fn lock_killable(&self) -> Result<LockGuard<'_>, Failure> {
        let mut state = self.state.lock().unwrap();
        while state.held && !state.wakes() {
            state = self.changed.wait(state).unwrap();
        }
        if state.held {
            return Err(Failure::Interrupted);
        }
        state.held = true;
        Ok(LockGuard(self))
    }

    /// Sends a signal to the task that waits killably.
    fn signal(&self, signal: Signal) {
        {
            let mut state = self.state.lock().unwrap();
            match signal {
                Signal::Handled => state.handled = true,
                Signal::Fatal => state.killed = true,
            }
        }
        self.changed.notify_all();
    }
}

/// What the driver owns: `loom` fails the test if one thread frees it while another looks at it.
struct DriverData(UnsafeCell<bool>);

impl DriverData {
    fn new() -> Self {
        DriverData(UnsafeCell::new(true))
    }

    /// A callback of the driver.
    fn callback(&self) {
        self.0.with(|there| {
            // SAFETY: `loom` checks that nobody writes meanwhile.
            assert!(unsafe { *there }, "callback after unregister returned");
        });
    }

    fn free(&self) {
        self.0.with_mut(|there| {
            // SAFETY: `loom` checks that nobody reads meanwhile.
            unsafe { *there = false };
        });
    }
}

/// A reporter or a region.
struct Object {
    gate: Gate,
    callback_lock: KillableLock,
    data: DriverData,
}

/// An instance with one object.
struct Instance {
    gate: Gate,
    instance_lock: KillableLock,
    data: DriverData,
    object: Object,
    /// Freed with the last memory reference.
    memory: DriverData,
    answers: AtomicUsize,
}

impl Drop for Instance {
    fn drop(&mut self) {
        if !cfg!(feature = "mistake-free-without-count") {
            self.memory.free();
        }
    }
}

/// How a command can fail.
#[derive(Debug, PartialEq, Eq)]
enum Failure {
    NotOpen,
    Interrupted,
}

impl From<NotOpen> for Failure {
    fn from(_: NotOpen) -> Self {
        Failure::NotOpen
    }
}

type Answer = Result<(), Failure>;

impl Instance {
    fn new() -> Arc<Self> {
        Arc::new(Instance {
            gate: Gate::new(),
            instance_lock: KillableLock::new(),
            data: DriverData::new(),
            object: Object {
                gate: Gate::new(),
                callback_lock: KillableLock::new(),
                data: DriverData::new(),
            },
            memory: DriverData::new(),
            answers: AtomicUsize::new(0),
        })
    }

    fn registered() -> Arc<Self> {
        let instance = Instance::new();
        instance.object.gate.open().unwrap();
        instance.gate.open().unwrap();
        instance
    }

    fn enter(&self) -> Result<Pass<'_>, NotOpen> {
        let pass = self.gate.enter()?;
        // Whoever is inside looks at the instance.
        self.memory.callback();
        Ok(pass)
    }

    /// A command that needs no lock.
    fn read(&self) -> Answer {
        let _pass = self.enter()?;
        self.data.callback();
        Ok(())
    }

    /// A command that needs the instance lock: enters last.
    fn operate(&self) -> Answer {
        if cfg!(feature = "mistake-pass-before-lock") {
            let _pass = self.enter()?;
            let _guard = self.instance_lock.lock();
            self.data.callback();
            return Ok(());
        }
        let _guard = self.instance_lock.lock_killable()?;
        let _pass = self.enter()?;
        self.data.callback();
        Ok(())
    }

    /// The same with a driver whose callback waits interruptibly for its device: a signal ends that
    /// wait.
    fn operate_interrupted(&self) -> Answer {
        self.operate()?;
        Err(Failure::Interrupted)
    }

    /// A command that reads data of the object that the core keeps, such as a snapshot.
    fn read_object(&self) -> Answer {
        let _pass = self.enter()?;
        let _object_pass = self.object.gate.enter()?;
        self.object.data.callback();
        Ok(())
    }

    /// A callback about the object without the instance lock: callback lock, instance, object.
    fn call_about_object(&self) -> Answer {
        if cfg!(feature = "mistake-object-unpinned") {
            let _guard = self.object.callback_lock.lock_killable()?;
            let _pass = self.enter()?;
            drop(self.object.gate.enter()?);
            self.object.data.callback();
            return Ok(());
        }
        let _guard = self.object.callback_lock.lock_killable()?;
        let _pass = self.enter()?;
        let _object_pass = self.object.gate.enter()?;
        self.object.data.callback();
        Ok(())
    }

    /// One message to the user that ends a request.
    fn send_answer(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// `doit_callback()`, which netlink calls: runs the command. If the result is `EINTR`, this
    /// sends the answer, because netlink will send none.
    fn doit(&self, command: impl FnOnce(&Self) -> Answer) -> Answer {
        let answer = command(self);
        let netlink_is_silent = answer == Err(Failure::Interrupted);
        if netlink_is_silent && !cfg!(feature = "mistake-interrupted-unanswered")
            || answer.is_err() && cfg!(feature = "mistake-every-error-answered")
        {
            self.send_answer();
        }
        answer
    }

    /// `netlink_rcv_skb()`: calls the callback and answers with its result, unless that is `EINTR`,
    /// which means to netlink that the request was answered already.
    fn serve(&self, command: impl FnOnce(&Self) -> Answer) -> Answer {
        let answer = self.doit(command);
        if cfg!(feature = "mistake-no-answer") && answer == Err(Failure::NotOpen) {
            return answer;
        }
        if answer != Err(Failure::Interrupted) {
            self.send_answer();
        }
        answer
    }

    /// The driver destroys the object, with the instance lock held.
    fn destroy_object(&self) {
        self.object.gate.drain(wait).unwrap();
        self.object.gate.close();
        self.object.data.free();
    }

    /// `devlink dev reload`, which takes the object down.
    fn reload(&self) -> Answer {
        let _guard = self.instance_lock.lock();
        let _pass = self.enter()?;
        self.destroy_object();
        Ok(())
    }

    /// `devlink_unregister()` and what the driver does after it.
    fn unregister_and_free(&self) {
        let guard = self.instance_lock.lock();
        self.gate.drain(wait).unwrap();
        self.gate.close();
        drop(guard);
        self.data.free();
        if cfg!(feature = "mistake-free-without-count") {
            self.memory.free();
        }
    }
}

/// Starts a command in a thread of its own, which has a memory reference.
fn start(
    instance: &Arc<Instance>,
    command: impl FnOnce(&Instance) -> Answer + 'static,
) -> thread::JoinHandle<Answer> {
    let instance = instance.clone();
    thread::spawn(move || instance.serve(command))
}

fn explore(preemptions: usize, test: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(test);
}

#[test]
fn reader_against_unregister() {
    explore(3, || {
        let instance = Instance::registered();
        let reader = start(&instance, Instance::read);
        instance.unregister_and_free();
        // Answered either way.
        let _ = reader.join().unwrap();
        assert_eq!(instance.gate.phase(), Phase::Closed);
        assert_eq!(instance.gate.inside(), 0);
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn two_readers_against_unregister() {
    explore(2, || {
        let instance = Instance::registered();
        let readers = [0, 1].map(|_| start(&instance, Instance::read));
        instance.unregister_and_free();
        for reader in readers {
            let _ = reader.join().unwrap();
        }
        assert_eq!(instance.answers.load(Ordering::Relaxed), 2);
    });
}

#[test]
fn waiter_for_the_instance_lock_against_unregister_by_its_holder() {
    explore(3, || {
        let instance = Instance::registered();
        let command = start(&instance, Instance::operate);
        instance.unregister_and_free();
        let _ = command.join().unwrap();
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// The signal may come before, during and after the wait. A command that is killed while it waits
/// gets an answer, and does not keep unregister from finishing.
#[test]
fn killed_waiter_against_unregister() {
    explore(2, || {
        let instance = Instance::registered();
        let command = start(&instance, Instance::operate);
        let killer = {
            let instance = instance.clone();
            thread::spawn(move || instance.instance_lock.signal(Signal::Fatal))
        };
        instance.unregister_and_free();
        killer.join().unwrap();
        let _ = command.join().unwrap();
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// A fatal signal ends the wait for the instance lock of a driver that never releases it.
#[test]
fn fatal_signal_ends_the_wait_for_a_wedged_driver() {
    explore(3, || {
        let instance = Instance::registered();
        let wedged = instance.instance_lock.lock();
        let command = start(&instance, Instance::operate);
        instance.instance_lock.signal(Signal::Fatal);
        assert_eq!(command.join().unwrap(), Err(Failure::Interrupted));
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
        assert_eq!(instance.gate.inside(), 0);
        drop(wedged);
    });
}

/// A signal with a handler does not end the wait, whether it comes before, during or after it: the
/// command runs when it gets the lock, and is answered.
#[test]
fn handled_signal_does_not_end_the_wait() {
    explore(2, || {
        let instance = Instance::registered();
        let busy = instance.instance_lock.lock();
        let command = start(&instance, Instance::operate);
        let sender = {
            let instance = instance.clone();
            thread::spawn(move || instance.instance_lock.signal(Signal::Handled))
        };
        drop(busy);
        sender.join().unwrap();
        assert_eq!(command.join().unwrap(), Ok(()));
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// The same for a callback lock.
#[test]
fn handled_signal_does_not_end_the_wait_for_a_callback() {
    explore(2, || {
        let instance = Instance::registered();
        let busy = instance.object.callback_lock.lock();
        let command = start(&instance, Instance::call_about_object);
        let sender = {
            let instance = instance.clone();
            thread::spawn(move || instance.object.callback_lock.signal(Signal::Handled))
        };
        drop(busy);
        sender.join().unwrap();
        assert_eq!(command.join().unwrap(), Ok(()));
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// The driver's callback returns `EINTR`, which netlink does not answer; the core does.
#[test]
fn interrupted_callback_is_answered() {
    explore(3, || {
        let instance = Instance::registered();
        let command = start(&instance, Instance::operate_interrupted);
        instance.unregister_and_free();
        let _ = command.join().unwrap();
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn nobody_enters_after_unregister() {
    explore(3, || {
        let instance = Instance::registered();
        instance.unregister_and_free();
        assert_eq!(instance.read(), Err(Failure::NotOpen));
        assert_eq!(instance.operate(), Err(Failure::NotOpen));
    });
}

#[test]
fn the_owner_can_open_again() {
    explore(3, || {
        let instance = Instance::registered();
        assert_eq!(instance.gate.open(), Err(NotOpen));
        instance.gate.drain(wait).unwrap();
        assert_eq!(instance.gate.open(), Err(NotOpen));
        assert_eq!(instance.gate.drain(wait), Err(NotOpen));
        instance.gate.close();
        instance.gate.open().unwrap();
        instance.read().unwrap();
    });
}

/// A probe that fails before register frees the driver's data while a command looks for the
/// instance.
#[test]
fn probe_fails_before_register() {
    explore(3, || {
        let instance = Instance::new();
        let reader = start(&instance, Instance::read);
        assert_eq!(instance.gate.drain(wait), Err(NotOpen));
        instance.data.free();
        assert_eq!(reader.join().unwrap(), Err(Failure::NotOpen));
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// A probe that fails after register unregisters at once, which waits for a command that has
/// entered meanwhile.
#[test]
fn probe_fails_after_register() {
    explore(3, || {
        let instance = Instance::new();
        let reader = start(&instance, Instance::read);
        instance.gate.open().unwrap();
        instance.unregister_and_free();
        let _ = reader.join().unwrap();
        assert_eq!(instance.answers.load(Ordering::Relaxed), 1);
    });
}

/// The last memory reference frees the memory: here that of a reader that is slower than the
/// driver.
#[test]
fn late_reader_keeps_the_memory() {
    explore(3, || {
        let instance = Instance::registered();
        let reader = {
            let instance = instance.clone();
            thread::spawn(move || {
                let _ = instance.serve(Instance::read);
                // Not inside any more, and still looking.
                instance.memory.callback();
            })
        };
        instance.unregister_and_free();
        drop(instance);
        reader.join().unwrap();
    });
}

#[test]
fn object_destroyed_in_a_reload_against_reader_and_callback() {
    explore(2, || {
        let instance = Instance::registered();
        let reader = start(&instance, Instance::read_object);
        let callback = start(&instance, Instance::call_about_object);
        instance.reload().unwrap();
        let _ = reader.join().unwrap();
        let _ = callback.join().unwrap();
        assert_eq!(instance.object.gate.inside(), 0);
        assert_eq!(instance.answers.load(Ordering::Relaxed), 2);
    });
}

/// The driver holds the instance lock. It reports an error, for which it is called about the object
/// with the callback lock held, and then destroys the object. Meanwhile a command calls it.
#[test]
fn report_and_destroy_against_callback() {
    explore(3, || {
        let instance = Instance::registered();
        let callback = start(&instance, Instance::call_about_object);
        {
            let _guard = instance.instance_lock.lock();
            let callback_lock = instance.object.callback_lock.lock();
            instance.object.data.callback();
            drop(callback_lock);
            instance.destroy_object();
        }
        let _ = callback.join().unwrap();
    });
}

#[test]
fn callback_about_an_object_against_unregister() {
    explore(2, || {
        let instance = Instance::registered();
        let callbacks = [0, 1].map(|_| start(&instance, Instance::call_about_object));
        instance.unregister_and_free();
        instance.destroy_object();
        for callback in callbacks {
            let _ = callback.join().unwrap();
        }
        assert_eq!(instance.answers.load(Ordering::Relaxed), 2);
    });
}
