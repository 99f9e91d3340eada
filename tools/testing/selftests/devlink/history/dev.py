# SPDX-License-Identifier: GPL-2.0
"""Instances: removal, reload, flash, information, notifications."""

import errno
import os
import time

from netlink import Netlink
from testlib import (DUMPS, Device, Namespace, check, eventually, expect, ignore_refusal,
                     in_background, is_here, race, refused, write)


@check("a device can be removed after a reload that failed")
def removed_after_failed_reload():
    with Netlink() as nl, Device(1) as dev:
        dev.set("fail_reload", "Y")
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        expect("reload failed", 1, nl.get("GET", dev.handle)["RELOAD_FAILED"])
        dev.remove()
        expect("the device in the dump", False, is_here(nl, dev.handle))


@check("while a reload has failed every dump and request is answered")
def asked_after_failed_reload():
    with Netlink() as nl, Device(1) as dev:
        dev.set("fail_reload", "Y")
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        for cmd in DUMPS:
            nl.dump(cmd)
        nl.get("INFO_GET", dev.handle)
        expect("a parameter", "test2",
               nl.get("PARAM_GET", dev.handle, PARAM_NAME="test2")["PARAM"]["PARAM_NAME"])


@check("a reload after a failed one brings everything back")
def reload_after_failed():
    with Netlink() as nl, Device(1, "2") as dev:
        before = {cmd: len(nl.dump(cmd)) for cmd in DUMPS}
        dev.set("fail_reload", "Y")
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        refused(errno.EINVAL, nl.do, "RELOAD", dev.handle)
        dev.set("fail_reload", "N")
        nl.do("RELOAD", dev.handle)
        expect("reload failed", 0, nl.get("GET", dev.handle)["RELOAD_FAILED"])
        expect("objects", before, {cmd: len(nl.dump(cmd)) for cmd in DUMPS})


@check("reload, commands and dumps race with removal", race=True)
def everything_against_removal():
    dev = Device(1, "2")

    def come_and_go(_):
        dev.create()
        time.sleep(0.2)
        dev.remove()

    def reload(nl):
        nl.do("RELOAD", dev.handle)

    def ask(nl):
        for cmd in ("INFO_GET", "ESWITCH_GET", "RESOURCE_DUMP"):
            nl.do(cmd, dev.handle)

    def dump(nl):
        for cmd in DUMPS:
            nl.dump(cmd)

    race(come_and_go, reload, ask, dump, seconds=4)
    with Netlink() as nl:
        expect("the device in the dump", False, is_here(nl, dev.handle))


@check("the driver is unbound and bound again while commands run", race=True)
def unbind():
    with Device(1) as dev, Netlink() as nl:
        driver = "/sys/bus/netdevsim/drivers/netdevsim"
        name = dev.handle.split("/")[1]

        def unbind_and_bind(_):
            write(f"{driver}/unbind", name)
            write(f"{driver}/bind", name)

        def reload(own):
            own.do("RELOAD", dev.handle)

        def ask(own):
            own.do("INFO_GET", dev.handle)
            own.dump("PARAM_GET")

        race(unbind_and_bind, reload, ask, seconds=3)
        expect("the device", True, is_here(nl, dev.handle))


@check("a flash meets the removal of its device, and nothing is told of one that has gone")
def flash_against_removal():
    with Netlink(notifications=True) as listener, Netlink() as nl:
        for _ in range(2):
            dev = Device(1)
            dev.create()
            dev.set("fw_update_flash_chunk_time_ms", 5)
            flash = in_background(
                lambda: ignore_refusal(nl.do, "FLASH_UPDATE", dev.handle,
                                       FLASH_UPDATE_FILE_NAME="dummy.bin"))
            time.sleep(0.1)
            dev.remove()
            flash.join()
        told = [m.cmd for m in listener.notifications()]
        for number, cmd in enumerate(told):
            if cmd == "DEL":
                expect("what comes after the end of an instance", "NEW",
                       (told + ["NEW"])[number + 1])
        expect("the last that was told", "DEL", told[-1])


@check("a dump goes on when the instance that it is at is removed")
def removed_during_dump():
    with Netlink(pages=True) as nl:
        devices = [Device(number, "0") for number in range(1, 10)]
        for dev in devices:
            dev.create()
        alone = [m["TRAP_NAME"] for m in nl.dump("TRAP_GET", devices[0].handle)]
        parts = nl.dump_parts("TRAP_GET")
        seen = next(parts)
        # Where the dump is by now, some parts ahead of the reader.
        gone = devices[4:7]
        for dev in gone:
            dev.remove()
        seen += [m for part in parts for m in part]
        for dev in devices:
            if dev in gone:
                continue
            names = [m["TRAP_NAME"] for m in seen if dev.handle.endswith("/" + m["DEV_NAME"])]
            expect(f"traps of {dev.handle}", alone, names)
            dev.remove()


