# SPDX-License-Identifier: GPL-2.0
#
# Every target makes all that it needs first. What they do in detail: the scripts' --help.

CORE ?= rust
kernel_options = --core $(CORE) $(if $(filter-out 0,$(DEBUG)),--debug)

help:
	@echo 'make kernel [CORE=rust|c] [DEBUG=1]  build the kernel'

kernel:
	@scripts/kernel $(kernel_options)

.PHONY: help kernel
