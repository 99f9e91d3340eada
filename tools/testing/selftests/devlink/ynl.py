#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""In a guest: play every operation of devlink.yaml, as do and as dump, on stock netdevsim and on
the test module, with the kernel tree's own ynl library, and print each with its reply.

All run in one process, because starting Python takes a second or two in an emulated machine; a
handful run again through ynl's cli.py. The transcript has the form of commands.sh's, and
tools/testing/harness/commands.sh compares it between the cores in the same way. At the end, what
the family says of itself is printed byte for byte.
"""

import json
import os
import pathlib
import socket
import struct
import subprocess
import sys

TREE = pathlib.Path(__file__).resolve().parents[4] / "build/tree"
sys.path.append(str(TREE / "tools/net/ynl"))
# The tree stays as it is.
sys.dont_write_bytecode = True
# pylint: disable=wrong-import-position
from pyynl.lib import NlError, YnlException, YnlFamily  # noqa: E402
from pyynl.lib.ynl import NlAttrs, Netlink, NlMsgs  # noqa: E402

CLI = TREE / "tools/net/ynl/pyynl/cli.py"
SPEC = TREE / "Documentation/netlink/specs/devlink.yaml"
NSIM = {"bus-name": "netdevsim", "dev-name": "netdevsim1"}
FULL = {"bus-name": "devlink_test", "dev-name": "devlink_test1"}
NONE = {"bus-name": "devlink_test", "dev-name": "devlink_test2"}
ABSENT = {"bus-name": "netdevsim", "dev-name": "none"}
NSIM_DEVICE = "/sys/bus/netdevsim/devices/netdevsim1"
NSIM_DEBUGFS = "/sys/kernel/debug/netdevsim/netdevsim1"


def encode(value):
    """Return what JSON has no word for."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, set):
        return sorted(value)
    return str(value)


def text_of(value):
    return json.dumps(value, default=encode)


