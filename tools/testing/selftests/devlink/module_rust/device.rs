// SPDX-License-Identifier: GPL-2.0

//! The device's life: probe, reload, remove.

use crate::{
    bus::{
        Config,
        TestBus, //
    },
    callback::Callback,
    control::Control,
    dpipe::{
        self,
        Tables, //
    },
    eswitch::Modes,
    health::{
        self,
        Reporters, //
    },
    info::Tests,
    linecard::Linecards,
    notifiers,
    packet::FloodSwitch,
    param::Params,
    port::{
        self,
        Ports, //
    },
    rate::Rates,
    region::{
        self,
        Regions, //
    },
    resource::Resources,
    sb::{
        self,
        Buffers, //
    },
    trap::{
        self,
        Traps, //
    }, //
};

use kernel::{
    fmt,
    net::{
        devlink::{
            self,
            dpipe::Header,
            Action,
            AddedPort,
            Bringup,
            Driver,
            EswitchEncapMode,
            EswitchInlineMode,
            EswitchMode,
            Image,
            Info,
            Locked,
            NewPort,
            Progress,
            Reload,
            Selftests,
            Setup,
            SharedBuffers,
            Why, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    }, //
};

/// The driver: of a device with every optional callback, or with none.
pub(crate) struct Test<const FULL: bool>;

/// What lives as long as the driver is bound to the device.
#[pin_data]
pub(crate) struct Data<'bound, const FULL: bool> {
    dev: &'bound devlink::bus::Device<TestBus>,
    pub(crate) flood: FloodSwitch,
    pub(crate) params: Params<'bound, FULL>,
    #[pin]
    pub(crate) resources: Resources<'bound, FULL>,
    pub(crate) regions: Regions<'bound, FULL>,
    #[pin]
    pub(crate) modes: Mutex<Modes>,
}

impl<const FULL: bool> Data<'_, FULL> {
    /// The device's number.
    pub(crate) fn id(&self) -> u32 {
        self.dev.id()
    }

    pub(crate) fn control(&self) -> &Arc<Control> {
        &self.dev.value().control
    }

    /// What the user asked for.
    pub(crate) fn config(&self) -> &Config {
        &self.dev.value().config
    }

    /// How each callback begins, see `Control::call`.
    pub(crate) fn call(
        &self,
        callback: Callback,
        extack: Extack<'_>,
        arguments: fmt::Arguments<'_>,
    ) -> Result {
        self.dev.value().control.call(callback, extack, arguments)
    }
}

/// What exists only while the device is up. What is made later goes earlier.
pub(crate) struct Up<'up, const FULL: bool> {
    pub(crate) traps: Traps<'up, FULL>,
    pub(crate) linecards: Linecards<'up, FULL>,
    pub(crate) rates: Rates<'up, FULL>,
    pub(crate) ports: Ports<'up, FULL>,
    pub(crate) buffers: Buffers<'up, FULL>,
    pub(crate) tables: Tables<'up, FULL>,
    pub(crate) reporters: Reporters<'up, FULL>,
}

/// `enum devlink_reload_action`.
fn number_of(action: Action) -> u32 {
    match action {
        Action::DriverReinit => 1,
        Action::FwActivate => 2,
    }
}

#[vtable]
impl<const FULL: bool> Driver for Test<FULL> {
    type Device = devlink::bus::Device<TestBus>;
    type Data<'bound> = Data<'bound, FULL>;
    type Up<'up> = Up<'up, FULL>;

    const RELOAD: Reload = if FULL {
        Reload::DRIVER_REINIT.and(Reload::FW_ACTIVATE)
    } else {
        Reload::NONE
    };
    const FLASH_OVERWRITE: bool = FULL;
    const SELFTESTS: Selftests<Self> = if FULL {
        Selftests::of::<Tests>()
    } else {
        Selftests::NONE
    };
    const RATES: devlink::Rates<Self> = devlink::Rates::of();
    const TRAPS: devlink::Traps<Self> = devlink::Traps::of();
    const SHARED_BUFFERS: SharedBuffers<Self> = SharedBuffers::of();
    const DPIPE_HEADERS: &'static [Header] = dpipe::HEADERS;

