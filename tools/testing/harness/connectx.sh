#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# connectx.sh [--core rust|c] [--debug] [--cycles N] [--console FILE]: stock drivers on model cards,
# in a machine (tools/testing/selftests/connectx), and what scripts/vm --nic promises. The kernel
# must be built.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../../.." || exit

options=() cycles=10 console=build/test/connectx.console
while (($#)); do
	case $1 in
	--debug) options+=(--debug) ;;
	--core)
		options+=(--core "$2")
		shift
		;;
	--cycles)
		cycles=$2
		shift
		;;
	--console)
		console=$2
		shift
		;;
	*)
		echo "connectx.sh: unknown argument: $1" >&2
		exit 1
		;;
	esac
	shift
done
mkdir -p build/test

# guest NAME NIC CMD...: the lines of a test in a machine, as this one's own.
guest() {
	local name=$1 nic=$2 line status=0
	shift 2
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			count=$((count + 1))
			[[ $line == ok* ]] || failed=$((failed + 1))
			sed -E "s/ok [0-9]+/ok $count $name:/" <<<"$line"
			;;
		'1..'*) ;;
		*) echo "$line" ;;
		esac
	done < <(
		scripts/vm "${options[@]}" --timeout 3600 --console "$console" --nic "$nic" -- "$@" 2>&1
		echo "# status $?"
	) > >(tee "$console.log")
	wait
	status=$(sed -n 's/^# status //p' "$console.log" | tail -1)
	check "$name: ends well" test "$status" = 0
}

one_line() {
	local output
	output=$(scripts/vm "${options[@]}" --nic "$1" -- true 2>&1) && return 1
	(($(wc -l <<<"$output") == 1)) && return
	echo "expected one line, came:"
	echo "$output"
	return 1
}

# A machine that reboots does not end, because it ends by a reboot: it is over when the test says
# so.
reboots() {
	# The machine's name for the repository is another, so the file's is relative to it.
	local pid i marker=build/test/rebooted.$$
	rm -f "$marker"
	: >"$console.reboot.log"
	scripts/vm "${options[@]}" --timeout 600 --console "$console.reboot" --nic "$1" \
		--qemu '-action reboot=reset' -- \
		tools/testing/selftests/connectx/reboot.sh "$marker" >"$console.reboot.log" 2>&1 </dev/null &
	pid=$!
	for ((i = 0; i < 600; i++)); do
		! grep -q '^1\.\.' "$console.reboot.log" || break
		kill -0 "$pid" 2>/dev/null || break
		sleep 1
	done
	kill "$pid" 2>/dev/null
	wait "$pid"
	rm -f "$marker"
	! grep '^not ok' "$console.reboot.log" && (($(grep -c '^ok' "$console.reboot.log") == 3)) && return
	cat "$console.reboot.log"
	return 1
}

commands_are_traced() { grep -q 'INIT_HCA .* -> ok' "$console.nic0.trace"; }

guest mlx4 cx3 tools/testing/selftests/connectx/mlx4.sh "$cycles"
check 'the trace has the commands' commands_are_traced
check 'a machine that reboots finds the card as new' reboots cx3
check 'a model that is not there is one clear line' one_line cx9
check 'a nonsense option is one clear line' one_line cx3,colour=red
finish
