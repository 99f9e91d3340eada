// SPDX-License-Identifier: GPL-2.0

//! Calls into the driver about shared buffers.

use super::{
    access::LockedOps,
    ops::{
        Ops,
        MISSING, //
    },
    port::DriverPort, //
};

use crate::sb::{
    Occupancy,
    Pool,
    ThresholdType,
    TrafficClass, //
};

use kernel::{
    bindings,
    error::to_result,
    net::netlink::extack::Extack,
    prelude::*, //
};

/// Calls a callback of the table; one that is missing answers `EOPNOTSUPP`.
macro_rules! call {
    ($port:ident, $self:ident . $callback:ident ( $($arg:expr),* $(,)? )) => {{
        $self.devlink().check($port.owner())?;
        call!($self.$callback($($arg),*))
    }};
    ($self:ident . $callback:ident ( $($arg:expr),* $(,)? )) => {{
        let callback = $self.table().$callback.ok_or(MISSING)?;
        // SAFETY: The instance lock is held, and a port that is passed is registered; the driver's
        // table promises that the callback may then be called, and the other arguments are valid
        // for the call.
        to_result(unsafe { callback($($arg),*) })
    }};
}

impl Ops<'_> {
    /// Whether the driver can be asked about pools.
    pub(crate) fn answers_about_sb_pools(self) -> bool {
        self.table().sb_pool_get.is_some()
    }

    /// Whether the driver can be asked about the parts that ports have of pools.
    pub(crate) fn answers_about_sb_port_pools(self) -> bool {
        self.table().sb_port_pool_get.is_some()
    }

    /// Whether the driver can be asked which pools traffic classes use.
    pub(crate) fn answers_about_sb_tc_pool_binds(self) -> bool {
        self.table().sb_tc_pool_bind_get.is_some()
    }
}

impl LockedOps<'_> {
    /// What the driver says about a pool of the buffer `sb`.
    pub(crate) fn sb_pool_get(self, sb: u32, pool: u16) -> Result<Pool> {
        let mut info = bindings::devlink_sb_pool_info::default();
        call!(self.sb_pool_get(self.devlink().as_raw(), sb, pool, &mut info))?;
        Ok(Pool {
            pool_type: info.pool_type as u8,
            size: info.size,
            threshold_type: info.threshold_type as u8,
            cell_size: info.cell_size,
        })
    }

    /// Sets the size of a pool, and what its thresholds mean.
    pub(crate) fn sb_pool_set(
        self,
        sb: u32,
        pool: u16,
        size: u32,
        threshold_type: ThresholdType,
        extack: Extack<'_>,
    ) -> Result {
        call!(self.sb_pool_set(
            self.devlink().as_raw(),
            sb,
            pool,
            size,
            threshold_type as bindings::devlink_sb_threshold_type,
            extack.as_raw(),
        ))
    }

    /// The threshold of a port in a pool.
    pub(crate) fn sb_port_pool_get(self, port: &DriverPort, sb: u32, pool: u16) -> Result<u32> {
        let mut threshold = 0;
        call!(
            port,
            self.sb_port_pool_get(port.as_raw(), sb, pool, &mut threshold)
        )?;
        Ok(threshold)
    }

    /// Sets the threshold of a port in a pool.
    pub(crate) fn sb_port_pool_set(
        self,
        port: &DriverPort,
        sb: u32,
        pool: u16,
        threshold: u32,
        extack: Extack<'_>,
    ) -> Result {
        call!(
            port,
            self.sb_port_pool_set(port.as_raw(), sb, pool, threshold, extack.as_raw())
        )
    }

    /// The pool that a traffic class of a port uses, and its threshold there.
    pub(crate) fn sb_tc_pool_bind_get(
        self,
        port: &DriverPort,
        sb: u32,
        class: TrafficClass,
    ) -> Result<(u16, u32)> {
        let (mut pool, mut threshold) = (0, 0);
        call!(
            port,
            self.sb_tc_pool_bind_get(
                port.as_raw(),
                sb,
                class.index,
                class.direction as bindings::devlink_sb_pool_type,
                &mut pool,
                &mut threshold,
            )
        )?;
        Ok((pool, threshold))
    }

    /// Sets the pool that a traffic class of a port uses, and its threshold there.
    pub(crate) fn sb_tc_pool_bind_set(
        self,
        port: &DriverPort,
        sb: u32,
        class: TrafficClass,
        (pool, threshold): (u16, u32),
        extack: Extack<'_>,
    ) -> Result {
        call!(
            port,
            self.sb_tc_pool_bind_set(
                port.as_raw(),
                sb,
                class.index,
                class.direction as bindings::devlink_sb_pool_type,
                pool,
                threshold,
                extack.as_raw(),
            )
        )
    }

    /// Takes a snapshot of how much of the buffer is occupied.
    pub(crate) fn sb_occ_snapshot(self, sb: u32) -> Result {
        call!(self.sb_occ_snapshot(self.devlink().as_raw(), sb))
    }

    /// Lets the highest occupancy be counted anew.
    pub(crate) fn sb_occ_max_clear(self, sb: u32) -> Result {
        call!(self.sb_occ_max_clear(self.devlink().as_raw(), sb))
    }

    /// How much of a pool a port occupies, as of the last snapshot.
    pub(crate) fn sb_occ_port_pool_get(
        self,
        port: &DriverPort,
        sb: u32,
        pool: u16,
    ) -> Result<Occupancy> {
        let (mut current, mut max) = (0, 0);
        call!(
            port,
            self.sb_occ_port_pool_get(port.as_raw(), sb, pool, &mut current, &mut max)
        )?;
        Ok(Occupancy { current, max })
    }

    /// How much of its pool a traffic class of a port occupies, as of the last snapshot.
    pub(crate) fn sb_occ_tc_port_bind_get(
        self,
        port: &DriverPort,
        sb: u32,
        class: TrafficClass,
    ) -> Result<Occupancy> {
        let (mut current, mut max) = (0, 0);
        call!(
            port,
            self.sb_occ_tc_port_bind_get(
                port.as_raw(),
                sb,
                class.index,
                class.direction as bindings::devlink_sb_pool_type,
                &mut current,
                &mut max,
            )
        )?;
        Ok(Occupancy { current, max })
    }
}
