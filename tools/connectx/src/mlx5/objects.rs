// SPDX-License-Identifier: GPL-2.0

//! The objects that the driver makes: each is known by its kind and number, and as long as one
//! uses another, that one cannot be destroyed.

use super::{
    bits::Bits,
    command::{Call, Outcome, Status, TypedCall},
    layout::{self, *},
    Mlx5,
};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, ops::RangeInclusive};

macro_rules! kinds {
    ($($kind:ident $name:literal $first:literal..=$last:literal;)*) => {
        /// What an object is.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub enum Kind { $(#[doc = $name] $kind,)* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            /// What people call it.
            pub fn name(self) -> &'static str {
                match self { $(Kind::$kind => $name,)* }
            }

            /// Whether its objects belong to the port, not to the driver's use of it: they stay
            /// when the driver leaves, and it relies on that when it comes back.
            fn stays(self) -> bool {
                self == Kind::VxlanPort
            }

            /// Which numbers its objects can have.
            fn numbers(self) -> (u64, u64) {
                match self { $(Kind::$kind => ($first, $last),)* }
            }
        }
    };
}

// Numbers begin with 1 where the driver does not care, so that 0 is never one by accident.
kinds! {
    Uar "uar" 16..=8191;
    Pd "pd" 1..=0xff_ffff;
    TransportDomain "transport_domain" 1..=0xff_ffff;
    Xrcd "xrcd" 1..=0xff_ffff;
    Mkey "mkey" 0x10..=0xff_ffff;
    Eq "eq" 1..=63;
    Cq "cq" 1..=0xff_ffff;
    Qp "qp" 0x40..=0xff_ffff;
    Sq "sq" 0x40..=0xff_ffff;
    Rq "rq" 0x40..=0xff_ffff;
    Rmp "rmp" 1..=0xff_ffff;
    Tir "tir" 1..=0xff_ffff;
    Tis "tis" 1..=0xff_ffff;
    Rqt "rqt" 1..=0xff_ffff;
    FlowTable "flow_table" 1..=0xff_ffff;
    FlowGroup "flow_group" 1..=0xff_ffff;
    FlowEntry "flow_entry" 0..=0xffff_ffff_ffff_ffff;
    FlowCounter "flow_counter" 0x1000..=0xffff_ffff;
    PacketReformat "packet_reformat" 1..=0xffff_ffff;
    ModifyHeader "modify_header" 1..=0xffff_ffff;
    QCounter "q_counter" 1..=254;
    SchedulingElement "scheduling_element" 1..=0xffff_ffff;
    RateLimit "rate_limit" 0..=0xffff;
    L2Entry "l2_entry" 0..=0xff_ffff;
    VxlanPort "vxlan_port" 0..=0xffff;
    Lag "lag" 1..=1;
    VportLag "vport_lag" 1..=1;
    General "general_object" 1..=0xffff_ffff;
}

/// How the commands of a kind of object are laid out.
pub struct Class {
    kind: Kind,
    /// Where the number is in the output of the command that makes one.
    made: Bits,
    /// Where it is in the inputs of all other commands.
    number: Bits,
    /// Where the object's context is: as made, and as shown.
    context: Option<(Bits, Bits)>,
    /// Where the context is in the command that changes it as a whole.
    changed: Option<Bits>,
    /// Which other objects it uses, and where their numbers are; 0 is none.
    uses: &'static [(Kind, Bits)],
}

const fn class<C, D, T: layout::Value, U: layout::Value>(
    kind: Kind,
    made: Field<C, T>,
    number: Field<D, U>,
) -> Class {
    Class {
        kind,
        made: Bits::of(made),
        number: Bits::of(number),
        context: None,
        changed: None,
        uses: &[],
    }
}

/// The context is the same structure, as made and as shown.
const fn context<C, Q, T>(made: Field<C, T>, shown: Field<Q, T>) -> Option<(Bits, Bits)> {
    Some((Bits::of(made), Bits::of(shown)))
}

const fn uses<C, T: layout::Value>(kind: Kind, number: Field<C, T>) -> (Kind, Bits) {
    (kind, Bits::of(number))
}

