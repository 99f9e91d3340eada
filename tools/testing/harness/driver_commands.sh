#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of devlink(8) prints the same with either test driver, on the Rust core, and has the
# driver called in the same way. What is left out, and why, is in commands.py beside this.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/driver_commands
# All but those that are about instances in others.
OBJECTS=(help dev param port resource region health trap rate sb dpipe lc netns rights monitor batch
	compat)
mkdir -p $OUT

# play DRIVER
play() {
	scripts/vm --core rust --test-driver "$1" --timeout 1500 -- \
		tools/testing/selftests/devlink/commands.sh "${OBJECTS[@]}" >"$OUT/$1" 2>"$OUT/$1.log" || {
		echo "expected commands.sh to play to its end with the driver in $1; the end of what came:"
		tail -n 20 "$OUT/$1" "$OUT/$1.log"
		return 1
	}
}

rust_played() {
	cat "$OUT/play"
	((status == 0))
}

play rust >"$OUT/play" &
player=$!
check 'commands.sh plays with the driver in C' play c
status=0
wait $player || status=$?
check 'commands.sh plays with the driver in Rust' rust_played
check 'every command prints the same with both' scripts/toolroot tools/testing/harness/commands.py \
	drivers $OUT/c $OUT/rust
finish
