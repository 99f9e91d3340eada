#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# rust_mlx5_races.sh [ROUNDS [RACE...]]: rust_mlx5 on a model ConnectX-5 (scripts/vm --nic cx5) is reloaded while its device is
# removed, its module is unloaded, its firmware dies, its function is reset or has an error of the bus, and the network
# namespace is deleted that the instance is in. From round to round the second comes later, from the begin of the reload to its end. Each round ends in
# time, and after it the device works.
#
# With two functions (--nic cx5,ports=2,count=2) one is removed, too, while both are put into a bond.
#
# A RACE is removal, unload, death, reset, bus_error, reload, namespace, nowhere or bond; all of them, if none is said.
# shellcheck source=tools/testing/selftests/connectx/mlx5_lib.sh
. "$(dirname "$0")/mlx5_lib.sh"
# shellcheck source=tools/testing/selftests/connectx/races_lib.sh
. "$(dirname "$0")/races_lib.sh"

ROUNDS=${1:-20}
races=("${@:2}")
# Shorter than the minute that a command may take: nothing that ends the device is to wait for one.
LIMIT=50
use_driver rust_mlx5

unload() { rmmod "$DRIVER"; }
healthy() { reporter fw_fatal state '"healthy"' && works; }

# The reload may have ended it, or the health work recovers it. If a reload has failed, a user may have to say that it shall
# be.
back_after_death() {
	local end=$((SECONDS + 15))
	while ((SECONDS < end)); do
		! healthy >/dev/null 2>&1 || return 0
		sleep 0.5
	done
	echo "it is not healthy, so a user has it recovered"
	devlink health recover "$DEV" reporter fw_fatal
	eventually healthy
}

reset() { echo 1 >"$DEVICE/reset"; }
back_after_reset() {
	eventually works || {
		echo "it does not work after the reset of its function; a reload:"
		devlink dev reload "$DEV" && works
	}
}

# The instance is moved to a namespace first, so FIRST is what moves it there and reloads it.
reload_elsewhere() {
	ip netns add race && devlink dev reload "$DEV" netns race >/dev/null 2>&1
	devlink -N race dev reload "$DEV" >/dev/null 2>&1
}
delete_namespace() {
	eventually test -e /run/netns/race
	ip netns del race
}
is_home() { shows "^$DEV" devlink dev show >/dev/null 2>&1; }
back_from_namespace() {
	[[ ! -e /run/netns/race ]] || ip netns del race
	eventually is_home && is_back
}

remove_while_deleted() {
	eventually test -e /run/netns/race
	ip netns del race &
	remove
	wait $!
}
back_from_nowhere() {
	[[ ! -e /run/netns/race ]] || ip netns del race
	rescan && eventually is_home && is_back
}

become_a_lag() {
	ip link add race type bond mode active-backup miimon 100
	ip link set "$(netdev)" down
	ip link set "$(netdev "$OTHER")" down
	ip link set "$(netdev)" master race
	ip link set "$(netdev "$OTHER")" master race
	ip link set race up
	sleep 1
} 2>/dev/null
has_netdevs() { [[ $(netdev) && $(netdev "$OTHER") ]]; }
back_from_bond() {
	[[ ! -e /sys/class/net/race ]] || ip link del race
	rescan && is_back && eventually has_netdevs && eventually card_is 0 .objects.lag objects
}

check 'loads' insert
check 'works' is_back
devlink health set "$DEV" reporter fw_fatal grace_period 0
check 'a reload is measured' measure
measure
race removal 'removed during reload' reload remove back_after_removal
race unload 'unloaded during reload' reload unload back_after_unload
devlink health set "$DEV" reporter fw_fatal grace_period 0
race death 'dead firmware during reload' reload dies back_after_death
race reset 'a reset of the function during reload' reload reset back_after_reset
check 'errors of the bus can be made' insmod "$ERRORS"
race bus_error 'an error of the bus during reload' reload has_bus_error back_after_death
race reload 'two reloads' reload reload is_back
# Two of them, one after the other.
took=$((2 * took))
race namespace 'its namespace deleted during reload' reload_elsewhere delete_namespace back_from_namespace
race nowhere 'its namespace deleted, and it removed' reload_elsewhere remove_while_deleted back_from_nowhere
if [[ $(netdev) && $OTHER ]]; then
	check 'there are bonds' modprobe bonding
	# What it takes two functions to become a LAG.
	took=2000
	race bond 'removed while it is put into a bond' become_a_lag remove back_from_bond
else
	echo '# without two network devices there is no bond'
fi
check 'unloads' unload
check 'nothing is held' holds_nothing
check 'no command was unknown' card_is '[]' .unknown
finish
