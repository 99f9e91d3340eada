# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests in this folder share. They run on the host, from the repository's folder, and print
# TAP.
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

# fails_in MODULE ERROR COMPILE FILE: COMPILE, a function, fails to compile FILE, with ERROR as the
# first error in MODULE.rs and none elsewhere.
fails_in() {
	local module=$1 error=$2 output
	if output=$("$3" "$4" 2>&1); then
		echo "expected an error, came none"
		return 1
	fi
	output=$(grep -E '^[^ ]+: error' <<<"$output")
	if [[ $output != */"$module.rs:"*"$error"* ]] || grep -v "/$module\.rs:" <<<"$output"; then
		echo "expected in $module.rs and nowhere else: $error; came:"
		echo "$output"
		return 1
	fi
}

# check_sources FOLDER MODULE COMPILE: a test for each file in FOLDER of this folder, which the
# function COMPILE compiles as MODULE.rs. Its second line says what is expected: "// compiles: WHAT",
# or "// error: ERROR: WHAT".
check_sources() {
	local file line
	for file in "tools/testing/harness/$1"/*.rs; do
		line=$(sed -n 2p "$file")
		case $line in
		'// compiles: '*) check "compiles: ${line#*: }" "$3" "$file" ;;
		'// error: '*)
			line=${line#*: }
			check "${line#*: } (${line%%: *})" fails_in "$2" "${line%%: *}" "$3" "$file"
			;;
		*) check "$file says what is expected of it" false ;;
		esac
	done
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
