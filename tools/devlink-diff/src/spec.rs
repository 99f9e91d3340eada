// SPDX-License-Identifier: GPL-2.0

//! What `devlink.yaml` says: operations, attributes, nests, enums and checks. Names that only
//! `include/uapi/linux/devlink.h` knows are added from there.

use crate::uapi::Header;

use anyhow::{bail, Context, Result};
use serde::Deserialize;
use std::{collections::BTreeMap, path::Path};

/// The root number space, which subsets refer to.
pub const ROOT: &str = "devlink";

/// What a payload looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    U8,
    U16,
    U32,
    U64,
    /// Four or eight bytes.
    Uint,
    String,
    Flag,
    Binary,
    Bitfield32,
    Nest,
    /// Depends on another attribute.
    Dynamic,
    Pad,
}

impl Kind {
    fn parse(name: &str) -> Result<Self> {
        Ok(match name {
            "u8" => Self::U8,
            "u16" => Self::U16,
            "u32" => Self::U32,
            "u64" => Self::U64,
            "uint" => Self::Uint,
            "string" => Self::String,
            "flag" => Self::Flag,
            "binary" => Self::Binary,
            "bitfield32" => Self::Bitfield32,
            "nest" | "nested" => Self::Nest,
            "pad" => Self::Pad,
            _ => bail!("there is no attribute type `{name}`"),
        })
    }

