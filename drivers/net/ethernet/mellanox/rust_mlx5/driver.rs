// SPDX-License-Identifier: GPL-2.0

//! A device's life: probe, up, down, reload; which devices there are.

use crate::{
    board::Board,
    caps::Caps,
    card::Card,
    eq::{
        self,
        EventQueues, //
    },
    eswitch::{
        self,
        Eswitch,
        Running, //
    },
    events,
    flash,
    flow::{
        self,
        Table, //
    },
    hca::{
        self,
        Hca, //
    },
    health::{
        self,
        Fw,
        FwFatal,
        Health,
        Vnic, //
    },
    info,
    lag::Member,
    net::{
        self,
        Basis,
        Ethernet,
        Neighbours, //
    },
    params,
    reset,
    trap::{
        Packet,
        Traps, //
    },
    uar::Uar,
    vport, //
};

use kernel::{
    dma::DmaMask,
    irq,
    net::{
        devlink::{
            self,
            Action,
            Bringup,
            Driver,
            EswitchEncapMode,
            EswitchInlineMode,
            EswitchMode,
            Image,
            Info,
            Locked,
            Params,
            Progress,
            Reload,
            Reporter,
            Setup,
            Shared,
            TrapReporter,
            Unlocked,
            Why,
            Work, //
        },
        netlink::extack::Extack, //
    },
    pci::{
        self,
        IrqType,
        IrqTypes,
        IrqVectorRegistration, //
    },
    prelude::*,
    sync::{
        Arc,
        SetOnce, //
    },
    time::msecs_to_jiffies, //
};

/// The driver.
pub(crate) struct Mlx5;

/// What lives as long as the driver is bound to the device.
#[pin_data]
pub(crate) struct Data<'bound> {
    #[pin]
    pub(crate) card: Card<'bound>,
    vectors: IrqVectorRegistration<'bound>,
    #[pin]
    pub(crate) health: Health,
    pub(crate) fw: Reporter<'bound, Mlx5, Fw>,
    pub(crate) fatal: Reporter<'bound, Mlx5, FwFatal>,
    _vnic: Reporter<'bound, Mlx5, Vnic>,
    /// Looks at the device's health.
    pub(crate) work: Work<'bound, Mlx5>,
    /// What kind of board the device is on, from when that was asked for.
    pub(crate) board_id: SetOnce<[u8; 16]>,
    /// For frames that were trapped.
    pub(crate) traps: TrapReporter<'bound, Mlx5, Packet>,
    #[pin]
    pub(crate) eswitch: Eswitch,
    /// What it shares with the other functions of the card.
    pub(crate) board: Option<Shared<'bound, Board>>,
}

/// What exists only while the device is up. Dropped in this order.
pub(crate) struct Up<'up> {
    /// The network device, if there is to be one.
    pub(crate) ethernet: Option<Ethernet<'up>>,
    /// What the device can do, since it was initialised.
    pub(crate) caps: Arc<Caps>,
    pub(crate) switch: Running<'up>,
    pub(crate) traps: Arc<Traps<'up>>,
    _lag: Option<Member<'up>>,
    _last_table: Option<Table<'up>>,
    _event_queues: EventQueues<'up>,
    _uar: Uar<'up>,
    _hca: Hca<'up>,
}

kernel::pci_device_table!(
    IDS,
    (),
    [
        // ConnectX-4, ConnectX-4 Lx
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1013), ()),
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1015), ()),
        // ConnectX-5, ConnectX-5 Ex
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1017), ()),
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1019), ()),
        // ConnectX-6, ConnectX-6 Dx, ConnectX-6 Lx
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x101b), ()),
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x101d), ()),
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x101f), ()),
        // ConnectX-7
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1021), ()),
    ]
);

impl devlink::pci::Driver for Mlx5 {
    type IdInfo = ();

    const IDS: pci::IdTable<Self::IdInfo> = &IDS;
    const ERRORS: devlink::pci::ErrorHandlers<Self> = devlink::pci::ErrorHandlers::of();
    const ENABLE: devlink::pci::Enable = devlink::pci::Enable::NOTHING
        .memory()
        .dma(DmaMask::new::<64>());
}

#[vtable]
impl Driver for Mlx5 {
    type Device = devlink::pci::Device;
    type Data<'bound> = Data<'bound>;
    type Up<'up> = Up<'up>;

