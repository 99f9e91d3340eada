# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-sb(8)

show sb
forms sb show
show sb list
show sb show $FULL
show sb show $FULL sb 0
d sb show $FULL sb 77
d sb show $NSIM
d sb show netdevsim/none

show sb pool
forms sb pool show
show sb pool list
show sb pool show $FULL sb 0 pool 1
show sb pool show $FULL pool 1
d sb pool show $FULL sb 0 pool 77
d sb pool show $FULL sb 77 pool 0
d sb pool show $NONE sb 0 pool 0
d sb pool show $NSIM pool 0
d sb pool set $FULL sb 0 pool 0 size 8192 thtype static
d sb pool set $FULL pool 0 size 16384 thtype dynamic
show sb pool show $FULL sb 0 pool 0
d sb pool set $FULL sb 0 pool 0 size 16384 thtype none
d sb pool set $FULL sb 0 pool 0 size 16384
d sb pool set $FULL sb 0 pool 0 thtype static
d sb pool set $FULL sb 0 pool 77 size 8192 thtype static
d sb pool set $FULL sb 0 pool 0 size 4294967295 thtype static
d sb pool set $FULL sb 77 pool 0 size 8192 thtype static
d sb pool set $NONE sb 0 pool 0 size 8192 thtype static
d sb pool set $NSIM pool 0 size 8192 thtype static

show sb port pool
forms sb port pool show
show sb port pool list
show sb port pool show $FULL/0 sb 0 pool 1
show sb port pool show $FULL/0 pool 1
d sb port pool show $FULL/77 sb 0 pool 1
d sb port pool show $FULL/0 sb 0 pool 77
d sb port pool show $NONE/0 pool 0
d sb port pool show $FULL pool 0
d sb port pool set $FULL/0 sb 0 pool 1 th 7
d sb port pool set $FULL/0 pool 1 th 8
show sb port pool show $FULL/0 pool 1
d sb port pool set $FULL/0 pool 1 th 4294967295
d sb port pool set $FULL/0 pool 77 th 7
d sb port pool set $FULL/77 pool 1 th 7
d sb port pool set $FULL/0 pool 1
d sb port pool set $NONE/0 pool 0 th 7

show sb tc bind
forms sb tc bind show
show sb tc bind list
show sb tc bind show $FULL/0 sb 0 tc 0 type ingress
show sb tc bind show $FULL/0 tc 1 type egress
d sb tc bind show $FULL/0 tc 77 type ingress
d sb tc bind show $FULL/0 tc 0 type none
d sb tc bind show $FULL/77 tc 0 type ingress
d sb tc bind show $NONE/0 tc 0 type ingress
d sb tc bind set $FULL/0 sb 0 tc 0 type ingress pool 1 th 9
d sb tc bind set $FULL/0 tc 1 type egress pool 2 th 10
d sb tc bind set $FULL/0 tc 1 type egress pool 3 th 10
show sb tc bind show $FULL/0 tc 0 type ingress
show sb tc bind show $FULL/0 tc 1 type egress
d sb tc bind set $FULL/0 tc 77 type ingress pool 1 th 9
d sb tc bind set $FULL/0 tc 0 type ingress pool 77 th 9
d sb tc bind set $FULL/0 tc 0 type ingress pool 1
d sb tc bind set $FULL/77 tc 0 type ingress pool 1 th 9
d sb tc bind set $NONE/0 tc 0 type ingress pool 1 th 9

show sb occupancy show $FULL
forms sb occupancy show $FULL/0
show sb occupancy show $FULL/0 sb 0
d sb occupancy show $FULL/77
d sb occupancy show $NSIM
d sb occupancy show
d sb occupancy snapshot $FULL
d sb occupancy snapshot $FULL sb 0
d sb occupancy snapshot $FULL sb 77
d sb occupancy snapshot $NONE
d sb occupancy snapshot $NSIM
show sb occupancy show $FULL
d sb occupancy clearmax $FULL
d sb occupancy clearmax $FULL sb 0
d sb occupancy clearmax $FULL sb 77
d sb occupancy clearmax $NONE
show sb occupancy show $FULL