    /// The number of bytes, if that is fixed.
    pub fn len(self) -> Option<usize> {
        match self {
            Self::U8 => Some(1),
            Self::U16 => Some(2),
            Self::U32 | Self::Uint => Some(4),
            Self::U64 | Self::Bitfield32 => Some(8),
            Self::Flag => Some(0),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Attr {
    pub name: String,
    pub number: u16,
    pub kind: Kind,
    /// The attribute set inside a nest.
    pub nested: Option<String>,
    /// The values of its enum, or the bits that it knows.
    pub values: Vec<u64>,
    pub min: Option<u64>,
    pub max: Option<u64>,
}

#[derive(Debug)]
pub struct AttrSet {
    /// The set that gives the numbers: itself, unless it is a subset.
    pub space: String,
    pub attrs: Vec<Attr>,
}

impl AttrSet {
    pub fn by_name(&self, name: &str) -> Option<&Attr> {
        self.attrs.iter().find(|attr| attr.name == name)
    }

    pub fn by_number(&self, number: u16) -> Option<&Attr> {
        self.attrs.iter().find(|attr| attr.number == number)
    }
}

/// One mode of an operation.
#[derive(Debug)]
pub struct Mode {
    /// Names of the attributes of a request.
    pub request: Vec<String>,
}

#[derive(Debug)]
pub struct Op {
    pub name: String,
    pub command: u8,
    pub do_: Option<Mode>,
    pub dump: Option<Mode>,
}

pub struct Spec {
    pub sets: BTreeMap<String, AttrSet>,
    pub ops: Vec<Op>,
    /// Names of commands, of those too that only the core sends.
    pub commands: BTreeMap<u8, String>,
}

impl Spec {
    /// Read the specification of a kernel tree.
    pub fn load(tree: &Path) -> Result<Self> {
        let read = |name: &str| {
            let path = tree.join(name);
            std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))
        };
        Self::parse(
            &read("Documentation/netlink/specs/devlink.yaml")?,
            &read("include/uapi/linux/devlink.h")?,
        )
    }

    pub fn parse(yaml: &str, header: &str) -> Result<Self> {
        let file: File = serde_saphyr::from_str(yaml).context("devlink.yaml is not what it was")?;
        let header = Header::parse(header);
        let definitions = Definitions::new(&file.definitions);
        let mut sets = BTreeMap::new();
        for declared in &file.attribute_sets {
            let set = match &declared.subset_of {
                None => number_set(declared, &definitions)?,
                Some(space) => subset(declared, sets.get(space), space)?,
            };
            sets.insert(declared.name.clone(), set);
        }
        let root = sets
            .get_mut(ROOT)
            .context("there is no attribute set `devlink`")?;
        for (name, number, comment) in &header.attrs {
            match root.by_number(*number) {
                Some(attr) if attr.name == *name => {}
                Some(attr) => bail!(
                    "attribute {number} is `{}` in the spec, `{name}` in C",
                    attr.name
                ),
                None => {
                    let kind = Kind::parse(comment).unwrap_or(Kind::Dynamic);
                    root.attrs.push(Attr::plain(name, *number, kind));
                }
            }
        }
        let ops = operations(&file.operations.list)?;
        for op in &ops {
            match header.commands.get(&op.command) {
                Some(name) if *name != op.name => {
                    bail!(
                        "command {} is `{}` in the spec, `{name}` in C",
                        op.command,
                        op.name
                    )
                }
                _ => {}
            }
        }
        Ok(Self {
            sets,
            ops,
            commands: header.commands,
        })
    }

    pub fn root(&self) -> &AttrSet {
        &self.sets[ROOT]
    }

    /// The root attribute of that name; the program names only those that exist.
    pub fn attr(&self, name: &str) -> &Attr {
        self.root()
            .by_name(name)
            .unwrap_or_else(|| panic!("the specification has no attribute `{name}`"))
    }

    pub fn op(&self, name: &str) -> &Op {
        self.ops
            .iter()
            .find(|op| op.name == name)
            .unwrap_or_else(|| panic!("the specification has no operation `{name}`"))
    }

    pub fn command_name(&self, command: u8) -> String {
        self.commands
            .get(&command)
            .cloned()
            .unwrap_or_else(|| format!("command-{command}"))
    }

    /// The set of what is inside `attr` of `set`.
    pub fn inside<'a>(&'a self, attr: &Attr, set: &'a AttrSet) -> Option<&'a AttrSet> {
        match &attr.nested {
            // A subset only says what is expected, decoding takes the whole space.
            Some(name) => self.sets.get(name).map(|inner| &self.sets[&inner.space]),
            None => (attr.kind == Kind::Nest).then_some(set),
        }
    }
}

impl Attr {
    fn plain(name: &str, number: u16, kind: Kind) -> Self {
        Self {
            name: name.into(),
            number,
            kind,
            nested: None,
            values: Vec::new(),
            min: None,
            max: None,
        }
    }
}

/// Numbers count on from the one before, as ynl does; the first is 1.
fn number_set(declared: &SetDecl, definitions: &Definitions) -> Result<AttrSet> {
    let mut attrs = Vec::new();
    let mut next = 1;
    for attr in &declared.attributes {
        let number = attr.value.unwrap_or(next);
        next = number + 1;
        let kind = attr
            .kind
            .as_deref()
            .context("an attribute without a type")?;
        let mut new = Attr::plain(&attr.name, number, Kind::parse(kind)?);
        new.nested = attr.nested_attributes.clone();
        if let Some(name) = &attr.enum_ {
            new.values = definitions.values(name, attr.enum_as_flags)?;
        }
        if let Some(checks) = &attr.checks {
            new.min = checks
                .min
                .as_ref()
                .map(|limit| definitions.limit(limit))
                .transpose()?;
            new.max = checks
                .max
                .as_ref()
                .map(|limit| definitions.limit(limit))
                .transpose()?;
        }
        attrs.push(new);
    }
    Ok(AttrSet {
        space: declared.name.clone(),
        attrs,
    })
}

fn subset(declared: &SetDecl, space: Option<&AttrSet>, name: &str) -> Result<AttrSet> {
    let space = space.with_context(|| format!("there is no attribute set `{name}`"))?;
    let attrs = declared
        .attributes
        .iter()
        .map(|attr| {
            space
                .by_name(&attr.name)
                .cloned()
                .context("a subset of something else")
        })
        .collect::<Result<_>>()?;
    Ok(AttrSet {
        space: name.into(),
        attrs,
    })
}

/// Requests and replies are numbered apart ("directional"), as ynl does.
fn operations(list: &[OpDecl]) -> Result<Vec<Op>> {
    let mut next = 1;
    let mut ops = Vec::new();
    for op in list {
        let first = op
            .do_
            .as_ref()
            .or(op.dump.as_ref())
            .context("an operation without a mode")?;
        let command = first
            .request
            .as_ref()
            .and_then(|request| request.value)
            .unwrap_or(next);
        next = command + 1;
        let mode = |mode: &Option<ModeDecl>| {
            mode.as_ref().map(|mode| Mode {
                request: mode
                    .request
                    .as_ref()
                    .map(|r| r.attributes.clone())
                    .unwrap_or_default(),
            })
        };
        ops.push(Op {
            name: op.name.clone(),
            command,
            do_: mode(&op.do_),
            dump: mode(&op.dump),
        });
    }
    Ok(ops)
}

struct Definitions<'a>(BTreeMap<&'a str, &'a Definition>);

impl<'a> Definitions<'a> {
    fn new(list: &'a [Definition]) -> Self {
        Self(
            list.iter()
                .map(|definition| (definition.name.as_str(), definition))
                .collect(),
        )
    }

