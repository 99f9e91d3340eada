#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Proofs of who may reach the driver cannot be forged: each file of proofs/, compiled as a module of the core outside of
# capi/ and driver/, fails with the error that its second line names, and control.rs does not fail.
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

compiles() { compile "$1"; }

fails_with() {
	local output
	if output=$(compile "$1" 2>&1); then
		echo "expected an error, came none"
		return 1
	fi
	# The first in the file itself, and none elsewhere.
	output=$(grep -E '^[^ ]+: error' <<<"$output")
	if [[ $output != */forged.rs:*"$2"* ]] || grep -v '/forged\.rs:' <<<"$output"; then
		echo "expected in forged.rs and nowhere else: $2; came:"
		echo "$output"
		return 1
	fi
}

for file in tools/testing/harness/proofs/*.rs; do
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
