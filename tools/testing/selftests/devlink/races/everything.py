# SPDX-License-Identifier: GPL-2.0
"""All of it at once: dumps and commands of every kind on devices of three drivers that do whatever
they can."""

import random
import time

import pci
from instances import MOMENT, dump, listen
from namespaces import all_come_back, make_namespace
from netlink import Netlink
from testlib import Device, Namespace, TestDevice, attempt, check, race, with_c_driver

# What the driver does on its own account, with its reverse.
EVENTS = ("port_add 80", "port_del 80", "port_type 0 ib", "port_type 0 eth", "param_changed dt_u32",
          "param_add mine", "param_del mine", "region_add mine", "snapshot mine", "region_del mine",
          "snapshot dt_region", "reporter_add mine", "health_report mine broken",
          "reporter_del mine", "health_report dt_full broken", "trap dt_drop 0 64", "trap_add mine",
          "trap_del mine", "rate_add mine", "rate_clear", "leaf_del 7", "leaf_add 7",
          "linecard 1 provision dt-8x200G", "linecard 1 activate", "linecard 1 deactivate",
          "linecard 1 clear", "linecard_add 9", "linecard_del 9", "sb_add 9", "sb_del 9",
          "table_add mine", "table_del mine", "remote_reload activate none")
# What users do. What an instance does not have it refuses.
COMMANDS = (
    ("INFO_GET", {}),
    ("RELOAD", {}),
    ("FLASH_UPDATE", {"FLASH_UPDATE_FILE_NAME": "dummy.bin"}),
    ("ESWITCH_GET", {}),
    ("ESWITCH_SET", {"ESWITCH_MODE": 1}),
    ("ESWITCH_SET", {"ESWITCH_MODE": 0}),
    ("RESOURCE_DUMP", {}),
    ("PARAM_GET", {"PARAM_NAME": "max_macs"}),
    ("PORT_SPLIT", {"PORT_INDEX": 0, "PORT_SPLIT_COUNT": 2}),
    ("PORT_UNSPLIT", {"PORT_INDEX": 40}),
    ("PORT_NEW", {"PORT_FLAVOUR": 7, "PORT_PCI_PF_NUMBER": 0, "PORT_INDEX": 90}),
    ("PORT_DEL", {"PORT_INDEX": 90}),
    ("REGION_NEW", {"REGION_NAME": "dt_region", "REGION_SNAPSHOT_ID": 7}),
    ("REGION_DEL", {"REGION_NAME": "dt_region", "REGION_SNAPSHOT_ID": 7}),
    ("HEALTH_REPORTER_RECOVER", {"HEALTH_REPORTER_NAME": "dt_full"}),
    ("HEALTH_REPORTER_DIAGNOSE", {"HEALTH_REPORTER_NAME": "dt_full"}),
    ("HEALTH_REPORTER_TEST", {"HEALTH_REPORTER_NAME": "dt_full"}),
    ("HEALTH_REPORTER_DUMP_CLEAR", {"HEALTH_REPORTER_NAME": "dt_full"}),
    ("TRAP_SET", {"TRAP_NAME": "dt_drop", "TRAP_ACTION": 1}),
    ("TRAP_SET", {"TRAP_NAME": "dt_drop", "TRAP_ACTION": 0}),
    ("RATE_NEW", {"RATE_NODE_NAME": "user"}),
    ("RATE_SET", {"PORT_INDEX": 7, "RATE_PARENT_NODE_NAME": "user"}),
    ("RATE_SET", {"PORT_INDEX": 7, "RATE_PARENT_NODE_NAME": ""}),
    ("RATE_DEL", {"RATE_NODE_NAME": "user"}),
    ("SB_OCC_SNAPSHOT", {"SB_INDEX": 0}),
    ("DPIPE_TABLE_GET", {}),
    ("SELFTESTS_GET", {}),
    ("LINECARD_SET", {"LINECARD_INDEX": 0, "LINECARD_TYPE": "dt-8x200G"}),
)


@check("everything happens to devices of three drivers while everything about them is read",
       race=True)
def everything():
    pci.need_functions()
    sim, test, inner = Device(1, "2"), TestDevice(1, "notifiers=1"), TestDevice(2, "netdevs=0")
    handles = ([dev.handle for dev in (sim, test, inner)]
               + [pci.handle(address) for address in pci.FUNCTIONS])

    def come_and_go(_):
        attempt(sim.create)
        attempt(sim.set, "fw_update_flash_chunk_time_ms", 1)
        time.sleep(MOMENT)
        sim.remove()

    def flip(_):
        """The rounds are counted by this, if there is it: what matters most is an instance that
        goes in the middle of everything."""
        try:
            test.event("unregister")
        finally:
            attempt(test.event, "register")

    def nest(_):
        inner.event("nest 1")
        inner.event("unnest")

    def reload(nl):
        nl.do("RELOAD", random.choice(handles))

    def die(nl):
        with Namespace() as namespace:
            for handle in random.sample(handles, 2):
                attempt(nl.do, "RELOAD", handle, NETNS_FD=namespace.fd)

    def drive(_):
        for event in random.sample(EVENTS, 5):
            attempt(test.event, event)

    def command(nl):
        for cmd, attrs in random.sample(COMMANDS, 5):
            # netdevsim leaves the nodes of rates that it has while it has no VFs, on either core.
            possible = handles[1:] if cmd == "RATE_NEW" else handles
            attempt(nl.do, cmd, random.choice(possible), **attrs)

    def filter_and_close(_):
        with Netlink(notifications=True) as listener:
            listener.do("NOTIFY_FILTER_SET", random.choice(handles))

    with test, inner:
        test.event("trap_flood 1")
        try:
            race(*with_c_driver(flip, nest), come_and_go, reload, die, drive, command,
                 filter_and_close, make_namespace, dump, dump, listen, pci.remove_and_rescan,
                 pci.fail, pci.report)
        finally:
            attempt(sim.remove)
            pci.rescan()
        attempt(test.event, "register")
        with Netlink() as nl:
            all_come_back(nl, [test, inner])
