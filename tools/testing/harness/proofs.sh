#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Proofs of who may reach the driver cannot be forged: each file of proofs/, compiled as a module of
# the core outside of capi/ and driver/, fails with the error that its second line names, and
# control.rs does not fail.
#
# Compiles nothing but the core's metadata, with the compiler and the options of the last build.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/lib.sh
. scripts/lib.sh

if [[ ! ${IN_TOOL_ROOT:-} ]]; then
	in_root tools/testing/harness/proofs.sh
	exit
fi

# compile FILE: the core with FILE as one more module.
compile() {
	rm -rf /tmp/core
	cp -rL devlink /tmp/core
	cp "$1" /tmp/core/forged.rs
	echo '#[allow(dead_code)] mod forged;' >>/tmp/core/devlink_core.rs
	CRATE_ROOT=/tmp/core/devlink_core.rs scripts/rerun-rustc rustc net/devlink_rust/devlink_core.o \
		--crate-type rlib --emit=metadata=/tmp/forged.rmeta --error-format=short
}

check_sources proofs forged compile
finish
