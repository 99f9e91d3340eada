# SPDX-License-Identifier: GPL-2.0
"""A list is complete, or it ends with an error: in every dump, whatever a driver fails with about
one object."""

import errno
import time

from netlink import (NLM_F_DUMP, NLMSG_DONE, NLMSG_ERROR, Message, Netlink, NetlinkError, check_end,
                     walk)
from testlib import DUMPS, Device, TestDevice, check, expect, in_background, refused

QUIET = "netdevs=0"
# Of a driver that fails, the core must not take EMSGSIZE for a buffer that is full, nor ENOENT for
# an object that goes.
ERRORS = (errno.EIO, errno.EMSGSIZE, errno.ENOENT, errno.EBUSY, errno.ENOMEM)
# The callbacks that dumps need an answer of, the dump, and one object: the word by which the driver
# knows it, and the attributes by which a request names it. What is said of an object may depend on
# several callbacks.
ASKED = (
    ("port_fn_hw_addr_get", "PORT_GET", "9", {"PORT_INDEX": 9}),
    ("port_fn_state_get", "PORT_GET", "6", {"PORT_INDEX": 6}),
    ("port_fn_roce_get", "PORT_GET", "10", {"PORT_INDEX": 10}),
    ("port_fn_migratable_get", "PORT_GET", "7", {"PORT_INDEX": 7}),
    ("port_fn_max_io_eqs_get", "PORT_GET", "8", {"PORT_INDEX": 8}),
    ("param_get", "PARAM_GET", "dt_u32", {"PARAM_NAME": "dt_u32"}),
    ("param_get_default", "PARAM_GET", "dt_string", {"PARAM_NAME": "dt_string"}),
    ("info_get", "INFO_GET", "", {}),
    ("trap_drop_counter_get", "TRAP_GET", "dt_drop", {"TRAP_NAME": "dt_drop"}),
    ("trap_policer_counter_get", "TRAP_POLICER_GET", "2", {"TRAP_POLICER_ID": 2}),
    ("sb_pool_get", "SB_POOL_GET", "pool=1", {"SB_INDEX": 0, "SB_POOL_INDEX": 1}),
    ("sb_port_pool_get", "SB_PORT_POOL_GET", "port=2",
     {"SB_INDEX": 0, "PORT_INDEX": 2, "SB_POOL_INDEX": 0}),
    ("sb_occ_port_pool_get", "SB_PORT_POOL_GET", "port=0",
     {"SB_INDEX": 0, "PORT_INDEX": 0, "SB_POOL_INDEX": 0}),
    ("sb_tc_pool_bind_get", "SB_TC_POOL_BIND_GET", "port=2",
     {"SB_INDEX": 0, "PORT_INDEX": 2, "SB_POOL_TYPE": 0, "SB_TC_INDEX": 0}),
    ("sb_occ_tc_port_bind_get", "SB_TC_POOL_BIND_GET", "port=0",
     {"SB_INDEX": 0, "PORT_INDEX": 0, "SB_POOL_TYPE": 0, "SB_TC_INDEX": 0}),
)
# A dump of these cannot be asked for by device.
ALL_DEVICES = ("GET", "INFO_GET", "SELFTESTS_GET")
# Drivers cannot give a reason with these.
NO_MESSAGE = ("trap_", "sb_")


def listed(nl, cmd, handle=None):
    """What a dump shows, each entry as a list of attributes, and the error that it ends with."""
    nl.send(cmd, NLM_F_DUMP, None if cmd in ALL_DEVICES else handle)
    entries = []
    while True:
        for kind, body in nl.receive():
            if kind in (NLMSG_ERROR, NLMSG_DONE):
                try:
                    check_end(kind, body)
                except NetlinkError as error:
                    return entries, error
                return entries, None
            message = Message(body)
            if not handle or handle == f"{message['BUS_NAME']}/{message['DEV_NAME']}":
                entries.append(message.list)


