# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-dpipe(8)

forms dpipe header show $FULL
show dpipe header show $NONE
d dpipe header show $NSIM
d dpipe header show
d dpipe header show netdevsim/none

forms dpipe table show $FULL
show dpipe table show $FULL name dt_host
show dpipe table show $FULL name dt_extern
show dpipe table show $NONE
d dpipe table show $FULL name none
d dpipe table show $NSIM
d dpipe table show
d dpipe table show netdevsim/none

forms dpipe table dump $FULL name dt_host
show dpipe table dump $FULL name dt_large
show dpipe table dump $FULL name dt_extern
d dpipe table dump $FULL name none
d dpipe table dump $FULL
d dpipe table dump $NONE name dt_host
d dpipe table dump $NSIM name dt_host

d dpipe table set $FULL name dt_host counters_enabled true
show dpipe table show $FULL name dt_host
show dpipe table dump $FULL name dt_host
d dpipe table set $FULL name dt_host counters_enabled true
d dpipe table set $FULL name dt_host counters_enabled false
d dpipe table set $FULL name dt_host counters true
d dpipe table set $FULL name dt_host counters_enabled none
d dpipe table set $FULL name dt_host
d dpipe table set $FULL name dt_extern counters_enabled true
d dpipe table set $FULL name none counters_enabled true
d dpipe table set $NONE name dt_host counters_enabled true
d dpipe table set $NSIM name dt_host counters_enabled true
show dpipe table show $FULL

for what in actions_dump matches_dump entries_dump counters_set_update size_get; do
	fail table_$what 5
	d dpipe table show $FULL
	d dpipe table show $FULL name dt_host
	d dpipe table dump $FULL name dt_host
	d dpipe table set $FULL name dt_host counters_enabled false
	d dpipe table set $FULL name dt_host counters_enabled true
	fail table_$what 0
done
tell table_add added
show dpipe table dump $FULL name added
tell table_add added
tell table_del added
d dpipe table show $FULL name added
