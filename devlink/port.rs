// SPDX-License-Identifier: GPL-2.0

//! `devlink port`: the ports of an instance.
//!
//! A port is reachable through the instance's collection from register to unregister. A command
//! that calls the driver about a port does so inside the instance and with the instance lock, which
//! a C driver holds when it unregisters the port; so the port stays while its driver is called.
//! Readers keep the port's memory by counting, and find in it all they need.

use crate::{
    collection::Collection,
    driver::{
        access::{
            Active,
            InstanceLocked,
            Operating, //
        },
        ib_device::{
            IbDevice,
            IbName, //
        },
        port::DriverPort, //
    },
    generated::{
        attr,
        Cmd, //
    },
    health::{
        self,
        Reporter, //
    },
    instance::Devlink,
    last_answer::LastAnswer,
    nested::Slot,
    netlink::{
        self,
        command::{
            Command,
            Driver,
            Lookup,
            Request, //
        },
        dump::{
            DumpCommand,
            Entries,
            Part,
            Stop, //
        },
    },
    port_function::Function,
    region::Region,
    resource::ResourceTree, //
};

use kernel::{
    fmt,
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_spinlock,
    prelude::*,
    sync::{
        Arc,
        SetOnce,
        SpinLock, //
    },
    warn_on, //
};

/// What kind of port it is, with what tells it from others of the kind.
#[derive(Copy, Clone)]
pub(crate) enum Flavour {
    /// Physical, CPU and DSA ports.
    Wired {
        flavour: WiredFlavour,
        number: u32,
        /// Number within the split group, which has the port's number.
        split_subport: Option<u32>,
    },
    PciPf {
        controller: u32,
        pf: u16,
        external: bool,
    },
    PciVf {
        controller: u32,
        pf: u16,
        vf: u16,
        external: bool,
    },
    PciSf {
        controller: u32,
        pf: u16,
        sf: u32,
        external: bool,
    },
    /// Any other kind, by its number in `enum devlink_port_flavour`.
    Other(u16),
}

/// The kinds of wired ports.
#[derive(Copy, Clone, PartialEq, Eq)]
pub(crate) enum WiredFlavour {
    Physical = 0,
    Cpu = 1,
    Dsa = 2,
}

/// Numbers of `enum devlink_port_flavour`.
pub(crate) mod flavour {
    pub(crate) const PHYSICAL: u16 = 0;
    pub(crate) const CPU: u16 = 1;
    pub(crate) const DSA: u16 = 2;
    pub(crate) const PCI_PF: u16 = 3;
    pub(crate) const PCI_VF: u16 = 4;
    pub(crate) const VIRTUAL: u16 = 5;
    pub(crate) const UNUSED: u16 = 6;
    pub(crate) const PCI_SF: u16 = 7;
}

impl Flavour {
    /// The number in `enum devlink_port_flavour`.
    pub(crate) fn number(self) -> u16 {
        match self {
            Flavour::Wired { flavour, .. } => flavour as u16,
            Flavour::PciPf { .. } => flavour::PCI_PF,
            Flavour::PciVf { .. } => flavour::PCI_VF,
            Flavour::PciSf { .. } => flavour::PCI_SF,
            Flavour::Other(number) => number,
        }
    }
}

/// What the driver said about a port before it registered it.
#[derive(Copy, Clone)]
pub(crate) struct Attributes {
    pub(crate) flavour: Flavour,
    pub(crate) lanes: u32,
    pub(crate) split: bool,
    pub(crate) splittable: bool,
    pub(crate) no_phys_port_name: bool,
}

