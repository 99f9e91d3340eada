#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lockdep knows who waits until nobody is in a callback, on the Rust core's debug kernel.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

cycle() { scripts/vm --core rust --debug --timeout 300 -- tools/testing/selftests/devlink/cycle.sh \
	"$@" 2>&1; }

is_reported() {
	local output status=0 pattern
	output=$(cycle lock) || status=$?
	((status == 125)) || {
		echo "expected status 125, came $status:"
		echo "$output"
		return 1
	}
	for pattern in 'possible circular locking dependency' 'devlink health reporter pass' \
		'devlink instance lock' over; do
		grep -q "$pattern" <<<"$output" && continue
		echo "expected '$pattern', came:"
		echo "$output"
		return 1
	done
}

check 'a callback without the instance lock, and destroying an object with it held, are no report' \
	cycle
check 'a callback that takes the lock with which an object is destroyed is reported, with no wait' \
	is_reported
finish