    const RELOAD: Reload = Reload::DRIVER_REINIT.and(Reload::FW_ACTIVATE);
    const PARAMS: Params<Self> = params::PARAMS;
    const TRAPS: devlink::Traps<Self> = devlink::Traps::of();

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound>, Error> {
        pin_init::pin_init_scope(move || {
            let card = Card::new(dev, setup.work())?;
            let types = IrqTypes::default().with(IrqType::MsiX);
            let vectors = dev.alloc_irq_vectors(eq::MIN_VECTORS, eq::max_vectors(), types)?;
            Ok(try_pin_init!(Data {
                card <- card,
                vectors,
                health <- Health::new(),
                fw: setup.reporter(Fw)?,
                fatal: setup.reporter(FwFatal)?,
                _vnic: setup.reporter(Vnic)?,
                work: setup.work(),
                board_id: SetOnce::new(),
                traps: setup.trap_reporter()?,
                eswitch <- Eswitch::new(),
                board: Board::of(dev, setup)?,
            }? Error))
        })
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, why: &Why, extack: Extack<'_>) -> Result<Up<'up>> {
        let data = cx.data();
        if why.is(Action::FwActivate) {
            reset::finish(&data.card, extack).inspect_err(|_| health::up_failed(data, why))?;
        } else if why.is(Action::DriverReinit) {
            reset::is_refused(&data.card, extack)?;
        }
        let chosen = params::Chosen::new(cx, why)?;
        let (hca, caps) =
            Hca::bring_up(&data.card, &chosen).inspect_err(|_| health::up_failed(data, why))?;
        params::set_initial(cx, why, &caps)?;
        data.card.reset.set_caps(&caps);
        if data.board_id.as_ref().is_none() {
            data.board_id.populate(hca::board_id(&data.card)?);
        }
        let uar = Uar::new(&data.card)?;
        let sizes = params::QueueSizes::new(cx)?;
        let completions = data.vectors.len() - eq::COMPLETIONS;
        let event_queues = EventQueues::new(&data.card, &caps, &uar, sizes, completions)?;
        cx.request_threaded_irq(
            data.vectors.index(eq::VECTOR)?,
            irq::Flags::TRIGGER_NONE,
            c"rust_mlx5",
            Ok(event_queues.handler()),
        )?;
        for index in 0..completions {
            cx.request_irq(
                data.vectors.index(eq::COMPLETIONS + index)?,
                irq::Flags::TRIGGER_NONE,
                c"rust_mlx5",
                Ok(event_queues.completion_handler(index)),
            )?;
        }
        event_queues.create(&caps)?;
        let last_table = flow::last(&data.card, &caps)?;
        vport::set_defaults(&data.card, &caps)?;
        if why.is(Action::FwActivate) {
            reset::verify(&data.card, extack)?;
        }
        let switch = Running::new(&data.card, &data.eswitch, &caps)?;
        let lag = join_lag(cx, &caps);
        let traps = Traps::register(cx, &switch)?;
        data.card.enable_dumps();
        data.health.reset(&caps);
        let interval = data.card.timeouts.health_poll_ms();
        data.work.schedule_after(msecs_to_jiffies(interval));
        let caps = Arc::new(caps, GFP_KERNEL)?;
        let ethernet = if cx.param(params::ENABLE_ETH)? {
            let neighbours = Neighbours {
                switch: switch.clone(),
                traps: traps.clone(),
                trapped: data.traps,
            };
            let basis = Basis {
                caps: &caps,
                events: event_queues.completion(),
                last: last_table.as_ref(),
                neighbours,
            };
            Ethernet::new(cx, basis)
        } else {
            None
        };
        Ok(Up {
            ethernet,
            caps,
            switch,
            traps,
            _lag: lag,
            _last_table: last_table,
            _event_queues: event_queues,
            _uar: uar,
            _hca: hca,
        })
    }

    fn may_go_down(cx: &Locked<'_, Self>, why: &Why, extack: Extack<'_>) -> Result {
        if why.is(Action::FwActivate) {
            reset::activate(cx, extack)
        } else {
            reset::is_refused(&cx.data().card, extack)
        }
    }

    fn may_activate_live(cx: &Locked<'_, Self>, extack: Extack<'_>) -> Result {
        reset::may_activate_live(&cx.data().card, extack)
    }

    fn activate_live(cx: &Locked<'_, Self>, _: Extack<'_>) -> Result {
        cx.data().card.replace_live()
    }

    fn flash(
        cx: &Locked<'_, Self>,
        image: &Image<'_>,
        progress: &Progress<'_>,
        extack: Extack<'_>,
    ) -> Result {
        flash::flash(cx, image, progress, extack)
    }

    fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
        info::fill(cx, out)
    }

    fn eswitch_mode(cx: &Locked<'_, Self>) -> Result<EswitchMode> {
        eswitch::mode(cx)
    }

    fn set_eswitch_mode(cx: &Locked<'_, Self>, mode: EswitchMode, extack: Extack<'_>) -> Result {
        eswitch::set_mode(cx, mode, extack)
    }

    fn eswitch_inline_mode(cx: &Locked<'_, Self>) -> Result<EswitchInlineMode> {
        eswitch::inline_mode(cx)
    }

    fn set_eswitch_inline_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchInlineMode,
        extack: Extack<'_>,
    ) -> Result {
        eswitch::set_inline_mode(cx, mode, extack)
    }

    fn eswitch_encap_mode(cx: &Locked<'_, Self>) -> Result<EswitchEncapMode> {
        eswitch::encap_mode(cx)
    }

    fn set_eswitch_encap_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchEncapMode,
        extack: Extack<'_>,
    ) -> Result {
        eswitch::set_encap_mode(cx, mode, extack)
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        // First of all: another function waits for it.
        let next = reset::step(cx);
        let data = cx.data();
        events::settle(&data.card);
        net::report_queues(cx);
        if let Some(next) = next {
            data.work.schedule_after(msecs_to_jiffies(next));
            return;
        }
        data.card.update_clock();
        if let Some(board) = &data.board {
            board.lag.settle(&data.card);
        }
        health::poll(cx);
    }
}

/// Has the function be part of its card's LAG when there is one.
// Its part of the stack is free again for what comes next.
#[inline(never)]
fn join_lag<'up>(cx: &Bringup<'up, '_, Mlx5>, caps: &Caps) -> Option<Member<'up>> {
    let data = cx.data();
    let member = Member::join(&data.board.as_ref()?.lag, &data.card, caps)?;
    if cx.listen(member.listener(data.work)).is_err() {
        dev_err!(
            data.card.dev.as_ref(),
            "Failed to register LAG netdev notifier\n"
        );
    }
    Some(member)
}
