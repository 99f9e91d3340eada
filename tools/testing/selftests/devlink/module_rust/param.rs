// SPDX-License-Identifier: GPL-2.0

//! Parameters of every type and mode. Values are kept for each mode; a reload keeps them too.
//!
//! A device without callbacks cannot be reinitialised, so its parameters have no mode `driverinit`.

use crate::{
    callback::Callback,
    device::{
        Test,
        Up, //
    },
    event::{
        Arguments,
        Event,
        Events, //
    },
    name::Name, //
};

use kernel::{
    net::{
        devlink::{
            param::{
                generic,
                Generic,
                Mode,
                ParamArray,
                ParamAttrs,
                ParamObject,
                ParamOps,
                ParamStr,
                Value, //
            },
            Group,
            Held,
            LastingGroups,
            Locked,
            Setup, //
        },
        netlink::extack::Extack, //
    },
    new_mutex,
    prelude::*,
    sync::Mutex, //
};

/// A type of values.
pub(crate) trait TestValue: Value + Send + Unpin + 'static {
    const DEFAULT: Self;

    fn is_valid(&self) -> bool {
        true
    }
}

impl TestValue for u8 {
    const DEFAULT: Self = 8;

    fn is_valid(&self) -> bool {
        *self <= 200
    }
}

impl TestValue for u16 {
    const DEFAULT: Self = 1616;

    fn is_valid(&self) -> bool {
        *self <= 60_000
    }
}

impl TestValue for u32 {
    const DEFAULT: Self = 32;

    fn is_valid(&self) -> bool {
        *self <= 1_000_000
    }
}

impl TestValue for u64 {
    const DEFAULT: Self = 0x64_0000_0064;
}

impl TestValue for bool {
    const DEFAULT: Self = true;
}

impl TestValue for ParamStr {
    const DEFAULT: Self = ParamStr::new(c"default");

    fn is_valid(&self) -> bool {
        self.to_bytes() != b"bad"
    }
}

impl TestValue for ParamArray {
    const DEFAULT: Self = ParamArray::new(&[0, 1, u64::MAX]);

    fn is_valid(&self) -> bool {
        self.as_slice().len() <= 8
    }
}

/// Which optional callbacks a kind of parameters has.
pub(crate) trait Kind: Send + Sync + 'static {
    const VALIDATE: bool = false;
    const GET_DEFAULT: bool = false;
    const RESET_DEFAULT: bool = false;
}

pub(crate) struct Plain;
impl Kind for Plain {}

pub(crate) struct Validated;
impl Kind for Validated {
    const VALIDATE: bool = true;
}

/// With a default that a user cannot go back to.
pub(crate) struct DefaultShown;
impl Kind for DefaultShown {
    const GET_DEFAULT: bool = true;
}

pub(crate) struct WithDefault;
impl Kind for WithDefault {
    const GET_DEFAULT: bool = true;
    const RESET_DEFAULT: bool = true;
}

pub(crate) struct All;
impl Kind for All {
    const VALIDATE: bool = true;
    const GET_DEFAULT: bool = true;
    const RESET_DEFAULT: bool = true;
}

/// The values of a parameter in the modes for which devlink asks the driver.
struct Values<V> {
    runtime: V,
    permanent: V,
}

impl<V> Values<V> {
    fn of(&mut self, mode: Mode) -> &mut V {
        match mode {
            Mode::Runtime => &mut self.runtime,
            Mode::Permanent => &mut self.permanent,
        }
    }
}

/// `enum devlink_param_cmode`
fn number_of(mode: Mode) -> u32 {
    match mode {
        Mode::Runtime => 0,
        Mode::Permanent => 2,
    }
}

/// A parameter.
pub(crate) struct TestParam<V, K, const FULL: bool> {
    name: Name,
    values: Pin<KBox<Mutex<Values<V>>>>,
    _kind: core::marker::PhantomData<K>,
}

impl<V: TestValue, K: Kind, const FULL: bool> TestParam<V, K, FULL> {
    fn new(name: Name) -> Result<Self> {
        let values = Values {
            runtime: V::DEFAULT,
            permanent: V::DEFAULT,
        };
        Ok(TestParam {
            name,
            values: KBox::pin_init(new_mutex!(values), GFP_KERNEL)?,
            _kind: core::marker::PhantomData,
        })
    }

    fn call(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        callback: Callback,
        mode: Mode,
        extack: Extack<'_>,
    ) -> Result {
        let arguments = fmt!("{} mode={}", self.name, number_of(mode));
        cx.data().call(callback, extack, arguments)
    }
}

