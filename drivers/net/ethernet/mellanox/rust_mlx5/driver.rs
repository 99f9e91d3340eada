// SPDX-License-Identifier: GPL-2.0

//! A device's life: probe, up, down, reload; which devices there are.

use crate::{
    caps::Caps,
    card::Card,
    eq::{
        self,
        EventQueues, //
    },
    hca::{
        self,
        Hca, //
    },
    health::{
        self,
        Fw,
        FwFatal,
        Health, //
    },
    info,
    net::Ethernet,
    params,
    uar::Uar,
    vport, //
};

use kernel::{
    dma::DmaMask,
    irq,
    net::{
        devlink::{
            self,
            Bringup,
            Driver,
            Info,
            Locked,
            Params,
            Reload,
            Reporter,
            Setup,
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
    /// Looks at the device's health.
    pub(crate) work: Work<'bound, Mlx5>,
    /// What kind of board the device is on, from when that was asked for.
    pub(crate) board_id: SetOnce<[u8; 16]>,
}

/// What exists only while the device is up. Dropped in this order.
pub(crate) struct Up<'up> {
    /// The network device, if there is to be one.
    _ethernet: Option<Ethernet<'up>>,
    /// What the device can do, since it was initialised.
    pub(crate) caps: Arc<Caps>,
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

    const RELOAD: Reload = Reload::DRIVER_REINIT;
    const PARAMS: Params<Self> = params::PARAMS;

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound>, Error> {
        pin_init::pin_init_scope(move || {
            let card = Card::new(dev)?;
            let types = IrqTypes::default().with(IrqType::MsiX);
            let vectors = dev.alloc_irq_vectors(eq::MIN_VECTORS, eq::max_vectors(), types)?;
            Ok(try_pin_init!(Data {
                card <- card,
                vectors,
                health <- Health::new(),
                fw: setup.reporter(Fw)?,
                fatal: setup.reporter(FwFatal)?,
                work: setup.work(),
                board_id: SetOnce::new(),
            }? Error))
        })
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Up<'up>> {
        let data = cx.data();
        let (hca, caps) = Hca::bring_up(&data.card)?;
        if data.board_id.as_ref().is_none() {
            data.board_id.populate(hca::board_id(&data.card)?);
        }
        let uar = Uar::new(&data.card)?;
        // CAST: A number of events.
        let events = cx.param(params::EVENT_EQ_SIZE)? as usize;
        let completions = data.vectors.len() - eq::COMPLETIONS;
        let event_queues = EventQueues::new(&data.card, &caps, &uar, events, completions)?;
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
        vport::disable_local_loopback(&data.card, &caps)?;
        data.health.reset();
        let interval = data.card.timeouts.health_poll_ms();
        data.work.schedule_after(msecs_to_jiffies(interval));
        let caps = Arc::new(caps, GFP_KERNEL)?;
        let ethernet = if cx.param(params::ENABLE_ETH)? {
            Ethernet::new(cx, &caps, event_queues.completion())
        } else {
            None
        };
        Ok(Up {
            _ethernet: ethernet,
            caps,
            _event_queues: event_queues,
            _uar: uar,
            _hca: hca,
        })
    }

    fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
        info::fill(cx, out)
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        health::poll(cx);
    }
}
