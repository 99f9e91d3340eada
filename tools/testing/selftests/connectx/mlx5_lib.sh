# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the two drivers of a model ConnectX-5 share, on top of driver_lib.sh.
# shellcheck source=tools/testing/selftests/connectx/driver_lib.sh
. "${BASH_SOURCE[0]%/*}/driver_lib.sh"

PCI=$(first_function 0x15b3 0x1017)
DEVICE=/sys/bus/pci/devices/$PCI
DEV=pci/$PCI
# The card's second function, if it has two.
OTHER=$(for folder in /sys/bus/pci/devices/*; do
	[[ $(cat "$folder/vendor") != 0x15b3 || ${folder##*/} == "$PCI" ]] || echo "${folder##*/}"
done)
# shellcheck disable=SC2034 # of those who need it
OTHER_DEV=pci/$OTHER
DRIVERS=(mlx5_core rust_mlx5)

# netdev [FUNCTION]
netdev() { [[ ! -e /sys/bus/pci/devices/${1:-$PCI}/net ]] ||
	ls "/sys/bus/pci/devices/${1:-$PCI}/net"; }
up() { ip link set "$(netdev)" up && eventually carrier 1; }
down() { ip link set "$(netdev)" down; }
carrier() { [[ $(cat "$DEVICE/net/$(netdev)/carrier" 2>/dev/null) == "$1" ]]; }

# reporter NAME FIELD VALUE
reporter() { [[ $(devlink -j health show "$DEV" reporter "$1" |
	jq -c ".health[][]|.$2") == "$3" ]]; }

# The device answers a command.
works() { is_bound && shows 'fw.version 16.35.4030' devlink dev info "$DEV"; }

# The driver has nothing of the card.
holds_nothing() { card_is 0 .total objects && card_is 0 .pages objects; }