#[vtable]
impl<V: TestValue, K: Kind, const FULL: bool> ParamOps<Test<FULL>> for TestParam<V, K, FULL> {
    const HAS_GET_DEFAULT: bool = FULL && K::GET_DEFAULT;
    const HAS_RESET_DEFAULT: bool = FULL && K::RESET_DEFAULT;
    const HAS_VALIDATE: bool = FULL && K::VALIDATE;

    type Value = V;

    fn get(&self, cx: &Locked<'_, Test<FULL>>, mode: Mode, extack: Extack<'_>) -> Result<V> {
        self.call(cx, Callback::ParamGet, mode, extack)?;
        Ok(*self.values.lock().of(mode))
    }

    fn set(&self, cx: &Locked<'_, Test<FULL>>, mode: Mode, value: V, extack: Extack<'_>) -> Result {
        self.call(cx, Callback::ParamSet, mode, extack)?;
        *self.values.lock().of(mode) = value;
        Ok(())
    }

    fn get_default(
        &self,
        cx: &Locked<'_, Test<FULL>>,
        mode: Mode,
        extack: Extack<'_>,
    ) -> Result<V> {
        self.call(cx, Callback::ParamGetDefault, mode, extack)?;
        Ok(V::DEFAULT)
    }

    fn reset_default(&self, cx: &Locked<'_, Test<FULL>>, mode: Mode, extack: Extack<'_>) -> Result {
        self.call(cx, Callback::ParamResetDefault, mode, extack)?;
        *self.values.lock().of(mode) = V::DEFAULT;
        Ok(())
    }

    fn validate(&self, cx: &Locked<'_, Test<FULL>>, value: V, extack: Extack<'_>) -> Result {
        let arguments = fmt!("{}", self.name);
        cx.data().call(Callback::ParamValidate, extack, arguments)?;
        if value.is_valid() {
            Ok(())
        } else {
            Err(extack.err(c"devlink_test: the value is out of range", ERANGE))
        }
    }
}

