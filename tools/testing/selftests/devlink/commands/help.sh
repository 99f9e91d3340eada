# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink(8): help, options, and what is no command. What help says is what harness/commands.sh
# looks for among all commands that were played.

d
d help
for object in dev port lc sb monitor dpipe resource region health trap; do
	d $object help
done
d dev eswitch help
d dev param help
d dev reload help
d dev info help
d dev flash help
d dev selftests help
d port param help
d port function help
d port function rate help
d port add help
d port del help
d sb pool help
d sb port help
d sb port pool help
d sb tc help
d sb tc bind help
d sb occupancy help
d dpipe header help
d dpipe table help
d health dump help
d trap group help
d trap policer help

# without an argument: the default command, or help
d dev eswitch
d dev reload
d dev flash
d port function
d port add
d port del
d sb port
d sb tc
d sb occupancy
d dpipe
d dpipe header
d dpipe table
d resource

d -V
d --Version
d -y dev show
d none
d dev none
d dev eswitch none
d dev param none
d dev selftests none
d port none
d port param none
d port function none
d port function rate none
d sb none
d sb pool none
d sb port none
d sb port pool none
d sb tc none
d sb tc bind none
d sb occupancy none
d monitor none
d dpipe none
d dpipe header none
d dpipe table none
d resource none
d region none
d health none
d health dump none
d trap none
d trap group none
d trap policer none
d lc none
