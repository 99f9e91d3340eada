// SPDX-License-Identifier: GPL-2.0

//! The comparison of two cores, and of the test drivers in two languages.

use crate::{Figure, Language, Outcome};

use anyhow::{bail, Context, Result};
use serde::Serialize;
use std::{collections::BTreeMap, fs, path::Path, path::PathBuf};

/// What the ratio of Rust to C should be, by the beginning of a name; the first that fits counts.
const TARGETS: &[(&str, Target)] = &[
    ("get by handle, 1000", Target::AtLeast(10.0)),
    ("get by handle, 1 ", Target::AtLeast(1.0)),
    ("dump of ports, 4096", Target::AtLeast(1.5)),
    ("dump of params, 4096", Target::AtLeast(1.5)),
    ("dump of resources, 4096", Target::AtLeast(1.5)),
    ("dump of traps, 4096", Target::AtLeast(1.5)),
    ("dump of rates, 4096", Target::AtLeast(1.5)),
    ("dump of ports, 16", Target::AtLeast(1.0)),
    ("dump of params, 16", Target::AtLeast(1.0)),
    ("dump of resources, 16", Target::AtLeast(1.0)),
    ("dump of traps, 16", Target::AtLeast(1.0)),
    ("dump of rates, 16", Target::AtLeast(1.0)),
    ("notification,", Target::AtLeast(0.95)),
    ("memory of", Target::AtMost(1.15)),
];
const REGISTRATION: &str = " added and removed";

/// Ratios within the Rust core: name, of which figure, to which one, at least.
const OWN: &[(&str, &str, &str, f64)] = &[
    (
        "get by handle with 1000 instances, of that with one",
        "get by handle, 1000 instances",
        "get by handle, 1 instances",
        0.9,
    ),
    (
        "port get with 2 threads on one instance, of that with one",
        "port get, 2 threads, one instance",
        "port get, 1 threads, one instance",
        1.7,
    ),
];

/// What the Rust test driver should reach of that in C.
const DRIVER: Target = Target::AtLeast(0.95);
const SIZE_UNIT: &str = "bytes";

const WHILE_HANGING: &str = " while a callback hangs, p99";

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Target {
    AtLeast(f64),
    AtMost(f64),
    /// Of the Rust core, whatever the other needs.
    Milliseconds(f64),
}

impl Target {
    fn of(name: &str) -> Option<Self> {
        if name.ends_with(REGISTRATION) {
            return Some(Target::AtLeast(0.95));
        }
        if name.ends_with(WHILE_HANGING) {
            return Some(Target::Milliseconds(5.0));
        }
        TARGETS
            .iter()
            .find(|(head, _)| name.starts_with(head))
            .map(|(_, target)| *target)
    }

    /// Whether it is met, as far as there is what it is about.
    fn is_met(self, ratio: Option<f64>, rust: Option<Middle>) -> Option<bool> {
        match self {
            Target::AtLeast(least) => ratio.map(|ratio| ratio >= least),
            Target::AtMost(most) => ratio.map(|ratio| ratio <= most),
            Target::Milliseconds(most) => rust.map(|rust| rust.median <= most),
        }
    }

    fn words(self) -> String {
        match self {
            Target::AtLeast(least) => format!(">= {least}"),
            Target::AtMost(most) => format!("<= {most}"),
            Target::Milliseconds(most) => format!("Rust <= {most} ms"),
        }
    }
}

/// The middle of several values, and how far they are apart, in parts of the middle.
#[derive(Clone, Copy, Serialize)]
struct Middle {
    median: f64,
    spread: f64,
    runs: usize,
}

impl Middle {
    fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (first, last) = (sorted.first()?, sorted.last()?);
        let half = sorted.len() / 2;
        let median = if sorted.len() % 2 == 0 {
            (sorted[half - 1] + sorted[half]) / 2.0
        } else {
            sorted[half]
        };
        Some(Middle {
            median,
            spread: if median > 0.0 {
                (last - first) / median
            } else {
                0.0
            },
            runs: sorted.len(),
        })
    }
}

