// SPDX-License-Identifier: GPL-2.0

//! Compares the structures of `tables` with the kernel's header, if there is a kernel tree.

use super::tables::LAYOUTS;
use std::{collections::HashMap, fs, iter::Peekable, path::Path, vec::IntoIter};

/// Structures that the header has not, or whose size there includes what may follow.
const OURS: &[&str] = &["mbox_in", "mbox_out", "mrsi_reg"];

/// A member: its name, its bits, and the members within.
struct Member {
    name: String,
    width: usize,
    within: Vec<Member>,
    union: bool,
}

type Tokens = Peekable<IntoIter<String>>;

fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else if rest.starts_with('#') {
            rest.find('\n').unwrap_or(rest.len())
        } else if first.is_alphanumeric() || first == '_' {
            let word = |c: char| !(c.is_alphanumeric() || c == '_');
            let length = rest.find(word).unwrap_or(rest.len());
            tokens.push(rest[..length].to_string());
            length
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The product of the lengths in brackets; 0 if one is not given, or by a name.
fn lengths(tokens: &mut Tokens) -> Option<usize> {
    let mut product = None;
    while tokens.next_if_eq("[").is_some() {
        let mut length = 0;
        while let Some(token) = tokens.next().filter(|token| token != "]") {
            length = match token.strip_prefix("0x") {
                Some(digits) => usize::from_str_radix(digits, 16).unwrap_or(0),
                None => token.parse().unwrap_or(0),
            };
        }
        product = Some(product.unwrap_or(1) * length);
    }
    product
}

fn total(members: &[Member], union: bool) -> usize {
    let widths = members.iter().map(|member| member.width);
    if union {
        widths.max().unwrap_or(0)
    } else {
        widths.sum()
    }
}

/// Parses members up to the closing brace.
fn members(tokens: &mut Tokens, known: &HashMap<String, Vec<String>>) -> Vec<Member> {
    let mut list = Vec::new();
    while let Some(token) = tokens.next().filter(|token| token != "}") {
        let union = token == "union";
        let mut within = Vec::new();
        let mut width = 1;
        if token == "DECLARE_FLEX_ARRAY" {
            while tokens.next().is_some_and(|token| token != ";") {}
            continue;
        }
        if token == "struct" || union {
            let union = if tokens.next_if_eq("{").is_some() {
                within = members(tokens, known);
                union
            } else {
                let kind = tokens.next().unwrap_or_default();
                let body = known.get(&kind).cloned().unwrap_or_default();
                let mut body = body.into_iter().peekable();
                within = members(&mut body, known);
                union
            };
            width = total(&within, union);
        }
        let name = tokens.next_if(|token| token != ";").unwrap_or_default();
        width *= lengths(tokens).unwrap_or(1);
        tokens.next_if_eq(";");
        list.push(Member {
            name,
            width,
            within,
            union,
        });
    }
    list
}

fn flatten(
    members: &[Member],
    union: bool,
    start: usize,
    prefix: &str,
    flat: &mut HashMap<String, (usize, usize)>,
) {
    let mut offset = start;
    for member in members {
        let name = format!("{prefix}{}", member.name);
        flat.insert(name.to_uppercase(), (offset, member.width));
        let prefix = match member.name.as_str() {
            "" => prefix.to_string(),
            _ => format!("{name}__"),
        };
        flatten(&member.within, member.union, offset, &prefix, flat);
        if !union {
            offset += member.width;
        }
    }
}

#[test]
fn structures_are_those_of_the_kernel() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../build/tree/include/linux/mlx5");
    let read = |name| {
        fs::read_to_string(folder.join(name))
            .expect("a kernel tree in build/: say `make kernel` first")
    };
    let driver = "../../../drivers/net/ethernet/mellanox/mlx5/core/sf/mlx5_ifc_vhca_event.h";
    let source = read("mlx5_ifc.h") + &read("mlx5_ifc_fpga.h") + &read(driver);
    // The bodies of all structures, as tokens.
    let all = tokens(&source);
    let mut known = HashMap::new();
    for (index, pair) in all.windows(2).enumerate() {
        let kind = &pair[0];
        let is_body = all.get(index + 2).is_some_and(|token| token == "{");
        if (kind == "struct" || kind == "union") && is_body {
            let mut depth = 0;
            let body = all[index + 3..].iter().take_while(|token| {
                depth += i32::from(*token == "{") - i32::from(*token == "}");
                depth >= 0
            });
            let mut body: Vec<String> = body.cloned().collect();
            body.push("}".into());
            known.insert(pair[1].clone(), body);
        }
    }
    let mut wrong = Vec::new();
    for (name, bits, fields) in LAYOUTS.iter().filter(|layout| !OURS.contains(&layout.0)) {
        let Some(body) = known.get(&format!("mlx5_ifc_{name}_bits")) else {
            wrong.push(format!("{name} is not there"));
            continue;
        };
        let list = members(&mut body.clone().into_iter().peekable(), &known);
        let mut flat = HashMap::new();
        flatten(&list, false, 0, "", &mut flat);
        if total(&list, false) != *bits {
            wrong.push(format!("{name} has {:#x} bits", total(&list, false)));
        }
        for (field, ours) in *fields {
            match flat.get(*field) {
                Some((offset, width)) if (*offset, *width) == (ours.offset, ours.width) => {}
                // As many as there are; ours is one of them.
                Some((offset, 0)) if *offset == ours.offset => {}
                theirs => wrong.push(format!("{name}.{field}: {theirs:?}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
