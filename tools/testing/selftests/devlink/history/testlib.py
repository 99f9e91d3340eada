# SPDX-License-Identifier: GPL-2.0
"""What the tests in this folder share: checks with TAP, devices, namespaces, races, the kernel's
log."""

import errno
import os
import re
import threading
import time
import traceback
from typing import Callable, NamedTuple

from netlink import Netlink, NetlinkError

CLONE_NEWNET = os.CLONE_NEWNET
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)
# Which core this is: scripts/vm tells the guest the kernel's folder.
with open("/proc/cmdline", encoding="ascii") as cmdline:
    words = cmdline.read()
    RUST = "vm_kernel=rust" in words
    DEBUG = "-debug" in words
# The driver of TestDevice is the one in C, or that in Rust, of which some things cannot be had: it
# does not unregister its instance by itself, forgets nothing, and makes inner instances itself.
C_DRIVER = os.environ.get("vm_test_driver", "c") == "c"
# A TestDevice whose callbacks that change nothing run side by side: in C, not only those.
PARALLEL = "netdevs=0 parallel=1" if C_DRIVER else "netdevs=0 parallel_reads=1"
# How long each race runs. What it looks for happens many times a second, or is found by the
# checkers of a debug kernel the first time.
RACE_SECONDS = 2
# When it is about many rounds, those whose successes are not counted are so nice, and rest at most
# so many times as long as they worked.
NICE = 10
REST = 2
REPORT = re.compile(r"BUG:|WARNING:|KASAN:|UBSAN:|ODEBUG:|Oops|general protection"
                    r"|INFO: (task|rcu|possible|trying)|self-detected stall"
                    r"|unregister_netdevice: waiting|DEBUG_LOCKS_WARN_ON|refcount_t:")
DUMPS = ("GET PORT_GET SB_GET SB_POOL_GET SB_PORT_POOL_GET SB_TC_POOL_BIND_GET PARAM_GET "
         "REGION_GET INFO_GET HEALTH_REPORTER_GET TRAP_GET TRAP_GROUP_GET TRAP_POLICER_GET "
         "RATE_GET LINECARD_GET SELFTESTS_GET RESOURCE_DUMP").split()

class Test(NamedTuple):
    group: str
    statement: str
    function: Callable
    race: bool


class Rounds:
    """How many rounds a race has; 0: as many as there are in its seconds. And how many there were
    in all."""

    wanted = 0
    done = 0


tests = []


def check(statement, rust_only=False, race=False, c_driver=False):
    """The decorated function is a test of the statement. Rust only: the C core has this bug. A race
    is one that finds more the longer it runs: races.py runs those for many rounds. C driver: a
    driver in Rust cannot do what this is about."""
    def add(function):
        if c_driver and not C_DRIVER:
            print(f"# of the test driver in C only: {statement}")
        elif RUST or not rust_only:
            tests.append(Test(function.__module__, statement, function, race))
        return function
    return add


def with_c_driver(*workers):
    """What only the test driver in C can do in a race. With the other one it is left out, and that
    is said."""
    if C_DRIVER:
        return workers
    names = ", ".join(worker.__name__ for worker in workers)
    print(f"# of the test driver in C only: {names}", flush=True)
    return ()


class KernelLog:
    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def lines(self):
        """What the kernel said since the last time."""
        while True:
            try:
                record = os.read(self.fd, 8192).decode(errors="replace")
                yield record.split(";", 1)[-1].splitlines()[0]
            except BlockingIOError:
                return
            except BrokenPipeError:
                continue

    def reports(self):
        """What the kernel reported since the last time: the lines from the first report on."""
        lines = []
        for line in self.lines():
            if lines or REPORT.search(line):
                lines.append(line)
        return lines


