# SPDX-License-Identifier: GPL-2.0
"""Resources."""

import errno

from netlink import Netlink
from testlib import Device, check, expect, race, refused

def resources(nl, dev):
    """All of an instance's by path."""
    found = {}

    def walk(message, path):
        for resource in message["RESOURCE_LIST"].all("RESOURCE"):
            name = path + resource["RESOURCE_NAME"]
            found[name] = resource
            if "RESOURCE_LIST" in resource:
                walk(resource, name + "/")

    for message in nl.do("RESOURCE_DUMP", dev.handle):
        walk(message, "")
    return found


def set_size(nl, dev, number, size):
    nl.do("RESOURCE_SET", dev.handle, RESOURCE_ID=number, RESOURCE_SIZE=size)


@check("a resource's size waits for a reload, and children must fit their parent")
def sizes():
    with Netlink() as nl, Device(1) as dev:
        ids = {name: resource["RESOURCE_ID"] for name, resource in resources(nl, dev).items()}
        set_size(nl, dev, ids["IPv4"], 100)
        expect("does the parent fit its children", 0,
               resources(nl, dev)["IPv4"]["RESOURCE_SIZE_VALID"])
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        for name in ("IPv4/fib", "IPv4/fib-rules"):
            set_size(nl, dev, ids[name], 50)
        now = resources(nl, dev)
        expect("does it now", 1, now["IPv4"]["RESOURCE_SIZE_VALID"])
        expect("sizes to come", [100, 50, 50],
               [now[name]["RESOURCE_SIZE_NEW"] for name in ("IPv4", "IPv4/fib", "IPv4/fib-rules")])
        nl.do("RELOAD", dev.handle)
        now = resources(nl, dev)
        expect("sizes after a reload", [50, 50],
               [now[name]["RESOURCE_SIZE"] for name in ("IPv4/fib", "IPv4/fib-rules")])


@check("a size that is in use already makes the reload fail, and a greater one mends it")
def occupied():
    with Netlink() as nl, Device(1) as dev:
        ids = {name: resource["RESOURCE_ID"] for name, resource in resources(nl, dev).items()}
        # There are always rules.
        set_size(nl, dev, ids["IPv4/fib-rules"], 0)
        refused(errno.ENOSPC, nl.do, "RELOAD", dev.handle)
        expect("reload failed", 1, nl.get("GET", dev.handle)["RELOAD_FAILED"])
        for name, resource in resources(nl, dev).items():
            expect(f"occupancy of {name}, which nobody knows now", None,
                   resource.get("RESOURCE_OCC"))
        set_size(nl, dev, ids["IPv4/fib-rules"], 1000)
        nl.do("RELOAD", dev.handle)
        expect("is there an occupancy again", True,
               "RESOURCE_OCC" in resources(nl, dev)["IPv4/fib-rules"])


@check("occupancies are read while those who know them come and go", race=True)
def occupancy_race():
    with Device(1) as dev:
        def reload(nl):
            nl.do("RELOAD", dev.handle)

        def read(nl):
            resources(nl, dev)
            nl.dump("RESOURCE_DUMP")

        race(reload, read, read)


@check("a resource that there is not, or a size of another length, is refused")
def malformed():
    with Netlink() as nl, Device(1) as dev:
        for number in (0, 77, (1 << 64) - 1):
            refused(errno.EINVAL, set_size, nl, dev, number, 1)
        number = resources(nl, dev)["IPv4"]["RESOURCE_ID"]
        for size in (None, b"", b"\1\0\0\0"):
            refused((errno.EINVAL, errno.ERANGE), set_size, nl, dev, number, size)