@check("a dump of one instance ends when that is removed")
def only_instance_removed_during_dump():
    with Netlink(pages=True) as nl, Device(1) as dev:
        nl.do("REGION_NEW", dev.handle, REGION_NAME="dummy", REGION_SNAPSHOT_ID=1)
        parts = nl.dump_parts("REGION_READ", dev.handle, REGION_NAME="dummy", REGION_SNAPSHOT_ID=1)
        next(parts)
        dev.remove()
        refused(errno.ENODEV, list, parts)


@check("an instance that comes takes no index that another had")
def index_not_reused():
    with Netlink() as nl:
        seen = []
        for _ in range(4):
            with Device(1, "0") as dev:
                seen.append(nl.get("GET", dev.handle)["INDEX"])
        expect("indexes in order, none twice", sorted(set(seen)), seen)


@check("a move that is refused takes no reference to the namespace")
def refused_move_leaks_nothing():
    with Netlink() as nl, Namespace() as ns, Device(1) as dev, Device(2) as other:
        nl.do("RELOAD", dev.handle, NETNS_FD=ns.fd)
        # Unknown action, limit without action, two limits: refused before or after the namespace
        # was found.
        refused(errno.EOPNOTSUPP, nl.do, "RELOAD", other.handle, NETNS_FD=ns.fd, RELOAD_ACTION=2)
        refused((errno.EOPNOTSUPP, errno.EINVAL), nl.do, "RELOAD", other.handle, NETNS_FD=ns.fd,
                RELOAD_LIMITS=2)
        refused(errno.EINVAL, nl.do, "RELOAD", other.handle, NETNS_FD=ns.fd, NETNS_PID=os.getpid())
        other.set("dont_allow_reload", "Y")
        refused(errno.EOPNOTSUPP, nl.do, "RELOAD", other.handle, NETNS_FD=ns.fd)
        ns.close()
        eventually("the namespace dies and gives its device back", lambda: is_here(nl, dev.handle))


@check("a flash tells what the driver says and nothing else")
def flash_messages():
    with Netlink() as nl, Netlink(notifications=True) as listener, Device(1) as dev:
        dev.set("fw_update_flash_chunk_time_ms", 1)
        nl.do("FLASH_UPDATE", dev.handle, FLASH_UPDATE_FILE_NAME="dummy.bin")
        told = [m for m in listener.notifications() if m.cmd.startswith("FLASH")]
        expect("the last message", "FLASH_UPDATE_END", told[-1].cmd)
        texts = [m.get("FLASH_UPDATE_STATUS_MSG") for m in told]
        expect("the driver's texts",
               {"Preparing to flash", "Flashing", "Flash select", "Flashing done"},
               set(filter(None, texts)))
        for message in told:
            expect(f"a component in {dict(message)}", None, message.get("FLASH_UPDATE_COMPONENT"))
            timeout = message.get("FLASH_UPDATE_STATUS_TIMEOUT", 0)
            expect(f"timeout in {dict(message)}",
                   81 if message.get("FLASH_UPDATE_STATUS_MSG") == "Flash select" else 0, timeout)


@check("a flash with an unknown component or file, or refused by the driver, changes nothing")
def flash_refused():
    with Netlink() as nl, Device(1) as dev:
        refused(errno.EINVAL, nl.do, "FLASH_UPDATE", dev.handle, FLASH_UPDATE_FILE_NAME="dummy.bin",
                FLASH_UPDATE_COMPONENT="none")
        refused(errno.ENOENT, nl.do, "FLASH_UPDATE", dev.handle,
                FLASH_UPDATE_FILE_NAME="there-is-none.bin")
        refused(errno.EOPNOTSUPP, nl.do, "FLASH_UPDATE", dev.handle,
                FLASH_UPDATE_FILE_NAME="dummy.bin", FLASH_UPDATE_OVERWRITE_MASK=1)
        refused(errno.EINVAL, nl.do, "FLASH_UPDATE", dev.handle)


