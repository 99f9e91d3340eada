# SPDX-License-Identifier: GPL-2.0
"""What drivers other than netdevsim do: objects that it has not, and orders of events that it does
not have."""

import errno
import time

from netlink import Netlink, NetlinkError, encode
from testlib import (DUMPS, Device, Namespace, TestDevice, check, eventually, expect, in_background,
                     is_here, race, refused)

QUIET = "netdevs=0"  # most tests have no use for netdevices, which take long to make


def nested_in(message):
    """The handle of what is nested in the sender of a message, and the id of its namespace."""
    nest = message.get("NESTED_DEVLINK")
    return nest and (f"{nest['BUS_NAME']}/{nest['DEV_NAME']}", nest.get("NETNS_ID"))


@check("an instance without any callback is asked everything, and hides no other")
def no_callbacks():
    with Netlink() as nl, TestDevice(1, "ops=none " + QUIET) as dev, Device(2) as after:
        for cmd in DUMPS:
            nl.dump(cmd)
        for cmd in ("INFO_GET", "PARAM_GET", "PORT_GET", "TRAP_GET"):
            expect(f"is the next device in the dump of {cmd}", True,
                   any(m["DEV_NAME"] == "netdevsim2" for m in nl.dump(cmd)))
        for cmd in ("RELOAD", "ESWITCH_SET", "FLASH_UPDATE", "SELFTESTS_RUN", "SB_OCC_SNAPSHOT",
                    "PORT_NEW"):
            refused((errno.EOPNOTSUPP, errno.EINVAL, errno.ENODEV), nl.do, cmd, dev.handle,
                    ESWITCH_MODE=1, FLASH_UPDATE_FILE_NAME="dummy.bin", SB_INDEX=0, PORT_FLAVOUR=7,
                    PORT_PCI_PF_NUMBER=0,
                    **({"SELFTESTS": b"\4\0\1\0"} if cmd == "SELFTESTS_RUN" else {}))
        expect("the other device", True, is_here(nl, after.handle))


@check("registering and unregistering races with commands, dumps and listeners", race=True,
       c_driver=True)
def unregister_against_commands():
    with TestDevice(1, QUIET) as dev:
        dev.set("slow", "info_get 20")

        def flip(_):
            dev.event("unregister")
            dev.event("register")

        def ask(nl):
            for cmd in ("INFO_GET", "ESWITCH_GET", "RESOURCE_DUMP", "RELOAD"):
                nl.do(cmd, dev.handle)

        def dump(nl):
            for cmd in DUMPS:
                nl.dump(cmd)

        race(flip, ask, dump, lambda _: Netlink(notifications=True).sock.close(), seconds=4)


@check("when unregister returns, no callback of the driver is running or begins", c_driver=True)
def unregister_is_barrier():
    with TestDevice(1, QUIET) as dev, Netlink() as nl:
        for _ in range(3):
            dev.set("slow", "info_get 400")
            answers = []

            def ask():
                with Netlink() as own:
                    try:
                        answers.append(own.do("INFO_GET", dev.handle))
                    except NetlinkError as error:
                        answers.append(error.errno)

            askers = [in_background(ask) for _ in range(3)]
            time.sleep(0.2)
            dev.event("unregister")
            for asker in askers:
                asker.join()
            # One was inside; the others waited for the instance lock, in a queue with unregister.
            expect("is there an answer for each", 3, len(answers))
            dev.value("calls")
            refused(errno.ENODEV, nl.do, "INFO_GET", dev.handle)
            time.sleep(0.5)
            expect("calls of the driver since", "", dev.value("calls"))
            dev.event("register")


@check("no port is shown twice or hidden when others come and go during a dump")
def ports_during_dump():
    with Netlink(pages=True) as nl, TestDevice(1, QUIET + " ports=150") as dev:
        before = [m["PORT_INDEX"] for m in nl.dump("PORT_GET", dev.handle)]
        parts = nl.dump_parts("PORT_GET", dev.handle)
        seen = [m["PORT_INDEX"] for m in next(parts)]
        for index in (100, 101, 102, 103):
            dev.event(f"port_del {index}")
        for index in (80, 81, 82, 83, 84, 85):
            dev.event(f"port_add {index}")
        seen += [m["PORT_INDEX"] for part in parts for m in part]
        expect("ports shown twice", [], [index for index in seen if seen.count(index) > 1])
        expect("ports hidden", set(), set(before) - set(seen) - {100, 101, 102, 103})


