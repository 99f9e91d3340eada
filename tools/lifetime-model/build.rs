// SPDX-License-Identifier: GPL-2.0

fn main() {
    println!("cargo::rustc-cfg=host");
    println!("cargo::rerun-if-changed=build.rs");
}
