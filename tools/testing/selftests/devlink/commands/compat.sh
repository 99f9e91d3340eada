# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# What others ask devlink: ethtool for versions and a flash, the network core for the names of ports

run ethtool -i eth0
run ethtool -f eth0 dummy.bin 0
run ethtool -f eth0 none.bin 0
run ethtool -f eth0 dummy.bin 1
run ip -d link show eth0
run ip -d -j link show eth0
run ip -d link show eth1
run cat /sys/class/net/eth0/phys_port_name
run cat /sys/class/net/eth1/phys_port_name
run cat /sys/class/net/eth0/phys_switch_id
event put 2 $NSIM_DEVICE/sriov_numvfs
d dev eswitch set $NSIM mode switchdev
run cat /sys/class/net/eth0/phys_switch_id
run cat /sys/class/net/eth2/phys_port_name
run cat /sys/class/net/eth2/phys_switch_id
run ip -d link show eth2
run ethtool -i eth2
d dev eswitch set $NSIM mode legacy
event put 0 $NSIM_DEVICE/sriov_numvfs
