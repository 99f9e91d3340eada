// SPDX-License-Identifier: GPL-2.0

//! Statistics and what else has texts.

use crate::{
    bindings,
    fmt,
    fmt::Write as _,
    str::Formatter, //
};

/// How long a text can be, with the zero at its end.
pub(super) const TEXT: usize = bindings::ETH_GSTRING_LEN as usize;

/// The driver's own statistics. See [`EthtoolOps::statistics`](super::EthtoolOps::statistics).
///
/// # Examples
///
/// A device may have none, at times or always. The kernel has no memory for their numbers then:
///
/// ```
/// use kernel::{
///     net::{
///         device::{
///             Opening,
///             Operations,
///             Registration,
///             Rtnl,
///             Settings, //
///         },
///         ethtool::{
///             Ethtool,
///             EthtoolOps,
///             Statistics, //
///         },
///         namespace::Net, //
///     },
///     prelude::*, //
/// };
///
/// struct Nic;
///
/// #[vtable]
/// impl Operations for Nic {
///     type Open<'open> = ();
///     type Sender<'open> = core::convert::Infallible;
///
///     const ETHTOOL: Ethtool<Self> = Ethtool::OPS;
///
///     fn open<'open>(&'open self, _: &mut Opening<'open, Self>) -> Result {
///         Ok(())
///     }
/// }
///
/// #[vtable]
/// impl EthtoolOps for Nic {
///     fn statistics(&self, cx: &Rtnl<'_, Self>, out: &mut Statistics<'_>) {
///         if cx.open().is_some() {
///             out.add(fmt!("rx_errors"), 0);
///         }
///     }
/// }
///
/// let settings = Settings::new(c"rust_stats%d");
/// let nic = Registration::<Nic>::new(&settings, None, Net::init(), Ok::<_, Error>(Nic))?;
/// # use kernel::net::{device, ethtool::testing};
/// # let nic = nic.device();
/// assert_eq!(testing::statistics(nic)?.len(), 0);
/// device::testing::bring_up(nic)?;
/// assert_eq!(testing::statistics(nic)?.len(), 1);
/// device::testing::take_down(nic);
/// # Ok::<(), Error>(())
/// ```
pub struct Statistics<'a> {
    wanted: Wanted<'a>,
    count: usize,
}

/// What is wanted of statistics.
pub(super) enum Wanted<'a> {
    Count,
    Names(&'a mut [[u8; TEXT]]),
    Values(&'a mut [u64]),
}

impl<'a> Statistics<'a> {
    pub(super) fn new(wanted: Wanted<'a>) -> Self {
        Statistics { wanted, count: 0 }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether somebody wants the values now. Otherwise they may be anything, so that the device
    /// need not be asked for them.
    pub fn wants_values(&self) -> bool {
        matches!(self.wanted, Wanted::Values(_))
    }

    /// The next one. Of its name the first 31 bytes are shown.
    pub fn add(&mut self, name: fmt::Arguments<'_>, value: u64) {
        match &mut self.wanted {
            Wanted::Count => {}
            Wanted::Names(names) => {
                if let Some(text) = names.get_mut(self.count) {
                    // What is too long is cut off.
                    let _ = Formatter::new(&mut text[..TEXT - 1]).write_fmt(name);
                }
            }
            Wanted::Values(values) => {
                if let Some(place) = values.get_mut(self.count) {
                    *place = value;
                }
            }
        }
        self.count += 1;
    }
}

/// What a driver and its firmware are (`struct ethtool_drvinfo`). The driver's name, the kernel's
/// version and the bus are known already.
pub struct DriverInfo<'a>(&'a mut bindings::ethtool_drvinfo);

impl<'a> DriverInfo<'a> {
    pub(super) fn new(info: &'a mut bindings::ethtool_drvinfo) -> Self {
        DriverInfo(info)
    }

    /// The firmware's version, of which the first 31 bytes are shown. Returns whether that is all.
    pub fn firmware(&mut self, version: fmt::Arguments<'_>) -> bool {
        let text = &mut self.0.fw_version;
        text.fill(0);
        let len = text.len() - 1;
        Formatter::new(&mut text[..len]).write_fmt(version).is_ok()
    }
}
