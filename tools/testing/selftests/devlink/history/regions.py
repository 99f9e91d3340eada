# SPDX-License-Identifier: GPL-2.0
"""Regions: snapshots, their numbers, reading them."""

import errno

from netlink import Netlink, NetlinkError
from testlib import Device, TestDevice, check, expect, race, refused

SIZE = 32768  # of netdevsim's region
MOST = 16  # snapshots that it keeps


def snapshots(nl, dev):
    message = nl.get("REGION_GET", dev.handle, REGION_NAME="dummy")
    return sorted(entry["REGION_SNAPSHOT_ID"]
                  for entry in message["REGION_SNAPSHOTS"].all("REGION_SNAPSHOT"))


def take(nl, dev, number=None):
    return nl.do("REGION_NEW", dev.handle, REGION_NAME="dummy", REGION_SNAPSHOT_ID=number)


def delete(nl, dev, number):
    nl.do("REGION_DEL", dev.handle, REGION_NAME="dummy", REGION_SNAPSHOT_ID=number)


def contents(parts):
    """What was read, by address."""
    return [(chunk["REGION_CHUNK_ADDR"], chunk["REGION_CHUNK_DATA"]) for part in parts
            for message in part
            for chunk in message["REGION_CHUNKS"].all("REGION_CHUNK")]


def reading(nl, dev, number, **range_):
    return nl.dump_parts("REGION_READ", dev.handle, REGION_NAME="dummy", REGION_SNAPSHOT_ID=number,
                         **range_)


def whole(chunks):
    return all(address == sum(len(data) for _, data in chunks[:i])
               for i, (address, _) in enumerate(chunks))


@check("a snapshot that is deleted while it is read is read to its end, or the read fails")
def deleted_while_read():
    with Netlink(pages=True) as nl, Netlink() as other, Device(1) as dev:
        take(nl, dev, 7)
        parts = reading(nl, dev, 7)
        seen = [next(parts)]
        delete(other, dev, 7)
        expect("snapshots", [], snapshots(other, dev))
        try:
            seen += list(parts)
        except NetlinkError as error:
            expect("error", errno.EINVAL, error.errno)
        else:
            expect("bytes", SIZE, sum(len(data) for _, data in contents(seen)))
        expect("chunks in order", True, whole(contents(seen)))


@check("a snapshot that takes a deleted one's number is not what a reader goes on with",
       rust_only=True)
def replaced_while_read():
    with Netlink(pages=True) as nl, Netlink() as other, Device(1) as dev:
        take(nl, dev, 7)
        before = contents(reading(nl, dev, 7))
        parts = reading(nl, dev, 7)
        seen = contents([next(parts)])
        delete(other, dev, 7)
        take(other, dev, 7)
        try:
            seen += contents(parts)
        except NetlinkError as error:
            expect("error", errno.EINVAL, error.errno)
        expect("what was read, all of the first snapshot", True, seen == before[:len(seen)])


@check("taking, reading and deleting snapshots race with each other and with reload", race=True)
def snapshot_race():
    with Device(1) as dev:
        def take_and_delete(nl):
            # Not one that the driver would get, which nobody might delete.
            take(nl, dev, 1000)
            delete(nl, dev, 1000)

        def by_driver(_):
            dev.set("take_snapshot", 1)

        def read(nl):
            for number in snapshots(nl, dev) or [1000]:
                list(reading(nl, dev, number))
                return

        def clean(nl):
            for number in snapshots(nl, dev)[4:]:
                delete(nl, dev, number)

        def reload(nl):
            nl.do("RELOAD", dev.handle)

        race(take_and_delete, by_driver, read, clean)
        race(by_driver, read, reload)


@check("the snapshots go with a reload")
def gone_after_reload():
    with Netlink() as nl, Device(1) as dev:
        for number in (3, 9):
            take(nl, dev, number)
        dev.set("take_snapshot", 1)
        nl.do("RELOAD", dev.handle)
        expect("snapshots", [], snapshots(nl, dev))
        # Their numbers are free again.
        take(nl, dev, 3)
        take(nl, dev, 9)
        expect("snapshots", [3, 9], snapshots(nl, dev))


@check("a snapshot's number is used once, and free again afterwards")
def numbers():
    with Netlink() as nl, Device(1) as dev:
        for _ in range(3):
            take(nl, dev, 5)
            refused(errno.EEXIST, take, nl, dev, 5)
            delete(nl, dev, 5)
            refused(errno.EINVAL, delete, nl, dev, 5)
        # Numbers that the core chooses stay clear of those that users chose.
        take(nl, dev, 0)
        chosen = [take(nl, dev)[0]["REGION_SNAPSHOT_ID"] for _ in range(3)]
        expect("numbers that the core chose", 4, len({0, *chosen}))
        for number in (0xffffffff, 0xfffffffe):
            take(nl, dev, number)
        expect("snapshots", sorted({0, *chosen, 0xfffffffe, 0xffffffff}), snapshots(nl, dev))
        delete(nl, dev, 0xffffffff)


