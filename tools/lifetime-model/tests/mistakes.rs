// SPDX-License-Identifier: GPL-2.0

//! The models can fail: each seeded mistake breaks the property that it is about, in the models
//! named here. `models.rs` and `src/owners.rs` say what the properties are.

use std::{env, path::Path, process::Command};

/// A mistake, the property that it breaks, and models that notice it.
const MISTAKES: &[(&str, &str, &[&str])] = &[
    (
        "mistake-no-wait",
        "callback",
        &[
            "reader_against_unregister",
            "probe_fails_after_register",
            "object_destroyed_in_a_reload_against_reader_and_callback",
        ],
    ),
    (
        "mistake-enter-while-draining",
        "callback",
        &["reader_against_unregister"],
    ),
    (
        "mistake-object-unpinned",
        "callback",
        &[
            "object_destroyed_in_a_reload_against_reader_and_callback",
            "report_and_destroy_against_callback",
        ],
    ),
    (
        "mistake-signal-without-lock",
        "deadlock",
        &["reader_against_unregister"],
    ),
    (
        "mistake-pass-before-lock",
        "deadlock",
        &["waiter_for_the_instance_lock_against_unregister_by_its_holder"],
    ),
    (
        "mistake-free-without-count",
        "memory",
        &["late_reader_keeps_the_memory"],
    ),
    (
        "mistake-no-answer",
        "answer",
        &["probe_fails_before_register"],
    ),
    (
        "mistake-handled-signal-ends-wait",
        "answer",
        &[
            "handled_signal_does_not_end_the_wait",
            "handled_signal_does_not_end_the_wait_for_a_callback",
        ],
    ),
    (
        "mistake-interrupted-unanswered",
        "answer",
        &[
            "interrupted_callback_is_answered",
            "killed_waiter_against_unregister",
        ],
    ),
    (
        "mistake-every-error-answered",
        "answer",
        &["probe_fails_before_register"],
    ),
    (
        "mistake-one-index",
        "owner",
        &[
            "owners::proof_for_another_instance_is_refused",
            "owners::lock_of_another_instance_is_no_proof",
            "owners::pinned_object_of_another_instance_is_refused",
            "owners::resource_is_not_asked_about_with_the_lock_of_another_instance",
            "owners::report_with_another_lock_against_unregister_of_the_object",
        ],
    ),
    (
        "mistake-owner-stays",
        "owner",
        &[
            "owners::object_that_has_gone_is_refused",
            "owners::report_against_unregister_of_the_object",
        ],
    ),
];

/// Whether a model fails with a mistake.
fn fails(mistake: &str, model: &str) -> bool {
    let crate_dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Tests of the library are in a module.
    let target: &[&str] = if model.contains("::") {
        &["--lib"]
    } else {
        &["--test", "models"]
    };
    let run = Command::new(env!("CARGO"))
        .args(["test", "--features", mistake])
        .args(target)
        // Its own folder: the one above is locked by the run that this test is part of.
        .args([
            "--target-dir".as_ref(),
            crate_dir.join("../../target/mistakes").as_os_str(),
        ])
        // One at a time: a model that fails may take the process with it.
        .args(["--", "--exact", model])
        .current_dir(crate_dir)
        .output()
        .expect("cargo runs");
    let stdout = String::from_utf8_lossy(&run.stdout);
    assert!(
        // It was built and it ran.
        stdout.contains("running 1 test"),
        "{model} does not run with {mistake}:\n{stdout}\n{}",
        String::from_utf8_lossy(&run.stderr),
    );
    !run.status.success()
}

#[test]
fn every_seeded_mistake_is_caught() {
    for (mistake, property, models) in MISTAKES {
        for model in *models {
            assert!(
                fails(mistake, model),
                "{model} does not notice {mistake}, which breaks the property ({property})"
            );
        }
    }
}
