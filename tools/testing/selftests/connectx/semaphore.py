#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""semaphore.py take|reset|give DEVICE: what another function of a card does that resets the firmware.

DEVICE is the folder of a PCI device in sysfs. "take" takes the semaphore for resets by the gateway in
the vendor-specific capability, "give" gives it back; "reset" has the firmware reset by BAR 0.
"""

import mmap
import os
import struct
import sys

VENDOR_SPECIFIC = 0x09
# Registers of the capability.
CONTROL, COUNTER, HOLDER, ADDRESS, DATA = 0x04, 0x08, 0x0C, 0x10, 0x14
SEMAPHORES, SW_RESET = 0xA, 0x20
WRITE = 1 << 31
# In BAR 0: the command queue's address, and who uses the device.
QUEUE, RESET = 0x14, 7 << 8


class Config:
    def __init__(self, folder):
        self.file = os.open(folder + "/config", os.O_RDWR)
        self.gateway = next(at for at in self.capabilities() if self.byte(at) == VENDOR_SPECIFIC)

    def byte(self, at):
        return os.pread(self.file, 1, at)[0]

    def capabilities(self):
        at = self.byte(0x34)
        while at:
            yield at
            at = self.byte(at + 1)

    def read(self, register):
        return struct.unpack("<I", os.pread(self.file, 4, self.gateway + register))[0]

    def write(self, register, value):
        os.pwrite(self.file, struct.pack("<I", value), self.gateway + register)

    def set_semaphore(self, take):
        self.write(HOLDER, self.read(COUNTER))
        assert self.read(HOLDER), "the gateway is in use"
        self.write(CONTROL, SEMAPHORES)
        self.write(DATA, self.read(COUNTER) if take else 0)
        self.write(ADDRESS, SW_RESET | WRITE)
        self.write(ADDRESS, SW_RESET)
        assert bool(self.read(DATA)) == take, "the semaphore is another's"
        self.write(HOLDER, 0)


def reset(folder):
    with open(folder + "/resource0", "r+b") as file:
        registers = memoryview(mmap.mmap(file.fileno(), 0x1000)).cast("I")
    queue = struct.unpack(">I", struct.pack("=I", registers[QUEUE // 4]))[0]
    queue = queue & 0xFFFFF000 | RESET
    registers[QUEUE // 4] = struct.unpack("=I", struct.pack(">I", queue))[0]


if __name__ == "__main__":
    what, device = sys.argv[1:]
    if what == "reset":
        reset(device)
    else:
        Config(device).set_semaphore(what == "take")
