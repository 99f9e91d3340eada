# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-monitor(8): each filter, and each form of output, while a bit of everything happens

watches=('monitor' 'monitor all' 'monitor dev' 'monitor port' 'monitor health' 'monitor trap'
	'monitor trap-group' 'monitor trap-policer' 'monitor lc' 'monitor port trap' '-j monitor'
	'-j monitor dev port' '-p -j -n -v -s monitor'
	'-n -v -s -i -x monitor')
watchers=()
for i in "${!watches[@]}"; do
	monitor ${watches[i]} >"/tmp/watch.$i" 2>&1
	watchers+=("$WATCHER")
done

event put '7 1' /sys/bus/netdevsim/new_device
event ip link set eth1 name renamed1
event ip link set renamed1 name eth1
d dev reload $NSIM
d dev param set $NSIM name test1 value false cmode driverinit
d region new $NSIM/dummy snapshot 9
d region del $NSIM/dummy snapshot 9
d trap set $NSIM trap source_mac_is_multicast action trap
d trap group set $NSIM group l2_drops action drop
d trap policer set $NSIM policer 1 rate 900
nsim 'it broke' health/break_health
d health recover $NSIM reporter dummy
d dev flash $NSIM file dummy.bin
event put 7 /sys/bus/netdevsim/del_device
tell port_type 0 ib
tell port_type 0 eth
tell trap_add added
tell trap_del added
tell health_report dt_full broken
d lc set $FULL lc 0 notype
d lc set $FULL lc 0 type dt-16x100G
tell linecard 0 activate
d port split $FULL/0 count 2
d port unsplit $FULL/40
d dev reload $FULL action fw_activate
d dev flash $FULL file dummy.bin component fw.app
event put '5 ports=2' /sys/bus/devlink_test/new_device
event put 5 /sys/bus/devlink_test/del_device

# shellcheck disable=SC2016 # for awk
until sockets_are '$5 == 0' "${watchers[@]}"; do sleep 0.1; done
for i in "${!watches[@]}"; do
	status=0
	kill -INT "${watchers[i]}"
	wait "${watchers[i]}" || status=$?
	printf '$ devlink%s\n' "$(printf ' %q' ${watches[i]})"
	print_file "/tmp/watch.$i" '  '
	printf '= %d\n' "$status"
done
