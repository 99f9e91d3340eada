// SPDX-License-Identifier: GPL-2.0

//! Tests that a device makes of itself.

use super::Statistics;

use crate::{
    bindings,
    fmt,
    prelude::*, //
};

/// How a test ended: a number that users are shown.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct TestResult(i64);

impl TestResult {
    /// All is well: 0.
    pub const PASSED: Self = TestResult(0);

    /// Something is wrong: 1.
    pub const FAILED: Self = TestResult(1);
}

impl From<Result<bool>> for TestResult {
    /// Whether a test was passed, or the error for which that is not known.
    fn from(passed: Result<bool>) -> Self {
        match passed {
            Ok(true) => Self::PASSED,
            Ok(false) => Self::FAILED,
            Err(error) => TestResult(error.to_errno().into()),
        }
    }
}

impl fmt::Display for TestResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The tests of a device, see [`EthtoolOps::self_test`](super::EthtoolOps::self_test).
///
/// # Examples
///
/// A device whose wire leads back to itself, which looks whether a frame that it sends comes back:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Completions,
///             Frame,
///             Opening,
///             Operations,
///             Registration,
///             Rtnl,
///             RxQueue,
///             Settings,
///             Transmit,
///             TxQueue, //
///         },
///         ethtool::{
///             Ethtool,
///             EthtoolOps,
///             SelfTest, //
///         },
///         namespace::Net,
///         napi::{
///             Napi,
///             Poll,
///             Polled,
///             Polling, //
///         },
///         skbuff::SkBuff, //
///     },
///     prelude::*,
///     sync::{
///         atomic::{
///             Atomic,
///             Relaxed, //
///         },
///         new_spinlock,
///         Arc,
///         Completion,
///         SpinLock, //
///     },
///     time::msecs_to_jiffies, //
/// };
/// use pin_init::stack_pin_init;
///
/// /// What is on the wire.
/// #[pin_data]
/// struct Wire {
///     #[pin]
///     frames: SpinLock<KVec<SkBuff>>,
/// }
///
/// struct Sender<'open> {
///     wire: Arc<Wire>,
///     napi: Napi,
///     is_cut: &'open Atomic<bool>,
/// }
///
/// impl Transmit for Sender<'_> {
///     fn start_xmit(&mut self, queue: &mut TxQueue<'_>, frame: Frame<'_>) {
///         if !self.is_cut.load(Relaxed) {
///             queue.sent(frame.len());
///             // What there is no memory for is lost.
///             let _ = self.wire.frames.lock().push(frame.take(), GFP_ATOMIC);
///             self.napi.schedule();
///         }
///     }
/// }
///
/// struct Receiver<'open> {
///     wire: Arc<Wire>,
///     completions: Completions<'open>,
///     queue: RxQueue<'open>,
/// }
///
/// impl Poll for Receiver<'_> {
///     type Rearm = ();
///
///     fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<()> {
///         while cx.has_budget() {
///             let Some(sent) = self.wire.frames.lock().pop() else {
///                 return Polled::Idle(());
///             };
///             self.completions.completed(1, sent.len(), 0, || 1);
///             if let Ok(skb) = cx.copy(sent.data()) {
///                 let _ = cx.receive(skb, &self.queue);
///             }
///         }
///         Polled::More
///     }
///
///     fn rearm((): ()) {}
/// }
///
/// struct Nic {
///     is_cut: Atomic<bool>,
/// }
///
/// #[vtable]
/// impl Operations for Nic {
///     type Open<'open> = ();
///     type Sender<'open> = Sender<'open>;
///
///     const ETHTOOL: Ethtool<Self> = Ethtool::OPS;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result {
///         let wire = Arc::pin_init(
///             pin_init!(Wire { frames <- new_spinlock!(KVec::new()) }),
///             GFP_KERNEL,
///         )?;
///         let (slot, completions) = cx.tx_queue()?;
///         let queue = cx.rx_queue()?;
///         let napi = cx.napi(Receiver { wire: wire.clone(), completions, queue })?;
///         cx.sender(slot, Sender { wire, napi, is_cut: &self.is_cut });
///         Ok(())
///     }
/// }
///
/// /// A protocol that nobody else looks at, and what the test sends by it.
/// const ETH_P_LOOPBACK: u16 = 0x9000;
/// const MAGIC: &[u8] = b"is anybody there?";
///
/// fn test_frame(own: &[u8; 6]) -> Result<SkBuff> {
///     let mut skb = SkBuff::new(60, GFP_KERNEL)?;
///     skb.put_slice(own)?;
///     skb.put_slice(own)?;
///     skb.put_slice(&ETH_P_LOOPBACK.to_be_bytes())?;
///     skb.put_slice(MAGIC)?;
///     Ok(skb)
/// }
///
/// fn loopback(cx: &Rtnl<'_, Nic>) -> Result<bool> {
///     let own = cx.device().mac_address().ok_or(EINVAL)?;
///     stack_pin_init!(let came = Completion::new());
///     let see = |skb: &SkBuff| {
///         if skb.mac_header().starts_with(&own) && skb.data().starts_with(MAGIC) {
///             came.complete();
///         }
///     };
///     cx.watch(ETH_P_LOOPBACK, see, || {
///         cx.send(test_frame(&own)?)?;
///         Ok(came.wait_timeout(msecs_to_jiffies(200)).is_ok())
///     })
/// }
///
/// #[vtable]
/// impl EthtoolOps for Nic {
///     fn self_test(&self, cx: &Rtnl<'_, Self>, tests: &mut SelfTest<'_>) {
///         tests.run(fmt!("Link"), || Ok(cx.device().has_carrier()).into());
///         tests.run(fmt!("Loopback"), || loopback(cx).into());
///     }
/// }
///
/// let settings = Settings::new(c"rust_selftest%d").queues(1, 1);
/// let nic = Ok::<_, Error>(Nic { is_cut: Atomic::new(false) });
/// let nic = Registration::<Nic>::new(&settings, None, Net::init(), nic)?;
///
/// // What ethtool(8) asks for.
/// # use kernel::net::{device, ethtool::testing};
/// let results = || -> Result<(bool, u64, u64)> {
///     let (passed, tests) = testing::self_test(nic.device())?;
///     assert_eq!(tests[0].0.to_bytes(), b"Link");
///     assert_eq!(tests[1].0.to_bytes(), b"Loopback");
///     Ok((passed, tests[0].1, tests[1].1))
/// };
/// // Nothing is sent by a device that is down.
/// assert_eq!(results()?, (false, 0, i64::from(ENETDOWN.to_errno()) as u64));
/// device::testing::bring_up(nic.device())?;
/// assert_eq!(results()?, (true, 0, 0));
/// nic.is_cut.store(true, Relaxed);
/// assert_eq!(results()?, (false, 0, 1));
/// device::testing::take_down(nic.device());
/// # Ok::<(), Error>(())
/// ```
pub struct SelfTest<'a> {
    results: Statistics<'a>,
    flags: u32,
}

impl<'a> SelfTest<'a> {
    pub(super) fn new(results: Statistics<'a>, flags: u32) -> Self {
        SelfTest { results, flags }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.results.count()
    }

    /// Whether somebody wants the results now. Otherwise no test is run.
    pub fn runs(&self) -> bool {
        self.results.wants_values()
    }

    /// Whether a user wants tests, too, that disturb what others do with the device.
    pub fn is_offline(&self) -> bool {
        self.flags & bindings::ethtool_test_flags_ETH_TEST_FL_OFFLINE != 0
    }

    /// The next one, which is run if the results are wanted. Of its name the first 31 bytes are
    /// shown.
    pub fn run(&mut self, name: fmt::Arguments<'_>, test: impl FnOnce() -> TestResult) {
        let result = if self.runs() {
            test()
        } else {
            TestResult::PASSED
        };
        if result != TestResult::PASSED {
            self.flags |= bindings::ethtool_test_flags_ETH_TEST_FL_FAILED;
        }
        // CAST: Users have it as a signed number again.
        self.results.add(name, result.0 as u64);
    }

    /// What a user wants, and whether a test was not passed yet (`ETH_TEST_FL_*`).
    pub fn flags(&self) -> u32 {
        self.flags
    }
}
