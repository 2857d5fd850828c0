# SPDX-License-Identifier: GPL-2.0-only
#
# The store's and the console's front, each joined to the daemon's own core
# over one page.

FRONT := frontend-drivers/core
UNIT_TESTS += $(FRONT)/xsfront $(FRONT)/confront
SRCS_$(FRONT)/xsfront := $(FRONT)/xsfront.c $(XS_DIR)/ring.c \
	dom0-tools/lib/byte_ring.c $(XS_CORE)
SRCS_$(FRONT)/confront := $(FRONT)/confront.c dom0-tools/consoled/conring.c \
	dom0-tools/lib/byte_ring.c

FUZZERS += xsfront
FUZZ_SRCS_xsfront := tests/fuzz/xsfront.c $(FRONT)/xsfront.c $(FRONT)/confront.c
