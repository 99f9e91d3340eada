// SPDX-License-Identifier: GPL-2.0

//! Serves models of ConnectX cards to virtual machines, and talks to who does.

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use connectx::{
    control,
    server::{self, Options, Slot},
    trace, Setup,
};
use std::{fs::File, path::PathBuf};

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
        /// Write all of the driver's commands to this file
        #[arg(long)]
        trace: Option<PathBuf>,
        /// End when the machine is gone
        #[arg(long)]
        once: bool,
    },
    /// Print a trace without times and addresses, for comparing it with another
    Trace { file: PathBuf },
    /// Send a request to a server and print its answer
    Ctl {
        /// The server's control socket; without it, this machine's port to a card
        #[arg(long)]
        control: Option<PathBuf>,
        /// Which card of this machine
        #[arg(long, default_value_t = 0)]
        card: u8,
        /// A JSON object with a member `do`, or just the value of that member
        request: String,
    },
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Action::Serve {
            model,
            socket,
            control,
            ports,
            instance,
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
            server::serve(&slot, &Options { socket, once })
        }
        Action::Trace { file } => {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
            text.lines()
                .for_each(|line| println!("{}", trace::plain(line)));
            Ok(())
        }
        Action::Ctl {
            control,
            card,
            request,
        } => {
            let request = if request.starts_with('{') {
                serde_json::from_str(&request).context("the request is no JSON")?
            } else {
                serde_json::json!({ "do": request })
            };
            let path = control.map_or_else(|| control::port(card), Ok)?;
            println!("{:#}", control::request(&path, &request)?);
            Ok(())
        }
    }
}