    fn values(&self, name: &str, as_flags: bool) -> Result<Vec<u64>> {
        let definition = self
            .0
            .get(name)
            .with_context(|| format!("there is no enum `{name}`"))?;
        let mut next = 0;
        let mut values = Vec::new();
        for entry in &definition.entries {
            let value = entry.value.unwrap_or(next);
            next = value + 1;
            values.push(if as_flags { 1 << value } else { value });
        }
        Ok(values)
    }

    fn limit(&self, limit: &Limit) -> Result<u64> {
        match limit {
            Limit::Number(number) => Ok(*number),
            Limit::Name(name) => match name.as_str() {
                "u32-max" => Ok(u32::MAX.into()),
                _ => self
                    .0
                    .get(name.as_str())
                    .and_then(|definition| definition.value)
                    .with_context(|| format!("there is no limit `{name}`")),
            },
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    definitions: Vec<Definition>,
    attribute_sets: Vec<SetDecl>,
    operations: Operations,
}

#[derive(Deserialize)]
struct Definition {
    name: String,
    #[serde(default)]
    entries: Vec<Entry>,
    value: Option<u64>,
}

#[derive(Deserialize)]
struct Entry {
    value: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct SetDecl {
    name: String,
    subset_of: Option<String>,
    attributes: Vec<AttrDecl>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct AttrDecl {
    name: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    value: Option<u16>,
    #[serde(rename = "enum")]
    enum_: Option<String>,
    #[serde(default)]
    enum_as_flags: bool,
    nested_attributes: Option<String>,
    checks: Option<Checks>,
}

#[derive(Deserialize)]
struct Checks {
    min: Option<Limit>,
    max: Option<Limit>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Limit {
    Number(u64),
    Name(String),
}

#[derive(Deserialize)]
struct Operations {
    list: Vec<OpDecl>,
}

#[derive(Deserialize)]
struct OpDecl {
    name: String,
    #[serde(rename = "do")]
    do_: Option<ModeDecl>,
    dump: Option<ModeDecl>,
}

#[derive(Deserialize)]
struct ModeDecl {
    request: Option<MessageDecl>,
}

#[derive(Deserialize)]
struct MessageDecl {
    value: Option<u8>,
    #[serde(default)]
    attributes: Vec<String>,
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const YAML: &str = "
definitions:
  - {type: enum, name: colour, entries: [{name: red, value: 1}, {name: blue}]}
  - {type: const, name: top, value: 7}
attribute-sets:
  - name: devlink
    attributes:
      - {name: bus-name, type: string, value: 1}
      - {name: dev-name, type: string}
      - {name: index, type: uint, checks: {max: u32-max}}
      - {name: level, type: u8, value: 9, checks: {max: top}}
      - {name: hue, type: u8, enum: colour}
      - {name: hues, type: bitfield32, enum: colour, enum-as-flags: true}
      - {name: inner, type: nest, nested-attributes: dl-inner}
      - {name: part, type: nest, nested-attributes: dl-part}
      - {name: parameter, type: u32}
      - {name: port-index, type: u32}
  - {name: dl-inner, attributes: [{name: zero, type: u64, value: 0}, {name: one, type: u64}]}
  - {name: dl-part, subset-of: devlink, attributes: [{name: hue}]}
operations:
  list:
    - name: get
      do: {request: {value: 1, attributes: &id [bus-name, dev-name, index]}, reply: {value: 3}}
      dump: {reply: {value: 3}}
    - name: hue-get
      do: {request: {value: 5, attributes: [bus-name, dev-name, index, hue, port-index]}}
      dump: {request: {attributes: *id}}
    - name: hue-set
      do: {request: {attributes: [bus-name, dev-name, index, hue, hues, level, inner, part]}}
    - name: hue-read
      dump: {request: {attributes: *id}}
";
    const HEADER: &str = "
enum devlink_command {
	DEVLINK_CMD_UNSPEC,
	DEVLINK_CMD_GET,	/* can dump */
	DEVLINK_CMD_SET,
	DEVLINK_CMD_NEW,
	DEVLINK_CMD_DEL,
	__DEVLINK_CMD_MAX,
};
enum devlink_attr {
	DEVLINK_ATTR_UNSPEC,
	/* a handle */
	DEVLINK_ATTR_BUS_NAME,	/* string */
	DEVLINK_ATTR_DEV_NAME,	/* string */
	DEVLINK_ATTR_INDEX,	/* uint */
	DEVLINK_ATTR_EXTRA,	/* u16 */
	DEVLINK_ATTR_DATA,	/* dynamic */
	__DEVLINK_ATTR_MAX,
};
";

    /// A small family for tests.
    pub fn small() -> Spec {
        Spec::parse(YAML, HEADER).unwrap()
    }

    #[test]
    fn numbers_count_on_from_the_last_given() {
        let spec = small();
        assert_eq!(spec.attr("dev-name").number, 2);
        assert_eq!(spec.attr("hue").number, 10);
        assert_eq!(spec.sets["dl-inner"].by_name("one").unwrap().number, 1);
        assert_eq!(spec.sets["dl-part"].by_name("hue").unwrap().number, 10);
    }

    #[test]
    fn enums_flags_and_limits_are_known() {
        let spec = small();
        assert_eq!(spec.attr("hue").values, [1, 2]);
        assert_eq!(spec.attr("hues").values, [2, 4]);
        assert_eq!(spec.attr("level").max, Some(7));
        assert_eq!(spec.attr("index").max, Some(u32::MAX.into()));
    }

    #[test]
    fn what_only_the_header_knows_is_added() {
        let spec = small();
        assert_eq!(
            (spec.attr("extra").number, spec.attr("extra").kind),
            (4, Kind::U16)
        );
        assert_eq!(spec.attr("data").kind, Kind::Dynamic);
        assert_eq!(spec.command_name(3), "new");
    }

    #[test]
    fn a_specification_that_does_not_agree_with_the_header_is_refused() {
        let other = HEADER.replace("DEVLINK_CMD_GET", "DEVLINK_CMD_OTHER");
        assert!(Spec::parse(YAML, &other).is_err());
        let other = HEADER.replace("DEVLINK_ATTR_INDEX", "DEVLINK_ATTR_OTHER");
        assert!(Spec::parse(YAML, &other).is_err());
    }

    #[test]
    fn operations_are_numbered_and_have_their_modes() {
        let spec = small();
        let numbers: Vec<_> = spec.ops.iter().map(|op| op.command).collect();
        assert_eq!(numbers, [1, 5, 6, 7]);
        assert!(spec.op("hue-read").do_.is_none());
        assert_eq!(
            spec.op("hue-get").dump.as_ref().unwrap().request,
            ["bus-name", "dev-name", "index"]
        );
        assert!(spec.op("get").dump.as_ref().unwrap().request.is_empty());
    }
}
