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
