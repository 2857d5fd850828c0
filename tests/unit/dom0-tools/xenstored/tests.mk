# SPDX-License-Identifier: GPL-2.0-only
#
# xenstored's core, without sockets and rings: its sources and fake domains.

XS_DIR := dom0-tools/xenstored
XS_TEST := tests/unit/$(XS_DIR)
XS_CORE := $(addprefix $(XS_DIR)/,client.c control.c mem.c node.c ops.c path.c \
	perm.c proto.c quota.c store.c txn.c walk.c watch.c wire.c) \
	$(XS_TEST)/fake_domains.c
XS_TALK := $(XS_CORE) $(XS_TEST)/talk.c

UNIT_TESTS += $(XS_DIR)/proto $(XS_DIR)/txn $(XS_DIR)/node $(XS_DIR)/ring
SRCS_$(XS_DIR)/proto := $(XS_TALK)
SRCS_$(XS_DIR)/txn := $(XS_TALK)
SRCS_$(XS_DIR)/node := $(addprefix $(XS_DIR)/,mem.c node.c walk.c perm.c)
SRCS_$(XS_DIR)/ring := $(XS_DIR)/ring.c

MODEL_TESTS += xenstore
SRCS_xenstore := $(XS_TALK) tests/model/xenstore_map.c

FUZZERS += xs_wire
FUZZ_SRCS_xs_wire := tests/fuzz/xs_wire.c $(XS_CORE)
