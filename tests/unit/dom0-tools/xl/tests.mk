# SPDX-License-Identifier: GPL-2.0-only
#
# xl: everything of it that needs no hypervisor. The oracles compare our
# parsers with libxlutil's, so they link libxen-dev's library.

UNIT_TESTS += dom0-tools/xl/cfg dom0-tools/xl/cfg-oracle \
	dom0-tools/xl/spec dom0-tools/xl/spec-oracle \
	dom0-tools/xl/config dom0-tools/xl/rows dom0-tools/xl/state \
	dom0-tools/xl/verbs dom0-tools/xl/show

XL_CONFIG := dom0-tools/xl/cfg.c dom0-tools/xl/config.c \
	dom0-tools/xl/config_reader.c dom0-tools/xl/config_devices.c \
	dom0-tools/xl/configio.c dom0-tools/xl/diskspec.c \
	dom0-tools/xl/vifspec.c dom0-tools/xl/keys.c dom0-tools/xl/report.c \
	dom0-tools/xl/cpuidspec.c dom0-tools/xl/cpulist.c dom0-tools/xl/spec.c
XL_STORE := dom0-tools/lib/store.c dom0-tools/lib/store_batch.c \
	dom0-tools/lib/store_link.c dom0-tools/lib/store_wire.c
XL_ALL := $(filter-out dom0-tools/xl/main.c,$(wildcard dom0-tools/xl/*.c)) \
	$(XL_STORE) dom0-tools/lib/call.c $(T_UNPACK) \
	dom0-tools/lib/bzimage.c dom0-tools/lib/elfimage.c \
	dom0-tools/lib/layout.c dom0-tools/lib/kernel_cache.c \
	$(wildcard dom0-tools/lib/dombuild*.c)
XL_LIBS := -llz4 -lzstd

SRCS_dom0-tools/xl/cfg := dom0-tools/xl/cfg.c
SRCS_dom0-tools/xl/cfg-oracle := dom0-tools/xl/cfg.c
LIBS_dom0-tools/xl/cfg-oracle := -lxlutil -lxenlight
SRCS_dom0-tools/xl/spec := dom0-tools/xl/diskspec.c dom0-tools/xl/vifspec.c \
	dom0-tools/xl/spec.c
SRCS_dom0-tools/xl/spec-oracle := dom0-tools/xl/diskspec.c \
	dom0-tools/xl/vifspec.c dom0-tools/xl/spec.c
LIBS_dom0-tools/xl/spec-oracle := -lxlutil -lxenlight
SRCS_dom0-tools/xl/config := $(XL_CONFIG)
SRCS_dom0-tools/xl/rows := $(XL_ALL)
LIBS_dom0-tools/xl/rows := $(XL_LIBS)
SRCS_dom0-tools/xl/state := $(XL_CONFIG) dom0-tools/xl/state_record.c
CFLAGS_dom0-tools/xl/state := -DRUN_DIR='"/tmp/xylem-state-test"'
SRCS_dom0-tools/xl/show := $(XL_ALL)
LIBS_dom0-tools/xl/show := $(XL_LIBS)
SRCS_dom0-tools/xl/verbs := $(XL_ALL)
LIBS_dom0-tools/xl/verbs := $(XL_LIBS)