def complete(nl, cmd, handle=None):
    entries, error = listed(nl, cmd, handle)
    expect(f"the error that {cmd} ends with", None, error)
    return entries


def is_about(entry, named):
    attrs = dict(entry)
    attrs.update(dict(attrs["PARAM"].list) if "PARAM" in attrs else {})
    return all(attrs.get(name) == value for name, value in named.items())


def shown(entries, **named):
    """The attributes of the one entry about this object."""
    found = [dict(entry) for entry in entries if is_about(entry, named)]
    assert len(found) == 1, f"expected one entry about {named}, came {len(found)} of {len(entries)}"
    return found[0]


def values_of(entry):
    return entry["PARAM"]["PARAM_VALUES_LIST"].all("PARAM_VALUE")


@check("a driver that fails about one object is shown with what it said last, in a list that is "
       "complete", rust_only=True)
def one_fails():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for callback, cmd, word, named in ASKED:
            before = complete(nl, cmd, dev.handle)
            nl.do(cmd, dev.handle, **named)
            for number in ERRORS:
                dev.set("fail", f"{callback} {number} {word}")
                what = f"{cmd} while {callback} fails with {errno.errorcode[number]}"
                expect(what, before, complete(nl, cmd, dev.handle))
                expect(f"{what}, over all devices", len(before), len(complete(nl, cmd)))
            dev.set("fail", f"{callback} 0")


@check("a driver that fails about everything hides nothing, neither its own nor another device's",
       rust_only=True)
def all_fail():
    with Netlink() as nl, TestDevice(1, QUIET) as dev, Device(2) as after:
        before = {cmd: (complete(nl, cmd, dev.handle), len(complete(nl, cmd, after.handle)))
                  for cmd in DUMPS}
        for callback, _, _, _ in ASKED:
            dev.set("fail", f"{callback} 5")
        for cmd, (entries, others) in before.items():
            expect(cmd, entries, complete(nl, cmd, dev.handle))
            expect(f"entries of {cmd} over all devices", len(entries) + others,
                   len(complete(nl, cmd)))


@check("what the core knows itself is complete whatever the driver fails with")
def core_knows():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        cmds = [cmd for cmd in DUMPS if cmd not in {cmd for _, cmd, _, _ in ASKED}]
        before = {cmd: complete(nl, cmd, dev.handle) for cmd in cmds}
        assert all(before.values()), f"expected entries in each dump, came {before}"
        for number in ERRORS:
            for callback, _, _, _ in ASKED:
                dev.set("fail", f"{callback} {number}")
            for cmd in cmds:
                expect(f"{cmd} while the driver fails with {errno.errorcode[number]}", before[cmd],
                       complete(nl, cmd, dev.handle))


@check("a request about an object whose driver fails gets the driver's error and its message",
       rust_only=True)
def request_fails():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for callback, cmd, word, named in ASKED:
            for number in ERRORS:
                dev.set("fail", f"{callback} {number} {word}")
                error = refused(number, nl.do, cmd, dev.handle, **named)
                if not callback.startswith(NO_MESSAGE):
                    expect(f"the message of {cmd}", f"devlink_test: {callback} fails",
                           error.strerror)
            dev.set("fail", f"{callback} 0")
            nl.do(cmd, dev.handle, **named)


@check("what the driver fails about is left out of an entry if it was never said, and nothing else",
       rust_only=True)