impl Attributes {
    fn fill(&self, out: &mut Writer<'_>) -> Result {
        if self.lanes != 0 {
            out.put(attr::PORT_LANES, self.lanes)?;
        }
        out.put(attr::PORT_SPLITTABLE, self.splittable.into())?;
        out.put(attr::PORT_FLAVOUR, self.flavour.number())?;
        match self.flavour {
            Flavour::Wired {
                number,
                split_subport,
                ..
            } => {
                out.put(attr::PORT_NUMBER, number)?;
                if let Some(subport) = split_subport {
                    out.put(attr::PORT_SPLIT_GROUP, number)?;
                    out.put(attr::PORT_SPLIT_SUBPORT_NUMBER, subport)?;
                }
                Ok(())
            }
            Flavour::PciPf {
                controller,
                pf,
                external,
            } => {
                out.put(attr::PORT_CONTROLLER_NUMBER, controller)?;
                out.put(attr::PORT_PCI_PF_NUMBER, pf)?;
                out.put(attr::PORT_EXTERNAL, external.into())
            }
            Flavour::PciVf {
                controller,
                pf,
                vf,
                external,
            } => {
                out.put(attr::PORT_CONTROLLER_NUMBER, controller)?;
                out.put(attr::PORT_PCI_PF_NUMBER, pf)?;
                out.put(attr::PORT_PCI_VF_NUMBER, vf)?;
                out.put(attr::PORT_EXTERNAL, external.into())
            }
            Flavour::PciSf {
                controller,
                pf,
                sf,
                external,
            } => {
                out.put(attr::PORT_CONTROLLER_NUMBER, controller)?;
                out.put(attr::PORT_PCI_PF_NUMBER, pf)?;
                out.put(attr::PORT_PCI_SF_NUMBER, sf)?;
                out.put(attr::PORT_EXTERNAL, external.into())
            }
            Flavour::Other(_) => Ok(()),
        }
    }

    /// Whether it is wrong that nothing was ever attached to the port.
    pub(crate) fn should_have_type(&self) -> bool {
        !matches!(
            self.flavour.number(),
            flavour::CPU | flavour::DSA | flavour::UNUSED
        )
    }

    /// Writes the name of the port's netdev, as `phys_port_name` in sysfs and netlink. `linecard`
    /// is the index of the line card that the port is on, if it is on one.
    pub(crate) fn write_phys_port_name(
        &self,
        linecard: Option<u32>,
        out: &mut dyn fmt::Write,
    ) -> Result {
        if self.no_phys_port_name {
            return Err(EOPNOTSUPP);
        }
        let controller_prefix = |out: &mut dyn fmt::Write, controller: u32, external: bool| {
            if external || controller != 0 {
                write!(out, "c{controller}")?;
            }
            Ok::<(), Error>(())
        };
        match self.flavour {
            Flavour::Wired {
                flavour: WiredFlavour::Physical,
                number,
                split_subport,
            } => {
                if let Some(linecard) = linecard {
                    write!(out, "l{linecard}")?;
                }
                write!(out, "p{number}")?;
                if let Some(subport) = split_subport {
                    write!(out, "s{subport}")?;
                }
            }
            Flavour::PciPf {
                controller,
                pf,
                external,
            } => {
                controller_prefix(out, controller, external)?;
                write!(out, "pf{pf}")?;
            }
            Flavour::PciVf {
                controller,
                pf,
                vf,
                external,
            } => {
                controller_prefix(out, controller, external)?;
                write!(out, "pf{pf}vf{vf}")?;
            }
            Flavour::PciSf {
                controller,
                pf,
                sf,
                external,
            } => {
                controller_prefix(out, controller, external)?;
                write!(out, "pf{pf}sf{sf}")?;
            }
            Flavour::Other(flavour::VIRTUAL) => return Err(EOPNOTSUPP),
            // Nobody attaches a netdev to ports of these kinds.
            Flavour::Wired { .. } | Flavour::Other(_) => {
                warn_on!(true);
                return Err(EINVAL);
            }
        }
        Ok(())
    }
}

/// What is attached to a port.
#[derive(Default)]
pub(crate) enum Attached {
    /// Not known (yet, or any more).
    #[default]
    NotSet,
    /// The driver said that it does not know either.
    Auto,
    /// An Ethernet device, if it is there already.
    Eth(Option<Netdev>),
    /// An InfiniBand device, if the driver said which.
    Ib(Option<IbDevice>),
}

/// A netdev as notifications name it.
#[derive(Copy, Clone)]
pub(crate) struct Netdev {
    pub(crate) ifindex: u32,
    pub(crate) name: [u8; 16],
}

impl Attached {
    /// The number in `enum devlink_port_type`.
    pub(crate) fn type_number(&self) -> u16 {
        match self {
            Attached::NotSet => 0,
            Attached::Auto => 1,
            Attached::Eth(_) => 2,
            Attached::Ib(_) => 3,
        }
    }
}

/// What messages call the device that is attached.
enum DeviceName {
    Netdev(Netdev),
    Ib(IbName),
}

