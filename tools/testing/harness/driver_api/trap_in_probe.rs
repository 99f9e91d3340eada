// SPDX-License-Identifier: GPL-2.0
// error: E0599: a trap is not made where it would outlive a reload
use crate::driver::Nic;
use kernel::{devlink_traps, net::devlink::Setup, prelude::*};

devlink_traps! {
    enum Group: groups {
        L2 = generic(L2_DROPS);
    }

    enum Packet: traps {
        Multicast = generic(SMAC_MC), Drop, group(Group::L2);
    }
}

pub(crate) fn probe(setup: &Setup<'_, Nic>) -> Result {
    setup.traps(|_: Packet| Ok(()))?;
    Ok(())
}
