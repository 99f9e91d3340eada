// SPDX-License-Identifier: GPL-2.0

//! Rust devlink driver sample: a NIC without hardware, `faux/rust_devlink`. Try
//!
//! ```text
//! devlink port show                                   # one port, as parameter `ports` says
//! devlink dev param set faux/rust_devlink name ports value 2 cmode driverinit
//! devlink dev reload faux/rust_devlink                # now there are two
//! devlink region new faux/rust_devlink/registers      # a snapshot of the device's registers
//! devlink health test faux/rust_devlink reporter fw   # the firmware stops, and is recovered
//! devlink health dump show faux/rust_devlink reporter fw
//! ```
//!
//! `Documentation/rust-api.rst` says how a driver of one's own is made of it, built and loaded.

kernel::module_devlink_faux_driver! {
    type: driver::Nic,
    device: c"rust_devlink",
    name: "rust_devlink",
    authors: ["Seed f34c34c7 maintainers"],
    description: "Rust devlink driver sample",
    license: "GPL",
}

#[forbid(unsafe_code)]
mod driver {
    use kernel::{
        device::Bound,
        devlink_params,
        faux,
        net::{
            devlink::{
                Action,
                Bringup,
                Driver,
                Flavour,
                Fmsg,
                Image,
                Info,
                Locked,
                Params,
                Pinned,
                Port,
                PortAttrs,
                PortOps,
                Progress,
                RegionOps,
                Reload,
                Reporter,
                ReporterOps,
                Setup,
                Unlocked,
                Version,
                Why,
                Work, //
            },
            netlink::extack::Extack, //
        },
        prelude::*,
        str::CString,
        sync::atomic::{
            Atomic,
            Relaxed, //
        }, //
    };

    /// How many ports the board has connectors for.
    const MAX_PORTS: u32 = 4;

    /// The device's registers, as many bytes as region `registers` has.
    const REGISTERS: usize = 16;

    pub(super) struct Nic;