def problem_of(test, log):
    """Runs a test. What is wrong then, or nothing."""
    problem = ""
    try:
        test.function()
    except AssertionError as error:
        problem = str(error)
    except Exception:
        problem = traceback.format_exc()
    clean_up()
    reports = log.reports()
    if reports:
        problem += "\nexpected nothing from the kernel, came:\n" + "\n".join(reports[:60])
    return problem.strip()


def run(groups):
    """Run the tests of the groups, or all, and print TAP. True if all pass."""
    log = KernelLog()
    failed = 0
    chosen = [test for test in tests if not groups or test.group in groups]
    for number, test in enumerate(chosen, 1):
        start = time.monotonic()
        problem = problem_of(test, log)
        failed += bool(problem)
        print(f"{'not ok' if problem else 'ok'} {number} {test.group}: {test.statement}",
              flush=True)
        for line in problem.splitlines():
            print(f"# {line}")
        print(f"# took {time.monotonic() - start:.1f} s", flush=True)
    print(f"1..{len(chosen)}")
    return not failed


def clean_up():
    """Remove what a failed test has left, so that it does not make others fail."""
    for bus in ("netdevsim", "devlink_test"):
        folder = f"/sys/bus/{bus}/devices"
        for name in os.listdir(folder) if os.path.exists(folder) else ():
            write(f"/sys/bus/{bus}/del_device", name.removeprefix(bus))


def expect(what, expected, came):
    assert came == expected, f"expected {what}: {expected}, came: {came}"


def refused(numbers, function, *args, **kwargs):
    """The error with which the function fails, of which the number must be one of those given."""
    numbers = numbers if isinstance(numbers, tuple) else (numbers,)
    wanted = " or ".join(errno.errorcode[number] for number in numbers)
    try:
        result = function(*args, **kwargs)
    except OSError as error:
        came = errno.errorcode.get(error.errno, error.errno)
        assert error.errno in numbers, f"expected {wanted} from {args}, came {came}: {error}"
        return error
    raise AssertionError(f"expected {wanted} from {args}, came {result}")


def eventually(what, function, seconds=30):
    """What the function returns when that is true at last."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = function()
        if result:
            return result
        time.sleep(0.05)
    raise AssertionError(f"expected within {seconds} s: {what}")


def in_flight():
    """Who waits for a driver, or is in it: a line each. The Rust core's."""
    with open("/sys/kernel/debug/devlink/commands/all", encoding="ascii") as file:
        return file.read().splitlines()


def shown(pattern):
    """How many lines of those in flight match."""
    return sum(bool(re.search(pattern, line)) for line in in_flight())


def write(path, value):
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, value if isinstance(value, bytes) else str(value).encode())
    finally:
        os.close(fd)


def read(path):
    with open(path, encoding="ascii") as file:
        return file.read().strip()


class Device:
    """A device on a test bus, removed at the end of a with block. Stock netdevsim's, unless a
    subclass says otherwise."""

    BUS = "netdevsim"

    def __init__(self, number, arguments="1"):
        self.number = number
        self.arguments = arguments
        self.handle = f"{self.BUS}/{self.BUS}{number}"
        self.sysfs = f"/sys/bus/{self.BUS}/devices/{self.BUS}{number}"
        self.files = f"/sys/kernel/debug/{self.BUS}/{self.BUS}{number}"

    def create(self):
        write(f"/sys/bus/{self.BUS}/new_device", f"{self.number} {self.arguments}")

    def remove(self):
        write(f"/sys/bus/{self.BUS}/del_device", self.number)

    def set(self, file, value):
        write(f"{self.files}/{file}", value)

    def value(self, file):
        return read(f"{self.files}/{file}")

    def __enter__(self):
        self.create()
        return self

    def __exit__(self, *_):
        try:
            self.remove()
        except FileNotFoundError:
            pass  # the test has removed it

    def vfs(self, number):
        write(f"{self.sysfs}/sriov_numvfs", number)


class TestDevice(Device):
    """A device of the test module, on which the test sets off what a driver does."""

    BUS = "devlink_test"

    def event(self, text):
        self.set("event", text)