@check("no region is shown twice or hidden when others come and go during a dump", rust_only=True)
def regions_during_dump():
    with Netlink(pages=True) as nl, TestDevice(1, QUIET + " regions=150") as dev:
        before = [m["REGION_NAME"] for m in nl.dump("REGION_GET", dev.handle)]
        parts = nl.dump_parts("REGION_GET", dev.handle)
        seen = [m["REGION_NAME"] for m in next(parts)]
        for name in seen[4:8]:
            dev.event(f"region_del {name}")
        dev.event("region_add late")
        seen += [m["REGION_NAME"] for part in parts for m in part]
        expect("regions shown twice", [], [name for name in seen if seen.count(name) > 1])
        expect("regions hidden", set(), set(before) - set(seen))


@check("a string is terminated and fits, a list of numbers has its length, or it is refused")
def strings_and_arrays():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def set_string(data):
            nl.do("PARAM_SET", dev.handle, PARAM_NAME="dt_string", PARAM_TYPE=5,
                  PARAM_VALUE_CMODE=0, PARAM_VALUE_DATA=data)

        def value(name):
            entries = nl.get("PARAM_GET", dev.handle, PARAM_NAME=name)["PARAM"]["PARAM_VALUES_LIST"]
            return entries.all("PARAM_VALUE")[0].all("PARAM_VALUE_DATA")

        before = value("dt_string")
        for bad in (b"", b"x", b"x" * 32, b"x" * 32 + b"\0", b"x" * 4000 + b"\0"):
            refused(errno.EINVAL, set_string, bad)
        refused(errno.ERANGE, set_string, b"bad\0")
        expect("the string", before, value("dt_string"))
        for good in (b"\0", b"x" * 31 + b"\0"):
            set_string(good)
            expect("the string", [good], value("dt_string"))

        def set_array(count, size=8):
            data = encode("PARAM_VALUE_DATA", bytes(size)) * count
            nl.do("PARAM_SET", dev.handle, PARAM_NAME="dt_u64_array", PARAM_TYPE=129,
                  PARAM_VALUE_CMODE=0, extra=data)

        refused((errno.EMSGSIZE, errno.EINVAL), set_array, 33)
        refused(errno.EINVAL, set_array, 1, 12)


@check("a resource's size is a multiple of its unit and between its bounds")
def resource_bounds():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for number, size in ((3, 65), (3, 2112), (1, 0), (1, 1023), (1, 1 << 40), (4, 511),
                             (4, (1 << 64) - 1)):
            refused(errno.EINVAL, nl.do, "RESOURCE_SET", dev.handle, RESOURCE_ID=number,
                    RESOURCE_SIZE=size)
        nl.do("RESOURCE_SET", dev.handle, RESOURCE_ID=3, RESOURCE_SIZE=64)


@check("a port that users make is answered with what user space waits for, and goes again")
def port_by_user():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for _ in range(2):
            made, = nl.do("PORT_NEW", dev.handle, PORT_FLAVOUR=7, PORT_PCI_PF_NUMBER=0,
                          PORT_PCI_SF_NUMBER=88)
            expect("command of the answer", "PORT_NEW", made.cmd)
            nl.do("PORT_DEL", dev.handle, PORT_INDEX=made["PORT_INDEX"])
            refused(errno.ENODEV, nl.do, "PORT_GET", dev.handle, PORT_INDEX=made["PORT_INDEX"])
        # The driver fails: nothing is left of it.
        dev.set("fail", "port_new 12")
        refused(errno.ENOMEM, nl.do, "PORT_NEW", dev.handle, PORT_FLAVOUR=7, PORT_PCI_PF_NUMBER=0,
                PORT_PCI_SF_NUMBER=88)
        refused((errno.EOPNOTSUPP, errno.EINVAL), nl.do, "PORT_DEL", dev.handle, PORT_INDEX=0)


@check("only ports that are physical say where they are")
def virtual_ports():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for message in nl.dump("PORT_GET", dev.handle):
            physical = message["PORT_FLAVOUR"] in (0, 1, 2)
            expect(f"has port {message['PORT_INDEX']} a number", physical, "PORT_NUMBER" in message)


