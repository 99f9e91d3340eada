// SPDX-License-Identifier: GPL-2.0

//! Health reporters: `empty`, which has nothing to say, and `dummy`, for which users make errors.

use crate::{
    device::NetDevSim,
    files::{
        Number,
        Switch, //
    },
    seam, //
};

use kernel::{
    alloc::flags::__GFP_NOWARN,
    debugfs::{
        Dir,
        TextFile, //
    },
    net::{
        devlink::{
            Bringup,
            Fmsg,
            Locked,
            Pinned,
            Reporter,
            ReporterOps, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    str::CString,
    sync::Mutex, //
};

/// Says nothing.
struct Empty;

#[vtable]
impl ReporterOps<NetDevSim> for Empty {
    const NAME: &'static CStr = c"empty";

    type Error = ();

    fn dump(
        &self,
        _: &Pinned<'_, NetDevSim>,
        _: &mut Fmsg<'_>,
        _: Option<&()>,
        _: Extack<'_>,
    ) -> Result {
        Ok(())
    }

    fn diagnose(&self, _: &Pinned<'_, NetDevSim>, _: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        Ok(())
    }
}

/// Says something of each kind.
pub(crate) struct Dummy(Pin<KBox<State>>);

/// A handle of it.
pub(crate) type DummyReporter<'up> = Reporter<'up, NetDevSim, Dummy>;

#[pin_data]
struct State {
    /// How many bytes there are in what it says.
    #[pin]
    binary_len: TextFile<Number>,
    /// Whether it does not recover.
    #[pin]
    fail_recover: TextFile<Switch>,
    /// The last error that it recovered from.
    #[pin]
    recovered: Mutex<Option<CString>>,
}

impl Dummy {
    fn new(folder: &Dir) -> Result<Self> {
        let state = try_pin_init!(State {
            binary_len <- folder.text_file(c"binary_len", Number::new(16)),
            fail_recover <- folder.text_file(c"fail_recover", Switch::new(false)),
            recovered <- new_mutex!(None),
        }? Error);
        Ok(Dummy(KBox::pin_init(state, GFP_KERNEL)?))
    }

    fn fill(&self, out: &mut Fmsg<'_>) -> Result {
        out.pair(c"test_bool", true);
        out.pair(c"test_u8", 1_u8);
        out.pair(c"test_u32", 3_u32);
        out.pair(c"test_u64", 4_u64);
        out.pair(c"test_string", c"somestring");

        let len = self.0.binary_len.get() as usize;
        let mut binary = KVec::from_elem(0_u8, len, GFP_KERNEL | __GFP_NOWARN)?;
        seam::random_bytes(&mut binary);
        out.pair(c"test_binary", binary.as_slice());

        out.pair_object(c"test_nest", |out| {
            out.pair(c"nested_test_bool", false);
            out.pair(c"nested_test_u8", 0_u8);
            Ok(())
        })?;
        out.array(c"test_u32_array", |out| {
            (0..10).for_each(|number| out.u32(number));
            Ok(())
        })?;
        out.array(c"test_array_of_objects", |out| {
            (0..10_u8).try_for_each(|number| {
                out.object(|out| {
                    out.pair(c"in_array_nested_test_bool", false);
                    out.pair(c"in_array_nested_test_u8", number);
                    Ok(())
                })
            })
        })
    }
}

#[vtable]
impl ReporterOps<NetDevSim> for Dummy {
    const NAME: &'static CStr = c"dummy";

    /// What the user wrote who made the error.
    type Error = CString;

    fn recover(
        &self,
        _: &Locked<'_, NetDevSim>,
        error: Option<&CString>,
        extack: Extack<'_>,
    ) -> Result {
        if self.0.fail_recover.get() {
            return Err(extack.err(
                c"netdevsim: User setup the recover to fail for testing purposes",
                EINVAL,
            ));
        }
        if let Some(error) = error {
            let mut recovered = self.0.recovered.lock();
            *recovered = None;
            *recovered = Some(CString::try_from(&**error)?);
        }
        Ok(())
    }

    fn dump(
        &self,
        _: &Pinned<'_, NetDevSim>,
        out: &mut Fmsg<'_>,
        error: Option<&CString>,
        _: Extack<'_>,
    ) -> Result {
        if let Some(error) = error {
            out.pair(c"break_message", &**error);
        }
        self.fill(out)
    }

    fn diagnose(&self, _: &Pinned<'_, NetDevSim>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
        if let Some(recovered) = &*self.0.recovered.lock() {
            out.pair(c"recovered_break_message", &**recovered);
        }
        self.fill(out)
    }
}

/// Adds the reporters. The folder has the files of the second one.
pub(crate) fn up<'up>(
    cx: &Bringup<'up, '_, NetDevSim>,
    folder: &Dir,
) -> Result<DummyReporter<'up>> {
    cx.reporter(Empty)?;
    cx.reporter(Dummy::new(folder)?)
}
