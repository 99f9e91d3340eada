# SPDX-License-Identifier: GPL-2.0
"""Rates: leaves, nodes and who is whose parent."""

import contextlib
import errno
import struct

from netlink import Netlink, encode
from testlib import Device, check, expect, ignore_refusal, race, refused

LEGACY, SWITCHDEV = 0, 1
LEAF = 128  # index of the first VF's port


@contextlib.contextmanager
def switchdev(nl, vfs=2):
    """A device in switchdev mode whose VFs have rates."""
    with Device(1) as dev:
        dev.vfs(vfs)
        nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=SWITCHDEV)
        yield dev


def tree(nl, dev):
    """Both leaves under a, a under b."""
    for node in ("a", "b"):
        nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME=node)
    nl.do("RATE_SET", dev.handle, RATE_NODE_NAME="a", RATE_PARENT_NODE_NAME="b")
    for leaf in (LEAF, LEAF + 1):
        nl.do("RATE_SET", dev.handle, PORT_INDEX=leaf, RATE_PARENT_NODE_NAME="a")


def shown(nl, dev):
    """Parents by name of node or index of leaf."""
    return {m.get("RATE_NODE_NAME", m.get("PORT_INDEX")): m.get("RATE_PARENT_NODE_NAME")
            for m in nl.dump("RATE_GET", dev.handle)}


@check("the mode stays as long as there are nodes")
def mode_stays():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        expect("parents", {"a": "b", "b": None, LEAF: "a", LEAF + 1: "a"}, shown(nl, dev))
        refused(errno.EBUSY, nl.do, "ESWITCH_SET", dev.handle, ESWITCH_MODE=LEGACY)
        expect("parents", {"a": "b", "b": None, LEAF: "a", LEAF + 1: "a"}, shown(nl, dev))
        expect("mode", SWITCHDEV, nl.get("ESWITCH_GET", dev.handle)["ESWITCH_MODE"])


@check("the nodes go when the VFs go")
def nodes_go_with_vfs():
    with Netlink() as nl, switchdev(nl) as dev:
        # Twice: the first time's nodes must not count as the second time's parents.
        for _ in range(2):
            tree(nl, dev)
            dev.vfs(0)
            expect("rates", {}, shown(nl, dev))
            dev.vfs(2)
            nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=SWITCHDEV)
            expect("rates", {LEAF: None, LEAF + 1: None}, shown(nl, dev))


@check("the nodes go with a reload")
def nodes_go_with_reload():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        nl.do("RELOAD", dev.handle)
        expect("rates", {}, shown(nl, dev))


@check("the nodes go with the device")
def nodes_go_with_device():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        dev.remove()
        expect("rates", [], nl.dump("RATE_GET"))


@check("a node that has children cannot be deleted, and one that had some can")
def busy_node():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        for node in ("a", "b"):
            refused(errno.EBUSY, nl.do, "RATE_DEL", dev.handle, RATE_NODE_NAME=node)
        # Set again, refused or the same: neither may count as one more child.
        for _ in range(3):
            nl.do("RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="a")
            refused(errno.ENODEV, nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF,
                    RATE_PARENT_NODE_NAME="none")
            # Not a multiple of the driver's unit: refused before the parent changes.
            refused(errno.EINVAL, nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_TX_MAX=1,
                    RATE_PARENT_NODE_NAME="b")
        for leaf in (LEAF, LEAF + 1):
            nl.do("RATE_SET", dev.handle, PORT_INDEX=leaf, RATE_PARENT_NODE_NAME="")
        nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="a")
        nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="b")
        expect("rates", {LEAF: None, LEAF + 1: None}, shown(nl, dev))


@check("a node or a change that is refused half-way holds no parent")
def refused_half_way():
    with Netlink() as nl, switchdev(nl) as dev:
        nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME="b")
        # Eight classes of traffic, of which the shares must be 100 in all: 7 are not.
        shares = b"".join(
            encode("RATE_TC_BWS", struct.pack("=HHBBBBHHI", 5, 1, tc, 0, 0, 0, 8, 2, 7))
            for tc in range(8))
        for _ in range(3):
            refused(errno.EINVAL, nl.do, "RATE_NEW", dev.handle, RATE_NODE_NAME="a",
                    RATE_PARENT_NODE_NAME="b", extra=shares)
            refused(errno.EINVAL, nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF,
                    RATE_PARENT_NODE_NAME="b", extra=shares)
        expect("parents", {"b": None, LEAF: None, LEAF + 1: None}, shown(nl, dev))
        nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="b")


@check("no node is its own parent, near or far")
def no_loops():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME="c")
        nl.do("RATE_SET", dev.handle, RATE_NODE_NAME="b", RATE_PARENT_NODE_NAME="c")
        refused(errno.EINVAL, nl.do, "RATE_SET", dev.handle, RATE_NODE_NAME="a",
                RATE_PARENT_NODE_NAME="a")
        for parent in ("a", "b"):
            refused(errno.EEXIST, nl.do, "RATE_SET", dev.handle, RATE_NODE_NAME="c",
                    RATE_PARENT_NODE_NAME=parent)


@check("a node's name is not empty, not a number and not another's")
def names():
    with Netlink() as nl, switchdev(nl) as dev:
        nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME="a")
        refused(errno.EEXIST, nl.do, "RATE_NEW", dev.handle, RATE_NODE_NAME="a")
        for name in ("", "12"):
            refused(errno.EINVAL, nl.do, "RATE_NEW", dev.handle, RATE_NODE_NAME=name)
        nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="a")
        refused(errno.ENODEV, nl.do, "RATE_DEL", dev.handle, RATE_NODE_NAME="a")


@check("a port index of a wrong length is refused, and not completed from the bytes behind it")
def short_port_index():
    with Netlink() as nl, switchdev(nl) as dev:
        tree(nl, dev)
        for index in (b"", bytes([LEAF]), struct.pack("=H", LEAF)):
            refused(errno.EINVAL, nl.do, "RATE_SET", dev.handle, PORT_INDEX=index,
                    RATE_PARENT_NODE_NAME="")
        expect("parents", {"a": "b", "b": None, LEAF: "a", LEAF + 1: "a"}, shown(nl, dev))


@check("rates race with changes of the mode", race=True)
def against_mode():
    with Netlink() as first, switchdev(first) as dev:
        def change_mode(nl):
            nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=LEGACY)
            nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=SWITCHDEV)

        def make_nodes(nl):
            nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME="x")
            nl.do("RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="x")
            nl.do("RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="")
            nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="x")

        def clean(nl):
            ignore_refusal(nl.do, "RATE_SET", dev.handle, PORT_INDEX=LEAF, RATE_PARENT_NODE_NAME="")
            ignore_refusal(nl.do, "RATE_DEL", dev.handle, RATE_NODE_NAME="x")

        def dump(nl):
            nl.dump("RATE_GET")
            nl.dump("PORT_GET")

        race(change_mode, make_nodes, clean, dump)
        clean(first)
        first.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=LEGACY)
