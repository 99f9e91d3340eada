// SPDX-License-Identifier: GPL-2.0

//! What can happen to a network device.

use super::lag::{
    is_lag_master,
    BondInfo,
    Lag,
    LagPorts,
    LowerState, //
};

use crate::{
    bindings,
    net::device::NetDevice, //
};

/// The events, and how they are made of those of C that say no more than that they happened.
macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $event:ident;)*) => {
        /// What happens to a device (`enum netdev_cmd`).
        #[derive(Copy, Clone)]
        #[non_exhaustive]
        pub enum Event<'a> {
            $($(#[$doc])* $name,)*
            /// Another device is about to get above it, a bond for instance, or to leave it.
            PreChangeUpper(Upper<'a>),
            /// Another device got above it, or left it.
            ChangeUpper(Upper<'a>),
            /// As the port of a link aggregation it is in another state; `None` if it is the port
            /// of something else.
            ChangeLowerState(Option<LowerState>),
            /// The bond that it is a port of says how that is.
            BondingInfo(BondInfo),
        }

        /// An event that says no more.
        fn plain(event: bindings::netdev_cmd) -> Option<Event<'static>> {
            match event {
                $(bindings::$event => Some(Event::$name),)*
                _ => None,
            }
        }
    };
}

events! {
    /// It was brought up.
    Up = netdev_cmd_NETDEV_UP;
    /// It was taken down.
    Down = netdev_cmd_NETDEV_DOWN;
    /// Its hardware crashed and was started anew.
    Reboot = netdev_cmd_NETDEV_REBOOT;
    /// Its flags or its carrier changed.
    Change = netdev_cmd_NETDEV_CHANGE;
    /// It was registered, or came to the namespace. For a device that was there already this is
    /// what a new listener hears first.
    Register = netdev_cmd_NETDEV_REGISTER;
    /// It is being unregistered, or leaves the namespace. For a device that stays this is what a
    /// listener hears last.
    Unregister = netdev_cmd_NETDEV_UNREGISTER;
    /// Its MTU changed.
    ChangeMtu = netdev_cmd_NETDEV_CHANGEMTU;
    /// Its address changed.
    ChangeAddr = netdev_cmd_NETDEV_CHANGEADDR;
    /// Its address is about to change.
    PreChangeAddr = netdev_cmd_NETDEV_PRE_CHANGEADDR;
    /// It is about to be taken down.
    GoingDown = netdev_cmd_NETDEV_GOING_DOWN;
    /// It has another name.
    ChangeName = netdev_cmd_NETDEV_CHANGENAME;
    /// It can do something else than before.
    FeatChange = netdev_cmd_NETDEV_FEAT_CHANGE;
    /// As a bond, it uses another port.
    BondingFailover = netdev_cmd_NETDEV_BONDING_FAILOVER;
    /// It is about to be brought up.
    PreUp = netdev_cmd_NETDEV_PRE_UP;
    /// It is about to become a device of another kind.
    PreTypeChange = netdev_cmd_NETDEV_PRE_TYPE_CHANGE;
    /// It became a device of another kind.
    PostTypeChange = netdev_cmd_NETDEV_POST_TYPE_CHANGE;
    /// It is about to be registered, and has its name and number.
    PostInit = netdev_cmd_NETDEV_POST_INIT;
    /// It was unregistered, as far as others can see.
    PreUninit = netdev_cmd_NETDEV_PRE_UNINIT;
    /// As a bond, it gave a port back.
    Release = netdev_cmd_NETDEV_RELEASE;
    /// Its peers are to be told where it is.
    NotifyPeers = netdev_cmd_NETDEV_NOTIFY_PEERS;
    /// It joins another device: a bridge, a bond.
    Join = netdev_cmd_NETDEV_JOIN;
    /// Its multicast groups are to be joined anew.
    ResendIgmp = netdev_cmd_NETDEV_RESEND_IGMP;
    /// Its MTU is about to change.
    PreChangeMtu = netdev_cmd_NETDEV_PRECHANGEMTU;
    /// What its kind of device has to say of it changed.
    ChangeInfoData = netdev_cmd_NETDEV_CHANGEINFODATA;
    /// It is to be told the UDP tunnels that there are.
    UdpTunnelPushInfo = netdev_cmd_NETDEV_UDP_TUNNEL_PUSH_INFO;
    /// It is to forget the UDP tunnels that there are.
    UdpTunnelDropInfo = netdev_cmd_NETDEV_UDP_TUNNEL_DROP_INFO;
    /// The length of its queue is about to change.
    ChangeTxQueueLen = netdev_cmd_NETDEV_CHANGE_TX_QUEUE_LEN;
    /// It filters by customer VLANs from now on.
    CvlanFilterPushInfo = netdev_cmd_NETDEV_CVLAN_FILTER_PUSH_INFO;
    /// It filters by customer VLANs no more.
    CvlanFilterDropInfo = netdev_cmd_NETDEV_CVLAN_FILTER_DROP_INFO;
    /// It filters by service VLANs from now on.
    SvlanFilterPushInfo = netdev_cmd_NETDEV_SVLAN_FILTER_PUSH_INFO;
    /// It filters by service VLANs no more.
    SvlanFilterDropInfo = netdev_cmd_NETDEV_SVLAN_FILTER_DROP_INFO;
    /// Hardware is to count its packets.
    OffloadXstatsEnable = netdev_cmd_NETDEV_OFFLOAD_XSTATS_ENABLE;
    /// Hardware is to count its packets no more.
    OffloadXstatsDisable = netdev_cmd_NETDEV_OFFLOAD_XSTATS_DISABLE;
    /// Who counts its packets in hardware is asked to say so.
    OffloadXstatsReportUsed = netdev_cmd_NETDEV_OFFLOAD_XSTATS_REPORT_USED;
    /// Who counts its packets in hardware is asked what was counted.
    OffloadXstatsReportDelta = netdev_cmd_NETDEV_OFFLOAD_XSTATS_REPORT_DELTA;
    /// It can do something else with XDP than before.
    XdpFeatChange = netdev_cmd_NETDEV_XDP_FEAT_CHANGE;
}

/// A device that gets above another one, or leaves it (`struct netdev_notifier_changeupper_info`).
#[derive(Copy, Clone)]
pub struct Upper<'a> {
    /// That device.
    pub device: &'a NetDevice,
    /// Whether it owns the other one: it is a bond, a team, a bridge.
    pub master: bool,
    /// Whether it gets there; otherwise it leaves.
    pub linking: bool,
    /// If it is a link aggregation that gets there, of which kind.
    pub lag: Option<Lag>,
    is_lag: bool,
}