@check("ports are split and put together again, also while they are read", race=True)
def split():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for bad in (0, 1, 3, 8, 0xffffffff):
            refused(errno.EINVAL, nl.do, "PORT_SPLIT", dev.handle, PORT_INDEX=0,
                    PORT_SPLIT_COUNT=bad)

        def split_and_back(own):
            own.do("PORT_SPLIT", dev.handle, PORT_INDEX=0, PORT_SPLIT_COUNT=2)
            own.do("PORT_UNSPLIT", dev.handle, PORT_INDEX=40)

        race(split_and_back, lambda own: own.dump("PORT_GET"),
             lambda own: own.dump("HEALTH_REPORTER_GET"))


@check("a port whose type is not known yet goes before anybody warns about it", race=True)
def type_changes():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def change(_):
            for kind in ("ib", "none", "eth", "none"):
                dev.event(f"port_type 0 {kind}")

        def come_and_go(_):
            dev.event("port_add 90")
            dev.event("port_type 90 none")
            dev.event("port_del 90")

        race(change, come_and_go, lambda own: own.dump("PORT_GET"))
        expect("the port", 0, nl.get("PORT_GET", dev.handle, PORT_INDEX=0)["PORT_INDEX"])


@check("reporters of devices and ports come and go while they recover, report and are read",
       race=True)
def reporters():
    with TestDevice(1, QUIET) as dev:
        dev.set("slow", "health_recover 5")

        def come_and_go(_):
            for where in ("", " 0"):
                dev.event("reporter_add mine" + where)
                dev.event("health_report mine broken" + where)
                dev.event("reporter_del mine" + where)

        def use(nl):
            for port in ({}, {"PORT_INDEX": 0}):
                for cmd in ("RECOVER", "DIAGNOSE", "TEST", "GET"):
                    try:
                        nl.do("HEALTH_REPORTER_" + cmd, dev.handle, HEALTH_REPORTER_NAME="mine",
                              **port)
                    except NetlinkError as error:
                        expect("error", True, error.errno in (errno.EINVAL, errno.EOPNOTSUPP,
                                                              errno.ENODEV, errno.EAGAIN))

        def dump(nl):
            nl.dump("HEALTH_REPORTER_GET")

        race(come_and_go, use, dump, seconds=3)


@check("a region goes while it is read, directly or from a snapshot", race=True)
def region_goes():
    with TestDevice(1, QUIET) as dev, Netlink() as nl:
        def come_and_go(_):
            dev.event("region_add mine")
            dev.event("snapshot mine")
            dev.event("region_del mine")

        def direct(own):
            own.dump("REGION_READ", dev.handle, REGION_NAME="mine", REGION_DIRECT=True)

        def from_snapshot(own):
            own.do("REGION_NEW", dev.handle, REGION_NAME="mine", REGION_SNAPSHOT_ID=5)
            own.dump("REGION_READ", dev.handle, REGION_NAME="mine", REGION_SNAPSHOT_ID=5)

        race(come_and_go, direct, from_snapshot, lambda own: own.dump("REGION_GET"))
        # A snapshot that the driver cannot take takes no number.
        dev.set("fail", "region_snapshot 5")
        for _ in range(3):
            refused(errno.EIO, nl.do, "REGION_NEW", dev.handle, REGION_NAME="dt_region",
                    REGION_SNAPSHOT_ID=9)
        dev.set("fail", "region_snapshot 0")
        nl.do("REGION_NEW", dev.handle, REGION_NAME="dt_region", REGION_SNAPSHOT_ID=9)
        # Nor is there an end to a region that the driver cannot read.
        dev.set("fail", "region_read 5")
        refused(errno.EIO, nl.dump, "REGION_READ", dev.handle, REGION_NAME="dt_region",
                REGION_DIRECT=True)


@check("what is nested is shown, told of and forgotten when it goes, in whichever namespace it is",
       c_driver=True)
