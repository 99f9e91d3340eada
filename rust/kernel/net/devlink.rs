// SPDX-License-Identifier: GPL-2.0

//! Drivers of devices that are managed through devlink.
//!
//! A driver implements [`Driver`] and names a bus, see [`faux`]; everything else is made by this
//! module: the instance, its operations in read-only memory, the order in which things come and go.
//! Nothing here depends on which devlink core the kernel has.
//!
//! # Who owns what
//!
//! ```text
//! bus glue ── instance ─┬─ Data<'bound>        made by Driver::probe(), as long as the binding
//!                       ├─ objects for 'bound  made with Setup: reporters, regions, resources
//!                       ├─ Up<'up>             made by Driver::up(), gone while the device is down
//!                       └─ objects for 'up     made with Bringup: ports, traps, rates, reporters,
//!                                              regions
//! ```
//!
//! The instance owns every registration. What a driver gets is a handle that can be copied and
//! forgotten: [`Port`], [`Region`], [`Reporter`], [`Resource`]. A handle for `'up` fits in
//! `Up<'up>`, one for `'bound` also in `Data<'bound>`, and neither anywhere else; so no handle
//! outlives its object.
//!
//! # Order
//!
//! Probe: instance, parameters, [`Driver::probe`], [`Driver::up`], register. Remove: the deferred
//! work ends, unregister, the objects for `'up` are unregistered, `Up` is dropped, the objects for
//! `'bound` are unregistered, `Data` is dropped, the instance is freed. A reload is the middle
//! part: the objects for `'up` and `Up` go, and [`Driver::up`] makes them anew. If that fails there
//! is no `Up` until a later reload.
//!
//! # Locks
//!
//! Callbacks run with the *instance lock* held (`devl_lock()`); the proof is [`Locked`]. Those of
//! regions and rates, and those of reporters that change nothing, may run without, many at a time,
//! on the core that can do that; they get a [`Pinned`]. A [`Locked`] has no method that takes the
//! lock again, and what takes the lock inside devlink ([`Reporter::report`],
//! [`Region::take_snapshot`]) wants the opposite proof, [`Unlocked`] or [`DeviceLocked`], which
//! [`Driver::work`] gets and what happens to a device on a module's own bus ([`bus`]).
//!
//! C header: [`include/net/devlink.h`](srctree/include/net/devlink.h)