/// What hangs on a port. Regions and resources may be there before it is registered.
#[pin_data]
pub(crate) struct Children {
    #[pin]
    pub(crate) regions: Collection<u64, Region>,
    #[pin]
    pub(crate) resources: ResourceTree,
    #[pin]
    reporters: Collection<u64, Reporter>,
}

impl Children {
    /// What hangs on a port of this instance: nothing yet.
    pub(crate) fn new(devlink: &Devlink) -> Result<Arc<Self>> {
        Arc::pin_init(
            pin_init!(Self {
                regions <- Collection::new(),
                resources <- ResourceTree::new(devlink.index()),
                reporters <- Collection::new(),
            }),
            GFP_KERNEL,
        )
    }

    /// Whether nothing hangs on the port.
    pub(crate) fn is_empty(&self) -> bool {
        self.regions.is_empty() && self.resources.is_empty() && self.reporters.is_empty()
    }
}

/// What changes in a registered port.
#[derive(Default)]
pub(crate) struct State {
    attached: Attached,
    /// The number of the type that a user asked for; 0 if nobody did.
    desired_type: u16,
    /// What the driver said last about the port's function.
    function: LastAnswer<Function>,
    /// That was before the driver came up anew.
    is_from_before_reload: bool,
    /// The instance that the port's function has of its own.
    pub(crate) nested: Slot,
}

impl State {
    /// Copies everything except the function, which may be on its way in either direction.
    fn show(&self, shown: &mut Shown) {
        shown.type_number = self.attached.type_number();
        shown.desired_type = self.desired_type;
        // Assigned in each arm, so that the room for a long name is not copied for a port without.
        match &self.attached {
            Attached::Eth(Some(netdev)) => shown.device = Some(DeviceName::Netdev(*netdev)),
            Attached::Ib(Some(ibdev)) => shown.device = Some(DeviceName::Ib(ibdev.name())),
            _ => shown.device = None,
        }
        shown.nested = self.nested;
    }
}

/// What messages show of a port's state, copied out of it so that nothing is written under its
/// lock.
#[derive(Default)]
pub(crate) struct Shown {
    type_number: u16,
    desired_type: u16,
    device: Option<DeviceName>,
    function: Function,
    nested: Slot,
}

/// A registered port.
#[pin_data]
pub(crate) struct Port {
    index: u32,
    attributes: Option<Attributes>,
    /// The index of the line card that the port is on.
    linecard: Option<u32>,
    driver: DriverPort,
    /// Held only to copy out of it or to change it: a mutex would be large, and there are hosts
    /// with thousands of ports.
    #[pin]
    pub(crate) state: SpinLock<State>,
    /// Most ports have none.
    children: SetOnce<Arc<Children>>,
}

impl Port {
    pub(crate) fn new(
        index: u32,
        attributes: Option<Attributes>,
        linecard: Option<u32>,
        driver: DriverPort,
        children: Option<Arc<Children>>,
    ) -> Result<Arc<Self>> {
        let port = Arc::pin_init(
            pin_init!(Self {
                index,
                attributes,
                linecard,
                driver,
                state <- new_spinlock!(State::default(), "devlink port"),
                children: SetOnce::new(),
            }),
            GFP_KERNEL,
        )?;
        if let Some(children) = children {
            port.adopt(children);
        }
        Ok(port)
    }

    /// What hangs on the port has been made.
    pub(crate) fn adopt(&self, children: Arc<Children>) {
        warn_on!(!self.children.populate(children));
    }

    /// The regions of the port, if it ever had something that hangs on it.
    pub(crate) fn regions(&self) -> Option<&Collection<u64, Region>> {
        self.children.as_ref().map(|children| &children.regions)
    }

    /// Its resources, likewise.
    pub(crate) fn resources(&self) -> Option<&ResourceTree> {
        self.children.as_ref().map(|children| &children.resources)
    }

    /// Its health reporters, likewise.
    pub(crate) fn reporters(&self) -> Option<&Collection<u64, Reporter>> {
        self.children.as_ref().map(|children| &children.reporters)
    }

    /// Takes what hangs on the port away that its driver has forgotten; the instance is being
    /// freed.
    fn forget_children(&self, devlink: InstanceLocked<'_>) {
        let Some(children) = self.children.as_ref() else {
            return;
        };
        Region::forget_all(devlink, &children.regions, Some(self.index));
        children.resources.unregister_all(devlink);
        health::forget_all(devlink, &children.reporters);
    }

