// SPDX-License-Identifier: GPL-2.0

//! The control socket: JSON objects, one a line, each answered by a line. The answer to a request
//! is `{"ok": ...}` or `{"error": "why"}`.

use crate::server::{remove_stale, Slot};
use anyhow::{bail, Context, Result};
use serde_json::{json, Value};
use std::{
    fs::File,
    io::{BufRead, BufReader, Read, Write},
    os::unix::{
        fs::FileTypeExt,
        net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    thread,
};

/// A longer line is no request.
const MAX_LINE: u64 = 1 << 20;

/// Opens the socket and answers requests from now on.
pub fn listen(slot: &Slot, path: &Path) -> Result<()> {
    remove_stale(path)?;
    let listener = UnixListener::bind(path).with_context(|| format!("{}", path.display()))?;
    let slot = slot.clone();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let slot = slot.clone();
            thread::spawn(move || {
                // A connection that breaks is the other side's affair.
                let _ = talk(&slot, stream);
            });
        }
    });
    Ok(())
}

fn talk(slot: &Slot, stream: UnixStream) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut writer = stream;
    loop {
        let mut line = String::new();
        if reader.by_ref().take(MAX_LINE).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let answer = serde_json::from_str(&line)
            .map_err(|error| format!("no JSON: {error}"))
            .and_then(|request| slot.control(&request));
        let answer = match answer {
            Ok(value) => json!({"ok": value}),
            Err(error) => json!({"error": error}),
        };
        writeln!(writer, "{answer}")?;
    }
}

/// Sends one request to a server and returns what it answers. `path` is its control socket or,
/// inside a machine, the port that leads there.
pub fn request(path: &Path, request: &Value) -> Result<Value> {
    let name = || format!("{}", path.display());
    let kind = std::fs::metadata(path).with_context(name)?.file_type();
    if kind.is_socket() {
        exchange(UnixStream::connect(path).with_context(name)?, request)
    } else {
        let port = File::options().read(true).write(true).open(path);
        exchange(port.with_context(name)?, request)
    }
}

/// The virtio port of this machine that leads to a card's control socket.
pub fn port(card: u8) -> Result<PathBuf> {
    const PORTS: &str = "/sys/class/virtio-ports";
    let wanted = format!("connectx{card}");
    for folder in std::fs::read_dir(PORTS).into_iter().flatten().flatten() {
        let name = std::fs::read_to_string(folder.path().join("name"));
        if name.is_ok_and(|name| name.trim() == wanted) {
            return Ok(Path::new("/dev").join(folder.file_name()));
        }
    }
    bail!("there is no port named {wanted} here: say which control socket");
}

fn exchange(mut stream: impl Read + Write, request: &Value) -> Result<Value> {
    writeln!(stream, "{request}")?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    let mut answer: Value = serde_json::from_str(&line).context("the answer")?;
    if let Some(error) = answer.get("error") {
        bail!("{}", error.as_str().unwrap_or("refused"));
    }
    Ok(answer["ok"].take())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::tests::FakeModel;

    #[test]
    fn requests_are_answered() {
        let slot = Slot::new(Box::new(FakeModel::default()), None);
        let path = std::env::temp_dir().join(format!("connectx-control-{}", std::process::id()));
        listen(&slot, &path).unwrap();
        let answer = request(&path, &json!({"do": "count"})).unwrap();
        assert_eq!(answer["resets"], 0);
        for (wrong, why) in [
            (json!({"do": "nonsense"}), "what?"),
            (json!({}), "the request has no member \"do\""),
            (json!(7), "the request has no member \"do\""),
        ] {
            let error = request(&path, &wrong).unwrap_err();
            assert_eq!(error.to_string(), why);
        }
        let mut stream = UnixStream::connect(&path).unwrap();
        stream
            .write_all(b"{nonsense\n{\"do\": \"ping\"}\n")
            .unwrap();
        let mut lines = BufReader::new(stream).lines();
        assert!(lines.next().unwrap().unwrap().contains("no JSON"));
        assert_eq!(lines.next().unwrap().unwrap(), r#"{"ok":{}}"#);
        std::fs::remove_file(path).unwrap();
    }
}
