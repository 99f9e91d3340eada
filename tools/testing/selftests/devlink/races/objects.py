# SPDX-License-Identifier: GPL-2.0
"""Objects that go while they are used. More of them are in history: races.py runs those as well."""

from instances import QUIET
from netlink import Netlink, walk
from testlib import C_DRIVER, TestDevice, attempt, check, eventually, expect, race, with_c_driver

LEAF = 7  # a port of the test module that has a leaf
DROP, TRAP = 0, 1


@check("nodes of rates are deleted while their leaves are destroyed", race=True)
def rates():
    with TestDevice(1, QUIET) as dev:
        def destroy_leaf(_):
            dev.event(f"leaf_del {LEAF}")
            dev.event(f"leaf_add {LEAF}")

        def make_and_delete(nl):
            attempt(nl.do, "RATE_NEW", dev.handle, RATE_NODE_NAME="user")
            attempt(nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="user")
            attempt(nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="")
            nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="user")

        def by_driver(_):
            dev.event("rate_add driver")
            dev.event("leaf_del 8")
            dev.event("leaf_add 8 driver")
            dev.event("rate_clear")

        def reload(nl):
            nl.do("RELOAD", dev.handle)

        def dump(nl):
            nl.dump("RATE_GET")
            nl.do("RATE_GET", dev.handle, PORT_INDEX=LEAF)

        race(destroy_leaf, make_and_delete, by_driver, reload, dump)
        with Netlink() as nl:
            nl.do("RELOAD", dev.handle)
            expect("parents of leaf 7 and 8", {7: None, 8: "dt_inner"},
                   {m["PORT_INDEX"]: m.get("RATE_PARENT_NODE_NAME")
                    for m in nl.dump("RATE_GET", dev.handle)
                    if m.get("PORT_INDEX") in (7, 8)})


def packets(nl, dev, trap):
    """How many packets the trap has had."""
    return int.from_bytes(dict(walk(nl.get("TRAP_GET", dev.handle, TRAP_NAME=trap)["STATS"]))[0],
                          "little")


@check("packets hit traps in softirq while those are unregistered, switched and read", race=True)
def traps():
    with TestDevice(1, QUIET) as dev:
        def reload(nl):
            nl.do("RELOAD", dev.handle)

        def flip(_):
            dev.event("unregister")
            dev.event("register")

        def come_and_go(nl):
            dev.event("trap_add mine")
            nl.do("TRAP_SET", dev.handle, TRAP_NAME="mine", TRAP_ACTION=TRAP)
            dev.event("trap_del mine")

        def switch(nl):
            for action in (TRAP, DROP):
                nl.do("TRAP_SET", dev.handle, TRAP_NAME="dt_drop", TRAP_ACTION=action)
                nl.do("TRAP_GROUP_SET", dev.handle, TRAP_GROUP_NAME="dt_group", TRAP_ACTION=action)

        def read(nl):
            for cmd in ("TRAP_GET", "TRAP_GROUP_GET", "TRAP_POLICER_GET"):
                nl.dump(cmd)

        dev.event("trap_flood 1")
        race(reload, *with_c_driver(flip), come_and_go, switch, read)
        with Netlink() as nl:
            attempt(dev.event, "register")
            nl.do("RELOAD", dev.handle)
            eventually("packets hit the exception that nobody can switch off",
                       lambda: packets(nl, dev, "dt_exception") > 0)
        dev.event("trap_flood 0")


@check("regions of a device and a port go while snapshots are taken, read and deleted in them",
       race=True)
def regions():
    # Of a port that is registered the test driver in Rust can make none.
    places = ("", " 0") if C_DRIVER else ("",)
    with TestDevice(1, QUIET) as dev:
        def come_and_go(_):
            for where in places:
                dev.event("region_add mine" + where)
                dev.event("snapshot mine" + where)
                dev.event("region_del mine" + where)

        def use(nl):
            for port in ({}, {"PORT_INDEX": 0}):
                attrs = {"REGION_NAME": "mine", **port}
                attempt(nl.do, "REGION_NEW", dev.handle, REGION_SNAPSHOT_ID=5, **attrs)
                attempt(nl.dump, "REGION_READ", dev.handle, REGION_SNAPSHOT_ID=5, **attrs)
                attempt(nl.dump, "REGION_READ", dev.handle, REGION_DIRECT=True, **attrs)
                attempt(nl.do, "REGION_DEL", dev.handle, REGION_SNAPSHOT_ID=5, **attrs)

        def reload(nl):
            nl.do("RELOAD", dev.handle)

        race(come_and_go, use, use, reload, lambda nl: nl.dump("REGION_GET"))
        with Netlink() as nl:
            expect("regions of that name", [],
                   [m["REGION_NAME"] for m in nl.dump("REGION_GET", dev.handle)
                                                if m["REGION_NAME"] == "mine"])
