// SPDX-License-Identifier: GPL-2.0

//! What drivers share that are on a bus of the module's own, with two devices, and say by a health
//! reporter what came of what they did.

use kernel::{
    bus::{
        Bus,
        Registration, //
    },
    net::{
        devlink::{
            dpipe,
            Driver,
            Fmsg,
            Locked,
            Pinned,
            ReporterOps,
            ResourceSize, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    str::CString, //
};

/// A bus with the devices 1 and 2, which are bound.
pub(crate) fn with_two_devices<B: Bus<Value = ()>>(bus: B) -> Result<Registration<B>> {
    let bus = Registration::new(Ok(bus))?;
    for id in 1..=2 {
        bus.control().changes()?.add_bound(id, Ok(()))?;
    }
    Ok(bus)
}

/// What a resource for tests may be like.
pub(crate) const SIZES: ResourceSize = ResourceSize {
    min: 0,
    max: 64,
    granularity: 1,
};

/// A name that is made at run time.
pub(crate) fn name(text: &CStr) -> Result<CString> {
    Ok(CString::try_from(text)?)
}

/// A driver that says what came of what it did.
pub(crate) trait Tells: Driver {
    /// The reporter of which a user asks for that.
    const REPORTER: &'static CStr;

    /// Says it.
    fn tell(cx: &Pinned<'_, Self>, out: &mut Fmsg<'_>);
}

/// The reporter.
pub(crate) struct Teller;

#[vtable]
impl<T: Tells> ReporterOps<T> for Teller {
    const NAME: &'static CStr = T::REPORTER;
    type Error = ();

    fn diagnose(&self, cx: &Pinned<'_, T>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        T::tell(cx, out);
        Ok(())
    }
}

/// A table that is empty.
pub(crate) struct EmptyTable;

#[vtable]
impl<T: Driver> dpipe::TableOps<T> for EmptyTable {
    fn size(&self, _: &Locked<'_, T>) -> u64 {
        0
    }

    fn matches(&self, _: &Locked<'_, T>) -> Result<&[dpipe::Match]> {
        Ok(&[])
    }

    fn actions(&self, _: &Locked<'_, T>) -> Result<&[dpipe::Action]> {
        Ok(&[])
    }
}
