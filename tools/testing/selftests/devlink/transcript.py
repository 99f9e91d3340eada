#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Play requests and driver events on stock netdevsim and print every byte that comes back.

Run on both cores, the transcripts must be equal: replies, dumps, errors with their extended
acknowledgements, and notifications. What depends on the run is replaced, each for a reason:

* port and sequence number of a message: the socket's and the script's own;
* time stamps of health dumps: the time of day;
* what is in a region, and binary values of the health reporter: random bytes, of which the number
  is shown;
* statistics of traps, the driver's counters and the occupancy of resources: the network's own
  traffic and the number of reads change them.
"""

import os
import random
import re
import socket
import struct
import subprocess
import sys
import time

NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_DUMP = 1, 2, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
GENL_ID_CTRL = 16
SOL_NETLINK = 270
NETLINK_EXT_ACK, NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK = 11, 1, 10
NESTED = 0x8000
NLA_BINARY = 11

HEADER = os.path.join(os.path.dirname(os.path.realpath(sys.argv[0])),
                      "../../../../build/tree/include/uapi/linux/devlink.h")
BUS = "/sys/bus/netdevsim"
DEBUGFS = "/sys/kernel/debug/netdevsim"
# Attributes whose payload depends on the run
VOLATILE = ["DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS", "DEVLINK_ATTR_HEALTH_REPORTER_DUMP_TS_NS",
            "DEVLINK_ATTR_STATS", "DEVLINK_ATTR_RESOURCE_OCC", "DEVLINK_ATTR_NETNS_ID"]


def read_enum(name):
    """Return the numbers of an enum in the kernel's header."""
    text = re.sub(r"#define(.*\\\n)*.*\n", "", open(HEADER, encoding="ascii").read())
    body = text.split(f"enum {name} {{", 1)[1].split("};", 1)[0]
    values, value = {}, -1
    while "/*" in body:
        head, rest = body.split("/*", 1)
        body = head + rest.split("*/", 1)[1]
    for item in body.split(","):
        item = item.strip()
        if not item:
            continue
        if "=" in item:
            item, expression = (part.strip() for part in item.split("=", 1))
            if not expression.isdigit() and expression not in values:
                continue
            value = int(values.get(expression, expression)) if expression in values else int(expression)
        else:
            value += 1
        values[item] = value
    return values


CMD = read_enum("devlink_command")
ATTR = read_enum("devlink_attr")
ATTR_NAME = {number: name for name, number in ATTR.items()}
CMD_NAME = {}
for cmd_name, cmd_number in CMD.items():
    CMD_NAME.setdefault(cmd_number, cmd_name)


def attr(number, payload):
    data = struct.pack("=HH", 4 + len(payload), number) + payload
    return data + bytes(-len(data) % 4)


def parse_attrs(data):
    while len(data) >= 4:
        length, number = struct.unpack_from("=HH", data)
        if length < 4 or length > len(data):
            break
        yield number, data[4:length]
        data = data[(length + 3) & ~3:]


# Attributes that other attributes are in; some of them say so by a flag.
NESTS = {ATTR["DEVLINK_ATTR_" + name] for name in (
    "INFO_VERSION_FIXED INFO_VERSION_RUNNING INFO_VERSION_STORED PARAM PARAM_VALUES_LIST PARAM_VALUE "
    "RESOURCE_LIST RESOURCE HEALTH_REPORTER REGION_SNAPSHOTS REGION_SNAPSHOT REGION_CHUNKS REGION_CHUNK "
    "TRAP_METADATA DEV_STATS RELOAD_STATS REMOTE_RELOAD_STATS RELOAD_ACTION_INFO RELOAD_ACTION_STATS "
    "RELOAD_STATS_ENTRY FMSG PORT_FUNCTION").split()}


def show_attrs(data, nested_set=True):
    """Attributes as text, with what depends on the run replaced."""
    shown = []
    binary = False
    for number, payload in parse_attrs(data):
        plain = number & 0x3fff
        if nested_set and plain == ATTR["DEVLINK_ATTR_FMSG_OBJ_VALUE_TYPE"]:
            binary = payload == bytes([NLA_BINARY])
        name = ATTR_NAME.get(plain, str(plain)).replace("DEVLINK_ATTR_", "") if nested_set else str(plain)
        flag = "*" if number & NESTED else ""
        if nested_set and ATTR_NAME.get(plain) in VOLATILE:
            shown.append(f"{name}{flag}=~")
        elif name == "REGION_CHUNK_DATA" or binary and name == "FMSG_OBJ_VALUE_DATA":
            shown.append(f"{name}{flag}=~{len(payload)}")
        elif number & NESTED or (nested_set and plain in NESTS):
            same_set = name not in ("TRAP_METADATA", "PORT_FUNCTION")
            shown.append(f"{name}{flag}=[{show_attrs(payload, nested_set and same_set)}]")
        else:
            shown.append(f"{name}{flag}={payload.hex()}")
    return " ".join(shown)


