# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# A record of what devlink(8) answered, for a comparison of cores.

# start_record FILE: from now on, in FILE.
start_record() {
	RECORD=$1
	: >"$RECORD"
}

# As devlink(8), and noted in the record; times differ from run to run.
devlink() {
	local output status=0
	output=$(command devlink "$@" 2>&1) || status=$?
	[[ ! $output ]] || echo "$output"
	{
		echo "\$ devlink $*"
		sed -E 's/(last_dump_(date|time)"?:? ?)"?[-0-9:]+"?/\1.../g; s/[ \t]+$//' <<<"$output"
		echo "status $status"
	} >>"$RECORD"
	return "$status"
}

# equals_nothing CMD...: CMD succeeds and prints nothing.
equals_nothing() {
	local output
	output=$("$@") && [[ ! $output ]] && return
	echo "expected nothing from: $*; came:"
	echo "$output"
	return 1
}

# notifies_flash PATTERN CMD...: CMD succeeds, and a notification of a flash has such a line.
notifies_flash() {
	local pattern=$1 monitor status=0
	shift
	command devlink monitor dev >/tmp/monitor &
	monitor=$!
	eventually listens "$monitor" && "$@" && eventually grep -qE -- "$pattern" /tmp/monitor || status=$?
	kill "$monitor"
	wait "$monitor" 2>/dev/null
	((status == 0)) || cat /tmp/monitor
	return "$status"
}
