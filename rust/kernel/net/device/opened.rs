// SPDX-License-Identifier: GPL-2.0

//! What there is of an Ethernet device while it is up.
//!
//! It is made with RTNL held, and then shown to those who send: these read a pointer with the lock
//! of their queue held. Whoever takes it away, also with RTNL held, takes each of these locks, and
//! so waits for them.

use super::{
    queue::{
        Completions,
        RxQueue,
        TxSlot, //
    },
    Carrier,
    EtherDevice,
    Frame,
    Operations,
    Transmit,
    TxQueue, //
};

use crate::{
    bindings,
    error::to_result,
    net::napi::{
        Napi,
        OwnedNapis,
        Poll, //
    },
    prelude::*, //
};

use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    ptr::NonNull, //
};

/// What there is while a device is up.
///
/// # Invariants
///
/// Once there is a pointer to it in the device's private memory, the vectors do not change, a
/// sender is used by the task that holds the lock of its queue, and `open` by the one that holds
/// RTNL.
pub(super) struct Opened<'open, N: Operations + 'open> {
    open: Option<N::Open<'open>>,
    senders: KVec<UnsafeCell<Option<N::Sender<'open>>>>,
    napis: OwnedNapis<'open>,
    rx_queues: u16,
    carrier: Option<Carrier>,
}

impl<N: Operations> Drop for Opened<'_, N> {
    fn drop(&mut self) {
        if let Some(carrier) = &self.carrier {
            carrier.end();
        }
        self.napis.stop();
        self.open = None;
        self.senders.clear();
        self.napis.clear();
    }
}

/// What a device is brought up with, see [`Operations::open`].
pub struct Opening<'open, N: Operations> {
    device: &'open EtherDevice<N>,
    opened: Opened<'open, N>,
    _lifetime: PhantomData<fn(&'open ()) -> &'open ()>,
}

impl<'open, N: Operations> Opening<'open, N> {
    /// The device.
    pub fn device(&self) -> &'open EtherDevice<N> {
        self.device
    }

    /// The next queue for frames to send, and what says that these were sent. It drops all frames
    /// until it has a [sender](Self::sender).
    ///
    /// Fails with `EINVAL` if there are more than the device was made for.
    pub fn tx_queue(&mut self) -> Result<(TxSlot<'open>, Completions<'open>)> {
        let index = self.opened.senders.len();
        let device = self.device.as_raw();
        // SAFETY: The device is valid, and the number does not change.
        if index >= unsafe { (*device).num_tx_queues } as usize {
            return Err(EINVAL);
        }
        self.opened
            .senders
            .push(UnsafeCell::new(None), GFP_KERNEL)?;
        // SAFETY: There is a queue with this number, as long as the device. It has no completions
        // yet: those of the last time ended with that.
        let completions = unsafe {
            Completions::new(NonNull::new_unchecked(bindings::netdev_get_tx_queue(
                device,
                index as u32,
            )))
        };
        Ok((TxSlot::new(index), completions))
    }

    /// Says what sends the frames of a queue.
    pub fn sender(&mut self, slot: TxSlot<'open>, sender: N::Sender<'open>) {
        if let Some(place) = self.opened.senders.get_mut(slot.index()) {
            *place.get_mut() = Some(sender);
        }
    }

    /// The next queue of received frames. The kernel knows from then on that there is one, for
    /// frames may come by it before the device is up.
    ///
    /// Fails with `EINVAL` if there are more than the device was made for.
    pub fn rx_queue(&mut self) -> Result<RxQueue<'open>> {
        let index = self.opened.rx_queues;
        let device = self.device.as_raw();
        // SAFETY: The device is valid. One number does not change, the others with RTNL only.
        let (max, now, tx_queues) = unsafe {
            (
                (*device).num_rx_queues,
                (*device).real_num_rx_queues,
                (*device).real_num_tx_queues,
            )
        };
        let count = u32::from(index) + 1;
        if count > max {
            return Err(EINVAL);
        }
        if count > now {
            // SAFETY: The device is valid and has so many queues. RTNL is held.
            to_result(unsafe { bindings::netif_set_real_num_queues(device, tx_queues, count) })?;
        }
        self.opened.rx_queues += 1;
        Ok(RxQueue::new(index))
    }

    /// What says whether there is a link, as long as the device is up. Each is the same.
    pub fn carrier(&mut self) -> Result<Carrier> {
        if let Some(carrier) = &self.opened.carrier {
            return Ok(carrier.clone());
        }
        // SAFETY: A reference has no null pointer. The device is valid for `'open`, before whose
        // end `opened` is dropped, which ends this.
        let carrier = unsafe { Carrier::new(NonNull::new_unchecked(self.device.as_raw()))? };
        self.opened.carrier = Some(carrier.clone());
        Ok(carrier)
    }

    /// Has the kernel poll `poll` from now on, whenever what is returned is scheduled
    /// (`netif_napi_add_config()`, `napi_enable()`).
    pub fn napi<P: Poll + 'open>(&mut self, poll: P) -> Result<Napi> {
        // SAFETY: The device is valid for `'open`. RTNL is held, and the device's lock is not. The
        // owner stops them before it is dropped.
        unsafe { self.opened.napis.add(self.device.as_raw(), poll) }
    }
}

