# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests share in which two things happen to a device at once, for who has driver_lib.sh. Who uses it says how many
# rounds there are: $ROUNDS; which races, by their names: ${races[@]}, all if there is none; in how many seconds either must
# have ended: $LIMIT; what has to be there before each round: prepare(); and how the driver is unloaded: unload().

races=()
# In that time the device has to work again.
BACK_LIMIT=150
# What a driver in C has handlers of errors of the bus called with.
# shellcheck disable=SC2034 # of those who load it
ERRORS=/src/build/${vm_kernel:?}/test-modules/devlink_test_pci.ko
ERROR=/sys/kernel/debug/devlink_test_pci/error

reload() { devlink dev reload "$DEV" >/dev/null 2>&1; }
remove() { echo 1 >"$DEVICE/remove"; }
rescan() { [[ -e $DEVICE ]] || echo 1 >/sys/bus/pci/rescan; }
dies() { tell fatal; }
is_back() { eventually is_bound && eventually works; }
prepare() { :; }

# What the handlers answer is part of what is written, so that may be an error, too.
has_bus_error() { echo "$PCI fatal" >"$ERROR" || true; }

# Milliseconds since the machine has started.
now() { awk '{print int($1 * 1000)}' /proc/uptime; }

# measure: how long a reload takes, in milliseconds: $took.
measure() {
	local start
	start=$(now)
	reload || return
	took=$(($(now) - start))
}

# later ROUND CMD...: CMD, that part of what is $took later.
later() {
	local delay=$((took * $1 / ROUNDS))
	sleep "$((delay / 1000)).$(printf %03d $((delay % 1000)))"
	"${@:2}"
}

# race NAME TITLE FIRST SECOND BACK: in each round SECOND comes in the middle of FIRST, and BACK has the device work again.
race() {
	is_wanted "$1" || return 0
	judge "$ROUNDS times $2" rounds "${@:3}"
}

is_wanted() { [[ ${#races[@]} == 0 || " ${races[*]} " == *" $1 "* ]]; }
judge() { check "$@"; }

rounds() {
	local round pid status
	for ((round = 0; round < ROUNDS; round++)); do
		prepare || {
			echo "it was not ready for round $round"
			return 1
		}
		dmesg -C
		in_time "$LIMIT" "$1" &
		pid=$!
		status=0
		in_time "$LIMIT" later "$round" "$2" || status=$?
		wait "$pid"
		if (($? == 124 || status == 124)) || ! in_time "$BACK_LIMIT" "$3" || ! no_report; then
			echo "this was round $round of $ROUNDS, $((took * round / ROUNDS)) ms after the begin; the kernel said last:"
			dmesg | tail -n 15
			return 1
		fi
	done
}

back_after_removal() { rescan && is_back; }

back_after_unload() {
	! is_loaded || unload || return
	holds_nothing && insert && is_back
}
