// SPDX-License-Identifier: GPL-2.0

//! What a port can be asked and told: its type, its parts, and the function behind it.

use crate::{
    callback::Callback,
    device::Test,
    sb::PortThresholds, //
};

use kernel::{
    net::{
        devlink::{
            Flavour,
            FunctionOpState,
            FunctionState,
            HwAddr,
            Locked,
            Pinned,
            PortAttrs,
            PortOps,
            PortType, //
        },
        netlink::extack::Extack, //
    },
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

const ETH_ALEN: usize = 6;

/// What a user can set about the function behind a port.
struct Function {
    hw_addr: Atomic<u64>,
    roce: Atomic<bool>,
    migratable: Atomic<bool>,
    ipsec_crypto: Atomic<bool>,
    ipsec_packet: Atomic<bool>,
    active: Atomic<bool>,
    max_io_eqs: Atomic<u32>,
}

impl Function {
    fn new(index: u32) -> Self {
        Function {
            hw_addr: Atomic::new(0x02ff_0000_0000 | u64::from(index & 0xffff)),
            roce: Atomic::new(true),
            migratable: Atomic::new(false),
            ipsec_crypto: Atomic::new(false),
            ipsec_packet: Atomic::new(false),
            active: Atomic::new(false),
            max_io_eqs: Atomic::new(24),
        }
    }
}

/// What the parts of a port have of it, each.
pub(crate) struct Whole {
    pub(crate) index: u32,
    pub(crate) number: u32,
    pub(crate) lanes: u32,
}

/// A port.
pub(crate) struct TestPort<const FULL: bool> {
    pub(crate) index: u32,
    pub(crate) flavour: Flavour,
    /// The number of a physical port.
    pub(crate) number: u32,
    pub(crate) lanes: u32,
    pub(crate) splittable: bool,
    /// Made by `port_new`, so `port_del` may delete it.
    pub(crate) by_user: bool,
    /// The index of the port that this is a part of.
    pub(crate) split_of: Option<u32>,
    pub(crate) has_resources: bool,
    pub(crate) thresholds: PortThresholds,
    function: Function,
}

impl<const FULL: bool> TestPort<FULL> {
    pub(crate) fn new(index: u32, flavour: Flavour) -> Self {
        TestPort {
            index,
            flavour,
            number: 0,
            lanes: 0,
            splittable: false,
            by_user: false,
            split_of: None,
            has_resources: false,
            thresholds: PortThresholds::new(),
            function: Function::new(index),
        }
    }

    pub(crate) fn physical(index: u32, number: u32) -> Self {
        let flavour = Flavour::Physical {
            number,
            subport: None,
        };
        TestPort {
            number,
            ..Self::new(index, flavour)
        }
    }

    /// With that many lanes, into as many ports of which it can be split.
    pub(crate) fn splittable(mut self, lanes: u32) -> Self {
        self.lanes = lanes;
        self.splittable = true;
        self
    }

    /// A part of another port, with some of its lanes.
    pub(crate) fn part(index: u32, of: &Whole, part: u32) -> Self {
        let flavour = Flavour::Physical {
            number: of.number,
            subport: Some(part),
        };
        TestPort {
            number: of.number,
            lanes: of.lanes,
            split_of: Some(of.index),
            ..Self::new(index, flavour)
        }
    }

    pub(crate) fn by_user(mut self) -> Self {
        self.by_user = true;
        self
    }

    pub(crate) fn with_resources(mut self) -> Self {
        self.has_resources = true;
        self
    }

    pub(crate) fn is_physical(&self) -> bool {
        matches!(self.flavour, Flavour::Physical { .. })
    }

    pub(crate) fn has_function(&self) -> bool {
        matches!(
            self.flavour,
            Flavour::PciPf { .. } | Flavour::PciVf { .. } | Flavour::PciSf { .. }
        )
    }

    /// What devlink is told, of a device of that number.
    pub(crate) fn attrs(&self, id: u32) -> PortAttrs {
        let id = id.to_be_bytes();
        let mut attrs = PortAttrs::new(self.flavour).lanes(self.lanes);
        if self.splittable {
            attrs = attrs.splittable();
        }
        match self.flavour {
            Flavour::Physical { .. } | Flavour::PciPf { .. } | Flavour::PciVf { .. } => {
                attrs.switch(&[0xd7, id[2], id[3]])
            }
            _ => attrs,
        }
    }

    /// How the callbacks about functions begin.
    fn get(&self, cx: &Pinned<'_, Test<FULL>>, callback: Callback, extack: Extack<'_>) -> Result {
        let arguments = fmt!("{}", self.index);
        cx.data().call(callback, extack, arguments)?;
        self.check_function()
    }

    fn set(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        callback: Callback,
        value: u64,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} value={value}", self.index);
        cx.data().call(callback, extack, arguments)?;
        self.check_function()
    }

    fn check_function(&self) -> Result {
        if self.has_function() {
            Ok(())
        } else {
            Err(EOPNOTSUPP)
        }
    }
}

/// The two callbacks about what is one value.
macro_rules! values {
    ($($value:ty: $get:ident => $get_callback:ident, $set:ident => $set_callback:ident;)*) => {$(
        fn $get(&self, cx: &Pinned<'_, Test<FULL>>, extack: Extack<'_>) -> Result<$value> {
            self.get(cx, Callback::$get_callback, extack)?;
            Ok(self.function.$get.load(Relaxed))
        }

        fn $set(&self, cx: &Locked<'_, Test<FULL>>, value: $value, extack: Extack<'_>) -> Result {
            self.set(cx, Callback::$set_callback, value.into(), extack)?;
            self.function.$get.store(value, Relaxed);
            Ok(())
        }
    )*};
}

