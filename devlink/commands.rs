// SPDX-License-Identifier: GPL-2.0

//! What serves each operation of `devlink.yaml`, under the operation's name: the generated table
//! of operations refers to these.

use crate::{
    dev,
    dpipe,
    eswitch,
    flash,
    health,
    info,
    linecard,
    netlink::{
        command::Operation,
        notify, //
    },
    param,
    port,
    rate,
    region,
    reload,
    resource,
    sb,
    selftests,
    trap, //
};

pub(crate) type Get = Operation<dev::Get>;
pub(crate) type PortGet = Operation<port::Get>;
pub(crate) type PortSet = Operation<port::Set>;
pub(crate) type PortNew = Operation<port::New>;
pub(crate) type PortDel = Operation<port::Del>;
pub(crate) type PortSplit = Operation<port::Split>;
pub(crate) type PortUnsplit = Operation<port::Unsplit>;
pub(crate) type EswitchGet = Operation<eswitch::Get>;
pub(crate) type EswitchSet = Operation<eswitch::Set>;
pub(crate) type ResourceSet = Operation<resource::Set>;
pub(crate) type ResourceDump = Operation<resource::Dump>;
pub(crate) type Reload = Operation<reload::Reload>;
pub(crate) type ParamGet = Operation<param::Get>;
pub(crate) type ParamSet = Operation<param::Set>;
pub(crate) type PortParamGet = Operation<param::PortGet>;
pub(crate) type PortParamSet = Operation<param::PortSet>;
pub(crate) type RegionGet = Operation<region::Get>;
pub(crate) type RegionNew = Operation<region::New>;
pub(crate) type RegionDel = Operation<region::Del>;
pub(crate) type RegionRead = Operation<region::Read>;
pub(crate) type InfoGet = Operation<info::Get>;
pub(crate) type HealthReporterGet = Operation<health::Get>;
pub(crate) type HealthReporterSet = Operation<health::Set>;
pub(crate) type HealthReporterRecover = Operation<health::Recover>;
pub(crate) type HealthReporterDiagnose = Operation<health::Diagnose>;
pub(crate) type HealthReporterDumpGet = Operation<health::DumpGet>;
pub(crate) type HealthReporterDumpClear = Operation<health::DumpClear>;
pub(crate) type HealthReporterTest = Operation<health::Test>;
pub(crate) type FlashUpdate = Operation<flash::Update>;
pub(crate) type TrapGet = Operation<trap::Get>;
pub(crate) type TrapSet = Operation<trap::Set>;
pub(crate) type TrapGroupGet = Operation<trap::GroupGet>;
pub(crate) type TrapGroupSet = Operation<trap::GroupSet>;
pub(crate) type TrapPolicerGet = Operation<trap::PolicerGet>;
pub(crate) type TrapPolicerSet = Operation<trap::PolicerSet>;
pub(crate) type RateGet = Operation<rate::Get>;
pub(crate) type RateSet = Operation<rate::Set>;
pub(crate) type RateNew = Operation<rate::New>;
pub(crate) type RateDel = Operation<rate::Del>;
pub(crate) type LinecardGet = Operation<linecard::Get>;
pub(crate) type LinecardSet = Operation<linecard::Set>;
pub(crate) type SelftestsGet = Operation<selftests::Get>;
pub(crate) type SelftestsRun = Operation<selftests::Run>;
pub(crate) type SbGet = Operation<sb::Get>;
pub(crate) type SbPoolGet = Operation<sb::PoolGet>;
pub(crate) type SbPoolSet = Operation<sb::PoolSet>;
pub(crate) type SbPortPoolGet = Operation<sb::PortPoolGet>;
pub(crate) type SbPortPoolSet = Operation<sb::PortPoolSet>;
pub(crate) type SbTcPoolBindGet = Operation<sb::TcPoolBindGet>;
pub(crate) type SbTcPoolBindSet = Operation<sb::TcPoolBindSet>;
pub(crate) type SbOccSnapshot = Operation<sb::OccSnapshot>;
pub(crate) type SbOccMaxClear = Operation<sb::OccMaxClear>;
pub(crate) type DpipeTableGet = Operation<dpipe::TableGet>;
pub(crate) type DpipeEntriesGet = Operation<dpipe::EntriesGet>;
pub(crate) type DpipeHeadersGet = Operation<dpipe::HeadersGet>;
pub(crate) type DpipeTableCountersSet = Operation<dpipe::TableCountersSet>;
pub(crate) type NotifyFilterSet = notify::NotifyFilterSet;
