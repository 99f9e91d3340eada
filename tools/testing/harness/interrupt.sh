#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# interrupt.sh [FOLDER]: set-up is interrupted with Ctrl-C in each of its steps, and still comes to
# its end.
#
# Works in a clone in FOLDER, which it makes, with a cache folder beside it; without FOLDER in
# build/interrupt, which it deletes. That is a whole set-up: 20 minutes, 20 GB, and 1 GB to
# download.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

folder=${1:-$PWD/build/interrupt}
clone=$folder/clone
export XDG_CACHE_HOME=$folder/cache
# In the environment of all that is started here, so that what is left over is found.
export INTERRUPT_TEST=$$

remnants() {
	local environ
	for environ in /proc/[0-9]*/environ; do
		environ=${environ%/environ}
		! grep -qz "^INTERRUPT_TEST=$INTERRUPT_TEST\$" "$environ/environ" 2>/dev/null ||
			tr '\0' ' ' <"$environ/cmdline"
	done
	! grep -F "$folder/" /proc/self/mountinfo
}

# interrupt STEP: start set-up, press Ctrl-C when it has begun with STEP, and see that it ends at
# once and leaves nothing.
interrupt() {
	local log=$folder/log pid status=0 left
	# A process group of its own is what a terminal would send the signal to, which who started
	# this may ignore.
	set -m
	env --default-signal=INT make -C "$clone" kernel >"$log" 2>&1 </dev/null &
	set +m
	pid=$!
	until grep -q "^── $1" "$log"; do
		sleep 0.1
		kill -0 "$pid" 2>/dev/null || {
			echo "set-up ended before that step:" && tail -n 5 "$log"
			return 1
		}
	done
	sleep 0.3
	kill -INT -- -"$pid"
	for ((i = 0; i < 150; i++)); do
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.1
	done
	((i < 150)) || {
		echo "it goes on after 15 s" && kill -KILL -- -"$pid"
		return 1
	}
	wait "$pid" || status=$?
	((status)) || {
		echo "it exits with 0" && tail -n 5 "$log"
		return 1
	}
	sleep 1 # for what the kernel kills when a process namespace ends
	left=$(remnants)
	[[ -z $left ]] || {
		echo "left over: $left"
		return 1
	}
}

mkdir -p "$folder"
[[ ${1:-} ]] || trap 'rm -rf --one-file-system "$folder"' EXIT
git clone -q . "$clone"
for step in 'making the tool root' 'unpacking the kernel source' 'copying the kernel source' \
	'configuring the kernel' 'building the kernel' 'building the test modules'; do
	check "Ctrl-C while $step" interrupt "$step"
	[[ $step != 'building the kernel' ]] || check 'the next one finds the kernel half built' make \
		-C "$clone" kernel
	rm -rf "$clone"/build/rust/test-modules*
done
check 'set-up comes to its end' make -C "$clone" kernel
check 'what it made boots' "$clone/scripts/vm" --timeout 120 -- true
finish