def nested():
    with Netlink() as nl, Netlink(notifications=True) as listener, Namespace() as ns, \
            TestDevice(1, QUIET) as outer:
        with TestDevice(2, QUIET) as inner:
            inner.event("nest 1")
            expect("nested", (inner.handle, None), nested_in(nl.get("GET", outer.handle)))
            nl.do("RELOAD", inner.handle, NETNS_FD=ns.fd)
            handle, namespace = nested_in(nl.get("GET", outer.handle))
            expect("nested, and has its namespace an id", (inner.handle, True),
                   (handle, namespace is not None))
            with ns.netlink() as there:
                there.do("RELOAD", inner.handle, NETNS_PID=1)
            expect("nested", (inner.handle, None), nested_in(nl.get("GET", outer.handle)))
        expect("nested", None, nested_in(nl.get("GET", outer.handle)))
        # What others are told about the outer one: with it, and at last without it.
        told = [nested_in(m) for m in listener.notifications()
                if m.get("DEV_NAME") == "devlink_test1" and m.cmd == "NEW"]
        expect("was it told of, and at last not", (True, None),
               (any(entry and entry[0] == inner.handle for entry in told), told[-1]))


@check("an outer instance may go first, and a namespace with what is nested may die", c_driver=True)
def nested_orders():
    with Netlink() as nl:
        outer, inner = TestDevice(1, QUIET), TestDevice(2, QUIET)
        outer.create()
        inner.create()
        inner.event("nest 1")
        outer.remove()
        expect("the inner one", True, is_here(nl, inner.handle))
        inner.remove()
        with TestDevice(1, QUIET) as outer, TestDevice(2, QUIET) as inner, Namespace() as ns:
            inner.event("nest 1")
            nl.do("RELOAD", inner.handle, NETNS_FD=ns.fd)
            ns.close()
            eventually("the inner one comes back", lambda: is_here(nl, inner.handle))
            eventually("it is shown without a namespace",
                       lambda: nested_in(nl.get("GET", outer.handle)) == (inner.handle, None))


@check("nesting races with commands on both, and with reload", rust_only=True, race=True,
       c_driver=True)
def nested_race():
    with TestDevice(1, QUIET) as outer, TestDevice(2, QUIET) as inner:
        def nest(_):
            inner.event("nest 1")
            inner.event("unnest")
            inner.event("nest 1 port 9")
            inner.event("unnest")

        def ask(nl):
            nl.dump("GET")
            nl.dump("PORT_GET")
            nl.do("GET", outer.handle)

        def reload(nl):
            nl.do("RELOAD", inner.handle)

        race(nest, ask, ask, reload, seconds=3)
        with Netlink() as nl:
            expect("both", (True, True), (is_here(nl, outer.handle), is_here(nl, inner.handle)))


@check("a line card is provisioned, used and cleared, and told of when it goes")
def linecards():
    with Netlink() as nl, Netlink(notifications=True) as listener, TestDevice(1, QUIET) as dev:
        dev.event("linecard_add 9")
        state = nl.get("LINECARD_GET", dev.handle, LINECARD_INDEX=9)
        types = [value for name, value in state["LINECARD_SUPPORTED_TYPES"].list
                 if name == "LINECARD_TYPE"]
        refused((errno.EINVAL, errno.EOPNOTSUPP), nl.do, "LINECARD_SET", dev.handle,
                LINECARD_INDEX=9, LINECARD_TYPE="none-such")
        refused((errno.EINVAL, errno.ENODEV), nl.do, "LINECARD_SET", dev.handle, LINECARD_INDEX=77,
                LINECARD_TYPE=types[0])
        dev.event(f"linecard 9 provision {types[0]}")
        expect("type", types[0],
               nl.get("LINECARD_GET", dev.handle, LINECARD_INDEX=9)["LINECARD_TYPE"])
        dev.event("linecard 9 activate")
        dev.event("linecard 9 deactivate")
        dev.event("linecard 9 clear")
        dev.event("linecard_del 9")
        told = [m.cmd for m in listener.notifications() if m.get("LINECARD_INDEX") == 9]
        expect("the first and last that was told", ("LINECARD_NEW", "LINECARD_DEL"),
               (told[0], told[-1]))
        refused((errno.EINVAL, errno.ENODEV), nl.do, "LINECARD_GET", dev.handle, LINECARD_INDEX=9)


@check("line cards come and go while users provision them", race=True)
def linecard_race():
    with TestDevice(1, QUIET) as dev:
        with Netlink() as nl:
            card = nl.dump("LINECARD_GET", dev.handle)[0]
            kind = [value for name, value in card["LINECARD_SUPPORTED_TYPES"].list
                    if name == "LINECARD_TYPE"][0]

        def come_and_go(_):
            dev.event("linecard_add 9")
            time.sleep(0.005)  # or a user may miss it every time
            dev.event("linecard_del 9")

        def provision(own):
            own.do("LINECARD_SET", dev.handle, LINECARD_INDEX=9, LINECARD_TYPE=kind)

        def by_driver(_):
            dev.event(f"linecard 9 provision {kind}")
            dev.event("linecard 9 clear")

        def reload(own):
            own.do("RELOAD", dev.handle)

        race(come_and_go, provision, by_driver, lambda own: own.dump("LINECARD_GET"), reload,
             seconds=3)


