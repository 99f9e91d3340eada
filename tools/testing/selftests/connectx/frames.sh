#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# frames.sh [DRIVER]: frames between two ports of a model card that a wire connects, with the driver of that name, or the stock
# mlx5_core. One port is in a network namespace. A ConnectX-5 has a function for each port (scripts/vm --nic
# cx5,ports=2,count=2,wire=1), a ConnectX-3 both on one (--nic cx3,wire=self).
# shellcheck source=tools/testing/selftests/connectx/lib.sh
. "$(dirname "$0")/lib.sh"

DRIVER=${1:-mlx5_core}
FUNCTIONS=()
for folder in /sys/bus/pci/devices/*; do
	[[ $(cat "$folder/vendor") != 0x15b3 ]] || FUNCTIONS+=("${folder##*/}")
done
# What the kernel says of a module that is not its own, and mlx4_en of each network device.
export UNAVOIDABLE='out-of-tree module|Using [0-9]+ [TR]X rings$|Port [12]: Initializing port$'

CAPTURE=/tmp/frames.pcapng

# What differs between the cards: which network devices there are, the first one near, the second one far; how the ports, 0
# and 1, are asked; and how things are called.
case $DRIVER in
mlx4_core | rust_mlx4)
	family=mlx4
	# In the order of their ports.
	netdevs() { grep -H . "/sys/bus/pci/devices/${FUNCTIONS[0]}"/net/*/dev_port 2>/dev/null | sort -t: -nk 4 | cut -d/ -f 8; }
	# ask PORT MEMBERS: a request about a port.
	ask() { ctl "{$2, \"port\": $(($1 + 1))}"; }
	unload_driver() { { [[ $DRIVER != mlx4_core ]] || modprobe -r mlx4_en; } && modprobe -r "$DRIVER"; }
	set_queues() { ethtool -L near rx "$1" tx "$1"; }
	good_checksums() { echo $(($(counter rx_csum_good) + $(counter rx_csum_complete))); }
	OVERSIZE=rx_length_errors OTHER_VLAN=vlan CUT=tso_packets CARDS=(0)
	;;
mlx5_core | rust_mlx5)
	family=mlx5
	netdevs() { for function in "${FUNCTIONS[@]}"; do ls "/sys/bus/pci/devices/$function/net" 2>/dev/null; done; }
	ask() { ctl --card "$1" "{$2}"; }
	unload_driver() { modprobe -r "$DRIVER"; }
	set_queues() { ethtool -L near combined "$1"; }
	good_checksums() { counter rx_csum_complete; }
	OVERSIZE=rx_oversize_pkts_phy OTHER_VLAN=no_flow CUT=tx_tso_packets CARDS=(0 1)
	;;
*)
	echo "frames.sh: unknown driver: $DRIVER" >&2
	exit 1
	;;
esac

netdev() { netdevs | sed -n "$1p"; }
has_netdevs() { (($(netdevs | wc -l) == 2)); }
far() { ip netns exec far "$@"; }
ask_both() { ask 0 "$1" >/dev/null && ask 1 "$1" >/dev/null; }
# frames PORT QUERY: what the port counts.
frames() { ask "$1" '"do": "frames"' | jq -c "$2"; }
carriers() { [[ $(cat /sys/class/net/near/carrier) == 1 && $(far cat /sys/class/net/far/carrier) == 1 ]]; }
# counter NAME: one of `ethtool -S`.
counter() { ethtool -S near | awk -v name="$1:" '$1 == name {print $2}'; }

load() {
	local first second
	modprobe "$DRIVER" && eventually has_netdevs && settled && ip netns add far || return
	first=$(netdev 1) second=$(netdev 2)
	ip link set "$first" name near && ip link set "$second" name far && ip link set far netns far
}

up() {
	ip address add 192.0.2.1/24 dev near && ip -6 address add 2001:db8::1/64 dev near nodad &&
		far ip address add 192.0.2.2/24 dev far && far ip -6 address add 2001:db8::2/64 dev far nodad &&
		ip link set near up && far ip link set far up && eventually carriers
}

# pings COUNT ADDRESS [ARGUMENT...]: no answer is missing.
pings() {
	local count=$1 address=$2
	shift 2
	shows "^$count packets transmitted, $count received, 0% packet loss" \
		ping -c "$count" -i 0.1 -W 5 "$@" "$address"
}

pings_back() { shows ' 0% packet loss' far ping -c 5 -i 0.1 -W 5 192.0.2.1; }

jumbo() {
	ip link set near mtu 9000 && far ip link set far mtu 9000 && eventually carriers &&
		pings 20 192.0.2.2 -M 'do' -s 8972 && (($(counter "$OVERSIZE") == 0))
}

# A frame that the other port's MTU does not allow is dropped there, and counted.
too_long() {
	local before
	far ip link set far mtu 1500 && eventually carriers && before=$(frames 1 .dropped.too_long) || return
	! ping -c 2 -W 1 -M 'do' -s 4000 192.0.2.2 >/dev/null && (($(frames 1 .dropped.too_long) > before)) &&
		far ip link set far mtu 9000 && eventually carriers && pings 1 192.0.2.2 -M 'do' -s 8972
}

# What the port counts is in the device's statistics, as it was read before.
errors_are_counted() { (($(frames 1 .dropped.too_long) > 0)) && eventually errors_agree; }

errors_agree() {
	far ip -s link show far >/dev/null && sleep 1 &&
		[[ $(far cat /sys/class/net/far/statistics/rx_length_errors) == "$(frames 1 .dropped.too_long)" ]]
}

vlan_interfaces() {
	modprobe 8021q && ip link add link near name near.5 type vlan id 5 && ip address add 198.51.100.1/24 dev near.5 &&
		ip link set near.5 up && far ip link add link far name far.5 type vlan id 5 &&
		far ip address add 198.51.100.2/24 dev far.5 && far ip link set far.5 up &&
		pings 20 198.51.100.2 && pings 3 198.51.100.2 -M 'do' -s 8972
}

# The tags are in the frames, not taken out of them or put into them by the card.
vlans_without_offload() {
	local status=0
	ethtool -K near rxvlan off txvlan off >/dev/null && pings 5 198.51.100.2 || status=$?
	ethtool -K near rxvlan on txvlan on >/dev/null && return "$status"
}

# A tag that nobody has asked for is filtered by the tables.
other_vlan_is_dropped() {
	local before
	before=$(frames 1 ".dropped.$OTHER_VLAN")
	ip link add link near name near.6 type vlan id 6 && ip address add 203.0.113.1/24 dev near.6 &&
		ip link set near.6 up && ! ping -c 2 -W 1 203.0.113.2 >/dev/null && ip link del near.6 &&
		(($(frames 1 ".dropped.$OTHER_VLAN") > before))
}

# sees_vlan ID: the other network device receives a frame with such a tag that is for all stations.
sees_vlan() {
	local status=0 capture
	far timeout 5 tcpdump -pnli far -c 1 "ether broadcast and vlan $1" >/dev/null 2>&1 &
	capture=$!
	sleep 1
	ping -c 2 -W 1 203.0.113.2 >/dev/null
	wait "$capture" || status=$?
	return "$status"
}

vlan_filter_is_switched() {
	local status=0
	ip link add link near name near.6 type vlan id 6 && ip address add 203.0.113.1/24 dev near.6 &&
		ip link set near.6 up && ! sees_vlan 6 && far ethtool -K far rx-vlan-filter off && sees_vlan 6 &&
		pings 5 198.51.100.2 && far ethtool -K far rx-vlan-filter on && ! sees_vlan 6 &&
		pings 5 198.51.100.2 || status=$?
	ip link del near.6
	return "$status"
}

# Behind the tag of a service VLAN there may be another one: a ConnectX-5 takes no tags out then. A ConnectX-3 takes out the
# first one.
service_vlans() {
	local status=0 offload=off
	[[ $family == mlx5 ]] || offload=on
	ip link add link near name near.7 type vlan protocol 802.1ad id 7 && ip address add 203.0.113.1/24 dev near.7 &&
		far ip link add link far name far.7 type vlan protocol 802.1ad id 7 &&
		far ip address add 203.0.113.2/24 dev far.7 && ip link set near.7 up && far ip link set far.7 up &&
		eventually carriers && pings 5 203.0.113.2 &&
		shows "rx-vlan-offload: $offload" far ethtool -k far && pings 5 198.51.100.2 || status=$?
	ip link del near.7 && far ip link del far.7 && shows 'rx-vlan-offload: on' far ethtool -k far &&
		eventually carriers && return "$status"
}

# Frames for an address that is not the other port's are not received, but by who wants all.
other_address_is_filtered() {
	local before status=0
	ip neigh replace 192.0.2.99 lladdr 02:00:00:00:00:99 dev near && before=$(frames 1 .dropped.filtered) &&
		! ping -c 2 -W 1 192.0.2.99 >/dev/null && (($(frames 1 .dropped.filtered) == before + 2)) || return
	far ip link set far promisc on && sleep 1
	! ping -c 2 -W 1 192.0.2.99 >/dev/null && (($(frames 1 .dropped.filtered) == before + 2)) || status=$?
	far ip link set far promisc off && ip neigh del 192.0.2.99 dev near && return "$status"
}

# Frames for a group that the other port is not in are trapped, and whoever watches that is told by which port they came.
TRACING=/sys/kernel/tracing
# devlink knows the network device of a port only as long as both are in the same namespace.
trapped_frames_have_a_port() {
	local status=0 trap=("pci/${FUNCTIONS[0]}" trap dmac_filter)
	[[ -e $TRACING/trace ]] || mount -t tracefs tracefs "$TRACING" || return
	devlink trap set "${trap[@]}" action trap && echo 1 >"$TRACING/events/devlink/devlink_trap_report/enable" &&
		! far ping -c 2 -W 1 -I far 224.1.1.1 >/dev/null 2>&1 &&
		eventually grep -q 'trap_name=dmac_filter.*input_dev_name=near' "$TRACING/trace" || status=$?
	echo 0 >"$TRACING/events/devlink/devlink_trap_report/enable" && devlink trap set "${trap[@]}" action drop &&
		return "$status"
}

# transfers [ADDRESS]: connections of several flows, with what offloads there are, and every byte is right.
transfers() {
	export TO=${1:-192.0.2.2}
	far timeout 120 python3 -c '
import hashlib, os, socket
s = socket.create_server((os.environ["TO"], 5000))
for i in range(4):
    c, h, n = s.accept()[0], hashlib.sha256(), 0
    while data := c.recv(1 << 16):
        h.update(data); n += len(data)
    c.sendall(f"{n} {h.hexdigest()}".encode()); c.close()' &
	local server=$! status=0
	timeout 120 python3 -c '
import hashlib, os, random, socket, time
data = random.Random(1).randbytes(2 << 20)
for i in range(4):
    for _ in range(100):
        try: c = socket.create_connection((os.environ["TO"], 5000)); break
        except ConnectionRefusedError: time.sleep(0.1)
    c.sendall(data); c.shutdown(socket.SHUT_WR)
    assert c.recv(100).decode() == f"{len(data)} {hashlib.sha256(data).hexdigest()}"' || status=$?
	kill "$server" 2>/dev/null
	wait "$server"
	return "$status"
}

# What is transferred is right with and without, in IPv4 and in a VLAN, and only with it the card has cut packets.
packets_are_cut() {
	local before status=0
	before=$(counter "$CUT") && transfers && (($(counter "$CUT") > before)) || return
	ethtool -K near tso off && before=$(counter "$CUT") && transfers &&
		(($(counter "$CUT") == before)) || status=$?
	ethtool -K near tso on && before=$(counter "$CUT") && transfers 198.51.100.2 &&
		(($(counter "$CUT") > before)) && return "$status"
}

# carries ARGUMENT...: iperf3 runs for some seconds.
carries() {
	local server status=0
	far iperf3 -s -1 >/dev/null &
	server=$!
	eventually far bash -c 'ss -ltn | grep -q :5201' && iperf3 -c 192.0.2.2 -t 3 --connect-timeout 10000 "$@" ||
		status=$?
	kill "$server" 2>/dev/null
	wait "$server"
	return "$status"
}

# Flows are spread over the queues: a key for which their ports matter, which are next to each other.
KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa
queues_are_used() {
	local before
	set_queues 2
	ethtool -X near hkey "$KEY" && eventually carriers &&
		before=("$(counter rx0_packets)" "$(counter rx1_packets)") && carries -P 16 -R &&
		(($(counter rx0_packets) > before[0] && $(counter rx1_packets) > before[1]))
}

# The driver says when a datagram is sent, to who asks for that (SO_TIMESTAMPING).
sending_is_stamped() {
	shows 'software-transmit' ethtool -T near && python3 -c '
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 37, 1 << 1 | 1 << 4)
s.sendto(b"x", ("192.0.2.2", 9))
for _ in range(100):
    try: data = s.recvmsg(2048, 512, socket.MSG_ERRQUEUE)[1]; break
    except BlockingIOError: time.sleep(0.1)
assert any(level == socket.SOL_SOCKET and kind == 37 and any(stamp) for level, kind, stamp in data), data'
}

# Neither the driver nor the stack has found a wrong checksum.
checksums_are_right() {
	(($(good_checksums) > 0)) && nstat -asz TcpInCsumErrors UdpInCsumErrors |
		awk '/Csum/ && $2 != 0 {exit 1}'
}

# Nothing is on its way, so that counters can be compared.
quiet_wire() {
	local before
	before=$(frames 0 '[.sent, .received]') && sleep 1 && [[ $(frames 0 '[.sent, .received]') == "$before" ]]
}

# arrived PORT: how many frames came out of the wire.
arrived() { frames "$1" '.received.frames + .dropped.down + .dropped.too_long'; }

# The kernel sends when it wants to: not all is read at one moment.
counters_agree() { eventually same_counters; }

same_counters() {
	eventually quiet_wire && (($(counter rx_packets_phy) == $(frames 0 .received.frames))) &&
		(($(counter tx_packets_phy) == $(frames 0 .sent.frames))) &&
		(($(counter rx_bytes_phy) == $(frames 0 '.received | .octets + 4 * .frames'))) &&
		(($(frames 0 .sent.frames) == $(arrived 1) && $(frames 1 .sent.frames) == $(arrived 0))) &&
		same_counters_of_function
}

# A ConnectX-3 counts what is for its function only if there are others.
same_counters_of_function() {
	[[ $family == mlx4 ]] || (($(counter rx_vport_unicast_packets) + $(counter rx_vport_multicast_packets) + \
		$(counter rx_vport_broadcast_packets) == $(frames 0 .delivered.frames)))
}

frames_are_captured() {
	pings 1 192.0.2.2 && pings 1 198.51.100.2 &&
		build/cargo/release/connectx capture --frames "$CAPTURE" &&
		shows 'ICMP echo request' tcpdump -nr "$CAPTURE" icmp 2>/dev/null &&
		shows 'ICMP echo reply' tcpdump -nr "$CAPTURE" icmp 2>/dev/null &&
		shows 'vlan 5' tcpdump -enr "$CAPTURE" vlan 2>/dev/null
}

loopback_passes() { shows 'Loopback Test.*0' ethtool -t near && eventually carriers && pings 3 192.0.2.2; }

cable_is_pulled() {
	ask_both '"do": "link", "up": false' && ! ping -c 1 -W 1 192.0.2.2 >/dev/null &&
		ask_both '"do": "link", "up": true' && eventually carriers && eventually ping -c 1 -W 1 192.0.2.2
}

down_and_up() {
	ip link set near down && ip link set near up && eventually carriers && pings 5 192.0.2.2
}

unload() { ip netns del far && unload_driver; }

all_is_given_back() {
	local number
	for number in "${CARDS[@]}"; do
		[[ $(ctl --card "$number" objects | jq -c '[.total, .leaked]') == '[0,{}]' ]] || return
	done
}

check 'loads, without a warning' quiet "$family" load
check 'links come up' quiet "$family" up
check 'pings are answered' pings 20 192.0.2.2
check 'pings are answered, in IPv6' pings 20 2001:db8::2
check 'and in the other direction' pings_back
check 'jumbo frames' quiet "$family" jumbo
check 'too long frames are dropped' too_long
check 'VLANs' quiet "$family" vlan_interfaces
check 'VLANs, without offload' vlans_without_offload
check 'frames of other VLANs are dropped' other_vlan_is_dropped
check 'service VLANs' service_vlans
check 'frames for others are filtered' other_address_is_filtered
check 'errors of the port are counted' errors_are_counted
if [[ $family == mlx5 ]]; then
	check 'VLANs are filtered, or not' vlan_filter_is_switched
	check 'trapped frames have a port' trapped_frames_have_a_port
fi
check 'what is transferred is right' transfers
check 'the card cuts packets into frames' packets_are_cut
check 'iperf3' carries
check 'iperf3, the other direction' carries -R
check 'iperf3, datagrams' carries -u -b 20M
check 'several queues are used' queues_are_used
check 'checksums are right' checksums_are_right
check 'sending is stamped' sending_is_stamped
check 'counters agree' counters_agree
check 'frames are captured' frames_are_captured
check 'the loopback test passes' loopback_passes
check 'links follow the cables' cable_is_pulled
check 'down and up' quiet "$family" down_and_up
check 'unloads' quiet "$family" unload
check 'all is given back' all_is_given_back
check 'no command was unknown' card_is '[]' .unknown
finish
