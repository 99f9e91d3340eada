#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# transcript.sh [REQUESTS [SEEDS]]: both cores answer the same requests, and tell the same of the same events, byte for
# byte. What is played, and what is left out of the comparison, is in tools/testing/selftests/devlink/transcript.py.
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

REQUESTS=${1:-2000}
SEEDS=${2:-4}
OUT=build/test/transcript
mkdir -p $OUT

play() {
	scripts/vm --core "$1" --timeout 1200 -- \
		python3 tools/testing/selftests/devlink/transcript.py "$REQUESTS" "$SEEDS" >"$OUT/$1" 2>"$OUT/$1.log" || {
		tail -n 20 "$OUT/$1" "$OUT/$1.log"
		return 1
	}
}

same() {
	diff -U3 "$OUT/c" "$OUT/rust" >"$OUT/diff" || {
		echo "expected no difference between $OUT/c and $OUT/rust; the first ones:"
		head -n 40 "$OUT/diff" | cut -c1-400
		return 1
	}
}

# A transcript of refusals would prove little.
has_answers() {
	local answers
	answers=$(grep -cE '^[<!] [A-Z]' "$OUT/c")
	echo "expected more than 1000 replies and notifications, came $answers"
	((answers > 1000))
}

play rust >"$OUT/play" &
check 'the C core plays' play c
wait $! || status=$?
check 'the Rust core plays' test "${status:-0}" = 0
check "the cores agree in $SEEDS times $REQUESTS requests" same
check 'there was something to agree about' has_answers
finish
