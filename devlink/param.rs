// SPDX-License-Identifier: GPL-2.0

//! `devlink dev param`: the parameters of an instance.
//!
//! A parameter has a value for each mode it supports. The values of mode `driverinit` belong to the
//! core: a user sets one, and the driver fetches it when it starts or reloads. The others belong to
//! the driver, which is asked for them under its lock while the parameter is registered. What it
//! says last is remembered, for dumps that find the driver busy or failing and for times when it
//! cannot be asked.
//!
//! Such a time is the move to another namespace in the middle of a reload: the driver is down and
//! what its callbacks would look at may be freed. So [`Params::notify_all`], which tells of the
//! move, cannot ask the driver: it has no proof that the instance lock is held. Whoever wants
//! up-to-date values in those notifications asks while the driver is up, by [`Params::refresh`].

mod commands;
mod generic;
mod value;

pub(crate) use self::{
    commands::{
        Get,
        PortGet,
        PortSet,
        Set, //
    },
    value::{
        Mode,
        Modes,
        Setting,
        Text,
        Type,
        Value,
        MAX_ARRAY, //
    },
};

use self::value::{
    Answer,
    Settings, //
};

use crate::{
    collection::Collection,
    driver::{
        access::InstanceLocked,
        param::{
            Context,
            DriverParam, //
        },
    },
    generated::{
        attr,
        Cmd, //
    },
    instance::Devlink,
    last_answer::LastAnswer,
    lifetime::Gate,
    netlink, //
};

use kernel::{
    net::netlink::{
        extack::Extack,
        writer::Writer, //
    },
    new_mutex,
    prelude::*,
    static_lock_class,
    str::small::SmallCString,
    sync::{
        lockdep_map::LockdepMap,
        Arc,
        Mutex, //
    },
    warn_on, //
};

/// What a driver says about a parameter when it registers it.
pub(crate) struct Description {
    pub(crate) id: u32,
    pub(crate) name: SmallCString,
    pub(crate) generic: bool,
    pub(crate) kind: Type,
    pub(crate) modes: Modes,
}

impl Description {
    fn verify(&self) -> Result {
        if self.modes.is_empty() {
            return Err(EINVAL);
        }
        if self.generic {
            generic::verify_generic(self.id, &self.name, self.kind)
        } else {
            generic::verify_specific(self.id, &self.name)
        }
    }
}

/// The values of mode `driverinit`.
struct DriverInit {
    /// What the driver is to use, or uses; `None` until the driver or a reload said so.
    current: Option<Value>,
    /// What a user set, for the next reload.
    pending: Option<Value>,
    /// What the driver set, or zero. Counts only if there is a current value.
    default: Value,
}

impl DriverInit {
    /// The default value, if it counts.
    fn default(&self) -> Option<Value> {
        self.current.as_ref().map(|_| self.default.clone())
    }

    /// What users see; [`EOPNOTSUPP`] if there is no value yet.
    fn setting(&self) -> Result<Setting> {
        let value = self.pending.as_ref().or(self.current.as_ref());
        Ok(Setting {
            value: value.ok_or(EOPNOTSUPP)?.clone(),
            default: self.default(),
        })
    }
}

struct State {
    driverinit: DriverInit,
    /// What the driver said last about the other modes.
    answer: LastAnswer<Answer>,
}

/// A registered parameter.
#[pin_data]
pub(crate) struct Param {
    description: Description,
    driver: DriverParam,
    /// Open from register to unregister, for those who change the value without the instance lock.
    #[pin]
    gate: Gate,
    #[pin]
    state: Mutex<State>,
}

impl Param {
    fn new(description: Description, driver: DriverParam) -> Result<Arc<Self>> {
        let zero = Value::zero(description.kind)?;
        Arc::pin_init(
            pin_init!(Self {
                description,
                driver,
                gate <- Gate::new(LockdepMap::new(c"devlink param pass", static_lock_class!())),
                state <- new_mutex!(
                    State {
                        driverinit: DriverInit {
                            current: None,
                            pending: None,
                            default: zero,
                        },
                        answer: LastAnswer::Unknown,
                    },
                    "devlink parameter"
                ),
            }),
            GFP_KERNEL,
        )
    }

    fn id(&self) -> u32 {
        self.description.id
    }

    fn supports(&self, mode: Mode) -> bool {
        self.description.modes.contains(mode)
    }

    /// Whether only the driver knows some of the values.
    fn needs_driver_to_read(&self) -> bool {
        self.supports(Mode::Runtime) || self.supports(Mode::Permanent)
    }

    /// Whether the driver has a say in what the values may be.
    fn needs_driver_to_write(&self) -> bool {
        self.needs_driver_to_read() || self.driver.can_validate()
    }