    /// The driver's number of the port.
    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// What the driver said about the port, if it said something.
    pub(crate) fn attributes(&self) -> Option<&Attributes> {
        self.attributes.as_ref()
    }

    /// The driver's side of the port.
    pub(crate) fn driver(&self) -> &DriverPort {
        &self.driver
    }

    /// The number of the port's type in `enum devlink_port_type`.
    pub(crate) fn type_number(&self) -> u16 {
        self.state.lock().attached.type_number()
    }

    /// Whether the port's function is that of a VF: some attributes exist only there.
    pub(crate) fn is_pci_vf(&self) -> bool {
        matches!(
            self.attributes,
            Some(Attributes {
                flavour: Flavour::PciVf { .. },
                ..
            })
        )
    }

    /// Sets what is attached to the port, and tells listeners. `show` shows it to the driver under
    /// the same lock: netdev events and the driver may come at the same time, and what users see is
    /// then what the driver sees. It must not sleep.
    pub(crate) fn attach(&self, devlink: &Devlink, attached: Attached, show: impl FnOnce()) {
        {
            let mut state = self.state.lock();
            show();
            state.attached = attached;
        }
        self.notify(devlink, Cmd::PortNew);
    }

    /// Copies out what messages show, with what the driver said last about the function.
    fn show(&self, shown: &mut Shown) {
        let state = self.state.lock();
        shown.function = state.function.value().copied().unwrap_or_default();
        state.show(shown);
    }

    /// Asks the driver about the function, remembers what it says, and copies out what messages
    /// show.
    fn fetch(&self, devlink: InstanceLocked<'_>, shown: &mut Shown, extack: Extack<'_>) -> Result {
        let asked = self.ask_about_function(devlink, &mut shown.function, extack);
        let mut state = self.state.lock();
        state
            .function
            .record_from(devlink, asked.map(|()| &shown.function));
        state.is_from_before_reload = false;
        asked?;
        state.show(shown);
        Ok(())
    }

    /// The driver may say something else about the function from now on.
    pub(crate) fn forget_function(&self, devlink: InstanceLocked<'_>) {
        self.state.lock().function.forget(devlink);
    }

    fn fill(&self, devlink: &Devlink, shown: &Shown, out: &mut Writer<'_>) -> Result {
        devlink.put_handle(out)?;
        out.put(attr::PORT_INDEX, self.index)?;
        out.put(attr::PORT_TYPE, shown.type_number)?;
        if shown.desired_type != 0 {
            out.put(attr::PORT_DESIRED_TYPE, shown.desired_type)?;
        }
        match &shown.device {
            Some(DeviceName::Netdev(netdev)) => {
                out.put(attr::PORT_NETDEV_IFINDEX, netdev.ifindex)?;
                out.put(attr::PORT_NETDEV_NAME, terminated(&netdev.name)?)?;
            }
            Some(DeviceName::Ib(name)) => out.put(attr::PORT_IBDEV_NAME, terminated(name)?)?,
            None => {}
        }
        if let Some(attributes) = &self.attributes {
            attributes.fill(out)?;
        }
        shown.function.fill(devlink, shown.nested, out)?;
        out.put_opt(attr::LINECARD_INDEX, self.linecard)
    }

    /// Tells listeners about the port, with what is known about its function.
    ///
    /// Works with the instance lock held and without, and waits for it in neither case.
    pub(crate) fn notify(&self, devlink: &Devlink, cmd: Cmd) {
        netlink::notify::send(devlink, cmd, Some(self.index), |out| {
            let mut shown = Shown::default();
            self.show(&mut shown);
            self.fill(devlink, &shown, out)
        });
    }

    /// Asks the driver about the function and remembers the answer. A driver that cannot answer now
    /// is shown with what it said last.
    fn refresh(&self, devlink: InstanceLocked<'_>) {
        if self.driver.answers_about_function() {
            let _ = self.fetch(devlink, &mut Shown::default(), Extack::NONE);
        }
    }

    /// Asks the driver about the function if it never said anything that counts: the port's end is
    /// to be told, for which there will be no other time.
    pub(crate) fn refresh_unknown(&self, devlink: InstanceLocked<'_>) {
        let is_unknown = self.state.lock().function.is_unknown();
        if is_unknown && devlink.is_published() {
            self.refresh(devlink);
        }
    }