class Play:
    """Plays requests and keeps account of what was played."""

    def __init__(self):
        self.ynl = YnlFamily(str(SPEC), schema="", process_unknown=True)
        self.missing = {(op.name, mode) for op in self.ynl.ops.values() for mode in op.modes}

    def request(self, name, mode, attrs):
        print(f"$ {mode} {name} {text_of(attrs)}")
        self.missing.discard((name, mode))
        try:
            reply = self.ynl.dump(name, attrs) if mode == "dump" else self.ynl.do(name, attrs)
            for message in reply if isinstance(reply, list) else [reply]:
                print("  " + text_of(message))
            print("= 0")
        except NlError as error:
            print(f"! {error}\n= {error.error}")
        except (YnlException, struct.error) as error:
            # The library takes no message without a body, by which the kernel ends answers of
            # several parts.
            print(f"! {error}\n= 1")
            self.forget()

    def forget(self):
        """Read what is left of an answer, so that it is not taken for the next one's."""
        while True:
            try:
                self.ynl.sock.recv(1 << 17, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return

    def do(self, device, name, **attrs):
        """Play a do; an attribute's name has _ where netlink's has -."""
        self.request(name, "do",
                     device | {key.replace("_", "-"): value for key, value in attrs.items()})

    def dump(self, device, name, **attrs):
        self.request(name, "dump",
                     device | {key.replace("_", "-"): value for key, value in attrs.items()})

    def everything(self, devices):
        """Every operation of the specification with nothing but a device."""
        for operation in self.ynl.ops.values():
            # What reads a socket's filter is for the end, and a reload would make the driver's
            # objects anew.
            if operation.name in ("notify-filter-set", "reload"):
                continue
            for mode in sorted(operation.modes):
                for attrs in [{}, ABSENT, {"index": 99}, {"bus-name": "netdevsim"}, *devices]:
                    self.request(operation.name, mode, attrs)


def put(text, path):
    print(f"# put {text} {path}")
    try:
        pathlib.Path(path).write_text(text, encoding="ascii")
    except OSError as error:
        print(f"! {error.strerror}")


def netdevsim(play):
    put("1 2", "/sys/bus/netdevsim/new_device")
    play.everything([NSIM, {"index": 0}, NSIM | {"index": 0}, NSIM | {"index": 5}])
    for index in (0, 1, 77):
        for name in ("port-get", "port-param-get", "resource-dump", "health-reporter-get"):
            play.do(NSIM, name, port_index=index)
    play.do({"index": 0}, "port-get", port_index=0)
    play.do(NSIM, "port-set", port_index=0, port_type="eth")
    play.do(NSIM, "port-set", port_index=0, port_type=7)
    play.do(NSIM, "port-set", port_index=0, port_function={"hw-addr": "000000112233"})
    play.do(NSIM, "port-set", port_index=0, port_function={"state": "active"})
    play.do(NSIM, "port-set", port_index=0, port_function={"state": 9})
    play.do(NSIM, "port-set", port_index=0,
            port_function={"caps": {"value": ["roce-bit"], "selector": ["roce-bit"]}})
    play.do(NSIM, "port-set", port_index=0, port_function={"caps": {"value": 64, "selector": 64}})
    play.do(NSIM, "port-new", port_flavour="pci-sf", port_pci_pf_number=0)
    play.do(NSIM, "port-new", port_flavour="pci-sf")
    play.do(NSIM, "port-del", port_index=0)
    play.do(NSIM, "port-split", port_index=0, port_split_count=2)
    play.do(NSIM, "port-unsplit", port_index=0)
    play.do(NSIM, "eswitch-set", eswitch_mode="switchdev")
    play.do(NSIM, "eswitch-get")
    play.do(NSIM, "eswitch-set", eswitch_inline_mode="link", eswitch_encap_mode="basic")
    play.do(NSIM, "eswitch-set", eswitch_mode=7)
    play.do(NSIM, "eswitch-set", eswitch_mode="legacy")
    for scope in (["dev"], ["port"], ["dev", "port"], 0, 8):
        play.dump({}, "resource-dump", resource_scope_mask=scope)
    play.do(NSIM, "resource-set", resource_id=2, resource_size=64)
    play.do(NSIM, "resource-set", resource_id=99, resource_size=64)
    play.do(NSIM, "resource-set", resource_id=2)
    play.do(NSIM, "reload")
    play.do(NSIM, "reload", reload_action="driver-reinit")
    play.do(NSIM, "reload", reload_action="fw-activate")
    play.do(NSIM, "reload", reload_action="driver-reinit",
            reload_limits={"value": 2, "selector": 2})
    play.do(NSIM, "reload", netns_id=77)
    play.do(NSIM, "reload", netns_pid=1, netns_id=77)
    play.do(NSIM, "reload", netns_pid=1)
    play.do(ABSENT, "reload")
    for param in ("max_macs", "test1", "test2", "none", ""):
        play.do(NSIM, "param-get", param_name=param)
    play.do(NSIM, "param-set", param_name="max_macs", param_type="u32",
            param_value_cmode="driverinit", param_reset_default=True)
    play.do(NSIM, "param-set", param_name="max_macs", param_type="u32",
            param_value_cmode="driverinit")
    play.do(NSIM, "param-set", param_name="test1", param_type="flag",
            param_value_cmode="driverinit")
    play.do(NSIM, "param-set", param_name="test1", param_type="u8", param_value_cmode="driverinit")
    play.do(NSIM, "param-set", param_name="test1", param_type=99, param_value_cmode="driverinit")
    play.do(NSIM, "param-set", param_name="test1", param_type="flag", param_value_cmode="permanent")
    play.do(NSIM, "param-get", param_name="test1")
    play.do(NSIM, "port-param-set", port_index=0)
    put("1", f"{NSIM_DEBUGFS}/take_snapshot")
    play.do(NSIM, "region-get", region_name="dummy")
    play.do(NSIM, "region-get", region_name="dummy", port_index=0)
    play.do(NSIM, "region-new", region_name="dummy")
    play.do(NSIM, "region-new", region_name="dummy", region_snapshot_id=77)
    play.do(NSIM, "region-new", region_name="dummy", region_snapshot_id=77)
    play.dump(NSIM, "region-read", region_name="dummy", region_snapshot_id=77)
    play.dump(NSIM, "region-read", region_name="dummy", region_snapshot_id=77, region_chunk_addr=0,
              region_chunk_len=16)
    play.dump(NSIM, "region-read", region_name="dummy", region_direct=True, region_chunk_addr=0,
              region_chunk_len=16)
    play.dump(NSIM, "region-read", region_name="dummy", region_direct=True, region_snapshot_id=77)
    play.dump(NSIM, "region-read", region_name="dummy", region_snapshot_id=99)
    play.do(NSIM, "region-del", region_name="dummy", region_snapshot_id=77)
    play.do(NSIM, "region-del", region_name="dummy", region_snapshot_id=77)
    put("it broke", f"{NSIM_DEBUGFS}/health/break_health")
    for reporter in ("dummy", "empty", "none"):
        for name in "diagnose recover test set get".split():
            play.do(NSIM, f"health-reporter-{name}", health_reporter_name=reporter)
        play.dump(NSIM, "health-reporter-dump-get", health_reporter_name=reporter)
        play.do(NSIM, "health-reporter-dump-clear", health_reporter_name=reporter)
        play.do(NSIM, "health-reporter-set", health_reporter_name=reporter,
                health_reporter_graceful_period=2000, health_reporter_burst_period=10,
                health_reporter_auto_recover=0, health_reporter_auto_dump=0)
        play.do(NSIM, "health-reporter-get", health_reporter_name=reporter)
    play.do(NSIM, "flash-update", flash_update_file_name="dummy.bin")
    play.do(NSIM, "flash-update", flash_update_file_name="none.bin")
    play.do(NSIM, "flash-update", flash_update_file_name="dummy.bin",
            flash_update_component="fw.mgmt",
            flash_update_overwrite_mask={"value": ["settings-bit"], "selector": ["settings-bit"]})
    play.do(NSIM, "flash-update", flash_update_file_name="dummy.bin", flash_update_component="none")
    for trap in ("blackhole_route", "fid_miss", "none"):
        play.do(NSIM, "trap-get", trap_name=trap)
        play.do(NSIM, "trap-set", trap_name=trap, trap_action="trap")
        play.do(NSIM, "trap-set", trap_name=trap, trap_action="mirror")
        play.do(NSIM, "trap-set", trap_name=trap, trap_action=9)
    for group in ("l2_drops", "none"):
        play.do(NSIM, "trap-group-get", trap_group_name=group)
        play.do(NSIM, "trap-group-set", trap_group_name=group, trap_policer_id=1,
                trap_action="trap")
        play.do(NSIM, "trap-group-set", trap_group_name=group, trap_policer_id=77)
        play.do(NSIM, "trap-group-set", trap_group_name=group, trap_policer_id=0)
    for policer in (1, 77):
        play.do(NSIM, "trap-policer-get", trap_policer_id=policer)
        play.do(NSIM, "trap-policer-set", trap_policer_id=policer, trap_policer_rate=1000,
                trap_policer_burst=128)
        play.do(NSIM, "trap-policer-set", trap_policer_id=policer, trap_policer_burst=129)
    put("2", f"{NSIM_DEVICE}/sriov_numvfs")
    play.do(NSIM, "eswitch-set", eswitch_mode="switchdev")
    play.do(NSIM, "rate-new", rate_node_name="group1")
    play.do(NSIM, "rate-new", rate_node_name="group2", rate_tx_share=1250000, rate_tx_max=12500000,
            rate_parent_node_name="group1")
    play.do(NSIM, "rate-new", rate_node_name="group3", rate_tx_priority=1)
    play.do(NSIM, "rate-new", rate_node_name="group3", rate_tx_weight=1)
    play.do(NSIM, "rate-new", rate_node_name="group3", parent_dev=NSIM)
    play.do(NSIM, "rate-set", port_index=128, rate_tx_max=12500000, rate_parent_node_name="group2")
    play.do(NSIM, "rate-set", port_index=128,
            rate_tc_bws=[{"index": tc, "bw": 100 if tc == 3 else 0} for tc in range(8)])
    play.do(NSIM, "rate-set", port_index=128, rate_tc_bws=[{"index": 3, "bw": 100}])
    play.do(NSIM, "rate-set", port_index=128, rate_parent_node_name="none")
    play.do(NSIM, "rate-set", port_index=128, rate_parent_node_name="group1", parent_dev=NSIM)
    play.do(NSIM, "rate-set", port_index=128, rate_parent_node_name="group1", parent_dev=ABSENT)
    play.do(NSIM, "rate-get", port_index=128)
    play.do(NSIM, "rate-get", rate_node_name="group2")
    play.dump({}, "rate-get")
    play.dump(NSIM, "rate-get")
    play.do(NSIM, "rate-del", rate_node_name="group1")
    play.do(NSIM, "rate-set", port_index=128, rate_parent_node_name="")
    for group in ("group3", "group2", "group1", "group1"):
        play.do(NSIM, "rate-del", rate_node_name=group)
    play.do(NSIM, "eswitch-set", eswitch_mode="legacy")
    put("0", f"{NSIM_DEVICE}/sriov_numvfs")
    play.do(NSIM, "selftests-run", selftests={"flash": True})
    play.do(NSIM, "selftests-run", selftests={})
    play.do(NSIM, "linecard-set", linecard_index=0, linecard_type="none")
    play.do(NSIM, "linecard-get", linecard_index=0)


def test_module(play):
    """What netdevsim has not. Line by line the same on the device that has no callbacks."""
    put("1", "/sys/bus/devlink_test/new_device")
    put("2 ops=none", "/sys/bus/devlink_test/new_device")
    play.everything([FULL, NONE])
    for device in (FULL, NONE):
        ports_and_buffers(play, device)
        the_rest(play, device)


def ports_and_buffers(play, device):
    for index in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 48, 77):
        play.do(device, "port-get", port_index=index)
    play.do(device, "port-set", port_index=0, port_type="ib")
    play.do(device, "port-set", port_index=0, port_type="eth")
    play.do(device, "port-set", port_index=9, port_function={
        "hw-addr": "001122334455", "state": "active",
        "caps": {"value": ["roce-bit", "migratable-bit"],
                 "selector": ["roce-bit", "migratable-bit"]}})
    play.do(device, "port-set", port_index=9, port_function={"hw-addr": "0011"})
    play.do(device, "port-set", port_index=9, port_function={"state": "inactive"})
    play.do(device, "port-set", port_index=9, port_function={})
    play.do(device, "port-get", port_index=9)
    play.do(device, "port-split", port_index=0, port_split_count=2)
    play.dump(device, "port-get")
    play.do(device, "port-unsplit", port_index=40)
    play.do(device, "port-new", port_flavour="pci-sf", port_pci_pf_number=0, port_pci_sf_number=88,
            port_index=70)
    play.do(device, "port-new", port_flavour="pci-sf", port_pci_pf_number=0,
            port_controller_number=1)
    play.do(device, "port-new", port_flavour="physical", port_pci_pf_number=0)
    for index in (60, 70, 0):
        play.do(device, "port-del", port_index=index)
    for buffer in (0, 77):
        play.do(device, "sb-get", sb_index=buffer)
        play.do(device, "sb-pool-get", sb_index=buffer, sb_pool_index=1)
        play.do(device, "sb-pool-set", sb_index=buffer, sb_pool_index=1, sb_pool_size=8192,
                sb_pool_threshold_type="static")
        play.do(device, "sb-port-pool-get", port_index=0, sb_index=buffer, sb_pool_index=1)
        play.do(device, "sb-port-pool-set", port_index=0, sb_index=buffer, sb_pool_index=1,
                sb_threshold=7)
        play.do(device, "sb-tc-pool-bind-get", port_index=0, sb_index=buffer,
                sb_pool_type="ingress", sb_tc_index=1)
        play.do(device, "sb-tc-pool-bind-set", port_index=0, sb_index=buffer,
                sb_pool_type="ingress", sb_tc_index=1, sb_pool_index=1, sb_threshold=9)
        play.do(device, "sb-occ-snapshot", sb_index=buffer)
        play.do(device, "sb-port-pool-get", port_index=0, sb_index=buffer, sb_pool_index=1)
        play.do(device, "sb-occ-max-clear", sb_index=buffer)
    play.do(device, "sb-pool-get", sb_index=0, sb_pool_index=77)
    play.do(device, "sb-tc-pool-bind-get", port_index=0, sb_index=0, sb_pool_type=9, sb_tc_index=1)
    for name in ("sb-get", "sb-pool-get", "sb-port-pool-get", "sb-tc-pool-bind-get"):
        play.dump(device, name)


