// SPDX-License-Identifier: GPL-2.0

//! Plays the same requests and driver events on two devlink cores, or with two test drivers on one
//! core, and compares what comes back, byte for byte.
//!
//! What to ask follows from `devlink.yaml` and from what the devices show; in which order, from a
//! seed. Read first: `generate` (requests), `events` (what drivers do), `normalise` (what is left
//! out of the comparison, and why).

mod compare;
mod decode;
mod events;
mod failing;
mod generate;
mod mutate;
mod normalise;
mod play;
mod request;
mod rng;
mod spec;
mod transcript;
mod uapi;
mod values;
mod world;

use anyhow::{bail, Context, Result};
use clap::{Args, Parser, Subcommand};
use devlink_netlink::{attr, netlink};
use std::{fs, path::PathBuf, process::ExitCode, time::Instant};

#[derive(Parser)]
#[command(about = "Plays the same requests on two cores, or with two drivers, and compares")]
struct Arguments {
    /// Kernel tree with the specification
    #[arg(long, default_value = "build/tree")]
    tree: PathBuf,
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Play seeds on the running kernel: in a test machine only, as root
    Play(Play),
    /// Compare transcripts in C's folder with those in Rust's: of cores, or of drivers
    Compare {
        c: PathBuf,
        rust: PathBuf,
        /// Differing seeds to show
        #[arg(long, default_value_t = 5)]
        limit: usize,
        /// The command that plays the seeds that follow it
        #[arg(long, default_value = "tools/testing/harness/diff.sh")]
        again: String,
    },
    /// Fail if there is an operation that never answered without an error
    Complete { folder: PathBuf },
    /// Print a transcript
    Show { file: PathBuf },
    /// Print what is left out of the comparison, and why
    Rules,
}

#[derive(Args)]
struct Play {
    /// A seed, or FIRST..LAST
    #[arg(long)]
    seeds: String,
    /// Random requests of each seed
    #[arg(long, default_value_t = 2000)]
    requests: usize,
    /// Folder for the transcripts
    #[arg(long)]
    out: PathBuf,
    /// The test module's file; without it, only netdevsim is played on
    #[arg(long)]
    module: Option<PathBuf>,
    /// What the transcript will be compared with another about
    #[arg(long, value_enum, default_value_t = normalise::Between::Cores)]
    between: normalise::Between,
    /// Also print what took longest
    #[arg(long)]
    times: bool,
}

fn seeds(text: &str) -> Result<std::ops::RangeInclusive<u64>> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| {
        text.parse::<u64>()
            .with_context(|| format!("`{text}` is no seed"))
    };
    let range = number(first)?..=number(last)?;
    if range.is_empty() {
        bail!("{text}: no seeds");
    }
    Ok(range)
}

fn play(spec: &spec::Spec, play: &Play) -> Result<()> {
    let range = seeds(&play.seeds)?;
    fs::create_dir_all(&play.out)?;
    let mut player = play::Player::new(spec, play.module.as_deref(), play.between)?;
    for seed in range {
        let start = Instant::now();
        player
            .seed(
                seed,
                play.requests,
                &play.out.join(format!("{seed}.transcript")),
            )
            .with_context(|| format!("seed {seed}"))?;
        let play::Counts { steps, results } = player.counts;
        println!(
            "seed {seed}: {steps} steps, {results} results, {:.1} s",
            start.elapsed().as_secs_f32()
        );
    }
    if play.times {
        player
            .times
            .longest(20)
            .iter()
            .for_each(|line| println!("{line}"));
    }
    Ok(())
}

fn run(arguments: Arguments) -> Result<bool> {
    let load = || spec::Spec::load(&arguments.tree);
    match &arguments.command {
        Action::Play(arguments) => play(&load()?, arguments).map(|()| true),
        Action::Compare {
            c,
            rust,
            limit,
            again,
        } => compare::compare(&load()?, c, rust, *limit, again),
        Action::Complete { folder } => {
            let missing = compare::unanswered(&load()?, folder)?;
            missing
                .iter()
                .for_each(|name| println!("never answered without an error: {name}"));
            Ok(missing.is_empty())
        }
        Action::Show { file } => compare::print(&load()?, file).map(|()| true),
        Action::Rules => {
            print!("{}", normalise::describe());
            Ok(true)
        }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("devlink-diff: {error:#}");
            ExitCode::from(2)
        }
    }
}