def never_said():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for callback in ("param_get", "trap_drop_counter_get", "trap_policer_counter_get",
                         "info_get"):
            dev.set("fail", f"{callback} 5")
        dev.event("param_add late")
        dev.event("trap_add late")
        entry = shown(complete(nl, "PARAM_GET", dev.handle), PARAM_NAME="late")
        expect("values", [], values_of(entry))
        entry = shown(complete(nl, "TRAP_GET", dev.handle), TRAP_NAME="late")
        # DEVLINK_ATTR_STATS_RX_PACKETS and RX_BYTES are there, RX_DROPPED is not.
        expect("statistics", [0, 1], sorted(number for number, _ in walk(entry["STATS"])))
        expect("policers", 3, len(complete(nl, "TRAP_POLICER_GET", dev.handle)))
        entry, = complete(nl, "INFO_GET", dev.handle)
        expect("driver", "devlink_test", dict(entry)["INFO_DRIVER_NAME"])
        expect("versions", None, dict(entry).get("INFO_VERSION_RUNNING"))
        for callback in ("param_get", "trap_drop_counter_get", "info_get"):
            dev.set("fail", f"{callback} 0")
        expect("values", 1,
               len(values_of(shown(complete(nl, "PARAM_GET", dev.handle), PARAM_NAME="late"))))
        entry = shown(complete(nl, "TRAP_GET", dev.handle), TRAP_NAME="late")
        expect("statistics", 3, len(list(walk(entry["STATS"]))))


@check("entries that would have no values are left out, and then the list says that it is not "
       "complete", rust_only=True)
def entries_never_said():
    with Netlink() as nl:
        for callback, cmd, word, named in ASKED:
            if not callback.startswith("sb_"):
                continue
            with TestDevice(1, QUIET) as dev, TestDevice(2, QUIET) as full:
                dev.set("fail", f"{callback} 5 {word}")
                entries, error = listed(nl, cmd)
                assert error and error.errno == errno.EIO, \
                    f"expected that {cmd} ends with EIO, came: {error}"
                expect("the message", "Not all is shown: a driver was busy or failed, and nothing "
                                      "is known from before",
                       error.strerror)
                there = [entry for entry in entries if dict(entry)["DEV_NAME"] == "devlink_test1"]
                expected = [[*entry[:1], ("DEV_NAME", "devlink_test1"),
                             ("INDEX", dict(there[0])["INDEX"]), *entry[3:]]
                            for entry in complete(nl, cmd, full.handle)]
                # The word says about which; named is one of those.
                key = "PORT_INDEX" if word.startswith("port") else "SB_POOL_INDEX"
                expected = [entry for entry in expected
                            if not is_about(entry, {"SB_INDEX": named["SB_INDEX"], key: named[key]})
                            and not (key == "SB_POOL_INDEX" and is_about(entry, {key: named[key]}))]
                expect(f"{cmd} without what {callback} fails about", expected, there)


@check("what is not supported for one port hides no other", rust_only=True)
def unsupported():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        # Ports 3 to 11 have no thresholds, those that port 1 was split into have.
        for cmd in ("SB_PORT_POOL_GET", "SB_TC_POOL_BIND_GET"):
            ports = sorted({dict(entry)["PORT_INDEX"] for entry in complete(nl, cmd, dev.handle)})
            expect(f"ports in {cmd}", [0, 2, 48, 49], ports)
        pools = complete(nl, "SB_POOL_GET", dev.handle)
        dev.set("fail", "sb_pool_get 95 pool=0")
        expect("pools", [pool for pool in pools if dict(pool)["SB_POOL_INDEX"]],
               complete(nl, "SB_POOL_GET", dev.handle))


@check("netdevsim's counters fail: all traps and policers are shown, and a request gets "
       "netdevsim's error", rust_only=True)
def netdevsim_counters():
    with Netlink() as nl, Device(1) as dev:
        for cmd, file, named in (("TRAP_GET", "fail_trap_drop_counter_get",
                                  {"TRAP_NAME": "fid_miss"}),
                                 ("TRAP_POLICER_GET", "fail_trap_policer_counter_get",
                                  {"TRAP_POLICER_ID": 1})):
            def names():
                entries = complete(nl, cmd, dev.handle)
                return [dict(entry).get("TRAP_NAME") or dict(entry).get("TRAP_POLICER_ID")
                        for entry in entries]

            before = names()
            dev.set(file, "Y")
            expect(cmd, before, names())
            refused(errno.EINVAL, nl.do, cmd, dev.handle, **named)
            dev.set(file, "N")