class Namespace:
    """A network namespace, which dies when it is closed and nothing else holds it."""

    def __init__(self):
        os.unshare(CLONE_NEWNET)
        self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        os.setns(HOME, CLONE_NEWNET)

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def call(self, function, *args):
        """The result of a function that runs in the namespace."""
        if self.fd < 0:
            raise OSError(errno.EBADF, "the namespace is closed")
        os.setns(self.fd, CLONE_NEWNET)
        try:
            return function(*args)
        finally:
            os.setns(HOME, CLONE_NEWNET)

    def netlink(self, **options):
        return self.call(lambda: Netlink(**options))


def is_here(netlink, handle):
    return any(f"{m['BUS_NAME']}/{m['DEV_NAME']}" == handle for m in netlink.dump("GET"))


def race(*workers, seconds=RACE_SECONDS, at_most=60):
    """Each worker runs again and again in a thread, with a socket of its own. It may be refused,
    but not always: the race goes on until each has succeeded once. Each success of the first one is
    a round. If it is said how many rounds there shall be, they count and not the seconds, and
    at_most is for each of them. The others then are nice and rest for a while after each turn, but
    not beyond the end of a round: else the first one, and the kernel's threads that it needs, would
    wait for them most of the time. How many turns they had is printed."""
    if Rounds.wanted:
        # On a debug kernel beside other machines, any of them may be slow.
        at_most = max(at_most, 240)
    begin = time.monotonic()
    waiting = set(range(len(workers)))
    problems = []
    rounds = 0
    turns = [0] * len(workers)
    round_over = threading.Condition()

    def is_over():
        now = time.monotonic()
        if problems or now - begin > at_most:
            return True
        return not waiting and (rounds >= Rounds.wanted if Rounds.wanted else now - begin > seconds)

    def succeeded(index):
        nonlocal begin, rounds
        waiting.discard(index)
        turns[index] += 1
        if index == 0:
            with round_over:
                rounds += 1
                Rounds.done += 1
                round_over.notify_all()
            if rounds <= Rounds.wanted:
                begin = time.monotonic()

    def loop(index, worker):
        last = None
        if index and Rounds.wanted:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            with Netlink(timeout=at_most) as netlink:
                while not is_over():
                    start = time.monotonic()
                    try:
                        worker(netlink)
                        succeeded(index)
                    except TimeoutError as error:
                        raise AssertionError(f"{worker.__name__} got no answer") from error
                    except OSError as error:
                        last = error
                        # So that who is refused does not keep the others from their turn.
                        time.sleep(0.001)
                    if index and Rounds.wanted:
                        with round_over:
                            round_over.wait(REST * (time.monotonic() - start))
            assert problems or index not in waiting, \
                f"expected that {worker.__name__} succeeds once in {at_most} s, came: {last}"
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=loop, args=pair) for pair in enumerate(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise problems[0]
    if Rounds.wanted:
        print("# beside them:", ", ".join(f"{count} {worker.__name__}" for count, worker in
                                          zip(turns[1:], workers[1:])), flush=True)
    assert rounds >= Rounds.wanted, \
        f"expected {Rounds.wanted} rounds of at most {at_most} s, came {rounds}"


def in_background(function, *args):
    """A thread that runs the function; whether it is over is .is_alive()."""
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


def ignore_refusal(function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except NetlinkError:
        pass


def attempt(function, *args, **kwargs):
    """Runs a function that may be refused. One that gets no answer was not."""
    try:
        function(*args, **kwargs)
    except TimeoutError:
        raise
    except OSError:
        pass


def netdev_of(netlink, handle, index=0):
    name = netlink.get("PORT_GET", handle, PORT_INDEX=index).get("PORT_NETDEV_NAME")
    if not name:
        raise OSError(errno.ENODEV, f"{handle}/{index} has no netdevice")
    return name
