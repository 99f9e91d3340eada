#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Kernels of other configurations and for other architectures are listed to be built. That they
# build, without a warning, is long/portability.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# refuses MESSAGE ARGUMENT...: scripts/portability ends with one line that says so.
refuses() {
	local output
	if output=$(scripts/portability "${@:2}" 2>&1); then
		echo "expected that it fails"
		return 1
	fi
	[[ $output == *"$1"* && $(wc -l <<<"$output") == 1 ]] || {
		echo "expected a line with '$1', came:"
		echo "$output"
		return 1
	}
}

# Each pair of an architecture and what can be built for it has a build, with the oldest rustc, too.
is_listed() { scripts/portability --list | grep -qE "^[a-z0-9-]+ +$1 $2 .* $3( |\$)"; }

check 'an unknown option is refused' refuses 'unknown option: --no' --no
check 'an unknown build is refused' refuses "there is no build 'no'" no
for arch in x86_64 arm; do
	for rustc in current minimum; do
		check "the Rust core is built for $arch by the $rustc rustc" is_listed $arch $rustc core-rust
		check "the C core is built for $arch by the $rustc rustc" is_listed $arch $rustc core-c
	done
done
finish