@check("the numbers that the core chooses are the lowest that no user was told of and nobody has")
def chosen_numbers():
    with Netlink() as nl, Device(1) as dev:
        def chosen():
            return take(nl, dev)[0]["REGION_SNAPSHOT_ID"]

        def by_driver():
            before = snapshots(nl, dev)
            dev.set("take_snapshot", 1)
            number, = set(snapshots(nl, dev)) - set(before)
            return number

        came = []
        for step in ("new", "del 0", "new", "driver", "driver", "new", "del 2", "driver", "del 1",
                     "del 3", "take 7", "del 4", "driver", "new", "new", "del 7", "driver", "del 2",
                     "del 3", "new", "driver", "take 100", "new", "del 100", "take 100", "new",
                     "del 100"):
            what, _, number = step.partition(" ")
            if what == "new":
                came.append(chosen())
            elif what == "driver":
                came.append(by_driver())
            elif what == "take":
                take(nl, dev, int(number))
            else:
                delete(nl, dev, int(number))
        expect("numbers", [0, 1, 2, 3, 4, 2, 3, 5, 6, 7, 2, 3, 8, 9], came)
        # What a user was told is not free.
        refused(errno.EEXIST, take, nl, dev, 0)
        refused(errno.EEXIST, take, nl, dev, 1)


def unreclaimable():
    """Memory of the kernel's small objects, in bytes."""
    with open("/proc/meminfo", encoding="ascii") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("SUnreclaim:"))


@check("numbers that users were told of take no memory", rust_only=True)
def numbers_take_no_memory():
    rounds = 10000
    with Netlink() as nl, TestDevice(1, "quiet=1") as dev:
        def new_and_del(count):
            for _ in range(count):
                number = nl.do("REGION_NEW", dev.handle,
                               REGION_NAME="dt_region")[0]["REGION_SNAPSHOT_ID"]
                nl.do("REGION_DEL", dev.handle, REGION_NAME="dt_region", REGION_SNAPSHOT_ID=number)
            return number

        last = new_and_del(500)
        # Other caches grow, too, but not every time.
        grown = []
        while not grown or min(grown) >= 16 * rounds and len(grown) < 3:
            before = unreclaimable()
            expect("the last number", last + rounds, last := new_and_del(rounds))
            grown.append(unreclaimable() - before)
        # An object for each number would be 32 bytes or more.
        assert min(grown) < 16 * rounds, \
            f"expected that memory does not grow, came: {grown} bytes for {rounds} numbers each"


@check("a snapshot too many is refused, and takes no number and no memory")
def too_many():
    with Netlink() as nl, Device(1) as dev:
        for number in range(MOST):
            take(nl, dev, number)
        for _ in range(3):
            refused(errno.ENOSPC, take, nl, dev, 100)
            refused(errno.ENOSPC, take, nl, dev)
            refused(errno.ENOSPC, dev.set, "take_snapshot", 1)
        delete(nl, dev, 3)
        take(nl, dev, 100)
        expect("snapshots", [n for n in range(MOST) if n != 3] + [100], snapshots(nl, dev))


@check("nothing is read past the end of a region, whatever address and length say")
def past_the_end():
    top = (1 << 64) - 1
    with Netlink(pages=True) as nl, Device(1) as dev:
        take(nl, dev, 1)
        data = b"".join(data for _, data in contents(reading(nl, dev, 1)))
        expect("bytes of the region", SIZE, len(data))

        def part(address, length):
            chunks = contents(reading(nl, dev, 1, REGION_CHUNK_ADDR=address,
                                      REGION_CHUNK_LEN=length))
            expect(f"first address of {address}+{length}", [address] if chunks else [],
                   [a for a, _ in chunks[:1]])
            return b"".join(data for _, data in chunks)

        for address, length in ((0, 1), (0, 255), (1, 257), (SIZE - 1, 1), (SIZE - 1, 100),
                                (SIZE - 300, SIZE), (100, top - 100), (5000, 9000)):
            expect(f"bytes at {address}+{length}", True,
                   part(address, length) == data[address:address + length])
        # At the end there is nothing, which is no error. Behind it, and where the sum overflows, it
        # is one.
        expect("bytes at the end", b"", part(SIZE, 1))
        for address, length in ((SIZE + 1, 1), (top, 1), (16, top), (top, top), (1 << 63, 1 << 63)):
            refused(errno.EINVAL, part, address, length)
        # Attributes too short for a number
        for name in ("REGION_CHUNK_ADDR", "REGION_CHUNK_LEN"):
            range_ = {"REGION_CHUNK_ADDR": 0, "REGION_CHUNK_LEN": 16, name: b"\1\0\0\0"}
            refused((errno.EINVAL, errno.ERANGE), lambda: list(reading(nl, dev, 1, **range_)))


@check("a read needs a region, and a snapshot that there is")
def reads_refused():
    with Netlink() as nl, Device(1) as dev:
        for attrs in ({}, {"REGION_NAME": "none", "REGION_SNAPSHOT_ID": 1},
                      {"REGION_NAME": "dummy"}, {"REGION_NAME": "dummy", "REGION_SNAPSHOT_ID": 1}):
            refused(errno.EINVAL, nl.dump, "REGION_READ", dev.handle, **attrs)
        refused(errno.EOPNOTSUPP, nl.dump, "REGION_READ", dev.handle, REGION_NAME="dummy",
                REGION_DIRECT=True)
        refused(errno.ENODEV, nl.dump, "REGION_READ", dev.handle, REGION_NAME="dummy",
                REGION_SNAPSHOT_ID=1, PORT_INDEX=77)
