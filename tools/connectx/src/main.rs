// SPDX-License-Identifier: GPL-2.0

//! Serves models of ConnectX cards to virtual machines, and talks to who does.

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use connectx::{
    compare::compare,
    control, hex,
    server::{self, Options, Slot},
    trace,
    wire::Wire,
    Setup,
};
use serde_json::{json, Value};
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Parser)]
#[command(about = "Models of ConnectX network cards, as PCI devices for virtual machines")]
struct Arguments {
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Serve a card to QEMU's vfio-user-pci, one machine after the other
    Serve {
        /// Which card: cx3 or cx5
        #[arg(long)]
        model: String,
        /// Socket for the machine
        #[arg(long)]
        socket: PathBuf,
        /// Socket for `connectx ctl`
        #[arg(long)]
        control: Option<PathBuf>,
        /// How many ports it has
        #[arg(long, default_value_t = 2)]
        ports: u8,
        /// Which of several cards of a machine it is
        #[arg(long, default_value_t = 0)]
        instance: u8,
        /// Socket to which the frames come that the port receives; a second port's has a name that
        /// ends in `.2`
        #[arg(long, requires = "peer")]
        wire: Option<PathBuf>,
        /// Socket to which it sends: another card's, or its own
        #[arg(long, requires = "wire")]
        peer: Option<PathBuf>,
        /// Write all of the driver's commands to this file
        #[arg(long)]
        trace: Option<PathBuf>,
        /// End when the machine is gone
        #[arg(long)]
        once: bool,
    },
    /// Print a trace, or the lines of captured commands, without times and addresses, for comparing
    /// it with another
    Trace {
        /// What commands and answers hold, too
        #[arg(long)]
        data: bool,
        file: PathBuf,
    },
    /// Print how the commands of a second driver differ from those of a first one, which were
    /// captured of the same card, in the sections that requests `mark` began; fail if they do
    Compare { first: PathBuf, second: PathBuf },
    /// Write the commands that a card got into a pcapng file, the last 16 MiB of them
    Capture {
        /// The frames that it sent and received instead
        #[arg(long)]
        frames: bool,
        #[command(flatten)]
        server: Server,
        file: PathBuf,
    },
    /// Send a request to a server and print its answer
    Ctl {
        #[command(flatten)]
        server: Server,
        /// A JSON object with a member `do`, or just the value of that member
        request: String,
    },
}

#[derive(Args)]
struct Server {
    /// The server's control socket; without it, this machine's port to a card
    #[arg(long)]
    control: Option<PathBuf>,
    /// Which card of this machine
    #[arg(long, default_value_t = 0)]
    card: u8,
}

impl Server {
    fn request(self, request: &Value) -> Result<Value> {
        let port = || control::port(self.card);
        control::request(&self.control.map_or_else(port, Ok)?, request)
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{}", file.display()))
}

fn main() -> Result<ExitCode> {
    match Arguments::parse().command {
        Action::Serve {
            model,
            socket,
            control,
            ports,
            instance,
            wire,
            peer,
            trace,
            once,
        } => {
            let setup = Setup { ports, instance };
            let model = connectx::model(&model, &setup)
                .with_context(|| format!("there is no model `{model}`"))?;
            let trace = trace
                .map(|path| File::create(&path).with_context(|| format!("{}", path.display())))
                .transpose()?;
            let slot = Slot::new(model, trace);
            if let Some(path) = control {
                control::listen(&slot, &path)?;
            }
            if let (Some(own), Some(peer)) = (wire, peer) {
                Wire::connect(&slot, &own, &peer)?;
            }
            server::serve(&slot, &Options { socket, once })?;
        }
        Action::Trace { data, file } => print!("{}", trace::show(&read(&file)?, data)?),
        Action::Compare { first, second } => {
            let lines = compare(&read(&first)?, &read(&second)?)?;
            lines.iter().for_each(|line| println!("{line}"));
            return Ok(ExitCode::from(u8::from(!lines.is_empty())));
        }
        Action::Capture {
            frames,
            server,
            file,
        } => {
            let answer = server.request(&json!({"do": "capture", "frames": frames}))?;
            let content = answer["file"].as_str().and_then(hex::bytes);
            let content = content.context("the server's answer is no file")?;
            fs::write(&file, content).with_context(|| format!("{}", file.display()))?;
            if let Some(dropped) = answer["dropped"].as_u64().filter(|dropped| *dropped > 0) {
                eprintln!("connectx: {dropped} packets are no longer kept");
            }
        }
        Action::Ctl { server, request } => {
            let request = if request.starts_with('{') {
                serde_json::from_str(&request).context("the request is no JSON")?
            } else {
                json!({ "do": request })
            };
            println!("{:#}", server.request(&request)?);
        }
    }
    Ok(ExitCode::SUCCESS)
}
