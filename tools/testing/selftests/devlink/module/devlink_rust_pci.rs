// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust for QEMU's pci-testdev: errors of the bus, and firmware that has to be started
//! anew. `rust_pci.sh` says what is expected.
//!
//! `devlink dev info` says why the device came up last, and how often an error was detected, the
//! device was reset and it went on. `devlink health test DEV reporter firmware` has the firmware
//! fail: the driver's work takes the device down and brings it up.

kernel::module_devlink_pci_driver! {
    type: driver::Testdev,
    name: "devlink_rust_pci",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust for QEMU's pci-testdev",
    license: "GPL",
}

#[forbid(unsafe_code)]
mod driver {
    use kernel::{
        device::Bound,
        dma::{
            Block,
            Coherent,
            DataDirection,
            DmaMask,
            Mapped,
            Pool, //
        },
        io::{
            be::Be,
            io_read,
            io_write,
            Io, //
        },
        net::{
            devlink::{
                self,
                pci::{
                    Enable,
                    ErrorHandler,
                    ErrorHandlers, //
                },
                Bringup,
                DeviceLocked,
                Driver,
                Flavour,
                Info,
                Locked,
                PortAttrs,
                PortOps,
                Reload,
                ReporterOps,
                Setup,
                Unlocked,
                Version,
                Why,
                Work, //
            },
            netlink::extack::Extack, //
        },
        pci::{
            self,
            BusMaster,
            ChannelState,
            Verdict, //
        },
        prelude::*,
        ptr::Alignment,
        str::CString,
        sync::atomic::{
            Atomic,
            Relaxed, //
        },
        time::msecs_to_jiffies, //
    };

    pub(crate) struct Testdev;

    kernel::pci_device_table!(
        IDS,
        <Testdev as devlink::pci::Driver>::IdInfo,
        [(pci::DeviceId::from_id(pci::Vendor::REDHAT, 0x0005), ())]
    );

    impl devlink::pci::Driver for Testdev {
        type IdInfo = ();

        const IDS: pci::IdTable<()> = &IDS;
        const ENABLE: Enable = Enable::NOTHING.memory().dma(DmaMask::new::<64>());
        const ERRORS: ErrorHandlers<Self> = ErrorHandlers::of();
    }

    /// What happened, and how often.
    struct Counts {
        detected: Atomic<u32>,
        reset: Atomic<u32>,
        resumed: Atomic<u32>,
    }