class Netlink:
    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.bind((0, 0))
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE
        self.sock.settimeout(20)
        self.seq = 0

    def send(self, family, cmd, flags, attrs, version=1):
        self.seq += 1
        body = struct.pack("=BBH", cmd, version, 0) + attrs
        header = struct.pack("=IHHII", 16 + len(body), family, NLM_F_REQUEST | flags, self.seq, 0)
        self.sock.send(header + body)

    def receive(self):
        data = self.sock.recv(1 << 20)
        while len(data) >= 16:
            length, kind, flags, seq, portid = struct.unpack_from("=IHHII", data)
            yield kind, flags, seq, portid, data[16:length]
            data = data[(length + 3) & ~3:]

    def ask(self, family, cmd, flags, attrs):
        """Send a request and yield what comes back, until its end."""
        self.send(family, cmd, flags | NLM_F_ACK, attrs)
        while True:
            for message in self.receive():
                if message[2] != self.seq:
                    continue
                yield message
                if message[0] in (NLMSG_ERROR, NLMSG_DONE):
                    return

    def family(self, name):
        for kind, _, _, _, body in self.ask(GENL_ID_CTRL, 3, 0, attr(2, name + b"\0")):
            if kind == GENL_ID_CTRL:
                attrs = dict(parse_attrs(body[4:]))
                groups = [dict(parse_attrs(group)) for _, group in parse_attrs(attrs[7])]
                return struct.unpack("=H", attrs[1])[0], struct.unpack("=I", groups[0][2])[0]
        raise SystemExit("there is no devlink")


def show_end(kind, flags, body, request_length):
    error = struct.unpack_from("=i", body)[0] if len(body) >= 4 else 0
    text = f"{'error' if kind == NLMSG_ERROR else 'done'} {error} flags {flags & ~NLM_F_MULTI:#x}"
    # In an acknowledgement the request's header comes first, and its body unless that is capped.
    offset = 4
    if kind == NLMSG_ERROR:
        offset = 20 if flags & 0x100 else 4 + request_length
    if flags & 0x200 and len(body) > offset:
        for number, payload in parse_attrs(body[offset:]):
            if number & 0x3fff == 1:
                text += f" msg {payload.rstrip(bytes(1)).decode()!r}"
            elif number & 0x3fff != 4:  # the policy is netlink's own matter
                text += f" ext{number & 0x3fff}={payload.hex()}"
    return text


class Play:
    def __init__(self):
        self.netlink = Netlink()
        self.listener = Netlink()
        self.family, group = self.netlink.family(b"devlink")
        self.listener.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)

    def request(self, cmd, attrs=b"", dump=False, title=None):
        name = CMD_NAME[cmd].replace("DEVLINK_CMD_", "")
        print(f"> {name} {'dump' if dump else 'do'} {title or show_attrs(attrs)}")
        for kind, flags, _, _, body in self.netlink.ask(self.family, cmd, NLM_F_DUMP if dump else 0, attrs):
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                print("< " + show_end(kind, flags, body, 20 + len(attrs)))
            else:
                reply = CMD_NAME[body[0]].replace("DEVLINK_CMD_", "")
                print(f"< {reply} flags {flags:#x} {body[:4].hex()} {show_attrs(body[4:])}")
        self.notifications()

    def notifications(self, wait=0.0):
        if wait:
            time.sleep(wait)
        self.listener.sock.setblocking(False)
        try:
            while True:
                for _, flags, seq, portid, body in self.listener.receive():
                    name = CMD_NAME[body[0]].replace("DEVLINK_CMD_", "")
                    print(f"! {name} flags {flags:#x} seq {seq} port {portid} {body[:4].hex()} "
                          f"{show_attrs(body[4:])}")
        except BlockingIOError:
            pass

    def event(self, title, action, wait=0.3):
        print(f"# {title}")
        try:
            action()
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"# {type(error).__name__}: {getattr(error, 'errno', '')}")
        self.notifications(wait)


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def string(name, value):
    return attr(ATTR["DEVLINK_ATTR_" + name], value.encode() + b"\0")


