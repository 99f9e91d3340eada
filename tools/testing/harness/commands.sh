#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Every command of devlink(8), and every operation through the kernel tree's ynl, print the same on
# both cores. What is played is in tools/testing/selftests/devlink/commands/ and ynl.py; what is
# left out of the comparison, and how it is known that nothing was forgotten, is in commands.py
# beside this.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

OUT=build/test/commands
PLAYED=tools/testing/selftests/devlink
mkdir -p $OUT

# play CORE SCRIPT
play() {
	local file=$OUT/${2%.*}.$1
	scripts/vm --core "$1" --timeout 1500 -- "$PLAYED/$2" >"$file" 2>"$file.log" || {
		echo "expected $2 to play to its end on the $1 core; the end of what came:"
		tail -n 20 "$file" "$file.log"
		return 1
	}
}

# both CORES play SCRIPT
both() {
	local status=0
	play rust "$1" >"$OUT/play" &
	check "$1 plays on the C core" play c "$1"
	wait $! || status=$?
	check "$1 plays on the Rust core" played $status
}

played() {
	cat "$OUT/play"
	return "$1"
}

judge() { scripts/toolroot tools/testing/harness/commands.py "$@"; }

both commands.sh
check 'every command prints the same on both cores' judge compare $OUT/commands.c $OUT/commands.rust
check 'every subcommand, keyword and option that devlink knows was played' judge coverage \
	$OUT/commands.c
both ynl.py
check 'every operation, through ynl, prints the same on both cores' judge compare $OUT/ynl.c \
	$OUT/ynl.rust
finish
