// SPDX-License-Identifier: GPL-2.0

//! What the device says of itself: versions, the flash's progress, selftests, reloads by others.

use crate::{
    callback::Callback,
    device::{
        Data,
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    }, //
};

use kernel::{
    net::{
        devlink::{
            Held,
            Image,
            Info,
            Limit,
            Locked,
            Progress,
            Reload,
            Selftest,
            SelftestOps,
            SelftestStatus,
            Version, //
        },
        netlink::extack::Extack, //
    },
    prelude::*, //
};

const VERSIONS: [(Version, &CStr, &CStr); 5] = [
    (Version::Fixed, c"board.id", c"dt-1"),
    (Version::Fixed, c"asic.rev", c"7"),
    (Version::Running, c"fw", c"1.2.3"),
    (Version::Running, c"fw.mgmt", c"10.20"),
    (Version::Stored, c"fw", c"1.2.4"),
];

/// Those that can be flashed by name.
const COMPONENTS: [&CStr; 2] = [c"fw.app", c"fw.undi"];

impl<const FULL: bool> Data<'_, FULL> {
    pub(crate) fn info(&self, out: &mut Info<'_>, extack: Extack<'_>) -> Result {
        self.call(Callback::InfoGet, extack, fmt!(""))?;
        out.serial_number(c"DT-SERIAL")?;
        out.board_serial_number(c"DT-BOARD")?;
        for (of, name, value) in VERSIONS {
            out.version(of, name, value)?;
        }
        for name in COMPONENTS {
            out.component(Version::Running, name, c"2.0")?;
            out.component(Version::Stored, name, c"2.1")?;
        }
        Ok(())
    }

    pub(crate) fn flash(
        &self,
        image: &Image<'_>,
        progress: &Progress<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let size = image.data().len();
        let component = image.component().unwrap_or(c"all");
        let overwrite =
            u32::from(!image.keeps_settings()) | u32::from(!image.keeps_identifiers()) << 1;
        progress.status(c"Preparing", None, 0, 0);
        let arguments = fmt!("size={size} component={component} overwrite={overwrite}");
        if let Err(error) = self.call(Callback::FlashUpdate, extack, arguments) {
            progress.status(c"Failed", Some(component), 0, 0);
            return Err(error);
        }
        for done in (0..size).step_by((size / 4).max(1)) {
            progress.status(c"Flashing", Some(component), done, size);
        }
        progress.timeout(c"Erasing", Some(component), 60);
        progress.status(c"Done", Some(component), size, size);
        Ok(())
    }
}

/// What the device can test of itself.
pub(crate) struct Tests;

/// `enum devlink_attr_selftest_id`
fn number_of(test: Selftest) -> u32 {
    match test {
        Selftest::Flash => 1,
    }
}

impl<const FULL: bool> SelftestOps<Test<FULL>> for Tests {
    /// The message of a failure would go with a success, so there is none.
    fn has(cx: &Locked<'_, Test<FULL>>, test: Selftest, _: Extack<'_>) -> bool {
        let arguments = fmt!("{}", number_of(test));
        cx.data()
            .call(Callback::SelftestCheck, Extack::NONE, arguments)
            .is_ok()
    }

    fn run(cx: &Locked<'_, Test<FULL>>, test: Selftest, _: Extack<'_>) -> SelftestStatus {
        let arguments = fmt!("{}", number_of(test));
        match cx
            .data()
            .call(Callback::SelftestRun, Extack::NONE, arguments)
        {
            Ok(()) => SelftestStatus::Pass,
            Err(_) => SelftestStatus::Fail,
        }
    }
}

fn remote_reload<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let performed = match arguments[0] {
        b"reinit" => Reload::DRIVER_REINIT,
        b"activate" => Reload::FW_ACTIVATE,
        _ => return Err(EINVAL),
    };
    let limit = match arguments[1] {
        b"none" => None,
        b"no_reset" => Some(Limit::NoReset),
        _ => return Err(EINVAL),
    };
    cx.reloaded_remotely(performed, limit);
    Ok(())
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const DEVICE: &'static [Event<FULL>] =
        &[Event::new("remote_reload", 2, 2, remote_reload::<FULL>)];
}
