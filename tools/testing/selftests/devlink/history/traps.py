# SPDX-License-Identifier: GPL-2.0
"""Packet traps, their groups and policers."""

import errno
import os

from netlink import Netlink, walk
from testlib import Device, check, eventually, expect, netdev_of, race, refused, write

DROP, TRAP = 0, 1


def up(nl, dev):
    """Switch the first port on, so that the driver reports packets."""
    name = netdev_of(nl, dev.handle)
    flags = f"/sys/class/net/{name}/flags"
    with open(flags, encoding="ascii") as file:
        write(flags, hex(int(file.read(), 0) | 1))


def packets(nl, dev):
    """How many the exception has had, which the device never drops itself."""
    return int.from_bytes(dict(walk(nl.get("TRAP_GET", dev.handle,
                                           TRAP_NAME="fid_miss")["STATS"]))[0], "little")


def policer(nl, dev, number=1):
    message = nl.get("TRAP_POLICER_GET", dev.handle, TRAP_POLICER_ID=number)
    return message["TRAP_POLICER_RATE"], message["TRAP_POLICER_BURST"]


def group(nl, dev, name="l3_drops"):
    return nl.get("TRAP_GROUP_GET", dev.handle, TRAP_GROUP_NAME=name).get("TRAP_POLICER_ID")


@check("packets that are being reported race with reload and removal, and with what users change",
       race=True)
def reports_against_unregister():
    dev = Device(1)

    def come_and_go(nl):
        dev.create()
        up(nl, dev)
        for _ in range(3):
            nl.do("RELOAD", dev.handle)
            up(nl, dev)
        dev.remove()

    def change(nl):
        for action in (TRAP, DROP):
            nl.do("TRAP_SET", dev.handle, TRAP_NAME="blackhole_route", TRAP_ACTION=action)
            nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l2_drops", TRAP_ACTION=action)
        nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l2_drops", TRAP_POLICER_ID=0)
        nl.do("TRAP_POLICER_SET", dev.handle, TRAP_POLICER_ID=1, TRAP_POLICER_RATE=5)

    def read(nl):
        for cmd in ("TRAP_GET", "TRAP_GROUP_GET", "TRAP_POLICER_GET"):
            nl.dump(cmd)

    race(come_and_go, change, read, seconds=4)


@check("packets are counted again after a reload, though a busy device puts its reports off")
def reports_go_on():
    with Netlink() as nl, Device(1) as dev:
        for _ in range(2):
            up(nl, dev)
            eventually("a packet is counted", lambda: packets(nl, dev) > 0)
            # The instance lock is taken again and again: the report's work must come through all
            # the same.
            before = packets(nl, dev)
            race(lambda own: own.do("INFO_GET", dev.handle), seconds=1)
            eventually("more packets are counted", lambda: packets(nl, dev) > before)
            nl.do("RELOAD", dev.handle)


@check("a packet's cookie may be changed, and be malformed, while packets are reported")
def cookie():
    with Netlink() as nl, Device(1) as dev:
        up(nl, dev)
        for name in ("ingress_flow_action_drop", "egress_flow_action_drop"):
            nl.do("TRAP_SET", dev.handle, TRAP_NAME=name, TRAP_ACTION=TRAP)
        file = "trap_flow_action_cookie"
        refused(errno.EINVAL, dev.value, file)
        for bad in (b"01", b"012\n", b"zz\n", b"0g\n"):
            refused(errno.EINVAL, dev.set, file, bad)
        for good in (b"0123456789abcdef\n", b"00" * 300 + b"\n"):
            dev.set(file, good)
            expect("cookie", good.decode().strip(), dev.value(file))
        # Not at the beginning: refused, not mixed with what was in memory.
        fd = os.open(f"{dev.files}/{file}", os.O_WRONLY)
        try:
            refused(errno.EINVAL, os.pwrite, fd, b"ab\n", 1)
        finally:
            os.close(fd)

        def change(_):
            dev.set(file, b"0123\n")
            dev.set(file, b"ff" * 600 + b"\n")

        race(change, change, lambda _: dev.value(file))