def the_rest(play, device):
    play.do(device, "eswitch-set", eswitch_mode="switchdev", eswitch_inline_mode="link",
            eswitch_encap_mode="basic")
    play.do(device, "eswitch-get")
    for table in ("dt_host", "dt_large", "dt_extern", "none"):
        play.do(device, "dpipe-table-get", dpipe_table_name=table)
        play.do(device, "dpipe-entries-get", dpipe_table_name=table)
        play.do(device, "dpipe-table-counters-set", dpipe_table_name=table,
                dpipe_table_counters_enabled=1)
    play.do(device, "dpipe-headers-get")
    play.do(device, "resource-set", resource_id=1, resource_size=8192)
    play.do(device, "resource-set", resource_id=1, resource_size=8193)
    play.do(device, "resource-dump")
    play.do(device, "resource-dump", port_index=0)
    for action in ("driver-reinit", "fw-activate"):
        for limit in ({}, {"reload_limits": {"value": 2, "selector": 2}}):
            play.do(device, "reload", reload_action=action, **limit)
    for param in ("dt_u8", "dt_u16", "dt_u32", "dt_u64", "dt_string", "dt_bool", "dt_u64_array",
                  "dt_init_string"):
        play.do(device, "param-get", param_name=param)
        play.do(device, "param-set", param_name=param, param_type="u32",
                param_value_cmode="runtime", param_reset_default=True)
    for port in ({}, {"port_index": 0}):
        region = port | {"region_name": "dt_port_region" if port else "dt_region"}
        play.do(device, "region-get", **region)
        play.do(device, "region-new", **region)
        play.do(device, "region-new", **region, region_snapshot_id=9)
        play.dump(device, "region-read", **region, region_snapshot_id=9)
        play.dump(device, "region-read", **region, region_direct=True, region_chunk_addr=100,
                  region_chunk_len=1000)
        play.do(device, "region-del", **region, region_snapshot_id=9)
        reporter = port | {"health_reporter_name": "dt_port" if port else "dt_full"}
        for name in "get diagnose recover test set dump-clear".split():
            play.do(device, f"health-reporter-{name}", **reporter)
        play.dump(device, "health-reporter-dump-get", **reporter)
        play.do(device, "health-reporter-set", **reporter, health_reporter_graceful_period=50,
                health_reporter_burst_period=10, health_reporter_auto_recover=0,
                health_reporter_auto_dump=0)
        play.do(device, "health-reporter-get", **reporter)
    play.do(device, "flash-update", flash_update_file_name="dummy.bin",
            flash_update_component="fw.app")
    for trap in ("dt_drop", "dt_exception", "lldp"):
        play.do(device, "trap-get", trap_name=trap)
        play.do(device, "trap-set", trap_name=trap, trap_action="trap")
        play.do(device, "trap-set", trap_name=trap, trap_action="drop")
    play.do(device, "trap-group-set", trap_group_name="dt_group", trap_action="mirror",
            trap_policer_id=2)
    play.do(device, "trap-group-get", trap_group_name="dt_group")
    play.do(device, "trap-policer-set", trap_policer_id=2, trap_policer_rate=99)
    play.do(device, "trap-policer-get", trap_policer_id=2)
    play.do(device, "rate-new", rate_node_name="group1", rate_tx_priority=3, rate_tx_weight=4,
            rate_tx_max=12500000)
    play.do(device, "rate-set", port_index=7, rate_parent_node_name="group1", rate_tx_weight=1,
            rate_tc_bws=[{"index": tc, "bw": 100 if tc == 3 else 0} for tc in range(8)])
    play.do(device, "rate-set", port_index=7, rate_parent_node_name="group1", parent_dev=device)
    play.do(device, "rate-set", port_index=7, rate_parent_node_name="group1", parent_dev=NSIM)
    play.dump(device, "rate-get")
    play.do(device, "rate-set", port_index=7, rate_parent_node_name="")
    play.do(device, "rate-del", rate_node_name="group1")
    for card in (0, 1, 77):
        play.do(device, "linecard-get", linecard_index=card)
        play.do(device, "linecard-set", linecard_index=card, linecard_type="dt-8x200G")
        play.do(device, "linecard-set", linecard_index=card, linecard_type="none")
        play.do(device, "linecard-set", linecard_index=card, linecard_type="")
        play.do(device, "linecard-get", linecard_index=card)
    play.do(device, "selftests-get")
    play.do(device, "selftests-run", selftests={"flash": True})