    /// All settings, for which the driver is asked; it is remembered what it says.
    fn ask(
        &self,
        devlink: InstanceLocked<'_>,
        settings: &mut Settings,
        extack: Extack<'_>,
    ) -> Result {
        if !self.needs_driver_to_read() {
            return self.known(settings);
        }
        *settings = Settings::default();
        let mut context = Context::new()?;
        for mode in Mode::ALL.into_iter().filter(|mode| self.supports(*mode)) {
            let setting = match mode {
                Mode::DriverInit => self.state.lock().driverinit.setting()?,
                Mode::Runtime | Mode::Permanent => self
                    .driver
                    .get(devlink, &self.description, mode, &mut context, extack)
                    .inspect_err(|error| self.record(devlink, Err(*error)))?,
            };
            settings.set(mode, setting);
        }
        self.record(devlink, Ok(&settings.answer));
        Ok(())
    }

    fn record(&self, devlink: InstanceLocked<'_>, answer: Result<&Answer>) {
        self.state.lock().answer.record_from(devlink, answer);
    }

    /// Forgets what the driver said: something has changed since.
    fn forget(&self, devlink: InstanceLocked<'_>) {
        let old = self.state.lock().answer.forget(devlink);
        drop(old);
    }

    /// All settings, as far as they are known without asking the driver; [`EOPNOTSUPP`] if there is
    /// nothing to show.
    fn known(&self, settings: &mut Settings) -> Result {
        let state = self.state.lock();
        settings.answer = match &state.answer {
            LastAnswer::Value(answer) => answer.clone(),
            LastAnswer::Unsupported => return Err(EOPNOTSUPP),
            // The parameter is shown without these values.
            LastAnswer::Unknown => Answer::default(),
        };
        settings.driverinit = self
            .supports(Mode::DriverInit)
            .then(|| state.driverinit.setting())
            .transpose()?;
        Ok(())
    }

    /// All settings as the driver said just now, which had this outcome, or as it said last if it
    /// is busy or failed; [`EOPNOTSUPP`] if there is nothing to show.
    fn or_known(&self, asked: Result, settings: &mut Settings) -> Result {
        match asked {
            Err(error) if error != EOPNOTSUPP => self.known(settings),
            asked => asked,
        }
    }

    fn fill(&self, devlink: &Devlink, settings: &Settings, out: &mut Writer<'_>) -> Result {
        let description = &self.description;
        devlink.put_handle(out)?;
        out.nest_noflag(attr::PARAM, |out| {
            out.put(attr::PARAM_NAME, &description.name)?;
            if description.generic {
                out.put(attr::PARAM_GENERIC, ())?;
            }
            out.put(attr::PARAM_TYPE, description.kind.number())?;
            out.nest_noflag(attr::PARAM_VALUES_LIST, |out| settings.fill(out))
        })
    }

    /// Tells listeners, if there are some, about the parameter as the driver describes it now.
    fn notify(&self, devlink: InstanceLocked<'_>, cmd: Cmd) {
        netlink::notify::send(devlink.devlink(), cmd, None, |out| {
            let mut settings = Settings::default();
            let asked = self.ask(devlink, &mut settings, Extack::NONE);
            self.or_known(asked, &mut settings)?;
            self.fill(devlink.devlink(), &settings, out)
        });
    }

    /// Tells listeners what is known about the parameter without asking the driver.
    fn notify_known(&self, devlink: &Devlink, cmd: Cmd) {
        netlink::notify::send(devlink, cmd, None, |out| {
            let mut settings = Settings::default();
            self.known(&mut settings)?;
            self.fill(devlink, &settings, out)
        });
    }

    /// Sets what the driver will get at the next reload: `value`, or the default.
    fn set_driverinit(&self, value: Option<Value>, extack: Extack<'_>) -> Result {
        let mut state = self.state.lock();
        let value = match value {
            Some(value) => value,
            None => state
                .driverinit
                .default()
                .ok_or_else(|| extack.err(c"Default value not available", EOPNOTSUPP))?,
        };
        let old = state.driverinit.pending.replace(value);
        drop(state);
        drop(old);
        Ok(())
    }

    /// Has the driver set `value`, or the default, in a mode that is not `driverinit`.
    fn set_in_driver(
        &self,
        devlink: InstanceLocked<'_>,
        mode: Mode,
        value: Option<Value>,
        extack: Extack<'_>,
    ) -> Result {
        if !self.driver.can_set() {
            return Err(EOPNOTSUPP);
        }
        let set = match value {
            Some(value) => self.driver.set(devlink, self.id(), mode, &value, extack),
            None => self.driver.reset(devlink, self.id(), mode, extack),
        };
        // Also if the driver failed half-way.
        self.forget(devlink);
        set
    }

    /// Makes what a user set the current value.
    fn load_driverinit(&self) {
        let mut state = self.state.lock();
        if let Some(value) = state.driverinit.pending.take() {
            let old = state.driverinit.current.replace(value);
            drop(state);
            drop(old);
        }
    }
}

/// The parameters of an instance, by the number that their driver knows them by.
#[pin_data]
pub(crate) struct Params {
    #[pin]
    params: Collection<u32, Param>,
}