@check("no last answer outlives a change that it may depend on", rust_only=True)
def forgotten():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def known(cmd, **named):
            """What is shown when the driver fails."""
            for callback, other, _, _ in ASKED:
                if other == cmd:
                    dev.set("fail", f"{callback} 5")
            entries, error = listed(nl, cmd, dev.handle)
            for callback, other, _, _ in ASKED:
                if other == cmd:
                    dev.set("fail", f"{callback} 0")
            if cmd.startswith("SB_"):
                return not error and len(entries) > 0
            entry = shown(entries, **named)
            if cmd == "PARAM_GET":
                return len(values_of(entry)) > 0
            return {"PORT_GET": "PORT_FUNCTION", "INFO_GET": "INFO_VERSION_RUNNING"}[cmd] in entry

        buffers = ("SB_POOL_GET", "SB_PORT_POOL_GET", "SB_TC_POOL_BIND_GET")
        changes = (
            ("a parameter is set", "PARAM_GET", {"PARAM_NAME": "dt_u16"},
             lambda: nl.do("PARAM_SET", dev.handle, PARAM_NAME="dt_u16", PARAM_TYPE=2,
                           PARAM_VALUE_CMODE=0, PARAM_VALUE_DATA=b"\3\0")),
            ("the driver fails to set a parameter", "PARAM_GET", {"PARAM_NAME": "dt_u16"},
             lambda: refused(errno.EIO, nl.do, "PARAM_SET", dev.handle, PARAM_NAME="dt_u16",
                             PARAM_TYPE=2, PARAM_VALUE_CMODE=0, PARAM_VALUE_DATA=b"\3\0")),
            ("a parameter changes", "PARAM_GET", {"PARAM_NAME": "dt_u16"},
             lambda: dev.event("param_changed dt_u16")),
            ("a function is set", "PORT_GET", {"PORT_INDEX": 9},
             lambda: nl.do("PORT_SET", dev.handle, PORT_INDEX=9,
                           PORT_FUNCTION=b"\5\0\2\0\1\0\0\0")),
            ("a device is flashed", "INFO_GET", {},
             lambda: nl.do("FLASH_UPDATE", dev.handle, FLASH_UPDATE_FILE_NAME="dummy.bin")),
            *(("a pool is set", cmd, {},
               lambda: nl.do("SB_POOL_SET", dev.handle, SB_INDEX=0, SB_POOL_INDEX=0,
                             SB_POOL_SIZE=64, SB_POOL_THRESHOLD_TYPE=0)) for cmd in buffers),
        )
        for what, cmd, named, change in changes:
            complete(nl, cmd, dev.handle)
            expect(f"{cmd} has an answer before {what}", True, known(cmd, **named))
            dev.set("fail", "param_set 5" if "fails" in what else "param_set 0")
            # Notifications, which ask again, get no answer.
            for callback, other, _, _ in ASKED:
                if other == cmd:
                    dev.set("fail", f"{callback} 5")
            change()
            expect(f"{cmd} has an answer after {what}", False, known(cmd, **named))
        for cmd, named in (("INFO_GET", {}), *((cmd, {}) for cmd in buffers),
                           ("PARAM_GET", {"PARAM_NAME": "dt_u16"})):
            complete(nl, cmd, dev.handle)
            expect(f"{cmd} has an answer before a reload", True, known(cmd, **named))
            nl.do("RELOAD", dev.handle)
            expect(f"{cmd} has an answer after a reload", False, known(cmd, **named))
        # Notifications show what is known, so ports are asked when the driver is up.
        expect("PORT_GET has an answer after a reload", True, known("PORT_GET", PORT_INDEX=9))


def slab_objects():
    """How many objects of common sizes the kernel has allocated."""
    with open("/proc/slabinfo", encoding="ascii") as slabs:
        return sum(int(line.split()[1]) for line in slabs if line.startswith("kmalloc-"))


