# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-resource(8)

forms resource show
show resource show $NSIM
show resource show $NSIM/0
show resource show eth1
show resource show scope dev
show resource show scope port
d resource show scope none
d resource show netdevsim/none
d resource show $NSIM/77
d resource set $NSIM path IPv4/fib size 64
d resource set $NSIM path /IPv4/fib size 63
d resource set $NSIM path IPv4/fib-rules size 8
show resource show $NSIM
d resource set $NSIM path IPv6 size 100
d resource set $NSIM path IPv4/none size 64
d resource set $NSIM path none size 64
d resource set $NSIM path IPv4/fib size none
d resource set $NSIM path IPv4/fib
d resource set $NSIM path IPv4 size 0
d resource set $NSIM path test_resource size 10
d resource set $NSIM/0 path test_resource size 10
d resource set $NSIM path nexthops size 18446744073709551615
d resource set netdevsim/none path IPv4/fib size 64
d dev reload $NSIM
show resource show $NSIM
d resource set $NSIM path IPv4/fib size 18446744073709551615
d resource set $NSIM path IPv4/fib-rules size 18446744073709551615
d dev reload $NSIM

# the test module
show resource show $FULL
show resource show $FULL/0
show resource show $NONE
show resource show scope dev
show resource show scope port
d resource show $FULL/6
d resource show $FULL/77
d resource set $FULL path memory size 8192
d resource set $FULL path memory size 8193
d resource set $FULL path memory size 512
d resource set $FULL path memory size 66560
d resource set $FULL path memory size 1024
d resource set $FULL path memory/tables size 1024
d resource set $FULL path memory/tables/routes size 512
d resource set $FULL path memory/tables/neighbours size 512
d resource set $FULL path memory/tables/neighbours size 513
d resource set $FULL path memory/tables/routes size 65
d resource set $FULL path memory/routes size 64
d resource set $FULL path physical_ports size 12
d resource set $FULL path physical_ports size 13
show resource show $FULL
d dev reload $FULL
show resource show $FULL
d resource set $FULL path memory size 4096
d resource set $FULL path memory/tables size 2048
d resource set $FULL path memory/tables/routes size 1024
d resource set $NONE path memory size 8192
d dev reload $FULL
show resource show $FULL
d resource set $FULL/0 path queues size 8
d resource set $FULL path queues size 8
tell resource_add added 50 2 7
show resource show $FULL
tell resource_add added 50 2 7
tell resource_add other 51 99 7
show resource show