@check("leaves and nodes that the driver takes away leave no parent and no child behind")
def driver_rates():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        leaves = [m["PORT_INDEX"] for m in nl.dump("RATE_GET", dev.handle) if "PORT_INDEX" in m]
        for _ in range(2):
            dev.event("rate_add up")
            dev.event("rate_add low up")
            nl.do("RATE_SET", dev.handle, PORT_INDEX=leaves[0], RATE_PARENT_NODE_NAME="low")
            dev.event("rate_clear")
            expect("nodes and parents", set(),
                   {m.get("RATE_NODE_NAME") or m.get("RATE_PARENT_NODE_NAME")
                                                for m in nl.dump("RATE_GET", dev.handle)} - {None})
        nl.do("RATE_NEW", dev.handle, RATE_NODE_NAME="up")
        nl.do("RATE_SET", dev.handle, PORT_INDEX=leaves[0], RATE_PARENT_NODE_NAME="up")
        # The driver refuses to let go: nothing may have changed.
        dev.set("fail", "rate_leaf_parent_set 5")
        refused(errno.EIO, nl.do, "RATE_SET", dev.handle, PORT_INDEX=leaves[0],
                RATE_PARENT_NODE_NAME="")
        refused(errno.EBUSY, nl.do, "RATE_DEL", dev.handle, RATE_NODE_NAME="up")
        dev.set("fail", "rate_leaf_parent_set 0")
        dev.event(f"leaf_del {leaves[0]}")
        nl.do("RATE_DEL", dev.handle, RATE_NODE_NAME="up")
        dev.event(f"leaf_add {leaves[0]}")


@check("shared buffers and tables come and go while they are read, and answer errors whole",
       race=True)
def buffers_and_tables():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def come_and_go(_):
            dev.event("sb_add 9")
            dev.event("sb_del 9")
            dev.event("table_add mine")
            dev.event("table_del mine")

        def read(own):
            for cmd in ("SB_GET", "SB_POOL_GET", "SB_PORT_POOL_GET", "SB_TC_POOL_BIND_GET"):
                own.dump(cmd)
            own.do("DPIPE_TABLE_GET", dev.handle)

        def occupancy(own):
            own.do("SB_OCC_SNAPSHOT", dev.handle, SB_INDEX=9)

        race(come_and_go, read, occupancy)
        # A pool's fill that fails half-way leaves nothing of itself in the message.
        index = nl.dump("SB_GET", dev.handle)[0]["SB_INDEX"]
        dev.set("fail", "sb_occ_port_pool_get 5")
        refused((errno.EIO, errno.EMSGSIZE), nl.do, "SB_PORT_POOL_GET", dev.handle, SB_INDEX=index,
                SB_POOL_INDEX=0, PORT_INDEX=0)
        for message in nl.dump("SB_POOL_GET", dev.handle):
            expect("pool", True, "SB_POOL_INDEX" in message)
        dev.set("fail", "table_entries_dump 5")
        tables = nl.get("DPIPE_TABLE_GET", dev.handle)["DPIPE_TABLES"].all("DPIPE_TABLE")
        table = tables[0]["DPIPE_TABLE_NAME"]
        refused(errno.EIO, nl.do, "DPIPE_ENTRIES_GET", dev.handle, DPIPE_TABLE_NAME=table)


@check("traps that the driver adds and takes away are hit meanwhile", race=True)
def trap_race():
    with TestDevice(1, "netdevs=1") as dev, Netlink() as nl:
        def come_and_go(_):
            dev.event("trap_add mine")
            for length in (14, 64, 1500):
                dev.event(f"trap mine 0 {length}")
            dev.event("trap_del mine")

        def change(own):
            own.do("TRAP_SET", dev.handle, TRAP_NAME="mine", TRAP_ACTION=1)

        race(come_and_go, change, lambda own: own.dump("TRAP_GET"))
        expect("traps of that name", 0,
               sum(m["TRAP_NAME"] == "mine" for m in nl.dump("TRAP_GET", dev.handle)))