@check("what was said about a port's share of a buffer goes with the port")
def port_goes():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def come_and_go(first, number):
            for index in range(first, first + number):
                dev.event(f"port_add {index}")
                refused(errno.EOPNOTSUPP, nl.do, "SB_PORT_POOL_GET", dev.handle, SB_INDEX=0,
                        SB_POOL_INDEX=0, PORT_INDEX=index)
                dev.event(f"port_del {index}")

        come_and_go(1000, 50)
        before = slab_objects()
        come_and_go(2000, 1000)
        left = slab_objects() - before
        assert left < 500, \
            f"expected nothing left of 1000 ports that came and went, came {left} objects of memory"
        # And the next port of an index is another one.
        for _ in range(2):
            dev.event("port_add 50")
            complete(nl, "SB_PORT_POOL_GET", dev.handle)
            nl.do("SB_PORT_POOL_SET", dev.handle, PORT_INDEX=50, SB_INDEX=0, SB_POOL_INDEX=0,
                  SB_THRESHOLD=7)
            nl.do("SB_PORT_POOL_GET", dev.handle, PORT_INDEX=50, SB_INDEX=0, SB_POOL_INDEX=0)
            dev.event("port_del 50")
        dev.event("port_add 50")
        value = nl.get("SB_PORT_POOL_GET", dev.handle, PORT_INDEX=50, SB_INDEX=0,
                       SB_POOL_INDEX=0)["SB_THRESHOLD"]
        expect("threshold of the port that came last", 0, value)


@check("a busy driver hides nothing: what it never said makes the list end with an error",
       rust_only=True)
def busy():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        def while_busy(cmds):
            dev.set("slow", "info_get 3000")
            with Netlink() as other:
                thread = in_background(other.do, "INFO_GET", dev.handle)
                time.sleep(0.5)
                start = time.monotonic()
                came = {cmd: listed(nl, cmd, dev.handle) for cmd in cmds}
                took = time.monotonic() - start
                assert thread.is_alive() and took < 2, \
                    f"expected dumps that do not wait, they took {took:.1f} s"
                thread.join()
            dev.set("slow", "info_get 0")
            return came

        buffers = ("SB_POOL_GET", "SB_PORT_POOL_GET", "SB_TC_POOL_BIND_GET")
        for cmd, (entries, error) in while_busy(buffers).items():
            expect(f"entries of {cmd}", [], entries)
            assert error and error.errno == errno.EBUSY, \
                f"expected that {cmd} ends with EBUSY, came: {error}"
        cmds = sorted({cmd for _, cmd, _, _ in ASKED} - {"INFO_GET"})
        before = {cmd: complete(nl, cmd, dev.handle) for cmd in cmds}
        for cmd, (entries, error) in while_busy(cmds).items():
            expect(f"the error that {cmd} ends with", None, error)
            expect(cmd, before[cmd], entries)


@check("a driver that takes long to fail is not waited for once for each object", rust_only=True)
def slow_to_fail():
    with Netlink(pages=True) as nl, TestDevice(1, QUIET) as dev, TestDevice(2, QUIET) as after:
        for callback, cmd in (("port_fn_hw_addr_get", "PORT_GET"), ("param_get", "PARAM_GET"),
                              ("sb_pool_get", "SB_POOL_GET"),
                              ("trap_drop_counter_get", "TRAP_GET")):
            before = complete(nl, cmd)
            dev.set("slow", f"{callback} 600")
            dev.set("fail", f"{callback} 5")
            dev.value("calls")
            after.value("calls")
            expect(cmd, before, complete(nl, cmd))
            # The first two take longer than a second; the other device is asked about everything.
            asked = dev.value("calls").count(callback + " ")
            expect(f"calls of {callback} that fail", 2, asked)
            others = after.value("calls").count(callback + " ")
            assert others > 2, \
                f"expected {callback} for each object of the other device, came {others} calls"
            dev.set("slow", f"{callback} 0")
            dev.set("fail", f"{callback} 0")


