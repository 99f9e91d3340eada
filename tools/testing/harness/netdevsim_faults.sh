#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The faults that netdevsim in C has, on both cores: each makes netdevsim_faults.sh fail, in a
# machine of its own. So that test, which the driver in Rust passes, is one that can fail.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# fails FAULT LINE OPTION...: a machine says that LINE is not ok.
fails() {
	local output status=0
	output=$(scripts/vm "${@:3}" --netdevsim c --timeout 600 -- \
		tools/testing/selftests/devlink/netdevsim_faults.sh "$1" 2>/dev/null) || status=$?
	((status != 0)) && grep -q "^not ok .*$2" <<<"$output" && return
	echo "expected a failure, and 'not ok ... $2'; came status $status and:"
	echo "$output"
	return 1
}

for core in c rust; do
	check "a reload waits for a writer that waits for it, on the core in '$core'" \
		fails health 'who reports an error' --core $core
	check "ports are made of a device that is down, on the core in '$core'" \
		fails down 'nothing is made' --core $core
	[[ ! -e build/$core-debug/.built ]] ||
		check "a device that was not registered is counted, on the core in '$core'" \
			fails new_device 'the kernel says nothing' --core $core --debug
done
finish
