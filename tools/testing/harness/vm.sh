#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# scripts/vm does what its --help says.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell in the guest
# shellcheck source=tools/testing/harness/lib.sh
. "$(dirname "$0")/lib.sh"

# status_of WANTED CMD...: CMD's status must be WANTED. Its output goes to $out and $err.
out=$(mktemp)
err=$(mktemp)
trap 'rm -f "$out" "$err"' EXIT
status_of() {
	local wanted=$1 came=0
	shift
	"$@" >"$out" 2>"$err" </dev/null || came=$?
	((came == wanted)) || {
		echo "expected status $wanted, came $came, with this output:"
		cat "$out" "$err"
		return 1
	}
}

one_line() {
	status_of 1 "$@" || return
	(($(cat "$out" "$err" | wc -l) == 1)) || {
		echo "expected one line, came:"
		cat "$out" "$err"
		return 1
	}
}


warning_is_printed() {
	status_of 125 scripts/vm --timeout 120 -- \
		sh -c 'modprobe lkdtm && echo WARNING >/sys/kernel/debug/provoke-crash/DIRECT' &&
		grep 'WARNING: .*lkdtm' "$err"
}

# A marker in QEMU's command line tells the machine of this test from others that run beside it.
machines_left() { pgrep -f "qemu-system.*$1" | wc -l; }

timeout_kills() {
	local marker=marker-timeout-$$
	status_of 124 scripts/vm --timeout 20 --append "$marker" -- sleep 1000 || return
	sleep 1
	(($(machines_left "$marker") == 0)) || {
		echo "expected no QEMU to be left"
		return 1
	}
}

kill_kills() {
	local marker=marker-$1-$$ pid i
	scripts/vm --append "$marker" -- sleep 1000 >/dev/null 2>&1 </dev/null &
	pid=$!
	for ((i = 0; i < 100; i++)); do
		(($(machines_left "$marker") == 0)) || break
		sleep 0.2
	done
	((i < 100)) || {
		echo "expected a QEMU to appear"
		return 1
	}
	kill "-$1" "$pid"
	for ((i = 0; i < 50; i++)); do
		(($(machines_left "$marker"))) || return 0
		sleep 0.2
	done
	echo "expected no QEMU to be left after SIG$1 to scripts/vm"
	return 1
}

output_is_passed() {
	status_of 0 scripts/vm --timeout 120 -- \
		sh -c 'echo "to stdout"; echo "to stderr" >&2; pwd; id -u' || return
	diff - "$out" <<<$'to stdout\n/src\n0' && grep -qx 'to stderr' "$err"
}

arguments_survive() {
	status_of 0 scripts/vm --timeout 120 -- printf '<%s>\n' 'a b' "it's" '$HOME' '' || return
	diff - "$out" <<<$'<a b>\n<it\'s>\n<$HOME>\n<>'
}

folder_is_shared() {
	local file=build/test/shared-$$
	status_of 0 scripts/vm --timeout 120 -- sh -c "echo here >$file" && grep -qx here "$file"
}

check 'exits with the status of the command: 0' status_of 0 scripts/vm --timeout 120 -- true
check 'exits with the status of the command: 1' status_of 1 scripts/vm --timeout 120 -- false
check 'exits with the status of the command: 42' status_of 42 scripts/vm --timeout 120 -- sh \
	-c 'exit 42'
check 'passes standard output and standard error through' output_is_passed
check 'hands arguments over unchanged' arguments_survive
check "the repository's folder is the same in the guest" folder_is_shared
check 'exits 125 on a kernel WARNING and prints it' warning_is_printed
check 'exits 124 when the command hangs, and leaves no QEMU behind' timeout_kills
check 'leaves no QEMU behind when terminated' kill_kills TERM
check 'leaves no QEMU behind when killed' kill_kills KILL
check '--cpus' status_of 0 scripts/vm --timeout 120 --cpus 3 -- sh -c '[ "$(nproc)" = 3 ]'
check 'an unknown core is one clear line' one_line scripts/vm --core cobol -- true
check 'an unknown test driver is one clear line' one_line scripts/vm --test-driver cobol -- true
check 'an unknown netdevsim is one clear line' one_line scripts/vm --netdevsim cobol -- true
check 'an option without its value is one clear line' one_line scripts/vm --timeout
check 'no command is one clear line' one_line scripts/vm --timeout 5
check 'a timeout that is no number is one clear line' one_line scripts/vm --timeout soon -- true
finish
