// SPDX-License-Identifier: GPL-2.0

//! What was played and what came back, as a compact file for each seed. Two cores agree exactly
//! if their files are equal.

use anyhow::{bail, Context, Result};
use std::{
    collections::HashMap,
    fs::File,
    hash::{DefaultHasher, Hasher},
    io::{BufWriter, Write},
    path::Path,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A request: through which socket, flags of the message, then what follows its header.
    Request { via: u8, flags: u16, body: Vec<u8> },
    /// Something that the driver or the system does.
    Event(String),
    /// How an event ended: an errno, or 0.
    Outcome(i32),
    /// A message of the answer.
    Reply(Vec<u8>),
    /// A message on the group `config`, and where it was heard.
    Notification { via: u8, message: Vec<u8> },
    /// Calls of the test module's callbacks.
    Calls(String),
    /// The results are the same as those of the step with this number.
    Same(u32),
}

impl Record {
    fn encode(&self, out: &mut Vec<u8>) {
        let at = out.len();
        out.extend_from_slice(&[0; 4]);
        match self {
            Self::Request { via, flags, body } => {
                out.extend_from_slice(&[1, *via]);
                out.extend_from_slice(&flags.to_ne_bytes());
                out.extend_from_slice(body);
            }
            Self::Event(text) => {
                out.push(2);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Outcome(errno) => {
                out.push(3);
                out.extend_from_slice(&errno.to_ne_bytes());
            }
            Self::Reply(message) => {
                out.push(4);
                out.extend_from_slice(message);
            }
            Self::Notification { via, message } => {
                out.extend_from_slice(&[5, *via]);
                out.extend_from_slice(message);
            }
            Self::Calls(text) => {
                out.push(6);
                out.extend_from_slice(text.as_bytes());
            }
            Self::Same(step) => {
                out.push(7);
                out.extend_from_slice(&step.to_ne_bytes());
            }
        }
        let len = (out.len() - at - 4) as u32;
        out[at..at + 4].copy_from_slice(&len.to_ne_bytes());
    }

    fn decode(data: &[u8]) -> Option<Self> {
        let (tag, rest) = data.split_first()?;
        let text = || String::from_utf8_lossy(rest).into_owned();
        Some(match tag {
            1 => Self::Request {
                via: *rest.first()?,
                flags: crate::attr::u16_at(rest, 1)?,
                body: rest.get(3..)?.to_vec(),
            },
            2 => Self::Event(text()),
            3 => Self::Outcome(crate::attr::u32_at(rest, 0)? as i32),
            4 => Self::Reply(rest.to_vec()),
            5 => Self::Notification {
                via: *rest.first()?,
                message: rest.get(1..)?.to_vec(),
            },
            6 => Self::Calls(text()),
            7 => Self::Same(crate::attr::u32_at(rest, 0)?),
            _ => return None,
        })
    }

    fn begins_step(&self) -> bool {
        matches!(self, Self::Request { .. } | Self::Event(_))
    }
}

/// A request or event, and all that came of it.
#[derive(Debug)]
pub struct Step {
    pub action: Record,
    pub results: Vec<Record>,
}

pub struct Writer {
    out: BufWriter<File>,
    steps: u32,
    /// What came back in the current step.
    results: Vec<u8>,
    /// Results seen before. Most answers are the same many times.
    seen: HashMap<u64, u32>,
}

impl Writer {
    pub fn create(path: &Path) -> Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self {
            out: BufWriter::with_capacity(1 << 18, file),
            steps: 0,
            results: Vec::new(),
            seen: HashMap::new(),
        })
    }

    /// Begin a step.
    pub fn action(&mut self, action: &Record) -> Result<()> {
        self.flush_results()?;
        let mut encoded = Vec::new();
        action.encode(&mut encoded);
        self.steps += 1;
        Ok(self.out.write_all(&encoded)?)
    }

    pub fn result(&mut self, result: &Record) {
        result.encode(&mut self.results);
    }

    pub fn finish(mut self) -> Result<()> {
        self.flush_results()?;
        Ok(self.out.flush()?)
    }

    fn flush_results(&mut self) -> Result<()> {
        let mut hasher = DefaultHasher::new();
        hasher.write(&self.results);
        // Something short is not worth a reference.
        if self.results.len() > 64 {
            if let Some(step) = self.seen.get(&hasher.finish()) {
                self.results.clear();
                Record::Same(*step).encode(&mut self.results);
            } else {
                self.seen.insert(hasher.finish(), self.steps);
            }
        }
        self.out.write_all(&self.results)?;
        self.results.clear();
        Ok(())
    }
}

/// Read a whole transcript.
pub fn read(data: &[u8]) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut rest = data;
    while !rest.is_empty() {
        let len = crate::attr::u32_at(rest, 0).context("a transcript that ends early")? as usize;
        let data = rest
            .get(4..4 + len)
            .context("a transcript that ends early")?;
        rest = &rest[4 + len..];
        let record = Record::decode(data).context("not a transcript")?;
        if record.begins_step() {
            steps.push(Step {
                action: record,
                results: Vec::new(),
            });
            continue;
        }
        let results = match record {
            // Steps are counted from 1.
            Record::Same(step) => match steps.get((step as usize).wrapping_sub(1)) {
                Some(earlier) => earlier.results.clone(),
                None => bail!("a reference to step {step}, which there is not"),
            },
            other => vec![other],
        };
        steps
            .last_mut()
            .context("results of nothing")?
            .results
            .extend(results);
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_repetitions_are_stored_once() {
        let path = std::env::temp_dir().join(format!("devlink-diff-test-{}", std::process::id()));
        let request = Record::Request {
            via: 1,
            flags: 0x300,
            body: vec![1, 2, 3],
        };
        let long = Record::Reply(vec![7; 500]);
        let mut writer = Writer::create(&path).unwrap();
        for _ in 0..3 {
            writer.action(&request).unwrap();
            writer.result(&long);
            writer.result(&Record::Notification {
                via: 2,
                message: vec![9],
            });
        }
        writer.action(&Record::Event("unload".into())).unwrap();
        writer.result(&Record::Outcome(-5));
        writer.finish().unwrap();
        let data = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert!(data.len() < 700);
        let steps = read(&data).unwrap();
        assert_eq!(steps.len(), 4);
        assert_eq!(steps[2].action, request);
        assert_eq!(steps[2].results[0], long);
        assert_eq!(steps[3].results, [Record::Outcome(-5)]);
        assert!(read(&data[..data.len() - 1]).is_err());
    }
}