    pub(crate) struct Data<'bound> {
        dev: &'bound pci::Device<Bound>,
        registers: pci::Bar<'bound>,
        work: Work<'bound, Testdev>,
        counts: Counts,
        /// Registers are not read.
        dead: Atomic<bool>,
    }

    #[derive(FromBytes, IntoBytes)]
    #[repr(C)]
    struct Message {
        number: Be<u32>,
        data: [u8; 60],
    }

    /// What a device has that is up. The one here does nothing with it.
    pub(crate) struct Up<'up> {
        why: Why,
        _master: BusMaster<'up>,
        queue: Coherent<[Message; 16]>,
        message: Block<'up, Message>,
        _lent: Mapped<'up, KBox<[u8; 2048]>>,
    }

    impl<'up> Up<'up> {
        fn new(dev: &'up pci::Device<Bound>, why: Why) -> Result<Self> {
            let pool = Pool::new(dev.as_ref(), c"messages", Alignment::new::<64>())?;
            let lent = KBox::zeroed(GFP_KERNEL)?;
            Ok(Up {
                why,
                _master: dev.bus_master(),
                queue: Coherent::zeroed_layout(dev.as_ref(), GFP_KERNEL)?,
                message: pool.zeroed(GFP_KERNEL)?,
                _lent: Mapped::new(dev.as_ref(), lent, DataDirection::Bidirectional)?,
            })
        }

        /// Whether shared memory holds what was written there.
        fn keeps(&self, number: u32) -> Result<bool> {
            io_write!(&self.message, .number, Be::<u32>::new(number));
            io_write!(&self.queue, [try: 15].number, io_read!(&self.message, .number));
            Ok(io_read!(&self.queue, [try: 15].number).get() == number)
        }
    }

    #[vtable]
    impl Driver for Testdev {
        type Device = devlink::pci::Device;
        type Data<'bound> = Data<'bound>;
        type Up<'up> = Up<'up>;

        const RELOAD: Reload = Reload::DRIVER_REINIT;

        fn probe<'bound>(
            dev: &'bound Self::Device,
            setup: &Setup<'bound, Self>,
        ) -> impl PinInit<Data<'bound>, Error> {
            let data = || {
                setup.reporter(Firmware)?;
                Ok(Data {
                    dev,
                    registers: dev.iomap_region(0, c"devlink_rust_pci")?,
                    work: setup.work(),
                    counts: Counts {
                        detected: Atomic::new(0),
                        reset: Atomic::new(0),
                        resumed: Atomic::new(0),
                    },
                    dead: Atomic::new(false),
                })
            };
            data()
        }

        fn up<'up>(cx: &Bringup<'up, '_, Self>, why: &Why, _: Extack<'_>) -> Result<Up<'up>> {
            let data = cx.data();
            if data.dead.load(Relaxed) {
                return Err(EIO);
            }
            let attrs = PortAttrs::new(Flavour::Physical {
                number: 0,
                subport: None,
            });
            cx.port(0, attrs, Connector)?;
            Up::new(data.dev, *why)
        }

        fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
            let data = cx.data();
            let state = cx
                .up(|up| {
                    // The test that is chosen, 0 at first.
                    let chosen = data.registers.try_read8(0)?;
                    if !up.keeps(u32::from(chosen) + 1)? {
                        return Err(EIO);
                    }
                    Ok(match up.why {
                        Why::Probe => c"probe",
                        Why::Reload { .. } => c"reload",
                        Why::Recovery => c"recovery",
                    })
                })
                .unwrap_or(Ok(c"down"))?;
            out.version(Version::Running, c"state", state)?;
            for (name, count) in [
                (c"detected", &data.counts.detected),
                (c"reset", &data.counts.reset),
                (c"resumed", &data.counts.resumed),
            ] {
                let count = CString::try_from_fmt(fmt!("{}", count.load(Relaxed)))?;
                out.version(Version::Running, name, &count)?;
            }
            Ok(())
        }

        fn work(cx: &mut Unlocked<'_, '_, Self>) {
            let recovered = cx.lock_device(|cx| {
                cx.take_down();
                cx.bring_up()
            });
            if recovered == Err(EBUSY) {
                cx.data().work.schedule_after(msecs_to_jiffies(10));
            }
        }
    }

    #[vtable]
    impl ErrorHandler for Testdev {
        fn error_detected(cx: &mut DeviceLocked<'_, '_, Self>, channel: ChannelState) -> Verdict {
            cx.data().counts.detected.fetch_add(1, Relaxed);
            if channel == ChannelState::Normal {
                return Verdict::CanRecover;
            }
            cx.data().dead.store(true, Relaxed);
            cx.take_down();
            match channel {
                ChannelState::PermanentFailure => Verdict::Disconnect,
                _ => Verdict::NeedReset,
            }
        }

        fn mmio_enabled(_: &mut DeviceLocked<'_, '_, Self>) -> Verdict {
            Verdict::CanRecover
        }

        fn slot_reset(cx: &mut DeviceLocked<'_, '_, Self>) -> Result {
            cx.data().counts.reset.fetch_add(1, Relaxed);
            cx.data().dead.store(false, Relaxed);
            Ok(())
        }

        fn resume(cx: &mut DeviceLocked<'_, '_, Self>) {
            cx.data().counts.resumed.fetch_add(1, Relaxed);
            if cx.bring_up().is_err() {
                dev_warn!(cx.data().dev, "the device stays down\n");
            }
        }
    }

    struct Connector;

    #[vtable]
    impl PortOps<Testdev> for Connector {}

    struct Firmware;

    #[vtable]
    impl ReporterOps<Testdev> for Firmware {
        const NAME: &'static CStr = c"firmware";
        type Error = ();

        fn test(&self, cx: &Locked<'_, Testdev>, _: Extack<'_>) -> Result {
            cx.data().work.schedule();
            Ok(())
        }
    }
}