#[vtable]
impl<const FULL: bool> PortOps<Test<FULL>> for TestPort<FULL> {
    const HAS_SPLIT: bool = FULL;
    const HAS_UNSPLIT: bool = FULL;
    const HAS_DELETE: bool = FULL;
    const HAS_SET_TYPE: bool = FULL;
    const HAS_HW_ADDR: bool = FULL;
    const HAS_SET_HW_ADDR: bool = FULL;
    const HAS_STATE: bool = FULL;
    const HAS_SET_STATE: bool = FULL;
    const HAS_ROCE: bool = FULL;
    const HAS_SET_ROCE: bool = FULL;
    const HAS_MIGRATABLE: bool = FULL;
    const HAS_SET_MIGRATABLE: bool = FULL;
    const HAS_IPSEC_CRYPTO: bool = FULL;
    const HAS_SET_IPSEC_CRYPTO: bool = FULL;
    const HAS_IPSEC_PACKET: bool = FULL;
    const HAS_SET_IPSEC_PACKET: bool = FULL;
    const HAS_MAX_IO_EQS: bool = FULL;
    const HAS_SET_MAX_IO_EQS: bool = FULL;

    fn split(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        index: u32,
        count: u32,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{index} count={count}");
        cx.data().call(Callback::PortSplit, extack, arguments)?;
        cx.up(|up| up.ports.split(cx, index, count))
            .unwrap_or(Err(EBUSY))
    }

    fn unsplit(&self, cx: &Locked<'_, Test<FULL>>, index: u32, extack: Extack<'_>) -> Result {
        cx.data()
            .call(Callback::PortUnsplit, extack, fmt!("{index}"))?;
        let Some(whole) = self.split_of else {
            return Err(extack.err(c"devlink_test: the port was not split", EINVAL));
        };
        cx.up(|up| up.ports.unsplit(cx, whole))
            .unwrap_or(Err(EBUSY))
    }

    fn delete(&self, cx: &Locked<'_, Test<FULL>>, index: u32, extack: Extack<'_>) -> Result {
        cx.data().call(Callback::PortDel, extack, fmt!("{index}"))?;
        cx.up(|up| {
            if up.ports.is_busy(cx, index) {
                return Err(EBUSY);
            }
            if !self.by_user {
                let message = c"devlink_test: the port was not made by a user";
                return Err(extack.err(message, EOPNOTSUPP));
            }
            up.ports.remove(cx, index)
        })
        .unwrap_or(Err(EBUSY))
    }

    fn set_type(&self, cx: &Locked<'_, Test<FULL>>, index: u32, to: PortType) -> Result {
        let number = match to {
            PortType::NotSet => 0,
            PortType::Auto => 1,
            PortType::Eth => 2,
            PortType::Ib => 3,
        };
        let arguments = fmt!("{index} type={number}");
        cx.data()
            .call(Callback::PortTypeSet, Extack::NONE, arguments)?;
        cx.up(|up| {
            if up.ports.is_busy(cx, index) {
                return Err(EBUSY);
            }
            // What there is, is as good as anything.
            if to == PortType::Auto {
                return Ok(());
            }
            up.ports.with(cx, index, |port| port.change_type(cx, to))?
        })
        .unwrap_or(Err(EBUSY))
    }

    fn hw_addr(&self, cx: &Pinned<'_, Test<FULL>>, extack: Extack<'_>) -> Result<HwAddr> {
        self.get(cx, Callback::PortFnHwAddrGet, extack)?;
        let address = self.function.hw_addr.load(Relaxed).to_be_bytes();
        HwAddr::new(&address[2..])
    }

    fn set_hw_addr(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        address: &[u8],
        extack: Extack<'_>,
    ) -> Result {
        let length = address.len() as u64;
        self.set(cx, Callback::PortFnHwAddrSet, length, extack)?;
        if address.len() != ETH_ALEN {
            return Err(extack.err(c"devlink_test: an address has six bytes", EINVAL));
        }
        let mut bytes = [0; 8];
        bytes[2..].copy_from_slice(address);
        self.function
            .hw_addr
            .store(u64::from_be_bytes(bytes), Relaxed);
        Ok(())
    }

    fn state(
        &self,
        cx: &Pinned<'_, Test<FULL>>,
        extack: Extack<'_>,
    ) -> Result<(FunctionState, FunctionOpState)> {
        self.get(cx, Callback::PortFnStateGet, extack)?;
        Ok(if self.function.active.load(Relaxed) {
            (FunctionState::Active, FunctionOpState::Attached)
        } else {
            (FunctionState::Inactive, FunctionOpState::Detached)
        })
    }

    fn set_state(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        state: FunctionState,
        extack: Extack<'_>,
    ) -> Result {
        let active = state == FunctionState::Active;
        self.set(cx, Callback::PortFnStateSet, active.into(), extack)?;
        self.function.active.store(active, Relaxed);
        Ok(())
    }

    values! {
        bool: roce => PortFnRoceGet, set_roce => PortFnRoceSet;
        bool: migratable => PortFnMigratableGet, set_migratable => PortFnMigratableSet;
        bool: ipsec_crypto => PortFnIpsecCryptoGet, set_ipsec_crypto => PortFnIpsecCryptoSet;
        bool: ipsec_packet => PortFnIpsecPacketGet, set_ipsec_packet => PortFnIpsecPacketSet;
        u32: max_io_eqs => PortFnMaxIoEqsGet, set_max_io_eqs => PortFnMaxIoEqsSet;
    }
}
