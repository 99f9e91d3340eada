# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What tests share that are about one of the drivers of a card, on top of lib.sh. Who uses it says which there are, and which
# PCI function it is about: $DRIVERS, $PCI and $DEVICE; and whether the device works: works().
# shellcheck source=tools/testing/selftests/connectx/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

# use_driver NAME: the driver that the tests are about. udev does not load the other one, which would have a card whose
# probe fails, or that comes back after a rescan, at once.
use_driver() {
	DRIVER=$1
	# shellcheck disable=SC2153 # not the same as DRIVER
	[[ " ${DRIVERS[*]} " == *" $1 "* ]] || {
		echo "there is no driver '$1': it is one of ${DRIVERS[*]}" >&2
		exit 1
	}
	printf 'blacklist %s\n' "${DRIVERS[@]}" | grep -vw "$DRIVER" >/etc/modprobe.d/connectx.conf
	udevadm control --reload
	DRIVER_FOLDER=/sys/bus/pci/drivers/$DRIVER
}

# insert: the driver's module, of $MODULE, a file, if it is set: else the kernel's own.
parameters=()
insert() {
	if [[ ${MODULE:-} ]]; then
		insmod "$MODULE" "${parameters[@]}"
	else
		modprobe "$DRIVER" "${parameters[@]}"
	fi
}
is_loaded() { [[ -e /sys/module/$DRIVER ]]; }
is_bound() { [[ -e $DRIVER_FOLDER/$PCI ]]; }
bind() { echo "$PCI" >"$DRIVER_FOLDER/bind"; }
unbind() { echo "$PCI" >"$DRIVER_FOLDER/unbind"; }

# tell REQUEST: the same as ctl, without a word.
tell() { ctl "$@" >/dev/null; }

# The card had no power, and is found anew.
power_cycle() {
	[[ ! -e $DEVICE ]] || echo 1 >"$DEVICE/remove"
	tell remove && tell return && echo 1 >/sys/bus/pci/rescan && eventually is_bound
}

# in_time SECONDS CMD...: CMD ends in that time. One that does not is left behind, since nothing may be able to end it; what
# it waits for is shown. Its status is that of CMD, or 124.
in_time() {
	local limit=$1 end pid file status=0
	shift
	file=$(mktemp)
	# To a file, so that nobody who reads what comes waits for it.
	"$@" >"$file" 2>&1 &
	pid=$!
	end=$((SECONDS + limit))
	while kill -0 "$pid" 2>/dev/null; do
		((SECONDS < end)) || {
			echo "after $limit s this has not ended: $*"
			where_it_waits "$pid"
			status=124
			break
		}
		sleep 0.05
	done
	((status)) || wait "$pid" || status=$?
	cat "$file"
	rm "$file"
	return "$status"
}

# where_it_waits PID: the stacks of a process and of its children.
where_it_waits() {
	local pid
	for pid in "$1" $(pgrep -P "$1"); do
		echo "$(tr '\0' ' ' <"/proc/$pid/cmdline"):"
		head -n 12 "/proc/$pid/stack"
	done
}

# no_report: the kernel has not complained since its log was cleared.
no_report() {
	local lines
	lines=$(dmesg | grep -E -A12 'BUG:|WARNING:|KASAN:|UBSAN:|ODEBUG:|Oops|INFO: (task|rcu|possible|trying)|refcount_t:') ||
		return 0
	echo "expected no report from the kernel, came:"
	head -n 30 <<<"$lines"
	return 1
}

# The checks that a driver does not pass, since it does not have what they are about, each with the reason.
declare -A lacks=()

# verify NAME CMD...: a check, unless the driver lacks what it is about: then it must fail.
verify() {
	local reason=${lacks[$1]:-} output
	[[ $reason ]] || {
		check "$@"
		return
	}
	count=$((count + 1))
	if output=$("${@:2}" 2>&1); then
		failed=$((failed + 1))
		echo "not ok $count $1"
		echo "# $DRIVER is said not to have this, and has it: $reason"
	else
		echo "ok $count $1 # SKIP $reason"
		sed 's/^/# /' <<<"$output"
	fi
}
