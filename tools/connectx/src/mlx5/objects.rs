// SPDX-License-Identifier: GPL-2.0

//! The objects that the driver makes: each is known by its kind and number, and as long as one
//! uses another, that one cannot be destroyed.

use super::{
    command::{Call, Outcome, Status},
    layout::Field,
    tables::*,
    Mlx5,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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
    Mkey "mkey" 1..=0xff_ffff;
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
    made: Field,
    /// Where it is in the inputs of all other commands.
    number: Field,
    /// Where the object's context is: as made, and as shown.
    context: Option<(Field, Field)>,
    /// Where the context is in the command that changes it as a whole.
    changed: Option<Field>,
    /// Which other objects it uses, and where their numbers are; 0 is none.
    uses: &'static [(Kind, Field)],
}

const NUMBER: Field = alloc_pd_out::PD;
const NUMBER_32: Field = alloc_flow_counter_out::FLOW_COUNTER_ID;

const fn class(kind: Kind, made: Field, number: Field) -> Class {
    Class {
        kind,
        made,
        number,
        context: None,
        changed: None,
        uses: &[],
    }
}

const fn simple(kind: Kind) -> Class {
    class(kind, NUMBER, NUMBER)
}

pub static PD: Class = class(Kind::Pd, alloc_pd_out::PD, dealloc_pd_in::PD);
pub static UAR: Class = class(Kind::Uar, alloc_uar_out::UAR, dealloc_uar_in::UAR);
pub static XRCD: Class = simple(Kind::Xrcd);
pub static TRANSPORT_DOMAIN: Class = simple(Kind::TransportDomain);
pub static Q_COUNTER: Class = class(
    Kind::QCounter,
    alloc_q_counter_out::COUNTER_SET_ID,
    dealloc_q_counter_in::COUNTER_SET_ID,
);

pub static MKEY: Class = Class {
    context: Some((
        create_mkey_in::MEMORY_KEY_MKEY_ENTRY,
        query_mkey_out::MEMORY_KEY_MKEY_ENTRY,
    )),
    uses: &[(
        Kind::Pd,
        mkc::PD.within(create_mkey_in::MEMORY_KEY_MKEY_ENTRY),
    )],
    ..class(
        Kind::Mkey,
        create_mkey_out::MKEY_INDEX,
        destroy_mkey_in::MKEY_INDEX,
    )
};

pub static EQ: Class = Class {
    context: Some((
        create_eq_in::EQ_CONTEXT_ENTRY,
        query_eq_out::EQ_CONTEXT_ENTRY,
    )),
    uses: &[(
        Kind::Uar,
        eqc::UAR_PAGE.within(create_eq_in::EQ_CONTEXT_ENTRY),
    )],
    ..class(Kind::Eq, create_eq_out::EQ_NUMBER, destroy_eq_in::EQ_NUMBER)
};

pub static CQ: Class = Class {
    context: Some((create_cq_in::CQ_CONTEXT, query_cq_out::CQ_CONTEXT)),
    uses: &[
        (
            Kind::Eq,
            cqc::C_EQN_OR_APU_ELEMENT.within(create_cq_in::CQ_CONTEXT),
        ),
        (Kind::Uar, cqc::UAR_PAGE.within(create_cq_in::CQ_CONTEXT)),
    ],
    ..class(Kind::Cq, create_cq_out::CQN, destroy_cq_in::CQN)
};

pub static QP: Class = Class {
    context: Some((create_qp_in::QPC, query_qp_out::QPC)),
    ..simple(Kind::Qp)
};

pub static SQ: Class = Class {
    context: Some((create_sq_in::CTX, query_sq_out::SQ_CONTEXT)),
    uses: &[
        (Kind::Cq, sqc::CQN.within(create_sq_in::CTX)),
        (Kind::Tis, sqc::TIS_NUM_0.within(create_sq_in::CTX)),
        (Kind::Pd, wq::PD.within(sqc::WQ).within(create_sq_in::CTX)),
        (
            Kind::Uar,
            wq::UAR_PAGE.within(sqc::WQ).within(create_sq_in::CTX),
        ),
    ],
    ..class(Kind::Sq, create_sq_out::SQN, destroy_sq_in::SQN)
};

pub static RQ: Class = Class {
    context: Some((create_rq_in::CTX, query_rq_out::RQ_CONTEXT)),
    uses: &[
        (Kind::Cq, rqc::CQN.within(create_rq_in::CTX)),
        (Kind::Rmp, rqc::RMPN.within(create_rq_in::CTX)),
        (Kind::Pd, wq::PD.within(rqc::WQ).within(create_rq_in::CTX)),
    ],
    ..class(Kind::Rq, create_rq_out::RQN, destroy_rq_in::RQN)
};

pub static RMP: Class = Class {
    context: Some((create_rmp_in::CTX, query_rmp_out::RMP_CONTEXT)),
    ..class(Kind::Rmp, create_rmp_out::RMPN, destroy_rmp_in::RMPN)
};

