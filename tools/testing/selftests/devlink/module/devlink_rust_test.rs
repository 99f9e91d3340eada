// SPDX-License-Identifier: GPL-2.0

//! A driver in Rust with what the sample, `samples/rust/rust_devlink.rs`, does not have. Its
//! instance is `faux/rust_test`; `rust_api.sh` plays with it.

kernel::module_devlink_faux_driver! {
    type: driver::Test,
    device: c"rust_test",
    name: "devlink_rust_test",
    authors: ["Seed f34c34c7 maintainers"],
    description: "devlink test driver in Rust",
    license: "GPL",
}

#[forbid(unsafe_code)]
mod driver {
    use kernel::{
        device::Bound,
        devlink_params,
        faux,
        net::{
            devlink::{
                param::ParamStr,
                AddedPort,
                Bringup,
                Driver,
                EswitchMode,
                Flavour,
                Fmsg,
                FunctionOpState,
                FunctionState,
                Group,
                Groups,
                HwAddr,
                Image,
                Info,
                Locked,
                NewFlavour,
                NewPort,
                Params,
                Pinned,
                Port,
                PortAttrs,
                PortOps,
                Progress,
                RateDriver,
                RateNode,
                RateOps,
                RateTree,
                Rates,
                Region,
                RegionOps,
                Reload,
                Reporter,
                ReporterOps,
                ReporterState,
                Resource,
                ResourceSize,
                Setup,
                Unlocked,
                Version,
                Why,
                Work,
                TRAFFIC_CLASSES, //
            },
            netlink::extack::Extack, //
        },
        prelude::*,
        str::CString,
        sync::atomic::{
            Atomic,
            Relaxed, //
        }, //
    };

    pub(super) struct Test;

