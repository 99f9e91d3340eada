# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# Instances nested in another, in its port and in its line card, and those that share one

event put '3' /sys/bus/devlink_test/new_device
tell_3() { played "#" put "$*" /sys/kernel/debug/devlink_test/devlink_test3/event; }
show dev show
tell_3 nest 1
show dev show
show dev show $FULL
tell_3 unnest
show dev show
tell_3 nest 1 port 9
show port show $FULL/9
show dev show
tell_3 unnest
tell_3 nest 1 linecard 0
show lc show $FULL
tell_3 unnest
tell_3 share both
show dev show
tell share both
show dev show
tell unnest
show dev show
event put 3 /sys/bus/devlink_test/del_device
show dev show
