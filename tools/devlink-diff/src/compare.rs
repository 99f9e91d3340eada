// SPDX-License-Identifier: GPL-2.0

//! Compares two transcripts of each seed, and shows the first differences.

use crate::{
    decode::Decoder,
    netlink::{self, F_DUMP},
    spec::Spec,
    transcript::{self, Record, Step},
};

use anyhow::{bail, Context, Result};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Differences of a seed that are shown; after one, others often follow.
const SHOWN_STEPS: usize = 3;
const SHOWN_LINES: usize = 12;

/// The core has these operations only to refuse them: there are no parameters of ports.
const REFUSED: &[&str] = &["port-param-get", "port-param-set"];

/// How often a mode of an operation was asked, and answered without an error.
#[derive(Clone, Copy, Default)]
struct Asked {
    times: usize,
    answered: usize,
}

#[derive(Default)]
struct Summary {
    seeds: usize,
    differing: Vec<String>,
    requests: usize,
    replies: usize,
    notifications: usize,
    asked: BTreeMap<(String, bool), Asked>,
}

/// Compare two folders; true if they agree.
pub fn compare(spec: &Spec, c: &Path, rust: &Path, limit: usize, again: &str) -> Result<bool> {
    let decoder = Decoder { spec };
    let mut summary = Summary::default();
    for name in transcripts(c, rust)? {
        let read = |folder: &Path| {
            let path = folder.join(&name);
            fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let (one, other) = (read(c)?, read(rust)?);
        let steps = transcript::read(&one).with_context(|| name.clone())?;
        summary.count(spec, &steps);
        if one != other {
            let seed = name.trim_end_matches(".transcript");
            if summary.differing.len() < limit {
                let others = transcript::read(&other).with_context(|| name.clone())?;
                show(&decoder, seed, &steps, &others);
                println!("again: {again} {seed}..{seed}");
            }
            summary.differing.push(seed.into());
        }
    }
    if summary.seeds == 0 {
        bail!("there is nothing in {}", c.display());
    }
    summary.print(spec);
    Ok(summary.differing.is_empty())
}

/// The operations that were never answered without an error, in a mode that they have.
pub fn unanswered(spec: &Spec, folder: &Path) -> Result<Vec<String>> {
    let mut summary = Summary::default();
    for name in transcripts(folder, folder)? {
        summary.count(spec, &transcript::read(&fs::read(folder.join(name))?)?);
    }
    Ok(summary.unanswered(spec))
}

fn transcripts(c: &Path, rust: &Path) -> Result<Vec<String>> {
    let list = |folder: &Path| -> Result<Vec<String>> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .with_context(|| format!("cannot read {}", folder.display()))?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".transcript"))
            .collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        Ok(names)
    };
    let (one, other) = (list(c)?, list(rust)?);
    if one != other {
        bail!(
            "{} and {} are not of the same seeds",
            c.display(),
            rust.display()
        );
    }
    Ok(one)
}

/// Print a whole transcript.
pub fn print(spec: &Spec, path: &PathBuf) -> Result<()> {
    let decoder = Decoder { spec };
    let data = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    for (number, step) in transcript::read(&data)?.iter().enumerate() {
        println!("{:6} {}", number + 1, decoder.record(&step.action, &[]));
        for result in &step.results {
            println!(
                "       {}",
                decoder.record(result, request_of(&step.action))
            );
        }
    }
    Ok(())
}

fn request_of(action: &Record) -> &[u8] {
    match action {
        Record::Request { body, .. } => body,
        _ => &[],
    }
}

fn show(decoder: &Decoder, seed: &str, c: &[Step], rust: &[Step]) {
    println!("seed {seed}: a difference, - in C, + in Rust");
    let mut shown = 0;
    for (number, (one, other)) in c.iter().zip(rust).enumerate() {
        if one.action != other.action {
            // What was asked follows from what was answered.
            println!("step {}: different requests from here on", number + 1);
            println!("- {}", decoder.record(&one.action, &[]));
            println!("+ {}", decoder.record(&other.action, &[]));
            break;
        }
        if one.results == other.results {
            continue;
        }
        println!("step {}: {}", number + 1, decoder.record(&one.action, &[]));
        show_step(decoder, one, other);
        shown += 1;
        if shown == SHOWN_STEPS {
            break;
        }
    }
    if c.len() != rust.len() {
        println!(
            "the transcript in C has {} steps, that in Rust {}",
            c.len(),
            rust.len()
        );
    }
}

/// Shows the results without those that are equal at the beginning and at the end.
fn show_step(decoder: &Decoder, c: &Step, rust: &Step) {
    let (one, other) = (&c.results, &rust.results);
    let head = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let tail = one[head..]
        .iter()
        .rev()
        .zip(other[head..].iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let request = request_of(&c.action);
    if head > 0 {
        println!("    {head} equal, the last of them:");
        println!("  {}", decoder.record(&one[head - 1], request));
    }
    for (sign, results) in [("-", one), ("+", other)] {
        let differing = &results[head..results.len() - tail];
        for record in differing.iter().take(SHOWN_LINES) {
            println!("{sign} {}", decoder.record(record, request));
        }
        if differing.len() > SHOWN_LINES {
            println!("{sign} ... and {} more", differing.len() - SHOWN_LINES);
        }
    }
    if tail > 0 {
        println!("    {tail} equal");
    }
}

impl Summary {
    fn count(&mut self, spec: &Spec, steps: &[Step]) {
        self.seeds += 1;
        for step in steps {
            for result in &step.results {
                match result {
                    Record::Reply(_) => self.replies += 1,
                    Record::Notification { .. } => self.notifications += 1,
                    _ => {}
                }
            }
            let Record::Request { flags, body, .. } = &step.action else {
                continue;
            };
            self.requests += 1;
            let dump = *flags & F_DUMP == F_DUMP;
            let Some(op) = spec.ops.iter().find(|op| op.command == body[0]) else {
                continue;
            };
            let asked = self.asked.entry((op.name.clone(), dump)).or_default();
            asked.times += 1;
            asked.answered += usize::from(answered(&step.results, dump));
        }
    }

    fn unanswered(&self, spec: &Spec) -> Vec<String> {
        let mut names = Vec::new();
        for op in spec
            .ops
            .iter()
            .filter(|op| !REFUSED.contains(&op.name.as_str()))
        {
            for (mode, dump, is) in [
                ("do", false, op.do_.is_some()),
                ("dump", true, op.dump.is_some()),
            ] {
                let asked = self
                    .asked
                    .get(&(op.name.clone(), dump))
                    .copied()
                    .unwrap_or_default();
                if is && asked.answered == 0 {
                    names.push(format!("{mode} {} (asked {} times)", op.name, asked.times));
                }
            }
        }
        names
    }

    fn print(&self, spec: &Spec) {
        println!(
            "{} seeds, {} requests, {} replies, {} notifications: {} seeds differ",
            self.seeds,
            self.requests,
            self.replies,
            self.notifications,
            self.differing.len()
        );
        if !self.differing.is_empty() {
            println!("differing seeds: {}", self.differing.join(" "));
        }
        for name in self.unanswered(spec) {
            println!("never answered without an error: {name}");
        }
    }
}

/// A request that worked; a dump must also have shown something.
fn answered(results: &[Record], dump: bool) -> bool {
    let replies: Vec<_> = results
        .iter()
        .filter_map(|result| match result {
            Record::Reply(message) => Some(message),
            _ => None,
        })
        .collect();
    replies.last().is_some_and(|last| netlink::errno(last) == 0) && (!dump || replies.len() > 1)
}
