#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# netdevsim.sh: faults of netdevsim in C, which that in Rust has not: selftests/devlink/netdevsim.sh
# says which. On the Rust core; the core does not matter.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

CASES=(break_health take_snapshot down nodes)

# case_in NETDEVSIM CASE...
case_in() {
	scripts/vm --core rust --netdevsim "$1" --timeout 300 -- \
		tools/testing/selftests/devlink/netdevsim.sh "${@:2}"
}

# The one in C: if it were mended, the difference would be none any more.
fails_in_c() {
	local output
	if output=$(case_in c "$1" 2>&1); then
		echo 'expected that something waits for ever, or is reported; came:'
		echo "$output"
		return 1
	fi
}

check 'netdevsim in Rust does all of it right' case_in rust "${CASES[@]}"
for case in "${CASES[@]}"; do
	check "netdevsim in C does not: $case" fails_in_c "$case"
done
finish