def number(name, form, value):
    return attr(ATTR["DEVLINK_ATTR_" + name], struct.pack("=" + form, value))


def handle(device=1):
    return string("BUS_NAME", "netdevsim") + string("DEV_NAME", f"netdevsim{device}")


def commands(served):
    """The commands that the core serves, or those that only it sends, or nobody."""
    replies = {name for name in CMD if name.endswith(("_NEW", "_DEL", "_END", "_STATUS"))}
    replies -= {"DEVLINK_CMD_" + name for name in (
        "PORT_NEW", "PORT_DEL", "REGION_NEW", "REGION_DEL", "RATE_NEW", "RATE_DEL")}
    replies |= {"DEVLINK_CMD_SET", "DEVLINK_CMD_SB_SET", "DEVLINK_CMD_REGION_SET"}
    return [value for name, value in CMD.items()
            if not name.startswith("__") and not name.endswith(("UNSPEC", "_MAX")) and (name in replies) != served]


# What a random request may hold beside the device: name, and the values to choose from
FIELDS = {
    "PORT_INDEX": [struct.pack("=I", value) for value in (0, 1, 2, 77, 0xffffffff)],
    "PORT_TYPE": [struct.pack("=H", value) for value in (0, 1, 2, 3, 4)],
    "PORT_SPLIT_COUNT": [struct.pack("=I", value) for value in (0, 1, 2, 3, 4, 1000)],
    "PORT_FLAVOUR": [struct.pack("=H", value) for value in (0, 3, 7, 9)],
    "PORT_PCI_PF_NUMBER": [struct.pack("=H", value) for value in (0, 1)],
    "PARAM_NAME": [b"max_macs\0", b"test1\0", b"test2\0", b"none\0", b""],
    "PARAM_TYPE": [bytes([value]) for value in (1, 3, 6, 5, 0, 200)],
    "PARAM_VALUE_CMODE": [bytes([value]) for value in (0, 1, 2, 3)],
    "PARAM_VALUE_DATA": [struct.pack("=I", 17), struct.pack("=I", 64), b"\1", b"", b"text\0"],
    "PARAM_RESET_DEFAULT": [b""],
    "RESOURCE_ID": [struct.pack("=Q", value) for value in (1, 2, 3, 4, 99)],
    "RESOURCE_SIZE": [struct.pack("=Q", value) for value in (0, 100, 1 << 40, 0xffffffffffffffff)],
    "REGION_NAME": [b"dummy\0", b"none\0"],
    "REGION_SNAPSHOT_ID": [struct.pack("=I", value) for value in (0, 1, 2, 50)],
    "REGION_CHUNK_ADDR": [struct.pack("=Q", value) for value in (0, 32700, 1 << 40)],
    "REGION_CHUNK_LEN": [struct.pack("=Q", value) for value in (0, 16, 256, 1 << 33)],
    "HEALTH_REPORTER_NAME": [b"dummy\0", b"empty\0", b"none\0"],
    "HEALTH_REPORTER_GRACEFUL_PERIOD": [struct.pack("=Q", value) for value in (0, 5000)],
    "HEALTH_REPORTER_AUTO_RECOVER": [b"\0", b"\1"],
    "HEALTH_REPORTER_AUTO_DUMP": [b"\0", b"\1"],
    "TRAP_NAME": [b"blackhole_route\0", b"fid_miss\0", b"igmp_query\0", b"none\0"],
    "TRAP_ACTION": [bytes([value]) for value in (0, 1, 2, 3)],
    "TRAP_GROUP_NAME": [b"l2_drops\0", b"mc_snooping\0", b"none\0"],
    "TRAP_POLICER_ID": [struct.pack("=I", value) for value in (0, 1, 2, 9)],
    "TRAP_POLICER_RATE": [struct.pack("=Q", value) for value in (0, 1, 1500, 1 << 40)],
    "TRAP_POLICER_BURST": [struct.pack("=Q", value) for value in (0, 1, 128, 129, 1 << 40)],
    "RATE_NODE_NAME": [b"group1\0", b"group2\0", b"12\0", b"\0"],
    "RATE_TX_SHARE": [struct.pack("=Q", value) for value in (0, 1250000, 77)],
    "RATE_TX_MAX": [struct.pack("=Q", value) for value in (0, 125000, 12500000000)],
    "RATE_TX_PRIORITY": [struct.pack("=I", value) for value in (0, 5)],
    "RATE_PARENT_NODE_NAME": [b"group1\0", b"group2\0", b"none\0", b"\0"],
    "ESWITCH_MODE": [struct.pack("=H", value) for value in (0, 1, 7)],
    "ESWITCH_INLINE_MODE": [bytes([value]) for value in (0, 1, 9)],
    "ESWITCH_ENCAP_MODE": [bytes([value]) for value in (0, 1, 9)],
    "RELOAD_ACTION": [bytes([value]) for value in (0, 1, 2, 3)],
    "FLASH_UPDATE_FILE_NAME": [b"none.bin\0"],
    "FLASH_UPDATE_COMPONENT": [b"fw.mgmt\0", b"none\0"],
    "LINECARD_INDEX": [struct.pack("=I", 0)],
    "SB_INDEX": [struct.pack("=I", 0)],
    "SB_POOL_INDEX": [struct.pack("=H", 0)],
    "DPIPE_TABLE_NAME": [b"none\0"],
    "RESOURCE_SCOPE_MASK": [struct.pack("=I", value) for value in (0, 1, 2, 3, 8)],
}

