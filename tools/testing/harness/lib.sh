# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests in this folder share. They run on the host, from the repository's folder, and print TAP.
set -u
count=0
failed=0

# check NAME CMD...: one test, which passes if CMD does. What CMD prints is shown if it fails.
check() {
	local name=$1 output
	shift
	count=$((count + 1))
	if output=$("$@" 2>&1); then
		echo "ok $count $name"
	else
		failed=$((failed + 1))
		echo "not ok $count $name"
		sed 's/^/# /' <<<"$output"
	fi
}

finish() {
	echo "1..$count"
	((failed == 0))
	exit
}

# declared: the functions that include/net/devlink.h declares and does not define.
declared() {
	# shellcheck disable=SC2016 # for perl
	scripts/toolroot perl -0777 -ne '
		s{/\*.*?\*/}{}gs; s{^\#(.*\\\n)*.*\n}{}gm;
		1 while s/\{[^{}]*\}/;/s;
		for (split /;/) {
			next if /^\s*(static|typedef|DEFINE_GUARD)/;
			print "$1\n" if /^[^()]*?\b(\w+)\s*\(/s;
		}' build/tree/include/net/devlink.h | sort -u
}