/// Brings a device up.
///
/// # Safety
///
/// RTNL is held, and the device is not open.
pub(super) unsafe fn open<N: Operations>(device: &EtherDevice<N>) -> Result {
    let mut opening = Opening {
        device,
        opened: Opened {
            open: None,
            senders: KVec::new(),
            napis: OwnedNapis::new(),
            rx_queues: 0,
            carrier: None,
        },
        _lifetime: PhantomData,
    };
    let open = device.value().open(&mut opening)?;
    let Opening { mut opened, .. } = opening;
    opened.open = Some(open);
    let tx_queues = opened.senders.len().max(1);
    let rx_queues = opened.rx_queues.max(1);
    // SAFETY: The device is valid and has so many queues. RTNL is held.
    to_result(unsafe {
        bindings::netif_set_real_num_queues(device.as_raw(), tx_queues as u32, u32::from(rx_queues))
    })?;
    let opened = KBox::new(opened, GFP_KERNEL)?;
    // INVARIANT: Nobody else has a reference to it.
    device.private().set_opened(KBox::into_raw(opened).cast());
    // Woken, not started: after a restart frames wait in queues.
    // SAFETY: The device is valid.
    unsafe { bindings::netif_tx_wake_all_queues(device.as_raw()) };
    Ok(())
}

/// Takes a device down, if it is open.
///
/// # Safety
///
/// RTNL is held, and nothing has a reference to what is open but those who send.
pub(super) unsafe fn close<N: Operations>(device: &EtherDevice<N>) {
    let opened: *mut Opened<'_, N> = device.private().opened().cast();
    if opened.is_null() {
        return;
    }
    device.private().set_opened(core::ptr::null_mut());
    // This takes the lock of each queue: then all that sends has seen that there is nothing.
    // SAFETY: The device is valid.
    unsafe { bindings::netif_tx_disable(device.as_raw()) };
    // SAFETY: It is what `open` made, and nobody has a reference to it any more.
    drop(unsafe { KBox::from_raw(opened) });
    // SAFETY: The device is valid, and the number does not change.
    let tx_queues = unsafe { (*device.as_raw()).num_tx_queues };
    for index in 0..tx_queues {
        // What was not completed was given back by the destructors above.
        // SAFETY: There is a queue with this number. It is stopped, and nothing is completed.
        unsafe {
            let queue = bindings::netdev_get_tx_queue(device.as_raw(), index);
            bindings::netdev_tx_reset_queue(queue);
        }
    }
}

/// What is open.
///
/// # Safety
///
/// RTNL is held during `'a`, and the device is not closed. The caller is generic over `'open`,
/// which is no longer than the device is valid.
pub(super) unsafe fn get<'a, 'open: 'a, N: Operations + 'open>(
    device: &'a EtherDevice<N>,
) -> Option<&'a N::Open<'open>> {
    let opened: *const Opened<'open, N> = device.private().opened().cast();
    // SAFETY: What it points to is valid until `close`, and the caller holds RTNL. The lifetime may
    // be any that those are generic over who see it.
    unsafe { opened.as_ref() }?.open.as_ref()
}

/// Has the sender of a queue send a frame. One without a sender drops it.
///
/// # Safety
///
/// The task holds the lock of the device's queue with the number `index`, which is `queue`.
pub(super) unsafe fn send<N: Operations>(
    device: &EtherDevice<N>,
    queue: NonNull<bindings::netdev_queue>,
    index: usize,
    frame: Frame<'_>,
) {
    let opened: *const Opened<'_, N> = device.private().opened().cast();
    // SAFETY: If it is not null, it is valid until the locks of all queues were free once.
    let Some(sender) = (unsafe { opened.as_ref() }).and_then(|opened| opened.senders.get(index))
    else {
        return;
    };
    // SAFETY: By the type invariants nobody else uses it: this task holds the lock of its queue.
    if let Some(sender) = unsafe { &mut *sender.get() } {
        // SAFETY: The task holds the lock of the queue.
        sender.start_xmit(&mut unsafe { TxQueue::new(queue) }, frame);
    }
}