def filters(play):
    """A filter is the socket's, and this socket gets no notifications; what counts is which ones
    are taken."""
    play.do({}, "notify-filter-set")
    play.do(NSIM, "notify-filter-set")
    play.do(NSIM, "notify-filter-set", port_index=0)
    play.do(ABSENT, "notify-filter-set")
    play.do({"index": 0}, "notify-filter-set")
    play.do({"index": 99}, "notify-filter-set")


def cli(*args):
    print(f"$ cli.py {' '.join(args)}")
    # The library lists some things in the order of a hash.
    done = subprocess.run([sys.executable, "-B", CLI, *args],
                          env=os.environ | {"PYTHONHASHSEED": "0"}, capture_output=True, text=True,
                          check=False)
    for line in done.stdout.splitlines():
        print("  " + line)
    # Of an exception the last line: the others name lines of ynl.
    for line in done.stderr.splitlines()[-1:]:
        print("! " + line)
    print(f"= {done.returncode}")


def command_line():
    cli("--spec", str(SPEC), "--no-schema", "--list-ops")
    cli("--family", "devlink", "--no-schema", "--do", "get", "--json", json.dumps(NSIM))
    cli("--family", "devlink", "--no-schema", "--do", "port-get", "--json",
        json.dumps(NSIM | {"port-index": 77}))
    cli("--family", "devlink", "--no-schema", "--dump", "port-get", "--output-json")
    cli("--family", "devlink", "--no-schema", "--dump", "trap-get", "--json", json.dumps(NSIM),
        "--output-json")
    cli("--family", "devlink", "--no-schema", "--do", "rate-set", "--policy")
    cli("--family", "devlink", "--dump", "info-get")


