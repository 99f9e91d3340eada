# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the two drivers of a model ConnectX-3 of two ports share, on top of driver_lib.sh.
# shellcheck source=tools/testing/selftests/connectx/driver_lib.sh
. "${BASH_SOURCE[0]%/*}/driver_lib.sh"

PCI=$(first_function 0x15b3 0x1003)
DEVICE=/sys/bus/pci/devices/$PCI
DEV=pci/$PCI
DRIVERS=(mlx4_core rust_mlx4)
BOND=bond0

# unload: the driver, and of the stock one that of the network devices first, with which the other one may go.
unload() {
	if [[ $DRIVER == mlx4_core ]]; then
		modprobe -r mlx4_en && modprobe -r mlx4_core
	else
		rmmod "$DRIVER"
	fi
}

netdevs() { [[ ! -e $DEVICE/net ]] || find "$DEVICE/net" -mindepth 1 -maxdepth 1 -printf '%f\n' |
	sort; }
# netdev PORT: while both ports have one.
netdev() { netdevs | sed -n "$1p"; }
has_netdevs() { (($(netdevs | wc -l) == $1)); }
# up PORT
up() { ip link set "$(netdev "$1")" up && eventually carrier "$1" 1; }
down() { ip link set "$(netdev "$1")" down; }
# carrier PORT VALUE
carrier() { [[ $(cat "$DEVICE/net/$(netdev "$1")/carrier") == "$2" ]]; }
# cable PORT true|false
cable() { tell "{\"do\": \"link\", \"port\": $1, \"up\": $2}"; }

# param NAME VALUE MODE
param() { devlink dev param set "$DEV" name "$1" value "$2" cmode "$3"; }
reload() { devlink dev reload "$DEV" >/dev/null && eventually has_netdevs 2 && settled; }

# set_type PORT TYPE
set_type() { devlink port set "$DEV/$1" type "$2"; }
# has_type PORT TYPE: what it is, whatever it is to be. mlx4_core leaves it to mlx4_ib to say that a port is InfiniBand.
has_type() { shows "^$DEV/$1: type ($2|notset des_type $2)( |\(|$)" devlink port show; }

# become_a_bond: an active-backup bond of both ports makes both the active one's, the first.
# Whichever of the links comes up first, the first port is used, but by mlx4_core: that hears of the one that is used only
# when it changes.
become_a_bond() {
	local one two
	one=$(netdev 1) two=$(netdev 2)
	modprobe bonding && ip link add "$BOND" type bond mode active-backup miimon 100 && settled &&
		ip link set "$one" master "$BOND" && ip link set "$two" master "$BOND" &&
		{ [[ $DRIVER == mlx4_core ]] || ip link set "$BOND" type bond primary "$one"; } &&
		ip link set "$BOND" up && eventually maps_ports '[1,1]'
}

# maps_ports MAP: which of the card's ports each of the driver's is.
maps_ports() { card_is "$1" .hca.port_map; }

# The firmware is initialised, and not dead.
is_initialised() { [[ $(card '[.hca.phase, .dead]') == '["Initialised",false]' ]]; }

# The device is brought up by its driver, with both network devices.
works() {
	is_bound && has_netdevs 2 && is_initialised && return
	echo "expected a device that works, came: of the card $(card '[.hca.phase, .dead]'), network devices" \
		"$(netdevs | paste -sd ' ')"
	return 1
}

# The driver has nothing of the card.
holds_nothing() { card_is 0 .total objects; }

# The kernel says so when the driver has recovered the device, or cannot.
recovered() { logs 'mlx4_restart_one was ended, ret=0'; }
gave_up() { logs 'mlx4_restart_one was ended, ret=-'; }
