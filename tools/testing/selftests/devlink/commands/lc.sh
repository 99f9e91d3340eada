# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-lc(8). Line card 0 does at once what it is told, line card 1 when an event says so.

show lc
forms lc show
show lc list
show lc show $FULL
show lc show $FULL lc 0
show lc show $FULL lc 1
show lc show $NONE lc 0
d lc show $FULL lc 77
d lc show $NSIM
d lc show $NSIM lc 0
d lc show netdevsim/none

d lc set $FULL lc 0 type dt_2x100g
d lc set $FULL lc 0 notype
show lc show $FULL lc 0
d lc set $FULL lc 0 type dt-16x100G
show lc show $FULL lc 0
d lc set $FULL lc 0 type dt-8x200G
show lc show $FULL lc 0
d lc set $FULL lc 0 type dt-16x100G
d lc set $FULL lc 0 type dt-16x100G
d lc set $FULL lc 0 type none
d lc set $FULL lc 0
d lc set $FULL lc 0 notype
d lc set $FULL lc 0 notype
d lc set $FULL lc 77 type dt-16x100G
d lc set $NONE lc 0 type dt-16x100G
d lc set $NONE lc 0 notype
d lc set $NSIM lc 0 type dt-16x100G

d lc set $FULL lc 1 type dt-16x100G
show lc show $FULL lc 1
d lc set $FULL lc 1 notype
d lc set $FULL lc 1 type dt-8x200G
tell linecard 1 provision dt-16x100G
show lc show $FULL lc 1
tell linecard 1 activate
show lc show $FULL lc 1
d lc set $FULL lc 1 type dt-8x200G
tell linecard 1 deactivate
d lc set $FULL lc 1 notype
show lc show $FULL lc 1
d lc set $FULL lc 1 type dt-8x200G
tell linecard 1 clear
show lc show $FULL lc 1
d lc set $FULL lc 1 type dt-8x200G
tell linecard 1 fail
show lc show $FULL lc 1
d lc set $FULL lc 1 type dt-16x100G
d lc set $FULL lc 1 notype
tell linecard 1 clear
show lc show $FULL lc 1
fail linecard_provision 5
d lc set $FULL lc 0 type dt-16x100G
show lc show $FULL lc 0
fail linecard_provision 0
d lc set $FULL lc 0 type dt-16x100G
fail linecard_unprovision 5
d lc set $FULL lc 0 notype
show lc show $FULL lc 0
fail linecard_unprovision 0
d lc set $FULL lc 0 notype
d lc set $FULL lc 0 type dt-16x100G
tell linecard 0 activate
tell linecard_add 7
show lc show
tell linecard_add 7
tell linecard_del 7
d lc show $FULL lc 7
show port show $FULL/2