#[derive(Serialize)]
struct Row {
    name: String,
    unit: String,
    /// The core that both drivers are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    core: Option<Language>,
    c: Option<Middle>,
    rust: Option<Middle>,
    ratio: Option<f64>,
    target: Option<Target>,
    met: Option<bool>,
}

fn read(files: &[PathBuf]) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for file in files {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        for line in text.lines() {
            figures.push(
                serde_json::from_str(line)
                    .with_context(|| format!("{} is not what `run` writes", file.display()))?,
            );
        }
    }
    Ok(figures)
}

/// Figures by name, of what is in C and what is in Rust.
struct Sides {
    /// Names and units, in the order in which they came.
    order: Vec<(String, String)>,
    values: BTreeMap<(String, Language), Vec<f64>>,
}

impl Sides {
    fn new(figures: Vec<Figure>, language: impl Fn(&Figure) -> Language) -> Self {
        let mut sides = Sides {
            order: Vec::new(),
            values: BTreeMap::new(),
        };
        for figure in figures {
            if !sides.order.iter().any(|(name, _)| *name == figure.name) {
                sides.order.push((figure.name.clone(), figure.unit.clone()));
            }
            let key = (figure.name.clone(), language(&figure));
            sides.values.entry(key).or_default().push(figure.value);
        }
        sides
    }

    fn middle(&self, name: &str, language: Language) -> Option<Middle> {
        let values = self.values.get(&(name.to_string(), language))?;
        Middle::of(values)
    }

    fn rows(&self, target: impl Fn(&str, &str) -> Option<Target>) -> Vec<Row> {
        let row = |(name, unit): &(String, String)| {
            let (c, rust) = (
                self.middle(name, Language::C),
                self.middle(name, Language::Rust),
            );
            // Something shorter than the clock's tick is no time to compare with.
            let ratio = c
                .zip(rust)
                .filter(|(c, _)| c.median > 0.0)
                .map(|(c, rust)| rust.median / c.median);
            let target = target(name, unit);
            Row {
                met: target.and_then(|target| target.is_met(ratio, rust)),
                name: name.clone(),
                unit: unit.clone(),
                core: None,
                c,
                rust,
                ratio,
                target,
            }
        };
        self.order.iter().map(row).collect()
    }
}

/// The cores, compared.
fn rows(figures: Vec<Figure>) -> Vec<Row> {
    let sides = Sides::new(figures, |figure| figure.core);
    let mut rows = sides.rows(|name, _| Target::of(name));
    for (name, of, to, least) in OWN {
        let of = sides.middle(of, Language::Rust);
        let Some((of, to)) = of.zip(sides.middle(to, Language::Rust)) else {
            continue;
        };
        let (ratio, target) = (of.median / to.median, Target::AtLeast(*least));
        rows.push(Row {
            name: (*name).into(),
            unit: "Rust core alone".into(),
            core: None,
            c: None,
            rust: None,
            ratio: Some(ratio),
            target: Some(target),
            met: target.is_met(Some(ratio), None),
        });
    }
    rows
}

/// The test drivers, compared on each core.
fn driver_rows(figures: Vec<Figure>) -> Vec<Row> {
    let (on_c, on_rust) = figures
        .into_iter()
        .partition(|figure: &Figure| figure.core == Language::C);
    let mut rows = Vec::new();
    for (core, figures) in [(Language::C, on_c), (Language::Rust, on_rust)] {
        let sides = Sides::new(figures, |figure| figure.driver);
        let target = |_: &str, unit: &str| (unit != SIZE_UNIT).then_some(DRIVER);
        // What was measured with one driver only is about something else.
        let both = sides
            .rows(target)
            .into_iter()
            .filter(|row| row.ratio.is_some());
        rows.extend(both.map(|row| Row {
            core: Some(core),
            ..row
        }));
    }
    rows
}

fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        medium if medium >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

fn cell(middle: Option<Middle>) -> String {
    middle.map_or(String::new(), |m| {
        format!("{} ±{:.0} %", number(m.median), m.spread * 50.0)
    })
}

/// Prints the table of the cores, and writes it as JSON if there is a file for that.
pub fn print(files: &[PathBuf], json: Option<&Path>) -> Outcome {
    let rows = rows(read(files)?);
    println!("| | C | Rust | unit | Rust ÷ C | target | |");
    println!("|---|---|---|---|---|---|---|");
    print_rows(&rows, json)
}

/// Likewise of the test drivers.
pub fn print_drivers(files: &[PathBuf], json: Option<&Path>) -> Outcome {
    let rows = driver_rows(read(files)?);
    println!("| | core | driver in C | in Rust | unit | Rust ÷ C | target | |");
    println!("|---|---|---|---|---|---|---|---|");
    print_rows(&rows, json)
}

fn print_rows(rows: &[Row], json: Option<&Path>) -> Outcome {
    if rows.is_empty() {
        bail!("there are no figures to compare");
    }
    for row in rows {
        let core = match row.core {
            Some(Language::C) => " C |",
            Some(Language::Rust) => " Rust |",
            None => "",
        };
        println!(
            "| {} |{core} {} | {} | {} | {} | {} | {} |",
            row.name,
            cell(row.c),
            cell(row.rust),
            row.unit,
            row.ratio
                .map_or(String::new(), |ratio| format!("{ratio:.2}")),
            row.target.map_or(String::new(), Target::words),
            match row.met {
                Some(true) => "met",
                Some(false) => "missed",
                None => "",
            }
        );
    }
    if let Some(json) = json {
        fs::write(json, serde_json::to_string_pretty(rows)? + "\n")
            .with_context(|| format!("cannot write {}", json.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(core: Language, value: f64) -> Figure {
        Figure {
            core,
            driver: Language::C,
            name: "dump of ports, 16".into(),
            unit: "objects/s".into(),
            value,
        }
    }

    #[test]
    fn the_ratio_is_that_of_the_medians() {
        let rows = rows(vec![
            figure(Language::C, 1.0),
            figure(Language::C, 2.0),
            figure(Language::C, 30.0),
            figure(Language::Rust, 3.0),
            figure(Language::Rust, 5.0),
        ]);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].ratio, Some(2.0));
        assert_eq!(rows[0].met, Some(true));
    }

    #[test]
    fn waits_while_a_callback_hangs_have_a_limit() {
        for (value, met) in [(4.0, true), (6.0, false)] {
            let rows = rows(vec![Figure {
                name: format!("dev get{WHILE_HANGING}"),
                ..figure(Language::Rust, value)
            }]);
            assert_eq!(rows[0].met, Some(met));
        }
    }

    #[test]
    fn drivers_are_compared_on_the_same_core() {
        let with = |driver, core, value| Figure {
            driver,
            ..figure(core, value)
        };
        let rows = driver_rows(vec![
            with(Language::C, Language::C, 10.0),
            with(Language::C, Language::Rust, 100.0),
            with(Language::Rust, Language::C, 20.0),
            with(Language::Rust, Language::Rust, 50.0),
        ]);
        let found: Vec<_> = rows
            .iter()
            .map(|row| (row.core, row.ratio, row.met))
            .collect();
        assert_eq!(
            found,
            [
                (Some(Language::C), Some(2.0), Some(true)),
                (Some(Language::Rust), Some(0.5), Some(false)),
            ]
        );
    }

    #[test]
    fn what_one_core_lacks_has_no_ratio() {
        let rows = rows(vec![figure(Language::Rust, 3.0)]);
        assert_eq!((rows[0].ratio, rows[0].met), (None, None));
    }
}