impl Params {
    /// No parameters.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            params <- Collection::new(),
        })
    }

    /// Adds a parameter and tells listeners; [`EBUSY`] if its number is taken.
    ///
    /// A description that makes no sense is warned about, and taken.
    pub(crate) fn register(
        &self,
        devlink: InstanceLocked<'_>,
        description: Description,
        driver: DriverParam,
    ) -> Result {
        warn_on!(description.verify().is_err());
        warn_on!(self.by_name(&description.name).is_some());
        if description.modes.is_driverinit_only() {
            warn_on!(driver.can_get() || driver.can_set());
        } else {
            warn_on!(!driver.can_get() || !driver.can_set());
        }

        let param = Param::new(description, driver)?;
        // Nobody else knows of the parameter, so its gate is closed.
        param.gate.open()?;
        self.params.insert(param.id(), param.clone())?;
        param.notify(devlink, Cmd::ParamNew);
        Ok(())
    }

    /// Tells listeners that a parameter goes, and takes it out. When this returns, nobody calls
    /// the driver about the parameter any more.
    pub(crate) fn unregister(&self, devlink: InstanceLocked<'_>, id: u32) {
        let Some(param) = self.params.get(id) else {
            warn_on!(true);
            return;
        };
        // Those inside do not wait for the instance lock, which our caller holds. Nothing is said
        // about the parameter after that of its end.
        let _ = devlink.drain(&param.gate, "unregistering a parameter");
        param.notify(devlink, Cmd::ParamDel);
        param.gate.close();
        self.params.remove(id);
        param.driver.owner().leave(devlink);
    }

    /// Forgets all parameters, of an instance that is being freed.
    pub(crate) fn forget_all(&self, devlink: InstanceLocked<'_>) {
        while let Some(param) = self.params.pop() {
            let _ = devlink.drain(&param.gate, "freeing the instance");
            param.gate.close();
            param.driver.owner().leave(devlink);
        }
    }

    /// What a driver is to use when it starts or reloads (`devl_param_driverinit_value_get()`).
    ///
    /// [`EINVAL`] if there is no such parameter, [`EOPNOTSUPP`] if it has no value of this mode.
    /// Takes no instance lock.
    pub(crate) fn driverinit_value(&self, id: u32) -> Result<Value> {
        let param = self.params.get(id).ok_or(EINVAL)?;
        let value = param.state.lock().driverinit.current.clone();
        let value = value.ok_or(EOPNOTSUPP)?;
        if warn_on!(!param.supports(Mode::DriverInit)) {
            return Err(EOPNOTSUPP);
        }
        Ok(value)
    }

    /// The driver says what it uses unless a user wants something else, and listeners hear of it
    /// (`devl_param_driverinit_value_set()`). `value` gets the type that the value must have.
    pub(crate) fn set_driverinit_default(
        &self,
        devlink: InstanceLocked<'_>,
        id: u32,
        value: impl FnOnce(Type) -> Result<Value>,
    ) {
        let Some(param) = self.params.get(id) else {
            warn_on!(true);
            return;
        };
        if warn_on!(!param.supports(Mode::DriverInit)) {
            return;
        }
        let Ok(value) = value(param.description.kind) else {
            warn_on!(true);
            return;
        };
        {
            let mut state = param.state.lock();
            state.driverinit.default = value.clone();
            state.driverinit.current = Some(value);
        }
        param.notify(devlink, Cmd::ParamNew);
    }

    /// The driver says that a value has changed that is not of mode `driverinit`, and listeners
    /// hear of it (`devl_param_value_changed()`).
    pub(crate) fn value_changed(&self, devlink: InstanceLocked<'_>, id: u32) {
        let Some(param) = self.params.get(id) else {
            warn_on!(true);
            return;
        };
        param.forget(devlink);
        param.notify(devlink, Cmd::ParamNew);
    }

    /// Makes what users set since the last reload what the driver will find when it comes up.
    pub(crate) fn load_driverinit_values(&self) {
        for param in self.params.iter() {
            param.load_driverinit();
        }
    }

    /// Tells listeners about every parameter, without calling the driver: values that only the
    /// driver knows are those it said last, and are left out if it said nothing.
    pub(crate) fn notify_all(&self, devlink: &Devlink, cmd: Cmd) {
        for param in self.params.iter() {
            param.notify_known(devlink, cmd);
        }
    }

    /// Tells listeners about every parameter, asking the driver, which must be up.
    pub(crate) fn notify_all_asking(&self, devlink: InstanceLocked<'_>, cmd: Cmd) {
        for param in self.params.iter() {
            param.notify(devlink, cmd);
        }
    }

    /// Asks the driver, which must be up, for all that only it knows, and remembers that.
    pub(crate) fn refresh(&self, devlink: InstanceLocked<'_>) {
        for param in self.params.iter() {
            if param.needs_driver_to_read() {
                // What the driver cannot tell now is known as it was.
                let _ = param.ask(devlink, &mut Settings::default(), Extack::NONE);
            }
        }
    }

    /// Forgets what the driver said about all of them.
    pub(crate) fn forget_answers(&self, devlink: InstanceLocked<'_>) {
        for param in self.params.iter() {
            param.forget(devlink);
        }
    }

    fn by_name(&self, name: &CStr) -> Option<Arc<Param>> {
        self.params.find(|param| *param.description.name == *name)
    }

    fn next_from(&self, id: u32) -> Option<(u32, Arc<Param>)> {
        self.params.next_from(id)
    }
}
