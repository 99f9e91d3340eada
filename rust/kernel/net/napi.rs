// SPDX-License-Identifier: GPL-2.0

//! Polling of network devices (NAPI).
//!
//! What is polled belongs to a device that is up
//! ([`Opening::napi`](crate::net::device::Opening::napi)). A driver has a [`Napi`] of it, with
//! which an interrupt's handler has it polled. The example of
//! [`Operations`](crate::net::device::Operations) receives frames so.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h)

use crate::{
    bindings,
    net::{
        device::RxQueue,
        skbuff::{
            DropReason,
            RxBuffer,
            SkBuff, //
        }, //
    },
    prelude::*,
    sync::Arc,
    types::{
        NotThreadSafe,
        Opaque, //
    },
};

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ptr::NonNull, //
};

/// How many bytes the header of an Ethernet frame has.
const ETH_HLEN: usize = bindings::ETH_HLEN as usize;

/// What NAPI polls.
pub trait Poll: Send {
    /// What is to be done when there is nothing to do any more: to have the device interrupt when
    /// there is. By then somebody else may be polling already, so that it is a value of its own.
    type Rearm;

    /// Looks after what was received and what was sent (`napi_struct::poll`), as long as the budget
    /// lasts.
    ///
    /// Runs with bottom halves off, on one CPU at a time; cannot sleep.
    fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<Self::Rearm>;

    /// Has the device interrupt again. What came since it was looked for must cause an interrupt,
    /// too.
    ///
    /// Runs with bottom halves off; cannot sleep. Has ended before what was polled is dropped. Does
    /// not run if the kernel polls again by itself.
    fn rearm(rearm: Self::Rearm);
}

/// What came of polling.
pub enum Polled<R> {
    /// There may be more to do.
    More,
    /// There is nothing to do any more. If all of the budget was used, it is polled again all the
    /// same, and what is to be done is dropped.
    Idle(R),
}

/// What is polled (`struct napi_struct`), for those who have it polled. Can be kept as long as one
/// likes: what was stopped is not polled any more.
#[derive(Clone)]
pub struct Napi(Arc<Instance>);

impl Napi {
    /// Has it polled soon (`napi_schedule()`). If it is being polled, it is polled once more. Works
    /// in any context.
    // C does not export `raise_softirq()` to modules.
    #[inline(never)]
    pub fn schedule(&self) {
        let napi = self.0.napi.get();
        // SAFETY: The instance is valid. Before it is enabled, and after it was disabled, it counts
        // as scheduled, so that it is not put into any list.
        unsafe {
            if bindings::napi_schedule_prep(napi) {
                bindings::__napi_schedule(napi);
                // That alone leaves it to the end of an interrupt, or to whoever has bottom halves
                // off. A task may be neither; then this wakes who polls.
                bindings::raise_softirq(bindings::NET_RX_SOFTIRQ);
            }
        }
    }
}

/// What is polled, for the kernel.
///
/// # Invariants
///
/// From when it is enabled until it was disabled and a grace period has passed, `polled` points to
/// what its function polls. Only that function uses it, one at a time.
#[pin_data]
struct Instance {
    #[pin]
    napi: Opaque<bindings::napi_struct>,
    polled: UnsafeCell<*mut c_void>,
}

// SAFETY: What is polled is `Send`, and the rest belongs to no thread.
unsafe impl Send for Instance {}

// SAFETY: The kernel takes care that one task at a time uses it.
unsafe impl Sync for Instance {}

/// What one device has polled.
///
/// # Invariants
///
/// The instances are enabled, and the box of each is what its pointer points to, until
/// [`stop`](Self::stop).
pub(in crate::net) struct OwnedNapis<'open> {
    napis: KVec<(Arc<Instance>, KBox<dyn Send + 'open>)>,
    is_stopped: bool,
}

impl<'open> OwnedNapis<'open> {
    pub(in crate::net) fn new() -> Self {
        OwnedNapis {
            napis: KVec::new(),
            is_stopped: false,
        }
    }

