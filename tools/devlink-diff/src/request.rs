// SPDX-License-Identifier: GPL-2.0

//! What is played: requests, and what else happens.

/// The socket that a request goes through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// In the namespace where the devices are.
    Home,
    /// In the other namespace.
    Away,
    /// The one at home that listens: a filter is about its own socket.
    Listener,
}

impl Via {
    pub const ALL: [Self; 3] = [Self::Home, Self::Away, Self::Listener];

    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Away => "away",
            Self::Listener => "listener",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub via: Via,
    pub command: u8,
    pub version: u8,
    /// Flags of the message, beside those of every request.
    pub flags: u16,
    pub attrs: Vec<u8>,
}

impl Request {
    /// What follows the message's header.
    pub fn body(&self) -> Vec<u8> {
        let mut body = vec![self.command, self.version, 0, 0];
        body.extend_from_slice(&self.attrs);
        body
    }
}

/// What a driver or the system does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Write to a file of sysfs or debugfs.
    Write {
        path: String,
        text: String,
    },
    /// Write to a file, which changes what is nested in what.
    Nest {
        path: String,
        text: String,
    },
    /// Give the n-th network device another name.
    Rename {
        nth: usize,
        name: String,
    },
    Load(String),
    Unload(String),
    /// Take a netdevsim device's rate nodes away, which it would keep over a reload or its end.
    DropRates(String),
    /// Move a device to a new namespace and delete that.
    DyingNamespace {
        bus: String,
        device: String,
    },
    /// Nothing, but wait until all is quiet.
    Settle,
}

impl Event {
    pub fn write(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self::Write {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Whether other instances may be told of it.
    pub fn is_far(&self) -> bool {
        match self {
            Self::Write { path, .. } => path.contains("devlink_test") && !path.ends_with("/fail"),
            Self::Nest { .. } | Self::DyingNamespace { .. } => true,
            _ => false,
        }
    }

    /// What kind of event this is, whatever device it is about.
    pub fn kind(&self) -> String {
        match self {
            Self::Write { path, .. } | Self::Nest { path, .. } => {
                format!("write to {}", path.rsplit('/').next().unwrap_or(path))
            }
            Self::Rename { .. } => "rename".into(),
            Self::Load(_) | Self::Unload(_) | Self::Settle => self.title(),
            Self::DropRates(_) => "drop rates".into(),
            Self::DyingNamespace { .. } => "a dying namespace".into(),
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::Write { path, text } | Self::Nest { path, text } => {
                format!("write {text:?} to {path}")
            }
            Self::Rename { nth, name } => format!("rename network device #{nth} to {name}"),
            Self::Load(module) => format!("load {module}"),
            Self::Unload(module) => format!("unload {module}"),
            Self::DropRates(device) => format!("drop the rate nodes of {device}"),
            Self::DyingNamespace { bus, device } => {
                format!("move {bus}/{device} to a new namespace and delete that")
            }
            Self::Settle => "settle".into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Request(Request),
    Event(Event),
}
