#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A driver that forgets what it has on an instance: both cores warn when it frees the instance, and
# let the device and the driver's module go. On the debug kernel, if there is one: no report but the
# warnings.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# What is warned of when the instance is freed, once for each line.
WARNED=(port reporter resource policer group linecard sb table nodes leaves
	# What hangs on the port goes with it.
	port_reporter port_resource)
# Nothing is said about these.
SILENT=(param)

# expected LOST: what leave.sh prints if LOST snapshots of each forgotten region are not freed.
expected() {
	local kind
	for kind in "${WARNED[@]}"; do
		echo "$kind: 1 warnings, device released, 0 snapshots lost"
	done
	for kind in "${SILENT[@]}"; do
		echo "$kind: 0 warnings, device released, 0 snapshots lost"
	done
	# A trap is forgotten with its group.
	echo "trap: 2 warnings, device released, 0 snapshots lost"
	echo "region: 1 warnings, device released, $1 snapshots lost"
	echo "port_region: 1 warnings, device released, $1 snapshots lost"
	# Nobody can find the region of a port that was never registered.
	echo "early_region: 0 warnings, device released, 2 snapshots lost"
	echo "netns+region+reporter+port+nodes: 4 warnings, device released, $1 snapshots lost"
	echo "netns deleted"
	echo "registered: 1 warnings, device released, 0 snapshots lost"
	echo "netdevsim: 1 warnings, its module goes"
}
KINDS=("${WARNED[@]}" "${SILENT[@]}" trap region port_region early_region
	netns+region+reporter+port+nodes registered netdevsim)

# plays OPTION... -- KIND...: a machine prints what is expected on standard input, and has warnings.
plays() {
	local output status=0 options=()
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	output=$(scripts/vm "${options[@]}" --timeout 600 -- tools/testing/selftests/devlink/leave.sh \
		"${@:2}" 2>/dev/null) ||
		status=$?
	diff - <(echo "$output") || return
	((status == 125)) || {
		echo "expected status 125, came $status"
		return 1
	}
}

lets_go() {
	{
		expected "$1"
		echo 'the module goes'
	} | plays "${@:2}" -- "${KINDS[@]}"
}

# The driver destroys what it has, and reports, after it has freed the instance. The C core uses
# freed memory then.
survives_late_use() {
	{
		# One for the instance; for a region, two uses; for a reporter, three; for a line
		# card, three.
		echo "late+region: 3 warnings, device released, 0 snapshots lost"
		echo "late+port_region: 3 warnings, device released, 0 snapshots lost"
		echo "late+early_region: 2 warnings, device released, 0 snapshots lost"
		echo "late+reporter: 4 warnings, device released, 0 snapshots lost"
		echo "late+port_reporter: 4 warnings, device released, 0 snapshots lost"
		echo "late+linecard: 4 warnings, device released, 0 snapshots lost"
		echo 'the module goes'
	} | plays "$@" -- late+region late+port_region late+early_region late+reporter late+port_reporter \
		late+linecard
}

# A command has a reference to the instance when that is freed. The driver's code may go then.
frees_what_is_held() {
	{
		echo 'the freed instance is in no namespace, 0 snapshots are left'
		echo 'held+region+port_region: 2 warnings, device released, 0 snapshots lost'
		echo 'the module goes'
	} | plays "$@" -- held+region+port_region
}

check 'the C core lets a driver go that forgets something' lets_go 2 --core c
check 'the Rust core lets it go, and frees the snapshots' lets_go 0 --core rust
check 'the Rust core lives on when a driver uses what it forgot after it freed the instance' \
	survives_late_use --core rust
check 'the Rust core frees snapshots at once, also those of an instance that somebody still holds' \
	frees_what_is_held --core rust
[[ ! -e build/rust-debug/.built ]] || {
	check 'so it does on the debug kernel, which says no more' lets_go 0 --core rust --debug
	check 'and with use after that' survives_late_use --core rust --debug
}
finish
