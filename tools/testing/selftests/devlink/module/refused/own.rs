// SPDX-License-Identifier: GPL-2.0

//! A driver whose callbacks and whose work wait for themselves.

use super::outcomes::Outcomes;

use crate::two_devices::{
    name,
    Teller,
    Tells, //
};

use kernel::{
    bus::{
        self,
        Bus, //
    },
    devlink_params,
    net::{
        devlink::{
            self,
            bus::while_bound,
            param::{
                Mode,
                ParamAttrs,
                ParamObject,
                ParamOps, //
            },
            Bringup,
            Driver,
            Fmsg,
            Locked,
            Params,
            Pinned,
            Reload,
            ReporterOps,
            Setup,
            SharedOps,
            Unlocked,
            Why,
            Work, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::SetOnce, //
};

pub(crate) struct SelfBus;

#[vtable]
impl Bus for SelfBus {
    const NAME: &'static CStr = c"rust_refused";

    type Value = ();
    type Attributes = ();
    type DeviceAttributes = ();
    type Driver = devlink::bus::Adapter<Nic>;
}

pub(crate) struct Nic;

static NAMES: [&CStr; 6] = [
    c"announce",
    c"set_announced",
    c"changed",
    c"in_callback",
    c"in_work",
    c"share",
];

pub(crate) struct Data<'bound> {
    outcomes: Outcomes<6>,
    dev: &'bound bus::Device<SelfBus>,
    work: Work<'bound, Nic>,
    echo: ParamObject<'bound, Nic, Echo<'bound>>,
}

devlink_params! {
    const PARAMS for Nic {
        LOOP: u32 = driver(c"loop"), driverinit(1), runtime(get_loop, set_loop);
        WAIT: bool = driver(c"wait"), runtime(get_wait, set_wait);
    }
}

/// Has itself called.
fn get_loop(cx: &Locked<'_, Nic>) -> Result<u32> {
    let outcomes = &cx.data().outcomes;
    outcomes.note(c"announce", cx.param_changed(LOOP));
    outcomes.note(c"set_announced", cx.set_param(LOOP, 2));
    Ok(1)
}

fn set_loop(_: &Locked<'_, Nic>, _: u32, _: Extack<'_>) -> Result {
    Err(EPERM)
}

fn get_wait(_: &Locked<'_, Nic>) -> Result<bool> {
    Ok(false)
}

/// Waits for what may wait for this callback, and for the work.
fn set_wait(cx: &Locked<'_, Nic>, _: bool, _: Extack<'_>) -> Result {
    let data = cx.data();
    data.outcomes
        .note(c"in_callback", while_bound(data.dev, |_| ()).ok_or(EBUSY));
    data.work.schedule();
    Ok(())
}

#[vtable]
impl Driver for Nic {
    type Device = devlink::bus::Device<SelfBus>;
    type Data<'bound> = Data<'bound>;
    type Up<'up> = ();

    const RELOAD: Reload = Reload::DRIVER_REINIT;
    const PARAMS: Params<Self> = PARAMS;

    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Data<'bound>, Error> {
        let data = || {
            setup.one_at_a_time()?;
            setup.reporter(Teller)?;
            setup.reporter(Hangs)?;
            let attrs = ParamAttrs::driver(name(c"echo")?).runtime();
            let echo = setup.param_object(attrs, Echo(SetOnce::new()))?;
            let data = Data {
                outcomes: Outcomes::new(&NAMES),
                dev,
                work: setup.work(),
                echo,
            };
            let share = if dev.id() == 1 {
                setup.shared(c"refused", Ok(Board)).map(|_| ())
            } else {
                setup.shared(c"refused", Ok(LargeBoard([0; 8]))).map(|_| ())
            };
            data.outcomes.note(c"share", share);
            Ok(data)
        };
        data()
    }

    fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result {
        let echo = &cx.data().echo;
        echo.get(cx).0.populate(*echo);
        Ok(())
    }

    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        let data = cx.data();
        data.outcomes
            .note(c"in_work", while_bound(data.dev, |_| ()).ok_or(EBUSY));
    }
}

struct Board;

#[vtable]
impl SharedOps for Board {}

struct LargeBoard(#[allow(dead_code)] [u64; 8]);

#[vtable]
impl SharedOps for LargeBoard {}

/// A parameter that has itself called, too.
pub(crate) struct Echo<'bound>(SetOnce<ParamObject<'bound, Nic, Echo<'bound>>>);

#[vtable]
impl ParamOps<Nic> for Echo<'_> {
    type Value = u32;

    fn get(&self, cx: &Locked<'_, Nic>, _: Mode, _: Extack<'_>) -> Result<u32> {
        if let Some(this) = self.0.as_ref() {
            cx.data().outcomes.note(c"changed", this.changed(cx));
        }
        Ok(1)
    }

    fn set(&self, _: &Locked<'_, Nic>, _: Mode, _: u32, _: Extack<'_>) -> Result {
        Err(EPERM)
    }
}

impl Tells for Nic {
    const REPORTER: &'static CStr = c"outcomes";

    fn tell(cx: &Pinned<'_, Self>, out: &mut Fmsg<'_>) {
        cx.data().outcomes.show(out);
    }
}

/// A callback that is not known to have the lock, and takes it.
struct Hangs;

#[vtable]
impl ReporterOps<Nic> for Hangs {
    const NAME: &'static CStr = c"hangs";
    type Error = ();

    fn diagnose(&self, cx: &Pinned<'_, Nic>, _: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        while_bound(cx.data().dev, |cx| cx.lock(|_| ())).ok_or(EBUSY)
    }
}
