# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-dev(8) and devlink-port(8): parameters

show dev param
forms dev param show
show dev param list
show dev param show $NSIM
show dev param show $NSIM name max_macs
show dev param show $NSIM name test1
show dev param show $NSIM name test2
d dev param show $NSIM name none
d dev param show $NSIM name ''
d dev param show netdevsim/none name max_macs
d dev param set $NSIM name max_macs value 16 cmode driverinit
d dev param set $NSIM name max_macs value 16 cmode driverinit
d dev param set $NSIM name max_macs value 16 cmode runtime
d dev param set $NSIM name max_macs value 16 cmode permanent
d dev param set $NSIM name max_macs value 16 cmode none
d dev param set $NSIM name max_macs value text cmode driverinit
d dev param set $NSIM name max_macs value -1 cmode driverinit
d dev param set $NSIM name max_macs value 4294967296 cmode driverinit
d dev param set $NSIM name max_macs default cmode driverinit
d dev param set $NSIM name max_macs value 16 default cmode driverinit
d dev param set $NSIM name max_macs cmode driverinit
d dev param set $NSIM name max_macs value 16
d dev param set $NSIM name none value 16 cmode driverinit
d dev param set $NSIM name test1 value false cmode driverinit
show dev param show $NSIM name test1
d dev param set $NSIM name test1 default cmode driverinit
d dev param set $NSIM name test2 value 4321 cmode runtime
show dev param show $NSIM name test2
d dev param set $NSIM name test2 default cmode runtime
d dev param set $NSIM name test2 value 1 cmode driverinit
d dev reload $NSIM
show dev param show $NSIM
d dev param set netdevsim/none name max_macs value 16 cmode driverinit

show port param
show port param show
show port param list
d port param show $NSIM/0 name max_macs
d port param show $NSIM/77 name max_macs
d port param show $NSIM/0
d port param set $NSIM/0 name max_macs value 16 cmode driverinit
d port param set $NSIM/0 name max_macs value 16 cmode runtime
d port param set $NSIM/0 name max_macs value 16 cmode permanent
d port param set $NSIM/77 name max_macs value 16 cmode driverinit

# the test module: every type and mode, with and without callbacks
show dev param show
show dev param show $FULL
show dev param show $NONE
# set_param NAME VALUE MODE...: a value is taken, shown, and its default is taken again, in each
# mode that there is.
set_param() {
	local name=$1 value=$2 mode
	for mode in runtime driverinit permanent; do
		d dev param set $FULL name $name value $value cmode $mode
		d dev param set $NONE name $name value $value cmode $mode
	done
	show dev param show $FULL name $name
	d dev param show $NONE name $name
	for mode in runtime driverinit permanent; do
		d dev param set $FULL name $name default cmode $mode
		d dev param set $NONE name $name default cmode $mode
	done
	d dev param show $FULL name $name
}
set_param max_macs 64
set_param internal_error_reset true
set_param enable_sriov true
set_param clock_id 12345678901234
set_param fw_load_policy 1
set_param dt_u8 17
set_param dt_u16 1717
set_param dt_u32 171717
set_param dt_u64 17171717171717
set_param dt_string text
set_param dt_bool false
set_param dt_u64_array 1,2,3
set_param dt_init_string text
set_param dt_init_bool false
d dev param set $FULL name dt_u8 value 201 cmode runtime
d dev param set $FULL name dt_u8 value 256 cmode runtime
d dev param set $FULL name dt_u16 value 60001 cmode runtime
d dev param set $FULL name dt_u16 value 65536 cmode runtime
d dev param set $FULL name dt_u32 value 1000001 cmode runtime
d dev param set $FULL name dt_string value bad cmode runtime
d dev param set $FULL name dt_string value '' cmode runtime
d dev param set $FULL name dt_string value 0123456789012345678901234567890 cmode runtime
d dev param set $FULL name dt_string value 01234567890123456789012345678901 cmode runtime
d dev param show $FULL name dt_string
d dev param set $FULL name dt_bool value none cmode runtime
d dev param set $FULL name dt_u64_array value 1,2,3,4,5,6,7,8,9 cmode runtime
d dev param set $FULL name fw_load_policy value driver cmode runtime
d dev param set $FULL name fw_load_policy value flash cmode permanent
show dev param show $FULL name fw_load_policy
for what in get set validate get_default reset_default; do
	fail param_$what 5
	d dev param show $FULL name dt_u32
	d dev param set $FULL name dt_u32 value 3 cmode runtime
	d dev param set $FULL name dt_u32 default cmode runtime
	d dev param show
	fail param_$what 0
done
d dev param set $FULL name dt_u8 value 99 cmode driverinit
d dev reload $FULL
show dev param show $FULL name dt_u8
tell param_changed dt_u8
tell param_add added
show dev param show $FULL name added
d dev param set $FULL name added value 5 cmode runtime
tell param_del added
d dev param show $FULL name added

show port param show
d port param show $FULL/0 name dt_u8
d port param set $FULL/0 name dt_u8 value 3 cmode runtime
