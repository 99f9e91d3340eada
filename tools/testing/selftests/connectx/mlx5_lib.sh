# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the two drivers of a model ConnectX-5 share, on top of lib.sh.
# shellcheck source=tools/testing/selftests/connectx/lib.sh
. "${BASH_SOURCE[0]%/*}/lib.sh"

PCI=$(first_function 0x15b3 0x1017)
DEVICE=/sys/bus/pci/devices/$PCI
DEV=pci/$PCI
# The card's second function, if it has two.
OTHER=$(for folder in /sys/bus/pci/devices/*; do
	[[ $(cat "$folder/vendor") != 0x15b3 || ${folder##*/} == "$PCI" ]] || echo "${folder##*/}"
done)
# shellcheck disable=SC2034 # of those who need it
OTHER_DEV=pci/$OTHER
DRIVERS=(mlx5_core rust_mlx5)

# use_driver NAME: the driver that the tests are about. udev does not load the other one, which would have a card whose
# probe fails, or that comes back after a rescan, at once.
use_driver() {
	DRIVER=$1
	[[ " ${DRIVERS[*]} " == *" $1 "* ]] || {
		echo "there is no driver '$1': it is one of ${DRIVERS[*]}" >&2
		exit 1
	}
	printf 'blacklist %s\n' "${DRIVERS[@]}" | grep -vw "$DRIVER" >/etc/modprobe.d/connectx.conf
	udevadm control --reload
	DRIVER_FOLDER=/sys/bus/pci/drivers/$DRIVER
}

# Of $MODULE, a file, if it is set: else the kernel's own.
insert() { if [[ ${MODULE:-} ]]; then insmod "$MODULE"; else modprobe "$DRIVER"; fi; }
is_loaded() { [[ -e /sys/module/$DRIVER ]]; }
is_bound() { [[ -e $DRIVER_FOLDER/$PCI ]]; }
bind() { echo "$PCI" >"$DRIVER_FOLDER/bind"; }
unbind() { echo "$PCI" >"$DRIVER_FOLDER/unbind"; }

# tell REQUEST: the same as ctl, without a word.
tell() { ctl "$@" >/dev/null; }

# netdev [FUNCTION]
netdev() { [[ ! -e /sys/bus/pci/devices/${1:-$PCI}/net ]] ||
	ls "/sys/bus/pci/devices/${1:-$PCI}/net"; }
up() { ip link set "$(netdev)" up && eventually carrier 1; }
down() { ip link set "$(netdev)" down; }
carrier() { [[ $(cat "$DEVICE/net/$(netdev)/carrier" 2>/dev/null) == "$1" ]]; }

# reporter NAME FIELD VALUE
reporter() { [[ $(devlink -j health show "$DEV" reporter "$1" |
	jq -c ".health[][]|.$2") == "$3" ]]; }

# The device answers a command.
works() { is_bound && shows 'fw.version 16.35.4030' devlink dev info "$DEV"; }

# The driver has nothing of the card.
holds_nothing() { card_is 0 .total objects && card_is 0 .pages objects; }

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