@check("an entry that is larger than the reader's buffer is an error that names it, not an end",
       rust_only=True)
def too_large():
    name = "n" * 3900
    with Netlink(pages=True) as small, Netlink() as large, TestDevice(1, QUIET) as dev:
        before = complete(large, "RATE_GET", dev.handle)
        large.do("RATE_NEW", dev.handle, RATE_NODE_NAME=name)
        for handle in (dev.handle, None):
            entries, error = listed(small, "RATE_GET", handle)
            assert error and error.errno == errno.EMSGSIZE, \
                f"expected EMSGSIZE, came {len(entries)} entries and {error}"
            start = f"Too large for the buffer: {dev.handle} rate nnn"
            expect("how the message begins", start, error.strerror[:len(start)])
        # With room for it, it is one entry like others.
        names = [dict(entry).get("RATE_NODE_NAME")
                 for entry in complete(large, "RATE_GET", dev.handle)]
        expect("entries", (len(before) + 1, True), (len(names), name in names))
        # Behind others it is the same error, after them.
        large.do("RATE_NEW", dev.handle, RATE_NODE_NAME="newer")
        entries, error = listed(small, "RATE_GET", dev.handle)
        expect("the entry before", "newer",
               dict(entries[0]).get("RATE_NODE_NAME") if entries else None)
        expect("the error", errno.EMSGSIZE, error and error.errno)
        large.do("RATE_DEL", dev.handle, RATE_NODE_NAME=name)
        expect("entries", len(before) + 1, len(complete(small, "RATE_GET", dev.handle)))
        large.do("RATE_DEL", dev.handle, RATE_NODE_NAME="newer")


@check("resources are shown with their parts: those that together are larger than the buffer are "
       "an error, too",
       rust_only=True)
def too_large_together():
    with Netlink(pages=True) as small, Netlink() as large, TestDevice(1, QUIET) as dev:
        before = complete(small, "RESOURCE_DUMP", dev.handle)
        dev.event("resource_add whole 9000 0 1000")
        for number in range(60):
            dev.event(f"resource_add part{number} {9001 + number} 9000 1")
        entries, error = listed(small, "RESOURCE_DUMP", dev.handle)
        assert error and error.errno == errno.EMSGSIZE, \
            f"expected EMSGSIZE, came {len(entries)} entries and {error}"
        expect("the message", f"Too large for the buffer: {dev.handle} resource whole",
               error.strerror)
        expect("what is before it", before[0], entries and entries[0])
        # From its first read on, a socket's parts of dumps are as large as its buffer.
        large.do("GET", dev.handle)
        assert complete(large, "RESOURCE_DUMP", dev.handle), "expected all resources"


@check("a driver that fails to describe a table of that name, or to read a region, is an error of "
       "that number",
       rust_only=True)
def other_lists():
    with Netlink() as nl, TestDevice(1, QUIET) as dev:
        for callback in ("table_matches_dump", "table_actions_dump"):
            for number in ERRORS:
                dev.set("fail", f"{callback} {number}")
                for named in ({}, {"DPIPE_TABLE_NAME": "dt_host"}):
                    refused(number, nl.do, "DPIPE_TABLE_GET", dev.handle, **named)
            dev.set("fail", f"{callback} 0")
        region = next(dict(entry)["REGION_NAME"] for entry in complete(nl, "REGION_GET", dev.handle)
                      if "PORT_INDEX" not in dict(entry))
        for number in ERRORS:
            dev.set("fail", f"region_read {number}")
            refused(number, nl.dump, "REGION_READ", dev.handle, REGION_NAME=region,
                    REGION_DIRECT=b"")
        dev.set("fail", "region_read 0")
        nl.dump("REGION_READ", dev.handle, REGION_NAME=region, REGION_DIRECT=b"")