@check("commands on two instances run at the same time")
def parallel_instances():
    with Netlink() as nl, Netlink() as flasher, Device(1) as busy, Device(2) as other:
        busy.set("fw_update_flash_chunk_time_ms", 60)
        flash = in_background(lambda: flasher.do("FLASH_UPDATE", busy.handle,
                                                 FLASH_UPDATE_FILE_NAME="dummy.bin"))
        time.sleep(0.3)
        nl.get("INFO_GET", other.handle)
        nl.do("RELOAD", other.handle)
        alive = flash.is_alive()
        flash.join()
        expect("the flash of the one is going on when the other's reload is done", True, alive)


@check("a socket's filter goes with the socket, while others are told", race=True)
def filter_freed_on_close():
    with Device(1) as dev:
        def listen(_):
            with Netlink(notifications=True) as listener:
                listener.do("NOTIFY_FILTER_SET", dev.handle)
                listener.do("NOTIFY_FILTER_SET", dev.handle, PORT_INDEX=0)

        def tell(nl):
            nl.do("PARAM_SET", dev.handle, PARAM_NAME="test2", PARAM_TYPE=3, PARAM_VALUE_CMODE=0,
                  PARAM_VALUE_DATA=b"\1\0\0\0")

        race(listen, listen, tell, tell)


@check("a filter lets through its own instance only, and can be taken away")
def filter_works():
    with Netlink() as nl, Netlink(notifications=True) as listener, Device(1) as dev, \
            Device(2) as other:
        listener.notifications(0.2)

        def set_both():
            for handle in (dev.handle, other.handle):
                nl.do("PARAM_SET", handle, PARAM_NAME="test2", PARAM_TYPE=3, PARAM_VALUE_CMODE=0,
                      PARAM_VALUE_DATA=b"\1\0\0\0")
            return [m["DEV_NAME"] for m in listener.notifications(0.2)]

        # On a socket that others write to too: its own acknowledgement would be among what is told.
        listener.sock.settimeout(10)
        listener.do("NOTIFY_FILTER_SET", dev.handle)
        expect("told", ["netdevsim1"], set_both())
        listener.sock.settimeout(10)
        listener.do("NOTIFY_FILTER_SET")
        expect("told", ["netdevsim1", "netdevsim2"], set_both())


@check("counts of reloads are in their own nests, local and remote apart")
def reload_counts():
    with Netlink() as nl, Device(1) as dev:
        nl.do("RELOAD", dev.handle)
        nl.do("RELOAD", dev.handle)
        stats = nl.get("GET", dev.handle)["DEV_STATS"]
        # Others may have done what this driver cannot.
        for kind, actions, count in (("RELOAD_STATS", [1], 2), ("REMOTE_RELOAD_STATS", [1, 2], 0)):
            info = stats[kind].all("RELOAD_ACTION_INFO")
            expect(f"actions in {kind}", actions, [entry["RELOAD_ACTION"] for entry in info])
            entries = info[0]["RELOAD_ACTION_STATS"].all("RELOAD_STATS_ENTRY")
            expect(f"entries in {kind}", [(0, count)],
                   [(entry["RELOAD_STATS_LIMIT"], entry["RELOAD_STATS_VALUE"])
                    for entry in entries])


@check("eswitch attributes have the length that user space sends")
def eswitch_lengths():
    with Netlink() as nl, Device(1) as dev:
        # One byte is what devlink(8) sends. Two bytes are not an answer about the mode, but about
        # the message.
        for name in ("ESWITCH_INLINE_MODE", "ESWITCH_ENCAP_MODE"):
            refused(errno.EOPNOTSUPP, nl.do, "ESWITCH_SET", dev.handle, **{name: b"\1"})
        nl.do("ESWITCH_SET", dev.handle, ESWITCH_MODE=b"\0\0")


@check("every message of every dump is well formed, however small the reader's buffer")
def well_formed():
    with Netlink() as nl, Netlink(pages=True) as pages, Device(1, "16") as dev, \
            Device(2, "4") as other:
        for _ in range(3):
            other.set("take_snapshot", 1)
            dev.set("take_snapshot", 1)
        ignore_refusal(lambda: dev.set("health/break_health", "x"))
        for cmd in DUMPS:
            # Attrs() raises if a nest or an attribute does not fit what is around it.
            small = [dict(m) for m in pages.dump(cmd)]
            big = [dict(m) for m in nl.dump(cmd)]
            if cmd in ("GET", "PORT_GET", "PARAM_GET", "REGION_GET", "INFO_GET",
                       "HEALTH_REPORTER_GET"):
                expect(f"the same from {cmd} in pages as at once", big, small)
            elif cmd != "RESOURCE_DUMP":  # which divides one instance's list as it fits
                expect(f"as many from {cmd} in pages as at once", len(big), len(small))