def show_family(play):
    """What the control family says of devlink: operations, flags, policies. Two numbers depend on
    what else is in the kernel: the family's and its group's, in the order of registration at
    boot."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, Netlink.NETLINK_GENERIC) as sock:
        for command, attr, flags in ((Netlink.CTRL_CMD_GETFAMILY,
                                      struct.pack("HH8s", 12, 2, b"devlink"), 0),
                                     (Netlink.CTRL_CMD_GETPOLICY,
                                      struct.pack("HH8s", 12, 2, b"devlink"), Netlink.NLM_F_DUMP)):
            body = struct.pack("BBH", command, 2, 0) + attr
            header = struct.pack("IHHII", 16 + len(body), Netlink.GENL_ID_CTRL, 1 | 4 | flags, 1, 0)
            sock.send(header + body)
            print(f"$ genl ctrl {command}")
            done = False
            while not done:
                for message in NlMsgs(sock.recv(1 << 17)):
                    done = bool(message.done)
                    if done:
                        print(f"= {message.error}")
                        break
                    print(f"  flags {message.nl_flags:#x} header {message.raw[:4].hex()}")
                    for part in NlAttrs(message.raw, 4):
                        show_family_attr(part)
        for operation in play.ynl.ops.values():
            for mode in sorted(operation.modes):
                policy = play.ynl.get_policy(operation.name, mode)
                print(f"$ policy {mode} {operation.name}\n  "
                      f"{text_of(policy and policy.to_dict())}\n= 0")


def show_family_attr(part):
    if part.type == Netlink.CTRL_ATTR_FAMILY_ID:
        print(f"    {part.type} ~")
    elif part.type == Netlink.CTRL_ATTR_MCAST_GROUPS:
        groups = [[(one.type, "~" if one.type == Netlink.CTRL_ATTR_MCAST_GRP_ID else one.raw.hex())
                   for one in NlAttrs(group.raw)] for group in NlAttrs(part.raw)]
        print(f"    {part.type} {groups}")
    else:
        print(f"    {part.type} {part.raw.hex()}")


def main():
    sys.stdout.reconfigure(line_buffering=True)
    # It would ask devlink for versions in between.
    subprocess.run(["udevadm", "control", "--exit"], check=True)
    subprocess.run(["modprobe", "netdevsim"], check=True)
    subprocess.run(["bash", "-c", f". {pathlib.Path(__file__).parent}/lib.sh && load_test_module"],
                   check=True)
    play = Play()
    netdevsim(play)
    test_module(play)
    filters(play)
    command_line()
    show_family(play)
    for name, mode in sorted(play.missing):
        print(f"# never played: {mode} {name}")
    sys.exit(bool(play.missing))


main()
