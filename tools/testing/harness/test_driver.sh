#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# There are two test drivers, of which a machine has the one that it is told to; and tests that are
# about what the one in Rust cannot do say so.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

TESTS=tools/testing/selftests/devlink

# unregister DRIVER: what comes of an event that is among what only one of them does.
unregister() {
	# shellcheck disable=SC2016 # for the shell in the guest
	scripts/vm --test-driver "$1" --timeout 120 -- bash -c '
		. tools/testing/selftests/devlink/lib.sh
		load_test_module && new 1 netdevs=0 || exit 2
		tell 1 event unregister'
}

refused() {
	local output status=0
	output=$(unregister rust 2>&1) || status=$?
	((status == 1)) && [[ $output == *'Operation not supported'* ]] && return
	echo "expected that it is not supported; came status $status and:"
	echo "$output"
	return 1
}

skipped() {
	local output status=0
	output=$(scripts/vm --test-driver rust --timeout 120 -- "$TESTS/leave.sh" port) || status=$?
	((status == 4)) && [[ $output == '1..0 # SKIP '* ]] && return
	echo "expected that it is skipped; came status $status and:"
	echo "$output"
	return 1
}

check 'the driver in C unregisters when it is told to' unregister c
check 'the driver in Rust does not' refused
check 'what needs the driver in C says so when there is that in Rust' skipped
finish
