#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that does what it may not: both cores warn of it, the first time or each time, and go on.
# If it waits for itself, the Rust core says so.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

ONLY_FIRST=(port_attrs port_linecard trap_group_id trap_unregister trap_policer_id
	trap_group_unregister trap_policer_unregister shared)
EACH_TIME=(param resource region reporter reporter_state port_reporter dpipe linecard)

# expected FIRST SECOND NAME...: what misuse.sh prints if the core is FIRST warned or silent, and
# then SECOND.
expected() {
	local name
	for name in "${@:3}"; do
		printf '%s once: answered, %s\n%s twice: answered, %s\n' "$name" "$1" "$name" "$2"
	done
}

# plays CORE NAME...: a machine prints what is expected on standard input, and has warnings.
plays() {
	local output status=0
	output=$(scripts/vm --core "$1" --timeout 300 -- tools/testing/selftests/devlink/misuse.sh \
		"${@:2}" 2>/dev/null) ||
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

# The C core waits for itself when it is asked about rates.
circle_is_refused() {
	{
		expected warned warned nested nested_twice
		echo gone
	} | plays rust nested nested_twice
}

# Nobody waits until the log tells of long waits: what is expected is there at once.
deadlocks_are_named() {
	local lock='task N waits for the instance lock that it holds, forever:'
	local callback='waits for the callback that it is called from, forever:'
	local driver='(driver devlink_test)' diagnose='health-reporter-diagnose by task N'
	diff - <(scripts/vm --core rust --timeout 300 -- tools/testing/selftests/devlink/deadlock.sh \
		2>/dev/null) <<-END
		info_get lock: $lock info-get $driver
		info_get devl_unregister: unregister $callback info-get by task N $driver
		info_get unregister: $lock info-get $driver
		health_diagnose report: $lock health-reporter-diagnose $driver
		health_diagnose destroy: $lock health-reporter-diagnose $driver
		health_diagnose unregister: unregister $callback $diagnose $driver
		health_diagnose report: health report $callback $diagnose $driver
		health_diagnose destroy: destroying a health reporter $callback $diagnose $driver
	END
}

check 'the C core warns of what a driver may not do' warns c
check 'the Rust core warns of the same, as often' warns rust
check 'the Rust core lives on when a netdev has a port that was never registered' \
	lost_port_is_survived
check 'the Rust core refuses to nest an instance in itself, or in what is nested in it, perhaps just then' \
	circle_is_refused
check 'the Rust core says at once that a driver waits for itself, and where' deadlocks_are_named
finish
