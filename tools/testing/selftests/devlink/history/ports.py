# SPDX-License-Identifier: GPL-2.0
"""Ports, and the netdevices behind them."""

import ctypes
import errno
import fcntl
import os
import socket
import struct

from netlink import Netlink, raw_attr
from testlib import (Device, Namespace, TestDevice, check, expect, netdev_of, race, refused,
                     write)

RTM_GETLINK, RTM_NEWLINK, NLM_F_DUMP = 18, 16, 0x300
SIOCSIFNAME, SIOCETHTOOL, ETHTOOL_GDRVINFO = 0x8923, 0x8946, 3


def rename(old, new):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFNAME, struct.pack("16s16s8x", old.encode(), new.encode()))


def links():
    """A dump over rtnetlink of all netdevices, of which devlink adds names and switch ids; the
    number of bytes."""
    total = 0
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.settimeout(60)
        sock.send(struct.pack("=IHHII16s", 32, RTM_GETLINK, 1 | NLM_F_DUMP, 1, 0, b""))
        while True:
            data = sock.recv(1 << 15)
            total += len(data)
            kind, = struct.unpack_from("=H", data, 4)
            if kind != RTM_NEWLINK:
                return total


@check("ports come and go while they and their netdevices are read and renamed", race=True)
def ports_against_readers():
    with Device(1) as dev:
        def come_and_go(_):
            write(dev.sysfs + "/new_port", 5)
            write(dev.sysfs + "/del_port", 5)

        def rename_it(nl):
            name = netdev_of(nl, dev.handle, 5)
            rename(name, "renamed")

        def read(nl):
            nl.dump("PORT_GET")
            nl.do("PORT_GET", dev.handle, PORT_INDEX=5)

        race(come_and_go, rename_it, read, lambda _: links(), seconds=4)


@check("a port's name follows its netdevice's")
def name_follows():
    with Netlink() as nl, Netlink(notifications=True) as listener, Device(1) as dev:
        rename(netdev_of(nl, dev.handle), "history0")
        expect("name", "history0", netdev_of(nl, dev.handle))
        told = [m["PORT_NETDEV_NAME"] for m in listener.notifications() if m.cmd == "PORT_NEW"
                and "PORT_NETDEV_NAME" in m]
        expect("the last name that was told", "history0", told[-1])


@check("a netdevice that is in another namespace is not shown with its port")
def netdev_elsewhere():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev:
        index = nl.get("PORT_GET", dev.handle, PORT_INDEX=0)["PORT_NETDEV_IFINDEX"]
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
            body = (struct.pack("=BxHiII", 0, 0, index, 0, 0)
                    + raw_attr(28, struct.pack("=I", ns.fd)))
            sock.send(struct.pack("=IHHII", 16 + len(body), 16, 1 | 4, 1, 0) + body)
            error, = struct.unpack_from("=i", sock.recv(1 << 14), 16)
        expect("error of the move", 0, error)
        port = nl.get("PORT_GET", dev.handle, PORT_INDEX=0)
        expect("name and index", (None, None),
               (port.get("PORT_NETDEV_NAME"), port.get("PORT_NETDEV_IFINDEX")))
        expect("what the dump has", [None],
               [m.get("PORT_NETDEV_NAME") for m in nl.dump("PORT_GET", dev.handle)])


@check("messages about ports have the command that user space waits for")
def commands():
    with Netlink() as nl, Netlink(notifications=True) as listener, Device(1) as dev:
        expect("commands of a do", ["PORT_NEW"],
               [m.cmd for m in nl.do("PORT_GET", dev.handle, PORT_INDEX=0)])
        expect("commands of a dump", ["PORT_NEW"], [m.cmd for m in nl.dump("PORT_GET", dev.handle)])
        write(dev.sysfs + "/new_port", 3)
        write(dev.sysfs + "/del_port", 3)
        told = [m.cmd for m in listener.notifications() if m.get("PORT_INDEX") == 3]
        expect("the first and the last that are told", ("PORT_NEW", "PORT_DEL"),
               (told[0], told[-1]))


@check("a port's index is used once, and free again afterwards")
def indexes():
    with Netlink() as nl, Device(1) as dev:
        for _ in range(3):
            write(dev.sysfs + "/new_port", 9)
            refused(errno.EEXIST, write, dev.sysfs + "/new_port", 9)
            write(dev.sysfs + "/del_port", 9)
            refused(errno.ENOENT, write, dev.sysfs + "/del_port", 9)
        refused(errno.ENODEV, nl.do, "PORT_GET", dev.handle, PORT_INDEX=9)


