# SPDX-License-Identifier: GPL-2.0
"""Devlink over raw generic netlink: what iproute2 does not send, from threads, and dumps part by
part.

Attributes are named as in the kernel's header without their prefix; their forms are those in its
comments. Replies are lists of Attrs, in which m["PORT_INDEX"] is a number.
"""

import functools
import os
import re
import socket
import struct

HEADER = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                      "../../../../../build/tree/include/uapi/linux/devlink.h")
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 1, 4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 1, 10, 11
NESTED = 0x8000
FORMS = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q"}
# Nests whose attributes are numbered by an enum of their own: they are left as bytes.
RAW_NESTS = {"STATS", "PORT_FUNCTION", "TRAP_METADATA", "SELFTESTS"}
# Not said in the header, or not as the messages have it
OTHER_FORMS = {"INDEX": "u32", "RELOAD_FAILED": "u8", **dict.fromkeys(RAW_NESTS, "")}


def read_enum(text, name):
    """The enumerators of an enum, each with its number and its comment."""
    body = text.split(f"enum {name} {{", 1)[1].split("};", 1)[0]
    body = re.sub(r"#define(.*\\\n)*.*\n", "", body)
    value = -1
    enumerator = r"\b(\w+)(?:\s*=[^,\n]*)?,?[ \t]*(?:/\*\s*(.*?)\s*\*/)?[ \t]*\n"
    for item, comment in re.findall(enumerator, body):
        if item.startswith("DEVLINK_"):
            value += 1
            yield item, value, comment


with open(HEADER, encoding="ascii") as header:
    TEXT = header.read()
CMD = {name.removeprefix("DEVLINK_CMD_"): number
       for name, number, _ in read_enum(TEXT, "devlink_command")}
CMD_NAME = {number: name for name, number in reversed(CMD.items())}
ATTR, FORM, ATTR_NAME = {}, {}, {}
for attr_name, attr_number, form in read_enum(TEXT, "devlink_attr"):
    attr_name = attr_name.removeprefix("DEVLINK_ATTR_")
    ATTR[attr_name] = attr_number
    ATTR_NAME.setdefault(attr_number, attr_name)
    FORM[attr_name] = OTHER_FORMS.get(attr_name, form.split(",")[0].split(" ")[0])


class NetlinkError(OSError):
    """The kernel's answer if it is an error: errno, and the message of the extended
    acknowledgement."""


class Attrs(dict):
    """Attributes of one level by name; of several of one name the first, and all of them in
    all()."""

    def __init__(self, data):
        super().__init__()
        self.list = []
        while len(data) >= 4:
            length, number = struct.unpack_from("=HH", data)
            if length < 4 or length > len(data):
                raise ValueError(f"attribute {number & 0x3fff} has length {length} of {len(data)} "
                                 "that are left")
            name = ATTR_NAME.get(number & 0x3fff, number & 0x3fff)
            value = decode(name, data[4:length])
            self.list.append((name, value))
            self.setdefault(name, value)
            data = data[(length + 3) & ~3:]
        if data:
            raise ValueError(f"{len(data)} bytes are left over")

    def all(self, name):
        return [value for key, value in self.list if key == name]


def decode(name, payload):
    form = FORM.get(name, "")
    if form == "nested":
        return Attrs(payload)
    if form == "string":
        return payload.rstrip(b"\0").decode()
    if form == "flag":
        return True
    if form in FORMS:
        return int.from_bytes(payload, "little")
    return payload


def encode(name, value):
    """An attribute; value None leaves it out, bytes are sent as they are."""
    number = ATTR[name]
    form = FORM[name]
    if value is None:
        return b""
    if name in RAW_NESTS:
        number |= NESTED
    if isinstance(value, bytes):
        payload = value
    elif isinstance(value, dict):
        number |= NESTED
        payload = encode_all(value)
    elif isinstance(value, str):
        payload = value.encode() + b"\0"
    elif form == "flag":
        payload = b""
    elif form == "bitfield32":
        payload = struct.pack("=II", value, value)
    else:
        payload = struct.pack("=" + FORMS[form], value)
    data = struct.pack("=HH", 4 + len(payload), number) + payload
    return data + bytes(-len(data) % 4)


def encode_all(attrs):
    return b"".join(encode(name, value) for name, value in attrs.items())


def raw_attr(number, payload):
    data = struct.pack("=HH", 4 + len(payload), number) + payload
    return data + bytes(-len(data) % 4)