pub static TIR: Class = Class {
    context: Some((create_tir_in::CTX, query_tir_out::TIR_CONTEXT)),
    uses: &[
        (Kind::Rq, tirc::INLINE_RQN.within(create_tir_in::CTX)),
        (Kind::Rqt, tirc::INDIRECT_TABLE.within(create_tir_in::CTX)),
        (
            Kind::TransportDomain,
            tirc::TRANSPORT_DOMAIN.within(create_tir_in::CTX),
        ),
    ],
    ..class(Kind::Tir, create_tir_out::TIRN, destroy_tir_in::TIRN)
};

pub static TIS: Class = Class {
    context: Some((create_tis_in::CTX, query_tis_out::TIS_CONTEXT)),
    uses: &[
        (
            Kind::TransportDomain,
            tisc::TRANSPORT_DOMAIN.within(create_tis_in::CTX),
        ),
        (Kind::Pd, tisc::PD.within(create_tis_in::CTX)),
    ],
    ..class(Kind::Tis, create_tis_out::TISN, destroy_tis_in::TISN)
};

pub static RQT: Class = Class {
    context: Some((create_rqt_in::RQT_CONTEXT, query_rqt_out::RQT_CONTEXT)),
    changed: Some(modify_rqt_in::CTX),
    ..class(Kind::Rqt, create_rqt_out::RQTN, destroy_rqt_in::RQTN)
};

pub static FLOW_TABLE: Class = Class {
    context: Some((
        create_flow_table_in::FLOW_TABLE_CONTEXT,
        query_flow_table_out::FLOW_TABLE_CONTEXT,
    )),
    ..class(
        Kind::FlowTable,
        create_flow_table_out::TABLE_ID,
        destroy_flow_table_in::TABLE_ID,
    )
};

pub static FLOW_GROUP: Class = Class {
    uses: &[(Kind::FlowTable, create_flow_group_in::TABLE_ID)],
    ..class(
        Kind::FlowGroup,
        create_flow_group_out::GROUP_ID,
        destroy_flow_group_in::GROUP_ID,
    )
};

pub static FLOW_COUNTER: Class = class(
    Kind::FlowCounter,
    NUMBER_32,
    dealloc_flow_counter_in::FLOW_COUNTER_ID,
);
pub static PACKET_REFORMAT: Class = class(Kind::PacketReformat, NUMBER_32, NUMBER_32);
pub static MODIFY_HEADER: Class = class(Kind::ModifyHeader, NUMBER_32, NUMBER_32);
pub static GENERAL_OBJECT: Class = class(
    Kind::General,
    general_obj_out_cmd_hdr::OBJ_ID,
    general_obj_in_cmd_hdr::OBJ_ID,
);

pub static SCHEDULING_ELEMENT: Class = Class {
    context: Some((
        create_scheduling_element_in::SCHEDULING_CONTEXT,
        query_scheduling_element_out::SCHEDULING_CONTEXT,
    )),
    changed: Some(modify_scheduling_element_in::SCHEDULING_CONTEXT),
    ..class(
        Kind::SchedulingElement,
        create_scheduling_element_out::SCHEDULING_ELEMENT_ID,
        destroy_scheduling_element_in::SCHEDULING_ELEMENT_ID,
    )
};

// These have numbers that the driver chooses.
pub static VXLAN_PORT: Class = class(
    Kind::VxlanPort,
    add_vxlan_udp_dport_in::VXLAN_UDP_PORT,
    delete_vxlan_udp_dport_in::VXLAN_UDP_PORT,
);
pub static L2_ENTRY: Class = class(
    Kind::L2Entry,
    set_l2_table_entry_in::TABLE_INDEX,
    delete_l2_table_entry_in::TABLE_INDEX,
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
const MAX_INPUT: usize = 2048;
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
pub fn set_rate_limit(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let key = (
        Kind::RateLimit,
        set_pp_rate_limit_in::RATE_LIMIT_INDEX.get(&call.input),
    );
    let context = call.input.get(set_pp_rate_limit_in::BYTES - 48..);
    let limits = context.unwrap_or_default().iter().any(|byte| *byte != 0);
    match (limits, model.objects.get(key).is_some()) {
        (true, false) => model.objects.add(key, &call.input, Vec::new()),
        (false, true) => model.objects.remove(key),
        _ => Ok(()),
    }
}

/// A UDP port for VXLAN.
pub fn add_vxlan_port(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let key = (
        Kind::VxlanPort,
        add_vxlan_udp_dport_in::VXLAN_UDP_PORT.get(&call.input),
    );
    model.objects.add(key, &call.input, Vec::new())
}

/// An entry of the table of MAC addresses; setting it again replaces it.
pub fn set_l2_entry(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let key = (
        Kind::L2Entry,
        set_l2_table_entry_in::TABLE_INDEX.get(&call.input),
    );
    if model.objects.get(key).is_some() {
        model.objects.remove(key)?;
    }
    model.objects.add(key, &call.input, Vec::new())
}

/// Nothing is received, so nothing is ever counted.
pub fn query_q_counter(model: &mut Mlx5, call: &mut Call<'_>) -> Outcome {
    let number = query_q_counter_in::COUNTER_SET_ID.get(&call.input);
    let counter = model.objects.get((Kind::QCounter, number));
    counter.map(drop).ok_or(Status::BadResource)
}
