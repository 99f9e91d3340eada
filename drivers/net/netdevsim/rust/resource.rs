// SPDX-License-Identifier: GPL-2.0

//! Resources: what the tables for routes can have. `../fib.c` asks for their sizes and says how
//! much is in use, by the numbers that they have in `enum nsim_resource_id`.

use crate::device::NetDevSim;

use kernel::{
    net::devlink::{
        ResourceSize,
        Setup, //
    },
    prelude::*, //
};

/// Any size.
const LIMITS: ResourceSize = ResourceSize {
    min: 0,
    max: u64::MAX,
    granularity: 1,
};

/// Adds them, in the order of their numbers, which begin with 1.
pub(crate) fn add(setup: &Setup<'_, NetDevSim>) -> Result {
    for family in [c"IPv4", c"IPv6"] {
        let family = setup.resource(family, u64::MAX, LIMITS, None)?;
        setup.resource(c"fib", u64::MAX, LIMITS, Some(family))?;
        setup.resource(c"fib-rules", u64::MAX, LIMITS, Some(family))?;
    }
    setup.resource(c"nexthops", u64::MAX, LIMITS, None)?;
    Ok(())
}