@check("what a port's driver cannot do is refused: split, type, function, port by user")
def refused_operations():
    with Netlink() as nl, Device(1) as dev:
        for count in (0, 1, 3, 4, 0xffffffff):
            refused((errno.EINVAL, errno.EOPNOTSUPP), nl.do, "PORT_SPLIT", dev.handle, PORT_INDEX=0,
                    PORT_SPLIT_COUNT=count)
        refused(errno.EOPNOTSUPP, nl.do, "PORT_UNSPLIT", dev.handle, PORT_INDEX=0)
        refused(errno.EOPNOTSUPP, nl.do, "PORT_SET", dev.handle, PORT_INDEX=0, PORT_TYPE=3)
        for function in (raw_attr(1, b"\2\0\0\0\0\1"), raw_attr(1, b"\2"), raw_attr(2, b"\1")):
            refused((errno.EINVAL, errno.EOPNOTSUPP, errno.ERANGE), nl.do, "PORT_SET", dev.handle,
                    PORT_INDEX=0, PORT_FUNCTION=function)
        refused(errno.EOPNOTSUPP, nl.do, "PORT_NEW", dev.handle, PORT_FLAVOUR=7,
                PORT_PCI_PF_NUMBER=0)
        refused(errno.EOPNOTSUPP, nl.do, "PORT_DEL", dev.handle, PORT_INDEX=0)
        for cmd in ("PORT_SET", "PORT_SPLIT", "PORT_UNSPLIT"):
            refused(errno.ENODEV, nl.do, cmd, dev.handle, PORT_INDEX=77)


def driver_info(name):
    """What ethtool -i asks for, which devlink answers for drivers that leave it to it."""
    buffer = bytearray(struct.pack("=I", ETHTOOL_GDRVINFO).ljust(196, b"\0"))
    array = (ctypes.c_char * len(buffer)).from_buffer(buffer)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCETHTOOL, struct.pack("16sP", name.encode(), ctypes.addressof(array)))
    return bytes(array)[36 + 32:36 + 64].rstrip(b"\0")


@check("ethtool asks devlink for versions while instances come, go and are reloaded", race=True)
def ethtool_info():
    with Device(1) as dev, Device(2) as other:
        with Netlink() as nl:
            stable = netdev_of(nl, other.handle)

        def ask(nl):
            driver_info(stable)
            try:
                driver_info(netdev_of(nl, dev.handle))
            except OSError:
                pass  # it is not there at the moment

        def come_and_go(nl):
            nl.do("RELOAD", dev.handle)
            dev.remove()
            dev.create()

        race(come_and_go, ask, ask)


@check("VFs' ports come and go with the mode and the number of VFs", race=True)
def vfs():
    with Device(1) as dev, Netlink() as first:
        def change_mode(nl):
            nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=1)
            nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=0)

        def change_number(_):
            dev.vfs(3)
            dev.vfs(0)

        def reload(nl):
            nl.do("RELOAD", dev.handle)

        race(change_mode, change_number, lambda nl: nl.dump("PORT_GET"))
        race(change_mode, change_number, reload)
        first.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=0)
        dev.vfs(0)
        expect("ports", [0], [m["PORT_INDEX"] for m in first.dump("PORT_GET", dev.handle)])
        assert os.path.exists(dev.files), "expected the driver's debugfs folder"


TYPES = {0: "none", 3: "ib"}


@check("of two that say at once what is attached to a port, both sides keep the same", race=True,
       c_driver=True)
def attached_twice():
    """Users see what the core keeps, and the driver has it in its own structure."""
    with TestDevice(1, "netdevs=0 quiet=1") as dev:
        dev.event("port_add 80")
        dev.event("port_type 80 ib")

        def say(nl):
            dev.event("port_type_twice 80")
            shown = TYPES[nl.get("PORT_GET", dev.handle, PORT_INDEX=80)["PORT_TYPE"]]
            try:
                dev.event(f"port_type_is 80 {shown}")
            except OSError as error:
                raise AssertionError(
                    f"expected the type that users see for the driver too, {shown}") from error

        race(say, seconds=5)
        dev.event("port_del 80")