    /// Asks the driver about the function, remembers the answer and tells listeners; nothing of
    /// that while users do not know of the instance: its driver is starting then, or ending, and
    /// may be unable to answer.
    pub(crate) fn refresh_and_notify(&self, devlink: InstanceLocked<'_>, cmd: Cmd) {
        if !devlink.is_published() {
            return;
        }
        self.refresh(devlink);
        self.notify(devlink.devlink(), cmd);
    }
}

fn terminated(name: &[u8]) -> Result<&CStr> {
    CStr::from_bytes_until_nul(name).map_err(|_| EINVAL)
}

impl Devlink {
    /// Forgets all ports and what hangs on them; the instance is being freed.
    pub(crate) fn forget_ports(&self, devlink: InstanceLocked<'_>) {
        while let Some(port) = self.ports.pop() {
            port.forget_children(devlink);
            port.driver.owner().leave(devlink);
        }
    }

    /// The driver is to come up anew: forgets what it said about the use of the ports' resources.
    /// About functions it is asked when it is up: notifications show what it said last, if it does
    /// not come up or cannot answer then.
    pub(crate) fn begin_port_reload(&self, devlink: InstanceLocked<'_>) {
        for port in self.ports.iter() {
            port.state.lock().is_from_before_reload = true;
            if let Some(resources) = port.resources() {
                resources.forget_answers(devlink);
            }
        }
    }

    /// Asks the driver, which has come up, about the functions of those ports of which nothing is
    /// known, or only what it said before: notifications show what it said last.
    pub(crate) fn refresh_ports(&self, devlink: InstanceLocked<'_>) {
        for port in self.ports_with_functions() {
            let stayed = core::mem::take(&mut port.state.lock().is_from_before_reload);
            if stayed {
                port.refresh(devlink);
            } else {
                port.refresh_unknown(devlink);
            }
        }
    }

    /// Asks the driver, which is up, about the functions of those ports of which nothing is known.
    pub(crate) fn refresh_unknown_ports(&self, devlink: InstanceLocked<'_>) {
        for port in self.ports_with_functions() {
            port.refresh_unknown(devlink);
        }
    }

    /// The ports about whose functions the driver can be asked.
    fn ports_with_functions(&self) -> impl Iterator<Item = Arc<Port>> + '_ {
        self.ports
            .iter_wanted(|port| port.driver.answers_about_function())
    }

    /// Tells listeners about every port.
    pub(crate) fn notify_ports(&self, cmd: Cmd) {
        for port in self.ports.iter() {
            port.notify(self, cmd);
        }
    }
}

/// `DEVLINK_CMD_PORT_GET`.
pub(crate) struct Get;

impl Command for Get {
    /// Only ports with a function need the driver.
    type Access = Lookup;

    fn run(request: &Request<'_>, devlink: &Devlink) -> Result {
        let active = devlink.enter()?;
        let port = request.port(&active)?;
        let mut shown = Shown::default();
        if !port.driver().answers_about_function() {
            port.show(&mut shown);
            return request.reply(Cmd::PortNew, |out| port.fill(&active, &shown, out));
        }
        // Whoever waits for the instance lock must not be inside.
        drop(active);
        let operating = devlink.operate(request.name())?;
        let port = request.port(&operating)?;
        port.fetch(operating.locked(), &mut shown, request.extack)?;
        request.reply(Cmd::PortNew, |out| port.fill(&operating, &shown, out))
    }
}

impl DumpCommand for Get {
    type Cursor = u64;

    fn dump_one(
        devlink: &Active<'_>,
        out: &mut Entries<'_, '_>,
        cursor: &mut u64,
    ) -> Result<(), Stop> {
        let mut part = Part::new(devlink, out);
        let mut shown = Shown::default();
        while let Some((index, port)) = u32::try_from(*cursor)
            .ok()
            .and_then(|from| devlink.ports.next_from(from))
        {
            let has_function = port.driver().answers_about_function();
            if has_function && part.gets_driver() {
                continue;
            }
            let is_fresh = has_function
                && part
                    .ask(|driver| port.fetch(driver, &mut shown, out.extack))
                    .is_ok();
            if !is_fresh {
                port.show(&mut shown);
            }
            out.entry(devlink, fmt!("port {index}"), Cmd::PortNew, |out| {
                port.fill(devlink, &shown, out)
            })?;
            *cursor = u64::from(index) + 1;
        }
        Ok(())
    }
}

