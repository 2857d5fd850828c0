# SPDX-License-Identifier: GPL-2.0-only
#
# consoled without a guest: rings, backlog, log; and a console as a whole.

UNIT_TESTS += dom0-tools/consoled/output dom0-tools/consoled/console
SRCS_dom0-tools/consoled/output := $(addprefix dom0-tools/consoled/,conring.c \
	backlog.c logfile.c) dom0-tools/lib/byte_ring.c
SRCS_dom0-tools/consoled/console := dom0-tools/consoled/console.c \
	$(SRCS_dom0-tools/consoled/output)
