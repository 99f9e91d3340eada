# SPDX-License-Identifier: GPL-2.0
"""Parameters."""

import errno

from netlink import Netlink
from testlib import Device, Namespace, check, expect, is_here, eventually, race, refused

U32, BOOL, STRING = 3, 6, 5
RUNTIME, DRIVERINIT, PERMANENT = 0, 1, 2


def values(message):
    """What a parameter's message says, by mode."""
    entries = message["PARAM"]["PARAM_VALUES_LIST"].all("PARAM_VALUE")
    return {entry["PARAM_VALUE_CMODE"]: entry.get("PARAM_VALUE_DATA") for entry in entries}


def number(value):
    return value.to_bytes(4, "little")


def set_param(nl, dev, name, kind, mode, data):
    nl.do("PARAM_SET", dev.handle, PARAM_NAME=name, PARAM_TYPE=kind, PARAM_VALUE_CMODE=mode,
          PARAM_VALUE_DATA=data)


@check("a value of another length or type than the parameter's is refused")
def value_lengths():
    with Netlink() as nl, Device(1) as dev:
        for data in (b"", b"\1", b"\1\0", b"\1\0\0", b"\1\0\0\0\0", bytes(8), bytes(4096)):
            refused(errno.EINVAL, set_param, nl, dev, "max_macs", U32, DRIVERINIT, data)
        for data in (b"\1", bytes(4)):
            refused(errno.EINVAL, set_param, nl, dev, "test1", BOOL, DRIVERINIT, data)
        refused(errno.EINVAL, set_param, nl, dev, "max_macs", BOOL, DRIVERINIT, b"")
        refused((errno.EINVAL, errno.ERANGE), set_param, nl, dev, "max_macs", 200, DRIVERINIT,
                number(1))
        refused(errno.EINVAL, set_param, nl, dev, "max_macs", U32, DRIVERINIT, None)
        refused(errno.EOPNOTSUPP, set_param, nl, dev, "max_macs", U32, RUNTIME, number(1))
        refused((errno.EINVAL, errno.EOPNOTSUPP, errno.ERANGE), set_param, nl, dev, "max_macs", U32,
                200, number(1))
        expect("max_macs", 32, int(dev.value("max_macs")))


@check("a driverinit value waits for a reload, and survives one that fails")
def driverinit_kept():
    with Netlink() as nl, Device(1) as dev:
        set_param(nl, dev, "max_macs", U32, DRIVERINIT, number(77))
        expect("the driver's value before the reload", "32", dev.value("max_macs"))
        dev.set("fail_reload", "Y")
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        dev.set("fail_reload", "N")
        nl.do("RELOAD", dev.handle)
        expect("the driver's value after the reload", "77", dev.value("max_macs"))
        expect("the value shown", {DRIVERINIT: number(77)},
               values(nl.get("PARAM_GET", dev.handle, PARAM_NAME="max_macs")))
        # Forbidden before anything happened: the value must still be waiting.
        set_param(nl, dev, "max_macs", U32, DRIVERINIT, number(78))
        dev.set("dont_allow_reload", "Y")
        refused(errno.EOPNOTSUPP, nl.do, "RELOAD", dev.handle)
        expect("the driver's value after a refused reload", "77", dev.value("max_macs"))
        dev.set("dont_allow_reload", "N")
        nl.do("RELOAD", dev.handle)
        expect("the driver's value at last", "78", dev.value("max_macs"))


@check("parameters are told in both namespaces of a move, with their values")
def told_when_moving():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev:
        set_param(nl, dev, "test2", U32, RUNTIME, number(4242))
        with Netlink(notifications=True) as here, ns.netlink(notifications=True) as there:
            nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
            for listener, cmd in ((here, "PARAM_DEL"), (there, "PARAM_NEW")):
                told = {m["PARAM"]["PARAM_NAME"]: values(m) for m in listener.notifications()
                        if m.cmd == cmd}
                expect(f"{cmd} for", {"max_macs", "test1", "test2"}, set(told))
                expect(f"test2 in {cmd}", {RUNTIME: number(4242)}, told["test2"])
        ns.close()
        eventually("the device comes back", lambda: is_here(nl, dev.handle))


@check("setting and reading parameters races with reload and with moves", race=True)
def set_against_reload():
    with Namespace() as ns, Device(1) as dev, Netlink() as nl:
        def set_and_read(nl):
            set_param(nl, dev, "test2", U32, RUNTIME, number(7))
            set_param(nl, dev, "max_macs", U32, DRIVERINIT, number(8))
            nl.dump("PARAM_GET")

        def reload(nl):
            nl.do("RELOAD", dev.handle)

        def move(nl):
            nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
            with ns.netlink() as there:
                there.do("RELOAD", dev.handle, NETNS_PID=1)

        race(set_and_read, reload, move)
        if not is_here(nl, dev.handle):
            ns.close()
            eventually("the device comes back", lambda: is_here(nl, dev.handle))


@check("parameters of ports, which no driver has any more, are refused")
def port_params():
    with Netlink() as nl, Device(1) as dev:
        for cmd in ("PORT_PARAM_GET", "PORT_PARAM_SET"):
            refused(errno.EINVAL, nl.do, cmd, dev.handle, PORT_INDEX=0, PARAM_NAME="test2",
                    PARAM_TYPE=U32, PARAM_VALUE_CMODE=RUNTIME, PARAM_VALUE_DATA=number(1))
        expect("port parameters in the dump", [], nl.dump("PORT_PARAM_GET"))


@check("a parameter goes back to its default, in each mode that has one")
def reset_to_default():
    with Netlink() as nl, Device(1) as dev:
        set_param(nl, dev, "test2", U32, RUNTIME, number(5))
        nl.do("PARAM_SET", dev.handle, PARAM_NAME="test2", PARAM_TYPE=U32,
              PARAM_VALUE_CMODE=RUNTIME, PARAM_RESET_DEFAULT=True)
        expect("test2", {RUNTIME: number(1234)},
               values(nl.get("PARAM_GET", dev.handle, PARAM_NAME="test2")))
        set_param(nl, dev, "max_macs", U32, DRIVERINIT, number(5))
        nl.do("PARAM_SET", dev.handle, PARAM_NAME="max_macs", PARAM_TYPE=U32,
              PARAM_VALUE_CMODE=DRIVERINIT, PARAM_RESET_DEFAULT=True)
        nl.do("RELOAD", dev.handle)
        expect("max_macs", "32", dev.value("max_macs"))
