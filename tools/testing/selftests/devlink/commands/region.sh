# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2086 # the names have no spaces, and these are lists to be read
# devlink-region(8)

show region
forms region show
show region show $NSIM/dummy
d region show $NSIM
d region show $NSIM/none
d region show $NSIM/0/dummy
nsim 1 take_snapshot
show region show $NSIM/dummy
show region new $NSIM/dummy
d region new $NSIM/dummy snapshot 77
d region new $NSIM/dummy snapshot 77
d region new $NSIM/dummy snapshot 78
d region new $NSIM/none
d region new $NSIM/none snapshot 5
d region new netdevsim/none/dummy snapshot 5
show region show
d region dump $NSIM/dummy snapshot 77
d -j region dump $NSIM/dummy snapshot 77
d region dump $NSIM/dummy
d region dump $NSIM/dummy snapshot 4000
d region dump $NSIM/none snapshot 77
show region read $NSIM/dummy snapshot 77 address 0 length 16
show region read $NSIM/dummy snapshot 77 address 32700 length 200
show region read $NSIM/dummy snapshot 77 address 0x10 length 0x11
d region read $NSIM/dummy snapshot 77 address 32768 length 1
d region read $NSIM/dummy snapshot 77 address 0 length 0
d region read $NSIM/dummy snapshot 4000 address 0 length 16
d region read $NSIM/dummy address 0 length 16
d region read $NSIM/dummy snapshot 77 address 0
d region del $NSIM/dummy snapshot 77
d region del $NSIM/dummy snapshot 77
d region del $NSIM/none snapshot 78
d region del $NSIM/dummy
for ((i = 200; i < 218; i++)); do
	d region new $NSIM/dummy snapshot $i
done
show region show
for ((i = 200; i < 218; i++)); do
	d region del $NSIM/dummy snapshot $i
done
d region del $NSIM/dummy snapshot 78
show region show

# the test module: regions of the device and of a port, snapshots by the user and by the driver,
# reading without one
show region show
show region show $FULL/dt_region
show region show $FULL/0/dt_port_region
d region show $FULL/dt_port_region
d region show $FULL/0/dt_region
d region show $FULL/77/dt_region
show region show $NONE/dt_region
show region new $FULL/dt_region
show region new $FULL/0/dt_port_region
d region new $FULL/dt_region snapshot 7
d region new $FULL/dt_region snapshot 7
d region new $FULL/dt_region snapshot 8
d region new $FULL/dt_region_plain snapshot 7
d region new $NONE/dt_region snapshot 7
d region new $FULL/0/dt_port_region snapshot 9
tell snapshot dt_region
tell snapshot dt_region_plain
tell snapshot dt_port_region 0
show region show
forms region read $FULL/dt_region snapshot 7 address 0 length 300
show region read $FULL/dt_region snapshot 7 address 16000 length 1000
show region read $FULL/dt_region address 0 length 300
show region read $FULL/dt_region address 0x3f00 length 0x100
show region read $FULL/0/dt_port_region snapshot 9 address 256 length 40
show region read $FULL/0/dt_port_region address 1 length 40
d region read $FULL/dt_region address 16384 length 1
d region read $FULL/dt_region_plain address 0 length 16
d region read $NONE/dt_region address 0 length 16
d region dump $FULL/dt_region snapshot 7
d -j region dump $FULL/dt_region snapshot 7
d region dump $FULL/0/dt_port_region snapshot 9
d region dump $FULL/dt_region
fail region_snapshot 5
d region new $FULL/dt_region snapshot 30
d region new $FULL/0/dt_port_region
fail region_snapshot 0
fail region_read 5
d region read $FULL/dt_region address 0 length 300
d region read $FULL/dt_region snapshot 7 address 0 length 16
fail region_read 0
for region in dt_region dt_region_plain 0/dt_port_region; do
	for snapshot in 0 1 2 3 4 5 6 7 8 9 10 11 12; do
		d region del $FULL/$region snapshot $snapshot
	done
done
show region show
tell region_add added
tell region_add added 0
tell region_add added 0
show region show
tell region_del added
tell region_del added 0
show region show
