// SPDX-License-Identifier: GPL-2.0

//! A device's life: probe, up, down, reload; which devices there are.

use crate::{
    bond::{
        Bond,
        Member, //
    },
    card::Card,
    eq::{
        self,
        EventQueues, //
    },
    hca::{
        Hca,
        Objects,
        Parts, //
    },
    health,
    params,
    port::{
        self,
        Ports,
        Types, //
    },
    regions::Regions, //
};

use kernel::{
    dma::DmaMask,
    irq,
    net::{
        devlink::{
            self,
            Bringup,
            Driver,
            Locked,
            Params,
            Reload,
            Setup,
            Unlocked,
            Why, //
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
    time::msecs_to_jiffies, //
};

/// The driver.
pub(crate) struct Mlx4;

/// What lives as long as the driver is bound to the device.
#[pin_data]
pub(crate) struct Data<'bound> {
    #[pin]
    pub(crate) card: Card<'bound>,
    vectors: IrqVectorRegistration<'bound>,
    pub(crate) regions: Regions<'bound>,
    /// What the ports are.
    #[pin]
    pub(crate) types: Types,
    #[pin]
    pub(crate) bond: Bond,
}

/// What exists only while the device is up. Dropped in this order, when nobody uses the network
/// devices any more.
pub(crate) struct Up<'up> {
    pub(crate) ports: Ports<'up>,
    _member: Option<Member<'up>>,
    _objects: Objects<'up>,
    _event_queues: EventQueues<'up>,
    _hca: Hca<'up>,
}

kernel::pci_device_table!(
    IDS,
    (),
    [
        // ConnectX-3, ConnectX-3 Pro
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1003), ()),
        (pci::DeviceId::from_id(pci::Vendor::MELLANOX, 0x1007), ()),
    ]
);

impl devlink::pci::Driver for Mlx4 {
    type IdInfo = ();

    const IDS: pci::IdTable<Self::IdInfo> = &IDS;
    const ERRORS: devlink::pci::ErrorHandlers<Self> = devlink::pci::ErrorHandlers::of();
    const ENABLE: devlink::pci::Enable = devlink::pci::Enable::NOTHING
        .memory()
        .dma(DmaMask::new::<64>());
}

#[vtable]
impl Driver for Mlx4 {
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
            params::set_initial(setup)?;
            let card = Card::new(dev, setup.work())?;
            let types = IrqTypes::default().with(IrqType::MsiX);
            let vectors = dev.alloc_irq_vectors(eq::MIN_VECTORS, eq::max_vectors(), types)?;
            Ok(try_pin_init!(Data {
                card <- card,
                vectors,
                regions: Regions::new(setup, dev),
                types <- Types::new(),
                bond <- Bond::new(),
                _: {
                    card.health.set_resets(params::resets_by_default());
                },
            }? Error))
        })
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, why: &Why, _: Extack<'_>) -> Result<Up<'up>> {
        bring_up(cx, why).inspect_err(|error| {
            health::up_failed(&cx.data().card, why);
            if matches!(why, Why::Reload { .. }) {
                dev_err!(
                    cx.data().card.dev.as_ref(),
                    "mlx4_restart_one_up failed, ret={}\n",
                    error.to_errno()
                );
            }
        })
    }

    fn may_go_down(_: &Locked<'_, Self>, why: &Why, extack: Extack<'_>) -> Result {
        match why {
            Why::Reload {
                to_other_netns: true,
                ..
            } => Err(extack.err(c"rust_mlx4: Namespace change is not supported", EOPNOTSUPP)),
            _ => Ok(()),
        }
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        let data = cx.data();
        data.bond.settle(&data.card);
        data.card.read_port_errors();
        let next = [health::poll(cx), port::sense(cx)];
        if let Some(next) = next.into_iter().flatten().min() {
            data.card.work.schedule_after(msecs_to_jiffies(next));
        }
    }
}

/// `mlx4_load_one()`.
fn bring_up<'up>(cx: &Bringup<'up, '_, Mlx4>, why: &Why) -> Result<Up<'up>> {
    let data = cx.data();
    let card = &data.card;
    let chosen = params::Chosen::new(cx, why)?;
    let hca = Hca::bring_up(card, &chosen)?;
    let event_queues = EventQueues::new(&hca, data.vectors.len())?;
    cx.request_threaded_irq(
        data.vectors.index(eq::VECTOR)?,
        irq::Flags::TRIGGER_NONE,
        c"rust_mlx4",
        Ok(event_queues.handler()),
    )?;
    for index in 0..event_queues.completions() {
        cx.request_irq(
            data.vectors.index(eq::COMPLETIONS + index)?,
            irq::Flags::TRIGGER_NONE,
            c"rust_mlx4",
            Ok(event_queues.completion_handler(index)),
        )?;
    }
    event_queues.create()?;
    let objects = Objects::new(&hca)?;
    let parts = Parts::new(&hca, &event_queues, &objects)?;
    let member = Member::join(cx, &parts.caps);
    let ports = Ports::new(cx, &parts)?;
    // From here on nothing fails, so that network devices go before what they use.
    ports.attach_all(cx);
    card.work.schedule();
    Ok(Up {
        ports,
        _member: member,
        _objects: objects,
        _event_queues: event_queues,
        _hca: hca,
    })
}