pub static PD: Class = class(Kind::Pd, AllocPdOut::PD, DeallocPdIn::PD);
pub static UAR: Class = class(Kind::Uar, AllocUarOut::UAR, DeallocUarIn::UAR);
pub static XRCD: Class = class(Kind::Xrcd, AllocXrcdOut::XRCD, DeallocXrcdIn::XRCD);
pub static TRANSPORT_DOMAIN: Class = class(
    Kind::TransportDomain,
    AllocTransportDomainOut::TRANSPORT_DOMAIN,
    DeallocTransportDomainIn::TRANSPORT_DOMAIN,
);
pub static Q_COUNTER: Class = class(
    Kind::QCounter,
    AllocQCounterOut::COUNTER_SET_ID,
    DeallocQCounterIn::COUNTER_SET_ID,
);

pub static MKEY: Class = Class {
    context: context(
        CreateMkeyIn::MEMORY_KEY_MKEY_ENTRY,
        QueryMkeyOut::MEMORY_KEY_MKEY_ENTRY,
    ),
    uses: &[uses(
        Kind::Pd,
        CreateMkeyIn::MEMORY_KEY_MKEY_ENTRY.then(Mkc::PD),
    )],
    ..class(
        Kind::Mkey,
        CreateMkeyOut::MKEY_INDEX,
        DestroyMkeyIn::MKEY_INDEX,
    )
};

pub static EQ: Class = Class {
    context: context(CreateEqIn::EQ_CONTEXT_ENTRY, QueryEqOut::EQ_CONTEXT_ENTRY),
    uses: &[uses(
        Kind::Uar,
        CreateEqIn::EQ_CONTEXT_ENTRY.then(Eqc::UAR_PAGE),
    )],
    ..class(Kind::Eq, CreateEqOut::EQ_NUMBER, DestroyEqIn::EQ_NUMBER)
};

pub static CQ: Class = Class {
    context: context(CreateCqIn::CQ_CONTEXT, QueryCqOut::CQ_CONTEXT),
    uses: &[
        uses(
            Kind::Eq,
            CreateCqIn::CQ_CONTEXT.then(Cqc::C_EQN_OR_APU_ELEMENT),
        ),
        uses(Kind::Uar, CreateCqIn::CQ_CONTEXT.then(Cqc::UAR_PAGE)),
    ],
    ..class(Kind::Cq, CreateCqOut::CQN, DestroyCqIn::CQN)
};

pub static QP: Class = Class {
    context: context(CreateQpIn::QPC, QueryQpOut::QPC),
    ..class(Kind::Qp, CreateQpOut::QPN, DestroyQpIn::QPN)
};

pub static SQ: Class = Class {
    context: context(CreateSqIn::CTX, QuerySqOut::SQ_CONTEXT),
    uses: &[
        uses(Kind::Cq, CreateSqIn::CTX.then(Sqc::CQN)),
        uses(Kind::Tis, CreateSqIn::CTX.then(Sqc::TIS_NUM_0)),
        uses(Kind::Pd, CreateSqIn::CTX.then(Sqc::WQ).then(Wq::PD)),
        uses(Kind::Uar, CreateSqIn::CTX.then(Sqc::WQ).then(Wq::UAR_PAGE)),
    ],
    ..class(Kind::Sq, CreateSqOut::SQN, DestroySqIn::SQN)
};

pub static RQ: Class = Class {
    context: context(CreateRqIn::CTX, QueryRqOut::RQ_CONTEXT),
    uses: &[
        uses(Kind::Cq, CreateRqIn::CTX.then(Rqc::CQN)),
        uses(Kind::Rmp, CreateRqIn::CTX.then(Rqc::RMPN)),
        uses(Kind::Pd, CreateRqIn::CTX.then(Rqc::WQ).then(Wq::PD)),
    ],
    ..class(Kind::Rq, CreateRqOut::RQN, DestroyRqIn::RQN)
};

pub static RMP: Class = Class {
    context: context(CreateRmpIn::CTX, QueryRmpOut::RMP_CONTEXT),
    ..class(Kind::Rmp, CreateRmpOut::RMPN, DestroyRmpIn::RMPN)
};

pub static TIR: Class = Class {
    context: context(CreateTirIn::CTX, QueryTirOut::TIR_CONTEXT),
    uses: &[
        uses(Kind::Rq, CreateTirIn::CTX.then(Tirc::INLINE_RQN)),
        uses(Kind::Rqt, CreateTirIn::CTX.then(Tirc::INDIRECT_TABLE)),
        uses(
            Kind::TransportDomain,
            CreateTirIn::CTX.then(Tirc::TRANSPORT_DOMAIN),
        ),
    ],
    ..class(Kind::Tir, CreateTirOut::TIRN, DestroyTirIn::TIRN)
};