    pub(super) struct Data<'bound> {
        /// The next time the device is brought up fails.
        fail_up: Atomic<bool>,
        /// The device does not go down.
        busy: Atomic<bool>,
        wide: Atomic<u64>,
        narrow: Atomic<u32>,
        switchdev: Atomic<bool>,
        lives: Atomic<u32>,
        kept_settings: Atomic<bool>,
        /// How many nodes of rates the driver made, and how many limits there are.
        nodes: Atomic<u32>,
        limits: Atomic<u32>,
        table: Resource<'bound, Test>,
        part: Resource<'bound, Test>,
        log: Region<'bound, Test, Log>,
        watch: Reporter<'bound, Test, Watch>,
        work: Work<'bound, Test>,
    }

    pub(super) struct Up<'up> {
        data: &'up Data<'up>,
        ports: Groups<'up, Test, OnePort>,
        shaping: Groups<'up, Test, Shaping>,
        link: Reporter<'up, Test, Link<'up>>,
    }

    impl Drop for Up<'_> {
        fn drop(&mut self) {
            self.data
                .lives
                .store(self.data.lives.load(Relaxed) + 1, Relaxed);
        }
    }

    const FIRST: ParamStr = ParamStr::new(c"first");

    devlink_params! {
        const PARAMS for Test {
            FAIL_UP: bool = driver(c"fail_up"), runtime(fail_up, set_fail_up);
            BUSY: bool = driver(c"busy"), runtime(busy, set_busy);
            WIDE: u64 = driver(c"wide"), runtime(wide, set_wide), permanent(wide, set_wide);
            NARROW: u8 = driver(c"narrow"), driverinit(3), permanent(narrow, set_narrow);
            MIDDLE: u16 = driver(c"middle"), driverinit(1000);
            NAME: ParamStr = driver(c"name"), driverinit(FIRST), validate(name_ok);
            ENABLE_SRIOV: bool = generic(ENABLE_SRIOV), driverinit(true);
            RATES: u8 = driver(c"rates"), runtime(rates, set_rates);
        }
    }

    fn fail_up(cx: &Locked<'_, Test>) -> Result<bool> {
        Ok(cx.data().fail_up.load(Relaxed))
    }

    fn set_fail_up(cx: &Locked<'_, Test>, on: bool, _: Extack<'_>) -> Result {
        cx.data().fail_up.store(on, Relaxed);
        Ok(())
    }

    fn busy(cx: &Locked<'_, Test>) -> Result<bool> {
        Ok(cx.data().busy.load(Relaxed))
    }

    fn set_busy(cx: &Locked<'_, Test>, on: bool, _: Extack<'_>) -> Result {
        cx.data().busy.store(on, Relaxed);
        Ok(())
    }

    fn wide(cx: &Locked<'_, Test>) -> Result<u64> {
        Ok(cx.data().wide.load(Relaxed))
    }

    fn set_wide(cx: &Locked<'_, Test>, value: u64, _: Extack<'_>) -> Result {
        cx.data().wide.store(value, Relaxed);
        Ok(())
    }

    fn narrow(cx: &Locked<'_, Test>) -> Result<u8> {
        Ok(cx.data().narrow.load(Relaxed) as u8)
    }

    fn set_narrow(cx: &Locked<'_, Test>, value: u8, extack: Extack<'_>) -> Result {
        if value > 99 {
            return Err(extack.err(c"Two digits at most", ERANGE));
        }
        cx.data().narrow.store(value.into(), Relaxed);
        Ok(())
    }

    fn name_ok(_: &Locked<'_, Test>, name: ParamStr, extack: Extack<'_>) -> Result {
        if !name.to_bytes().is_ascii() {
            return Err(extack.err(c"Not ASCII", EINVAL));
        }
        Ok(())
    }

    fn rates(cx: &Locked<'_, Test>) -> Result<u8> {
        Ok(cx.data().nodes.load(Relaxed) as u8)
    }

    /// Makes a tree of rates with that many nodes of the driver's, or changes how many there are.
    fn set_rates(cx: &Locked<'_, Test>, nodes: u8, _: Extack<'_>) -> Result {
        cx.up(|up| {
            let there = up.shaping.next_key(cx, None).is_some();
            if nodes == 0 {
                up.data.nodes.store(0, Relaxed);
                return if there {
                    up.shaping.remove(cx, ())
                } else {
                    Ok(())
                };
            }
            if !there {
                up.shaping.add(cx, (), |cx| ShapingTree::new(cx))?;
            }
            let resized = |tree: &ShapingTree<'_>| tree.resize(cx, nodes.into());
            up.shaping.get(cx, (), resized).ok_or(ENOENT)?
        })
        .ok_or(ENODEV)?
    }

    #[vtable]
    impl Driver for Test {
        type Device = faux::Device<Bound>;
        type Data<'bound> = Data<'bound>;
        type Up<'up> = Up<'up>;

        const RELOAD: Reload = Reload::DRIVER_REINIT.and(Reload::FW_ACTIVATE);
        const PARAMS: Params<Self> = PARAMS;
        const RATES: Rates<Self> = Rates::of();
        const FLASH_OVERWRITE: bool = true;

        fn probe<'bound>(
            _: &'bound Self::Device,
            setup: &Setup<'bound, Self>,
        ) -> impl PinInit<Data<'bound>, Error> {
            let data = || {
                let limits = |max| ResourceSize {
                    min: 0,
                    max,
                    granularity: 4,
                };
                let table = setup.resource(c"table", 64, limits(128), None)?;
                // What devlink or the API refuses leaves nothing behind.
                assert_refused(setup.resource(c"odd", 63, limits(128), None).err(), EINVAL)?;
                assert_refused(setup.region(0, 1, Log).err(), EINVAL)?;
                let log = setup.region(8, 2, Log)?;
                assert_refused(setup.region(8, 2, Log).err(), EEXIST)?;
                Ok(Data {
                    fail_up: Atomic::new(false),
                    busy: Atomic::new(false),
                    wide: Atomic::new(1 << 40),
                    narrow: Atomic::new(7),
                    switchdev: Atomic::new(false),
                    lives: Atomic::new(0),
                    kept_settings: Atomic::new(false),
                    nodes: Atomic::new(0),
                    limits: Atomic::new(0),
                    part: setup.resource(c"part", 16, limits(32), Some(table))?,
                    table,
                    log,
                    watch: setup.reporter(Watch)?,
                    work: setup.work(),
                })
            };
            data()
        }

        fn up<'up>(cx: &Bringup<'up, '_, Self>, _: &Why, extack: Extack<'_>) -> Result<Up<'up>> {
            let data = cx.data();
            cx.region(4, 1, Gone(data))?;
            let ports = cx.groups()?;
            data.nodes.store(0, Relaxed);
            let attrs = PortAttrs::new(Flavour::PciPf {
                controller: 0,
                pf: 0,
                external: false,
            });
            let function = cx.port(100, attrs.switch(b"switch"), ())?;
            cx.on(function).leaf(Limit::new(data), None)?;
            assert_refused(cx.on(function).leaf(Limit::new(data), None).err(), EEXIST)?;
            assert_refused(cx.port(100, attrs, ()).err(), EBUSY)?;
            TestPort::add(cx, ports, None, 8)?;
            if data.fail_up.load(Relaxed) {
                // All of the above goes again.
                return Err(extack.err(c"Asked to fail", EIO));
            }
            Ok(Up {
                data,
                ports,
                shaping: cx.groups()?,
                link: cx.reporter(Link::new(cx)?)?,
            })
        }

        fn may_go_down(cx: &Locked<'_, Self>, why: &Why, extack: Extack<'_>) -> Result {
            if matches!(
                why,
                Why::Reload {
                    to_other_netns: true,
                    ..
                }
            ) {
                return Err(extack.err(c"Stays in its namespace", EOPNOTSUPP));
            }
            if cx.data().busy.load(Relaxed) {
                return Err(extack.err(c"Busy", EBUSY));
            }
            Ok(())
        }

        fn activate_live(cx: &Locked<'_, Self>, _: Extack<'_>) -> Result {
            cx.data().lives.store(100, Relaxed);
            Ok(())
        }

        fn info(cx: &Locked<'_, Self>, out: &mut Info<'_>, _: Extack<'_>) -> Result {
            out.board_serial_number(c"b42")?;
            if cx.data().kept_settings.load(Relaxed) {
                out.version(Version::Running, c"settings", c"kept")?;
            }
            out.component(Version::Stored, c"fw.undi", c"1")
        }

        fn flash(
            cx: &Locked<'_, Self>,
            image: &Image<'_>,
            progress: &Progress<'_>,
            extack: Extack<'_>,
        ) -> Result {
            progress.timeout(c"Erasing", image.component(), 5);
            if !image.keeps_identifiers() {
                return Err(extack.err(c"Identifiers stay", EPERM));
            }
            cx.data()
                .kept_settings
                .store(image.keeps_settings(), Relaxed);
            Ok(())
        }

        fn port_new<'a>(
            cx: &'a Locked<'_, Self>,
            wanted: &NewPort,
            extack: Extack<'_>,
        ) -> Result<AddedPort<'a>> {
            if wanted.flavour != NewFlavour::PciSf {
                return Err(extack.err(c"Only subfunctions", EOPNOTSUPP));
            }
            let sf = wanted.sf.ok_or(EINVAL)?;
            cx.up(|up| {
                let attrs = PortAttrs::new(Flavour::PciSf {
                    controller: 0,
                    pf: wanted.pf,
                    sf,
                    external: false,
                });
                let index = wanted.index.unwrap_or(1000 + sf);
                up.ports.add_wanted(cx, index, |cx| {
                    let objects = PortObjects::new(cx, index, attrs, 0)?;
                    cx.on(objects.port).leaf(Limit::new(cx.data()), None)?;
                    let wanted = objects.port.wanted();
                    Ok((objects, wanted))
                })
            })
            .ok_or(ENODEV)?
        }

        fn eswitch_mode(cx: &Locked<'_, Self>) -> Result<EswitchMode> {
            Ok(if cx.data().switchdev.load(Relaxed) {
                EswitchMode::Switchdev
            } else {
                EswitchMode::Legacy
            })
        }

        fn set_eswitch_mode(cx: &Locked<'_, Self>, mode: EswitchMode, _: Extack<'_>) -> Result {
            cx.data()
                .switchdev
                .store(mode == EswitchMode::Switchdev, Relaxed);
            Ok(())
        }

        fn work(cx: &mut Unlocked<'_, '_, Self>) {
            let data = cx.data();
            let lives = data.lives.load(Relaxed);
            let number = data.log.take_snapshot(cx, |out| {
                out.fill(lives as u8);
                Ok(())
            });
            let result = data.watch.report(cx, c"asked to report", &lives);
            // What goes with the device, or alone, can be reported to while it is held.
            let result = cx
                .while_up(|cx, up| {
                    up.link.report(cx, c"asked to report", &())?;
                    // While a group is made, what its objects could hang on does not go.
                    let made = cx.lock(|cx| {
                        up.ports.add(cx, 77, |_| {
                            assert_refused(up.ports.remove(cx, 0).err(), EBUSY)?;
                            Err(ECANCELED)
                        })
                    });
                    assert_refused(made.err(), ECANCELED)?;
                    let of_port = up.ports.hold(cx, 0, |cx, of| {
                        let removed = cx.lock(|cx| up.ports.remove(cx, 0));
                        assert_refused(removed.err(), EBUSY)?;
                        of.watch.report(cx, c"asked to report", &lives)
                    });
                    of_port.ok_or(ENOENT)?
                })
                .flatten()
                .and(result);
            cx.lock(|cx| {
                cx.up(|up| up.link.set_state(cx, ReporterState::Error));
                if number.is_err() || result.is_err() {
                    data.narrow.store(0, Relaxed);
                }
            });
        }
    }

    fn assert_refused(error: Option<Error>, expected: Error) -> Result {
        if error == Some(expected) {
            Ok(())
        } else {
            Err(EPROTO)
        }
    }

    /// A port that comes and goes alone.
    pub(super) struct OnePort;

    impl Group<Test> for OnePort {
        type Key = u32;
        type Value<'group> = PortObjects<'group>;
    }

    /// A port, and what is on it.
    pub(super) struct PortObjects<'group> {
        port: Port<'group, Test, TestPort>,
        watch: Reporter<'group, Test, Watch>,
    }

    impl<'group> PortObjects<'group> {
        fn new(
            cx: &Bringup<'group, '_, Test>,
            index: u32,
            attrs: PortAttrs,
            lanes: u32,
        ) -> Result<Self> {
            let port = cx.port(index, attrs, TestPort::new(lanes))?;
            let on = cx.on(port);
            // In a reload devlink cannot make regions of ports.
            let region = on.region(4, 1, Log).map(|_| ());
            if region != Err(EOPNOTSUPP) {
                region?;
            }
            Ok(PortObjects {
                port,
                watch: on.reporter(Watch)?,
            })
        }
    }

    /// A port with lanes, which can be split in as many; or a subfunction's.
    pub(super) struct TestPort {
        lanes: u32,
        address: Atomic<u64>,
        active: Atomic<bool>,
        roce: Atomic<bool>,
        max_io_eqs: Atomic<u32>,
    }

    impl TestPort {
        fn new(lanes: u32) -> Self {
            TestPort {
                lanes,
                address: Atomic::new(0x0200_0000_0001),
                active: Atomic::new(false),
                roce: Atomic::new(true),
                max_io_eqs: Atomic::new(8),
            }
        }

        /// Adds physical port 0, or a part of it.
        fn add(
            cx: &Locked<'_, Test>,
            all: Groups<'_, Test, OnePort>,
            subport: Option<u32>,
            lanes: u32,
        ) -> Result {
            let mut attrs = PortAttrs::new(Flavour::Physical { number: 0, subport }).lanes(lanes);
            if subport.is_none() {
                attrs = attrs.splittable();
            }
            let index = subport.map_or(0, |part| part + 1);
            all.add(cx, index, |cx| PortObjects::new(cx, index, attrs, lanes))
        }

        /// Calls `f` with all ports of this kind.
        fn with_all(
            cx: &Locked<'_, Test>,
            f: impl FnOnce(Groups<'_, Test, OnePort>) -> Result,
        ) -> Result {
            cx.up(|up| f(up.ports)).ok_or(ENODEV)?
        }
    }

    #[vtable]
    impl PortOps<Test> for TestPort {
        fn split(&self, cx: &Locked<'_, Test>, index: u32, count: u32, ext: Extack<'_>) -> Result {
            if count < 2 || self.lanes % count != 0 {
                return Err(ext.err(c"Lanes cannot be divided like that", EINVAL));
            }
            TestPort::with_all(cx, |all| {
                all.remove(cx, index)?;
                // The port itself is gone for users, and still here.
                for part in 0..count {
                    TestPort::add(cx, all, Some(part), self.lanes / count)?;
                }
                Ok(())
            })
        }

        fn unsplit(&self, cx: &Locked<'_, Test>, _: u32, _: Extack<'_>) -> Result {
            TestPort::with_all(cx, |all| {
                let mut lanes = 0;
                for index in 1.. {
                    let Some(part) = all.get(cx, index, |of| of.port.get(cx).lanes) else {
                        break;
                    };
                    all.remove(cx, index)?;
                    lanes += part;
                }
                TestPort::add(cx, all, None, lanes)
            })
        }

        fn delete(&self, cx: &Locked<'_, Test>, index: u32, _: Extack<'_>) -> Result {
            TestPort::with_all(cx, |all| all.remove(cx, index))
        }

        fn hw_addr(&self, _: &Pinned<'_, Test>, _: Extack<'_>) -> Result<HwAddr> {
            HwAddr::new(&self.address.load(Relaxed).to_be_bytes()[2..])
        }

        fn set_hw_addr(&self, _: &Locked<'_, Test>, addr: &[u8], ext: Extack<'_>) -> Result {
            if addr.len() != 6 {
                return Err(ext.err(c"Not an Ethernet address", EINVAL));
            }
            let address = addr.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
            self.address.store(address, Relaxed);
            Ok(())
        }

        fn state(
            &self,
            _: &Pinned<'_, Test>,
            _: Extack<'_>,
        ) -> Result<(FunctionState, FunctionOpState)> {
            Ok(if self.active.load(Relaxed) {
                (FunctionState::Active, FunctionOpState::Attached)
            } else {
                (FunctionState::Inactive, FunctionOpState::Detached)
            })
        }

        fn set_state(&self, _: &Locked<'_, Test>, to: FunctionState, _: Extack<'_>) -> Result {
            self.active.store(to == FunctionState::Active, Relaxed);
            Ok(())
        }

        fn roce(&self, _: &Pinned<'_, Test>, _: Extack<'_>) -> Result<bool> {
            Ok(self.roce.load(Relaxed))
        }

        fn set_roce(&self, _: &Locked<'_, Test>, on: bool, _: Extack<'_>) -> Result {
            self.roce.store(on, Relaxed);
            Ok(())
        }

        fn max_io_eqs(&self, _: &Pinned<'_, Test>, _: Extack<'_>) -> Result<u32> {
            Ok(self.max_io_eqs.load(Relaxed))
        }

        fn set_max_io_eqs(&self, _: &Locked<'_, Test>, max: u32, _: Extack<'_>) -> Result {
            self.max_io_eqs.store(max, Relaxed);
            Ok(())
        }
    }

    /// The tree of rates, which comes and goes as parameter `rates` says.
    pub(super) struct Shaping;

    impl Group<Test> for Shaping {
        type Key = ();
        type Value<'group> = ShapingTree<'group>;
    }

    pub(super) struct ShapingTree<'group> {
        data: &'group Data<'group>,
        tree: RateTree<'group, Test>,
    }

    impl<'group> ShapingTree<'group> {
        fn new(cx: &Bringup<'group, '_, Test>) -> Result<Self> {
            let tree = cx.rate_tree()?;
            assert_refused(cx.rate_tree().err(), EBUSY)?;
            Ok(ShapingTree {
                data: cx.data(),
                tree,
            })
        }

        /// Adds nodes of the driver's, each below the one before, or takes all off first.
        fn resize(&self, cx: &Locked<'_, Test>, nodes: u32) -> Result {
            let there = &self.data.nodes;
            if nodes < there.load(Relaxed) {
                self.tree.clear(cx)?;
                there.store(0, Relaxed);
            }
            let mut parent: Option<RateNode<'_, Test>> = None;
            for number in there.load(Relaxed)..nodes {
                let name = CString::try_from_fmt(fmt!("node{number}"))?;
                let limit = Limit::new(self.data);
                let node = self.tree.node(cx, &name, limit, parent)?;
                if !node.exists(cx) {
                    return Err(EPROTO);
                }
                parent = Some(node);
                there.store(number + 1, Relaxed);
            }
            Ok(())
        }
    }

    /// What the device knows of a leaf or of a node.
    pub(super) struct Limit<'s> {
        data: &'s Data<'s>,
        priority: Atomic<u32>,
        weight: Atomic<u32>,
    }

    impl<'s> Limit<'s> {
        /// Rates are multiples of 1 Mbit/s.
        const UNIT: u64 = 125_000;

        fn new(data: &'s Data<'s>) -> Self {
            data.limits.store(data.limits.load(Relaxed) + 1, Relaxed);
            Limit {
                data,
                priority: Atomic::new(0),
                weight: Atomic::new(0),
            }
        }

        fn check(bytes_per_second: u64, extack: Extack<'_>) -> Result {
            if bytes_per_second % Self::UNIT != 0 {
                return Err(extack.err(c"Not a multiple of 1 Mbit/s", EINVAL));
            }
            Ok(())
        }
    }

    impl Drop for Limit<'_> {
        fn drop(&mut self) {
            let limits = &self.data.limits;
            limits.store(limits.load(Relaxed) - 1, Relaxed);
        }
    }

    #[vtable]
    impl RateOps<Test> for Limit<'_> {
        fn set_tx_share(&self, _: &Pinned<'_, Test>, share: u64, ext: Extack<'_>) -> Result {
            Self::check(share, ext)
        }

        fn set_tx_max(&self, _: &Pinned<'_, Test>, max: u64, ext: Extack<'_>) -> Result {
            Self::check(max, ext)
        }

        fn set_tx_priority(&self, _: &Pinned<'_, Test>, priority: u32, _: Extack<'_>) -> Result {
            self.priority.store(priority, Relaxed);
            Ok(())
        }

        fn set_tx_weight(&self, _: &Pinned<'_, Test>, weight: u32, _: Extack<'_>) -> Result {
            self.weight.store(weight, Relaxed);
            Ok(())
        }

        fn set_tc_bw(
            &self,
            _: &Pinned<'_, Test>,
            shares: &[u32; TRAFFIC_CLASSES],
            ext: Extack<'_>,
        ) -> Result {
            match shares.iter().sum() {
                0 | 100 => Ok(()),
                _ => Err(ext.err(c"Shares are in percent", EINVAL)),
            }
        }

        fn set_parent(
            &self,
            _: &Pinned<'_, Test>,
            parent: Option<&Limit<'_>>,
            ext: Extack<'_>,
        ) -> Result {
            match parent {
                Some(parent) if parent.priority.load(Relaxed) < self.priority.load(Relaxed) => {
                    Err(ext.err(c"The parent has a lower priority", EINVAL))
                }
                _ => Ok(()),
            }
        }
    }

    #[vtable]
    impl RateDriver for Test {
        type Leaf<'s> = Limit<'s>;
        type Node<'s> = Limit<'s>;

        fn new_node<'s>(data: &'s Data<'_>, name: &CStr, ext: Extack<'_>) -> Result<Limit<'s>> {
            if name == c"forbidden" {
                return Err(ext.err(c"Not by that name", EPERM));
            }
            Ok(Limit::new(data))
        }

        /// In vain: the node goes.
        fn delete_node(node: &Limit<'_>, _: &Pinned<'_, Test>, ext: Extack<'_>) -> Result {
            if node.weight.load(Relaxed) != 0 {
                return Err(ext.err(c"It has weight", EBUSY));
            }
            Ok(())
        }
    }

    /// Can be read directly, and has snapshots that the driver takes.
    pub(super) struct Log;

    #[vtable]
    impl RegionOps<Test> for Log {
        const NAME: &'static CStr = c"log";

        fn read(&self, _: &Pinned<'_, Test>, offset: u64, out: &mut [u8], _: Extack<'_>) -> Result {
            for (at, byte) in out.iter_mut().enumerate() {
                *byte = offset as u8 + at as u8;
            }
            Ok(())
        }
    }

    /// Goes with the device.
    struct Gone<'up>(&'up Data<'up>);

    #[vtable]
    impl RegionOps<Test> for Gone<'_> {
        const NAME: &'static CStr = c"gone";

        fn snapshot(&self, _: &Pinned<'_, Test>, out: &mut [u8], _: Extack<'_>) -> Result {
            out.fill(self.0.lives.load(Relaxed) as u8);
            Ok(())
        }
    }

    pub(super) struct Watch;

    #[vtable]
    impl ReporterOps<Test> for Watch {
        const NAME: &'static CStr = c"watch";
        type Error = u32;

        fn dump(
            &self,
            _: &Pinned<'_, Test>,
            out: &mut Fmsg<'_>,
            error: Option<&u32>,
            _: Extack<'_>,
        ) -> Result {
            out.pair(c"reported", error.is_some());
            out.pair(c"u8", 8u8);
            out.pair(c"u64", u64::MAX);
            out.pair(c"text", c"a text");
            out.pair(c"bytes", &[1u8, 2, 3][..]);
            out.pair_object(c"object", |out| {
                out.pair(c"lives", error.copied().unwrap_or(0));
                Ok(())
            })?;
            out.array(c"objects", |out| {
                for number in 0..2u32 {
                    out.object(|out| {
                        out.pair(c"number", number);
                        Ok(())
                    })?;
                }
                Ok(())
            })?;
            out.array(c"texts", |out| {
                out.string(c"one");
                out.string(c"two");
                Ok(())
            })
        }

        /// Fails in the middle of an object, which is ended nevertheless.
        fn diagnose(&self, _: &Pinned<'_, Test>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            out.pair_object(c"half", |out| {
                out.pair(c"of", true);
                Err(ENOMSG)
            })
        }

        fn test(&self, cx: &Locked<'_, Test>, _: Extack<'_>) -> Result {
            cx.data().work.schedule();
            Ok(())
        }
    }

    /// Goes with the device; it says what that was brought up with.
    struct Link<'up> {
        data: &'up Data<'up>,
        middle: u16,
        narrow: u8,
        first: bool,
        sriov: bool,
        size: u64,
        part: u64,
    }

    impl<'up> Link<'up> {
        fn new(cx: &Bringup<'up, '_, Test>) -> Result<Self> {
            let data = cx.data();
            Ok(Link {
                data,
                middle: cx.param(MIDDLE)?,
                narrow: cx.param(NARROW)?,
                first: cx.param(NAME)? == FIRST,
                sriov: cx.param(ENABLE_SRIOV)?,
                size: data.table.size(cx)?,
                part: data.part.size(cx)?,
            })
        }
    }

    #[vtable]
    impl ReporterOps<Test> for Link<'_> {
        const NAME: &'static CStr = c"link";
        const GRACEFUL_PERIOD: u64 = 500;
        type Error = ();

        fn recover(&self, cx: &Locked<'_, Test>, _: Option<&()>, _: Extack<'_>) -> Result {
            cx.up(|up| {
                up.link.recovery_done(cx);
                // It could be the reporter itself that goes, which devlink still uses.
                assert_refused(up.ports.remove(cx, 0).err(), EBUSY)
            })
            .ok_or(ENODEV)?
        }

        fn diagnose(&self, cx: &Pinned<'_, Test>, out: &mut Fmsg<'_>, _: Extack<'_>) -> Result {
            out.pair(c"lives", self.data.lives.load(Relaxed));
            out.pair(c"wide", cx.data().wide.load(Relaxed));
            out.pair(c"middle", u32::from(self.middle));
            out.pair(c"narrow", u32::from(self.narrow));
            out.pair(c"first", self.first);
            out.pair(c"sriov", self.sriov);
            out.pair(c"size", self.size);
            out.pair(c"part", self.part);
            out.pair(c"limits", self.data.limits.load(Relaxed));
            Ok(())
        }
    }
}