/// A parameter of any type.
trait AnyParam<const FULL: bool>: Send + Sync {
    fn changed(&self, cx: &Locked<'_, Test<FULL>>) -> Result;

    /// Reads what users want the device to start with.
    fn start(&self, cx: &Locked<'_, Test<FULL>>) -> Result;
}

impl<V: TestValue, K: Kind, const FULL: bool> AnyParam<FULL>
    for ParamObject<'_, Test<FULL>, TestParam<V, K, FULL>>
{
    fn changed(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        ParamObject::changed(self, cx)
    }

    fn start(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        match self.driverinit(cx) {
            Ok(_) => Ok(()),
            // It does not have that mode.
            Err(error) if error == EOPNOTSUPP => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// The modes of a parameter.
#[derive(Copy, Clone)]
struct Modes(u32);

impl Modes {
    const RUNTIME: Self = Modes(1);
    const DRIVERINIT: Self = Modes(2);
    const PERMANENT: Self = Modes(4);

    const fn and(self, other: Self) -> Self {
        Modes(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// A parameter with its name.
struct Entry<'bound, const FULL: bool> {
    name: Name,
    param: KBox<dyn AnyParam<FULL> + 'bound>,
}

/// How many parameters the basic set has.
const BASIC: usize = 14;

/// The basic set and extra ones, as long as the driver is bound, and those that an event added.
pub(crate) struct Params<'bound, const FULL: bool> {
    entries: KVVec<Entry<'bound, FULL>>,
    added: LastingGroups<'bound, Test<FULL>, ParamGroup<FULL>>,
}

impl<'bound, const FULL: bool> Params<'bound, FULL> {
    pub(crate) fn new(setup: &Setup<'bound, Test<FULL>>, extra: u32) -> Result<Self> {
        let mut params = Params {
            entries: KVVec::with_capacity(BASIC + extra as usize, GFP_KERNEL)?,
            added: setup.groups()?,
        };
        params.add_basic(setup)?;
        for number in 0..extra {
            let name = Name::format(fmt!("extra_param{number}"))?;
            let attrs = ParamAttrs::driver(name.as_cstr().try_into()?);
            params.add_with::<u32, Plain>(setup, name, attrs, Modes::RUNTIME)?;
        }
        Ok(params)
    }

    fn add_basic(&mut self, setup: &Setup<'bound, Test<FULL>>) -> Result {
        const R: Modes = Modes::RUNTIME;
        const D: Modes = Modes::DRIVERINIT;
        const P: Modes = Modes::PERMANENT;

        self.add_generic::<generic::MAX_MACS, Validated>(setup, D)?;
        self.add_generic::<generic::INT_ERR_RESET, Plain>(setup, R.and(D))?;
        self.add_generic::<generic::ENABLE_SRIOV, All>(setup, P)?;
        self.add_generic::<generic::CLOCK_ID, Plain>(setup, P)?;
        self.add_generic::<generic::FW_LOAD_POLICY, Validated>(setup, R.and(P))?;
        self.add::<u8, Validated>(setup, c"dt_u8", R.and(D).and(P))?;
        self.add::<u16, Validated>(setup, c"dt_u16", R)?;
        self.add::<u32, All>(setup, c"dt_u32", R.and(P))?;
        self.add::<u64, DefaultShown>(setup, c"dt_u64", P)?;
        self.add::<ParamStr, All>(setup, c"dt_string", R.and(D))?;
        self.add::<bool, WithDefault>(setup, c"dt_bool", R)?;
        self.add::<ParamArray, All>(setup, c"dt_u64_array", R.and(P))?;
        self.add::<ParamStr, Plain>(setup, c"dt_init_string", D)?;
        self.add::<bool, Plain>(setup, c"dt_init_bool", D)
    }

    fn add_generic<G: Generic<Value: TestValue>, K: Kind>(
        &mut self,
        setup: &Setup<'bound, Test<FULL>>,
        modes: Modes,
    ) -> Result {
        let name = Name::new(G::NAME.to_bytes())?;
        self.add_with::<G::Value, K>(setup, name, ParamAttrs::generic::<G>(), modes)
    }

    fn add<V: TestValue, K: Kind>(
        &mut self,
        setup: &Setup<'bound, Test<FULL>>,
        name: &'static CStr,
        modes: Modes,
    ) -> Result {
        let attrs = ParamAttrs::driver_static(name);
        self.add_with::<V, K>(setup, Name::new(name.to_bytes())?, attrs, modes)
    }

    fn add_with<V: TestValue, K: Kind>(
        &mut self,
        setup: &Setup<'bound, Test<FULL>>,
        name: Name,
        mut attrs: ParamAttrs<V>,
        modes: Modes,
    ) -> Result {
        let callbacks = modes.has(Modes::RUNTIME.and(Modes::PERMANENT));
        if !FULL && !callbacks {
            return Ok(());
        }
        if modes.has(Modes::RUNTIME) {
            attrs = attrs.runtime();
        }
        if modes.has(Modes::PERMANENT) {
            attrs = attrs.permanent();
        }
        if FULL && modes.has(Modes::DRIVERINIT) {
            attrs = attrs.driverinit(V::DEFAULT);
        }
        let param = setup.param_object(attrs, TestParam::<V, K, FULL>::new(name)?)?;
        let param = KBox::new(param, GFP_KERNEL)?;
        self.entries.push(Entry { name, param }, GFP_KERNEL)?;
        Ok(())
    }

    /// A driver that starts reads what users want it to start with.
    pub(crate) fn start(&self, cx: &Locked<'_, Test<FULL>>) -> Result {
        if !FULL {
            return Ok(());
        }
        self.entries
            .iter()
            .try_for_each(|entry| entry.param.start(cx))
    }
}

/// Parameters that an event added.
pub(crate) struct ParamGroup<const FULL: bool>;

impl<const FULL: bool> Group<Test<FULL>> for ParamGroup<FULL> {
    type Key = Name;
    type Value<'group> = ParamObject<'group, Test<FULL>, TestParam<u32, Plain, FULL>>;
}

fn param_changed<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let params = &cx.data().params;
    cx.lock(|cx| {
        if let Some(entry) = params.entries.iter().find(|entry| entry.name == name) {
            return entry.param.changed(cx);
        }
        params
            .added
            .get(cx, name, |param| ParamObject::changed(param, cx))
            .unwrap_or(Err(ENOENT))
    })
}

fn param_add<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let params = &cx.data().params;
    cx.lock(|cx| {
        params.added.add(cx, name, |cx| {
            let attrs = ParamAttrs::driver(name.as_cstr().try_into()?).runtime();
            cx.param_object(attrs, TestParam::new(name)?)
        })
    })
}

fn param_del<const FULL: bool>(
    cx: &mut Held<'_, '_, '_, '_, Test<FULL>>,
    _: &Up<'_, FULL>,
    arguments: &Arguments<'_>,
) -> Result {
    let name = Name::new(arguments[0])?;
    let params = &cx.data().params;
    cx.lock(|cx| params.added.remove(cx, name))
}

impl<const FULL: bool> Events<FULL> {
    pub(crate) const PARAM: &'static [Event<FULL>] = &[
        Event::new("param_changed", 1, 1, param_changed::<FULL>),
        Event::new("param_add", 1, 1, param_add::<FULL>),
        Event::new("param_del", 1, 1, param_del::<FULL>),
    ];
}
