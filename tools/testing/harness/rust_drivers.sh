#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Drivers in Rust work on both cores, and devlink(8) answers the same about them: the driver API needs nothing but the
# header that the cores share.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/rust_drivers
mkdir -p "$OUT"

# play CORE TEST: a selftest, which leaves its record.
play() {
	scripts/vm --core "$1" --timeout 600 -- "tools/testing/selftests/devlink/$2.sh" "$OUT/$2.$1"
}

same() { diff -u "$OUT/$1.c" "$OUT/$1.rust"; }

for test in rust_sample rust_api; do
	for core in rust c; do
		check "$test on the core '$core'" play $core $test
	done
	check "$test: devlink says the same on both cores" same $test
done
finish
