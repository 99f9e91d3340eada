#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lockdep knows who waits until nobody is in a callback, and who waits for itself, on the Rust core's
# debug kernel.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

play() { scripts/vm --core rust --debug --timeout 300 -- "tools/testing/selftests/devlink/$1.sh" \
	"${@:2}" 2>&1; }

# is_reported TEST ARGUMENT PATTERN...: there is a report, and a line that matches each.
is_reported() {
	local output status=0 pattern
	output=$(play "$1" "$2") || status=$?
	((status == 125)) || {
		echo "expected status 125, came $status:"
		echo "$output"
		return 1
	}
	for pattern in "${@:3}"; do
		grep -q "$pattern" <<<"$output" && continue
		echo "expected '$pattern', came:"
		echo "$output"
		return 1
	done
}

check 'a callback without the instance lock, and destroying an object with it held, are no report' \
	play cycle
check 'a callback that takes the lock with which an object is destroyed is reported, with no wait' \
	is_reported cycle lock 'possible circular locking dependency' 'devlink health reporter pass' \
	'devlink instance lock' over
check "a callback of a driver in Rust that takes the lock which it is not known to have is reported" \
	is_reported rust_refused --hang 'possible recursive locking' 'devlink instance lock'
finish
