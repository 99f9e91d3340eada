// SPDX-License-Identifier: GPL-2.0

//! The models can fail: with each seeded mistake at least one of them does.

use std::{env, path::Path, process::Command};

#[test]
fn every_seeded_mistake_is_caught() {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    for mistake in [
        "mistake-no-wait",
        "mistake-enter-while-draining",
        "mistake-signal-without-lock",
    ] {
        let run = Command::new(env!("CARGO"))
            .args(["test", "--quiet", "--test", "models", "--features", mistake])
            // Its own folder: the one above is locked by the run that this test is part of.
            .args([
                "--target-dir".as_ref(),
                crate_dir.join("../../target/mistakes").as_os_str(),
            ])
            .current_dir(crate_dir)
            .output()
            .expect("cargo runs");
        let text = String::from_utf8_lossy(&run.stdout);
        assert!(
            // Failed as a test, not as a build.
            !run.status.success()
                && String::from_utf8_lossy(&run.stderr).contains("test failed, to rerun"),
            "the models do not notice {mistake}:\n{text}\n{}",
            String::from_utf8_lossy(&run.stderr),
        );
    }
}
