#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# diff.sh [--test-driver rust|c] [SEEDS [REQUESTS]]: both cores answer the same requests, and tell the
# same of the same events, byte for byte. SEEDS is a number of seeds, or FIRST..LAST; each is
# REQUESTS random requests with driver events in between, over stock netdevsim and one of the test
# drivers (default: c). What is left out of the comparison, and why: `devlink-diff rules`.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

MODULES=test-modules
OUT=build/test/diff
if [[ ${1:-} == --test-driver ]]; then
	case ${2:-} in
	c) ;;
	rust)
		MODULES=test-modules_rust
		OUT=build/test/diff-rust-driver
		;;
	*)
		echo "there is no test driver '${2:-}': it is rust or c" >&2
		exit 1
		;;
	esac
	shift 2
fi
SEEDS=${1:-100}
REQUESTS=${2:-2000}
[[ $SEEDS == *..* ]] || SEEDS=1..$SEEDS
FIRST=${SEEDS%..*} LAST=${SEEDS#*..}
# A twentieth of a second for each request is ten times what a quiet machine takes.
TIMEOUT=$((600 + (LAST - FIRST + 1) * REQUESTS / 20))
# Half of its time a machine waits for grace periods: where that is longer than a start, each core
# has two.
RANGES=("$SEEDS")
if ((LAST - FIRST >= 50)); then
	middle=$(((FIRST + LAST) / 2))
	RANGES=("$FIRST..$middle" "$((middle + 1))..$LAST")
fi
# Inside the tool root and inside the guests alike.
DIFF=build/cargo/release/devlink-diff

build() {
	scripts/toolroot cargo build --release --locked --package devlink-diff --target-dir build/cargo
}

# One CPU: what happens beside a request then happens after it, and two machines share the host's.
play_range() {
	scripts/vm --core "$1" --cpus 1 --timeout $TIMEOUT -- sh -c 'udevadm control --exit; exec "$@"' \
		-- \
		$DIFF play --seeds "$2" --requests "$REQUESTS" --module "build/$1/$MODULES/devlink_test.ko" \
		--out "$OUT/$1" --times >"$OUT/$1-$2.log" 2>&1 || {
		tail -n 60 "$OUT/$1-$2.log"
		return 1
	}
}

play() {
	local range player players=() status=0
	rm -rf "${OUT:?}/$1"
	mkdir -p "$OUT/$1"
	for range in "${RANGES[@]}"; do
		play_range "$1" "$range" &
		players+=($!)
	done
	for player in "${players[@]}"; do
		wait "$player" || status=1
	done
	return $status
}

rust_played() {
	cat "$OUT/play"
	((status == 0))
}

in_root() { scripts/toolroot "$DIFF" "$@"; }

mkdir -p $OUT
check 'the program builds' build
play rust >"$OUT/play" &
player=$!
check 'the C core plays' play c
status=0
wait $player || status=$?
check 'the Rust core plays' rust_played
check "the cores agree in seeds $SEEDS of $REQUESTS requests" in_root compare "$OUT/c" "$OUT/rust"
# In fewer seeds chance leaves some out.
((LAST - FIRST < 29)) || check 'every operation was answered' in_root complete "$OUT/c"
in_root compare "$OUT/c" "$OUT/rust" --limit 0 | sed 's/^/# /'
finish
