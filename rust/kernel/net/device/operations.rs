// SPDX-License-Identifier: GPL-2.0

//! What a driver does with an Ethernet device.

use super::{
    EtherDevice,
    Features,
    Frame,
    Opening,
    PortId,
    Rtnl,
    RxMode,
    Stats,
    TxQueue,
    Vlan,
    ETH_ALEN, //
};

use crate::{
    error::VTABLE_DEFAULT_ERROR,
    net::ethtool::Ethtool,
    prelude::*, //
};

/// A driver's own part of an Ethernet device (`struct net_device_ops`).
///
/// Of two kinds of state there is a type: `self` is there as long as the device, and
/// [`Open`](Self::Open), with the [senders](Self::Sender) and what NAPI polls, while it is up.
///
/// The kernel calls all but [`tx_timeout`](Self::tx_timeout), [`stats`](Self::stats),
/// [`physical_port_id`](Self::physical_port_id) and [`fix_features`](Self::fix_features) with RTNL
/// held, and they can sleep; it does not hold the
/// device's own lock (`netdev_lock()`).
///
/// # Examples
///
/// A cable from a device to itself. What is sent waits in a ring, until NAPI receives it:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Completions,
///             Frame,
///             Opening,
///             Operations,
///             QueueStats,
///             Registration,
///             RxQueue,
///             Settings,
///             Stats,
///             Transmit,
///             TxQueue, //
///         },
///         namespace::Net,
///         napi::{
///             Napi,
///             Poll,
///             Polled,
///             Polling, //
///         },
///         skbuff::{
///             DropReason,
///             RxBuffer,
///             SkBuff, //
///         }, //
///     },
///     prelude::*,
///     sync::{
///         new_spinlock,
///         Arc,
///         SpinLock, //
///     }, //
/// };
///
/// /// How many frames a ring has room for.
/// const RING: usize = 4;
///
/// /// What a sender and a receiver share.
/// #[pin_data]
/// struct Ring {
///     #[pin]
///     frames: SpinLock<[Option<SkBuff>; RING]>,
/// }
///
/// impl Ring {
///     fn push(&self, skb: SkBuff) {
///         if let Some(slot) = self.frames.lock().iter_mut().find(|slot| slot.is_none()) {
///             *slot = Some(skb);
///         }
///     }
///
///     fn pop(&self) -> Option<SkBuff> {
///         let mut frames = self.frames.lock();
///         let first = frames[0].take();
///         frames.rotate_left(1);
///         first
///     }
///
///     fn room(&self) -> usize {
///         self.frames.lock().iter().filter(|slot| slot.is_none()).count()
///     }
/// }
///
/// /// The device: what lasts, whether it is up or not.
/// #[derive(Default)]
/// struct Cable {
///     sent: QueueStats,
///     received: QueueStats,
/// }
///
/// struct Sender<'open> {
///     ring: Arc<Ring>,
///     napi: Napi,
///     sent: &'open QueueStats,
/// }
///
/// impl Transmit for Sender<'_> {
///     fn start_xmit(&mut self, queue: &mut TxQueue<'_>, frame: Frame<'_>) {
///         if self.ring.room() == 0 {
///             return frame.refuse(DropReason::FullRing);
///         }
///         // Before the receiver can see the frame.
///         queue.sent(frame.len());
///         self.sent.add(1, frame.len());
///         self.ring.push(frame.take());
///         queue.stop_below(1, 2, || self.ring.room());
///         if queue.needs_doorbell() {
///             // A device would be told of the frames now, and interrupt when some were received.
///             self.napi.schedule();
///         }
///     }
/// }
///
/// struct Receiver<'open> {
///     ring: Arc<Ring>,
///     completions: Completions<'open>,
///     queue: RxQueue<'open>,
///     received: &'open QueueStats,
/// }
///
/// /// What a device would do: write the frame into memory that it has for that.
/// fn receive(cx: &mut Polling<'_>, sent: &SkBuff) -> Result<SkBuff> {
///     if sent.len() < 256 {
///         // The memory, the ring's own, is used again.
///         return cx.copy(sent.data());
///     }
///     let mut buffer = RxBuffer::new(1518)?;
///     buffer[..sent.len()].copy_from_slice(sent.data());
///     cx.build(buffer, sent.len())
/// }
///
/// impl Poll for Receiver<'_> {
///     type Rearm = ();
///
///     fn poll(&mut self, cx: &mut Polling<'_>) -> Polled<()> {
///         while cx.has_budget() {
///             let Some(sent) = self.ring.pop() else {
///                 return Polled::Idle(());
///             };
///             if let Ok(skb) = receive(cx, &sent) {
///                 self.received.add(1, skb.len());
///                 if cx.receive(skb, &self.queue).is_err() {
///                     self.received.count_error();
///                 }
///             } else {
///                 self.received.count_dropped();
///             }
///             self.completions.completed(1, sent.len(), 2, || self.ring.room());
///             cx.consume(sent);
///         }
///         Polled::More
///     }
///
///     fn rearm((): ()) {}
/// }
///
/// #[vtable]
/// impl Operations for Cable {
///     type Open<'open> = ();
///     type Sender<'open> = Sender<'open>;
///
///     fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<()> {
///         let ring = Arc::pin_init(
///             pin_init!(Ring {
///                 frames <- new_spinlock!([const { None }; RING]),
///             }),
///             GFP_KERNEL,
///         )?;
///         let (slot, completions) = cx.tx_queue()?;
///         let receiver = Receiver {
///             ring: ring.clone(),
///             completions,
///             queue: cx.rx_queue()?,
///             received: &self.received,
///         };
///         let napi = cx.napi(receiver)?;
///         let sent = &self.sent;
///         cx.sender(slot, Sender { ring, napi, sent });
///         Ok(())
///     }
///
///     fn stats(&self, stats: &mut Stats<'_>) {
///         stats.sent(&self.sent);
///         stats.received(&self.received);
///     }
/// }
///
/// let settings = Settings::new(c"rust_cable%d").queues(1, 1);
/// let cable = Registration::new(&settings, None, Net::init(), Cable::default())?;
///
/// // What a user does with the device.
/// # use kernel::net::device::testing;
/// # use kernel::time::{delay::fsleep, Delta};
/// let mut frame = [0; 1000];
/// frame[..6].fill(0xff);
/// frame[12..14].copy_from_slice(&0x9000_u16.to_be_bytes());
///
/// testing::bring_up(cable.device())?;
/// for _ in 0..3 {
///     testing::send(cable.device(), &frame[..60])?;
/// }
/// testing::send(cable.device(), &frame)?;
/// # for _ in 0..1000 {
/// #     if cable.received.packets() >= 4 {
/// #         break;
/// #     }
/// #     fsleep(Delta::from_millis(1));
/// # }
/// // IPv6 may have sent something, too.
/// assert!(cable.received.packets() >= 4);
///
/// testing::take_down(cable.device());
/// let stats = testing::stats(cable.device());
/// assert_eq!(stats.tx_packets, cable.sent.packets());
/// assert_eq!(stats.rx_packets, cable.received.packets());
/// assert!(stats.rx_packets <= stats.tx_packets);
/// assert!(stats.rx_bytes >= 1180);
/// assert_eq!(stats.rx_errors, 0);
///
/// // Nothing is sent by a device that is down.
/// assert!(testing::send(cable.device(), &frame).is_err());
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait Operations: Sized + Send + Sync {
    /// What there is while the device is up, but for senders and what is polled. Dropping it takes
    /// the device down, with RTNL held: what waits there for a work or a lock must not need RTNL.
    type Open<'open>: Send
    where
        Self: 'open;

    /// What sends the frames of one queue.
    type Sender<'open>: Transmit + 'open
    where
        Self: 'open;

    /// What ethtool(8) can ask for.
    const ETHTOOL: Ethtool<Self> = Ethtool::NONE;

    /// How many bytes the headers of a packet can have at most that the device is to cut into
    /// frames ([`Features::TSO`]): others are cut by the kernel (`ndo_features_check`).
    const MAX_TSO_HEADERS: u32 = u32::MAX;

    /// Brings the device up (`ndo_open`).
    ///
    /// The queues are those that are made with `cx`, which then are what the device has until the
    /// next time (`netif_set_real_num_queues()`). When this returns, frames are sent.
    ///
    /// Before the device is taken down (`ndo_stop`), which also happens before it is unregistered,
    /// frames are no longer sent and nothing is polled any more. Then come the destructors: first
    /// that of [`Open`](Self::Open), then those of the senders, then those of what NAPI polled.
    fn open<'open>(&'open self, cx: &mut Opening<'open, Self>) -> Result<Self::Open<'open>>;

    /// Says what was sent and received (`ndo_get_stats64`). What the kernel itself dropped it adds.
    ///
    /// In an RCU read-side section: cannot sleep. Runs side by side with everything.
    fn stats(&self, stats: &mut Stats<'_>) {
        let _ = stats;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Says which frames are to be received (`ndo_set_rx_mode_async`). Only while the device is
    /// up, soon after it was brought up, and when something changes.
    ///
    /// If this fails, it is called again after some time, a few times.
    fn set_rx_mode(&self, cx: &mut Rtnl<'_, Self>, mode: RxMode<'_>) -> Result {
        let _ = (cx, mode);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Gives the device another address, that of a station (`ndo_set_mac_address`). If this
    /// succeeds it has it. Without this operation the device must be down for it.
    fn set_mac_address(&self, cx: &mut Rtnl<'_, Self>, address: [u8; ETH_ALEN]) -> Result {
        let _ = (cx, address);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Has frames of a VLAN be received, too (`ndo_vlan_rx_add_vid`). The kernel calls this for a
    /// device with the feature that filters VLANs with such tags, whether it is up or not, also
    /// about VLAN 0, which are frames that only have a priority. When users switch the filter off
    /// the driver is asked to [remove](Self::remove_vlan) all VLANs, and when they switch it on to
    /// add them again. A device with such a feature and without this cannot be made.
    fn add_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        let _ = (cx, vlan);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Has frames of a VLAN not be received any more (`ndo_vlan_rx_kill_vid`). Goes with
    /// [`add_vlan`](Self::add_vlan).
    fn remove_vlan(&self, cx: &mut Rtnl<'_, Self>, vlan: Vlan) -> Result {
        let _ = (cx, vlan);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the MTU to one of those that the [settings](super::Settings::mtu) allow
    /// (`ndo_change_mtu`). [`NetDevice::mtu`](super::NetDevice::mtu) has the new one already; if
    /// this fails, it is the old one again.
    fn change_mtu(&self, cx: &mut Rtnl<'_, Self>, mtu: u32) -> Result {
        let _ = (cx, mtu);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Which port of which card the device is (`ndo_get_phys_port_id`). If it fails with
    /// `EOPNOTSUPP`, that is not known. Does not sleep.
    fn physical_port_id(&self) -> Result<PortId> {
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Which of these features go together (`ndo_fix_features`); others remain off. RTNL is held;
    /// does not sleep.
    fn fix_features(&self, features: Features) -> Features {
        let _ = features;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Switches features on and off, so that they are `features` (`ndo_set_features`).
    fn set_features(&self, cx: &mut Rtnl<'_, Self>, features: Features) -> Result {
        let _ = (cx, features);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// A queue is stopped for longer than the [settings](super::Settings::tx_timeout) say
    /// (`ndo_tx_timeout`).
    ///
    /// Bottom halves are off and all queues are locked: cannot sleep. What is to be done about it
    /// is left to [`service`](Self::service).
    fn tx_timeout(&self, device: &EtherDevice<Self>, queue: usize) {
        let _ = (device, queue);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Does what could not be done where it was found necessary, as to
    /// [restart](Rtnl::restart) the device: a work that
    /// [`EtherDevice::schedule_service`] schedules calls this, if the device is up by then.
    fn service(&self, cx: &mut Rtnl<'_, Self>) {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// What sends the frames of one queue.
pub trait Transmit: Send {
    /// Sends a frame (`ndo_start_xmit`): takes the packet out of it, or refuses it. One that is
    /// neither counts as dropped.
    ///
    /// Runs with bottom halves off and the queue locked, so for one frame of the queue at a time;
    /// cannot sleep.
    fn start_xmit(&mut self, queue: &mut TxQueue<'_>, frame: Frame<'_>);
}

/// For devices that never send.
impl Transmit for core::convert::Infallible {
    fn start_xmit(&mut self, _: &mut TxQueue<'_>, _: Frame<'_>) {
        match *self {}
    }
}
