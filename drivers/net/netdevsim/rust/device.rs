// SPDX-License-Identifier: GPL-2.0

//! A device's life: probe, reload, remove; what it says of itself, and how it is flashed.

use crate::{
    bus::Nsim,
    eswitch,
    files::Controls,
    health::{
        self,
        DummyReporter, //
    },
    param,
    port::Ports,
    rate::Rates,
    region::{
        self,
        DummyRegion, //
    },
    request::Requests,
    resource,
    seam,
    trap::{
        self,
        Cookie,
        CookieFile,
        Traps, //
    }, //
};

use kernel::{
    debugfs::{
        Dir,
        TextFile, //
    },
    net::{
        devlink::{
            self,
            Bringup,
            Driver,
            EswitchMode,
            Image,
            Info,
            Locked,
            Params,
            Progress,
            Reload,
            Setup,
            Unlocked,
            Version,
            Why,
            Work, //
        },
        namespace::Net,
        netlink::extack::Extack, //
    },
    prelude::*,
    str::CString,
    sync::{
        aref::ARef,
        Arc, //
    },
    time::{
        delay::fsleep,
        msecs_to_jiffies,
        Delta,
        Msecs, //
    }, //
};

/// How large an image is taken to be.
const FLASH_SIZE: usize = 50_000;

/// The size of a piece of it.
const FLASH_CHUNK: usize = 1_000;

/// How often packets hit traps.
const TRAP_INTERVAL_MS: Msecs = 100;

/// The driver.
pub(crate) struct NetDevSim;

/// What lives as long as the driver is bound to the device.
#[pin_data]
#[repr(C)]
pub(crate) struct Data<'bound> {
    /// What the parts in C know of the device. They have it from devlink, so it comes first.
    #[pin]
    pub(crate) c: seam::Device,
    pub(crate) dev: &'bound devlink::bus::Device<Nsim>,
    /// Answers requests, and has packets hit traps.
    pub(crate) work: Work<'bound, NetDevSim>,
    #[pin]
    pub(crate) requests: Requests,
    #[pin]
    pub(crate) controls: Controls,
    pub(crate) cookie: Arc<Cookie>,
    #[pin]
    cookie_file: TextFile<CookieFile>,
    /// Where each port has a folder.
    pub(crate) ports_folder: Dir,
    /// Where each rate node has a folder.
    pub(crate) nodes_folder: Dir,
    /// The device's folder in debugfs.
    pub(crate) folder: Dir,
}

/// What exists only while the device is up.
pub(crate) struct Up<'up> {
    pub(crate) region: DummyRegion<'up>,
    pub(crate) traps: Traps<'up>,
    pub(crate) reporter: DummyReporter<'up>,
    pub(crate) rates: Rates<'up>,
    pub(crate) ports: Ports<'up>,
}

#[vtable]
impl Driver for NetDevSim {
    type Device = devlink::bus::Device<Nsim>;
    type Data<'bound> = Data<'bound>;
    type Up<'up> = Up<'up>;

    const RELOAD: Reload = Reload::DRIVER_REINIT;
    const PARAMS: Params<Self> = param::PARAMS;
    const RATES: devlink::Rates<Self> = devlink::Rates::of();
    const TRAPS: devlink::Traps<Self> = devlink::Traps::of();
    const FLASH_OVERWRITE: bool = true;