@check("a policer that the driver refuses stays as it was")
def policer_refused():
    with Netlink() as nl, Device(1) as dev:
        before = policer(nl, dev)
        dev.set("fail_trap_policer_set", "Y")
        refused(errno.EINVAL, nl.do, "TRAP_POLICER_SET", dev.handle, TRAP_POLICER_ID=1,
                TRAP_POLICER_RATE=5)
        dev.set("fail_trap_policer_set", "N")
        for rate, burst in ((0, None), (8001, None), (None, 4), (None, 1 << 17),
                            ((1 << 64) - 1, None), (None, (1 << 64) - 1)):
            refused(errno.EINVAL, nl.do, "TRAP_POLICER_SET", dev.handle, TRAP_POLICER_ID=1,
                    TRAP_POLICER_RATE=rate, TRAP_POLICER_BURST=burst)
        expect("rate and burst", before, policer(nl, dev))
        nl.do("TRAP_POLICER_SET", dev.handle, TRAP_POLICER_ID=1, TRAP_POLICER_RATE=2000,
              TRAP_POLICER_BURST=256)
        expect("rate and burst", (2000, 256), policer(nl, dev))


@check("a group keeps its policer when the driver refuses another, and can do without")
def group_policers():
    with Netlink() as nl, Device(1) as dev:
        expect("policer", 1, group(nl, dev))
        refused(errno.ENOENT, nl.do, "TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l3_drops",
                TRAP_POLICER_ID=77)
        dev.set("fail_trap_group_set", "Y")
        refused(errno.EINVAL, nl.do, "TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l3_drops",
                TRAP_POLICER_ID=2)
        expect("policer after two refusals", 1, group(nl, dev))
        dev.set("fail_trap_group_set", "N")
        nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l3_drops", TRAP_POLICER_ID=2)
        expect("policer", 2, group(nl, dev))
        nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l3_drops", TRAP_POLICER_ID=0)
        expect("policer", None, group(nl, dev))
        # And all of it goes with bindings and without.
        nl.do("RELOAD", dev.handle)
        expect("policer", 1, group(nl, dev))


@check("a counter that the driver cannot read leaves no half-made message")
def counter_fails():
    with Netlink() as nl, Device(1) as dev:
        dev.set("fail_trap_drop_counter_get", "Y")
        refused((errno.EINVAL, errno.EMSGSIZE), nl.do, "TRAP_GET", dev.handle, TRAP_NAME="fid_miss")
        dev.set("fail_trap_policer_counter_get", "Y")
        refused((errno.EINVAL, errno.EMSGSIZE), nl.do, "TRAP_POLICER_GET", dev.handle,
                TRAP_POLICER_ID=1)
        dev.set("fail_trap_drop_counter_get", "N")
        dev.set("fail_trap_policer_counter_get", "N")
        nl.do("TRAP_GET", dev.handle, TRAP_NAME="fid_miss")
        nl.do("TRAP_POLICER_GET", dev.handle, TRAP_POLICER_ID=1)


@check("the actions of exceptions cannot be changed, and none is set that does not exist")
def actions():
    with Netlink() as nl, Device(1) as dev:
        def action(name):
            return nl.get("TRAP_GET", dev.handle, TRAP_NAME=name)["TRAP_ACTION"]

        # Accepted with a word of warning, and without effect.
        nl.do("TRAP_SET", dev.handle, TRAP_NAME="fid_miss", TRAP_ACTION=DROP)
        expect("action of an exception", TRAP, action("fid_miss"))
        for wrong in (3, 255):
            refused((errno.EINVAL, errno.ERANGE), nl.do, "TRAP_SET", dev.handle,
                    TRAP_NAME="blackhole_route", TRAP_ACTION=wrong)
        expect("action", DROP, action("blackhole_route"))
        refused(errno.ENOENT, nl.do, "TRAP_SET", dev.handle, TRAP_NAME="none", TRAP_ACTION=TRAP)
        nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="l2_drops", TRAP_ACTION=TRAP)
        expect("action after its group's", TRAP, action("source_mac_is_multicast"))
