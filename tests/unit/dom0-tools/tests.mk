# SPDX-License-Identifier: GPL-2.0-only
#
# A daemon's start; the domain builder: its parts that need no hypervisor, and
# fuzzers of what comes from outside (xl.cfg, kernel files).

UNIT_TESTS += dom0-tools/lib/daemon
SRCS_dom0-tools/lib/daemon := dom0-tools/lib/daemon.c

UNIT_TESTS += dom0-tools/lib/unpack dom0-tools/lib/bzimage \
	dom0-tools/lib/elfimage dom0-tools/lib/layout dom0-tools/lib/dombuild \
	dom0-tools/lib/kernel_cache

BUILD_LIBS := -llz4 -lzstd

SRCS_dom0-tools/lib/unpack := $(T_UNPACK)
# To pack its samples.
LIBS_dom0-tools/lib/unpack := $(BUILD_LIBS) -lz -llzma
SRCS_dom0-tools/lib/bzimage := dom0-tools/lib/bzimage.c $(T_UNPACK)
LIBS_dom0-tools/lib/bzimage := $(BUILD_LIBS)
SRCS_dom0-tools/lib/elfimage := dom0-tools/lib/elfimage.c
SRCS_dom0-tools/lib/layout := dom0-tools/lib/layout.c \
	dom0-tools/lib/elfimage.c
SRCS_dom0-tools/lib/dombuild := $(wildcard dom0-tools/lib/dombuild*.c) \
	dom0-tools/lib/bzimage.c $(T_UNPACK) \
	dom0-tools/lib/elfimage.c dom0-tools/lib/layout.c \
	dom0-tools/lib/kernel_cache.c tests/fakes/buildhost.c
LIBS_dom0-tools/lib/dombuild := $(BUILD_LIBS)
CFLAGS_dom0-tools/lib/dombuild := -DSETTLED_SECONDS=0 \
	-DKERNEL_CACHE_DIR='"/tmp/xylem-dombuild-test"'
SRCS_dom0-tools/lib/kernel_cache := dom0-tools/lib/kernel_cache.c
CFLAGS_dom0-tools/lib/kernel_cache := \
	-DKERNEL_CACHE_DIR='"/tmp/xylem-kernel-cache-test"'

FUZZERS += xl_cfg kernel_file
FUZZ_SRCS_xl_cfg := tests/fuzz/xl_cfg.c $(addprefix dom0-tools/xl/,cfg.c \
	config.c config_reader.c config_devices.c configio.c diskspec.c \
	vifspec.c keys.c report.c cpuidspec.c cpulist.c spec.c)
FUZZ_SRCS_kernel_file := tests/fuzz/kernel_file.c dom0-tools/lib/bzimage.c \
	$(T_UNPACK) dom0-tools/lib/elfimage.c \
	dom0-tools/lib/layout.c
FUZZ_LIBS_kernel_file := $(BUILD_LIBS)