# Field names by the command they make sense with; all others are random company.
LIKELY = {
    "PORT": ["PORT_INDEX", "PORT_TYPE", "PORT_SPLIT_COUNT", "PORT_FLAVOUR", "PORT_PCI_PF_NUMBER"],
    "PARAM": ["PARAM_NAME", "PARAM_TYPE", "PARAM_VALUE_CMODE", "PARAM_VALUE_DATA", "PARAM_RESET_DEFAULT"],
    "RESOURCE": ["RESOURCE_ID", "RESOURCE_SIZE", "PORT_INDEX", "RESOURCE_SCOPE_MASK"],
    "REGION": ["REGION_NAME", "REGION_SNAPSHOT_ID", "REGION_CHUNK_ADDR", "REGION_CHUNK_LEN"],
    "HEALTH": ["HEALTH_REPORTER_NAME", "HEALTH_REPORTER_AUTO_RECOVER", "HEALTH_REPORTER_AUTO_DUMP",
               "HEALTH_REPORTER_GRACEFUL_PERIOD"],
    "TRAP_GROUP": ["TRAP_GROUP_NAME", "TRAP_ACTION", "TRAP_POLICER_ID"],
    "TRAP_POLICER": ["TRAP_POLICER_ID", "TRAP_POLICER_RATE", "TRAP_POLICER_BURST"],
    "TRAP": ["TRAP_NAME", "TRAP_ACTION"],
    "RATE": ["PORT_INDEX", "RATE_NODE_NAME", "RATE_TX_SHARE", "RATE_TX_MAX", "RATE_PARENT_NODE_NAME",
             "RATE_TX_PRIORITY"],
    "ESWITCH": ["ESWITCH_MODE", "ESWITCH_INLINE_MODE", "ESWITCH_ENCAP_MODE"],
    "RELOAD": ["RELOAD_ACTION"],
    "FLASH": ["FLASH_UPDATE_FILE_NAME", "FLASH_UPDATE_COMPONENT"],
}


def random_request(play, rng, without):
    cmd = rng.choice(commands(served=rng.random() < 0.95))
    if cmd == CMD["DEVLINK_CMD_" + without]:
        return
    name = CMD_NAME[cmd].replace("DEVLINK_CMD_", "")
    dump = rng.random() < 0.3
    attrs = b""
    kind = rng.random()
    if kind < 0.85:
        attrs += handle(rng.choice([1, 1, 1, 2, 2, 9]))
    elif kind < 0.95:
        attrs += number("INDEX", "I", rng.choice([0, 1, 5]))
    likely = next((fields for prefix, fields in LIKELY.items() if name.startswith(prefix)), [])
    for field in likely:
        if rng.random() < 0.7:
            attrs += attr(ATTR["DEVLINK_ATTR_" + field], rng.choice(FIELDS[field]))
    while rng.random() < 0.15:
        field = rng.choice(list(FIELDS))
        attrs += attr(ATTR["DEVLINK_ATTR_" + field], rng.choice(FIELDS[field]))
    if rng.random() < 0.05:
        attrs += attr(rng.randrange(1, max(ATTR_NAME)), rng.randbytes(rng.randrange(12)))
    play.request(cmd, attrs, dump)


