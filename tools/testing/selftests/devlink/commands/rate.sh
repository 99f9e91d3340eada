# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-rate(8). netdevsim has a leaf for each port of a virtual function.

d port function rate add $NSIM/early
event put 3 $NSIM_DEVICE/sriov_numvfs
d dev eswitch set $NSIM mode switchdev
show port show
show port function rate
forms port function rate show
show port function rate show $NSIM/128
d port function rate show $NSIM/0
d port function rate show $NSIM/none
d port function rate show netdevsim/none/128
d port function rate add $NSIM/group1
d port function rate add $NSIM/group1
d port function rate add $NSIM/group2 tx_share 10mbit tx_max 100mbit
d port function rate add $NSIM/group3 parent group2
d port function rate add $NSIM/group4 parent none
d port function rate add $NSIM/group4 tx_share 10mbit tx_max 1gbit parent group1
d port function rate add $NSIM/group5 tx_priority 1 tx_weight 2
d port function rate add $NSIM/group5 tc-bw 0:50 1:50 2:0 3:0 4:0 5:0 6:0 7:0
d port function rate add $NSIM/group6 noparent
d port function rate add $NSIM/12
d port function rate add netdevsim/none/group1
show port function rate show
show port function rate show $NSIM/group2
d port function rate set $NSIM/128 tx_share 1mbit
d port function rate set $NSIM/128 tx_max 10mbit tx_share 2mbit
d port function rate set $NSIM/128 tx_share 7bit
d port function rate set $NSIM/128 tx_max 1000tbit
d port function rate set $NSIM/128 tx_max 2mibps
d port function rate set $NSIM/128 tx_max none
d port function rate set $NSIM/128 tx_priority 3
d port function rate set $NSIM/128 tx_weight 4
d port function rate set $NSIM/128 tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
show port function rate show $NSIM/128
d port function rate set $NSIM/128 tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0
d port function rate set $NSIM/128 tc-bw 0:20 8:80
d port function rate set $NSIM/128 tc-bw 0:20 0:20 1:0 2:0 3:0 4:0 5:80 6:0
d port function rate set $NSIM/128 tc-bw none
d port function rate set $NSIM/128 parent group1
d port function rate set $NSIM/129 parent group3
d port function rate set $NSIM/129 parent none
d port function rate set $NSIM/group1 parent group1
d port function rate set $NSIM/group2 parent group3
d port function rate set $NSIM/group1 tx_share 5mbit tx_max 50mbit
d port function rate set $NSIM/group1 tx_priority 1
d port function rate set $NSIM/group1 tx_weight 1
d port function rate set $NSIM/group1 tc-bw 0:100 1:0 2:0 3:0 4:0 5:0 6:0 7:0
show port function rate show
d port function rate set $NSIM/0 tx_max 10mbit
d port function rate set $NSIM/none tx_max 10mbit
d port function rate set $NSIM/128
d port function rate del $NSIM/group1
d port function rate del $NSIM/group2
d port function rate del $NSIM/none
d port function rate del $NSIM/128
d port function rate set $NSIM/128 noparent
d port function rate set $NSIM/129 parent ''
d port function rate set $NSIM/128 tc-bw 0:0 1:0 2:0 3:0 4:0 5:0 6:0 7:0
show port function rate show
d dev eswitch set $NSIM mode legacy
for group in group4 group3 group2 group1 group5 group6; do
	d port function rate del $NSIM/$group
done
d dev eswitch set $NSIM mode legacy
show port function rate show
event put 0 $NSIM_DEVICE/sriov_numvfs

# the test module
show port function rate show
show port function rate show $FULL/7
show port function rate show $FULL/8
show port function rate show $FULL/dt_outer
show port function rate show $FULL/dt_inner
show port function rate show $NONE/7
d port function rate show $FULL/0
d port function rate add $FULL/group1 tx_share 10mbit tx_max 100mbit tx_priority 3 tx_weight 4
d port function rate add $FULL/group2 parent group1 tc-bw 0:50 1:50 2:0 3:0 4:0 5:0 6:0 7:0
d port function rate add $FULL/group3 parent dt_outer noparent
d port function rate add $NONE/group1
show port function rate show
for rate in 7 8 group2 dt_outer dt_inner; do
	d port function rate set $FULL/$rate tx_share 1mbit
	d port function rate set $FULL/$rate tx_max 10mbit
	d port function rate set $FULL/$rate tx_max 1000kibps tx_share 300bit
	d port function rate set $FULL/$rate tx_priority 7
	d port function rate set $FULL/$rate tx_weight 8
	d port function rate set $FULL/$rate tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
	d port function rate set $FULL/$rate parent group1
	show port function rate show $FULL/$rate
	d port function rate set $FULL/$rate noparent
	d port function rate set $FULL/$rate tx_priority 0 tx_weight 0 tx_share 0 tx_max 0
	d port function rate set $FULL/$rate parent group2
	d port function rate set $FULL/$rate parent none
	d port function rate set $NONE/$rate tx_share 1mbit
	d port function rate set $NONE/$rate tx_max 1mbit
	d port function rate set $NONE/$rate tx_priority 1
	d port function rate set $NONE/$rate tx_weight 1
	d port function rate set $NONE/$rate tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
	d port function rate set $NONE/$rate parent group1
	show port function rate show
done
for kind in leaf node; do
	case $kind in
	leaf) rate=9 ;;
	node) rate=group3 ;;
	esac
	for what in tx_share:1mbit tx_max:9mbit tx_priority:2 tx_weight:3 parent:group1; do
		fail rate_${kind}_${what%:*}_set 5
		d port function rate set $FULL/$rate ${what%:*} ${what#*:}
		d port function rate set $FULL/$rate tx_max 8mbit tx_share 2mbit
		fail rate_${kind}_${what%:*}_set 0
		d port function rate show $FULL/$rate
	done
	fail rate_${kind}_tc_bw_set 5
	d port function rate set $FULL/$rate tc-bw 0:20 1:0 2:0 3:0 4:0 5:80 6:0 7:0
	fail rate_${kind}_tc_bw_set 0
	d port function rate set $FULL/$rate parent group1
	fail rate_${kind}_parent_set 5
	d port function rate set $FULL/$rate noparent
	fail rate_${kind}_parent_set 0
done
fail rate_node_new 5
d port function rate add $FULL/group4
fail rate_node_new 0
fail rate_node_tx_max_set 5
d port function rate add $FULL/group4 tx_max 1mbit
fail rate_node_tx_max_set 0
fail rate_node_parent_set 5
d port function rate add $FULL/group4 parent group1
fail rate_node_parent_set 0
show port function rate show
d port function rate del $FULL/group1
for rate in 7 8 9 group2 group3 dt_inner dt_outer; do
	d port function rate set $FULL/$rate noparent
done
fail rate_node_del 5
d port function rate del $FULL/group2
fail rate_node_del 0
for rate in group2 group3 group4 group1 dt_inner dt_outer dt_outer; do
	d port function rate del $FULL/$rate
done
tell rate_add by_driver
tell rate_add below by_driver
show port function rate show
tell leaf_del 7
d port function rate show $FULL/7
tell leaf_add 7 below
show port function rate show
tell rate_clear
show port function rate show
d dev eswitch set $FULL mode switchdev
d dev eswitch set $FULL mode legacy
d dev reload $FULL
show port function rate show