use crate::{
    device::{
        self,
        Bound, //
    },
    error::VTABLE_DEFAULT_ERROR,
    net::{
        namespace::Net,
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::aref::ARef, //
};

mod attribute;
#[cfg(CONFIG_AUXILIARY_BUS)]
pub mod auxiliary;
mod binding;
pub mod bus;
pub mod dpipe;
mod eswitch;
pub mod faux;
mod flash;
mod fmsg;
mod group;
mod health;
mod held;
mod info;
mod instance;
mod irq;
mod linecard;
mod list;
mod nested;
mod notifier;
mod object;
pub mod param;
#[cfg(CONFIG_PCI)]
pub mod pci;
pub mod platform;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
pub mod sb;
mod selftests;
mod shared;
#[cfg(CONFIG_RUST_KERNEL_DOCTESTS)]
pub mod testing;
mod trap;
mod tree;

pub use self::{
    attribute::Attribute,
    binding::{
        Matched,
        Shutdown, //
    },
    eswitch::{
        EswitchEncapMode,
        EswitchInlineMode,
        EswitchMode, //
    },
    flash::{
        Image,
        Progress, //
    },
    fmsg::{
        Fmsg,
        FmsgBytes,
        FmsgValue, //
    },
    group::{
        Group,
        Groups,
        InnerGroups,
        Lasting,
        LastingGroups,
        Within, //
    },
    health::{
        Reporter,
        ReporterOps,
        ReporterState,
        Restart, //
    },
    held::{
        DeviceLocked,
        Held,
        Holds, //
    },
    info::{
        Info,
        Version, //
    },
    instance::{
        Bringup,
        Locked,
        Pinned,
        Setup,
        Unlocked,
        Work, //
    },
    linecard::{
        Linecard,
        LinecardOps,
        LinecardOrder,
        LinecardType, //
    },
    nested::Outer,
    param::Params,
    port::{
        AddedPort,
        Flavour,
        FunctionOpState,
        FunctionState,
        HwAddr,
        IbDevice,
        Netdev,
        NewFlavour,
        NewPort,
        OnPort,
        Port,
        PortAttrs,
        PortOps,
        PortType,
        WantedPort, //
    },
    rate::{
        RateDriver,
        RateLeaf,
        RateNode,
        RateOps,
        RateTree,
        Rates,
        TRAFFIC_CLASSES, //
    },
    region::{
        Region,
        RegionOps,
        SnapshotNumber, //
    },
    reload::{
        Action,
        Limit,
        Reload,
        Why, //
    },
    resource::{
        PortResource,
        Resource,
        ResourceSize, //
    },
    sb::{
        SharedBuffer,
        SharedBufferDriver,
        SharedBuffers, //
    },
    selftests::{
        Selftest,
        SelftestOps,
        SelftestStatus,
        Selftests, //
    },
    shared::{
        Shared,
        SharedOps, //
    },
    trap::{
        FlowActionCookie,
        GenericTrap,
        GenericTrapGroup,
        NewTrap,
        NewTrapGroup,
        Trap,
        TrapAction,
        TrapDesc,
        TrapDriver,
        TrapGroup,
        TrapGroupDesc,
        TrapGroupId,
        TrapGroupOps,
        TrapItem,
        TrapKey,
        TrapList,
        TrapListReporter,
        TrapMetadata,
        TrapObject,
        TrapOps,
        TrapOrigin,
        TrapPolicer,
        TrapPolicerDesc,
        TrapPolicerOps,
        TrapReporter,
        TrapTable,
        TrapType,
        Traps, //
    },
};

/// A driver with a devlink instance for each of its devices.
///
/// Operations that a driver does not implement it does not have: user space is told so, as with a C
/// driver whose `struct devlink_ops` has no such pointer.
///
/// Each callback runs with the instance lock held and may sleep.
///
/// # Examples
///
/// The smallest driver, whose device has a version and can be reinitialised:
///
/// ```
/// use kernel::{
///     device::Bound,
///     faux,
///     net::{
///         devlink::{
///             self,
///             Bringup,
///             Info,
///             Locked,
///             Reload,
///             Setup,
///             Version,
///             Why, //
///         },
///         netlink::extack::Extack, //
///     },
///     prelude::*, //
/// };
///
/// struct Nic;
///
/// #[vtable]
/// impl devlink::Driver for Nic {
///     type Device = faux::Device<Bound>;
///     type Data<'bound> = ();
///     type Up<'up> = ();
///
///     const RELOAD: Reload = Reload::DRIVER_REINIT;
///
///     fn probe<'bound>(
///         _dev: &'bound Self::Device,
///         _setup: &Setup<'bound, Self>,
///     ) -> impl PinInit<Self::Data<'bound>, Error> {
///         Ok::<_, Error>(())
///     }
///
///     fn up<'up>(_: &Bringup<'up, '_, Self>, _: &Why, _: Extack<'_>) -> Result<Self::Up<'up>> {
///         Ok(())
///     }
///
///     fn info(_: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
///         out.version(Version::Running, c"fw", c"1.0")
///     }
/// }
///
/// let nic = devlink::faux::Registration::<Nic>::new(c"smallest_nic")?;
/// // Users see the instance `faux/smallest_nic` until this.
/// drop(nic);
/// # Ok::<(), Error>(())
/// ```
#[vtable]
pub trait Driver: Sized + Send + Sync + 'static {
    /// The device on its bus, for instance `faux::Device<Bound>`.
    type Device: AsRef<device::Device<Bound>>;

    /// What exists as long as the driver is bound to the device.
    type Data<'bound>: Send + Sync + 'bound;

    /// What exists only while the device is up: dropping it is taking the device down.
    type Up<'up>: Send + Sync + 'up;

    /// What a reload can do (`reload_actions`).
    const RELOAD: Reload = Reload::NONE;

    /// The device's parameters, made with [`devlink_params!`](crate::devlink_params).
    const PARAMS: Params<Self> = Params::NONE;

    /// What can be done with rates of ports, `Rates::of()` for a [`RateDriver`].
    const RATES: Rates<Self> = Rates::NONE;

    /// The packet traps, `Traps::of()` for a [`TrapDriver`].
    const TRAPS: Traps<Self> = Traps::NONE;

    /// Whether [`flash`](Self::flash) asks [`Image::keeps_settings`] and
    /// [`Image::keeps_identifiers`]: a user can have both overwritten
    /// (`DEVLINK_SUPPORT_FLASH_UPDATE_OVERWRITE_MASK` in `supported_flash_update_params`).
    const FLASH_OVERWRITE: bool = false;

    /// The headers that frames may have which go through the device's [pipeline](dpipe).
    const DPIPE_HEADERS: &'static [dpipe::Header] = &[];

    /// What can be done with shared buffers, `SharedBuffers::of()` for a [`SharedBufferDriver`].
    const SHARED_BUFFERS: SharedBuffers<Self> = SharedBuffers::NONE;

    /// The tests that the device performs on itself.
    const SELFTESTS: Selftests<Self> = Selftests::NONE;

    /// The namespace of a new instance. That of the task that has the device probed is
    /// [`Net::current`].
    ///
    /// Called before [`probe`](Self::probe), without the instance lock.
    fn net(dev: &Self::Device) -> ARef<Net> {
        let _ = dev;
        Net::init().into()
    }

    /// Makes what lives as long as the binding, and with `setup` the objects that do.
    ///
    /// Runs once, before users can see the instance. If it fails, so does probing the device.
    fn probe<'bound>(
        dev: &'bound Self::Device,
        setup: &Setup<'bound, Self>,
    ) -> impl PinInit<Self::Data<'bound>, Error>;

    /// Brings the device up, and with `cx` makes the objects that exist while it is
    /// (`reload_up`).
    ///
    /// Runs after [`probe`](Self::probe) and in every reload. If it fails, what was made is gone;
    /// in probe, that fails too; in a reload, the device stays down.
    fn up<'up>(cx: &Bringup<'up, '_, Self>, why: &Why, extack: Extack<'_>)
        -> Result<Self::Up<'up>>;

    /// Whether a device that is up can be taken down; an error refuses the reload (`reload_down`).
    fn may_go_down(cx: &Locked<'_, Self>, why: &Why, extack: Extack<'_>) -> Result {
        let _ = (cx, why, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether new firmware can be activated while the device stays up, see
    /// [`activate_live`](Self::activate_live); an error refuses that (`reload_down`).
    fn may_activate_live(cx: &Locked<'_, Self>, extack: Extack<'_>) -> Result {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Activates new firmware while the device stays up: a reload with action `fw_activate` and
    /// limit `no_reset`. A driver that has this offers that limit (`reload_limits`).
    fn activate_live(cx: &Locked<'_, Self>, extack: Extack<'_>) -> Result {
        let _ = (cx, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Says which device this is and what runs on it (`info_get`).
    fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, extack: Extack<'_>) -> Result {
        let _ = (cx, out, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Writes `image` to the device (`flash_update`).
    fn flash(
        cx: &Locked<'_, Self>,
        image: &Image<'_>,
        progress: &Progress<'_>,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, image, progress, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Adds the port that a user wants to [groups](Groups) (`port_new`).
    fn port_new<'a>(
        cx: &'a Locked<'_, Self>,
        wanted: &NewPort,
        extack: Extack<'_>,
    ) -> Result<AddedPort<'a>> {
        let _ = (cx, wanted, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The mode of the embedded switch (`eswitch_mode_get`).
    fn eswitch_mode(cx: &Locked<'_, Self>) -> Result<EswitchMode> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes the mode of the embedded switch (`eswitch_mode_set`).
    fn set_eswitch_mode(cx: &Locked<'_, Self>, mode: EswitchMode, extack: Extack<'_>) -> Result {
        let _ = (cx, mode, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// How much of a packet's headers descriptors have to contain (`eswitch_inline_mode_get`).
    fn eswitch_inline_mode(cx: &Locked<'_, Self>) -> Result<EswitchInlineMode> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Changes how much of a packet's headers descriptors have to contain
    /// (`eswitch_inline_mode_set`).
    fn set_eswitch_inline_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchInlineMode,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, mode, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Whether the embedded switch encapsulates packets (`eswitch_encap_mode_get`).
    fn eswitch_encap_mode(cx: &Locked<'_, Self>) -> Result<EswitchEncapMode> {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// Lets the embedded switch encapsulate packets, or not (`eswitch_encap_mode_set`).
    fn set_eswitch_encap_mode(
        cx: &Locked<'_, Self>,
        mode: EswitchEncapMode,
        extack: Extack<'_>,
    ) -> Result {
        let _ = (cx, mode, extack);
        build_error!(VTABLE_DEFAULT_ERROR)
    }

    /// The driver's deferred work, run by a kernel thread some time after [`Work::schedule`], or
    /// after the time that [`Work::schedule_after`] was given.
    ///
    /// The instance lock is not held, so what happened can be reported here. Runs only while the
    /// instance is registered, never twice at once.
    fn work(cx: &mut Unlocked<'_, '_, Self>) {
        let _ = cx;
        build_error!(VTABLE_DEFAULT_ERROR)
    }
}

/// The error number that a C callback returns.
fn to_errno(result: Result) -> c_int {
    match result {
        Ok(()) => 0,
        Err(error) => error.to_errno(),
    }
}
