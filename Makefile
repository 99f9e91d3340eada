# SPDX-License-Identifier: GPL-2.0
#
# Every target makes all that it needs first: tool root, kernel source, kernel tree, kernel. The scripts' --help says more.

CORE ?= rust
kernel_options = --core $(CORE) $(if $(filter-out 0,$(DEBUG)),--debug)

help:
	@echo 'make run                             boot a VM on the Rust core and show devlink at work'
	@echo 'make test [T=PATTERN]                run all tests, or those whose name matches'
	@echo 'make soak [MINUTES=N]                run the races on the debug kernel, again and again'
	@echo 'make diff [SEEDS=N] [REQUESTS=N]     play the same random requests on both cores, and compare'
	@echo 'make bench [RUNS=N]                  measure both cores and both test drivers, and compare'
	@echo 'make kernel [CORE=rust|c] [DEBUG=1]  build a kernel, in build/'
	@echo 'make drivers [CORE=...] [DEBUG=1]    build every driver that uses devlink, load and unload each'
	@echo 'make portability [T=NAME]            build kernels of other configurations, and for 32-bit ARM'
	@echo 'make lint                            check style: Rust, patches, scripts'
	@echo 'make doc                             write the rustdoc of the core, to build/doc'
	@echo 'make clean                           delete what was built here (build/)'
	@echo 'make distclean                       delete the cache folder too, which all clones share'

run:
	@scripts/kernel $(kernel_options)
	@scripts/vm $(kernel_options) -- scripts/tour $$([ ! -t 0 ] || echo --shell)

test:
	@tools/testing/run $(if $(T),'$(T)')

MINUTES ?= 60

soak:
	@scripts/kernel --core $(CORE) --debug
	@tools/testing/soak --core $(CORE) --minutes $(MINUTES)

SEEDS ?= 100
REQUESTS ?= 2000

diff:
	@scripts/kernel --core c
	@scripts/kernel --core rust
	@tools/testing/harness/diff.sh $(SEEDS) $(REQUESTS)

RUNS ?= 3

bench:
	@scripts/bench --runs $(RUNS)

kernel:
	@scripts/kernel $(kernel_options)

drivers:
	@scripts/kernel $(kernel_options) --drivers
	@tools/testing/harness/drivers.sh $(kernel_options)

portability:
	@scripts/portability $(T)

lint:
	@scripts/lint

doc:
	@scripts/doc

clean:
	@scripts/clean

distclean:
	@scripts/clean --cache

.PHONY: help run test soak diff bench kernel drivers portability lint doc clean distclean
