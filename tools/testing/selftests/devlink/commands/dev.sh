# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-dev(8), but for parameters

show dev
forms dev show
show dev list
show dev show $NSIM
forms dev info
show dev info $NSIM
d dev show netdevsim/none
d dev show none/netdevsim1
d dev show netdevsim1
d dev show $NSIM/0
d dev show $NSIM none
d dev info netdevsim/none

show dev eswitch show $NSIM
d dev eswitch show
d dev eswitch show netdevsim/none
d dev eswitch set $NSIM
d dev eswitch set $NSIM mode switchdev
show dev eswitch show $NSIM
d dev eswitch set $NSIM mode switchdev
d dev eswitch set $NSIM mode switchdev_inactive
d dev eswitch set $NSIM inline-mode none
d dev eswitch set $NSIM inline-mode link
d dev eswitch set $NSIM inline-mode network
d dev eswitch set $NSIM inline-mode transport
d dev eswitch set $NSIM encap-mode none
d dev eswitch set $NSIM encap-mode basic
d dev eswitch set $NSIM mode legacy inline-mode link encap-mode basic
d dev eswitch set $NSIM mode legacy
d dev eswitch set $NSIM mode none
d dev eswitch set netdevsim/none mode legacy

show dev selftests
forms dev selftests show
show dev selftests show $NSIM
show dev selftests run $NSIM
d dev selftests run $NSIM id flash
d dev selftests run $NSIM id none
d dev selftests run
d dev selftests show netdevsim/none

show dev reload $NSIM
d dev reload $NSIM action driver_reinit
d dev reload $NSIM action fw_activate
d dev reload $NSIM action driver_reinit limit no_reset
d dev reload $NSIM action fw_activate limit no_reset
d dev reload $NSIM limit no_reset
d dev reload $NSIM action none
d dev reload $NSIM limit none
d dev reload $NSIM netns none
d dev reload netdevsim/none
show dev show $NSIM
nsim Y dont_allow_reload
d dev reload $NSIM
nsim N dont_allow_reload
nsim Y fail_reload
d dev reload $NSIM
show dev show $NSIM
nsim N fail_reload
d dev info $NSIM
d dev param show $NSIM
d port show $NSIM/0
d dev reload $NSIM
show dev show $NSIM

show dev flash $NSIM file dummy.bin
d dev flash $NSIM file dummy.bin component fw.mgmt
d dev flash $NSIM file dummy.bin component none
d dev flash $NSIM file dummy.bin overwrite settings
nsim 3 fw_update_overwrite_mask
d dev flash $NSIM file dummy.bin overwrite settings
d dev flash $NSIM file dummy.bin overwrite identifiers
d dev flash $NSIM file dummy.bin overwrite settings overwrite identifiers
d dev flash $NSIM file dummy.bin overwrite none
d dev flash $NSIM file none.bin
d dev flash $NSIM file ''
d dev flash $NSIM
d dev flash netdevsim/none file dummy.bin
nsim N fw_update_status
d dev flash $NSIM file dummy.bin
nsim Y fw_update_status

# the test module
show dev info $FULL
d dev info $NONE
fail info_get 5
d dev info $FULL
d dev info
fail info_get 95
d dev info $FULL
d dev info
fail info_get 0

forms dev eswitch show $FULL
d dev eswitch show $NONE
for mode in switchdev switchdev_inactive legacy; do
	d dev eswitch set $FULL mode $mode
	show dev eswitch show $FULL
done
for mode in link network transport none; do
	d dev eswitch set $FULL inline-mode $mode
	show dev eswitch show $FULL
done
d dev eswitch set $FULL encap-mode basic
d dev eswitch set $FULL mode switchdev inline-mode link encap-mode none
show dev eswitch show $FULL
d dev eswitch set $NONE mode switchdev
d dev eswitch set $NONE inline-mode link
d dev eswitch set $NONE encap-mode basic
for what in mode inline_mode encap_mode; do
	fail eswitch_${what}_get 5
	d dev eswitch show $FULL
	fail eswitch_${what}_get 95
	d dev eswitch show $FULL
	fail eswitch_${what}_get 0
	fail eswitch_${what}_set 5
	d dev eswitch set $FULL mode legacy inline-mode none encap-mode basic
	fail eswitch_${what}_set 0
	d dev eswitch show $FULL
done
d dev eswitch set $FULL mode legacy inline-mode none encap-mode none

show dev selftests show
show dev selftests show $FULL
show dev selftests run $FULL
show dev selftests run $FULL id flash
d dev selftests run $FULL id none
d dev selftests show $NONE
d dev selftests run $NONE
d dev selftests run $NONE id flash
fail selftest_check 5
d dev selftests show $FULL
d dev selftests run $FULL id flash
fail selftest_check 0
fail selftest_run 5
d dev selftests run $FULL id flash
fail selftest_run 0

show dev reload $FULL
show dev reload $FULL action driver_reinit
show dev reload $FULL action fw_activate
show dev reload $FULL action fw_activate limit no_reset
d dev reload $FULL action driver_reinit limit no_reset
d dev reload $FULL limit no_reset
show dev show $FULL
tell remote_reload reinit none
tell remote_reload activate no_reset
show dev show $FULL
fail reload_down 5
d dev reload $FULL
d dev reload $FULL action fw_activate limit no_reset
show dev show $FULL
fail reload_down 0
fail reload_up 5
d dev reload $FULL
show dev show $FULL
d port show $FULL/0
d dev info $FULL
fail reload_up 0
d dev reload $FULL action fw_activate
show dev show $FULL
d dev reload $NONE
d dev reload $NONE action fw_activate

show dev flash $FULL file dummy.bin
d dev flash $FULL file none.bin
d dev flash $FULL file dummy.bin component fw
d dev flash $FULL file dummy.bin component none
d dev flash $FULL file dummy.bin overwrite settings
d dev flash $FULL file dummy.bin overwrite settings overwrite identifiers
d dev flash $NONE file dummy.bin
fail flash_update 5
d dev flash $FULL file dummy.bin
fail flash_update 0

tell unregister
d dev show $FULL
d dev show
tell register
show dev show