class Message(Attrs):
    """A devlink message: its attributes, and the command's name."""

    def __init__(self, body):
        super().__init__(body[4:])
        self.cmd = CMD_NAME[body[0]]


class Netlink:
    """A socket. It belongs to the network namespace of the thread that makes it.

    The parts of a dump are as big as the biggest buffer that the socket was ever read with, so one
    that shall get them page by page is never read otherwise.
    """

    def __init__(self, notifications=False, pages=False, timeout=60):
        self.size = 4096 if pages else 1 << 17
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.bind((0, 0))
        self.sock.settimeout(timeout)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.seq = 0
        if notifications:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
            self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, find_family()[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()

    def send_raw(self, family, flags, body):
        self.seq += 1
        self.sock.send(struct.pack("=IHHII", 16 + len(body), family, flags, self.seq, 0) + body)

    def send(self, cmd, flags, handle=None, extra=b"", **attrs):
        if handle:
            bus, name = handle.split("/", 1)
            attrs = {"BUS_NAME": bus, "DEV_NAME": name, **attrs}
        body = struct.pack("=BBH", CMD[cmd], 1, 0) + encode_all(attrs) + extra
        self.send_raw(find_family()[0], flags | NLM_F_REQUEST, body)

    def receive(self):
        """The messages of one read, as (type, body)."""
        data = self.sock.recv(self.size)
        while len(data) >= 16:
            length, kind, _, seq, _ = struct.unpack_from("=IHHII", data)
            if seq == self.seq:
                yield kind, data[16:length]
            data = data[(length + 3) & ~3:]

    def parts(self):
        """What is read at a time, until the answer is complete: lists of messages."""
        done = False
        while not done:
            part = []
            for kind, body in self.receive():
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    check_end(kind, body)
                    done = True
                else:
                    part.append(Message(body))
            yield part

    def do(self, cmd, handle=None, **attrs):
        """The messages in answer to a request; NetlinkError if it is refused."""
        self.send(cmd, NLM_F_ACK, handle, **attrs)
        return [message for part in self.parts() for message in part]

    def get(self, cmd, handle=None, **attrs):
        return self.do(cmd, handle, **attrs)[0]

    def dump_parts(self, cmd, handle=None, **attrs):
        """A dump, of which the kernel makes the part after the next when one is read."""
        self.send(cmd, NLM_F_DUMP, handle, **attrs)
        return self.parts()

    def dump(self, cmd, handle=None, **attrs):
        return [message for part in self.dump_parts(cmd, handle, **attrs) for message in part]

    def notifications(self, wait=0.5, until=None):
        """What was told until nothing comes for a while, or until a message for which until()
        holds."""
        told = []
        self.sock.settimeout(wait)
        try:
            while True:
                data = self.sock.recv(1 << 17)
                while len(data) >= 16:
                    length, kind = struct.unpack_from("=IH", data)
                    if kind == find_family()[0]:
                        told.append(Message(data[16:length]))
                    data = data[(length + 3) & ~3:]
                if until and any(until(message) for message in told):
                    return told
        except TimeoutError:
            return told


@functools.cache
def find_family():
    """The numbers of devlink's family and of its multicast group. Threads that ask at once may each
    ask the kernel."""
    with Netlink() as nl:
        request = struct.pack("=BBH", CTRL_CMD_GETFAMILY, 1, 0) + raw_attr(2, b"devlink\0")
        nl.send_raw(GENL_ID_CTRL, NLM_F_REQUEST, request)
        attrs = dict(walk(nl.sock.recv(1 << 16)[16 + 4:]))
    group = dict(walk(next(walk(attrs[7]))[1]))
    return *struct.unpack("=H", attrs[1]), *struct.unpack("=I", group[2])


def walk(data):
    while len(data) >= 4:
        length, number = struct.unpack_from("=HH", data)
        yield number & 0x3fff, data[4:length]
        data = data[(length + 3) & ~3:]


def check_end(kind, body):
    error = struct.unpack_from("=i", body)[0] if len(body) >= 4 else 0
    if error >= 0:
        return
    text = b""
    # The request's header is in an error message, and nothing more of it (NETLINK_CAP_ACK).
    for number, payload in walk(body[20 if kind == NLMSG_ERROR else 4:]):
        if number == 1:
            text = payload
    raise NetlinkError(-error, text.rstrip(b"\0").decode() or os.strerror(-error))
