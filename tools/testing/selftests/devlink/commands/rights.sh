# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# What users may do without any rights

as_nobody() { run setpriv --reuid=65534 --regid=65534 --clear-groups devlink "$@"; }

as_nobody dev show
as_nobody dev info $NSIM
as_nobody dev eswitch show $NSIM
as_nobody dev reload $NSIM
as_nobody dev param show $NSIM name max_macs
as_nobody dev param set $NSIM name max_macs value 3 cmode driverinit
as_nobody dev flash $NSIM file dummy.bin
as_nobody dev selftests show $NSIM
as_nobody dev selftests run $NSIM
as_nobody port show $NSIM/0
as_nobody port split $NSIM/0 count 2
as_nobody port function set $NSIM/0 state active
as_nobody port function rate show
as_nobody port function rate add $NSIM/group
as_nobody resource show $NSIM
as_nobody resource set $NSIM path IPv4/fib size 64
as_nobody region show
as_nobody region new $NSIM/dummy snapshot 7
as_nobody region read $NSIM/dummy snapshot 7 address 0 length 16
as_nobody health show
as_nobody health diagnose $NSIM reporter dummy
as_nobody health dump show $NSIM reporter dummy
as_nobody health recover $NSIM reporter dummy
as_nobody trap show $NSIM trap fid_miss
as_nobody trap set $NSIM trap fid_miss action drop
as_nobody trap policer set $NSIM policer 1 rate 1000
as_nobody sb show
as_nobody sb occupancy snapshot $FULL
as_nobody dpipe header show $FULL
as_nobody lc show
