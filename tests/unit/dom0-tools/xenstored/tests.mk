# SPDX-License-Identifier: GPL-2.0-only
#
# xenstored's core, without sockets and rings: its sources and fake domains.

XS_DIR := dom0-tools/xenstored
XS_TEST := tests/unit/$(XS_DIR)
XS_CORE := $(addprefix $(XS_DIR)/,client.c control.c mem.c node.c ops.c path.c \
	perm.c proto.c quota.c store.c txn.c walk.c watch.c wire.c) \
	$(XS_TEST)/fake_domains.c
XS_TALK := $(XS_CORE) $(XS_TEST)/talk.c

UNIT_TESTS += $(addprefix $(XS_DIR)/,proto txn node ring domain)
SRCS_$(XS_DIR)/proto := $(XS_TALK)
SRCS_$(XS_DIR)/txn := $(XS_TALK)
SRCS_$(XS_DIR)/node := $(addprefix $(XS_DIR)/,mem.c node.c walk.c perm.c)
SRCS_$(XS_DIR)/ring := $(XS_DIR)/ring.c dom0-tools/lib/byte_ring.c
SRCS_$(XS_DIR)/domain := $(addprefix $(XS_DIR)/,domain.c life.c ring.c) \
	dom0-tools/lib/byte_ring.c \
	$(filter-out %/fake_domains.c,$(XS_CORE))

MODEL_TESTS += xenstore
SRCS_xenstore := $(XS_TALK) tests/model/xenstore_map.c

MODEL_TESTS += xenstore_scale
SRCS_xenstore_scale := $(XS_TALK)
NOSAN_xenstore_scale := y

FUZZERS += xs_wire
FUZZ_SRCS_xs_wire := tests/fuzz/xs_wire.c $(XS_CORE)

# The client library and the daemon as a whole, over a socket.
UNIT_TESTS += dom0-tools/lib/store
SRCS_dom0-tools/lib/store := $(addprefix dom0-tools/lib/,store.c store_batch.c \
	store_link.c store_wire.c)
$(B)/tests/unit/dom0-tools/lib/store: | $(B)/dom0-tools/bin/xenstored

# And as Debian's xenstore-utils see it: a script, run like the programs.
XS_BLACKBOX := $(B)/tests/unit/$(XS_DIR)/blackbox
$(XS_BLACKBOX): $(XS_TEST)/blackbox.sh $(B)/dom0-tools/bin/xenstored
	@mkdir -p $(@D)
	@printf '#!/bin/sh\nexec %s\n' '$(CURDIR)/$<' >$@ && chmod +x $@
unit: $(if $(U),$(if $(findstring $(U),$(XS_DIR)/blackbox),$(XS_BLACKBOX)),\
	$(XS_BLACKBOX))