    /// Has the kernel poll something.
    ///
    /// # Safety
    ///
    /// The device is valid for `'open`, and [`stop`](Self::stop) is called before this is dropped.
    /// RTNL is held, and the lock of the device is not.
    pub(in crate::net) unsafe fn add<P: Poll + 'open>(
        &mut self,
        device: *mut bindings::net_device,
        poll: P,
    ) -> Result<Napi> {
        let mut polled = KBox::new(poll, GFP_KERNEL)?;
        let place = &raw mut *polled;
        let instance = Arc::pin_init(
            pin_init!(Instance {
                napi: Opaque::zeroed(),
                polled: UnsafeCell::new(place.cast()),
            }),
            GFP_KERNEL,
        )?;
        let index = self.napis.len();
        // What `register_netdevice()` and the like reserve.
        // SAFETY: The device is valid, and the numbers do not change.
        let configs = unsafe { (*device).num_tx_queues.max((*device).num_rx_queues) } as usize;
        self.napis.push(
            (instance.clone(), polled as KBox<dyn Send + 'open>),
            GFP_KERNEL,
        )?;
        let napi = instance.napi.get();
        // INVARIANT: It is in the list of those that are stopped, with its box.
        // SAFETY: The instance is zeroed, does not move and is valid until `stop`. The function is
        // for what the pointer points to.
        unsafe {
            if index < configs {
                bindings::netif_napi_add_config(device, napi, Some(poll_one::<P>), index as c_int);
            } else {
                bindings::netif_napi_add(device, napi, Some(poll_one::<P>));
            }
            bindings::napi_enable(napi);
        }
        Ok(Napi(instance))
    }

    /// Stops polling: when this returns, nothing is polled, and nothing is [rearmed](Poll::rearm).
    /// RTNL is held, and the lock of the device is not.
    pub(in crate::net) fn stop(&mut self) {
        if self.is_stopped || self.napis.is_empty() {
            return;
        }
        self.is_stopped = true;
        for (instance, _) in &self.napis {
            // SAFETY: By the type invariants it is enabled.
            unsafe { bindings::napi_disable(instance.napi.get()) };
        }
        for (instance, _) in &self.napis {
            // SAFETY: It was added to the device, and is disabled.
            unsafe { bindings::__netif_napi_del(instance.napi.get()) };
        }
        // The device's list of instances is read by RCU. And who completed one may still rearm it,
        // with bottom halves off.
        // SAFETY: Can be called in a context that can sleep.
        unsafe { bindings::synchronize_net() };
    }

    /// Drops what was polled, the last one first. It was stopped.
    pub(in crate::net) fn clear(&mut self) {
        while self.napis.pop().is_some() {}
    }
}

/// Polling, while something is polled. See [`Poll::poll`].
///
/// # Invariants
///
/// The instance is valid, and this task polls it.
pub struct Polling<'a> {
    napi: NonNull<bindings::napi_struct>,
    budget: usize,
    received: usize,
    _instance: PhantomData<&'a Instance>,
    _task: NotThreadSafe,
}

