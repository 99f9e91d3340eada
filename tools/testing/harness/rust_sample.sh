#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The sample driver in Rust works on both cores, and devlink(8) answers the same about it: the driver API needs nothing but
# the header that the cores share.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/rust_sample
mkdir -p $OUT

# play CORE: the selftest, which leaves its record.
play() {
	scripts/vm --core "$1" --timeout 600 -- tools/testing/selftests/devlink/rust_sample.sh "$OUT/record.$1"
}

same() { diff -u "$OUT/record.c" "$OUT/record.rust"; }

for core in rust c; do
	check "the sample works on the core '$core'" play $core
done
check 'devlink says the same of it on both cores' same
finish