/// `DEVLINK_CMD_PORT_SET`.
pub(crate) struct Set;

impl Command for Set {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        if let Some(wanted) = request.attrs.get(attr::PORT_TYPE) {
            set_type(&port, devlink.locked(), wanted)?;
        }
        if let Some(nest) = request.attrs.raw(attr::PORT_FUNCTION) {
            port.set_function(devlink.locked(), nest, request.extack)?;
        }
        Ok(())
    }
}

fn set_type(port: &Port, devlink: InstanceLocked<'_>, wanted: u16) -> Result {
    if !port.driver().can_set_type() {
        return Err(EOPNOTSUPP);
    }
    if wanted == port.type_number() {
        return Ok(());
    }
    port.driver().set_type(devlink, wanted)?;
    port.state.lock().desired_type = wanted;
    port.driver().mirror_desired_type(devlink, wanted);
    port.notify(devlink.devlink(), Cmd::PortNew);
    Ok(())
}

/// `DEVLINK_CMD_PORT_SPLIT`.
pub(crate) struct Split;

impl Command for Split {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        let extack = request.extack;
        let count = request
            .attrs
            .get(attr::PORT_SPLIT_COUNT)
            .ok_or_else(|| extack.missing(attr::PORT_SPLIT_COUNT))?;
        if !port.driver().can_split() {
            return Err(EOPNOTSUPP);
        }
        let (split, splittable, lanes) = port
            .attributes()
            .map_or((false, false, 0), |a| (a.split, a.splittable, a.lanes));
        if !splittable {
            return Err(if split {
                extack.err(c"Port cannot be split further", EINVAL)
            } else {
                extack.err(c"Port cannot be split", EINVAL)
            });
        }
        if count < 2 || !count.is_power_of_two() || count > lanes {
            return Err(extack.err(c"Invalid split count", EINVAL));
        }
        port.driver().split(devlink.locked(), count, extack)
    }
}

/// `DEVLINK_CMD_PORT_UNSPLIT`.
pub(crate) struct Unsplit;

impl Command for Unsplit {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        port.driver().unsplit(devlink.locked(), request.extack)
    }
}

/// What a user wants of a new port.
pub(crate) struct NewPort {
    pub(crate) flavour: u16,
    pub(crate) pf: u16,
    pub(crate) index: Option<u32>,
    pub(crate) controller: Option<u32>,
    pub(crate) sf: Option<u32>,
}

/// `DEVLINK_CMD_PORT_NEW`.
pub(crate) struct New;

impl Command for New {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let (attrs, extack) = (request.attrs, request.extack);
        if !devlink.ops().can_make_ports() {
            return Err(EOPNOTSUPP);
        }
        let (Some(flavour), Some(pf)) = (
            attrs.get(attr::PORT_FLAVOUR),
            attrs.get(attr::PORT_PCI_PF_NUMBER),
        ) else {
            return Err(extack.err(c"Port flavour or PCI PF are not specified", EINVAL));
        };
        let wanted = NewPort {
            flavour,
            pf,
            index: attrs.get(attr::PORT_INDEX),
            // The C core reads 16 bits of this 32-bit attribute.
            controller: attrs
                .get(attr::PORT_CONTROLLER_NUMBER)
                .map(|number| number & 0xffff),
            sf: attrs
                .get(attr::PORT_PCI_SF_NUMBER)
                .filter(|_| flavour == flavour::PCI_SF),
        };
        let port = devlink.ops().port_new(&wanted, extack)?;
        let mut shown = Shown::default();
        let replied = port
            .fetch(devlink.locked(), &mut shown, Extack::NONE)
            .and_then(|()| request.reply(Cmd::PortNew, |out| port.fill(&devlink, &shown, out)));
        if replied.is_err() {
            // The user does not know of the port, so nobody would ever delete it.
            let _ = port.driver().delete(devlink.locked(), Extack::NONE);
        }
        replied
    }
}

/// `DEVLINK_CMD_PORT_DEL`.
pub(crate) struct Del;

impl Command for Del {
    type Access = Driver;

    fn run(request: &Request<'_>, devlink: Operating<'_>) -> Result {
        let port = request.port(&devlink)?;
        port.driver().delete(devlink.locked(), request.extack)
    }
}
