// SPDX-License-Identifier: GPL-2.0

//! Measures the devlink core of the running kernel, and compares what was measured on two.
//!
//! `run` is for a test machine with the module devlink_test: it makes devices, measures, and writes
//! one line of JSON for each figure. `report` reads such files of several runs on both cores and
//! prints medians, spread and ratios; `drivers` does so for both test drivers, on each core. Read
//! first: `measure`.

mod device;
mod measure;
mod report;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use std::{
    path::PathBuf,
    process::ExitCode,
    thread,
    time::{Duration, Instant},
};

#[derive(Parser)]
#[command(about = "Measures a devlink core, and compares two")]
enum Arguments {
    /// Measure the running kernel: in a test machine only, as root
    Run {
        /// Which core that kernel has
        #[arg(long)]
        core: Language,
        /// In which language the test driver is
        #[arg(long, default_value = "c")]
        driver: Language,
        /// Where the lines of JSON go
        #[arg(long)]
        out: PathBuf,
        /// Only what has one of these in its name, with commas between them
        #[arg(long, default_value = "")]
        only: String,
        /// How long each rate is measured
        #[arg(long, default_value_t = 500)]
        milliseconds: u64,
    },
    #[command(flatten)]
    Host(Host),
}

#[derive(Subcommand)]
enum Host {
    /// Compare the cores: medians of all runs in these files
    Report {
        files: Vec<PathBuf>,
        /// Write the comparison as JSON too
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Compare the test drivers on each core: medians of all runs in these files
    Drivers {
        files: Vec<PathBuf>,
        /// Write the comparison as JSON too
        #[arg(long)]
        json: Option<PathBuf>,
    },
    /// Print how many thousand ticks a second the CPU's time stamp counter has, which a kernel
    /// under emulation reads too but can't calibrate
    TscKhz,
}

/// What a core, or a test driver, is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    C,
    Rust,
}

/// One figure.
#[derive(Serialize, Deserialize)]
pub struct Figure {
    pub core: Language,
    pub driver: Language,
    pub name: String,
    pub unit: String,
    pub value: f64,
}

fn tsc_khz() -> u128 {
    let clock = quanta::Clock::new();
    let (ticks, begin) = (clock.raw(), Instant::now());
    thread::sleep(Duration::from_millis(500));
    u128::from(clock.raw() - ticks) * 1_000_000 / begin.elapsed().as_nanos()
}

fn main() -> ExitCode {
    let done = match Arguments::parse() {
        Arguments::Run {
            core,
            driver,
            out,
            only,
            milliseconds,
        } => measure::run((core, driver), &out, &only, milliseconds),
        Arguments::Host(Host::Report { files, json }) => report::print(&files, json.as_deref()),
        Arguments::Host(Host::Drivers { files, json }) => {
            report::print_drivers(&files, json.as_deref())
        }
        Arguments::Host(Host::TscKhz) => {
            println!("{}", tsc_khz());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("devlink-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The result of all parts, or the first error.
pub type Outcome = Result<()>;
