#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is wrong in a driver in Rust does not compile: each file of driver_api/, as a module of the
# sample driver, fails with the error that its second line names, and control.rs does not fail.
#
# Compiles nothing but the sample's metadata, with the compiler and the options of the last build.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

if [[ ! ${IN_TOOL_ROOT:-} ]]; then
	in_root tools/testing/harness/driver_api.sh
	exit
fi

# compile FILE: the sample with FILE as one more module, which sees all of the driver.
compile() {
	mkdir -p /tmp/sample/driver
	sed 's/^mod driver {/&\n    #[allow(dead_code)] mod wrong;/' samples/rust/rust_devlink.rs \
		>/tmp/sample/rust_devlink.rs
	cp "$1" /tmp/sample/driver/wrong.rs
	CRATE_ROOT=/tmp/sample/rust_devlink.rs scripts/rerun-rustc rustc samples/rust/rust_devlink.o \
		--crate-type rlib --emit=metadata=/tmp/wrong.rmeta --error-format=short
}

check_sources driver_api wrong compile
finish