def delete_rate_nodes(play):
    nodes = [node[:-1].decode() for node in FIELDS["RATE_NODE_NAME"]]
    for device in (1, 2):
        rates = [number("PORT_INDEX", "I", index) for index in (0, 1, 2, 128, 129, 130)]
        for rate in rates + [string("RATE_NODE_NAME", node) for node in nodes]:
            play.request(CMD["DEVLINK_CMD_RATE_SET"], handle(device) + rate + string("RATE_PARENT_NODE_NAME", ""))
        for node in nodes:
            play.request(CMD["DEVLINK_CMD_RATE_DEL"], handle(device) + string("RATE_NODE_NAME", node))


def scenario(play):
    """What a driver does, and the requests that show it."""
    dumps = ("GET PORT_GET PARAM_GET RESOURCE_DUMP REGION_GET HEALTH_REPORTER_GET TRAP_GET TRAP_GROUP_GET "
             "TRAP_POLICER_GET RATE_GET INFO_GET SB_GET LINECARD_GET SELFTESTS_GET").split()

    def dump_all():
        for name in dumps:
            play.request(CMD["DEVLINK_CMD_" + name], dump=True)

    play.event("load", lambda: run("modprobe", "netdevsim"))
    play.event("new device 1", lambda: write(f"{BUS}/new_device", "1 4"), 1.5)
    play.event("new device 2", lambda: write(f"{BUS}/new_device", "2 2"), 1.5)
    dump_all()
    for name in ("GET", "INFO_GET", "ESWITCH_GET", "RESOURCE_DUMP", "DPIPE_HEADERS_GET", "DPIPE_TABLE_GET"):
        play.request(CMD["DEVLINK_CMD_" + name], handle())
    play.event("rename", lambda: run("ip", "link", "set", "eth0", "name", "renamed0"))
    play.event("snapshot", lambda: write(f"{DEBUGFS}/netdevsim1/take_snapshot", "1"))
    play.request(CMD["DEVLINK_CMD_REGION_GET"], handle() + string("REGION_NAME", "dummy"))
    play.request(CMD["DEVLINK_CMD_REGION_DEL"],
                 handle() + string("REGION_NAME", "dummy") + number("REGION_SNAPSHOT_ID", "I", 0))
    play.event("health break", lambda: write(f"{DEBUGFS}/netdevsim1/health/break_health", "reason"))
    reporter = handle() + string("HEALTH_REPORTER_NAME", "dummy")
    for name in ("GET", "DIAGNOSE", "RECOVER", "TEST", "DUMP_CLEAR", "GET"):
        play.request(CMD["DEVLINK_CMD_HEALTH_REPORTER_" + name], reporter)
    play.event("vfs", lambda: write("/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs", "3"))
    play.request(CMD["DEVLINK_CMD_ESWITCH_SET"], handle() + number("ESWITCH_MODE", "H", 1))
    play.notifications(1)
    dump_all()
    for node in ("group1", "group2"):
        play.request(CMD["DEVLINK_CMD_RATE_NEW"], handle() + string("RATE_NODE_NAME", node))
    play.request(CMD["DEVLINK_CMD_RATE_SET"], handle() + string("RATE_NODE_NAME", "group1") +
                 string("RATE_PARENT_NODE_NAME", "group2"))
    play.request(CMD["DEVLINK_CMD_RATE_GET"], dump=True)
    play.request(CMD["DEVLINK_CMD_RATE_DEL"], handle() + string("RATE_NODE_NAME", "group2"))
    delete_rate_nodes(play)
    play.event("port", lambda: write("/sys/bus/netdevsim/devices/netdevsim1/new_port", "9"), 1)
    play.event("no port", lambda: write("/sys/bus/netdevsim/devices/netdevsim1/del_port", "9"), 1)


def main():
    play = Play()
    scenario(play)
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for seed in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(f"# seed {seed}")
        rng = random.Random(seed)
        # netdevsim keeps its rate nodes over a reload, which both cores warn about. So one or the other.
        for _ in range(requests):
            random_request(play, rng, without="RELOAD" if seed % 2 else "RATE_NEW")
        delete_rate_nodes(play)
    for device in (1, 2):
        play.event("del device", lambda: write(f"{BUS}/del_device", str(device)), 1)
    play.event("unload", lambda: run("modprobe", "-r", "netdevsim"))


main()
