# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink -N, and moves between network namespaces

event ip netns add blue
event ip netns add red
show -N blue dev show
d -N none dev show
d dev reload $NSIM netns blue
d dev show
show -N blue dev show
show -N blue port show
show -N blue dev param show
show -N blue resource show
show -N blue region show
show -N blue health show
show -N blue trap show
show -N blue trap group show
show -N blue trap policer show
d -N blue dev param set $NSIM name max_macs value 8 cmode driverinit
d -N red dev reload $NSIM
d -N blue dev reload $NSIM netns none
d -N blue dev reload $NSIM netns red action fw_activate
d -N blue dev reload $NSIM netns red limit no_reset
d -N blue dev reload $NSIM netns red
d -N blue dev show
show -N red dev show

# by number of a process, and by an id that the namespace has been given
sleep 100 &
process=$!
played '$ (a process of this namespace)' devlink -N red dev reload $NSIM netns 1
kill $process
d dev show
event ip netns set blue 5
d dev reload $NSIM netns 5
d dev reload $NSIM netns 99999
d -N blue dev show
d -N blue dev reload $NSIM netns 1
d dev show

# A namespace that dies gives back what was in it.
d dev reload $NSIM netns red
event ip netns del red
comes_back() {
	local i
	for ((i = 0; i < 300; i++)); do
		! devlink dev show $NSIM 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}
run comes_back
show dev show
event ip netns del blue
