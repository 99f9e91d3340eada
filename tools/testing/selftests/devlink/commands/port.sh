# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-port(8), but for parameters, health and rates

show port
forms port show
show port list
show port show $NSIM/0
show port show eth0
d port show $NSIM
d port show $NSIM/77
d port show $NSIM/none
d port show lo
d port show none

event ip link set eth1 name renamed1
show port show $NSIM/1
d port show renamed1
event ip link set renamed1 name eth1
event put 9 $NSIM_DEVICE/new_port
show port show
event put 9 $NSIM_DEVICE/del_port
d port show $NSIM/9

d port set $NSIM/0 type eth
d port set $NSIM/0 type ib
d port set $NSIM/0 type auto
d port set $NSIM/0 type none
d port set $NSIM/0
d port set $NSIM/77 type eth
d port split $NSIM/0 count 2
d port split $NSIM/0 count 0
d port split $NSIM/0 count 3
d port split $NSIM/0
d port split $NSIM/77 count 2
d port unsplit $NSIM/0
d port unsplit $NSIM/77

d port function set $NSIM/0 hw_addr 00:00:00:11:22:33
d port function set $NSIM/0 hw_addr none
d port function set $NSIM/0 state active
d port function set $NSIM/0 state inactive
d port function set $NSIM/0 state none
d port function set $NSIM/0 roce enable
d port function set $NSIM/0 roce disable
d port function set $NSIM/0 migratable enable
d port function set $NSIM/0 migratable disable
d port function set $NSIM/0 ipsec_crypto enable
d port function set $NSIM/0 ipsec_crypto disable
d port function set $NSIM/0 ipsec_packet enable
d port function set $NSIM/0 ipsec_packet disable
d port function set $NSIM/0 max_io_eqs 4
d port function set $NSIM/0
d port function set $NSIM/77 hw_addr 00:00:00:11:22:33

d port add $NSIM flavour pcisf pfnum 0
d port add $NSIM/40 flavour pcisf pfnum 0 sfnum 88
d port add $NSIM/40 flavour pcisf pfnum 0 sfnum 88 controller 1
d port add $NSIM flavour pcipf pfnum 0
d port add $NSIM flavour none pfnum 0
d port add $NSIM flavour pcisf
d port add netdevsim/none flavour pcisf pfnum 0
d port del $NSIM/0
d port del $NSIM/77

# the test module: every flavour, with and without callbacks
show port show
for index in 0 1 2 3 4 5 6 7 8 9 10 11 48 49; do
	show port show $FULL/$index
	d port show $NONE/$index
done
show port show dt1p0
tell port_type 0 ib
show port show $FULL/0
tell port_type 0 none
show port show $FULL/0
tell port_type 0 eth
d port set $FULL/0 type ib
show port show $FULL/0
d port set $FULL/0 type auto
d port set $FULL/0 type eth
d port set $FULL/3 type eth
d port set $FULL/0 type none
d port set $NONE/0 type ib
fail port_type_set 5
d port set $FULL/0 type ib
fail port_type_set 0

d port split $FULL/0 count 2
show port show
d port split $FULL/40 count 2
d port unsplit $FULL/41
show port show $FULL/0
d port split $FULL/0 count 4
d port unsplit $FULL/40
d port split $FULL/0 count 3
d port split $FULL/0 count 0
d port split $FULL/0 count 4294967295
d port split $FULL/0 count 8
d port split $FULL/2 count 2
d port split $FULL/6 count 2
d port split $NONE/0 count 2
d port unsplit $FULL/0
d port unsplit $FULL/48
show port show $FULL/1
d port unsplit $NONE/48
fail port_split 5
d port split $FULL/0 count 2
fail port_split 0
fail port_unsplit 5
d port split $FULL/0 count 2
d port unsplit $FULL/40
fail port_unsplit 0
d port unsplit $FULL/40

for index in 6 7 8 9; do
	d port function set $FULL/$index hw_addr 00:00:00:11:22:3$index
	show port show $FULL/$index
	d port function set $FULL/$index state active
	d port function set $FULL/$index state active
	d port function set $FULL/$index roce enable
	d port function set $FULL/$index migratable enable
	d port function set $FULL/$index ipsec_crypto enable
	d port function set $FULL/$index ipsec_packet enable
	d port function set $FULL/$index max_io_eqs 4
	show port show $FULL/$index
	d port function set $FULL/$index roce disable migratable disable
	d port function set $FULL/$index ipsec_crypto disable ipsec_packet disable
	d port function set $FULL/$index hw_addr 00:00:00:44:55:66 state inactive
	show port show $FULL/$index
done
d port function set $FULL/9 max_io_eqs 0
d port function set $FULL/9 max_io_eqs 4294967295
d port function set $FULL/9 hw_addr 00:00:00:11:22
d port function set $FULL/0 hw_addr 00:00:00:11:22:33
d port function set $FULL/0 state active
d port function set $FULL/0 roce enable
d port function set $NONE/6 hw_addr 00:00:00:11:22:33
d port function set $NONE/6 state active
d port function set $NONE/6 roce enable
d port function set $NONE/6 migratable enable
d port function set $NONE/6 ipsec_crypto enable
d port function set $NONE/6 ipsec_packet enable
d port function set $NONE/6 max_io_eqs 4
for name in hw_addr state roce migratable ipsec_crypto ipsec_packet max_io_eqs; do
	fail port_fn_${name}_get 5
	d port show $FULL/9
	d port show
	fail port_fn_${name}_get 95
	d port show $FULL/9
	fail port_fn_${name}_get 0
	fail port_fn_${name}_set 5
	case $name in
	hw_addr) value=00:00:00:11:22:33 ;;
	state) value=active ;;
	max_io_eqs) value=7 ;;
	*) value=enable ;;
	esac
	d port function set $FULL/9 $name $value
	fail port_fn_${name}_set 0
done

show port add $FULL flavour pcisf pfnum 0 sfnum 88
d port add $FULL/70 flavour pcisf pfnum 0 sfnum 89
d port add $FULL/70 flavour pcisf pfnum 0 sfnum 90
d port add $FULL/71 flavour pcisf pfnum 0
d port add $FULL/72 flavour pcisf pfnum 0 sfnum 91 controller 1
d port add $FULL flavour pcipf pfnum 0
d port add $FULL flavour pcivf pfnum 0
d port add $FULL flavour physical pfnum 0
d port add $NONE flavour pcisf pfnum 0
fail port_new 5
d port add $FULL flavour pcisf pfnum 0 sfnum 92
fail port_new 0
show port show
fail port_del 5
d port del $FULL/70
fail port_del 0
for index in 60 61 62 63 70 71 72 0 9; do
	d port del $FULL/$index
done
d port del $NONE/9
tell port_add 30
show port show $FULL/30
tell port_del 30
d port show $FULL/30
show port show