@check("eswitch modes of one byte are set, and read back as one byte")
def eswitch_bytes():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        dev.event("rate_clear")  # with nodes the mode stays
        nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=1)
        nl.do("ESWITCH_SET", dev.handle, ESWITCH_INLINE_MODE=b"\2", ESWITCH_ENCAP_MODE=b"\1")
        reply = nl.get("ESWITCH_GET", dev.handle)
        expect("modes", (1, 2, 1),
               tuple(reply["ESWITCH_" + key] for key in ("MODE", "INLINE_MODE", "ENCAP_MODE")))


@check("reloads by others are counted apart from users'")
def remote_reloads():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        dev.event("remote_reload activate no_reset")
        stats = nl.get("GET", dev.handle)["DEV_STATS"]

        def total(kind):
            return sum(entry["RELOAD_STATS_VALUE"] for info in stats[kind].all("RELOAD_ACTION_INFO")
                       for entry in info["RELOAD_ACTION_STATS"].all("RELOAD_STATS_ENTRY"))

        expect("local and remote", (0, 1), (total("RELOAD_STATS"), total("REMOTE_RELOAD_STATS")))


@check("a reload that fails in the driver, in either half, keeps the device usable or says that it "
       "failed")
def reload_fails():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        before = {cmd: len(nl.dump(cmd, dev.handle))
                  for cmd in ("PORT_GET", "TRAP_GET", "RATE_GET")}
        dev.set("fail", "reload_down 16")
        refused(errno.EBUSY, nl.do, "RELOAD", dev.handle)
        expect("reload failed", 0, nl.get("GET", dev.handle)["RELOAD_FAILED"])
        expect("objects", before, {cmd: len(nl.dump(cmd, dev.handle)) for cmd in before})
        dev.set("fail", "reload_down 0")
        dev.set("fail", "reload_up 5")
        refused(errno.EIO, nl.do, "RELOAD", dev.handle)
        expect("reload failed", 1, nl.get("GET", dev.handle)["RELOAD_FAILED"])
        dev.set("fail", "reload_up 0")
        nl.do("RELOAD", dev.handle)
        expect("objects", before, {cmd: len(nl.dump(cmd, dev.handle)) for cmd in before})


@check("an instance that was nested but never came up leaves no relation", c_driver=True)
def nested_never_registered():
    with Netlink() as nl, TestDevice(1, QUIET) as outer, TestDevice(2, QUIET) as inner:
        inner.set("fail", "trap_init 12")
        refused(errno.ENOMEM, inner.event, "nest 1")
        inner.remove()
        expect("nested", None, nested_in(nl.get("GET", outer.handle)))


@check("objects have the names that the driver gave them, short or long")
def names():
    with TestDevice(1, QUIET) as dev, Netlink() as nl:
        for length in (1, 20, 21, 22, 31):  # the core keeps up to 21 bytes otherwise than more
            name = "n" * length
            for event in ("region_add", "reporter_add", "group_add", "trap_add", "param_add",
                          "rate_add"):
                dev.event(f"{event} {name}")
            dev.event(f"resource_add {name} {1000 + length} 0 10")
            for cmd, attr, nest in (("REGION_GET", "REGION_NAME", None),
                                    ("TRAP_GROUP_GET", "TRAP_GROUP_NAME", None),
                                    ("TRAP_GET", "TRAP_NAME", None),
                                    ("RATE_GET", "RATE_NODE_NAME", None),
                                    ("PARAM_GET", "PARAM_NAME", "PARAM"),
                                    ("HEALTH_REPORTER_GET", "HEALTH_REPORTER_NAME",
                                     "HEALTH_REPORTER")):
                answer = nl.get(cmd, dev.handle, **{attr: name})
                expect(f"{attr} of {length} bytes", name, (answer[nest] if nest else answer)[attr])
            resources = [value for message in nl.dump("RESOURCE_DUMP", dev.handle)
                         for value in message["RESOURCE_LIST"].all("RESOURCE")]
            expect(f"resources of that name of {length} bytes", [1000 + length],
                   [resource["RESOURCE_ID"] for resource in resources
                    if resource["RESOURCE_NAME"] == name])
            for event in ("region_del", "reporter_del", "trap_del", "group_del", "param_del"):
                dev.event(f"{event} {name}")
