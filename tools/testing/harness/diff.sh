#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# diff.sh [--test-driver rust|c] [SEEDS [REQUESTS]]: both cores answer the same requests, and tell the
# same of the same events, byte for byte. SEEDS is a number of seeds, or FIRST..LAST; each is
# REQUESTS random requests with driver events in between, over stock netdevsim and one of the test
# drivers (default: c).
#
# diff.sh --drivers [--core rust|c] [SEEDS [REQUESTS]]: one core (default: rust) does so with both test
# drivers, and calls them in the same way.
#
# diff.sh --netdevsims [--core rust|c] [SEEDS [REQUESTS]]: likewise with netdevsim in C and that in Rust.
#
# What is left out of the comparison, and why: `devlink-diff rules`.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

AGAIN=$0
BETWEEN=cores CORE=rust DRIVER=c
while [[ ${1:-} == --* ]]; do
	AGAIN+=" $1"
	case $1 in
	--drivers | --netdevsims) BETWEEN=${1#--} ;;
	--core | --test-driver)
		if [[ ${2:-} != rust && ${2:-} != c ]]; then
			echo "$1 is rust or c, not '${2:-}'" >&2
			exit 1
		fi
		[[ $1 == --core ]] && CORE=$2 || DRIVER=$2
		AGAIN+=" $2"
		shift
		;;
	*)
		echo "unknown option: $1" >&2
		exit 1
		;;
	esac
	shift
done
SEEDS=${1:-100}
REQUESTS=${2:-2000}
[[ $SEEDS == *..* ]] || SEEDS=1..$SEEDS
FIRST=${SEEDS%..*} LAST=${SEEDS#*..}
# A twentieth of a second for each request is ten times what a quiet machine takes.
TIMEOUT=$((600 + (LAST - FIRST + 1) * REQUESTS / 20))
# Half of its time a machine waits for grace periods: where that is longer than a start, each side
# has two.
RANGES=("$SEEDS")
if ((LAST - FIRST >= 50)); then
	middle=$(((FIRST + LAST) / 2))
	RANGES=("$FIRST..$middle" "$((middle + 1))..$LAST")
fi
# Inside the tool root and inside the guests alike.
DIFF=build/cargo/release/devlink-diff

# of LANGUAGE: sets core, driver and netdevsim, of which one is in that language.
case $BETWEEN in
cores)
	OUT=build/test/diff-with-$DRIVER-driver
	WHAT=core
	of() { core=$1 driver=$DRIVER; }
	;;
drivers)
	OUT=build/test/diff-drivers-on-$CORE-core
	WHAT='test driver'
	of() { core=$CORE driver=$1; }
	;;
netdevsims)
	OUT=build/test/diff-netdevsims-on-$CORE-core
	WHAT=netdevsim
	of() { core=$CORE driver=c netdevsim=$1; }
	;;
esac

build() {
	scripts/toolroot cargo build --release --locked --package devlink-diff --target-dir build/cargo
}

# One CPU: what happens beside a request then happens after it, and two machines share the host's.
play_range() {
	local core driver netdevsim=c modules=test-modules
	of "$1"
	[[ $driver == c ]] || modules+=_$driver
	scripts/vm --core "$core" --netdevsim "$netdevsim" --cpus 1 --timeout $TIMEOUT -- \
		sh -c 'udevadm control --exit; exec "$@"' -- \
		$DIFF play --seeds "$2" --requests "$REQUESTS" --between "$BETWEEN" \
		--module "build/$core/$modules/devlink_test.ko" \
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

mkdir -p "$OUT"
check 'the program builds' build
play rust >"$OUT/play" &
player=$!
check "the $WHAT in C plays" play c
status=0
wait $player || status=$?
check "the $WHAT in Rust plays" rust_played
check "both ${WHAT}s agree in seeds $SEEDS of $REQUESTS requests" in_root compare --again "$AGAIN" \
	"$OUT/c" "$OUT/rust"
# In fewer seeds chance leaves some out.
((LAST - FIRST < 29)) || check 'every operation was answered' in_root complete "$OUT/c"
in_root compare "$OUT/c" "$OUT/rust" --limit 0 | sed 's/^/# /'
finish