pub static TIS: Class = Class {
    context: context(CreateTisIn::CTX, QueryTisOut::TIS_CONTEXT),
    uses: &[
        uses(
            Kind::TransportDomain,
            CreateTisIn::CTX.then(Tisc::TRANSPORT_DOMAIN),
        ),
        uses(Kind::Pd, CreateTisIn::CTX.then(Tisc::PD)),
    ],
    ..class(Kind::Tis, CreateTisOut::TISN, DestroyTisIn::TISN)
};

pub static RQT: Class = Class {
    context: context(CreateRqtIn::RQT_CONTEXT, QueryRqtOut::RQT_CONTEXT),
    ..class(Kind::Rqt, CreateRqtOut::RQTN, DestroyRqtIn::RQTN)
};

pub static FLOW_TABLE: Class = Class {
    context: context(
        CreateFlowTableIn::FLOW_TABLE_CONTEXT,
        QueryFlowTableOut::FLOW_TABLE_CONTEXT,
    ),
    ..class(
        Kind::FlowTable,
        CreateFlowTableOut::TABLE_ID,
        DestroyFlowTableIn::TABLE_ID,
    )
};

pub static FLOW_GROUP: Class = Class {
    uses: &[uses(Kind::FlowTable, CreateFlowGroupIn::TABLE_ID)],
    ..class(
        Kind::FlowGroup,
        CreateFlowGroupOut::GROUP_ID,
        DestroyFlowGroupIn::GROUP_ID,
    )
};

pub static FLOW_COUNTER: Class = class(
    Kind::FlowCounter,
    AllocFlowCounterOut::FLOW_COUNTER_ID,
    DeallocFlowCounterIn::FLOW_COUNTER_ID,
);
pub static PACKET_REFORMAT: Class = class(
    Kind::PacketReformat,
    AllocPacketReformatContextOut::PACKET_REFORMAT_ID,
    DeallocPacketReformatContextIn::PACKET_REFORMAT_ID,
);
pub static MODIFY_HEADER: Class = class(
    Kind::ModifyHeader,
    AllocModifyHeaderContextOut::MODIFY_HEADER_ID,
    DeallocModifyHeaderContextIn::MODIFY_HEADER_ID,
);
pub static GENERAL_OBJECT: Class = class(
    Kind::General,
    GeneralObjOutCmdHdr::OBJ_ID,
    GeneralObjInCmdHdr::OBJ_ID,
);

pub static SCHEDULING_ELEMENT: Class = Class {
    context: context(
        CreateSchedulingElementIn::SCHEDULING_CONTEXT,
        QuerySchedulingElementOut::SCHEDULING_CONTEXT,
    ),
    changed: Some(Bits::of(ModifySchedulingElementIn::SCHEDULING_CONTEXT)),
    ..class(
        Kind::SchedulingElement,
        CreateSchedulingElementOut::SCHEDULING_ELEMENT_ID,
        DestroySchedulingElementIn::SCHEDULING_ELEMENT_ID,
    )
};

// These have numbers that the driver chooses.
pub static VXLAN_PORT: Class = class(
    Kind::VxlanPort,
    AddVxlanUdpDportIn::VXLAN_UDP_PORT,
    DeleteVxlanUdpDportIn::VXLAN_UDP_PORT,
);
pub static L2_ENTRY: Class = class(
    Kind::L2Entry,
    SetL2TableEntryIn::TABLE_INDEX,
    DeleteL2TableEntryIn::TABLE_INDEX,
);

/// An object's kind and number.
pub type Key = (Kind, u64);

/// An object.
#[derive(Default)]
pub struct Object {
    /// The command that made it, as far as it is worth keeping.
    pub input: Vec<u8>,
    uses: Vec<Key>,
    users: usize,
    /// The length of the whole command, which bounds the memory that the object takes elsewhere.
    weight: usize,
}

/// All objects.
#[derive(Default)]
pub struct Objects {
    map: BTreeMap<Key, Object>,
    counts: BTreeMap<Kind, usize>,
    /// Numbers are used again only after all others, so that old ones are found out.
    last: BTreeMap<Kind, u64>,
    weight: usize,
}

