// SPDX-License-Identifier: GPL-2.0

//! `devlink dev selftests`: tests that the device performs on itself.

use crate::{
    driver::access::{
        Active,
        InstanceLocked,
        Operating, //
    },
    generated::{
        attr,
        selftest_id,
        selftest_result,
        Cmd,
        DL_SELFTEST_ID_POLICY, //
    },
    instance::Devlink,
    netlink::{
        command::{
            Command,
            Driver,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Stop, //
        },
    },
};

use kernel::{
    net::netlink::{
        attr::{
            Attr,
            Flag, //
        },
        extack::Extack,
        writer::Writer, //
    },
    prelude::*, //
};

/// A test, by the attribute that stands for it.
#[derive(Copy, Clone)]
pub(crate) struct Selftest(Attr<Flag>);

impl Selftest {
    /// All tests there are.
    const ALL: [Self; 1] = [Selftest(selftest_id::FLASH)];

    /// The number in `enum devlink_attr_selftest_id`.
    pub(crate) fn id(self) -> u32 {
        self.0.number().into()
    }
}

/// The tests that a device can perform.
///
/// Bit n stands for the test of number n.
#[derive(Copy, Clone, Default)]
struct Supported(u32);

impl Supported {
    /// Asks the driver, and remembers what it says, for dumps that find it busy.
    fn fetch(devlink: InstanceLocked<'_>, extack: Extack<'_>) -> Self {
        let mut supported = Supported::default();
        for test in Selftest::ALL {
            if devlink.ops().selftest_check(test, extack) {
                supported.0 |= Self::bit(test);
            }
        }
        devlink.selftests.record(devlink, Ok(supported.0.into()));
        supported
    }

    fn bit(test: Selftest) -> u32 {
        1u32.checked_shl(test.id()).unwrap_or(0)
    }

    fn has(self, test: Selftest) -> bool {
        self.0 & Self::bit(test) != 0
    }

    fn fill(self, out: &mut Writer<'_>) -> Result {
        out.nest(attr::SELFTESTS, |out| {
            for test in Selftest::ALL {
                if self.has(test) {
                    out.put(test.0, ())?;
                }
            }
            Ok(())
        })
    }
}

/// `DEVLINK_CMD_SELFTESTS_GET`.
pub(crate) struct Get;

impl Command for Get {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        if !devlink.ops().has_selftests() {
            return Err(EOPNOTSUPP);
        }
        let supported = Supported::fetch(devlink.locked(), request.extack);
        request.reply(Cmd::SelftestsGet, |out| {
            devlink.fill_selftests(Some(supported), out)
        })
    }
}

impl DumpCommand for Get {
    type Cursor = ();

    fn dump_one(devlink: &Active<'_>, out: &mut Entries<'_, '_>, (): &mut ()) -> Result<(), Stop> {
        if !devlink.ops().has_selftests() {
            return Ok(());
        }
        let supported = match devlink.try_operate() {
            Some(operating) => Some(Supported::fetch(operating.locked(), out.extack)),
            None => {
                let last = devlink.selftests.get();
                last.value().map(|tests| Supported(*tests as u32))
            }
        };
        out.entry(devlink, fmt!("selftests"), Cmd::SelftestsGet, |out| {
            devlink.fill_selftests(supported, out)
        })
    }
}

/// `DEVLINK_CMD_SELFTESTS_RUN`.
pub(crate) struct Run;

/// `DEVLINK_SELFTEST_STATUS_SKIP`: the device cannot perform the test.
const STATUS_SKIP: u8 = 0;

impl Command for Run {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let extack = request.extack;
        let ops = devlink.ops();

        if !ops.can_run_selftests() || !ops.has_selftests() {
            return Err(EOPNOTSUPP);
        }
        let Some(wanted) = request.attrs.raw(attr::SELFTESTS) else {
            return Err(extack.missing(attr::SELFTESTS));
        };
        let wanted = wanted.parse_nested(&DL_SELFTEST_ID_POLICY, extack)?;

        // The tests run while the reply is written: without memory for it, none is run in vain.
        request.reply(Cmd::SelftestsRun, |out| {
            devlink.put_handle(out)?;
            out.nest(attr::SELFTESTS, |out| {
                for test in Selftest::ALL {
                    if !wanted.attrs().has(test.0) {
                        continue;
                    }
                    let status = if ops.selftest_check(test, extack) {
                        ops.selftest_run(test, extack)?
                    } else {
                        STATUS_SKIP
                    };
                    out.nest(selftest_result::RESULT, |out| {
                        out.put(selftest_result::RESULT_ID, test.id())?;
                        out.put(selftest_result::RESULT_STATUS, status)
                    })?;
                }
                Ok(())
            })
        })
    }
}

impl Devlink {
    /// Writes the instance and the tests that are supported, if that is known.
    fn fill_selftests(&self, supported: Option<Supported>, out: &mut Writer<'_>) -> Result {
        self.put_handle(out)?;
        match supported {
            Some(supported) => supported.fill(out),
            None => Ok(()),
        }
    }
}
