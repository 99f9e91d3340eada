# SPDX-License-Identifier: GPL-2.0
"""Bugs that netdevsim itself had, in its use of devlink."""

import errno
import os
import socket
import struct
import subprocess

from netlink import Netlink, raw_attr
from testlib import Device, check, eventually, expect, netdev_of, race, refused, write


@check("devices of one number and of several come and go at once", race=True)
def new_and_delete():
    def one(_):
        Device(1).create()
        Device(1).remove()

    def same(_):
        Device(1).create()
        Device(1).remove()

    def other(_):
        Device(2, "2 2").create()
        Device(2).remove()

    def port(_):
        try:
            write(Device(1).sysfs + "/new_port", 3)
        except OSError:
            pass  # the device may not be there, or not be ready

    race(one, same, other, port, lambda nl: nl.dump("PORT_GET"))
    for number in (1, 2):
        try:
            Device(number).remove()
        except FileNotFoundError:
            pass


@check("a device's number is used once, may be the greatest there is, and not more")
def numbers():
    with Device(1):
        refused(errno.ENOSPC, Device(1).create)
    with Device((1 << 31) - 1) as dev, Netlink() as nl:
        expect("its name", dev.handle.split("/")[1], nl.get("GET", dev.handle)["DEV_NAME"])
        assert os.path.exists(dev.files), f"expected {dev.files}"
        nl.do("RELOAD", dev.handle)
    refused(errno.EINVAL, Device(1 << 31).create)
    refused(errno.EINVAL, write, "/sys/bus/netdevsim/new_device", "x")
    refused(errno.EINVAL, write, "/sys/bus/netdevsim/del_device", "x")
    refused(errno.ENOENT, Device(77).remove)


@check("a device that cannot be made leaves nothing behind")
def probe_fails():
    with Netlink() as nl:
        for _ in range(3):
            # No netdevice has no queue: the probe fails in its last step. The bus's device is there
            # all the same.
            with Device(1, "1 0"):
                expect("instances", [], nl.dump("GET"))
        expect("instances", [], nl.dump("GET"))
        with Device(1):
            expect("ports", 1, len(nl.dump("PORT_GET")))


@check("snapshots are taken through debugfs while the device is reloaded and removed", race=True)
def take_snapshot():
    dev = Device(1)

    def come_and_go(nl):
        dev.create()
        nl.do("RELOAD", dev.handle)
        dev.remove()

    def take(_):
        dev.set("take_snapshot", 1)

    race(come_and_go, take, take)


@check("files of the forwarding table are written while it is made and destroyed", race=True)
def fib_files():
    with Device(1) as dev:
        def reload(nl):
            nl.do("RELOAD", dev.handle)

        def activity(_):
            try:
                dev.set("fib/nexthop_bucket_activity", b"10 0")
            except OSError as error:
                # There is no such nexthop; or no such file at the moment.
                if error.errno not in (errno.EINVAL, errno.ENOENT):
                    raise

        def flags(_):
            dev.set("fib/fail_route_offload", "Y")
            dev.set("fib/fail_route_offload", "N")

        race(reload, activity, flags)
        for text in (b"1", b"1 ", b" ", b"1 2", b"x y", b"9" * 127, b"9" * 128, b"1 0\0 2"):
            refused(errno.EINVAL, dev.set, "fib/nexthop_bucket_activity", text)


def rtnetlink(kind, flags, body):
    """Send a request and return the error in the answer."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.settimeout(60)
        sock.send(struct.pack("=IHHII", 16 + len(body), kind, flags | 1 | 4, 1, 0) + body)
        error, = struct.unpack_from("=i", sock.recv(1 << 14), 16)
        return -error


def route(kind, prefix):
    """Add (24) or delete (25) a blackhole route to prefix/24."""
    body = (struct.pack("=BBBBBBBBI", socket.AF_INET, 24, 0, 0, 254, 4, 0, 6, 0)
            + raw_attr(1, socket.inet_aton(prefix)))
    return rtnetlink(kind, 0x400 if kind == 24 else 0, body)


@check("a route that the driver fails to delete takes nothing along")
def route_delete_fails():
    with Device(1) as dev, Netlink() as nl:
        for _ in range(2):
            dev.set("fib/fail_route_delete", "Y")
            for third in range(8):
                expect("error of an addition", 0, route(24, f"198.51.{100 + third}.0"))
                expect("error of a deletion", 0, route(25, f"198.51.{100 + third}.0"))
            dev.set("fib/fail_route_delete", "N")
            nl.do("RELOAD", dev.handle)


@check("hardware statistics go with their netdevice, and with the device")
def hwstats():
    with Device(1) as dev, Device(2) as other, Netlink() as nl:
        indexes = [nl.get("PORT_GET", d.handle, PORT_INDEX=0)["PORT_NETDEV_IFINDEX"]
                   for d in (dev, other)]
        for index in indexes:
            # Twice is once.
            dev.set("hwstats/l3/enable_ifindex", index)
            dev.set("hwstats/l3/enable_ifindex", index)
        refused(errno.ENODEV, dev.set, "hwstats/l3/enable_ifindex", 9999)
        refused(errno.ENOENT, dev.set, "hwstats/l3/disable_ifindex", 9999)
        # One netdevice goes by itself, the other with the reload.
        other.remove()
        nl.do("RELOAD", dev.handle)
        index = nl.get("PORT_GET", dev.handle, PORT_INDEX=0)["PORT_NETDEV_IFINDEX"]
        dev.set("hwstats/l3/enable_ifindex", index)
        dev.set("hwstats/l3/disable_ifindex", index)
        dev.set("hwstats/l3/enable_ifindex", index)


@check("of two linked devices one can go, and the other sends on")
def linked_peer():
    with Netlink() as nl, Device(1) as dev, Device(2) as peer:
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            for _ in range(2):
                names = [netdev_of(nl, d.handle) for d in (dev, peer)]
                ends = [f"{home}:{socket.if_nametoindex(name)}" for name in names]
                for name in names:
                    write(f"/sys/class/net/{name}/flags", "0x1")
                write("/sys/bus/netdevsim/link_device", " ".join(ends))
                send_something(names[0])
                peer.remove()
                send_something(names[0])
                peer.create()
                nl.do("RELOAD", dev.handle)
        finally:
            os.close(home)


def send_something(name):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((name, 0))
        for _ in range(5):
            sock.send(bytes(12) + b"\x88\xb5" + b"history" * 8)


@check("VFs are made and taken away while the device goes", race=True)
def vfs_against_removal():
    dev = Device(1)

    def come_and_go(nl):
        dev.create()
        nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=1)
        dev.remove()

    def change(_):
        dev.vfs(2)
        dev.vfs(0)

    race(come_and_go, change, seconds=3)
    with Device(3) as other:
        refused(errno.ENOMEM, other.vfs, 1 << 20)
        other.vfs(2)
        refused(errno.EBUSY, other.vfs, 3)


@check("the module goes while it is being used, and comes again")
def unload():
    for _ in range(2):
        Device(1, "2").create()
        with Netlink(pages=True) as nl:
            parts = nl.dump_parts("TRAP_GET")
            next(parts)
            subprocess.run(["modprobe", "-r", "netdevsim"], check=True)
            list(parts)
            expect("instances", [], nl.dump("GET"))
        subprocess.run(["modprobe", "netdevsim"], check=True)
    eventually("the bus is there", lambda: os.path.exists("/sys/bus/netdevsim/new_device"))