    fn net(_: &Self::Device) -> ARef<Net> {
        Net::current()
    }

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound>, Error> {
        pin_init::pin_init_scope(move || {
            resource::add(setup)?;
            let name = CString::try_from_fmt(fmt!("netdevsim{}", dev.id()))?;
            let folder = dev.bus().folder.subdir(&name);
            let cookie = Cookie::new()?;
            Ok(try_pin_init!(Data {
                c <- seam::Device::new(dev, &folder),
                dev,
                work: setup.work(),
                requests <- Requests::new(),
                controls <- Controls::new(&folder),
                cookie_file <- folder
                    .text_file(c"trap_flow_action_cookie", Ok(CookieFile(cookie.clone()))),
                cookie,
                ports_folder: folder.subdir(c"ports"),
                nodes_folder: folder.subdir(c"rate_nodes"),
                folder,
            }? Error))
        })
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, extack: Extack<'_>) -> Result<Up<'up>> {
        let data = cx.data();
        // A device that is down is not asked whether it may go down.
        if data.controls.dont_allow_reload.get() {
            return Err(forbidden(extack));
        }
        if data.controls.fail_reload.get() {
            return Err(extack.err(
                c"netdevsim: User setup the reload to fail for testing purposes",
                EINVAL,
            ));
        }
        data.controls.fw_update_status.set(true);
        data.controls.fw_update_overwrite_mask.set(0);
        data.controls.max_macs.set(cx.param(param::MAX_MACS)?);
        data.controls.test1.set(cx.param(param::TEST1)?);

        let region = region::up(cx)?;
        let traps = Traps::up(cx)?;
        seam::fib(cx, extack)?;
        let health = data.folder.subdir(c"health");
        let reporter = health::up(cx, &health)?;
        seam::psample(cx)?;
        seam::hwstats(cx)?;
        let rates = Rates::up(cx)?;
        let ports = Ports::up(cx)?;
        eswitch::up(cx)?;
        Requests::up(cx, &health)?;
        data.work.schedule_after(msecs_to_jiffies(TRAP_INTERVAL_MS));
        Ok(Up {
            region,
            traps,
            reporter,
            rates,
            ports,
        })
    }

    fn may_go_down(cx: &Locked<'_, Self>, _: &Why, extack: Extack<'_>) -> Result {
        if cx.data().controls.dont_allow_reload.get() {
            return Err(forbidden(extack));
        }
        Ok(())
    }

    fn info(_: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
        out.component(Version::Stored, c"fw.mgmt", c"10.20.30")?;
        out.component(Version::Running, c"fw.mgmt", c"10.20.30")
    }

    fn flash(
        cx: &Locked<'_, Self>,
        image: &Image<'_>,
        progress: &Progress<'_>,
        _: Extack<'_>,
    ) -> Result {
        let controls = &cx.data().controls;
        let overwrite =
            u32::from(!image.keeps_settings()) | u32::from(!image.keeps_identifiers()) << 1;
        if overwrite & !controls.fw_update_overwrite_mask.get() != 0 {
            return Err(EOPNOTSUPP);
        }
        let status = |what: &CStr, done, total| {
            if controls.fw_update_status.get() {
                progress.status(what, image.component(), done, total);
            }
        };
        status(c"Preparing to flash", 0, 0);
        for done in (0..FLASH_SIZE).step_by(FLASH_CHUNK) {
            status(c"Flashing", done, FLASH_SIZE);
            let time = controls.fw_update_flash_chunk_time_ms.get().max(1);
            fsleep(Delta::from_millis(time.into()));
        }
        status(c"Flashing", FLASH_SIZE, FLASH_SIZE);
        if controls.fw_update_status.get() {
            progress.timeout(c"Flash select", image.component(), 81);
        }
        status(c"Flashing done", 0, 0);
        Ok(())
    }

    fn eswitch_mode(cx: &Locked<'_, Self>) -> Result<EswitchMode> {
        Ok(cx.data().c.esw_mode())
    }

    fn set_eswitch_mode(cx: &Locked<'_, Self>, mode: EswitchMode, extack: Extack<'_>) -> Result {
        eswitch::set_mode(cx, mode, extack)
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        if Requests::answer(cx) {
            // The device is being reloaded, say.
            cx.data().work.schedule_after(1);
            return;
        }
        let is_up = cx.lock(|cx| {
            trap::packets(cx);
            cx.is_up()
        });
        if is_up {
            let interval = msecs_to_jiffies(TRAP_INTERVAL_MS);
            cx.data().work.schedule_after(interval);
        }
    }
}

fn forbidden(extack: Extack<'_>) -> Error {
    extack.err(
        c"netdevsim: User forbid the reload for testing purposes",
        EOPNOTSUPP,
    )
}
