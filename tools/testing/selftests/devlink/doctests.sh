#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On the debug kernel, booted with kunit.enable=1: the examples in the documentation of this repository's files in
# rust/kernel are tests in the kernel. Each file's are all there, run and pass, and no others are.
# shellcheck source=tools/testing/selftests/devlink/lib.sh
. "$(dirname "$0")/lib.sh"

SUITE=/sys/kernel/debug/kunit/rust_doctests_kernel
RESULTS=/tmp/results

# examples FILE: how many it has. A fence in a comment for rustdoc begins one if it names no other language, and does not
# say that it is not to be built.
examples() {
	awk '
		!/^[ \t]*\/\/[\/!]/ {inside = 0; next}
		!/^[ \t]*\/\/[\/!] ?```/ {next}
		inside {inside = 0; next}
		{
			inside = 1
			sub(/^[^`]*```[ \t]*/, "")
			if ($0 == "" || $0 == "rust") n++
		}
		END {print n + 0}' "$1"
}

# pass FILE COUNT: that many tests are FILE's, and all of them passed.
pass() {
	local name=${1#rust/kernel/} passed
	name="rust_doctest_kernel_${name//[^a-zA-Z0-9]/_}_[0-9]+"
	passed=$(grep -cE "^ *ok [0-9]+ $name\$" "$RESULTS")
	((passed == $2)) && return
	echo "expected $2 tests to pass, as many as there are examples; $passed did. What KUnit says of them:"
	grep -E -A 3 "$name" "$RESULTS"
	return 1
}

# are_all COUNT: the kernel has that many tests, has run all of them, and there are some at all.
are_all() {
	local planned ran
	planned=$(sed -n 's/^ \+1\.\.//p' "$RESULTS")
	ran=$(grep -cE '^ +(not )?ok [0-9]+ ' "$RESULTS")
	echo "expected $1 tests; the kernel has ${planned:-none}, and has run $ran:"
	grep -E '^ +(not )?ok [0-9]+ ' "$RESULTS"
	(($1 > 0 && $1 == planned && $1 == ran))
}

[[ -e $SUITE/run ]] || {
	echo "Bail out! this kernel has no such tests, or was not booted with kunit.enable=1"
	exit 1
}
echo 1 >"$SUITE/run"
cat "$SUITE/results" >"$RESULTS"

total=0
while read -r file; do
	wanted=$(examples "$file")
	((wanted)) || continue
	total=$((total + wanted))
	check "$file: $wanted" pass "$file" "$wanted"
done < <(find rust/kernel -type f -name '*.rs' | LC_ALL=C sort)
check "the kernel has run $total, and has no others" are_all "$total"
echo "# $(grep -E '^ *# rust_doctests_kernel: pass:' "$RESULTS")"
finish