/// More than a driver ever needs.
const MAX_OBJECTS: usize = 1 << 16;
const MAX_INPUT: usize = 8192;
/// All commands that made objects, together.
const MAX_WEIGHT: usize = 64 << 20;

impl Objects {
    /// How many of a kind there are.
    pub fn count(&self, kind: Kind) -> usize {
        self.counts.get(&kind).copied().unwrap_or(0)
    }

    /// How many there are of all kinds.
    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// The objects that a driver must destroy before it leaves: their kinds, and how many there
    /// are.
    pub fn left(&self) -> Vec<(Kind, usize)> {
        let kinds = Kind::ALL.iter().filter(|kind| !kind.stays());
        let counts = kinds.map(|kind| (*kind, self.count(*kind)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// The counts by the kinds' names, all of them.
    pub fn summary(&self) -> Value {
        let count = |kind: &Kind| (kind.name().into(), self.count(*kind).into());
        Value::Object(Kind::ALL.iter().map(count).collect::<Map<_, _>>())
    }

    /// Which there are.
    #[cfg(test)]
    pub fn keys(&self) -> Vec<Key> {
        self.map.keys().copied().collect()
    }

    pub fn get(&self, key: Key) -> Option<&Object> {
        self.map.get(&key)
    }

    pub fn get_mut(&mut self, key: Key) -> Option<&mut Object> {
        self.map.get_mut(&key)
    }

    /// A number that no object of a kind has, with `count - 1` after it that are free, too.
    pub fn free_number(&mut self, kind: Kind, count: u64) -> Result<u64, Status> {
        let (first, last) = kind.numbers();
        let start = self.last.get(&kind).map_or(first, |last| last + 1);
        let next = self.first_gap(kind, start, last, count);
        let number = next.or_else(|| self.first_gap(kind, first, last, count));
        let number = number.ok_or(Status::NoResources)?;
        self.last.insert(kind, number + count - 1);
        Ok(number)
    }

    fn first_gap(&self, kind: Kind, start: u64, last: u64, count: u64) -> Option<u64> {
        let mut number = start;
        loop {
            let end = number.checked_add(count - 1).filter(|end| *end <= last)?;
            match self.map.range((kind, number)..=(kind, end)).next_back() {
                None => return Some(number),
                Some(((_, taken), _)) => number = taken + 1,
            }
        }
    }

    /// Adds an object. The ones that it uses must be there.
    pub fn add(&mut self, key: Key, input: &[u8], uses: Vec<Key>) -> Outcome {
        let weight = input.len();
        if self.map.len() >= MAX_OBJECTS || self.weight + weight > MAX_WEIGHT {
            return Err(Status::Limit);
        }
        if self.map.contains_key(&key) {
            return Err(Status::BadResource);
        }
        if uses.iter().any(|used| !self.map.contains_key(used)) {
            return Err(Status::BadResource);
        }
        for used in &uses {
            if let Some(object) = self.map.get_mut(used) {
                object.users += 1;
            }
        }
        let input = input[..input.len().min(MAX_INPUT)].to_vec();
        let object = Object {
            input,
            uses,
            users: 0,
            weight,
        };
        self.map.insert(key, object);
        self.weight += weight;
        *self.counts.entry(key.0).or_default() += 1;
        Ok(())
    }

    /// Gives an object another input; what it uses stays.
    pub fn replace(&mut self, key: Key, input: &[u8]) -> Outcome {
        let object = self.map.get_mut(&key).ok_or(Status::BadResource)?;
        let others = self.weight - object.weight;
        if others + input.len() > MAX_WEIGHT {
            return Err(Status::Limit);
        }
        object.input = input[..input.len().min(MAX_INPUT)].to_vec();
        object.weight = input.len();
        self.weight = others + input.len();
        Ok(())
    }

    /// The objects of a kind with numbers in a range, in order.
    pub fn range(&self, kind: Kind, numbers: RangeInclusive<u64>) -> impl Iterator<Item = &Object> {
        let (first, last) = numbers.into_inner();
        let range = self.map.range((kind, first)..=(kind, last));
        range.map(|(_, object)| object)
    }

    /// Removes an object that none uses.
    pub fn remove(&mut self, key: Key) -> Outcome {
        match self.map.get(&key) {
            None => return Err(Status::BadResource),
            Some(object) if object.users > 0 => return Err(Status::BadResourceState),
            Some(_) => {}
        }
        let object = self.map.remove(&key).unwrap_or_default();
        self.weight -= object.weight;
        for used in object.uses {
            if let Some(object) = self.map.get_mut(&used) {
                object.users -= 1;
            }
        }
        if let Some(count) = self.counts.get_mut(&key.0) {
            *count -= 1;
        }
        Ok(())
    }

    /// Forgets all of them but those that stay.
    pub fn clear(&mut self) {
        self.map.retain(|(kind, _), _| kind.stays());
        self.counts.retain(|kind, _| kind.stays());
        self.weight = self.map.values().map(|object| object.weight).sum();
    }

    /// Forgets all of them.
    pub fn clear_all(&mut self) {
        self.map.clear();
        self.counts.clear();
        self.weight = 0;
    }
}

impl Mlx5 {
    /// Makes an object, writes its number to the output, and returns it.
    pub(super) fn create_object(
        &mut self,
        class: &Class,
        call: &mut Call<'_>,
    ) -> Result<u64, Status> {
        let number = self.objects.free_number(class.kind, 1)?;
        let uses = class.uses.iter().filter_map(|(kind, field)| {
            let number = field.get(&call.input);
            (number != 0).then_some((*kind, number))
        });
        let uses = uses.collect();
        self.objects.add((class.kind, number), &call.input, uses)?;
        class.made.set(&mut call.output, number);
        self.balance_pages(call.host);
        Ok(number)
    }

    /// Destroys the object that the input names, and returns its number.
    pub(super) fn destroy_object(
        &mut self,
        class: &Class,
        call: &mut Call<'_>,
    ) -> Result<u64, Status> {
        let number = class.number.get(&call.input);
        self.objects.remove((class.kind, number))?;
        self.balance_pages(call.host);
        Ok(number)
    }

    /// Changes an object: its context as a whole, if that is how its kind is changed.
    pub(super) fn modify_object(&mut self, class: &Class, call: &mut Call<'_>) -> Outcome {
        let key = (class.kind, class.number.get(&call.input));
        let object = self.objects.get_mut(key).ok_or(Status::BadResource)?;
        if let (Some(changed), Some((made, _))) = (class.changed, class.context) {
            changed.copy(&call.input, made, &mut object.input);
        }
        Ok(())
    }

    /// Shows an object's context.
    pub(super) fn query_object(&mut self, class: &Class, call: &mut Call<'_>) -> Outcome {
        let key = (class.kind, class.number.get(&call.input));
        let object = self.objects.get(key).ok_or(Status::BadResource)?;
        if let Some((made, shown)) = class.context {
            made.copy(&object.input, shown, &mut call.output);
        }
        Ok(())
    }
}

/// An entry of the rate limit table is there or not, depending on whether it limits anything.
pub fn set_rate_limit(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, SetPpRateLimitIn, MboxOut>,
) -> Outcome {
    let number = call.get(SetPpRateLimitIn::RATE_LIMIT_INDEX);
    let key = (Kind::RateLimit, number.into());
    let context = call.input().bytes(SetPpRateLimitIn::CTX);
    let limits = context.iter().any(|byte| *byte != 0);
    match (limits, model.objects.get(key).is_some()) {
        (true, false) => model.objects.add(key, &call.input, Vec::new()),
        (false, true) => model.objects.remove(key),
        _ => Ok(()),
    }
}

/// A UDP port for VXLAN.
pub fn add_vxlan_port(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, AddVxlanUdpDportIn, MboxOut>,
) -> Outcome {
    let number = call.get(AddVxlanUdpDportIn::VXLAN_UDP_PORT);
    let key = (Kind::VxlanPort, number.into());
    model.objects.add(key, &call.input, Vec::new())
}

/// An entry of the table of MAC addresses; setting it again replaces it.
pub fn set_l2_entry(
    model: &mut Mlx5,
    call: &mut TypedCall<'_, '_, SetL2TableEntryIn, MboxOut>,
) -> Outcome {
    let key = (
        Kind::L2Entry,
        call.get(SetL2TableEntryIn::TABLE_INDEX).into(),
    );
    if model.objects.get(key).is_some() {
        model.objects.remove(key)?;
    }
    model.objects.add(key, &call.input, Vec::new())
}