impl<'a> Event<'a> {
    /// The event of a notification; `None` if it is not known.
    ///
    /// # Safety
    ///
    /// The kernel notifies of `event` with `info`, and does not return from that during `'a`.
    pub(super) unsafe fn from_c(
        event: bindings::netdev_cmd,
        info: *const bindings::netdev_notifier_info,
    ) -> Option<Self> {
        // SAFETY: By the requirements of this function; with these events the kernel passes that
        // kind of information.
        unsafe {
            match event {
                bindings::netdev_cmd_NETDEV_PRECHANGEUPPER => {
                    Upper::from_c(&*info.cast()).map(Event::PreChangeUpper)
                }
                bindings::netdev_cmd_NETDEV_CHANGEUPPER => {
                    Upper::from_c(&*info.cast()).map(Event::ChangeUpper)
                }
                bindings::netdev_cmd_NETDEV_CHANGELOWERSTATE => {
                    Some(Event::ChangeLowerState(LowerState::from_c(&*info.cast())))
                }
                bindings::netdev_cmd_NETDEV_BONDING_INFO => {
                    let info: *const bindings::netdev_notifier_bonding_info = info.cast();
                    BondInfo::from_c(&(*info).bonding_info).map(Event::BondingInfo)
                }
                _ => plain(event),
            }
        }
    }

    /// Whether it does not happen, or is undone, if a listener fails.
    pub(super) fn can_be_refused(&self) -> bool {
        match self {
            Event::PreChangeUpper(upper) | Event::ChangeUpper(upper) => upper.linking,
            Event::Register
            | Event::PreUp
            | Event::ChangeName
            | Event::PreChangeMtu
            | Event::ChangeMtu
            | Event::PreChangeAddr
            | Event::PreTypeChange
            | Event::ChangeTxQueueLen
            | Event::CvlanFilterPushInfo
            | Event::SvlanFilterPushInfo
            | Event::OffloadXstatsEnable => true,
            _ => false,
        }
    }
}

impl<'a> Upper<'a> {
    /// The ports that the device above has, if it is a bond or a team
    /// (`netdev_for_each_lower_dev()`).
    ///
    /// When [`Event::ChangeUpper`] is heard, one that got there is among them, and one that left is
    /// not; at [`Event::PreChangeUpper`] it is the other way round.
    pub fn lag_ports(&self) -> Option<LagPorts<'a>> {
        // SAFETY: The kernel notifies with RTNL held, and a listener cannot have this for longer:
        // it gets it with a lifetime that it is generic over, and only `from_c` makes one.
        self.is_lag.then(|| unsafe { LagPorts::new(self.device) })
    }

    /// # Safety
    ///
    /// As for [`Event::from_c`].
    unsafe fn from_c(info: &bindings::netdev_notifier_changeupper_info) -> Option<Self> {
        // SAFETY: The kernel says what a device does that exists, and not what else that is: only
        // link aggregations say how they send.
        let (device, is_lag) = unsafe {
            (
                NetDevice::from_raw(info.upper_dev),
                is_lag_master(info.upper_dev),
            )
        };
        let lag: *const bindings::netdev_lag_upper_info = info.upper_info.cast();
        let lag = if is_lag && info.linking && !lag.is_null() {
            // SAFETY: It is not null, and a link aggregation's.
            Some(Lag::from_c(unsafe { &*lag })?)
        } else {
            None
        };
        Some(Upper {
            device,
            master: info.master,
            linking: info.linking,
            lag,
            is_lag,
        })
    }
}
