#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Drivers in Rust work on both cores, and devlink(8) answers the same about them: the driver API needs nothing but the
# header that the cores share. What a driver does wrongly they survive.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/rust_drivers
mkdir -p "$OUT"

# play CORE TEST: a selftest, which leaves its record.
play() {
	scripts/vm --core "$1" --timeout 600 -- "tools/testing/selftests/devlink/$2.sh" "$OUT/$2.$1"
}

# What a driver may not do, and has no error to return for, stops it.
stops() {
	local output status=0
	output=$(scripts/vm --core "$1" --timeout 300 -- tools/testing/selftests/devlink/rust_wrong.sh --panic 2>&1) ||
		status=$?
	((status == 125)) && grep -q 'an object of another devlink instance' <<<"$output" && return
	echo "expected status 125 and a panic that says why, came status $status:"
	echo "$output"
	return 1
}

same() { diff -u "$OUT/$1.c" "$OUT/$1.rust"; }

# What the page has a reader do to build and load a driver, but for `make kernel`, and under another name.
follow_page() {
	local commands output status=0
	commands=$(sed -n '/^Build and load it/,/^What is there/s/^    //p' Documentation/rust-api.rst |
		grep -v '^make kernel' | sed 's/my_nic/page_nic/g; s/scripts.vm/& --timeout 300/')
	rm -rf page_nic
	output=$(bash -euo pipefail -c "$commands" 2>&1) || status=$?
	rm -rf page_nic build/rust/extra/page_nic
	((status == 0)) && grep -q '^faux/page_nic/0: .*flavour physical' <<<"$output" && return
	echo "expected status 0 and a port of faux/page_nic, came status $status:"
	echo "$output"
	return 1
}

check 'the commands of Documentation/rust-api.rst build and load a driver' follow_page
for test in rust_sample rust_api rust_wrong; do
	for core in rust c; do
		check "$test on the core '$core'" play $core $test
	done
	check "$test: devlink says the same on both cores" same $test
done
check 'the value of an object, with a proof of another instance, is a panic' stops rust
finish
