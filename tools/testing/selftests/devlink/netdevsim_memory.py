#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""netdevsim_memory.py [STEP]: memory is short when netdevsim makes something.

What a user does is done again and again; each time another allocation fails that it takes: the
first, the one STEP later and so on, until it takes no more. It either fails or not, and when there
is memory again it can be done; at the end nothing is left. Needs a kernel with fault injection.
"""

import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "history"))
from memory import Cases, each_failure, prepare  # noqa: E402
from netlink import Netlink  # noqa: E402
from testlib import Device, check, expect, run, write  # noqa: E402

STEP = int(sys.argv[1]) if len(sys.argv) > 1 else 1
LEGACY, SWITCHDEV = 0, 1


def allocations(what, do, undo, step=STEP):
    """Calls do() with one allocation that fails, and undo() with the error or None.

    An error need not be of do(): there may be no memory for the answer that it was done.
    """
    Cases.step = step
    refused, _ = each_failure(what, do, after=undo)
    assert refused, "expected that some allocations are needed"


@check("a device is made")
def new_device():
    device = Device(1, "2")

    def undo(error):
        # A device is there all the same when it is the driver that has no memory.
        assert error is None or not os.path.exists(device.sysfs), f"there is one after {error}"
        if error is None:
            device.remove()

    allocations("new device", device.create, undo)


@check("a device is reloaded")
def reload():
    with Device(1, "2") as device, Netlink() as nl:
        def undo(error):
            if error is not None:
                nl.do("RELOAD", device.handle)
            expect("ports", 2, len(nl.dump("PORT_GET")))

        allocations("reload", lambda: nl.do("RELOAD", device.handle), undo)


@check("a port is made")
def new_port():
    with Device(1, "0") as device, Netlink() as nl:
        def undo(error):
            if error is None:
                write(device.sysfs + "/del_port", 7)
            expect("ports", 0, len(nl.dump("PORT_GET")))

        allocations("new port", lambda: write(device.sysfs + "/new_port", 7), undo)


@check("virtual functions get ports")
def switchdev():
    with Device(1, "0") as device, Netlink() as nl:
        device.vfs(2)

        def undo(error):
            ports = len(nl.dump("PORT_GET"))
            assert ports in ((0, 2) if error else (2,)), f"expected no port or two, came {ports}"
            nl.do("ESWITCH_SET", device.handle, ESWITCH_MODE=LEGACY)
            expect("ports", 0, len(nl.dump("PORT_GET")))

        allocations("switchdev mode",
                    lambda: nl.do("ESWITCH_SET", device.handle, ESWITCH_MODE=SWITCHDEV), undo)


@check("a rate node is made")
def rate_node():
    with Device(1) as device, Netlink() as nl:
        nl.do("ESWITCH_SET", device.handle, ESWITCH_MODE=SWITCHDEV)

        def undo(error):
            nodes = len(nl.dump("RATE_GET"))
            assert nodes or error, "expected a node or an error"
            if nodes:
                nl.do("RATE_DEL", device.handle, RATE_NODE_NAME="node")

        allocations("new node",
                    lambda: nl.do("RATE_NEW", device.handle, RATE_NODE_NAME="node"), undo, step=1)


@check("an error is reported and a snapshot taken")
def requests():
    for file in ("health/break_health", "take_snapshot"):
        with Device(1) as device:
            allocations(file, lambda: device.set(file, "broken"), lambda _: None, step=1)


if __name__ == "__main__":
    subprocess.run(("modprobe", "netdevsim"), check=True)
    prepare("failslab")
    passed = run([])
    print(f"# {Cases.done} cases in all")
    sys.exit(0 if passed else 1)
