#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is wrong in a driver in Rust does not compile: each file of driver_api/, as a module of the sample driver, fails
# with the error that its second line names, and control.rs does not fail.
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
	sed 's/^mod driver {/&\n    #[allow(dead_code)] mod wrong;/' samples/rust/rust_devlink.rs >/tmp/sample/rust_devlink.rs
	cp "$1" /tmp/sample/driver/wrong.rs
	CRATE_ROOT=/tmp/sample/rust_devlink.rs scripts/rerun-rustc rustc samples/rust/rust_devlink.o \
		--crate-type rlib --emit=metadata=/tmp/wrong.rmeta --error-format=short
}

compiles() { compile "$1"; }

fails_with() {
	local output
	if output=$(compile "$1" 2>&1); then
		echo "expected an error, came none"
		return 1
	fi
	# The first in the file itself, and none elsewhere.
	output=$(grep -E '^[^ ]+: error' <<<"$output")
	if [[ $output != */wrong.rs:*"$2"* ]] || grep -v '/wrong\.rs:' <<<"$output"; then
		echo "expected in wrong.rs and nowhere else: $2; came:"
		echo "$output"
		return 1
	fi
}

for file in tools/testing/harness/driver_api/*.rs; do
	line=$(sed -n 2p "$file")
	case $line in
	'// compiles: '*) check "compiles: ${line#*: }" compiles "$file" ;;
	'// error: '*)
		line=${line#*: }
		check "${line#*: } (${line%%: *})" fails_with "$file" "${line%%: *}"
		;;
	*) check "$file says what is expected of it" false ;;
	esac
done
finish