    /// What lives as long as the driver is bound to the device.
    pub(super) struct Data<'bound> {
        /// The firmware that runs, and the one in flash.
        running: Atomic<u32>,
        stored: Atomic<u32>,
        /// 0 while the firmware works.
        syndrome: Atomic<u32>,
        loopback: Atomic<bool>,
        ports_up: Atomic<u32>,
        max_macs: Atomic<u32>,
        watchdog: Work<'bound, Nic>,
        firmware: Reporter<'bound, Nic, Firmware>,
    }

    impl Data<'_> {
        /// What the device itself would be asked for.
        fn registers(&self) -> [u8; REGISTERS] {
            let values = [
                self.running.load(Relaxed),
                self.stored.load(Relaxed),
                self.syndrome.load(Relaxed),
                self.ports_up.load(Relaxed),
            ];
            let mut bytes = [0; REGISTERS];
            for (out, value) in bytes.chunks_exact_mut(4).zip(values) {
                out.copy_from_slice(&value.to_be_bytes());
            }
            bytes
        }
    }

    /// What exists only while the device is up. Dropping it takes the device down.
    pub(super) struct Up<'up> {
        data: &'up Data<'up>,
        ports: KVec<Port<'up, Nic, Connector>>,
    }

    impl Drop for Up<'_> {
        fn drop(&mut self) {
            self.data.ports_up.store(0, Relaxed);
        }
    }

    devlink_params! {
        const PARAMS for Nic {
            /// How many MAC addresses each port can have.
            MAX_MACS: u32 = generic(MAX_MACS), driverinit(16);
            /// How many ports there are after the next reload.
            PORTS: u32 = driver(c"ports"), driverinit(1), validate(check_ports);
            /// Whether ports send frames back.
            LOOPBACK: bool = driver(c"loopback"), runtime(loopback, set_loopback);
        }
    }

    fn check_ports(_: &Locked<'_, Nic>, ports: u32, extack: Extack<'_>) -> Result {
        if ports > MAX_PORTS {
            return Err(extack.err_fmt(fmt!("The board has {MAX_PORTS} connectors"), ERANGE));
        }
        Ok(())
    }

    fn loopback(cx: &Locked<'_, Nic>) -> Result<bool> {
        Ok(cx.data().loopback.load(Relaxed))
    }

    fn set_loopback(cx: &Locked<'_, Nic>, on: bool, _: Extack<'_>) -> Result {
        cx.data().loopback.store(on, Relaxed);
        Ok(())
    }

    #[vtable]
    impl Driver for Nic {
        type Device = faux::Device<Bound>;
        type Data<'bound> = Data<'bound>;
        type Up<'up> = Up<'up>;

        const RELOAD: Reload = Reload::DRIVER_REINIT.and(Reload::FW_ACTIVATE);
        const PARAMS: Params<Self> = PARAMS;

        fn probe<'bound>(
            _dev: &'bound Self::Device,
            setup: &Setup<'bound, Self>,
        ) -> impl PinInit<Data<'bound>, Error> {
            // A `Result` is an initializer that is done. A closure makes it, for the sake of `?`.
            let data = || {
                setup.region(REGISTERS, 4, Registers)?;
                Ok(Data {
                    running: Atomic::new(1),
                    stored: Atomic::new(1),
                    syndrome: Atomic::new(0),
                    loopback: Atomic::new(false),
                    ports_up: Atomic::new(0),
                    max_macs: Atomic::new(0),
                    watchdog: setup.work(),
                    firmware: setup.reporter(Firmware)?,
                })
            };
            data()
        }

        fn up<'up>(cx: &Bringup<'up, '_, Self>, why: &Why, _extack: Extack<'_>) -> Result<Up<'up>> {
            let data = cx.data();
            if why.is(Action::FwActivate) {
                data.running.store(data.stored.load(Relaxed), Relaxed);
            }
            let mut ports = KVec::new();
            for number in 0..cx.param(PORTS)? {
                let attrs = PortAttrs::new(Flavour::Physical {
                    number,
                    subport: None,
                });
                let connector = Connector {
                    restarts: Atomic::new(0),
                };
                ports.push(cx.port(number, attrs.lanes(4), connector)?, GFP_KERNEL)?;
            }
            data.ports_up.store(ports.len() as u32, Relaxed);
            data.max_macs.store(cx.param(MAX_MACS)?, Relaxed);
            Ok(Up { data, ports })
        }

        fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
            let version = |of: &Atomic<u32>| CString::try_from_fmt(fmt!("{}.0", of.load(Relaxed)));
            let data = cx.data();
            out.serial_number(c"000042")?;
            out.version(Version::Fixed, c"board.id", c"sample")?;
            out.component(Version::Running, c"fw", &version(&data.running)?)?;
            out.component(Version::Stored, c"fw", &version(&data.stored)?)
        }

        fn flash(
            cx: &Locked<'_, Self>,
            image: &Image<'_>,
            progress: &Progress<'_>,
            _: Extack<'_>,
        ) -> Result {
            let size = image.data().len();
            for done in (0..=size).step_by(size.div_ceil(4).max(1)) {
                progress.status(c"Flashing", image.component(), done, size);
            }
            let data = cx.data();
            data.stored.store(data.stored.load(Relaxed) + 1, Relaxed);
            Ok(())
        }

        /// Here the instance lock is not held, so what happened can be reported.
        fn work(cx: &mut Unlocked<'_, '_, Self>) {
            let data = cx.data();
            let syndrome = data.syndrome.load(Relaxed);
            if syndrome != 0 {
                // devlink tells users if the recovery fails.
                let _ = data
                    .firmware
                    .report(cx, c"the firmware does not answer", &syndrome);
            }
        }
    }

    /// A port's connector, with nothing that could be set.
    pub(super) struct Connector {
        restarts: Atomic<u32>,
    }

    #[vtable]
    impl PortOps<Nic> for Connector {}

    /// The device's registers.
    struct Registers;

    #[vtable]
    impl RegionOps<Nic> for Registers {
        const NAME: &'static CStr = c"registers";

        fn snapshot(&self, cx: &Pinned<'_, Nic>, out: &mut [u8], _: Extack<'_>) -> Result {
            for (out, register) in out.iter_mut().zip(cx.data().registers()) {
                *out = register;
            }
            Ok(())
        }
    }

    /// What watches the firmware.
    pub(super) struct Firmware;

    #[vtable]
    impl ReporterOps<Nic> for Firmware {
        const NAME: &'static CStr = c"fw";
        type Error = u32;

        fn recover(&self, cx: &Locked<'_, Nic>, _: Option<&u32>, _: Extack<'_>) -> Result {
            cx.data().syndrome.store(0, Relaxed);
            // Firmware that starts anew starts the links anew.
            cx.up(|up| {
                for port in &up.ports {
                    port.get(cx).restarts.fetch_add(1, Relaxed);
                }
            });
            Ok(())
        }

        /// The instance lock may be free here: other callbacks run meanwhile.
        fn dump(
            &self,
            _: &Pinned<'_, Nic>,
            out: &mut Fmsg<'_>,
            error: Option<&u32>,
            _: Extack<'_>,
        ) -> Result {
            out.pair(c"syndrome", error.copied().unwrap_or(0));
            Ok(())
        }

        fn diagnose(&self, cx: &Pinned<'_, Nic>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            let data = cx.data();
            out.pair(c"works", data.syndrome.load(Relaxed) == 0);
            out.pair(c"max_macs", data.max_macs.load(Relaxed));
            out.pair(c"ports", data.ports_up.load(Relaxed));
            Ok(())
        }

        /// Reporting takes the instance lock, which is held here: it is left to `work()`.
        fn test(&self, cx: &Locked<'_, Nic>, _: Extack<'_>) -> Result {
            cx.data().syndrome.store(7, Relaxed);
            cx.data().watchdog.schedule();
            Ok(())
        }
    }
}
