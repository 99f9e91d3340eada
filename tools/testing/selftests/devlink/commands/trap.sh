# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-trap(8). The ports are down, so that no packet is trapped unless one is made.

show trap
forms trap show
show trap list
show trap show $NSIM trap source_mac_is_multicast
show trap show $NSIM trap fid_miss
show trap show $NSIM trap igmp_query
d trap show $NSIM
d trap show $NSIM trap none
d trap show netdevsim/none trap fid_miss
d trap set $NSIM trap source_mac_is_multicast action trap
show trap show $NSIM trap source_mac_is_multicast
d trap set $NSIM trap source_mac_is_multicast action mirror
d trap set $NSIM trap source_mac_is_multicast action drop
d trap set $NSIM trap fid_miss action drop
d trap set $NSIM trap fid_miss action trap
d trap set $NSIM trap source_mac_is_multicast action none
d trap set $NSIM trap source_mac_is_multicast
d trap set $NSIM trap none action trap
d trap set netdevsim/none trap fid_miss action trap
nsim Y fail_trap_drop_counter_get
d -s trap show $NSIM trap source_mac_is_multicast
d -s trap show
nsim N fail_trap_drop_counter_get

show trap group
forms trap group show
show trap group list
show trap group show $NSIM group l2_drops
d trap group show $NSIM group none
d trap group set $NSIM group l2_drops action trap
show trap show
d trap group set $NSIM group l2_drops action mirror
d trap group set $NSIM group l2_drops action drop
d trap group set $NSIM group l3_drops policer 1
d trap group set $NSIM group l3_drops policer 77
show trap group show $NSIM group l3_drops
d trap group set $NSIM group l3_drops action trap policer 2
d trap group set $NSIM group l3_drops nopolicer
d trap group set $NSIM group l3_drops action drop
d trap group set $NSIM group l3_drops
d trap group set $NSIM group none action trap
nsim Y fail_trap_group_set
d trap group set $NSIM group l3_drops policer 1
nsim N fail_trap_group_set
show trap group show

show trap policer
forms trap policer show
show trap policer list
show trap policer show $NSIM policer 1
d trap policer show $NSIM policer 77
d trap policer set $NSIM policer 1 rate 1000 burst 128
show trap policer show $NSIM policer 1
d trap policer set $NSIM policer 1 rate 2000
d trap policer set $NSIM policer 1 burst 64
d trap policer set $NSIM policer 1 burst 65
d trap policer set $NSIM policer 1 rate 0
d trap policer set $NSIM policer 1 rate 18446744073709551615
d trap policer set $NSIM policer 1 burst 1
d trap policer set $NSIM policer 1 burst 1048576
d trap policer set $NSIM policer 1
d trap policer set $NSIM policer 77 rate 1000
nsim Y fail_trap_policer_set
d trap policer set $NSIM policer 1 rate 1500
nsim N fail_trap_policer_set
nsim Y fail_trap_policer_counter_get
d -s trap policer show $NSIM policer 1
d -s trap policer show
nsim N fail_trap_policer_counter_get
show trap policer show

# the test module: every type, generic and of the driver, with packets
show trap show
show trap group show
show trap policer show
for trap in source_mac_is_multicast ingress_flow_action_drop ttl_value_is_too_small lldp dt_drop \
	dt_exception dt_control; do
	show trap show $FULL trap $trap
	tell trap $trap 0 60
	tell trap $trap 0 1500
	for action in trap mirror drop; do
		d trap set $FULL trap $trap action $action
		tell trap $trap 0 100
	done
	show trap show $FULL trap $trap
done
for group in l2_drops acl_drops l3_exceptions lldp dt_group; do
	show trap group show $FULL group $group
	for action in trap mirror drop; do
		d trap group set $FULL group $group action $action
	done
	d trap group set $FULL group $group policer 2
	d trap group set $FULL group $group action trap policer 3
	d trap group set $FULL group $group nopolicer
	d trap group set $FULL group $group policer 77
	show trap group show $FULL group $group
done
show trap show
d trap policer set $FULL policer 1 rate 100000 burst 4096
d trap policer set $FULL policer 1 rate 100001
d trap policer set $FULL policer 2 rate 99
d trap policer set $FULL policer 1 burst 8
d trap policer set $FULL policer 1 burst 100
d trap policer set $FULL policer 3 rate 3000 burst 512
d trap policer set $FULL policer 3 rate 3001
show trap policer show
d trap show $NONE trap dt_drop
d trap group show $NONE group dt_group
d trap group set $NONE group dt_group policer 1
d trap group set $NONE group dt_group action trap
d trap policer show $NONE policer 1
d trap policer set $NONE policer 1 rate 1000
for what in trap_action_set trap_group_set trap_group_action_set trap_drop_counter_get \
	trap_policer_set trap_policer_counter_get; do
	for error in 5 95; do
		fail $what $error
		d trap set $FULL trap dt_drop action trap
		d -s trap show $FULL trap dt_drop
		d trap group set $FULL group dt_group action drop
		d trap group set $FULL group dt_group policer 1
		d trap group set $FULL group dt_group action trap policer 2
		d trap policer set $FULL policer 1 rate 1234
		d -s trap policer show $FULL policer 1
		d -s trap policer show
		d -s trap show
	done
	fail $what 0
	d trap group show $FULL group dt_group
done
tell trap_add added
tell trap added 0 60
show trap show $FULL trap added
d trap set $FULL trap added action trap
tell trap_add added
tell trap_del added
d trap show $FULL trap added
tell group_add added_group
show trap group show $FULL group added_group
tell group_del added_group
d dev reload $FULL
show trap show
show trap group show
show trap policer show