impl Polling<'_> {
    /// Whether another frame may be received now. If not, what was sent can be looked after.
    pub fn has_budget(&self) -> bool {
        self.received < self.budget
    }

    /// A packet for a received frame of up to `size` bytes (`napi_alloc_skb()`).
    ///
    /// Fails with `EINVAL` for 2 GiB and more.
    pub fn alloc(&mut self, size: usize) -> Result<SkBuff> {
        let size = i32::try_from(size).map_err(|_| EINVAL)?;
        // SAFETY: By the type invariants.
        let skb = unsafe { bindings::napi_alloc_skb(self.napi.as_ptr(), size as u32) };
        let skb = NonNull::new(skb).ok_or(ENOMEM)?;
        // SAFETY: It is new, and has no data.
        Ok(unsafe { SkBuff::from_raw(skb) })
    }

    /// A packet with a copy of a received frame.
    pub fn copy(&mut self, frame: &[u8]) -> Result<SkBuff> {
        let mut skb = self.alloc(frame.len())?;
        skb.put_slice(frame)?;
        Ok(skb)
    }

    /// Makes a packet of a received frame's own memory, in which the first `len` bytes are
    /// (`napi_build_skb()`).
    ///
    /// Fails with `EMSGSIZE` if these are more than there are, and with `ENOMEM`; the memory is
    /// freed then.
    pub fn build(&mut self, buffer: RxBuffer, len: usize) -> Result<SkBuff> {
        // SAFETY: By the type invariants the kernel polls, which it does with bottom halves off and
        // interrupts on: such devices are not for netpoll.
        unsafe { buffer.into_skb(len) }
    }

    /// Gives the kernel a frame that was received by `queue`, beginning with its Ethernet header
    /// (`skb_record_rx_queue()`, `eth_type_trans()`, `napi_gro_receive()`).
    ///
    /// Fails with `EMSGSIZE` for one without a whole Ethernet header, which is freed.
    pub fn receive(&mut self, skb: SkBuff, queue: &RxQueue<'_>) -> Result {
        self.received += 1;
        if skb.data().len() < ETH_HLEN {
            skb.free(DropReason::HdrTrunc);
            return Err(EMSGSIZE);
        }
        let skb = skb.into_raw().as_ptr();
        let napi = self.napi.as_ptr();
        // SAFETY: The packet is valid, and the kernel's from now on. The instance's device is valid
        // until it ends, when what its packets say about it is forgotten.
        unsafe {
            // Who sent it, if it is one that was sent, has no part in it any more.
            bindings::skb_orphan(skb);
            bindings::skb_record_rx_queue(skb, queue.index());
            bindings::skb_set_protocol(skb, bindings::eth_type_trans(skb, (*napi).dev));
            bindings::napi_gro_receive(napi, skb);
        }
        Ok(())
    }

    /// Gives back a packet that was sent (`napi_consume_skb()`), which is faster than dropping it.
    pub fn consume(&mut self, skb: SkBuff) {
        let budget = self.budget.min(c_int::MAX as usize) as c_int;
        // SAFETY: The packet is not used again. A budget that is not 0 says that this is polling
        // with bottom halves off.
        unsafe { bindings::napi_consume_skb(skb.into_raw().as_ptr(), budget) }
    }
}

/// Polls what belongs to an instance.
///
/// # Safety
///
/// Only to be called by the kernel, for the instance of an [`OwnedNapis`] with a `P`.
unsafe extern "C" fn poll_one<P: Poll>(napi: *mut bindings::napi_struct, budget: c_int) -> c_int {
    // SAFETY: It is the field of an instance, over which `Opaque` is transparent.
    let instance = unsafe { crate::container_of!(Opaque::cast_from(napi), Instance, napi) };
    // SAFETY: By the type invariants of `Instance`; it is enabled, and the kernel has one task at a
    // time poll it. The reference ends before that is completed.
    let polled = unsafe { &mut *(*(*instance).polled.get()).cast::<P>() };
    let mut cx = Polling {
        // SAFETY: The kernel's pointer is not null.
        napi: unsafe { NonNull::new_unchecked(napi) },
        budget: usize::try_from(budget).unwrap_or(0),
        received: 0,
        _instance: PhantomData,
        _task: NotThreadSafe,
    };
    let rearm = match polled.poll(&mut cx) {
        Polled::Idle(rearm) if cx.budget == 0 || cx.has_budget() => rearm,
        // All of it says that this is not complete. A budget of 0 is only for what was sent.
        _ => return budget,
    };
    // There are no more than the budget.
    let received = cx.received as c_int;
    // SAFETY: This task polls the instance, and has not used all of the budget.
    if unsafe { bindings::napi_complete_done(napi, received) } {
        // Somebody else may use what is polled from here on.
        P::rearm(rearm);
    }
    received
}