    const HAS_MAY_GO_DOWN: bool = FULL;
    const HAS_MAY_ACTIVATE_LIVE: bool = FULL;
    const HAS_ACTIVATE_LIVE: bool = FULL;
    const HAS_INFO: bool = FULL;
    const HAS_FLASH: bool = FULL;
    const HAS_PORT_NEW: bool = FULL;
    const HAS_ESWITCH_MODE: bool = FULL;
    const HAS_SET_ESWITCH_MODE: bool = FULL;
    const HAS_ESWITCH_INLINE_MODE: bool = FULL;
    const HAS_SET_ESWITCH_INLINE_MODE: bool = FULL;
    const HAS_ESWITCH_ENCAP_MODE: bool = FULL;
    const HAS_SET_ESWITCH_ENCAP_MODE: bool = FULL;

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound, FULL>, Error> {
        pin_init::pin_init_scope(move || {
            let config = &dev.value().config;
            dev.value().nesting.enter(setup)?;
            if !config.parallel_reads {
                setup.one_at_a_time()?;
            }
            Ok(try_pin_init!(Data {
                dev,
                flood: FloodSwitch::new()?,
                params: Params::new(setup, config.params)?,
                resources <- Resources::new(setup, config.resources),
                regions: setup.groups()?,
                modes <- new_mutex!(Modes::INITIAL),
            }? Error))
        })
    }

    fn up<'up>(
        cx: &Bringup<'up, '_, Self>,
        why: &Why,
        extack: Extack<'_>,
    ) -> Result<Up<'up, FULL>> {
        let data = cx.data();
        if let Why::Reload { action, .. } = why {
            let arguments = fmt!("action={} limit=0", number_of(*action));
            data.call(Callback::ReloadUp, extack, arguments)?;
        }
        *data.modes.lock() = Modes::INITIAL;
        if *why == Why::Probe {
            region::create(cx)?;
        }
        notifiers::up(cx)?;
        data.params.start(cx)?;
        data.resources.start(cx)?;
        let traps = trap::up(cx)?;
        let linecards = Linecards::up(cx)?;
        let rates = Rates::new(cx)?;
        let ports = Ports::up(cx, linecards.first)?;
        rates.up(cx, &ports)?;
        let buffers = sb::up(cx, &ports)?;
        let tables = dpipe::up(cx)?;
        let reporters = health::up(cx)?;
        health::add_more(&reporters, cx, &ports)?;
        if *why == Why::Probe {
            ports.add_region(cx)?;
        }
        Ok(Up {
            traps,
            linecards,
            rates,
            ports,
            buffers,
            tables,
            reporters,
        })
    }

    fn may_go_down(cx: &Locked<'_, Self>, why: &Why, extack: Extack<'_>) -> Result {
        let Why::Reload {
            action,
            to_other_netns,
        } = why
        else {
            return Ok(());
        };
        let arguments = fmt!(
            "netns_change={} action={} limit=0 failed={}",
            u32::from(*to_other_netns),
            number_of(*action),
            u32::from(cx.has_reload_failed()),
        );
        cx.data().call(Callback::ReloadDown, extack, arguments)
    }

    fn may_activate_live(cx: &Locked<'_, Self>, extack: Extack<'_>) -> Result {
        let failed = u32::from(cx.has_reload_failed());
        let arguments = fmt!("netns_change=0 action=2 limit=1 failed={failed}");
        cx.data().call(Callback::ReloadDown, extack, arguments)
    }

    fn activate_live(cx: &Locked<'_, Self>, extack: Extack<'_>) -> Result {
        cx.data()
            .call(Callback::ReloadUp, extack, fmt!("action=2 limit=1"))
    }

    fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, extack: Extack<'_>) -> Result {
        cx.data().info(out, extack)
    }

    fn flash(
        cx: &Locked<'_, Self>,
        image: &Image<'_>,
        progress: &Progress<'_>,
        extack: Extack<'_>,
    ) -> Result {
        cx.data().flash(image, progress, extack)
    }

    fn port_new<'a>(
        cx: &'a Locked<'_, Self>,
        wanted: &NewPort,
        extack: Extack<'_>,
    ) -> Result<AddedPort<'a>> {
        port::new(cx, wanted, extack)
    }

    fn eswitch_mode(cx: &Locked<'_, Self>) -> Result<EswitchMode> {
        cx.data().eswitch_mode()
    }

    fn set_eswitch_mode(cx: &Locked<'_, Self>, mode: EswitchMode, extack: Extack<'_>) -> Result {
        cx.data().set_eswitch_mode(mode, extack)
    }

    fn eswitch_inline_mode(cx: &Locked<'_, Self>) -> Result<EswitchInlineMode> {
        cx.data().eswitch_inline_mode()
    }

    fn set_eswitch_inline_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchInlineMode,
        extack: Extack<'_>,
    ) -> Result {
        cx.data().set_eswitch_inline_mode(mode, extack)
    }

    fn eswitch_encap_mode(cx: &Locked<'_, Self>) -> Result<EswitchEncapMode> {
        cx.data().eswitch_encap_mode()
    }

    fn set_eswitch_encap_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchEncapMode,
        extack: Extack<'_>,
    ) -> Result {
        cx.data().set_eswitch_encap_mode(mode, extack)
    }
}
