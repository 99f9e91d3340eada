// SPDX-License-Identifier: GPL-2.0
// error: E0599: a port is not made where it would outlive a reload
use crate::driver::{Connector, Nic};
use kernel::{
    net::devlink::{Flavour, PortAttrs, Setup},
    prelude::*,
};

pub(crate) fn probe(setup: &Setup<'_, Nic>) -> Result {
    setup.port(0, PortAttrs::new(Flavour::Virtual), Connector)?;
    Ok(())
}
