# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests share that have single commands of a driver fail, for who has lib.sh, and has said which commands come in a
# probe: $PROBE; which function it is about: $PCI; how its driver is bound to it: is_bound(), bind(), unbind(); and what
# comes of it: works(), holds_nothing(), remove_and_rescan().

# In that many seconds a driver gives up a command that does not end, of firmware that is dead.
HANG_LIMIT=20
# What a driver in C has handlers of errors of the bus called with.
# shellcheck disable=SC2034 # of those who load it
ERRORS=/src/build/${vm_kernel:?}/test-modules/devlink_test_pci.ko
ERROR=/sys/kernel/debug/devlink_test_pci/error

bus_error() { echo "$PCI $1" >"$ERROR"; }

# unharmed WHEN REQUEST: the card does what is asked with one command of `probe` or of `removal`; whatever comes of that,
# nothing is held, and the next probe works.
unharmed() {
	! is_bound || unbind
	[[ $1 == probe ]] || bind
	tell "$2" || return
	is_bound || bind 2>/dev/null
	! is_bound || unbind
	tell clear && tell release && holds_nothing && bind && works
}

# each_command WHEN REQUEST COMMAND...
each_command() {
	local when=$1 request=$2 command
	shift 2
	for command; do
		# shellcheck disable=SC2059 # it is a format
		unharmed "$when" "$(printf "$request" "$command")" || {
			echo "the command was $command"
			return 1
		}
	done
}

# hangs COMMAND HOW: a command of probe, or of removal, does not end, and then the card dies or vanishes.
hangs() {
	local action=unbind end=$((SECONDS + HANG_LIMIT)) pid
	if printf '%s\n' "${PROBE[@]}" | grep -qx "$1"; then
		unbind
		action=bind
	fi
	tell "{\"do\": \"hang\", \"command\": \"$1\"}"
	$action 2>/dev/null &
	pid=$!
	sleep 1
	tell "$2"
	wait "$pid"
	((SECONDS < end)) || {
		echo "$1 was waited for"
		return 1
	}
	[[ $2 == remove ]] || tell remove
	remove_and_rescan
}
