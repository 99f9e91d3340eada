#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that does what it may not: both cores warn of it, the first time or each time, and go on.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

ONLY_FIRST=(port_attrs port_linecard trap_group_id trap_unregister trap_policer_id trap_group_unregister
	trap_policer_unregister shared)
EACH_TIME=(param resource region reporter reporter_state port_reporter dpipe linecard)

# expected FIRST SECOND NAME...: what misuse.sh prints if the core is FIRST warned or silent, and then SECOND.
expected() {
	local name
	for name in "${@:3}"; do
		printf '%s once: answered, %s\n%s twice: answered, %s\n' "$name" "$1" "$name" "$2"
	done
}

# plays CORE NAME...: a machine prints what is expected on standard input, and has warnings.
plays() {
	local output status=0
	output=$(scripts/vm --core "$1" --timeout 300 -- tools/testing/selftests/devlink/misuse.sh "${@:2}" 2>/dev/null) ||
		status=$?
	diff - <(echo "$output") || return
	((status == 125)) || {
		echo "expected status 125, came $status"
		return 1
	}
}

warns() {
	{
		expected warned silent "${ONLY_FIRST[@]}"
		expected warned warned "${EACH_TIME[@]}"
		echo gone
	} | plays "$1" "${ONLY_FIRST[@]}" "${EACH_TIME[@]}"
}

# The C core does not live through it.
lost_port_is_survived() {
	{
		expected warned silent netdev
		echo gone
	} | plays rust netdev
}

check 'the C core warns of what a driver may not do' warns c
check 'the Rust core warns of the same, as often' warns rust
check 'the Rust core lives on when a netdev has a port that was never registered' lost_port_is_survived
finish
