#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The tests of answers.sh.

A request is sent by a process that handles SIGALRM every 50 ms while it waits for a driver that is
in another callback: every operation that can wait, for each lock that it can wait for. It must be
answered when the driver is done, and once. What is answered is printed, for the comparison of both
cores.
"""

import contextlib
import errno
import os
import pickle
import re
import select
import signal
import socket
import struct
import sys
import time
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "history"))
from netlink import (CMD, CMD_NAME, NETLINK_CAP_ACK, NLM_F_ACK, NLM_F_DUMP,  # noqa: E402
                     NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, SOL_NETLINK, Netlink, encode_all,
                     find_family, raw_attr)
from testlib import PARALLEL, RUST, Device, TestDevice, check, eventually, expect, run  # noqa: E402

OPERATIONS = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                          "../../../../Documentation/operations.rst")
# Dumps of one object, which wait like a do. The table there says of them only that they are dumps.
DUMPS_OF_ONE = {"region-read", "health-reporter-dump-get"}
IN_FLIGHT = "/sys/kernel/debug/devlink/commands/all"
# Seconds between two signals; for which a process is looked at while it waits; in which an answer
# must come; in which no other may come after it; in which a process that is killed must be gone.
TICK, LOOK, PATIENCE, QUIET, PROMPT = 0.05, 0.2, 10, 0.1, 1
# More than this many failures are not waited for.
ENOUGH = 5
SNAPSHOT = 7
ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK = 512, 513, 514, 516


class Request:
    """A request to a device: the operation's name in the specification, its attributes, and the
    callback of the driver whose error it answers, if there is one. It is sent so many times in one
    message."""

    def __init__(self, operation, callback=None, times=1, **attrs):
        self.operation = operation
        self.callback = callback
        self.times = times
        self.attrs = attrs
        self.dump = operation in DUMPS_OF_ONE
        self.ends = (NLMSG_ERROR, NLMSG_DONE) if self.dump else (NLMSG_ERROR,)

    def send(self, netlink, handle, flags=NLM_F_ACK):
        bus, name = handle.split("/")
        body = struct.pack("=BBH", CMD[self.operation.upper().replace("-", "_")], 1, 0)
        body += encode_all({"BUS_NAME": bus, "DEV_NAME": name, **self.attrs})
        flags = NLM_F_REQUEST | (NLM_F_DUMP if self.dump else flags)
        data = b""
        for _ in range(self.times):
            netlink.seq += 1
            data += (struct.pack("=IHHII", 16 + len(body), find_family()[0], flags, netlink.seq, 0)
                     + body)
        netlink.sock.send(data)


# In this order: later ones find what earlier ones have made, and the reload takes things away.
REQUESTS = (
    Request("info-get", "info_get"),
    Request("port-get", "port_fn_hw_addr_get", PORT_INDEX=6),
    Request("port-set", "port_fn_hw_addr_set", PORT_INDEX=6,
            PORT_FUNCTION=raw_attr(1, b"\2\0\0\0\0\7")),
    Request("port-new", "port_new", PORT_FLAVOUR=7, PORT_PCI_PF_NUMBER=0, PORT_INDEX=70,
            PORT_PCI_SF_NUMBER=5),
    Request("port-del", "port_del", PORT_INDEX=70),
    Request("port-split", "port_split", PORT_INDEX=0, PORT_SPLIT_COUNT=2),
    Request("port-unsplit", "port_unsplit", PORT_INDEX=48),
    Request("eswitch-get", "eswitch_mode_get"),
    Request("eswitch-set", "eswitch_inline_mode_set", ESWITCH_INLINE_MODE=1),
    Request("resource-dump"),
    Request("param-get", "param_get", PARAM_NAME="dt_u8"),
    Request("param-set", "param_set", PARAM_NAME="dt_u8", PARAM_TYPE=1, PARAM_VALUE_CMODE=0,
            PARAM_VALUE_DATA=b"\5"),
    Request("region-new", "region_snapshot", REGION_NAME="dt_region", REGION_SNAPSHOT_ID=SNAPSHOT),
    Request("region-del", REGION_NAME="dt_region", REGION_SNAPSHOT_ID=SNAPSHOT),
    Request("region-read", "region_read", REGION_NAME="dt_region", REGION_DIRECT=True,
            REGION_CHUNK_ADDR=0, REGION_CHUNK_LEN=600),
    Request("health-reporter-recover", "health_recover", HEALTH_REPORTER_NAME="dt_full"),
    Request("health-reporter-diagnose", "health_diagnose", HEALTH_REPORTER_NAME="dt_full"),
    Request("health-reporter-test", "health_test", HEALTH_REPORTER_NAME="dt_full"),
    Request("health-reporter-dump-get", "health_dump", HEALTH_REPORTER_NAME="dt_large"),
    Request("flash-update", "flash_update", FLASH_UPDATE_FILE_NAME="dummy.bin"),
    Request("trap-get", "trap_drop_counter_get", TRAP_NAME="dt_drop"),
    Request("trap-set", "trap_action_set", TRAP_NAME="dt_drop", TRAP_ACTION=1),
    Request("trap-group-set", "trap_group_set", TRAP_GROUP_NAME="dt_group", TRAP_POLICER_ID=2),
    Request("trap-policer-get", "trap_policer_counter_get", TRAP_POLICER_ID=1),
    Request("trap-policer-set", "trap_policer_set", TRAP_POLICER_ID=1, TRAP_POLICER_RATE=1001),
    Request("rate-new", "rate_node_new", RATE_NODE_NAME="users"),
    Request("rate-set", "rate_node_tx_max_set", RATE_NODE_NAME="users", RATE_TX_MAX=1000),
    Request("rate-del", "rate_node_del", RATE_NODE_NAME="users"),
    Request("linecard-set", "linecard_provision", LINECARD_INDEX=1, LINECARD_TYPE="dt-8x200G"),
    Request("selftests-get"),
    Request("selftests-run", SELFTESTS=raw_attr(1, b"")),
    Request("sb-pool-get", "sb_pool_get", SB_INDEX=0, SB_POOL_INDEX=0),
    Request("sb-pool-set", "sb_pool_set", SB_INDEX=0, SB_POOL_INDEX=0, SB_POOL_SIZE=4096,
            SB_POOL_THRESHOLD_TYPE=0),
    Request("sb-port-pool-get", "sb_port_pool_get", SB_INDEX=0, SB_POOL_INDEX=0, PORT_INDEX=2),
    Request("sb-port-pool-set", "sb_port_pool_set", SB_INDEX=0, SB_POOL_INDEX=0, PORT_INDEX=2,
            SB_THRESHOLD=3),
    Request("sb-tc-pool-bind-get", "sb_tc_pool_bind_get", SB_INDEX=0, PORT_INDEX=2, SB_TC_INDEX=1,
            SB_POOL_TYPE=0),
    Request("sb-tc-pool-bind-set", "sb_tc_pool_bind_set", SB_INDEX=0, PORT_INDEX=2, SB_TC_INDEX=1,
            SB_POOL_TYPE=0, SB_POOL_INDEX=1, SB_THRESHOLD=3),
    Request("sb-occ-snapshot", "sb_occ_snapshot", SB_INDEX=0),
    Request("sb-occ-max-clear", "sb_occ_max_clear", SB_INDEX=0),
    Request("dpipe-table-get", "table_matches_dump"),
    Request("dpipe-entries-get", "table_entries_dump", DPIPE_TABLE_NAME="dt_large"),
    Request("dpipe-table-counters-set", DPIPE_TABLE_NAME="dt_host", DPIPE_TABLE_COUNTERS_ENABLED=1),
    Request("reload", "reload_down", RELOAD_ACTION=1),
)
BY_NAME = {request.operation: request for request in REQUESTS}


def described(kind, flags, body):
    """A message in words, without what differs from request to request and from boot to boot."""
    if kind == NLMSG_ERROR:
        # An error, the request's header with the number of the family, a sequence number and a
        # port, and more.
        error, = struct.unpack_from("=i", body)
        return f"error {-error} flags {flags:#x} {body[4 + 16:].hex()}".strip()
    if kind == NLMSG_DONE:
        # Of an answer in several messages to a do, the end is empty.
        number = -struct.unpack_from("=i", body)[0] if body else 0
        return f"done {number} flags {flags:#x} {body[4:].hex()}".strip()
    return f"{CMD_NAME[body[0]]} flags {flags:#x} length {len(body)} sum {zlib.crc32(body):08x}"


def read_messages(netlink):
    """The messages of one read, each as (type, in words, number of the request)."""
    data = netlink.sock.recv(netlink.size)
    while len(data) >= 16:
        length, kind, flags, seq, _ = struct.unpack_from("=IHHII", data)
        yield kind, described(kind, flags, data[16:length]), seq
        data = data[(length + 3) & ~3:]


def answers(netlink, request):
    """All that comes in answer to a request, up to what ends it; then nothing more may come for a
    while."""
    came = []

    def ends():
        return [seq for kind, _, seq in came if kind in request.ends]

    try:
        while len(ends()) < request.times:
            came += read_messages(netlink)
        netlink.sock.settimeout(QUIET)
        while True:
            came += read_messages(netlink)
    except TimeoutError:
        pass
    texts = [text for _, text, _ in came]
    if (ends() != list(range(netlink.seq - request.times + 1, netlink.seq + 1))
        or came[-1][0] not in request.ends):
        texts.append(f"WRONG: ended {len(ends())} times")
    return texts


def ask(request, handle, flags=NLM_F_ACK, capped=True):
    """What is answered to the request of a process that gets no signals."""
    with Netlink(timeout=PATIENCE) as netlink:
        netlink.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, capped)
        request.send(netlink, handle, flags)
        return answers(netlink, request)


class Child:
    """A process that runs the function."""

    def __init__(self, function, *args):
        # Asked for once, not by each.
        find_family()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                function(*args)
            finally:
                os._exit(0)

    def join(self):
        os.waitpid(self.pid, 0)


class Client:
    """A process that sends requests, and has a handler that runs every 50 ms while it waits for
    their answers."""

    def __init__(self):
        self.sock, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.process = Child(self.serve, theirs, self.sock)
        theirs.close()
        self.sock.settimeout(2 * PATIENCE)

    @staticmethod
    def serve(sock, other_end):
        other_end.close()
        signal.signal(signal.SIGALRM, lambda *_: None)
        while data := sock.recv(1 << 16):
            request, handle = pickle.loads(data)
            with Netlink(timeout=PATIENCE) as netlink:
                signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
                request.send(netlink, handle)
                sock.send(b"sent")
                came = answers(netlink, request)
                signal.setitimer(signal.ITIMER_REAL, 0)
                sock.send(pickle.dumps(came))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sock.close()
        self.process.join()

    def begin(self, request, handle):
        self.sock.send(pickle.dumps((request, handle)))

    def still_waits(self):
        """Whether a signal has come meanwhile, the handler has not run and the request is not over,
        for a while."""
        eventually("a signal", lambda: self.has_pending() or self.has_sent(), 5)
        end = time.monotonic() + LOOK
        while time.monotonic() < end:
            if self.has_sent() or not self.has_pending():
                return False
            time.sleep(TICK)
        return True

    def has_pending(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            pending = int(re.search(r"^ShdPnd:\s*(\w+)", status.read(), re.M)[1], 16)
        return bool(pending >> (signal.SIGALRM - 1) & 1)

    def has_sent(self):
        return bool(select.select([self.sock], [], [], 0)[0])

    def end(self):
        """What was answered."""
        self.sock.recv(16)
        return pickle.loads(self.sock.recv(1 << 16))


@contextlib.contextmanager
def busy(dev, callback="info_get", request=BY_NAME["info-get"]):
    """The driver is in a callback, which does not return before the end of the with block."""
    dev.value("calls")
    dev.set("hang", f"{callback} 1")
    holder = Child(ask, request, dev.handle)
    try:
        eventually(f"a call of {callback}", lambda: callback in dev.value("calls"))
        yield
    finally:
        dev.set("hang", f"{callback} 0")
        holder.join()


@contextlib.contextmanager
def device_locked(dev):
    """Somebody has the device lock, and waits for the driver that is in a callback."""
    with busy(dev):
        holder = Child(dev.event, "param_changed dt_u8")
        try:
            time.sleep(LOOK)
            yield
        finally:
            dev.set("hang", "info_get 0")
            holder.join()


class Problems(list):
    """What was wrong with some of many; fails at the end, or when there is too much."""

    def add(self, problem):
        self.append(problem)
        assert len(self) < ENOUGH, "\n".join(self) + "\nand maybe more"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        assert kind or not self, "\n".join(self)


def ask_while(holding, client, request, handle, where, problems):
    """Sends the request while the driver is held, and looks that it is answered after that and as
    it should be."""
    with holding:
        client.begin(request, handle)
        waited = client.still_waits()
    came = client.end()
    print(f"# devlink {where}: {request.operation}: {'; '.join(came)}", flush=True)
    if not waited:
        problems.add(f"{where}: expected that {request.operation} waits through signals, it did "
                     f"not; came: {came}")
    elif "WRONG" in came[-1]:
        problems.add(f"{where}: expected one answer to {request.operation}, came: {came}")


@check("the requests of this test are all that can wait, by Documentation/operations.rst")
def complete():
    with open(OPERATIONS, encoding="ascii") as file:
        rows = re.findall(r"\* - ``([\w-]+)``\n +- ?(.*)\n", file.read())
    waiting = {name for name, do in rows
               if do in ("instance lock", "device and instance lock", "as needed")}
    expect("operations", sorted(waiting | DUMPS_OF_ONE), sorted(BY_NAME))


@check("a request that waits for the instance lock through handled signals gets one answer")
def instance_lock():
    with Client() as client, TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        for request in REQUESTS:
            ask_while(busy(dev), client, request, dev.handle, "instance lock", problems)


@check("a request that waits for the device lock through handled signals gets one answer")
def device_lock():
    with Client() as client, TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        ask_while(device_locked(dev), client, BY_NAME["reload"], dev.handle, "device lock",
                  problems)


@check("a request that waits for another callback about the object through handled signals gets "
       "one answer")
def callback_lock():
    diagnose, read = BY_NAME["health-reporter-diagnose"], BY_NAME["region-read"]
    # On the C core, what these wait for is the instance lock.
    arguments = PARALLEL if RUST else "netdevs=0"
    with Client() as client, TestDevice(1, arguments) as dev, Problems() as problems:
        for name in ("health-reporter-recover", "health-reporter-diagnose", "health-reporter-test"):
            ask_while(busy(dev, "health_diagnose", diagnose), client, BY_NAME[name], dev.handle,
                      "callback lock", problems)
        dump = Request("health-reporter-dump-get", HEALTH_REPORTER_NAME="dt_full")
        ask_while(busy(dev, "health_diagnose", diagnose), client, dump, dev.handle, "callback lock",
                  problems)
        for name in ("region-new", "region-read"):
            ask_while(busy(dev, "region_read", read), client, BY_NAME[name], dev.handle,
                      "callback lock", problems)


@check("a request that waits for the instance that its own is nested in, through handled signals, "
       "gets one answer", c_driver=True)
def outer_instance_lock():
    with Client() as client, TestDevice(1, "netdevs=0") as outer, \
            TestDevice(2, "netdevs=0") as inner, \
            Problems() as problems:
        inner.event("nest 1")
        for name in ("rate-new", "rate-set", "rate-del"):
            ask_while(busy(outer), client, BY_NAME[name], inner.handle, "outer instance", problems)
        inner.event("unnest")


@check("a request whose own callback takes long gets one answer, whatever signals come meanwhile")
def own_callback():
    @contextlib.contextmanager
    def slow(dev, callback):
        dev.set("hang", f"{callback} 1")
        try:
            yield
        finally:
            dev.set("hang", f"{callback} 0")

    with Client() as client, TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        for name in ("info-get", "flash-update", "region-read", "health-reporter-dump-get",
                     "selftests-run", "reload"):
            callback = BY_NAME[name].callback or "selftest_run"
            ask_while(slow(dev, callback), client, BY_NAME[name], dev.handle, "own callback",
                      problems)


@check("requests beside a flash of netdevsim get one answer, through handled signals")
def netdevsim_flash():
    flash = Request("flash-update", FLASH_UPDATE_FILE_NAME="dummy.bin")

    @contextlib.contextmanager
    def flashing(dev):
        with Netlink(notifications=True) as listener:
            holder = Child(ask, flash, dev.handle)
            listener.notifications(wait=PATIENCE,
                                   until=lambda told: told.cmd == "FLASH_UPDATE_STATUS")
        yield
        holder.join()

    with Client() as client, Device(1) as dev, Problems() as problems:
        # 50 chunks: long enough to be waited for.
        dev.set("fw_update_flash_chunk_time_ms", 30)
        for name in ("info-get", "reload"):
            ask_while(flashing(dev), client, BY_NAME[name], dev.handle, "netdevsim", problems)


@check("several requests in one message are answered one by one, through handled signals")
def several():
    with Client() as client, TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        ask_while(busy(dev), client, Request("info-get", "info_get", times=3), dev.handle,
                  "three at once", problems)


def in_flight():
    with open(IN_FLIGHT, encoding="ascii") as file:
        return file.read()


def waiter(request, handle):
    """A process that sends the request, and takes signals as they are."""
    pid = Child(ask, request, handle).pid
    eventually(f"{request.operation} waits", lambda: f"by task {pid} for" in in_flight())
    return pid


def end(pid, number):
    """Seconds from the signal until the process is gone, or None if it stays for long."""
    begin = time.monotonic()
    os.kill(pid, number)
    while time.monotonic() - begin < PATIENCE:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return time.monotonic() - begin
        time.sleep(0.01)
    return None


@check("a signal that ends the process ends the wait at once, while the driver does not return",
       rust_only=True)
def killed():
    def kill(dev, requests, problems):
        for request, number in zip(requests, (signal.SIGKILL, signal.SIGTERM) * len(requests)):
            took = end(waiter(request, dev.handle), number)
            if took is None or took > PROMPT:
                problems.add(f"expected that {request.operation} ends within {PROMPT} s of "
                             f"{number.name}, took: {took}")

    with TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        with busy(dev):
            kill(dev, REQUESTS, problems)
            expect("who is left", 1, in_flight().count(dev.handle))
        with device_locked(dev):
            kill(dev, [BY_NAME["reload"]] * 2, problems)
    with TestDevice(1, PARALLEL) as dev, Problems() as problems:
        with busy(dev, "health_diagnose", BY_NAME["health-reporter-diagnose"]):
            kill(dev, [BY_NAME["health-reporter-recover"], BY_NAME["health-reporter-test"]],
                 problems)
        with busy(dev, "region_read", BY_NAME["region-read"]):
            kill(dev, [BY_NAME["region-new"], BY_NAME["region-read"]], problems)
        expect("the answer afterwards", "error 0 flags 0x100",
               ask(BY_NAME["info-get"], dev.handle)[-1])
    expect("who is left", "", in_flight())


@check("a driver's EINTR is answered like any other error, and what asks for a system call again "
       "as EINTR",
       rust_only=True)
def interrupted_driver():
    def asked(dev, request, number, **options):
        """What is answered when the callback fails so; the error, which may be another then, is
        left out."""
        if request.operation == "rate-del":
            # The node goes, whatever the driver answers.
            ask(BY_NAME["rate-new"], dev.handle)
        dev.set("fail", f"{request.callback} {number}")
        answered = errno.EIO if number == errno.EIO else errno.EINTR
        return [text.replace(f" {answered} flags", " error flags")
                for text in ask(request, dev.handle, **options)]

    def compare(dev, request, numbers, problems, **options):
        wanted = asked(dev, request, errno.EIO, **options)
        if " 0 flags" in wanted[-1] or "WRONG" in wanted[-1]:
            problems.add(f"expected that {request.operation} fails when {request.callback} does, "
                         f"came: {wanted}")
        for number in numbers:
            came = asked(dev, request, number, **options)
            if came != wanted:
                problems.add(f"expected from {request.operation} when {request.callback} fails "
                             f"with {number}: {wanted}, came: {came}")
        dev.set("fail", f"{request.callback} 0")

    with TestDevice(1, "netdevs=0") as dev, Problems() as problems:
        # Only a reporter that has an error is recovered.
        dev.event("health_state dt_full error")
        for request in REQUESTS:
            if request.callback:
                compare(dev, request, (errno.EINTR, ERESTARTSYS), problems)
            if request.operation in ("port-new", "rate-new"):
                # Only what is there can be changed and deleted.
                ask(request, dev.handle)
        for request in (Request("info-get", "info_get", times=3), BY_NAME["region-read"]):
            for number in (ERESTARTNOINTR, ERESTARTNOHAND, ERESTART_RESTARTBLOCK):
                compare(dev, request, (number,), problems)
            for options in ({"flags": 0}, {"capped": False}):
                compare(dev, request, (errno.EINTR,), problems, **options)


@check("a driver that waits interruptibly has the request answered at once, with EINTR",
       rust_only=True)
def interruptible_driver():
    with Client() as client, TestDevice(1, "netdevs=0") as dev:
        for name in ("info-get", "reload", "region-read"):
            request = BY_NAME[name]
            dev.set("hang", f"{request.callback} 2")
            client.begin(request, dev.handle)
            came = client.end()
            assert f" {errno.EINTR} flags" in came[-1] and "WRONG" not in came[-1], \
                f"expected EINTR from {name}, came: {came}"
            dev.set("hang", f"{request.callback} 0")
        expect("the answer afterwards", "error 0 flags 0x100",
               ask(BY_NAME["info-get"], dev.handle)[-1])


if __name__ == "__main__":
    sys.exit(0 if run(sys.argv[1:]) else 1)
