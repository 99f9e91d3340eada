#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# There are two test drivers, of which a machine gets the one that it is to have, and tests that need
# what the one in Rust does not do are listed.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

TESTS=tools/testing/selftests/devlink

# The names of all tests, and more, each on one line.
sources() { cat "$TESTS"/*.{sh,py} "$TESTS"/*/*.{sh,py} | sed -z 's/"\n *"//g'; }

listed_tests_exist() {
	local line name sources status=0
	sources=$(sources)
	while IFS= read -r line; do
		name=${line#*: }
		[[ $line != '#'* && ! -e $TESTS/$name ]] || continue
		grep -qF -e "check(\"$name\"" -e "check '$name'" -e "check \"$name\"" <<<"$sources" && continue
		echo "expected a test of that name: $name"
		status=1
	done <"$TESTS/needs_c_driver"
	return "$status"
}

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
	((status == 4)) && [[ $output == '1..0 # SKIP '*' leave' ]] && return
	echo "expected that it is skipped; came status $status and:"
	echo "$output"
	return 1
}

check 'each of the listed tests exists' listed_tests_exist
check 'the driver in C unregisters when it is told to' unregister c
check 'the driver in Rust does not' refused
check 'what needs the driver in C says so when there is that in Rust' skipped
finish
